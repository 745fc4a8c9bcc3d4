"""What a spaCy Doc holds of a reviewed article: spans, ids, links, missing values, offsets."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from exporting import QUOTED, export_spacy, iob, one_doc, quoted, span, unit
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from spacy.tokens import DocBin

from annotations.annotation import (
    ACCEPTED,
    DONE,
    IN_PROGRESS,
    REJECTED,
    SUGGESTED,
    Annotation,
    Link,
    Span,
)
from annotations.article import load_article
from annotations.formats import Reviewed
from annotations.formats.report import Kind
from annotations.formats.selection import select
from annotations.formats.spacy_docs import load_docbin, make_doc
from annotations.italian import blank_italian
from annotations.scheme import default_scheme

SCHEME = default_scheme()


@pytest.mark.parametrize("task", ["ner", "spancat"])
def test_spans_ids_and_links_come_back(tmp_path: Path, task: str) -> None:
    given_unit = quoted()
    export_spacy([given_unit], tmp_path / "out", SCHEME)
    found = list(load_docbin(tmp_path / "out" / task / "train.spacy"))
    assert len(found) == 1
    annotation = given_unit.annotation
    expected = [
        {k: s.to_dict()[k] for k in ("id", "start", "end", "label", "status")} for s in annotation.spans
    ]
    assert found[0]["spans"] == expected
    assert found[0]["links"] == [link.to_dict() for link in annotation.links]
    assert len(found[0]["links"]) == 2
    assert found[0]["article"] == {"id": "q", "sha256": given_unit.article.sha256, "text": QUOTED}
    assert (found[0]["annotator"], found[0]["state"]) == ("anna", DONE)


def test_an_article_without_entities_is_all_outside_and_has_its_groups() -> None:
    doc = one_doc(unit("n", "Nessuno qui oggi."))
    assert doc.has_annotation("ENT_IOB")
    assert set(iob(doc).values()) == {"O"}
    assert set(doc.spans) == {"sc", "rejected"}
    restored = next(DocBin(docs=[doc]).get_docs(doc.vocab))
    assert set(restored.spans) == {"sc", "rejected"}
    assert "sc" in restored.spans and len(restored.spans["sc"]) == 0


def test_a_rejected_entity_is_a_negative_unless_it_was_accepted_too() -> None:
    text = "Axios cita il Parlamento."
    selection = select(
        unit(
            "x",
            text,
            span(text, "Axios", "ORG", ACCEPTED, 1),
            span(text, "Axios", "ORG", REJECTED, 2),
            span(text, "Axios", "PER", REJECTED, 3),
            span(text, "Parlamento", "MISC", REJECTED),
        ),
        SCHEME,
    )
    doc, _ = make_doc(blank_italian(), selection)
    assert [(s.text, s.label_) for s in doc.spans["rejected"]] == [("Axios", "PER"), ("Parlamento", "MISC")]
    assert [(s.text, s.label_) for s in doc.ents] == [("Axios", "ORG")]
    assert [r.kind for r in selection.remarks] == [Kind.CONTRADICTED]


def test_a_rejected_quote_is_nowhere() -> None:
    text = "Il «caso» Roma."
    doc = one_doc(unit("x", text, span(text, "«caso»", "CONTENT", REJECTED)))
    assert len(doc.spans["sc"]) == len(doc.spans["rejected"]) == 0


def test_undecided_entities_of_a_done_article_are_missing_values() -> None:
    text = "Rossi e Mario Bianchi a Roma."
    doc = one_doc(unit("x", text, span(text, "Rossi", "PER"), span(text, "Mario Bianchi", "PER", SUGGESTED)))
    assert iob(doc) == {"Rossi": "B", "e": "O", "Mario": "-", "Bianchi": "-", "a": "O", "Roma": "O", ".": "O"}
    restored = next(DocBin(docs=[doc]).get_docs(doc.vocab))
    assert iob(restored) == iob(doc)


def test_undecided_quotes_leave_the_entities_as_they_are() -> None:
    doc = one_doc(unit("x", "Il «caso» Roma.", span("Il «caso» Roma.", "«caso»", "CONTENT", SUGGESTED)))
    assert set(iob(doc).values()) == {"O"}


def test_in_progress_all_but_the_accepted_entities_is_missing() -> None:
    text = "Rossi e Axios, «Sì», a Roma."
    doc = one_doc(
        unit(
            "x",
            text,
            span(text, "Rossi", "PER"),
            span(text, "Axios", "PER", REJECTED),
            span(text, "«Sì»", "CONTENT"),
            span(text, "Roma", "LOC", SUGGESTED),
            state=IN_PROGRESS,
        )
    )
    tags = iob(doc)
    assert tags.pop("Rossi") == "B"
    assert set(tags.values()) == {"-"}
    assert [s.text for s in doc.spans["rejected"]] == ["Axios"]


def test_spans_off_the_tokens_are_kept_and_told() -> None:
    text = "Il post di @GiorgiaMeloni su Roma e Meloni."
    handle = span(text, "GiorgiaMeloni", "PER")
    doc, remarks = make_doc(
        blank_italian(), select(unit("x", text, handle, span(text, "Roma", "LOC")), SCHEME)
    )
    assert [token.text for token in blank_italian().make_doc(text)][3] == "@GiorgiaMeloni"
    assert [token.text for token in doc][3:5] == ["@", "GiorgiaMeloni"]
    assert (doc.ents[0].text, doc.ents[0].start_char) == ("GiorgiaMeloni", handle.start)
    assert doc.text == text
    assert [(r.kind, r.label, r.words) for r in remarks] == [(Kind.OFF_TOKEN, "PER", "GiorgiaMeloni")]


def test_quotes_may_overlap_and_nest() -> None:
    text = "«Ha detto: “Sì” e poi», “Sì” e poi» no"
    spans = [
        span(text, "«Ha detto: “Sì” e poi»", "CONTENT"),
        span(text, "“Sì”", "CONTENT"),
        span(text, "“Sì” e poi»", "SOURCE"),
        Span("late", 20, 30, "CONTENT", ACCEPTED),
    ]
    doc = one_doc(unit("x", text, *spans))
    assert {(s.id_, s.start_char, s.end_char) for s in doc.spans["sc"]} == {
        (s.id, s.start, s.end) for s in spans
    }


def test_of_overlapping_entities_the_longer_stays() -> None:
    text = "La Banca d'Italia a Roma"
    selection = select(
        unit("x", text, span(text, "Banca d'Italia", "ORG"), span(text, "Italia", "LOC")), SCHEME
    )
    assert [s.label for s in selection.entities] == ["ORG"]
    assert [(r.kind, r.words) for r in selection.remarks] == [(Kind.OVERLAPPING, "Italia")]
    make_doc(blank_italian(), selection)


def test_white_space_at_the_edges_goes() -> None:
    text = "Ieri  Trump\u00a0 qui\n\n"
    start = text.index(" Trump")
    spans = (
        Span("a", start, start + 8, "PER", ACCEPTED),
        Span("b", len(text) - 2, len(text), "LOC", ACCEPTED),
        Span("c", 3, len(text) + 5, "LOC", ACCEPTED),
        Span("d", 4, 4, "LOC", ACCEPTED),
        Span("e", -2, 4, "LOC", ACCEPTED),
    )
    selection = select(unit("x", text, *spans), SCHEME)
    doc, _ = make_doc(blank_italian(), selection)
    assert [e.text for e in doc.ents] == ["Trump"]
    kinds = {r.kind: r.words for r in selection.remarks}
    assert kinds[Kind.TRIMMED] == " Trump\u00a0 "
    assert kinds[Kind.BLANK] == "\n\n"
    assert sum(r.kind == Kind.OUTSIDE for r in selection.remarks) == 3


def test_links_to_what_is_rejected_stand_by_themselves() -> None:
    text = "«Sì», ha detto Anna"
    content, cue = span(text, "«Sì»", "CONTENT"), span(text, "detto", "CUE")
    source = span(text, "Anna", "SOURCE", REJECTED)
    links = (Link(content.id, "cue", cue.id), Link(content.id, "source", source.id))
    selection = select(unit("x", text, content, cue, source, links=links), SCHEME)
    assert selection.links == [links[0]]
    assert selection.rejected_links == [links[1]]
    undecided = replace(source, status=SUGGESTED)
    selection = select(unit("x", text, content, cue, undecided, links=links), SCHEME)
    assert (selection.links, selection.rejected_links) == ([links[0]], [])
    assert (Kind.UNLINKED, "source") in [(r.kind, r.label) for r in selection.remarks]


AWKWARD = [
    "👨🏻‍🚒 pompieri 🇮🇹 a Città di Castello con Zoë",
    unicodedata.normalize("NFD", "Il caffè di Nicolò a Città di Castello già Zoë"),
    "\tZoë\ta\u00a0Città di Castello\u00a0\u200b!",
    "Zoë\n\n\nCittà di Castello\u2028fine\x0c\x1b[31m",
    "dell’\u200bUnità(Zoë)Città di Castello/Usa-Russia,Kiev…",
    "\ufeffZoë Città di Castello",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_offsets_hold_in_awkward_texts(text: str) -> None:
    form = "NFD" if text == unicodedata.normalize("NFD", text) else "NFC"
    words = [unicodedata.normalize(form, word) for word in ("Zoë", "Città di Castello")]
    spans = [span(text, word, "PER") for word in words]
    doc = one_doc(unit("x", text, *spans))
    assert doc.text == text
    assert {(e.text, e.start_char, e.id_) for e in doc.ents} == {
        (word, s.start, s.id) for word, s in zip(words, spans, strict=True)
    }


def test_offsets_hold_in_a_file_with_carriage_returns(tmp_path: Path) -> None:
    path = tmp_path / "crlf.txt"
    path.write_bytes("Titolo\r\n\r\nRoma, 4 set.\r\n🎉 Zoë parla.\r\n".encode())
    article = load_article(path)
    zoe = span(article.text, "Zoë", "PER")
    export_spacy([Reviewed(article, Annotation("anna", DONE, (zoe,)))], tmp_path / "out", SCHEME)
    (found,) = load_docbin(tmp_path / "out" / "ner" / "train.spacy")
    (loaded,) = found["spans"]
    assert found["article"]["text"] == article.text
    assert found["article"]["text"][loaded["start"] : loaded["end"]] == "Zoë"


NLP = blank_italian()


@settings(max_examples=150, deadline=None)
@given(
    st.text(alphabet="aÈ. ,«»“\"'’-\n\t\u00a0\u200b\u0301🇮🎉@1/", min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(1, 12)), max_size=6),
)
def test_no_span_is_lost_whatever_the_text(text: str, places: list[tuple[int, int]]) -> None:
    spans = [
        Span(f"s{n}", start, min(start + length, len(text)), "SOURCE", ACCEPTED)
        for n, (start, length) in enumerate(places)
        if start < len(text)
    ]
    doc, _ = make_doc(NLP, select(unit("x", text, *spans), SCHEME))
    assert doc.text == text
    found = {s.id_: s.text for s in doc.spans["sc"]}
    assert found == {s.id: text[s.start : s.end].strip() for s in spans if text[s.start : s.end].strip()}
