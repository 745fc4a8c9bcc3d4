"""The command line: contracts of output and exit status, each command run as a user runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ADNKRONOS, REPOSITORY

from annotations import edits
from annotations.article import load_article
from annotations.scheme import default_scheme
from annotations.store import Store
from tui.commands import common


def chiosa(
    *arguments: object, cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the real command, without a terminal."""
    env = {**os.environ, "CHIOSA_ANNOTATOR": "Lina", **environment}
    return subprocess.run(
        [sys.executable, "-m", "tui", *map(str, arguments)],
        capture_output=True, text=True, timeout=60, cwd=cwd, env=env, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def one_line(run: subprocess.CompletedProcess[str], status: int) -> str:
    """A failure is one clear line on stderr and nothing on stdout."""
    assert run.returncode == status, run.stderr
    assert run.stdout == ""
    (line,) = run.stderr.splitlines()
    return line


def record_is_sound(record: dict[str, Any]) -> None:
    assert set(record) == {"article", "annotator", "state", "spans", "links"}
    assert set(record["article"]) == {"id", "path", "sha256", "text", "title", "date", "agency"}
    spans = record["spans"]
    assert spans == sorted(spans, key=lambda s: (s["start"], -s["end"], s["label"]))
    ids = {s["id"] for s in spans}
    assert len(ids) == len(spans)
    for span in spans:
        assert set(span) == {"id", "start", "end", "label", "status", "origin", "score"}
        assert 0 <= span["start"] < span["end"] <= len(record["article"]["text"])
    for link in record["links"]:
        assert set(link) == {"kind", "from", "to"}
        assert link["kind"] in ("cue", "source")
        assert {link["from"], link["to"]} <= ids


@pytest.mark.parametrize(
    "command", [[], ["show"], ["suggest"], ["export"], ["formats"], ["evaluate"], ["compare"], ["next"]]
)
def test_help_has_an_example(command: list[str]) -> None:
    run = chiosa(*command, "--help")
    assert run.returncode == 0
    assert "example: chiosa" in run.stdout


def test_help_lists_the_commands() -> None:
    text = chiosa("--help").stdout
    assert all(f"chiosa {name}" in text for name in ("show", "suggest", "export", "formats"))


@pytest.mark.parametrize(
    "arguments",
    [["--nonsense"], ["show"], ["export"], ["export", "x", "--format", "none"], ["--mouse", "maybe"]],
)
def test_wrong_usage_is_status_2(arguments: list[str]) -> None:
    run = chiosa(*arguments)
    assert run.returncode == 2
    assert "usage: chiosa" in run.stderr


def test_without_a_terminal(folder: Path) -> None:
    assert "needs a terminal" in one_line(chiosa(folder), 1)


def test_wrong_paths(tmp_path: Path) -> None:
    assert "no such file or folder" in one_line(chiosa(tmp_path / "none"), 1)
    assert "no articles" in one_line(chiosa(tmp_path), 1)
    assert "no such file" in one_line(chiosa("show", tmp_path / "none.txt"), 1)
    assert "no such file" in one_line(chiosa("suggest", tmp_path / "none.txt"), 1)
    (tmp_path / "a.txt").write_bytes(b"")
    assert "is empty" in one_line(chiosa(tmp_path / "a.txt"), 1)


def test_a_model_that_is_not_installed(folder: Path) -> None:
    for arguments in ([folder], ["show", folder / f"{ADNKRONOS}.txt"], ["suggest", folder]):
        line = one_line(chiosa(*arguments, "--model", "it_core_news_xx"), 1)
        assert "it_core_news_xx" in line
    assert not (folder / ".chiosa").exists()


def test_a_store_that_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for arguments in ([folder], ["suggest", folder]):
        line = one_line(chiosa(*arguments, "--store", tmp_path / "file" / "store"), 1)
        assert "cannot be written" in line
        assert "--store" in line


def test_a_bad_scheme(folder: Path, tmp_path: Path) -> None:
    bad = tmp_path / "scheme.toml"
    bad.write_text('[[labels]]\nname = "PER"\nlayer = "persons"\nkey = "1"\n')
    assert "layer must be one of entities, quotes" in one_line(chiosa(folder, "--scheme", bad), 1)
    bad.write_text("[[labels")
    assert "is not TOML" in one_line(chiosa(folder, "--scheme", bad), 1)


def test_show_json_of_an_article_that_was_never_opened(folder: Path) -> None:
    run = chiosa("show", folder / f"{ADNKRONOS}.txt", "--json")
    assert run.returncode == 0, run.stderr
    record = json.loads(run.stdout)
    record_is_sound(record)
    assert record["state"] == "new"
    assert len(record["spans"]) > 40
    assert not (folder / ".chiosa").exists()


def test_show_tells_what_the_store_has_while_a_desk_is_open(folder: Path, store: Store) -> None:
    article = load_article(folder / f"{ADNKRONOS}.txt")
    session = store.open(article)
    start = article.text.index("Macron")
    changed, _ = edits.add(session.loaded.history.annotation, start, start + 6, "PER", default_scheme())
    session.save(session.loaded.history.apply("add", changed))
    record = json.loads(chiosa("show", article.path, "--json").stdout)
    record_is_sound(record)
    assert (record["annotator"], record["state"]) == ("Lina", "in progress")
    assert [(s["start"], s["status"], s["origin"]) for s in record["spans"]] == [
        (start, "accepted", "editor:Lina")
    ]
    run = chiosa("show", article.path)
    assert run.returncode == 0
    assert "Dopo il faccia a faccia" in run.stdout
    assert "+ PER" in run.stdout
    session.close()


def test_show_lets_no_control_character_through(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(
        "Il \x1b[2Jpresidente \x1b]52;c;aGk=\x07 \x9b31m \u202e[bold]Macron[/bold] a Parigi.".encode()
    )
    for arguments in (["show", path], ["show", path, "--model", "none"]):
        run = chiosa(*arguments, FORCE_COLOR="1")
        assert run.returncode == 0, run.stderr
        assert "\x1b[2J" not in run.stdout
        assert not {"\x07", "\x9b", "\u202e"} & set(run.stdout)
        assert "[bold]" in run.stdout
        assert "[/bold" in run.stdout
    assert json.loads(chiosa("show", path, "--json").stdout)["article"]["text"].startswith("Il \x1b[2J")


def test_suggest_fills_the_store(folder: Path, store: Store) -> None:
    (folder / "vuoto.txt").write_bytes(b"")
    run = chiosa("suggest", folder)
    assert (run.returncode, run.stdout) == (0, "")
    assert "2 articles" in run.stderr
    assert "vuoto.txt: is empty" in run.stderr
    progress = store.progress(load_article(folder / f"{ADNKRONOS}.txt"))
    assert progress is not None
    assert (progress.state, progress.decided) == ("new", 0)
    assert progress.total > 40
    before = store.path(ADNKRONOS).read_bytes()
    assert chiosa("suggest", folder).returncode == 0
    assert store.path(ADNKRONOS).read_bytes() == before, "the same suggestions keep their ids"


def test_suggest_leaves_an_open_article_alone(folder: Path, store: Store) -> None:
    session = store.open(load_article(folder / f"{ADNKRONOS}.txt"))
    run = chiosa("suggest", folder / f"{ADNKRONOS}.txt")
    session.close()
    assert run.returncode == 1
    assert "open in another desk" in run.stderr
    assert store.progress(load_article(folder / f"{ADNKRONOS}.txt")) is None


def test_suggest_jsonl_leaves_the_store_alone(folder: Path, tmp_path: Path) -> None:
    run = chiosa("suggest", folder, "--jsonl", "-")
    assert run.returncode == 0, run.stderr
    records = [json.loads(line) for line in run.stdout.splitlines()]
    assert [r["article"]["id"] for r in records] == [ADNKRONOS, "askanews-2025-09-04-lisbona"]
    for record in records:
        record_is_sound(record)
        assert {s["status"] for s in record["spans"]} == {"suggested"}
        assert record["links"]
    assert not (folder / ".chiosa").exists()
    out = tmp_path / "out.jsonl"
    assert chiosa("suggest", folder, "--jsonl", out).returncode == 0
    assert out.read_text(encoding="utf-8") == run.stdout
    assert "cannot be written" in one_line(chiosa("suggest", folder, "--jsonl", tmp_path / "no" / "x"), 1)


def test_a_spacy_pipeline_suggests(folder: Path, tmp_path: Path) -> None:
    import spacy

    nlp = spacy.blank("it")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "PER", "pattern": "Donald Trump"}])  # type: ignore[attr-defined]
    nlp.meta.update(name="prova", version="1.2.3")
    nlp.to_disk(tmp_path / "model")
    run = chiosa("suggest", folder / f"{ADNKRONOS}.txt", "--jsonl", "-", "--model", tmp_path / "model")
    assert run.returncode == 0, run.stderr
    record = json.loads(run.stdout)
    text = record["article"]["text"]
    per = [s for s in record["spans"] if s["label"] == "PER"]
    assert [text[s["start"] : s["end"]] for s in per] == ["Donald Trump"]
    assert per[0]["origin"] == "model:it_prova@1.2.3"
    assert {s["origin"] for s in record["spans"] if s["label"] == "CONTENT"} == {"rule:quotes"}


def test_formats() -> None:
    run = chiosa("formats")
    assert run.returncode == 0
    names = [line.split()[0] for line in run.stdout.splitlines()]
    assert names == sorted(names) and {"chiosa", "spacy"} <= set(names)


def test_export_and_its_refusals(folder: Path, tmp_path: Path, store: Store) -> None:
    article = load_article(folder / f"{ADNKRONOS}.txt")
    nothing = chiosa("export", tmp_path / "out", "--from", folder)
    assert nothing.returncode == 1
    assert not (tmp_path / "out").exists()
    assert chiosa("suggest", folder).returncode == 0
    for path in sorted(folder.glob("*.txt")):
        session = store.open(load_article(path))
        history = session.loaded.history
        history = history.apply("all", edits.accept_all(history.annotation, store.scheme))
        session.save(history.apply("done", edits.set_state(history.annotation, "done")))
        session.close()
    run = chiosa("export", tmp_path / "out", "--from", folder, "--format", "spacy")
    assert run.returncode == 0, run.stderr
    names = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*") if p.is_file()}
    wanted = {
        f"{task}/{name}" for task in ("ner", "spancat") for name in ("train.spacy", "dev.spacy", "config.cfg")
    }
    assert wanted | {"manifest.json", "base_it/tokenizer"} <= names
    shutil.rmtree(folder / ".chiosa" / "texts")
    store.path(article.id).write_text("{")
    broken = chiosa("export", tmp_path / "out2", "--from", folder)
    assert broken.returncode == 1
    assert "damaged" in broken.stderr
    assert not (tmp_path / "out2").exists(), "a reviewed article must not be missing in silence"


def test_default_path_is_articles_here_else_the_samples(tmp_path: Path) -> None:
    here = tmp_path / "articles"
    here.mkdir()
    (here / "vuoto.txt").write_bytes(b"")
    assert "vuoto.txt" in chiosa("suggest", cwd=tmp_path).stderr
    shutil.rmtree(here)
    records = [
        json.loads(line) for line in chiosa("suggest", "--jsonl", "-", cwd=tmp_path).stdout.splitlines()
    ]
    assert ADNKRONOS in [record["article"]["id"] for record in records]


def test_the_store_lies_beside_the_articles_but_for_installed_samples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a store is depends on the articles alone, never on the folder that one happens to be in."""
    samples = tmp_path / "site-packages" / "annotations" / "samples"
    samples.mkdir(parents=True)
    monkeypatch.setattr(common, "article_module", str(samples.parent / "article.py"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert common.store_root(samples) == tmp_path / "data" / "chiosa" / "samples" / ".chiosa"
    for folder in (tmp_path, REPOSITORY):
        monkeypatch.chdir(folder)
        assert common.store_root(REPOSITORY / "articles") == REPOSITORY / "articles" / ".chiosa"
        assert common.store_root(REPOSITORY / "articles" / "a.txt") == REPOSITORY / "articles" / ".chiosa"


def test_a_refused_start_leaves_nothing_behind(folder: Path) -> None:
    assert "needs a terminal" in one_line(chiosa(folder), 1)
    assert not (folder / ".chiosa").exists()


def test_what_is_asked_for_by_name_and_cannot_be_done_is_a_failure(folder: Path) -> None:
    (folder / "vuoto.txt").write_bytes(b"")
    assert chiosa("suggest", folder / "vuoto.txt").returncode == 1
    assert chiosa("suggest", folder).returncode == 0
    os.mkfifo(folder / "pipe.txt")
    run = chiosa("suggest", folder / "pipe.txt")
    assert run.returncode == 1
    assert "pipe.txt" in run.stderr


def test_a_file_name_that_is_not_utf8(folder: Path) -> None:
    name = os.fsdecode(b"caff\xe8.txt")
    (folder / name).write_text("Donald Trump è a Parigi.", encoding="utf-8")
    assert chiosa("suggest", folder).returncode == 0
    run = chiosa("show", folder / name, "--json")
    assert run.returncode == 0, run.stderr
    record = json.loads(run.stdout)
    assert record["article"]["id"] == "caff\\xe8"
    assert record["state"] == "new"
    assert [s["label"] for s in record["spans"]] == ["PER", "LOC"]


def test_one_name_in_two_folders_and_one_store(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    run = chiosa("suggest", folder, other, "--store", tmp_path / "store")
    assert run.returncode == 1
    assert run.stderr.count("has the same name as") == 2


def test_output_that_cannot_be_written(folder: Path) -> None:
    run = subprocess.run(
        f"{sys.executable} -m tui show {folder}/{ADNKRONOS}.txt --json > /dev/full",
        shell=True, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert "No space left" in run.stderr
    assert "Traceback" not in run.stderr


def test_an_annotator_needs_a_name(folder: Path) -> None:
    assert "--annotator" in one_line(chiosa(folder, "--annotator", "  "), 1)


def test_the_desk_imports_no_spacy() -> None:
    code = "import sys, tui.app, tui.commands.desk, annotations.suggesting; print('spacy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_annotations_never_import_tui() -> None:
    for path in (REPOSITORY / "annotations").rglob("*.py"):
        assert "from tui" not in path.read_text() and "import tui" not in path.read_text(), path


@pytest.mark.parametrize("command", ["suggest {} --jsonl -", "show {}", "show {} --json"])
def test_a_reader_that_leaves_early(folder: Path, command: str) -> None:
    article = folder / f"{ADNKRONOS}.txt"
    article.write_text(article.read_text(encoding="utf-8") * 30, encoding="utf-8")
    line = f"{sys.executable} -m tui {command.format(article)} | head -c 10"
    run = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr


def test_an_annotator_whose_name_is_not_utf8(folder: Path) -> None:
    name = os.fsdecode(b"L\xe8")
    assert chiosa("suggest", folder, "--annotator", name).returncode == 0
    record = json.loads(chiosa("show", folder / f"{ADNKRONOS}.txt", "--json", "--annotator", name).stdout)
    assert (record["annotator"], record["state"]) == ("L\\xe8", "new")
