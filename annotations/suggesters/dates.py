"""Dates that a calendar knows, by patterns: «15 agosto», «2025-09-04», «4 set.», «settembre 2025».

Not proposed are oggi, ieri, bare weekdays and bare years: they are no day without the article's own date.
"""

from __future__ import annotations

import re

from annotations.annotation import SUGGESTED, Span
from annotations.dateline import MONTH_PATTERN, MONTHS
from annotations.tokens import Tokens

ORIGIN = "rule:dates"
SURE = 0.95
"""Score of a date with a month's name or in ISO form."""
LIKELY = 0.8
"""Score of ``04/09/2025`` (which may be a fraction of something else) and of a day that shares its month."""

_GAP = r"\s{1,3}"
_WEEKDAY = r"(?:luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|sabato|domenica)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:[°º]|\b)"
_YEAR = r"(?:1[5-9]|20|21)\d\d\b"
_FULL_MONTH = rf"(?:{'|'.join(MONTHS)})\b"
_MONTH = rf"(?:{_FULL_MONTH}|(?P<short>{MONTH_PATTERN})\b(?P<stop>\.?))"
_BEFORE = r"(?<![\w/.,:°-])"
_THE = r"(?:il\s|l['’]|dal\s|del\s|dall['’]|dell['’])"
_AND = rf"(?:,{_GAP}|{_GAP}(?:e|ed|o|al?|-|–){_GAP}{_THE}?|{_GAP}all['’]|\s?[-–/]\s?)"

_DATES = re.compile(
    rf"(?P<iso>{_BEFORE}{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\w-]))"
    rf"|(?P<numeric>{_BEFORE}{_DAY}(?P<sep>[/.-])(?:0?[1-9]|1[0-2])(?P=sep)(?:{_YEAR}|\d\d)(?![\w/]|[.-]\d))"
    rf"|(?P<days>(?P<first>{_BEFORE}(?:{_WEEKDAY}{_GAP})?{_DAY})"
    rf"(?P<more>(?:{_AND}(?:{_WEEKDAY}{_GAP})?{_DAY}){{0,6}})"
    rf"{_GAP}(?:di{_GAP})?{_MONTH}(?P<year>,?{_GAP}(?:del{_GAP})?{_YEAR})?)"
    rf"|(?P<month>(?<!\w){_FULL_MONTH}{_GAP}(?:del{_GAP})?{_YEAR})",
    re.IGNORECASE,
)
_ONE_DAY = re.compile(rf"(?:{_WEEKDAY}{_GAP})?(?<!\w){_DAY}", re.IGNORECASE)


def suggest_dates(text: str, tokens: Tokens) -> list[Span]:
    """DATE spans on the tokens, in reading order, none overlapping another; ids are empty."""
    found: list[Span] = []
    for match in _DATES.finditer(text):
        if match["days"] is None:
            _add(found, tokens, *match.span(), LIKELY if match["numeric"] else SURE)
            continue
        short = match["short"]
        if short and not (match["stop"] or match["year"] or short.isupper()):
            continue  # «vince 3 set a 1»: a shortened month has its stop, its year or its capitals
        # «il 15 e il 18 agosto» names two days: the last of them has the month.
        days = [m.span() for m in _ONE_DAY.finditer(text, match.start("first"), match.end("more"))]
        for start, end in days[:-1]:
            _add(found, tokens, start, end, LIKELY)
        _add(found, tokens, days[-1][0] if days else match.start(), match.end(), SURE)
    return found


def _add(found: list[Span], tokens: Tokens, start: int, end: int, score: float) -> None:
    bounds = tokens.snap(start, end)
    if bounds is None or (found and found[-1].overlaps(*bounds)):
        return
    found.append(Span("", *bounds, "DATE", SUGGESTED, origin=ORIGIN, score=score))
