"""Saving several articles side by side, for who has thousands.

Each save waits for the disk some milliseconds, and a disk takes hardly longer for eight at once. Nothing is
given up for it: each article is on disk as safely as when it is saved alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

from annotations.errors import ChiosaError

_AT_ONCE = 8
_WAITING = 32
"""Saves that are begun before the first of them is looked after: what an import holds in memory."""

Then = Callable[[ChiosaError | None], None]


class Writers:
    """Threads that save, and what is to be done in the calling thread after each save, in their order.

    Leaving the context waits for all that was begun.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_AT_ONCE, "writer")
        self._waiting: deque[tuple[str, Future[None], Then]] = deque()

    def __enter__(self) -> Writers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True)

    def add(self, key: str, work: Callable[[], None], then: Then) -> None:
        """Begin a save; ``then`` is called later with what went wrong, or None.

        No two saves of one ``key`` may be under way: see `wait_for`.
        """
        self._waiting.append((key, self._pool.submit(work), then))
        while len(self._waiting) > _WAITING:
            self._settle()

    def wait_for(self, key: str) -> bool:
        """Return when no save of that key is under way; whether one was."""
        was = False
        while any(other == key for other, _future, _then in self._waiting):
            was = True
            self._settle()
        return was

    def finish(self) -> None:
        """Return when all saves have been looked after."""
        while self._waiting:
            self._settle()

    def _settle(self) -> None:
        _key, future, then = self._waiting.popleft()
        error = future.exception()
        if error is not None and not isinstance(error, ChiosaError):
            raise error
        then(error)
