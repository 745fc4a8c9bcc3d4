"""The place in an article is there again, unless the edits say otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import ADNKRONOS

from annotations.article import Article
from annotations.place import keep_place, kept_place
from annotations.store import Store
from tui.app import ChiosaApp
from tui.screens.article import ArticleScreen


async def where(app: ChiosaApp, *keys: str) -> str:
    """Open the article, press keys, leave; the span that was current at the end."""
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(200):
            await pilot.pause(0.02)
            screen = app.screen
            if isinstance(screen, ArticleScreen) and screen.review.current and not screen.notice:
                break
        assert isinstance(screen, ArticleScreen)
        await pilot.press(*keys)
        place = screen.review.current_id
        assert place
        app.exit()
    app.desk.give_all_back()
    return place


async def test_moves_and_decisions(open_desk: Callable[..., ChiosaApp]) -> None:
    place = await where(open_desk(ADNKRONOS), "a", "N", "N", "N")
    assert await where(open_desk(ADNKRONOS)) == place
    back = await where(open_desk(ADNKRONOS), "P", "P", "P", "P")
    assert await where(open_desk(ADNKRONOS)) == back != place


async def test_a_place_from_before_other_edits_does_not_count(
    open_desk: Callable[..., ChiosaApp], store: Store, adnkronos: Article
) -> None:
    await where(open_desk(ADNKRONOS), "N", "N", "N", "N")
    path = store.path(adnkronos.id)
    old = path.with_suffix(".place").read_bytes()
    place = await where(open_desk(ADNKRONOS), "a")
    path.with_suffix(".place").write_bytes(old)  # as a kill leaves it
    assert await where(open_desk(ADNKRONOS)) == place
    history = store.load(adnkronos).history
    assert kept_place(path, history) == place


@pytest.mark.parametrize("damage", [b"", b"\xff\xfe", b"\n\n", b"0\ns99999999", b"0 x\ns1"])
async def test_damage_costs_the_place_and_no_more(
    open_desk: Callable[..., ChiosaApp], store: Store, adnkronos: Article, damage: bytes
) -> None:
    first = await where(open_desk(ADNKRONOS))
    await where(open_desk(ADNKRONOS), "N", "N")
    store.path(adnkronos.id).with_suffix(".place").write_bytes(damage)
    assert await where(open_desk(ADNKRONOS)) == first


def test_a_disk_that_refuses(store: Store, adnkronos: Article) -> None:
    path = store.path(adnkronos.id)
    path.with_suffix(".place").mkdir(parents=True)
    history = store.load(adnkronos).history
    keep_place(path, history, "s1")
    assert kept_place(path, history) == ""
