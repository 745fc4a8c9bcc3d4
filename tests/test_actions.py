"""The desk's further actions, each by its keys and each taken back by one `u`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from desks import SIZE, listed, of, row, settled, words
from msgspec.structs import replace
from textual.pilot import Pilot

from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Annotation, Span
from annotations.article import load_article
from annotations.doubt import is_doubtful
from annotations.history import History
from annotations.store import Store
from tui.app import ChiosaApp
from tui.review import Review
from tui.screens.article import ArticleScreen
from tui.screens.guidelines import GuidelinesScreen
from tui.screens.help import HelpScreen
from tui.screens.hits import HitsScreen
from tui.screens.palette import PaletteScreen
from tui.screens.speakers import SpeakersScreen
from tui.screens.spread import SpreadScreen

OpenDesk = Callable[..., ChiosaApp]


async def searched(pilot: Pilot[None], words: str) -> None:
    await pilot.press("slash", *words, "enter")


async def undone(pilot: Pilot[None], review: Review, before: object) -> None:
    await pilot.press("u")
    assert (review.annotation.spans, review.annotation.links, review.annotation.notes) == before


def shown(app: ChiosaApp) -> str:
    """All words on screen."""
    screen = app.screen
    return "\n".join("".join(segment.text for segment in line) for line in screen._compositor.render_strips())


# ---- deciding ------------------------------------------------------------------------------------------


async def test_i_goes_to_what_is_doubtful(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        doubtful = [s for s in review.annotation.spans if is_doubtful(review.annotation, s)]
        assert 0 < len(doubtful) < len(review.annotation.spans)
        seen = []
        for _ in doubtful:
            await pilot.press("i")
            seen.append(review.current)
        assert sorted(seen, key=lambda s: s.order) == doubtful  # type: ignore[union-attr,type-var]
        await pilot.press("I")
        assert review.current == seen[-2]


async def test_accepting_a_paragraph(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        before = (review.annotation.spans, review.annotation.links, review.annotation.notes)
        await pilot.press("e", "p")
        accepted = [s for s in review.annotation.spans if s.status == ACCEPTED]
        assert accepted
        last = max(s.start for s in accepted)
        first_left = min(s.start for s in review.annotation.spans if s.status == SUGGESTED)
        assert "\n" in review.article.text[last:first_left]
        assert f"{len(accepted)} accepted" in row(app, "#message")
        await undone(pilot, review, before)


async def test_accepting_a_label_and_by_score(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        before = (review.annotation.spans, review.annotation.links, review.annotation.notes)
        await pilot.press("e", "1")
        assert {s.label for s in review.annotation.spans if s.status == ACCEPTED} == {"PER"}
        assert not [s for s in review.annotation.spans if s.label == "PER" and s.status == SUGGESTED]
        await undone(pilot, review, before)
        await pilot.press("e", "s", "8")
        assert {s.status == ACCEPTED for s in review.annotation.spans if (s.score or 0) >= 0.8} == {True}
        assert {s.status for s in review.annotation.spans if (s.score or 0) < 0.8} == {SUGGESTED}
        await undone(pilot, review, before)


async def test_other_mentions_are_proposed(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await searched(pilot, "Trump")
        await pilot.press("v", "1")
        before = (review.annotation.spans, review.annotation.links, review.annotation.notes)
        await pilot.press("T")
        proposed = [s for s in review.annotation.spans if s.status == SUGGESTED]
        assert len(proposed) == 3
        assert {words(review, s) for s in proposed} == {"Trump"}
        assert "proposed" in row(app, "#message")
        await undone(pilot, review, before)


# ---- boundaries ----------------------------------------------------------------------------------------


async def test_a_count_before_a_motion(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS, model="none").run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await searched(pilot, "Emmanuel")
        await pilot.press("v", "3", "l")
        assert review.selection is not None
        assert review.annotation.spans == ()
        assert review.article.text[slice(*review.selection)] == "Emmanuel Macron, Volodymyr"  # a comma is one
        await pilot.press("2", "h", "1")
        assert [words(review, s) for s in review.annotation.spans] == ["Emmanuel Macron"]


async def test_a_digit_after_a_while_is_a_label(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS, model="none").run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await searched(pilot, "Emmanuel")
        await pilot.press("v", "3")
        await asyncio.sleep(0.3)
        await pilot.press("l")
        assert [(words(review, s), s.label) for s in review.annotation.spans] == [("Emmanuel Macron", "LOC")]


async def test_out_to_the_sentence_and_to_the_marks(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS, model="none").run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await searched(pilot, "sa bene")
        await pilot.press("v", "apostrophe")
        assert review.selection is not None
        quote = review.article.text[slice(*review.selection)]
        assert quote[0] == quote[-1] == '"'
        await pilot.press("v")
        await searched(pilot, "Emmanuel")
        await pilot.press("v", "s")
        sentence = review.article.text[slice(*review.selection)]
        assert sentence.endswith((".", "!", "?", '"'))
        assert "Emmanuel" in sentence
        assert sentence.count(". ") == 0


async def test_join_and_split(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await searched(pilot, "Emmanuel")
        await pilot.press("v", "l", "1", "P")
        assert words(review) == "Emmanuel Macron"
        before = (review.annotation.spans, review.annotation.links, review.annotation.notes)
        await pilot.press("minus")
        assert [words(review, s) for s in review.annotation.spans] == ["Emmanuel", "Macron"]
        await pilot.press("plus")
        assert [words(review, s) for s in review.annotation.spans] == ["Emmanuel Macron"]
        await pilot.press("u")
        await undone(pilot, review, before)


async def test_the_place_of_a_cut_is_chosen(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await searched(pilot, "Emmanuel")
        await pilot.press("v", "4", "l", "4", "P", "minus", "l")
        assert "split: «Emmanuel Macron" in row(app, "#message")
        await pilot.press("enter")
        assert next(words(review, s) for s in review.annotation.spans).startswith("Emmanuel Macron")
        assert len(review.annotation.spans) == 2


async def test_edges_by_letters(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS, model="none").run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await searched(pilot, "Emmanuel")
        await pilot.press("v", "1", "P", "z", "h")
        assert words(review) == "Emmanue"
        await pilot.press("z", "l")
        assert words(review) == "Emmanuel"


async def test_a_name_by_its_tag(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("f")
        screen = app.screen
        assert isinstance(screen, ArticleScreen) and screen.mode is not None
        tags = screen.mode.tags
        start = review.article.text.index("Emmanuel Macron")
        assert start in tags
        await pilot.press(tags[start], "1")
        assert [(words(review, s), s.label) for s in review.annotation.spans] == [("Emmanuel Macron", "PER")]
        assert screen.mode is not None, "the next tag can follow"
        assert start not in screen.mode.tags, "what is marked needs no tag"
        second = review.article.text.index("Donald Trump")
        await pilot.press(screen.mode.tags[second], "1")
        trump = [words(review, s) for s in review.annotation.spans]
        assert trump == ["Emmanuel Macron", "Donald Trump"]
        await pilot.press("escape")
        assert screen.mode is None


# ---- quotes --------------------------------------------------------------------------------------------


async def test_a_new_quote_brings_its_cue_and_its_source(open_desk: OpenDesk, folder: Path) -> None:
    (folder / "nota.txt").write_text(
        "Oggi.\n\nIl sindaco Aldo Berardi ha detto: «Il ponte riapre a marzo».\n", encoding="utf-8"
    )
    app = open_desk("nota", model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await searched(pilot, "ponte")
        await pilot.press("Q")
        found = {s.label: (words(review, s), s.status) for s in review.annotation.spans}
        assert found == {
            "CONTENT": ("«Il ponte riapre a marzo»", ACCEPTED),
            "CUE": ("detto", SUGGESTED),
            "SOURCE": ("sindaco Aldo Berardi", SUGGESTED),
        }
        assert {link.kind for link in review.annotation.links} == {"cue", "source"}
        await pilot.press("u")
        assert review.annotation.spans == ()


async def test_a_current_quote_shows_its_cue_and_source_in_the_text(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=(100, 60)) as pilot:
        review = await settled(pilot)
        quote = next(
            s
            for s in review.annotation.spans
            if s.label == "CONTENT" and review.annotation.linked(s.id, "cue")
        )
        (cue,) = review.annotation.linked(quote.id, "cue")
        screen = app.screen
        assert isinstance(screen, ArticleScreen)

        def look() -> bool:
            lines = screen.view.lines
            line = lines.line_of(cue.start)
            strip = screen.view.render_line(line - screen.view.scroll_offset.y)
            cell = 2 + lines.column(cue.start)
            style = next(iter(strip.crop(cell, cell + 1))).style
            letter = next(iter(strip.crop(cell - 1, cell))).text
            assert style is not None
            return bool(style.bold and style.underline and not style.reverse and letter == "c")

        review.go_to(quote.id)
        screen.show()
        assert look()
        other = next(s for s in review.annotation.spans if s.label == "DATE")
        review.go_to(other.id)
        screen.show()
        assert not look()


async def test_who_said_what(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("w")
        assert isinstance(app.screen, SpeakersScreen)
        quotes = [s for s in review.annotation.spans if s.label == "CONTENT"]
        assert sum(p.value is not None for p in app.screen.all_picks) == len(quotes)
        await pilot.press("down", "enter")
        assert isinstance(app.screen, ArticleScreen)
        assert review.current is not None and review.current.label == "CONTENT"


# ---- flags, notes --------------------------------------------------------------------------------------


async def test_flags_and_notes(open_desk: OpenDesk, store: Store) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        first, second = review.annotation.spans[:2]
        await pilot.press("b", "N", "y", *"chi è?", "enter")
        assert review.annotation.note(first.id).flagged
        assert review.annotation.note(second.id).words == "chi è?"
        await pilot.press("n", "n", "o")
        assert review.current == first
        await pilot.press("o")
        assert review.current == second
        assert "chi è?" in row(app, "#message")
        await pilot.press("Y", *"da rileggere", "enter", "q")
    loaded = store.load(review.article).history
    assert loaded == review.history
    assert loaded.annotation.note().words == "da rileggere"
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("u", "u")
        assert [n.flagged for n in review.annotation.notes] == [True]


# ---- everywhere ----------------------------------------------------------------------------------------


async def hits(pilot: Pilot[None], count: int = 1) -> HitsScreen:
    for _ in range(300):
        screen = pilot.app.screen
        if isinstance(screen, HitsScreen) and len(screen.hits) >= count and screen.message:
            await pilot.pause()
            return screen
        await pilot.pause(0.02)
    raise AssertionError("nothing found")


async def test_searching_all_articles_and_deciding_there(
    open_desk: OpenDesk, store: Store, folder: Path
) -> None:
    (folder / "altro.txt").write_text("Ieri.\n\nTrump è atteso a Roma. Trump non c'è.\n", encoding="utf-8")
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("enter")
        review = await settled(pilot)
        other = load_article(folder / "altro.txt")
        assert review.article.id in ("altro", ADNKRONOS)
        await pilot.press("slash", *"Trump", "tab")
        screen = await hits(pilot, 3)
        mine = next(n for n, hit in enumerate(screen.hits) if hit.article.id == "altro")
        screen.list.move(mine - screen.list.cursor)
        await pilot.press("1")
        annotation = (
            review.annotation if review.article.id == "altro" else store.load(other).history.annotation
        )
        assert [(s.start, s.label, s.status) for s in annotation.spans] == [(7, "PER", ACCEPTED)]
        await pilot.press("u")
        annotation = (
            review.annotation if review.article.id == "altro" else store.load(other).history.annotation
        )
        assert annotation.spans == ()


async def test_words_found_everywhere_carry_their_spans(
    open_desk: OpenDesk, store: Store, folder: Path
) -> None:
    (folder / "altro.txt").write_text("Ieri.\n\nDonald Trump è a Roma. Trump tace.\n", encoding="utf-8")
    other = load_article(folder / "altro.txt")
    session = store.open(other)
    per = Span("s1", 7, 19, "PER", SUGGESTED, origin="rule:test")
    session.save(History(Annotation("Lina", spans=(per,), next_id=2)))
    session.close()
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("s", *"Trump", "enter")
        screen = await hits(pilot, 3)
        mine = next(n for n, hit in enumerate(screen.hits) if hit.article.id == "altro")
        screen.list.move(mine - screen.list.cursor)
        await pilot.pause()
        line = next(line for line in shown(app).splitlines() if "altro" in line)
        assert "? PER" in line and "Donald Trump" in line
        await pilot.press("x")
        assert [s.status for s in store.load(other).history.annotation.spans] == [REJECTED]
        await pilot.press("u", "1")
        assert [(s.label, s.status) for s in store.load(other).history.annotation.spans] == [
            ("PER", ACCEPTED)
        ]
        assert len(screen.hits) - mine >= 2, "the second mention has none: a digit makes it"
        screen.list.move(mine + 1 - screen.list.cursor)
        await pilot.press("1")
        assert len(store.load(other).history.annotation.spans) == 2
        screen.list.move(mine - screen.list.cursor)
        await pilot.press("o")
        review = await settled(pilot)
        assert review.current == replace(per, status=ACCEPTED)


async def test_a_query_that_is_not_understood_is_told(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("slash", *"status:forse", "tab")
        assert isinstance(app.screen, HitsScreen)
        assert "forse" in row(app, "#message")


async def test_one_decision_in_all_articles(open_desk: OpenDesk, store: Store, folder: Path) -> None:
    (folder / "altro.txt").write_text("Ieri.\n\nTrump è atteso a Roma. Trump non c'è.\n", encoding="utf-8")
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        row_of = next(n for n, e in enumerate(screen.entries) if e.article and e.article.id == ADNKRONOS)
        screen.list.go_to(row_of)
        await pilot.press("enter")
        review = await settled(pilot)
        await searched(pilot, "Trump")
        await pilot.press("v", "1", "P", "ctrl+p", *"same decision in all", "enter")
        for _ in range(200):
            if isinstance(app.screen, SpreadScreen) and app.screen.changes:
                break
            await pilot.pause(0.02)
        assert isinstance(app.screen, SpreadScreen)
        elsewhere = [c for c in app.screen.changes if c.article.id == "altro"]
        assert len(elsewhere) == 2
        first = app.screen.changes.index(elsewhere[0])
        app.screen.list.move(first - app.screen.list.cursor)
        await pilot.press("space", "enter")
        other = store.load(load_article(folder / "altro.txt")).history.annotation
        assert [(s.start, s.label) for s in other.spans] == [(elsewhere[1].start, "PER")]
        assert len([s for s in review.annotation.spans if words(review, s) == "Trump"]) > 1


# ---- help ----------------------------------------------------------------------------------------------


async def test_the_palette_does_what_it_names(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        first = review.current
        assert first is not None
        await pilot.press("ctrl+p")
        assert isinstance(app.screen, PaletteScreen)
        await pilot.press(*"accept and go", "enter")
        assert isinstance(app.screen, ArticleScreen)
        assert of(review, first).status == ACCEPTED
        await pilot.press("ctrl+p", *"xyzzy", "escape")
        assert isinstance(app.screen, ArticleScreen)


async def test_help_shows_the_keys_of_the_moment(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=(80, 70)) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        assert "accept and go on" in shown(app)
        await pilot.press("q", "v", "question_mark")
        assert "out to the quotation marks" in shown(app)
        assert "accept and go on" not in shown(app)


async def test_guidelines_with_examples(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=(80, 70)) as pilot:
        await settled(pilot)
        await pilot.press("L")
        assert isinstance(app.screen, GuidelinesScreen)
        assert "presidente [Emmanuel Macron]" in shown(app)


async def test_a_key_can_be_another(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    app.desk.overrides = {"reject": ("k",), "up": ("K",)}
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        first = review.current
        assert first is not None
        await pilot.press("k")
        assert of(review, first).status == REJECTED
        await pilot.press("x")
        assert sum(s.status == REJECTED for s in review.annotation.spans) == 1, "x means nothing now"
        assert "k reject" in row(app, "#keys")


@pytest.mark.parametrize("key", ["f", "e", "y", "minus", "plus", "T", "Q", "b"])
async def test_an_empty_article_bears_every_key(open_desk: OpenDesk, folder: Path, key: str) -> None:
    (folder / "vuoto.txt").write_text(".\n", encoding="utf-8")
    app = open_desk("vuoto", model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press(key, "escape")
        assert review.annotation.spans == ()
