"""spaCy Docs of reviewed articles, and what such Docs say when they are read again.

This module imports spaCy: keep it off the start-up path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import spacy
from spacy.symbols import ENT_IOB
from spacy.tokens import Doc, DocBin, SpanGroup
from spacy.tokens import Span as DocSpan

from annotations.annotation import ACCEPTED, REJECTED, Span
from annotations.components.quotes import SPANS_KEY
from annotations.errors import ChiosaError, why
from annotations.formats.report import Kind, Remark
from annotations.formats.selection import Selection
from annotations.language import _

if TYPE_CHECKING:
    from spacy.language import Language

REJECTED_KEY = "rejected"
"""The span group of rejected entities; ner's ``incorrect_spans_key``."""
REJECTED_QUOTES_KEY = "rejected_quotes"
"""The span group of rejected quotes, cues and sources, which no component of spaCy reads."""
ATTRS = ("ORTH", "ENT_IOB", "ENT_TYPE", "ENT_ID")
"""What of a token a file holds. DocBin's default has seven more, all empty here, which take two thirds of the
memory while it is written and read."""
USER_KEY = "chiosa"
"""Where in ``doc.user_data`` stands whose annotation of which article it is."""
PROPOSED_KEY = "proposed"
"""Where in that, by their ids, stand origin and score of spans that nobody has decided."""


def make_doc(nlp: Language, selection: Selection) -> tuple[Doc, list[Remark]]:
    """A gold Doc that holds every selected span, and remarks on those off the pipeline's tokens.

    Where a span begins or ends inside a token, the Doc's token is cut there: spaCy aligns the two when
    training, and no span is lost from the file. Tokens of undecided entities have no known label; in an
    article that is not done, neither has any token outside the accepted entities.
    """
    article, annotation = selection.unit.article, selection.unit.annotation
    live = selection.live
    doc, inner = _tokenize(nlp, article.text, live)
    remarks = [
        Remark(Kind.OFF_TOKEN, selection.article_id, s.label, s.start, s.end, article.text[s.start : s.end])
        for s in live
        if s.start in inner or s.end in inner
    ]
    entities = [_on(doc, span) for span in selection.entities]
    doc.set_ents(entities, missing=_missing(doc, entities, selection), default="outside")
    quotes = [_on(doc, span) for span in selection.quotes]
    links = [link.to_dict() for link in selection.links]
    # Both groups are there even when empty: without one, spaCy takes the article for not annotated.
    doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, spans=quotes, attrs={"links": links})
    rejected = [_on(doc, span) for span in selection.rejected]
    doc.spans[REJECTED_KEY] = SpanGroup(doc, name=REJECTED_KEY, spans=rejected)
    if selection.rejected_quotes:
        others = [_on(doc, span) for span in selection.rejected_quotes]
        links = [link.to_dict() for link in selection.rejected_links]
        doc.spans[REJECTED_QUOTES_KEY] = SpanGroup(
            doc, name=REJECTED_QUOTES_KEY, spans=others, attrs={"links": links}
        )
    doc.user_data[USER_KEY] = {
        "id": selection.article_id,
        "sha256": article.sha256,
        "annotator": annotation.annotator,
        "state": annotation.state,
    }
    return doc, remarks


def load_docbin(path: Path) -> Iterator[dict[str, Any]]:
    """What a ``.spacy`` file holds, article by article, in the shape of ``show --json``.

    A dictionary has ``article`` (id, sha256, text), ``annotator``, ``state``, ``spans`` (id, start, end,
    label, status; offsets in code points) in reading order and ``links``. What a file that Chiosa did not
    write cannot tell is None, or "" for an id.

    Raises:
        ChiosaError: the file is missing or is not a DocBin.
    """
    try:
        docs = DocBin().from_disk(path).get_docs(spacy.blank("it").vocab)
    except OSError as error:
        raise ChiosaError(
            _("{path}: cannot be read ({reason}); check the name").format(path=path, reason=why(error))
        ) from None
    except Exception as error:  # zlib and msgpack each have errors of their own
        raise ChiosaError(
            _("{path}: is not a spaCy DocBin ({reason}); export it anew").format(path=path, reason=error)
        ) from None
    for doc in docs:
        yield _describe(doc)


def missing_tokens(doc: Doc) -> int:
    """How many tokens have no known entity label; ``spacy debug data`` does not count them."""
    return int((doc.to_array(ENT_IOB) == 0).sum())


def _tokenize(nlp: Language, text: str, spans: Sequence[Span]) -> tuple[Doc, set[int]]:
    """The text's tokens, cut at every edge of a span; also those edges at which the pipeline does not cut."""
    doc = nlp.make_doc(text)
    if all(doc.char_span(span.start, span.end) is not None for span in spans):
        return doc, set()
    borders = {border for token in doc for border in (token.idx, token.idx + len(token))}
    inner = {edge for span in spans for edge in (span.start, span.end)} - borders
    words: list[str] = []
    spaces: list[bool] = []
    for token in doc:
        start, end = token.idx, token.idx + len(token)
        points = [start, *sorted(edge for edge in inner if start < edge < end), end]
        words += [text[a:b] for a, b in pairwise(points)]
        spaces += [False] * (len(points) - 2) + [bool(token.whitespace_)]
    return Doc(nlp.vocab, words=words, spaces=spaces), inner


def _on(doc: Doc, span: Span) -> DocSpan:
    found = doc.char_span(span.start, span.end, label=span.label, span_id=span.id)
    if found is None:
        raise AssertionError(f"{span.id} {span.start}-{span.end} is not on tokens")
    return found


def _missing(doc: Doc, entities: list[DocSpan], selection: Selection) -> list[DocSpan]:
    """Runs of tokens whose label is not known."""
    if selection.done and not selection.open_entities:
        return []
    taken = {index for entity in entities for index in range(entity.start, entity.end)}
    unknown = selection.open_entities
    runs: list[DocSpan] = []
    start: int | None = None
    for token in doc:
        known = token.i in taken or (
            selection.done and not any(s.overlaps(token.idx, token.idx + len(token)) for s in unknown)
        )
        if known and start is not None:
            runs.append(doc[start : token.i])
            start = None
        elif not known and start is None:
            start = token.i
    if start is not None:
        runs.append(doc[start : len(doc)])
    return runs


def _describe(doc: Doc) -> dict[str, Any]:
    about = doc.user_data.get(USER_KEY, {})
    spans = [_span(entity, ACCEPTED) for entity in doc.ents]
    links: list[dict[str, str]] = []
    if SPANS_KEY in doc.spans:
        spans += [_span(span, ACCEPTED) for span in doc.spans[SPANS_KEY]]
        links = [dict(link) for link in doc.spans[SPANS_KEY].attrs.get("links", [])]
    for key in (REJECTED_KEY, REJECTED_QUOTES_KEY):
        if key in doc.spans:
            spans += [_span(span, REJECTED) for span in doc.spans[key]]
    return {
        "article": {"id": about.get("id"), "sha256": about.get("sha256"), "text": doc.text},
        "annotator": about.get("annotator"),
        "state": about.get("state"),
        "spans": sorted(spans, key=lambda s: (s["start"], -s["end"], s["label"], s["id"])),
        "links": links,
    }


def _span(span: DocSpan, status: str) -> dict[str, Any]:
    return {
        "id": span.id_, "start": span.start_char, "end": span.end_char, "label": span.label_,
        "status": status,
    }  # fmt: skip
