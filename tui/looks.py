"""The look of a cell, as SGR codes set it, and the shortest way from one look to another."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

_ATTRIBUTES = ("1", "2", "3", "4", "7", "9", "21")
"""Bold, dim, italic, underlined, reversed, struck through, underlined twice."""
_TWICE = "21"
"""To some terminals it is nothing, or the end of bold: what follows it begins from a reset."""
_OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "7": "27", "9": "29"}
_TAKES_OFF = {"22": "12", "23": "3", "24": "4", "27": "7", "29": "9"}


class Look(NamedTuple):
    """What SGR sets, from a terminal that has just been reset.

    ``ink`` and ``ground`` are codes of colours, empty for the terminal's own. ``odd`` holds all codes in the
    place of the rest where one of them is not known here: such a look is compared and sent as it came.
    """

    attributes: tuple[str, ...] = ()
    ink: str = ""
    ground: str = ""
    odd: str = ""

    @property
    def codes(self) -> str:
        """The codes that make it on a terminal that has been reset."""
        return self.odd or ";".join(filter(None, (*self.attributes, self.ink, self.ground)))


PLAIN = Look()


@cache
def look(codes: str) -> Look:
    """The look that codes make on a terminal that has been reset: ``1;31`` or ``0`` or nothing."""
    on: set[str] = set()
    ink = ground = ""
    left = codes.split(";") if codes else []
    while left:
        code = left.pop(0).lstrip("0")
        if not code:
            on, ink, ground = set(), "", ""
        elif code in _ATTRIBUTES:
            on.add(code)
        elif code in _TAKES_OFF and _TWICE not in on:
            on -= set(_TAKES_OFF[code])
        elif code in ("38", "48") and (count := {"5": 2, "2": 4}.get(left[0] if left else "", 9)) <= len(
            left
        ):
            colour = ";".join([code, *left[:count]])
            del left[:count]
            ink, ground = (colour, ground) if code == "38" else (ink, colour)
        elif code in ("39", "49"):
            ink, ground = ("", ground) if code == "39" else (ink, "")
        elif len(code) == 2 and code[0] in "39" and code[1] < "8":
            ink = code
        elif (len(code) == 2 and code[0] == "4" and code[1] < "8") or (len(code) == 3 and code[:2] == "10"):
            ground = code
        else:
            return Look(odd=codes)
    return Look(tuple(code for code in _ATTRIBUTES if code in on), ink, ground)


_SEEN_ON_BLANKS = frozenset(("4", "7", "9", _TWICE))


@cache
def blank(worn: Look) -> Look:
    """What can be seen of a look on a blank: no ink, unless there is a line or it is reversed."""
    if worn.odd or not _SEEN_ON_BLANKS.isdisjoint(worn.attributes):
        return worn
    return Look(ground=worn.ground)


@cache
def transition(before: Look, after: Look) -> str:
    """The shortest escape sequence that turns one look into the other; nothing where they are the same."""
    if before == after:
        return ""
    if after == PLAIN:
        return "\x1b[m"
    whole = f"\x1b[{after.codes}m" if before == PLAIN else f"\x1b[0;{after.codes}m"
    if before.odd or after.odd or _TWICE in (*before.attributes, *after.attributes):
        return whole
    gone = set(before.attributes) - set(after.attributes)
    off = {_OFF[code] for code in gone}
    lost = {code for code in before.attributes if _OFF[code] in off}
    on = set(after.attributes) - (set(before.attributes) - lost)
    codes = [*sorted(off), *sorted(on)]
    if before.ink != after.ink:
        codes.append(after.ink or "39")
    if before.ground != after.ground:
        codes.append(after.ground or "49")
    return min(whole, f"\x1b[{';'.join(codes)}m", key=len)
