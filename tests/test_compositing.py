"""A widget is asked for the lines that have changed only, and what is shown is what Textual would show."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from conftest import ADNKRONOS
from desks import SIZE, listed, settled
from textual._compositor import Compositor
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from tui.app import ChiosaApp
from tui.compositing import LineCompositor
from tui.widgets.article_view import ArticleView

OpenDesk = Callable[..., ChiosaApp]


def compare(screen: Screen[object], seed: str) -> None:
    """Assert that both compositors show the same on any lines of a screen."""
    ours = screen._compositor
    assert isinstance(ours, LineCompositor)
    draw = random.Random(seed)
    for _ in range(20):
        height = screen.size.height
        lines = set(draw.sample(range(height), draw.randint(1, height)))
        crop = Region(0, min(lines), screen.size.width, max(lines) - min(lines) + 1)
        drawn = ours._render_chops(crop, lines.__contains__)
        expected = Compositor._render_chops(ours, crop, lines.__contains__)
        for y in lines:
            assert list(drawn[y].items()) == list(expected[y].items())


@pytest.mark.parametrize("size", [SIZE, (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("keys", ["", "N N a", "v l", "question_mark", "colon", "ctrl+d", "plus", "slash M"])
async def test_any_lines_of_any_screen(open_desk: OpenDesk, size: tuple[int, int], keys: str) -> None:
    async with open_desk(ADNKRONOS).run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press(*keys.split())
        await pilot.pause()
        compare(pilot.app.screen, f"{size} {keys}")


async def test_the_list(open_desk: OpenDesk) -> None:
    async with open_desk().run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("j")
        compare(pilot.app.screen, "list")


async def test_of_a_key_only_the_changed_lines_are_drawn(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Region] = []
    render = ArticleView.render_lines

    def noted(view: ArticleView, crop: Region) -> list[Strip]:
        asked.append(crop)
        return render(view, crop)

    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        await settled(pilot)
        monkeypatch.setattr(ArticleView, "render_lines", noted)
        await pilot.press("N")  # on the same line
        assert [part.height for part in asked] == [1]
        asked.clear()
        await pilot.press("N")  # to the next
        assert sum(part.height for part in asked) == 2
