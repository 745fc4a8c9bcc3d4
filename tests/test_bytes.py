"""How many bytes a key costs: they are the same on every machine, so that they can be held to a number.

The limits are those of a line that carries 4 kB a second: thirty keys a second, and no more than a second
behind. Idle means not a byte.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY
from emulator import Emulator

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

from latency_articles import LONG, MARKER, Prepared, prepare
from ptys import Session

SMALL, WIDE = (80, 24), (120, 40)
KEY = 120
"""For a step from span to span in sight, at any length and on any size of terminal."""
SCREENFUL = {SMALL: 2800, WIDE: 6500}
REST = 130
"""What comes on a wide terminal once the editor rests: what the span's label is for."""


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Prepared]:
    folder = tmp_path_factory.mktemp("bytes")
    return {"short": prepare(folder / "short"), "long": prepare(folder / "long", LONG)}


class Desk(Session):
    """A desk on an article whose spans are there, and a terminal that shows it."""

    def __init__(self, article: Prepared, size: tuple[int, int], settings: str = "/dev/null") -> None:
        environment = {"CHIOSA_SETTINGS": settings}
        super().__init__(article.command("chiosa"), size, folder=REPOSITORY, environment=environment)
        self.terminal = Emulator(size)
        self.wait_for(MARKER)
        taken = 0
        while taken < len(self.output) or "suggesting" in self.terminal.text():
            self.terminal.take(bytes(self.output[taken:]))
            taken = len(self.output)
            self.settle(0.5)

    def step(self, key: str = "N", quiet: float = 0.1) -> tuple[int, bool]:
        """The bytes that a key costs, and whether another part of the text is shown then."""
        before = self.terminal.screen.display
        sent = self.press(key, quiet).sent
        self.terminal.take(sent)
        after = self.terminal.screen.display
        return len(sent), sum(a != b for a, b in zip(before, after, strict=True)) > len(before) // 2


@pytest.fixture
def open_desk(articles: dict[str, Prepared], tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    opened: list[Desk] = []

    def make(length: str, size: tuple[int, int], settings: str = "/dev/null") -> Desk:
        opened.append(Desk(articles[length].copy(tmp_path / str(len(opened))), size, settings))
        return opened[-1]

    yield make
    for desk in opened:
        desk.close()


@pytest.mark.parametrize("size", [SMALL, WIDE])
@pytest.mark.parametrize("length", ["short", "long"])
def test_from_span_to_span(open_desk: Callable[..., Desk], length: str, size: tuple[int, int]) -> None:
    desk = open_desk(length, size)
    steps = [desk.step() for _ in range(70)]
    assert statistics.median(cost for cost, elsewhere in steps if not elsewhere) <= KEY
    assert all(cost <= SCREENFUL[size] for cost, _ in steps)


@pytest.mark.parametrize("size", [SMALL, WIDE])
@pytest.mark.parametrize("length", ["short", "long"])
def test_a_new_screenful(open_desk: Callable[..., Desk], length: str, size: tuple[int, int]) -> None:
    desk = open_desk(length, size)
    pages = [desk.step(key, 0.2) for key in ("\x1b[6~", "\x1b[5~", "\x1b[6~", "G", "g")]
    assert any(elsewhere for _, elsewhere in pages)
    assert all(cost <= SCREENFUL[size] for cost, _ in pages)


def test_at_rest_nothing_is_sent(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("short", SMALL)
    before = len(desk.output)
    desk.settle(3.0, 3.0)
    assert len(desk.output) == before


def test_who_rests_reads_what_a_label_is_for(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk("short", WIDE)
    assert "DATE: A day" in desk.terminal.text()
    before = len(desk.output)
    desk.press("N", quiet=1.0)
    desk.terminal.take(bytes(desk.output[before:]))
    assert "ORG: A body" in desk.terminal.text()
    assert len(desk.output) - before < KEY + REST


def test_it_can_be_turned_off(open_desk: Callable[..., Desk], tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("changed_cells = false\n")
    whole, changed = open_desk("short", SMALL, str(file)), open_desk("short", SMALL)
    for _ in range(8):
        assert whole.step()[0] > 1.5 * changed.step()[0]
        assert whole.terminal.cells() == changed.terminal.cells()
