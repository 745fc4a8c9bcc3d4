"""The screen of keys."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui import styles
from tui.keys import ARTICLE_KEYS, HELP_KEYS, LIST_KEYS, SELECT_KEYS
from tui.screens.keyed import KeyedScreen
from tui.widgets import bars
from tui.widgets.rows import Row, Rows, text

if TYPE_CHECKING:
    from textual.app import ComposeResult


class HelpText(ScrollView, can_focus=False, inherit_bindings=False):
    """Rows that scroll."""

    DEFAULT_CSS = "HelpText { height: 1fr; overflow-x: hidden; overflow-y: scroll; scrollbar-size: 0 0; }"

    def __init__(self, rows: list[Row]) -> None:
        super().__init__()
        self.rows = rows

    def on_mount(self) -> None:
        """Tell the scrolling how much there is."""
        self.virtual_size = Size(1, len(self.rows))

    def render_line(self, y: int) -> Strip:
        """One row."""
        row = y + self.scroll_offset.y
        strip = Strip(self.rows[row] if row < len(self.rows) else [])
        return strip.crop(0, self.size.width).adjust_cell_length(self.size.width, styles.PLAIN)


class HelpScreen(KeyedScreen):
    """Every key, by group."""

    KEYS = HELP_KEYS

    def compose(self) -> ComposeResult:
        """A title, the keys, how to leave."""
        yield Rows(id="title", style=styles.BAR)
        yield HelpText(help_rows())
        yield Rows(id="keys")

    def on_mount(self) -> None:
        """Fill in the rows at the edges."""
        self.query_one("#title", Rows).show([[text(" Keys", styles.BAR)]])
        self.query_one("#keys", Rows).show([bars.keys_row((("j k", "scroll"), ("q", "back")))])

    async def action_close(self) -> None:
        """Back to where the keys were asked for."""
        await self.app.pop_screen()

    def action_scroll(self, step: int) -> None:
        """Scroll by rows."""
        view = self.query_one(HelpText)
        view.scroll_to(y=view.scroll_offset.y + step, animate=False, immediate=True)

    def action_page(self, step: int) -> None:
        """Scroll by pages."""
        self.action_scroll(step * max(1, self.query_one(HelpText).size.height - 1))


def help_rows() -> list[Row]:
    """The tables of keys as rows."""
    rows: list[Row] = []
    for group, keys in groupby((*ARTICLE_KEYS, *SELECT_KEYS, *LIST_KEYS), key=lambda key: key.group):
        rows += [[], [text(f" {group}", styles.BOLD)]]
        rows += [[text(f"   {key.shown:14}", styles.KEY), text(key.does)] for key in keys]
    return rows
