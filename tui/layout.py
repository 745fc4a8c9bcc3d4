"""Where the text of an article stands on the screen: lines, columns and offsets, without Textual.

A line of the screen is a stretch of the text, from one offset to the next; nothing is copied or inserted.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right

from rich.cells import get_character_cell_size

from tui.display import display

_NOT_ONE_CELL = re.compile(
    "[^\n\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2400-\u2421\ufffd]"
)
"""Code points that may take no cell or two."""


class Layout:
    """A text wrapped at blanks into lines of at most ``width`` cells."""

    def __init__(self, text: str, width: int) -> None:
        self.text = display(text)
        self.width = max(1, width)
        self.starts = array("l")
        self._odd = _NOT_ONE_CELL.search(self.text) is not None
        start = 0
        while True:
            end = self.text.find("\n", start)
            self._wrap(start, end if end >= 0 else len(self.text))
            if end < 0:
                break
            start = end + 1

    def __len__(self) -> int:
        return len(self.starts)

    def bounds(self, line: int) -> tuple[int, int]:
        """Start and end of a line, the blanks and the newline at its end included."""
        end = self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)
        return self.starts[line], end

    def visible(self, line: int) -> tuple[int, int]:
        """Start and end of what a line shows: no newline, and no blank that hangs over its edge."""
        start, end = self.bounds(line)
        if end > start and self.text[end - 1] == "\n":
            end -= 1
        while end > start and self.text[end - 1] == " " and self.cells(start, end) > self.width:
            end -= 1
        return start, end

    def line_of(self, offset: int) -> int:
        """The line on which a code point stands."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def lines_of(self, start: int, end: int) -> range:
        """The lines that ``[start, end)`` touches."""
        return range(self.line_of(start), self.line_of(max(start, end - 1)) + 1)

    def column(self, offset: int) -> int:
        """The cell, counted from 0, in which a code point begins."""
        start = self.starts[self.line_of(offset)]
        return self.cells(start, offset)

    def cells(self, start: int, end: int) -> int:
        """How many cells a stretch of one line takes."""
        if not self._odd or _NOT_ONE_CELL.search(self.text, start, end) is None:
            return end - start
        return sum(map(get_character_cell_size, self.text[start:end]))

    def offset(self, line: int, column: int) -> int:
        """The offset of the code point in a cell; beyond the line's end, that of its last one."""
        start, end = self.visible(line)
        if not self._odd:
            return max(start, min(start + column, end - 1))
        cells = 0
        for offset in range(start, end):
            cells += get_character_cell_size(self.text[offset])
            if cells > column:
                return offset
        return max(start, end - 1)

    def _wrap(self, start: int, end: int) -> None:
        if self._odd and _NOT_ONE_CELL.search(self.text, start, end):
            self._wrap_cells(start, end)
            return
        text, width = self.text, self.width
        while end - start > width:
            # A blank may stand in the column after the last: it hangs over the edge.
            blank = text.rfind(" ", start, start + width + 1)
            cut = blank + 1 if blank >= start else start + width
            self.starts.append(start)
            start = cut
        self.starts.append(start)

    def _wrap_cells(self, start: int, end: int) -> None:
        """The same where code points differ in width."""
        cells, cut = 0, start
        offset = start
        while offset < end:
            char = self.text[offset]
            size = get_character_cell_size(char)
            if cells + size > self.width and char != " ":
                if cut <= start:
                    cut = max(offset, start + 1)
                self.starts.append(start)
                start = offset = cut
                cells = 0
                continue
            cells += size
            offset += 1
            if char == " ":
                cut = offset
        self.starts.append(start)


def folded(words: str, width: int) -> list[str]:
    """Words on lines of at most so many cells; none where there are no words."""
    if not words:
        return []
    layout = Layout(words.replace("\n", " "), width)
    return [layout.text[slice(*layout.visible(line))] for line in range(len(layout))]
