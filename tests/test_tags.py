"""From tag scores to spans: against the enumeration of every row of tags."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.components.tags import TagDecoder, iob2, log_softmax

LABELS = ("CUE", "SOURCE")
TAGS = iob2(LABELS)
LOGITS = st.integers(1, 4).flatmap(
    lambda length: st.lists(
        st.lists(st.integers(-6, 6), min_size=len(TAGS), max_size=len(TAGS)),
        min_size=length,
        max_size=length,
    )
)


def valid(row: tuple[int, ...]) -> bool:
    before = "O"
    for tag in (TAGS[number] for number in row):
        if tag[0] == "I" and (before == "O" or before[2:] != tag[2:]):
            return False
        before = tag
    return True


def spans_of(row: tuple[int, ...]) -> set[tuple[int, int, str]]:
    spans, start = set(), None
    for index, number in enumerate((*row, 0)):
        tag = TAGS[number]
        if start is not None and tag[0] != "I":
            spans.add((start, index, TAGS[row[start]][2:]))
            start = None
        if tag[0] == "B":
            start = index
    return spans


@settings(max_examples=150, deadline=None)
@given(LOGITS, st.sampled_from([0.5, 1.0, 2.0]))
def test_the_best_row_and_the_probability_of_its_spans(logits: list[list[int]], temperature: float) -> None:
    numbers = np.array(logits, float) + np.linspace(0, 0.01, len(logits) * len(TAGS)).reshape(-1, len(TAGS))
    scores = log_softmax(numbers / temperature)
    rows = [row for row in product(range(len(TAGS)), repeat=len(logits)) if valid(row)]
    weights = np.exp([sum(scores[i, tag] for i, tag in enumerate(row)) for row in rows])
    found = TagDecoder(LABELS).spans(numbers, temperature)
    mine = {(a, b, label) for a, b, label, _ in found}
    best = max(w for row, w in zip(rows, weights, strict=True) if spans_of(row) == mine)
    assert best == pytest.approx(weights.max())  # two rows may be equally good
    for a, b, label, probability in found:
        true = sum(w for row, w in zip(rows, weights, strict=True) if (a, b, label) in spans_of(row))
        assert probability == pytest.approx(true / weights.sum(), abs=1e-6)


def test_no_tokens_and_no_spans() -> None:
    decoder = TagDecoder(LABELS)
    assert decoder.spans(np.zeros((0, 5))) == []
    assert decoder.spans(np.array([[9.0, 0, 0, 0, 0]] * 3)) == []


def test_a_hotter_model_is_less_sure() -> None:
    logits = np.array([[0.0, 4, 0, 0, 0], [3.0, 0, 0, 0, 0]])
    ((*_, cold),) = TagDecoder(LABELS).spans(logits, 0.5)
    ((*_, hot),) = TagDecoder(LABELS).spans(logits, 2.0)
    assert 0.5 < hot < cold <= 1
