"""``chiosa_entities``: persons, places and organisations, each with its probability.

It reads the head ``entities`` of ``chiosa_encoder`` and sets ``doc.ents``; a span's probability stands in
``span._.chiosa_score``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from spacy.language import Language
from spacy.tokens import Span

from annotations.components.agreement import SHARE, agreed
from annotations.components.encoder import NAME as ENCODER
from annotations.components.encoder import ChiosaEncoder, EncoderError
from annotations.components.known_names import BODIES, COUNTRIES, by_known_names
from annotations.components.tags import TagDecoder
from annotations.italian import word_indices
from annotations.language import _

if TYPE_CHECKING:
    from spacy.tokens import Doc

NAME = "chiosa_entities"
HEAD = "entities"
SCORE = "chiosa_score"
"""The extension of `spacy.tokens.Span` with the probability of an entity, from 0 to 1, or None."""

if not Span.has_extension(SCORE):
    Span.set_extension(SCORE, default=None)


class ChiosaEntities:
    """Sets ``doc.ents`` from the encoder's numbers."""

    def __init__(
        self, nlp: Language, name: str, encoder: str, agreement: float, countries: float, bodies: float
    ) -> None:
        self.name = name
        self.agreement = agreement
        self.countries = countries
        self.bodies = bodies
        self._nlp = nlp
        self._encoder = encoder
        self._decoder: TagDecoder | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that it gives."""
        encoder = self._component()
        return tuple(encoder.heads.get(HEAD, {}).get("labels", ())) if encoder is not None else ()

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc.ents``.

        Raises:
            EncoderError: the encoder did not run before it.
        """
        encoder = self._component()
        logits = encoder.head(doc, HEAD) if encoder is not None else None
        if encoder is None or logits is None:
            raise EncoderError(
                _("{name}: {other} must run before it").format(name=self.name, other=self._encoder)
            )
        settings = encoder.heads[HEAD]
        if self._decoder is None or list(self._decoder.labels) != settings["labels"]:
            self._decoder = TagDecoder(settings["labels"])
        words = word_indices(doc)
        forms = [doc[i].text for i in words]
        found = []
        logits = by_known_names(forms, logits, self._decoder.tags, self.countries, self.bodies)
        for first, last, label, score in agreed(
            self._decoder, forms, logits, settings["temperature"], self.agreement
        ):
            span = Span(doc, words[first], words[last - 1] + 1, label=label)
            span._.set(SCORE, round(score, 4))
            found.append(span)
        doc.set_ents(found)
        return doc

    def _component(self) -> ChiosaEncoder | None:
        if self._encoder not in self._nlp.component_names:
            return None
        component: Any = self._nlp.get_pipe(self._encoder)
        return component if isinstance(component, ChiosaEncoder) else None


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
