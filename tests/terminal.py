"""A real terminal for tests: tmux, with keys typed into it and its screen read back."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from pathlib import Path

_NOT_THE_TERMINALS = ("TMUX", "NO_COLOR", "COLORTERM", "COLUMNS", "LINES")
"""Variables of whoever runs the tests that a new terminal would not have."""


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

    def screen(self) -> str:
        """What the terminal shows."""
        return self._tmux("capture-pane", "-p", "-t", "t")

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
