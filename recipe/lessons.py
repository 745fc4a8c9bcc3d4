"""What is learnt in which order: the batches of all passes, made beforehand so that their number is known."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotations.components.pieces import Pieces
from annotations.components.windows import WINDOW
from annotations.italian import blank_italian
from recipe.augment import pool_of, renamed
from recipe.corpus import Document, document, documents, read_kind, read_wikineural
from recipe.examples import Target, Window, batches, targets, windows, with_gaps
from recipe.quotes import read_stretches, with_quotes

DOCUMENT = 400
"""Words of a document: some windows long."""
BATCH = 1024
"""Pieces of a batch."""
OTHER_SHARE = 4
"""Each pass has all news and one part in four of fiction and speeches."""
RENAMED, GAPPED, GAPS = 0.5, 0.5, 0.1
"""In the second stage: the share of texts with other names, of windows with gaps, and of their pieces that
are unknown."""
SILVER_PASSES = 2
"""WikiNEuRal, which models annotated, is gone through once, in the first passes."""


@dataclass(frozen=True)
class Corpora:
    """The training texts: gold news with quotes, other gold texts, silver sentences."""

    news: list[Document]
    other: list[Document]
    silver: list[Document]

    @property
    def all(self) -> list[Document]:
        """All of them."""
        return [*self.news, *self.other, *self.silver]


def read_corpora(folder: Path, seed: int) -> Corpora:
    """Read the training parts of KIND and both parts of WikiNEuRal."""
    news, fiction, speeches = (
        documents(read_kind(folder, f"{name}_train"), DOCUMENT, seed) for name in ("WN", "FIC", "ADG")
    )
    chance = random.Random(seed)
    silver = [
        document([sentence], chance)
        for name in ("it_val", "it_test")
        for sentence in read_wikineural(folder, name)
    ]
    return Corpora(news, fiction + speeches, silver)


def words_of(corpora: Corpora) -> dict[tuple[str, bool], None]:
    """Each token of the texts once, with whether white space stands before it."""
    nlp = blank_italian()
    words: dict[tuple[str, bool], None] = {}
    for text in corpora.all:
        spaced = True
        for token in nlp.make_doc(text.text):
            if not token.is_space:
                words[token.text, spaced] = None
            spaced = bool(token.whitespace_) or token.is_space
    return words


def first_lessons(pieces: Pieces, corpora: Corpora, passes: int, chance: random.Random) -> list[list[Window]]:
    """The batches of the first stage: the texts as they are, silver ones in the first passes."""
    news = with_quotes(targets(pieces, corpora.news), read_stretches(corpora.news))
    other, silver = targets(pieces, corpora.other), targets(pieces, corpora.silver)
    chance.shuffle(other)
    chance.shuffle(silver)
    result: list[list[Window]] = []
    for number in range(passes):
        part = [*news, *_part(other, number, OTHER_SHARE)]
        if number < SILVER_PASSES:
            part += _part(silver, number, SILVER_PASSES)
        result += batches(list(windows(part, WINDOW, chance)), BATCH, chance)
    return result


def second_lessons(
    pieces: Pieces, corpora: Corpora, passes: int, chance: random.Random
) -> list[list[Window]]:
    """The batches of the second stage: half of the news with other names, half of the windows with gaps."""
    stretches = read_stretches(corpora.news)
    plain = with_quotes(targets(pieces, corpora.news), stretches)
    other = targets(pieces, corpora.other)
    chance.shuffle(other)
    pool = pool_of([*corpora.news, *corpora.silver])
    result: list[list[Window]] = []
    for number in range(passes):
        varied = [
            renamed(text, mine, pool, chance) for text, mine in zip(corpora.news, stretches, strict=True)
        ]
        renamed_news = with_quotes(
            targets(pieces, [text for text, _ in varied]), [mine for _, mine in varied]
        )
        part = [
            one if chance.random() < RENAMED else two for one, two in zip(renamed_news, plain, strict=True)
        ]
        part += _part(other, number, 2 * OTHER_SHARE)
        found = [
            with_gaps(item, GAPS, chance) if chance.random() < GAPPED else item
            for item in windows(part, WINDOW, chance)
        ]
        result += batches(found, BATCH, chance)
    return result


def _part(items: Sequence[Target], number: int, parts: int) -> Sequence[Target]:
    number %= parts
    return items[len(items) * number // parts : len(items) * (number + 1) // parts]
