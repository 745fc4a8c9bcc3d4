"""How fast the real desk answers on the hostile corpus: from a key to the last byte of its answer, in a pty.

``python tests/benchmarks/hostile.py [NAME…]`` prints the median and the longest time of moving keys and of
deciding keys, for each article of the corpus or for those named, and marks what takes longer than 50 ms.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.update(CHIOSA_SETTINGS=os.devnull, LANGUAGE="en")

import hostile
from stream import Line

from annotations.article import ArticleError, load_article

LIMIT = 50
QUIET = 0.06
"""Seconds without a byte after which an answer is over."""
MOVING = ["n"] * 8 + ["p"] * 3 + ["N"] * 3 + ["j", "k", "\x1b[6~", "\x1b[6~", "\x1b[5~", "G", "g", "i", "n"]
MARKING = ["v", "w", "w", "l", "j", "k", "s", "v"]
DECIDING = ["a", "a", "x", "a", "1", "3", "l", "h", "u", "u", "r", "x", "b", "t", "u", "+", "u"]


def asked(line: Line, key: str) -> float | None:
    """Milliseconds from a key to the last byte of the answer; None where nothing came."""
    line.settle(QUIET)
    before = len(line.output)
    os.write(line.fd, key.encode())
    started = last = time.perf_counter()
    while line.read(QUIET if len(line.output) > before else 0.6):
        last = time.perf_counter()
    return (last - started) * 1000 if len(line.output) > before else None


def measured(path: Path, model: str) -> dict[str, list[tuple[float, str]]]:
    """The times of the keys on one article, by kind."""
    started = time.perf_counter()
    line = Line("-m", "tui", path, "--model", model)
    line.wait_for("decided", seconds=60)
    painted = (time.perf_counter() - started) * 1000
    line.settle(2.5, 120)
    found: dict[str, list[tuple[float, str]]] = {"open": [(painted, "")]}
    for kind, keys in (("moving", MOVING), ("marking", MARKING), ("deciding", DECIDING)):
        times = [(ms, key) for key in keys if (ms := asked(line, key)) is not None]
        found[kind] = times
    bulk = [(ms, key) for key in ("E", "u") if (ms := asked(line, key)) is not None]
    found["all at once"] = bulk
    assert line.alive(), bytes(line.output[-1500:])
    os.write(line.fd, b"\x1b")
    line.settle(0.3)
    os.write(line.fd, b"q")
    line.end(60)
    return found


def main(names: list[str]) -> None:
    """Print a line for each article."""
    kinds = ("open", "moving", "marking", "deciding", "all at once")
    print(f"{'median/max ms':18}" + "".join(f"{kind:>20}" for kind in kinds))
    with tempfile.TemporaryDirectory() as holder:
        folder = Path(holder)
        hostile.write_articles(folder, hostile.articles() | {n: make() for n, make in hostile.LARGE.items()})
        hostile.many_spans(folder)
        for path in sorted(folder.glob("*.txt"), key=lambda p: p.stat().st_size):
            if names and path.stem not in names:
                continue
            try:
                load_article(path)
            except ArticleError:
                continue
            model = "none" if path.stem == "suggestions" else "rules"
            row = f"{path.stem:18}"
            for times in measured(path, model).values():
                if not times:
                    row += f"{'-':>20}"
                    continue
                worst, key = max(times)
                sign = f" {key!r}!" if worst > LIMIT and key else ""
                row += f"{median(ms for ms, _ in times):9.1f}/{worst:6.1f}{sign:>4}".rjust(20)
            print(row, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
