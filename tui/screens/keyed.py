"""A screen whose keys are handled one after another, in the order in which they were typed.

Textual hands a key from queue to queue, from the focused widget up to the app, and runs its binding at the
end: what is typed quickly, or ahead on a slow line, can overtake a change of mode or of screen. Here the app
gives each key to the screen on top and waits until it has been dealt with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.screen import Screen

from tui.keys import Key, Keymap

if TYPE_CHECKING:
    from textual import events

    from tui.app import ChiosaApp


class KeyedScreen(Screen[None], inherit_bindings=False):
    """Takes keys by its table ``KEYS``."""

    AUTO_FOCUS = ""
    KEYS: ClassVar[tuple[Key, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self.keymap = Keymap(self.KEYS)

    @property
    def desk_app(self) -> ChiosaApp:
        """The app, as what it is."""
        return cast("ChiosaApp", self.app)

    async def press(self, event: events.Key) -> None:
        """Do what a key means here; an unknown key does nothing."""
        waiting = self.keymap.call(self, event.key)
        if waiting is not None:
            await waiting

    async def action_help(self) -> None:
        """Show the keys."""
        from tui.screens.help import HelpScreen

        await self.app.push_screen(HelpScreen())
