"""``chiosa train`` on a store of generated articles: what it makes, says, keeps and leaves alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from test_spacy_train import review, spacy_command

from annotations.annotation import ACCEPTED, DONE, Annotation, Span
from annotations.article import load_article
from annotations.formats.spacy_config import make_config
from annotations.history import History
from annotations.scheme import default_scheme
from annotations.store import Store
from annotations.suggesters import SHIPPED, load_suggester, model_of_store
from annotations.training.models import Models

pytestmark = pytest.mark.train

WORKS = ["«La grande estate»", "«Il mare d'inverno»", "«Notti bianche»", "«Cuore di pietra»", "«Vita nuova»"]


def command(*arguments: str | Path, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "tui", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, timeout=timeout)


def filled(folder: Path, count: int) -> Path:
    """A folder with reviewed articles; every 21st is in progress, beginning with the first."""
    folder.mkdir(parents=True)
    store = Store(folder / ".chiosa", "anna", default_scheme())
    for number in range(count):
        review(number, folder, store)
    return folder


def train(folder: Path, *options: str | Path) -> subprocess.CompletedProcess[str]:
    return command("train", folder, "--annotator", "anna", *options)


def about(model: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((model / "training.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def based(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A store with a model that was trained from the shipped pipeline, and what the command said."""
    folder = filled(tmp_path_factory.mktemp("train") / "articoli", 22)
    return folder, train(folder, "--base", "--partial")


def test_model_is_kept_and_used(based: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, done = based
    assert done.returncode == 0, done.stderr
    model = folder / ".chiosa" / "models" / "trained-1"
    assert (folder / ".chiosa" / "models" / "current").read_text() == "trained-1\n", done.stderr
    assert f"{model}: suggests from now on" in done.stderr
    assert sorted(p.name for p in model.parent.iterdir()) == ["current", "trained-1"]
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line.strip()}
    assert {"PER", "ORG", "LOC", "all"} <= lines.keys()
    assert lines["PER"].count("→") == 3

    learnt = about(model)
    parts = {name: {entry["id"] for entry in part} for name, part in learnt["articles"].items()}
    assert not parts["held out"] & (parts["train"] | parts["check"])
    assert not parts["train"] & parts["check"]
    assert len(set.union(*parts.values())) == 22
    in_progress = {"notizia-000", "notizia-021"}
    assert in_progress <= parts["train"], "what is in progress is learnt from, never measured with"
    assert learnt["scores"]["before"]["total"]["gold"] == learnt["scores"]["after"]["total"]["gold"] > 0
    text = load_article(folder / "notizia-001.txt")
    assert text.sha256 in {e["sha256"] for part in learnt["articles"].values() for e in part}


def test_the_store_s_model_suggests_unless_another_is_named(
    based: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder, _done = based
    (tmp_path / "nuovo").mkdir()
    shutil.copy(folder / "notizia-001.txt", tmp_path / "nuovo" / "altra.txt")
    article = tmp_path / "nuovo" / "altra.txt"
    store = ("--store", folder / ".chiosa", "--annotator", "anna")

    def origins(*options: str | Path) -> set[str]:
        shown = command("show", article, "--json", *store, *options)
        assert shown.returncode == 0, shown.stderr
        return {span["origin"] for span in json.loads(shown.stdout)["spans"] if span["label"] != "DATE"}

    assert origins() == {"model:it_trained@1"}
    assert origins("--model", SHIPPED) == {"model:it_chiosa_news@1.2.0"}


def test_listing_and_switching(based: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    folder = tmp_path / "copia"
    shutil.copytree(based[0], folder)
    models = Models(folder / ".chiosa")
    listed = command("train", folder, "--list")
    assert [line[:11] for line in listed.stdout.splitlines()] == ["  shipped", "* trained-1"]
    assert command("train", folder, "--use", "shipped").returncode == 0
    assert model_of_store(models.root) == SHIPPED
    assert command("train", folder, "--list").stdout.startswith("* shipped")
    assert command("train", folder, "--use", "trained").returncode == 0
    assert models.pointer() == "trained-1"
    wrong = command("train", folder, "--use", "altro")
    assert wrong.returncode == 1 and "shipped, trained-1" in wrong.stderr
    assert models.pointer() == "trained-1"


def test_what_a_base_has_learnt_is_not_measured_with(
    based: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder = tmp_path / "copia"
    shutil.copytree(based[0], folder)
    models = folder / ".chiosa" / "models"
    first = about(models / "trained-1")["articles"]
    # another draw, which would measure with articles that the base was trained on
    done = train(folder, "--base", "trained", "--seed", "7", "--max-steps", "3")
    assert done.returncode == 0, done.stderr
    second = about(models / "trained-2")["articles"]
    held = {entry["id"] for entry in second["held out"]}
    assert held and held <= {entry["id"] for entry in first["held out"]}


def test_a_model_that_cannot_be_loaded_gives_way(
    based: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder = tmp_path / "copia"
    shutil.copytree(based[0], folder)
    root = folder / ".chiosa" / "models"
    (root / "trained-1" / "chiosa_entities" / "model").write_bytes(b"broken")
    suggester = load_suggester(model_of_store(root))
    assert suggester.name == "it_chiosa_news@1.2.0"
    assert str(root / "trained-1") in suggester.notice and "--use shipped" in suggester.notice
    shutil.rmtree(root / "trained-1")
    assert str(root / "trained-1") in load_suggester(model_of_store(root)).notice
    (root / "current").write_text("../../../etc\n")
    assert "names no model" in load_suggester(model_of_store(root)).notice


def test_spacy_evaluates_what_was_trained(
    based: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder, _done = based
    done = command("export", tmp_path / "gold", "--from", folder, "--annotator", "anna")
    assert done.returncode == 0, done.stderr
    model = folder / ".chiosa" / "models" / "trained-1"
    gold = tmp_path / "gold" / "ner" / "train.spacy"
    result = spacy_command("evaluate", model, gold, "--output", tmp_path / "scores.json", cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert scores["ents_f"] > 0.8
    assert scores["spans_sc_f"] > 0.8


def test_labels_of_an_editor_are_learnt(tmp_path: Path) -> None:
    """MISC, which the shipped pipeline does not have, is proposed where it stands in new articles too."""
    folder = tmp_path / "opere"
    folder.mkdir()
    store = Store(folder / ".chiosa", "anna", default_scheme())
    verbs = ["esce nelle sale", "vince il premio", "arriva in televisione", "torna a teatro"]
    for number in range(16):
        work = WORKS[number % 4]
        text = f"Roma. Il film {work} {verbs[number % 4]}. La critica loda {work}, di Mario Rossi. {number}\n"
        path = folder / f"opera-{number}.txt"
        path.write_text(text, encoding="utf-8")
        found = [(work, "MISC"), ("Roma", "LOC"), ("Mario Rossi", "PER")]
        spans = []
        for words, label in found:
            at = text.find(words)
            while at >= 0:
                spans.append(Span(f"s{len(spans)}", at, at + len(words), label, ACCEPTED, "editor:anna"))
                at = text.find(words, at + 1)
        session = store.open(load_article(path))
        session.save(History(Annotation("anna", DONE, tuple(sorted(spans, key=lambda s: s.order)))))
        session.close()
    done = train(folder, "--base")
    assert done.returncode == 0, done.stderr
    text = f"Milano. Il film {WORKS[4]} esce nelle sale. Lo loda Anna Bianchi.\n"
    found = load_suggester(str(folder / ".chiosa" / "models" / "trained-1")).suggest(text).spans
    assert (WORKS[4], "MISC") in {(text[s.start : s.end], s.label) for s in found}
    assert ("Milano", "LOC") in {(text[s.start : s.end], s.label) for s in found}


def test_too_little_is_said_kindly(tmp_path: Path) -> None:
    folder = filled(tmp_path / "poco", 5)
    done = train(folder, "--base")
    assert done.returncode == 1
    assert "4 articles are done" in done.stderr
    assert "missing: 6 more articles" in done.stderr
    assert not (folder / ".chiosa" / "models").exists()
    done = train(folder)
    assert done.returncode == 1 and "46 more articles" in done.stderr and "--base" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), ("[nlp\n", "cannot be trained"), ("[nlp]\n", "cannot be")]
)
def test_a_wrong_config_leaves_nothing(tmp_path: Path, content: str | None, said: str) -> None:
    folder = filled(tmp_path / "articoli", 55)
    config = tmp_path / "my.cfg"
    if content is not None:
        config.write_text(content)
    done = train(folder, "--config", config)
    assert done.returncode == 1
    assert str(config) in done.stderr and said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / ".chiosa" / "models").exists()


def test_from_scratch_and_by_config(tmp_path: Path) -> None:
    folder = filled(tmp_path / "articoli", 54)
    done = train(folder, "--max-steps", "3", "--output", tmp_path / "altrove")
    assert done.returncode == 0, done.stderr
    model = tmp_path / "altrove" / "trained-1"
    assert f"chiosa --model {model}" in done.stderr
    assert not (folder / ".chiosa" / "models").exists()
    suggester = load_suggester(str(model))
    proposal = suggester.suggest("«Non c'è fretta», ha detto Anna Rossi il 4 settembre 2025.")
    assert {"CONTENT"} <= {span.label for span in proposal.spans}

    import spacy

    assert set(spacy.load(model).get_pipe("spancat").labels) == {"CUE", "SOURCE"}

    config = tmp_path / "ner.cfg"
    config.write_text(make_config("ner", tmp_path / "nirgends"))
    done = train(folder, "--config", config, "--max-steps", "3", "--name", "mio")
    # the export that the config speaks of is not there, and so not its tokenizer
    assert done.returncode == 1 and str(config) in done.stderr
    text = config.read_text().replace(f'base = "{tmp_path / "nirgends" / "base_it"}"', "base = null")
    config.write_text(text)
    done = train(folder, "--config", config, "--max-steps", "3", "--name", "mio")
    assert done.returncode == 0, done.stderr
    kept = folder / ".chiosa" / "models" / "mio-1"
    assert about(kept)["config"] == str(config)
    assert "kept, but not used" in done.stderr  # after three steps it knows nothing
    assert not (kept.parent / "current").exists()


def test_ctrl_c_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    folder = filled(tmp_path / "articoli", 22)

    def files() -> set[Path]:
        return {path for path in (folder / ".chiosa").rglob("*") if path.is_file()}

    before = files()
    line = [
        sys.executable,
        "-m",
        "tui",
        "train",
        folder,
        "--annotator",
        "anna",
        "--base",
        "--max-steps",
        "99999",
    ]

    def with_ctrl_c() -> None:
        """Where the tests run in the background, Ctrl+C is ignored, which a child inherits."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(
        line, stderr=subprocess.PIPE, text=True, env={**os.environ}, preexec_fn=with_ctrl_c
    ) as process:
        assert process.stderr is not None
        for said in process.stderr:
            if "training" in said:
                break
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert files() == before
