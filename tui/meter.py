"""What an editor spends on a decision: keys, and seconds without the pauses."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

PAUSE = 20.0
"""Seconds between two keys beyond which the editor was not at work; a longer gap counts as this much."""


class Meter:
    """Counts from one edit to the next; ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self.keys = 0
        self.seconds = 0.0

    def press(self) -> None:
        """A key was pressed."""
        now = self._clock()
        self.seconds += min(now - self._last, PAUSE)
        self._last = now
        self.keys += 1

    def reset(self) -> None:
        """An edit was made."""
        self.keys, self.seconds = 0, 0.0

    @property
    def spent(self) -> tuple[int, float]:
        """Keys and seconds since the last edit."""
        return self.keys, self.seconds
