"""``python tests/benchmarks/suggesting.py``: how fast and how large the suggesting is, as a table.

Each figure is a median over rounds that are measured in turn; the rules stand beside the pipeline.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).parent.parent
REPOSITORY = TESTS.parent
sys.path.insert(0, str(TESTS))

from terminal import Terminal  # noqa: E402

ADNKRONOS = "adnkronos-2025-09-04"
MODELS = ("it_chiosa_news", "rules")
ROUNDS = 15
STARTS = 5
_SHOWN = re.compile(r"of [1-9]\d* decided")

_IN_PROCESS = """
import json, os, statistics, sys, time
from pathlib import Path
model, threads, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
if threads == 1 and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
begun = time.perf_counter()
from annotations.suggesters import load_suggester
suggester = load_suggester(model, threads=threads)
load = time.perf_counter() - begun
texts = [Path(name).read_text(encoding="utf-8") for name in sys.argv[4:]]
words = sum(len(text.split()) for text in texts)
times = []
for _ in range(rounds):
    begun = time.perf_counter()
    found = list(suggester.suggest_all(texts))
    times.append(time.perf_counter() - begun)
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
fields = [line.split() for line in lines if line.startswith(("VmRSS", "VmHWM"))]
memory = {name[:-1]: int(size) // 1024 for name, size, _ in fields}
print(json.dumps({"load": load, "times": times, "words": words, "memory": memory}))
"""


def measure(model: str, threads: int, rounds: int, files: list[Path]) -> dict[str, object]:
    """Load a suggester in a process of its own and let it read texts some times."""
    command = [sys.executable, "-c", _IN_PROCESS, model, str(threads), str(rounds), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def until_shown(terminal: Terminal, begun: float) -> float:
    """Milliseconds until the count of spans is on the screen."""
    while not _SHOWN.search(terminal.screen()):
        if time.perf_counter() - begun > 60:
            raise SystemExit(f"no suggestions came:\n{terminal.screen()}")
        time.sleep(0.01)
    return 1000 * (time.perf_counter() - begun)


def in_terminal(action: Callable[[Terminal, Path], float]) -> float:
    """Run something with a fresh folder of articles and a fresh terminal."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in sorted((REPOSITORY / "articles").glob("*.txt"))[:3]:
            shutil.copy(path, folder)
        terminal = Terminal(folder)
        try:
            return action(terminal, folder)
        finally:
            terminal.press("q", "q")
            terminal.close()


def cold(model: str) -> float:
    """From the command to the suggestions, with nothing loaded."""

    def action(terminal: Terminal, folder: Path) -> float:
        begun = time.perf_counter()
        article = folder / f"{ADNKRONOS}.txt"
        terminal.run(sys.executable, "-m", "tui", article, "--model", model, PYTHONPATH=str(REPOSITORY))
        return until_shown(terminal, begun)

    return in_terminal(action)


def warm(model: str) -> float:
    """From the key that opens an article to its suggestions, with the pipeline loaded."""

    def action(terminal: Terminal, folder: Path) -> float:
        terminal.run(sys.executable, "-m", "tui", folder, "--model", model, PYTHONPATH=str(REPOSITORY))
        time.sleep(6)  # the list is on screen and the model is loaded
        begun = time.perf_counter()
        terminal.press("Enter")
        return until_shown(terminal, begun)

    return in_terminal(action)


def main() -> None:
    """Measure and print."""
    article = REPOSITORY / "articles" / f"{ADNKRONOS}.txt"
    batch = [article] * 60
    rows = []
    for model in MODELS:
        one = measure(model, 1, ROUNDS, [article])
        many = measure(model, 0, 3, batch)
        times = one["times"]
        memory = one["memory"]
        assert isinstance(times, list) and isinstance(memory, dict)
        rate = int(many["words"]) / statistics.median(many["times"])  # type: ignore[call-overload, arg-type]
        rows.append(
            (
                model, f"{1000 * statistics.median(times[1:]):.0f}", f"{rate:.0f}", f"{one['load']:.1f}",
                f"{memory.get('VmRSS', 0)} / {memory.get('VmHWM', 0)}",
                f"{statistics.median(cold(model) for _ in range(STARTS)):.0f}",
                f"{statistics.median(warm(model) for _ in range(STARTS)):.0f}",
            )
        )  # fmt: skip
    print(f"Cores: {os.cpu_count()}. Medians of {ROUNDS} (article), 3 (batch), {STARTS} (desk).\n")
    print(
        "| model | article of 540 words, one core, ms | batch on all cores, words/s | load, s "
        "| memory, peak, MB | suggestions on screen: cold, ms | warm, ms |"
    )
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
