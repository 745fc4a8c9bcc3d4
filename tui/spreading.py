"""One decision in many articles: made, and taken back, as one step; without Textual."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

from annotations.errors import ChiosaError
from annotations.history import Edit, History
from annotations.language import _
from annotations.propagation import Change, applied
from annotations.suggestions import merge

if TYPE_CHECKING:
    from annotations.annotation import Proposal
    from annotations.article import Article
    from annotations.scheme import Scheme
    from tui.desk import Desk
    from tui.review import Review

EDIT = "same decision"
"""The name of the edit, in each article."""

Proposals = Mapping[str, tuple[str, "Proposal"]]
"""By the id of an article that had no suggestions: who proposes, and what."""


@dataclass(frozen=True, slots=True)
class Made:
    """The edit of one article, and its place among the article's edits."""

    article: Article
    position: int
    edit: Edit

    def is_last(self, history: History, undone: bool) -> bool:
        """Whether the edit is the last that was made, or, where it is undone, the next to be done again."""
        if undone:
            return history.position == self.position - 1 and history.edits[history.position :][:1] == (
                self.edit,
            )
        return history.position == self.position and history.edits[self.position - 1] == self.edit


@dataclass
class Spread:
    """A decision in many articles, as it was made in each; ``here`` is the history of the one that was open.

    ``undone`` says that it was taken back, and can be made again.
    """

    words: str
    made: dict[str, Made] = field(default_factory=dict)
    places: int = 0
    refused: list[str] = field(default_factory=list)
    here: History | None = None
    undone: bool = False

    def is_last_in(self, review: Review, undone: bool) -> bool:
        """Whether it is what `u` (or `r`, where it is ``undone``) means in an article that is open."""
        if undone != self.undone or not self.made:
            return False
        mine = self.made.get(review.article.id)
        return mine.is_last(review.history, undone) if mine else review.history is self.here

    def make(self, desk: Desk, changes: list[Change], proposals: Proposals, open_one: Review | None) -> None:
        """Make some changes, one edit an article; what is refused is told in ``refused``."""
        for _id, group in groupby(changes, key=lambda change: change.article.id):
            mine = list(group)
            article = mine[0].article
            change = partial(_changed, mine, proposals.get(article.id), desk.scheme)
            try:
                history = _edit(desk, article, change, open_one)
            except ChiosaError as error:
                self.refused.append(desk.short(error))
                continue
            if history.position and history.edits[history.position - 1].name == EDIT:
                self.made[article.id] = Made(article, history.position, history.edits[history.position - 1])
                self.places += len(mine)

    def turn(self, desk: Desk, open_one: Review | None) -> tuple[list[Article], list[str]]:
        """Take it back in every article, or make it again where it was taken back.

        Returns:
            The articles in which that was done, and the ids of those that keep theirs since they were
            edited in the meantime, or cannot be changed now.
        """
        turned, kept = [], []
        for made in self.made.values():
            try:
                _edit(desk, made.article, partial(self._turned, made, desk.scheme), open_one)
                turned.append(made.article)
            except ChiosaError:
                kept.append(made.article.id)
        self.undone = not self.undone
        self.here = open_one.history if open_one is not None else None
        self.made = {article.id: self.made[article.id] for article in turned}
        return turned, kept

    def _turned(self, made: Made, scheme: Scheme, history: History) -> History:
        if not made.is_last(history, self.undone):
            raise ChiosaError(_("the article has been changed since: undo it there"))
        return history.redo(scheme) if self.undone else history.undo(scheme)


def _changed(
    changes: list[Change], proposed: tuple[str, Proposal] | None, scheme: Scheme, history: History
) -> History:
    """The history with one more edit, after the suggestions with which the changes were planned."""
    if proposed is not None and not history.annotation.suggester:
        suggester, proposal = proposed
        history = history.absorb(merge(history.annotation, proposal, scheme, suggester))
    first = changes[0].span
    new = applied(history.annotation, changes, scheme)
    return history.apply(EDIT, new, first.id if first is not None else "")


def _edit(
    desk: Desk, article: Article, change: Callable[[History], History], open_one: Review | None
) -> History:
    """Change an article that is open in its review, any other in the store."""
    if open_one is None or article.id != open_one.article.id:
        return desk.edit(article, change)
    if open_one.read_only:
        raise ChiosaError(open_one.read_only)
    open_one.history = change(open_one.history)
    return open_one.history
