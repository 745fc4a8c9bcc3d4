"""A screen whose keys are handled one after another, in the order in which they were typed.

Textual hands a key from queue to queue, from the focused widget up to the app, and runs its binding at the
end: what is typed quickly, or ahead on a slow line, can overtake a change of mode or of screen. Here the app
gives each key to the screen on top and waits until it has been dealt with.
"""

from __future__ import annotations

from functools import cached_property
from inspect import isawaitable
from typing import TYPE_CHECKING, ClassVar, cast

from textual.screen import Screen

from tui import styles
from tui.compositing import LineCompositor
from tui.keys import Key, Keymap, bound

if TYPE_CHECKING:
    from textual import events

    from tui.app import ChiosaApp


class KeyedScreen(Screen[None], inherit_bindings=False):
    """Takes keys by its table ``KEYS``."""

    AUTO_FOCUS = ""
    KEYS: ClassVar[tuple[Key, ...]] = ()

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LineCompositor()

    def on_screen_resume(self) -> None:
        """Stand on the ground of the theme."""
        self.styles.background = styles.background()

    def restyle(self) -> None:
        """Draw everything anew, since the theme is another."""
        self.styles.background = styles.background()
        for widget in self.query("*"):
            widget.notify_style_update()
            widget.refresh()
        self.redraw()

    def tell(self, message: str) -> None:
        """Say something to a person, where the screen has a row for that."""

    def redraw(self) -> None:
        """Fill in what keeps its own styles."""

    @property
    def desk_app(self) -> ChiosaApp:
        """The app, as what it is."""
        return cast("ChiosaApp", self.app)

    @cached_property
    def table(self) -> tuple[Key, ...]:
        """The keys as the user has set them."""
        return bound(self.KEYS, self.desk_app.desk.overrides)

    @cached_property
    def keymap(self) -> Keymap:
        """From a key to its action."""
        return Keymap(self.table)

    @property
    def moment(self) -> tuple[Key, ...]:
        """The keys that work at this very moment."""
        return self.table

    def first_key(self, action: str) -> str:
        """How the first key of an action is shown."""
        return next(key.first for key in self.table if key.id == action)

    async def press(self, event: events.Key) -> None:
        """Do what a key means here; an unknown key does nothing."""
        key = self.keymap.find(event.key)
        if key is not None:
            await self.perform(key, event.key)

    async def perform(self, key: Key, name: str = "") -> None:
        """Do an action, the screen's or else the app's, and wait until it is done."""
        action = f"action_{key.action}"
        owner = self if hasattr(self, action) else self.desk_app
        result = getattr(owner, action)(*key.arguments(name))
        if isawaitable(result):
            await result

    def paste(self, words: str) -> None:
        """Take pasted words; most screens have no use for any."""

    async def action_help(self) -> None:
        """Show the keys of this moment."""
        from tui.screens.help import HelpScreen

        await self.app.push_screen(HelpScreen(self.moment))

    async def action_palette(self) -> None:
        """Choose an action by its name."""
        from tui.screens.palette import PaletteScreen

        await self.app.push_screen(PaletteScreen(self))
