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
from textual.widget import Widget

from tui.app import ChiosaApp
from tui.compositing import LineCompositor
from tui.layout import Layout
from tui.widgets.article_view import ArticleView
from tui.widgets.plain_lines import PlainLines

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
    for widget in ours.visible_widgets:
        if isinstance(widget, PlainLines) and widget.size:
            width, height = widget.size
            left, top = draw.randrange(width), draw.randrange(height)
            crop = Region(left, top, draw.randint(1, width - left), draw.randint(1, height - top))
            drawn_plain = [list(strip.simplify()) for strip in widget.render_lines(crop)]
            assert drawn_plain == [list(strip.simplify()) for strip in Widget.render_lines(widget, crop)]


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


@pytest.mark.parametrize("keys", ["", "N a n x", "e p", "G g", "v l 1", "u", "c", "Q", "slash d i enter"])
async def test_lines_out_of_sight_are_drawn_ahead_as_they_will_be(
    open_desk: OpenDesk, keys: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        await settled(pilot)
        view = pilot.app.screen.query_one(ArticleView)
        for key in (*keys.split(), ""):
            if key:
                await pilot.press(key)
            await pilot.pause(0.2)
            assert len(view._strips) > 2 * view.size.height - 2
            for line, strip in view._strips.items():
                assert list(strip) == list(view._draw(view.lines, line))
        drawn: list[int] = []
        draw = ArticleView._draw

        def told(self: ArticleView, lines: Layout, line: int) -> Strip:
            drawn.append(line)
            return draw(self, lines, line)

        monkeypatch.setattr(ArticleView, "_draw", told)
        top = view.scroll_offset.y
        await pilot.press("escape", "pagedown" if top < 5 else "pageup")
        seen = range(view.scroll_offset.y, view.scroll_offset.y + view.size.height)
        assert view.scroll_offset.y != top and len(set(drawn) & set(seen)) <= 3
