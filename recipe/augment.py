"""News with other names in it, so that the encoder learns from what stands around a name.

Each person, place or organisation may become another of its kind, the same throughout a text; a surname
that stands alone follows the full name.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace

from recipe.corpus import Document
from recipe.quotes import Bounds, Stretch

SHARE = 0.4
"""How many of the names of a text become others."""
_APOSTROPHES = "'’"
_VOWELS = "aeiouAEIOUàèéìòùÀÈÉÌÒÙ"
Pool = dict[str, list[str]]


def pool_of(documents: Iterable[Document]) -> Pool:
    """All names of some texts by their label, each once."""
    names: dict[str, dict[str, None]] = {}
    for document in documents:
        for start, end, label in document.entities:
            names.setdefault(label, {})[document.text[start:end]] = None
    return {label: list(found) for label, found in names.items()}


def renamed(
    document: Document, stretches: Sequence[Stretch], pool: Pool, chance: random.Random
) -> tuple[Document, list[Stretch]]:
    """A document with some names replaced, and its quotes where they are now."""
    names = _choose(document, pool, chance)
    pieces: list[str] = []
    old, new = [0], [0]
    entities = []
    at = length = 0
    for start, end, label in sorted(document.entities):
        if start < at:
            continue
        word = names.get((document.text[start:end], label), document.text[start:end])
        if start and document.text[start - 1] in _APOSTROPHES and word[0] not in _VOWELS:
            word = document.text[start:end]
        pieces += [document.text[at:start], word]
        length += start - at
        entities.append((length, length + len(word), label))
        length += len(word)
        at = end
        old.append(end)
        new.append(length)
    pieces.append(document.text[at:])

    def moved(offset: int) -> int:
        place = bisect_right(old, offset) - 1
        return new[place] + offset - old[place]

    def moved_bounds(bounds: Bounds | None) -> Bounds | None:
        # a role that begins or ends inside a name cannot be told any more: it takes the name whole
        return None if bounds is None else (_low(bounds[0]), _high(bounds[1]))

    starts = {start: first for (start, _, _), (first, _, _) in zip(_flat(document), entities, strict=True)}
    ends = {end: last for (_, end, _), (_, last, _) in zip(_flat(document), entities, strict=True)}

    def _low(offset: int) -> int:
        return starts.get(offset, moved(offset))

    def _high(offset: int) -> int:
        return ends.get(offset, moved(offset))

    quotes = [
        Stretch(
            (_low(s.content[0]), _high(s.content[1])), s.quote, moved_bounds(s.cue), moved_bounds(s.source),
            moved_bounds(s.inner),
        )
        for s in stretches
    ]  # fmt: skip
    breaks = tuple(_low(offset) for offset in document.breaks)
    text = "".join(pieces)
    return replace(document, text=text, entities=tuple(entities), breaks=breaks), quotes


def _flat(document: Document) -> list[tuple[int, int, str]]:
    kept: list[tuple[int, int, str]] = []
    for entity in sorted(document.entities):
        if not kept or entity[0] >= kept[-1][1]:
            kept.append(entity)
    return kept


def _choose(document: Document, pool: Pool, chance: random.Random) -> dict[tuple[str, str], str]:
    mentions = dict.fromkeys((document.text[a:b], label) for a, b, label in sorted(document.entities))
    names: dict[tuple[str, str], str] = {}
    surnames: dict[str, str] = {}
    for name, label in sorted(mentions, key=lambda m: -m[0].count(" ")):
        if label == "PER" and name in surnames:
            names[name, label] = surnames[name]
        elif chance.random() < SHARE:
            other = _like(name, pool[label], chance)
            names[name, label] = other
            if label == "PER" and " " in name and " " in other:
                surnames[name.split()[-1]] = other.split()[-1]
    return names


def _like(name: str, others: Sequence[str], chance: random.Random) -> str:
    """Another name, with as many words where a few tries find one."""
    for _ in range(8):
        other = chance.choice(others)
        if other.count(" ") == name.count(" "):
            return other
    return name
