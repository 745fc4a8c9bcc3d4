"""A slow line: frames wait until the terminal has got those before, and none is drawn for its own sake."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from slow_line import ANSWER, QUESTION, SlowLine
from test_driver import Line, decided

from tui.pacing import PATIENCE, WIDEST, WINDOW, Pace

FULL_FRAME = 4096
"""More than a frame of 80x24 takes, without what its styles cost in articles full of spans."""


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    """That of a terminal which has answered once."""
    made = Pace(clock)
    made.sent("x")
    assert made.ask()
    made.answered()
    return made


def test_not_before_the_terminal_has_answered_once(clock: Clock) -> None:
    pace = Pace(clock)
    pace.sent("x" * 100_000)
    assert pace.ask() and not pace.busy and not pace.waiting
    pace.answered()
    pace.sent("x" * 100_000)
    assert pace.busy


def test_one_question_at_a_time_and_one_more_for_what_came_after_it(pace: Pace) -> None:
    pace.sent("x" * 300)
    assert pace.ask() and not pace.ask()
    pace.sent("x" * WINDOW)
    assert pace.busy and not pace.ask()
    pace.answered()
    assert not pace.busy, "a window's worth may be on its way"
    assert pace.ask() and pace.waiting
    pace.answered()
    assert not pace.ask() and not pace.waiting


def test_a_lost_answer_holds_up_for_a_while_only(pace: Pace, clock: Clock) -> None:
    for _ in range(2):
        pace.sent("x" * 2 * WINDOW)
        assert pace.ask() and pace.busy
        clock.now += PATIENCE + 1
        assert not pace.busy
    pace.sent("x" * 100 * WINDOW)
    assert pace.ask() and not pace.busy, "this terminal has stopped answering"
    pace.answered()
    pace.sent("x" * 100 * WINDOW)
    assert pace.busy, "it answers again"


def test_nothing_is_asked_once_the_terminal_is_given_back(pace: Pace) -> None:
    pace.closed = True
    pace.sent("x" * WINDOW)
    assert not pace.ask()


def test_a_fast_line_gets_a_wider_window(pace: Pace, clock: Clock) -> None:
    for _ in range(10):
        pace.sent("x" * pace.window)
        pace.ask()
        clock.now += 0.1
        pace.answered()
    assert pace.window == WIDEST
    for _ in range(3):
        pace.sent("x" * 300)
        pace.ask()
        clock.now += 1
        pace.answered()
    assert pace.window == WINDOW
    pace.sent("x" * 300)
    pace.ask()
    pace.answered()
    assert pace.window == WINDOW, "little tells nothing of the line"


@pytest.fixture
def desk(folder: Path) -> Iterator[Line]:
    made = Line("-m", "tui", str(folder / f"{ADNKRONOS}.txt"), "--model", "rules")
    yield made
    if made.fd >= 0:
        made.cut()
    with suppress(ChildProcessError):  # it has ended, and that has been seen
        made.status()


class Terminal:
    """Reads what a desk sends, and answers its questions only when told."""

    def __init__(self, desk: Line) -> None:
        self.desk = desk
        self.owed = 0

    def read(self, seconds: float = 0.6) -> bytes:
        """What comes until nothing has come for a while."""
        data = b""
        while select.select([self.desk.fd], [], [], seconds)[0]:
            data += self.desk.read()
        self.owed += data.count(QUESTION)
        return data

    def answer(self) -> bytes:
        """All that comes while every question gets its answer."""
        data = b""
        while self.owed:
            os.write(self.desk.fd, ANSWER * self.owed)
            self.owed = 0
            data += self.read()
        return data


def wait_for_decision(folder: Path, place: int, status: str) -> None:
    for _ in range(100):
        if decided(folder)[place : place + 1] == [status]:
            return
        time.sleep(0.1)
    raise AssertionError(f"span {place} is not {status}")


def test_frames_are_held_back_until_the_terminal_answers(desk: Line, folder: Path) -> None:
    desk.wait_for(b" 1/")
    terminal = Terminal(desk)
    terminal.owed = desk.output.count(QUESTION)
    terminal.read()
    terminal.answer()
    for _ in range(60):
        os.write(desk.fd, b"N")
        time.sleep(0.02)
    on_its_way = terminal.read()
    assert 0 < len(on_its_way) < WINDOW + FULL_FRAME, "what nobody confirms is no reason to send more"
    assert terminal.owed == 1
    latest = terminal.answer()
    assert desk.terminal.shows(b" 61/"), "all keys were handled"
    assert 0 < len(latest) < FULL_FRAME, "drawn once, as it is now"
    os.write(desk.fd, b"x")
    wait_for_decision(folder, 60, "rejected")
    terminal.read()
    terminal.answer()
    os.write(desk.fd, b"q")
    data = b""
    while b"\x1b[?1049l" not in data and (more := os.read(desk.fd, 1 << 16)):
        data += more
        os.write(desk.fd, ANSWER * more.count(QUESTION))
    assert QUESTION not in data.split(b"\x1b[?1049l")[1], "its answer would be typed into the shell"
    assert desk.status() == 0


def test_a_terminal_that_neither_answers_nor_reads(desk: Line) -> None:
    """Keys are handled all the same, and what waits does not grow with their number."""
    desk.wait_for(b"DATE")
    desk.wait_for(b"1/")
    for _ in range(30):
        os.write(desk.fd, b"jjjjjkkkkk" * 4)
        time.sleep(0.05)
    os.write(desk.fd, b"nnn")
    time.sleep(2)
    assert len(Terminal(desk).read()) < 16 * FULL_FRAME
    desk.press(b"n")
    desk.wait_for(b" 5/")


def hold_down_a_key(line: SlowLine, folder: Path) -> int:
    """Sixty keys at the pace of a keyboard, then two edits; the most bytes that were behind."""
    before, most = line.taken, 0
    for _ in range(60):
        line.type(b"N")
        time.sleep(1 / 30)
        most = max(most, line.backlog)
    line.type(b"x")
    wait_for_decision(folder, 60, "rejected")
    line.type(b"u")
    line.wait_for(b" 61/")
    assert line.taken - before < 5 * FULL_FRAME, "not every step is drawn"
    line.type(b"q")
    line.wait_for(b"\x1b[?1049l")
    return most


def test_a_line_of_9600_baud(desk: Line, folder: Path) -> None:
    """With 300 ms each way and room for everything between, as over SSH: the most there is to catch up on."""
    line = SlowLine(desk.fd, desk.terminal)
    try:
        line.wait_for(b" 1/")
        assert hold_down_a_key(line, folder) < WINDOW + FULL_FRAME, "never more than a screenful behind"
        assert desk.status() == 0
    finally:
        line.close()
