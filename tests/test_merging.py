"""Two annotations of one article made one, and texts brought into the form of a file."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from roundtrips import SCHEME, hostile_text, some_annotation

from annotations.annotation import DONE, SUGGESTED, Annotation
from annotations.edits import broken_rules
from annotations.formats.incoming import Building, Incoming
from annotations.formats.merging import both, says_the_same
from annotations.formats.shelf import as_in_a_file


def pair(seed: int) -> tuple[str, Annotation, Annotation]:
    rng = random.Random(seed)
    text = hostile_text(rng)
    return text, some_annotation(rng, text).annotation, some_annotation(rng, text).annotation


def places(annotation: Annotation, decided: bool = True) -> set[tuple[int, int, str, str]]:
    spans = (s for s in annotation.spans if not decided or s.status != SUGGESTED)
    return {(s.start, s.end, s.label, s.status) for s in spans}


@given(st.integers(0, 1 << 30))
def test_what_both_have_decided_is_in_the_whole_or_told(seed: int) -> None:
    text, mine, theirs = pair(seed)
    whole, against = both(mine, theirs, SCHEME)
    assert broken_rules(whole, SCHEME, len(text)) == []
    assert places(mine) <= places(whole)
    told = {(s.start, s.end, s.label, s.status) for s in against}
    assert places(theirs) <= places(whole) | told
    assert whole.state != DONE or not against
    assert set(mine.links) <= set(whole.links)
    assert len({s.id for s in whole.spans}) == len(whole.spans)


@given(st.integers(0, 1 << 30))
def test_an_annotation_and_itself_are_itself(seed: int) -> None:
    _text, mine, _theirs = pair(seed)
    whole, against = both(mine, mine, SCHEME)
    assert against == [] and says_the_same(whole, mine)


@given(st.text("ab \r\n\ufeffé🇮", min_size=1, max_size=30), st.data())
def test_line_ends_become_those_of_a_file_and_spans_keep_their_words(text: str, data: st.DataObject) -> None:
    if not text.strip():
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = text[start:end].replace("\r\n", "\n").replace("\r", "\n")
    if not text[start:end].strip("\r\n\ufeff"):
        return
    building = Building(text)
    building.span(start, end, "CONTENT")
    found = as_in_a_file(Incoming("x:1", text, building.annotation(SCHEME)))
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert found.text == plain
    (span,) = found.annotation.spans
    got = found.text[span.start : span.end]
    assert got.strip("\n") == (words.removeprefix("\ufeff") if start == 0 else words).strip("\n")
