"""Signals and the desk in a real terminal: it ends with the truth, and the terminal is whole afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import termios
import time
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from terminal import Terminal
from test_driver import Line, decided

LFLAG = 3
"""The place of the local modes in what `termios.tcgetattr` gives."""


@pytest.fixture
def desk(folder: Path) -> Line:
    made = Line("-m", "tui", str(folder / f"{ADNKRONOS}.txt"), "--model", "rules")
    made.wait_for(b"DATE")
    made.wait_for(b"1/")
    return made


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_and_the_terminal_is_whole(desk: Line, folder: Path, number: signal.Signals) -> None:
    assert not termios.tcgetattr(desk.fd)[LFLAG] & termios.ECHO
    desk.press(b"ax")
    desk.wait_for(b"3/")
    os.kill(desk.pid, number)
    assert desk.status() == 128 + number
    for given_back in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1004l", b"\x1b[?2004l", b"\x1b[<u"):
        assert given_back in desk.output
    modes = termios.tcgetattr(desk.fd)[LFLAG]
    assert modes & termios.ECHO and modes & termios.ICANON and modes & termios.ISIG
    assert decided(folder)[:3] == ["accepted", "rejected", "suggested"]


def test_ended_while_it_draws_and_nobody_reads(desk: Line, folder: Path) -> None:
    """What is queued for a line that is gone must not hold the program up."""
    desk.press(b"a")
    desk.wait_for(b"2/")
    time.sleep(0.2)
    for _ in range(40):
        os.write(desk.fd, b" " * 20 + b"g")
    desk.cut()
    assert desk.status() in (129, -signal.SIGHUP)
    assert decided(folder)[0] == "accepted"


@pytest.mark.e2e
@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux (Debian: apt install tmux)")
def test_ctrl_z_and_back(tmp_path: Path, folder: Path) -> None:
    terminal = Terminal(tmp_path)
    try:
        terminal.run(
            sys.executable, "-m", "tui", folder / f"{ADNKRONOS}.txt", "--model", "rules",
            CHIOSA_ANNOTATOR="Lina",
        )  # fmt: skip
        terminal.wait_for("DATE    suggested")
        terminal.press("a")
        terminal.wait_for("1 of ")
        before = terminal.settled()
        terminal.press("C-z")
        terminal.wait_for("Stopped")
        terminal.type("echo in the  shell")
        terminal.press("Enter")
        terminal.wait_for("in the shell")
        terminal.type("fg; echo STATUS $?")
        terminal.press("Enter")
        terminal.wait_for("1 of ")
        assert terminal.settled() == before, "the whole screen is back"
        terminal.press("x")
        terminal.wait_for("2 of ")
        terminal.press("q")
        terminal.wait_for("STATUS 0")
    finally:
        terminal.close()
    assert decided(folder)[:3] == ["accepted", "rejected", "suggested"]
