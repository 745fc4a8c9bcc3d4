"""The grid of letters: for an editor who insists on an edge inside a word.

It answers what `annotations.tokens.Tokens` answers on edges. A letter keeps the accents that are written
behind it.
"""

from __future__ import annotations

import unicodedata


class Letters:
    """The edges of a text's letters; offsets in code points."""

    def __init__(self, text: str) -> None:
        self._text = text

    def end_after(self, offset: int) -> int | None:
        """The nearest edge beyond ``offset``; None at the text's end."""
        return self._edge(offset + 1, 1) if offset < len(self._text) else None

    def end_before(self, offset: int) -> int | None:
        """The nearest edge short of ``offset``; None at the text's beginning."""
        return self._edge(offset - 1, -1) if offset > 0 else None

    start_after = end_after
    start_before = end_before

    def _edge(self, offset: int, step: int) -> int:
        while 0 < offset < len(self._text) and unicodedata.combining(self._text[offset]):
            offset += step
        return offset
