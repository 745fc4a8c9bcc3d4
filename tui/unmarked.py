"""Words that may be worth a span and have none: names, dates, quotes, and who says them with which verb."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from annotations.annotation import REJECTED
from annotations.suggesters.dates import suggest_dates
from annotations.suggesters.lexicon import COMMON_CAPITALS, FUNCTION_WORDS
from annotations.suggesters.marks import outermost
from annotations.suggesters.quotes import reports_of

if TYPE_CHECKING:
    from annotations.tokens import Tokens
    from tui.review import Review

Bounds = tuple[int, int]
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w.&-]*(?:['’]\w[\w-]*)?"
_PARTICLE = r"(?:d[aei]|del|dell[ao]|dei|degli|delle|di|von|van|de|la|el|al|bin)"
_NAME = re.compile(
    rf"(?<![\w'’]){_CAPITAL}(?:[ ](?:{_PARTICLE}[ ])?{_CAPITAL})*|(?<=['’]){_CAPITAL}(?:[ ]{_CAPITAL})*"
)
_FIRST_WORD = re.compile(r"[^\W_]+['’]?")
_SENTENCE_START = re.compile(r"(?:\A|[.!?…:][»”\"')]*\s+|\n\s*|[«“\"(]\s*)\Z")


def places_of(text: str, tokens: Tokens) -> tuple[Bounds, ...]:
    """All such words of a text, on whole tokens, in reading order; of two that begin together the longer."""
    quotes = outermost(text)
    found: list[Bounds] = [(q.start, q.end) for q in quotes]
    for report in reports_of(text, quotes):
        if report is not None:
            found += [bounds for bounds in (report.cue, report.source) if bounds]
    found += [(date.start, date.end) for date in suggest_dates(text, tokens)]
    found += _names(text)
    best: dict[int, Bounds] = {}
    for start, end in found:
        bounds = tokens.snap(start, end)
        if bounds is not None and best.get(bounds[0], bounds)[1] <= bounds[1]:
            best[bounds[0]] = bounds
    return tuple(best[start] for start in sorted(best))


def unmarked(review: Review, first: int, last: int) -> list[Bounds]:
    """Those that begin in ``[first, last)`` and on which no span stands."""
    standing = {(s.start, s.end) for s in review.annotation.spans if s.status != REJECTED}
    places = review.places
    inside = places[bisect_left(places, (first, 0)) : bisect_left(places, (last, 0))]
    return [place for place in inside if place not in standing]


def _names(text: str) -> list[Bounds]:
    found = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        while end > start and text[end - 1] in ".-&":
            # «G.», «U.S.A.» keep their stop, the last word of a sentence does not
            if text[end - 1] == "." and end - start <= 2:
                break
            end -= 1
        word = _FIRST_WORD.match(text, start, end)
        if word is not None and _is_ordinary(text, word):
            start = word.end() + (text[word.end() : word.end() + 1] == " ")
        if start < end and text[start:end].lower() not in COMMON_CAPITALS:
            found.append((start, end))
    return found


def _is_ordinary(text: str, word: re.Match[str]) -> bool:
    """A word that has its capital from the sentence it begins."""
    return word[0].lower() in FUNCTION_WORDS and bool(
        _SENTENCE_START.search(text, max(0, word.start() - 8), word.start())
    )
