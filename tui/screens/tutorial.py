"""The tutorial on the desk: an article like any other, with the lesson above it."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from annotations.language import N_, _
from tui import styles
from tui.app import ChiosaApp
from tui.keys import APP_KEYS, SELECT_KEYS, bound
from tui.screens.article import ArticleScreen
from tui.screens.text import TextScreen
from tui.tutorial import CLOSE, OPEN, Tutorial
from tui.widgets.rows import Row, Rows, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.app import ComposeResult

    from annotations.article import Article
    from tui.desk import Desk, Opened
    from tui.keys import Key
    from tui.practice import Script

_KEYS = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_LEARNT = (
    "next", "accept", "reject", "label", "same", "end-right", "undo", "search", "select", "source",
    "accept-all", "done",
)  # fmt: skip
"""The actions that the tutorial has shown, by their ids."""
_HINTS = (
    N_("On the desk {help} shows all keys, and {palette} finds any action by its name."),
    N_("To read your own articles, put them as .txt files into a folder, and type"),
    N_("    chiosa FOLDER"),
    N_("The other commands are told by chiosa --help. Nothing of the tutorial is kept."),
)


class TutorialScreen(ArticleScreen):
    """An article under review, with three rows that say the step and what to press."""

    DEFAULT_CSS = "TutorialScreen #lesson { height: 3; }"

    def __init__(self, desk: Desk, article: Article, opened: Opened, script: Script) -> None:
        super().__init__(desk, article, opened)
        self.tutorial = Tutorial(self.review, script)
        self._shown_end = False

    def compose(self) -> ComposeResult:
        """The lesson, and the desk below it as it always is."""
        yield Rows(id="lesson")
        yield from super().compose()

    def show(self) -> None:
        """Draw what has changed, and the step that the editor is at now."""
        if self.mode is None:  # what is only being typed or marked is not done
            self.tutorial.look()
        super().show()
        if self.is_mounted:
            rows = self.tutorial.rows(self.names)
            self.query_one("#lesson", Rows).show(lesson_rows(*rows))

    async def perform(self, key: Key, name: str = "") -> None:
        """Do an action; after the last step there is a summary."""
        await super().perform(key, name)
        if self.tutorial.finished and not self._shown_end:
            self._shown_end = True
            await self.app.push_screen(EndScreen(self.table))

    @property
    def names(self) -> dict[str, str]:
        """The keys that the lesson names, as the user has set them, and the digits of the labels."""
        keys = (*self.table, *bound(SELECT_KEYS, self.desk.overrides))
        digits = {label.name: label.key for label in self.desk.scheme.labels}
        return {key.id.replace("-", "_"): key.first for key in keys} | digits


class EndScreen(TextScreen):
    """What was learnt, and how to go on."""

    def __init__(self, keys: Iterable[Key]) -> None:
        super().__init__(_("The tutorial is done"), end_rows(keys))


class TutorialApp(ChiosaApp):
    """The desk on the practice article."""

    tutorial: Tutorial | None = None

    def __init__(self, desk: Desk, script: Script) -> None:
        super().__init__(desk)
        self.script = script

    async def open_article(self, article: Article, *, unless_locked: bool = False) -> bool:
        """Put the practice article on the desk, with the lesson."""
        opened = await asyncio.to_thread(self.desk.open, article)
        screen = TutorialScreen(self.desk, article, opened, self.script)
        self.tutorial = screen.tutorial
        await self.push_screen(screen)
        return True


def lesson_rows(head: str, remark: str, why: str, ask: str) -> list[Row]:
    """The rows of the lesson, one for each but the first two, which share theirs; keys look like keys."""
    first: Row = [text(f" {head}", styles.BOLD)]
    if remark:
        first += [text(" · ", styles.DIM), *_with_keys(remark)]
    return [first, [text(" "), *_with_keys(why)], [text(" "), *_with_keys(ask)]]


def end_rows(keys: Iterable[Key]) -> list[Row]:
    """The keys that were learnt and how to go on, in 22 rows."""
    table = {key.id: key for key in keys}
    rows: list[Row] = [[], [text(_(" What you can do now:"), styles.BOLD)]]
    for name in _LEARNT:
        key = table[name]
        rows.append([text(f"   {key.shown:14}", styles.KEY), text(_(key.does))])
    names: Mapping[str, str] = {key.id: f"{OPEN}{key.first}{CLOSE}" for key in (*table.values(), *APP_KEYS)}
    return [*rows, [], *([text(" "), *_with_keys(_(hint).format_map(names))] for hint in _HINTS)]


def _with_keys(line: str) -> Row:
    """A line with the keys that are marked in it."""
    parts = _KEYS.split(line)
    return [
        text(part, styles.KEY if number % 2 else styles.PLAIN) for number, part in enumerate(parts) if part
    ]
