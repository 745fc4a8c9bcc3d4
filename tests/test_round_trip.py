"""Every format with both ways: what goes out comes back, on the same words, or is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from roundtrips import corpus, described, expected, there_and_back

from annotations.formats import ALL, formats

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
