"""The articles of a folder: which files they are, and which files are not articles and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from annotations.article import Article, ArticleError, load_article
from annotations.errors import ChiosaError

SUFFIX = ".txt"


class FolderError(ChiosaError):
    """A path on which the desk cannot be opened."""


def article_paths(path: Path) -> list[Path]:
    """The text files of a folder, by name; a file stands for itself.

    Raises:
        FolderError: nothing is there, it cannot be read, or the folder holds no ``.txt`` file.
    """
    if path.is_file():
        return [path]
    if not path.exists():
        raise FolderError(f"{path}: no such file or folder; name a folder with {SUFFIX} files or one of them")
    if not path.is_dir():
        raise FolderError(f"{path}: is neither a folder nor a regular file; name one of these")
    try:
        found = [entry for entry in path.iterdir() if entry.suffix.lower() == SUFFIX and entry.is_file()]
    except OSError as error:
        raise FolderError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
    if not found:
        raise FolderError(f"{path}: no articles there; put {SUFFIX} files in it or name another folder")
    return sorted(found, key=lambda entry: (entry.name.lower(), entry.name))


def load_articles(paths: list[Path]) -> Iterator[Article | ArticleError]:
    """Read articles one after another; a file that cannot be read yields its error and stops nothing.

    Two files with one stem would share one annotation, so the second is refused.
    """
    seen: dict[str, Path] = {}
    for path in paths:
        other = seen.setdefault(path.stem, path)
        if other is not path:
            yield ArticleError(f"{path}: has the same name as {other.name}; rename one of them")
            continue
        try:
            yield load_article(path)
        except ArticleError as error:
            yield error
