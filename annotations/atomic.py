"""Files that a kill cannot damage: temporary file, fsync, rename; and the reading of those with tables.

What a desk needs to show an article before it takes it for editing is here, and nothing of TinyDB, whose
import can wait until then.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Any

from annotations.language import _

EVERYONE = 0o002
"""The permission to write for everyone, which no file of ours gives."""
_BUFFER = 1 << 16
Stamp = tuple[int, int, int]
"""What tells one version of a file from another: inode, time of the last change in ns, size."""


Tables = dict[str, dict[str, Any]]


def contents(path: Path) -> tuple[bytes | None, Stamp | None]:
    """The bytes of a file, and which version of it they are; None twice where there is no file yet.

    Raises:
        OSError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            return file.read(), _stamp(status)
    except FileNotFoundError:
        return None, None


def tables_of(raw: bytes) -> Tables:
    """The tables that a file consists of.

    Raises:
        ValueError: it is not JSON, or not an object of objects.
    """
    data = json.loads(raw)
    if not isinstance(data, dict) or not all(isinstance(table, dict) for table in data.values()):
        raise ValueError(_("not a TinyDB file"))
    return data


def stored_tables(path: Path) -> tuple[Tables | None, Stamp | None]:
    """The tables of a file, and which version of it they are; None twice where there is no file yet.

    Raises:
        ValueError: the file is not JSON, or not an object of objects.
        OSError: it cannot be read.
    """
    raw, stamp = contents(path)
    return None if raw is None else tables_of(raw), stamp


def stamp_of(path: Path) -> Stamp | None:
    """Which version of a file is there; None where there is none."""
    try:
        return _stamp(path.stat())
    except FileNotFoundError:
        return None


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_ino, status.st_mtime_ns, status.st_size


def backup_path(path: Path) -> Path:
    """Where the version before the last write of a file is kept."""
    return path.with_name(path.name + ".bak")


def write_atomically(
    path: Path,
    raw: bytes | Iterable[bytes],
    taking_its_place: Callable[[], AbstractContextManager[None]] = nullcontext,
    *,
    durable: bool = True,
) -> Stamp:
    """Write a file so that at every moment either the old or the new one is there, whole.

    The folder is made if need be; a new file gets the permissions that the user's umask leaves, one that was
    there keeps its own, and neither is for everyone to write to. What is large can come in pieces: whoever
    else has something to do does it between two of them. The new file is renamed over the old one
    inside ``taking_its_place``. One that is not ``durable`` need not outlive a loss of power, only a kill.

    Returns:
        Which version it is; another may be there already when this returns.

    Raises:
        OSError: it could not be written; what was there is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        mode = None
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(temporary, "wb", buffering=_BUFFER, opener=_anew) as file:
            if mode is not None:
                os.fchmod(file.fileno(), mode & ~EVERYONE)
            file.writelines([raw] if isinstance(raw, bytes) else raw)
            file.flush()
            if durable:
                os.fsync(file.fileno())
            stamp = _stamp(os.fstat(file.fileno()))
        with taking_its_place():
            temporary.replace(path)
    except BaseException:
        with suppress(OSError):  # of a folder that is gone
            temporary.unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(path.parent)
    return stamp


def keep_previous(path: Path) -> None:
    """Keep the version that is about to be replaced: a second name for it, which costs no copying."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.bak.tmp")
    with suppress(OSError):  # a file system without links keeps none
        try:
            os.link(path, temporary)
        except FileExistsError:  # left by a process that had our number
            temporary.unlink()
            os.link(path, temporary)
        temporary.replace(backup_path(path))


def _anew(path: str, flags: int) -> int:
    """Open a file that is made by this: a link that somebody has put under its name leads nowhere."""
    flags |= os.O_EXCL | os.O_NOFOLLOW
    mode = 0o666 & ~EVERYONE
    try:
        return os.open(path, flags, mode)
    except FileExistsError:
        with suppress(OSError):
            Path(path).unlink()  # left by a process that had our number
        return os.open(path, flags, mode)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
