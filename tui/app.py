"""The Textual app: it holds the desk and shows the first screen."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from textual import events
from textual.app import App

from annotations.article import load_article
from annotations.errors import ChiosaError
from tui.screens.article import ArticleScreen
from tui.screens.articles import ArticlesScreen
from tui.screens.keyed import KeyedScreen

if TYPE_CHECKING:
    from annotations.article import Article
    from tui.desk import Desk


class ChiosaApp(App[None], inherit_bindings=False):
    """The desk on a folder, or on one article."""

    TITLE = "Chiosa"
    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { background: ansi_default; }"

    def __init__(self, desk: Desk) -> None:
        # The terminal's own sixteen colours: they follow the user's palette and halve the bytes on the line.
        # Given here and not set later, so that NO_COLOR means no colour and not shades of grey.
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.animation_level = "none"
        self.desk = desk

    async def on_mount(self) -> None:
        """Show the list, or the one article; suggesting begins when that has been painted."""
        if self.desk.single:
            await self.open_article(load_article(self.desk.paths[0]))
        else:
            await self.push_screen(ArticlesScreen(self.desk))
        self.call_after_refresh(self._start_suggesting)

    async def on_event(self, event: events.Event) -> None:
        """Keys go to the screen on top, one after another; all else goes Textual's way."""
        if not isinstance(event, events.Key):
            await super().on_event(event)
        elif event.key in ("ctrl+c", "ctrl+q"):
            self.leave()
        elif isinstance(self.screen, KeyedScreen) and self.screen.is_mounted:
            await self.screen.press(event)

    async def open_article(self, article: Article) -> None:
        """Put an article on the desk.

        Raises:
            ChiosaError: the store cannot give it out.
        """
        await self.push_screen(ArticleScreen(self.desk, article))

    async def leave_article(self) -> None:
        """Back to the list, or out, where there is none."""
        screen = self.screen
        if not isinstance(screen, ArticleScreen):
            return
        screen.release()
        if self.desk.single:
            self.exit()
            return
        await self.pop_screen()
        if isinstance(self.screen, ArticlesScreen):
            self.screen.returned(screen.review.article)

    async def finished(self) -> None:
        """An article is done: on to the next."""
        if self.desk.single:
            return
        await self.leave_article()
        if isinstance(self.screen, ArticlesScreen):
            await self.screen.open_next()

    def leave(self) -> None:
        """Leave from wherever we are; the article is given back on the way."""
        for screen in self.screen_stack:
            if isinstance(screen, ArticleScreen):
                screen.release()
        self.exit()

    async def on_unmount(self) -> None:
        """End what runs beside us."""
        await self.desk.suggesting.close()

    async def _start_suggesting(self) -> None:
        """Load the model while the editor chooses an article; a fault is told where it is asked for spans."""
        with suppress(ChiosaError):
            await self.desk.suggesting.start()
