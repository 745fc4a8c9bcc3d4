"""``python tests/benchmarks/latency.py``: what a key, a screenful and a start cost.

Beside Chiosa stand SLATE and bare Textual. All show the same article with the same spans on a pseudo-terminal
that answers as terminals do, one after another in each round and in another order each time, so that what
else the machine does meets them all. SLATE (``pip install slate-nlp==1.1.3``) is left out if missing.

What is printed is a table, and with ``--json FILE`` all numbers are kept.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(Path(__file__).parent), str(TESTS), str(TESTS.parent)]

from emulator import Emulator  # noqa: E402
from latency_articles import LONG, MARKER, REPOSITORY, SLATE, Prepared, prepare  # noqa: E402
from ptys import Session  # noqa: E402
from slow_line import SlowLine  # noqa: E402

NEXT = {"chiosa": "N", "static": "N", "slate": ";"}
PAGE_DOWN = "\x1b[6~"
SMALL, WIDE = (80, 24), (120, 40)
PLACES: dict[str, tuple[str, tuple[int, int]]] = {
    "3.5 kB, 80x24": ("short", SMALL), "3.5 kB, 120x40": ("short", WIDE), "1 MB, 80x24": ("long", SMALL),
    "1 MB, 120x40": ("long", WIDE),
}  # fmt: skip
ALONE = "1 MB, 120x40"
"""Where only Chiosa is looked at: the others take minutes there."""
GROUP = {
    "hello": ("hello", "short"), "chiosa, 3.5 kB, 80x24": ("chiosa", "short"),
    "slate, 3.5 kB, 80x24": ("slate", "short"), "static, 3.5 kB, 80x24": ("static", "short"),
    "chiosa, 10,000 articles": ("chiosa", "many"), "chiosa, 1 MB, 80x24": ("chiosa", "long"),
}  # fmt: skip
"""What is started one right after another, program and article: a start is compared with that of the empty
app in its own group, since some machines are at times half as fast for seconds."""
GROUPS = 8
"""Such groups in a round."""
RATE = 4096
HELD = 90
"""Keys of one that is held down for three seconds."""
Numbers = dict[str, list[float]]


def open_on(article: Prepared, program: str, size: tuple[int, int] = SMALL) -> Session:
    """Start a program; it runs in the repository, but for SLATE, which looks for its files where it is."""
    folder = article.folder if program == "slate" else REPOSITORY
    return Session(article.command(program), size, folder=folder)


def settled(session: Session) -> None:
    """Wait until the tokens are there, for which the desk asks another process, and all is quiet."""
    if b"decided" in session.output:
        session.wait_for("new  ")
    session.settle(0.7)


def p95(values: Iterable[float]) -> float:
    """The 95th percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))] if ordered else 0.0


def reactions(article: Prepared, program: str, place: str, keys: int, found: Numbers) -> None:
    """Step from span to span, then through screenfuls, then leave it alone."""
    session = open_on(article, program, PLACES[place][1])
    name = f"{program}, {place}"
    try:
        first = session.wait_for(MARKER)
        if name not in GROUP:
            found[f"start {name}"].append(first)
        settled(session)
        found[f"memory {name}"].append(session.memory())
        slow = program == "static" and PLACES[place][0] == "long"
        seen = [session.press(NEXT[program], 0.05, 20, 20 if slow else 1) for _ in range(5 if slow else keys)]
        seen = [one for one in seen if one.sent]
        found[f"last {name}"] += [one.last for one in seen]
        found[f"cpu {name}"] += [one.cpu for one in seen]
        found[f"bytes {name}"] += [one.bytes for one in seen]
        if program != "static":
            pages = [session.press(PAGE_DOWN if program == "chiosa" else "O", quiet=0.1) for _ in range(3)]
            found[f"screenful {name}"] += [one.bytes for one in pages if one.sent]
        if program == "chiosa":
            session.settle(1.0)
            before, cpu = len(session.output), session.cpu()
            time.sleep(4)
            session.pump(0.0)
            found[f"idle bytes {name}"].append((len(session.output) - before) / 4)
            found[f"idle cpu {name}"].append((session.cpu() - cpu) / 40)
    finally:
        session.close()


def starts(articles: dict[str, Prepared], folder: Path, draw: random.Random, found: Numbers) -> None:
    """From the command to the words on the screen, of each in the group, in times of the empty app's."""
    taken: dict[str, float] = {}
    for name in draw.sample(list(GROUP), len(GROUP)):
        program, which = GROUP[name]
        if program == "slate" and not SLATE:
            continue
        article = articles[which]
        if program == "slate":
            article = article.copy(folder / program)
        session = open_on(article, program)
        try:
            taken[name] = session.wait_for("hello" if program == "hello" else MARKER)
        finally:
            session.close()
    for name, ms in taken.items():
        found[f"start {name}"].append(ms)
        found[f"ratio {name}"].append(ms / taken["hello"])


def lag(article: Prepared, program: str, found: Numbers, patience: float) -> None:
    """Hold a key down at 4 kB/s: the seconds from its release to the last byte, and what is lost."""
    session = open_on(article, program)
    terminal = Emulator(SMALL)
    try:
        session.wait_for(MARKER)
        settled(session)
        terminal.take(bytes(session.output))
        line = SlowLine(session.fd, terminal, rate=RATE, delay=0.0)
        for _ in range(HELD):
            line.type(NEXT[program].encode())
            time.sleep(1 / 30)
        released = last = time.monotonic()
        shown = len(line.shown)
        while time.monotonic() - last < 1.5 and time.monotonic() - released < patience:
            time.sleep(0.005)
            if line.backlog or len(line.shown) != shown:
                shown, last = len(line.shown), time.monotonic()
        line.close()
        found[f"lag {program}"].append(last - released)
        if program == "chiosa":
            terminal.take(line.shown)
            found["lag lost"].append(0.0 if f" {HELD % article.spans + 1}/" in terminal.text() else 1.0)
    finally:
        session.close()


def measure(work: Path, rounds: int, keys: int) -> Numbers:
    """All numbers, by what they are of."""
    articles = {
        "short": prepare(work / "short"),
        "long": prepare(work / "long", LONG),
        "many": prepare(work / "many", others=9_999),
    }
    programs = ["chiosa", "static", *(["slate"] if SLATE else [])]
    found: Numbers = defaultdict(list)
    for number in range(rounds):
        tasks = [(program, place) for program in programs for place in PLACES if place != ALONE]
        tasks += [("chiosa", ALONE), *[("starts", "")] * GROUPS]
        draw = random.Random(number)
        draw.shuffle(tasks)
        for program, place in tasks:
            print(f"round {number + 1}: {program} {place}", file=sys.stderr)
            with tempfile.TemporaryDirectory(dir=work) as folder:
                if program == "starts":
                    starts(articles, Path(folder), draw, found)
                else:
                    article = articles[PLACES[place][0]].copy(Path(folder) / "articles")
                    reactions(article, program, place, keys, found)
    for program in programs:
        print(f"slow line: {program}", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=work) as folder:
            lag(articles["short"].copy(Path(folder) / "articles"), program, found, patience=60)
    return found


def table(found: Numbers) -> list[tuple[str, ...]]:
    """Rows of what, Chiosa, SLATE, one Static, what is to be reached, and whether it is."""
    rows: list[tuple[str, ...]] = []

    def median(name: str) -> float:
        return statistics.median(found[name]) if found.get(name) else 0.0

    def row(what: str, kind: str, place: str, digits: int, most: float | None, note: str, how=median) -> None:
        values = [how(f"{kind} {program}, {place}") for program in ("chiosa", "slate", "static")]
        shown = [f"{value:.{digits}f}" if value else "–" for value in values]
        reached = "" if most is None else "yes" if values[0] <= most else "no"
        rows.append((what, *shown, note, reached))

    def worst(name: str) -> float:
        return p95(found.get(name, []))

    slate = bool(found.get("lag slate"))
    for place in PLACES:
        if place == ALONE:
            continue
        best = 0.9 * median(f"last slate, {place}") if slate and place != "1 MB, 80x24" else None
        note = "0.9 of SLATE"
        if place == "1 MB, 80x24":
            best, note = 1.2 * median("last chiosa, 3.5 kB, 80x24"), "1.2 of the short one"
        row(f"key to last byte, {place}, ms", "last", place, 1, best, note)
        most = worst(f"last slate, {place}") if slate else None
        row(f"the same, 95th percentile, {place}, ms", "last", place, 1, most, "SLATE", worst)
    for place in PLACES:
        row(f"bytes per key, {place}", "bytes", place, 0, 120, "120")
    for place, most in ("3.5 kB, 80x24", 2800), ("1 MB, 80x24", 2800), ("1 MB, 120x40", 6500):
        row(f"bytes of a new screenful, {place}", "screenful", place, 0, most, str(most))
    lags = [median(f"lag {program}") for program in ("chiosa", "slate", "static")]
    rows.append(
        ("lag after 30 keys/s for 3 s at 4 kB/s, s", *(f"{value:.1f}" if value else "–" for value in lags),
         "1, nothing lost", "yes" if lags[0] <= 1 and not median("lag lost") else "no")
    )  # fmt: skip
    hello = median("start hello")
    for what, name, most in (
        ("start to the article, ratio to hello", "3.5 kB, 80x24", 1.25),
        ("the same, 1 MB article", "1 MB, 80x24", 1.5),
        ("the same, 10,000 articles beside it", "10,000 articles", 1.25),
    ):
        ratios = [
            median(f"ratio {program}, {name}") or median(f"start {program}, {name}") / hello
            for program in ("chiosa", "slate", "static")
        ]
        shown = [f"{ratio:.2f}" if ratio else "–" for ratio in ratios]
        rows.append((what, *shown, f"{most}", "yes" if ratios[0] <= most else "no"))
    for place, most in ("3.5 kB, 80x24", 45), ("1 MB, 80x24", 60):
        row(f"memory before a pipeline is loaded, {place}, MB", "memory", place, 0, most, str(most))
    idle = median("idle bytes chiosa, 3.5 kB, 80x24")
    work = median("idle cpu chiosa, 3.5 kB, 80x24")
    rows.append(("idle, bytes/s", f"{idle:.0f}", "", "", "0", "yes" if not idle else "no"))
    rows.append(("idle, % of a core", f"{work:.2f}", "", "", "0.2", "yes" if work <= 0.2 else "no"))
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keys", type=int, default=60, help="keys in each round (default: 60)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all numbers")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        found = measure(Path(work), args.rounds, args.keys)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"{args.rounds} rounds of {args.keys} keys; medians. {machine}.\n")
    print("| what | Chiosa | SLATE 1.1.3 | one Static | to be reached | reached |\n|---|---|---|---|---|---|")
    rows = table(found)
    for row in rows:
        print("| " + " | ".join(row) + " |")
    if not SLATE:
        print("\nSLATE is not installed, so nothing is compared with it: pip install slate-nlp==1.1.3")
    if args.json:
        args.json.write_text(json.dumps({"machine": machine, "table": rows, "numbers": found}, indent=1))


if __name__ == "__main__":
    main()
