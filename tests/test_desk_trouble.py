"""The desk in trouble: disks that fail, locks, texts that changed, odd schemes, late suggestions."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ADNKRONOS, SharedSuggesting
from desks import SIZE, go_to, listed, of, row, settled, words

from annotations import edits
from annotations.annotation import ACCEPTED, SUGGESTED, Proposal
from annotations.article import Article, load_article
from annotations.folder import article_paths
from annotations.saver import Saver
from annotations.scheme import Scheme, load_scheme
from annotations.store import Locked, Progress, Store, StoreError
from tui.app import ChiosaApp
from tui.desk import Desk
from tui.screens.article import ArticleScreen
from tui.screens.articles import ArticlesScreen
from tui.screens.notices import NoticesScreen
from tui.widgets.rows import Rows

OpenDesk = Callable[..., ChiosaApp]


@pytest.fixture
def full_disk(store: Store, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where the temporary file should go: each save fails until it is removed."""
    monkeypatch.setattr("annotations.saver.RETRY", 60)
    block = store.path(ADNKRONOS).with_name(f".{ADNKRONOS}.json.{os.getpid()}.tmp")
    block.mkdir(parents=True)
    return block


# ---- disks --------------------------------------------------------------------------------------------


async def test_a_failing_save_is_shown_and_leaving_is_asked_twice(
    open_desk: OpenDesk, full_disk: Path, store: Store
) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("v", "1")
        for _ in range(100):
            if "not saved" in row(app, "#message"):
                break
            await pilot.pause(0.02)
        assert "trying again" in row(app, "#message")
        await pilot.press("q")
        assert isinstance(app.screen, ArticleScreen)
        assert "NOT SAVED: once more leaves" in row(app, "#message")
        screen = app.screen
        screen.on_article_screen_saved(ArticleScreen.Saved(StoreError("later")))
        assert "NOT SAVED: once more leaves" in row(app, "#message"), "the question stays on top"
        await pilot.press("n", "q")
        assert isinstance(app.screen, ArticleScreen), "only a q right after the q insists"
        full_disk.rmdir()
        await pilot.press("q")
    assert store.load(review.article).history == review.history
    assert app.desk.problems == []


async def test_insisting_leaves_and_is_told(open_desk: OpenDesk, full_disk: Path) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("v", "1", "q", "q")
    assert len(app.desk.problems) == 1
    assert "the last edits were not saved" in app.desk.problems[0]


async def test_when_space_returns_an_edit_brings_all_to_disk(
    open_desk: OpenDesk, full_disk: Path, store: Store
) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("v", "1")
        await pilot.pause(0.1)
        full_disk.rmdir()
        await pilot.press("2", "q")
    assert store.load(review.article).history == review.history
    assert len(review.history.edits) == 2


def test_nobody_may_write_while_a_slow_save_still_runs(store: Store, adnkronos: Article) -> None:
    session = store.open(adnkronos)
    going, go = threading.Event(), threading.Event()
    save = session.save

    def slowly(history: object) -> None:
        going.set()
        go.wait(10)
        save(history)  # type: ignore[arg-type]

    session.save = slowly  # type: ignore[method-assign,assignment]
    saver = Saver(session)
    changed, _ = edits.add(session.loaded.history.annotation, 0, 5, "PER", store.scheme)
    history = session.loaded.history.apply("add", changed)
    saver.submit(history)
    assert going.wait(5)
    assert isinstance(saver.close(timeout=0.1), TimeoutError)
    with pytest.raises(Locked):
        store.open(adnkronos)
    go.set()
    saver._thread.join(5)
    assert store.load(adnkronos).history == history
    store.open(adnkronos).close()


def test_many_starts_at_once_do_not_disturb_one_another(store: Store) -> None:
    context = __import__("multiprocessing").get_context("fork")
    processes = [context.Process(target=_check, args=(store,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4


def _check(store: Store) -> None:
    for _ in range(50):
        store.check_writable()


async def test_a_store_refused_after_the_start(open_desk: OpenDesk, store: Store) -> None:
    path = store.path(ADNKRONOS)
    path.parent.mkdir(parents=True)
    path.write_text("{")
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
    assert app.return_code == 1
    assert "damaged" in app.desk.problems[0]


# ---- locks --------------------------------------------------------------------------------------------


async def test_d_passes_over_what_another_desk_has(open_desk: OpenDesk, store: Store, folder: Path) -> None:
    shutil.copy(folder / f"{ADNKRONOS}.txt", folder / "z.txt")
    session = store.open(load_article(folder / "askanews-2025-09-04-lisbona.txt"))
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("d", "d")
        review = await settled(pilot)
        assert review.article.id == "z"
        await pilot.press("d", "d")
        assert isinstance(app.screen, ArticlesScreen)
        assert "every article is done but 1 open in other desks" in row(app, "#message")
    session.close()


async def test_read_only_is_said_all_the_time(open_desk: OpenDesk, store: Store, adnkronos: Article) -> None:
    session = store.open(adnkronos)
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        await pilot.press("n", "j", "n")
        assert "read only" in row(app, "#title")
    session.close()


# ---- texts that changed -------------------------------------------------------------------------------


async def test_a_changed_text_is_told_and_its_spans_are_carried(
    open_desk: OpenDesk, store: Store, adnkronos: Article
) -> None:
    async with open_desk(ADNKRONOS, model="none").run_test(size=SIZE) as pilot:
        await settled(pilot)
        for wanted, key in (("Volenterosi", "2"), ("Axios", "2"), ("Macron", "1")):
            await pilot.press("slash", *wanted, "enter", "v", key)
        await pilot.press("q")
    text = adnkronos.text.replace("Axios", "un sito").replace("dei Volenterosi", "dei tanti Volenterosi")
    adnkronos.path.write_text(text, encoding="utf-8")
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(100):
            if isinstance(app.screen, NoticesScreen):
                break
            await pilot.pause(0.02)
        assert isinstance(app.screen, NoticesScreen)
        shown = " ".join(" ".join(s.text for r in app.screen.view.rows for s in r).split())
        assert "2 spans carried over" in shown
        assert "1 no longer fit" in shown
        assert "ORG accepted: «Axios»; its words are no longer there" in shown
        await pilot.press("q")
        review = await settled(pilot)
        mine = [s for s in review.annotation.spans if s.by_editor]
        assert {(words(review, s), s.status) for s in mine} == {
            ("Volenterosi", ACCEPTED),
            ("Macron", ACCEPTED),
        }
        assert len(review.annotation.spans) > 40, "and the new text has suggestions"
        await pilot.press("q")
    loaded = store.load(load_article(adnkronos.path))
    assert loaded.notices == (), "the carried review was saved at opening"
    assert [m.words for m in loaded.misfits] == ["Axios"]
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        assert "1 span has no place in the text: m lists it" in row(app, "#message")
        await pilot.press("m", "x")
        assert isinstance(app.screen, ArticleScreen)
        await pilot.press("q")
    assert store.load(load_article(adnkronos.path)).misfits == ()


def test_a_done_article_that_changed_is_in_progress_in_the_list(store: Store, adnkronos: Article) -> None:
    session = store.open(adnkronos)
    history = session.loaded.history
    session.save(history.apply("done", edits.set_state(history.annotation, "done")))
    session.close()
    assert store.progress(adnkronos) == Progress("done", 0, 0)
    adnkronos.path.write_text(adnkronos.text + " Altro.", encoding="utf-8")
    assert store.progress(load_article(adnkronos.path)) == Progress("in progress", 0, 0)


# ---- schemes ------------------------------------------------------------------------------------------


def small_scheme(tmp_path: Path, *labels: str) -> Scheme:
    path = tmp_path / "scheme.toml"
    layers = {"CONTENT": "quotes"}
    path.write_text(
        "\n".join(
            f'[[labels]]\nname = "{name}"\nlayer = "{layers.get(name, "entities")}"\nkey = "{number}"\n'
            for number, name in enumerate(labels, 1)
        )
    )
    return load_scheme(path)


async def test_a_scheme_without_source(folder: Path, tmp_path: Path) -> None:
    store = Store(folder / ".chiosa", "Lina", small_scheme(tmp_path, "PER", "CONTENT"))
    paths = [folder / f"{ADNKRONOS}.txt"]
    app = ChiosaApp(Desk(paths, store, SharedSuggesting("rules"), single=True))
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        assert {s.label for s in review.annotation.spans} == {"PER", "CONTENT"}
        await go_to(pilot, review, '"tenterà"')
        await pilot.press("s")
        assert "has no label SOURCE" in row(app, "#message")
        await pilot.press("a", "9", "E", "u", "q")
    assert app.return_code == 0


async def test_labels_that_the_scheme_lacks_are_kept(
    open_desk: OpenDesk, folder: Path, store: Store, adnkronos: Article, tmp_path: Path
) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("E", "q")
    smaller = Store(store.root, "Lina", small_scheme(tmp_path, "PER"))
    loaded = smaller.load(adnkronos)
    assert loaded.history == review.history
    assert "labels that the scheme lacks: CONTENT, CUE, DATE, LOC" in loaded.notices[0]
    app = ChiosaApp(Desk(article_paths(folder), smaller, SharedSuggesting("rules")))
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("enter")
        await pilot.pause(0.2)
        await pilot.press("q")
        await settled(pilot)
        await pilot.press("N", "N", "q")
    assert smaller.load(adnkronos).history == review.history


# ---- suggestions --------------------------------------------------------------------------------------


class SlowSuggesting(SharedSuggesting):
    """Proposes only when the test lets it."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self.go = asyncio.Event()

    async def suggest(self, text: str) -> tuple[str, Proposal]:
        await self.go.wait()
        return await super().suggest(text)


async def test_suggestions_that_come_late(folder: Path, store: Store) -> None:
    """The article is read and edited meanwhile; what comes then leaves the decisions alone."""
    suggesting = SlowSuggesting("rules")
    app = ChiosaApp(Desk([folder / f"{ADNKRONOS}.txt"], store, suggesting, single=True))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.1)
        screen = app.screen
        assert isinstance(screen, ArticleScreen)
        assert "suggesting…" in row(app, "#title")
        await pilot.press("slash", *"Emmanuel", "enter", "v", "3", "slash", *"Kiev", "enter", "v")
        suggesting.go.set()
        review = await settled(pilot)
        assert review.selection is not None, "a mode is not disturbed"
        await pilot.press("3", "q")
        here = [s for s in review.annotation.spans if words(review, s).startswith("Emmanuel")]
        assert [(words(review, s), s.label, s.status) for s in here] == [("Emmanuel", "LOC", ACCEPTED)]
        assert len(review.annotation.spans) > 40
    assert store.load(review.article).history == review.history, "suggestions are saved too"


async def test_suggestions_that_come_when_the_article_is_done(folder: Path, store: Store) -> None:
    suggesting = SlowSuggesting("rules")
    app = ChiosaApp(Desk([folder / f"{ADNKRONOS}.txt"], store, suggesting, single=True))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.1)
        await pilot.press("v", "1", "d")
        assert "done: 1 decision" in row(app, "#message")
        suggesting.go.set()
        review = await settled(pilot)
        assert len(review.annotation.spans) == 1


# ---- keys that could do harm --------------------------------------------------------------------------


async def test_a_span_out_of_sight_is_shown_before_it_is_decided(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        for key in ("a", "x", "2", "l", "t"):
            await pilot.press("G", key)
            assert review.history.edits == ()
            assert "once more" in row(app, "#message")
        await pilot.press("a")
        assert len(review.history.edits) == 1


async def test_a_search_makes_what_it_finds_current(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("slash", *"axios", "enter", "a")
        decided = [words(review, s) for s in review.annotation.spans if s.decided]
        assert decided == ["Axios"]
        await pilot.press("slash", *"tycoon", "enter", "a")
        assert "no span here" in row(app, "#message")
        await pilot.press("n")
        assert review.current is not None
        assert review.current.start > review.article.text.index("tycoon")
        before = review.current_id
        await pilot.press("slash", *"Russiax", "enter")
        assert review.current_id == before, "what is not found takes nobody away"
        await pilot.press("slash", *"Russia", "backspace", *["backspace"] * 9, "escape")
        assert review.current_id == before
        assert len([s for s in review.annotation.spans if s.decided]) == 1


async def test_pasted_words_are_searched_and_never_played_as_keys(open_desk: OpenDesk) -> None:
    from textual.events import Paste

    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        app.post_message(Paste("axEd"))
        await pilot.pause()
        assert review.history.edits == ()
        await pilot.press("slash")
        app.post_message(Paste("Casa Bianca\n"))
        await pilot.pause()
        assert "/Casa Bianca" in row(app, "#message")
        await pilot.press("enter")
        assert words(review) == "Casa Bianca"


async def test_d_asks_each_time_anew(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("d", "n", "d", "j", "d", "question_mark", "q", "d")
        assert review.annotation.state != "done"
        await pilot.press("d")
        assert review.annotation.state == "done"
        assert review.undecided == len(review.annotation.spans)


async def test_the_speaker_of_a_quote_longer_than_the_screen(open_desk: OpenDesk, folder: Path) -> None:
    lines = " ".join(f"Frase numero {n} di una lunga dichiarazione." for n in range(60))
    (folder / "lungo.txt").write_text(
        f'Oggi. "{lines}", ha detto Mario Rossi ai cronisti.\n', encoding="utf-8"
    )
    app = open_desk("lungo")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        while review.current is None or review.current.label != "CONTENT":
            await pilot.press("N")
        quote = review.current
        await pilot.press("s", "0", "s")
        prompt = row(app, "#message")
        assert "Mario Rossi" in prompt
        key = prompt.split(" Mario Rossi")[0].split()[-1]
        await pilot.press(key)
        (source,) = review.annotation.linked(quote.id, "source")
        assert words(review, source) == "Mario Rossi"


async def test_candidates_lie_on_tokens_and_the_likeliest_come_first(open_desk: OpenDesk) -> None:
    from tui.candidates import candidates

    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        assert review.tokens is not None
        quotes = [s for s in review.annotation.spans if s.label == "CONTENT"]
        assert len(quotes) >= 6
        text = review.article.text
        for quote in quotes:
            for kind in ("cue", "source"):
                found = candidates(review, kind, quote)
                assert all(review.tokens.fits(c.start, c.end) for c in found)
        pravda = next(q for q in quotes if "pronti a darle" in words(review, q))
        assert text[slice(*_bounds(candidates(review, "cue", pravda)[0]))] == "riferito"


def _bounds(candidate: object) -> tuple[int, int]:
    return candidate.start, candidate.end  # type: ignore[attr-defined]


async def test_t_after_a_decision_is_about_that_decision(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("slash", *"Parigi", "enter", "v", "3")
        assert "t: the same for 2 more" in row(app, "#message")
        await pilot.press("t")
        assert "and 2 more mentions" in row(app, "#message")
        assert [words(review, s) for s in review.annotation.spans] == ["Parigi"] * 3
        await pilot.press("u")
        assert len(review.annotation.spans) == 1


async def test_same_decision_keeps_to_whole_tokens(open_desk: OpenDesk, folder: Path) -> None:
    (folder / "roma.txt").write_text("Roma vince. Vedi www.Roma.it e @Roma a Roma.", encoding="utf-8")
    app = open_desk("roma", model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("v", "3", "t")
        assert [s.start for s in review.annotation.spans] == [0, 39]


async def test_the_list_keeps_what_was_done_while_it_was_read(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        stale = list(screen.entries)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("v", "1", "d")
        await settled(pilot)
        await pilot.press("q")
        await listed(pilot)
        screen._set_entries(stale)
        assert screen.entries[0].progress.state == "done"


async def test_no_text_reaches_a_row_unshielded(open_desk: OpenDesk, folder: Path) -> None:
    hostile = (
        'Il \x1b[2Jministro\x07 \x9b31mRossi\u202e a \x1b]52;c;aGk=\x1b\\Roma. "Sì\x00", ha detto Rossi.'
    )
    (folder / "\x1b[31mx.txt").write_bytes(hostile.encode())
    app = open_desk()
    async with app.run_test(size=(120, 30)) as pilot:
        screen = await listed(pilot)
        seen = [screen.list.render_line(y).text for y in range(5)]
        await pilot.press("g", "enter")
        review = await settled(pilot)
        assert "\x1b" in review.article.text
        for key in ("n", "v", "escape", "slash", "\x1b", "R", "enter", "x", "s", "escape", "N", "N", "s"):
            await pilot.press(key)
            seen += [row(app, name) for name in ("#title", "#message", "#span")]
            view = app.screen.query_one("ArticleView")
            seen += [view.render_line(y).text for y in range(4)]
            panel = app.screen.query_one("#panel", Rows)
            seen += [panel.render_line(y).text for y in range(25)]
        assert not {"\x1b", "\x07", "\x9b", "\u202e", "\x00"} & set("".join(seen))


async def test_a_boundary_may_move_onto_what_was_rejected(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("slash", *"Emmanuel Macron", "enter", "v", "8")
        (span,) = review.annotation.spans
        rejected = span.__class__("s99", span.start + 9, span.end, "SOURCE", "rejected", "rule:test")
        review.history = review.history.absorb(review.annotation.with_spans(add=[rejected]))
        await asyncio.sleep(0.3)  # typed at once, the digit would be a count
        await pilot.press("full_stop")
        assert [(words(review, s), s.status) for s in review.annotation.spans] == [("Macron", ACCEPTED)]
        assert of(review, span).status != SUGGESTED


def test_the_mouse_is_off_over_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.commands.desk import _mouse

    assert _mouse("auto")
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 5 10.0.0.2 22")
    assert (_mouse("auto"), _mouse("on"), _mouse("off")) == (False, True, False)


def test_refused_saves_leave_the_error_to_the_caller(
    store: Store, adnkronos: Article, full_disk: Path
) -> None:
    session = store.open(adnkronos)
    with pytest.raises(StoreError, match="not saved"):
        session.save(session.loaded.history)
    session.close()


async def test_an_article_that_changed_since_it_was_listed_is_read_again(
    open_desk: OpenDesk, folder: Path
) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        (folder / f"{ADNKRONOS}.txt").write_text("Un testo nuovo.", encoding="utf-8")
        await pilot.press("enter")
        review = await settled(pilot)
        assert review.article.text == "Un testo nuovo."
        await pilot.press("q")
        (folder / f"{ADNKRONOS}.txt").unlink()
        await listed(pilot)
        await pilot.press("enter")
        assert "no such file" in row(app, "#message")


async def test_undo_of_a_new_span_stays_near_after_a_restart(open_desk: OpenDesk) -> None:
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("slash", *"partner europei", "enter", "v", "4", "q")
    async with open_desk(ADNKRONOS).run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("u")
        assert review.current is not None
        assert abs(review.current.start - review.article.text.index("partner europei")) < 60
