"""What a pipeline reaches on the articles that were kept from training. Imports spaCy."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from annotations.annotation import ACCEPTED
from annotations.errors import ChiosaError
from annotations.evaluation import judge
from annotations.formats import Reviewed
from annotations.scheme import Scheme
from annotations.scoring import Scores, score

if TYPE_CHECKING:
    from annotations.suggesters import Suggester


def looked_at(units: Sequence[Reviewed]) -> frozenset[str]:
    """The labels that a review used at all: nobody can say of another one whether a proposal is right."""
    return frozenset(s.label for unit in units for s in unit.annotation.spans if s.decided)


def figures(
    suggester: Suggester, units: Sequence[Reviewed], scheme: Scheme, labels: Collection[str] | None = None
) -> Scores:
    """Score what a suggester proposes for reviewed articles; ``labels`` are those that count.

    Raises:
        ChiosaError: it fails on an article.
    """
    pairs = []
    proposals = suggester.suggest_all(unit.article.text for unit in units)
    for unit, proposal in zip(units, proposals, strict=True):
        if isinstance(proposal, ChiosaError):
            raise ChiosaError(f"{unit.article.path}: {proposal}")
        judged = judge(unit.article, unit.annotation, proposal, scheme, labels)
        pairs.append((judged.gold.spans, judged.found.spans))
    return score(pairs, scheme)


def accepted_spans(units: Sequence[Reviewed]) -> int:
    """How many spans there are to learn from."""
    return sum(s.status == ACCEPTED for unit in units for s in unit.annotation.spans)
