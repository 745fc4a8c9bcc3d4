"""A country's name is a place, unless the encoder is rather sure that it acts."""

import numpy as np
import pytest

from annotations.components.countries import AGAINST, places_first
from annotations.components.tags import iob2

TAGS = iob2(("PER", "LOC", "ORG"))


@pytest.mark.parametrize(
    ("words", "lowered"),
    [
        ("la Germania spiega", [1]),
        ("gli Stati Uniti d' America", [1, 2]),
        ("l' Ucraina e la Russia", [1, 4]),
        ("la Juventus vince", []),
        ("Uniti per Roma", []),
    ],
)
def test_names_of_countries(words: str, lowered: list[int]) -> None:
    tokens = words.split()
    before = np.ones((len(tokens), len(TAGS)), np.float32)
    after = places_first(tokens, before, TAGS)
    assert (before == 1).all()
    changed = {(row, TAGS[column]) for row, column in zip(*np.nonzero(after != before), strict=True)}
    assert changed == {(row, tag) for row in lowered for tag in ("B-ORG", "I-ORG")}
    assert after.min() == (1 - AGAINST if lowered else 1)
    assert (places_first(tokens, before, TAGS, 0) == before).all()
