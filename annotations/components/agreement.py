"""One sense per text: the same words in one article name the same thing.

A name that stands in a telling sentence helps where it stands in a poor one: what the encoder says of its
mentions is drawn towards their mean. A surname follows the full name it belongs to.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from annotations.components.tags import Numbers, TagDecoder, log_softmax

SHARE = 0.5
"""How far each mention is drawn towards the mean of all; the best of 0.3 to 1 on the held-back news."""
SURE = 0.7
"""Probability from which a full name decides for its surname."""
PERSON = "PER"
Found = tuple[int, int, str, float]
"""First token, last token and one, label, probability."""


def agreed(
    decoder: TagDecoder, words: Sequence[str], logits: Numbers, temperature: float, share: float = SHARE
) -> list[Found]:
    """The spans of `TagDecoder.spans`, after the mentions of each name were made to agree.

    Time grows with the number of tokens, times that of the lengths that names have.
    """
    first = decoder.bounds(logits)
    if not first or share <= 0:
        return decoder.spans(logits, temperature)
    scores = log_softmax(np.asarray(logits, np.float64))
    drawn = scores.copy()
    for name, mentions in _mentions(words, first).items():
        if len(mentions) > 1:
            rows = np.array(mentions)[:, None] + np.arange(len(name))
            mean = scores[rows].mean(0)
            drawn[rows] = (1 - share) * scores[rows] + share * mean
    return _with_surnames(words, decoder.spans(drawn, temperature))


def _mentions(words: Sequence[str], names: Sequence[tuple[int, int]]) -> dict[tuple[str, ...], list[int]]:
    """Where the words of each name stand."""
    mentions: dict[tuple[str, ...], list[int]] = {tuple(words[start:end]): [] for start, end in names}
    for size in {len(name) for name in mentions}:
        for at in range(len(words) - size + 1):
            places = mentions.get(tuple(words[at : at + size]))
            if places is not None:
                places.append(at)
    return mentions


def _with_surnames(words: Sequence[str], found: list[Found]) -> list[Found]:
    known: dict[str, float] = {}
    for start, end, label, score in found:
        if label == PERSON and end - start > 1 and score > SURE:
            known[words[end - 1]] = max(score, known.get(words[end - 1], 0.0))
    result = []
    for start, end, label, score in found:
        full = known.get(words[start], 0.0) if end - start == 1 else 0.0
        if full and label != PERSON:
            label, score = PERSON, full * SURE
        result.append((start, end, label, score))
    return result
