"""One decision in all articles, on the desk: what is planned, done, and taken back as one step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import ADNKRONOS
from desks import SIZE, listed, row, settled, words
from textual.pilot import Pilot

from annotations import edits
from annotations.annotation import ACCEPTED, Annotation
from annotations.article import load_article
from annotations.store import Store
from tui.app import ChiosaApp
from tui.review import Review
from tui.screens.article import ArticleScreen
from tui.screens.articles import ArticlesScreen
from tui.screens.spread import SpreadScreen

OpenDesk = Callable[..., ChiosaApp]
OTHERS = {
    "uno": "Ieri.\n\nIl presidente Trump è atteso a Roma. La Trump Tower è chiusa.\n",
    "due": "Ieri.\n\nOggi Trump tace. Poi Trump parla.\n",
}


def put(folder: Path) -> None:
    for name, text in OTHERS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def stored(store: Store, folder: Path, name: str) -> Annotation:
    return store.load(load_article(folder / f"{name}.txt")).history.annotation


def trumps(store: Store, folder: Path, name: str) -> list[tuple[int, str]]:
    text = OTHERS[name]
    return [
        (s.start, s.label)
        for s in stored(store, folder, name).spans
        if text[s.start : s.end] == "Trump" and s.status == ACCEPTED
    ]


async def open_in_list(pilot: Pilot[None], name: str) -> Review:
    screen = await listed(pilot)
    for _ in range(100):
        if any(e.article and e.article.id == name for e in screen.entries):
            break
        await pilot.pause(0.02)
    screen.list.go_to(next(n for n, e in enumerate(screen.listing.shown) if e.path.stem == name))
    await pilot.press("enter")
    return await settled(pilot)


async def planned(pilot: Pilot[None], typed: str = "same decision in all") -> SpreadScreen:
    await pilot.press("ctrl+p", *typed, "enter")
    for _ in range(300):
        screen = pilot.app.screen
        if isinstance(screen, SpreadScreen) and screen.changes:
            await pilot.pause()
            return screen
        await pilot.pause(0.02)
    raise AssertionError("nothing was planned")


async def spread(pilot: Pilot[None], review: Review) -> None:
    await pilot.press("slash", *"Trump", "enter", "v", "1", "P")
    await planned(pilot)
    await pilot.press("enter")


async def test_undo_takes_it_back_in_all_articles(open_desk: OpenDesk, store: Store, folder: Path) -> None:
    put(folder)
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await open_in_list(pilot, ADNKRONOS)
        await spread(pilot, review)
        assert "in 3 articles; u takes it all back" in row(app, "#message")
        assert len(trumps(store, folder, "uno")) == 1, "not the tower's"
        assert len(trumps(store, folder, "due")) == 2
        here = [s for s in review.annotation.spans if words(review, s) == "Trump"]
        await pilot.press("u")
        assert "undone in 3 articles" in row(app, "#message")
        assert trumps(store, folder, "uno") == trumps(store, folder, "due") == []
        assert stored(store, folder, "uno").state == "new"
        assert len([s for s in review.annotation.spans if words(review, s) == "Trump"]) == 1
        await pilot.press("r")
        assert "redone in 3 articles" in row(app, "#message")
        assert len(trumps(store, folder, "due")) == 2
        assert [s for s in review.annotation.spans if words(review, s) == "Trump"] == here


async def test_it_is_taken_back_from_another_article_later(
    open_desk: OpenDesk, store: Store, folder: Path
) -> None:
    put(folder)
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await open_in_list(pilot, ADNKRONOS)
        await spread(pilot, review)
        await pilot.press("q")
        assert isinstance(app.screen, ArticlesScreen)
        entry = next(e for e in app.screen.entries if e.path.stem == "due")
        assert entry.progress.decided == 2, "the list knows what was decided elsewhere"
        await open_in_list(pilot, "uno")
        await pilot.press("slash", *"Roma", "enter", "v", "3", "q")
        review = await open_in_list(pilot, "due")
        await pilot.press("u")
        assert "undone in 2 articles; changed since, kept there: uno" in row(app, "#message")
        assert review.annotation.spans == ()
        assert len(trumps(store, folder, "uno")) == 1


async def test_it_is_taken_back_from_the_list(open_desk: OpenDesk, store: Store, folder: Path) -> None:
    put(folder)
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("ctrl+p", *"last decision in all", "enter")
        assert "no decision in all articles" in row(app, "#message")
        review = await open_in_list(pilot, ADNKRONOS)
        await spread(pilot, review)
        await pilot.press("q", "ctrl+p", *"last decision in all", "enter")
        assert "undone in 3 articles" in row(app, "#message")
        assert trumps(store, folder, "due") == []


async def test_articles_without_suggestions_get_theirs_first(
    open_desk: OpenDesk, store: Store, folder: Path
) -> None:
    put(folder)
    app = open_desk(model="rules")
    async with app.run_test(size=SIZE) as pilot:
        review = await open_in_list(pilot, ADNKRONOS)
        trump = next(s for s in review.annotation.spans if words(review, s) == "Trump" and s.label == "PER")
        review.go_to(trump.id)
        screen = await planned(pilot)
        assert not screen.left_out
        await pilot.press("enter")
        assert isinstance(app.screen, ArticleScreen)
        assert len(trumps(store, folder, "due")) == 2
        done = stored(store, folder, "uno")
        assert done.suggester == review.annotation.suggester
        assert any(s.status != ACCEPTED for s in done.spans), "the other suggestions wait there"
        assert edits.broken_rules(done, store.scheme) == []


async def test_where_nothing_can_be_suggested_the_rows_wait(
    open_desk: OpenDesk, store: Store, folder: Path
) -> None:
    put(folder)
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        await open_in_list(pilot, ADNKRONOS)
        await pilot.press("slash", *"Trump", "enter", "v", "1", "P")
        app.desk.proposes = True

        async def refuse(text: str) -> None:
            raise edits.EditError("no model")

        app.desk.suggesting.suggest = refuse  # type: ignore[method-assign,assignment]
        screen = await planned(pilot)
        assert {screen.changes[n].article.id for n in screen.left_out} == {"uno", "due"}
        assert "doubtful left out" in row(app, "#message")
        await pilot.press("enter")
        assert trumps(store, folder, "due") == []
