"""A screen of rows of which one is picked; letters narrow the rows down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from annotations.language import _
from tui import styles
from tui.display import display_line
from tui.keys import PICK_KEYS, Key, footer
from tui.listing_words import matches
from tui.screens.keyed import KeyedScreen
from tui.widgets import bars
from tui.widgets.pick_list import Pick, PickList
from tui.widgets.rows import Rows, text

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult


class PickingScreen(KeyedScreen):
    """A title, rows with a cursor, what has been typed, the keys.

    ``FILTERS`` tells that letters narrow the rows down; a screen without that has keys of its own instead.
    """

    KEYS: ClassVar[tuple[Key, ...]] = PICK_KEYS
    FILTERS: ClassVar[bool] = True

    def __init__(self, title: str, picks: list[Pick]) -> None:
        super().__init__()
        self.heading = title
        self.all_picks = picks
        self.list = PickList(picks)
        self.words = ""
        self.message = ""

    def compose(self) -> ComposeResult:
        """The rows and what stands around them."""
        yield Rows(id="title", style=styles.BAR)
        yield self.list
        yield Rows(id="message")
        yield Rows(id="keys")

    def on_mount(self) -> None:
        """Fill in the rows at the edges."""
        self.show()

    def on_resize(self, event: events.Resize) -> None:
        """Fill them for the new width."""
        self.call_after_refresh(self.show)

    async def picked(self, value: Any) -> None:
        """A row was picked."""

    def show(self) -> None:
        """Draw what stands around the rows."""
        if not self.children:  # not there yet, or not any more
            return
        width = self.size.width
        self.query_one("#title", Rows).show([[text(f" {self.heading}".ljust(width), styles.BAR)]])
        typed = f"/{display_line(self.words)}" if self.words else ""
        line = "   ".join(filter(None, (typed, self.message)))
        self.query_one("#message", Rows).show([bars.message_row(line)] if line else [])
        self.query_one("#keys", Rows).show([bars.keys_row(footer(self.moment, width, _("back")))])

    def tell(self, message: str) -> None:
        """Say something in the message row."""
        self.message = message
        self.show()

    def redraw(self) -> None:
        """Draw what stands around the rows."""
        self.show()

    async def press(self, event: events.Key) -> None:
        """A key of the table, else a letter of what to narrow down to."""
        if self.keymap.find(event.key) is not None:
            self.message = ""
            await super().press(event)
            self.show()
        elif self.FILTERS and event.character and event.is_printable:
            self._narrow(self.words + event.character)

    def paste(self, words: str) -> None:
        """Pasted words narrow down too."""
        if self.FILTERS:
            self._narrow(self.words + " ".join(display_line(words).split()))

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self.list.move(step)

    def action_page(self, step: int) -> None:
        """Move the cursor by a page."""
        self.list.page(step)

    def action_back(self) -> None:
        """Take a letter back."""
        self._narrow(self.words[:-1])

    async def action_pick(self) -> None:
        """Pick the row under the cursor."""
        pick = self.list.current
        if pick is not None:
            await self.picked(pick.value)

    async def action_leave(self) -> None:
        """Back to where one came from."""
        await self.app.pop_screen()

    async def on_pick_list_picked(self) -> None:
        """The mouse does what Enter does."""
        await self.action_pick()

    def _narrow(self, words: str) -> None:
        self.words = words
        self.list.show(
            [p for p in self.all_picks if p.value is not None and matches(words, p.words)]
            if words
            else self.all_picks
        )
        self.message = "" if self.list.picks else _("nothing found: Backspace takes a letter back")
        self.show()
