"""Saving off the keyboard's path: a thread that keeps the disk at the latest history."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from annotations.errors import ChiosaError
from annotations.language import _

if TYPE_CHECKING:
    from annotations.history import History
    from annotations.session import Session

RETRY = 1.0
"""Seconds after which a save that failed is tried again."""


class SavedElsewhere(ChiosaError):
    """The store refuses, and the history is in another; the message says where and how it comes back."""

    def __init__(self, reason: Exception, session: Session, refuge: Session) -> None:
        super().__init__(
            _(
                "saved as {refuge}, since the store refuses ({reason}); "
                "if it goes on refusing: chiosa --store {folder}, or later copy that file over {path}"
            ).format(refuge=refuge.path, reason=reason, folder=refuge.store.root, path=session.path)
        )
        self.refuge = refuge.path


class Saver:
    """Writes each history that is submitted; of several that wait only the last.

    While the session's store refuses, it is tried again and again; a refuge, once given, keeps the history
    meanwhile.

    An edit reaches the disk within a millisecond or two, yet a slow fsync holds up no key. ``report`` is
    called from the thread after each attempt, with None or with what went wrong. The thread gives the
    article back when it ends, and not before: nobody else may write while it still does.
    """

    def __init__(self, session: Session, report: Callable[[Exception | None], None] | None = None) -> None:
        self.report = report
        self._session = session
        self._refuge: Session | None = None
        self._changed = threading.Condition()
        self._pending: History | None = None
        self._busy = False
        self._closing = False
        self._hurry = False
        self._attempts = 0
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="saver", daemon=True)
        self._thread.start()

    def submit(self, history: History) -> None:
        """Have a history written; returns at once."""
        with self._changed:
            self._pending = history
            self._hurry = True
            self._changed.notify_all()

    def flush(self, timeout: float = 5.0) -> Exception | None:
        """Wait, at most ``timeout`` seconds, until all is written or an attempt made since has failed.

        Returns:
            What went wrong with that attempt, or None.
        """
        with self._changed:
            enough = self._attempts + (2 if self._busy else 1)
            self._hurry = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._unsaved or self._attempts >= enough, timeout)
            if not self._unsaved:
                return None
            return self._error or TimeoutError(_("the disk does not answer"))

    def take_refuge(self, refuge: Session) -> Exception | None:
        """Save in another store too for as long as the first refuses; what went wrong there, or None."""
        with self._changed:
            before, self._refuge = self._refuge, refuge
        if before is not None:
            before.discard()
        error = self.flush()
        return None if isinstance(error, SavedElsewhere) else error

    def close(self, timeout: float = 5.0) -> Exception | None:
        """Flush and stop; returns the failure if something could not be saved."""
        error = self.flush(timeout)
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout if error is None else 0.1)
        return error

    @property
    def _unsaved(self) -> bool:
        return self._busy or self._pending is not None

    def _run(self) -> None:
        try:
            while (history := self._next()) is not None:
                error = self._attempt(history)
                with self._changed:
                    self._busy = False
                    self._attempts += 1
                    self._error = error
                    if error is not None and self._pending is None:
                        self._pending = history
                    self._changed.notify_all()
                if self.report is not None:
                    self.report(error)
        finally:
            self._session.close()
            if self._refuge is not None:
                self._refuge.close()

    def _next(self) -> History | None:
        """Wait for something to write; after a failure, until it is time, or asked, to try again."""
        with self._changed:
            if self._error is not None:
                self._changed.wait_for(lambda: self._hurry or self._closing, RETRY)
            self._changed.wait_for(lambda: self._pending is not None or self._closing)
            self._hurry = False
            if self._closing:
                return None
            history, self._pending, self._busy = self._pending, None, True
            return history

    def _attempt(self, history: History) -> Exception | None:
        try:
            self._session.save(history)
        except Exception as error:  # whatever it is, the editor must hear of it
            return self._in_refuge(history, error)
        with self._changed:
            refuge, self._refuge = self._refuge, None
        if refuge is not None:
            refuge.discard()
        return None

    def _in_refuge(self, history: History, error: Exception) -> Exception:
        refuge = self._refuge
        if refuge is None:
            return error
        try:
            refuge.save(history)
        except Exception as other:
            return other
        return SavedElsewhere(error, self._session, refuge)
