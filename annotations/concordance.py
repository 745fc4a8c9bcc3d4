"""A query over all articles of a folder: each place that it finds, with the words around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from annotations.annotation import Annotation, Span
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.query import Query

_BLANKS = re.compile(r"\s+")


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


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that a query found: a span, words (``span`` is None), or an article as a whole.

    ``start`` and ``end`` are offsets in code points; both are 0 for a whole article.
    """

    article: Article
    span: Span | None
    start: int
    end: int


def concordance(
    articles: Iterable[Article | ChiosaError], annotation_of: Callable[[Article], Annotation], query: Query
) -> Iterator[Hit | ChiosaError]:
    """What a query finds, article by article, each in reading order.

    Where spans are asked for these are the spans, otherwise the mentions of the words. An article that
    matches without either (by its date, by its own flag, by words of its title alone) is one hit at its
    beginning. So `Query.matches_article` is true of the articles that have a hit, and of no others.

    Args:
        articles: the articles; an error among them, as `load_articles` has, is handed on.
        annotation_of: reads an annotation; asked only for articles that may match, and only where the query
            cannot be answered without. A `ChiosaError` that it raises stands in place of the hits.
        query: what to look for.
    """
    for article in articles:
        if isinstance(article, ChiosaError):
            yield article
        elif query.may_match(article):
            try:
                annotation = annotation_of(article) if query.needs_annotation else Annotation("")
            except ChiosaError as error:
                yield error
                continue
            yield from _hits(article, annotation, query)


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
    if query.matches_whole(article, annotation):
        places = list(query.mentions(article.text)) or [(0, 0)]
        hits += [Hit(article, None, start, end) for start, end in places]
    if query.about_spans:
        hits += [Hit(article, s, s.start, s.end) for s in query.spans(article, annotation)]
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
