"""A country's name is a place and a known body no person, unless the encoder is very sure."""

import numpy as np
import pytest

from annotations.components.known_names import BODIES, COUNTRIES, by_known_names
from annotations.components.tags import iob2

TAGS = iob2(("PER", "LOC", "ORG"))


@pytest.mark.parametrize(
    ("words", "countries", "bodies"),
    [
        ("la Germania spiega", [1], []),
        ("gli Stati Uniti d' America", [1, 2, 3, 4], []),
        ("l' Ucraina e la Russia", [1, 4], []),
        ("secondo Axios", [], [1]),
        ("la Juventus in Italia", [3], [1]),
        ("la Casa Bianca", [], [1, 2]),
        ("Fratelli d’ Italia", [], [0, 1, 2]),
        ("Uniti per Roma", [], []),
    ],
)
def test_known_names(words: str, countries: list[int], bodies: list[int]) -> None:
    tokens = words.split()
    before = np.ones((len(tokens), len(TAGS)), np.float32)
    after = by_known_names(tokens, before, TAGS)
    assert (before == 1).all()
    expected = before.copy()
    for row in countries:
        expected[row, [TAGS.index("B-ORG"), TAGS.index("I-ORG")]] -= COUNTRIES
    for row in bodies:
        expected[row, [TAGS.index(tag) for tag in ("B-PER", "I-PER", "B-LOC", "I-LOC")]] -= BODIES
    assert (after == expected).all()
    assert (by_known_names(tokens, before, TAGS, 0, 0) == before).all()
