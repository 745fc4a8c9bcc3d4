"""Saving off the keyboard's path: a thread that keeps the disk at the latest history."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotations.history import History
    from annotations.store import Session

RETRY = 1.0
"""Seconds after which a save that failed is tried again."""


class Saver:
    """Writes each history that is submitted; of several that wait only the last.

    An edit reaches the disk within a millisecond or two, yet a slow fsync holds up no key. ``report`` is
    called from the thread after each attempt, with None or with what went wrong.
    """

    def __init__(self, session: Session, report: Callable[[Exception | None], None]) -> None:
        self._session = session
        self._report = report
        self._changed = threading.Condition()
        self._pending: History | None = None
        self._busy = False
        self._closing = False
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="saver", daemon=True)
        self._thread.start()

    def submit(self, history: History) -> None:
        """Have a history written; returns at once."""
        with self._changed:
            self._pending = history
            self._changed.notify_all()

    def flush(self, timeout: float = 5.0) -> Exception | None:
        """Wait, at most ``timeout`` seconds, until nothing waits or the write failed; returns the failure."""
        with self._changed:
            done = self._changed.wait_for(lambda: not self._unsaved or self._error is not None, timeout)
            if not self._unsaved:
                return None
            return self._error if done and self._error else TimeoutError("the disk does not answer")

    def close(self, timeout: float = 5.0) -> Exception | None:
        """Flush, stop, and give the article back; returns the failure if something could not be saved."""
        error = self.flush(timeout)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout if error is None else 0.1)
        self._session.close()
        return error

    @property
    def _unsaved(self) -> bool:
        return self._busy or self._pending is not None

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending is not None or self._closing)
                if self._pending is None or self._closing:
                    return
                history, self._pending, self._busy = self._pending, None, True
            error = self._attempt(history)
            self._report(error)
            with self._changed:
                self._busy = False
                self._error = error
                if error is not None and self._pending is None:
                    self._pending = history
                self._changed.notify_all()
                if error is not None:
                    self._changed.wait_for(lambda: self._closing, RETRY)

    def _attempt(self, history: History) -> Exception | None:
        try:
            self._session.save(history)
        except Exception as error:  # whatever it is, the editor must hear of it
            return error
        return None
