"""``python tests/benchmarks/batch.py``: suggesting for many articles, beside ``nlp.pipe`` alone.

Rates: ``chiosa suggest`` into a store, a file and a folder of shards, and the same texts through ``nlp.pipe``
(for the rules, through the rules) in as many processes, with nothing made of it; each way is a command, from
its start to its end, and they take turns. Memory: the most that the command and its processes have resident
together, for two numbers of articles, by rules, since the pipeline's processes hold the same however many
articles there are. ``--dask N`` measures one and two workers of a scheduler on this machine, on N articles;
they are there before the clock starts, and load the pipeline while it runs. What the command itself and the
scheduler compute meanwhile stays serial, however many workers there are; what the workers compute tells, also
on a machine that has other work, whether two need more than one. Tables go to stdout, with ``--json FILE``
all figures to a file.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

TESTS = Path(__file__).parent.parent
REPOSITORY = TESTS.parent
COMMAND = [sys.executable, "-m", "tui", "suggest"]
ENVIRONMENT = {**os.environ, "CHIOSA_ANNOTATOR": "Lina", "PYTHONPATH": str(REPOSITORY)}

_ALONE = """
import sys
from pathlib import Path
model, jobs, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])

def by_rules(texts):
    from annotations.batch.work import suggester_of
    return sum(len(found.spans) for found in suggester_of("rules", 1).suggest_all(texts))

if __name__ == "__main__":
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    if model == "rules":
        from multiprocessing import get_context
        with get_context("spawn").Pool(jobs) as pool:
            count = sum(pool.imap(by_rules, [texts[at : at + 8] for at in range(0, len(texts), 8)]))
    else:
        import spacy
        from annotations.suggesters import SHIPPED_FOLDER
        nlp = spacy.load(SHIPPED_FOLDER)
        count = sum(len(doc.ents) for doc in nlp.pipe(texts, n_process=jobs, batch_size=8))
    print(count)
"""


def folder_of(home: Path, count: int) -> Path:
    """So many articles, no two alike: the sample articles again and again, each with its number."""
    folder = home / f"articles-{count}"
    if not folder.exists():
        folder.mkdir(parents=True)
        texts = [path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "articles").glob("*.txt"))]
        for number in range(count):
            text = f"{texts[number % len(texts)]}\nNotizia {number}.\n"
            (folder / f"notizia-{number:06}.txt").write_text(text, encoding="utf-8")
    return folder


def ways(home: Path, folder: Path, model: str, jobs: int) -> dict[str, list[str]]:
    """The commands by their names."""
    common = [str(folder), "--model", model, "--jobs", str(jobs)]
    script = home / "alone.py"
    script.write_text(_ALONE, encoding="utf-8")
    return {
        "alone": [sys.executable, str(script), model, str(jobs), str(folder)],
        "--jsonl": [*COMMAND, *common, "--jsonl", str(home / "out.jsonl")],
        "store": [*COMMAND, *common, "--store", str(home / "store")],
        "--shards": [*COMMAND, *common, "--shards", str(home / "shards")],
    }


def clean(home: Path) -> None:
    """Remove what an earlier round has made."""
    (home / "out.jsonl").unlink(missing_ok=True)
    for name in ("store", "shards"):
        shutil.rmtree(home / name, ignore_errors=True)


def timed(command: list[str], home: Path) -> tuple[float, float]:
    """Seconds that a command takes, and those of computing that it and its processes need."""
    clean(home)
    os.sync()
    before = os.times()
    begun = time.perf_counter()
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(done.stderr)
    after = os.times()
    print(f"{seconds:.1f} s: {' '.join(command[1:])}", file=sys.stderr, flush=True)
    return seconds, sum(after[2:4]) - sum(before[2:4])


def rates(home: Path, model: str, jobs: int, count: int, rounds: int) -> dict[str, list[float]]:
    """Seconds of each way, round by round."""
    commands = ways(home, folder_of(home, count), model, jobs)
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _round in range(rounds):
        for name, command in commands.items():
            times[name].append(timed(command, home)[0])
    return times


@contextmanager
def workers(count: int) -> Iterator[tuple[str, Callable[[], tuple[float, float]]]]:
    """The address of a scheduler with so many workers, each a process of one thread.

    With it comes what tells the seconds that the scheduler and that the workers have computed.
    """
    from distributed import Client

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    scheduler = ["scheduler", "--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1]]
    running = [dask(*scheduler)]
    try:
        running += [dask("worker", address, "--nthreads", "1") for _number in range(count)]
        with Client(address, timeout=60) as client:
            client.wait_for_workers(count, timeout=60)
        yield address, lambda: (computed(running[:1]), computed(running[1:]))
    finally:
        for process in reversed(running):
            process.terminate()
            process.wait()


def computed(running: list[subprocess.Popen[bytes]]) -> float:
    """Seconds of computing of some processes and those below them."""
    times = [one.cpu_times() for process in running for one in below(process.pid)]
    return float(sum(time.user + time.system for time in times))


def dask(kind: str, *options: str) -> subprocess.Popen[bytes]:
    """Start a part of a cluster."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options, "--no-dashboard"]
    return subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def scaling(home: Path, model: str, count: int, rounds: int) -> dict[str, list[tuple[float, ...]]]:
    """Seconds of one and two workers, and of as many processes of this machine, with what they compute.

    That is: in the command, in the scheduler, in the workers; of processes all in the first.
    """
    folder = folder_of(home, count)
    times: dict[str, list[tuple[float, ...]]] = {}
    for _round in range(rounds):
        command = [*COMMAND, str(folder), "--model", model, "--jsonl", str(home / "out.jsonl")]
        for number in (1, 2):
            with workers(number) as (address, so_far):
                before = so_far()
                found = timed([*command, "--dask", address], home)
                there = [after - start for start, after in zip(before, so_far(), strict=True)]
            times.setdefault(f"--dask, workers: {number}", []).append((*found, *there))
        found = timed([*command, "--jobs", "2"], home)
        times.setdefault("--jobs 2", []).append((*found, 0.0, 0.0))
    return times


def show_scaling(times: dict[str, list[tuple[float, ...]]], count: int) -> None:
    """A table of what workers bring."""
    print("\n| way | seconds, median (all) | articles a second | by the first ", end="")
    print("| seconds of computing: command, scheduler, workers |\n|---|---|---|---|---|")
    first = 0.0
    for name, found in times.items():
        median, *busy = (statistics.median(values) for values in zip(*found, strict=True))
        first = first or median
        shown = ", ".join(f"{values[0]:.1f}" for values in found)
        print(f"| {name} | {median:.1f} ({shown}) | {count / median:.1f} | {first / median:.2f}", end="")
        print(f" | {', '.join(f'{seconds:.1f}' for seconds in busy)} |")


def below(pid: int) -> list[Any]:
    """A process and those below it."""
    top = psutil.Process(pid)
    return [top, *top.children(recursive=True)]


def resident(pid: int) -> int:
    """Bytes that a process and those below it have resident; shared pages count in each."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        for one in below(pid):
            with suppress(psutil.NoSuchProcess):
                total += one.memory_info().rss
    return total


def memory(home: Path, command: list[str]) -> dict[str, int]:
    """The most that a command has resident, and that it has without its processes."""
    clean(home)
    process = subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    most = {"all": 0, "parent": 0}
    end = threading.Event()

    def watch() -> None:
        while not end.wait(0.1):
            most["all"] = max(most["all"], resident(process.pid))
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
                most["parent"] = max(most["parent"], 1024 * int(status.split("VmHWM:")[1].split()[0]))
            except (OSError, IndexError):
                pass

    watching = threading.Thread(target=watch)
    watching.start()
    _out, err = process.communicate()
    end.set()
    watching.join()
    if process.returncode:
        raise SystemExit(err.decode())
    return most


def show_rates(found: dict[str, Any], count: int) -> None:
    """A table of rates."""
    print("| model | way | seconds, median (all) | articles a second | rate by that of the first |")
    print("|---|---|---|---|---|")
    for model, times in found.items():
        alone = statistics.median(times["alone"])
        for name, seconds in times.items():
            median = statistics.median(seconds)
            shown = ", ".join(f"{s:.1f}" for s in seconds)
            print(
                f"| {model} | {name} | {median:.1f} ({shown}) | {count / median:.1f} | {alone / median:.2f} |"
            )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=240)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--models", nargs="*", default=["it_chiosa_news", "rules"])
    parser.add_argument("--memory", type=int, nargs="*", default=[1000, 10000], metavar="ARTICLES")
    parser.add_argument("--dask", type=int, default=0, metavar="ARTICLES")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    figures: dict[str, Any] = {"cores": os.cpu_count(), "jobs": args.jobs, "articles": args.articles}
    with tempfile.TemporaryDirectory(prefix="chiosa-batch-") as name:
        home = Path(name)
        print(f"Cores: {os.cpu_count()}, processes: {args.jobs}, articles: {args.articles}.\n")
        figures["rates"] = {
            model: rates(home, model, args.jobs, args.articles, args.rounds) for model in args.models
        }
        show_rates(figures["rates"], args.articles)
        if args.dask:
            figures["scaling"] = scaling(home, "it_chiosa_news", args.dask, args.rounds)
            show_scaling(figures["scaling"], args.dask)
        figures["memory"] = {}
        if args.memory:
            print("\n| articles | way | MB, all processes | MB, the command itself |\n|---|---|---|---|")
        for count in args.memory:
            for way, command in ways(home, folder_of(home, count), "rules", args.jobs).items():
                if way == "alone":
                    continue
                most = memory(home, command)
                figures["memory"][f"{way} {count}"] = most
                print(
                    f"| {count} | {way} | {most['all'] / 1e6:.0f} | {most['parent'] / 1e6:.0f} |", flush=True
                )
    if args.json:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
