"""The desk by its keys, each through Textual's pilot, on the real article with real suggestions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from desks import SIZE, go_to, listed, of, row, settled, words
from textual.events import MouseScrollDown

from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED
from annotations.article import Article
from annotations.store import Progress, Store
from annotations.suggesters import load_suggester
from tui.app import ChiosaApp
from tui.keys import ARTICLE_KEYS, CONTEXTS, Key, Keymap
from tui.modes.choose import ChooseMode
from tui.screens.article import ArticleScreen
from tui.screens.help import HelpScreen

OpenDesk = Callable[..., ChiosaApp]


async def test_suggestions_come_and_the_first_is_current(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        assert len(review.annotation.spans) > 40
        assert {s.status for s in review.annotation.spans} == {SUGGESTED}
        assert words(review) == "2025-09-04"
        assert review.annotation.suggester.startswith("rules@")
        assert f"0 of {len(review.annotation.spans)} decided" in row(app, "#title")
        assert "DATE    suggested" in row(app, "#span")
        assert "1PER 2ORG 3LOC" in row(app, "#legend")
        assert "a accept" in row(app, "#keys")


@pytest.mark.parametrize(
    ("forth", "back"), [("n", "p"), ("tab", "shift+tab"), ("N", "P")], ids=["n-p", "tab", "N-P"]
)
async def test_next_and_previous_wrap(open_desk: OpenDesk, forth: str, back: str) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        spans = review.annotation.spans
        await pilot.press(forth)
        assert review.current == spans[1]
        await pilot.press(back, back)
        assert review.current == spans[-1]
        await pilot.press(forth)
        assert review.current == spans[0]


async def test_n_passes_over_the_decided_and_capital_n_does_not(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        first, second, third, *_ = review.annotation.spans
        await pilot.press("n", "a")
        assert review.current is not None
        assert review.current.id == third.id
        await pilot.press("p")
        assert review.current.id == first.id
        await pilot.press("N")
        assert review.current.id == second.id


@pytest.mark.parametrize(
    ("key", "status"), [("a", ACCEPTED), ("enter", ACCEPTED), ("x", REJECTED), ("backspace", REJECTED)]
)
async def test_decide_and_go_on(open_desk: OpenDesk, store: Store, key: str, status: str) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        first, second = review.annotation.spans[:2]
        await pilot.press(key)
        assert of(review, first).status == status
        assert review.current == second
        assert status in row(pilot.app, "#message")  # type: ignore[arg-type]
        await pilot.press("q")
    assert store.load(review.article).history == review.history


async def test_accepting_twice_just_goes_on(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("a", "P", "a")
        assert len(review.history.edits) == 1
        assert review.current == review.annotation.spans[1]


async def test_after_deleting_ones_own_span_the_next_comes(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("slash", *"partner europei", "enter", "v", "4", "P")
        assert review.current is not None
        assert review.current.by_editor
        mine = review.current_id
        await pilot.press("slash", *"Adnkronos", "enter")
        review.go_to(mine)
        await pilot.press("x", "x")  # the first brings it back into sight
        place = review.article.text.index("partner europei")
        assert place <= review.current.start < place + 30
        assert not [s for s in review.annotation.spans if s.by_editor]


async def test_digits_relabel(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        span = await go_to(pilot, review, "Emmanuel Macron")
        for key, label in zip("12345", ("PER", "ORG", "LOC", "MISC", "DATE"), strict=True):
            review.go_to(span.id)
            await pilot.press(key)
            changed = of(review, span)
            assert (changed.label, changed.status, changed.origin) == (label, ACCEPTED, span.origin)
        review.go_to(span.id)
        await pilot.press("9")
        assert "no label has the key 9" in row(pilot.app, "#message")  # type: ignore[arg-type]
        assert of(review, span).label == "DATE"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("l", "Donald Trump per"),
        ("right", "Donald Trump per"),
        ("h", "Donald"),
        ("left", "Donald"),
        ("comma", "con Donald Trump"),
        ("shift+left", "con Donald Trump"),
        ("full_stop", "Trump"),
        ("shift+right", "Trump"),
    ],
)
async def test_boundaries(open_desk: OpenDesk, key: str, expected: str) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        span = await go_to(pilot, review, "Donald Trump")
        await pilot.press(key)
        changed = of(review, span)
        assert words(review, changed) == expected
        assert (changed.status, changed.origin, review.current_id) == (ACCEPTED, span.origin, span.id)


async def test_a_boundary_stops_at_another_entity_and_at_one_word(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        span = await go_to(pilot, review, "Emmanuel Macron")
        await pilot.press("l", "l")
        assert "collides with PER «Volodymyr Zelensky»" in row(pilot.app, "#message")  # type: ignore[arg-type]
        assert words(review, of(review, span)) == "Emmanuel Macron,"
        await pilot.press("h", "h", "h")
        assert "at least one word" in row(pilot.app, "#message")  # type: ignore[arg-type]
        assert words(review, of(review, span)) == "Emmanuel"


async def test_mark_a_new_span(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS, model="none").run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        assert review.annotation.spans == ()
        await pilot.press("slash", *"coalizione", "enter", "v")
        assert review.selection is not None
        await pilot.press("l", "l", "comma", "full_stop")
        assert "new span: «coalizione dei Volenterosi»" in row(pilot.app, "#message")  # type: ignore[arg-type]
        await pilot.press("2")
        (span,) = review.annotation.spans
        assert (words(review, span), span.label, span.status) == (
            "coalizione dei Volenterosi",
            "ORG",
            ACCEPTED,
        )
        assert span.origin == "editor:Lina"
        assert review.selection is None


@pytest.mark.parametrize("leave", ["v", "escape", "q"])
async def test_marking_can_be_left(open_desk: OpenDesk, leave: str) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        before = review.history
        await pilot.press("v", "w", "w", "b", "j", "k", "right", "left", leave)
        assert review.selection is None
        assert review.history is before
        assert isinstance(pilot.app.screen, ArticleScreen)


async def test_a_colliding_new_span_says_with_what(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await go_to(pilot, review, "Emmanuel Macron")
        count = len(review.annotation.spans)
        await pilot.press("v", "3")
        assert "collides with PER «Emmanuel Macron», which is suggested" in row(pilot.app, "#message")  # type: ignore[arg-type]
        assert len(review.annotation.spans) == count
        assert review.selection is not None, "the selection stays, to be mended"


async def test_a_quote_over_entities(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await go_to(pilot, review, "Emmanuel Macron")
        await pilot.press("v", "l", "l", "l", "6")
        made = [s for s in review.annotation.spans if s.by_editor]
        assert [(words(review, s), s.label) for s in made] == [("Emmanuel Macron, Volodymyr", "CONTENT")]


async def test_undo_and_redo(open_desk: OpenDesk, store: Store) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        start = review.annotation
        await pilot.press("a", "x", "3")
        after = review.annotation
        await pilot.press("u", "u", "u")
        assert review.annotation == start
        assert "undone: accept" in row(app, "#message")
        await pilot.press("u")
        assert "nothing to undo" in row(app, "#message")
        await pilot.press("r", "r", "r")
        assert review.annotation == after
        await pilot.press("r")
        assert "nothing to redo" in row(app, "#message")
        await pilot.press("u", "q")
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        again = await settled(pilot)
        assert again.history == review.history
        await pilot.press("r")
        assert again.annotation.spans == after.spans, "redo works across restarts"
        await pilot.press("u", "u", "u")
        assert again.annotation.spans == start.spans, "and so does undo"


async def test_accept_all_is_one_step(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("x", "E")
        assert review.undecided == 0
        assert [s.status for s in review.annotation.spans].count(REJECTED) == 1
        assert f"{len(review.annotation.spans) - 1} accepted" in row(app, "#message")
        await pilot.press("u")
        assert review.undecided == len(review.annotation.spans) - 1


async def test_same_decision_for_all_mentions(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await go_to(pilot, review, "Mosca")
        edits_before = len(review.history.edits)
        await pilot.press("t")
        mentions = [s for s in review.annotation.spans if words(review, s) == "Mosca" and s.label == "LOC"]
        assert len(mentions) >= 4
        assert {s.status for s in mentions} == {ACCEPTED}
        assert len(review.history.edits) == edits_before + 1
        await pilot.press("u")
        assert {s.status for s in review.annotation.spans} == {SUGGESTED}


async def test_after_a_decision_the_same_is_offered(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        span = await go_to(pilot, review, "Mosca")
        await pilot.press("2")
        assert "t: the same for" in row(app, "#message")
        assert review.current_id != span.id
        await pilot.press("t")
        mentions = [s for s in review.annotation.spans if words(review, s) == "Mosca"]
        assert {(s.label, s.status) for s in mentions} == {("ORG", ACCEPTED)}


async def test_choose_a_source_and_a_cue(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        quote = await go_to(pilot, review, '"molto presto"')
        for kind in ("source", "cue"):
            await pilot.press(kind[0])
            screen = app.screen
            assert isinstance(screen, ArticleScreen)
            assert isinstance(screen.mode, ChooseMode)
            candidates = screen.mode.candidates
            wanted = {"source": "Trump", "cue": "parlerà"}[kind]
            key = next(k for k, c in candidates.items() if review.article.text[c.start : c.end] == wanted)
            await pilot.press(key)
            (target,) = review.annotation.linked(quote.id, kind)
            assert (words(review, target), target.status) == (wanted, ACCEPTED)
        assert of(review, quote).status == ACCEPTED
        await pilot.press("N", "P")
        assert "cue parlerà+" in row(app, "#message")
        await pilot.press("s", "0")
        assert review.annotation.linked(quote.id, "source") == []
        await pilot.press("u")
        assert len(review.annotation.linked(quote.id, "source")) == 1


async def test_choosing_is_left_and_refused(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        before = review.history
        await pilot.press("s")
        assert "go to a quote first" in row(app, "#message")
        await go_to(pilot, review, '"tenterà"')
        await pilot.press("s", "Q")
        assert "Q: not a key of this mode" in row(app, "#message")
        await pilot.press("escape")
        assert review.history is before
        assert isinstance(app.screen, ArticleScreen)
        assert app.screen.mode is None


async def test_search(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("slash", *"MOSCx", "backspace", "a", "enter")
        first = review.match
        assert first is not None
        assert review.article.text[slice(*first)] == "Mosca"
        await pilot.press("slash", "enter")
        assert review.match is not None
        assert review.match > first, "Enter on nothing looks for the next"
        await pilot.press("slash", *"zzz")
        assert "not found: zzz" in row(app, "#message")
        await pilot.press("escape")
        assert review.match is None


async def test_scrolling(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        view = app.screen.query_one("ArticleView")
        tops = []
        for key in ("j", "down", "k", "up", "pagedown", "space", "pageup", "G", "g"):
            await pilot.press(key)
            tops.append(view.scroll_offset.y)
        height = view.size.height
        last = view.virtual_size.height - height
        assert tops == [
            1,
            2,
            1,
            0,
            height - 1,
            min(last, 2 * (height - 1)),
            min(last, 2 * height - 2) - height + 1,
            last,
            0,
        ]


async def test_help(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("j", "pagedown", "k", "pageup", "x", "q")
        assert isinstance(app.screen, ArticleScreen)
        assert app.screen.review.history.edits == ()


async def test_done_asks_once_and_goes_to_the_next(open_desk: OpenDesk, store: Store) -> None:
    app = open_desk()
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("enter")
        review = await settled(pilot)
        await pilot.press("d")
        assert "undecided" in row(app, "#message")
        assert review.annotation.state != "done"
        await pilot.press("E", "d")
        second = await settled(pilot)
        assert second.article.id == "askanews-2025-09-04-lisbona"
        assert store.progress(review.article) == Progress(
            "done",
            len(review.annotation.spans),
            len(review.annotation.spans),
        )
        await pilot.press("d", "d")
        screen = await listed(pilot)
        assert "every article is done" in row(app, "#message")
        assert [e.progress.state for e in screen.entries] == ["done", "done"]


async def test_a_done_article_gets_no_new_suggestions(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS, model="none").run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("d", "d", "q")
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        assert review.annotation.spans == ()


async def test_leave_to_the_list_and_out(open_desk: OpenDesk) -> None:
    app = open_desk()
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("down", "up", "enter")
        await settled(pilot)
        await pilot.press("a", "q")
        screen = await listed(pilot)
        assert screen.entries[0].progress.decided == 1
        await pilot.press("q")
    assert app.return_code == 0


async def test_keys_typed_ahead_keep_their_order(open_desk: OpenDesk) -> None:
    """What is typed before a screen or a mode is there must not act on the one before."""
    app = open_desk()
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("enter")
        review = await settled(pilot)
        await pilot.press(*"/alt", "enter", "v", "escape", "E", "d", "question_mark", "q", "q", "q")
        assert review.annotation.state == "done"
    assert app.return_code == 0


async def test_the_list_by_its_keys(open_desk: OpenDesk) -> None:
    app = open_desk()
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        rows = []
        for key in (
            "j",
            "k",
            "down",
            "up",
            "G",
            "g",
            "pagedown",
            "pageup",
            "end",
            "home",
            "tab",
            "shift+tab",
        ):
            await pilot.press(key)
            rows.append(screen.list.cursor)
        assert rows == [1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]
        await pilot.press("question_mark")
        assert isinstance(app.screen, HelpScreen)


async def test_bad_files_are_rows_and_stop_nothing(open_desk: OpenDesk, folder: Path) -> None:
    (folder / "a-empty.txt").write_bytes(b"")
    (folder / "b-binary.txt").write_bytes(bytes(range(256)) * 9)
    (folder / "[bold]c[foo].txt").write_bytes(b"Un [/bar] articolo [bold red]strano[/].")
    app = open_desk()
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        faults = [e.fault for e in screen.entries if e.article is None]
        assert len(faults) == 2
        assert "2 unreadable" in row(app, "#title")
        await pilot.press("g")
        while screen.list.current is not None and screen.list.current.article is not None:
            await pilot.press("j")
        await pilot.press("enter")
        assert "is empty" in row(app, "#message")
        await pilot.press("g")
        while (
            not screen.list.current
            or not screen.list.current.article
            or "strano" not in screen.list.current.article.text
        ):
            await pilot.press("j")
        await pilot.press("enter")
        review = await settled(pilot)
        assert "[bold red]" in review.article.text
        await pilot.press("v", "1", "q")


async def test_a_damaged_store_is_told_and_the_rest_opens(open_desk: OpenDesk, store: Store) -> None:
    path = store.path(ADNKRONOS)
    path.parent.mkdir(parents=True)
    path.write_text("{")
    app = open_desk()
    async with app.run_test(size=(160, 24)) as pilot:
        await listed(pilot)
        await pilot.press("enter")
        assert "damaged" in row(app, "#message")
        await pilot.press("j", "enter")
        review = await settled(pilot)
        assert review.article.id.startswith("askanews")
    assert path.read_text() == "{"


async def test_a_second_desk_may_only_read(open_desk: OpenDesk, store: Store, adnkronos: Article) -> None:
    session = store.open(adnkronos)
    app = open_desk(ADNKRONOS, model="rules")
    async with app.run_test(size=(160, 24)) as pilot:
        review = await settled(pilot)
        assert "read only" in row(app, "#message")
        before = review.history
        for key in ("a", "x", "1", "l", "E", "t", "u", "r", "v", "s", "c", "d"):
            await pilot.press(key)
        assert review.history is before
        assert isinstance(app.screen, ArticleScreen)
    session.close()
    assert not store.path(ADNKRONOS).exists()


@pytest.mark.parametrize(
    "size", [(200, 60), (120, 40), (110, 12), (60, 20), (40, 8), (12, 4), (2, 2), (1, 1)]
)
async def test_every_size(open_desk: OpenDesk, size: tuple[int, int]) -> None:
    app = open_desk()
    async with app.run_test(size=size) as pilot:
        await listed(pilot)
        await pilot.press("j", "k", "enter")
        review = await settled(pilot)
        await pilot.press(
            "n", "a", "v", "l", "j", "escape", "G", "g", "slash", "a", "enter", "question_mark", "q"
        )
        await pilot.resize_terminal(80, 24)
        await pilot.press("x")
        await pilot.resize_terminal(*size)
        await pilot.press("u", "q")
        assert review.annotation.decided == 1


async def test_the_place_is_kept_on_resize(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await go_to(pilot, review, "Maria Zakharova")
        for size in ((120, 40), (50, 12), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            view = app.screen.query_one("ArticleView")
            first, last = view.visible_offsets  # type: ignore[attr-defined]
            assert review.current is not None
            assert first <= review.current.start < last


async def test_the_mouse(open_desk: OpenDesk) -> None:
    app = open_desk()
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.click("ArticleList", offset=(20, 1))
        assert screen.list.cursor == 1
        await pilot.click("ArticleList", offset=(20, 0))
        await pilot.pause(0.6)  # a second click in the same place is a double click otherwise
        await pilot.click("ArticleList", offset=(20, 0))
        review = await settled(pilot)
        view = app.screen.query_one("ArticleView")
        await pilot.click("ArticleView", offset=(4, 1))
        assert words(review) == "Emmanuel Macron"
        await pilot.press("v")
        await pilot.click("ArticleView", offset=(50, 1))
        assert review.selection is not None
        assert review.article.text[slice(*review.selection)] == "oggi"
        await pilot.press("escape")
        view.post_message(MouseScrollDown(view, 4, 4, 0, 1, 0, False, False, False))
        await pilot.pause()
        assert view.scroll_offset.y > 0


async def test_a_late_suggestion_respects_what_was_decided_meanwhile(open_desk: OpenDesk) -> None:
    """The editor marks a span while the suggester still works; what comes then leaves it alone."""
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("slash", *"Emmanuel", "enter", "v", "3")
        suggester = load_suggester("rules")
        review.merge(suggester.name, suggester.suggest(review.article.text))
        here = [s for s in review.annotation.spans if words(review, s).startswith("Emmanuel")]
        assert [(words(review, s), s.label, s.status) for s in here] == [("Emmanuel", "LOC", ACCEPTED)]
        assert len(review.annotation.spans) > 40


def test_no_key_means_two_things() -> None:
    for table in CONTEXTS.values():
        Keymap(table)  # raises on a clash
        assert len({key.id for key in table}) == len(table)
    with pytest.raises(ValueError, match="a means both"):
        Keymap([*ARTICLE_KEYS, Key("again", "a", "a", "accept", "", "")])


def test_an_arrow_that_falls_apart_on_a_bad_line_edits_nothing() -> None:
    for table in CONTEXTS.values():
        assert not {"left_square_bracket", *"ABCDFHO"} & {
            name for key in table if key.edits for name in key.names
        }
