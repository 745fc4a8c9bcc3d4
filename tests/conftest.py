"""What many tests need: a folder of articles, a store on it, a desk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from annotations.article import Article, load_article
from annotations.folder import article_paths
from annotations.scheme import Scheme, default_scheme
from annotations.store import Store
from annotations.suggesters import Suggester, load_suggester
from annotations.suggesting import InProcessSuggesting
from tui.app import ChiosaApp
from tui.desk import Desk

REPOSITORY = Path(__file__).parent.parent
ADNKRONOS = "adnkronos-2025-09-04"

# A developer's own settings must not decide what a test sees.
for name in ("CHIOSA_ANNOTATOR", "NO_COLOR", "COLORTERM", "SSH_CONNECTION", "SSH_TTY"):
    os.environ.pop(name, None)
# The tests read English; those of other languages say so to the commands that they start.
for name in ("LC_ALL", "LC_MESSAGES"):
    os.environ.pop(name, None)
os.environ["CHIOSA_SETTINGS"] = os.devnull
os.environ["LANGUAGE"] = "en"


@pytest.fixture
def scheme() -> Scheme:
    return default_scheme()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of its own with the Adnkronos article and a short one."""
    articles = tmp_path / "articles"
    articles.mkdir()
    for name in (ADNKRONOS, "askanews-2025-09-04-lisbona"):
        shutil.copy(REPOSITORY / "articles" / f"{name}.txt", articles)
    return articles


@pytest.fixture
def adnkronos(folder: Path) -> Article:
    return load_article(folder / f"{ADNKRONOS}.txt")


@pytest.fixture
def store(folder: Path, scheme: Scheme) -> Store:
    return Store(folder / ".chiosa", "Lina", scheme)


class SharedSuggesting(InProcessSuggesting):
    """Loads each model once for all tests of a process; the work is the real one."""

    loaded: ClassVar[dict[str, Suggester]] = {}

    def _load(self) -> Suggester:
        if self.model not in self.loaded:
            self.loaded[self.model] = load_suggester(self.model)
        return self.loaded[self.model]


@pytest.fixture
def open_desk(folder: Path, store: Store) -> Callable[..., ChiosaApp]:
    """Makes an app on the folder, or on one article of it, with real suggestions made in this process."""

    def make(article: str | None = None, model: str = "rules") -> ChiosaApp:
        paths = [folder / f"{article}.txt"] if article else article_paths(folder)
        suggesting = SharedSuggesting(model)
        return ChiosaApp(Desk(paths, store, suggesting, proposes=model != "none", single=article is not None))

    return make
