"""The screen that lists the articles of the folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work
from textual.message import Message
from textual.worker import get_current_worker

from annotations.annotation import DONE
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.folder import FolderError, Watched
from annotations.language import _, n_
from tui import styles
from tui.display import display_line
from tui.keys import LIST_KEYS, Hints, footer
from tui.listing import Entry, Listing
from tui.screens.keyed import KeyedScreen
from tui.widgets import bars
from tui.widgets.article_list import DEFAULT_COLUMNS, ArticleList, head_row, title_row
from tui.widgets.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult

    from annotations.article import ArticleError
    from tui.desk import Desk

LOOK_EVERY = 2.0
"""Seconds between two looks at the folder."""
_BATCH = 200
"""Articles after which the growing list is shown; when it is long, after a fiftieth of it."""
_LONGEST = 200
"""Code points of a filter; what is pasted by mistake can be long."""


class ArticlesScreen(KeyedScreen):
    """Title, date, agency, progress and state of each article, in an order, narrowed by a filter."""

    KEYS = LIST_KEYS

    @dataclass
    class Found(Message):
        """What a thread has read; ``complete`` when it has no more, ``trouble`` if it could not."""

        entries: list[Entry]
        gone: tuple[str, ...] = ()
        complete: bool = False
        trouble: str = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.message = desk.greeting
        self.typing = False
        """Whether keys are letters of the filter."""
        self.listing = Listing()
        self.list = ArticleList(getattr(desk, "columns", None) or DEFAULT_COLUMNS)
        self._watched: Watched
        self._busy = True
        self._complete = False
        self._trouble = ""
        self._touched: set[str] = set()
        self._after: list[str] = []
        self._anchor: tuple[str, int] = ("", 0)

    @property
    def entries(self) -> list[Entry]:
        """All files of the folder, by name."""
        return self.listing.entries

    def compose(self) -> ComposeResult:
        """A title, the columns' names, the rows, a message or the filter, the keys."""
        yield Rows(id="title", style=styles.BAR)
        yield Rows(id="head")
        yield self.list
        yield Rows(id="message")
        yield Rows(id="keys")

    def on_mount(self) -> None:
        """Paint, then read the articles."""
        self.redraw()
        self._read(self.desk.paths)
        self.set_interval(LOOK_EVERY, self._look)

    def on_resize(self, event: events.Resize) -> None:
        """Draw the rows for the new width."""
        self.call_after_refresh(self.redraw)

    # ---- reading -------------------------------------------------------------------------------------

    def _look(self) -> None:
        """One thread at a time has to do with the folder."""
        if not self._busy:
            self._busy = True
            self._read()

    @work(thread=True)
    def _read(self, paths: Iterable[Path] | None = None) -> None:
        """Begin with some articles, or read those that have come or changed, and hand them over."""
        gone: tuple[str, ...] = ()
        trouble = ""
        if paths is not None:
            self._watched = Watched(self.desk.paths[0].parent, paths)
        else:
            try:
                changes = self._watched.look()
                paths, gone = changes.changed, tuple(path.name for path in changes.gone)
            except FolderError as error:
                paths, trouble = (), self.desk.short(error)
        worker = get_current_worker()
        entries: list[Entry] = []
        read = 0
        for path in paths:
            if worker.is_cancelled:
                return
            self._touched.discard(path.name)
            entries.append(self._entry(path, self._watched.read(path)))
            if len(entries) >= max(_BATCH, read // 50):
                self.post_message(self.Found(entries, gone))
                read += len(entries)
                entries, gone = [], ()
        self.post_message(self.Found(entries, gone, complete=True, trouble=trouble))

    def _entry(self, path: Path, found: Article | ArticleError) -> Entry:
        if not isinstance(found, Article):
            return Entry(path, None, fault=self.desk.short(found))
        progress = self.desk.progress(found)
        if isinstance(progress, str):
            return Entry(path, found, fault=progress)
        return Entry(path, found, progress)

    def on_articles_screen_found(self, event: Found) -> None:
        """Show what has been read."""
        if not self.children:  # not any more
            return
        if event.entries or event.gone:
            self._set_entries(event.entries, event.gone)
        if event.complete:
            self._busy, self._complete = False, True
            self._trouble = event.trouble
            self._show_message()

    def _set_entries(self, entries: Iterable[Entry], gone: Iterable[str] = ()) -> None:
        # What the editor has done since the thread read an article is newer.
        self.listing.update(
            (
                self._entry(entry.path, entry.article)
                if entry.article and entry.name in self._touched
                else entry
                for entry in entries
            ),
            gone,
        )
        self._touched &= {entry.name for entry in self.entries}
        self._show_entries()

    # ---- keys ----------------------------------------------------------------------------------------

    async def press(self, event: events.Key) -> None:
        """While a filter is typed, letters are letters."""
        if not self.typing:
            await super().press(event)
            return
        if event.key == "enter":
            self.typing = False
            self.message = "" if self.listing.shown else _("no article has these words: / and Esc show all")
            self.redraw()
        elif event.key == "escape":
            self.typing = False
            self._filter("")
        elif event.key in ("down", "up"):
            self.list.move(1 if event.key == "down" else -1)
            self._drop_anchor()
        elif event.key in ("pagedown", "pageup"):
            self.list.page(1 if event.key == "pagedown" else -1)
            self._drop_anchor()
        elif event.key in ("backspace", "ctrl+h"):
            self._filter(self.listing.words[:-1])
        elif event.key == "ctrl+u":
            self._filter("")
        elif event.character and event.is_printable:
            self._filter(self.listing.words + event.character)

    def paste(self, words: str) -> None:
        """Pasted words are words of the filter; elsewhere they are no keys, and nothing happens."""
        if self.typing:
            self._filter(self.listing.words + " ".join(display_line(words[:_LONGEST]).split()))

    def action_filter(self) -> None:
        """Type the words that articles are to have, on from those that they have to have now."""
        self.typing = True
        self._drop_anchor()
        self.message = ""
        self.redraw()

    def action_show_all(self) -> None:
        """Show all articles again."""
        self.message = ""
        self._filter("")

    def action_order(self) -> None:
        """Sort in the next order."""
        self.listing.next_order()
        self._show_order()

    def action_reverse(self) -> None:
        """Sort the other way."""
        self.listing.reverse()
        self._show_order()

    def action_flagged(self) -> None:
        """To the next article with a flag."""
        shown = self.listing.shown
        for step in range(1, len(shown) + 1):
            row = (self.list.cursor + step) % len(shown)
            if shown[row].progress.flags:
                self.list.go_to(row)
                self._say("")
                return
        self._say(_("none of these articles has a flag"))

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
        self.list.go_to(len(self.listing.shown) - 1 if last else 0)
        self._say("")

    async def action_open(self) -> None:
        """Open the article under the cursor."""
        entry = self.list.current
        if entry is None:
            self._say(_("no article to open") if self._complete else _("still reading the folder"))
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

    # ---- articles that come back ---------------------------------------------------------------------

    def returned(self, article: Article) -> None:
        """Back from an article: show its new progress."""
        # What comes next is what stood below it, wherever its new state puts it.
        names = [entry.name for entry in self.listing.shown]
        row = self.listing.row_of(article.path.name)
        first = self.list.cursor if row is None else row + 1
        self._after = [*names[first:], *names[:first]]
        if row is not None:
            self.list.go_to(row)
        if any(entry.name == article.path.name for entry in self.entries):
            self._set_entries([self._entry(article.path, article)])
            self._touched.add(article.path.name)
        self.redraw()

    async def open_next(self) -> None:
        """Open the next article in the order shown that is not done and that no other desk has."""
        entries = {entry.name: entry for entry in self.entries}
        taken = damaged = 0
        for name in self._after:
            entry = entries.get(name)
            if entry is None or entry.article is None:
                continue
            if entry.fault:
                damaged += 1
            elif entry.progress.state != DONE:
                if await self._open(entry.article, unless_locked=True):
                    if (row := self.listing.row_of(name)) is not None:
                        self.list.go_to(row)
                    return
                taken += 1
        left = [n_("{n} open in other desks", "{n} open in other desks", taken)] if taken else []
        left += [n_("{n} that cannot be opened", "{n} that cannot be opened", damaged)] if damaged else []
        done = _("every article shown is done") if self.listing.words else _("every article is done")
        self._say(_("{done} but {left}").format(done=done, left=_(" and ").join(left)) if left else done)

    async def _open(self, article: Article, unless_locked: bool = False) -> bool:
        try:
            return await self.desk_app.open_article(article, unless_locked=unless_locked)
        except ChiosaError as error:
            self._say(self.desk.short(error))
            return False

    def renew(self, articles: Iterable[Article]) -> None:
        """Show the progress of articles that were changed without being opened."""
        known = {entry.name for entry in self.entries}
        found = [article for article in articles if article.path.name in known]
        if found:
            self._touched |= {article.path.name for article in found}
            self._set_entries([self._entry(article.path, article) for article in found])

    def tell(self, message: str) -> None:
        """Say something in the message row."""
        self._say(message)

    # ---- inside --------------------------------------------------------------------------------------

    def _filter(self, words: str) -> None:
        """Narrow the list; the cursor keeps to the article where the typing began, while it is shown."""
        self.listing.narrow(words[:_LONGEST])
        here, line = self._anchor
        self.list.set_entries(self.listing.shown, here, line, otherwise=0)
        self.redraw()

    def _drop_anchor(self) -> None:
        entry = self.list.current
        self._anchor = (entry.name if entry else "", self.list.cursor - self.list.top)

    def _show_order(self) -> None:
        self.message = ""
        if self.listing.order.name == "doubt" and (unknown := self.listing.unknown):
            self.message = n_(
                "{n} without suggestions: chiosa suggest {folder} tells its doubt",
                "{n} without suggestions: chiosa suggest {folder} tells their doubt",
                unknown,
                folder=self.desk.paths[0].parent.name or ".",
            )
        self._show_entries()

    def _show_entries(self) -> None:
        shown = self.listing.shown
        # who has not moved yet begins with the first article, whichever that turns out to be
        here = shown[0].name if shown and not self._complete and self.list.cursor == 0 else ""
        self.list.set_entries(shown, here)
        self.redraw()

    def _say(self, message: str) -> None:
        self.message = message
        self._show_message()

    def _show_message(self) -> None:
        message = self.message or self._trouble
        if not message and not self.entries and self._complete:
            message = _("no articles in the folder; put .txt files in it")
        if self.typing:
            # The end of the words is what is being typed.
            typed = display_line(self.listing.words)[-max(1, self.size.width - 4) :]
            message = f"/{typed}" + ("" if self.listing.shown else "   " + _("no article has these words"))
        self.query_one("#message", Rows).show([bars.message_row(message)] if message else [])

    def redraw(self) -> None:
        """Fill in the rows around the list."""
        if not self.children:  # not yet
            return
        annotator = self.desk.store.annotator
        self.query_one("#title", Rows).show(
            [title_row(self.listing, annotator, self.size.width, typing=self.typing)]
        )
        head = head_row(self.list.columns, self.listing.order, self.listing.falls)
        self.query_one("#head", Rows).show([head])
        hints = _typing_hints() if self.typing else footer(self.table, self.size.width, _("quit"))
        self.query_one("#keys", Rows).show([bars.keys_row(hints)])
        self._show_message()


def _typing_hints() -> Hints:
    return ("Enter", _("keep")), ("Esc", _("all articles")), ("↓ ↑", _("rows"))
