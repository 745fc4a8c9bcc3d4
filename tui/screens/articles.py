"""The screen that lists the articles of the folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.worker import get_current_worker

from annotations.annotation import DONE
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.folder import load_articles
from annotations.store import Progress
from tui import styles
from tui.keys import LIST_KEYS, footer
from tui.screens.keyed import KeyedScreen
from tui.widgets import bars
from tui.widgets.article_list import HEAD, ArticleList, Entry
from tui.widgets.rows import Rows, text

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from tui.desk import Desk

_BATCH = 200
"""Articles after which the growing list is shown."""


class ArticlesScreen(KeyedScreen):
    """Title, date, agency, progress and state of each article."""

    KEYS = LIST_KEYS
    DEFAULT_CSS = "ArticleList { height: 1fr; }"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.message = ""
        self.entries: list[Entry] = []
        self._touched: dict[str, Entry] = {}

    def compose(self) -> ComposeResult:
        """A title, the columns' names, the rows, a message, the keys."""
        yield Rows(id="title", style=styles.BAR)
        yield Rows(id="head")
        yield ArticleList()
        yield Rows(id="message")
        yield Rows(id="keys")

    def on_mount(self) -> None:
        """Paint, then read the articles."""
        self.list = self.query_one(ArticleList)
        self._show()
        self._read()

    def on_resize(self, event: events.Resize) -> None:
        """Draw the rows for the new width."""
        self.call_after_refresh(self._show)

    @work(thread=True, exclusive=True)
    def _read(self) -> None:
        worker = get_current_worker()
        entries: list[Entry] = []
        for found in load_articles(self.desk.paths):
            if worker.is_cancelled:
                return
            if isinstance(found, Article):
                entries.append(self._entry(found))
            else:
                entries.append(Entry(None, Progress(), self.desk.short(found)))
            if len(entries) % _BATCH == 0:
                self.app.call_from_thread(self._set_entries, list(entries))
        self.app.call_from_thread(self._set_entries, entries)

    def _set_entries(self, entries: list[Entry]) -> None:
        # What the editor has done meanwhile is newer than what was read.
        self.entries = [
            self._touched.get(entry.article.id, entry) if entry.article else entry for entry in entries
        ]
        self.list.set_entries(self.entries)
        self._show()

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        self.list.move(step)
        self._say("")

    def action_page(self, step: int) -> None:
        """Move by a page."""
        self.list.page(step)
        self._say("")

    def action_edge(self, last: bool) -> None:
        """To the first or the last article."""
        self.list.go_to(len(self.entries) - 1 if last else 0)
        self._say("")

    async def action_open(self) -> None:
        """Open the article under the cursor."""
        entry = self.list.current
        if entry is None:
            self._say("still reading the folder")
        elif entry.article is None:
            self._say(entry.fault)
        else:
            await self._open(entry.article)

    def action_leave(self) -> None:
        """Leave Chiosa."""
        self.app.exit()

    async def on_article_list_opened(self) -> None:
        """The mouse does what Enter does."""
        await self.action_open()

    def returned(self, article: Article) -> None:
        """Back from an article: show its new progress."""
        for row, entry in enumerate(self.entries):
            if entry.article is not None and entry.article.id == article.id:
                self.entries[row] = self._touched[article.id] = self._entry(article)
                self.list.go_to(row)
        self.list.set_entries(self.entries)
        self._show()

    async def open_next(self) -> None:
        """Open the next article that is not done and that no other desk has."""
        rows, taken = len(self.entries), 0
        for step in range(1, rows + 1):
            row = (self.list.cursor + step) % rows
            entry = self.entries[row]
            if entry.article is not None and not entry.fault and entry.progress.state != DONE:
                if await self._open(entry.article, unless_locked=True):
                    self.list.go_to(row)
                    return
                taken += 1
        damaged = sum(entry.article is not None and bool(entry.fault) for entry in self.entries)
        left = [f"{taken} open in other desks"] if taken else []
        left += [f"{damaged} that cannot be opened"] if damaged else []
        self._say("every article is done" + (f" but {' and '.join(left)}" if left else ""))

    def _entry(self, article: Article) -> Entry:
        found = self.desk.progress(article)
        return Entry(article, Progress(), found) if isinstance(found, str) else Entry(article, found)

    async def _open(self, article: Article, unless_locked: bool = False) -> bool:
        try:
            return await self.desk_app.open_article(article, unless_locked=unless_locked)
        except ChiosaError as error:
            self._say(self.desk.short(error))
            return False

    def _say(self, message: str) -> None:
        self.message = message
        self.query_one("#message", Rows).show([bars.message_row(message)] if message else [])

    def _show(self) -> None:
        done = sum(entry.progress.state == DONE for entry in self.entries)
        faults = sum(entry.article is None for entry in self.entries)
        head = f" Chiosa · {len(self.entries) - faults} articles, {done} done · {self.desk.store.annotator}"
        if faults:
            head += f" · {faults} unreadable"
        self.query_one("#title", Rows).show([[text(head.ljust(self.size.width), styles.BAR)]])
        self.query_one("#head", Rows).show([[text(HEAD, styles.DIM)]])
        self.query_one("#keys", Rows).show([bars.keys_row(footer(LIST_KEYS, self.size.width, "quit"))])
        self._say(self.message)
