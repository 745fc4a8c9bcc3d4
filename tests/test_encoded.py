"""What a save makes JSON of: all that is new, and no more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import asdict, replace
from tinydb import TinyDB

from annotations import edits, encoded
from annotations.annotation import ACCEPTED, SUGGESTED, Annotation, Span, in_reading_order
from annotations.article import load_article
from annotations.encoded import EncodedRow
from annotations.history import Edit, History
from annotations.scheme import Scheme
from annotations.store import Store

MANY = 2000
POOL = [Span(f"s{n}", n, n + 1, "PER", SUGGESTED, origin="è\udc80") for n in range(300)]
rows = st.lists(st.sampled_from(POOL), max_size=300)


@settings(deadline=None)
@given(st.lists(rows, min_size=1, max_size=6))
def test_whatever_row_follows_on_another_its_json_is_that_of_the_row(each: list[list[Span]]) -> None:
    kept = EncodedRow()
    for row in each:
        kept.put(tuple(row))
        assert json.loads(b"".join(kept)) == [span.to_dict() for span in row]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["put", "add", "take"])), max_size=40))
def test_however_often_a_row_is_edited_it_is_itself(changes: list[tuple[int, str]]) -> None:
    row, kept = list(POOL), EncodedRow()
    kept.put(tuple(row))
    for number, (at, what) in enumerate(changes):
        at %= len(row) + 1
        row[at : at + (what != "add")] = (
            [] if what == "take" else [Span(f"n{number}", 0, 1, "ORG", SUGGESTED)]
        )
        kept.put(tuple(row))
        assert json.loads(b"".join(kept)) == [asdict(span) for span in row]


@pytest.fixture
def many(tmp_path: Path, scheme: Scheme) -> tuple[Store, History]:
    """A store with an article of thousands of spans, each decided by one edit."""
    (tmp_path / "a.txt").write_text("Ada " * MANY, encoding="utf-8")
    store = Store(tmp_path / ".chiosa", "Lina", scheme)
    spans = tuple(Span(f"s{n}", 4 * n, 4 * n + 3, "PER", SUGGESTED) for n in range(MANY))
    decided = tuple(replace(span, status=ACCEPTED) for span in spans)
    steps = tuple(
        Edit("accept", "2025-01-01T00:00:00.000+00:00", (a,), (b,))
        for a, b in zip(spans, decided, strict=True)
    )
    session = store.open(load_article(tmp_path / "a.txt"))
    session.save(History(Annotation("Lina", "in progress", decided, next_id=MANY + 1), steps, MANY))
    session.close()
    return store, session.store.load(session.article).history


def test_one_decision_among_thousands_makes_json_of_a_few(
    many: tuple[Store, History], tmp_path: Path, scheme: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _history = many
    made: list[str] = []
    to_dict, encode = Edit.to_dict, encoded._encoded_values

    def edit_told(self: Edit) -> dict[str, object]:
        made.append("Edit")
        return to_dict(self)

    def values_told(values: tuple[Struct, ...]) -> bytes:
        made.extend(type(value).__name__ for value in values)
        return encode(values)

    monkeypatch.setattr(Edit, "to_dict", edit_told)
    monkeypatch.setattr(encoded, "_encoded_values", values_told)
    session = store.open(load_article(tmp_path / "a.txt"))
    history = session.loaded.history
    session.save(history)  # the first save makes all of it
    for number in (1000, 3, 1999):
        span = f"s{number}"
        history = history.apply("reject", edits.reject(history.annotation, span), span)
        made.clear()
        session.save(history)
        assert 0 < made.count("Span") < 100 and made.count("Edit") < 4
    history = history.undo(scheme)
    session.save(history)
    session.close()
    assert store.load(session.article).history == history


def test_undone_edits_that_others_replace_are_gone_from_the_file(
    many: tuple[Store, History], tmp_path: Path, scheme: Scheme
) -> None:
    store, _history = many
    session = store.open(load_article(tmp_path / "a.txt"))
    history = session.loaded.history
    for _ in range(5):
        history = history.undo(scheme)
    history = history.apply("reject", edits.reject(history.annotation, "s7"), "s7")
    session.save(history)
    session.close()
    with TinyDB(session.path) as plain:
        written = plain.table("edits").all()
        spans = plain.table("annotation").all()[0]["spans"]
    assert [edit["name"] for edit in written] == ["accept"] * (MANY - 5) + ["reject"]
    assert spans == [span.to_dict() for span in history.annotation.spans]
    assert store.load(session.article).history == history


@given(
    st.lists(
        st.builds(Span, st.sampled_from("abc"), st.integers(0, 3), st.integers(4, 6), st.sampled_from("PO"))
    )
)
def test_reading_order_is_that_of_each_span(spans: list[Span]) -> None:
    assert list(in_reading_order(spans)) == sorted(spans, key=lambda span: span.order)
