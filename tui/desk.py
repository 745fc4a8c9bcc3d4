"""What the screens share: the articles of a folder, the store, the scheme, the suggesting process."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotations.errors import ChiosaError
from annotations.saver import Saver
from annotations.store import Loaded, Locked, Progress

if TYPE_CHECKING:
    from annotations.article import Article
    from annotations.carry import Misfit
    from annotations.scheme import Scheme
    from annotations.store import Session, Store
    from annotations.suggesting import Suggesting


@dataclass(frozen=True, slots=True)
class Opened:
    """An article taken for review; without session and saver it can only be read: ``read_only`` says why."""

    loaded: Loaded
    notices: tuple[str, ...] = ()
    session: Session | None = None
    saver: Saver | None = None
    read_only: str = ""

    @property
    def misfits(self) -> tuple[Misfit, ...]:
        """Spans that the text has no place for, as far as the editor has not forgotten them."""
        return self.session.misfits if self.session is not None else self.loaded.misfits


class Desk:
    """The work at hand.

    ``suggesting`` counts the words of an article and, where ``proposes`` is set, proposes spans. ``single``
    says that the desk was opened on one article, so that there is no list to go back to.
    """

    def __init__(
        self,
        paths: list[Path],
        store: Store,
        suggesting: Suggesting,
        *,
        proposes: bool = True,
        single: bool = False,
    ) -> None:
        self.paths = paths
        self.store = store
        self.scheme: Scheme = store.scheme
        self.single = single
        self.problems: list[str] = []
        self._savers: dict[str, Saver] = {}
        self.suggesting = suggesting
        self.proposes = proposes

    @property
    def leave_word(self) -> str:
        """Where `q` leads from an article."""
        return "quit" if self.single else "list"

    def open(self, article: Article) -> Opened:
        """Take an article for review, or open it for reading where another desk has it.

        Raises:
            StoreError: what the store has on it cannot be read.
        """
        notices = (f"{article.path.name}: {article.notice}",) if article.notice else ()
        try:
            session = self.store.open(article)
        except Locked as locked:
            loaded = self.store.load(article)
            return Opened(loaded, (*notices, *loaded.notices, str(locked)), read_only=f"read only: {locked}")
        saver = self._savers[article.id] = Saver(session)
        return Opened(session.loaded, (*notices, *session.loaded.notices), session, saver)

    def give_back(self, article_id: str) -> None:
        """Have an article's edits on disk and let others take it; what cannot be saved is a problem."""
        saver = self._savers.pop(article_id, None)
        error = saver.close() if saver is not None else None
        if error is not None:
            self.problems.append(f"{article_id}: the last edits were not saved ({error})")

    def give_all_back(self) -> None:
        """The same for whatever is still open, however the program came to its end."""
        for article_id in list(self._savers):
            self.give_back(article_id)

    def progress(self, article: Article) -> Progress | str:
        """How far an article is, from the store; a message where nobody can tell."""
        try:
            return self.store.progress(article) or Progress()
        except ChiosaError as error:
            return self.short(error)

    def short(self, message: object) -> str:
        """A message without the folder of the articles, which everyone at this desk knows."""
        return str(message).replace(f"{self.paths[0].parent}{os.sep}", "")
