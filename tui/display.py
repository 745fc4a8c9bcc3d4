"""The one door from any text to the screen.

An article, a path or a label is data: no code point of it may act on the terminal, and none may change how
many there are, so that offsets hold. Each one that is invisible, that steers, or whose width terminals
disagree about becomes exactly one visible stand-in.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_PLAIN = re.compile("[\n\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*")
"""What Italian news is made of; it needs no second look."""
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_DOT = "\N{MIDDLE DOT}"
_FIRST_FLAG, _LAST_FLAG = 0x1F1E6, 0x1F1FF
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_KEYCAP = 0x20E3
_BLANK_LETTERS = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0))
"""Letters and joiners by their class in Unicode, of which nothing is seen."""
_MOST_MARKS = 4
"""Accents and vowel signs on one letter that are still writing; a tower of them would hide other lines."""
_MARKS_END = 0x1F000
_VOWELS = "\u1160-\u11ff\ud7b0-\ud7ff"
"""Korean vowels and finals, which take no cell of their own."""


class _StandIns(dict[int, str]):
    """For `str.translate`: looks each code point up once."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _stand_in(code)
        return found


def _stand_in(code: int) -> str:
    char = chr(code)
    if char == "\t":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if _FIRST_FLAG <= code <= _LAST_FLAG:
        return chr(ord("A") + code - _FIRST_FLAG)
    if (
        code in _SKIN_TONES
        or code == _KEYCAP
        or code in _BLANK_LETTERS
        or "VARIATION SELECTOR" in unicodedata.name(char, "")
    ):
        return _DOT
    category = unicodedata.category(char)
    if category == "Cf":
        # What reorders the line is marked; what merely joins or breaks is a dot.
        return _REPLACEMENT if unicodedata.bidirectional(char)[0] in "LRPF" and code != 0xFEFF else _DOT
    if category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp"):
        return _REPLACEMENT
    return char


class _Escapes(dict[int, str]):
    """The same for JSON: what has a stand-in is escaped, by its units of UTF-16."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = found = char if _TABLE[code] == char else _escaped(char)
        return found


def _escaped(text: str) -> str:
    units = text.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


_TABLE = _StandIns({ord("\n"): "\n"})
_ESCAPES = _Escapes({ord("\n"): "\n"})


def display(text: str) -> str:
    """A text of the same length (code points) that is safe to print; only LF is left of the controls."""
    if _PLAIN.fullmatch(text):
        return text
    return _towers().sub(_cut_down, text.translate(_TABLE))


def display_line(text: str) -> str:
    """The same for a place of one line: LF becomes a blank too."""
    return display(text).replace("\n", " ")


def display_json(text: str) -> str:
    """JSON in which every code point that `display` would replace is escaped, so that no value changes."""
    if _PLAIN.fullmatch(text):
        return text
    most = _MOST_MARKS
    return _towers().sub(lambda found: found[0][:most] + _escaped(found[0][most:]), text).translate(_ESCAPES)


@cache
def _towers() -> re.Pattern[str]:
    """What stands on a letter beyond its first few marks; made when a text needs it, in some milliseconds."""
    marks = (
        chr(code) for code in range(0x300, _MARKS_END) if unicodedata.category(chr(code)) in ("Mn", "Me")
    )
    mark = f"[{''.join(marks)}{_VOWELS}]"
    return re.compile(mark * _MOST_MARKS + f"{mark}+")


def _cut_down(tower: re.Match[str]) -> str:
    return tower[0][:_MOST_MARKS] + _DOT * (len(tower[0]) - _MOST_MARKS)
