"""Datelines of Italian news agencies: who sent the article, from where, on which day.

The forms are those that the agencies print::

     date 2025-09-04 (Adnkronos) - …        Parigi, 4 set. (askanews) - …
    ROMA, 4 SET - …                         (ANSA) - ROMA, 4 SET - …
    Roma, 4 set. - (Adnkronos) - …          (AGI) - Roma, 4 set. 2025 - …
"""

from __future__ import annotations

import datetime
import re

from msgspec import Struct

MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip
"""Italian names of the months, January first."""

# «set» and «sett» are both printed for settembre; otherwise the first three letters.
MONTH_PATTERN = r"(?:" + "|".join(f"{m[:3]}(?:{m[3:]})?" for m in MONTHS) + r"|sett)"
"""Matches a month's name, whole or shortened, without its full stop (use with ``re.IGNORECASE``)."""

_DAY = rf"(?P<day>\d{{1,2}})[°º]?\s+(?P<month>{MONTH_PATTERN})\b\.?(?:\s+(?P<year>(?:19|20)\d\d))?"
_PLACE = r"(?P<place>[A-ZÀ-Ý][\w'’.\- ]{1,40}?(?:\s*/\s*[A-ZÀ-Ý][\w'’.\- ]{1,40}?)?)"
_AGENCY = r"\(\s*(?P<agency>[A-Za-zÀ-ÿ][\w&./ \-]{1,30}?)\s*\)"
_DASH = r"\s*[-–—]+\s*"

_FORMS = (
    # « date 2025-09-04 (Adnkronos) - »
    rf"\s*(?:date\s+)?(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\s*{_AGENCY}{_DASH}",
    # «(ANSA) - ROMA, 4 SET - »
    rf"\s*{_AGENCY}{_DASH}{_PLACE},\s*(?i:{_DAY}){_DASH}",
    # «Parigi, 4 set. (askanews) - », «Roma, 4 set. - (Adnkronos) - »
    rf"\s*{_PLACE},\s*(?i:{_DAY})\s*[-–—]*\s*{_AGENCY}{_DASH}",
    # «ROMA, 4 SET - »
    rf"\s*{_PLACE},\s*(?i:{_DAY}){_DASH}",
    # «(ANSA) - »
    rf"\s*{_AGENCY}{_DASH}",
)
"""Compiled when they are first tried, which takes a millisecond each: an article begins with one of them."""
_KNOWN_AGENCY = (
    r"(?i)\(\s*(ANSA|Adnkronos|askanews|AGI|LaPresse|Italpress|Agenzia Nova|Nova|DIRE|9Colonne|Reuters|AFP)"
    r"(?:/[^)]*)?\s*\)"
)
_BYLINE_ZONE = 200
"""Code points from the start of the body in which a stray «(ANSA)» still counts as its agency."""


class Dateline(Struct, frozen=True):
    """What a dateline says; ``end`` is the offset (code points) where the article's own words begin."""

    end: int
    date: str | None = None
    agency: str | None = None
    place: str | None = None


def read_dateline(text: str, start: int = 0, year: int | None = None) -> Dateline | None:
    """Read the dateline that stands at ``start``.

    Args:
        text: the whole article.
        start: offset, in code points, of the line that may begin with a dateline.
        year: the year to assume where the dateline gives only day and month.

    Returns:
        The dateline, or None where there is none. ``date`` is ISO 8601; without a year, in the text or
        given, it is None.
    """
    for form in _FORMS:
        match = re.compile(form).match(text, start)
        if match:
            found = match.groupdict()
            return Dateline(
                match.end(), _iso_date(found, year), found.get("agency"), _as_written(found.get("place"))
            )
    match = re.compile(_KNOWN_AGENCY).search(text, start, start + _BYLINE_ZONE)
    return Dateline(start, agency=match[1]) if match else None


def month_number(word: str) -> int | None:
    """The number, 1 to 12, of an Italian month's name or abbreviation («set», «SETT.», «settembre»)."""
    head = word.rstrip(".").lower()[:3]
    return next((i for i, month in enumerate(MONTHS, 1) if month[:3] == head), None)


def _iso_date(found: dict[str, str | None], year: int | None) -> str | None:
    if iso := found.get("iso"):
        try:
            return datetime.date.fromisoformat(iso).isoformat()
        except ValueError:
            return None
    day, month = found.get("day"), found.get("month")
    if day is None or month is None:
        return None
    stated = found.get("year")
    number, this_year = month_number(month), int(stated) if stated else year
    if number is None or this_year is None:
        return None
    try:
        return datetime.date(this_year, number, int(day)).isoformat()
    except ValueError:
        return None


def _as_written(place: str | None) -> str | None:
    """«ROMA» is a way of setting Rome in type, not another town; «L'AQUILA» likewise."""
    if place is None or not place.isupper():
        return place
    return re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), place)
