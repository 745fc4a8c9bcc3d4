"""``chiosa import --format spacy``: files of Chiosa's and of anybody's."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
import spacy
import srsly
from exporting import SCHEME, export_spacy, many, quoted, simple
from spacy.tokens import Doc, DocBin
from test_command_line import chiosa
from test_import import folder_of, kept, marks

from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, REJECTED
from annotations.errors import ChiosaError
from annotations.formats import get_format
from annotations.formats.incoming import Incoming, Refused

TEXT = "Roma, 4 set. «Basta», ha detto Anna Rossi a Usa-Russia.\n"


def read(source: Path) -> list[Incoming | Refused]:
    load = get_format("spacy").read
    assert load is not None
    return list(load(source, SCHEME))


def saved(path: Path, *found: Doc) -> Path:
    DocBin(docs=found, store_user_data=True).to_disk(path)
    return path


def foreign(text: str = TEXT) -> Doc:
    return spacy.blank("it")(text)


def test_what_is_in_both_files_of_an_export_is_one_article(tmp_path: Path) -> None:
    units = [*many(10), quoted(), simple("half", IN_PROGRESS), simple("a3", annotator="bice")]
    export_spacy(units, tmp_path / "out", SCHEME, partial=True)
    found = [f for f in read(tmp_path / "out") if isinstance(f, Incoming)]
    assert sorted((f.article_id, f.annotation.annotator) for f in found) == sorted(
        (u.article.id, u.annotation.annotator) for u in units
    )
    q = next(f for f in found if f.article_id == "q")
    assert {(s.label, s.status) for s in q.annotation.spans} >= {("PER", REJECTED), ("ORG", ACCEPTED)}
    assert len(q.annotation.links) == 2
    assert next(f for f in found if f.article_id == "half").annotation.state == IN_PROGRESS


def test_a_file_of_somebody_else_comes_in(tmp_path: Path) -> None:
    doc = foreign()
    doc.ents = [doc.char_span(31, 41, label="PER")]
    doc.spans["quotes"] = [doc.char_span(13, 20, label="CONTENT")]
    run = chiosa("import", saved(tmp_path / "x.spacy", doc), "--into", folder_of(tmp_path, TEXT))
    assert run.returncode == 0, run.stderr
    articles = tmp_path / "articles"
    assert marks(kept(articles), articles) == [
        ("«Basta»", "CONTENT", ACCEPTED), ("Anna Rossi", "PER", ACCEPTED),
    ]  # fmt: skip
    assert kept(articles).state == DONE


def test_words_that_nobody_has_read_make_an_article_in_progress(tmp_path: Path) -> None:
    untouched, part = foreign(), foreign("Roma e Milano.")
    part.set_ents([part.char_span(0, 4, label="LOC")], missing=[part[2:4]], default="outside")
    found = read(saved(tmp_path / "x.spacy", untouched, part))
    assert [f.annotation.state for f in found if isinstance(f, Incoming)] == [IN_PROGRESS, IN_PROGRESS]


def test_one_bad_article_is_refused_and_the_others_come_in(tmp_path: Path) -> None:
    bad, good = foreign("Uno"), foreign("Due")
    bad.spans["sc"] = [bad[0:1]]  # a span without a label
    run = chiosa("import", saved(tmp_path / "x.spacy", bad, good), "--into", tmp_path / "new")
    assert run.returncode == 1
    assert f"{tmp_path / 'x.spacy'}:1: the span at 0 has no label" in run.stderr
    assert [p.read_text(encoding="utf-8") for p in (tmp_path / "new").glob("*.txt")] == ["Due"]


@pytest.mark.parametrize("cut", [0, 10, 200])
def test_a_damaged_file_is_told(tmp_path: Path, cut: int) -> None:
    path = saved(tmp_path / "x.spacy", foreign(), foreign("Altro testo."))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ChiosaError, match=r"x\.spacy: is not a spaCy DocBin, or a damaged one"):
        read(path)


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    # numpy's arrays of Python objects are pickles; in msgpack they can be written, but not be read
    path = saved(tmp_path / "x.spacy", foreign())
    data = srsly.msgpack_loads(zlib.decompress(path.read_bytes()))
    trap = {b"nd": True, b"type": "|O", b"kind": b"", b"shape": [1], b"data": b"\0" * 8}
    data["user_data"] = [srsly.msgpack_dumps(trap)]
    path.write_bytes(zlib.compress(srsly.msgpack_dumps(data)))
    with pytest.raises(ChiosaError, match="cannot create an OBJECT array"):
        read(path)
