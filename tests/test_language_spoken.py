"""Chiosa as an Italian and as an English reader meets it: what is said, and what files keep."""

from __future__ import annotations

import gettext
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from exporting import SCHEME, export_spacy, many, simple

from annotations import errors, language
from annotations.annotation import Span
from annotations.article import Article, ArticleError, load_article
from annotations.carry import Misfit
from annotations.language import N_, Kept
from annotations.store import Store

_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def speaking() -> Iterator[None]:
    """Afterwards the tests' English again."""
    yield
    language.use("en")


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "en"),
        ({"LANGUAGE": "it"}, "it"),
        ({"LANGUAGE": "en"}, "en"),
        ({"LANGUAGE": "de:it:en"}, "it"),
        ({"LANGUAGE": "en_GB:it"}, "en"),
        ({"LANGUAGE": "", "LANG": "it_IT"}, "it"),
        ({"LANG": "it_IT.UTF-8"}, "it"),
        ({"LANG": "it_CH.UTF-8@euro"}, "it"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LC_ALL": "C", "LANG": "it_IT.UTF-8"}, "en"),
        ({"LC_MESSAGES": "it_IT.UTF-8", "LANG": "en_US.UTF-8"}, "it"),
        ({"LANGUAGE": "it", "LC_ALL": "C.UTF-8"}, "it"),
    ],
)
@pytest.mark.usefixtures("speaking")
def test_the_environment_says_which(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], spoken: str
) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    language.use(None)
    assert language.language() == spoken
    assert language._("rejected") == {"en": "rejected", "it": "rifiutato"}[spoken]
    assert gettext.gettext("options") == {"en": "options", "it": "opzioni"}[spoken], "argparse asks here"


@pytest.mark.usefixtures("speaking")
def test_a_language_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    language.use("it")
    assert language.n_("{n} span", "{n} spans", 1) == "1 span"
    assert language.n_("{n} article", "{n} articles", 2) == "2 articoli"
    assert language._("") == ""
    assert language._("words that no catalogue has") == "words that no catalogue has"
    assert subprocess.run(
        [sys.executable, "-c", "from annotations.language import language; print(language())"],
        capture_output=True, text=True, check=True,
    ).stdout == "it\n"  # fmt: skip
    language.use("en")
    assert language.n_("{n} article", "{n} articles", 2) == "2 articles"


@pytest.mark.usefixtures("speaking")
def test_what_files_keep_is_english() -> None:
    both = Kept(N_("{task} and {other}"), task="ner", other="spancat")
    kept = Kept(N_("{task}: labels only in dev, so not learnt: {labels}"), task=both, labels="{PER}")
    english = "ner and spancat: labels only in dev, so not learnt: {PER}"
    language.use("it")
    assert json.loads(json.dumps(kept)) == kept == english
    assert kept.shown == "ner e spancat: etichette solo in dev, che quindi non si imparano: {PER}"
    assert Kept("{as it is}").shown == "{as it is}"
    language.use("en")
    assert kept.shown == english


@pytest.mark.usefixtures("speaking")
def test_an_export_is_the_same_in_every_language(tmp_path: Path) -> None:
    units = [*many(3), simple("half", "in progress"), simple("fresh", "new")]
    language.use("en")
    english = export_spacy(units, tmp_path / "out", SCHEME, partial=True)
    manifest = (tmp_path / "out" / "manifest.json").read_bytes()
    english_lines = english.lines()
    language.use("it")
    italian = export_spacy(units, tmp_path / "out", SCHEME, partial=True)
    assert (tmp_path / "out" / "manifest.json").read_bytes() == manifest
    lines = italian.lines()
    assert "esclusi: 1 articolo: fresh (nuovo)" in lines
    assert "esclusi da spancat: 1 articolo: half (in corso)" in lines
    assert any(line.startswith("avviso: ner e spancat: meno di 100 articoli in train") for line in lines)
    language.use("en")
    assert italian.lines() == english_lines
    assert "left out: 1 article: fresh (new)" in english_lines


@pytest.mark.usefixtures("speaking")
def test_a_misfit_is_told_in_the_language_of_whoever_reads_it(store: Store, adnkronos: Article) -> None:
    overlap = Kept(N_("it would overlap {label} at {start}"), label="PER", start=12)
    session = store.open(adnkronos)
    session.misfits = (
        Misfit(Span("s1", 0, 4, "ORG", "accepted"), "Ansa", overlap),
        Misfit(Span("s2", 5, 9, "LOC", "accepted"), "Roma", Kept("its words are no longer there")),
    )
    session.save(session.loaded.history)
    session.close()
    stored = json.loads(store.path(adnkronos.id).read_text(encoding="utf-8"))["misfits"]
    assert [m["reason"] for m in stored.values()] == [
        "it would overlap PER at 12", "its words are no longer there",
    ]  # fmt: skip
    stored["1"]["values"] = {}  # a file of before, as it is migrated
    again = store.load(adnkronos).misfits
    assert again == session.misfits
    language.use("it")
    assert [m.reason.shown for m in again] == [
        "si sovrapporrebbe a PER in 12", "le sue parole non ci sono più",
    ]  # fmt: skip
    assert Misfit.from_dict(stored["1"]).reason.shown == "it would overlap PER at 12"


@pytest.mark.usefixtures("speaking")
def test_what_the_system_says_is_translated(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a")
    language.use("it")
    with pytest.raises(ArticleError, match="il file non esiste"):
        load_article(tmp_path / "none.txt")
    with pytest.raises(NotADirectoryError) as caught:
        (path / "b").read_bytes()
    assert errors.why(caught.value) == "non è una cartella"
    assert errors.why(OSError(5000, "Something new")) == "Something new"


# ---- the commands, as a user runs them ---------------------------------------------------------------


def chiosa(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command with no other language in the environment than is given."""
    env = {name: value for name, value in os.environ.items() if name not in _VARIABLES}
    env |= {"CHIOSA_ANNOTATOR": "Lina", "COLUMNS": "80", "PYTHONUTF8": "1", **environment}
    return subprocess.run(
        [sys.executable, "-m", "tui", *map(str, arguments)],
        capture_output=True, text=True, timeout=60, env=env, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("command", [[], ["show"], ["suggest"], ["export"], ["formats"], ["stats"]])
def test_help_is_italian_throughout(command: list[str]) -> None:
    run = chiosa(*command, "--help", LANGUAGE="it")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("uso: chiosa")
    for part in ("\nopzioni:\n", "mostra questo aiuto ed esce", "\nesempio: chiosa "):
        assert part in run.stdout
    english = {line.strip() for line in chiosa(*command, "--help").stdout.splitlines()}
    words = re.compile("[a-z]{2,} [a-z]{2,}")  # and not only options and the names of commands
    assert not [line for line in run.stdout.splitlines() if line.strip() in english and words.search(line)]


def test_formats_in_italian() -> None:
    run = chiosa("formats", LANGUAGE="it")
    assert (run.returncode, run.stderr) == (0, "")
    assert "file DocBin di spaCy" in run.stdout


def test_a_failure_in_italian() -> None:
    run = chiosa("show", "nosuchfile", LANGUAGE="it")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "chiosa: nosuchfile: il file non esiste; controlla il nome\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["export", "x", "--format", "none"], "argomento --format: scelta non valida: 'none' (scegli tra '"),
        (["show"], "mancano questi argomenti: ARTICOLO"),
        (["--nonsense"], "argomenti non riconosciuti: --nonsense"),
        (["show", "x", "--store"], "argomento --store: serve un argomento"),
    ],
)
def test_wrong_usage_in_italian(arguments: list[str], message: str) -> None:
    run = chiosa(*arguments, LANGUAGE="it")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("uso: chiosa")
    assert f": errore: {message}" in run.stderr


@pytest.mark.parametrize("environment", [{}, {"LANGUAGE": "en"}, {"LANG": "C"}, {"LANG": "de_DE.UTF-8"}])
def test_english_elsewhere(environment: dict[str, str]) -> None:
    assert "no such file; check the name" in chiosa("show", "nosuchfile", **environment).stderr
    run = chiosa("show", **environment)
    assert run.stderr.startswith("usage: chiosa show")
    assert "error: the following arguments are required: ARTICLE" in run.stderr


def test_an_italian_terminal_is_enough() -> None:
    run = chiosa("show", LANG="it_IT.UTF-8")
    assert run.stderr.startswith("uso: chiosa show")
    assert "errore: mancano questi argomenti: ARTICOLO" in run.stderr


def test_data_is_the_same_in_every_language(folder: Path) -> None:
    article = folder / f"{ADNKRONOS}.txt"
    english, italian = (
        chiosa("show", article, "--json", "--model", "rules", LANGUAGE=code) for code in ("en", "it")
    )
    assert italian.returncode == 0, italian.stderr
    assert json.loads(italian.stdout)["state"] == "new"
    assert italian.stdout == english.stdout


def test_the_suggesting_process_speaks_the_same_language() -> None:
    """Its errors are shown on the desk as they come."""
    env = {**os.environ, "LANGUAGE": "it"}
    run = subprocess.run(
        [sys.executable, "-m", "annotations.service", "--model", "none-of-this-name"],
        input=b"", capture_output=True, timeout=60, env=env, check=False,
    )  # fmt: skip
    assert (
        "nessun pacchetto spaCy installato ha questo nome" in json.loads(run.stdout.splitlines()[0])["fatal"]
    )
