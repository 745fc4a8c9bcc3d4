"""Windows of text as the encoder learns from them: piece numbers and, for each piece, what it should say."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from annotations.components.pieces import END, PAD, START, UNKNOWN, Cut, Pieces, cut_text
from annotations.components.tags import iob2
from annotations.italian import blank_italian, token_bounds
from recipe.corpus import LABELS, Document

NOTHING = -100
"""The target of a piece that teaches nothing; torch leaves it out of the loss."""
POOL = 1500
"""Windows that are sorted by length together, so that batches need little padding."""


@dataclass(frozen=True)
class Target:
    """A document cut to pieces; ``heads`` has, by head, the target of every token."""

    document: Document
    bounds: list[tuple[int, int]]
    cut: Cut
    heads: dict[str, list[int]] = field(default_factory=dict)
    starts: tuple[int, ...] = (0,)
    """Tokens with which a sentence begins."""


@dataclass(frozen=True)
class Window:
    """Piece numbers with ``<s>`` and ``</s>``, and the targets of each by head."""

    ids: list[int]
    targets: dict[str, list[int]]


def targets(pieces: Pieces, documents: Iterable[Document]) -> list[Target]:
    """Cut documents, with the tags of their entities for the head ``entities``."""
    nlp = blank_italian()
    tags = {tag: number for number, tag in enumerate(iob2(LABELS))}
    result = []
    for document in documents:
        bounds = token_bounds(nlp.make_doc(document.text))
        row = [0] * len(bounds)
        for start, end, label in document.entities:
            first = bisect_left(bounds, (start, 0))
            last = bisect_left(bounds, (end, 0))
            for token in range(first, last):
                row[token] = tags[f"{'B' if token == first else 'I'}-{label}"]
        starts = tuple(sorted({0, *(bisect_left(bounds, (at, 0)) for at in document.breaks)} - {len(bounds)}))
        cut = cut_text(pieces, document.text, bounds)
        result.append(Target(document, bounds, cut, {"entities": row}, starts))
    return result


def windows(items: Sequence[Target], longest: int, chance: random.Random) -> Iterator[Window]:
    """Cut every document once into windows of whole sentences, most of them about ``longest`` pieces."""
    for item in items:
        first = 0
        ends = [*item.starts[1:], len(item.cut)]
        limit = _limit(longest, chance)
        for index, end in enumerate(ends):
            if _pieces(item.cut, first, end) > limit and index and ends[index - 1] > first:
                yield window(item, first, ends[index - 1], longest)
                first = ends[index - 1]
                limit = _limit(longest, chance)
        if first < len(item.cut):
            yield window(item, first, len(item.cut), longest)


def window(item: Target, first: int, last: int, longest: int = 510) -> Window:
    """The window of the tokens from ``first`` to before ``last``, cut short at ``longest`` pieces."""
    begin = item.cut.firsts[first]
    end = item.cut.firsts[last] if last < len(item.cut) else len(item.cut.ids)
    end = min(end, begin + min(longest, 510))
    ids = [START, *item.cut.ids[begin:end], END]
    rows = {}
    for head, values in item.heads.items():
        row = [NOTHING] * len(ids)
        for token in range(first, last):
            at = item.cut.firsts[token] - begin + 1
            if at < len(ids) - 1:
                row[at] = values[token]
        rows[head] = row
    return Window(ids, rows)


def batches(items: Sequence[Window], size: int, chance: random.Random) -> list[list[Window]]:
    """Batches of at most ``size`` pieces, padding included, of windows of like length, in random order."""
    shuffled = list(items)
    chance.shuffle(shuffled)
    result: list[list[Window]] = []
    for at in range(0, len(shuffled), POOL):
        batch: list[Window] = []
        for item in sorted(shuffled[at : at + POOL], key=lambda w: len(w.ids)):
            if batch and (len(batch) + 1) * len(item.ids) > size:
                result.append(batch)
                batch = []
            batch.append(item)
        result.append(batch)
    chance.shuffle(result)
    return result


def tensors(batch: list[Window], heads: Iterable[str]) -> tuple[Tensor, Tensor | None, dict[str, Tensor]]:
    """Piece numbers, the mask where windows differ in length, and targets by head."""
    length = max(len(item.ids) for item in batch)
    ids = torch.full((len(batch), length), PAD)
    rows = {head: torch.full((len(batch), length), NOTHING) for head in heads}
    for number, item in enumerate(batch):
        ids[number, : len(item.ids)] = torch.tensor(item.ids)
        for head, row in rows.items():
            if head in item.targets:
                row[number, : len(item.ids)] = torch.tensor(item.targets[head])
    mask = None
    if any(len(item.ids) < length for item in batch):
        mask = torch.zeros(len(batch), 1, 1, length).masked_fill((ids == PAD)[:, None, None, :], -1e4)
    return ids, mask, rows


def with_gaps(item: Window, share: float, chance: random.Random) -> Window:
    """The window with some of its pieces unknown, so that more is learnt from what stands around them."""
    ids = [UNKNOWN if piece > UNKNOWN and chance.random() < share else piece for piece in item.ids]
    return Window(ids, item.targets)


def _limit(longest: int, chance: random.Random) -> int:
    return chance.randint(30, longest) if chance.random() < 0.3 else longest


def _pieces(cut: Cut, first: int, last: int) -> int:
    end = cut.firsts[last] if last < len(cut) else len(cut.ids)
    return end - cut.firsts[first]
