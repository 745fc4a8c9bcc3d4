"""Temperatures: by how much the encoder's numbers are divided, so that its probabilities come true.

Each is fitted on every other text of the held-back data; the others tell the error that remains.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import spacy
from spacy.tokens import Doc

from annotations.components.agreement import SHARE, agreed
from annotations.components.encoder import ChiosaEncoder
from annotations.components.known_names import by_known_names
from annotations.components.quotes import MARKS, ROLES, SPANS_KEY
from annotations.components.tags import TagDecoder
from annotations.italian import token_bounds
from annotations.scheme import CUE, SOURCE
from recipe.corpus import LABELS
from recipe.evaluate import Calibration, Piece, held_back, quotes_of, read_devset

CHOICES = (0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 1.7, 1.9, 2.1, 2.4, 2.7, 3.0, 3.5, 4.0, 5.0)
T = TypeVar("T")
Pairs = list[tuple[float, bool]]


def temperatures(pipeline: Path, data: Path) -> dict[str, float]:
    """The best of `CHOICES` for each head of a pipeline whose own are all 1."""
    nlp = spacy.load(pipeline)
    encoder = nlp.get_pipe("chiosa_encoder")
    assert isinstance(encoder, ChiosaEncoder)
    news, _ = halves(held_back(data))
    pieces, _ = halves(read_devset(data))
    entities = [_spans(encoder, nlp(d.text), "entities", d.entities) for d in news]
    texts = [p.document.text for p in pieces]
    docs = [nlp(text) for text in texts]
    roles = [_spans(encoder, doc, ROLES, _role_spans(piece)) for doc, piece in zip(docs, pieces, strict=True)]

    def of_spans(found: Sequence[Callable[[float], Pairs]]) -> Callable[[float], Pairs]:
        return lambda temperature: [pair for one in found for pair in one(temperature)]

    def of_marks(temperature: float) -> Pairs:
        encoder.heads[MARKS]["temperature"] = temperature
        quotes = nlp.get_pipe("chiosa_quotes")
        return [
            (score, content in {q.content for q in piece.quotes})
            for doc, piece in zip(docs, pieces, strict=True)
            for content, (_, score) in quotes_of(quotes(doc)).items()
        ]

    assert SPANS_KEY in docs[0].spans
    return {
        "entities": _best(of_spans(entities)),
        ROLES: _best(of_spans(roles)),
        MARKS: _best(of_marks),
    }


def halves(items: Sequence[T]) -> tuple[list[T], list[T]]:
    """Every other text to fit on, and those between to measure on."""
    return list(items[::2]), list(items[1::2])


def _best(pairs: Callable[[float], Pairs]) -> float:
    return min(CHOICES, key=lambda temperature: Calibration(pairs(temperature)).error)


def _spans(
    encoder: ChiosaEncoder, doc: Doc, head: str, gold: Sequence[tuple[int, int, str]]
) -> Callable[[float], Pairs]:
    logits = encoder.head(doc, head)
    assert logits is not None
    decoder = TagDecoder(LABELS if head == "entities" else (CUE, SOURCE))
    bounds = token_bounds(doc)
    words = [doc.text[start:end] for start, end in bounds]
    share = SHARE if head == "entities" else 0.0
    logits = by_known_names(words, logits, decoder.tags)
    expected = set(gold)
    return lambda temperature: [
        (score, (bounds[a][0], bounds[b - 1][1], label) in expected)
        for a, b, label, score in agreed(decoder, words, logits, temperature, share)
    ]


def _role_spans(piece: Piece) -> list[tuple[int, int, str]]:
    return [
        (*bounds, label)
        for quote in piece.quotes
        for label, bounds in ((CUE, quote.cue), (SOURCE, quote.source))
        if bounds
    ]
