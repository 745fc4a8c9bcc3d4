"""What ``manifest.json`` says of an export for spaCy."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from annotations import __version__
from annotations.formats.destination import WRITER, files_in
from annotations.formats.report import KEPT, Kind, Report
from annotations.formats.spacy_tasks import NER, SPANCAT
from annotations.formats.split import DEV_SHARE
from annotations.scheme import Scheme

FORMAT_VERSION = 1


def make_manifest(report: Report, scheme: Scheme, seed: str, longest: int, folder: Path) -> dict[str, Any]:
    """The manifest of the files in ``folder``; ``longest`` is what spancat's suggester reaches, in tokens."""
    lengths = {
        task: {label: dict(sorted(counts.items())) for label, counts in sorted(labels.items())}
        for task, labels in report.lengths.items()
    }
    beyond = {
        label: sum(number for length, number in counts.items() if length > longest)
        for label, counts in lengths.get(SPANCAT, {}).items()
    }
    return {
        "written_by": WRITER,
        "format": "spacy",
        "format_version": FORMAT_VERSION,
        "versions": {
            "chiosa": __version__,
            "spacy": version("spacy"),
            "python": platform.python_version(),
        },
        "scheme": {
            "name": scheme.name,
            "labels": [{"name": label.name, "layer": label.layer} for label in scheme.labels],
        },
        "split": {"seed": seed, "dev_share": DEV_SHARE},
        "annotators": sorted({entry.annotator for entry in report.articles}),
        "warnings": report.warnings,
        "counts": {
            task: {split: tally.to_dict() for split, tally in tallies.items()}
            for task, tallies in report.tallies.items()
        },
        "labels_only_in_dev": report.only_in_dev,
        "span_lengths": lengths,
        "longer_than_suggested": {"tokens": longest, "spans": beyond},
        "articles": [entry.to_dict() for entry in report.articles],
        "articles_not_done": [article.to_dict() for article in report.skipped.get("", [])],
        "articles_not_in_ner": [article.to_dict() for article in report.skipped.get(NER, [])],
        "articles_not_in_spancat": [article.to_dict() for article in report.skipped.get(SPANCAT, [])],
        "left_out": report.by_label(kind for kind in Kind if kind not in KEPT),
        "kept_with_changes": report.by_label(KEPT),
        "files": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files_in(folder)
        },
    }
