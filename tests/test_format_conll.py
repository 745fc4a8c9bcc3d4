"""Columns of words and tags: CoNLL-2003 out and in, and the kinds of it that others write."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import REPOSITORY
from exporting import quoted, span, unit
from hypothesis import given
from hypothesis import strategies as st
from kind import compared, trip
from spacy.lang.it import Italian
from spacy.tokens import DocBin
from test_command_line import chiosa
from test_import import folder_of, kept, marks

from annotations.annotation import ACCEPTED
from annotations.formats import get_format
from annotations.formats.columns import written_out
from annotations.formats.conll import FILE
from annotations.formats.exporting import export
from annotations.scheme import default_scheme

SCHEME = default_scheme()
DATA = REPOSITORY.parent / "shared" / "data"


def exported(folder: Path, *units: object, **options: str) -> str:
    export(get_format("conll"), units, folder / "out", SCHEME, **options)  # type: ignore[arg-type]
    return (folder / "out" / FILE).read_text(encoding="utf-8")


def entities(folder: Path, articles: Path) -> list[tuple[str, str, str]]:
    return [(name, *mark[:2]) for name in sorted(p.stem for p in articles.glob("*.txt"))
            for mark in marks(kept(articles, name), articles, name)]  # fmt: skip


def imported(tmp_path: Path, raw: str | bytes, name: str = "in.conll") -> tuple[list[str], str]:
    """What comes of a file in an empty folder: words and labels, and what was said."""
    source, articles = tmp_path / name, tmp_path / "new"
    source.write_bytes(raw if isinstance(raw, bytes) else raw.encode("utf-8"))
    run = chiosa("import", source, "--format", "conll", "--into", articles)
    return [f"{words} {label}" for _name, words, label in entities(tmp_path, articles)], run.stderr


def test_words_and_tags_a_line(tmp_path: Path) -> None:
    lines = exported(tmp_path, quoted()).split("\n")
    assert lines[:4] == ["-DOCSTART- -X- O O", "", "Roma -X- _ B-LOC", ", -X- _ O"]
    assert "Nicolò -X- _ B-PER" in lines and "Dell' -X- _ I-PER" in lines and "Acqua -X- _ I-PER" in lines
    assert "Ansa -X- _ B-ORG" in lines
    manifest = (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    assert "a quote, which this format does not have" in manifest and "link to a span left out" in manifest


def test_spacy_converts_it_article_by_article(tmp_path: Path) -> None:
    odd = "Ieri  Anna\u00a0Bo \n\n a Usa-Russia.\u2028🇮🇹 Nicolo\u0300 -DOCSTART- fine.\n"
    spans = [span(odd, "Anna\u00a0Bo", "PER"), span(odd, "Usa", "LOC"), span(odd, "Russia", "LOC"),
             span(odd, "Nicolo\u0300", "PER"), span(odd, "-DOCSTART-", "MISC")]  # fmt: skip
    exported(tmp_path, quoted(), unit("z", odd, *spans))
    run = subprocess.run(
        [sys.executable, "-m", "spacy", "convert", "-c", "ner", tmp_path / "out" / FILE, tmp_path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    docs = list(DocBin().from_disk(tmp_path / "entities.spacy").get_docs(Italian().vocab))
    assert [[(ent.text, ent.label_) for ent in doc.ents] for doc in docs] == [
        [("Roma", "LOC"), ("Nicolò Dell' Acqua", "PER"), ("Ansa", "ORG")],
        [("Anna Bo", "PER"), ("Usa", "LOC"), ("Russia", "LOC"), ("Nicolo\u0300", "PER"),
         ("- DOCSTART-", "MISC")],
    ]  # fmt: skip


def test_a_trip_finds_the_article_by_its_words(tmp_path: Path) -> None:
    text = "Ieri  Anna\u00a0Bo\n\n-DOCSTART- è a Usa-Russia. 🇮🇹 Nicolo\u0300!\n"
    articles = folder_of(tmp_path, text)
    exported(tmp_path, unit("uno", text, span(text, "Anna\u00a0Bo", "PER"), span(text, "Usa", "LOC"),
                            span(text, "Nicolo\u0300", "PER")))  # fmt: skip
    run = chiosa("import", tmp_path / "out" / FILE, "--into", articles)
    assert run.returncode == 0, run.stderr
    assert [path.name for path in articles.glob("*.txt")] == ["uno.txt"]
    assert marks(kept(articles), articles) == [
        ("Anna\u00a0Bo", "PER", ACCEPTED), ("Usa", "LOC", ACCEPTED), ("Nicolo\u0300", "PER", ACCEPTED),
    ]  # fmt: skip


def test_what_was_changed_there_comes_back(tmp_path: Path) -> None:
    text = "Anna Bo va da Roma a Milano.\n"
    articles = folder_of(tmp_path, text)
    written = exported(tmp_path, unit("uno", text, span(text, "Anna", "PER"), span(text, "Roma", "LOC")))
    changed = (
        written.replace("Bo -X- _ O", "Bo -X- _ I-PER")
        .replace("Roma -X- _ B-LOC", "Roma -X- _ O")
        .replace("Milano -X- _ O", "Milano -X- _ B-LOC")
    )
    (tmp_path / "out" / FILE).write_text(changed, encoding="utf-8")
    assert chiosa("import", tmp_path / "out", "--into", articles).returncode == 0
    assert [m[:2] for m in marks(kept(articles), articles)] == [("Anna Bo", "PER"), ("Milano", "LOC")]


def test_a_label_with_a_blank_comes_back(tmp_path: Path) -> None:
    text = "Anna va.\n"
    written = exported(tmp_path, unit("uno", text, span(text, "Anna", "Persona 100% vera")))
    assert "Anna -X- _ B-Persona%20100%25%20vera\n" in written
    found, _said = imported(tmp_path, written)
    assert found == ["Anna Persona 100% vera"]


TWO = "L'\tO\nItalia\tB-LOC\ndi\tO\nAnna\tB-PER\nBo\tI-PER\n\nRoma\tB-LOC\n"


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (TWO, ["Italia LOC", "Anna Bo PER", "Roma LOC"]),
        (TWO.replace("\n", "\r\n"), ["Italia LOC", "Anna Bo PER", "Roma LOC"]),
        ("\ufeff" + TWO, ["Italia LOC", "Anna Bo PER", "Roma LOC"]),
        (TWO.replace("\t", " "), ["Italia LOC", "Anna Bo PER", "Roma LOC"]),
        # WikiNEuRal: a running number before the word
        ("0\tAd\tO\n1\tAmburgo\tB-LOC\n\n0\tRoma\tB-LOC\n1\t4\tO\n", ["Amburgo LOC", "Roma LOC"]),
        # CoNLL-2003 as it was given out: four columns, IOB1
        ("-DOCSTART- -X- -X- O\n\nAnna NNP I-NP I-PER\nBo NNP I-NP B-PER\nva V I-VP O\n",
         ["Anna PER", "Bo PER"]),
        ("Anna O\nBo I-PER\nRoma I-LOC\n", ["Bo PER", "Roma LOC"]),
        ("Anna B-PER\nBo E-PER\nRoma S-LOC\n", ["Anna Bo PER", "Roma LOC"]),
        ("Anna B-PER\nMaria I-PER\nBo L-PER\nRoma U-LOC\nPisa U-LOC\n",
         ["Anna Maria Bo PER", "Roma LOC", "Pisa LOC"]),
        # MultiCoNER: a comment with an id, two columns that say nothing
        ("# id 7c2f domain=it\nAnna _ _ B-PER\n#id _ _ O\n# _ _ O\n", ["Anna PER"]),
    ],
)  # fmt: skip
def test_other_columns_and_tags(tmp_path: Path, raw: str, found: list[str]) -> None:
    assert imported(tmp_path, raw)[0] == found


def test_a_compressed_file(tmp_path: Path) -> None:
    assert imported(tmp_path, gzip.compress(TWO.encode()), "in.tsv.gz")[0][0] == "Italia LOC"
    _found, said = imported(tmp_path, gzip.compress(TWO.encode())[:-9], "cut.tsv.gz")
    assert "cut.tsv.gz: cannot be unpacked" in said


def test_new_text_is_written_as_an_italian_would(tmp_path: Path) -> None:
    line = "« L' Istituto » , dell' \" Ansa \" ( 1° ) : un po' d' acqua , no ?"
    words = line.split(" ")
    assert written_out([words, ["Ieri", "."]])[0] == (
        "«L'Istituto», dell'\"Ansa\" (1°): un po' d'acqua, no?\nIeri."
    )
    imported(tmp_path, "".join(f"{word}\tO\n" for word in words))
    (path,) = (tmp_path / "new").glob("*.txt")
    assert path.read_text(encoding="utf-8") == "«L'Istituto», dell'\"Ansa\" (1°): un po' d'acqua, no?"


@given(st.lists(st.lists(st.sampled_from(["l'", "Roma", ",", '"', "«", "»", "è", "🇮🇹", "'"]), min_size=1)))
def test_written_out_words_are_where_they_are_said_to_be(rows: list[list[str]]) -> None:
    text, places = written_out(rows)
    assert [[text[start:end] for start, end in row] for row in places] == rows
    assert "".join(text.split()) == "".join("".join(row) for row in rows)


@pytest.mark.parametrize(
    ("raw", "line", "reason"),
    [
        ("A\tB-PER\nBo\tO\nva\tI-LOC\n", 3, "I-LOC goes on with a span that has not begun; write B-"),
        ("A\tB-PER\nBo\tI-LOC\n", 2, "I-LOC goes on with a span that has not begun"),
        ("A\tB-PER\nBo\tO\n\nva\tS-LOC\n", 1, "B-PER has no end; write E- or S-"),
        ("A\tPER\n", 1, "the tag PER is none of O, B-"),
        ("A\tB-\n", 1, "the tag B- is none of"),
        ("A\tO\nBo\n", 2, "has no tag"),
        ("A\tO\nBo\tX\tO\n", 2, "has 3 columns, the first line has 2"),
        ("A\tO\n\tO\n", 2, "has no word"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, raw: str, line: int, reason: str) -> None:
    sound = "-DOCSTART- -X- O O\n\nEva\tO\n\n-DOCSTART-\n"
    found, said = imported(tmp_path, sound + raw)
    first, *_rest = said.splitlines()
    assert first.startswith(f"chiosa: {tmp_path / 'in.conll'}:{line + 5}: {reason}")
    assert found == [] and len(list((tmp_path / "new").glob("*.txt"))) == 1  # the other article came in


def test_a_file_without_articles_is_cut_into_some(tmp_path: Path) -> None:
    raw = "".join(f"Numero\tO\nEva{number}\tB-PER\n\n" for number in range(100))
    found, _said = imported(tmp_path, raw, "molti.tsv")
    articles = sorted(path.name for path in (tmp_path / "new").glob("*.txt"))
    assert articles == ["molti-0001.txt", "molti-0002.txt", "molti-0003.txt"]
    assert found == [f"Eva{number} PER" for number in range(100)]
    run = chiosa("export", tmp_path / "out", "--format", "conll", "--from", tmp_path / "new")
    assert run.returncode == 0, run.stderr
    back = compared(tmp_path / "molti.tsv", tmp_path / "out" / FILE, 3, [])
    assert back.same and back.entities == 100


@pytest.mark.parametrize("name", ["ADG_dev", "ADG_train", "FIC_dev", "FIC_train", "WN_dev", "WN_train"])
def test_kind_comes_out_with_the_tags_that_it_had(tmp_path: Path, name: str) -> None:
    """The first sentences of each file; `tests/benchmarks/kind.py` sends all of them."""
    path = DATA / "kind" / f"{name}.tsv.gz"
    if not path.is_file():
        pytest.skip(f"KIND is not at {DATA}")
    part = tmp_path / "part.tsv"
    part.write_bytes(b"".join(gzip.decompress(path.read_bytes()).splitlines(keepends=True)[:4000]))
    found = trip(part, tmp_path)
    assert found.same and found.refused == [] and found.entities > 20
