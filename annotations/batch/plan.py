"""The plan: a stream of articles, cut into shards. A shard is the unit of work, of retry and of writing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from annotations import __version__
from annotations.article import Article, plain_name
from annotations.scheme import Scheme

MOST = 1 << 18
"""Code points after which a shard ends, so that a few huge articles do not fill the memory."""

Planned = tuple[Path, Article]
"""An article with the path of the command line under which it was found."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Some articles, under a name that other articles, texts or suggesters would not give."""

    id: str
    items: tuple[Planned, ...]

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles alone, as the work gets them."""
        return tuple(article for _path, article in self.items)


def cut(planned: Iterable[Planned], made_by: str, mean: int) -> Iterator[Shard]:
    """Shards of ``mean`` articles or so, at most twice as many, in the order of the articles.

    Where one ends is told by the names of the articles alone: an article that is added or removed makes
    another shard of those around it, and leaves the rest of ten thousand as they were.

    Args:
        planned: the articles.
        made_by: names all besides the articles that what is made depends on, the suggester above all.
        mean: articles in a shard.
    """
    items: list[Planned] = []
    size = 0
    for item in planned:
        items.append(item)
        size += len(item[1].text)
        last = int.from_bytes(_digest(item[1].id)[:4], "big") % mean == 0
        if last or len(items) >= 2 * mean or size >= MOST:
            yield _shard(items, made_by)
            items, size = [], 0
    if items:
        yield _shard(items, made_by)


def _shard(items: list[Planned], made_by: str) -> Shard:
    known = [made_by, *(part for _path, article in items for part in (article.id, article.sha256))]
    return Shard(_digest("\0".join(known)).hex()[:16], tuple(items))


def _digest(words: str) -> bytes:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()


def made_by(suggester: str, annotator: str, scheme: Scheme) -> str:
    """All that suggestions depend on besides the articles, in one line."""
    labels = _digest(repr([(label.name, scheme.layer(label.name)) for label in scheme.labels])).hex()[:8]
    return f"{suggester}, chiosa {__version__}, labels {labels}, annotator {plain_name(annotator)}"
