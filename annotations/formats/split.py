"""Which articles a model is trained on and which it is measured with: decided by a hash of their id.

An article's place does not depend on the others, so it keeps it when articles are added. Only where that
would leave a split without anything to learn or to measure is an article moved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass

TRAIN = "train"
DEV = "dev"
SPLITS = (TRAIN, DEV)
DEV_SHARE = 0.1
"""The part of the articles that goes to dev. With 120 articles, train keeps the hundred below which spaCy's
``debug data`` reports an error."""


@dataclass(frozen=True, slots=True)
class Split:
    """The ids of the articles in either split; a lone article is in both."""

    train: frozenset[str]
    dev: frozenset[str]

    def of(self, article_id: str) -> tuple[str, ...]:
        """The names of the splits that an article is in."""
        places = ((TRAIN, self.train), (DEV, self.dev))
        return tuple(name for name, ids in places if article_id in ids)


def rank(article_id: str, seed: str) -> float:
    """An article's place from 0 (included) to 1 (excluded): below `DEV_SHARE` lies dev."""
    name = f"{seed}\0{article_id}".encode("utf-8", "backslashreplace")
    return int.from_bytes(hashlib.blake2b(name, digest_size=6).digest(), "big") / 2**48


def split_articles(article_ids: Iterable[str], seed: str, useful: Collection[str] = ()) -> Split:
    """Deal articles out to train and dev.

    Each goes where its rank says, with these exceptions, which matter while there are few articles:

    1. train gets a useful article, if there is one: of those in dev, the one ranked last;
    2. dev gets a useful article, if there is a second one: of those in train, the one ranked first;
    3. neither is empty, if there are two articles: the one nearest to the border goes over, but not the
       only useful one of train;
    4. a lone article is in both.

    Args:
        article_ids: the articles; one that is named twice counts once.
        seed: another seed gives another split.
        useful: the ids of those that hold a span which the model is to learn.
    """
    order = sorted(set(article_ids), key=lambda name: (rank(name, seed), name))
    if len(order) == 1:
        return Split(frozenset(order), frozenset(order))
    dev = [name for name in order if rank(name, seed) < DEV_SHARE]
    train = order[len(dev) :]
    if useful and not _any(train, useful):
        _move(next((name for name in reversed(dev) if name in useful), None), dev, train)
    if not _any(dev, useful) and sum(name in useful for name in train) > 1:
        _move(next(name for name in train if name in useful), train, dev)
    if not dev:
        spare = (name for name in train if name not in useful or sum(n in useful for n in train) > 1)
        _move(next(spare, None), train, dev)
    if not train:
        _move(dev[-1] if dev else None, dev, train)
    return Split(frozenset(train), frozenset(dev))


def _any(names: list[str], wanted: Collection[str]) -> bool:
    return any(name in wanted for name in names)


def _move(name: str | None, source: list[str], target: list[str]) -> None:
    if name is not None:
        source.remove(name)
        target.append(name)
