"""What is typed while the folder is still being read: it waits for the list, and nobody waits for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from desks import SIZE, listed, until
from textual import events

from annotations.article import Article
from annotations.folder import Watched
from tui.app import ChiosaApp
from tui.screens.articles import ArticlesScreen

OpenDesk = Callable[..., ChiosaApp]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A folder that gives out no article before this is set."""
    ready = threading.Event()
    read = Watched.read

    def waiting(self: Watched, path: object) -> Article:
        assert ready.wait(20)
        return read(self, path)  # type: ignore[arg-type, return-value]

    monkeypatch.setattr(Watched, "read", waiting)
    yield ready
    ready.set()


async def test_keys_and_pasted_words_are_done_in_their_order(
    open_desk: OpenDesk, slow: threading.Event
) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        for event in events.Key("slash", "/"), events.Paste("zelens"), events.Key("k", "k"):
            app.post_message(event)
        await pilot.pause(0.1)
        assert isinstance(app.screen, ArticlesScreen) and app.screen.listing.words == ""
        slow.set()
        screen = await listed(pilot)
        await until(pilot, lambda: screen.listing.words == "zelensk")
        app.post_message(events.Key("y", "y"))
        await until(pilot, lambda: screen.listing.words == "zelensky")


async def test_leaving_does_not_wait_for_the_folder(open_desk: OpenDesk, slow: threading.Event) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        app.post_message(events.Key("j", "j"))
        await pilot.pause(0.1)
        app.post_message(events.Key("ctrl+c", None))
        await until(pilot, lambda: app._exit)
        assert not slow.is_set()
        slow.set()


async def test_a_fault_of_the_reading_ends_the_desk(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(self: Watched, path: object) -> Article:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Watched, "read", faulty)
    app = open_desk(model="none")
    with pytest.raises(Exception, match="a fault of ours"):
        async with app.run_test(size=SIZE) as pilot:
            app.post_message(events.Key("j", "j"))
            await until(pilot, lambda: app._exit)
