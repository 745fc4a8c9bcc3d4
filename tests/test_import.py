"""``chiosa import`` as its user meets it: what comes in whole, what is refused and why, what is asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from stream import Line
from test_command_line import chiosa

from annotations.annotation import ACCEPTED, DONE, REJECTED, Annotation, Span
from annotations.article import load_article
from annotations.history import History
from annotations.scheme import default_scheme
from annotations.store import Store

SCHEME = default_scheme()
TEXT = "Roma, 4 set. «Basta», ha detto Anna Rossi a Usa-Russia.\n"


def line(text: str = TEXT, *spans: tuple[str, str], name: str = "uno", **more: Any) -> dict[str, Any]:
    """A line of Chiosa's own format with accepted spans, given by their words."""
    found = [
        {
            "id": f"s{number}", "start": text.index(words), "end": text.index(words) + len(words),
            "label": label, "status": "accepted", "origin": "editor:Bice", "score": None,
        }
        for number, (words, label) in enumerate(spans, 1)
    ]  # fmt: skip
    article = {"id": name, "text": text}
    return {"article": article, "annotator": "", "state": "done", "spans": found, "links": []} | more


def written(folder: Path, *lines: dict[str, Any] | str) -> Path:
    path = folder / "from.jsonl"
    path.write_text(
        "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in lines), encoding="utf-8"
    )
    return path


def folder_of(tmp_path: Path, text: str = TEXT) -> Path:
    articles = tmp_path / "articles"
    articles.mkdir(exist_ok=True)
    (articles / "uno.txt").write_bytes(text.encode("utf-8"))
    return articles


def kept(articles: Path, name: str = "uno", annotator: str = "Lina") -> Annotation:
    store = Store(articles / ".chiosa", annotator, SCHEME)
    return store.load(load_article(articles / f"{name}.txt")).history.annotation


def marks(annotation: Annotation, articles: Path, name: str = "uno") -> list[tuple[str, str, str]]:
    text = load_article(articles / f"{name}.txt").text
    return [(text[s.start : s.end], s.label, s.status) for s in annotation.spans]


def decide(articles: Path, *spans: tuple[str, str, str]) -> None:
    """Lina has decided something about the article already."""
    article = load_article(articles / "uno.txt")
    store = Store(articles / ".chiosa", "Lina", SCHEME)
    made = []
    for number, (words, label, status) in enumerate(spans, 1):
        start = article.text.index(words)
        made.append(Span(f"s{number}", start, start + len(words), label, status, "rule:x"))
    annotation = Annotation("Lina", spans=tuple(sorted(made, key=lambda s: s.order)), next_id=len(made) + 1)
    session = store.open(article)
    empty = History(Annotation("Lina"))
    session.save(empty.apply("accept", replace(annotation, state=DONE)))
    session.close()


def test_a_line_comes_in_whole(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    source = written(tmp_path, line(TEXT, ("Anna Rossi", "PER"), ("Roma", "LOC")))
    run = chiosa("import", source, "--format", "chiosa", "--into", articles)
    assert (run.returncode, run.stdout) == (0, "")
    assert run.stderr == "chiosa: imported: 1 article, 2 spans\n"
    annotation = kept(articles)
    assert marks(annotation, articles) == [("Roma", "LOC", ACCEPTED), ("Anna Rossi", "PER", ACCEPTED)]
    assert (annotation.state, annotation.annotator) == (DONE, "Lina")
    again = chiosa("import", source, "--format", "chiosa", "--into", articles)
    assert again.stderr == "chiosa: imported: 0 articles, 0 spans, 1 was there already\n"


def test_a_text_that_is_not_there_becomes_an_article(tmp_path: Path) -> None:
    emoji = "Forza 🇮🇹 Nicolo\u0300!\n\n\n«Sì», ha detto Eva.\n"
    source = written(tmp_path, line(emoji, ("Eva", "PER"), ("Nicolo\u0300", "PER"), name="n/1"))
    articles = tmp_path / "new"
    run = chiosa("import", source, "--format", "chiosa", "--into", articles)
    assert run.returncode == 0, run.stderr
    (path,) = articles.glob("*.txt")
    assert path.read_bytes() == emoji.encode()
    name = path.stem
    assert marks(kept(articles, name), articles, name) == [
        ("Nicolo\u0300", "PER", ACCEPTED), ("Eva", "PER", ACCEPTED),
    ]  # fmt: skip


def test_line_ends_of_other_systems_move_no_word(tmp_path: Path) -> None:
    text = "\ufeffA Roma\r\nieri.\rAnna\r\n"
    source = written(tmp_path, line(text, ("Roma", "LOC"), ("Anna", "PER"), ("Roma\r\nieri", "CONTENT")))
    articles = tmp_path / "new"
    assert chiosa("import", source, "--format", "chiosa", "--into", articles).returncode == 0
    assert (articles / "uno.txt").read_bytes() == b"A Roma\nieri.\nAnna\n"
    assert [m[0] for m in marks(kept(articles), articles)] == ["Roma\nieri", "Roma", "Anna"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("{", "is not JSON"),
        ("[1]", "is no JSON object"),
        ("[" * 100_000, "is not JSON"),
        (line(TEXT, ("Roma", "LOC"), name="due", state="perhaps"), "no state 'perhaps'"),
        (line(TEXT, ("Roma", "LOC"), ("Roma,", "ORG")), "overlap"),
        (line(TEXT, ("Roma", "LOC"), links=[{"kind": "cue", "from": "s1", "to": "s9"}]), "s9, which is not"),
        (line(TEXT, ("Roma", "LOC"), version=9), "version 9"),
        (line(TEXT) | {"article": {"id": "uno", "text": TEXT, "sha256": "0"}}, "SHA-256"),
        (line("Altro testo.", ("Altro", "PER")), "its text is not that of"),
        (line(" \n", name="vuoto"), "its text is empty"),
        (line("mezzo \ud800", name="mezzo"), "half a character at 6"),
        ({"article": {"id": "x", "text": TEXT}}, "no 'annotator'"),
        (line(TEXT, ("Roma", "LOC")) | {"spans": [{"id": "a", "start": 3, "end": 999, "label": "PER",
          "status": "accepted", "origin": "", "score": None}]}, "does not lie in the text"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_line_and_the_rest_comes_in(
    tmp_path: Path, broken: dict[str, Any] | str, reason: str
) -> None:
    articles = folder_of(tmp_path)
    (articles / "tre.txt").write_text("A Pisa piove.\n", encoding="utf-8")
    source = written(tmp_path, "", broken, line("A Pisa piove.\n", ("Pisa", "LOC"), name="tre"))
    run = chiosa("import", source, "--format", "chiosa", "--into", articles)
    assert run.returncode == 1
    first, last = run.stderr.splitlines()
    assert first.startswith(f"chiosa: {source}:2: ") and reason in first
    assert last == "chiosa: imported: 1 article, 1 span, 1 refused"
    assert kept(articles).spans == ()
    assert sorted(p.name for p in articles.glob("*.txt")) == ["tre.txt", "uno.txt"]


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ("mine", [("Roma", "LOC", REJECTED), ("Anna", "PER", ACCEPTED)]),
        ("theirs", [("Roma", "LOC", ACCEPTED), ("Anna Rossi", "PER", ACCEPTED), ("Usa", "LOC", ACCEPTED)]),
        ("both", [("Roma", "LOC", REJECTED), ("Anna", "PER", ACCEPTED), ("Usa", "LOC", ACCEPTED)]),
    ],
)
def test_what_is_there_stays_goes_or_is_joined_as_one_says(
    tmp_path: Path, keep: str, expected: list[tuple[str, str, str]]
) -> None:
    articles = folder_of(tmp_path)
    decide(articles, ("Roma", "LOC", REJECTED), ("Anna", "PER", ACCEPTED))
    source = written(tmp_path, line(TEXT, ("Roma", "LOC"), ("Anna Rossi", "PER"), ("Usa", "LOC")))
    unsaid = chiosa("import", source, "--format", "chiosa", "--into", articles)
    assert unsaid.returncode == 1 and "say --keep mine, theirs or both" in unsaid.stderr
    before = kept(articles)
    run = chiosa("import", source, "--format", "chiosa", "--into", articles, "--keep", keep)
    assert run.returncode == 0, run.stderr
    assert marks(kept(articles), articles) == expected
    if keep == "both":
        assert "left out LOC «Roma»" in run.stderr and "left out PER «Anna Rossi»" in run.stderr
    # it is an edit like any other
    store = Store(articles / ".chiosa", "Lina", SCHEME)
    history = store.load(load_article(articles / "uno.txt")).history
    if keep != "mine":
        assert history.undo(SCHEME).annotation.spans == before.spans


def test_a_person_at_a_terminal_is_asked(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    decide(articles, ("Roma", "LOC", REJECTED))
    (articles / "due.txt").write_text("A Pisa piove.\n", encoding="utf-8")
    source = written(
        tmp_path, line(TEXT, ("Roma", "LOC")), line("A Pisa piove.\n", ("Pisa", "LOC"), name="due")
    )
    command = ["-m", "tui", "import", source, "--format", "chiosa", "--into", articles, "--annotator", "Lina"]
    asked = Line(*map(str, command))
    asked.wait_for("Keep [m]ine")
    asked.press("x\r")
    asked.press("t\r")
    assert asked.end() == 0
    assert marks(kept(articles), articles) == [("Roma", "LOC", ACCEPTED)]
    assert marks(kept(articles, "due"), articles, "due") == [("Pisa", "LOC", ACCEPTED)]


def test_annotators_of_the_file_keep_their_names_unless_one_is_given(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    source = written(
        tmp_path,
        line(TEXT, ("Roma", "LOC"), annotator="Bice"), line(TEXT, ("Roma", "ORG"), annotator="../Ugo"),
    )  # fmt: skip
    assert chiosa("import", source, "--format", "chiosa", "--into", articles).returncode == 0
    assert marks(kept(articles, annotator="Bice"), articles) == [("Roma", "LOC", ACCEPTED)]
    assert marks(kept(articles, annotator="../Ugo"), articles) == [("Roma", "ORG", ACCEPTED)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["articles", "from.jsonl"]
    run = chiosa("import", source, "--format", "chiosa", "--into", articles, "--annotator", "Eva")
    assert run.returncode == 1  # the second line is about what the first has just brought
    assert marks(kept(articles, annotator="Eva"), articles) == [("Roma", "LOC", ACCEPTED)]


def test_labels_may_come_in_under_other_names(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    source = written(tmp_path, line(TEXT, ("Anna", "PERSON"), ("Roma", "GPE")))
    run = chiosa("import", source, "--format", "chiosa", "--into", articles, "--label", "PERSON=PER")
    assert run.returncode == 0
    assert "labels that the scheme lacks: GPE 1" in run.stderr
    assert [m[1] for m in marks(kept(articles), articles)] == ["GPE", "PER"]
    wrong = chiosa("import", source, "--format", "chiosa", "--into", articles, "--label", "PERSON")
    assert wrong.returncode == 1 and "write OLD=NEW" in wrong.stderr


def test_wrong_use_is_told(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    source = written(tmp_path, line())
    assert "say what it is with --format" in chiosa("import", source, "--into", articles).stderr
    assert "no such file" in chiosa("import", tmp_path / "no", "--into", articles).stderr
    assert chiosa("import", source, "--format", "nope").returncode == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    run = chiosa("import", empty, "--format", "chiosa", "--into", articles)
    assert run.returncode == 1 and "holds no *.jsonl" in run.stderr


def test_an_article_open_in_a_desk_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    store = Store(articles / ".chiosa", "Lina", SCHEME)
    session = store.open(load_article(articles / "uno.txt"))
    try:
        source = written(tmp_path, line(TEXT, ("Roma", "LOC")))
        run = chiosa("import", source, "--format", "chiosa", "--into", articles)
    finally:
        session.close()
    assert run.returncode == 1 and "open in another desk" in run.stderr
    assert kept(articles).spans == ()


def test_a_new_article_is_not_left_behind_when_it_cannot_be_saved(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    source = written(tmp_path, line(TEXT, ("Roma", "LOC")))
    home = articles / ".chiosa" / "annotations" / "Lina"
    home.parent.mkdir(parents=True)
    home.write_text("in the way")
    run = subprocess.run(
        [sys.executable, "-m", "tui", "import", str(source), "--format", "chiosa", "--into", str(articles)],
        capture_output=True, text=True, env={**os.environ, "CHIOSA_ANNOTATOR": "Lina"}, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert list(articles.glob("*.txt")) == []


def test_an_export_is_known_by_its_manifest(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    decide(articles, ("Roma", "LOC", ACCEPTED))
    assert chiosa("export", tmp_path / "out", "--format", "chiosa", "--from", articles).returncode == 0
    run = chiosa("import", tmp_path / "out", "--into", tmp_path / "other")
    assert run.returncode == 0, run.stderr
    assert marks(kept(tmp_path / "other"), tmp_path / "other") == [("Roma", "LOC", ACCEPTED)]


def test_an_export_is_a_folder(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    decide(articles, ("Roma", "LOC", ACCEPTED))
    run = chiosa("export", tmp_path / "out.jsonl", "--format", "chiosa", "--from", articles)
    assert run.returncode == 1 and "is a folder of files; leave out .jsonl" in run.stderr


def many_lines(count: int, **more: Any) -> list[dict[str, Any]]:
    texts = [f"Numero {number}: Roma." for number in range(count)]
    return [line(text, ("Roma", "LOC"), name=f"a{n:03}", **more) for n, text in enumerate(texts)]


def test_more_articles_than_are_saved_at_once_come_in_each_whole(tmp_path: Path) -> None:
    lines = many_lines(90)
    # two annotators of one new text, and one text under two names, of which the second is the first
    lines += [line(lines[3]["article"]["text"], ("Numero", "ORG"), name="a003", annotator="bice")]
    lines += [line(lines[4]["article"]["text"], ("Roma", "LOC"), name="altro")]
    source, articles = written(tmp_path, *lines, "{"), tmp_path / "new"
    run = chiosa("import", source, "--format", "chiosa", "--into", articles)
    assert run.returncode == 1  # the last line
    assert "91 articles, 91 spans, 90 new articles in" in run.stderr
    assert "1 was there already, 1 refused" in run.stderr
    assert len(list(articles.glob("*.txt"))) == 90
    for number in range(90):
        assert [m[:2] for m in marks(kept(articles, f"a{number:03}"), articles, f"a{number:03}")] == [
            ("Roma", "LOC")
        ]
    assert marks(kept(articles, "a003", "bice"), articles, "a003") == [("Numero", "ORG", ACCEPTED)]
    left = {p.suffix for p in (articles / ".chiosa").rglob("*") if p.is_file()} - {".lock"}
    assert left == {".json", ".txt", ""}  # no notes of owners, no temporary files; "" is the guard


def test_articles_whose_annotations_cannot_be_saved_are_not_left_behind(tmp_path: Path) -> None:
    source, articles = written(tmp_path, *many_lines(50)), tmp_path / "new"
    (articles / ".chiosa").mkdir(parents=True)
    (articles / ".chiosa" / "texts").write_text("no folder")
    run = chiosa("import", source, "--format", "chiosa", "--into", articles)
    assert run.returncode == 1
    assert run.stderr.count("not saved") == 50
    assert f"{source}:50: " in run.stderr
    assert not list(articles.glob("*.txt"))


def test_an_export_that_was_edited_is_not_written_over(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    decide(articles, ("Roma", "LOC", ACCEPTED))
    export = ("export", tmp_path / "out", "--from", articles, "--format")
    assert chiosa(*export, "doccano").returncode == 0
    file = tmp_path / "out" / "doccano.jsonl"
    file.write_text(file.read_text(encoding="utf-8") + '{"text": "altro"}\n', encoding="utf-8")
    before = file.read_bytes()
    run = chiosa(*export, "conll")
    assert run.returncode == 1 and "doccano.jsonl has been changed since it was exported" in run.stderr
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("format_name", "record", "key"),
    [
        ("hf", {"text": "Roma vive.", "label": [[0, 4, "LOC"]]}, "'label'"),
        ("prodigy", {"text": "Roma vive.", "label": [[0, 4, "LOC"]]}, "'label'"),
        ("doccano", {"text": "Roma.", "spans": [{"start": 0, "end": 4, "label": "LOC"}]}, "'spans'"),
    ],
)
def test_a_file_of_another_format_is_no_empty_article(
    tmp_path: Path, format_name: str, record: dict[str, Any], key: str
) -> None:
    run = chiosa("import", written(tmp_path, record), "--format", format_name, "--into", tmp_path / "new")
    assert run.returncode == 1 and f"has {key}, which this format does not know" in run.stderr
    assert not list(tmp_path.glob("new/*.txt"))


def test_offsets_that_cut_words_are_doubted(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    record = line(TEXT, ("oma", "LOC"), ("nna Ross", "PER"))
    run = chiosa("import", written(tmp_path, record), "--format", "chiosa", "--into", articles)
    assert run.returncode == 0
    assert "2 spans of 2 begin or end within a word or in white space: are the offsets right?" in run.stderr


def test_who_annotated_is_told_where_it_is_somebody_else(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    source = written(tmp_path, line(TEXT, ("Roma", "LOC"), annotator="Bice"))
    run = chiosa("import", source, "--format", "chiosa", "--into", articles)
    assert "as annotated by: Bice 1; --annotator NAME takes all under one name" in run.stderr


def test_entities_that_overlap_are_named(tmp_path: Path) -> None:
    articles = folder_of(tmp_path)
    record = line(TEXT, ("Anna Rossi", "PER"), ("Rossi", "ORG"))
    run = chiosa("import", written(tmp_path, record), "--format", "chiosa", "--into", articles)
    assert run.returncode == 1 and "PER «Anna Rossi» and ORG «Rossi» overlap at 36" in run.stderr
