"""The suggesters that need no model: all rules together, and the one that proposes nothing. Imports spaCy."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from annotations import __version__
from annotations.annotation import Link, Proposal, Span
from annotations.italian import blank_italian
from annotations.suggesters import Suggester
from annotations.suggesters.dates import suggest_dates
from annotations.suggesters.names import suggest_names
from annotations.suggesters.quotes import suggest_quotes
from annotations.suggesters.tokenizing import desk_tokens
from annotations.tokens import Tokens


class NoSuggester(Suggester):
    """Tokens, so that the editor can mark spans, and no proposals."""

    name = "none"

    def __init__(self) -> None:
        self._nlp = blank_italian()

    def tokens(self, text: str) -> Tokens:
        """The desk's grid for a text."""
        return desk_tokens(self._nlp, text)

    def suggest(self, text: str, tokens: Tokens | None = None) -> Proposal:
        """An empty proposal."""
        return Proposal()


class RuleSuggester(NoSuggester):
    """Names, dates and quotes by rules."""

    name = f"rules@{__version__}"

    def suggest(self, text: str, tokens: Tokens | None = None) -> Proposal:
        """Entities that do not overlap, and quotes with their cues and sources."""
        tokens = tokens if tokens is not None else self.tokens(text)
        dates = suggest_dates(text, tokens)
        names = without_overlaps(dates, suggest_names(text, tokens))
        return numbered([*dates, *names], suggest_quotes(text, tokens))


def without_overlaps(kept: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Those of ``others`` that share no code point with one of ``kept``, in reading order."""
    kept = sorted(kept, key=lambda s: s.start)
    result, index = [], 0
    for span in sorted(others, key=lambda s: s.start):
        while index < len(kept) and kept[index].end <= span.start:
            index += 1
        if index == len(kept) or not kept[index].overlaps(span.start, span.end):
            result.append(span)
    return result


def numbered(entities: Iterable[Span], quotes: Proposal) -> Proposal:
    """One proposal of entities and quotes, in reading order, with ids ``p1``, ``p2``, …"""
    spans = sorted([*entities, *quotes.spans], key=lambda s: s.order)
    names: dict[str, str] = {}
    result = []
    for number, span in enumerate(spans, 1):
        if span.id:
            names[span.id] = f"p{number}"
        result.append(replace(span, id=f"p{number}"))
    links = tuple(sorted(Link(names[k.content], k.kind, names[k.target]) for k in quotes.links))
    return Proposal(tuple(result), links)
