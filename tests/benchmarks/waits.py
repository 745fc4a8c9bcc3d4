"""``python tests/benchmarks/waits.py``: how long a key waits while something else goes on.

Keys are typed at random moments, 40 to 90 ms apart, whether or not the last was answered, and each is timed
to the first and to the last byte of its answer: while spaCy is imported and the pipeline loads, while
suggestions are computed, while each key is saved, and while a folder of 10,000 articles is read. Beside each
stand the same keys with nothing else going on.

What the machine does meanwhile is told by an echo program that works as long for a key as the desk does, and
is sent keys between the desk's; and by the kernel, which counts how long the desk's own thread was ready to
run and was not let. The figure to hold against 50 ms is the 99th percentile without that time.

What is printed is a table, and with ``--json FILE`` all numbers are kept.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import select
import statistics
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path[:0] = [str(Path(__file__).parent), str(TESTS), str(TESTS.parent)]

from latency_articles import MARKER, REPOSITORY, SAMPLE, Prepared, prepare  # noqa: E402
from ptys import Session  # noqa: E402

LEAST, MOST = 0.04, 0.09
"""Seconds from key to key."""
GAP = 0.02
"""Seconds of silence after which an answer is over."""
LIMIT = 50.0
"""Milliseconds that a key may wait at the 99th percentile."""
MANY = 10_000
ECHO = """
import os, sys, time, tty
tty.setraw(0)
os.write(1, b"ready")
while key := os.read(0, 1):
    end = time.thread_time() + float(sys.argv[1]) / 1000
    while time.thread_time() < end:
        pass
    os.write(1, key)
"""
WORK = 4.0
"""Milliseconds for which the echo works: about what the desk does for a key."""
SECONDS = 6.0


@dataclass(frozen=True, slots=True)
class Waited:
    """A key: when it was typed (s, by one clock), and the ms to the first and the last byte of its answer.

    ``machine`` are those of these ms in which the desk's main thread was ready to run and was not let;
    ``answered`` is false for a key that nothing followed.
    """

    key: str
    at: float
    first: float
    last: float
    machine: float
    answered: bool = True


class Typist:
    """Types keys at random moments into a desk and, between them, into an echo."""

    def __init__(self, session: Session, echo: Session, seed: int) -> None:
        self.session = session
        self.echo = echo
        self._random = random.Random(seed)
        self._looks: list[tuple[float, float]] = []

    def type(self, keys: Iterator[str], seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Type for so long, or until something has come about; what came of it is told by `waited`."""
        self.typed: list[tuple[str, float]] = []
        self.echoed: list[float] = []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end and not until():
            self._wait(self._random.uniform(LEAST, MOST) / 2)
            self.echoed.append(time.perf_counter())
            self.echo.type("x")
            self._wait(self._random.uniform(LEAST, MOST) / 2)
            key = next(keys)
            if not key:
                self._wait(0.2)
                continue
            self._look()
            self.typed.append((key, time.perf_counter()))
            self.session.type(key)
        self._wait(0.7)

    def waited(self) -> list[Waited]:
        """What became of each key."""
        return [self._answer(self.session, key, at, machine=True) for key, at in self.typed]

    def echoes(self) -> list[Waited]:
        """What became of each key in the echo."""
        return [self._answer(self.echo, "x", at) for at in self.echoed]

    def _wait(self, seconds: float) -> None:
        """Read what comes from both."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            ready = select.select([self.session.fd, self.echo.fd], [], [], left)[0]
            for one in (self.session, self.echo):
                if one.fd in ready:
                    one.pump(0.0)
                    if one is self.session:
                        self._look()

    def _look(self) -> None:
        """How long the desk's thread has waited for the machine so far, ms."""
        with suppress(OSError):
            waiting = (
                Path(f"/proc/{self.session.pid}/task/{self.session.pid}/schedstat").read_text().split()[1]
            )
            self._looks.append((time.perf_counter(), int(waiting) / 1e6))

    def _answer(self, session: Session, key: str, at: float, machine: bool = False) -> Waited:
        times = [when for when, _sent in session.times]
        first = bisect_right(times, at)
        if first == len(times):
            return Waited(key, at, 0.0, 0.0, 0.0, answered=False)
        last = first
        while last + 1 < len(times) and times[last + 1] - times[last] < GAP:
            last += 1
        return Waited(
            key, at, (times[first] - at) * 1000, (times[last] - at) * 1000,
            self._held(at, times[last]) if machine else 0.0,
        )  # fmt: skip

    def _held(self, start: float, end: float) -> float:
        whens = [when for when, _waiting in self._looks]
        before = max(0, bisect_right(whens, start) - 1)
        after = min(len(whens) - 1, bisect_left(whens, end))
        return max(0.0, self._looks[after][1] - self._looks[before][1]) if self._looks else 0.0


def over(*keys: str) -> Iterator[str]:
    """These keys again and again."""
    while True:
        yield from keys


@contextmanager
def running(command: list[str | Path], folder: Path = REPOSITORY) -> Iterator[Session]:
    """A program on a terminal."""
    session = Session(command, folder=folder)
    try:
        yield session
    finally:
        session.close()


def desk(path: Path, *more: str) -> list[str | Path]:
    """The command that opens the desk."""
    return [sys.executable, "-m", "tui", path, *more]


class Bench:
    """Runs each scene and keeps what it has found, by the scene's name."""

    def __init__(self, work: Path, seconds: float) -> None:
        self.work = work
        self.seconds = seconds
        self.found: dict[str, list[Waited]] = defaultdict(list)
        self.echoed: dict[str, list[Waited]] = defaultdict(list)
        self._seed = 0
        self._number = 0

    @contextmanager
    def anew(self, article: Prepared) -> Iterator[Prepared]:
        """A copy that nothing was decided in yet."""
        self._number += 1
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            yield article.copy(Path(folder) / "articles")

    def type(
        self,
        scene: str,
        session: Session,
        keys: Iterator[str],
        seconds: float | None = None,
        until: Callable[[], bool] = lambda: False,
        apart: str = "",
    ) -> None:
        """Type into a desk and keep what became of it under the scene's name, of one key ``apart``."""
        self._seed += 1
        with running([sys.executable, "-c", ECHO, str(WORK)]) as echo:
            while b"ready" not in echo.output:  # the desk waits meanwhile for answers of its terminal
                echo.pump(0.005)
                session.pump(0.005)
            session.settle(0.05)
            typist = Typist(session, echo, self._seed)
            typist.type(keys, seconds or self.seconds, until)
        for one in typist.waited():
            self.found[f"{scene}, {apart}" if apart and one.key == apart else scene].append(one)
        self.echoed[scene] += typist.echoes()
        if apart:
            self.echoed[f"{scene}, {apart}"] += typist.echoes()

    # ---- the scenes ----------------------------------------------------------------------------------

    def loading(self, article: Prepared) -> None:
        """The first seconds of a desk, with the pipeline that comes along and without one."""
        for scene, *more in ("a start, pipeline loads",), ("a start, quiet", "--model", "none"):
            with self.anew(article) as copy, running(desk(copy.path, *more)) as session:
                session.wait_for(MARKER)
                self.type(scene, session, over("N"))

    def suggesting(self, article: Prepared) -> None:
        """While the pipeline reads a long article, and after its proposals have come."""
        with self.anew(article) as copy, running(desk(copy.path)) as session:
            session.wait_for(MARKER)
            since = len(session.output)
            seen = [since]

            def come() -> bool:
                at = session.output.find(b"it_chiosa", seen[0])
                return at >= 0

            store = copy.folder / ".chiosa" / "annotations" / "Lina" / f"{copy.path.stem}.json"
            before = store.stat().st_mtime_ns
            self.type(
                "b suggesting, 100 kB", session, over("N"), 40,
                until=lambda: come() or store.stat().st_mtime_ns != before,
            )  # fmt: skip
            session.settle(0.7)
            self.type("b suggesting, quiet", session, over("N"))

    def one_after_another(self) -> None:
        """Articles without suggestions, each left as soon as it is there."""
        once = SAMPLE.read_text(encoding="utf-8")
        for scene, *more in (
            ("b article after article",),
            ("b article after article, quiet", "--model", "none"),
        ):
            with tempfile.TemporaryDirectory(dir=self.work) as folder:
                for number in range(80):
                    (Path(folder) / f"a{number:03}.txt").write_text(once + f"\nNumero {number}.\n")
                with running(desk(Path(folder), *more)) as session:
                    session.wait_for("80 articles")
                    session.settle(0.3 if more else 3.0)
                    session.type("\r")
                    session.settle(0.3)
                    # the first d asks, the second leads to the next article, which takes its time
                    self.type(scene, session, over(*"jjjjkjjkdd", ""), apart="d")

    def saving(self, name: str, article: Prepared) -> None:
        """Decisions that are saved one after another, and steps that change nothing."""
        with self.anew(article) as copy, running(desk(copy.path, "--model", "none")) as session:
            session.wait_for(MARKER)
            session.settle(1.0)
            if article.spans > 1000:
                session.settle(1.0)
            self.type(f"c {name} spans, quiet", session, over("N"))
            self.type(f"c {name} spans, a and u saved", session, over(*"aaaaaaauuuu"))
            session.settle(1.0)

    def reading(self, folder: Path, kind: str) -> None:
        """The list while the folder is read, and when it has been."""
        with running(desk(folder, "--model", "none")) as session:
            session.wait_for("Chiosa")
            session.wait_for("200 articles")
            self.type(
                f"d {MANY:,} articles read, {kind}", session, over(*"jjj", "\x1b[6~", *"k", "G", "g"), 20,
                until=lambda: session.shows(f"{MANY + 1:,}"),
            )  # fmt: skip
            if kind == "cold":  # what was read from disk for the first time is not of interest
                return
            session.settle(1.0)
            self.type("d the list, quiet", session, over(*"jjj", "\x1b[6~", *"k", "G", "g"))
            session.type("/")
            self.type("d the list, filter", session, over(*"roma", *"\x7f" * 4))
            session.type("\x1b")
            session.settle(0.5)
            self.type("d the list, order", session, over("o", "O"))


def percentile(values: list[float], part: float) -> float:
    """By the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


def table(found: dict[str, list[Waited]], echoed: dict[str, list[Waited]]) -> list[tuple[str, ...]]:
    """A row for each scene."""
    rows = []
    for scene in sorted(found):
        keys = [one for one in found[scene] if one.answered]
        last = [one.last for one in keys]
        own = [one.last - one.machine for one in keys]
        echo = [one.last for one in echoed[scene] if one.answered]
        numbers = [
            statistics.median(one.first for one in keys), *(percentile(last, p) for p in (0.5, 0.95, 0.99)),
            max(last), percentile(echo, 0.5), percentile(echo, 0.99), percentile(own, 0.99),
        ]  # fmt: skip
        reached = "yes" if percentile(own, 0.99) < LIMIT else "no"
        unanswered = len(found[scene]) - len(keys)
        rows.append(
            (
                scene,
                f"{len(keys)}" + (f" ({unanswered} without answer)" if unanswered else ""),
                *(f"{number:.1f}" for number in numbers),
                reached,
            )
        )
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of keys in each scene and round")
    parser.add_argument("--only", default="abcd", help="the scenes by their first letters (default: abcd)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all numbers")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        bench = Bench(Path(work), args.seconds)
        short = prepare(Path(work) / "short")
        longer = prepare(Path(work) / "longer", 100_000)
        sizes = {"74": short, "5,000": prepare(Path(work) / "5000", 238_000)}
        if "c" in args.only:
            sizes["50,000"] = prepare(Path(work) / "50000", 2_380_000)
        many = prepare(Path(work) / "many", others=MANY) if "d" in args.only else short
        for number in range(args.rounds):
            print(f"round {number + 1}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
            if "a" in args.only:
                bench.loading(short)
            if "b" in args.only:
                bench.suggesting(longer)
                bench.one_after_another()
            if "c" in args.only:
                for name, article in sizes.items():
                    bench.saving(name, article)
            if "d" in args.only:
                bench.reading(many.folder, "cold" if number == 0 and _dropped() else "warm")
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"{args.rounds} rounds, load average {os.getloadavg()[1]:.1f}; milliseconds. {machine}.\n")
    print(
        "| while | keys | first byte p50 | last p50 | p95 | p99 | max | echo p50 | echo p99 | "
        "p99 without the machine's | < 50 |\n|" + "---|" * 11
    )
    rows = table(bench.found, bench.echoed)
    for row in rows:
        print("| " + " | ".join(row) + " |")
    if args.json:
        kept = {
            kind: {scene: [asdict(one) for one in each] for scene, each in of.items()}
            for kind, of in (("keys", bench.found), ("echo", bench.echoed))
        }
        args.json.write_text(json.dumps({"machine": machine, "table": rows, **kept}, indent=1))


def _dropped() -> bool:
    """Have the kernel forget what it has read of files, where that may be done."""
    os.sync()
    with suppress(OSError):
        Path("/proc/sys/vm/drop_caches").write_text("3")
        return True
    return False


if __name__ == "__main__":
    main()
