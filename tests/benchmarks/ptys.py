"""A program on a pseudo-terminal that answers as terminals do: what a key costs in time, bytes and work."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from emulator import Emulator

ESCAPES = re.compile(
    rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]*\x1b\\|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]"
)
ANSWERS = {
    b"\x1b[5n": b"\x1b[0n", b"\x1b[6n": b"\x1b[1;1R", b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[?2026$p": b"\x1b[?2026;0$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y",
}  # fmt: skip
SYNCHRONOUS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y"}
"""Of a terminal that shows frames whole when asked."""
_QUESTION = re.compile(b"|".join(map(re.escape, ANSWERS)))
_LONGEST = max(map(len, ANSWERS))
_NOT_THE_TERMINALS = (
    "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "NO_COLOR", "COLORTERM", "TMUX", "COLUMNS", "LINES",
    "SSH_CONNECTION", "SSH_TTY", "LC_ALL", "LC_MESSAGES",
)  # fmt: skip
QUIET = 0.03
"""Seconds without a byte after which a reaction is over."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a program did after a key: the bytes it sent, when the last came (ms), the work it took (ms)."""

    sent: bytes
    last: float
    cpu: float

    @property
    def bytes(self) -> int:
        """How many bytes came, with all questions to the terminal."""
        return len(self.sent)


class Session:
    """A command in a terminal of so many columns and rows."""

    def __init__(
        self,
        command: Sequence[str | Path],
        size: tuple[int, int] = (80, 24),
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        answers: Mapping[bytes, bytes] | None = None,
    ) -> None:
        self.output = bytearray()
        self.times: list[tuple[float, int]] = []
        """When bytes came, and how many had come by then."""
        self._answers = {**ANSWERS, **(answers or {})}
        self._asked = 0
        self.screen = Emulator(size)
        self._shown = 0
        settings = {
            **{name: value for name, value in os.environ.items() if name not in _NOT_THE_TERMINALS},
            "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "LANGUAGE": "en",
            "CHIOSA_ANNOTATOR": "Lina", "CHIOSA_SETTINGS": "/none", **(environment or {}),
        }  # fmt: skip
        argv = [str(word) for word in command]
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.begun = time.perf_counter()
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
            for fd in (0, 1, 2):
                os.dup2(slave, fd)
            os.closerange(3, 256)
            with suppress(OSError):
                if folder is not None:
                    os.chdir(folder)
                os.execvpe(argv[0], argv, settings)
            os._exit(127)
        os.close(slave)
        self.fd = master

    def pump(self, seconds: float) -> bytes:
        """Read once, within so many seconds, and answer what is asked."""
        if not select.select([self.fd], [], [], max(0.0, seconds))[0]:
            return b""
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            return b""
        self.output += data
        self.times.append((time.perf_counter(), len(self.output)))
        since = max(self._asked, len(self.output) - len(data) - _LONGEST)
        for question in _QUESTION.finditer(self.output, since):
            self._asked = question.end()
            os.write(self.fd, self._answers[question[0]])
        return data

    def settle(self, quiet: float = QUIET, most: float = 20.0) -> None:
        """Read until nothing has come for a while."""
        end = time.perf_counter() + most
        while time.perf_counter() < end and self.pump(quiet):
            pass

    def wait_for(self, words: str, seconds: float = 60.0, since: int = 0) -> float:
        """Read until words are among what was sent, escapes apart; the milliseconds since the start."""
        end = time.perf_counter() + seconds
        while words.encode() not in ESCAPES.sub(b"", self.output[since:]):
            if time.perf_counter() > end:
                raise TimeoutError(f"{words!r} did not come: {bytes(self.output[-500:])!r}")
            self.pump(0.05)
        return (self.times[-1][0] - self.begun) * 1000

    def shows(self, words: str) -> bool:
        """Whether the screen has words; of those that were there before, only what changes is sent."""
        self.screen.take(bytes(self.output[self._shown :]))
        self._shown = len(self.output)
        return words in self.screen.text()

    def wait_to_show(self, words: str, seconds: float = 60.0) -> float:
        """Read until the screen has words; the milliseconds since the start."""
        end = time.perf_counter() + seconds
        while not self.shows(words):
            if time.perf_counter() > end:
                raise TimeoutError(f"{words!r} did not come:\n{self.screen.text()}")
            self.pump(0.05)
        return (self.times[-1][0] - self.begun) * 1000

    def press(self, keys: str, quiet: float = QUIET, most: float = 10.0, first: float = 1.0) -> Reaction:
        """Type a key and read the reaction, once nothing comes any more from before.

        A reaction begins within ``first`` seconds, takes ``most`` and is over after ``quiet``.
        """
        self.settle(0.02)
        before, cpu = len(self.output), self.cpu()
        begun = time.perf_counter()
        os.write(self.fd, keys.encode())
        if self.pump(first):
            self.settle(quiet, most)
        sent = bytes(self.output[before:])
        last = (self.times[-1][0] - begun) * 1000 if sent else 0.0
        return Reaction(sent, last, self.cpu() - cpu)

    def type(self, keys: str) -> None:
        """Type without looking."""
        os.write(self.fd, keys.encode())

    def cpu(self) -> float:
        """Milliseconds of work of all threads so far."""
        total = 0
        for file in Path(f"/proc/{self.pid}/task").glob("*/schedstat"):
            with suppress(OSError):
                total += int(file.read_text().split()[0])
        return total / 1e6

    def memory(self) -> float:
        """Resident megabytes of the program itself, without what runs beside it."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0

    def close(self) -> None:
        """End the program."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                break
            self.pump(0.02)
        else:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)
