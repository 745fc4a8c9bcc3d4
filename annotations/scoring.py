"""How well spans that were found fit gold ones: precision, recall and F, and what was taken for what.

Two figures are told apart everywhere. **Exact**: a span counts as right if start, end and label are those of
the other reading. **Overlapping**: it counts as right if the other reading has a span of the same label that
shares a code point with it. Both are symmetric: precision one way is recall the other way. Beside them stand
the four counts of nervaluate (see `annotations.matching`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotations.annotation import Span
from annotations.matching import SCHEMES, Tally, Words, overlapping, paired, tallies
from annotations.scheme import LAYERS, Scheme

NOTHING = ""
"""Stands for the label in a `Scores.confusion` where the other reading has no span."""
Pair = tuple[Collection[Span], Collection[Span]]
"""The gold spans and the found spans of one article."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Precision, recall and F from how many spans there are and how many of them are right."""

    gold: int = 0
    found: int = 0
    gold_right: int = 0
    found_right: int = 0

    def __add__(self, other: Rates) -> Rates:
        return Rates(
            self.gold + other.gold,
            self.found + other.found,
            self.gold_right + other.gold_right,
            self.found_right + other.found_right,
        )

    @property
    def precision(self) -> float | None:
        """Of what was found, the share that is right; None where nothing was."""
        return self.found_right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Of the gold, the share that was found; None where there is none."""
        return self.gold_right / self.gold if self.gold else None

    @property
    def f(self) -> float | None:
        """Their harmonic mean, 0 where one reading is empty; None where both are."""
        if not self.gold and not self.found:
            return None
        if self.gold_right == self.found_right:  # the same, without a rounding
            return 2 * self.gold_right / (self.gold + self.found)
        precision, recall = self.precision or 0.0, self.recall or 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    def to_dict(self) -> dict[str, float | None]:
        """The three by name."""
        return {"precision": self.precision, "recall": self.recall, "f": self.f}


@dataclass(frozen=True, slots=True)
class Counts:
    """The spans of one label, of one layer or of all.

    ``right`` are those with the same start, end and label in both readings; ``gold_touched`` gold spans that
    overlap a found one of their label, ``found_touched`` the other way round. ``schemes`` has nervaluate's
    counts by their name in `annotations.matching.SCHEMES`.
    """

    gold: int = 0
    found: int = 0
    right: int = 0
    gold_touched: int = 0
    found_touched: int = 0
    schemes: Mapping[str, Tally] = field(default_factory=dict)

    def __add__(self, other: Counts) -> Counts:
        none = Tally()
        return Counts(
            self.gold + other.gold,
            self.found + other.found,
            self.right + other.right,
            self.gold_touched + other.gold_touched,
            self.found_touched + other.found_touched,
            {name: self.schemes.get(name, none) + other.schemes.get(name, none) for name in SCHEMES},
        )

    @property
    def exact(self) -> Rates:
        """The exact figures."""
        return Rates(self.gold, self.found, self.right, self.right)

    @property
    def overlapping(self) -> Rates:
        """The overlapping figures."""
        return Rates(self.gold, self.found, self.gold_touched, self.found_touched)

    @property
    def precision(self) -> float | None:
        """The exact precision."""
        return self.exact.precision

    @property
    def recall(self) -> float | None:
        """The exact recall."""
        return self.exact.recall

    @property
    def f(self) -> float | None:
        """The exact F."""
        return self.exact.f

    @property
    def wrong(self) -> int:
        """How many spans are in one reading only."""
        return self.gold + self.found - 2 * self.right

    def to_dict(self) -> dict[str, Any]:
        """Counts and figures by name."""
        return {
            "gold": self.gold, "found": self.found, "right": self.right,
            "exact": self.exact.to_dict(), "overlapping": self.overlapping.to_dict(),
            "nervaluate": {name: tally.to_dict() for name, tally in self.schemes.items()},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scores:
    """The figures of some articles.

    ``by_label`` has the labels that occur, in the scheme's order; ``by_layer`` the layers that do. In a layer
    and in all, nervaluate judges spans of different labels against one another; ``total`` sums the layers.
    ``confusion`` counts pairs of gold label and found label, `NOTHING` where the other reading has no span.
    """

    articles: int = 0
    by_label: Mapping[str, Counts] = field(default_factory=dict)
    by_layer: Mapping[str, Counts] = field(default_factory=dict)
    total: Counts = field(default_factory=Counts)
    confusion: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """All of it for JSON; the confusion as a list of records."""
        return {
            "articles": self.articles,
            "total": self.total.to_dict(),
            "layers": {name: counts.to_dict() for name, counts in self.by_layer.items()},
            "labels": {name: counts.to_dict() for name, counts in self.by_label.items()},
            "confusion": [
                {"gold": gold or None, "found": found or None, "spans": count}
                for (gold, found), count in self.confusion.items()
            ],
        }


def score(pairs: Iterable[Pair], scheme: Scheme) -> Scores:
    """Score found spans against gold ones, an article a pair.

    All spans given count, whatever their status: the caller passes accepted gold and what was proposed. The
    same words with the same label count once. A label that the scheme does not know is in no layer; such
    labels are judged together.
    """
    by_label: dict[str, Counts] = {}
    by_layer: dict[str, Counts] = {}
    confusion: Counter[tuple[str, str]] = Counter()
    articles = 0
    for gold_spans, found_spans in pairs:
        articles += 1
        gold, found = _by_layer(gold_spans, scheme), _by_layer(found_spans, scheme)
        for layer in gold.keys() | found.keys():
            mine, theirs = gold.get(layer, set()), found.get(layer, set())
            by_layer[layer] = by_layer.get(layer, Counts()) + _count(mine, theirs)
            for label in {words[2] for words in mine | theirs}:
                counts = _count({w for w in mine if w[2] == label}, {w for w in theirs if w[2] == label})
                by_label[label] = by_label.get(label, Counts()) + counts
            for one, other in paired(mine, theirs):
                confusion[one[2] if one else NOTHING, other[2] if other else NOTHING] += 1
    known = scheme.names
    order = {
        name: number for number, name in enumerate((*known, *sorted(by_label.keys() - set(known)), NOTHING))
    }
    layers = [layer for layer in (*LAYERS, NOTHING) if layer in by_layer]
    total = sum((by_layer[layer] for layer in layers), Counts())
    return Scores(
        articles,
        {name: by_label[name] for name in sorted(by_label, key=order.__getitem__)},
        {layer: by_layer[layer] for layer in layers},
        total,
        {
            pair: confusion[pair]
            for pair in sorted(confusion, key=lambda pair: [order[name] for name in pair])
        },
    )


def _by_layer(spans: Iterable[Span], scheme: Scheme) -> dict[str, set[Words]]:
    layers: dict[str, set[Words]] = {}
    for span in spans:
        layers.setdefault(scheme.layer(span.label), set()).add((span.start, span.end, span.label))
    return layers


def _count(gold: set[Words], found: set[Words]) -> Counts:
    if gold == found:  # the most frequent case: all else takes a look at each
        number = len(gold)
        return Counts(number, number, number, number, number, dict.fromkeys(SCHEMES, Tally(correct=number)))
    return Counts(
        len(gold),
        len(found),
        len(gold & found),
        len(overlapping(gold, found)),
        len(overlapping(found, gold)),
        tallies(gold, found),
    )
