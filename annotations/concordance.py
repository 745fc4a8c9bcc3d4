"""A query over all articles of a folder: each place that it finds, with the words around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from msgspec import Struct

from annotations.annotation import REJECTED, Annotation, Span
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.query import Query
from annotations.scheme import CONTENT, ROLES

_BLANKS = re.compile(r"\s+")
_QUOTES = {CONTENT, *ROLES.values()}


class Place(Protocol):
    """Words of an article; offsets in code points."""

    @property
    def article(self) -> Article:
        """The article."""

    @property
    def start(self) -> int:
        """Where the words begin."""

    @property
    def end(self) -> int:
        """Where they end, exclusive."""


class Hit(Struct, frozen=True):
    """A place that a query found: a span, words with the span that lies on them, or an article as a whole.

    ``start`` and ``end`` are offsets in code points; both are 0 for a whole article. ``span`` is None where
    none lies on the words.
    """

    article: Article
    span: Span | None
    start: int
    end: int


def concordance(
    articles: Iterable[Article | ChiosaError], annotation_of: Callable[[Article], Annotation], query: Query
) -> Iterator[Hit | ChiosaError]:
    """What a query finds, article by article, each in reading order.

    Where spans are asked for these are the spans, otherwise the mentions of the words, with the spans that
    lie on them, so that these can be decided. An article that
    matches without either (by its date, by its own flag, by words of its title alone) is one hit at its
    beginning. So `Query.matches_article` is true of the articles that have a hit, and of no others.

    Args:
        articles: the articles; an error among them, as `load_articles` has, is handed on.
        annotation_of: reads an annotation; asked only for articles that may match. A `ChiosaError` that it
            raises stands in place of the hits, or before them where the query can be answered without.
        query: what to look for.
    """
    for article in articles:
        if isinstance(article, ChiosaError):
            yield article
        elif query.may_match(article):
            annotation = Annotation("")
            if query.needs_annotation or query.words:
                try:
                    annotation = annotation_of(article)
                except ChiosaError as error:
                    yield error
                    if query.needs_annotation:
                        continue
            yield from _hits(article, annotation, query)


def spans_on(annotation: Annotation, start: int, end: int) -> list[Span]:
    """The spans that are meant by some words of an article: those on exactly these, else the one over them.

    A name can be a PER and a SOURCE at once, and both are found. Over the words the innermost counts, an
    entity before a cue or a source; a quote only where the words are half of it or more, since who looks for
    a name in a long quote does not want to decide on the quote. Rejected spans count where no other stands.
    """
    here = annotation.over(start, end)
    standing = [s for s in here if s.status != REJECTED]
    exact = [s for s in standing if (s.start, s.end) == (start, end)]
    if exact:
        return exact
    wide = [s for s in standing if s.label != CONTENT or 2 * (end - start) >= s.end - s.start]
    if wide:
        return [min(wide, key=lambda s: _far(s, start, end))]
    return [s for s in here if (s.start, s.end) == (start, end)][:1]


def _far(span: Span, start: int, end: int) -> tuple[bool, bool, int, int]:
    """How little a span is what some words mean: best is one around them, an entity, and short."""
    around = span.start <= start and end <= span.end
    return not around, span.label in _QUOTES, span.end - span.start, span.start


def context(place: Place, width: int) -> tuple[str, str, str]:
    """The words before a place, the place's own, and those after it, as they read on one line.

    White space is made single blanks; together the three are a stretch of the article. Left and right are
    cut to ``width`` code points.
    """
    text = place.article.text
    words = _BLANKS.sub(" ", text[place.start : place.end])
    left = _beside(text, place.start, width, -1)
    right = _beside(text, place.end, width, 1)
    # one blank where white space goes on over an edge, and none at the beginning of an article
    if words.startswith(" "):
        left = left.rstrip(" ")
    if (left + words).endswith(" ") or not (left or words):
        right = right.lstrip(" ")
    return left, words, right


def _hits(article: Article, annotation: Annotation, query: Query) -> Iterator[Hit]:
    hits: list[Hit] = []
    seen: set[str] = set()
    if query.matches_whole(article, annotation):
        places = list(query.mentions(article.text))
        for start, end in places:
            on = spans_on(annotation, start, end)
            # two of the words can lie in one span, which is decided once
            hits += [Hit(article, s, start, end) for s in on if s.id not in seen]
            seen.update(s.id for s in on)
            if not on:
                hits.append(Hit(article, None, start, end))
        if not places:
            hits.append(Hit(article, None, 0, 0))
    if query.about_spans:
        hits += [
            Hit(article, s, s.start, s.end) for s in query.spans(article, annotation) if s.id not in seen
        ]
    yield from sorted(hits, key=lambda hit: (hit.start, -hit.end))


def _beside(text: str, at: int, width: int, step: int) -> str:
    """The ``width`` code points before or after an offset, blanks made single.

    Only as much of the text is read as this needs: it may be a megabyte.
    """
    if width <= 0:
        return ""
    reach = 2 * width
    while True:
        piece = text[max(0, at - reach) : at] if step < 0 else text[at : at + reach]
        line = _BLANKS.sub(" ", piece)
        if len(piece) < reach:
            # the edge of the article: no blank there
            line = line.lstrip(" ") if step < 0 else line.rstrip(" ")
        if len(piece) < reach or len(line) > width:
            return line[-width:] if step < 0 else line[:width]
        reach *= 2
