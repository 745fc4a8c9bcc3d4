"""``python tests/benchmarks/growth.py --plots DIR``: what grows with an article's length, and with a folder.

Latency and bytes of a key, the time until a decision is on disk, the start and the memory, for articles of
1 kB to 10 MB and for folders of 1 to 100,000 articles. All are to be flat or, where everything must be read
once, at most linear. A table goes to stdout, all figures with ``--json FILE`` to a file, and pictures with
``--plots DIR`` to a folder (``pip install 'chiosa[plots]'``).
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
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(Path(__file__).parent), str(TESTS), str(TESTS.parent)]

from latency_articles import REPOSITORY, Prepared, prepare  # noqa: E402
from ptys import Session  # noqa: E402

LENGTHS = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
FOLDERS = (1, 10, 100, 1_000, 10_000, 100_000)
KEYS = 25
Figures = dict[str, dict[int, float]]
WHAT = {
    "key": "key to last byte, ms",
    "bytes": "bytes per key",
    "saved": "key to decision on disk, ms",
    "start": "start to the article, ms",
    "memory": "memory, MB",
    "list": "start to the list, ms",
    "all": "start to the whole list, ms",
    "list key": "key in the list to last byte, ms",
    "list memory": "memory with the list, MB",
}


def by_length(work: Path, rounds: int, lengths: tuple[int, ...]) -> Figures:
    """What an article costs by its length in code points."""
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    articles = {length: prepare(work / str(length), length, slate=False) for length in lengths}
    for number in range(rounds):
        for length in random.Random(number).sample(lengths, len(lengths)):
            with tempfile.TemporaryDirectory(dir=work) as folder:
                one(articles[length].copy(Path(folder) / "articles"), length, found)
    return medians(found)


def one(article: Prepared, length: int, found: dict[str, dict[int, list[float]]]) -> None:
    """A desk on one article."""
    session = Session([sys.executable, "-m", "tui", article.path, "--model", "none"], folder=REPOSITORY)
    try:
        found["start"][length].append(session.wait_for("decided"))
        session.wait_for("new  ", 120)
        session.settle(0.7)
        found["memory"][length].append(session.memory())
        for _key in range(KEYS):
            reaction = session.press("N", 0.05, first=10)
            if reaction.sent:
                found["key"][length].append(reaction.last)
                found["bytes"][length].append(reaction.bytes)
        store = article.folder / ".chiosa" / "annotations" / "Lina" / f"{article.path.stem}.json"
        for key in "aaaaaa":
            session.settle(0.3)
            before, begun = store.stat().st_mtime_ns, time.perf_counter()
            session.type(key)
            while store.stat().st_mtime_ns == before and time.perf_counter() - begun < 20:
                session.pump(0.0005)
            found["saved"][length].append((time.perf_counter() - begun) * 1000)
    finally:
        session.close()


def by_folder(work: Path, rounds: int, sizes: tuple[int, ...]) -> Figures:
    """What a folder costs by how many articles it has."""
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    folders = {size: prepare(work / f"of-{size}", others=size - 1, slate=False) for size in sizes}
    for number in range(rounds):
        for size in random.Random(number).sample(sizes, len(sizes)):
            command = [sys.executable, "-m", "tui"]
            alone = Session([*command, folders[size].path, "--model", "none"], folder=REPOSITORY)
            try:
                found["start"][size].append(alone.wait_for("decided"))
            finally:
                alone.close()
            session = Session([*command, folders[size].folder, "--model", "none"], folder=REPOSITORY)
            try:
                found["list"][size].append(session.wait_for("Adnkronos"))
                found["all"][size].append(session.wait_to_show(f" {size:,} article", 300))
                session.settle(0.7)
                found["list memory"][size].append(session.memory())
                for key in "jk" * 8:
                    reaction = session.press(key, 0.05, first=5)
                    if reaction.sent:
                        found["list key"][size].append(reaction.last)
            finally:
                session.close()
    return medians(found)


def medians(found: dict[str, dict[int, list[float]]]) -> Figures:
    """The median of each row of numbers."""
    return {
        what: {at: statistics.median(values) for at, values in sorted(rows.items())}
        for what, rows in found.items()
    }


def show(title: str, figures: Figures) -> None:
    """A table."""
    sizes = sorted({size for rows in figures.values() for size in rows})
    print(f"| {title} | " + " | ".join(f"{size:,}" for size in sizes) + " |")
    print("|---" * (len(sizes) + 1) + "|")
    for what, rows in figures.items():
        cells = [f"{rows[size]:.1f}" if size in rows else "–" for size in sizes]
        print(f"| {WHAT[what]} | " + " | ".join(cells) + " |")
    print()


def plot(title: str, figures: Figures, path: Path) -> None:
    """A picture of several curves, both axes logarithmic, beside a line of what grows in proportion."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "chiosa"
    from matplotlib import pyplot

    plain, axes = pyplot.subplots(figsize=(7, 5))
    for what, rows in figures.items():
        axes.plot(list(rows), list(rows.values()), marker="o", label=WHAT[what])
    sizes = sorted({size for rows in figures.values() for size in rows})
    axes.plot(sizes, [size / sizes[-1] * 1000 for size in sizes], "k:", label="in proportion")
    axes.set(xscale="log", yscale="log", xlabel=title, ylim=(0.5, None))
    axes.grid(alpha=0.3)
    axes.legend(fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3, frameon=False)
    plain.tight_layout()
    plain.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lengths", type=int, nargs="*", default=LENGTHS)
    parser.add_argument("--folders", type=int, nargs="*", default=FOLDERS)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--plots", type=Path, metavar="DIR")
    args = parser.parse_args()
    tables: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as work:
        if args.lengths:
            tables["code points of the article"] = by_length(Path(work), args.rounds, tuple(args.lengths))
        if args.folders:
            tables["articles in the folder"] = by_folder(Path(work), args.rounds, tuple(args.folders))
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"{args.rounds} rounds; medians. {machine}.\n")
    for title, figures in tables.items():
        show(title, figures)
    if args.json:
        args.json.write_text(json.dumps({"machine": machine, **tables}, indent=1) + "\n")
    if args.plots:
        args.plots.mkdir(parents=True, exist_ok=True)
        for name, (title, figures) in zip(("length", "folder"), tables.items(), strict=False):
            plot(title, figures, args.plots / f"growth-{name}.svg")


if __name__ == "__main__":
    main()
