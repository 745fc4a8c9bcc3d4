"""The edits: what each does, and that the layer rules hold after any row of them."""

from __future__ import annotations

import pytest

from annotations import edits
from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Annotation, Link, Span
from annotations.scheme import Scheme

TEXT = "Trump vede Macron. Trump parla. «Bene», ha detto Trump. La Trump Tower."


def span(id_: str, words: str, label: str, status: str = SUGGESTED, nth: int = 1) -> Span:
    start = -1
    for _ in range(nth):
        start = TEXT.index(words, start + 1)
    return Span(id_, start, start + len(words), label, status, "rule:test", 0.5)


@pytest.fixture
def annotation() -> Annotation:
    spans = [
        span("s1", "Trump", "PER"),
        span("s2", "Macron", "PER"),
        span("s3", "Trump", "LOC", nth=2),
        span("s4", "«Bene»", "CONTENT"),
        span("s5", "detto", "CUE"),
        span("s6", "Trump", "SOURCE", nth=3),
        span("s7", "Trump Tower", "LOC"),
    ]
    links = [Link("s4", "cue", "s5"), Link("s4", "source", "s6")]
    return Annotation("Lina", next_id=8).with_spans(add=spans).with_links(add=links)


def status(annotation: Annotation, span_id: str) -> str:
    found = annotation.find(span_id)
    assert found is not None
    return found.status


def test_accept_and_reject(annotation: Annotation, scheme: Scheme) -> None:
    changed = edits.reject(edits.accept(annotation, "s1", scheme), "s2")
    assert (status(changed, "s1"), status(changed, "s2")) == (ACCEPTED, REJECTED)
    assert status(annotation, "s1") == SUGGESTED, "an edit changes no value in place"
    assert status(edits.accept(changed, "s2", scheme), "s2") == ACCEPTED


def test_with_a_rejected_quote_go_its_cue_and_source(annotation: Annotation, scheme: Scheme) -> None:
    changed = edits.reject(annotation, "s4")
    assert [status(changed, s) for s in ("s4", "s5", "s6")] == [REJECTED] * 3
    kept = edits.reject(edits.accept(annotation, "s6", scheme), "s4")
    assert status(kept, "s6") == ACCEPTED


def test_relabel_accepts_and_keeps_origin_and_score(annotation: Annotation, scheme: Scheme) -> None:
    changed = edits.relabel(annotation, "s3", "PER", scheme).find("s3")
    assert changed is not None
    assert (changed.label, changed.status, changed.origin, changed.score) == (
        "PER",
        ACCEPTED,
        "rule:test",
        0.5,
    )


def test_relabel_drops_links_that_no_longer_hold(annotation: Annotation, scheme: Scheme) -> None:
    assert [k.kind for k in edits.relabel(annotation, "s6", "CUE", scheme).links] == ["cue"]
    assert edits.relabel(annotation, "s4", "SOURCE", scheme).links == ()


def test_move_accepts(annotation: Annotation, scheme: Scheme) -> None:
    changed = edits.move(annotation, "s2", 6, 17, scheme).find("s2")
    assert changed is not None
    assert (changed.start, changed.end, changed.status) == (6, 17, ACCEPTED)
    with pytest.raises(edits.EditError, match="at least one word"):
        edits.move(annotation, "s2", 17, 17, scheme)


def test_entities_never_overlap(annotation: Annotation, scheme: Scheme) -> None:
    with pytest.raises(edits.Collision) as caught:
        edits.move(annotation, "s1", 0, 17, scheme)
    assert caught.value.other.id == "s2"
    with pytest.raises(edits.Collision):
        edits.add(annotation, 3, 8, "ORG", scheme)
    person = edits.relabel(annotation, "s6", "PER", scheme)
    source = person.find("s6")
    assert source is not None
    with pytest.raises(edits.Collision):
        edits.add(person, source.start, source.end, "ORG", scheme)
    rejected = edits.reject(annotation, "s2")
    moved = edits.move(rejected, "s1", 0, 17, scheme)
    with pytest.raises(edits.Collision):
        edits.accept(moved, "s2", scheme)


def test_quotes_may_hold_entities_and_one_another(annotation: Annotation, scheme: Scheme) -> None:
    quote = annotation.find("s4")
    assert quote is not None
    changed, _ = edits.add(annotation, quote.start + 1, quote.end - 1, "ORG", scheme)
    changed, _ = edits.add(changed, 0, len(TEXT), "CONTENT", scheme)
    assert edits.broken_rules(changed, scheme, len(TEXT)) == []


def test_a_new_span_is_accepted_and_the_editors(annotation: Annotation, scheme: Scheme) -> None:
    start = TEXT.index("parla")
    changed, span_id = edits.add(annotation, start, start + 5, "MISC", scheme)
    added = changed.find(span_id)
    assert added is not None
    assert (added.id, added.status, added.origin, added.score) == ("s8", ACCEPTED, "editor:Lina", None)
    again, same_id = edits.add(edits.reject(annotation, "s1"), 0, 5, "PER", scheme)
    assert (same_id, status(again, "s1")) == ("s1", ACCEPTED)


def test_rejecting_ones_own_span_deletes_it(annotation: Annotation, scheme: Scheme) -> None:
    start = TEXT.index("parla")
    changed, span_id = edits.add(annotation, start, start + 5, "MISC", scheme)
    assert edits.reject(changed, span_id).find(span_id) is None


def test_delete_takes_links_along(annotation: Annotation) -> None:
    changed = edits.delete(annotation, "s6")
    assert changed.find("s6") is None
    assert [link.kind for link in changed.links] == ["cue"]


def test_link_and_unlink(annotation: Annotation, scheme: Scheme) -> None:
    unlinked = edits.link(annotation, "s4", "source", None, scheme)
    assert [k.kind for k in unlinked.links] == ["cue"]
    linked = edits.link(unlinked, "s4", "source", "s6", scheme)
    assert Link("s4", "source", "s6") in linked.links
    assert (status(linked, "s4"), status(linked, "s6")) == (ACCEPTED, ACCEPTED)
    with pytest.raises(edits.EditError, match="is a SOURCE span, not CUE"):
        edits.link(annotation, "s4", "source", "s5", scheme)
    with pytest.raises(edits.EditError, match="only a CONTENT span"):
        edits.link(annotation, "s1", "source", "s6", scheme)


def test_link_words_makes_the_span(annotation: Annotation, scheme: Scheme) -> None:
    changed = edits.link_words(annotation, "s4", "source", 11, 17, scheme)
    (source,) = changed.linked("s4", "source")
    assert (source.start, source.end, source.label, source.status) == (11, 17, "SOURCE", ACCEPTED)
    assert edits.link_words(changed, "s4", "source", 11, 17, scheme) == changed, "the span is used again"


def test_accept_all(annotation: Annotation, scheme: Scheme) -> None:
    changed = edits.accept_all(edits.reject(annotation, "s1"), scheme)
    assert status(changed, "s1") == REJECTED
    assert {s.status for s in changed.spans if s.id != "s1"} == {ACCEPTED}
    assert changed.links == annotation.links


def test_same_decision(annotation: Annotation, scheme: Scheme) -> None:
    changed = edits.same_decision(annotation, "s1", TEXT, scheme)
    entities = [
        s for s in changed.spans if scheme.layer(s.label) == "entities" and TEXT[s.start : s.end] == "Trump"
    ]
    assert [(s.label, s.status) for s in entities] == [("PER", ACCEPTED)] * 3, (
        "the third was nobody's proposal"
    )
    assert status(changed, "s7") == SUGGESTED, "Trump in Trump Tower is left alone"
    assert status(changed, "s6") == SUGGESTED, "so is the other layer"


def test_same_decision_leaves_what_is_decided(annotation: Annotation, scheme: Scheme) -> None:
    decided = edits.accept(annotation, "s3", scheme)
    kept = edits.same_decision(edits.accept(decided, "s1", scheme), "s1", TEXT, scheme).find("s3")
    assert kept is not None
    assert kept.label == "LOC"


def test_same_decision_rejects_the_same_label_only(annotation: Annotation, scheme: Scheme) -> None:
    rejected = edits.same_decision(edits.reject(annotation, "s1"), "s1", TEXT, scheme)
    assert status(rejected, "s3") == SUGGESTED
    alike = edits.relabel(annotation, "s3", "PER", scheme)
    alike = alike.with_spans(["s3"], [span("s3", "Trump", "PER", nth=2)])
    rejected = edits.same_decision(edits.reject(alike, "s1"), "s1", TEXT, scheme)
    assert status(rejected, "s3") == REJECTED


def test_unknown_spans_and_labels(annotation: Annotation, scheme: Scheme) -> None:
    with pytest.raises(edits.EditError, match="no span s99"):
        edits.accept(annotation, "s99", scheme)
    with pytest.raises(Exception, match="no label 'NONE'"):
        edits.relabel(annotation, "s1", "NONE", scheme)
