"""A screen of rows that scroll: what the keys and the notices are shown on."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui import styles
from tui.keys import TEXT_KEYS, Key, footer
from tui.screens.keyed import KeyedScreen
from tui.widgets import bars
from tui.widgets.plain_lines import PlainLines
from tui.widgets.rows import Row, Rows, text

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult


class ScrollingRows(PlainLines, ScrollView, can_focus=False, inherit_bindings=False):
    """Rows that scroll."""

    DEFAULT_CSS = """
    ScrollingRows { height: 1fr; overflow-x: hidden; overflow-y: scroll; scrollbar-size: 0 0; }
    """

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


class TextScreen(KeyedScreen):
    """A title, rows, and how to leave."""

    KEYS: ClassVar[tuple[Key, ...]] = TEXT_KEYS

    def __init__(self, title: str, rows: list[Row]) -> None:
        super().__init__()
        self.heading = title
        self.view = ScrollingRows(rows)

    def compose(self) -> ComposeResult:
        """The title, the rows, the keys."""
        yield Rows(id="title", style=styles.BAR)
        yield self.view
        yield Rows(id="keys")

    def on_resize(self, event: events.Resize) -> None:
        """Fill in the rows at the edges."""
        width = event.size.width
        title = self.query_one("#title", Rows)
        title.show([[text(f" {self.heading}".ljust(width), styles.BAR)]])
        self.query_one("#keys", Rows).show([bars.keys_row(footer(self.table, width))])
        self.refresh()

    async def action_close(self) -> None:
        """Back to where one came from."""
        await self.app.pop_screen()

    def action_scroll(self, step: int) -> None:
        """Scroll by rows."""
        self.view.scroll_to(y=self.view.scroll_offset.y + step, animate=False, immediate=True)

    def action_page(self, step: int) -> None:
        """Scroll by pages."""
        self.action_scroll(step * max(1, self.view.size.height - 1))
