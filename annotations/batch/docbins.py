"""The DocBin of a shard. Imports spaCy.

``doc.ents`` are the suggested entities and ``doc.spans["sc"]`` the suggested quotes, as a pipeline would have
set them. That nobody has decided them says ``doc.user_data``, with the origin and the score of each, so that
an import takes them for the suggestions that they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace
from spacy.tokens import DocBin

from annotations.annotation import ACCEPTED, DONE, Annotation
from annotations.article import Article
from annotations.formats import Reviewed
from annotations.formats.selection import select
from annotations.formats.spacy_docs import ATTRS, PROPOSED_KEY, USER_KEY, make_doc
from annotations.italian import blank_italian
from annotations.scheme import Scheme

if TYPE_CHECKING:
    from spacy.language import Language


def docbin_of(drafts: Iterable[tuple[Article, Annotation]], scheme: Scheme) -> bytes:
    """A DocBin of articles with annotations that are all suggestions."""
    nlp = _tokenizing()
    docs = DocBin(ATTRS, store_user_data=True)
    for article, annotation in drafts:
        spans = tuple(replace(span, status=ACCEPTED) for span in annotation.spans)
        doc, _off = make_doc(
            nlp, select(Reviewed(article, replace(annotation, state=DONE, spans=spans)), scheme)
        )
        doc.user_data[USER_KEY] |= {
            "state": annotation.state,
            "suggester": annotation.suggester,
            "disputed": sorted(annotation.disputed),
            PROPOSED_KEY: {span.id: [span.origin, span.score] for span in annotation.spans},
        }
        docs.add(doc)
    return bytes(docs.to_bytes())


@cache
def _tokenizing() -> Language:
    """Made once in a process, as the pipeline is: it takes longer than an article."""
    return blank_italian()
