"""What a key means at its moment: `t` after a decision, letters at the next span, undo, unknown keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conftest import ADNKRONOS
from desks import SIZE, go_to, of, row, settled, words
from textual.pilot import Pilot

from annotations.annotation import ACCEPTED, SUGGESTED
from annotations.store import Store
from tui.app import ChiosaApp
from tui.review import Review
from tui.screens.article import ArticleScreen

OpenDesk = Callable[..., ChiosaApp]
TWO = """Ieri.

Anna Neri ha visto Roma. Poi Anna Neri ha visto Pisa e Luca Verdi.

Ha detto: «Vado via. Torno domani».
"""


async def marked(pilot: Pilot[None], *places: tuple[str, str]) -> None:
    """Mark words by a search for them, each with a digit; all are as if suggested."""
    for typed, keys in places:
        await pilot.press("slash", *typed, "enter", "v", *keys)


def write(folder: Path) -> None:
    (folder / "nota.txt").write_text(TWO, encoding="utf-8")


async def suggested(pilot: Pilot[None]) -> Review:
    """The note with four suggestions of two labels."""
    from annotations.annotation import Proposal, Span

    review = await settled(pilot)
    found = []
    for name, label in (("Anna Neri", "PER"), ("Roma", "LOC"), ("Pisa", "LOC"), ("Luca Verdi", "PER")):
        start = TWO.index(name)
        found.append(
            Span(f"p{len(found)}", start, start + len(name), label, SUGGESTED, score=0.9, origin="rule:x")
        )
    review.merge("test@1", Proposal(tuple(found)))
    screen = pilot.app.screen
    assert isinstance(screen, ArticleScreen)
    screen.show()
    return review


async def test_t_does_not_decide_what_the_editor_was_led_on_to(open_desk: OpenDesk, folder: Path) -> None:
    write(folder)
    app = open_desk("nota", model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await suggested(pilot)
        await go_to(pilot, review, "Roma")
        await pilot.press("a")
        led = review.current
        assert led is not None and words(review) == "Pisa"
        before = review.history
        for key in ("t", "t", "T"):
            await pilot.press(key)
            assert review.history is before, "Roma comes once, and Pisa was not asked for"
        assert "no other mention: a, x or a digit decides «Pisa»" in row(app, "#message")
        await pilot.press("N", "P", "t")
        assert of(review, led).status == ACCEPTED, "the editor has gone there"
        await pilot.press("u")
        await go_to(pilot, review, "Anna Neri")
        await pilot.press("a", "t")
        anna = [s for s in review.annotation.spans if words(review, s) == "Anna Neri"]
        assert [s.status for s in anna] == [ACCEPTED] * 2


async def test_what_was_relabelled_is_said_with_its_label(open_desk: OpenDesk, folder: Path) -> None:
    write(folder)
    app = open_desk("nota", model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await suggested(pilot)
        await go_to(pilot, review, "Anna Neri")
        await pilot.press("2", "t")
        assert "«Anna Neri» is ORG, and 1 more mention" in row(app, "#message")
        await pilot.press("u")
        assert "undone: same decision (1 span)" in row(app, "#message")
        await pilot.press("u", "E", "u")
        assert "undone: accept all (4 spans)" in row(app, "#message")
        await pilot.press("E", "d", "u")
        assert row(app, "#message").strip() == "undone: done"


async def test_letters_hold_for_one_span(open_desk: OpenDesk, folder: Path) -> None:
    write(folder)
    app = open_desk("nota", model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await suggested(pilot)
        await go_to(pilot, review, "Roma")
        await pilot.press("z")
        assert "by letters" in row(app, "#title")
        await pilot.press("h")
        assert words(review) == "Rom" and "by letters" in row(app, "#title")
        await pilot.press("u")
        assert "by letters" not in row(app, "#title")
        await pilot.press("z", "n", "l")
        assert words(review) == "Pisa e"
        await pilot.press("v", "z")
        assert "by letters" in row(app, "#message")
        await pilot.press("v", "v")
        assert "by letters" not in row(app, "#message")


async def test_spans_are_joined_within_a_paragraph(open_desk: OpenDesk, folder: Path) -> None:
    write(folder)
    app = open_desk("nota", model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await marked(pilot, ("Ieri", "5"), ("Roma", "3"))
        await go_to(pilot, review, "Ieri")
        before = review.history
        await pilot.press("plus")
        assert review.history is before
        assert "another paragraph" in row(app, "#message")


async def test_a_quote_is_cut_between_sentences_first(open_desk: OpenDesk, folder: Path) -> None:
    write(folder)
    app = open_desk("nota", model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("slash", *"Vado", "enter", "Q")
        await go_to(pilot, review, "«Vado via. Torno domani»")
        await pilot.press("minus")
        assert "«Vado via.» and «Torno domani»" in row(app, "#message")
        await pilot.press(*"hhhhhh")
        assert "split: ««Vado» and «via." in row(app, "#message"), "nor is there a cut behind the mark"


async def test_a_key_that_does_nothing_says_so(open_desk: OpenDesk, folder: Path) -> None:
    write(folder)
    app = open_desk("nota", model="none")
    async with app.run_test(size=SIZE) as pilot:
        await suggested(pilot)
        await pilot.press("a", "J")
        assert row(app, "#message").strip() == "J: not a key here; ? shows the keys"
        await pilot.press("f5")
        assert "F5: not a key here" in row(app, "#message")


async def test_the_article_has_its_own_flag_and_note(open_desk: OpenDesk, folder: Path, store: Store) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        first = review.current
        await pilot.press("M")
        assert review.annotation.note().flagged and review.current == first
        assert "⚑" in row(app, "#title")
        await pilot.press("Y", *"da rileggere", "enter", "N", "b")
        flagged = review.current
        assert "note" in row(app, "#title")
        await pilot.press("o")
        assert "on the article: da rileggere" in row(app, "#message")
        assert "da rileggere" in row(app, "#span")
        await pilot.press("o")
        assert review.current == flagged
        await pilot.press("o", "M")
        assert not review.annotation.note().flagged
        await pilot.press("u", "q")
    async with open_desk(ADNKRONOS).run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert "note on the article: da rileggere" in row(pilot.app, "#message")  # type: ignore[arg-type]
        from test_actions import shown

        await pilot.press("n")
        assert "da rileggere" in shown(pilot.app), "the panel has it"  # type: ignore[arg-type]
        assert [s.status for s in review.annotation.spans].count(SUGGESTED)
