"""spaCy's own commands take what ``chiosa export`` writes from a store as it is: ``debug data`` finds no
fault, ``train`` trains."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, REJECTED, SUGGESTED, Annotation, Link, Span
from annotations.article import load_article
from annotations.history import History
from annotations.scheme import default_scheme
from annotations.store import Store

pytestmark = pytest.mark.train

ARTICLES = 126
"""Of these 120 are done; ``debug data`` calls less than a hundred articles to train with an error."""

LABELS = {"ner": {"PER", "ORG", "LOC", "DATE"}, "spancat": {"CONTENT", "CUE", "SOURCE"}}

PEOPLE = ["Giulia Bianchi", "Marco D’Alema", "Zoë Rossi", "Nicolò Dell'Acqua", "Anna-Maria De Luca", "Trump"]
BODIES = ["Axios", "Pd", "Banca d'Italia", "«Unità»", "Cgil", "Ministero dell'Interno"]
PLACES = ["Roma", "L'Aquila", "Città di Castello", "Forlì", "Usa", "Kiev"]
DATES = ["15 agosto", "2025-09-04", "3 marzo 2024", "lunedì 8 settembre"]
CUES = ["dichiarato", "detto", "spiegato", "ribadito"]
THINGS = [
    "Andremo avanti",
    "Non c'è fretta, davvero",
    "Il bilancio è in ordine e lo resterà",
    "Sì! 🎉",
    "Basta",
]


class Writer:
    """Puts an article together from words and spans, and keeps the offsets."""

    def __init__(self) -> None:
        self.text = ""
        self.spans: list[Span] = []
        self.links: list[Link] = []

    def add(self, words: str, label: str = "", status: str = ACCEPTED) -> str:
        start, self.text = len(self.text), self.text + words
        if not label:
            return ""
        span = Span(f"s{len(self.spans) + 1}", start, len(self.text), label, status, "rule:test")
        self.spans.append(span)
        return span.id

    def news(self, pick: random.Random) -> None:
        self.add(pick.choice(["A ", "Ieri a ", "Vertice a "]))
        self.add(pick.choice(PLACES), "LOC")
        self.add(", il ")
        self.add(pick.choice(DATES), "DATE")
        self.add(pick.choice([", il presidente ", ", con la ministra ", " 👩🏽‍🚒 e con "]))
        self.add(pick.choice(PEOPLE), "PER")
        self.add(pick.choice([" di ", " per ", " contro "]))
        self.add(pick.choice(BODIES), "ORG")
        if pick.random() < 0.1:
            # proposed twice: once accepted, once rejected
            self.spans.append(replace(self.spans[-1], id=f"r{len(self.spans)}", status=REJECTED))
        if pick.random() < 0.1:
            # begins and ends in white space
            self.add(", dice ")
            self.add(" Reuters\n", "ORG")
        if pick.random() < 0.3:
            self.add(". Così il vertice ")
            self.add("Usa", "LOC")
            self.add("-")
            self.add("Russia", "LOC")
        if pick.random() < 0.3:
            self.add(". Il ")
            self.add(pick.choice(["Parlamento", "Consiglio", "Tribunale"]), "MISC", REJECTED)
            self.add(" tace")
        if pick.random() < 0.2:
            self.add(". Lo scrive @")
            self.add("GiorgiaMeloni", "PER")
        if pick.random() < 0.1:
            self.add(". Resta da vedere ")
            self.add("il Quirinale", "ORG", SUGGESTED)
        self.add(".\n" if pick.random() < 0.5 else ". ")

    def quote(self, pick: random.Random) -> None:
        opening, closing = pick.choice(["«»", "“”", '""'])
        content = self.add(f"{opening}{pick.choice(THINGS)}{closing}", "CONTENT")
        self.add(", ha ")
        cue = self.add(pick.choice(CUES), "CUE")
        self.add(" ")
        name = pick.choice(PEOPLE)
        source = self.add(name, "SOURCE")
        self.spans.append(Span(f"e{source}", len(self.text) - len(name), len(self.text), "PER", ACCEPTED, ""))
        self.links += [Link(content, "cue", cue), Link(content, "source", source)]
        self.add(".\n\n" if pick.random() < 0.5 else ".  ")


def review(number: int, folder: Path, store: Store) -> None:
    """Write an article and have the store hold a review of it."""
    pick = random.Random(number)
    writer = Writer()
    for _ in range(pick.randint(2, 4)):
        writer.news(pick)
        if pick.random() < 0.5:
            writer.quote(pick)
    writer.add(f"Agenzia numero {number}.")
    path = folder / f"notizia-{number:03}.txt"
    path.write_bytes(writer.text.encode("utf-8"))
    spans = tuple(sorted(writer.spans, key=lambda span: span.order))
    state = DONE if number % 21 else IN_PROGRESS
    session = store.open(load_article(path))
    session.save(History(Annotation("anna", state, spans, tuple(sorted(writer.links)))))
    session.close()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("con spazio")
    store = Store(folder / ".chiosa", "anna", default_scheme())
    for number in range(ARTICLES):
        review(number, folder, store)
    dest = folder / "export"
    command = [sys.executable, "-m", "tui", "export", str(dest), "--format", "spacy", "--partial"]
    subprocess.run([*command, "--from", str(folder), "--annotator", "anna"], check=True)
    manifest = json.loads((dest / "manifest.json").read_text(encoding="utf-8"))
    assert [a["state"] for a in manifest["articles"]].count(DONE) == 120
    return dest


def spacy_command(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "ANSI_COLORS_DISABLED": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "spacy", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("task", ["ner", "spancat"])
def test_debug_data_finds_no_fault(exported: Path, tmp_path: Path, task: str) -> None:
    result = spacy_command("debug", "data", exported / task / "config.cfg", cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "✘" not in result.stdout
    assert "Pipeline can be initialized with data" in result.stdout
    assert "No overlap between training and evaluation data" in result.stdout
    assert "misaligned" not in result.stdout


@pytest.mark.parametrize("task", ["ner", "spancat"])
def test_train_and_evaluate_run_from_another_directory(exported: Path, tmp_path: Path, task: str) -> None:
    output = tmp_path / "model"
    config = exported / task / "config.cfg"
    steps = ["--training.max_steps", "20", "--training.eval_frequency", "20"]
    result = spacy_command("train", config, "--output", output, *steps, cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert (output / "model-last" / "meta.json").is_file()

    import spacy
    from spacy.tokens import DocBin

    # the trained pipeline cuts words as the desk does
    nlp = spacy.load(output / "model-last")
    assert set(nlp.get_pipe(task).labels) == LABELS[task]
    assert [token.text for token in nlp.make_doc("il vertice Usa-Russia")][2:] == ["Usa", "-", "Russia"]
    assert [token.text for token in nlp.make_doc("Lo scrive @GiorgiaMeloni.")][2:4] == ["@", "GiorgiaMeloni"]

    dev = exported / task / "dev.spacy"
    figures = tmp_path / "figures.json"
    result = spacy_command("evaluate", output / "model-last", dev, "--output", figures, cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    found = json.loads(figures.read_text(encoding="utf-8"))
    assert found["token_acc"] == 1  # the pipeline's tokens are the gold's, in every article
    assert found["ents_f" if task == "ner" else "spans_sc_f"] is not None
    if task == "ner":
        # what was rejected is there for the component that learns from it, and is accepted nowhere
        assert nlp.get_pipe("ner").cfg["incorrect_spans_key"] == "rejected"
        docs = list(DocBin().from_disk(exported / "ner" / "train.spacy").get_docs(nlp.vocab))
        rejected = [(doc, span) for doc in docs for span in doc.spans["rejected"]]
        assert {"Parlamento", "Consiglio", "Tribunale"} <= {span.text for _doc, span in rejected}
        assert not any(
            (span.start, span.end, span.label) == (ent.start, ent.end, ent.label)
            for doc, span in rejected
            for ent in doc.ents
        )
