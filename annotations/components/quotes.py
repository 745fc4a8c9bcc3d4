"""``chiosa_quotes``: what was said, with which word it is reported, and by whom.

It sets the group ``sc`` of ``doc.spans`` (spaCy's default for span categorizers) to spans labelled CONTENT,
CUE and SOURCE. ``group.attrs["scores"]`` has their probabilities, ``group.attrs["links"]`` a list of
``[kind, content, target]``: ``cue`` or ``source``, and the places of both spans in the group.

In a pipeline with Chiosa's encoder the encoder reads the roles; in any other, rules do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.language import Language
from spacy.tokens import SpanGroup

from annotations.annotation import Proposal
from annotations.components.encoder import ChiosaEncoder
from annotations.components.tags import TagDecoder
from annotations.italian import token_bounds
from annotations.scheme import CONTENT, CUE, SOURCE
from annotations.suggesters.marks import CHARACTERS as MARK_CHARACTERS
from annotations.suggesters.model_quotes import THRESHOLD, Reading, Role, read_quotes
from annotations.suggesters.quotes import suggest_quotes
from annotations.tokens import Tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.tokens import Span as DocSpan

NAME = "chiosa_quotes"
SPANS_KEY = "sc"
"""The group of ``doc.spans`` that holds quotes; spaCy's own default."""
NAMES = ("PER", "PERSON", "ORG")
"""Labels of ``doc.ents`` that speak."""
UNOPENED = 0.7
"""Probability of a quote whose opening mark is missing, which no model has learnt to tell."""
ROLES, MARKS = "roles", "marks"


class ChiosaQuotes:
    """Sets ``doc.spans[key]``."""

    labels = (CONTENT, CUE, SOURCE)

    def __init__(self, nlp: Language, name: str, encoder: str | None, key: str, threshold: float) -> None:
        self.name = name
        self.key = key
        self.threshold = threshold
        self._nlp = nlp
        self._encoder = encoder
        self._decoder = TagDecoder((CUE, SOURCE))

    def __call__(self, doc: Doc) -> Doc:
        """Set the group, empty where the doc has no quotes."""
        tokens = Tokens(token_bounds(doc))
        reading = self._read(doc, tokens)
        if reading is None:
            proposal = suggest_quotes(doc.text, tokens)
        else:
            proposal = read_quotes(doc.text, tokens, reading, "", self.threshold)
        doc.spans[self.key] = self._group(doc, proposal)
        return doc

    def _read(self, doc: Doc, tokens: Tokens) -> Reading | None:
        if self._encoder is None or self._encoder not in self._nlp.component_names:
            return None
        component: Any = self._nlp.get_pipe(self._encoder)
        encoder: ChiosaEncoder = component
        roles, marks = encoder.head(doc, ROLES), encoder.head(doc, MARKS)
        if roles is None or marks is None:
            return None
        found: dict[str, list[Role]] = {CUE: [], SOURCE: []}
        for first, last, label, score in self._decoder.spans(roles, encoder.heads[ROLES]["temperature"]):
            found[label].append(Role(tokens.starts[first], tokens.ends[last - 1], score))
        odds = (marks[:, 1] - marks[:, 0]) / encoder.heads[MARKS]["temperature"]

        text = doc.text  # spaCy joins it anew each time

        def quote(start: int) -> float:
            if text[start] not in MARK_CHARACTERS:
                return UNOPENED
            return float(1 / (1 + np.exp(-odds[tokens.at(start)])))

        names = [(ent.start_char, ent.end_char) for ent in doc.ents if ent.label_ in NAMES]
        return Reading(found[CUE], found[SOURCE], names, quote)

    def _group(self, doc: Doc, proposal: Proposal) -> SpanGroup:
        spans: list[DocSpan] = []
        scores: list[float] = []
        places: dict[str, int] = {}
        for span in sorted(proposal.spans, key=lambda s: s.order):
            words = doc.char_span(span.start, span.end, label=span.label)
            if words is not None:
                places[span.id] = len(spans)
                spans.append(words)
                scores.append(span.score if span.score is not None else 1.0)
        links = [
            [link.kind, places[link.content], places[link.target]]
            for link in sorted(proposal.links)
            if link.content in places and link.target in places
        ]
        return SpanGroup(doc, name=self.key, spans=spans, attrs={"scores": scores, "links": links})


@Language.factory(
    NAME, assigns=["doc.spans"], default_config={"encoder": None, "key": SPANS_KEY, "threshold": THRESHOLD}
)
def make_quotes(nlp: Language, name: str, encoder: str | None, key: str, threshold: float) -> ChiosaQuotes:
    """The component; ``encoder`` names the component that reads the roles, None leaves it to rules."""
    return ChiosaQuotes(nlp, name, encoder, key, threshold)
