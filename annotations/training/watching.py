"""A logger for spaCy's training loop that tells whoever watches how far the training is.

It is registered as ``chiosa.Progress.v1``. Imports spaCy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO, TYPE_CHECKING, Any

from spacy.util import registry

if TYPE_CHECKING:
    from spacy.language import Language

LOGGER = "chiosa.Progress.v1"
Watcher = Callable[[int, int, float | None], None]
"""Is called with how many steps are done, how many there are at most, and a score if it is new."""
_watcher: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(watcher: Watcher | None) -> Iterator[None]:
    """Who is told what happens inside."""
    token = _watcher.set(watcher)
    try:
        yield
    finally:
        _watcher.reset(token)


@registry.loggers(LOGGER)  # type: ignore[untyped-decorator]
def progress_logger() -> Callable[..., tuple[Callable[..., None], Callable[[], None]]]:
    """What spaCy's config names."""

    def setup(
        nlp: Language, stdout: IO[str] | None = None, stderr: IO[str] | None = None
    ) -> tuple[Callable[..., None], Callable[[], None]]:
        total = int(nlp.config["training"]["max_steps"] or 0)
        step = 0

        def log(info: dict[str, Any] | None) -> None:
            nonlocal step
            step += 1
            watcher = _watcher.get()
            if watcher is not None:
                watcher(min(step, total) if total else step, total, info["score"] if info else None)

        return log, lambda: None

    return setup
