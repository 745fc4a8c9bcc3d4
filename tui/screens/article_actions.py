"""What the keys of an article do: each action calls the review, or enters a mode, or opens a screen.

Modes and screens are imported by the action that needs them: the article is on screen before that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from annotations.errors import ChiosaError
from annotations.language import _
from tui.keys import ARTICLE_KEYS
from tui.reading import NO_TOKENS
from tui.screens.keyed import KeyedScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotations.history import History
    from tui.desk import Desk
    from tui.keys import Key
    from tui.modes import Mode
    from tui.review import Review
    from tui.widgets.article_view import ArticleView


class ArticleActions(KeyedScreen):
    """The actions of `ArticleScreen`, which shows and saves what they change."""

    KEYS = ARTICLE_KEYS
    desk: Desk
    review: Review
    view: ArticleView
    mode: Mode | None
    last_search: str

    def before(self) -> History:
        """The history before a key; its message is forgotten."""
        raise NotImplementedError

    def after(self, before: History) -> None:
        """Save and show what a key has changed."""
        raise NotImplementedError

    def show(self) -> None:
        """Draw what has changed."""
        raise NotImplementedError

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

    def action_doubtful(self, step: int) -> None:
        """To the next doubtful suggestion."""
        self._do(lambda: self.review.next_doubtful(step))

    def action_flagged(self, step: int) -> None:
        """To the next flag or note, of the article or of a span."""
        self._do(lambda: self.review.next_noted(step))
        if self.review.at_article_note:
            self.view.scroll_to_edge(False)

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

    def action_propose_same(self) -> None:
        """Propose the other mentions of the words."""
        self._decide(self.review.propose_same)

    def action_accept_all(self) -> None:
        """Accept what is undecided."""
        self._do(self.review.accept_all)

    def action_bulk(self) -> None:
        """Accept some of what is undecided."""
        from tui.modes.bulk import BulkMode

        self._enter(BulkMode(self.review, self.view, self.desk.overrides))

    def action_join(self) -> None:
        """Join the current span with the next."""
        self._decide(self.review.join)

    def action_split(self) -> None:
        """Choose where to split the current span; one of two words is split at once."""
        from tui.modes.split import SplitMode

        before = self.before()
        span = self.review.current
        cuts = self.review.cuts(span) if span is not None else []
        if span is None or not cuts:
            self.review.message = _("a span of one word cannot be split")
        elif len(cuts) == 1:
            self._decide(lambda: self.review.split(span, cuts[0]))
            return
        else:
            mode = SplitMode(self.review, self.view, self.desk.overrides, span, cuts)
            mode.place = self.review.likely_cut(span, cuts)
            self._enter(mode)
            return
        self.after(before)

    def action_letters(self) -> None:
        """Move edges by letters, or by words again."""
        self._do(self.review.toggle_letters)

    def action_hop(self) -> None:
        """Show tags on what may be worth a span."""
        from tui.modes.hop import HopMode

        before = self.before()
        mode = HopMode(self.review, self.view, self.desk.overrides)
        if self.review.read_only or self.review.tokens is None:
            self.review.message = self.review.read_only or _(NO_TOKENS)
        elif not mode.places:
            self.review.message = _("nothing on screen that looks like a name or a quote: v marks any words")
        else:
            self._enter(mode)
            return
        self.after(before)

    def action_new_quote(self) -> None:
        """Make a quote of the quotation marks where the editor is."""
        at, window = self._place(), self.view.visible_offsets
        if self.review.tokens is None:
            self._once_counted(lambda: self._do(lambda: self.review.new_quote(at, window)))
        else:
            self._do(lambda: self.review.new_quote(at, window))

    @work
    async def _once_counted(self, action: Callable[[], object]) -> None:
        """Do something as soon as the words are counted: the editor need not press the key again."""
        self.tell(_("the words are still being counted: the quote comes in a moment"))
        try:
            self.review.tokens = self.review.tokens or await self.desk.suggesting.tokens(
                self.review.article.text
            )
        except ChiosaError as error:
            self.tell(self.desk.short(error))
            return
        action()

    def action_flag(self) -> None:
        """Flag the current span, or the article."""
        self._do(self.review.flag)

    def action_flag_article(self) -> None:
        """Flag the article as a whole."""
        self._do(lambda: self.review.flag(""))

    def action_note(self) -> None:
        """Write a note on the current span."""
        self._write_note(self.review.current_id or "")

    def action_article_note(self) -> None:
        """Write a note on the article."""
        self._write_note("")

    def _write_note(self, target: str) -> None:
        from tui.modes.note import NoteMode

        if self.review.read_only:
            self._do(lambda: setattr(self.review, "message", self.review.read_only))
        else:
            self._enter(NoteMode(self.review, self.view, self.desk.overrides, target))

    def action_undo(self) -> None:
        """Undo."""
        self._do(self.review.undo)

    def action_redo(self) -> None:
        """Redo."""
        self._do(self.review.redo)

    def action_select(self) -> None:
        """Begin to mark a new span, where the editor is looking."""
        from tui.modes.select import SelectMode

        at = self._place()
        self._do(lambda: self.review.select(at))
        if self.review.selection is not None:
            self._enter(SelectMode(self.review, self.view, self.desk.overrides))

    def action_choose(self, kind: str) -> None:
        """Choose the source or the cue of a quote."""
        from tui.modes.choose import ChooseMode

        before = self.before()
        if (quote := self.review.quote(kind)) is not None:
            self.review.go_to(quote.id)
            self.view.update_spans()
            self._enter(ChooseMode(self.review, self.view, self.desk.overrides, kind, quote))
            return
        self.after(before)

    def action_search(self) -> None:
        """Type the words to look for."""
        from tui.modes.search import SearchMode

        match, span = self.review.match, self.review.current
        origin = match[1] if match else span.start if span else self.view.visible_offsets[0]
        self._enter(SearchMode(self.review, self.view, self.desk.overrides, origin, self.last_search))

    def action_scroll(self, step: int) -> None:
        """Scroll by lines."""
        self.view.scroll_lines(step)

    def action_page(self, step: int) -> None:
        """Scroll by pages."""
        self.view.scroll_pages(step)

    def action_edge(self, last: bool) -> None:
        """To the beginning or the end."""
        self.view.scroll_to_edge(last)

    async def perform(self, key: Key, name: str = "") -> None:
        """Do an action; undo right after a decision in all articles takes it back in all of them."""
        spread = self.desk.spread
        if (
            key.action in ("undo", "redo")
            and spread is not None
            and spread.is_last_in(self.review, key.action == "redo")
        ):
            await self.desk_app.action_undo_everywhere()
        else:
            await super().perform(key, name)

    async def action_speakers(self) -> None:
        """Show who said what; Enter there goes to the quote."""
        from tui.screens.speakers import SpeakersScreen

        await self.app.push_screen(
            SpeakersScreen(self.review, lambda quote: self._do(lambda: self.review.go_to(quote)))
        )

    async def action_same_everywhere(self) -> None:
        """The decision on the current span, or the last one, in all articles; shown before it is made."""
        await self._spread(propose=False)

    async def action_propose_everywhere(self) -> None:
        """Propose the words of the current span in all articles."""
        await self._spread(propose=True)

    async def _spread(self, propose: bool) -> None:
        from tui.screens.spread import SpreadScreen

        before = self.before()
        review = self.review
        span = review.annotation.find(review.offer) if review.offer else review.current
        if span is None or review.read_only:
            review.message = review.read_only or _("no span here: n goes to one, v makes one")
            self.after(before)
        else:
            await self.app.push_screen(SpreadScreen(self.desk, self, span, propose))

    # ---- inside ----------------------------------------------------------------------------------------

    def _do(self, action: Callable[[], object]) -> None:
        before = self.before()
        action()
        self.after(before)

    def _decide(self, action: Callable[[], object]) -> None:
        """Act on the current span, but never on one that the editor has scrolled away from."""
        span = self.review.current
        first, last = self.view.visible_offsets
        if span is not None and (span.end <= first or span.start >= last):
            self.review.message = _("back at {words}: once more").format(words=self.review.named(span))
            self.show()
        else:
            self._do(action)

    def _place(self) -> int:
        """The offset where the editor is looking."""
        first, last = self.view.visible_offsets
        span, match = self.review.current, self.review.match
        at = match[0] if match else span.start if span is not None else first
        return at if first <= at < last else first

    def _enter(self, mode: Mode) -> None:
        self.review.message = ""  # what was said of the key before is no answer to this one
        self.mode = mode
        self.show()
