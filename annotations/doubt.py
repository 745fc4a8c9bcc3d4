"""Which suggestions are doubtful: where an editor's look teaches most."""

from __future__ import annotations

from annotations.annotation import SUGGESTED, Annotation, Span

DOUBTFUL = 0.75
"""Probability below which a suggestion is doubtful."""
UNKNOWN = 0.5
"""Doubt about a suggestion whose suggester gives no probability."""


def doubt(annotation: Annotation, span: Span) -> float:
    """How doubtful an undecided span is, from 0 to 1; 0 for a decided one.

    Where another suggester sees the words otherwise it is at least a half.
    """
    if span.status != SUGGESTED:
        return 0.0
    if span.score is None:
        return UNKNOWN
    found = 1 - span.score
    return max(found, UNKNOWN) if span.id in annotation.disputed else found


def is_doubtful(annotation: Annotation, span: Span) -> bool:
    """Whether an undecided span has a low probability, or two suggesters disagree on it."""
    if span.status != SUGGESTED:
        return False
    return span.id in annotation.disputed or (span.score is not None and span.score < DOUBTFUL)


def mean_doubt(annotation: Annotation) -> float:
    """The mean doubt about the undecided spans of an annotation; 0 where there are none."""
    doubts = [doubt(annotation, span) for span in annotation.spans if span.status == SUGGESTED]
    return sum(doubts) / len(doubts) if doubts else 0.0
