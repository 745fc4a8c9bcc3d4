"""Two desks under one name: the second is told, may read or take over, and no save hides another's edits."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from desks import SIZE, row, settled
from filelock import FileLock
from test_store import reviewed
from textual.pilot import Pilot

from annotations import atomic, edits
from annotations.article import Article
from annotations.errors import ChiosaError, Overtaken
from annotations.history import History
from annotations.ownership import Owner, owner_path, read_owner
from annotations.saver import SavedElsewhere, Saver
from annotations.scheme import Scheme
from annotations.store import Locked, Store, StoreError
from tui.app import ChiosaApp
from tui.modes.rescue import RescueMode
from tui.screens.article import ArticleScreen

OpenDesk = Callable[..., ChiosaApp]


def one_more(history: History, scheme: Scheme, start: int) -> History:
    changed, _ = edits.add(history.annotation, start, start + 4, "PER", scheme)
    return history.apply("add", changed)


# ---- who has it ---------------------------------------------------------------------------------------


def test_the_second_is_told_by_whom_where_and_since_when(store: Store, adnkronos: Article) -> None:
    session = store.open(adnkronos)
    owner = read_owner(store.path(adnkronos.id))
    assert owner is not None and owner.alive and owner.pid == os.getpid()
    with pytest.raises(Locked) as told:
        store.open(adnkronos)
    assert f"{owner.user} on {owner.host}, process {owner.pid}, since {owner.since[:10]}" in str(told.value)
    session.close()
    assert not owner_path(store.path(adnkronos.id)).exists()


def _hold_until_killed(store: Store, article: Article, ready: object) -> None:
    session = store.open(article)
    ready.set()  # type: ignore[attr-defined]
    signal.pause()
    session.close()


def test_what_a_dead_process_had_is_free(store: Store, adnkronos: Article) -> None:
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    process = context.Process(target=_hold_until_killed, args=(store, adnkronos, ready), daemon=True)
    process.start()
    assert ready.wait(10)
    with pytest.raises(Locked):
        store.open(adnkronos)
    process.kill()
    process.join()
    owner = read_owner(store.path(adnkronos.id))
    assert owner is not None and not owner.alive
    store.open(adnkronos).close()


def test_an_owner_on_another_host_may_be_alive(adnkronos: Article) -> None:
    assert replace(Owner.here("Lina"), host="elsewhere", pid=2**40).alive
    assert not replace(Owner.here("Lina"), pid=2**22 + 1).alive


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": "x"}', '{"a": 1}'])
def test_a_note_that_cannot_be_read_tells_nothing(store: Store, adnkronos: Article, note: str) -> None:
    store.open(adnkronos).close()
    owner_path(store.path(adnkronos.id)).write_text(note)
    store.open(adnkronos).close()


# ---- taking over --------------------------------------------------------------------------------------


def test_after_a_take_over_the_first_saves_no_more(store: Store, adnkronos: Article, scheme: Scheme) -> None:
    first = store.open(adnkronos)
    mine = one_more(first.loaded.history, scheme, 0)
    first.save(mine)
    second = store.open(adnkronos, by_force=True)
    assert second.loaded.history == mine
    theirs = one_more(mine, scheme, 10)
    second.save(theirs)
    with pytest.raises(Overtaken, match="taken it over"):
        first.save(one_more(mine, scheme, 20))
    assert store.load(adnkronos).history == theirs
    first.close()
    assert read_owner(store.path(adnkronos.id)) is not None, "what is the second's stays the second's"
    second.save(one_more(theirs, scheme, 30))
    second.close()
    assert len(store.load(adnkronos).history.edits) == 3


def test_who_has_taken_over_holds_others_off_once_the_first_has_gone(
    store: Store, adnkronos: Article, scheme: Scheme
) -> None:
    first = store.open(adnkronos)
    second = store.open(adnkronos, by_force=True)
    first.close()
    history = one_more(second.loaded.history, scheme, 0)
    second.save(history)
    with pytest.raises(Locked):
        store.open(adnkronos)
    second.save(one_more(history, scheme, 10))
    second.close()
    store.open(adnkronos).close()


def test_a_take_over_while_a_save_ends_is_seen(
    store: Store, adnkronos: Article, scheme: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other has taken the article, saved and gone before the disk has answered."""
    first = store.open(adnkronos)
    mine = one_more(first.loaded.history, scheme, 0)
    first.save(mine)
    others: list[History] = []
    sync = atomic._sync_folder

    def slow(folder: Path) -> None:
        sync(folder)
        if not others:
            second = store.open(adnkronos, by_force=True)
            others.append(one_more(second.loaded.history, scheme, 20))
            second.save(others[0])
            second.close()

    monkeypatch.setattr(atomic, "_sync_folder", slow)
    mine = one_more(mine, scheme, 10)
    first.save(mine)
    with pytest.raises(ChiosaError):
        first.save(one_more(mine, scheme, 30))
    assert store.load(adnkronos).history == others[0]


def test_no_save_writes_over_edits_that_it_has_not_seen(
    store: Store, adnkronos: Article, scheme: Scheme
) -> None:
    """Whatever wrote them: here a copy that was put there by hand."""
    history = reviewed(store, adnkronos)
    session = store.open(adnkronos)
    path = store.path(adnkronos.id)
    other = path.read_bytes().replace(b'"accepted"', b'"rejected"')
    path.write_bytes(other)
    for start in (0, 10):
        with pytest.raises(Overtaken, match="made elsewhere"):
            session.save(one_more(history, scheme, start))
    assert path.read_bytes() == other
    session.close()


def test_a_file_that_comes_while_a_new_article_is_open(
    store: Store, adnkronos: Article, scheme: Scheme
) -> None:
    session = store.open(adnkronos)
    store.path(adnkronos.id).write_text("{}")
    with pytest.raises(Overtaken):
        session.save(one_more(session.loaded.history, scheme, 0))
    session.close()


def test_a_store_that_is_deleted_is_made_anew(store: Store, adnkronos: Article, scheme: Scheme) -> None:
    import shutil

    session = store.open(adnkronos)
    history = one_more(session.loaded.history, scheme, 0)
    session.save(history)
    shutil.rmtree(store.root)
    history = one_more(history, scheme, 10)
    session.save(history)
    assert store.load(adnkronos).history == history
    session.close()


def test_without_locks_the_note_tells(
    store: Store, adnkronos: Article, scheme: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(self: FileLock, *_: object, **__: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(FileLock, "acquire", none)
    first = store.open(adnkronos)
    assert first.lockless
    with pytest.raises(Locked):
        store.open(adnkronos)
    second = store.open(adnkronos, by_force=True)
    second.save(one_more(second.loaded.history, scheme, 0))
    with pytest.raises(Overtaken):
        first.save(one_more(first.loaded.history, scheme, 10))
    first.close()
    second.close()
    assert len(store.load(adnkronos).history.edits) == 1
    store.open(adnkronos).close()


# ---- on the desk --------------------------------------------------------------------------------------


async def _row(pilot: Pilot[None], app: ChiosaApp, words: str) -> str:
    for _ in range(150):
        if words in row(app, "#message"):
            return row(app, "#message")
        await pilot.pause(0.02)
    raise AssertionError(f"{words!r} is not in {row(app, '#message')!r}")


async def test_reading_and_taking_over(
    open_desk: OpenDesk, store: Store, adnkronos: Article, scheme: Scheme
) -> None:
    first = store.open(adnkronos)
    mine = one_more(first.loaded.history, scheme, 0)
    first.save(mine)
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        assert "read only" in row(app, "#title")
        await pilot.press("x")
        assert review.history == mine
        await pilot.press("O")
        assert "O again takes it over" in row(app, "#message")
        await pilot.press("n", "O")
        assert "read only" in row(app, "#title"), "only an O right after the O insists"
        await pilot.press("O")
        review = await settled(pilot)
        assert "read only" not in row(app, "#title")
        await pilot.press("x", "O")
        assert "no other desk" in row(app, "#message")
        await pilot.press("q")
    with pytest.raises(Overtaken):
        first.save(one_more(mine, scheme, 20))
    first.close()
    assert len(store.load(adnkronos).history.edits) == 2
    assert app.desk.problems == []


async def test_the_first_desk_is_told_that_it_was_overtaken(
    open_desk: OpenDesk, store: Store, adnkronos: Article
) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        second = store.open(adnkronos, by_force=True)
        await pilot.press("v", "1")
        await _row(pilot, app, "NOT SAVED")
        assert review.read_only
        before = review.history
        await pilot.press("v", "2", "a")
        assert review.history == before, "no more edits that nobody could save"
        second.close()
        await pilot.press("q")
        await pilot.pause(0.3)
    # the other has made no edit and gone: what was made here could be saved after all
    assert store.load(adnkronos).history == before
    assert app.desk.problems == []


# ---- elsewhere ----------------------------------------------------------------------------------------


@pytest.fixture
def refusing(store: Store, adnkronos: Article) -> Callable[[bool], None]:
    """Makes the store refuse every save, or no more: its file's folder becomes a file."""
    home = store.path(adnkronos.id).parent
    aside = home.with_name("aside")

    def refuse(refuses: bool) -> None:
        if refuses:
            home.rename(aside)
            home.write_text("")
        else:
            home.unlink()
            aside.rename(home)

    return refuse


async def test_saved_elsewhere_until_the_store_takes_it(
    open_desk: OpenDesk, store: Store, adnkronos: Article, refusing: Callable[[bool], None]
) -> None:
    rescue = store.root.parent.parent / "rescue"
    elsewhere = Store(rescue, "Lina", store.scheme)
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("W")
        assert "all is saved" in row(app, "#message")
        refusing(True)
        await pilot.press("v", "1")
        assert "W saves elsewhere" in await _row(pilot, app, "not saved")
        await pilot.press("W")
        screen = app.screen
        assert isinstance(screen, ArticleScreen) and isinstance(screen.mode, RescueMode)
        assert screen.mode.words.endswith("rescue")
        screen.mode.words = str(store.root)
        await pilot.press("enter")
        assert "name a folder elsewhere" in row(app, "#message")
        screen.mode.words = str(adnkronos.path)
        await pilot.press("enter")
        assert "cannot be written" in row(app, "#message")
        screen.mode.words = str(rescue)
        await pilot.press("enter")
        await _row(pilot, app, "saved as")
        assert elsewhere.load(adnkronos).history == review.history
        await pilot.press("2")
        await pilot.pause(0.1)
        assert elsewhere.load(adnkronos).history == review.history
        refusing(False)
        await pilot.press("u")
        await pilot.pause(0.3)
        assert row(app, "#message") == "" or "saved as" not in row(app, "#message")
        assert store.load(adnkronos).history == review.history
        assert not elsewhere.load(adnkronos).exists, "no second copy stays behind"
        await pilot.press("q")
    assert app.desk.problems == []


async def test_leaving_while_the_store_refuses(
    open_desk: OpenDesk, store: Store, adnkronos: Article, refusing: Callable[[bool], None]
) -> None:
    rescue = store.root.parent.parent / "rescue"
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        refusing(True)
        await pilot.press("v", "1")
        await _row(pilot, app, "not saved")
        await pilot.press("W")
        assert isinstance(app.screen, ArticleScreen) and isinstance(app.screen.mode, RescueMode)
        app.screen.mode.words = str(rescue)
        await pilot.press("enter", "q")
    assert Store(rescue, "Lina", store.scheme).load(adnkronos).history == review.history
    (problem,) = app.desk.problems
    assert f"chiosa --store {rescue}" in problem
    refusing(False)


def test_a_refuge_that_refuses_too(
    store: Store, adnkronos: Article, scheme: Scheme, refusing: Callable[[bool], None]
) -> None:
    session = store.open(adnkronos)
    saver = Saver(session)
    history = one_more(session.loaded.history, scheme, 0)
    refusing(True)
    saver.submit(history)
    rescue = Store(store.root.parent.parent / "rescue", "Lina", scheme)
    refuge = rescue.open(adnkronos)
    (rescue.root / "texts").write_text("")
    error = saver.take_refuge(refuge)
    assert isinstance(error, StoreError) and not isinstance(error, SavedElsewhere)
    refusing(False)
    assert saver.close() is None
    assert store.load(adnkronos).history == history
