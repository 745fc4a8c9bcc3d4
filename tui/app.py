"""The Textual app: it holds the desk and shows the first screen."""

from __future__ import annotations

import asyncio
import gc
import os
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual import events

from annotations.errors import ChiosaError
from annotations.language import _, n_
from tui import styles
from tui.keys import APP_KEYS
from tui.pacing import PacedApp
from tui.screens.article import ArticleScreen
from tui.screens.keyed import KeyedScreen
from tui.themes import for_terminal
from tui.web import served

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.driver import Driver
    from textual.screen import Screen

    from annotations.article import Article
    from annotations.concordance import Hit
    from tui.desk import Desk, Opened
    from tui.screens.articles import ArticlesScreen
    from tui.screens.hits import HitsScreen


class ChiosaApp(PacedApp, inherit_bindings=False):
    """The desk on a folder, or on one article."""

    TITLE = "Chiosa"
    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { background: ansi_default; }"

    def __init__(self, desk: Desk) -> None:
        # The terminal's own sixteen colours: they follow the user's palette and halve the bytes on the line.
        # Given here and not set later, so that NO_COLOR means no colour and not shades of grey.
        super().__init__(ansi_color=True, changed_cells=desk.changed_cells)
        self.theme = "ansi-dark"
        self.animation_level = "none"
        self.desk = desk
        self.commands = APP_KEYS
        self.list: ArticlesScreen | None = None
        """The list of the articles, unless the desk was opened on one."""
        self.found: HitsScreen | None = None
        """The places from which the article on screen was opened, to go back to."""
        self._early: list[events.Key | events.Paste] | None = []
        """What is typed and pasted before there is a screen for it; None once there is one."""

    def get_driver_class(self) -> type[Driver]:
        """Our own way to a terminal, or to the browser of a server that has started us."""
        if not served():
            return super().get_driver_class()
        from tui.web.driver import BrowserDriver

        return BrowserDriver

    def get_default_screen(self) -> Screen[None]:
        """The article that was read already: with a blank screen below it, it would come later."""
        if self.desk.seen is None:
            return super().get_default_screen()
        article, seen = self.desk.seen
        return self.article_screen(article, self.desk.look(article, seen))

    async def on_mount(self) -> None:
        """Show the list, or the one article; suggesting begins when that has been painted."""
        # after Ctrl+Z and `fg` the terminal is blank
        self.app_resume_signal.subscribe(self, lambda _signal: self.screen.refresh())
        if self.desk.seen is not None:
            self.desk.seen = None  # it is on the screen
        elif self.desk.single:
            try:
                await self.open_article(self.desk.load(self.desk.paths[0]))
            except ChiosaError as error:
                self.give_up(error)
                return
        else:
            self.list = self.list_screen()
            await self.push_screen(self.list)
        self.call_after_refresh(self._begin)

    async def on_event(self, event: events.Event) -> None:
        """Keys go to the screen on top, one after another; all else goes Textual's way."""
        screen = self.screen if self.screen_stack else None
        if isinstance(event, events.Key) and event.key in ("ctrl+c", "ctrl+q"):
            self.exit()
        elif isinstance(event, events.Key) and event.key == "ctrl+z":
            self.action_suspend_process()
        elif isinstance(event, events.Key | events.Paste) and self._early is not None:
            enter = isinstance(event, events.Key) and event.key == "ctrl+j"
            # of an Enter that came before the driver took it over, the terminal has made a line feed
            self._early.append(events.Key("enter", "\r") if enter else event)
        elif isinstance(event, events.Key):
            if isinstance(screen, KeyedScreen) and screen.is_mounted:
                await screen.press(event)
                self.paint()
        elif isinstance(event, events.Paste):
            if isinstance(screen, KeyedScreen) and screen.is_mounted:
                screen.paste(event.text)
        else:
            await super().on_event(event)

    async def open_article(
        self, article: Article, *, unless_locked: bool = False, by_force: bool = False
    ) -> bool:
        """Put an article on the desk; with ``unless_locked`` only if no other desk has it.

        With ``by_force`` it is taken over from a desk that has it.

        Returns:
            Whether it is there now.

        Raises:
            ChiosaError: the store cannot give it out.
        """
        # The file may have changed since it was listed, and carrying spans over to a long text takes a
        # second: not on the screen's time.
        article = await asyncio.to_thread(self.desk.load, article.path)
        opened = await asyncio.to_thread(partial(self.desk.open, article, by_force=by_force))
        if unless_locked and opened.read_only:
            return False
        await self._put(self.article_screen(article, opened))
        return True

    async def _put(self, screen: ArticleScreen) -> None:
        """Show an article, in the place of one that has nothing below it."""
        if len(self.screen_stack) == 1 and isinstance(self.screen, ArticleScreen):
            if not self.screen._result_callbacks:  # Textual 8.2 gives the first screen none, and then pops it
                self.screen._push_result_callback(self, None)
            await self.switch_screen(screen)
        else:
            await self.push_screen(screen)

    async def _take_off(self) -> None:
        """Take the article from the screen, unless nothing is below it."""
        if len(self.screen_stack) > 1:
            await self.pop_screen()

    def give_up(self, error: ChiosaError) -> None:
        """End, since the one article cannot be opened."""
        self.desk.problems.append(str(error))
        self.exit(return_code=1)

    def list_screen(self) -> ArticlesScreen:
        """The screen that lists the articles."""
        from tui.screens.articles import ArticlesScreen  # a desk on one article has none

        return ArticlesScreen(self.desk)

    def article_screen(self, article: Article, opened: Opened) -> ArticleScreen:
        """The screen for an article that was taken."""
        return ArticleScreen(self.desk, article, opened)

    async def take_over(self) -> None:
        """Take the article that is open for reading only from the desk that has it.

        Raises:
            ChiosaError: the store cannot give it out.
        """
        screen = self.reviewed
        if screen is not None:
            await self._take_off()
            try:
                await self.open_article(screen.review.article, by_force=True)
            except ChiosaError:
                await self._put(self.article_screen(screen.review.article, screen.opened))
                raise

    @property
    def reviewed(self) -> ArticleScreen | None:
        """The article that is open."""
        return next((s for s in reversed(self.screen_stack) if isinstance(s, ArticleScreen)), None)

    async def search_everywhere(self, words: str) -> None:
        """Search all articles, from the one that is open or from the list."""
        from tui.screens.hits import HitsScreen

        await self.push_screen(HitsScreen(self.desk, self.reviewed, words))

    async def open_at(self, hit: Hit) -> None:
        """Open the article of a place that was found, and go there.

        Raises:
            ChiosaError: the article or what the store has on it cannot be read.
        """
        from tui.screens.hits import HitsScreen

        found = self.screen if isinstance(self.screen, HitsScreen) else None
        screen = self.reviewed
        if screen is None or screen.review.article.id != hit.article.id:
            # taken before what is on screen is left: it may have gone
            article = await asyncio.to_thread(self.desk.load, hit.article.path)
            await self.pop_screen()
            if screen is not None:
                await self.leave_article(stay=True)
            await self.open_article(article)
            screen = self.reviewed
        else:
            await self.pop_screen()
        self.found = found
        if screen is not None:
            screen.show_place(hit.start, hit.end, hit.span.id if hit.span is not None else None)

    async def back_to_found(self) -> bool:
        """Leave an article for the list of places from which it was opened; False where there is none."""
        from tui.screens.hits import HitsScreen

        found, self.found = self.found, None
        if found is None:
            return False
        below = found.below if found.below is self.reviewed else None
        if below is None and self.desk.single:
            return False
        if below is None:
            await self.leave_article(stay=True)
        await self.push_screen(HitsScreen(self.desk, below, found.words, found))
        return True

    async def action_undo_everywhere(self) -> None:
        """Take the last decision in all articles back, or make it again where that was done."""
        spread, screen = self.desk.spread, self.reviewed
        top = self.screen
        if not isinstance(top, KeyedScreen):
            return
        if spread is None or not spread.made:
            top.tell(_("no decision in all articles to take back"))
            return
        review = screen.review if screen is not None else None
        before = screen.before() if screen is not None else None
        undone = not spread.undone
        turned, kept = await asyncio.to_thread(spread.turn, self.desk, review)
        message = (
            n_("«{words}» undone in {n} article", "«{words}» undone in {n} articles", len(turned),
               words=spread.words)
            if undone
            else n_("«{words}» redone in {n} article", "«{words}» redone in {n} articles", len(turned),
                    words=spread.words)
        )  # fmt: skip
        if kept:
            message += "; " + _("changed since, kept there: {articles}").format(articles=", ".join(kept))
        if screen is not None and before is not None:
            screen.review.follow(before)
            screen.after(before)
        top.tell(message)
        self.refresh_list(turned)

    def refresh_list(self, articles: Iterable[Article]) -> None:
        """Have the list show the progress of articles that were changed while it was not on top."""
        if self.list is not None:
            self.list.renew(articles)

    async def action_search_all(self) -> None:
        """Search all articles."""
        await self.search_everywhere("")

    async def action_guidelines(self) -> None:
        """Show what each label is for."""
        from tui.screens.guidelines import GuidelinesScreen

        await self.push_screen(GuidelinesScreen(self.desk.scheme))

    async def action_statistics(self) -> None:
        """The numbers of the article that is open, or of all."""
        from annotations.statistics import article_figures, total
        from tui.screens.stats import StatsScreen

        screen = self.reviewed
        if screen is None:
            await self.action_all_statistics()
            return
        review = screen.review
        figures = total([article_figures(review.article, review.history)])
        await self.push_screen(StatsScreen(figures, review.article.title))

    async def action_all_statistics(self) -> None:
        """The numbers of all articles."""
        from tui.screens.stats import StatsScreen

        screen = self.reviewed
        if screen is not None and screen.saver is not None:
            await asyncio.to_thread(screen.saver.flush)
        await self.push_screen(StatsScreen(await asyncio.to_thread(self.desk.figures)))

    def action_use_theme(self, name: str) -> None:
        """Look otherwise from now on, until Chiosa is left; the settings file makes it last."""
        styles.use(for_terminal(os.environ, name))
        for screen in self.screen_stack:
            if isinstance(screen, KeyedScreen):
                screen.restyle()

    async def leave_article(self, stay: bool = False) -> None:
        """Back to the list, or out, where there is none, unless one is to ``stay`` for another article."""
        screen = self.screen
        if not isinstance(screen, ArticleScreen):
            return
        screen.saver = None
        await asyncio.to_thread(self.desk.give_back, screen.review.article.id)
        if self.desk.single and not stay:
            self.exit()
            return
        await self._take_off()
        if self.list is not None and self.screen is self.list:
            self.list.returned(screen.review.article)

    async def finished(self, summary: str = "") -> None:
        """An article is done: on to the next, which begins with a summary of this one."""
        self.found = None
        await self.leave_article()
        if self.list is not None and self.screen is self.list:
            await self.list.open_next()
            if summary and isinstance(self.screen, ArticleScreen):
                self.screen.greet(summary)

    async def on_unmount(self) -> None:
        """End what runs beside us."""
        await self.desk.suggesting.close()

    async def _do_early(self) -> None:
        """Do what was typed before there was a screen, or articles on it."""
        early, self._early = self._early or [], None
        for event in early:
            await self.on_event(event)

    async def on_articles_screen_found(self) -> None:
        """The list has shown the first articles, or that there are none: it is ready for keys."""
        await self._do_early()

    async def _begin(self) -> None:
        """Load the model while the editor chooses an article; a fault is told where it is asked for spans."""
        if not gc.isenabled():  # by the command: all that there is now is here to stay
            gc.freeze()
            gc.enable()
        if self.list is None:
            # not here, where a screen that a key closes would wait for itself
            self.call_later(self._do_early)
        with suppress(ChiosaError):
            await self.desk.suggesting.start()
