"""The card of a data set as Hugging Face has it: what is in the files, for people and ``load_dataset``."""

from __future__ import annotations

from pathlib import Path

from annotations.formats.destination import MANIFEST
from annotations.formats.exporting import Export
from annotations.formats.rows import COLUMNS

CARD = "README.md"
_ABOUT = """
# Annotated news

Italian news articles with what editors have decided on named entities and quotes.

Each row is an article as one annotator has it. `start` and `end` of a span are offsets into `text` in Unicode
code points, as in Python: `text[start:end]` is the span's words.

| column | |
|---|---|
| `state` | `done`: the editor is through with it, so that a word in no span is a negative; or `in progress` |
| `spans` | `status` is `accepted`, `rejected` or `suggested` (undecided); `origin` says who proposed it |
| `links` | from a quote (`CONTENT`) to its `cue` or `source`, by ids of spans |
| `notes` | remarks on a span, or on the article where `target` is empty |
| `disputed` | ids of spans on which two suggesters did not agree |

The splits are made by a hash of the article's id, so that an article keeps its place when others are added.
{manifest} says what was exported, and what was left out and why.
"""


def write_card(job: Export, files: dict[str, str]) -> None:
    """Write the card; ``files`` are the path of each split's file within the folder."""
    lines = ["---", "language:", "- it", "task_categories:", "- token-classification"]
    lines += ["pretty_name: Annotated news", "dataset_info:", "  features:", *_features()]
    lines += ["configs:", "- config_name: default", "  data_files:"]
    for split, path in files.items():
        lines += [f"  - split: {split}", f"    path: {path}"]
    lines.append("---")
    labels = ", ".join(f"`{label.name}` ({label.layer})" for label in job.scheme.labels)
    text = "\n".join(lines) + _ABOUT.format(manifest=f"`{MANIFEST}`") + f"\nLabels: {labels}.\n"
    Path(job.folder / CARD).write_text(text, encoding="utf-8")


def _features() -> list[str]:
    """The columns' types, without which a file whose lists are all empty would be read with others."""
    lines = []
    for name, kind in COLUMNS.items():
        lines.append(f"  - name: {name}")
        if isinstance(kind, str):
            lines.append(f"    dtype: {kind}")
        elif isinstance(kind, list):
            lines.append(f"    list: {kind[0]}")
        else:
            lines.append("    list:")
            for field, inner in kind.items():
                lines += [f"    - name: {field}", f"      dtype: {inner}"]
    return lines
