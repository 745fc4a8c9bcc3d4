"""Long texts through an encoder that takes a few hundred pieces: windows that overlap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from annotations.components.pieces import END, START, Cut

Numbers = np.ndarray[Any, np.dtype[np.float32]]
"""For the pieces of a window, or for tokens, the encoder's outputs: (pieces or tokens, outputs)."""
Plan = list[tuple[int, int]]
"""Bounds of windows, in pieces of the text."""
WINDOW = 254
"""Pieces of a window, without ``<s>`` and ``</s>``: as many as the encoder saw at once while it learnt."""
OVERLAP = 40
"""Pieces that two windows share at least; each token is read in the one with more context around it."""


def plan(cut: Cut, size: int = WINDOW, overlap: int = OVERLAP) -> Plan:
    """Windows that cover the text: as few as can be, all of one size, and no larger than they need be."""
    total = len(cut.ids)
    if total <= size:
        return [(0, total)] if total else []
    count = -(-(total - overlap) // (size - overlap))
    size = -(-(total + (count - 1) * overlap) // count)
    step = (total - size) / (count - 1)
    return [(round(i * step), round(i * step) + size) for i in range(count)]


def rows_of(cut: Cut, bounds: Plan) -> list[list[int]]:
    """The piece numbers of each window, as the encoder takes them.

    One row at a time: the 8-bit encoder scales its numbers by whole batches, so that only alone does a
    window give the same numbers whatever stands beside it. On one core that is no slower.
    """
    return [[START, *cut.ids[begin:end], END] for begin, end in bounds]


def put_together(cut: Cut, bounds: Plan, numbers: Sequence[Numbers]) -> Numbers:
    """One row for each token, from the window in which its first piece stands farthest from an edge."""
    # the middle of what two windows share parts them
    edges = [0, *((bounds[i][1] + bounds[i + 1][0]) // 2 for i in range(len(bounds) - 1)), len(cut.ids)]
    firsts = np.array(cut.firsts)
    result = np.empty((len(firsts), numbers[0].shape[1]), np.float32)
    for number, (begin, _) in enumerate(bounds):
        tokens = (firsts >= edges[number]) & (firsts < edges[number + 1])
        result[tokens] = numbers[number][firsts[tokens] - begin + 1]
    return result
