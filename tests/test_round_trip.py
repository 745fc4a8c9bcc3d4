"""Every format with both ways: what goes out comes back, on the same words, or is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from roundtrips import corpus, described, expected, there_and_back

from annotations.annotation import ACCEPTED, DONE, Annotation, Span
from annotations.article import load_article
from annotations.formats import ALL, Reviewed, formats

BOTH_WAYS = sorted(name for name, known in formats().items() if known.write and known.read)
COUNT = 40
"""Articles of a trip here; `tests/benchmarks/formats.py` sends 200."""


@pytest.mark.parametrize("name", BOTH_WAYS)
def test_a_trip_keeps_what_the_format_can_carry(name: str, tmp_path: Path) -> None:
    known = formats()[name]
    pytest.importorskip({"uima": "cassis", "parquet": "pyarrow"}.get(known.extra, "json"))
    units = corpus(tmp_path / "articles", COUNT)
    _report, outcome, store = there_and_back(known, units, tmp_path / "articles", tmp_path)
    assert [str(refused) for refused in outcome.refused] == []
    assert outcome.imported == COUNT and not outcome.created
    for unit in units:
        loaded = store.load(unit.article)
        assert described(loaded.history.annotation, known) == expected(known, unit), unit.article.text
        if known.carries == ALL:
            assert loaded.history == unit.history


def test_a_word_that_begins_like_a_mark_of_the_format_is_a_word(tmp_path: Path) -> None:
    path = tmp_path / "articles" / "uno.txt"
    path.parent.mkdir()
    path.write_text("Ieri -DOCSTART-= Roma.\n", encoding="utf-8")
    article = load_article(path)
    unit = Reviewed(article, Annotation("anna", DONE, (Span("s1", 17, 21, "LOC", ACCEPTED),)))
    _report, outcome, store = there_and_back(formats()["conll"], [unit], path.parent, tmp_path)
    assert (outcome.imported, outcome.created, outcome.refused) == (1, [], [])
    found = store.load(article).history.annotation.spans
    assert [(s.start, s.end, s.label) for s in found] == [(17, 21, "LOC")]
