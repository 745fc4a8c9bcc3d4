"""Which spans of two readings of an article belong together, and how well they fit.

A reading is a set of ``Words``: start, end (code points, end exclusive) and label. Both readings are of one
layer: an entity inside a quote is no mistake about the quote.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nervaluate.strategies import EvaluationStrategy

Words = tuple[int, int, str]
SCHEMES = ("strict", "exact", "partial", "type")
"""nervaluate's ways to count, by what must be right: bounds and label (strict), bounds alone (exact), that
with half a point for an overlap (partial), the label of words that overlap (type)."""
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Tally:
    """nervaluate's counts under one of its `SCHEMES`."""

    correct: int = 0
    incorrect: int = 0
    partial: int = 0
    missed: int = 0
    spurious: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.correct + other.correct,
            self.incorrect + other.incorrect,
            self.partial + other.partial,
            self.missed + other.missed,
            self.spurious + other.spurious,
        )

    @property
    def precision(self) -> float | None:
        """Of the points that could be had for what was found, the share; None where nothing was."""
        return self._share(self.spurious)

    @property
    def recall(self) -> float | None:
        """Of the points that could be had for the gold, the share; None where there is none."""
        return self._share(self.missed)

    @property
    def f(self) -> float | None:
        """Their harmonic mean; None where there is neither gold nor anything found."""
        both = 2 * (self.correct + self.incorrect + self.partial) + self.missed + self.spurious
        return 2 * (self.correct + _HALF * self.partial) / both if both else None

    def _share(self, rest: int) -> float | None:
        whole = self.correct + self.incorrect + self.partial + rest
        return (self.correct + _HALF * self.partial) / whole if whole else None

    def to_dict(self) -> dict[str, float | None]:
        """Counts and shares by name."""
        return {
            "correct": self.correct, "incorrect": self.incorrect, "partial": self.partial,
            "missed": self.missed, "spurious": self.spurious,
            "precision": self.precision, "recall": self.recall, "f": self.f,
        }  # fmt: skip


def clusters(gold: Iterable[Words], found: Iterable[Words]) -> Iterator[tuple[list[Words], list[Words]]]:
    """Both readings cut where no span goes on: what lies in two clusters does not overlap.

    Yields gold and found spans of each, in reading order.
    """
    mine: list[Words] = []
    theirs: list[Words] = []
    reach = -1
    for words, is_gold in sorted([*((w, True) for w in gold), *((w, False) for w in found)]):
        if words[0] >= reach and (mine or theirs):
            yield mine, theirs
            mine, theirs = [], []
        reach = max(reach, words[1])
        (mine if is_gold else theirs).append(words)
    if mine or theirs:
        yield mine, theirs


def overlapping(
    words: Iterable[Words], others: Iterable[Words], *, whatever_label: bool = False
) -> set[Words]:
    """Those of some spans that share a code point with one of the others that has their label."""
    return {
        mine
        for ours, theirs in clusters(words, others)
        for mine in ours
        if any(
            mine[0] < end and start < mine[1] and (whatever_label or label == mine[2])
            for start, end, label in theirs
        )
    }


def tallies(gold: Collection[Words], found: Collection[Words]) -> dict[str, Tally]:
    """nervaluate's counts of two readings, by scheme.

    nervaluate takes what was found one by one and gives each the first gold span that it overlaps, also one
    that fits a later one exactly, where spans nest; and it compares each with each. So it is given one
    cluster of overlapping spans at a time, with the exact ones first. On spans that do not overlap within a
    reading its counts are those of the whole article.
    """
    sums = dict.fromkeys(SCHEMES, Tally())
    same = 0
    for mine, theirs in clusters(gold, found):
        if mine == theirs and len(mine) == 1:
            same += 1  # right under every scheme
            continue
        for name, tally in _judged(mine, theirs).items():
            sums[name] += tally
    return {name: tally + Tally(correct=same) for name, tally in sums.items()}


def _judged(gold: list[Words], found: list[Words]) -> dict[str, Tally]:
    from nervaluate.entities import Entity

    exact, bounds = set(gold), {words[:2] for words in gold}
    ordered = sorted(found, key=lambda words: (words not in exact, words[:2] not in bounds))
    # nervaluate's ends are inclusive
    mine = [Entity(label, start, end - 1) for start, end, label in gold]
    theirs = [Entity(label, start, end - 1) for start, end, label in ordered]
    tags = sorted({words[2] for words in (*gold, *found)})
    judged = {}
    for name, strategy in _strategies().items():
        result, _indices = strategy.evaluate(mine, theirs, tags)
        judged[name] = Tally(result.correct, result.incorrect, result.partial, result.missed, result.spurious)
    return judged


@cache
def _strategies() -> dict[str, EvaluationStrategy]:
    from nervaluate.strategies import (
        EntityTypeEvaluation,
        ExactEvaluation,
        PartialEvaluation,
        StrictEvaluation,
    )

    judges = (StrictEvaluation(), ExactEvaluation(), PartialEvaluation(), EntityTypeEvaluation())
    return dict(zip(SCHEMES, judges, strict=True))


def paired(gold: Collection[Words], found: Collection[Words]) -> Iterator[tuple[Words | None, Words | None]]:
    """Each span with its counterpart in the other reading, or None where there is none.

    The same words with the same label go together first, then the same words with another label, then those
    that share most, so that each is in one pair; pairs are in reading order.
    """
    for mine, theirs in clusters(gold, found):
        if mine == theirs and len(mine) == 1:
            yield mine[0], theirs[0]
            continue
        close = sorted(
            (-shared, g[2] != f[2], g, f) for g in mine for f in theirs if (shared := _shared(g, f)) > 0
        )
        left, right = dict.fromkeys(mine), dict.fromkeys(theirs)
        pairs: list[tuple[Words | None, Words | None]] = []
        for _fit, _other_label, g, f in close:
            if g in left and f in right:
                del left[g], right[f]
                pairs.append((g, f))
        pairs += [(g, None) for g in left]
        pairs += [(None, f) for f in right]
        yield from sorted(pairs, key=lambda pair: pair[0] or pair[1] or ())


def _shared(one: Words, other: Words) -> float:
    """The code points in both as a share of those in either: 1 for the same bounds, 0 for none."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    return both / (max(one[1], other[1]) - min(one[0], other[0])) if both > 0 else 0.0
