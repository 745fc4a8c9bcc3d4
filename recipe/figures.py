"""The figures of a pipeline on the held-back news and on the dev set."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import spacy

from recipe.calibrate import halves
from recipe.evaluate import (
    QuoteFigures,
    Tally,
    entity_figures,
    held_back,
    quote_figures,
    read_devset,
    run,
)


@dataclass(frozen=True)
class Figures:
    """All figures of the card."""

    news: dict[str, Tally]
    dev: dict[str, Tally]
    quotes: QuoteFigures
    entity_error: float
    """Calibration error on those held-back texts that no temperature was fitted on."""
    quote_error: float
    words_per_second: float

    def table(self) -> str:
        """Markdown."""
        lines = ["| exact spans | precision | recall | F |", "|---|---|---|---|"]
        for title, tallies in (("held-back Wikinews", self.news), ("dev set", self.dev)):
            for name, tally in tallies.items():
                label = "PER, LOC, ORG" if name == "all" else name
                lines.append(f"| {title}: {label} | {_row(tally)} |")
        quotes = self.quotes
        lines.append(f"| dev set: CONTENT | {_row(quotes.content)} |")
        lines.append(f"| dev set: CUE, of the quotes found | | | {100 * quotes.cue:.1f} % right |")
        lines.append(f"| dev set: SOURCE, of the quotes found | | | {100 * quotes.source:.1f} % right |")
        return "\n".join(lines)


def measure(pipeline: Path, data: Path) -> Figures:
    """Run the pipeline over all held-back texts, one thread."""
    nlp = spacy.load(pipeline)
    news, dev = held_back(data), read_devset(data)
    begun = time.monotonic()
    news_docs = run(nlp, news)
    speed = sum(len(doc) for doc in news_docs) / (time.monotonic() - begun)
    dev_docs = run(nlp, [piece.document for piece in dev])
    tallies, _ = entity_figures(news_docs, news)
    dev_tallies, _ = entity_figures(dev_docs, [piece.document for piece in dev])
    _, error = entity_figures(halves(news_docs)[1], halves(news)[1])
    quote_half = quote_figures(halves(dev_docs)[1], halves(dev)[1])
    return Figures(
        tallies, dev_tallies, quote_figures(dev_docs, dev), error.error, quote_half.calibration.error, speed
    )


def _row(tally: Tally) -> str:
    return f"{100 * tally.precision:.1f} | {100 * tally.recall:.1f} | {100 * tally.f:.1f}"
