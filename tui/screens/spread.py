"""One decision in all articles: what it would change, shown before it is done."""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from textual import work
from textual.worker import get_current_worker

from annotations.concordance import context
from annotations.errors import ChiosaError
from annotations.history import History
from annotations.language import _, n_
from annotations.propagation import Change, applied, plan
from tui import styles
from tui.display import display_line
from tui.keys import SPREAD_KEYS
from tui.screens.picking import PickingScreen
from tui.widgets.pick_list import Pick
from tui.widgets.rows import Row, cut, text

if TYPE_CHECKING:
    from annotations.annotation import Annotation, Span
    from annotations.article import Article
    from annotations.tokens import Tokens
    from tui.desk import Desk
    from tui.screens.article_actions import ArticleActions


class SpreadScreen(PickingScreen):
    """The changes, each of which can be left out; Enter makes them, one edit an article."""

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
        self.message = _("looking through the articles…")

    def on_mount(self) -> None:
        """Look for what would change."""
        super().on_mount()
        self._loop = asyncio.get_running_loop()
        self._plan()

    @work(thread=True, exclusive=True)
    def _plan(self) -> None:
        worker, loop = get_current_worker(), self._loop

        def tokens(text: str) -> Tokens:
            return asyncio.run_coroutine_threadsafe(self.desk.suggesting.tokens(text), loop).result()

        changes: list[Change] = []
        faults = 0
        for change in plan(
            self.desk.articles(), self._annotation_of, self.searched, self.span,
            self.desk.scheme, tokens, self.propose,
        ):  # fmt: skip
            if worker.is_cancelled:
                return
            if isinstance(change, Change):
                changes.append(change)
            else:
                faults += 1
        self.app.call_from_thread(self._planned, changes, faults)

    def _annotation_of(self, article: Article) -> Annotation:
        if article.id == self.below.review.article.id:
            return self.below.review.annotation
        return self.desk.annotation_of(article)

    def _planned(self, changes: list[Change], faults: int) -> None:
        self.changes = changes
        self.list.show([Pick(number, partial(self._row, number)) for number in range(len(changes))])
        articles = len({change.article.id for change in changes})
        self.message = (
            _("{n} places in {articles} articles: Enter decides them, Space leaves one out").format(
                n=len(changes), articles=articles
            )
            if changes
            else _("no place where this would change anything")
        )
        if faults:
            self.message += n_("; {n} article unreadable", "; {n} articles unreadable", faults)
        self.show()

    def action_leave_out(self) -> None:
        """Leave the change under the cursor out, or take it in again."""
        if self.list.current is not None:
            self.left_out ^= {self.list.current.value}
            self.list.redraw(self.list.cursor)
            self.list.move(1)

    async def action_apply(self) -> None:
        """Make the changes that are not left out."""
        wanted = [c for number, c in enumerate(self.changes) if number not in self.left_out]
        made, refused = 0, []
        for _id, group in groupby(wanted, key=lambda change: change.article.id):
            mine = list(group)
            try:
                self._make(mine[0].article, mine)
                made += len(mine)
            except ChiosaError as error:
                refused.append(self.desk.short(error))
        await self.app.pop_screen()
        self.below.review.message = n_("{n} place decided", "{n} places decided", made)
        if refused:
            self.below.review.message += f"; {refused[0]}"
        self.below.show()

    def _make(self, article: Article, changes: list[Change]) -> None:
        def change(history: History) -> History:
            new = applied(history.annotation, changes, self.desk.scheme)
            return history.apply("same decision", new, changes[0].span.id if changes[0].span else "")

        if article.id != self.below.review.article.id:
            self.desk.edit(article, change)
            return
        before = self.below.review.history
        self.below.review.history = change(before)
        self.below.after(before)

    def _row(self, number: int, width: int) -> Row:
        change = self.changes[number]
        name = min(24, width // 4)
        room = max(10, width - name - 16)
        left, words, right = context(change, room // 2)
        out = number in self.left_out
        look = styles.DIM if out else styles.PLAIN
        return [
            text("   " if out else " + ", styles.BOLD),
            text(f"{cut(_(change.action), 11)} ", look),
            text(left[-max(0, room // 2 - len(words)) :], look),
            text(words, styles.DIM if out else styles.BOLD),
            text(cut(right, max(0, room // 2)), look),
            text(f" {cut(change.article.id, name - 1)}", styles.DIM),
        ]
