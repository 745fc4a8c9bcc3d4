"""The command palette: every action of a screen by its name, with its key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from annotations.language import _
from tui import styles
from tui.screens.picking import PickingScreen
from tui.widgets.pick_list import Pick
from tui.widgets.rows import Row, cut, text

if TYPE_CHECKING:
    from tui.keys import Key
    from tui.screens.keyed import KeyedScreen


class PaletteScreen(PickingScreen):
    """Enter does the action on the screen from which the palette was called."""

    def __init__(self, screen: KeyedScreen) -> None:
        self._screen = screen
        actions = [key for key in (*screen.moment, *screen.desk_app.commands) if _offered(key)]
        super().__init__(
            _("Actions"),
            [Pick(key, partial(_row, key), f"{_(key.does)} {_(key.group)} {key.shown}") for key in actions],
        )

    async def picked(self, value: Key) -> None:
        """Close the palette, then do the action as if its key had been pressed."""
        await self.app.pop_screen()
        await self._screen.perform(value, value.names[0] if value.names else "")


def _offered(key: Key) -> bool:
    """Not what only a key of its own can mean (a digit, a tag), nor the palette itself."""
    return "*" not in key.args and bool(key.action) and key.action != "palette"


def _row(key: Key, width: int) -> Row:
    does = _(key.does)
    return [text(f" {key.shown:14}", styles.KEY), text(cut(does[:1].upper() + does[1:], max(10, width - 40))),
            text(_(key.group), styles.DIM)]  # fmt: skip
