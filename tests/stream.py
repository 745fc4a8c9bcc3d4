"""What a program sends to a terminal, read strictly: what may be in it, and a line to read it from."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from emulator import Emulator

_MODES = ["25", "7", "1000", "1003", "1004", "1006", "1015", "1049", "2004", "2026", "2048"]
"""What Textual switches on and off: cursor, wrapping, mouse, focus, screen, paste, synchronous frames."""
_COLOUR = r"(?:[34]8;5;\d{1,3}|[34]8;2;\d{1,3};\d{1,3};\d{1,3}|[34][0-79]|9[0-7]|10[0-7])"
_LOOK = r"(?:[01234679]|2[234579]|21)"
_ALLOWED = re.compile(
    rf"\x1b\[(?:(?:{_LOOK}|{_COLOUR})(?:;(?:{_LOOK}|{_COLOUR}))*)?m"
    r"|\x1b\[(?:(?P<row>\d{1,3})(?:;(?P<column>\d{1,3}))?)?H"
    r"|\x1b\[\d{0,3}C"  # over cells that stay as they are (`tui.cells`)
    rf"|\x1b\[\?(?:{'|'.join(_MODES)})[hl]"
    r"|\x1b\[\?(?:2026|2048)\$p"
    r"|\x1b\[>25u|\x1b\[<u"
    r"|\x1b\[5n"  # whether the terminal has got that far (`tui.pacing`)
    r"|\x1b\]22;default\x07"
    r"|\x1b\[2?K|\x1b\[1A|\x1b\[\?25[hl]"  # a progress bar
    r"|\r?\n|\r"
)
_BAD = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
MOST_MARKS = 4
"""Combining marks on one letter that are still writing."""


def faults(raw: bytes, size: tuple[int, int] = (80, 24)) -> list[str]:
    """What a stream of bytes has that Chiosa never means to send, each with its neighbourhood."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return [f"not UTF-8 at {error.start}: {raw[error.start - 20 : error.start + 20]!r}"]
    found: list[str] = []
    at = marks = 0
    while at < len(text):
        char = text[at]
        if char < " ":
            match = _ALLOWED.match(text, at)
            if match is None:
                found.append(f"control {text[max(0, at - 30) : at + 30]!r}")
                at += 1
                continue
            row, column = int(match["row"] or 1), int(match["column"] or 1)
            if not (1 <= row <= size[1] and 1 <= column <= size[0]):
                found.append(f"cursor outside the screen: {match[0]!r}")
            at = match.end()
            continue
        if (char > "\x7e" and unicodedata.category(char) in _BAD) or char == "\x7f":
            found.append(f"{char!r} in {text[max(0, at - 30) : at + 10]!r}")
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks == MOST_MARKS + 1:
            found.append(f"a tower of marks after {text[max(0, at - 30) : at - marks]!r}")
        if unicodedata.name(char, "").startswith("VARIATION SELECTOR"):
            found.append(f"{char!r} in {text[max(0, at - 30) : at + 10]!r}")
        at += 1
    return found


class Line:
    """A command on a pseudo-terminal of 80x24 of which every byte is kept."""

    def __init__(
        self, *command: str | bytes | Path, environment: Mapping[str, str | bytes] | None = None
    ) -> None:
        self.output = bytearray()
        self.terminal = Emulator()
        self.answered = 0
        self.seen: set[str] = set()
        """Rows that were on the screen after a key."""
        argv: Sequence[str | bytes | Path] = [sys.executable, *command]
        settings = {
            **os.environ, "TERM": "xterm-256color", "CHIOSA_ANNOTATOR": "Lina", "LANG": "C.UTF-8",
            "COLUMNS": "", **(environment or {}),
        }  # fmt: skip
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(sys.executable, argv, settings)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def read(self, seconds: float) -> bool:
        """Take what comes within so many seconds, at most one read; whether anything came."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            found = os.read(self.fd, 1 << 16)
        except OSError:
            return False
        self.output += found
        self.terminal.take(found)
        return bool(found)

    def settle(self, quiet: float = 0.1, most: float = 15) -> None:
        """Read until nothing has come for a while."""
        end = time.monotonic() + most
        while time.monotonic() < end and self.read(quiet):
            pass

    def wait_for(self, words: str, since: int = 0, seconds: float = 30) -> None:
        """Read until some words have come, or are on the screen."""
        end = time.monotonic() + seconds
        while words.encode() not in self.output[since:] and not self.terminal.shows(words.encode()):
            assert time.monotonic() < end, f"{words!r} did not come: {bytes(self.output[-2000:])!r}"
            self.read(0.05)

    def press(self, keys: str | bytes, quiet: float = 0.06) -> bytes:
        """Type keys and read the answer."""
        before = len(self.output)
        os.write(self.fd, keys.encode() if isinstance(keys, str) else keys)
        self.read(0.3)
        self.settle(quiet)
        self.seen.update(self.terminal.screen.display)
        return bytes(self.output[before:])

    def was_shown(self, words: str) -> bool:
        """Whether words came in one piece, or were on the screen after a key."""
        return words.encode() in self.output or any(words in row for row in self.seen)

    def alive(self) -> bool:
        """Whether the command still runs."""
        with suppress(ChildProcessError):
            return os.waitpid(self.pid, os.WNOHANG)[0] == 0
        return False

    def end(self, seconds: float = 30) -> int:
        """Read to the end; the exit status."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.02)
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                while self.read(0.02):
                    pass
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise AssertionError(f"it did not end: {bytes(self.output[-2000:])!r}")
