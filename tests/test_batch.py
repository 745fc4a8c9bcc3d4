"""Suggesting for many articles: on many processes, in order, and on from where a kill stopped it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from batches import COMMAND, ENVIRONMENT, annotations, articles, begin, lines, suggest, until
from deadly import Deadly
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import alive, suggesting

from annotations import edits
from annotations.annotation import DONE
from annotations.article import Article, load_article
from annotations.batch.journal import Journal
from annotations.batch.plan import cut
from annotations.batch.processes import Processes
from annotations.batch.work import PROPOSALS
from annotations.scheme import default_scheme
from annotations.store import Store

MANY = 80
LONG = 30
"""Paragraphs of an article whose rules take long enough for a kill in the middle."""


@pytest.fixture(scope="module")
def long_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles that two processes work on for a second or two."""
    return articles(tmp_path_factory.mktemp("batch") / "articles", MANY, LONG)


@pytest.fixture(scope="module")
def expected(long_folder: Path) -> bytes:
    """The file of an undisturbed run in one process."""
    out = long_folder.parent / "expected.jsonl"
    suggest(long_folder, "--jsonl", out, "--jobs", 1)
    return out.read_bytes()


def test_two_processes_make_what_one_makes_in_the_same_order(
    long_folder: Path, tmp_path: Path, expected: bytes
) -> None:
    names = [json.loads(line)["article"]["id"] for line in expected.splitlines()]
    assert names == [f"notizia-{number:03}" for number in range(MANY)]
    suggest(long_folder, "--jsonl", tmp_path / "two.jsonl", "--jobs", 2)
    assert (tmp_path / "two.jsonl").read_bytes() == expected
    assert suggest(long_folder, "--jsonl", "-", "--jobs", 2).stdout.encode() == expected
    assert not list(tmp_path.glob("*.part"))


def test_a_kill_costs_no_line(long_folder: Path, tmp_path: Path, expected: bytes) -> None:
    out, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    for wanted in (8, 24):
        process = begin(long_folder, "--jsonl", out, "--jobs", 2)
        until(lambda wanted=wanted: lines(part) > wanted, process)  # type: ignore[misc]
        workers = suggesting(process.pid)
        process.kill()
        process.communicate()
        until(lambda workers=workers: not alive(workers))  # type: ignore[misc]
        assert not out.exists()
        with part.open("ab") as torn:
            torn.write(b'{"article": {"id": "notizia-0')
    run = suggest(long_folder, "--jsonl", out, "--jobs", 2)
    assert "done, and stay" in run.stderr
    assert out.read_bytes() == expected
    assert not part.exists()


def test_ctrl_c_and_sigterm_end_it_at_once_and_keep_what_is_done(
    long_folder: Path, tmp_path: Path, expected: bytes
) -> None:
    out, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        before = lines(part)
        process = begin(long_folder, "--jsonl", out, "--jobs", 2)
        until(lambda before=before: lines(part) > before, process)  # type: ignore[misc]
        workers = suggesting(process.pid)
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        _out, err = process.communicate(timeout=10)
        assert process.returncode == status, err
        assert f"what is done is in {part}" in err and "Traceback" not in err
        assert len(workers) == 2 and not alive(workers)
    suggest(long_folder, "--jsonl", out)
    assert out.read_bytes() == expected


def test_a_part_of_another_model_is_not_taken(tmp_path: Path) -> None:
    folder, out = articles(tmp_path / "a", 3), tmp_path / "out.jsonl"
    suggest(folder, "--jsonl", out)
    made = out.read_bytes()
    part = tmp_path / "out.jsonl.part"
    line = made.splitlines(keepends=True)[0].replace(b"Rossi", b"Verdi")
    part.write_bytes(b'{"made_by": "other@1, chiosa 0, labels 0, annotator Lina"}\n' + line)
    assert "begun anew" in suggest(folder, "--jsonl", out).stderr
    assert out.read_bytes() == made


def test_two_runs_do_not_write_one_part(tmp_path: Path) -> None:
    folder, out = articles(tmp_path / "a", 1), tmp_path / "out.jsonl"
    with (tmp_path / "out.jsonl.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "another chiosa suggest writes it" in suggest(folder, "--jsonl", out, status=1).stderr


def test_a_special_file_gets_lines_as_they_come(tmp_path: Path) -> None:
    folder, fifo = articles(tmp_path / "a", 3), tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE)
    suggest(folder, "--jsonl", fifo)
    assert reader.communicate()[0].count(b"\n") == 3
    assert fifo.is_fifo()


_TEXTS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True)


@settings(max_examples=60, deadline=None)
@given(_TEXTS, st.data())
def test_a_part_that_is_cut_anywhere_becomes_the_same_file(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    known = [Article(text, Path(f"{text}.txt"), text * 3, text) for text in texts]

    def line(article: Article) -> str:
        about = {"id": article.id, "path": str(article.path), "sha256": article.sha256}
        return json.dumps({"article": about, "words": article.text})

    def run(path: Path, order: list[Article], end: bool) -> None:
        journal = Journal(path, "m@1")
        missing = [article for article in known if not journal.ask(article)]
        for article in sorted(missing, key=order.index):
            journal.add(article, line(article))
        if end:
            journal.finish()
        journal.close()

    out = folder / "out.jsonl"
    for _time in range(2):
        run(out, data.draw(st.permutations(known)), False)
        part = folder / "out.jsonl.part"
        raw = part.read_bytes()
        part.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    run(out, known, True)
    assert out.read_text() == "".join(f"{line(article)}\n" for article in known)
    assert [path.name for path in folder.iterdir()] == ["out.jsonl"]


# ---- processes ----------------------------------------------------------------------------------------


def test_a_worker_that_is_killed_costs_a_retry(long_folder: Path, tmp_path: Path, expected: bytes) -> None:
    out, part = tmp_path / "out.jsonl", tmp_path / "out.jsonl.part"
    process = begin(long_folder, "--jsonl", out, "--jobs", 2)
    until(lambda: lines(part) > 4, process)
    os.kill(suggesting(process.pid)[0], signal.SIGKILL)
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert out.read_bytes() == expected


def test_an_article_that_kills_twice_is_given_up_and_the_others_are_done(tmp_path: Path) -> None:
    names = ["a", "deadly-once", "b", "deadly", "c", "d"]
    known = [Article(name, Path(f"{name}.txt"), "Mario Rossi è a Roma.", name) for name in names]
    task = Deadly("rules", PROPOSALS, "Lina", default_scheme(), 1, tmp_path)
    with Processes("rules", 2) as processes:
        answers = list(processes.run(cut(((tmp_path, article) for article in known), "x", 1), task))
    results = {
        article.id: result
        for shard, answer in answers
        for article, result in zip(shard.articles, answer.results, strict=True)
    }
    assert list(results) == names
    assert [name for name in names if results[name].error] == ["deadly"]
    assert "died twice (signal 9)" in results["deadly"].error
    assert all(results[name].proposal["spans"] for name in names if name != "deadly")  # type: ignore[index]


def test_no_more_shards_are_taken_than_the_processes_can_hold(tmp_path: Path) -> None:
    taken = 0

    def endless():  # type: ignore[no-untyped-def]
        nonlocal taken
        while True:
            taken += 1
            yield tmp_path, Article(f"a{taken}", Path("a.txt"), "Roma.", "a")

    task = Deadly("rules", PROPOSALS, "Lina", default_scheme(), 1, tmp_path)
    with Processes("rules", 2) as processes:
        coming = processes.run(cut(endless(), "x", 1), task)
        for _shard in range(20):
            next(coming)
        assert taken <= 20 * 2 + 2 * 4 * 2


# ---- the store ----------------------------------------------------------------------------------------


def test_a_killed_run_goes_on_where_the_store_is(long_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(long_folder, tmp_path / "a")
    process = begin(folder, "--jobs", 2)
    until(lambda: (folder / ".chiosa").exists() and len(annotations(folder)) > 6, process)
    process.kill()
    process.communicate()
    there = len(annotations(folder))
    run = suggest(folder, "--jobs", 2)
    assert f"{MANY - there} articles" in run.stderr
    assert f"{there} had their suggestions already" in run.stderr
    whole = shutil.copytree(long_folder, tmp_path / "whole")
    suggest(whole, "--jobs", 1)
    assert annotations(folder) == annotations(whole)


def test_what_an_editor_did_since_is_no_reason_to_suggest_again_but_a_new_text_is(tmp_path: Path) -> None:
    folder = articles(tmp_path / "a", 3)
    suggest(folder)
    store = Store(folder / ".chiosa", "Lina", default_scheme())
    session = store.open(load_article(folder / "notizia-001.txt"))
    history = session.loaded.history
    session.save(history.apply("all", edits.accept_all(history.annotation, store.scheme)))
    session.close()
    kept = store.path("notizia-001").read_bytes()
    new = folder / "notizia-002.txt"
    new.write_text(new.read_text(encoding="utf-8") + "Anna Bianchi è a Torino.\n", encoding="utf-8")
    run = suggest(folder)
    assert "1 article, " in run.stderr and "2 had their suggestions already" in run.stderr
    assert store.path("notizia-001").read_bytes() == kept
    assert any(
        s["label"] == "PER" and s["start"] > 80 for s in annotations(folder)["notizia-002"]["1"]["spans"]
    )
    assert "3 articles" in suggest(folder, "--again").stderr
    assert {s["status"] for s in annotations(folder)["notizia-001"]["1"]["spans"]} == {"accepted"}


def test_articles_that_are_done_are_not_read_again(tmp_path: Path) -> None:
    folder = articles(tmp_path / "a", 2)
    store = Store(folder / ".chiosa", "Lina", default_scheme())
    session = store.open(load_article(folder / "notizia-001.txt"))
    history = session.loaded.history
    session.save(history.apply("done", edits.set_state(history.annotation, DONE)))
    session.close()
    kept = store.path("notizia-001").read_bytes()
    for options in ([], ["--again"]):
        assert "1 is done and stays as it is" in suggest(folder, *options).stderr
        assert store.path("notizia-001").read_bytes() == kept


@pytest.mark.parametrize("jobs", ["0", "two", "-1", "5000"])
def test_a_wrong_number_of_processes(tmp_path: Path, jobs: str) -> None:
    assert "--jobs" in suggest(tmp_path, "--jobs", jobs, status=2).stderr


# ---- shards -------------------------------------------------------------------------------------------


def test_an_export_reads_shards_that_a_killed_run_has_left_and_the_newest_text_of_each_article(
    tmp_path: Path,
) -> None:
    folder, shards = articles(tmp_path / "a", 12), tmp_path / "shards"

    def export(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND[:-1], "export", tmp_path / "exported", "--from", shards, "--format", name, "--partial"],
            capture_output=True, text=True, check=False, timeout=60, env=ENVIRONMENT,
        )  # fmt: skip

    def exported() -> dict[str, str]:
        out, run = tmp_path / "exported", export("chiosa")
        assert run.returncode == 0, run.stderr
        records = [json.loads(line)["article"] for line in (out / "annotations.jsonl").open()]
        found = {record["id"]: record["text"] for record in records}
        assert len(found) == len(records), "each once"
        shutil.rmtree(out)
        return found

    suggest(folder, "--shards", shards)
    manifest = json.loads((shards / "manifest.json").read_text())
    (shards / "manifest.json").write_text(json.dumps(manifest | {"shards": {}}))
    assert len(exported()) == 12
    new = folder / "notizia-003.txt"
    new.write_text("Anna Bianchi è a Torino.\n", encoding="utf-8")
    told = suggest(new, "--shards", shards).stderr
    stay = sorted(file.stem for file in shards.glob("*.spacy") if f"{file.stem}.*" in told)
    assert "not among these" in told and len(stay) == len(list(shards.glob("*.spacy"))) - 1
    texts = exported()
    assert len(texts) == 12 and texts["notizia-003"] == "Anna Bianchi è a Torino.\n"
    refused = export("spacy")
    assert refused.returncode == 1 and "--format" in refused.stderr and "label-studio" in refused.stderr


# ---- the plan -----------------------------------------------------------------------------------------


def shards(names: list[str], mean: int) -> dict[str, list[str]]:
    known = ((Path(), Article(name, Path(), name, name)) for name in names)
    return {shard.id: [a.id for a in shard.articles] for shard in cut(known, "m@1", mean)}


@given(st.lists(st.text(min_size=1), unique=True, max_size=200), st.integers(1, 20))
def test_each_article_is_in_one_shard(names: list[str], mean: int) -> None:
    found = shards(names, mean)
    assert [name for some in found.values() for name in some] == names
    assert all(1 <= len(some) <= 2 * mean for some in found.values())


def test_a_new_article_changes_few_shards() -> None:
    names = [f"notizia-{number:04}" for number in range(600)]
    before = shards(names, 8)
    assert len(before) > 60
    for at in range(0, 601, 50):
        after = shards([*names[:at], "nuova", *names[at:]], 8)
        assert len(before.keys() - after.keys()) <= 4
