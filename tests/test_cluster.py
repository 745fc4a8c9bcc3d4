"""Suggesting on a Dask cluster: a scheduler and workers as real processes, one of which is killed."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from batches import ENVIRONMENT, annotations, articles, begin, lines, suggest, until
from deadly import Deadly
from processes import of_group, suggesting

from annotations import __version__
from annotations.article import Article
from annotations.batch import cluster
from annotations.batch.cluster import LOCAL, Cluster
from annotations.batch.outlets import Tally, ToShards
from annotations.batch.plan import cut
from annotations.batch.shards import ShardsFolder
from annotations.batch.work import FILES
from annotations.errors import ChiosaError
from annotations.scheme import default_scheme

distributed = pytest.importorskip("distributed")

MANY, LONG = 40, 30
QUIET = ["--no-dashboard"]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """A client that Dask could not connect closes when it is collected, and hangs if another starts then."""
    yield
    gc.collect()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a scheduler or a worker."""
    running: list[subprocess.Popen[bytes]] = []

    def begin_dask(kind: str, *options: object, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *map(str, options), *QUIET]
        running.append(
            subprocess.Popen(
                command,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **environment},
            )
        )
        return running[-1]

    yield begin_dask
    for process in running:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


@pytest.fixture
def address(start: Start) -> str:
    """That of a scheduler."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start("scheduler", "--host", "127.0.0.1", "--port", port)

    def answers() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    until(answers)
    return f"tcp://127.0.0.1:{port}"


def worker(start: Start, address: str, name: str, **environment: str) -> subprocess.Popen[bytes]:
    return start("worker", address, "--nthreads", 1, "--no-nanny", "--name", name, **environment)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return articles(tmp_path_factory.mktemp("cluster") / "articles", MANY, LONG)


@pytest.fixture(scope="module")
def expected(folder: Path) -> bytes:
    """The file of one process."""
    out = folder.parent / "expected.jsonl"
    suggest(folder, "--jsonl", out, "--jobs", 1)
    return out.read_bytes()


def test_a_worker_that_is_killed_costs_a_retry_and_no_more(
    start: Start, address: str, folder: Path, expected: bytes, tmp_path: Path
) -> None:
    workers = [worker(start, address, name) for name in ("one", "two")]
    out = tmp_path / "out.jsonl"
    run = begin(folder, "--dask", address, "--jsonl", out)
    until(lambda: lines(tmp_path / "out.jsonl.part") >= 6, run)
    workers[1].send_signal(signal.SIGKILL)
    said = run.communicate(timeout=60)[1]
    assert run.returncode == 0, said
    assert out.read_bytes() == expected, "article by article, each once, in their order"
    assert "distributed" not in said and "Traceback" not in said
    assert workers[0].poll() is None


def test_shards_are_written_once_and_both_kinds_of_file_are_read(
    start: Start, address: str, tmp_path: Path
) -> None:
    worker(start, address, "one")
    folder = articles(tmp_path / "articles", 24)
    shards = tmp_path / "shards"
    suggest(folder, "--dask", address, "--shards", shards)
    written = {
        path.name: path.stat().st_mtime_ns for path in shards.iterdir() if path.name != "manifest.json"
    }
    assert len(written) >= 2 and {Path(name).suffix for name in written} == {".jsonl", ".spacy"}
    again = suggest(folder, "--jobs", 2, "--shards", shards)
    assert "24 had their suggestions already" in again.stderr
    assert {name: (shards / name).stat().st_mtime_ns for name in written} == written
    suggest(folder, "--jobs", 1)
    in_the_store = annotations(folder)
    for name, options in ("chiosa", ["--format", "chiosa"]), ("spacy", ["--format", "spacy"]):
        copy = articles(tmp_path / name, 24)
        run = subprocess.run(
            [sys.executable, "-m", "tui", "import", shards, *options, "--into", copy],
            capture_output=True, text=True, check=False, timeout=60, env=ENVIRONMENT,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        found = annotations(copy)
        assert found.keys() == in_the_store.keys()
        for article, table in found.items():
            assert _spans(table) == _spans(in_the_store[article])
    exported = tmp_path / "exported"
    command = [sys.executable, "-m", "tui", "export", exported, "--from", shards, "--format", "chiosa"]
    run = subprocess.run(
        [*command, "--partial"], capture_output=True, text=True, check=False, timeout=60, env=ENVIRONMENT
    )
    assert run.returncode == 0, run.stderr
    made = [json.loads(line) for line in (exported / "annotations.jsonl").read_text().splitlines()]
    assert [record["article"]["id"] for record in made] == list(in_the_store)
    assert sum(len(record["spans"]) for record in made) == sum(
        len(table["1"]["spans"]) for table in in_the_store.values()
    )


def _spans(table: dict[str, dict[str, list[dict[str, object]]]]) -> list[tuple[object, ...]]:
    return sorted((s["start"], s["end"], s["label"], s["status"]) for s in table["1"]["spans"])


@pytest.fixture
def other_version(tmp_path: Path) -> dict[str, str]:
    """An environment in which Chiosa is another version."""
    home = tmp_path / "other"
    home.mkdir()
    (home / "sitecustomize.py").write_text("import annotations\nannotations.__version__ = '0.0.1'\n")
    return {"PYTHONPATH": f"{home}{os.pathsep}{Path(__file__).parent.parent}"}


def test_a_worker_with_another_version_is_refused(
    start: Start, address: str, folder: Path, tmp_path: Path, other_version: dict[str, str]
) -> None:
    worker(start, address, "old", **other_version)
    run = suggest(folder, "--dask", address, "--jsonl", tmp_path / "out.jsonl", status=1)
    assert "chiosa 0.0.1" in run.stderr and f"chiosa {__version__}" in run.stderr
    assert not (tmp_path / "out.jsonl").exists()


def test_so_is_one_that_joins_late_and_what_is_done_is_kept(
    start: Start, address: str, folder: Path, tmp_path: Path, other_version: dict[str, str]
) -> None:
    first = worker(start, address, "one")
    part = tmp_path / "out.jsonl.part"
    run = begin(folder, "--dask", address, "--jsonl", tmp_path / "out.jsonl")
    until(lambda: lines(part) >= 3, run)
    first.send_signal(signal.SIGSTOP)  # else it has done all before the other is there
    worker(start, address, "old", **other_version)
    with distributed.Client(address) as client:
        client.wait_for_workers(2, timeout=30)
    first.send_signal(signal.SIGCONT)
    said = run.communicate(timeout=60)[1]
    assert run.returncode == 1 and "tcp://127.0.0.1:" in said and "chiosa 0.0.1" in said, said
    assert "Traceback" not in said and lines(part) >= 3


def test_nobody_answers(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with pytest.raises(ChiosaError, match="no workers"):
        Cluster(address, "rules", 2)
    for nowhere in ("tcp://127.0.0.1:1", "foo", "http://127.0.0.1:1", "tls://127.0.0.1:1"):
        with pytest.raises(ChiosaError, match="no Dask scheduler answers there"):
            Cluster(nowhere, "rules", 2)


def test_without_dask_it_is_said_how_to_get_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "distributed.py").write_text("raise ImportError\n")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(__file__).parent.parent}"}
    run = subprocess.run(
        [sys.executable, "-m", "tui", "suggest", folder, "--dask", "local", "--model", "rules"],
        capture_output=True, text=True, check=False, timeout=60, env=environment,
    )  # fmt: skip
    assert run.returncode == 1 and "chiosa[dask]" in run.stderr


def test_a_cluster_of_this_machine_fills_the_store(tmp_path: Path) -> None:
    few = articles(tmp_path / "few", 6)
    suggest(few, "--dask", "local", "--jobs", 2)
    there = annotations(few)
    assert len(there) == 6 and all(json.dumps(table).count('"suggested"') > 2 for table in there.values())


@pytest.mark.parametrize(("wanted", "number", "status"), [(0, signal.SIGTERM, 143), (6, signal.SIGINT, 130)])
def test_a_signal_ends_a_cluster_of_this_machine_without_a_word_of_its_own(
    wanted: int, number: int, status: int, folder: Path, tmp_path: Path
) -> None:
    part = tmp_path / "out.jsonl.part"
    run = begin(folder, "--dask", "local", "--jobs", 2, "--jsonl", tmp_path / "out.jsonl")
    until(lambda: lines(part) >= wanted and len(suggesting(run.pid)) == 2, run)
    os.killpg(run.pid, number) if number == signal.SIGINT else run.send_signal(number)
    said = run.communicate(timeout=30)[1]
    assert run.returncode == status
    assert [line for line in said.splitlines() if not line.startswith("chiosa: stopped; ")] == []
    assert wanted == 0 or f"what is done is in {part}" in said
    until(lambda: not of_group(run.pid))


def test_a_shard_that_kills_its_workers_is_given_up_and_leaves_no_files(tmp_path: Path) -> None:
    import dask

    said: list[str] = []
    shards = ShardsFolder(tmp_path / "shards", "x", "x")
    outlet = ToShards(Tally(said.append), shards, again=False)
    task = Deadly("rules", FILES, "Lina", default_scheme(), 1, tmp_path)
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}), Cluster(LOCAL, "rules", 1) as few:
        for name in ("deadly", "fine"):
            article = Article(name, Path(f"{name}.txt"), "Mario Rossi è a Roma.", name)
            for shard, answer in few.run(cut([(tmp_path, article)], "x", 1), task):
                outlet.take(shard, answer)
    assert len(said) == 1 and said[0].startswith("deadly.txt: not done, since the workers that read it died")
    assert (outlet.tally.failed, outlet.tally.done) == (1, 1)
    written = {path.suffix for path in shards.root.iterdir() if path.name != "manifest.json"}
    assert written == {".jsonl", ".spacy"} and len(list(shards.root.iterdir())) == 3
