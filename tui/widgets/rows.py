"""A widget of a few rows that sends only the rows that have changed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui import styles
from tui.display import display_line
from tui.widgets.plain_lines import PlainLines

Row = list[Segment]


def text(words: str, style: Style | None = None) -> Segment:
    """Words for a row, plain unless styled; they pass the one door that makes any text safe to print."""
    return Segment(display_line(words), styles.PLAIN if style is None else style)


def cut(words: str, cells: int) -> str:
    """Exactly so many cells of a text, with an ellipsis where it was longer."""
    words = display_line(words)
    if cell_len(words) <= cells:
        return set_cell_size(words, cells)
    return set_cell_size(words, cells - 1) + "…" if cells > 0 else ""


class Rows(PlainLines, Widget):
    """Rows of styled words, cut at the right edge; blank below the last."""

    DEFAULT_CSS = "Rows { height: 1; }"

    def __init__(self, *, id: str | None = None, style: Style | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[Row] = []
        # A style would stay that of the old theme when the theme changes.
        self._is_bar = style is styles.BAR

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows in the place of those before."""
        before, self._rows = self._rows, list(rows)
        for number in range(max(len(before), len(self._rows))):
            old = before[number] if number < len(before) else []
            new = self._rows[number] if number < len(self._rows) else []
            if old != new and number < self.size.height:
                width = max(_length(old), _length(new)) - _same_end(old, new)
                self.refresh(Region(0, number, max(1, min(width, self.size.width)), 1))

    def render_line(self, y: int) -> Strip:
        """One row."""
        row = self._rows[y] if y < len(self._rows) else []
        rest = styles.BAR if self._is_bar else styles.PLAIN
        return Strip(row).crop(0, self.size.width).adjust_cell_length(self.size.width, rest)


def _length(row: Row) -> int:
    return Segment.get_line_length(row)


def _same_end(old: Row, new: Row) -> int:
    """How many cells at the end of two rows of one length need not be sent again."""
    if _length(old) != _length(new):
        return 0
    same = 0
    for before, after in zip(reversed(old), reversed(new), strict=False):
        if before != after:
            break
        same += before.cell_length
    return same
