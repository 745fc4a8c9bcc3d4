"""The desk over OpenSSH, as editors use it: any terminal, a line that drops, tmux and screen over there."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ADNKRONOS, REPOSITORY
from slow_line import ANSWER, QUESTION, SlowLine
from sshd import TOKEN, Sshd, left_behind, missing, wait_until_none
from terminal import Terminal
from test_driver import Line, decided
from test_pacing import FULL_FRAME, hold_down_a_key

from tui.pacing import WINDOW

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(missing("tmux")), reason=missing("tmux"))]
TERMS = ("xterm-256color", "screen-256color", "tmux-256color", "linux", "vt100")


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    server = Sshd(tmp_path_factory.mktemp("sshd"))
    yield server
    server.close()


@pytest.fixture
def token() -> Iterator[str]:
    """Marks the processes of a test; none is left after it."""
    made = uuid.uuid4().hex
    yield made
    left = left_behind(made)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    yield made
    made.close()


@pytest.fixture
def remote(folder: Path, token: str) -> Callable[..., str]:
    """What is typed over there: the desk on the article, at home in this repository."""

    def make(before: str = "", **environment: str) -> str:
        settings = {
            TOKEN: token,
            "CHIOSA_ANNOTATOR": "Lina",
            "CHIOSA_SETTINGS": os.devnull,
            "LANG": "C.UTF-8",
            "LANGUAGE": "en",
            **environment,
        }
        words = " ".join(f"{name}={shlex.quote(value)}" for name, value in settings.items())
        desk = [sys.executable, "-m", "tui", str(folder / f"{ADNKRONOS}.txt"), "--model", "rules"]
        return f"cd {shlex.quote(str(REPOSITORY))} && exec env {words} {before} {shlex.join(desk)}"

    return make


@pytest.fixture
def log_in(sshd: Sshd, remote: Callable[..., str]) -> Iterator[Callable[[], Line]]:
    """Opens the desk over a line of its own, and cuts it after the test."""
    lines = []

    def make() -> Line:
        lines.append(Line(*sshd.command(remote()), program=True))
        lines[-1].wait_for(b"suggested")
        return lines[-1]

    yield make
    for line in lines:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(line.pid, signal.SIGKILL)
            os.waitpid(line.pid, 0)


@pytest.mark.parametrize("term", [*TERMS, "NO_COLOR"])
def test_any_terminal(
    sshd: Sshd, terminal: Terminal, remote: Callable[..., str], folder: Path, token: str, term: str
) -> None:
    plain = term == "NO_COLOR"
    there = remote(NO_COLOR="1") if plain else remote()
    terminal.run(*sshd.command(there), TERM=TERMS[0] if plain else term)
    assert "a accept" in terminal.wait_for("DATE    suggested")
    terminal.type("ax")
    terminal.wait_for(" 3/")
    terminal.type("2")
    terminal.wait_for("is now ORG")
    screen = terminal.settled()
    assert len(screen) <= 24 and all(len(line) <= 80 for line in screen)
    if plain:
        raw = terminal.screen(styles=True)
        assert not re.search(r"\x1b\[(?:\d+;)*(?:[34][0-7]|9[0-7]|10[0-7]|[34]8;.*?)m", raw), "no colour"
    terminal.press("Down", "Up", "Tab", "BTab", "q")
    terminal.wait_for("STATUS 0")
    assert decided(folder)[:4] == ["accepted", "rejected", "accepted", "suggested"]
    wait_until_none(token)


@pytest.mark.parametrize("how", ["client killed", "terminal closed"])
def test_a_line_that_drops(log_in: Callable[[], Line], folder: Path, token: str, how: str) -> None:
    desk = log_in()
    desk.wait_for(b" 1/")
    desk.press(b"ax2nn")
    desk.wait_for(b" 6/")
    running = left_behind(token)
    assert sum("tui" in words for words in running.values()) == 1
    assert sum("annotations.service" in words for words in running.values()) == 1
    if how == "client killed":
        os.kill(desk.pid, signal.SIGKILL)
    else:
        desk.cut()
    desk.status()
    wait_until_none(token)
    assert decided(folder)[:4] == ["accepted", "rejected", "accepted", "suggested"]

    desk = log_in()
    desk.wait_for(b" 6/")
    desk.press(b"a")
    desk.wait_for(b" 7/")
    desk.press(b"uu")
    desk.wait_for(b"undone: relabel")
    desk.press(b"q")
    assert desk.status() == 0
    assert decided(folder)[:6] == ["accepted", "rejected", *["suggested"] * 4]
    wait_until_none(token)


def test_a_slow_line_through_ssh(log_in: Callable[[], Line], folder: Path, token: str) -> None:
    """What sshd and ssh would swallow does not pile up: the desk waits for the terminal's answers."""
    desk = log_in()
    line = SlowLine(desk.fd, desk.terminal, rate=4800, delay=0.1)
    try:
        line.type(b"g" + ANSWER * desk.output.count(QUESTION))
        assert hold_down_a_key(line, folder) < 2 * WINDOW + FULL_FRAME
        assert desk.status() == 0
    finally:
        line.close()
    wait_until_none(token)


def multiplexer(name: str, folder: Path) -> tuple[str, str, str, tuple[str, ...]]:
    """How one is started, attached again and ended over there; and the keys that detach from it."""
    if name == "tmux":
        tmux = f"tmux -u -S {folder / 'over-there'}"
        return f"{tmux} -f /dev/null new-session", f"{tmux} attach", f"{tmux} kill-server", ("C-b", "d")
    sockets = folder / "screens"
    sockets.mkdir(mode=0o700, exist_ok=True)
    screen = f"env SCREENDIR={sockets} screen -c /dev/null -U"
    return f"{screen} -S desk", f"{screen} -r desk", f"{screen} -S desk -X quit", ("C-a", "d")


@pytest.mark.parametrize("name", ["tmux", "screen"])
def test_detached_and_attached_at_another_size(
    sshd: Sshd,
    terminal: Terminal,
    remote: Callable[..., str],
    folder: Path,
    tmp_path: Path,
    token: str,
    name: str,
) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"needs {name} (Debian: apt install {name})")
    start, attach, end, detach = multiplexer(name, tmp_path)
    try:
        terminal.run(*sshd.command(remote(start)))
        terminal.wait_for("DATE    suggested")
        terminal.type("ax")
        terminal.wait_for(" 3/")
        terminal.press(*detach)
        terminal.wait_for("STATUS 0")
        assert sum("-m tui" in words for words in left_behind(token).values()) >= 1, "the desk goes on"

        terminal.resize(120, 40)
        terminal.run(*sshd.command(f"exec env {TOKEN}={token} LANG=C.UTF-8 {attach}"))
        terminal.wait_for("1 PER")  # a wide terminal has a panel
        terminal.wait_for(" 3/")
        terminal.type("a")
        terminal.wait_for(" 4/")
        terminal.resize(80, 24)
        terminal.wait_for(" 4/")
        terminal.type("xq")
        terminal.wait_for("STATUS 0")
        wait_until_none(token)
    finally:
        subprocess.run(["sh", "-c", end], capture_output=True, timeout=20)
    assert decided(folder)[:5] == ["accepted", "rejected", "accepted", "rejected", "suggested"]
