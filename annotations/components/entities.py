"""``chiosa_entities``: persons, places and organisations, each with its probability.

It reads the head ``entities`` of ``chiosa_encoder`` and sets ``doc.ents``; a span's probability stands in
``span._.chiosa_score``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.language import Language
from spacy.scorer import get_ner_prf
from spacy.tokens import Span

from annotations.components.agreement import SHARE, agreed
from annotations.components.encoder import NAME as ENCODER
from annotations.components.encoder import EncoderError
from annotations.components.known_names import BODIES, COUNTRIES, by_known_names, known_name_flags
from annotations.components.residual import targets, words_of
from annotations.components.tags import Numbers, iob2
from annotations.components.trainable import HeadPipe
from annotations.italian import word_indices
from annotations.language import _

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.training import Example

NAME = "chiosa_entities"
HEAD = "entities"
REJECTED_KEY = "rejected"
"""The group of ``doc.spans`` in a gold doc that has rejected entities, as an export writes it."""
SCORE = "chiosa_score"
"""The extension of `spacy.tokens.Span` with the probability of an entity, from 0 to 1, or None."""

if not Span.has_extension(SCORE):
    Span.set_extension(SCORE, default=None)


class ChiosaEntities(HeadPipe):
    """Sets ``doc.ents`` from the encoder's numbers, and from what was learnt of reviewed articles."""

    head = HEAD

    def __init__(
        self, nlp: Language, name: str, encoder: str, agreement: float, countries: float, bodies: float
    ) -> None:
        super().__init__(nlp, name, encoder, get_ner_prf_of)
        self.agreement = agreement
        self.countries = countries
        self.bodies = bodies

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that it gives."""
        return self.residual.labels or self.head_labels

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc.ents``.

        Raises:
            EncoderError: the encoder did not run before it.
        """
        self.set_annotations([doc], self.predict([doc]))
        return doc

    def set_annotations(self, docs: Iterable[Doc], scores: Any) -> None:
        """Set ``doc.ents`` from the numbers of `predict`."""
        for doc, logits in zip(docs, scores, strict=True):
            if logits is None:
                raise EncoderError(
                    _("{name}: {other} must run before it").format(name=self.name, other=self._encoder)
                )
            words = word_indices(doc)
            forms = [doc[i].text for i in words]
            found = []
            for first, last, label, score in agreed(
                self.decoder(), forms, logits, self.temperature, self.agreement
            ):
                span = Span(doc, words[first], words[last - 1] + 1, label=label)
                span._.set(SCORE, round(score, 4))
                found.append(span)
            doc.set_ents(found)

    def head_logits(self, doc: Doc) -> Numbers | None:
        """The head's numbers, with those lowered that a known name speaks against."""
        logits = super().head_logits(doc)
        if logits is None:
            return None
        forms = [doc[i].text for i in word_indices(doc)]
        return by_known_names(forms, logits, iob2(self.head_labels), self.countries, self.bodies)

    def features(self, doc: Doc) -> Numbers:
        """Whether a word belongs to the name of a country, and of a body."""
        return known_name_flags([doc[i].text for i in word_indices(doc)])

    def wanted(self, example: Example, labels: Sequence[str]) -> tuple[Numbers, Numbers]:
        """From the entities of the reference; an entity that was rejected tells what a word is not."""
        doc = example.predicted
        tags: Sequence[str | None] = [None] * len(doc)
        if example.reference.has_annotation("ENT_IOB"):
            tags = example.get_aligned_ner()
        refused = np.zeros((len(doc), 2 * len(labels) + 1))
        for span in example.get_aligned_spans_y2x(example.reference.spans.get(REJECTED_KEY, ())):
            if span.label_ in labels:
                first = 2 * labels.index(span.label_) + 1
                refused[span.start : span.end, first : first + 2] = 1
        return targets(example, labels, tags), words_of(doc, refused)

    def taught(self, examples: Iterable[Example]) -> set[str]:
        """The labels of the entities, but not those that another component gives, as rules give dates."""
        given = {
            label
            for name, pipe in self._nlp.pipeline
            if pipe is not self and "doc.ents" in self._nlp.get_pipe_meta(name).assigns
            for label in getattr(pipe, "labels", ())
        }
        return {ent.label_ for example in examples for ent in example.reference.ents} - given


def get_ner_prf_of(examples: Iterable[Example], **kwargs: Any) -> dict[str, Any]:
    """spaCy's figures of entities: exact spans and labels."""
    return get_ner_prf(examples)


@Language.factory(
    NAME, assigns=["doc.ents", "token.ent_type", "token.ent_iob"], requires=["doc.tensor"],
    default_config={"encoder": ENCODER, "agreement": SHARE, "countries": COUNTRIES, "bodies": BODIES},
)  # fmt: skip
def make_entities(
    nlp: Language, name: str, encoder: str, agreement: float, countries: float, bodies: float
) -> ChiosaEntities:
    """The component; ``encoder`` is the name of the one that it reads, ``agreement`` how far the mentions of
    one name in a text are drawn together, from 0 (not at all) to 1, ``countries`` how much speaks against
    a country's being an organisation, ``bodies`` against a well-known body's being a person or a place.
    """
    return ChiosaEntities(nlp, name, encoder, agreement, countries, bodies)
