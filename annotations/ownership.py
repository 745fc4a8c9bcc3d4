"""Who may write an article's file: a lock while a desk has it, and a note of who that is.

Two desks under one name would overwrite each other. The desk that has an article holds a lock on
``<article>.lock``, which the system takes back when the process dies, and says in ``<article>.owner`` who it
is. Another desk may take the article over: it writes its own name there, and the first finds at its next save
that the file is not its own any more. Each save looks and renames under a second, short lock (`Ownership.
guard`), so that no edit is ever overwritten unseen.

Some network file systems know no locks. There the note alone tells, which two desks that start in the same
moment can both write; the first to save wins, and the other is told.
"""

from __future__ import annotations

import errno
import getpass
import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotations.atomic import write_atomically
from annotations.errors import Overtaken, why
from annotations.history import now
from annotations.language import _

if TYPE_CHECKING:
    from filelock import FileLock

PATIENCE = 5.0
"""Seconds that a save waits for another desk's save in the same folder to end."""
_ALONE = threading.RLock()
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}


class Held(Exception):
    """Another desk has the file; ``owner`` is what is known of it."""

    def __init__(self, owner: Owner | None) -> None:
        super().__init__()
        self.owner = owner


@dataclass(frozen=True, slots=True)
class Owner:
    """A desk that has an article; ``since`` is UTC, ISO 8601."""

    annotator: str
    user: str
    host: str
    pid: int
    since: str
    token: str

    @classmethod
    def here(cls, annotator: str) -> Owner:
        """This process."""
        try:
            user = getpass.getuser()
        except (KeyError, OSError):
            user = "?"
        return cls(annotator, user, socket.gethostname(), os.getpid(), now(), os.urandom(8).hex())

    @property
    def alive(self) -> bool:
        """Whether the process is there, as far as can be known from here: on another host it may be."""
        if self.host != socket.gethostname():
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except (OSError, OverflowError):
            return True
        return True

    def __str__(self) -> str:
        return _("{user} on {host}, process {pid}, since {since} UTC").format(
            user=self.user, host=self.host, pid=self.pid, since=self.since[:16].replace("T", " ")
        )


class Ownership:
    """The right to write a file, from `take` to `release`.

    ``lockless`` says that only the note holds others off.
    """

    def __init__(self, path: Path, owner: Owner, lock: FileLock | None, lockless: bool = False) -> None:
        self.path = path
        self.owner = owner
        self.lockless = lockless
        self._lock = lock
        self._note = _noted(owner)
        self._guard: FileLock | None = None

    @classmethod
    def take(cls, path: Path, annotator: str, *, by_force: bool = False) -> Ownership:
        """Take a file; with ``by_force`` also from a desk that has it.

        Raises:
            Held: another desk has it.
            OSError: the folder cannot be written.
        """
        # ~50 ms of import that a reader of the store need not pay
        from filelock import Timeout

        path.parent.mkdir(parents=True, exist_ok=True)
        wanted = _lock_of(path)
        lock: FileLock | None = None
        lockless = False
        there = read_owner(path)
        try:
            wanted.acquire()
            lock = wanted
        except Timeout:
            if not by_force:
                raise Held(there) from None
        except (OSError, NotImplementedError) as error:
            if not _knows_no_locks(error):
                raise
            lockless = True
            if there is not None and there.alive and not by_force:
                raise Held(there) from None
        try:
            owner = Owner.here(annotator)
            with (
                _moment(_guard_of(path)) if lock is None else nullcontext()
            ):  # a save of the other's may be under way
                _write_owner(path, owner)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return cls(path, owner, lock, lockless)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """The moment of a save, in which no other desk saves or takes over.

        Raises:
            Overtaken: another desk has taken the file over.
            OSError: the other does not come to an end.
        """
        if self._guard is None:
            self._guard = _guard_of(self.path)
        with _moment(self._guard):
            if not self._is_ours():
                there = read_owner(self.path)
                if there is None:  # the folder was deleted under us
                    _write_owner(self.path, self.owner)
                elif there.token != self.owner.token:
                    words = _("{path}: another desk has taken it over ({owner})")
                    raise Overtaken(words.format(path=self.path, owner=there))
            self._take_lock()
            yield

    def _is_ours(self) -> bool:
        """Whether the note is the one that was written here, to the letter."""
        with suppress(OSError):
            return owner_path(self.path).read_bytes() == self._note
        return False

    def _take_lock(self) -> None:
        """Who has taken a file over has no lock until the desk that had it lets it go."""
        if self._lock is not None or self.lockless:
            return
        lock = _lock_of(self.path)
        with suppress(OSError, NotImplementedError):
            lock.acquire()
            self._lock = lock

    def release(self) -> None:
        """Give the file back."""
        there = read_owner(self.path)
        if there is not None and there.token == self.owner.token:
            with suppress(OSError):
                owner_path(self.path).unlink()
        if self._lock is not None:
            self._lock.release()


def owner_path(path: Path) -> Path:
    """Where it says who has a file."""
    return path.with_suffix(".owner")


def read_owner(path: Path) -> Owner | None:
    """Who has a file, as far as a note tells; one that cannot be read tells nothing."""
    try:
        data: dict[str, Any] = json.loads(owner_path(path).read_bytes())
        owner = Owner(**data)
        sound = isinstance(owner.pid, int) and all(
            isinstance(value, str) for name, value in data.items() if name != "pid"
        )
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return owner if sound else None


def _lock_of(path: Path) -> FileLock:
    """What a desk holds as long as it has a file."""
    from filelock import FileLock

    # the saving thread gives the file back, not the one that took it
    return FileLock(path.with_suffix(".lock"), timeout=0, thread_local=False)


def _guard_of(path: Path) -> FileLock:
    """What all desks take that save in the folder of a file, one after another."""
    from filelock import FileLock

    return FileLock(path.parent / ".guard", timeout=PATIENCE, thread_local=False)


@contextmanager
def _moment(guard: FileLock) -> Iterator[None]:
    """Hold all other desks off; where there are no locks, only this one's other savings."""
    # threads of one process wait for each other here, and need not look at the file again and again
    with _ALONE, _moment_of_all(guard):
        yield


@contextmanager
def _moment_of_all(guard: FileLock) -> Iterator[None]:
    from filelock import Timeout

    try:
        guard.acquire()
    except Timeout:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), guard.lock_file) from None
    except (OSError, NotImplementedError) as error:
        if not _knows_no_locks(error):
            raise
    try:
        yield
    finally:
        guard.release()


def _write_owner(path: Path, owner: Owner) -> None:
    # no process outlives a loss of power, so neither need the note of it
    write_atomically(owner_path(path), _noted(owner), durable=False)


def _noted(owner: Owner) -> bytes:
    return json.dumps(asdict(owner)).encode()


def _knows_no_locks(error: Exception) -> bool:
    return isinstance(error, NotImplementedError) or getattr(error, "errno", None) in _NO_LOCKS


def cannot_be_written(path: Path, error: OSError) -> str:
    """What to tell a person of a folder of the store."""
    return _("{path}: cannot be written ({reason}); mend its permissions").format(
        path=path, reason=why(error)
    )
