"""The list of articles by its keys: filter, order, flags, columns, and files that come and go."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desks import SIZE, listed, row, settled, until
from textual.events import MouseScrollDown

from annotations import language
from annotations.annotation import DONE, IN_PROGRESS, NEW, SUGGESTED, Annotation, Note, Span
from annotations.article import load_article
from annotations.history import History
from annotations.store import Store
from tui import styles
from tui.app import ChiosaApp
from tui.screens import articles
from tui.screens.articles import ArticlesScreen
from tui.widgets.rows import Rows

OpenDesk = Callable[..., ChiosaApp]
NEWS = {
    "b-ansa": ("Il bilancio della città", "2025-09-03", "ANSA"),
    "c-agi": ("Càndido rinvia il ponte", "2025-08-01", "AGI"),
    "d-ansa": ("Il ponte è sospeso", "2025-09-05", "ANSA"),
    "e-nova": ("Treni fermi a Bari", "2025-07-30", "Nova"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of four articles."""
    made = tmp_path / "articles"
    made.mkdir()
    for name, (title, date, agency) in NEWS.items():
        write(made, name, title, date, agency)
    return made


def write(folder: Path, name: str, title: str, date: str = "2025-01-01", agency: str = "AGI") -> Path:
    path = folder / f"{name}.txt"
    path.write_text(f"{title}\n\n{date} ({agency}) - Il testo di Bari.\n", encoding="utf-8")
    return path


def review(store: Store, folder: Path, name: str, state: str, *scores: float, flags: int = 0) -> None:
    """Put a review into the store: a span a score, all undecided but in an article that is done."""
    spans = tuple(
        Span(f"s{n}", n, n + 1, "PER", SUGGESTED, "rule:t", score) for n, score in enumerate(scores)
    )
    notes = tuple(Note(f"s{n}", True, "da vedere") for n in range(flags))
    session = store.open(load_article(folder / f"{name}.txt"))
    session.save(History(Annotation(store.annotator, state, spans, (), 9, "", notes)))
    session.close()


def shown(screen: ArticlesScreen) -> list[str]:
    return [entry.path.stem for entry in screen.list.entries]


def lines(screen: ArticlesScreen) -> list[str]:
    return [screen.list.render_line(y).text.rstrip() for y in range(screen.list.size.height)]


def here(screen: ArticlesScreen) -> str:
    assert screen.list.current is not None
    return screen.list.current.path.stem


# ---- the filter --------------------------------------------------------------------------------------


async def test_each_letter_narrows_and_enter_keeps(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        assert "4 articles, 0 done · Lina" in row(app, "#title")
        await pilot.press("slash", *"PONTE")
        assert shown(screen) == ["c-agi", "d-ansa"]
        assert "2 of 4 ·" in row(app, "#title")
        assert "/PONTE" in row(app, "#message")
        assert "Enter keep" in row(app, "#keys")
        await pilot.press(*" candido")
        assert shown(screen) == ["c-agi"]
        await pilot.press(*["backspace"] * 8)
        assert shown(screen) == ["c-agi", "d-ansa"]
        await pilot.press("enter", "j")
        assert here(screen) == "d-ansa"
        assert "2 of 4 · 0 done · /PONTE" in row(app, "#title")
        assert "o order" in row(app, "#keys")
        await pilot.press("enter")
        opened = await settled(pilot)
        assert opened.article.id == "d-ansa"


async def test_escape_shows_all_again_with_the_cursor_where_it_was(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.press("j", "j", "j", "slash", *"ansa")
        assert here(screen) == "b-ansa"
        await pilot.press("escape")
        assert shown(screen) == list(NEWS)
        assert here(screen) == "e-nova"
        assert "4 articles" in row(app, "#title")
        await pilot.press("slash", *"ansa", "enter", "slash", *"x", "backspace")
        assert shown(screen) == ["b-ansa", "d-ansa"], "typing goes on from the words that were kept"
        await pilot.press("escape")
        assert shown(screen) == list(NEWS)


async def test_the_cursor_moves_while_a_filter_is_typed(open_desk: OpenDesk) -> None:
    async with open_desk(model="none").run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.press("slash", *"ansa", "down")
        assert here(screen) == "d-ansa"
        await pilot.press(*["backspace"] * 4)
        assert (here(screen), shown(screen)) == ("d-ansa", list(NEWS))


async def test_keys_of_the_list_are_letters_in_the_filter(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.press("slash", *"joOf/?q")
        assert screen.listing.words == "joOf/?q"
        assert "/joOf/?q   no article has these words" in row(app, "#message")
        await pilot.press("enter")
        assert "/ and Esc show all" in row(app, "#message")
        await pilot.press("j", "enter", "f", "o", "pagedown", "g", "G")
        assert screen.list.current is None
        await pilot.press("slash", "ctrl+u", "enter")
        assert shown(screen)


async def test_pasted_words_narrow_the_list(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        screen.paste("ponte")
        assert len(shown(screen)) == 4, "outside the filter nothing happens"
        await pilot.press("slash")
        screen.paste(" ponte\n")
        await pilot.press("space")
        screen.paste("ansa\x1b[2J"[:4])
        assert shown(screen) == ["d-ansa"]
        screen.paste("x" * 9000 + "\x1b")
        assert len(screen.listing.words) <= 200
        assert "\x1b" not in row(app, "#message")
        await pilot.press("enter")
        assert "\x1b" not in row(app, "#title")


# ---- the order ---------------------------------------------------------------------------------------


async def test_o_goes_through_the_orders_and_capital_o_reverses(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        assert "title, by file name ▲" in row(app, "#head")
        await pilot.press("j", "j", "o")
        assert "date▼" in row(app, "#head")
        assert shown(screen) == ["d-ansa", "b-ansa", "c-agi", "e-nova"]
        assert here(screen) == "d-ansa"
        assert screen.list.cursor == 0
        await pilot.press("O")
        assert "date▲" in row(app, "#head")
        assert shown(screen) == ["e-nova", "c-agi", "b-ansa", "d-ansa"]
        assert here(screen) == "d-ansa"
        heads = []
        for _ in range(5):
            await pilot.press("o")
            heads.append(row(app, "#head"))
        marks = ("state▲", "doubt▼", "agency▲", "title▲", "by file name ▲")
        assert all(mark in head for mark, head in zip(marks, heads, strict=True))
        assert shown(screen) == list(NEWS)


async def test_the_most_uncertain_comes_first(open_desk: OpenDesk, store: Store, folder: Path) -> None:
    review(store, folder, "b-ansa", NEW, 0.9, 0.7)
    review(store, folder, "c-agi", DONE, 0.1)
    review(store, folder, "d-ansa", IN_PROGRESS, 0.6, 0.5)
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.press("o", "o", "o")
        assert shown(screen) == ["d-ansa", "b-ansa", "c-agi", "e-nova"]
        at = row(app, "#head").index("doubt")
        doubts = [line[at : at + 7].strip() for line in lines(screen)[:4]]
        assert doubts == ["45", "20", "", "?"], (
            "of a done article nothing is asked; without suggestions, who knows"
        )


# ---- articles that come back -------------------------------------------------------------------------


async def test_done_goes_on_in_the_order_shown(open_desk: OpenDesk) -> None:
    """Also where the finished article moves away: by state it goes to the end."""
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.press("o", "O", "o", "O")
        assert shown(screen) == list(NEWS), "all are new"
        await pilot.press("j", "enter")
        seen = []
        for _ in range(4):
            seen.append((await settled(pilot)).article.id)
            await pilot.press("d", "d")
        await listed(pilot)
        assert seen == ["c-agi", "d-ansa", "e-nova", "b-ansa"]
        assert "every article is done" in row(app, "#message")


async def test_done_keeps_to_the_filter_when_it_drops_the_article(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.press("slash", *"new ansa", "enter", "enter")
        seen = []
        for _ in range(2):
            seen.append((await settled(pilot)).article.id)
            await pilot.press("d", "d")
        await listed(pilot)
        assert seen == ["b-ansa", "d-ansa"]
        assert shown(screen) == []
        assert "every article shown is done" in row(app, "#message")


# ---- flags -------------------------------------------------------------------------------------------


async def test_f_goes_to_the_next_flag_and_wraps(open_desk: OpenDesk, store: Store, folder: Path) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.press("f")
        assert here(screen) == "b-ansa"
        assert "has a flag" in row(app, "#message")
    review(store, folder, "c-agi", NEW, 0.5, 0.5, flags=2)
    review(store, folder, "e-nova", NEW, 0.5, flags=1)
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        rows = []
        for _ in range(3):
            await pilot.press("f")
            rows.append(here(screen))
        assert rows == ["c-agi", "e-nova", "c-agi"]
        assert ["⚑2" in line for line in lines(screen)[:4]] == [False, True, False, False]
        assert "⚑1" in lines(screen)[3]


# ---- columns -----------------------------------------------------------------------------------------


async def test_the_desk_says_which_columns(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    app.desk.columns = ("title", "state", "strange")  # type: ignore[assignment,unused-ignore]
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        assert row(app, "#head").split() == ["title,", "by", "file", "name", "▲", "state"]
        assert lines(screen)[0].split() == ["Il", "bilancio", "della", "città", "new"]
        await pilot.press("o")
        assert "by date ▼" in row(app, "#head")


async def test_columns_make_way_for_the_title(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=(50, 12)) as pilot:
        screen = await listed(pilot)
        assert "Il bilancio della c" in lines(screen)[0]
        assert "new" in lines(screen)[0]
        assert "ANSA" not in lines(screen)[0]
        await pilot.resize_terminal(120, 12)
        await pilot.pause()
        assert "ANSA" in lines(screen)[0]
        assert "agency" in row(app, "#head")


async def test_the_linux_console_has_few_signs(
    open_desk: OpenDesk, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review(store, folder, "b-ansa", NEW, 0.5, flags=1)
    monkeypatch.setenv("TERM", "linux")
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        assert "by file name ^" in row(app, "#head")
        assert "*1" in lines(screen)[0]
        await pilot.press("o")
        assert "datev" in row(app, "#head")


@pytest.fixture
def italian(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "it")
    language.use(None)
    yield
    monkeypatch.undo()
    language.use(None)


async def test_the_states_are_translated(
    open_desk: OpenDesk, store: Store, folder: Path, italian: None
) -> None:
    review(store, folder, "c-agi", IN_PROGRESS, 0.5)
    async with open_desk(model="none").run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        assert " in corso " in lines(screen)[1]
        await pilot.press("slash", *"in corso")
        assert shown(screen) == ["c-agi"]


async def test_another_theme_is_seen_at_once(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        before = styles.BAR
        try:
            await pilot.press("j", "ctrl+p", *"high contrast", "enter")
            assert app.screen is screen
            assert before != styles.BAR
            for strip in (screen.query_one("#title", Rows).render_line(0), screen.list.render_line(1)):
                assert {segment.style for segment in strip} == {styles.BAR}
        finally:
            styles.use("terminal")


# ---- what is sent ------------------------------------------------------------------------------------


async def test_a_move_draws_two_rows_and_a_letter_those_that_change(
    open_desk: OpenDesk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        write(folder, f"z{number:02}", f"Uno {'pari' if number % 2 == 0 or number < 10 else 'dispari'}")
    async with open_desk(model="none").run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        drawn: list[int] = []
        draw = screen.list.render_line
        monkeypatch.setattr(screen.list, "render_line", lambda y: (drawn.append(y), draw(y))[1])

        async def sent(*keys: str) -> list[int]:
            await pilot.pause()
            drawn.clear()
            await pilot.press(*keys)
            await pilot.pause()
            return sorted(drawn)

        assert await sent("j") == [0, 1]
        assert await sent("k") == [0, 1]
        assert await sent("k") == [], "it was the first already"
        assert await sent("slash") == []
        assert await sent("u", "n", "o") != []
        assert await sent("space") == []
        assert await sent("p") == []
        # the first ten are both «pari» and part of «dispari»: they stay as they are
        assert await sent("r") == list(range(20))
        assert await sent("enter") == []


# ---- files that come and go --------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(articles, "LOOK_EVERY", 0.05)


async def test_new_files_appear_without_disturbing_anything(
    open_desk: OpenDesk, folder: Path, quick: None
) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.press("slash", *"ponte", "enter", "o", "j")
        assert (shown(screen), here(screen)) == (["d-ansa", "c-agi"], "c-agi")
        write(folder, "a-nuovo", "Un ponte nuovo", "2025-09-04")
        write(folder, "a-altro", "Tutt'altro", "2025-09-04")
        await until(pilot, lambda: len(screen.entries) == 6)
        assert shown(screen) == ["d-ansa", "a-nuovo", "c-agi"]
        assert here(screen) == "c-agi"
        assert "3 of 6 · 0 done · /ponte" in row(app, "#title")
        (folder / "c-agi.txt").unlink()
        (folder / "b-ansa.txt").unlink()
        await until(pilot, lambda: len(screen.entries) == 4)
        assert shown(screen) == ["d-ansa", "a-nuovo"]
        assert here(screen) == "a-nuovo", "where the article was that is gone"
        await pilot.press("enter")
        assert (await settled(pilot)).article.id == "a-nuovo"


async def test_a_changed_file_is_read_again(open_desk: OpenDesk, folder: Path, quick: None) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        path = write(folder, "b-ansa", "Il titolo di adesso")
        os.utime(path, (1, 1))
        await until(pilot, lambda: "Il titolo di adesso" in lines(screen)[0])


async def test_what_comes_while_an_article_is_open_is_next(
    open_desk: OpenDesk, folder: Path, quick: None
) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.press("enter")
        await settled(pilot)
        write(folder, "b-dopo", "Appena arrivato")
        await until(pilot, lambda: len(screen.entries) == 5)
        await pilot.press("d", "d")
        assert (await settled(pilot)).article.id == "b-dopo"
        await pilot.press("q")
        screen = await listed(pilot)
        assert here(screen) == "b-dopo"
        assert screen.entries[0].progress.state == DONE


async def test_a_folder_that_vanishes_is_looked_for(
    open_desk: OpenDesk, folder: Path, tmp_path: Path, quick: None
) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=(200, 24)) as pilot:
        screen = await listed(pilot)
        folder.rename(tmp_path / "away")
        await until(pilot, lambda: "the folder is gone" in row(app, "#message"))
        await pilot.press("j")
        assert "the folder is gone" in row(app, "#message"), "a key does not wipe it away"
        assert len(screen.entries) == 4
        (tmp_path / "away").rename(folder)
        await until(pilot, lambda: row(app, "#message").strip() == "")
        assert here(screen) == "c-agi"


async def test_when_the_last_article_goes_the_list_says_so(
    open_desk: OpenDesk, folder: Path, quick: None
) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        for path in folder.glob("*.txt"):
            path.unlink()
        await until(pilot, lambda: not screen.entries)
        assert "no articles in the folder" in row(app, "#message")
        await pilot.press("j", "f", "o", "O", "pagedown", "enter")
        assert "no article to open" in row(app, "#message")
        write(folder, "nuovo", "Di nuovo qui")
        await until(pilot, lambda: bool(screen.entries))
        assert here(screen) == "nuovo"


async def test_of_two_files_with_one_name_the_other_takes_over(
    open_desk: OpenDesk, folder: Path, quick: None
) -> None:
    second = folder / "b-ansa.TXT"
    second.write_text("Un doppione\n\nCon il suo testo.", encoding="utf-8")
    app = open_desk(model="none")
    async with app.run_test(size=(120, 24)) as pilot:
        screen = await listed(pilot)
        (refused,) = [entry for entry in screen.entries if entry.article is None]
        assert "has the same name as" in refused.fault
        (other,) = [e for e in screen.entries if e.path.stem == "b-ansa" and e.article is not None]
        other.path.unlink()
        await until(pilot, lambda: len(screen.entries) == 4)
        assert screen.entries[0].path == refused.path
        assert screen.entries[0].article is not None


async def test_a_long_list_comes_in_batches(open_desk: OpenDesk, folder: Path) -> None:
    for number in range(450):
        write(folder, f"z{number:03}", f"Titolo {number}")
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        first = screen.entries[0]
        await until(pilot, lambda: len(screen.entries) == 454)
        assert screen.entries[0] is first
        assert [e.path for e in screen.entries] == app.desk.paths
        await pilot.press("G")
        assert "Titolo 449" in lines(screen)[-1]


async def test_the_mouse_wheel_moves_the_window(open_desk: OpenDesk, folder: Path) -> None:
    for number in range(60):
        write(folder, f"z{number:02}", f"Titolo {number}")
    async with open_desk(model="none").run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        screen.list.post_message(MouseScrollDown(screen.list, 4, 4, 0, 1, 0, False, False, False))
        await until(pilot, lambda: screen.list.top > 0)
        assert "Titolo 0" in lines(screen)[1]
        assert screen.list.cursor == 0
        await pilot.press("j")
        assert (screen.list.cursor, screen.list.top) == (1, 1)
