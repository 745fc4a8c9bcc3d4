"""The list of articles: a row each, drawn when it is on screen."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotations.annotation import DONE, NEW
from annotations.language import N_, _, n_
from tui import styles
from tui.listing import STATE_WORDS, Entry, Listing, Order, grouped, state_word
from tui.widgets.bars import flag_sign
from tui.widgets.plain_lines import PlainLines
from tui.widgets.rows import Row, cut, text

if TYPE_CHECKING:
    from textual import events

DEFAULT_COLUMNS = ("date", "agency", "decided", "state", "doubt", "flags", "title")
"""The columns' names, from left to right."""
_HEADS = {
    "date": N_("date"), "agency": N_("agency"), "decided": N_("decided"), "state": N_("state"),
    "doubt": N_("doubt"), "flags": "", "title": N_("title"),
}  # fmt: skip
"""What stands above a column, for translation; above the flags stands their sign."""
_CELLS = {"date": 10, "agency": 9, "decided": 7, "state": 0, "doubt": 2, "flags": 3}
"""The least width of a column; its head needs room as well, and the title has what is left."""
_RIGHT = ("decided", "doubt")
"""Columns of numbers, which end at the right, with the last letter of their heads."""
_GIVEN_UP = ("agency", "decided", "doubt", "flags", "date")
"""Columns that make way, one after another, where the title would have too little room."""
_TITLE_ROOM = 20
"""Cells that a title should have."""
_WHEEL = 3
"""Rows by which the mouse wheel moves the window."""

Columns = tuple[tuple[str, int], ...]
"""Names and widths, in cells, of the columns that are shown."""


def arrow(falls: bool) -> str:
    """Which way a column is sorted."""
    return ("^v" if os.environ.get("TERM") == "linux" else "▲▼")[falls]


def fitted(names: Iterable[str], width: int) -> Columns:
    """The columns for so many cells, each with its width; names that are none are passed over."""
    wanted = {name: _width(name) for name in names if name in _HEADS}

    def room() -> int:
        return width - 1 - sum(cells + 1 for name, cells in wanted.items() if name != "title")

    for name in _GIVEN_UP:
        if "title" in wanted and room() < _TITLE_ROOM:
            wanted.pop(name, None)
    return tuple((name, max(0, room()) if name == "title" else cells) for name, cells in wanted.items())


def head_row(columns: Columns, order: Order, falls: bool) -> Row:
    """The columns' names and the order: at its column, or by the title where it has none."""
    sign = arrow(falls)
    by = ""
    if order.name not in dict(columns):
        by = _("by {order}").format(order=_(order.word)) + f" {sign}"
    heads = []
    for name, cells in columns:
        head = _(_HEADS[name]) if _HEADS[name] else flag_sign()
        if name == "title" and by:
            head, by = f"{head}, {by}", ""
        if name in _RIGHT:
            head = head.rjust(cells - 1)
        if name == order.name:
            head += sign
        heads.append(cut(head, cells))
    return [text(" " + " ".join([*heads, *filter(None, [by])]), styles.DIM)]


def title_row(listing: Listing, annotator: str, width: int, *, typing: bool = False) -> Row:
    """How many articles are shown, in places of fixed width; then what else there is to know of the folder.

    ``typing`` leaves out the words of the filter, which are seen elsewhere as they are typed.
    """
    total = grouped(listing.articles)
    done = n_("{count} done", "{count} done", listing.done, count=grouped(listing.done))
    rest = [annotator]
    if listing.words:
        shown = grouped(listing.found).rjust(len(total))
        head = _("{shown} of {total}").format(shown=shown, total=total)
        rest = [done, annotator] if typing else [done, f"/{listing.words}", annotator]
    else:
        articles = n_("{total} article", "{total} articles", listing.articles, total=total)
        head = f"{articles}, {done}"
    if listing.faults:
        rest.append(n_("{n} unreadable", "{n} unreadable", listing.faults))
    head = f" Chiosa · {head} "
    told = cut("· " + " · ".join(rest), max(0, width - cell_len(head)))
    return [text(head, styles.BAR), text(told, styles.BAR)]


class ArticleList(PlainLines, Widget, can_focus=False, inherit_bindings=False):
    """Rows with a cursor; a move sends two of them, other entries those that have changed."""

    DEFAULT_CSS = "ArticleList { height: 1fr; }"

    @dataclass
    class Opened(Message):
        """The mouse chose an article."""

    def __init__(self, columns: Sequence[str] = DEFAULT_COLUMNS) -> None:
        super().__init__()
        self.entries: Sequence[Entry] = []
        self.cursor = 0
        self.top = 0
        """The first row of the window."""
        self._names = columns
        self.columns: Columns = ()

    def set_entries(
        self, entries: Sequence[Entry], here: str = "", line: int | None = None, otherwise: int | None = None
    ) -> None:
        """Show other rows; the cursor stays on its article and, where that can be, in its line of the window.

        ``here`` names the file of another article to go to, ``line`` another line of the window
        and ``otherwise`` the row, from 0, for the cursor when the article is not there.
        """
        if not here and self.current is not None:
            here = self.current.name
        before = self._window()
        line = self.cursor - self.top if line is None else line
        self.entries = entries
        fallback = self.cursor if otherwise is None else otherwise
        self.cursor = self._within(next((i for i, e in enumerate(entries) if e.name == here), fallback))
        self.top = self.cursor - line
        self._reveal()
        self._refresh_changed(before)

    @property
    def current(self) -> Entry | None:
        """The row under the cursor."""
        return self.entries[self.cursor] if self.entries else None

    def move(self, step: int) -> None:
        """Move the cursor by rows, up to the ends."""
        self.go_to(self.cursor + step)

    def page(self, step: int) -> None:
        """Move by the height of the window."""
        self.move(step * max(1, self.size.height - 1))

    def go_to(self, row: int) -> None:
        """Put the cursor on a row."""
        before = self._window()
        self.cursor = self._within(row)
        self._reveal()
        self._refresh_changed(before)

    def render_line(self, y: int) -> Strip:
        """One row."""
        row, width = y + self.top, self.size.width
        if row >= len(self.entries):
            return Strip.blank(width, styles.PLAIN)
        entry, here = self.entries[row], row == self.cursor
        if entry.article is None or entry.fault:
            style = styles.BAR if here else styles.DIM
            return Strip([text(cut(f" ! {entry.fault}", width), style)])
        base = styles.BAR if here else styles.PLAIN
        parts: list[tuple[str, Style]] = [(" ", base)]
        for name, cells in self.columns:
            told = cut(_told(entry, name).rjust(cells - 1 if name in _RIGHT else 0), cells)
            parts += [(told, base if here else _style(entry, name)), (" ", base)]
        return Strip(_joined(parts)).crop(0, width).adjust_cell_length(width, base)

    def on_click(self, event: events.Click) -> None:
        """Go to a row; a second click there opens it."""
        row = event.y + self.top
        if row < len(self.entries):
            again = row == self.cursor
            self.go_to(row)
            if again:
                self.post_message(self.Opened())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Look further down."""
        event.stop()
        self._scroll(_WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Look further up."""
        event.stop()
        self._scroll(-_WHEEL)

    def on_resize(self, event: events.Resize) -> None:
        """Give each column its room and keep the cursor in view."""
        self.columns = fitted(self._names, event.size.width)
        self._reveal()
        self.refresh()

    def _within(self, row: int) -> int:
        return max(0, min(row, len(self.entries) - 1))

    def _scroll(self, rows: int) -> None:
        before = self._window()
        self.top += rows
        self._keep_full()
        self._refresh_changed(before)

    def _reveal(self) -> None:
        height = max(1, self.size.height)
        self.top = min(max(self.top, self.cursor - height + 1), self.cursor)
        self._keep_full()

    def _keep_full(self) -> None:
        """No blank rows below the last while there are more above the first."""
        self.top = max(0, min(self.top, len(self.entries) - max(1, self.size.height)))

    def _window(self) -> list[tuple[Entry | None, bool]]:
        """What is on screen: for each line its entry, and whether the cursor is there."""
        rows = range(self.top, self.top + self.size.height)
        return [(self.entries[r] if r < len(self.entries) else None, r == self.cursor) for r in rows]

    def _refresh_changed(self, before: list[tuple[Entry | None, bool]]) -> None:
        for y, (old, new) in enumerate(zip(before, self._window(), strict=False)):
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))


def _width(name: str) -> int:
    """Cells of a column: its contents, and its head with an arrow."""
    if name == "title":
        return 0
    contents = max(map(cell_len, map(_, STATE_WORDS.values()))) if name == "state" else _CELLS[name]
    return max(contents + (name in _RIGHT), cell_len(_(_HEADS[name])) + 1 if _HEADS[name] else 0)


def _told(entry: Entry, name: str) -> str:
    """What a column says of an article."""
    article, progress = entry.article, entry.progress
    assert article is not None
    match name:
        case "date":
            return article.date or ""
        case "agency":
            return article.agency or ""
        case "decided":
            return f"{progress.decided}/{progress.total}" if progress.total else "-"
        case "state":
            return state_word(progress.state)
        case "doubt":
            if entry.unsuggested:
                return "?"
            return "" if entry.doubt is None else f"{min(99, round(100 * entry.doubt)):02}"
        case "flags":
            return f"{flag_sign()}{progress.flags}" if progress.flags else ""
        case _:
            return article.title


def _style(entry: Entry, name: str) -> Style:
    if name == "state":
        return {DONE: styles.DIM, NEW: styles.BOLD}.get(entry.progress.state, styles.WARNING)
    return styles.WARNING if name == "flags" and entry.progress.flags else styles.PLAIN


def _joined(parts: Iterable[tuple[str, Style]]) -> list[Segment]:
    """Neighbours of one style as one segment: each change of style costs bytes on the line."""
    joined: list[tuple[str, Style]] = []
    for words, style in parts:
        if joined and joined[-1][1] is style:
            joined[-1] = (joined[-1][0] + words, style)
        else:
            joined.append((words, style))
    return [text(words, style) for words, style in joined]
