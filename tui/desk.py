"""What the screens share: the articles of a folder, the store, the scheme, the suggesting process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from annotations.article import Article, ArticleError, load_article
from annotations.errors import ChiosaError
from annotations.folder import load_articles, load_listed
from annotations.language import _
from annotations.saver import SavedElsewhere, Saver
from annotations.store import Loaded, Locked, Progress
from tui.keys import ARTICLE_KEYS, bound

if TYPE_CHECKING:
    from annotations.annotation import Annotation
    from annotations.carry import Misfit
    from annotations.history import History
    from annotations.scheme import Scheme
    from annotations.session import Session
    from annotations.statistics import Figures
    from annotations.store import Store
    from annotations.suggesting import Suggesting
    from tui.keys import Overrides
    from tui.spreading import Spread


class Opened(Struct, frozen=True):
    """An article taken for review; without session and saver it can only be read: ``read_only`` says why.

    Before it is ``taken`` it can be looked at.
    """

    loaded: Loaded
    notices: tuple[str, ...] = ()
    session: Session | None = None
    saver: Saver | None = None
    read_only: str = ""
    taken: bool = True

    @property
    def misfits(self) -> tuple[Misfit, ...]:
        """Spans that the text has no place for, as far as the editor has not forgotten them."""
        return self.session.misfits if self.session is not None else self.loaded.misfits


class Desk:
    """The work at hand.

    ``suggesting`` counts the words of an article and, where ``proposes`` is set, proposes spans. ``single``
    says that the desk was opened on one article, so that there is no list to go back to. ``overrides`` are
    the keys that the user has set, ``columns`` those of the list of articles, ``measure`` the cells of the
    text's width.
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
        self.seen: tuple[Article, Loaded] | None = None
        """The article to begin with and what the store has on it, where it was read already."""
        self.problems: list[str] = []
        self.remarks: list[str] = []
        """What is said when the desk is left, and is no failure."""
        self.greeting = ""
        """What the first screen says."""
        self._savers: dict[str, Saver] = {}
        self.suggesting = suggesting
        self.proposes = proposes
        self.overrides: Overrides = {}
        self.columns: tuple[str, ...] | None = None
        self.measure = 100
        self.changed_cells = True
        self.last_search = ""
        """What was looked for in all articles."""
        self.spread: Spread | None = None
        """The last decision in all articles, which can be taken back."""

    @property
    def leave_word(self) -> str:
        """Where `q` leads from an article."""
        return _("quit") if self.single else _("list")

    def look(self, article: Article, seen: Loaded) -> Opened:
        """An article to look at until it is taken."""
        return Opened(seen, _notices(article), taken=False)

    def open(self, article: Article, *, seen: Loaded | None = None, by_force: bool = False) -> Opened:
        """Take an article for review, or open it for reading where another desk has it.

        What was ``seen`` of it is not read again. With ``by_force`` it is taken over from the other.

        Raises:
            StoreError: what the store has on it cannot be read.
        """
        notices = _notices(article)
        try:
            session = self.store.open(article, seen=seen, by_force=by_force)
        except Locked as locked:
            loaded = self.store.reload(article, seen)
            return Opened(
                loaded,
                (*notices, *loaded.notices, str(locked)),
                read_only=self._read_only(),
            )
        if session.lockless:
            notices += (
                _("{path}: the file system knows no locks; see that no other desk has your name").format(
                    path=session.path.parent
                ),
            )
        saver = self._savers[article.id] = Saver(session)
        return Opened(session.loaded, (*notices, *session.loaded.notices), session, saver)

    def _read_only(self) -> str:
        """What the editor is told where another desk has the article, with the keys as they are set."""
        keys = {key.id: key.first for key in bound(ARTICLE_KEYS, self.overrides)}
        return _(
            "read only, since another desk has it: {notices} tells whose, {take_over} takes it over"
        ).format(notices=keys["notices"], take_over=keys["take-over"])

    def give_back(self, article_id: str) -> None:
        """Have an article's edits on disk and let others take it; what cannot be saved is a problem."""
        saver = self._savers.pop(article_id, None)
        error = saver.close() if saver is not None else None
        if isinstance(error, SavedElsewhere):
            self.problems.append(f"{article_id}: {error}")
        elif error is not None:
            self.problems.append(
                _("{article}: the last edits were not saved ({reason})").format(
                    article=article_id, reason=error
                )
            )

    def give_all_back(self) -> None:
        """The same for whatever is still open, however the program came to its end."""
        for article_id in list(self._savers):
            self.give_back(article_id)

    def load(self, path: Path) -> Article:
        """Read one of the articles again.

        Raises:
            ArticleError: it cannot be read.
        """
        return load_article(path) if self.single else load_listed(path)

    def articles(self) -> Iterator[Article | ArticleError]:
        """All articles, read anew."""
        return load_articles(self.paths, named=self.single)

    def annotation_of(self, article: Article) -> Annotation:
        """What the store has on an article; nothing is taken from other desks.

        Raises:
            StoreError: it cannot be read.
        """
        return self.store.load(article).history.annotation

    def edit(self, article: Article, change: Callable[[History], History]) -> History:
        """Change an article that is not open: take it, change it, save it, give it back; the new history.

        Raises:
            ChiosaError: another desk has it, the store cannot be written, or the change is refused.
        """
        session = self.store.open(article)
        try:
            history = change(session.loaded.history)
            if history is not session.loaded.history:
                session.save(history)
            return history
        finally:
            session.close()

    def figures(self) -> Figures:
        """The numbers of all articles, as far as they can be read."""
        from annotations.statistics import article_figures, total

        found = []
        for article in self.articles():
            if isinstance(article, Article):
                with suppress(ChiosaError):
                    loaded = self.store.load(article)
                    if loaded.exists:
                        found.append(article_figures(article, loaded.history))
        return total(found)

    def progress(self, article: Article) -> Progress | str:
        """How far an article is, from the store; a message where nobody can tell."""
        try:
            return self.store.progress(article) or Progress()
        except ChiosaError as error:
            return self.short(error)

    def short(self, message: object) -> str:
        """A message without the folder of the articles, which everyone at this desk knows."""
        return str(message).replace(f"{self.paths[0].parent}{os.sep}", "")


def _notices(article: Article) -> tuple[str, ...]:
    return (f"{article.path.name}: {article.notice}",) if article.notice else ()
