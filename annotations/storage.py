"""A TinyDB storage that a kill cannot damage: temporary file, fsync, rename.

TinyDB's own JSONStorage overwrites in place and truncates afterwards; killed in between it leaves a file
that no longer parses.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from annotations.language import _

EVERYONE = 0o002
"""The permission to write for everyone, which no file of ours gives."""

_PIECE = 500
"""Spans that are made JSON in one go, within a few milliseconds."""
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Tables = dict[str, dict[str, Any]]


class UnseenEdits(Exception):
    """A file has been written by others since it was read."""


class AtomicJSONStorage(Storage):
    """One JSON file, replaced as a whole by every write.

    It takes no lock: the caller holds one while it writes, or gives a ``guard`` for the moment in which a
    new file takes the old one's place. Reading needs none, since the file under the name is always a whole
    one. What was read or written last is kept in memory and used again while the file has not been touched
    by others; treat what `read` returns as one's own only inside `batch`.

    With a guard the file is one's own: it is read once, and a file that others have touched since is not
    written over. What it replaces is kept as ``….bak``.
    """

    def __init__(self, path: Path, guard: Callable[[], AbstractContextManager[None]] | None = None) -> None:
        # A link is followed: renaming over it would cut it off from its file. Not one that leads nowhere,
        # by which somebody could have a file made where they may not write.
        self.path = Path(os.path.realpath(path)) if path.exists() else path
        self._guard = guard
        self._data: Tables | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._seen = False
        self._batch: Tables | None = None

    def read(self) -> Tables | None:
        """The tables, or None where there is no file yet.

        Raises:
            ValueError: the file is not JSON, or not an object of objects.
            OSError: it cannot be read.
        """
        if self._batch is not None:
            return self._batch
        if self._guard is not None and self._seen:
            return self._data
        self._seen = True
        stamp = self._stat()
        if stamp is None:
            return None
        if self._data is None or stamp != self._stamp:
            data = json.loads(self.path.read_bytes())
            if not isinstance(data, dict) or not all(isinstance(table, dict) for table in data.values()):
                raise ValueError(_("not a TinyDB file"))
            self._data, self._stamp = data, stamp
        return self._data

    def write(self, data: Tables) -> None:
        """Put the tables on disk, wholly or not at all.

        Raises:
            UnseenEdits: others have written it since.
            OSError: they could not be written; the file is what it was.
        """
        if self._batch is not None:
            self._batch = data
            return
        # half a pair of UTF-16, which JSON can bring and UTF-8 cannot hold, becomes JSON's \\ud800 again
        raw = "".join(_encoded(data)).encode("utf-8", "backslashreplace")
        try:
            write_atomically(self.path, raw, self._taking_its_place)
        except BaseException:
            self._forget()
            raise
        self._data, self._stamp = data, self._stat()

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Gather the writes made inside into one, at the end; after an exception nothing is written."""
        self._batch = {name: dict(table) for name, table in (self.read() or {}).items()}
        try:
            yield
            data = self._batch
        except BaseException:
            self._forget()
            raise
        finally:
            self._batch = None
        self.write(data)

    def _forget(self) -> None:
        """What is in memory is not on disk; one's own file is not read again, lest others' edits slip in."""
        if self._guard is None:
            self._data = None

    @contextmanager
    def _taking_its_place(self) -> Iterator[None]:
        if self._guard is None:
            yield
            return
        with self._guard():
            stamp = self._stat()
            if stamp is not None and stamp != self._stamp:
                raise UnseenEdits(self.path)
            if stamp is not None:
                _keep(self.path)
            yield

    def _stat(self) -> tuple[int, int, int] | None:
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size


def _encoded(value: object, depth: int = 3) -> Iterator[str]:
    """JSON in pieces: while one is made nothing else runs, and thousands of spans would hold up the keys."""
    if depth and isinstance(value, dict):
        separator = "{"
        for name, inner in value.items():
            yield f"{separator}{_json(str(name))}:"
            yield from _encoded(inner, depth - 1)
            separator = ","
        yield "{}" if separator == "{" else "}"
    elif isinstance(value, list) and len(value) > _PIECE:
        for at in range(0, len(value), _PIECE):
            yield ("," if at else "[") + _json(value[at : at + _PIECE])[1:-1]
        yield "]"
    else:
        yield _json(value)


def backup_path(path: Path) -> Path:
    """Where the version before the last write of a file is kept."""
    return path.with_name(path.name + ".bak")


def write_atomically(
    path: Path,
    raw: bytes,
    taking_its_place: Callable[[], AbstractContextManager[None]] = nullcontext,
    *,
    durable: bool = True,
) -> None:
    """Write a file so that at every moment either the old or the new one is there, whole.

    The folder is made if need be; a new file gets the permissions that the user's umask leaves, one that was
    there keeps its own, and neither is for everyone to write to. The new file is renamed over the old one
    inside ``taking_its_place``. One that is not ``durable`` need not outlive a loss of power, only a kill.

    Raises:
        OSError: it could not be written; what was there is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        mode = None
    try:
        with open(temporary, "wb", opener=_anew) as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode & ~EVERYONE)
            file.write(raw)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        with taking_its_place():
            temporary.replace(path)
    except BaseException:
        with suppress(OSError):  # of a folder that is gone
            temporary.unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(path.parent)


def _keep(path: Path) -> None:
    """Keep the version that is about to be replaced: a second name for it, which costs no copying."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.bak.tmp")
    with suppress(OSError):  # a file system without links keeps none
        temporary.unlink(missing_ok=True)
        temporary.hardlink_to(path)
        temporary.replace(backup_path(path))


def _anew(path: str, flags: int) -> int:
    """Open a file that is made by this: a link that somebody has put under its name leads nowhere."""
    with suppress(OSError):
        Path(path).unlink()  # left by a process that had our number
    return os.open(path, flags | os.O_EXCL | os.O_NOFOLLOW, 0o666 & ~EVERYONE)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
