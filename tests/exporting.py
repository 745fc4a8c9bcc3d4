"""Reviewed articles made by code, and what was exported of them, for the tests of formats."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, DocBin

from annotations.annotation import (
    ACCEPTED,
    DONE,
    REJECTED,
    Annotation,
    Link,
    Span,
)
from annotations.article import Article
from annotations.formats import Reviewed, get_format
from annotations.formats.exporting import export
from annotations.formats.report import Report
from annotations.formats.selection import select
from annotations.formats.spacy_docs import load_docbin, make_doc
from annotations.formats.split import DEV_SHARE, rank
from annotations.italian import blank_italian
from annotations.scheme import Scheme, default_scheme

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


def export_spacy(units: Iterable[Reviewed], dest: Path, scheme: Scheme, **options: Any) -> Report:
    return export(get_format("spacy"), units, dest, scheme, **options)


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
