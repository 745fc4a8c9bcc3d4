"""Rows with a cursor, of which one is picked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui import styles
from tui.widgets.plain_lines import PlainLines
from tui.widgets.rows import Row

if TYPE_CHECKING:
    from textual import events


@dataclass(frozen=True, slots=True)
class Pick:
    """A row that can be picked: ``row`` draws it for a number of cells, ``words`` are what a filter looks at.

    One without a ``value`` is a heading, over which the cursor passes.
    """

    value: Any
    row: Callable[[int], Row]
    words: str = ""


class PickList(PlainLines, ScrollView, can_focus=False, inherit_bindings=False):
    """Drawn when it is on screen; a move of the cursor sends two rows."""

    DEFAULT_CSS = """
    PickList { height: 1fr; overflow-x: hidden; overflow-y: scroll; scrollbar-size: 0 0; }
    """

    @dataclass
    class Picked(Message):
        """The mouse picked the row under the cursor."""

    def __init__(self, picks: list[Pick]) -> None:
        super().__init__()
        self.picks = picks
        self.cursor = 0
        self._settle(1)

    @property
    def current(self) -> Pick | None:
        """The row under the cursor."""
        pick = self.picks[self.cursor] if self.picks else None
        return pick if pick is not None and pick.value is not None else None

    def show(self, picks: list[Pick], cursor: int = 0) -> None:
        """Show other rows."""
        self.picks = picks
        self.cursor = max(0, min(cursor, len(picks) - 1))
        self._settle(1)
        self.virtual_size = Size(1, len(picks))
        self._reveal()
        self.refresh()

    def move(self, step: int) -> None:
        """Move the cursor, over headings."""
        old = self.cursor
        self.cursor = max(0, min(self.cursor + step, len(self.picks) - 1))
        self._settle(1 if step > 0 else -1)
        if self.current is None:
            self.cursor = old
        self._reveal()
        for row in {old, self.cursor}:
            self.redraw(row)

    def page(self, step: int) -> None:
        """Move the cursor by the height of the window."""
        self.move(step * max(1, self.size.height - 1))

    def redraw(self, row: int) -> None:
        """Send a row again."""
        y = row - self.scroll_offset.y
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One row; that under the cursor is reversed."""
        row, width = y + self.scroll_offset.y, self.size.width
        if row >= len(self.picks):
            return Strip.blank(width, styles.PLAIN)
        segments = self.picks[row].row(width)
        if row == self.cursor and self.picks[row].value is not None:
            segments = [Segment(s.text, (s.style or styles.PLAIN) + styles.BAR) for s in segments]
            return Strip(segments).crop(0, width).adjust_cell_length(width, styles.BAR)
        return Strip(segments).crop(0, width).adjust_cell_length(width, styles.PLAIN)

    def on_mount(self) -> None:
        """Tell the scrolling how much there is."""
        self.virtual_size = Size(1, len(self.picks))

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view."""
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        """Go to a row and pick it."""
        row = event.y + self.scroll_offset.y
        if row < len(self.picks) and self.picks[row].value is not None:
            self.move(row - self.cursor)
            self.post_message(self.Picked())

    def _settle(self, step: int) -> None:
        """Off a heading: on in the same direction, else back."""
        for direction in (step, -step):
            row = self.cursor
            while 0 <= row < len(self.picks) and self.picks[row].value is None:
                row += direction
            if 0 <= row < len(self.picks):
                self.cursor = row
                return

    def _reveal(self) -> None:
        top, height = self.scroll_offset.y, self.size.height
        if height < 1 or top <= self.cursor < top + height:
            return
        target = self.cursor if self.cursor < top else self.cursor - height + 1
        self.scroll_to(y=target, animate=False, immediate=True)
