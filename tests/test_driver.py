"""The real command in a pseudo-terminal: what comes over a bad line must not end it, and its end must."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from emulator import Emulator

from annotations.article import load_article
from annotations.scheme import default_scheme
from annotations.store import Store


class Line:
    """A child on a pseudo-terminal of 80x24, whose other end can be written, read and cut."""

    def __init__(self, *command: str, ignore_hangup: bool = False, program: bool = False) -> None:
        """Start Python with these arguments, or with ``program`` another program."""
        self.output = b""
        self.terminal = Emulator()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            environment = {
                **os.environ,
                "TERM": "xterm-256color",
                "CHIOSA_ANNOTATOR": "Lina",
                "LANG": "C.UTF-8",
            }
            # jobs in the background and under nohup ignore some of these, and so would their children
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.signal(signal.SIGHUP, signal.SIG_IGN if ignore_hangup else signal.SIG_DFL)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
            whole = command if program else (sys.executable, *command)
            os.execve(whole[0], whole, environment)

    def wait_for(self, words: bytes, seconds: float = 30) -> None:
        """Read until words have come since the last key, or are on the screen."""
        end = time.monotonic() + seconds
        while words not in self.output and not self.terminal.shows(words):
            assert time.monotonic() < end, f"{words!r} did not come: {self.output[-2000:]!r}"
            if select.select([self.fd], [], [], 0.05)[0]:
                self.read()

    def read(self) -> bytes:
        """What has come."""
        data = os.read(self.fd, 1 << 16)
        self.output += data
        self.terminal.take(data)
        return data

    def press(self, keys: bytes) -> None:
        self.output = b""
        os.write(self.fd, keys)

    def cut(self) -> None:
        os.close(self.fd)
        self.fd = -1

    def status(self, seconds: float = 10) -> int:
        """The exit status; negative for the signal that ended it. Fails if it does not end."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.fd >= 0 and select.select([self.fd], [], [], 0.02)[0]:
                with suppress(OSError):
                    self.read()
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise AssertionError("it did not end")


def decided(folder: Path) -> list[str]:
    article = load_article(folder / f"{ADNKRONOS}.txt")
    store = Store(folder / ".chiosa", "Lina", default_scheme())
    return [span.status for span in store.load(article).history.annotation.spans]


@pytest.fixture
def line(folder: Path) -> Callable[..., Line]:
    def start(**options: bool) -> Line:
        made = Line("-m", "tui", str(folder / f"{ADNKRONOS}.txt"), **options)
        made.wait_for(b"DATE")
        made.wait_for(b"1/")
        return made

    return start


def test_bytes_that_are_not_utf8(line: Callable[..., Line], folder: Path) -> None:
    desk = line()
    desk.press(b"\xe8\xc3")
    desk.press(b"\xff\x9b\xa8a")
    desk.wait_for(b"2/")
    desk.press(b"/\xc3")
    time.sleep(0.2)
    desk.press(b"\xa8x")  # an «è» in two halves
    desk.wait_for("/èx".encode())
    desk.press(b"\x1b")
    time.sleep(0.3)
    desk.press(b"q")
    assert desk.status() == 0
    assert decided(folder)[:2] == ["accepted", "suggested"]


@pytest.mark.parametrize("ignore_hangup", [False, True], ids=["default", "nohup"])
def test_a_cut_line_ends_the_program(line: Callable[..., Line], folder: Path, ignore_hangup: bool) -> None:
    desk = line(ignore_hangup=ignore_hangup)
    desk.press(b"ax")
    desk.wait_for(b"3/")
    time.sleep(0.2)
    desk.cut()
    assert desk.status(5) in ((129,) if ignore_hangup else (129, -signal.SIGHUP))
    assert decided(folder)[:3] == ["accepted", "rejected", "suggested"]


def test_leaving_gives_the_terminal_back(line: Callable[..., Line]) -> None:
    desk = line()
    desk.press(b"q")
    assert desk.status() == 0
    assert b"\x1b[?1049l" in desk.output
