"""The Textual app: it holds the desk and shows the first screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType

from annotations.article import load_article
from tui.screens.article import ArticleScreen
from tui.screens.articles import ArticlesScreen

if TYPE_CHECKING:
    from tui.desk import Desk


class ChiosaApp(App[None], inherit_bindings=False):
    """The desk on a folder, or on one article."""

    TITLE = "Chiosa"
    ENABLE_COMMAND_PALETTE = False
    CSS = "Screen { background: ansi_default; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit", "leave", show=False, priority=True, id="quit-app")
    ]

    def __init__(self, desk: Desk) -> None:
        # The terminal's own sixteen colours: they follow the user's palette and halve the bytes on the line.
        # Given here and not set later, so that NO_COLOR means no colour and not shades of grey.
        super().__init__(ansi_color=True)
        self.theme = "ansi-dark"
        self.animation_level = "none"
        self.desk = desk

    def on_mount(self) -> None:
        """Show the list, or the one article."""
        if self.desk.single:
            screen = ArticleScreen(self.desk, load_article(self.desk.paths[0]))
            self.push_screen(screen, lambda _: self.exit())
        else:
            self.push_screen(ArticlesScreen(self.desk))
        self.call_after_refresh(self.desk.suggesting)

    async def action_quit(self) -> None:
        """Leave from wherever we are; the article is given back on the way."""
        for screen in self.screen_stack:
            if isinstance(screen, ArticleScreen):
                screen.release()
        self.exit()

    async def on_unmount(self) -> None:
        """End what runs beside us."""
        await self.desk.close()
