"""Which cue and which source belong to which quote, when all three were found one by one.

Only the quote's own sentence is looked at. What other quotes say does not count as distance, and their
stops end no sentence; a colon leads on across the end of a line.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

Bounds = tuple[int, int]
BACK, AHEAD = 700, 500
"""Code points before and after a quote in which its sentence is looked for."""
_SENTENCE_END = re.compile(r"[.!?…][»”\"')]*\s+(?=[\"«“‘(—–-]?\s?[A-ZÀ-Ý0-9])|(?<![:,\n])\n+")
_ABBREVIATION = re.compile(r"\b(?:on|dott|prof|sig|dr|avv|ing|mons|st|art|n|cfr|[A-Z])\.\Z", re.IGNORECASE)
_WORD = re.compile(r"\w+|[^\w\s]")
_STOPS = ".!?…:;\n"
BESIDE_OTHER = 6.0
"""What it costs, in words, that another quote stands between, or that the cue leads on to the next."""
COLON = 3.0
"""What a colon before the quote is worth."""
NEAR, FAR = 3.0, 2.0
"""Words within which a report follows its quote, and what each further word costs."""
PAST_CUE = 4.0
"""What it costs that another cue stands between a source and the cue."""


@dataclass(frozen=True, slots=True)
class Reported:
    """A quote's cue and source, as bounds."""

    cue: Bounds | None
    source: Bounds | None


class Linker:
    """Links the quotes of one text; all bounds are in reading order, and quotes do not overlap."""

    def __init__(
        self, text: str, quotes: Sequence[Bounds], cues: Sequence[Bounds], sources: Sequence[Bounds]
    ) -> None:
        self._quotes = list(quotes)
        self._starts = [start for start, _ in quotes]
        self._cues = list(cues)
        self._sources = list(sources)
        self._text = _without_stops(text, quotes)

    def link(self, start: int, end: int, cue: Bounds | None = None) -> Reported:
        """The cue, unless it is known, and the source of the quote at these bounds."""
        low, high = self._sentence(start, end)
        cues = _within(self._cues, low, high)
        cue = cue or min(cues, key=lambda c: self._cue_cost(start, end, high, c), default=None)
        source = min(
            _within(self._sources, low, high),
            key=lambda s: self._source_cost(start, end, cue, cues, s),
            default=None,
        )
        return Reported(cue, source)

    def _sentence(self, start: int, end: int) -> Bounds:
        low = max(0, start - BACK)
        for match in _SENTENCE_END.finditer(self._text, low, start + 2):
            if match.end() <= start and not self._abbreviates(match):
                low = match.end()
        # a stop before the closing mark ends the sentence where a capital follows
        begin = end - 2 if self._text[end - 2 : end - 1] in tuple(".!?…") else end
        high = min(len(self._text), end + AHEAD)
        for match in _SENTENCE_END.finditer(self._text, max(begin, start), high):
            if not self._abbreviates(match):
                return low, max(end, match.start() + 1)
        return low, high

    def _abbreviates(self, match: re.Match[str]) -> bool:
        return bool(_ABBREVIATION.search(self._text, max(0, match.start() - 6), match.start() + 1))

    def _cue_cost(self, start: int, end: int, high: int, cue: Bounds) -> float:
        if cue[1] <= start:
            between = self._quotes_in(cue[1], start)
            cost = self._words(cue[1], start) + (BESIDE_OTHER if between else 0)
            if not between and self._text[max(0, start - 3) : start].rstrip().endswith(":"):
                cost -= COLON
            return cost
        distance = self._words(end, cue[0])
        # a report follows at once, or it belongs to the next clause
        cost = distance + 1.0 + FAR * max(0.0, distance - NEAR)
        following = self._quotes_in(cue[1], high)
        if following and distance > 2:
            ahead = following[0][0]
            if self._text[cue[1] : ahead].rstrip().endswith(":") or self._words(cue[1], ahead) <= distance:
                cost += BESIDE_OTHER
        if self._quotes_in(end, cue[0]):
            cost += BESIDE_OTHER
        return cost

    def _source_cost(
        self, start: int, end: int, cue: Bounds | None, cues: Sequence[Bounds], source: Bounds
    ) -> float:
        if cue is None:
            return self._words(source[1], start) if source[1] <= start else self._words(end, source[0]) + 3.0
        behind = source[0] >= cue[1]
        low, high = (cue[1], source[0]) if behind else (source[1], cue[0])
        past = any(low <= other[0] < high for other in cues)
        return self._words(low, high) + (PAST_CUE if past else 0) - (0.5 if behind else 0)

    def _quotes_in(self, low: int, high: int) -> list[Bounds]:
        first, last = bisect_left(self._starts, low), bisect_left(self._starts, high)
        return self._quotes[first:last]

    def _words(self, low: int, high: int) -> float:
        """Words and marks from ``low`` to ``high``; a whole quote between counts as two."""
        count, at = 0, low
        for start, end in self._quotes_in(low, high):
            if end <= high:
                count += len(_WORD.findall(self._text, at, start)) + 2
                at = end
        return float(count + len(_WORD.findall(self._text, at, max(at, high))))


def _within(spans: Sequence[Bounds], low: int, high: int) -> list[Bounds]:
    first = bisect_left(spans, (low, 0))
    last = bisect_right(spans, (high, high))
    return [span for span in spans[first:last] if span[1] <= high]


def _without_stops(text: str, quotes: Sequence[Bounds]) -> str:
    """The text with no stops inside quotes, but for the last; every offset stays."""
    characters = list(text)
    for start, end in quotes:
        for at in range(start + 1, end - 2):
            if characters[at] in _STOPS:
                characters[at] = "_"
    return "".join(characters)
