"""The tutorial, played by the keys that it asks for, and by others."""

from __future__ import annotations

import os
import re
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import REPOSITORY
from desks import SIZE, settled, words
from rich.cells import cell_len
from test_driver import Line
from textual.pilot import Pilot

from annotations import language
from annotations.annotation import ACCEPTED, DONE, REJECTED, SUGGESTED, Annotation
from annotations.article import load_article
from annotations.edits import broken_rules
from annotations.errors import ChiosaError
from annotations.scheme import default_scheme
from annotations.suggesters import NONE, load_suggester
from annotations.suggestions import merge
from tui import cli
from tui.practice import FixedSuggesting, Script, load_script, practice
from tui.screens.text import TextScreen
from tui.screens.tutorial import EndScreen, TutorialApp, TutorialScreen
from tui.tutorial import CLOSE, OPEN, STEPS
from tui.widgets.rows import Rows

NAMES = {"/": "slash", ",": "comma", ".": "full_stop", "←": "left", "→": "right"}
"""Textual's names for keys that a person reads otherwise."""
WIDTH = 1 + 76
"""Cells of a row of the lesson, with the blank before it: no terminal of 80 cuts it."""


@pytest.fixture
def script() -> Script:
    return load_script()


@pytest.fixture
def app(script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TutorialApp]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with practice(script) as desk:
        yield TutorialApp(desk, script)


@pytest.fixture
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(request.param)
    yield request.param
    language.use("en")


async def started(pilot: Pilot[None]) -> TutorialScreen:
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, TutorialScreen)
    return screen


def step(screen: TutorialScreen) -> str:
    """The name of the step that is asked for."""
    return "" if screen.tutorial.finished else STEPS[screen.tutorial.index].name


def lesson(screen: TutorialScreen) -> list[str]:
    """The three rows as they are on screen."""
    widget = screen.query_one("#lesson", Rows)
    return ["".join(segment.text for segment in widget.render_line(y)).rstrip() for y in range(3)]


def asked(screen: TutorialScreen) -> list[str]:
    """The keys that the lesson asks for, as a pupil who does nothing else would press them."""
    ask = screen.tutorial.rows(screen.names)[-1]
    first = re.search(f"{OPEN}(.*?){CLOSE}", ask)
    assert first is not None, ask
    keys = [NAMES.get(first[1], first[1])]
    if "poli" in ask:
        keys += [*"poli", "enter"]
    return keys


async def play(pilot: Pilot[None], screen: TutorialScreen, until: str = "") -> list[str]:
    """Press what is asked for up to a step; the steps that were met."""
    met: list[str] = []
    for _ in range(60):
        if step(screen) == until:
            return met
        met += [step(screen)] if step(screen) not in met else []
        await pilot.press(*asked(screen))
        if step(screen) == "source" and screen.mode is not None:
            at = screen.review.article.text.index("tecnico")
            await pilot.press(screen.mode.tags[at])
        if pilot.app.screen is screen:
            assert max(map(cell_len, lesson(screen))) <= WIDTH, lesson(screen)
    raise AssertionError(f"stuck: {lesson(screen)}")


# ---- played --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoken", language.LANGUAGES, indirect=True)
async def test_played_to_its_end_by_the_keys_that_it_asks_for(app: TutorialApp, spoken: str) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        assert await play(pilot, screen) == [s.name for s in STEPS]
        review = screen.review
        assert review.annotation.state == DONE
        assert review.undecided == 0
        found = {(words(review, s), s.label) for s in review.annotation.spans if s.status == ACCEPTED}
        assert {("Tornado Pescara", "ORG"), ("sabato 13 settembre", "DATE")} <= found
        assert ("Polisportiva Conero", "ORG") in found
        assert [words(review, s) for s in review.annotation.spans if s.status == REJECTED] == ["Quattro"]
        end = app.screen
        assert isinstance(end, EndScreen)
        assert len(end.view.rows) <= end.view.size.height, "all of it is on one screen"
        said = "\n".join("".join(segment.text for segment in line) for line in end.view.rows)
        assert "chiosa " in said and "?" in said
        await pilot.press("q")
        assert app.screen is screen
        await pilot.press("question_mark")
        assert isinstance(app.screen, TextScreen)
        await pilot.press("q", "q")
    assert app.return_code == 0
    assert app.tutorial is not None and app.tutorial.finished


async def test_the_keys_that_the_user_has_set_are_asked_for(app: TutorialApp) -> None:
    app.desk.overrides = {"accept": ("K",), "select": ("V",), "search": ("Z",)}
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        await play(pilot, screen, "accept")
        assert "Press K" in lesson(screen)[2]
        await play(pilot, screen)


@pytest.mark.parametrize("spoken", language.LANGUAGES, indirect=True)
async def test_everything_that_is_said_fits(app: TutorialApp, spoken: str) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        head = f" {language._('Step {n} of {all}').format(n=14, all=14)} · "
        for one in STEPS:
            lines = [head + language._(one.praise)]
            lines += [" " + language._(line) for line in (one.why, one.ask, one.elsewhere)]
            for line in lines:
                assert cell_len(line.format_map(screen.names)) <= WIDTH, line


# ---- not as asked for ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("next", ["j"]),
        ("previous", ["n"]),
        ("accept", ["x"]),
        ("accept", ["2"]),
        ("label", ["a"]),
        ("label", ["4"]),
        ("reject", ["a"]),
        ("move", ["a"]),
        ("move", ["h"]),
        ("search", ["slash", *"ancona", "enter"]),
        ("new", ["v", "2"]),
        ("all", ["n"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "".join(value),
)
async def test_a_wrong_key_does_not_advance(app: TutorialApp, name: str, wrong: list[str]) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        await play(pilot, screen, name)
        while "as far as" in lesson(screen)[2]:
            await pilot.press(*asked(screen))
        await pilot.press(*wrong)
        assert step(screen) == name
        await play(pilot, screen)


async def test_a_wrong_decision_is_named_and_u_takes_it_back(app: TutorialApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        await play(pilot, screen, "accept")
        await pilot.press("x")
        assert lesson(screen)[2] == " «Abruzzo» (LOC) is rejected now: press u until that is undone."
        await pilot.press("u")
        assert step(screen) == "accept"
        assert "Press a" in lesson(screen)[2]


async def test_what_was_decided_wrongly_can_be_decided_again_in_its_place(app: TutorialApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        await play(pilot, screen, "accept")
        await pilot.press("x", "P")
        assert "Press a" in lesson(screen)[2]
        await pilot.press("a")
        assert step(screen) == "same"


async def test_an_undo_brings_the_step_back(app: TutorialApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        await play(pilot, screen, "reject")
        await pilot.press("u")
        assert step(screen) == "label"
        assert "taken back" in lesson(screen)[0]
        await pilot.press("u")
        assert step(screen) in ("same", "label")
        await play(pilot, screen, "search")
        while screen.review.history.can_undo:
            await pilot.press("u")
        assert step(screen) == "accept"
        assert {s.status for s in screen.review.annotation.spans} == {SUGGESTED}
        while screen.review.history.can_redo:
            await pilot.press("r")
        assert step(screen) == "search", "what was reached once need not be done anew"


async def test_any_way_counts(app: TutorialApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        await pilot.press("N", "P", "enter")
        assert step(screen) == "same"
        await pilot.press("n", "n", "n", "n", "n", "n", "a")
        assert step(screen) == "label", "the other mention was gone to and accepted by itself"
        await play(pilot, screen, "move")
        await pilot.press(*"aaa", "l", "l", "h")
        assert step(screen) == "undo"
        await pilot.press("u", "u", "u")
        assert step(screen) == "redo"
        await pilot.press("l")
        assert step(screen) == "search"
        await pilot.press("f")
        assert screen.mode is not None
        tag = screen.mode.tags[screen.review.article.text.index("Polisportiva Conero")]
        await pilot.press(tag, "2")
        assert step(screen) == "search", "the tags are still there, and the next step's key may be one"
        await pilot.press("escape")
        assert step(screen) == "source"


async def test_another_source_is_told_and_can_be_chosen_anew(app: TutorialApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        await play(pilot, screen, "source")
        await pilot.press("s", "1")
        assert step(screen) == "source"
        assert "another" in lesson(screen)[2]
        await play(pilot, screen, "all")
        await pilot.press("x")
        assert step(screen) == "source", "the quote itself was rejected"
        await play(pilot, screen, "all")


async def test_rejecting_what_is_right_is_remarked(app: TutorialApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        await play(pilot, screen, "label")
        while screen.review.current is None or screen.review.words(screen.review.current) != "Marrucina":
            await pilot.press("P")
        await pilot.press("x")
        assert "«Marrucina» was right: u brings it back" in lesson(screen)[0]
        await pilot.press("u")
        assert "was right" not in lesson(screen)[0]


async def test_letters_do_not_hold_the_tutorial_up(app: TutorialApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        await play(pilot, screen, "move")
        await pilot.press("z")
        assert "Edges go by letters now: press z" in lesson(screen)[2]
        await pilot.press("l", "l", "z")
        await play(pilot, screen, "new")
        await pilot.press("v", "z")
        assert "Edges go by letters now: press z" in lesson(screen)[2]
        await pilot.press("z")
        await play(pilot, screen)
        assert isinstance(app.screen, EndScreen)


async def test_accepting_all_and_done_too_early_are_taken_back(app: TutorialApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        await play(pilot, screen, "label")
        await pilot.press("E", "d")
        assert step(screen) == "label"
        assert "marked done already" in lesson(screen)[2]
        await pilot.press("u")
        assert "«Tornado Pescara» (LOC) is accepted now" in lesson(screen)[2]
        await play(pilot, screen)
        assert isinstance(app.screen, EndScreen)


async def test_a_search_counts_when_it_is_ended(app: TutorialApp) -> None:
    async with app.run_test(size=SIZE) as pilot:
        screen = await started(pilot)
        await play(pilot, screen, "search")
        await pilot.press("slash", *"poli")
        assert step(screen) == "search"
        await pilot.press("escape")
        assert step(screen) == "search"
        await pilot.press("slash", *"conero", "enter", "v")
        assert step(screen) == "new"
        assert "the word before" in lesson(screen)[2]
        await pilot.press("comma", "l")
        assert "last word out" in lesson(screen)[2]
        await pilot.press("h", "2")
        assert step(screen) == "source"


# ---- where it works ------------------------------------------------------------------------------------


async def test_leaving_midway_leaves_nothing(script: Script, tmp_path: Path) -> None:
    with practice(script) as desk:
        folder = desk.paths[0].parent
        app = TutorialApp(desk, script)
        async with app.run_test(size=SIZE) as pilot:
            screen = await started(pilot)
            await play(pilot, screen, "reject")
            assert (folder / ".chiosa").is_dir(), "it is saved as everything is, in a place of its own"
            assert folder.parent != REPOSITORY / "articles"
            await pilot.press("q")
        assert app.tutorial is not None and not app.tutorial.finished
    assert not folder.exists()


def test_the_folder_goes_when_the_tutorial_breaks(script: Script) -> None:
    with pytest.raises(ZeroDivisionError), practice(script) as desk:
        folder = desk.paths[0].parent
        assert folder.is_dir()
        raise ZeroDivisionError
    assert not folder.exists()


def test_the_suggestions_fit_the_article_that_comes_along(script: Script) -> None:
    article = load_article(REPOSITORY / "articles" / f"{script.article}.txt")
    proposal = script.proposal(article.text)
    tokens = load_suggester(NONE).tokens(article.text)
    off = [article.text[s.start : s.end] for s in proposal.spans if not tokens.fits(s.start, s.end)]
    assert off == []
    annotation = merge(Annotation("Lina"), proposal, default_scheme(), script.suggester)
    assert len(annotation.spans) == len(proposal.spans) == len(script.spans), "none is lost in the merge"
    assert len(annotation.links) == len(script.links)
    assert broken_rules(annotation, default_scheme(), len(article.text)) == []
    quotes = [s for s in annotation.spans if s.label == "CONTENT"]
    without = [s for s in quotes if not annotation.linked(s.id, "source")]
    assert [article.text[s.start : s.end] for s in without] == [
        "«Ce lo siamo sudato fino all'ultimo pallone»"
    ]


def test_an_article_that_has_changed_is_told(script: Script) -> None:
    with pytest.raises(ChiosaError, match=r"derby-volley: «Abruzzo» is missing"):
        script.proposal("Nulla di tutto questo.")


async def test_the_words_are_those_of_the_desk(script: Script) -> None:
    text = "Il derby d'Abruzzo è di Chieti: «Vinto», ha detto."
    suggesting = FixedSuggesting(script)
    tokens = await suggesting.tokens(text)
    again = load_suggester(NONE).tokens(text)
    assert (tokens.starts, tokens.ends) == (again.starts, again.ends)
    await suggesting.close()


def test_it_needs_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    if "tutorial" not in cli.COMMANDS:
        monkeypatch.setattr(cli, "COMMANDS", (*cli.COMMANDS, "tutorial"))
    assert cli.main(["tutorial"]) == 1
    assert "terminal" in capsys.readouterr().err


@pytest.mark.parametrize("end", ["q", "TERM", "HUP", "line"])
def test_nothing_stays_however_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    line = Line("-m", "tui", "tutorial")
    line.wait_for(b"Step 1 of", 60)
    line.press(b"n")
    line.wait_for(b"Step 2 of", 60)
    assert [path.name[:8] for path in tmp_path.iterdir()] == ["chiosa-t"]
    if end == "q":
        line.press(b"q")
        line.wait_for(b"nothing of it is kept")
    elif end == "line":
        line.cut()
    else:
        os.kill(line.pid, signal.Signals[f"SIG{end}"])
    status = line.status(30)
    assert status == {"q": 0, "TERM": 143, "HUP": 129, "line": 129}[end]
    assert list(tmp_path.iterdir()) == []
