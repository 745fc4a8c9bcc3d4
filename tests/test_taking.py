"""An article is shown before it is taken: what happens in between, and what is typed, is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ADNKRONOS
from desks import SIZE, row, settled, words
from test_driver import Line, decided

from annotations import edits
from annotations.article import Article
from annotations.history import History
from annotations.scheme import Scheme
from annotations.store import Store
from annotations.suggesters import RULES
from annotations.suggesting import InProcessSuggesting
from tui.app import ChiosaApp
from tui.desk import Desk


def add(history: History, text: str, word: str, scheme: Scheme) -> History:
    start = text.index(word)
    changed, _ = edits.add(history.annotation, start, start + len(word), "PER", scheme)
    return history.apply("add", changed, "s1")


@pytest.fixture
def app(folder: Path, store: Store, adnkronos: Article) -> ChiosaApp:
    """A desk on an article that the command has read."""
    desk = Desk([folder / f"{ADNKRONOS}.txt"], store, InProcessSuggesting(RULES), single=True)
    desk.seen = adnkronos, store.load(adnkronos)
    return ChiosaApp(desk)


async def test_it_is_taken_once_it_is_there(app: ChiosaApp, store: Store, adnkronos: Article) -> None:
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("a")  # before anything else
        review = await settled(pilot)
        assert len(app.screen_stack) == 1, "nothing is below it"
        assert not review.read_only
        await pilot.press("a")
        await pilot.press("q")
    assert store.load(adnkronos).history.annotation.spans[0].status == "accepted"
    store.open(adnkronos).close()


async def test_what_another_desk_has_written_in_between_is_there(
    app: ChiosaApp, store: Store, adnkronos: Article, scheme: Scheme
) -> None:
    session = store.open(adnkronos)
    history = add(session.loaded.history, adnkronos.text, "Macron", scheme)
    session.save(history)
    session.close()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("N", "N")
        review = await settled(pilot)
        assert review.history.edits[0] == history.edits[0]
        await pilot.press("x")
        await pilot.press("q")
    loaded = store.load(adnkronos).history
    assert loaded.edits[0].name == "add" and loaded.edits[-1].name == "reject"


async def test_where_another_desk_has_it_it_can_be_read_and_taken_over(
    app: ChiosaApp, store: Store, adnkronos: Article
) -> None:
    other = store.open(adnkronos)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        assert "read only" in row(app, "#title") and "read only" in review.message
        await pilot.press("O", "O")
        review = await settled(pilot)
        assert not review.read_only and len(app.screen_stack) == 1
        await pilot.press("a")
        assert words(review) != "2025-09-04"
    other.close()
    assert store.load(adnkronos).history.annotation.spans[0].status == "accepted"


def test_a_store_that_cannot_be_taken_ends_the_desk(folder: Path) -> None:
    home = folder / ".chiosa" / "annotations" / "Lina"
    home.mkdir(parents=True)
    (home / f"{ADNKRONOS}.lock").mkdir()  # where the lock should be
    line = Line("-m", "tui", str(folder / f"{ADNKRONOS}.txt"), "--model", "none")
    assert line.status() == 1
    assert b"Lina" in line.output and b"Traceback" not in line.output


def test_what_is_typed_at_once_is_done(folder: Path) -> None:
    for keys, wanted in (b"q", b"1/"), (b"axq", b"decided"):  # the second time all is in the store
        line = Line("-m", "tui", str(folder / f"{ADNKRONOS}.txt"), "--model", "rules")
        line.wait_for(wanted)
        line.press(keys)
        assert line.status() == 0
    assert decided(folder)[:3] == ["accepted", "rejected", "suggested"]


def test_what_is_typed_before_there_is_a_screen_is_done(folder: Path) -> None:
    article = folder / f"{ADNKRONOS}.txt"
    first = Line("-m", "tui", str(article), "--model", "rules")
    first.wait_for(b"1/")
    first.press(b"q")
    assert first.status() == 0
    for path, keys in (article, b"axq"), (folder, b"/zelensky\r\rxaqq"):
        line = Line("-m", "tui", str(path), "--model", "none")
        line.press(keys)
        assert line.status() == 0
    assert decided(folder)[:5] == ["accepted", "rejected", "rejected", "accepted", "suggested"]
