"""The quotes of the training texts, annotated for this project after the Guardian/AFP guide.

``quotes.jsonl`` has a line for each stretch in quotation marks of KIND's ``WN_train``: ``content``, ``cue``,
``source`` and, where the report stands between dashes inside the marks, ``inner``, as offsets into all the
corpus's words written without blanks; ``quote`` is null where the marks are paired wrongly.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotations.components.tags import iob2
from annotations.scheme import CUE, SOURCE
from recipe.corpus import Document
from recipe.examples import NOTHING, Target

FILE = Path(__file__).parent / "quotes.jsonl"
ROLES = (CUE, SOURCE)
Bounds = tuple[int, int]


@dataclass(frozen=True)
class Stretch:
    """What stands in marks, by offsets in its document; ``quote`` is None where nothing is to be learnt."""

    content: Bounds
    quote: bool | None
    cue: Bounds | None = None
    source: Bounds | None = None
    inner: Bounds | None = None


def read_stretches(documents: Sequence[Document]) -> list[list[Stretch]]:
    """The annotated stretches of each document of ``WN_train``."""
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    lines.sort(key=lambda line: line["content"])
    starts = [line["content"][0] for line in lines]
    result = []
    for document in documents:
        offsets = [i for i, character in enumerate(document.text) if not character.isspace()]
        mine = lines[
            bisect_left(starts, document.origin) : bisect_left(starts, document.origin + len(offsets))
        ]
        result.append([_stretch(line, document.origin, offsets) for line in mine])
    return result


def with_quotes(items: Iterable[Target], stretches: Iterable[list[Stretch]]) -> list[Target]:
    """The targets with the heads ``roles`` and ``marks`` added."""
    tags = {tag: number for number, tag in enumerate(iob2(ROLES))}
    result = []
    for item, mine in zip(items, stretches, strict=True):
        roles = [0] * len(item.bounds)
        marks = [NOTHING] * len(item.bounds)
        for stretch in mine:
            if stretch.quote is not None:
                marks[bisect_left(item.bounds, (stretch.content[0], 0))] = int(stretch.quote)
            for label, bounds in ((CUE, stretch.cue), (SOURCE, stretch.source)):
                if bounds is not None:
                    first, last = (bisect_left(item.bounds, (at, 0)) for at in bounds)
                    for token in range(first, last):
                        roles[token] = tags[f"{'B' if token == first else 'I'}-{label}"]
        heads = {**item.heads, "roles": roles, "marks": marks}
        result.append(Target(item.document, item.bounds, item.cut, heads, item.starts))
    return result


def _stretch(line: dict[str, Any], origin: int, offsets: list[int]) -> Stretch:
    def bounds(name: str) -> Bounds | None:
        pair = line.get(name)
        return (offsets[pair[0] - origin], offsets[pair[1] - origin - 1] + 1) if pair else None

    content = bounds("content")
    assert content is not None
    return Stretch(content, line["quote"], bounds("cue"), bounds("source"), bounds("inner"))
