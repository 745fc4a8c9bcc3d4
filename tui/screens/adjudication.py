"""The desk of an adjudicator: the list of what all have done, and an article with its conflicts."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from annotations.language import n_
from tui.adjudication import AdjudicationReview
from tui.adjudication_keys import SIDES, adjudication_keys
from tui.app import ChiosaApp
from tui.keys import Key, bound
from tui.screens.article import ArticleScreen
from tui.screens.articles import ArticlesScreen
from tui.widgets.rows import Rows
from tui.widgets.versions import versions_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

    from annotations.article import Article
    from tui.adjudication_desk import AdjudicationDesk
    from tui.desk import Opened
    from tui.listing import Entry

_MOST = 4
"""Versions for which there are rows."""


class AdjudicationScreen(ArticleScreen):
    """An article whose conflicts are decided; rows below the text say who says what."""

    review: AdjudicationReview

    def __init__(self, desk: AdjudicationDesk, article: Article, opened: Opened) -> None:
        self.annotators = len(desk.annotators)
        adjudication = desk.adjudication_of(article)
        history = opened.loaded.history
        super().__init__(
            desk, article, opened, AdjudicationReview(article, history, desk.scheme, adjudication)
        )

    @cached_property
    def table(self) -> tuple[Key, ...]:
        """The keys as the user has set them, some of which do something else here."""
        return bound(adjudication_keys(self.annotators), self.desk.overrides)

    def compose(self) -> ComposeResult:
        """The rows of the versions stand between the text and what is said of the current span."""
        for widget in super().compose():
            if widget.id == "span":
                yield Rows(id="versions")
            yield widget

    def on_mount(self) -> None:
        """A row for each annotator: the text does not move as the editor goes from conflict to conflict."""
        self.query_one("#versions").styles.height = min(_MOST, self.annotators)

    def action_take(self, number: int) -> None:
        """Take a version and go on."""
        self._decide(lambda: self.review.take(number))

    def show(self) -> None:
        """Draw what has changed, the versions too."""
        super().show()
        if self.is_mounted:
            keys = [self.first_key(name) for name in SIDES[: self.annotators]]
            rows = versions_rows(self.review, self.size.width, keys, self.first_key("reject"))
            self.query_one("#versions", Rows).show(rows)

    def _state_word(self) -> str:
        """How many conflicts are open, where nothing else is to be said of the article's state."""
        word = super()._state_word()
        count = self.review.open_conflicts
        return word or (n_("{n} conflict open", "{n} conflicts open", count) if count else "")


class AdjudicationList(ArticlesScreen):
    """The articles that all annotators have done; how many are not shown is said."""

    desk: AdjudicationDesk

    def _set_entries(self, entries: Iterable[Entry], gone: Iterable[str] = ()) -> None:
        """Leave out what not all have done."""
        found = list(entries)
        left_out = {e.name for e in found if e.article is not None and e.article.id in self.desk.waiting}
        super()._set_entries([e for e in found if e.name not in left_out], (*gone, *left_out))

    def on_articles_screen_found(self, event: ArticlesScreen.Found) -> None:
        """Say how many articles are left out, once that is known."""
        if event.complete and not self.message and self.desk.waiting:
            self.message = n_(
                "{n} article is left out, which not all have done: it is named when you leave",
                "{n} articles are left out, which not all have done: they are named when you leave",
                len(self.desk.waiting),
            )


class AdjudicationApp(ChiosaApp):
    """The desk on the conflicts of annotators."""

    desk: AdjudicationDesk

    def list_screen(self) -> ArticlesScreen:
        """The list of what all have done."""
        return AdjudicationList(self.desk)

    def article_screen(self, article: Article, opened: Opened) -> ArticleScreen:
        """An article with its conflicts."""
        return AdjudicationScreen(self.desk, article, opened)
