"""Figures of a pipeline against gold annotations: exact spans, and how far probabilities can be believed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotations.components.entities import SCORE
from annotations.scheme import CONTENT
from recipe.base import RecipeError
from recipe.corpus import LABELS, Document, documents, read_kind

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

BINS = 10
Bounds = tuple[int, int]


@dataclass
class Tally:
    """Spans found, spans in the gold, and how many are in both."""

    right: int = 0
    found: int = 0
    gold: int = 0

    def add(self, gold: set[Any], found: set[Any]) -> None:
        """Count one document's."""
        self.right += len(gold & found)
        self.found += len(found)
        self.gold += len(gold)

    @property
    def precision(self) -> float:
        """Of those found, the share that is right."""
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        """Of those in the gold, the share found."""
        return self.right / max(1, self.gold)

    @property
    def f(self) -> float:
        """Their harmonic mean."""
        return 2 * self.right / max(1, self.found + self.gold)


@dataclass
class Calibration:
    """Probabilities given, beside what came true."""

    pairs: list[tuple[float, bool]] = field(default_factory=list)

    @property
    def error(self) -> float:
        """The expected calibration error, over ten bins of equal width."""
        total = 0.0
        for number in range(BINS):
            mine = [pair for pair in self.pairs if min(BINS - 1, int(pair[0] * BINS)) == number]
            if mine:
                given = sum(p for p, _ in mine) / len(mine)
                true = sum(r for _, r in mine) / len(mine)
                total += abs(given - true) * len(mine)
        return total / max(1, len(self.pairs))


@dataclass(frozen=True)
class Quote:
    """A quote of the dev set."""

    content: Bounds
    cue: Bounds | None
    source: Bounds | None


@dataclass(frozen=True)
class Piece:
    """A text of the dev set."""

    name: str
    document: Document
    quotes: list[Quote]


def read_devset(folder: Path) -> list[Piece]:
    """The texts of ``devset/`` with their entities and quotes.

    Raises:
        RecipeError: the folder is missing or is not what it should be.
    """
    try:
        quotes = json.loads((folder / "devset" / "quotes.json").read_text(encoding="utf-8"))
        pieces = []
        for path in sorted((folder / "devset").glob("dev*.txt")):
            text = path.read_bytes().decode("utf-8")
            entities = json.loads(path.with_suffix(".ents.json").read_text(encoding="utf-8"))
            found = [_quote(item) for item in quotes.get(path.stem, {}).get("quotes", ())]
            pieces.append(Piece(path.stem, Document(text, tuple(tuple(e) for e in entities)), found))
    except (OSError, ValueError, KeyError) as error:
        raise RecipeError(f"{folder / 'devset'}: cannot be read ({error}); give the data folder") from error
    return pieces


def held_back(folder: Path) -> list[Document]:
    """The news of KIND that is kept from training, joined to documents."""
    return documents(read_kind(folder, "WN_dev"), 400, 1)


def entity_figures(
    docs: Iterable[Doc], documents: Iterable[Document]
) -> tuple[dict[str, Tally], Calibration]:
    """Exact spans and labels, by label and over all (``all``); what is no PER, LOC or ORG is left out."""
    tallies = {name: Tally() for name in (*LABELS, "all")}
    calibration = Calibration()
    for doc, document in zip(docs, documents, strict=True):
        gold = set(document.entities)
        ents = [ent for ent in doc.ents if ent.label_ in LABELS]
        found = {(ent.start_char, ent.end_char, ent.label_) for ent in ents}
        for name, tally in tallies.items():
            tally.add({g for g in gold if name in (g[2], "all")}, {f for f in found if name in (f[2], "all")})
        for ent in ents:
            score = ent._.get(SCORE)
            if score is not None:
                calibration.pairs.append((score, (ent.start_char, ent.end_char, ent.label_) in gold))
    return tallies, calibration


@dataclass
class QuoteFigures:
    """Exact CONTENT; of the quotes found, those whose cue, and whose source, is just the gold's or none's."""

    content: Tally = field(default_factory=Tally)
    cues: Tally = field(default_factory=Tally)
    sources: Tally = field(default_factory=Tally)
    cue_right: int = 0
    source_right: int = 0
    calibration: Calibration = field(default_factory=Calibration)

    @property
    def cue(self) -> float:
        """Share of the quotes found with the right cue, or rightly none."""
        return self.cue_right / max(1, self.content.right)

    @property
    def source(self) -> float:
        """Share of the quotes found with the right source, or rightly none."""
        return self.source_right / max(1, self.content.right)


def quote_figures(docs: Iterable[Doc], pieces: Sequence[Piece]) -> QuoteFigures:
    """Figures of ``doc.spans["sc"]`` as `chiosa_quotes` leaves it."""
    figures = QuoteFigures()
    for doc, piece in zip(docs, pieces, strict=True):
        found = quotes_of(doc)
        gold = {quote.content: quote for quote in piece.quotes}
        figures.content.add(set(gold), set(found))
        for content, (quote, score) in found.items():
            figures.calibration.pairs.append((score, content in gold))
            if content in gold:
                expected = gold[content]
                figures.cue_right += quote.cue == expected.cue
                figures.source_right += quote.source == expected.source
                figures.cues.add({expected.cue} - {None}, {quote.cue} - {None})
                figures.sources.add({expected.source} - {None}, {quote.source} - {None})
    return figures


def quotes_of(doc: Doc) -> dict[Bounds, tuple[Quote, float]]:
    """A doc's quotes by their bounds, with their probabilities."""
    group = doc.spans["sc"]
    bounds = [(span.start_char, span.end_char) for span in group]
    roles: dict[int, dict[str, Bounds]] = {}
    for kind, content, target in group.attrs["links"]:
        roles.setdefault(content, {})[kind] = bounds[target]
    return {
        bounds[i]: (
            Quote(bounds[i], roles.get(i, {}).get("cue"), roles.get(i, {}).get("source")),
            group.attrs["scores"][i],
        )
        for i, span in enumerate(group)
        if span.label_ == CONTENT
    }


def run(nlp: Language, documents: Iterable[Document]) -> list[Doc]:
    """The pipeline over texts."""
    return list(nlp.pipe(document.text for document in documents))


def _quote(item: dict[str, Any]) -> Quote:
    def bounds(name: str) -> Bounds | None:
        pair = item.get(name)
        return (pair[0], pair[1]) if pair else None

    content = bounds("content")
    assert content is not None
    return Quote(content, bounds("cue"), bounds("source"))
