"""Files of the store, decoded in C or, where they are unusual, in Python: with the same result."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations import stored as module
from annotations.annotation import FURTHEST, STATES, STATUSES, SUGGESTED, Link, Note, Span
from annotations.atomic import Tables
from annotations.store import NOT_CHIOSAS
from annotations.stored import PlacedRecord, Stored, stored

words = st.text(max_size=8) | st.sampled_from(["PER", "s1", "\ud800", "«\N{COMBINING GRAVE ACCENT}"])
offsets = st.integers(0, 50)
spans = st.builds(
    lambda a, b, *rest: Span(rest[0], min(a, b), max(a, b) + 1, *rest[1:]),
    offsets, offsets, words, words, st.sampled_from(STATUSES), words, st.none() | st.floats(0, 1),
)  # fmt: skip
records = st.fixed_dictionaries({
    "annotator": words, "state": st.sampled_from(STATES), "suggester": words,
    "next_id": st.integers(0, FURTHEST - 1), "position": st.integers(0, 9),
    "spans": st.lists(spans.map(Span.to_dict), max_size=4),
    "links": st.lists(st.builds(Link, words, words, words).map(Link.to_dict), max_size=3),
    "notes": st.lists(st.builds(Note, words, st.booleans(), words).map(Note.to_dict), max_size=3),
    "disputed": st.lists(words, unique=True, max_size=2),
})  # fmt: skip
odd = st.sampled_from([
    None, True, -1, 0, 1.5, 1 << 41, 1 << 70, 1e300, float("nan"), float("inf"), "", "1", "\udfff", [], [1],
    {}, {"a": 1}, "accepted", "new",
])  # fmt: skip


def tables(record: dict[str, Any]) -> Tables:
    """A whole file."""
    meta = {"schema": 2, "article": "a", "sha256": "0" * 64}
    return {"meta": {"1": meta}, "annotation": {"1": record}, "edits": {}, "mine": {"7": {"x": [1.5, None]}}}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value inside a value."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def read(path: Path, monkeypatch: pytest.MonkeyPatch, *, longer: bool) -> Stored | str:
    """What is read of a file, in C if that can be, or else by the longer way; or "" if it is refused."""
    with monkeypatch.context() as patched:
        if longer:
            patched.setattr(module, "_tables", msgspec.json.Decoder(int))
        try:
            found = stored(path)
            assert found is not None
            found.record.annotation()
            return found
        except NOT_CHIOSAS:
            return ""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(record=records, data=st.data())
def test_both_ways_of_reading_agree(
    record: dict[str, Any], data: st.DataObject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, path = tables(record), tmp_path / "a.json"
    sound = True
    if data.draw(st.booleans(), label="damaged"):
        place = data.draw(st.sampled_from(list(places(whole))))
        at: Any = whole
        for key in place[:-1]:
            at = at[key]
        if isinstance(at, dict) and data.draw(st.booleans(), label="gone"):
            del at[place[-1]]
        else:
            at[place[-1]] = data.draw(odd)
        sound = False
    text = json.dumps(whole, ensure_ascii=data.draw(st.booleans(), label="ascii"))
    path.write_bytes(text.encode("utf-8", "backslashreplace"))
    short, long = (read(path, monkeypatch, longer=longer) for longer in (False, True))
    assert short == long
    if sound:
        assert isinstance(short, Stored)
        found = short.record.annotation()
        assert found.spans == tuple(sorted(map(Span.from_dict, record["spans"]), key=lambda s: s.order))
        assert found.links == tuple(sorted(map(Link.from_dict, record["links"])))
        assert (found.state, found.next_id, short.record.position) == (
            record["state"], record["next_id"], record["position"]
        )  # fmt: skip
        assert short.others == {"mine": whole["mine"]}


def test_a_common_file_is_decoded_in_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    record = {"annotator": "Lina", "state": "new", "suggester": "", "next_id": 1, "position": 0, "spans": [],
              "links": [], "notes": [], "disputed": []}  # fmt: skip
    path.write_text(json.dumps(tables(record)))
    monkeypatch.setattr(module, "tables_of", lambda raw: pytest.fail("the longer way was taken"))
    found = stored(path)
    assert found is not None and found.record == msgspec.convert(record, PlacedRecord)


@pytest.mark.parametrize("score", [float("nan"), float("inf"), 1e300, True, "1"])
def test_a_score_that_is_no_number_is_refused(score: object) -> None:
    span = {**Span("s1", 0, 4, "PER", SUGGESTED).to_dict(), "score": score}
    with pytest.raises(ValueError):
        Span.from_dict(span)
