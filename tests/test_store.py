"""The store: what is saved comes back, whatever happens to the process or to the article."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import stat
import threading
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from test_history import proposals, step_on, steps
from tinydb import TinyDB

from annotations import edits
from annotations.annotation import Annotation
from annotations.article import Article, load_article, make_article
from annotations.atomic import write_atomically
from annotations.history import History
from annotations.migrations import SCHEMA
from annotations.saver import Saver
from annotations.scheme import Scheme, default_scheme
from annotations.storage import AtomicJSONStorage
from annotations.store import Loaded, Locked, Progress, Store, StoreError, file_name


def reviewed(store: Store, article: Article, words: tuple[str, ...] = ("Macron", "Parigi")) -> History:
    """Mark some words as PER, save, and give the article back."""
    session = store.open(article)
    history = session.loaded.history
    for word in words:
        start = article.text.index(word)
        changed, _ = edits.add(history.annotation, start, start + len(word), "PER", store.scheme)
        history = history.apply("add", changed, "s1")
    session.save(history)
    session.close()
    return history


def test_a_history_comes_back(store: Store, adnkronos: Article, scheme: Scheme) -> None:
    history = reviewed(store, adnkronos)
    loaded = store.load(adnkronos)
    assert loaded == Loaded(history)
    assert loaded.history.undo(scheme) == history.undo(scheme)
    assert store.progress(adnkronos) == Progress("in progress", 2, 2)


def test_tinydb_reads_the_file(store: Store, adnkronos: Article) -> None:
    history = reviewed(store, adnkronos)
    with TinyDB(store.path(adnkronos.id)) as database:
        (meta,) = database.table("meta").all()
        assert (meta["schema"], meta["sha256"]) == (SCHEMA, adnkronos.sha256)
        assert len(database.table("edits")) == len(history.edits) == 2
        assert database.table("annotation").get(doc_id=1)["annotator"] == "Lina"  # type: ignore[index,call-overload]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(proposals(), steps)
def test_any_history_survives_save_and_load(
    tmp_path_factory: pytest.TempPathFactory, first: object, row: list[object]
) -> None:
    from test_history import SCHEME, TEXT

    store = Store(tmp_path_factory.mktemp("store"), "Lina", SCHEME)
    article = make_article(TEXT, Path("a.txt"))
    history = step_on(History(Annotation("Lina")), first)
    session = store.open(article)
    for step in row:
        history = step_on(history, step)
        session.save(history)
        assert store.load(article).history == history
    session.close()


def test_two_annotators_never_share_a_file(store: Store, adnkronos: Article, scheme: Scheme) -> None:
    reviewed(store, adnkronos)
    other = Store(store.root, "Ugo", scheme)
    assert not other.load(adnkronos).exists
    session = other.open(adnkronos)
    session.close()
    names = ["Lina", "lina ", "a/b", "..", ".hidden", "è", "%2F", "con\n", "x" * 300, "y" * 300, "*"]
    files = {file_name(name) for name in names}
    assert len(files) == len(names)
    assert all("/" not in f and not f.startswith(".") and len(f.encode()) < 250 for f in files)


def test_a_second_desk_is_told(store: Store, adnkronos: Article, scheme: Scheme) -> None:
    session = store.open(adnkronos)
    with pytest.raises(Locked, match="open in another desk"):
        Store(store.root, "Lina", scheme).open(adnkronos)
    session.close()
    store.open(adnkronos).close()


def test_undo_then_another_edit_rewrites_the_edits(store: Store, adnkronos: Article, scheme: Scheme) -> None:
    history = reviewed(store, adnkronos).undo(scheme)
    changed, _ = edits.add(history.annotation, 0, 5, "MISC", scheme)
    history = history.apply("add", changed)
    session = store.open(adnkronos)
    session.save(history)
    session.close()
    assert store.load(adnkronos).history == history


# ---- a text that changes on disk ----------------------------------------------------------------------


def test_spans_are_carried_over_to_a_changed_text(store: Store, adnkronos: Article) -> None:
    reviewed(store, adnkronos, ("Macron", "Parigi", "Donald Trump"))
    text = adnkronos.text.replace("il presidente Emmanuel", "il capo dello Stato").replace(
        "Donald Trump", "Donald J. Trump"
    )
    adnkronos.path.write_text("Nuovo titolo\n\n" + text, encoding="utf-8")
    changed = load_article(adnkronos.path)
    loaded = store.load(changed)
    spans = loaded.history.annotation.spans
    found = [(changed.text[s.start : s.end], s.status) for s in spans]
    assert found == [("Macron", "accepted"), ("Parigi", "accepted"), ("Donald J. Trump", "accepted")]
    assert "3 spans carried over" in loaded.notices[0]
    assert "PER «Donald J. Trump», which is accepted, has other words now" in loaded.notices[1]
    assert loaded.history.edits == ()


def test_spans_that_no_longer_fit_are_listed_and_kept(
    store: Store, adnkronos: Article, scheme: Scheme
) -> None:
    reviewed(store, adnkronos, ("Macron", "Axios"))
    adnkronos.path.write_text(adnkronos.text.replace("Axios", "un sito"), encoding="utf-8")
    changed = load_article(adnkronos.path)
    session = store.open(changed)
    assert [m.words for m in session.loaded.misfits] == ["Axios"]
    session.save(session.loaded.history)
    session.close()
    again = store.load(changed)
    assert [m.words for m in again.misfits] == ["Axios"]
    assert again.notices == ()
    assert [changed.text[s.start : s.end] for s in again.history.annotation.spans] == ["Macron"]
    (previous,) = store.path(adnkronos.id).parent.glob("*.previous")
    assert len(json.loads(previous.read_text())["annotation"]["1"]["spans"]) == 2


def test_a_done_article_with_new_words_is_in_progress_again(store: Store, adnkronos: Article) -> None:
    session = store.open(adnkronos)
    history = session.loaded.history
    session.save(history.apply("done", edits.set_state(history.annotation, "done")))
    session.close()
    adnkronos.path.write_text(adnkronos.text + " Altro.", encoding="utf-8")
    assert store.load(load_article(adnkronos.path)).history.annotation.state == "in progress"


def test_a_moved_paragraph_takes_its_spans_along(store: Store, adnkronos: Article) -> None:
    history = reviewed(store, adnkronos, ("Macron", "Axios"))
    paragraphs = adnkronos.text.split("\n\n")
    adnkronos.path.write_text("\n\n".join([*paragraphs[3:], *paragraphs[:3]]), encoding="utf-8")
    changed = load_article(adnkronos.path)
    loaded = store.load(changed)
    words = {changed.text[s.start : s.end] for s in loaded.history.annotation.spans}
    assert words == {"Macron", "Axios"}
    assert len(history.annotation.spans) == 2


# ---- files that are damaged or cannot be written ------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"meta": 3}',
        b"\xff\xfe\x00",
        b'{"meta": {"1": {}}, "annotation": {}}',
        b'{"meta":{"1":{"schema":1,"sha256":"SHA"}},"annotation":{"1":{"spans":[{"id":1}],"state":"new"}}}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_is_named_and_left_alone(store: Store, adnkronos: Article, raw: bytes) -> None:
    path = store.path(adnkronos.id)
    path.parent.mkdir(parents=True)
    raw = raw.replace(b"SHA", adnkronos.sha256.encode())
    path.write_bytes(raw)
    for attempt in (lambda: store.load(adnkronos), lambda: store.open(adnkronos)):
        with pytest.raises(StoreError) as caught:
            attempt()
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)
    assert path.read_bytes() == raw


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start", "0"),
        ("end", 10**9),
        ("start", -1),
        ("status", "maybe"),
        ("score", "high"),
        ("label", 3),
        ("end", 1.5),
    ],
)
def test_wrong_values_are_noticed(store: Store, adnkronos: Article, field: str, value: object) -> None:
    reviewed(store, adnkronos)
    path = store.path(adnkronos.id)
    data = json.loads(path.read_text())
    data["annotation"]["1"]["spans"][0][field] = value
    path.write_text(json.dumps(data))
    with pytest.raises(StoreError, match="damaged"):
        store.load(adnkronos)


def test_a_file_of_a_later_version(store: Store, adnkronos: Article) -> None:
    reviewed(store, adnkronos)
    path = store.path(adnkronos.id)
    path.write_text(path.read_text().replace(f'"schema":{SCHEMA}', f'"schema":{SCHEMA + 1}'))
    with pytest.raises(StoreError, match="update it"):
        store.load(adnkronos)


def test_a_store_that_cannot_be_written(tmp_path: Path, adnkronos: Article, scheme: Scheme) -> None:
    (tmp_path / "file").write_text("no folder")
    store = Store(tmp_path / "file" / "store", "Lina", scheme)
    with pytest.raises(StoreError, match="cannot be written"):
        store.check_writable()
    with pytest.raises(StoreError, match="cannot be written"):
        store.open(adnkronos)


def test_permissions_are_those_of_the_umask_and_then_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    old = os.umask(0o027)
    try:
        write_atomically(path, b"1")
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o600)
    write_atomically(path, b"2")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_batch_that_fails_writes_nothing(tmp_path: Path) -> None:
    storage = AtomicJSONStorage(tmp_path / "a.json")
    storage.write({"t": {"1": {"n": 1}}})
    database = TinyDB(storage=lambda: storage)
    with pytest.raises(RuntimeError), storage.batch():
        database.table("t").insert({"n": 2})
        raise RuntimeError
    assert AtomicJSONStorage(tmp_path / "a.json").read() == {"t": {"1": {"n": 1}}}
    assert storage.read() == {"t": {"1": {"n": 1}}}


def _save_for_ever(root: Path, path: Path, ready: object) -> None:
    store = Store(root, "Lina", default_scheme())
    article = load_article(path)
    session = store.open(article)
    history = session.loaded.history
    ready.set()  # type: ignore[attr-defined]
    while True:
        for start in range(0, 200, 10):
            changed, _ = edits.add(history.annotation, start, start + 8, "PER", store.scheme)
            history = history.apply("add", changed)
            session.save(history)
        for span in list(history.annotation.spans):
            history = history.apply("delete", edits.delete(history.annotation, span.id))
            session.save(history)


def test_a_kill_damages_nothing(store: Store, adnkronos: Article) -> None:
    """Ten kills in the middle of saving; the file is whole after each, and the lock is free."""
    context = multiprocessing.get_context("fork")
    for number in range(10):
        ready = context.Event()
        process = context.Process(target=_save_for_ever, args=(store.root, adnkronos.path, ready))
        process.start()
        assert ready.wait(20)
        time.sleep(0.02 + 0.013 * number)
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        store.load(adnkronos)
        store.open(adnkronos).close()
    assert not list(store.path(adnkronos.id).parent.glob("*.tmp"))


# ---- the saving thread --------------------------------------------------------------------------------


def test_the_saver_writes_the_last_of_many(store: Store, adnkronos: Article, scheme: Scheme) -> None:
    session = store.open(adnkronos)
    reports: list[Exception | None] = []
    saver = Saver(session, reports.append)
    history = session.loaded.history
    for start in range(0, 100, 5):
        changed, _ = edits.add(history.annotation, start, start + 4, "PER", scheme)
        history = history.apply("add", changed)
        saver.submit(history)
    assert saver.close() is None
    assert store.load(adnkronos).history == history
    assert set(reports) == {None}
    store.open(adnkronos).close()


def test_the_saver_reports_and_tries_again(
    store: Store, adnkronos: Article, scheme: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.saver.RETRY", 0.05)
    session = store.open(adnkronos)
    reports: list[Exception | None] = []
    recovered = threading.Event()

    def report(error: Exception | None) -> None:
        reports.append(error)
        if error is None:
            recovered.set()

    # A folder where the temporary file should go is a disk that refuses to be written.
    block = store.path(adnkronos.id).with_name(f".{adnkronos.id}.json.{os.getpid()}.tmp")
    block.mkdir(parents=True)
    saver = Saver(session, report)
    changed, _ = edits.add(session.loaded.history.annotation, 0, 4, "PER", scheme)
    history = session.loaded.history.apply("add", changed)
    saver.submit(history)
    assert isinstance(saver.flush(), StoreError)
    assert "not saved" in str(reports[0])
    block.rmdir()
    assert recovered.wait(10)
    assert saver.close() is None
    assert store.load(adnkronos).history == history


def test_a_file_that_was_seen_is_not_read_again(
    store: Store, adnkronos: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = reviewed(store, adnkronos)
    seen = store.load(adnkronos)
    monkeypatch.setattr("annotations.store.stored", lambda path: pytest.fail("it was read"))
    session = store.open(adnkronos, seen=seen)
    assert session.loaded is seen
    later = history.apply("reject", edits.reject(history.annotation, "s1"), "s1")
    session.save(later)
    session.close()
    monkeypatch.undo()
    assert store.load(adnkronos).history == later


def test_a_file_that_has_changed_since_it_was_seen_is_read_again(store: Store, adnkronos: Article) -> None:
    for words in (("Macron",), ("Parigi",)):  # first where there was none, then where there was one
        seen = store.load(adnkronos)
        history = reviewed(store, adnkronos, words)
        session = store.open(adnkronos, seen=seen)
        assert session.loaded.history == history
        session.close()


def test_tables_that_are_not_ours_stay(store: Store, adnkronos: Article) -> None:
    history = reviewed(store, adnkronos)
    with TinyDB(store.path(adnkronos.id)) as database:
        database.table("of the newsroom").insert({"desk": "Esteri"})
    session = store.open(adnkronos)
    session.save(history.apply("reject", edits.reject(history.annotation, "s1"), "s1"))
    session.close()
    with TinyDB(store.path(adnkronos.id)) as database:
        assert database.table("of the newsroom").all() == [{"desk": "Esteri"}]
        assert len(database.table("edits")) == 3
