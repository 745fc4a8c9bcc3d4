"""The articles of a folder: which files they are, which are not and why, and which come and go."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from annotations.article import Article, ArticleError, load_article
from annotations.errors import ChiosaError, why
from annotations.language import _

SUFFIX = ".txt"

Mark = tuple[int, int]
"""What tells one writing of a file from the next: nanoseconds of its change, bytes of its size."""


class FolderError(ChiosaError):
    """A path on which the desk cannot be opened, or that is a folder of articles no more."""


def article_paths(path: Path) -> list[Path]:
    """The text files of a folder, by name; a file stands for itself.

    Raises:
        FolderError: nothing is there, it cannot be read, or the folder holds no ``.txt`` file.
    """
    if path.is_file():
        return [path]
    if not path.exists():
        message = _("{path}: no such file or folder; name a folder with {suffix} files or one of them")
        raise FolderError(message.format(path=path, suffix=SUFFIX))
    if not path.is_dir():
        message = _("{path}: is neither a folder nor a regular file; name one of these")
        raise FolderError(message.format(path=path))
    found = [path / name for name in _marks(path)]
    if not found:
        message = _("{path}: no articles there; put {suffix} files in it or name another folder")
        raise FolderError(message.format(path=path, suffix=SUFFIX))
    return sorted(found, key=by_name)


def by_name(path: Path) -> tuple[str, str]:
    """What the files of a folder are sorted by."""
    return path.name.lower(), path.name


def leads_out(path: Path) -> bool:
    """Whether a file of a folder is a link to one outside of it.

    Whoever may write in the folder could make such a link to what only another editor may read: that one's
    desk would copy it into the store, for all to read. The articles of a folder are therefore the files that
    lie in it; a link that is named on the command line is followed, since it is the editor's own choice.
    """
    if not path.is_symlink():
        return False
    try:
        return not path.resolve().is_relative_to(path.parent.resolve())
    except (OSError, RuntimeError):  # a link to itself
        return True


def load_listed(path: Path) -> Article:
    """An article of a folder.

    Raises:
        ArticleError: it cannot be read, or is a link that leads out of the folder.
    """
    if leads_out(path):
        message = _("{path}: is a link that leads out of the folder; copy the file, or name it by itself")
        raise ArticleError(message.format(path=path))
    return load_article(path)


def load_articles(paths: Iterable[Path], *, named: bool = False) -> Iterator[Article | ArticleError]:
    """Read articles one after another; a file that cannot be read yields its error and stops nothing.

    Two files with one stem would share one annotation, so the second is refused. ``named`` says that somebody
    has named these files, which may be links to anywhere then.
    """
    seen: dict[str, Path] = {}
    for path in paths:
        yield _load(path, seen, load_article if named else load_listed)


class Changes(Struct, frozen=True):
    """What happened in a folder between two looks: files to be read, by name, and files that are gone."""

    changed: tuple[Path, ...] = ()
    gone: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone)


class Watched:
    """A folder of articles that is looked at again and again.

    A change counts once two looks in a row have seen the same: a file that is still being written waits, as
    does an empty one, and a file that is put anew under its name was never gone. Nothing is read but by
    `read`; nothing here is safe for two threads at once.
    """

    def __init__(self, folder: Path, paths: Iterable[Path] = ()) -> None:
        """Begin with files that are known already, as they are now."""
        self.folder = folder
        try:
            now = _marks(folder)
        except FolderError:
            now = {}
        self._known: dict[str, Mark | None] = {path.name: now.get(path.name) for path in paths}
        self._seen = now
        self._owners: dict[str, Path] = {}
        self._refused: set[Path] = set()

    def look(self) -> Changes:
        """What is new, changed or gone since the last look.

        Raises:
            FolderError: the folder is not there or cannot be read; nothing counts as gone for that.
        """
        before, now = self._seen, _marks(self.folder)
        self._seen = now
        changed = {
            self.folder / name
            for name, mark in now.items()
            if mark != self._known.get(name) and mark == before.get(name) and mark[1]
        }
        gone = {self.folder / name for name in self._known if name not in now and name not in before}
        for path in gone:
            del self._known[path.name]
            changed |= self._free(path)
        changed -= gone
        for path in changed:
            self._known[path.name] = now.get(path.name)
        return Changes(tuple(sorted(changed, key=by_name)), tuple(sorted(gone, key=by_name)))

    def read(self, path: Path) -> Article | ArticleError:
        """An article of the folder, or why the file is none.

        The file that was there first keeps the name; one with the same stem is refused while it is there.
        """
        found = _load(path, self._owners, load_listed)
        if self._owners[path.stem] == path:
            self._refused.discard(path)
        else:
            self._refused.add(path)
        return found

    def _free(self, path: Path) -> set[Path]:
        """A file that is gone leaves its name to one of those that were refused for it."""
        self._refused.discard(path)
        if self._owners.get(path.stem) == path:
            del self._owners[path.stem]
            return {other for other in self._refused if other.stem == path.stem}
        return set()


def _load(path: Path, owners: dict[str, Path], load: Callable[[Path], Article]) -> Article | ArticleError:
    other = owners.setdefault(path.stem, path)
    if other != path:
        message = _("{path}: has the same name as {other}; rename one of them")
        return ArticleError(message.format(path=path, other=other.name))
    try:
        return load(path)
    except ArticleError as error:
        return error


def _marks(folder: Path) -> dict[str, Mark]:
    """The text files of a folder by name, in no order."""
    marks = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name.lower().endswith(SUFFIX) and len(name) > len(SUFFIX):
                    mark = _mark(entry)
                    if mark is not None:
                        marks[name] = mark
    except (FileNotFoundError, NotADirectoryError):
        message = _("{path}: the folder is gone; put it back, it is looked for")
        raise FolderError(message.format(path=folder)) from None
    except OSError as error:
        message = _("{path}: cannot be read ({reason}); check its permissions")
        raise FolderError(message.format(path=folder, reason=why(error))) from None
    return marks


def _mark(entry: os.DirEntry[str]) -> Mark | None:
    try:
        if not entry.is_file():
            return None
        status = entry.stat()
    except PermissionError:  # of the folder: the same for all its files
        raise
    except OSError:  # a link to nowhere, or gone since the folder was listed
        return None
    return status.st_mtime_ns, status.st_size
