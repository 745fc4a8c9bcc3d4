"""What lists of names add to what the encoder reads: countries are places, well-known bodies are no persons.

KIND calls a country that acts ORG, about one time in five and not always in like sentences; the scheme has
it as a place. A country's name is therefore taken for an organisation, and that of a newspaper, a party or a
seat of power for a person or a place, only where the encoder is very sure: a feature, and no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from annotations.components.tags import Numbers
from annotations.suggesters.gazetteer import body_names, country_names

COUNTRIES = 4.0
"""What is taken from the encoder's number for ORG on a country's name, in natural logarithms of odds before
calibration. On the held-back news 1 gains 0.25 points of F, 2 gains 0.15, 3 costs nothing, 4 costs 0.2, 8
costs 0.7; 4 agrees with the scheme nearly everywhere."""
BODIES = 5.0
"""What is taken from those for PER and LOC on the name of a body. On the held-back news 1 to 5 change less
than 0.1."""
_LONGEST = 5
_COUNTRY, _BODY = 0, 1
_LOWERED = (("ORG",), ("PER", "LOC"))
"""The labels that a country's name speaks against, and those that a body's does."""


def by_known_names(
    words: Sequence[str], logits: Numbers, tags: Sequence[str], countries: float = COUNTRIES,
    bodies: float = BODIES,
) -> Numbers:  # fmt: skip
    """The numbers (words, tags) with those lowered that a known name speaks against."""
    lowered = np.array(logits, copy=True)
    flags = known_name_flags(words)
    for kind, against in enumerate((countries, bodies)):
        columns = [column for column, tag in enumerate(tags) if tag[2:] in _LOWERED[kind]]
        lowered[np.ix_(np.flatnonzero(flags[:, kind]), np.array(columns, int))] -= against
    return lowered


def known_name_flags(words: Sequence[str]) -> Numbers:
    """For each word 1 in the first column if it belongs to a country's name, in the second if to a body's."""
    flags = np.zeros((len(words), len(_LOWERED)), np.float32)
    known, longest = _known()
    index = 0
    while index < len(words):
        step = 1
        for size in range(min(longest.get(words[index], 0), len(words) - index), 0, -1):
            kind = known.get(tuple(word.replace("’", "'") for word in words[index : index + size]))
            if kind is not None:
                flags[index : index + size, kind] = 1
                step = size
                break
        index += step
    return flags


@cache
def _known() -> tuple[dict[tuple[str, ...], int], dict[str, int]]:
    """Which names are known, by their words; and by a first word, of how many words its names are at most."""
    known = dict.fromkeys(body_names(), _BODY) | dict.fromkeys(country_names(), _COUNTRY)
    longest: dict[str, int] = {}
    for name in known:
        longest[name[0]] = min(_LONGEST, max(len(name), longest.get(name[0], 0)))
    return known, longest
