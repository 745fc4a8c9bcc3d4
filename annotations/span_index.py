"""Which spans lie over a stretch of the text, found without walking through all of them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence

from annotations.annotation import Span

_BLOCK = 64


class SpanIndex:
    """Spans in reading order, with the furthest end of each block of 64.

    One quote over the whole article costs a look at each block then, not at each span before it.
    """

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._starts = array("l", (span.start for span in spans))
        self._reach = [
            max(span.end for span in spans[block : block + _BLOCK]) for block in range(0, len(spans), _BLOCK)
        ]

    def over(self, start: int, end: int) -> list[Span]:
        """The spans that share a code point with ``[start, end)``, in reading order."""
        before = bisect_left(self._starts, end)
        found: list[Span] = []
        for block, reach in enumerate(self._reach[: before // _BLOCK + 1]):
            if reach > start:
                first = block * _BLOCK
                found += [s for s in self._spans[first : min(first + _BLOCK, before)] if s.end > start]
        return found
