"""Which spans lie over a stretch of the text, found without walking through all of them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from copy import copy
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotations.annotation import Span

_BLOCK = 64
_start = attrgetter("start")
_end = attrgetter("end")


class SpanIndex:
    """Spans in reading order, with the furthest end of each block of 64, and of each 64 blocks.

    One quote over the whole article costs a look at a few blocks then, not at each span before it.
    """

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._starts = array("l", map(_start, spans))
        self._reach = _furthest(list(map(_end, spans)))
        self._far_reach = _furthest(self._reach)

    def of(self, spans: Sequence[Span]) -> SpanIndex:
        """The same for other spans on the very same stretches of the text."""
        other = copy(self)
        other._spans = spans
        return other

    def over(self, start: int, end: int) -> list[Span]:
        """The spans that share a code point with ``[start, end)``, in reading order."""
        before = bisect_left(self._starts, end)
        found: list[Span] = []
        blocks = -(-before // _BLOCK)
        for row, far_reach in enumerate(self._far_reach[: -(-blocks // _BLOCK)]):
            if far_reach > start:
                for block in range(row * _BLOCK, min((row + 1) * _BLOCK, blocks)):
                    if self._reach[block] > start:
                        first = block * _BLOCK
                        near = self._spans[first : min(first + _BLOCK, before)]
                        found += [s for s in near if s.end > start]
        return found


def _furthest(ends: Sequence[int]) -> list[int]:
    return [max(ends[block : block + _BLOCK]) for block in range(0, len(ends), _BLOCK)]
