"""A TinyDB storage that a kill cannot damage: temporary file, fsync, rename.

TinyDB's own JSONStorage overwrites in place and truncates afterwards; killed in between it leaves a file
that no longer parses.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from tinydb.storages import Storage

from annotations.atomic import Stamp, Tables, keep_previous, stamp_of, stored_tables, write_atomically
from annotations.encoded import EncodedRow, encoded


class UnseenEdits(Exception):
    """A file has been written by others since it was read."""


class AtomicJSONStorage(Storage):
    """One JSON file, replaced as a whole by every write.

    It takes no lock: the caller holds one while it writes, or gives a ``guard`` for the moment in which a
    new file takes the old one's place. Reading needs none, since the file under the name is always a whole
    one. What was read or written last is kept in memory and used again while the file has not been touched
    by others; treat what `read` returns as one's own only inside `batch`.

    With a guard the file is one's own: it is read once, and a file that others have touched since is not
    written over. What it replaces is kept as ``….bak``. Who has read it already and will write all of its
    tables anew gives its ``stamp`` and those that are to stay in ``others``; then it is not read at all.

    A value may be an `EncodedRow`. ``lasting`` names a table whose documents are never changed, only added
    and taken out: each is made JSON once.
    """

    def __init__(
        self,
        path: Path,
        guard: Callable[[], AbstractContextManager[None]] | None = None,
        lasting: str = "",
        *,
        stamp: Stamp | None = None,
        others: Tables | None = None,
    ) -> None:
        # A link is followed: renaming over it would cut it off from its file. Not one that leads nowhere,
        # by which somebody could have a file made where they may not write.
        self.path = Path(os.path.realpath(path)) if path.exists() else path
        self._guard = guard
        self._lasting = lasting
        self._lasted: dict[str, tuple[object, bytes]] = {}
        """Documents by number, with their JSON."""
        self._data = others
        self._stamp = stamp
        self._seen = others is not None
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
        if self._data is None or stamp_of(self.path) != self._stamp:
            self._data, self._stamp = stored_tables(self.path)
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
        try:
            stamp = write_atomically(self.path, self._encoded(data), self._taking_its_place)
        except BaseException:
            self._forget()
            raise
        self._data, self._stamp = data, stamp

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

    def _encoded(self, data: Tables) -> Iterator[bytes]:
        separator = b"{"
        for name, table in data.items():
            yield separator + encoded(name) + b":"
            yield from self._encoded_lasting(table) if name == self._lasting else _encoded_table(table)
            separator = b","
        yield b"{}" if separator == b"{" else b"}"

    def _encoded_lasting(self, table: dict[str, Any]) -> Iterator[bytes]:
        before, now = self._lasted, {}
        for number, document in table.items():
            known = before.get(number)
            if known is None or known[0] is not document:
                known = document, b'"%s":%s' % (number.encode(), encoded(document))
            now[number] = known
        self._lasted = now
        yield b"{"
        yield b",".join([json for _document, json in now.values()])
        yield b"}"

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
            stamp = stamp_of(self.path)
            if stamp is not None and stamp != self._stamp:
                raise UnseenEdits(self.path)
            if stamp is not None:
                keep_previous(self.path)
            yield


def _encoded_table(table: dict[str, Any]) -> Iterator[bytes]:
    separator = b"{"
    for number, document in table.items():
        yield separator + encoded(number) + b":"
        yield from _encoded_document(document)
        separator = b","
    yield b"{}" if separator == b"{" else b"}"


def _encoded_document(document: dict[str, Any]) -> Iterator[bytes]:
    if not any(isinstance(value, EncodedRow) for value in document.values()):
        yield encoded(document)
        return
    separator = b"{"
    for name, value in document.items():
        yield separator + encoded(name) + b":"
        yield from value if isinstance(value, EncodedRow) else [encoded(value)]
        separator = b","
    yield b"}"
