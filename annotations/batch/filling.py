"""Into the store: many saves side by side, each as safe as one by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from annotations.annotation import DONE, Annotation, Proposal
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.formats.writing import Writers
from annotations.language import _
from annotations.store import Locked, Store, read_stored
from annotations.suggestions import merge


@dataclass
class Filled:
    """What became of an article: how many suggestions are undecided there, and lines for a person."""

    undecided: int = 0
    notices: list[str] = field(default_factory=list)


class Need(Enum):
    """Whether an article needs suggestions: it does, has them whatever was done since, or is done."""

    SOME = auto()
    HAS_THEM = auto()
    IS_DONE = auto()


def need_of(store: Store, article: Article, suggester: str) -> Need:
    """What the store has on this text by that suggester.

    Raises:
        StoreError: the article's file cannot be read.
    """
    file = read_stored(store.path(article.id))
    if file is None or file.meta.sha256 != article.sha256:
        return Need.SOME
    if file.record.state == DONE:
        return Need.IS_DONE
    return Need.HAS_THEM if file.record.suggester == suggester else Need.SOME


def fill(store: Store, article: Article, proposal: Proposal, suggester: str) -> Filled:
    """Merge a proposal into what the store has; an article that is done stays as it is.

    Raises:
        ChiosaError: a desk has the article, or the store refuses.
    """
    filled = Filled()
    try:
        session = store.open(article, tidy=False)
    except Locked as locked:
        raise ChiosaError(
            _("{error} (the desk there gets its suggestions by itself)").format(error=locked)
        ) from None
    try:
        filled.notices += session.loaded.notices
        for misfit in session.misfits:
            filled.notices.append(
                _("{article}: {label} «{words}» has no place: {reason}").format(
                    article=article.id,
                    label=misfit.span.label,
                    words=misfit.words,
                    reason=misfit.reason.shown,
                )
            )
        history = session.loaded.history
        if history.annotation.state != DONE:
            history = history.absorb(merge(history.annotation, proposal, store.scheme, suggester))
            session.save(history)
        filled.undecided = _undecided(history.annotation)
        return filled
    finally:
        session.close()


class Filling:
    """Fills stores in threads; what became of each article is told in the calling thread."""

    def __init__(self, suggester: str) -> None:
        self._suggester = suggester
        self._writers = Writers()

    def add(
        self,
        store: Store,
        article: Article,
        proposal: Proposal,
        then: Callable[[Path, Filled, ChiosaError | None], None],
    ) -> None:
        """Begin to fill; ``then`` is called later, with what went wrong or None."""
        filled = Filled()

        def work() -> None:
            nonlocal filled
            filled = fill(store, article, proposal, self._suggester)

        # two articles of one text, or of one name, wait for each other
        self._writers.wait_for(article.sha256)
        self._writers.add(article.sha256, work, lambda error: then(article.path, filled, error))

    def finish(self) -> None:
        """Return when all is saved."""
        self._writers.finish()

    def close(self) -> None:
        """Return when what was begun is saved."""
        self._writers.__exit__(None, None, None)


def _undecided(annotation: Annotation) -> int:
    return len(annotation.spans) - annotation.decided
