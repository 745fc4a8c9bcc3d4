"""A second opinion: on which spans two suggesters disagree."""

from __future__ import annotations

from msgspec.structs import replace

from annotations.annotation import Proposal, Span
from annotations.scheme import CONTENT, CUE, SOURCE
from annotations.span_index import SpanIndex

_QUOTES = (CONTENT, CUE, SOURCE)


def with_second_opinion(first: Proposal, second: Proposal) -> Proposal:
    """The first suggester's proposal, with those entities marked that the second sees otherwise.

    Disputed are those of the first that have no twin among the second's, where the second does propose that
    label somewhere or proposes something else there. What only the second proposes, on words where the first
    has no entity, is added and disputed too. Quotes with their cues and sources are the first's.
    """
    mine = [span for span in first.spans if span.label not in _QUOTES]
    others = [span for span in second.spans if span.label not in _QUOTES]
    known = {span.label for span in others}
    twins = {(s.start, s.end, s.label) for s in others}
    index = SpanIndex(sorted(others, key=lambda s: s.order))
    disputed = {
        span.id
        for span in mine
        if (span.start, span.end, span.label) not in twins
        and (span.label in known or index.over(span.start, span.end))
    }
    standing = SpanIndex(sorted(mine, key=lambda s: s.order))
    added: list[Span] = []
    for span in others:
        if not standing.over(span.start, span.end):
            added.append(replace(span, id=f"second {span.id}"))
    return Proposal(
        (*first.spans, *added), first.links, first.disputed | disputed | {span.id for span in added}
    )
