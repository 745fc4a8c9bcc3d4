"""The export for spaCy: every span where it was, nothing claimed that no editor said, equal bytes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin

from annotations.annotation import (
    ACCEPTED,
    DONE,
    IN_PROGRESS,
    NEW,
    REJECTED,
    SUGGESTED,
    Annotation,
    Link,
    Span,
)
from annotations.article import Article, load_article
from annotations.errors import ChiosaError
from annotations.formats import Reviewed, formats, get_format
from annotations.formats.report import Kind, Report
from annotations.formats.selection import select
from annotations.formats.spacy_docs import load_docbin, make_doc
from annotations.formats.spacy_export import export_spacy
from annotations.formats.split import DEV_SHARE, rank, split_articles
from annotations.italian import blank_italian
from annotations.scheme import default_scheme

SCHEME = default_scheme()


def span(text: str, words: str, label: str, status: str = ACCEPTED, number: int = 0) -> Span:
    """The span of the first occurrence of some words."""
    start = text.index(words)
    return Span(
        f"{label.lower()}{start}.{number}", start, start + len(words), label, status, "rule:test", 0.5
    )


def unit(
    name: str,
    text: str,
    *spans: Span,
    links: tuple[Link, ...] = (),
    state: str = DONE,
    annotator: str = "anna",
) -> Reviewed:
    ordered = tuple(sorted(spans, key=lambda s: s.order))
    article = Article(name, Path(f"{name}.txt"), text, name)
    return Reviewed(article, Annotation(annotator, state, ordered, links))


def simple(name: str, state: str = DONE, annotator: str = "anna") -> Reviewed:
    """An article with an entity and a quote."""
    text = f"A Roma, «Basta», ha detto Anna. Numero {name}."
    return unit(
        name,
        text,
        span(text, "Roma", "LOC"),
        span(text, "«Basta»", "CONTENT"),
        span(text, "detto", "CUE"),
        state=state,
        annotator=annotator,
    )


def many(count: int) -> list[Reviewed]:
    return [simple(f"a{number}") for number in range(count)]


def manifest(dest: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((dest / "manifest.json").read_text(encoding="utf-8"))
    return found


def ids(dest: Path, name: str) -> list[str]:
    return [found["article"]["id"] for found in load_docbin(dest / f"{name}.spacy")]


def docs(dest: Path, name: str) -> dict[str, Doc]:
    found = DocBin().from_disk(dest / f"{name}.spacy").get_docs(spacy.blank("it").vocab)
    return {doc.user_data["chiosa"]["id"]: doc for doc in found}


def one_doc(reviewed: Reviewed) -> Doc:
    return make_doc(blank_italian(), select(reviewed, SCHEME))[0]


def iob(doc: Doc) -> dict[str, str]:
    return {token.text: "-IOB"[token.ent_iob] if token.ent_iob else "-" for token in doc}


def in_dev(seed: str = "chiosa") -> str:
    """A name that the hash puts into dev; there are plenty."""
    return next(f"d{number}" for number in range(99) if rank(f"d{number}", seed) < DEV_SHARE)


# --- formats ---------------------------------------------------------------------------------------------


def test_formats_are_found_by_name() -> None:
    assert get_format("spacy").name == "spacy"
    assert get_format("spacy").export is not None
    assert list(formats()) == sorted(formats())


def test_an_unknown_format_is_told_with_those_there_are() -> None:
    with pytest.raises(ChiosaError, match=r"'spacey'.*spacy"):
        get_format("spacey")


def test_listing_the_formats_imports_no_spacy() -> None:
    code = "import sys; from annotations.formats import formats; formats(); print('spacy' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_the_registry_exports(tmp_path: Path) -> None:
    export = get_format("spacy").export
    assert export is not None
    seen: list[tuple[int, int]] = []
    report = export(
        many(3), tmp_path / "out", SCHEME, progress=lambda done, total: seen.append((done, total))
    )
    assert isinstance(report, Report)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert (tmp_path / "out" / "ner" / "train.spacy").is_file()


# --- what a Doc holds ------------------------------------------------------------------------------------

QUOTED = "Roma, 4 set. «Non c'è fretta», ha spiegato ieri il ministro Nicolò Dell'Acqua all'Ansa.\n"


def quoted(state: str = DONE) -> Reviewed:
    content, cue = span(QUOTED, "«Non c'è fretta»", "CONTENT"), span(QUOTED, "spiegato", "CUE")
    source = span(QUOTED, "ministro Nicolò Dell'Acqua", "SOURCE")
    return unit(
        "q",
        QUOTED,
        span(QUOTED, "Roma", "LOC"),
        span(QUOTED, "Nicolò Dell'Acqua", "PER"),
        span(QUOTED, "Ansa", "PER", REJECTED),
        span(QUOTED, "Ansa", "ORG", ACCEPTED),
        content,
        cue,
        source,
        links=(Link(content.id, "cue", cue.id), Link(content.id, "source", source.id)),
        state=state,
    )


@pytest.mark.parametrize("task", ["ner", "spancat"])
def test_spans_ids_and_links_come_back(tmp_path: Path, task: str) -> None:
    given_unit = quoted()
    export_spacy([given_unit], tmp_path / "out", SCHEME)
    found = list(load_docbin(tmp_path / "out" / task / "train.spacy"))
    assert len(found) == 1
    annotation = given_unit.annotation
    expected = [{k: s.to_dict()[k] for k in ("id", "start", "end", "label", "status")} for s in annotation]
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


def test_links_to_what_is_not_written_go() -> None:
    text = "«Sì», ha detto Anna"
    content, cue = span(text, "«Sì»", "CONTENT"), span(text, "detto", "CUE")
    source = span(text, "Anna", "SOURCE", REJECTED)
    links = (Link(content.id, "cue", cue.id), Link(content.id, "source", source.id))
    selection = select(unit("x", text, content, cue, source, links=links), SCHEME)
    assert selection.links == [links[0]]
    assert [(r.kind, r.label) for r in selection.remarks] == [(Kind.UNLINKED, "source")]


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


# --- which articles go where -----------------------------------------------------------------------------


def test_only_done_articles_are_exported(tmp_path: Path) -> None:
    units = [*many(4), simple("half", IN_PROGRESS), simple("fresh", NEW)]
    report = export_spacy(units, tmp_path / "out", SCHEME)
    assert {entry.id for entry in report.articles} == {"a0", "a1", "a2", "a3"}
    listed = manifest(tmp_path / "out")["articles_not_done"]
    assert [(found["id"], found["why"]) for found in listed] == [("fresh", NEW), ("half", IN_PROGRESS)]


def test_partial_puts_articles_in_progress_into_ner_train_alone(tmp_path: Path) -> None:
    half = [simple(f"half{number}", IN_PROGRESS) for number in range(20)]
    dest = tmp_path / "out"
    export_spacy([*many(10), *half, simple("fresh", NEW)], dest, SCHEME, partial=True)
    names = {reviewed.article.id for reviewed in half}
    assert names < set(ids(dest, "ner/train"))
    for other in ("ner/dev", "spancat/train", "spancat/dev"):
        assert not names & set(ids(dest, other))
    assert "fresh" not in ids(dest, "ner/train")
    assert {found["id"] for found in manifest(dest)["articles_not_in_spancat"]} == names
    assert manifest(dest)["counts"]["ner"]["train"]["missing_tokens"] > 0
    assert manifest(dest)["counts"]["ner"]["dev"]["missing_tokens"] == 0


def test_undecided_quotes_keep_a_done_article_out_of_spancat(tmp_path: Path) -> None:
    text = "«Forse», ha detto Anna"
    waiting = unit("w", text, span(text, "Anna", "PER"), span(text, "«Forse»", "CONTENT", SUGGESTED))
    open_entity = unit("e", text, span(text, "Anna", "PER", SUGGESTED), span(text, "«Forse»", "CONTENT"))
    dest = tmp_path / "out"
    report = export_spacy([*many(4), waiting, open_entity], dest, SCHEME)
    in_ner = {*ids(dest, "ner/train"), *ids(dest, "ner/dev")}
    in_spancat = {*ids(dest, "spancat/train"), *ids(dest, "spancat/dev")}
    assert in_ner - in_spancat == {"w"}
    assert [a["id"] for a in manifest(dest)["articles_not_in_spancat"]] == ["w"]
    undecided = manifest(dest)["left_out"]["undecided"]
    assert {label: [r["words"] for r in found] for label, found in undecided.items()} == {
        "CONTENT": ["«Forse»"],
        "PER": ["Anna"],
    }
    assert report.count(Kind.UNDECIDED) == 2


def test_an_article_keeps_its_split_when_others_come() -> None:
    names = [f"n{number}" for number in range(300)]
    before, after = split_articles(names[:200], "s"), split_articles(names, "s")
    assert before.dev == after.dev & set(names[:200])
    assert before.train | before.dev == set(names[:200]) and not before.train & before.dev
    assert 0.05 < len(after.dev) / 300 < 0.2
    assert split_articles(names, "other").dev != after.dev


@pytest.mark.parametrize("count", range(2, 12))
@pytest.mark.parametrize("seed", ["a", "b", "c", "d"])
def test_few_articles_fill_both_splits(count: int, seed: str) -> None:
    names = [f"n{number}" for number in range(count)]
    for useful in (names, names[:1], names[-2:], []):
        split = split_articles(names, seed, set(useful))
        assert split.train and split.dev and not split.train & split.dev
        assert split.train | split.dev == set(names)
        if useful:
            assert split.train & set(useful)
        if len(useful) > 1:
            assert split.dev & set(useful)


def test_train_is_not_empty_when_the_hash_puts_all_into_dev() -> None:
    names = sorted((n for n in map(str, range(50)) if rank(n, "s") < DEV_SHARE), key=lambda n: rank(n, "s"))
    assert len(names) > 2
    split = split_articles(names, "s")
    assert split.train == {names[-1]} and split.dev == set(names[:-1])


def test_many_articles_lie_where_the_hash_says() -> None:
    names = [f"n{number}" for number in range(100)]
    assert split_articles(names, "s", set(names)).dev == {n for n in names if rank(n, "s") < DEV_SHARE}


def test_a_lone_article_is_copied_to_dev_with_a_warning(tmp_path: Path) -> None:
    dest = tmp_path / "out"
    report = export_spacy([simple("only")], dest, SCHEME)
    for task in ("ner", "spancat"):
        assert ids(dest, f"{task}/train") == ids(dest, f"{task}/dev") == ["only"]
    assert any("copy" in text for text in report.warnings)
    assert manifest(dest)["warnings"] == report.warnings
    assert manifest(dest)["articles"][0]["split"] == {"ner": ["train", "dev"], "spancat": ["train", "dev"]}
    assert manifest(dest)["span_lengths"]["ner"] == {"LOC": {"1": 1}}


def test_without_a_done_article_there_is_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(ChiosaError, match=r"done with d") as caught:
        export_spacy([simple("fresh", NEW)], tmp_path / "out", SCHEME)
    assert "--partial" not in str(caught.value)
    with pytest.raises(ChiosaError, match=r"done with d.*--partial") as caught:
        export_spacy([simple("half", IN_PROGRESS)], tmp_path / "out", SCHEME)
    assert "\n" not in str(caught.value)
    with pytest.raises(ChiosaError, match="done with d"):
        export_spacy([], tmp_path / "out", SCHEME)
    assert list(tmp_path.iterdir()) == []


def test_partial_alone_leaves_dev_empty_with_a_warning(tmp_path: Path) -> None:
    report = export_spacy([simple("half", IN_PROGRESS)], tmp_path / "out", SCHEME, partial=True)
    assert ids(tmp_path / "out", "ner/train") == ["half"]
    assert ids(tmp_path / "out", "ner/dev") == []
    assert any("dev is empty" in text for text in report.warnings)


def test_half_an_article_is_not_trained_on_when_another_annotator_finished_it_in_dev(tmp_path: Path) -> None:
    name, dest = in_dev(), tmp_path / "out"
    units = [*many(10), simple(name), simple(name, IN_PROGRESS, "bruno")]
    export_spacy(units, dest, SCHEME, partial=True)
    assert name in ids(dest, "ner/dev") and name not in ids(dest, "ner/train")
    (skipped,) = manifest(dest)["articles_not_in_ner"]
    assert (skipped["id"], skipped["annotator"]) == (name, "bruno")


def test_two_annotators_of_one_article_share_its_split(tmp_path: Path) -> None:
    dest = tmp_path / "out"
    export_spacy([*many(8), *(simple(f"a{n}", annotator="bruno") for n in range(8))], dest, SCHEME)
    assert not set(ids(dest, "ner/train")) & set(ids(dest, "ner/dev"))
    assert len(ids(dest, "ner/train")) + len(ids(dest, "ner/dev")) == 16
    assert manifest(dest)["annotators"] == ["anna", "bruno"]


def test_without_quotes_there_is_no_spancat(tmp_path: Path) -> None:
    text = "A Roma oggi"
    units = [unit(f"n{n}", text + str(n), span(text, "Roma", "LOC")) for n in range(4)]
    report = export_spacy(units, tmp_path / "out", SCHEME)
    assert not (tmp_path / "out" / "spancat").exists()
    assert (tmp_path / "out" / "ner" / "config.cfg").exists()
    assert any("spancat is not written" in line for line in report.lines())


def test_without_entities_there_is_no_ner(tmp_path: Path) -> None:
    text = "«Sì», ha detto"
    units = [unit(f"n{n}", text + str(n), span(text, "«Sì»", "CONTENT")) for n in range(4)]
    report = export_spacy(units, tmp_path / "out", SCHEME)
    assert not (tmp_path / "out" / "ner").exists()
    assert (tmp_path / "out" / "spancat" / "config.cfg").exists()
    assert any("ner is not written" in line for line in report.lines())


def test_without_any_span_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ChiosaError, match="no accepted span"):
        export_spacy([unit("x", "Niente."), unit("y", "Nulla.")], tmp_path / "out", SCHEME)
    assert list(tmp_path.iterdir()) == []


def test_the_only_article_with_quotes_is_trained_on(tmp_path: Path) -> None:
    name, text = in_dev(), "A Roma oggi"
    units = [unit(f"n{n}", text + str(n), span(text, "Roma", "LOC")) for n in range(8)]
    report = export_spacy([*units, simple(name)], tmp_path / "out", SCHEME)
    assert name in ids(tmp_path / "out", "spancat/train")
    assert name in ids(tmp_path / "out", "ner/dev")
    assert any("spancat: no article in dev holds a span" in text for text in report.warnings)


def test_labels_only_in_dev_are_told(tmp_path: Path) -> None:
    name, text = in_dev(), "Il Nobel a Roma"
    rare = unit(name, text, span(text, "Nobel", "MISC"), span(text, "Roma", "LOC"))
    report = export_spacy([*many(10), rare], tmp_path / "out", SCHEME)
    assert manifest(tmp_path / "out")["labels_only_in_dev"] == {"ner": ["MISC"], "spancat": []}
    assert any("labels only in dev" in text and "MISC" in text for text in report.warnings)


def test_one_text_under_two_names_in_both_splits_is_told(tmp_path: Path) -> None:
    twin = simple(in_dev())
    copies = [Reviewed(replace(twin.article, id=f"a{n}"), twin.annotation) for n in range(10)]
    report = export_spacy([twin, *copies], tmp_path / "out", SCHEME)
    assert any("under two names" in text for text in report.warnings)
    assert not any("under two names" in t for t in export_spacy(many(9), tmp_path / "out", SCHEME).warnings)


# --- the report and the manifest -------------------------------------------------------------------------


def test_the_manifest_tells_what_is_there(tmp_path: Path) -> None:
    long = "«Uno due tre quattro cinque sei sette otto nove»"
    text = f"{long}, ha detto @Anna a Roma"
    units = [
        *many(5),
        unit("long", text, span(text, long, "CONTENT"), span(text, "Anna", "PER")),
    ]
    dest = tmp_path / "out"
    report = export_spacy(units, dest, SCHEME, seed="x")
    found = manifest(dest)
    assert set(found["versions"]) == {"chiosa", "spacy", "python"}
    assert found["versions"]["spacy"] == spacy.__version__
    assert found["split"] == {"seed": "x", "dev_share": DEV_SHARE}
    assert [label["name"] for label in found["scheme"]["labels"]] == list(SCHEME.names)
    assert found["longer_than_suggested"] == {"tokens": 8, "spans": {"CONTENT": 1, "CUE": 0}}
    assert found["span_lengths"]["spancat"]["CONTENT"] == {"3": 5, "11": 1}
    entry = next(a for a in found["articles"] if a["id"] == "long")
    assert (entry["sha256"], entry["annotator"], entry["state"]) == (units[-1].article.sha256, "anna", DONE)
    for task, labels in (("ner", {"LOC": 5, "PER": 1}), ("spancat", {"CONTENT": 6, "CUE": 5})):
        totals: dict[str, int] = {}
        for split in ("train", "dev"):
            counts = found["counts"][task][split]
            assert counts["articles"] == len(ids(dest, f"{task}/{split}"))
            assert (
                sum(task in a["split"] and split in a["split"][task] for a in found["articles"])
                == (counts["articles"])
            )
            for label, number in counts["labels"].items():
                totals[label] = totals.get(label, 0) + number
        assert totals == labels
    (off,) = found["kept_with_changes"]["off token"]["PER"]
    assert off == {
        "article": "long",
        "start": text.index("Anna"),
        "end": text.index("Anna") + 4,
        "words": "Anna",
    }
    for name, digest in found["files"].items():
        assert hashlib.sha256((dest / name).read_bytes()).hexdigest() == digest
    assert any('off token: 1 span: PER "Anna" in long' in line for line in report.lines())


def test_the_report_brings_no_control_characters_to_the_terminal(tmp_path: Path) -> None:
    text = "Ieri @\x1b[2JAnna qui"
    bad = unit("nome\x1b]0;x\x07", text, span(text, "\x1b[2JAnna", "PER"))
    report = export_spacy([*many(3), bad], tmp_path / "out", SCHEME)
    lines = report.lines()
    assert any("Anna" in line for line in lines)
    assert all(line.isprintable() for line in lines)


def test_an_id_of_undecodable_bytes_is_written_as_text(tmp_path: Path) -> None:
    text = "A Roma"
    odd = unit("caff\udce8", text, span(text, "Roma", "LOC"))
    export_spacy([odd, unit("fresh\udce8", text, state=NEW)], tmp_path / "out", SCHEME)
    assert ids(tmp_path / "out", "ner/train") == ["caff\\udce8"]


def test_few_articles_are_told_of_debug_data(tmp_path: Path) -> None:
    report = export_spacy(many(5), tmp_path / "out", SCHEME)
    assert any("debug data" in text for text in report.warnings)


# --- bytes, configs, tokenizer ---------------------------------------------------------------------------

_AGAIN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import test_spacy_export as here
import spacy
if sys.argv[3] == "reversed":
    spacy.blank("it")("Parole che altrove nessuno ha letto, in un altro vocabolario.")
units = [*here.many(30), here.quoted(), here.simple("half", "in progress")]
units = units if sys.argv[3] == "forward" else units[::-1]
here.export_spacy(units, Path(sys.argv[2]), here.SCHEME, partial=True)
"""


def test_the_same_articles_give_the_same_bytes(tmp_path: Path) -> None:
    dest = tmp_path / "out"
    digests = []
    for seed, order in (("1", "forward"), ("99", "reversed")):
        arguments = [sys.executable, "-c", _AGAIN, str(Path(__file__).parent), str(dest), order]
        subprocess.run(arguments, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        digests.append(
            {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in dest.rglob("*") if p.is_file()}
        )
    assert len(digests[0]) > 6
    assert digests[0] == digests[1]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dest = tmp_path_factory.mktemp("à b") / "out"
    export_spacy(many(6), dest, SCHEME)
    return dest


def test_the_configs_are_complete_and_point_to_the_files(exported: Path) -> None:
    for task in ("ner", "spancat"):
        config = spacy.util.load_config(exported / task / "config.cfg").interpolate()
        assert Path(config["corpora"]["train"]["path"]) == exported / task / "train.spacy"
        assert Path(config["corpora"]["dev"]["path"]) == exported / task / "dev.spacy"
        assert config["corpora"]["train"]["max_length"] == config["corpora"]["dev"]["max_length"] == 0
        assert config["nlp"]["pipeline"] == ["tok2vec", task]
        assert config["initialize"]["before_init"] == {
            "@callbacks": "spacy.copy_from_base_model.v1",
            "tokenizer": str(exported / "base_it"),
            "vocab": None,
        }
        spacy.util.load_model_from_config(config, auto_fill=False, validate=True)
    ner = spacy.util.load_config(exported / "ner" / "config.cfg")
    assert ner["components"]["ner"]["incorrect_spans_key"] == "rejected"
    spancat = spacy.util.load_config(exported / "spancat" / "config.cfg")["components"]["spancat"]
    assert spancat["spans_key"] == "sc"
    assert spancat["suggester"] == {
        "@misc": "spacy.ngram_range_suggester.v1",
        "min_size": 1,
        "max_size": 8,
    }


def test_the_tokenizer_is_the_desks(exported: Path) -> None:
    text = 'dell\'«Unità»,Usa-Russia detto:"Vado a Roma",ha 2024,Roma'
    nlp = spacy.load(exported / "base_it")
    assert [t.text for t in nlp(text)] == [t.text for t in blank_italian()(text)]
    assert "Russia" in [t.text for t in nlp(text)]


def test_a_file_that_is_no_docbin_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "x.spacy"
    broken.write_bytes(b"not a docbin")
    with pytest.raises(ChiosaError, match="not a spaCy DocBin"):
        list(load_docbin(broken))
    with pytest.raises(ChiosaError, match="cannot be read"):
        list(load_docbin(tmp_path / "missing.spacy"))


# --- the folder ------------------------------------------------------------------------------------------


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_an_earlier_export_is_replaced(tmp_path: Path) -> None:
    dest = tmp_path / "out"
    export_spacy(many(6), dest, SCHEME)
    text = "A Roma oggi"
    export_spacy([unit("n", text, span(text, "Roma", "LOC"))], dest, SCHEME)
    assert ids(dest, "ner/train") == ["n"]
    assert not (dest / "spancat").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_folders_on_the_way_are_made_and_an_empty_one_is_used(tmp_path: Path) -> None:
    export_spacy(many(2), tmp_path / "a" / "b", SCHEME)
    (tmp_path / "empty").mkdir()
    export_spacy(many(2), tmp_path / "empty", SCHEME)
    assert (tmp_path / "a" / "b" / "manifest.json").exists() and (
        tmp_path / "empty" / "manifest.json"
    ).exists()
    assert (tmp_path / "empty").stat().st_mode & 0o777 == 0o777 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("name", ["notes.txt", "manifest.json", "ner/model/meta.json", ".hidden"])
@pytest.mark.parametrize("after_export", [False, True])
def test_a_folder_with_anything_else_is_left_alone(tmp_path: Path, name: str, after_export: bool) -> None:
    dest = tmp_path / "out"
    if after_export:
        export_spacy(many(3), dest, SCHEME)
    (dest / name).parent.mkdir(parents=True, exist_ok=True)
    (dest / name).write_text('{"files": {}}')
    before = snapshot(tmp_path)
    with pytest.raises(ChiosaError, match=r"out: holds .* not of an earlier export"):
        export_spacy(many(4), dest, SCHEME, progress=lambda *_: pytest.fail("worked before it looked"))
    assert snapshot(tmp_path) == before


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ChiosaError, match="not a folder"):
        export_spacy(many(2), tmp_path / "out", SCHEME)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_failure_on_the_way_leaves_the_earlier_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dest = tmp_path / "out"
    export_spacy(many(3), dest, SCHEME)
    before = snapshot(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("annotations.formats.spacy_export.make_manifest", full)
    with pytest.raises(ChiosaError, match="No space left on device"):
        export_spacy(many(5), dest, SCHEME)
    assert snapshot(tmp_path) == before


def test_a_failed_rename_brings_the_earlier_export_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dest = tmp_path / "out"
    export_spacy(many(3), dest, SCHEME)
    before = snapshot(tmp_path)
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(ChiosaError, match="Input/output error"):
        export_spacy(many(5), dest, SCHEME)
    assert snapshot(tmp_path) == before


def test_a_path_that_no_config_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChiosaError, match=r"with a \$"):
        export_spacy(many(2), tmp_path / "a$b", SCHEME)
    assert list(tmp_path.iterdir()) == []
