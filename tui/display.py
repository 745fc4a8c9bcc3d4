"""The one door from any text to the screen.

An article, a path or a label is data: no code point of it may act on the terminal, and none may change how
many there are, so that offsets hold. Each one that is invisible, that steers, or whose width terminals
disagree about becomes exactly one visible stand-in.
"""

from __future__ import annotations

import re
import unicodedata

_PLAIN = re.compile("[\n\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*")
"""What Italian news is made of; it needs no second look."""
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_DOT = "\N{MIDDLE DOT}"
_FIRST_FLAG, _LAST_FLAG = 0x1F1E6, 0x1F1FF
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_KEYCAP = 0x20E3


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
    if code in _SKIN_TONES or code == _KEYCAP or "VARIATION SELECTOR" in unicodedata.name(char, ""):
        return _DOT
    category = unicodedata.category(char)
    if category == "Cf":
        # What reorders the line is marked; what merely joins or breaks is a dot.
        return _REPLACEMENT if unicodedata.bidirectional(char)[0] in "LRPF" and code != 0xFEFF else _DOT
    if category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp"):
        return _REPLACEMENT
    return char


_TABLE = _StandIns({ord("\n"): "\n"})


def display(text: str) -> str:
    """A text of the same length (code points) that is safe to print; only LF is left of the controls."""
    return text if _PLAIN.fullmatch(text) else text.translate(_TABLE)


def display_line(text: str) -> str:
    """The same for a place of one line: LF becomes a blank too."""
    return display(text).replace("\n", " ")
