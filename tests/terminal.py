"""A real terminal for tests: tmux, with keys typed into it and its screen read back."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import time
from pathlib import Path

_NOT_THE_TERMINALS = ("TMUX", "NO_COLOR", "COLORTERM", "COLUMNS", "LINES")
"""Variables of whoever runs the tests that a new terminal would not have."""


_COLOURS = {"3": "ink", "9": "ink", "4": "ground", "1": "ground"}
"""What the first digit of a code of two or more says."""


class Terminal:
    """A tmux session of its own, on a socket of its own."""

    def __init__(self, folder: Path, size: tuple[int, int] = (80, 24)) -> None:
        self.socket = folder / "tmux.sock"
        self.folder = folder
        width, height = size
        self._tmux(
            "-f", "/dev/null", "new-session", "-d", "-s", "t", "-x", str(width), "-y", str(height), "sh"
        )
        self._tmux("set-option", "-g", "escape-time", "10")

    def run(self, *command: object, **environment: str) -> None:
        """Type a command into the shell; when it has ended, the screen says ``STATUS n``."""
        settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())
        line = shlex.join(map(str, command))
        self._tmux("send-keys", "-t", "t", "-l", f"clear; {settings} {line}; echo STATUS $?")
        self._tmux("send-keys", "-t", "t", "Enter")

    def press(self, *keys: str) -> None:
        """Type keys by tmux's names."""
        self._tmux("send-keys", "-t", "t", *keys)

    def type(self, text: str) -> None:
        """Type letters as they are."""
        self._tmux("send-keys", "-t", "t", "-l", text)

    def screen(self, styles: bool = False) -> str:
        """What the terminal shows, with the escape sequences for its styles or without."""
        return self._tmux("capture-pane", *(["-e"] if styles else []), "-p", "-t", "t")

    def settled(self, seconds: float = 10) -> list[list[tuple[str, str]]]:
        """The cells of the screen, each with its style, once they have stopped changing."""
        end, before = time.monotonic() + seconds, ""
        while time.monotonic() < end:
            now = self.screen(styles=True)
            if now == before:
                return _cells(now)
            before = now
            time.sleep(0.15)
        raise AssertionError(f"the screen goes on changing:\n{before}")

    def resize(self, width: int, height: int) -> None:
        """Change the size of the window."""
        self._tmux("resize-window", "-t", "t", "-x", str(width), "-y", str(height))

    def wait_for(self, text: str, seconds: float = 30) -> str:
        """Wait until the screen shows a text, and return the screen."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            screen = self.screen()
            if text in screen:
                return screen
            time.sleep(0.05)
        raise AssertionError(f"{text!r} did not appear on:\n{self.screen()}")

    def close(self) -> None:
        """End the session and all in it."""
        subprocess.run(["tmux", "-S", str(self.socket), "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        env = {k: v for k, v in os.environ.items() if k not in _NOT_THE_TERMINALS}
        env.update({"LANG": "C.UTF-8", "TERM": "xterm-256color"})
        run = subprocess.run(
            ["tmux", "-u", "-S", str(self.socket), *arguments],
            capture_output=True, text=True, timeout=20, check=True, env=env, cwd=self.folder,
        )  # fmt: skip
        return run.stdout


def _cells(screen: str) -> list[list[tuple[str, str]]]:
    """Each line's letters with the style they are in; blanks at its end are left out."""
    lines = []
    style: dict[str, str] = {}
    for line in screen.splitlines():
        cells: list[tuple[str, str]] = []
        for sgr, char in re.findall(r"\x1b\[([\d;]*)m|(.)", line):
            if char:
                cells.append(
                    (char, "" if char == " " and not style.get("7") else str(sorted(style.values())))
                )
            for code in sgr.split(";") if not char else ():
                if code in ("", "0"):
                    style = {}
                elif code in ("39", "49"):
                    style.pop(_COLOURS[code[0]], None)
                else:
                    style[code if len(code) == 1 else _COLOURS.get(code[0], code)] = code
        while cells and cells[-1][0] == " ":
            cells.pop()
        lines.append(cells)
    return lines
