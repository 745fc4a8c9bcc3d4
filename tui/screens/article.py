"""The screen on which an article is read and its spans are decided."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work
from textual.containers import Horizontal
from textual.message import Message

from annotations.annotation import DONE
from annotations.errors import ChiosaError
from tui import styles
from tui.keys import ARTICLE_KEYS, footer
from tui.modes import ChooseMode, Mode, SearchMode, SelectMode
from tui.review import Review
from tui.screens.keyed import KeyedScreen
from tui.widgets import bars
from tui.widgets.article_view import ArticleView
from tui.widgets.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from annotations.article import Article
    from annotations.history import History
    from tui.desk import Desk, Opened

WIDE = 110
"""Cells from which there is room for a side panel."""


class ArticleScreen(KeyedScreen):
    """An article under review."""

    KEYS = ARTICLE_KEYS
    DEFAULT_CSS = f"""
    ArticleScreen {{ layout: vertical; }}
    ArticleScreen #body {{ height: 1fr; }}
    ArticleScreen #panel {{ width: {bars.PANEL_WIDTH}; height: 1fr; display: none; }}
    ArticleScreen.wide #panel {{ display: block; }}
    ArticleScreen.wide #span, ArticleScreen.wide #legend {{ display: none; }}
    ArticleScreen.low #legend, ArticleScreen.low #keys {{ display: none; }}
    """

    @dataclass
    class Saved(Message):
        """A save was tried; ``trouble`` is empty when it went well."""

        trouble: str

    def __init__(self, desk: Desk, article: Article, opened: Opened) -> None:
        super().__init__()
        self.desk = desk
        self.opened = opened
        self.saver = opened.saver
        self.review = Review(article, opened.loaded.history, desk.scheme)
        self.review.read_only = self.review.message = opened.read_only
        self.view = ArticleView(self.review)
        self.mode: Mode | None = None
        self.notice = ""
        self._save_error = ""
        self._last_search = ""
        self._insisting = ""
        self._insisted = ""
        self._question = ""
        if self.saver:
            self.saver.report = self._report_save
            if opened.loaded.notices:
                self.saver.submit(self.review.history)
            if opened.misfits:
                self.review.message = f"{len(opened.misfits)} spans have no place in the text: m lists them"

    def compose(self) -> ComposeResult:
        """The text, with its rows above and below and the panel beside."""
        yield Rows(id="title", style=styles.BAR)
        with Horizontal(id="body"):
            yield self.view
            yield Rows(id="panel")
        yield Rows(id="span")
        yield Rows(id="message")
        yield Rows(id="legend")
        yield Rows(id="keys")

    def on_mount(self) -> None:
        """Paint first; what is slow comes after."""
        self._show()
        self.call_after_refresh(self._ask_suggester)
        if self.opened.loaded.notices:
            self.call_after_refresh(self.action_notices)

    def on_resize(self, event: events.Resize) -> None:
        """Give way to the text on a small terminal."""
        self.set_class(event.size.width >= WIDE, "wide")
        self.set_class(event.size.height < 10, "low")
        self.call_after_refresh(self._show)

    # ---- suggestions ---------------------------------------------------------------------------------

    @work(exclusive=True)
    async def _ask_suggester(self) -> None:
        suggesting = self.desk.suggesting
        text = self.review.article.text
        wanted = self.desk.proposes and self.review.annotation.state != DONE and not self.review.read_only
        self.notice = "suggesting…"
        self._show()
        try:
            self.review.tokens = await suggesting.tokens(text)
            if wanted and await suggesting.ready() != self.review.annotation.suggester:
                suggester, proposal = await suggesting.suggest(text)
                self.review.message = self.review.message or suggesting.notice
                if self.review.annotation.state != DONE:  # the editor may have been quicker
                    before = self.review.history
                    self.review.merge(suggester, proposal)
                    self._save(before)
        except ChiosaError as error:
            self.review.message = self.desk.short(error)
        self.notice = ""
        self._show()

    # ---- keys ----------------------------------------------------------------------------------------

    async def press(self, event: events.Key) -> None:
        """A mode has the first word on a key."""
        self._insisted, self._insisting, self._question = self._insisting, "", ""
        if self.mode is None:
            await super().press(event)
            return
        before = self._before()
        outcome = self.mode.key(event)
        if outcome is None and event.key == "question_mark":
            await self.action_help()
        elif outcome is None:
            name = event.character if event.is_printable else event.key
            self.review.message = f"{name}: not a key of this mode; Esc leaves it"
        elif outcome is False:
            if isinstance(self.mode, SearchMode):
                self._last_search = self.mode.words or self._last_search
            self.mode = None
        self._after(before)

    def paste(self, words: str) -> None:
        """Pasted words are looked for; elsewhere they are no keys, and nothing happens."""
        if isinstance(self.mode, SearchMode):
            before = self._before()
            self.mode.paste(words)
            self._after(before)

    def action_next(self) -> None:
        """To the next span to decide."""
        self._do(self.review.next_to_decide)

    def action_previous(self) -> None:
        """To the previous span to decide."""
        self._do(lambda: self.review.next_to_decide(-1))

    def action_next_any(self) -> None:
        """To the next span."""
        self._do(self.review.next_span)

    def action_previous_any(self) -> None:
        """To the previous span."""
        self._do(lambda: self.review.next_span(-1))

    def action_accept(self) -> None:
        """Accept and go on."""
        self._decide(self.review.accept)

    def action_reject(self) -> None:
        """Reject and go on."""
        self._decide(self.review.reject)

    def action_label(self, key: str) -> None:
        """Relabel and go on."""
        self._decide(lambda: self.review.set_label(key))

    def action_move(self, edge: str, step: int) -> None:
        """Move a boundary."""
        self._decide(lambda: self.review.move(edge, step))

    def action_same(self) -> None:
        """The same decision for the same words."""
        self._decide(self.review.same_decision)

    def action_accept_all(self) -> None:
        """Accept what is undecided."""
        self._do(self.review.accept_all)

    def action_undo(self) -> None:
        """Undo."""
        self._do(self.review.undo)

    def action_redo(self) -> None:
        """Redo."""
        self._do(self.review.redo)

    def action_select(self) -> None:
        """Begin to mark a new span, where the editor is looking."""
        first, last = self.view.visible_offsets
        span = self.review.current
        at = span.start if span is not None and first <= span.start < last else first
        self._do(lambda: self.review.select(at))
        if self.review.selection is not None:
            self._enter(SelectMode(self.review, self.view))

    def action_choose(self, kind: str) -> None:
        """Choose the source or the cue of a quote."""
        before = self._before()
        if (quote := self.review.quote(kind)) is not None:
            self.review.go_to(quote.id)
            self.view.update_spans()
            self._enter(ChooseMode(self.review, kind, quote, self.view))
            return
        self._after(before)

    def action_search(self) -> None:
        """Type the words to look for."""
        match, span = self.review.match, self.review.current
        origin = match[1] if match else span.start if span else self.view.visible_offsets[0]
        self._enter(SearchMode(self.review, origin, self._last_search))

    def action_scroll(self, step: int) -> None:
        """Scroll by lines."""
        self.view.scroll_lines(step)

    def action_page(self, step: int) -> None:
        """Scroll by pages."""
        self.view.scroll_pages(step)

    def action_edge(self, last: bool) -> None:
        """To the beginning or the end."""
        self.view.scroll_to_edge(last)

    async def action_done(self) -> None:
        """Mark the article done and go to the next that is not."""
        finished: list[bool] = []
        self._do(lambda: finished.append(self.review.done(confirmed=self._insisted == "done")))
        if not finished[0]:
            self._insisting = "done"
        elif self.desk.single:
            self.review.message = "this article is done: q leaves"
            self._show()
        elif await self._all_saved():
            await self.desk_app.finished()

    async def action_leave(self) -> None:
        """Back to the list; everything is on disk."""
        if await self._all_saved():
            await self.desk_app.leave_article()

    async def action_notices(self) -> None:
        """Show what there is to know of this article."""
        from tui.screens.notices import NoticesScreen

        notices = [self.desk.short(notice) for notice in self.opened.notices]
        await self.app.push_screen(NoticesScreen(notices, self.opened.misfits, self._forget_misfits))

    def on_article_view_clicked(self, event: ArticleView.Clicked) -> None:
        """Go to the span that the mouse points at, or, while marking, to the word."""
        before = self._before()
        if self.review.selection is not None:
            self.review.select_at(event.offset)
        elif self.mode is None and (span := self.review.span_at(event.offset)) is not None:
            self.review.go_to(span.id)
        self._after(before)

    # ---- inside --------------------------------------------------------------------------------------

    def _do(self, action: Callable[[], object]) -> None:
        before = self._before()
        action()
        self._after(before)

    def _before(self) -> History:
        self.review.message = ""
        return self.review.history

    def _after(self, before: History) -> None:
        self._save(before)
        self._show()

    def _enter(self, mode: Mode) -> None:
        self.mode = mode
        self._show()

    def _save(self, before: History) -> None:
        if self.saver is not None and self.review.history is not before:
            self.saver.submit(self.review.history)

    def _report_save(self, error: Exception | None) -> None:
        """Called from the saving thread, which must not wait for the screen."""
        self.post_message(
            self.Saved("" if error is None else f"not saved, trying again: {self.desk.short(error)}")
        )

    def on_article_screen_saved(self, event: Saved) -> None:
        """Say that saving fails, or that it works again."""
        if event.trouble != self._save_error:
            self._save_error = event.trouble
            self._show()

    def _forget_misfits(self) -> None:
        if self.opened.session is not None and self.saver is not None:
            self.opened.session.misfits = ()
            self.saver.submit(self.review.history)

    async def _all_saved(self) -> bool:
        """Whether the article may be left: all is on disk, or the editor insists."""
        if self.saver is None or self._insisted == "leave":
            return True
        error = await asyncio.to_thread(self.saver.flush)
        if error is None:
            return True
        self._insisting = "leave"
        self._question = f"NOT SAVED: once more leaves without saving. {self.desk.short(error)}"
        self._show()
        return False

    def _decide(self, action: Callable[[], object]) -> None:
        """Act on the current span, but never on one that the editor has scrolled away from."""
        span = self.review.current
        first, last = self.view.visible_offsets
        if span is not None and (span.end <= first or span.start >= last):
            self.review.message = f"back at {self.review.named(span)}: once more"
            self._show()
        else:
            self._do(action)

    def _show(self) -> None:
        if not self.is_mounted:
            return
        review = self.review
        choosing = self.mode if isinstance(self.mode, ChooseMode) else None
        self.view.hold = choosing is not None  # the editor looks around for a speaker
        self.view.show_tags(choosing.tags if choosing else {})
        self.view.update_spans()
        width = self.size.width
        self.query_one("#title", Rows).show(
            [bars.title_row(review, width, self.notice or ("read only" if review.read_only else ""))]
        )
        message = self._question or self._save_error or review.message
        if isinstance(self.mode, SearchMode):
            row = bars.message_row(f"{self.mode.prompt()}   {message}")
        elif self.mode is not None and not message:
            row = bars.message_row(self.mode.prompt())
        elif message:
            row = bars.message_row(message)
        else:
            row = [] if self.has_class("wide") else bars.roles_row(review, width)
        self.query_one("#message", Rows).show([row])
        hints = self.mode.hints if self.mode else footer(ARTICLE_KEYS, width, self.desk.leave_word)
        self.query_one("#keys", Rows).show([bars.keys_row(hints)])
        if self.has_class("wide"):
            panel = self.query_one("#panel", Rows)
            panel.show(bars.panel_rows(review, panel.size.height))
        else:
            self.query_one("#span", Rows).show([bars.span_row(review, width)])
            self.query_one("#legend", Rows).show([bars.legend_row(review.scheme)])
