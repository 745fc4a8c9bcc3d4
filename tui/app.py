"""The Textual app: it holds the desk and shows the first screen."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from textual import events
from textual.app import App

from annotations.article import load_article
from annotations.errors import ChiosaError
from tui.driver import SafeDriver
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
        super().__init__(driver_class=SafeDriver, ansi_color=True)
        self.theme = "ansi-dark"
        self.animation_level = "none"
        self.desk = desk

    async def on_mount(self) -> None:
        """Show the list, or the one article; suggesting begins when that has been painted."""
        if self.desk.single:
            try:
                await self.open_article(load_article(self.desk.paths[0]))
            except ChiosaError as error:
                self.desk.problems.append(str(error))
                self.exit(return_code=1)
                return
        else:
            await self.push_screen(ArticlesScreen(self.desk))
        self.call_after_refresh(self._start_suggesting)

    async def on_event(self, event: events.Event) -> None:
        """Keys go to the screen on top, one after another; all else goes Textual's way."""
        screen = self.screen if self.screen_stack else None
        if isinstance(event, events.Key) and event.key in ("ctrl+c", "ctrl+q"):
            self.exit()
        elif isinstance(event, events.Key):
            if isinstance(screen, KeyedScreen) and screen.is_mounted:
                await screen.press(event)
        elif isinstance(event, events.Paste):
            if isinstance(screen, ArticleScreen) and screen.is_mounted:
                screen.paste(event.text)
        else:
            await super().on_event(event)

    async def open_article(self, article: Article, *, unless_locked: bool = False) -> bool:
        """Put an article on the desk; with ``unless_locked`` only if no other desk has it.

        Returns:
            Whether it is there now.

        Raises:
            ChiosaError: the store cannot give it out.
        """
        # The file may have changed since it was listed, and carrying spans over to a long text takes a
        # second: not on the screen's time.
        article = await asyncio.to_thread(load_article, article.path)
        opened = await asyncio.to_thread(self.desk.open, article)
        if unless_locked and opened.read_only:
            return False
        await self.push_screen(ArticleScreen(self.desk, article, opened))
        return True

    async def leave_article(self) -> None:
        """Back to the list, or out, where there is none."""
        screen = self.screen
        if not isinstance(screen, ArticleScreen):
            return
        screen.saver = None
        await asyncio.to_thread(self.desk.give_back, screen.review.article.id)
        if self.desk.single:
            self.exit()
            return
        await self.pop_screen()
        if isinstance(self.screen, ArticlesScreen):
            self.screen.returned(screen.review.article)

    async def finished(self) -> None:
        """An article is done: on to the next."""
        await self.leave_article()
        if isinstance(self.screen, ArticlesScreen):
            await self.screen.open_next()

    async def on_unmount(self) -> None:
        """End what runs beside us."""
        await self.desk.suggesting.close()

    async def _start_suggesting(self) -> None:
        """Load the model while the editor chooses an article; a fault is told where it is asked for spans."""
        with suppress(ChiosaError):
            await self.desk.suggesting.start()
