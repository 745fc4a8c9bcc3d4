"""Where the words of a text begin and end: the grid on which spans are made and moved.

The boundaries come from spaCy's Italian tokenizer (`annotations.italian`), worked out in another process;
this module only looks things up in them.
"""

from __future__ import annotations

from array import array
from binascii import a2b_base64, b2a_base64
from bisect import bisect_left, bisect_right
from collections.abc import Iterable


class Tokens:
    """Boundaries of the tokens of one text, white space left out; offsets in code points."""

    def __init__(self, bounds: Iterable[tuple[int, int]] = ()) -> None:
        self.starts = array("I")
        self.ends = array("I")
        for start, end in bounds:
            self.starts.append(start)
            self.ends.append(end)

    def packed(self) -> str:
        """The boundaries for another process of this machine: its integers, all starts and then all ends.

        In base 64: as a list of numbers, those of a text of a megabyte are 400,000 objects on either side.
        """
        return b2a_base64(self.starts.tobytes() + self.ends.tobytes(), newline=False).decode("ascii")

    @classmethod
    def unpacked(cls, packed: str) -> Tokens:
        """The inverse of `packed`.

        Raises:
            ValueError: it is not what `packed` gives.
        """
        raw = a2b_base64(packed)
        tokens = cls()
        tokens.starts.frombytes(raw[: len(raw) // 2])
        tokens.ends.frombytes(raw[len(raw) // 2 :])
        return tokens

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, index: int) -> tuple[int, int]:
        return self.starts[index], self.ends[index]

    def at(self, offset: int) -> int:
        """The index of the token over ``offset``, else of the next one, else of the last.

        Raises:
            IndexError: the text has no token.
        """
        if not self.starts:
            raise IndexError("no tokens")
        return min(bisect_right(self.ends, offset), len(self) - 1)

    def end_after(self, offset: int) -> int | None:
        """The nearest end of a token beyond ``offset``."""
        index = bisect_right(self.ends, offset)
        return self.ends[index] if index < len(self) else None

    def end_before(self, offset: int) -> int | None:
        """The nearest end of a token short of ``offset``."""
        index = bisect_left(self.ends, offset) - 1
        return self.ends[index] if index >= 0 else None

    def start_after(self, offset: int) -> int | None:
        """The nearest start of a token beyond ``offset``."""
        index = bisect_right(self.starts, offset)
        return self.starts[index] if index < len(self) else None

    def start_before(self, offset: int) -> int | None:
        """The nearest start of a token short of ``offset``."""
        index = bisect_left(self.starts, offset) - 1
        return self.starts[index] if index >= 0 else None

    def snap(self, start: int, end: int) -> tuple[int, int] | None:
        """The smallest run of whole tokens that covers ``[start, end)``, or None where it covers none."""
        first = bisect_right(self.ends, start)
        last = bisect_left(self.starts, end) - 1
        if first > last or first >= len(self):
            return None
        return self.starts[first], self.ends[last]

    def fits(self, start: int, end: int) -> bool:
        """Whether both edges are edges of tokens."""
        return start < end and self.snap(start, end) == (start, end)
