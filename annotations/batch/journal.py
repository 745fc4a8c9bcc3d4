"""A file of JSON lines that a kill does not lose: ``FILE.part`` until it is whole, then ``FILE``.

The part is a journal. Its first line says what makes its lines; then come the lines in the order in which
they were made. A run that finds one takes over its whole lines and goes on behind them. At the end those of
the articles that were asked for are written in their order to a new file, which becomes ``FILE`` in one step.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from annotations.article import Article, plain_name
from annotations.errors import ChiosaError, why
from annotations.language import _

SYNC = 2.0
"""Seconds after which lines are forced to the disk. A kill loses none of them in any case."""
_MADE_BY = "made_by"


class Journal:
    """The part of one file; nobody else writes it meanwhile.

    ``lines`` is how many were taken over, ``stale`` says that something else made the part that was found.
    """

    def __init__(self, path: Path, made_by: str, *, fresh: bool = False) -> None:
        """Open the part, or begin one; a ``fresh`` one takes nothing over.

        Raises:
            ChiosaError: it cannot be written, or another process writes it.
        """
        self.path = Path(os.path.realpath(path))  # a link stays one
        self.part = self.path.with_name(self.path.name + ".part")
        self.stale = False
        self._places: dict[bytes, tuple[int, int]] = {}
        self._order: list[bytes] = []
        self._synced = time.monotonic()
        if self.path.is_dir():
            raise self._fault(path, _("Is a directory"))
        try:
            self._file: BinaryIO = self.part.open("a+b")
        except OSError as error:
            raise self._fault(path, why(error)) from None
        try:
            self._lock()
            self._take_over(made_by, fresh)
        except OSError as error:
            self._file.close()
            raise self._fault(self.part, why(error)) from None
        except BaseException:
            self._file.close()
            raise

    @property
    def lines(self) -> int:
        """How many lines the part has."""
        return len(self._places)

    def ask(self, article: Article) -> bool:
        """Say that the article's line is to stand next in the file; whether there is one already."""
        key = _key(article.id, plain_name(str(article.path)), article.sha256)
        self._order.append(key)
        return key in self._places

    def add(self, article: Article, line: str) -> None:
        """Put an article's line into the part.

        Raises:
            OSError: it cannot be written.
        """
        raw = line.encode("utf-8") + b"\n"
        key = _key(article.id, plain_name(str(article.path)), article.sha256)
        self._places[key] = (self._end, len(raw))
        self._file.write(raw)
        self._file.flush()
        self._end += len(raw)
        if time.monotonic() - self._synced > SYNC:
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()

    def finish(self) -> None:
        """Make the file of what was asked for, and remove the part.

        Raises:
            OSError: it cannot be written; the part is still there.
        """
        temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as out:
                for key in self._order:
                    if key in self._places:
                        start, length = self._places[key]
                        self._file.seek(start)
                        out.write(self._file.read(length))
                out.flush()
                os.fsync(out.fileno())
            with suppress(FileNotFoundError):
                temporary.chmod(self.path.stat().st_mode & 0o775)
            temporary.replace(self.path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        self.part.unlink(missing_ok=True)

    def close(self) -> None:
        """Leave the part as it is."""
        self._file.close()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ChiosaError(
                _("{path}: another chiosa suggest writes it; wait for it, or name another file").format(
                    path=self.part
                )
            ) from None
        except OSError:  # a file system without locks
            return
        if not self.part.exists():  # the other has finished meanwhile, and what we have is its file no more
            self._file.close()
            self._file = self.part.open("a+b")
            self._lock()

    def _take_over(self, made_by: str, fresh: bool) -> None:
        first = json.dumps({_MADE_BY: made_by}, ensure_ascii=True).encode() + b"\n"
        self._end = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        there = self._file.readline()
        if there == first and not fresh:
            self._end = len(first)
            for start, raw in self._lines(len(first)):
                record = _record(raw)
                if record is not None:
                    self._places[_key(*record)] = (start, len(raw))
                self._end = start + len(raw)
            self._file.truncate(self._end)  # the line that a kill cut off
            return
        self.stale = there not in (b"", first)
        self._file.truncate(0)
        self._file.write(first)
        self._file.flush()
        self._end = len(first)

    def _lines(self, start: int) -> Iterator[tuple[int, bytes]]:
        for raw in self._file:
            if raw.endswith(b"\n"):
                yield start, raw
            start += len(raw)

    @staticmethod
    def _fault(path: Path, reason: str) -> ChiosaError:
        return ChiosaError(
            _("{path}: cannot be written ({reason}); name another file").format(path=path, reason=reason)
        )


def _record(raw: bytes) -> tuple[str, str, str] | None:
    """What a line is about; None where it is none, as after a loss of power."""
    try:
        article: Any = json.loads(raw)["article"]
        known = article["id"], article["path"], article["sha256"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return known if all(isinstance(value, str) for value in known) else None


def _key(*known: str) -> bytes:
    words = "\0".join(known).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(words, digest_size=16).digest()
