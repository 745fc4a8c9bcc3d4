"""Going from a search over all articles to a place and back; the list of articles; palette and bulk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from desks import SIZE, listed, row, settled, words
from test_actions import hits, shown

from annotations.annotation import ACCEPTED, SUGGESTED
from annotations.store import Store
from tui.app import ChiosaApp
from tui.candidates import candidates
from tui.screens.article import ArticleScreen
from tui.screens.articles import ArticlesScreen
from tui.screens.hits import HitsScreen
from tui.screens.palette import PaletteScreen
from tui.screens.speakers import SpeakersScreen

OpenDesk = Callable[..., ChiosaApp]


async def test_leaving_an_article_leads_back_to_the_hits(open_desk: OpenDesk, folder: Path) -> None:
    (folder / "altro.txt").write_text("Ieri.\n\nTrump è a Roma. Trump tace.\n", encoding="utf-8")
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("s", *"Trump", "enter")
        screen = await hits(pilot, 4)
        mine = next(n for n, hit in enumerate(screen.hits) if hit.article.id == "altro") + 1
        screen.list.move(mine - screen.list.cursor)
        await pilot.press("o")
        review = await settled(pilot)
        assert review.article.id == "altro"
        await pilot.press("v", "1", "q")
        back = app.screen
        assert isinstance(back, HitsScreen) and back.list.cursor == mine
        assert back.hits[mine].span is not None and back.hits[mine].span.status == ACCEPTED
        await pilot.press("q")
        assert isinstance(app.screen, ArticlesScreen)
        await pilot.press("s", "enter")
        again = await hits(pilot, 4)
        assert [hit.start for hit in again.hits] == [hit.start for hit in back.hits]


async def test_in_the_article_of_the_search_it_leads_back_too(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        below = app.screen
        await pilot.press("slash", *"Trump", "tab")
        await hits(pilot, 3)
        await pilot.press("j", "o")
        assert app.screen is below
        await pilot.press("q")
        assert isinstance(app.screen, HitsScreen) and app.screen.list.cursor == 1
        await pilot.press("q")
        assert app.screen is below


async def test_doubt_that_nobody_knows_is_said(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("o", "o", "o")
        assert "2 without suggestions: chiosa suggest articles" in row(app, "#message")


async def test_escape_shows_all_articles_again(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.press("slash", *"lisbona", "enter")
        assert len(screen.listing.shown) == 1
        await pilot.press("escape")
        assert len(screen.listing.shown) == 2


async def test_after_e_s_only_what_is_offered_counts(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        before = review.history
        await pilot.press("e", "s")
        assert "paragraph" not in row(app, "#keys") and "5…9" in row(app, "#keys")
        for key in ("4", "p", "e"):
            await pilot.press(key)
            assert review.history is before
            assert f"{key}: not a key of this mode" in row(app, "#message")
        await pilot.press("9")
        assert {s.status for s in review.annotation.spans if (s.score or 0) < 0.9} == {SUGGESTED}
        assert review.history is not before


async def test_a_theme_is_found_in_the_palette(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+p", *"theme")
        assert isinstance(app.screen, PaletteScreen)
        assert len(app.screen.list.picks) == 4
        await pilot.press(*"xyz")
        assert "nothing found" in row(app, "#message")


async def test_q_makes_the_next_quote_on_screen(open_desk: OpenDesk, folder: Path) -> None:
    (folder / "nota.txt").write_text(
        "Oggi.\n\nIl sindaco ha detto: «Il ponte riapre».\n\nPoi: «Era ora».\n", encoding="utf-8"
    )
    app = open_desk("nota", model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        review.tokens = None
        for _time in range(2):
            await pilot.press("Q")
            await pilot.pause()
        quotes = [words(review, s) for s in review.annotation.spans if s.label == "CONTENT"]
        assert quotes == ["«Il ponte riapre»", "«Era ora»"]


async def test_one_speaker_under_two_names(open_desk: OpenDesk, folder: Path) -> None:
    (folder / "nota.txt").write_text(
        "Oggi.\n\nIl segretario Osvaldo Tognarini ha detto: «Il ponte riapre».\n\n"
        "«Era ora», ha detto Tognarini.\n",
        encoding="utf-8",
    )
    app = open_desk("nota", model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("slash", *"ponte", "enter", "Q", "slash", *"ora", "enter", "Q", "w")
        assert isinstance(app.screen, SpeakersScreen)
        assert sum(pick.value is None for pick in app.screen.all_picks) == 1
        assert "Osvaldo Tognarini" in shown(app) and len(review.annotation.links) == 4


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        (
            "Oggi.\n\nIl capo francese della capitale sbuffava: «Vado». Poi ha gridato.\n",
            ["gridato", "sbuffava"],
        ),
        ("Oggi.\n\nLa Banca centrale tace. Trump sbuffa: «Vado».\n", ["sbuffa"]),
        ("Oggi.\n\n«Vado», ha mormorato il presidente del partito nel palazzo.\n", ["mormorato"]),
    ],
)
async def test_cues_are_verbs(open_desk: OpenDesk, folder: Path, text: str, cues: list[str]) -> None:
    (folder / "nota.txt").write_text(text, encoding="utf-8")
    app = open_desk("nota", model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("slash", *"Vado", "enter", "Q")
        quote = next(s for s in review.annotation.spans if s.label == "CONTENT")
        found = [review.article.text[c.start : c.end] for c in candidates(review, "cue", quote)]
        assert sorted(found) == cues


async def test_a_quote_and_what_reports_it_are_told_apart_without_colour(
    open_desk: OpenDesk, store: Store
) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=(100, 60)) as pilot:
        review = await settled(pilot)
        links = review.annotation.links
        quote = next(k.content for k in links if {j.kind for j in links if j.content == k.content} > {"cue"})
        (cue,), (source,) = (review.annotation.linked(quote, kind) for kind in ("cue", "source"))
        content = review.annotation.find(quote)
        assert content is not None
        screen = app.screen
        assert isinstance(screen, ArticleScreen)

        def look(offset: int) -> tuple[bool | None, ...]:
            lines = screen.view.lines
            line = lines.line_of(offset)
            strip = screen.view.render_line(line - screen.view.scroll_offset.y)
            cell = 2 + lines.column(offset)
            style = next(iter(strip.crop(cell, cell + 1))).style
            assert style is not None
            return style.bold, style.underline, style.underline2, style.reverse

        looks = {}
        for here in (quote, cue.id, source.id):
            review.go_to(here)
            screen.show()
            looks[here] = [look(offset) for offset in (content.start, cue.start, source.start)]
            assert len(set(looks[here])) == 3, "each in its own look"
            plain = look(0)
            assert plain not in looks[here]
        assert [seen[3] for seen in looks[cue.id]] == [False, True, False], "only the current one is reversed"
