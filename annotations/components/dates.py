"""``chiosa_dates``: DATE entities by the calendar's patterns, added to those that ``doc.ents`` has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spacy.language import Language

from annotations.components.entities import SCORE
from annotations.italian import token_bounds
from annotations.suggesters.dates import suggest_dates
from annotations.tokens import Tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc

NAME = "chiosa_dates"


class ChiosaDates:
    """Adds dates; a name around one stays («Piazza 4 Novembre»), a guess inside one goes."""

    labels = ("DATE",)

    def __init__(self, name: str = NAME) -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Add to ``doc.ents``."""
        found = []
        for date in suggest_dates(doc.text, Tokens(token_bounds(doc))):
            span = doc.char_span(date.start, date.end, label="DATE")
            if span is not None:
                span._.set(SCORE, date.score)
                found.append(span)
        if found:
            ends = {i: date.end for date in found for i in range(date.start, date.end)}
            kept = [ent for ent in doc.ents if ent.end > ends.get(ent.start, 0)]
            taken = {i for ent in kept for i in range(ent.start, ent.end)}
            dates = [d for d in found if taken.isdisjoint(range(d.start, d.end))]
            doc.set_ents(sorted([*kept, *dates], key=lambda span: span.start))
        return doc


@Language.factory(NAME, assigns=["doc.ents", "token.ent_type", "token.ent_iob"])
def make_dates(nlp: Language, name: str) -> ChiosaDates:
    """The component."""
    return ChiosaDates(name)
