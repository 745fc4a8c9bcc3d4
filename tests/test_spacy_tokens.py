"""Spans off the tokens: the exported tokenizer learns to cut there, or what was done is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import spacy
from exporting import SCHEME, docs, export_spacy, manifest, many, simple, span, unit
from hypothesis import given
from hypothesis import strategies as st
from roundtrips import corpus
from spacy.tokens import Doc

from annotations.annotation import ACCEPTED, REJECTED, Span
from annotations.errors import ChiosaError
from annotations.formats import Reviewed, get_format
from annotations.formats.alignment import aligned
from annotations.formats.exporting import EXPAND, FAIL, SKIP, SPLIT, export
from annotations.formats.report import Kind, Report
from annotations.italian import blank_italian
from annotations.tokens import Tokens

GLUED = "Ieri G.Meloni e @GiorgiaMeloni hanno visto (G.Meloni, dellʼItalia."


def glued() -> Reviewed:
    marks = [("Meloni", "PER"), ("Giorgia", "PER"), ("Italia", "LOC")]
    return unit("glued", GLUED, *(span(GLUED, words, label) for words, label in marks))


def words(dest: Path) -> list[str]:
    doc = next(
        d[name] for d in (docs(dest, "ner/train"), docs(dest, "ner/dev")) for name in d if name == "glued"
    )
    return [ent.text for ent in doc.ents]


def test_the_tokenizer_learns_to_cut_and_training_sees_every_span(tmp_path: Path) -> None:
    report = export_spacy([*many(12), glued()], tmp_path / "out", SCHEME)
    dest = tmp_path / "out"
    assert words(dest) == ["Meloni", "Giorgia", "Italia"]
    assert report.count(Kind.OFF_TOKEN) == 3
    learnt = manifest(dest)["tokenizer_exceptions"]
    assert learnt["G.Meloni"] == ["G.", "Meloni"]
    assert any("has learnt to cut: " in text.shown for text in report.warnings)
    # the tokenizer that training takes over cuts as the gold does, also where the word stands elsewhere
    nlp = spacy.load(dest / "base_it")
    assert [t.text for t in nlp.make_doc("(G.Meloni, disse")] == ["(", "G.", "Meloni", ",", "disse"]
    for name in ("ner/train", "ner/dev"):
        for doc in docs(dest, name).values():
            assert [t.text for t in nlp.make_doc(doc.text)] == [t.text for t in doc]


@pytest.mark.train
def test_debug_data_sees_no_misaligned_token(tmp_path: Path) -> None:
    export_spacy([*many(120), glued()], tmp_path / "out", SCHEME)
    config = tmp_path / "out" / "ner" / "config.cfg"
    run = subprocess.run(
        [sys.executable, "-m", "spacy", "debug", "data", str(config), "--no-format"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    assert "misaligned" not in run.stdout


def test_one_word_is_cut_wherever_any_article_needs_it(tmp_path: Path) -> None:
    one, other = "A RomaMilano oggi.", "Per RomaMilano ieri."
    units = [
        unit("a", one, span(one, "Roma", "LOC")),
        unit("b", other, span(other, "Milano", "LOC"), span(other, "Ro", "ORG")),
        *many(3),
    ]
    export_spacy(units, tmp_path / "out", SCHEME)
    assert manifest(tmp_path / "out")["tokenizer_exceptions"] == {"RomaMilano": ["Ro", "ma", "Milano"]}


def test_what_one_article_needs_breaks_no_span_of_another(tmp_path: Path) -> None:
    # spaCy has a rule for p. (page), which joins again what a rule for S.p.A. has cut
    text = "La S.p.A. di p. 12 e G.Meloni-Draghi."
    units = [
        unit("a", text, span(text, "S", "ORG"), span(text, "p", "ORG", REJECTED)),
        unit("b", text, span(text, "S.p.", "ORG"), span(text, "Meloni", "PER"), span(text, "12", "DATE")),
        *many(3),
    ]
    export_spacy(units, tmp_path / "out", SCHEME)
    nlp = spacy.load(tmp_path / "out" / "base_it")
    assert [t.text for t in nlp.make_doc("La S.p.A.")] == ["La", "S", ".", "p", ".", "A."]
    learnt = manifest(tmp_path / "out")["tokenizer_exceptions"]
    assert learnt["p."] == ["p", "."]
    assert "G.Meloni" not in learnt  # a rule that would help nobody, since a dash follows


def test_on_hostile_texts_every_span_falls_on_tokens_and_nothing_is_joined(tmp_path: Path) -> None:
    units = corpus(tmp_path / "articles", 150, seed=7)
    export_spacy(units, tmp_path / "out", SCHEME, partial=True)
    nlp, plain = spacy.load(tmp_path / "out" / "base_it"), blank_italian()
    for name in ("ner/train", "ner/dev", "spancat/train", "spancat/dev"):
        for doc in docs(tmp_path / "out", name).values():
            found = nlp.make_doc(doc.text)
            assert [(t.idx, t.text) for t in found] == [(t.idx, t.text) for t in doc]
            assert _edges(plain.make_doc(doc.text)) <= _edges(found)


def _edges(doc: Doc) -> set[int]:
    return {edge for token in doc for edge in (token.idx, token.idx + len(token))}


@pytest.mark.parametrize(
    ("policy", "kept", "kind", "number"),
    [
        (EXPAND, ["G.Meloni", "@GiorgiaMeloni", "dellʼItalia"], Kind.EXPANDED, 3),
        (SKIP, [], Kind.OFF_TOKEN_OUT, 3),
    ],
)
def test_spans_are_expanded_or_left_out_and_told(
    tmp_path: Path, policy: str, kept: list[str], kind: Kind, number: int
) -> None:
    report = export_spacy([*many(12), glued()], tmp_path / "out", SCHEME, misaligned=policy)
    assert words(tmp_path / "out") == kept
    assert report.count(kind) == number
    assert manifest(tmp_path / "out")["tokenizer_exceptions"] == {}


def test_fail_names_every_span_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(ChiosaError) as failure:
        export_spacy([*many(3), glued()], tmp_path / "out", SCHEME, misaligned=FAIL)
    lines = str(failure.value).splitlines()
    assert lines[0] == "glued: PER «Meloni» (7-13) begins or ends within a word"
    assert len(lines) == 4 and "--misaligned split, expand or skip" in lines[-1]
    assert not (tmp_path / "out").exists()


def test_aligned_spans_are_no_matter(tmp_path: Path) -> None:
    for policy in (SPLIT, EXPAND, SKIP, FAIL):
        report = export_spacy(many(4), tmp_path / policy, SCHEME, misaligned=policy)
        assert not report.remarks


def test_on_hostile_texts_nothing_is_lost_in_silence(tmp_path: Path) -> None:
    units = corpus(tmp_path / "articles", 60, seed=5)
    before = sum(s.status == ACCEPTED for u in units for s in u.annotation.spans if SCHEME.layer(s.label))
    for policy in (EXPAND, SKIP):
        report = export_spacy(units, tmp_path / policy, SCHEME, partial=True, misaligned=policy)
        assert _written(tmp_path / policy) + _accepted_out(report, units) == before


def _written(dest: Path) -> int:
    found: dict[Any, int] = {}
    for name in ("ner/train", "ner/dev"):
        for doc in docs(dest, name).values():
            found[doc.user_data["chiosa"]["id"]] = len(doc.ents) + len(doc.spans["sc"])
    return sum(found.values())


def _accepted_out(report: Report, units: list[Reviewed]) -> int:
    accepted = {
        (u.article.id, s.start, s.end, s.label)
        for u in units for s in u.annotation.spans if s.status == ACCEPTED
    }  # fmt: skip
    return sum(
        (r.article, r.start, r.end, r.label) in accepted
        for r in report.remarks
        if r.kind == Kind.OFF_TOKEN_OUT
    )


@given(
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 9)), max_size=6),
    st.sampled_from([EXPAND, SKIP, SPLIT]),
)
def test_what_is_aligned_falls_on_tokens_and_every_other_span_is_told(
    places: list[tuple[int, int]], policy: str
) -> None:
    tokens = Tokens((start, start + 4) for start in range(0, 40, 5))
    spans = [
        Span(f"s{n}", start, start + size, "PER" if n % 2 else "CUE", REJECTED if n == 3 else ACCEPTED)
        for n, (start, size) in enumerate(places)
    ]  # fmt: skip
    found = aligned(spans, tokens, policy, SCHEME)
    told = {s.id for _kind, s in found.changed}
    out = {s.id for kind, s in found.changed if kind == Kind.OFF_TOKEN_OUT}
    assert {s.id for s in found.spans} | out == {s.id for s in spans}
    assert not {s.id for s in found.spans} & out
    for written in found.spans:
        assert written.id in told or written in spans
        if policy != SPLIT:
            assert tokens.fits(written.start, written.end)


def test_a_simple_export_has_its_tokens(tmp_path: Path) -> None:
    export_spacy([simple("a"), simple("b")], tmp_path / "out", SCHEME)
    assert manifest(tmp_path / "out")["tokenizer_exceptions"] == {}


@pytest.mark.parametrize("name", ["prodigy", "conll", "conllu"])
def test_every_format_by_tokens_asks_what_to_do(tmp_path: Path, name: str) -> None:
    known = get_format(name)
    assert known.tokens
    for policy, kind in ((EXPAND, Kind.EXPANDED), (SKIP, Kind.OFF_TOKEN_OUT)):
        report = export(known, [glued()], tmp_path / policy, SCHEME, misaligned=policy)
        assert report.count(kind) == 3
    assert not export(known, [glued()], tmp_path / SPLIT, SCHEME, misaligned=SPLIT).remarks
    with pytest.raises(ChiosaError, match="begins or ends within a word"):
        export(known, [glued()], tmp_path / FAIL, SCHEME, misaligned=FAIL)
    assert not (tmp_path / FAIL).exists()
