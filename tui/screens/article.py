"""The screen on which an article is read and its spans are decided."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual import work
from textual.containers import Horizontal
from textual.message import Message

from annotations.annotation import DONE
from annotations.errors import ChiosaError, Overtaken
from annotations.language import _, n_
from annotations.place import kept_place
from annotations.saver import SavedElsewhere, Saver
from annotations.scheme import ROLES
from tui.keys import Key, footer
from tui.review import Review
from tui.screens.article_actions import ArticleActions
from tui.screens.article_rows import ArticleRows
from tui.screens.save_trouble import trouble_of
from tui.widgets import bars, panel
from tui.widgets.article_view import ArticleView

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult

    from annotations.article import Article
    from annotations.history import History
    from tui.desk import Desk, Opened
    from tui.keymap import Hints
    from tui.modes import Mode
    from tui.widgets.rows import Row

WIDE = 110
"""Cells from which there is room for a side panel."""


class ArticleScreen(ArticleActions):
    """An article under review."""

    DEFAULT_CSS = f"""
    ArticleScreen {{ layout: vertical; }}
    ArticleScreen #body {{ height: 1fr; }}
    ArticleScreen #panel {{ width: {panel.WIDTH}; height: 1fr; display: none; }}
    ArticleScreen.wide #panel {{ display: block; }}
    ArticleScreen.wide #span, ArticleScreen.wide #legend {{ display: none; }}
    ArticleScreen.low #legend, ArticleScreen.low #keys {{ display: none; }}
    """

    @dataclass
    class Saved(Message):
        """A save was tried; ``error`` is None when it went well."""

        error: Exception | None

    def __init__(self, desk: Desk, article: Article, opened: Opened, review: Review | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.opened = opened
        self.saver: Saver | None = None
        self.review = review or Review(article, opened.loaded.history, desk.scheme)
        self._go_to_kept_place()
        self.view = ArticleView(self.review, desk.measure)
        self.rows = ArticleRows()
        self.mode: Mode | None = None
        self.notice = ""
        self._save_error = ""
        self.last_search = ""
        self._insisting = ""
        self._insisted = ""
        self._question = ""
        self._left: Mode | None = None
        self._taking: asyncio.Future[None] | None = None
        """What a key waits for until the article is taken."""
        self._have(opened)

    def _go_to_kept_place(self) -> None:
        review = self.review
        if place := kept_place(self.desk.store.path(review.article.id), review.history):
            review.go_to(place)

    def _have(self, opened: Opened) -> None:
        """The article is there, to be edited if it was taken."""
        self.opened, self.saver = opened, opened.saver
        review = self.review
        review.read_only = review.message = opened.read_only
        review.message = review.message or bars.article_note(review)
        if self.desk.single:
            review.message = review.message or self.desk.greeting
        if self.saver:
            self.saver.report = self._report_save
            if opened.loaded.notices:
                self.saver.submit(review.history)
            if opened.misfits:
                review.message = n_(
                    "{n} span has no place in the text: m lists it",
                    "{n} spans have no place in the text: m lists them",
                    len(opened.misfits),
                )

    def compose(self) -> ComposeResult:
        """The text, with its rows above and below and the panel beside."""
        rows = self.rows
        yield rows.title
        with Horizontal(id="body"):
            yield self.view
            yield rows.panel
        yield rows.span
        yield rows.message
        yield rows.legend
        yield rows.keys

    def on_mount(self) -> None:
        """Paint first; what is slow comes after."""
        self.view.letters = {label: self.first_key(kind)[:1] for kind, label in ROLES.items()}
        self.show()
        if self.opened.taken:
            self._begin()
        else:
            self._taking = asyncio.get_running_loop().create_future()
            self.desk_app.when_painted(lambda: self.call_later(self._take))

    def _begin(self) -> None:
        self.call_after_refresh(self._ask_suggester)
        if self.opened.loaded.notices:
            self.call_after_refresh(self.action_notices)

    async def _take(self) -> None:
        """Take the article that is on the screen already; the keys typed meanwhile wait for it."""
        article, seen = self.review.article, self.opened.loaded
        try:
            opened = await asyncio.to_thread(self.desk.open, article, seen=seen)
        except ChiosaError as error:
            self.desk_app.give_up(error)
        else:
            if opened.loaded is not seen:  # another desk has written it in the meantime
                self.review.history = opened.loaded.history
                self.review.follow(seen.history)
                self._go_to_kept_place()
            self._have(opened)
            self.show()
            self._begin()
        taking, self._taking = self._taking, None
        if taking is not None:
            taking.set_result(None)

    def on_unmount(self) -> None:
        """Note the place for the next time, also when a line that drops ends the program."""
        if (
            self.opened.session is not None
            and self.review.current_id
            and self.review.history.annotation.spans
        ):
            self.opened.session.keep_place(self.review.history, self.review.current_id)

    def on_resize(self, event: events.Resize) -> None:
        """Give way to the text on a small terminal."""
        self.set_class(event.size.width >= WIDE, "wide")
        self.set_class(event.size.height < 10, "low")
        self.call_after_refresh(self.show)

    # ---- suggestions ---------------------------------------------------------------------------------

    @work(exclusive=True)
    async def _ask_suggester(self) -> None:
        suggesting = self.desk.suggesting
        text = self.review.article.text
        wanted = self.desk.proposes and self.review.annotation.state != DONE and not self.review.read_only
        self.notice = _("suggesting…")
        self.show()
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
        self.show()

    # ---- keys ----------------------------------------------------------------------------------------

    @property
    def moment(self) -> tuple[Key, ...]:
        """The keys of the mode, if there is one."""
        return self.mode.table if self.mode is not None else self.table

    async def press(self, event: events.Key) -> None:
        """A mode has the first word on a key."""
        if self._taking is not None:
            await self._taking
        self._insisted, self._insisting, self._question = self._insisting, "", ""
        self.review.meter.press()
        left, self._left = self._left, None
        before = self.review.history
        if self.mode is None and left is not None and left.counts(event):
            self.mode = left
            self.after(before)
            return
        if self.mode is None:
            if self.keymap.find(event.key) is None:
                self._unknown_key(event)
            await super().press(event)
            return
        mode, before = self.mode, self.before()
        outcome = mode.key(event)
        if outcome is None and event.key == "question_mark":
            await self.action_help()
        elif outcome is None:
            message = _("{key}: not a key of this mode; Esc leaves it")
            self.review.message = message.format(key=_name_of(event))
        elif outcome is False:
            self._leave_mode(mode)
        self.after(before)
        if mode.everywhere:
            await self.desk_app.search_everywhere(mode.sought)

    def _unknown_key(self, event: events.Key) -> None:
        """Say that a key does nothing, so that what was said of the last one is not taken for an answer."""
        self.review.message = _("{key}: not a key here; {help} shows the keys").format(
            key=_name_of(event), help=self.first_key("help")
        )
        self.show()

    def _leave_mode(self, mode: Mode) -> None:
        self.mode = mode.following()
        self.last_search = mode.sought or self.last_search
        self._left = mode

    def paste(self, words: str) -> None:
        """Pasted words are typed where words are; elsewhere they are no keys, and nothing happens."""
        if self.mode is not None and self.mode.types:
            before = self.before()
            self.mode.paste(words)
            self.after(before)

    async def action_done(self) -> None:
        """Mark the article done and go to the next that is not."""
        finished: list[bool] = []
        self._do(lambda: finished.append(self.review.done(confirmed=self._insisted == "done")))
        if not finished[0]:
            self._insisting = "done"
        elif self.desk.single:
            self.review.message = _("done: {summary}; q leaves").format(summary=self._summary())
            self.show()
        elif await self._all_saved():
            await self.desk_app.finished(_("done: {summary}").format(summary=self._summary()))

    def _summary(self) -> str:
        """The article's numbers in a line."""
        from annotations.statistics import article_figures, total
        from tui.screens.stats import summary_row

        return summary_row(total([article_figures(self.review.article, self.review.history)]))

    def show_place(self, start: int, end: int, span_id: str | None) -> None:
        """Go to a place of the text, or to the span there."""
        self.review.go_to(span_id if span_id and self.review.annotation.find(span_id) else None)
        if self.review.current is None and end > start:
            self.review.match = (start, end)
        self.show()

    def redraw(self) -> None:
        """Draw everything."""
        self.rows.forget()
        self.show()

    def tell(self, message: str) -> None:
        """Say something in the message row."""
        self.review.message = message
        self.show()

    def greet(self, message: str) -> None:
        """Say something before the first key."""
        self.review.message = self.review.message or message
        self.show()

    async def action_leave(self) -> None:
        """Back to the list, or to the places from which it was opened; everything is on disk."""
        if await self._all_saved() and not await self.desk_app.back_to_found():
            await self.desk_app.leave_article()

    def action_save_elsewhere(self) -> None:
        """Type the folder in which to save while the store refuses."""
        if not self._save_error or self.saver is None:
            self._do(lambda: setattr(self.review, "message", _("all is saved where it belongs")))
        else:
            from tui.modes.rescue import RescueMode

            mode = RescueMode(self.review, self.view, self.desk.overrides, self.desk.store, self.saver)
            self._enter(mode)

    async def action_take_over(self) -> None:
        """Take the article from the desk that has it, once the editor insists."""
        self.before()
        if not self.review.read_only or self.saver is not None:
            self.review.message = _("no other desk has this article")
        elif self._insisted != "take-over":
            self._insisting = "take-over"
            self._question = _("{key} again takes it over; the other desk can then save no more").format(
                key=self.first_key("take-over")
            )
        else:
            try:
                await self.desk_app.take_over()
            except ChiosaError as error:
                self.review.message = self.desk.short(error)
            return
        self.show()

    async def action_notices(self) -> None:
        """Show what there is to know of this article."""
        from tui.screens.notices import NoticesScreen

        notices = [self.desk.short(notice) for notice in self.opened.notices]
        await self.app.push_screen(NoticesScreen(notices, self.opened.misfits, self._forget_misfits))

    def on_article_view_clicked(self, event: ArticleView.Clicked) -> None:
        """Go to the span that the mouse points at, or, while marking, to the word."""
        before = self.before()
        if self.review.selection is not None:
            self.review.select_at(event.offset)
        elif self.mode is None and (span := self.review.span_at(event.offset)) is not None:
            self.review.go_to(span.id)
        self.after(before)

    # ---- inside --------------------------------------------------------------------------------------

    def before(self) -> History:
        """The history before a key; its message is forgotten."""
        self.review.message = ""
        return self.review.history

    def after(self, before: History) -> None:
        """Save and show what a key has changed."""
        self.show()
        self._save(before)

    def _save(self, before: History) -> None:
        if self.saver is not None and self.review.history is not before:
            self.saver.submit(self.review.history)

    def _report_save(self, error: Exception | None) -> None:
        """Called from the saving thread, which must not wait for the screen."""
        self.post_message(self.Saved(error))

    def on_article_screen_saved(self, event: Saved) -> None:
        """Say that saving fails, or that it works again."""
        trouble = trouble_of(event.error, self.desk.short, self.first_key("save-elsewhere"))
        if isinstance(event.error, Overtaken):
            self.review.read_only = trouble
        if trouble != self._save_error:
            self._save_error = trouble
            self.show()

    def _forget_misfits(self) -> None:
        if self.opened.session is not None and self.saver is not None:
            self.opened.session.misfits = ()
            self.saver.submit(self.review.history)

    async def _all_saved(self) -> bool:
        """Whether the article may be left: all is on disk, or the editor insists."""
        if self.saver is None or self._insisted == "leave":
            return True
        error = await asyncio.to_thread(self.saver.flush)
        if error is None or isinstance(error, SavedElsewhere):
            return True
        self._insisting = "leave"
        self._question = _("NOT SAVED: once more leaves without saving. {reason}").format(
            reason=self.desk.short(error)
        )
        self.show()
        return False

    def _state_word(self) -> str:
        """What the title says in the place of the article's state, if anything."""
        if self.notice or self.review.read_only:
            return self.notice or _("read only")
        return _("by letters") if self.review.letters is not None else ""

    def show(self) -> None:
        """Draw what has changed."""
        if not self.is_mounted:
            return
        review = self.review
        self.view.hold = self.mode is not None and self.mode.holds
        self.view.show_tags(self.mode.tags if self.mode is not None else {})
        self.view.update_spans()
        message = self._question or self._save_error or review.message
        row: Row | None = None
        if self.mode is not None and self.mode.types:
            row = bars.message_row(f"{self.mode.prompt()}   {message}")
        elif self.mode is not None and not message:
            row = bars.message_row(self.mode.prompt())
        elif message:
            row = bars.message_row(message)
        wide = self.has_class("wide")
        self.rows.show(review, self.size.width, self._state_word(), row, self._hints(), wide=wide)

    def _hints(self) -> tuple[object, Callable[[], Hints]]:
        """What the keys depend on, and what makes them."""
        mode, width = self.mode, self.size.width
        if mode is not None:
            hints = mode.hints
            return hints, lambda: hints
        return "", lambda: footer(self.table, width, self.desk.leave_word)


def _name_of(event: events.Key) -> str:
    """What a person reads for a key that was pressed."""
    from tui.keynames import shown

    return event.character if event.character and event.is_printable else shown(event.key)
