"""Folders of many short articles, and the real command on them, to be killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TEXT = "Roma, {n} set. - «Non c'è fretta, numero {n}», ha detto ieri Mario Rossi all'Ansa di Milano.\n\n"
COMMAND = [sys.executable, "-m", "tui", "suggest"]
ENVIRONMENT = {**os.environ, "CHIOSA_ANNOTATOR": "Lina"}


def articles(folder: Path, count: int, length: int = 1) -> Path:
    """A folder of so many articles, each of ``length`` paragraphs."""
    folder.mkdir()
    for number in range(count):
        text = "".join(TEXT.format(n=number + paragraph) for paragraph in range(length))
        (folder / f"notizia-{number:03}.txt").write_text(text, encoding="utf-8")
    return folder


def suggest(*arguments: object, status: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    run = subprocess.run(
        [*COMMAND, *map(str, arguments), "--model", "rules"],
        capture_output=True, text=True, timeout=60, check=False, env=ENVIRONMENT,
    )  # fmt: skip
    assert run.returncode == status, run.stderr
    return run


def begin(*arguments: object) -> subprocess.Popen[str]:
    """Start the command, in a process group of its own."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments), "--model", "rules"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, start_new_session=True,
        preexec_fn=_with_ctrl_c,
    )  # fmt: skip


def _with_ctrl_c() -> None:
    """Jobs in the background ignore Ctrl+C, and so would their children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def until(reached: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    """Wait for something that comes while a process runs."""
    end = time.monotonic() + 30
    while not reached():
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.005)


def lines(path: Path) -> int:
    """Whole lines in a file, which need not be there yet."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


def annotations(folder: Path) -> dict[str, Any]:
    """What the store beside some articles says of each."""
    store = folder / ".chiosa" / "annotations" / "Lina"
    return {path.stem: json.loads(path.read_bytes())["annotation"] for path in sorted(store.glob("*.json"))}
