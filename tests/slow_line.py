"""A line like 9600 baud with 300 ms delay, for tests: it holds any amount of bytes, as SSH and TCP do."""

from __future__ import annotations

import os
import select
import threading
import time

from emulator import Emulator

QUESTION, ANSWER = b"\x1b[5n", b"\x1b[0n"


class SlowLine:
    """Carries between a pseudo-terminal's master and a terminal that answers as terminals do."""

    def __init__(
        self, fd: int, terminal: Emulator, *, rate: float = 960, delay: float = 0.3, answers: bool = True
    ) -> None:
        self.fd, self.rate, self.delay, self.answers = fd, rate, delay, answers
        self.terminal = terminal
        self.taken = 0
        """Bytes that the program has sent."""
        self.shown = b""
        """What has arrived at the terminal."""
        self._seen = 0  # bytes that the terminal has taken in
        self._down: list[tuple[float, bytes]] = []  # when it is through, and what
        self._up: list[tuple[float, bytes]] = []
        self._free = 0.0
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def type(self, keys: bytes) -> None:
        """Send keys on their way."""
        with self._lock:
            self._up.append((time.monotonic() + self.delay, keys))

    @property
    def backlog(self) -> int:
        """Bytes between the program and the terminal."""
        return self.taken - len(self.shown)

    def wait_for(self, words: bytes, seconds: float = 60) -> None:
        """Wait until the terminal has got some bytes, or shows them."""
        end = time.monotonic() + seconds
        while words not in self.shown and not self._on_screen(words):
            assert time.monotonic() < end, f"{words!r} did not come: {self.shown[-2000:]!r}"
            time.sleep(0.02)

    def _on_screen(self, words: bytes) -> bool:
        new, self._seen = self.shown[self._seen :], len(self.shown)
        self.terminal.take(new)
        return self.terminal.shows(words)

    def close(self) -> None:
        """Stop carrying."""
        self._end.set()
        self._thread.join()

    def _carry(self) -> None:
        open_ = True
        while not self._end.is_set():
            if not open_:
                time.sleep(0.01)
            now = time.monotonic()
            if open_ and select.select([self.fd], [], [], 0.01)[0]:
                try:
                    data = os.read(self.fd, 1 << 16)
                except OSError:  # the program has ended; what is on its way arrives all the same
                    data, open_ = b"", False
                now = time.monotonic()
                self.taken += len(data)
                for at in range(0, len(data), 48):
                    piece = data[at : at + 48]
                    self._free = max(self._free, now) + len(piece) / self.rate
                    self._down.append((self._free + self.delay, piece))
            while self._down and self._down[0][0] <= now:
                piece = self._down.pop(0)[1]
                before = self.shown.count(QUESTION)
                self.shown += piece
                if self.answers:
                    for _ in range(self.shown.count(QUESTION) - before):
                        self.type(ANSWER)
            with self._lock:
                due = [keys for when, keys in self._up if when <= now]
                self._up = self._up[len(due) :]
            for keys in due:
                if open_:
                    os.write(self.fd, keys)
