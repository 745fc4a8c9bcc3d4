"""Only changed cells are sent, and the terminal shows what it would have shown of whole frames."""

from __future__ import annotations

import unicodedata

import hostile
import pytest
from emulator import Emulator
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stream import faults

from tui.cells import SYNC_END, SYNC_START, Cells
from tui.looks import Look, look, transition

WIDTH, HEIGHT = 16, 5
SIZE = (WIDTH, HEIGHT)
CODES = (
    "",
    "1",
    "2",
    "3;4",
    "1;7;95",
    "31;49",
    "39;49",
    "1;3;21;36;49",
    "41",
    "38;5;200",
    "2;48;2;1;2;3",
    "5;9",
)
LETTERS = [*"abc  àè’“…│·", "中", "e\u0301", "👩", "\u0301", "한", "क्षि", "\u200d", "…", "¦"]
looks = st.sampled_from(CODES)
words = st.lists(st.sampled_from(LETTERS) | st.sampled_from("ab  "), max_size=6).map("".join)
plain_words = st.text("ab  à’", max_size=6)


def segment(codes: str, text: str) -> str:
    """A piece of a frame, as Textual writes it."""
    return f"\x1b[{codes}m{text}\x1b[0m" if codes else text


def at(x: int, y: int) -> str:
    return f"\x1b[{y + 1};{x + 1}H"


# pyte puts a mark that begins a row on the end of the row above
pieces = st.lists(st.tuples(looks, st.one_of(plain_words, plain_words, words)), max_size=4).filter(
    lambda made: not unicodedata.combining("".join(text for _, text in made).lstrip("\u200d")[:1] or " ")
)


@st.composite
def whole(draw: st.DrawFn) -> str:
    """A frame of all rows, each written from edge to edge if its letters are as wide as they say."""
    rows = []
    for y in range(HEIGHT):
        room, row = WIDTH, at(0, y)
        for codes, text in draw(pieces):
            row += segment(codes, text[:room])
            room -= len(text[:room])
        rows.append(row + segment(draw(looks), " " * room))
    return "\n".join(rows)


@st.composite
def part(draw: st.DrawFn) -> str:
    """A frame of stretches of some rows."""
    rows = draw(st.lists(st.integers(0, HEIGHT - 1), min_size=1, max_size=3, unique=True))
    out = []
    for y in sorted(rows):
        x = draw(st.integers(0, WIDTH - 1))
        row, room = at(x, y), WIDTH - x
        for codes, text in draw(pieces):
            row += segment(codes, text[:room])
            room -= len(text[:room])
        out.append(row)
    return "\n".join(out)


homes = st.just((0, 0)) | st.tuples(st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1))
frames = st.tuples(st.one_of(whole(), part(), part()), homes, st.booleans()).map(
    lambda made: (SYNC_START if made[2] else "") + made[0] + at(*made[1]) + (SYNC_END if made[2] else "")
)
strange = st.sampled_from(
    [
        "\x1b[2J",
        "\x1b[3L",
        at(2, 2) + "\x1b[4:3mx\x1b[0m" + at(0, 0),
        "a\tb",
        at(0, 1) + "\x1b]8;;x\x07y" + at(0, 0),
    ]
)
aside = st.sampled_from(["\x07", "\x1b[?25h", "\x1b[2J", "\x1b[?2004h", "\x1b[1;1Hx"])


@settings(max_examples=400, deadline=None)
@example(["a\tb", at(0, 0) + at(0, 0), "a\tb"])
@given(
    st.lists(st.one_of(frames, frames, frames, strange, aside.map(lambda data: ("aside", data))), max_size=12)
)
def test_the_terminal_shows_the_same(sent: list[str | tuple[str, str]]) -> None:
    full, small, cells = Emulator(SIZE), Emulator(SIZE), Cells()
    for frame in sent:
        if isinstance(frame, tuple):
            data, patch = frame[1], cells.passed(frame[1])
        else:
            data, patch = frame, cells.patch(frame, SIZE)
        full.feed(data)
        small.feed(patch)
        assert full.cells() == small.cells(), (data, patch)
    last = "\x1b[1;1Hbye"
    full.feed(last)
    small.feed(cells.passed(last))
    assert full.cells() == small.cells(), "what is written at the end does not look like what was before it"
    assert small.screen.cursor.attrs == full.screen.cursor.attrs


@settings(max_examples=200, deadline=None)
@given(st.lists(frames, min_size=1, max_size=4), st.integers(1, 30), st.integers(1, 9), frames)
def test_another_size_begins_anew(sent: list[str], width: int, height: int, last: str) -> None:
    full, small, cells = Emulator(SIZE), Emulator(SIZE), Cells()
    for frame in sent:
        full.feed(frame)
        small.feed(cells.patch(frame, SIZE))
    for size in ((width, height), SIZE):
        full.resize(size)
        small.resize(size)
        cells.forget()
    full.feed(last)
    small.feed(cells.patch(last, SIZE))
    assert full.cells() == small.cells()


@given(st.sampled_from(CODES), st.sampled_from(CODES))
def test_from_any_look_to_any_other(before: str, after: str) -> None:
    full, small = Emulator(SIZE), Emulator(SIZE)
    full.feed(f"\x1b[0;{after}mx" if after else "\x1b[0mx")
    small.feed(transition(Look(), look(before)) + transition(look(before), look(after)) + "x")
    assert full.cells() == small.cells()


def row(text: str, y: int = 0, codes: str = "") -> str:
    return at(0, y) + segment(codes, text.ljust(WIDTH)) + at(0, 0)


@pytest.fixture
def cells() -> Cells:
    made = Cells()
    made.patch(row("uno due tre"), SIZE)
    return made


def test_what_is_there_is_not_sent_again(cells: Cells) -> None:
    assert cells.patch(row("uno due tre"), SIZE) == ""
    assert cells.patch(f"{SYNC_START}{row('uno due tre')}{SYNC_END}", SIZE) == ""


def test_a_changed_letter_costs_its_way_and_itself(cells: Cells) -> None:
    assert cells.patch(row("uno dUe tre"), SIZE) == "\x1b[1;6HU"


def test_stretches_close_to_each_other_are_one(cells: Cells) -> None:
    assert cells.patch(row("uno dUe Tre"), SIZE) == "\x1b[1;6HUe T"


def test_the_blank_end_of_a_row_is_cleared(cells: Cells) -> None:
    assert cells.patch(row("uno"), SIZE) == "\x1b[1;5H\x1b[K"


def test_a_ground_of_its_own_is_not_cleared(cells: Cells) -> None:
    assert "\x1b[K" not in cells.patch(row("uno", codes="44"), SIZE)


@pytest.mark.parametrize("odd", ["中", "e\u0301", "👩", "\u200d", hostile.FAMILY, "한", "\u1161"])
def test_a_row_of_letters_of_doubtful_width_stays_as_it_comes(cells: Cells, odd: str) -> None:
    frame = at(4, 0) + segment("1", odd) + at(0, 0)
    assert frame[: -len(at(0, 0))] in cells.patch(frame, SIZE)
    repeated = at(8, 0) + "tre" + at(0, 0)
    assert "tre" in cells.patch(repeated, SIZE), "where it is on this row, only the terminal knows"
    assert cells.patch(row("uno due tre"), SIZE)
    assert cells.patch(row("uno due tre"), SIZE) == "", "written from edge to edge, the row is known again"


def test_what_is_not_understood_goes_out_as_it_is(cells: Cells) -> None:
    frame = "\x1b[2J" + at(0, 0)
    assert cells.patch(frame, SIZE) == at(0, 0) + frame, "from where the cursor is meant to be"
    assert "uno" in cells.patch(row("uno due tre"), SIZE), "and nothing is taken as known"


@pytest.mark.parametrize("data", ["\x1b[?1049h", "\x1b[2J", "x", "\x1b[1;1H", "\n"])
def test_what_else_is_written_makes_all_unknown(cells: Cells, data: str) -> None:
    cells.passed(data)
    assert "uno" in cells.patch(row("uno due tre"), SIZE)


@pytest.mark.parametrize("data", ["\x07", "\x1b[?2004h", "\x1b]22;default\x07", "\x1b[5n", "\x1b[?25l"])
def test_what_leaves_the_cells_alone_does_not(cells: Cells, data: str) -> None:
    cells.passed(data)
    assert cells.patch(row("uno due tre"), SIZE) == ""


@given(st.lists(frames, max_size=6))
def test_nothing_is_sent_that_the_desk_never_means_to_send(sent: list[str]) -> None:
    cells = Cells()
    for frame in sent:
        before = set(faults(frame.encode(), SIZE))
        if not before:
            assert faults(cells.patch(frame, SIZE).encode(), SIZE) == []
