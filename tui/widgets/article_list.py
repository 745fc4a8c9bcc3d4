"""The list of articles: a row each, drawn when it is on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from annotations.annotation import DONE, NEW
from annotations.article import Article
from annotations.store import Progress
from tui import styles
from tui.widgets.rows import cut, text

if TYPE_CHECKING:
    from textual import events

HEAD = f" {'date':10} {'agency':10} {'decided':>9}  {'state':11} title"
"""The columns' names, in the places where the rows have them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: an article with its progress; ``fault``: why a file is none, or what is wrong in the store."""

    article: Article | None
    progress: Progress
    fault: str = ""


class ArticleList(ScrollView, can_focus=False, inherit_bindings=False):
    """Rows with a cursor; a move sends two of them."""

    DEFAULT_CSS = """
    ArticleList { overflow-x: hidden; overflow-y: scroll; scrollbar-size: 0 0; }
    """

    @dataclass
    class Opened(Message):
        """The mouse chose an article."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[Entry] = []
        self.cursor = 0

    def set_entries(self, entries: list[Entry]) -> None:
        """Show other rows; the cursor stays on its article where that is still there."""
        here = self.current
        self.entries = entries
        row = next(
            (i for i, e in enumerate(entries) if here and here.article and e.article is here.article), None
        )
        self.cursor = max(0, min(self.cursor, len(entries) - 1)) if row is None else row
        self.virtual_size = Size(self.size.width, len(entries))
        self._reveal()
        self.refresh()

    @property
    def current(self) -> Entry | None:
        """The row under the cursor."""
        return self.entries[self.cursor] if self.entries else None

    def move(self, step: int) -> None:
        """Move the cursor by rows, up to the ends."""
        self.go_to(self.cursor + step)

    def page(self, step: int) -> None:
        """Move the cursor by the height of the window."""
        self.move(step * max(1, self.size.height - 1))

    def go_to(self, row: int) -> None:
        """Put the cursor on a row."""
        old, self.cursor = self.cursor, max(0, min(row, len(self.entries) - 1))
        self._reveal()
        for changed in {old, self.cursor}:
            self._refresh_row(changed)

    def render_line(self, y: int) -> Strip:
        """One row."""
        row, width = y + self.scroll_offset.y, self.size.width
        if row >= len(self.entries):
            return Strip.blank(width, styles.PLAIN)
        entry, here = self.entries[row], row == self.cursor
        if entry.article is None or entry.fault:
            style = styles.BAR if here else styles.DIM
            return Strip([text(cut(f" ! {entry.fault}", width), style)])
        base = styles.BAR if here else styles.PLAIN
        article, progress = entry.article, entry.progress
        share = f"{progress.decided}/{progress.total}" if progress.total else "-"
        head = f" {article.date or '':10} {cut(article.agency or '', 10)} {share:>9}  "
        state = base if here else {DONE: styles.DIM, NEW: styles.BOLD}.get(progress.state, styles.WARNING)
        segments: list[Segment] = [text(head, base), text(f"{progress.state:11} ", state)]
        room = max(0, width - sum(cell_len(s.text) for s in segments))
        return Strip([*segments, text(cut(article.title, room), base)]).crop(0, width)

    def on_click(self, event: events.Click) -> None:
        """Go to a row; a second click there opens it."""
        row = event.y + self.scroll_offset.y
        if row < len(self.entries):
            again = row == self.cursor
            self.go_to(row)
            if again:
                self.post_message(self.Opened())

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view."""
        self.virtual_size = Size(event.size.width, len(self.entries))
        self._reveal()

    def _reveal(self) -> None:
        top, height = self.scroll_offset.y, self.size.height
        if height < 1 or top <= self.cursor < top + height:
            return
        target = self.cursor if self.cursor < top else self.cursor - height + 1
        self.scroll_to(y=target, animate=False, immediate=True)

    def _refresh_row(self, row: int) -> None:
        y = row - self.scroll_offset.y
        if 0 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))
