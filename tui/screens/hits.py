"""What a search over all articles has found: each place in its context, to be decided from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from rich.cells import cell_len
from textual import work
from textual.worker import get_current_worker

from annotations import edits
from annotations.annotation import REJECTED, Annotation, Span
from annotations.concordance import Hit, concordance, context, spans_on
from annotations.errors import ChiosaError
from annotations.history import History
from annotations.language import _, n_
from annotations.query import parse
from tui import styles
from tui.display import display_line
from tui.keys import HIT_KEYS
from tui.screens.picking import PickingScreen
from tui.widgets.pick_list import Pick
from tui.widgets.rows import Row, cut, text

if TYPE_CHECKING:
    from textual import events

    from annotations.article import Article
    from tui.desk import Desk
    from tui.screens.article import ArticleScreen

_BATCH = 100
"""Hits after which the growing list is shown."""
MOST = 5000
"""Hits that are listed; who gets more wants to say more."""


class HitsScreen(PickingScreen):
    """A concordance in which one decides mention after mention.

    ``below`` is the article under review, whose own hits are decided in its review.
    """

    KEYS = HIT_KEYS
    FILTERS = False

    def __init__(
        self, desk: Desk, below: ArticleScreen | None, words: str, again: HitsScreen | None = None
    ) -> None:
        super().__init__(_("All articles"), [])
        self.desk = desk
        self.below = below
        self.words = words
        self.hits: list[Hit] = []
        self._typing = not words
        self._undo: list[tuple[int, Hit, History]] = []
        self._again = again

    def on_mount(self) -> None:
        """Search at once, if it is known for what; or be as before an article was opened from here."""
        super().on_mount()
        if self._again is not None:
            self._be_as(self._again)
            self._again = None
        elif self.words:
            self._search(self.words)

    # ---- typing --------------------------------------------------------------------------------------

    async def press(self, event: events.Key) -> None:
        """While the words are typed, letters are letters."""
        if not self._typing:
            await super().press(event)
            return
        if event.key == "escape":
            self._typing = False
            if not self.hits:
                await self.action_leave()
                return
        elif event.key == "enter":
            self._typing = False
            self.words = self.words or self.desk.last_search
            self._search(self.words)
        elif event.key == "backspace":
            self.words = self.words[:-1]
        elif event.character and event.is_printable:
            self.words += event.character
        self.show()

    def paste(self, words: str) -> None:
        """Pasted words are typed."""
        if self._typing:
            self.words += " ".join(display_line(words).split())
            self.show()

    def action_search(self) -> None:
        """Type what to look for."""
        self._typing = True
        self.words = ""

    def show(self) -> None:
        """What is being typed stands in the message row, even when it is nothing yet."""
        if self._typing and not self.words:
            self.message = _("words, label:PER, status:rejected, flag:yes, score:<0.8 … Enter searches")
        super().show()

    # ---- searching -----------------------------------------------------------------------------------

    def _search(self, words: str) -> None:
        try:
            query = parse(words, self.desk.scheme.names)
        except ChiosaError as error:
            self.message = str(error)
            return
        self.desk.last_search = words
        self.hits = []
        self._undo = []
        self.list.show([])
        self._find(query, words)

    @work(thread=True, exclusive=True)
    def _find(self, query: Any, words: str) -> None:
        worker = get_current_worker()
        found: list[Hit] = []
        faults = 0
        for hit in concordance(self.desk.articles(), self._annotation_of, query):
            if worker.is_cancelled:
                return
            if isinstance(hit, ChiosaError):
                faults += 1
                continue
            found.append(hit)
            if len(found) == _BATCH:
                self.app.call_from_thread(self._add, found, "")
                found = []
            if len(self.hits) + len(found) >= MOST:
                break
        count = len(self.hits) + len(found)
        message = n_("{n} place", "{n} places", count) if count else _("nothing found")
        if count >= MOST:
            message = _("the first {n} places: say more to see less").format(n=count)
        if faults:
            message += n_(", {n} article unreadable", ", {n} articles unreadable", faults)
        self.app.call_from_thread(self._add, found, message)

    def _annotation_of(self, article: Article) -> Annotation:
        if self.below is not None and article.id == self.below.review.article.id:
            return self.below.review.annotation
        return self.desk.store.annotation(article)

    def _be_as(self, before: HitsScreen) -> None:
        """Show the same places at the same row; those of the article that was opened as they are now."""
        self.hits, self._undo, row = list(before.hits), before._undo, before.list.cursor
        article = self.hits[row].article
        try:
            annotation = self._annotation_of(article)
        except ChiosaError as error:
            self.message = self.desk.short(error)
        else:
            for number, hit in enumerate(self.hits):
                if hit.article.id == article.id and hit.end:
                    same = annotation.find(hit.span.id) if hit.span is not None else None
                    now = same or next(iter(spans_on(annotation, hit.start, hit.end)), None)
                    self.hits[number] = replace(hit, span=now)
        self.list.show([Pick(number, partial(self._row, number)) for number in range(len(self.hits))], row)
        self.show()

    def _add(self, found: list[Hit], message: str) -> None:
        first = not self.hits
        self.hits += found
        picks = [Pick(number, partial(self._row, number)) for number in range(len(self.hits))]
        self.list.show(picks, 0 if first else self.list.cursor)
        self.message = message
        self.show()

    # ---- deciding ------------------------------------------------------------------------------------

    def action_accept(self) -> None:
        """Accept the span found and go on."""
        self._decide("accept", lambda a, span: edits.accept(a, span.id, self.desk.scheme))

    def action_reject(self) -> None:
        """Reject the span found and go on."""
        self._decide("reject", lambda a, span: edits.reject(a, span.id))

    async def action_label(self, key: str) -> None:
        """Label the span found, or make one of the words, and go on."""
        label = self.desk.scheme.by_key(key)
        number = self.list.cursor
        if label is None or not self.hits:
            return
        hit, name = self.hits[number], label.name
        if hit.span is not None:
            self._decide("relabel", lambda a, span: edits.relabel(a, span.id, name, self.desk.scheme))
            return
        try:
            tokens = await self.desk.suggesting.tokens(hit.article.text)
        except ChiosaError as error:
            self.message = self.desk.short(error)
            return
        bounds = tokens.snap(hit.start, hit.end)
        if bounds is not None:
            self._apply(number, "add", lambda a: edits.add(a, *bounds, name, self.desk.scheme)[0], bounds)

    def action_undo(self) -> None:
        """Take the last decision made here back."""
        if not self._undo:
            self.message = _("nothing to undo here")
            return
        number, hit, before = self._undo.pop()
        try:
            self._change(hit.article, lambda history: self._undone(history, before))
        except ChiosaError as error:
            self.message = self.desk.short(error)
            return
        self.hits[number] = hit
        self.list.move(number - self.list.cursor)
        self.list.redraw(number)
        self.message = _("undone")

    def _undone(self, history: History, before: History) -> History:
        """One edit back, if that edit is the one made here."""
        if history.position != before.position + 1:
            raise ChiosaError(_("the article has been changed since: undo it there"))
        return history.undo(self.desk.scheme)

    def _decide(self, name: str, edit: Callable[[Annotation, Span], Annotation]) -> None:
        number = self.list.cursor
        hit = self.hits[number] if self.hits else None
        if hit is None or hit.span is None:
            self.message = _("no span here: a digit makes one of the words") if hit else ""
            return
        span = hit.span
        self._apply(number, name, lambda a: edit(a, span), (span.start, span.end))

    def _apply(
        self, number: int, name: str, edit: Callable[[Annotation], Annotation], bounds: tuple[int, int]
    ) -> None:
        hit = self.hits[number]
        before: list[History] = []

        def change(history: History) -> History:
            before.append(history)
            focus = hit.span.id if hit.span is not None else f"s{history.annotation.next_id}"
            return history.apply(name, edit(history.annotation), focus, spent=(1, 0.0))

        try:
            history = self._change(hit.article, change)
        except ChiosaError as error:
            self.message = self.desk.short(error)
            return
        if history is not before[0]:
            self._undo.append((number, hit, before[0]))
        now = next(
            (s for s in history.annotation.spans if (s.start, s.end) == bounds
             and (hit.span is None or s.id == hit.span.id)), None,
        )  # fmt: skip
        self.hits[number] = Hit(hit.article, now, hit.start, hit.end)
        self.list.redraw(number)
        self.list.move(1)

    def _change(self, article: Article, change: Callable[[History], History]) -> History:
        """Change the article under review in its review, any other in the store."""
        below = self.below
        if below is None or article.id != below.review.article.id:
            return self.desk.edit(article, change)
        if below.review.read_only:
            raise ChiosaError(below.review.read_only)
        before = below.review.history
        below.review.history = change(before)
        below.after(before)
        return below.review.history

    # ---- rows ----------------------------------------------------------------------------------------

    async def picked(self, value: int) -> None:
        """Open the article at the place."""
        try:
            await self.desk_app.open_at(self.hits[value])
        except ChiosaError as error:
            self.message = self.desk.short(error)

    def _row(self, number: int, width: int) -> Row:
        hit = self.hits[number]
        span, colour = hit.span, styles.PLAIN
        if span is not None and span.label in self.desk.scheme:
            colour = styles.label_style(self.desk.scheme[span.label].colour)
        mark = styles.STATUS_MARKS[span.status] if span is not None else " "
        name = min(24, width // 4)
        room = max(10, width - name - 12)
        left, words, right = context(hit if span is None else _Place(hit.article, span.start, span.end), room)
        words = cut(words, min(cell_len(display_line(words)), room // 2))
        side = max(0, room // 2 - cell_len(words) // 2)
        look = styles.BOLD if span is None or span.status != REJECTED else styles.DIM
        return [
            text(f" {mark} "),
            text(f"{cut(span.label if span is not None else '', 8)} ", colour),
            text(_last(left, side)),
            text(words, look),
            text(cut(right, max(0, room - side - cell_len(words)))),
            text(f" {cut(hit.article.id, name - 1)}", styles.DIM),
        ]


@dataclass(frozen=True, slots=True)
class _Place:
    """The words of a span that is more than what was looked for: what a key decides is what is shown."""

    article: Article
    start: int
    end: int


def _last(words: str, cells: int) -> str:
    """The end of some words in exactly so many cells."""
    words = display_line(words)
    while cell_len(words) > cells:
        words = words[1:]
    return " " * (cells - cell_len(words)) + words
