"""``chiosa_quotes``: what was said, with which word it is reported, and by whom.

It sets the group ``sc`` of ``doc.spans`` (spaCy's default for span categorizers) to spans labelled CONTENT,
CUE and SOURCE. ``group.attrs["scores"]`` has their probabilities, ``group.attrs["links"]`` a list of
``[kind, content, target]``: ``cue`` or ``source``, and the places of both spans in the group.

In a pipeline with Chiosa's encoder the encoder reads the roles; in any other, rules do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from spacy.language import Language
from spacy.scorer import Scorer
from spacy.tokens import SpanGroup

from annotations.annotation import Proposal
from annotations.components.residual import targets
from annotations.components.tags import Numbers, iob2, log_softmax
from annotations.components.trainable import HeadPipe
from annotations.italian import token_bounds, word_indices
from annotations.scheme import CONTENT, CUE, SOURCE
from annotations.suggesters.marks import CHARACTERS as MARK_CHARACTERS
from annotations.suggesters.model_quotes import THRESHOLD, Reading, Role, read_quotes
from annotations.suggesters.quotes import suggest_quotes
from annotations.tokens import Tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.tokens import Span as DocSpan
    from spacy.training import Example

NAME = "chiosa_quotes"
SPANS_KEY = "sc"
"""The group of ``doc.spans`` that holds quotes; spaCy's own default."""
NAMES = ("PER", "PERSON", "ORG")
"""Labels of ``doc.ents`` that speak."""
REACH = 150
"""Code points around a quote in which the words without a role are known to have none."""
UNOPENED = 0.7
"""Probability of a quote whose opening mark is missing, which no model has learnt to tell."""
ROLES, MARKS, ENTITIES = "roles", "marks", "entities"


class ChiosaQuotes(HeadPipe):
    """Sets ``doc.spans[key]``; CUE and SOURCE it can be taught, where there is an encoder."""

    head = ROLES
    labels = (CONTENT, CUE, SOURCE)

    def __init__(self, nlp: Language, name: str, encoder: str | None, key: str, threshold: float) -> None:
        super().__init__(nlp, name, encoder, self._score)
        self.key = key
        self.threshold = threshold

    def __call__(self, doc: Doc) -> Doc:
        """Set the group, empty where the doc has no quotes."""
        self.set_annotations([doc], self.predict([doc]))
        return doc

    def set_annotations(self, docs: Iterable[Doc], scores: Any) -> None:
        """Set the group from the numbers of `predict`; where there are none, from the rules."""
        for doc, roles in zip(docs, scores, strict=True):
            tokens = Tokens(token_bounds(doc))
            reading = self._read(doc, tokens, roles)
            if reading is None:
                proposal = suggest_quotes(doc.text, tokens)
            else:
                proposal = read_quotes(doc.text, tokens, reading, "", self.threshold)
            doc.spans[self.key] = self._group(doc, proposal)

    def features(self, doc: Doc) -> Numbers:
        """How likely a word is to belong to the name of somebody who speaks."""
        encoder = self.encoder
        logits = encoder.head(doc, ENTITIES) if encoder is not None else None
        if encoder is None or logits is None:
            return np.zeros((len(word_indices(doc)), 1), np.float32)
        settings = encoder.heads[ENTITIES]
        columns = [number for number, tag in enumerate(iob2(settings["labels"])) if tag[2:] in NAMES]
        shares = np.exp(log_softmax(np.asarray(logits, np.float64) / settings["temperature"]))
        return cast("Numbers", shares[:, columns].sum(1, keepdims=True).astype(np.float32))

    def wanted(self, example: Example, labels: Sequence[str]) -> tuple[Numbers, Numbers]:
        """From the group of the reference; a reference without the group says nothing.

        Neither does one of words that are far from all quotes: who reports something there, without quoting,
        is no mistake of the encoder's.
        """
        doc = example.predicted
        tags: list[str | None] = [None] * len(doc)
        group = example.reference.spans.get(self.key)
        if group is not None:
            for span in example.get_aligned_spans_y2x(
                [span for span in group if span.label_ == CONTENT], allow_overlap=True
            ):
                around = [i for i, token in enumerate(doc) if near(token.idx, span.start_char, span.end_char)]
                for i in around:
                    tags[i] = "O"
            roles = [span for span in group if span.label_ in labels]
            for span in example.get_aligned_spans_y2x(roles, allow_overlap=True):
                tags[span.start : span.end] = [f"I-{span.label_}"] * len(span)
                tags[span.start] = f"B-{span.label_}"
        found = targets(example, labels, tags)
        return found, np.zeros((len(found), 2 * len(labels) + 1))

    def taught(self, examples: Iterable[Example]) -> set[str]:
        """None but the head's own."""
        return set()

    def _score(self, examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
        """spaCy's figures of span groups: exact spans and labels."""
        return Scorer.score_spans(
            examples, f"spans_{self.key}", allow_overlap=True,
            getter=lambda doc, _attr: doc.spans.get(self.key, ()),
            has_annotation=lambda doc: self.key in doc.spans,
        )  # fmt: skip

    def _read(self, doc: Doc, tokens: Tokens, roles: Numbers | None) -> Reading | None:
        encoder = self.encoder
        marks = encoder.head(doc, MARKS) if encoder is not None else None
        if encoder is None or roles is None or marks is None:
            return None
        found: dict[str, list[Role]] = {CUE: [], SOURCE: []}
        for first, last, label, score in self.decoder().spans(roles, self.temperature):
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


def near(at: int, start: int, end: int) -> bool:
    """Whether a word's place is within `REACH` code points of a quote and not in it."""
    return start - REACH <= at < start or end <= at < end + REACH


@Language.factory(
    NAME, assigns=["doc.spans"], default_config={"encoder": None, "key": SPANS_KEY, "threshold": THRESHOLD}
)
def make_quotes(nlp: Language, name: str, encoder: str | None, key: str, threshold: float) -> ChiosaQuotes:
    """The component; ``encoder`` names the component that reads the roles, None leaves it to rules."""
    return ChiosaQuotes(nlp, name, encoder, key, threshold)
