"""``python tests/benchmarks/saving.py``: what it costs to save one decision.

With 10 and with 10,000 articles in the store, in articles of 74 and of 5,000 spans: a save by itself, the
saving thread from the moment a decision is handed to it until it says that it is on disk, and a desk in a
terminal from the key to the new file, which is all the work for the key besides. Beside each, in turn with
it, stands the least that keeps a file safe from a kill: the same bytes written to another file in the same
folder, fsync, rename. The desk also makes its rename durable (fsync of the folder), keeps the version before,
and sees that no other desk has taken the article over.

What is printed is a table of medians, and with ``--json FILE`` all numbers are kept.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(Path(__file__).parent), str(TESTS), str(TESTS.parent)]

from latency_articles import MARKER, REPOSITORY, Prepared, prepare  # noqa: E402
from ptys import Session as Terminal  # noqa: E402

from annotations import edits  # noqa: E402
from annotations.annotation import SUGGESTED  # noqa: E402
from annotations.article import load_article  # noqa: E402
from annotations.saver import Saver  # noqa: E402
from annotations.scheme import default_scheme  # noqa: E402
from annotations.store import Store  # noqa: E402

FEW, MANY = 10, 10_000
LENGTHS = {"74": 0, "5,000": 238_000}
"""Spans -> code points of the sample, over and over."""
MOST_TIMES, MOST_GROWTH = 3.0, 1.2


@dataclass(slots=True)
class Found:
    """Milliseconds of each save, of the bare write after it, and of that with the folder's fsync."""

    save: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    durable: list[float] = field(default_factory=list)
    size: int = 0

    @property
    def ratio(self) -> float:
        """How many times a bare write a save costs."""
        return statistics.median(self.save) / statistics.median(self.bare)


def bare(folder: Path, raw: bytes, *, durable: bool = False) -> float:
    """Write, fsync, rename: milliseconds."""
    begun = time.perf_counter()
    temporary, path = folder / "bare.tmp", folder / "bare"
    with temporary.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    if durable:
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    return (time.perf_counter() - begun) * 1000


def fill(article: Prepared, number: int) -> None:
    """Put so many more articles into its store, each with all the files that a review leaves there."""
    store = Store(article.folder / ".chiosa", "Lina", default_scheme())
    own = store.path(article.path.stem)
    small = prepare(article.folder.parent / f"small-{number}-{article.spans}", slate=False)
    raw = next((small.folder / ".chiosa" / "annotations" / "Lina").glob("*.json")).read_bytes()
    for each in range(number):
        path = own.with_name(f"other-{each:05}.json")
        for file in (path, Path(f"{path}.bak")):
            file.write_bytes(raw)
        path.with_suffix(".lock").touch()
        (store.root / "texts" / f"{each:064x}.txt").write_text("Roma.\n")


def by_itself(article: Prepared, saves: int, found: Found) -> None:
    """Decisions saved one after another."""
    store = Store(article.folder / ".chiosa", "Lina", default_scheme())
    session = store.open(load_article(article.path))
    history = session.loaded.history
    undecided = [span.id for span in history.annotation.spans if span.status == SUGGESTED]
    for number, span in enumerate(undecided[: saves + 1]):
        history = history.apply("accept", edits.accept(history.annotation, span, store.scheme), span)
        begun = time.perf_counter()
        session.save(history)
        took = (time.perf_counter() - begun) * 1000
        if number:  # the first makes all that the others keep
            keep(found, took, session.path)
    session.close()


def by_thread(article: Prepared, saves: int, found: Found) -> None:
    """Decisions handed to the saving thread, one after another."""
    store = Store(article.folder / ".chiosa", "Lina", default_scheme())
    session = store.open(load_article(article.path))
    history = session.loaded.history
    saver = Saver(session)
    undecided = [span.id for span in history.annotation.spans if span.status == SUGGESTED]
    for number, span in enumerate(undecided[: saves + 1]):
        history = history.apply("accept", edits.accept(history.annotation, span, store.scheme), span)
        begun = time.perf_counter()
        saver.submit(history)
        error = saver.flush()
        took = (time.perf_counter() - begun) * 1000
        if error is not None:
            raise error
        if number:
            keep(found, took, session.path)
    saver.close()


def by_key(article: Prepared, saves: int, found: Found) -> None:
    """Decisions made by keys, from the key until a new file is there."""
    command = [sys.executable, "-m", "tui", article.path, "--model", "none"]
    path = Store(article.folder / ".chiosa", "Lina", default_scheme()).path(article.path.stem)
    terminal = Terminal(command, folder=REPOSITORY)
    try:
        terminal.wait_for(MARKER)
        terminal.settle(1.0)
        for number in range(saves + 1):
            before, begun = path.stat().st_ino, time.perf_counter()
            terminal.type("a")
            while path.stat().st_ino == before:
                terminal.pump(0.0002)
                if time.perf_counter() - begun > 20:
                    raise TimeoutError("nothing was saved")
            took = (time.perf_counter() - begun) * 1000
            terminal.settle(0.05)
            if number:
                keep(found, took, path)
    finally:
        terminal.close()


def keep(found: Found, took: float, path: Path) -> None:
    """Note a save, and do the same barely."""
    raw = path.read_bytes()
    found.save.append(took)
    found.bare.append(bare(path.parent, raw))
    found.durable.append(bare(path.parent, raw, durable=True))
    found.size = len(raw)


def table(found: dict[tuple[str, str, int], Found]) -> list[tuple[str, ...]]:
    """A row for each way, length and size of the store."""
    rows = []
    for (way, spans, number), one in found.items():
        growth = statistics.median(one.save) / statistics.median(found[way, spans, FEW].save)
        medians = [statistics.median(values) for values in (one.save, one.bare, one.durable)]
        reached = "yes" if one.ratio <= MOST_TIMES and growth <= MOST_GROWTH else "no"
        rows.append(
            (
                way, spans, f"{number:,}", f"{one.size / 1000:,.0f}", *(f"{ms:.2f}" for ms in medians),
                f"{one.ratio:.2f}", f"{growth:.2f}", reached if way == "save" else "",
            )
        )  # fmt: skip
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--saves", type=int, default=12, help="in each round, of each kind")
    parser.add_argument("--many", type=int, default=MANY, help=f"articles of the large store ({MANY})")
    parser.add_argument("--disk", type=Path, metavar="DIR", help="where to write (default: $TMPDIR)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all numbers")
    args = parser.parse_args()
    found: dict[tuple[str, str, int], Found] = defaultdict(Found)
    with tempfile.TemporaryDirectory(dir=args.disk) as work:
        stores: dict[tuple[str, int], Prepared] = {}
        for spans, length in LENGTHS.items():
            for number in (FEW, args.many):
                stores[spans, number] = prepare(Path(work) / f"{spans}-{number}", length, slate=False)
                fill(stores[spans, number], number - 1)
        for _round in range(args.rounds):
            # small and large store in turn, so that the moods of the disk are those of both
            for (spans, number), article in stores.items():
                by_itself(article, args.saves, found["save", spans, number])
            for (spans, number), article in stores.items():
                by_thread(article, args.saves, found["thread", spans, number])
            for (spans, number), article in stores.items():
                by_key(article, args.saves, found["key", spans, number])
            for article in stores.values():
                anew(article)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"{args.rounds} rounds, load average {os.getloadavg()[1]:.1f}; medians in ms. {machine}.\n")
    print(
        "| what | spans | articles in the store | kB | saved | bare write | and fsync of the folder | "
        "times bare | times small store | reached |\n|" + "---|" * 10
    )
    rows = table(found)
    for row in rows:
        print("| " + " | ".join(row) + " |")
    if args.json:
        kept = [
            {"from": way, "spans": spans, "articles": number, "save": one.save, "bare": one.bare,
             "durable": one.durable, "bytes": one.size}
            for (way, spans, number), one in found.items()
        ]  # fmt: skip
        args.json.write_text(json.dumps({"machine": machine, "table": rows, "saves": kept}, indent=1) + "\n")


def anew(article: Prepared) -> None:
    """Take all decisions back."""
    store = Store(article.folder / ".chiosa", "Lina", default_scheme())
    session = store.open(load_article(article.path))
    history = session.loaded.history
    while history.can_undo:
        history = history.undo(store.scheme)
    session.save(type(history)(history.annotation))
    session.close()


if __name__ == "__main__":
    main()
