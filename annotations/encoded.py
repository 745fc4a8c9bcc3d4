"""JSON of long rows of values of which an edit changes a few."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Generic, TypeVar

import msgspec

from annotations.annotation import common_ends

_PIECE = 64
"""Values that are encoded in one go; each that changes costs as many."""
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Value = TypeVar("Value", bound=msgspec.Struct)


def encoded(value: object) -> bytes:
    """A value as JSON in UTF-8; half a pair of UTF-16, which UTF-8 cannot hold, becomes ``\\ud800`` again."""
    if isinstance(value, str | int):  # of other numbers C writes some as null
        with suppress(UnicodeEncodeError):
            return msgspec.json.encode(value)
    return _json(value).encode("utf-8", "backslashreplace")


def _encoded_values(values: tuple[Value, ...]) -> bytes:
    try:
        return msgspec.json.encode(values)
    except UnicodeEncodeError:  # half a pair of UTF-16
        return encoded(msgspec.to_builtins(values))


class EncodedRow(Generic[Value]):
    """A JSON array of values that never change, kept in pieces; only what is new is encoded.

    An article can have tens of thousands of spans, and each edit changes one or two: to make JSON of all of
    them would keep the keys waiting, since nothing else runs meanwhile.
    """

    def __init__(self) -> None:
        self._values: tuple[Value, ...] = ()
        self._pieces: list[tuple[int, bytes]] = []
        """How many values a piece is of, and their JSON, without the brackets."""

    def put(self, values: tuple[Value, ...]) -> None:
        """Be the array of other values; those that are the same objects as before are not looked at."""
        head, tail = common_ends(self._values, values)
        first = before = 0
        while first < len(self._pieces) and before + self._pieces[first][0] <= head:
            before += self._pieces[first][0]
            first += 1
        last, after = len(self._pieces), 0
        while last > first and after + self._pieces[last - 1][0] <= tail:
            after += self._pieces[last - 1][0]
            last -= 1
        end = len(values) - after
        new = [values[at : min(at + _PIECE, end)] for at in range(before, end, _PIECE)]
        self._pieces[first:last] = [(len(some), _encoded_values(some)[1:-1]) for some in new]
        self._values = values

    def __iter__(self) -> Iterator[bytes]:
        """The JSON, in pieces."""
        separator = b"["
        for _count, piece in self._pieces:
            yield separator
            yield piece
            separator = b","
        yield b"]" if self._pieces else b"[]"
