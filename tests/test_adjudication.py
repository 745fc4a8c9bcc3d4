"""Adjudicating on the desk: walking through conflicts, taking sides, third answers, undo, restarts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import SharedSuggesting
from desks import SIZE, listed, row, settled, words
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from terminal import Terminal
from test_conflicts import LENGTH, SCHEME, begun, several
from textual.pilot import Pilot

from annotations import edits, language
from annotations.annotation import (
    ACCEPTED,
    DONE,
    IN_PROGRESS,
    REJECTED,
    SUGGESTED,
    Annotation,
    Link,
    Span,
)
from annotations.article import Article, load_article, make_article
from annotations.errors import ChiosaError
from annotations.folder import article_paths
from annotations.history import History
from annotations.scheme import default_scheme
from annotations.store import Store
from tui import styles
from tui.adjudication import AdjudicationReview
from tui.adjudication_desk import COLUMNS, AdjudicationDesk, NotReady
from tui.adjudication_keys import adjudication_keys
from tui.app import ChiosaApp
from tui.commands import adjudicate
from tui.keys import ARTICLE_KEYS, Keymap
from tui.screens.adjudication import AdjudicationApp, AdjudicationScreen
from tui.screens.article import ArticleScreen
from tui.screens.hits import HitsScreen
from tui.widgets.rows import Rows

TEXT = (
    "ROMA, 3 mar.\n\nIl presidente Sergio Mattarella ha ricevuto Donald Trump al Quirinale. «Bene così», "
    "ha detto Mattarella.\n\n«Vedremo», ha aggiunto il premier Conte. Poi Trump è partito per Milano. "
    "Axios tace.\n"
)
Said = tuple[tuple[str, str], ...]
AGREED: Said = (
    ("PER", "Donald Trump"),
    ("LOC", "Milano"),
    ("CONTENT", "«Bene così»"),
    ("CONTENT", "«Vedremo»"),
)
ANNA: Said = (
    *AGREED,
    ("PER", "Sergio Mattarella"),
    ("LOC", "Quirinale"),
    ("SOURCE", "premier Conte"),
    ("PER", "Trump è"),
)
BRUNO: Said = (*AGREED, ("PER", "Mattarella"), ("ORG", "Quirinale"), ("SOURCE", "Conte"), ("ORG", "Axios"))
LINKS = {"anna": ("«Vedremo»", "premier Conte"), "bruno": ("«Vedremo»", "Conte")}
CONFLICTS = ["Sergio Mattarella", "Quirinale", "«Vedremo»", "Trump", "Axios"]
"""The first words of each, in reading order."""


def reviewed(store: Store, article: Article, said: Said, state: str = DONE) -> None:
    """Put a review on disk: spans by the first place of their words, and the source of the second quote."""
    spans: list[Span] = []
    ids: dict[str, str] = {}
    for label, wanted in said:
        start = article.text.index(wanted)
        wanted = wanted.removesuffix(" è")
        ids[wanted] = f"s{len(spans)}"
        origin = f"editor:{store.annotator}" if label == "ORG" else "model:x@1"
        spans.append(Span(ids[wanted], start, start + len(wanted), label, ACCEPTED, origin))
    annotation = replace(Annotation(store.annotator), next_id=len(spans)).with_spans(add=spans)
    quote, source = LINKS.get(store.annotator, ("", ""))
    if quote in ids and source in ids:
        annotation = annotation.with_links(add=[Link(ids[quote], "source", ids[source])])
    history = History(Annotation(store.annotator)).apply("accept all", replace(annotation, state=state))
    session = store.open(article)
    session.save(history)
    session.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Two articles that anna and bruno have done, and one that bruno has only begun."""
    folder = tmp_path / "news"
    folder.mkdir()
    for name in ("uno", "due", "tre"):
        path = folder / f"{name}.txt"
        path.write_text(TEXT, encoding="utf-8")
        for annotator, said in (("anna", ANNA), ("bruno", BRUNO)):
            state = IN_PROGRESS if (annotator, name) == ("bruno", "tre") else DONE
            store = Store(folder / ".chiosa", annotator, default_scheme())
            reviewed(store, load_article(path), said, state)
    return folder


Opening = Callable[..., AdjudicationApp]


@pytest.fixture
def adjudicating(home: Path) -> Opening:
    def make(
        article: str | None = None, annotator: str = "lina", names: tuple[str, ...] = ("anna", "bruno")
    ) -> AdjudicationApp:
        store = Store(home / ".chiosa", annotator, default_scheme())
        paths = [home / f"{article}.txt"] if article else article_paths(home)
        suggesting = SharedSuggesting("none")
        desk = AdjudicationDesk(paths, store, list(names), suggesting, single=article is not None)
        desk.columns = COLUMNS
        return AdjudicationApp(desk)

    return make


async def conflicted(pilot: Pilot[None]) -> AdjudicationReview:
    review = await settled(pilot)
    assert isinstance(review, AdjudicationReview)
    return review


def versions(app: ChiosaApp) -> list[str]:
    """The rows that say who says what."""
    shown = app.screen.query_one("#versions", Rows)
    lines = ["".join(s.text for s in shown.render_line(y)).rstrip() for y in range(shown.size.height)]
    return [line.strip() for line in lines if line.strip()]


def outcome(home: Path, article: str = "uno", annotator: str = "lina") -> set[tuple[str, str, str, str]]:
    """Label, words, status and origin of what is on disk."""
    found = load_article(home / f"{article}.txt")
    annotation = Store(home / ".chiosa", annotator, default_scheme()).annotation(found)
    return {(s.label, found.text[s.start : s.end], s.status, s.origin) for s in annotation.spans}


async def test_the_keys_walk_through_conflicts_only(adjudicating: Opening) -> None:
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        review = await conflicted(pilot)
        seen = [words(review)]
        for _ in CONFLICTS:
            await pilot.press("n")
            seen.append(words(review))
        assert seen == [*CONFLICTS, CONFLICTS[0]]
        for wanted in reversed(CONFLICTS):
            await pilot.press("p")
            assert words(review) == wanted
        assert "5 conflicts open" in row(app, "#title")


def _review(people: list[Annotation]) -> AdjudicationReview:
    adjudication, outcome = begun(people)
    article = make_article("a" * LENGTH, Path("a.txt"))
    return AdjudicationReview(article, History(outcome), SCHEME, adjudication)


@given(several())
def test_a_walk_passes_each_open_conflict_once_either_way(people: list[Annotation]) -> None:
    """Also where the parts of one lie apart, with another between them."""
    review = _review(people)
    conflicts = list(review.adjudication.comparison.conflicts)
    for step in (1, -1):
        seen = []
        for _ in conflicts:
            review.next_to_decide(step)
            assert review.conflict is not None
            seen.append(conflicts.index(review.conflict))
        assert sorted(seen) == list(range(len(conflicts)))


@given(several(), st.lists(st.sampled_from("aeixnpNPutE12345678rd"), max_size=40))
def test_no_row_of_keys_breaks_a_rule_or_loses_a_conflict(people: list[Annotation], keys: list[str]) -> None:
    review = _review(people)
    does: dict[str, Callable[[], object]] = {
        "a": review.accept, "e": lambda: review.take(1), "i": lambda: review.take(2), "x": review.reject,
        "n": review.next_to_decide, "p": lambda: review.next_to_decide(-1), "N": review.next_span,
        "P": lambda: review.next_span(-1), "u": review.undo, "r": review.redo, "t": review.same_decision,
        "E": review.accept_all, "d": review.done,
    }  # fmt: skip
    for key in keys:
        if key.isdigit():
            review.set_label(key)
        else:
            does[key]()
        assert not edits.broken_rules(review.annotation, SCHEME, LENGTH)
    answered = {id(c) for s in review.annotation.spans if (c := review.adjudication.conflict_at(s))}
    assert {id(c) for c in review.adjudication.open(review.annotation)} <= answered
    for _ in range(3 * len(review.annotation.spans)):
        if review.undecided:
            review.next_to_decide()
            review.accept()
    assert not review.undecided and not review.open_conflicts


async def test_it_is_said_who_says_what_and_which_key_takes_it(adjudicating: Opening) -> None:
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        await conflicted(pilot)
        told = []
        for _ in CONFLICTS:
            told.append([" ".join(line.split()) for line in versions(app)])
            await pilot.press("n")
        assert told == [
            ["a anna PER «Sergio Mattarella»", "e bruno PER «Mattarella»"],
            ["a anna LOC «Quirinale»", "e bruno ORG «Quirinale»"],
            ["a anna SOURCE «premier Conte»", "e bruno SOURCE «Conte»"],
            ["a anna PER «Trump»", "x bruno nothing"],
            ["a bruno ORG «Axios»", "x anna nothing"],
        ]
        await pilot.press("N")  # to a span on which all agree
        while app.screen.query_one("#versions", Rows) and len(versions(app)) > 1:
            await pilot.press("N")
        assert versions(app) == ["no conflict: all say so"]


async def test_one_key_takes_a_side_and_all_is_on_disk(adjudicating: Opening, home: Path) -> None:
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        review = await conflicted(pilot)
        await pilot.press("e")
        assert row(app, "#message").strip().startswith("«Mattarella» as in bruno")
        await pilot.press("a", "e", "x", "a")
        assert not review.open_conflicts and "nothing left to decide" in review.message
        await pilot.press("q")
    model = "model:x@1"
    assert outcome(home) == {
        ("PER", "Donald Trump", ACCEPTED, model),
        ("LOC", "Milano", ACCEPTED, model),
        ("CONTENT", "«Bene così»", ACCEPTED, model),
        ("CONTENT", "«Vedremo»", ACCEPTED, model),
        ("PER", "Mattarella", ACCEPTED, model),
        ("LOC", "Quirinale", ACCEPTED, model),
        ("SOURCE", "Conte", ACCEPTED, model),
        ("PER", "Trump", REJECTED, model),
        ("ORG", "Axios", ACCEPTED, "editor:bruno"),
    }
    article = load_article(home / "uno.txt")
    annotation = Store(home / ".chiosa", "lina", default_scheme()).annotation(article)
    assert annotation.annotator == "lina" and annotation.state == IN_PROGRESS
    (link,) = annotation.links
    ends = [annotation.find(link.content), annotation.find(link.target)]
    assert [article.text[s.start : s.end] for s in ends if s] == ["«Vedremo»", "Conte"]


async def test_a_third_answer_by_the_keys_of_every_day(adjudicating: Opening, home: Path) -> None:
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        review = await conflicted(pilot)
        await pilot.press("comma")  # presidente Sergio Mattarella
        await pilot.press("n", "4")  # Quirinale is neither: MISC
        assert words(review) == "«Vedremo»"
        await pilot.press("s", "0")  # nobody's words
        await pilot.press("n", "n")
        assert review.open_conflicts == 2 and words(review) == "Axios"
        await pilot.press("x")
    found = outcome(home)
    assert {o[:3] for o in found if o[2] != ACCEPTED} == {
        ("PER", "Trump", SUGGESTED), ("ORG", "Axios", REJECTED), ("SOURCE", "premier Conte", REJECTED),
    }  # fmt: skip
    assert ("PER", "presidente Sergio Mattarella", ACCEPTED, "model:x@1") in found
    assert ("MISC", "Quirinale", ACCEPTED, "model:x@1") in found


async def test_a_side_can_be_taken_after_all(adjudicating: Opening, home: Path) -> None:
    """Whatever the answer was before: another side, none, or a third."""
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        review = await conflicted(pilot)
        for before in ("a", "x", "4", "comma", "l"):
            await pilot.press(before)
            review.go_to(next(s.id for s in review.annotation.spans if "Mattarella" in words(review, s)))
            await pilot.press("e")
            assert {o[1:3] for o in _standing(review) if "Mattarella" in o[1]} == {("Mattarella", ACCEPTED)}
            await pilot.press("u", "u")
            assert review.open_conflicts == 5 and words(review) == "Sergio Mattarella"


def _standing(review: AdjudicationReview) -> set[tuple[str, str, str]]:
    return {(s.label, words(review, s), s.status) for s in review.annotation.spans}


async def test_undo_works_across_restarts_and_decisions_stay(adjudicating: Opening, home: Path) -> None:
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        await conflicted(pilot)
        await pilot.press("e", "x", "q")
    app.desk.give_all_back()
    before = outcome(home)
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        review = await conflicted(pilot)
        assert outcome(home) == before
        assert review.open_conflicts == 3 and words(review) == "«Vedremo»"
        assert {s.status for s in review.annotation.spans if words(review, s) == "Quirinale"} == {REJECTED}
        await pilot.press("u")
        assert "undone: take none" in review.message and words(review) == "Quirinale"
        assert review.open_conflicts == 4
        await pilot.press("u")
        assert review.open_conflicts == 5
        await pilot.press("r", "r")
        assert review.open_conflicts == 3
        await pilot.press("u", "u", "u")
        assert not review.annotation.spans  # the beginning is an edit too
        await pilot.press("r")
        assert review.open_conflicts == 5


async def test_done_asks_once_and_leads_to_the_next(adjudicating: Opening, home: Path) -> None:
    app = adjudicating()
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        assert [entry.name for entry in screen.listing.shown] == ["due.txt", "uno.txt"]
        await pilot.press("enter")
        review = await conflicted(pilot)
        await pilot.press("a", "d")
        assert "4 conflicts open" in review.message
        await pilot.press("E", "d")
        review = await conflicted(pilot)
        assert review.article.id == "uno" and review.open_conflicts == 5
        await pilot.press("q")
        screen = await listed(pilot)
        told = {
            entry.name: (p.state, p.decided, p.total) for entry in screen.entries for p in [entry.progress]
        }
        assert told == {"due.txt": (DONE, 5, 5), "uno.txt": (IN_PROGRESS, 0, 5)}
    assert {o[2] for o in outcome(home, "due")} == {ACCEPTED}


async def test_articles_that_not_all_have_done_are_left_out_and_named(adjudicating: Opening) -> None:
    app = adjudicating()
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.pause(0.2)
        assert "tre.txt" not in [entry.name for entry in screen.entries]
        assert "1 article is left out" in row(app, "#message")
    assert adjudicate._left_out(app.desk) == ["1 article was left out:", "tre: bruno has not marked it done"]


@pytest.mark.parametrize("trouble", ["not done", "not begun", "changed"])
def test_why_an_article_cannot_be_adjudicated(adjudicating: Opening, home: Path, trouble: str) -> None:
    name = "tre" if trouble == "not done" else "uno"
    path = home / f"{name}.txt"
    if trouble == "not begun":
        Store(home / ".chiosa", "bruno", default_scheme()).path("uno").unlink()
    elif trouble == "changed":
        path.write_text(TEXT.replace("tace", "non tace"), encoding="utf-8")
    app = adjudicating(name)
    says = {"not done": "bruno has not marked it done", "not begun": "bruno has not begun it",
            "changed": "the text has changed since the review"}  # fmt: skip
    with pytest.raises(NotReady, match=says[trouble]):
        app.desk.open(load_article(path))
    assert not Store(home / ".chiosa", "lina", default_scheme()).path(name).exists()


def test_the_adjudicators_own_annotation_is_not_mixed_up(adjudicating: Opening, home: Path) -> None:
    article = load_article(home / "uno.txt")
    reviewed(Store(home / ".chiosa", "lina", default_scheme()), article, BRUNO)
    before = outcome(home)
    desk = adjudicating("uno").desk
    with pytest.raises(ChiosaError, match="lina has annotated it as well"):
        desk.open(article)
    told = desk.progress(article)
    assert isinstance(told, str) and "under another --annotator" in told
    assert outcome(home) == before


async def test_decisions_move_along_with_a_text_that_changes(adjudicating: Opening, home: Path) -> None:
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        await conflicted(pilot)
        await pilot.press("e", "4", "q")
    app.desk.give_all_back()
    path = home / "uno.txt"
    path.write_text(TEXT.replace("Il presidente", "Ieri il presidente"), encoding="utf-8")
    article = load_article(path)
    for name in ("anna", "bruno"):
        session = Store(home / ".chiosa", name, default_scheme()).open(article)
        history = session.loaded.history
        session.save(history.apply("done", edits.set_state(history.annotation, DONE)))
        session.close()
    for _ in range(2):
        desk = adjudicating("uno").desk
        opened = desk.open(article)
        review = AdjudicationReview(
            article, opened.loaded.history, desk.scheme, desk.adjudication_of(article)
        )
        assert review.open_conflicts == 3
        assert {("PER", "Mattarella", ACCEPTED), ("MISC", "Quirinale", ACCEPTED)} <= _standing(review)
        desk.give_all_back()


async def test_the_annotators_may_go_on_meanwhile(adjudicating: Opening, home: Path) -> None:
    """Their desks have their articles; what they change is there at the next opening."""
    article = load_article(home / "uno.txt")
    theirs = Store(home / ".chiosa", "anna", default_scheme())
    session = theirs.open(article)
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        await conflicted(pilot)
        await pilot.press("e", "q")
    app.desk.give_all_back()
    annotation = session.loaded.history.annotation
    quirinale = next(s for s in annotation.spans if s.label == "LOC" and article.text[s.start] == "Q")
    changed = annotation.with_spans([quirinale.id], [replace(quirinale, label="ORG")])
    session.save(session.loaded.history.apply("relabel", changed))
    session.close()
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        review = await conflicted(pilot)
        assert review.open_conflicts == 3
        assert {("ORG", "Quirinale", ACCEPTED), ("PER", "Mattarella", ACCEPTED)} <= _standing(review)


async def test_the_users_own_keys_take_sides(adjudicating: Opening) -> None:
    app = adjudicating("uno")
    app.desk.overrides = {"bulk": ("K",), "accept": ("R",)}
    async with app.run_test(size=SIZE) as pilot:
        review = await conflicted(pilot)
        assert [line[0] for line in versions(app)] == ["R", "K"]
        await pilot.press("K")
        assert ("PER", "Mattarella", ACCEPTED) in _standing(review)
        await pilot.press("e", "a")
        assert review.open_conflicts == 4


@pytest.mark.parametrize("key", ["e", "x", "backspace"])
async def test_nothing_is_a_side_too(adjudicating: Opening, key: str) -> None:
    """The second version, and none of them, are the same where one annotator says nothing."""
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        review = await conflicted(pilot)
        await pilot.press("n", "n", "n", key)
        assert review.message.startswith("«Trump»: nothing, as in bruno")
        assert ("PER", "Trump", REJECTED) in _standing(review) and words(review) == "Axios"


async def test_another_desk_of_the_adjudicators_has_the_article(adjudicating: Opening, home: Path) -> None:
    first = adjudicating("uno").desk
    opened = first.open(load_article(home / "uno.txt"))
    assert opened.saver is not None and opened.saver.flush() is None
    before = outcome(home)
    app = adjudicating("uno")
    async with app.run_test(size=SIZE) as pilot:
        review = await conflicted(pilot)
        await pilot.press("e", "x", "d")
        assert review.open_conflicts == 5 and "read only" in review.message
    first.give_all_back()
    assert outcome(home) == before


async def test_in_other_articles_only_what_was_begun_is_changed(adjudicating: Opening, home: Path) -> None:
    app = adjudicating()
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("enter")
        await conflicted(pilot)
        await pilot.press("slash", *"Trump", "tab")
        for _ in range(200):
            await pilot.pause(0.02)
            if isinstance(app.screen, HitsScreen) and len(app.screen.hits) == 6:
                break
        await pilot.press("n", "n", "1")
        assert "its conflicts were never open" in row(app, "#message")
    for name in ("tre", "uno"):
        assert not Store(home / ".chiosa", "lina", default_scheme()).path(name).exists()


async def test_a_name_reaches_the_terminal_as_words_only(adjudicating: Opening, home: Path) -> None:
    name = "{ev}\x1b[2Jil"
    reviewed(Store(home / ".chiosa", name, default_scheme()), load_article(home / "uno.txt"), ANNA)
    app = adjudicating("uno", names=(name, "bruno"))
    async with app.run_test(size=SIZE) as pilot:
        await conflicted(pilot)
        assert "{ev}␛[2Jil" in versions(app)[0]
        await pilot.press("a")
        assert "as in {ev}␛[2Jil" in row(app, "#message")


async def test_three_annotators(adjudicating: Opening, home: Path) -> None:
    said = (*AGREED, ("LOC", "Mattarella"), ("LOC", "Quirinale"))
    reviewed(Store(home / ".chiosa", "carla", default_scheme()), load_article(home / "uno.txt"), said)
    app = adjudicating("uno", names=("anna", "bruno", "carla"))
    async with app.run_test(size=SIZE) as pilot:
        review = await conflicted(pilot)
        assert [" ".join(line.split()) for line in versions(app)] == [
            "a anna PER «Sergio Mattarella»", "e bruno PER «Mattarella»", "i carla LOC «Mattarella»",
        ]  # fmt: skip
        await pilot.press("i")
        assert ("LOC", "Mattarella", ACCEPTED) in _standing(review)
        assert [" ".join(line.split()) for line in versions(app)] == [
            "a anna, carla LOC «Quirinale»", "e bruno ORG «Quirinale»",
        ]  # fmt: skip
        await pilot.press("i")
        assert review.message == "nobody says anything else here"


async def test_the_other_versions_words_are_seen_in_the_text(adjudicating: Opening) -> None:
    app = adjudicating("uno", names=("bruno", "anna"))
    async with app.run_test(size=SIZE) as pilot:
        review = await conflicted(pilot)
        assert words(review) == "Mattarella"
        screen = app.screen
        assert isinstance(screen, AdjudicationScreen)

        def underlined() -> str:
            line = screen.view.render_line(2)
            return "".join(s.text for s in line if s.style and s.style.underline and not s.style.reverse)

        assert "Sergio" in underlined() and "Mattarella" not in underlined()
        await pilot.press("a")
        assert "Sergio" not in underlined()


@pytest.mark.parametrize("annotators", range(2, 7))
def test_no_key_means_two_things_while_adjudicating(annotators: int) -> None:
    table = adjudication_keys(annotators)
    Keymap(table)
    assert {key.id for key in table} <= {key.id for key in ARTICLE_KEYS}
    for key in table:
        assert hasattr(AdjudicationScreen, f"action_{key.action}") or hasattr(
            ChiosaApp, f"action_{key.action}"
        )


# ---- pictures, compared with those that were looked at -------------------------------------------------


@pytest.fixture
def as_it_comes() -> Iterator[None]:
    """Each picture begins with the terminal's theme and English, and leaves them behind."""
    yield
    styles.use("terminal")
    language.use("en")


def after(*keys: str) -> Callable[[Pilot[None]], object]:
    async def run(pilot: Pilot[None]) -> None:
        await (settled(pilot) if isinstance(pilot.app.screen, ArticleScreen) else listed(pilot))
        await pilot.pause(0.3)
        await pilot.press(*keys)
        await pilot.pause()

    return run


PICTURES: dict[str, tuple[str, ...]] = {
    "edges": (), "speaker": ("n", "n"), "taken": ("e", "P", "P"), "nobody": ("n", "n", "n", "n"),
    "agreed": ("N",), "help": ("question_mark",),
}  # fmt: skip


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=str)
@pytest.mark.parametrize("name", PICTURES)
def test_picture(
    snap_compare: Callable[..., bool], adjudicating: Opening, as_it_comes: None, name: str,
    size: tuple[int, int],
) -> None:  # fmt: skip
    assert snap_compare(adjudicating("uno"), terminal_size=size, run_before=after(*PICTURES[name]))


@pytest.mark.parametrize("look", ["no colour", "dark", "light", "high-contrast", "Italian"])
def test_look(
    snap_compare: Callable[..., bool], adjudicating: Opening, as_it_comes: None,
    monkeypatch: pytest.MonkeyPatch, look: str,
) -> None:  # fmt: skip
    if look == "no colour":
        monkeypatch.setenv("NO_COLOR", "1")
    elif look == "Italian":
        language.use("it")
    else:
        styles.use(look)
    app = adjudicating("uno", names=("bruno", "anna"))
    assert snap_compare(app, terminal_size=SIZE, run_before=after())


@pytest.mark.parametrize("spoken", ["en", "it"])
def test_picture_of_the_list(
    snap_compare: Callable[..., bool], adjudicating: Opening, as_it_comes: None, spoken: str
) -> None:
    language.use(spoken)
    assert snap_compare(adjudicating(), terminal_size=SIZE, run_before=after())


# ---- the real command -----------------------------------------------------------------------------------


def chiosa(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tui", *map(str, arguments)]
    environment = {**os.environ, "CHIOSA_ANNOTATOR": "lina"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("anna",), "two annotators or more"),
        (("anna", "anna"), "two annotators or more"),
        (("anna", "brun"), "has no annotations of brun; there are those of: anna, bruno"),
        (("anna", "bruno", "--annotator", "bruno"), "bruno cannot decide between bruno and others"),
        (("anna", "bruno"), "needs a terminal"),
    ],
)
def test_a_wrong_start_says_why(home: Path, names: tuple[str, ...], says: str) -> None:
    run = chiosa("adjudicate", *names, "--from", home)
    assert run.returncode == 1 and says in run.stderr and not run.stdout
    assert not (home / ".chiosa" / "annotations" / "lina").exists()


def test_an_article_that_cannot_be_adjudicated_does_not_open_the_desk(home: Path) -> None:
    run = chiosa("adjudicate", "anna", "bruno", "--from", home / "tre.txt")
    assert run.returncode == 1 and "needs a terminal" in run.stderr
    for path in (home / "uno.txt", home / "due.txt"):
        path.unlink()
    names = ["anna", "bruno"]
    store = Store(home / ".chiosa", "lina", default_scheme())
    for paths, single in ((article_paths(home), False), ([home / "tre.txt"], True)):
        desk = AdjudicationDesk(paths, store, names, SharedSuggesting("none"), single=single)
        with pytest.raises(ChiosaError, match="tre: bruno has not marked it done"):
            adjudicate._check_ready(desk)
    reviewed(Store(home / ".chiosa", "bruno", default_scheme()), load_article(home / "tre.txt"), BRUNO)
    reviewed(store, load_article(home / "tre.txt"), BRUNO)
    with pytest.raises(ChiosaError, match="lina has annotated it as well"):
        adjudicate._check_ready(desk)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    shown = Terminal(tmp_path)
    yield shown
    shown.close()


def test_the_command_in_a_terminal_and_its_export(terminal: Terminal, home: Path, tmp_path: Path) -> None:
    terminal.run(
        sys.executable, "-m", "tui", "adjudicate", "anna", "bruno", "--from", home, "--annotator", "lina",
        PYTHONPATH=str(Path(__file__).parent.parent), CHIOSA_SETTINGS=os.devnull, LANGUAGE="en",
    )  # fmt: skip
    terminal.wait_for("1 article is left out")
    terminal.press("Enter")
    terminal.wait_for("5 conflicts open")
    terminal.type("eexxad")
    terminal.wait_for("done: ")  # and the next one is open
    terminal.type("qq")
    terminal.wait_for("tre: bruno has not marked it done")
    terminal.wait_for("STATUS 0")
    run = chiosa("export", tmp_path / "gold", "--format", "chiosa", "--from", home, "--annotator", "lina")
    assert run.returncode == 0, run.stderr
    (file,) = (tmp_path / "gold").glob("*.jsonl")
    (record,) = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    found = {(s["label"], TEXT[s["start"] : s["end"]]) for s in record["spans"] if s["status"] == ACCEPTED}
    assert (
        record["article"]["id"] == "due" and ("ORG", "Quirinale") in found and ("PER", "Trump") not in found
    )
