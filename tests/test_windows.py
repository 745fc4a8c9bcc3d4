"""A text's pieces, and the windows in which a long text is read."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.components.pieces import END, LONGEST_WORD, START, UNKNOWN, Cut, Pieces, cut_text
from annotations.components.windows import plan, put_together, rows_of

tokenizers = pytest.importorskip("tokenizers")


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> Pieces:
    """A tokenizer that knows three pieces and the letters of «casa»."""
    known = ["<s>", "<pad>", "</s>", "<unk>", "\u2581casa", "casa", "\u2581", "c", "a", "s"]
    model = tokenizers.models.Unigram([(piece, -float(i)) for i, piece in enumerate(known)], unk_id=UNKNOWN)
    path = tmp_path_factory.mktemp("pieces") / "tokenizer.json"
    tokenizers.Tokenizer(model).save(str(path))
    return Pieces.read(Path(path))


def test_a_word_after_a_blank_and_one_after_an_apostrophe(pieces: Pieces) -> None:
    assert pieces.cut([("casa", True), ("casa", False), ("ac", False)]) == [[4], [5], [8, 7]]


def test_every_token_has_a_piece_and_a_line_end_one_of_its_own(pieces: Pieces) -> None:
    text = "casa casa\ncasa"
    cut = cut_text(pieces, text, [(0, 4), (5, 9), (10, 14)])
    assert cut.ids == [4, 4, END, 4]
    assert cut.firsts == [0, 1, 3]
    assert cut_text(pieces, "", []).ids == []


def test_what_is_no_word_has_few_pieces(pieces: Pieces) -> None:
    assert pieces.cut([("…", False)]) == [[UNKNOWN]]
    assert len(pieces.cut([("a" * 5000, True)])[0]) <= LONGEST_WORD + 1


CUTS = st.lists(st.integers(1, 4), max_size=60).map(
    lambda lengths: Cut(list(range(sum(lengths))), [sum(lengths[:i]) for i in range(len(lengths))])
)


@given(CUTS, st.integers(8, 20), st.integers(0, 6))
def test_windows_cover_all_pieces_and_each_token_is_read_once(cut: Cut, size: int, overlap: int) -> None:
    bounds = plan(cut, size, overlap)
    covered = {i for begin, end in bounds for i in range(begin, end)}
    assert covered == set(range(len(cut.ids)))
    assert len({end - begin for begin, end in bounds}) <= 1
    assert all(end - begin <= size for begin, end in bounds)
    for (_, end), (begin, _) in pairwise(bounds):
        assert begin <= end - min(overlap, 1)
    rows = rows_of(cut, bounds)
    assert all(row[0] == START and row[-1] == END for row in rows)
    if rows:
        # each piece's number is its place, so that a row's outputs tell what was read
        numbers = [np.array(row, np.float32)[:, None] for row in rows]
        assert put_together(cut, bounds, numbers)[:, 0].tolist() == cut.firsts


def test_a_token_is_read_where_more_stands_around_it() -> None:
    cut = Cut(list(range(30)), list(range(30)))
    bounds = plan(cut, 20, 10)
    assert bounds == [(0, 20), (10, 30)]
    assert plan(cut, 25, 4) == [(0, 17), (13, 30)]
    numbers = [np.full((22, 1), float(which), np.float32) for which in range(2)]
    assert put_together(cut, bounds, numbers)[:, 0].tolist() == [0.0] * 15 + [1.0] * 15
