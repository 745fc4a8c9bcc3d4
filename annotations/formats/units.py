"""Offsets in UTF-16 code units, as programs in JavaScript and Java count, and in code points, as Python does.

The two differ where a text has characters beyond U+FFFF, such as emoji: each takes two code units.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from contextlib import suppress

from annotations.formats.incoming import Unfit
from annotations.language import _


def to_utf16(text: str, offsets: Iterable[int]) -> list[int]:
    """Code points of ``text`` as UTF-16 code units.

    Raises:
        ValueError: an offset does not lie in the text.
    """
    wide = _wide(text)
    found = []
    for offset in offsets:
        if not 0 <= offset <= len(text):
            raise ValueError(f"{offset} does not lie in the text")
        found.append(offset + bisect_left(wide, offset))
    return found


def from_utf16(text: str, offsets: Iterable[object]) -> list[int]:
    """UTF-16 code units of ``text`` as code points.

    Args:
        text: the text.
        offsets: as a file of others has them, so that they may be anything.

    Raises:
        Unfit: an offset is no number, lies outside the text, or between the halves of a character.
    """
    starts = [offset + number for number, offset in enumerate(_wide(text))]
    length = len(text) + len(starts)
    found = []
    for offset in offsets:
        if type(offset) is not int:
            raise Unfit(_("the offset {offset} is no number").format(offset=str(offset)[:40]))
        if not 0 <= offset <= length:
            raise Unfit(
                _("the offset {offset} does not lie in the text, which has {n} UTF-16 units").format(
                    offset=str(offset)[:40], n=length
                )
            )
        before = bisect_left(starts, offset)
        if before and starts[before - 1] == offset - 1:
            raise Unfit(_("the offset {offset} lies within a character").format(offset=offset))
        found.append(offset - before)
    return found


def settled(text: str, start: object, end: object, words: object) -> tuple[object, object]:
    """Offsets as code points, where the words that a file has for them tell that it counted code units.

    Tools that run in a browser have counted both, depending on their version. Offsets that fit the words
    neither way are left as they are.
    """
    if type(start) is not int or type(end) is not int or not isinstance(words, str):
        return start, end
    if text[max(start, 0) : max(end, 0)] != words:
        with suppress(Unfit):
            first, last = from_utf16(text, (start, end))
            if text[first:last] == words:
                return first, last
    return start, end


def _wide(text: str) -> list[int]:
    """The code points that take two code units each."""
    if text.isascii() or max(text) <= "\uffff":
        return []
    return [at for at, char in enumerate(text) if char > "\uffff"]
