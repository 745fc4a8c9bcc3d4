"""The desk of an adjudicator: a store of their own, and those of the annotators, which are only read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from annotations.adjudication import ADJUDICATE, Adjudication
from annotations.annotation import DONE
from annotations.article import Article
from annotations.conflicts import compare
from annotations.errors import ChiosaError
from annotations.history import Edit, History, now
from annotations.language import _
from annotations.store import Loaded, Progress, Store
from tui.desk import Desk, Opened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from annotations.suggesting import Suggesting

COLUMNS = ("date", "agency", "decided", "state", "flags", "title")
"""The columns of the list: nothing is proposed, so that there is no doubt to show."""


class NotReady(ChiosaError):
    """Not all annotators have done an article."""


class AdjudicationDesk(Desk):
    """The work of an adjudicator on what two or more annotators have done.

    ``waiting`` names the articles that not all have done, by id, with the reason.
    """

    def __init__(
        self,
        paths: list[Path],
        store: Store,
        annotators: list[str],
        suggesting: Suggesting,
        *,
        single: bool = False,
    ) -> None:
        super().__init__(paths, store, suggesting, proposes=False, single=single)
        self.annotators = tuple(annotators)
        self.waiting: dict[str, str] = {}
        self._sides = [Store(store.root, name, store.scheme) for name in annotators]
        self._adjudications: dict[str, Adjudication] = {}

    def adjudication(self, article: Article) -> Adjudication:
        """What is to be decided on an article, as the annotators' stores have it now.

        Raises:
            NotReady: an annotator has not done it.
            StoreError: an annotator's work cannot be read.
        """
        versions = [side.annotation(article) for side in self._sides]
        for side, version in zip(self._sides, versions, strict=True):
            if version.state != DONE:
                reason = self.waiting[article.id] = _not_done(side, article)
                raise NotReady(reason)
        self.waiting.pop(article.id, None)
        return Adjudication(compare(versions, self.scheme), self.scheme)

    def adjudication_of(self, article: Article) -> Adjudication:
        """The same as it was when the article was opened."""
        return self._adjudications[article.id]

    def open(self, article: Article, *, seen: Loaded | None = None, by_force: bool = False) -> Opened:
        """Take an article, beginning with what is agreed, or with what the annotators have changed since.

        Raises:
            ChiosaError: an annotator has not done it, the adjudicator has annotated it otherwise, or the
                store cannot be read.
        """
        adjudication = self._adjudications[article.id] = self.check(article)
        opened = super().open(article, seen=seen, by_force=by_force)
        history = _begun(opened.loaded.history, adjudication)
        if opened.saver is not None and history is not opened.loaded.history:
            opened.saver.submit(history)
        return structs.replace(opened, loaded=replace(opened.loaded, history=history))

    def edit(self, article: Article, change: Callable[[History], History]) -> History:
        """Change an article that is not open, if it was begun.

        Raises:
            ChiosaError: it was not, or as for `Desk.edit`.
        """
        if not _is_begun(self.store.load(article).history):
            raise ChiosaError(
                _("{article}: its conflicts were never open; open it first").format(article=article.id)
            )
        return super().edit(article, change)

    def progress(self, article: Article) -> Progress | str:
        """How many conflicts of an article are decided, of how many; a message where it cannot be opened."""
        try:
            adjudication = self.adjudication(article)
            loaded = self.store.load(article)
            self._check_own(article, loaded)
        except ChiosaError as error:
            return self.short(error)
        annotation = loaded.history.annotation
        if annotation.state != DONE:
            annotation = adjudication.begin(annotation)
        total = len(adjudication.comparison.conflicts)
        flags = sum(note.flagged for note in annotation.notes)
        return Progress(annotation.state, total - len(adjudication.open(annotation)), total, flags=flags)

    def check(self, article: Article) -> Adjudication:
        """What is to be decided on an article that can be opened.

        Raises:
            ChiosaError: it cannot, as for `open`.
        """
        adjudication = self.adjudication(article)
        self._check_own(article, self.store.load(article))
        return adjudication

    def ready(self, article: Article) -> bool:
        """Whether all annotators have done an article."""
        try:
            self.adjudication(article)
        except ChiosaError:
            return False
        return True

    def _check_own(self, article: Article, loaded: Loaded) -> None:
        """See that the adjudicator has not annotated the article themselves.

        Raises:
            ChiosaError: they have, and the two would be mixed up.
        """
        history = loaded.history
        # without edits it comes from an import, or was carried over to a text that has changed
        if history.edits and not _is_begun(history) and history.annotation.decided:
            raise ChiosaError(
                _(
                    "{article}: {annotator} has annotated it as well, which is not to be mixed up; "
                    "adjudicate under another --annotator"
                ).format(article=article.id, annotator=self.store.annotator)
            )


def _is_begun(history: History) -> bool:
    return any(edit.name == ADJUDICATE for edit in history.edits)


def _begun(history: History, adjudication: Adjudication) -> History:
    """A history with all that is to be decided, in one edit; one that is done stays as it is."""
    annotation = history.annotation
    if annotation.state == DONE:
        return history
    if not _is_begun(history):
        # proposals of a pipeline are nobody's version
        history = history.absorb(annotation.with_spans([s.id for s in annotation.spans if not s.decided]))
    begun = history.apply(ADJUDICATE, adjudication.begin(history.annotation))
    if _is_begun(begun):
        return begun
    # nothing at all to begin with: the edit tells that it was begun all the same
    state = begun.annotation.state
    edit = Edit(ADJUDICATE, now(), state_before=state, state_after=state)
    return History(begun.annotation, (*begun.edits[: begun.position], edit), begun.position + 1)


def _not_done(side: Store, article: Article) -> str:
    """Why an annotator's work on an article cannot be compared yet."""
    loaded = side.load(article)
    if not loaded.exists:
        words = _("{article}: {annotator} has not begun it")
    elif loaded.notices:
        return (
            "; ".join(loaded.notices)
            + "; "
            + _("{annotator} is to look again").format(annotator=side.annotator)
        )
    else:
        words = _("{article}: {annotator} has not marked it done")
    return words.format(article=article.id, annotator=side.annotator)
