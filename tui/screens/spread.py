"""One decision in all articles: what it would change, shown before it is done."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual import work
from textual.worker import get_current_worker

from annotations.annotation import DONE
from annotations.concordance import context
from annotations.errors import ChiosaError
from annotations.language import _, n_
from annotations.propagation import Change, plan
from annotations.suggestions import merge
from tui import styles
from tui.display import display_line
from tui.keys import SPREAD_KEYS
from tui.screens.picking import PickingScreen
from tui.spreading import Spread
from tui.widgets.pick_list import Pick
from tui.widgets.rows import Row, cut, text

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from annotations.annotation import Annotation, Proposal, Span
    from annotations.article import Article
    from annotations.tokens import Tokens
    from tui.desk import Desk
    from tui.screens.article_actions import ArticleActions


T = TypeVar("T")
MOST = 300
"""Articles that get suggestions before the changes are shown: more would take too long."""


class SpreadScreen(PickingScreen):
    """The changes, each of which can be left out; Enter makes them, one edit an article.

    An article without suggestions gets them first, so that a longer name is known there too. Where that
    cannot be, the changes are ``doubtful`` and left out until the editor takes them in.
    """

    KEYS = SPREAD_KEYS
    FILTERS = False

    def __init__(self, desk: Desk, below: ArticleActions, span: Span, propose: bool) -> None:
        words = below.review.article.text[span.start : span.end]
        title = _("«{words}» as {label} in all articles").format(words=display_line(words), label=span.label)
        super().__init__(title, [])
        self.desk = desk
        self.below = below
        self.span = span
        self.searched = words
        self.propose = propose
        self.changes: list[Change] = []
        self.left_out: set[int] = set()
        self.doubtful: set[str] = set()
        self._proposals: dict[str, tuple[str, Proposal]] = {}
        self.message = _("looking through the articles…")

    def on_mount(self) -> None:
        """Look for what would change."""
        super().on_mount()
        self._loop = asyncio.get_running_loop()
        self._plan()

    @work(thread=True, exclusive=True)
    def _plan(self) -> None:
        worker = get_current_worker()
        changes: list[Change] = []
        faults = 0
        for change in plan(
            self.desk.articles(), self._annotation_of, self.searched, self.span,
            self.desk.scheme, self._tokens, self.propose,
        ):  # fmt: skip
            if worker.is_cancelled:
                return
            if isinstance(change, Change):
                changes.append(change)
            else:
                faults += 1
        self.app.call_from_thread(self._planned, changes, faults)

    def _tokens(self, text: str) -> Tokens:
        return self._awaited(self.desk.suggesting.tokens(text))

    def _awaited(self, coroutine: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def _annotation_of(self, article: Article) -> Annotation:
        if article.id == self.below.review.article.id:
            return self.below.review.annotation
        annotation = self.desk.annotation_of(article)
        if annotation.suggester or annotation.state == DONE or not self.desk.proposes:
            return annotation
        try:
            if len(self._proposals) >= MOST:
                raise ChiosaError("")
            suggester, proposal = self._awaited(self.desk.suggesting.suggest(article.text))
        except ChiosaError:
            self.doubtful.add(article.id)
            return annotation
        self._proposals[article.id] = suggester, proposal
        return merge(annotation, proposal, self.desk.scheme, suggester)

    def _planned(self, changes: list[Change], faults: int) -> None:
        self.changes = changes
        self.left_out = {
            number
            for number, change in enumerate(changes)
            if change.span is None and change.article.id in self.doubtful
        }
        self.list.show([Pick(number, partial(self._row, number)) for number in range(len(changes))])
        self.message = self._asked() if changes else _("no place where this would change anything")
        if faults:
            self.message += n_("; {n} article unreadable", "; {n} articles unreadable", faults)
        self.show()

    def _asked(self) -> str:
        """How many places would be decided, and what can be done."""
        wanted = [c for number, c in enumerate(self.changes) if number not in self.left_out]
        places = n_("{n} place", "{n} places", len(wanted))
        count = len({change.article.id for change in wanted})
        where = n_("{places} in {n} article", "{places} in {n} articles", count, places=places)
        out = len(self.left_out)
        if out and self.doubtful:
            where += n_(", {n} doubtful left out", ", {n} doubtful left out", out)
        elif out:
            where += n_(", {n} left out", ", {n} left out", out)
        return _("{where}: Enter decides, Space leaves one out").format(where=where)

    def action_leave_out(self) -> None:
        """Leave the change under the cursor out, or take it in again."""
        if self.list.current is not None:
            self.left_out ^= {self.list.current.value}
            self.list.redraw(self.list.cursor)
            self.list.move(1)

    def show(self) -> None:
        """The question stands as long as it is not answered."""
        if self.changes:
            self.message = self.message or self._asked()
        super().show()

    async def action_apply(self) -> None:
        """Make the changes that are not left out, as one step for `u`."""
        wanted = [c for number, c in enumerate(self.changes) if number not in self.left_out]
        review = self.below.review
        before = self.below.before()
        spread = Spread(self.searched)
        await asyncio.to_thread(spread.make, self.desk, wanted, self._proposals, review)
        spread.here = review.history
        if spread.made:
            self.desk.spread = spread
        await self.app.pop_screen()
        places = n_("{n} place decided", "{n} places decided", spread.places)
        count = len(spread.made)
        review.message = n_("{places} in {n} article", "{places} in {n} articles", count, places=places)
        if count:
            review.message += "; " + _("{key} takes it all back").format(key=self.below.first_key("undo"))
        if spread.refused:
            review.message += f"; {spread.refused[0]}"
        self.below.after(before)
        self.desk_app.refresh_list([made.article for made in spread.made.values()])

    def _row(self, number: int, width: int) -> Row:
        change = self.changes[number]
        name = min(24, width // 4)
        room = max(10, width - name - 16)
        left, words, right = context(change, room // 2)
        out = number in self.left_out
        look = styles.DIM if out else styles.PLAIN
        doubtful = change.span is None and change.article.id in self.doubtful
        return [
            text(" ? " if out and doubtful else "   " if out else " + ", styles.BOLD),
            text(f"{cut(_(change.action), 11)} ", look),
            text(left[-max(0, room // 2 - len(words)) :], look),
            text(words, styles.DIM if out else styles.BOLD),
            text(cut(right, max(0, room // 2)), look),
            text(f" {cut(change.article.id, name - 1)}", styles.DIM),
        ]
