"""What the list shows: filtering and sorting without a screen, and the folder that is looked at."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations import language
from annotations.annotation import DONE, IN_PROGRESS, NEW
from annotations.article import Article, ArticleError
from annotations.folder import FolderError, Watched
from annotations.store import Progress
from tui.listing import BY_FILE, ORDERS, Entry, Listing, Order, folded, grouped


def entry(
    name: str,
    title: str = "",
    date: str | None = None,
    agency: str | None = None,
    progress: Progress = Progress(),  # noqa: B008
    fault: str = "",
) -> Entry:
    path = Path(f"/news/{name}.txt")
    return Entry(path, Article(name, path, "", title, date, agency), progress, fault)


def listing(*entries: Entry) -> Listing:
    made = Listing()
    made.update(entries)
    return made


def names(made: Listing) -> list[str]:
    return [shown.path.stem for shown in made.shown]


def order(made: Listing, name: str) -> None:
    while made.order.name != name:
        made.next_order()


NEWS = (
    entry("a", "La città è «più verde»", "2025-09-04", "Adnkronos", Progress(NEW, 0, 4, 0.3)),
    entry("b", "«Nessun treno»: l’inchiesta", "2025-08-30", "ANSA", Progress(IN_PROGRESS, 1, 9, 0.62, 2)),
    entry("c", "Il bilancio della città", None, None, Progress(DONE, 3, 4, 0.9)),
    entry("d", "Un ponte a Bari", "2025-09-04", "askanews"),
)


@pytest.fixture
def italian(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANGUAGE", "it")
    language.use(None)
    yield
    monkeypatch.undo()
    language.use(None)


# ---- the filter --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("città", "ac"),
        ("CITTA", "ac"),
        ("citta\u0300 verde", "a"),
        ("verde città", "a"),
        ("l'inchiesta", "b"),
        ("l’inchiesta", "b"),
        ("ansa", "b"),
        ("2025-09", "ad"),
        ("in progress", "b"),
        ("done", "c"),
        ("ponte ansa", ""),
        ("  ", "abcd"),
        ("", "abcd"),
    ],
)
def test_all_words_have_to_be_somewhere(words: str, found: str) -> None:
    made = listing(*NEWS)
    made.narrow(words)
    assert names(made) == list(found)
    assert made.found == len(found)


def test_the_id_and_the_name_of_a_file_that_is_no_article_are_found() -> None:
    made = listing(
        entry("ansa-041", "Treni"), Entry(Path("/news/vuoto.txt"), None, fault="vuoto.txt: is empty")
    )
    made.narrow("041")
    assert names(made) == ["ansa-041"]
    made.narrow("vuoto")
    assert names(made) == ["vuoto"]
    assert (made.articles, made.faults, made.found) == (1, 1, 0)


def test_states_are_found_by_the_words_that_are_shown(italian: None) -> None:
    made = listing(*(entry(e.path.stem, e.title, progress=e.progress) for e in NEWS))
    made.narrow("in corso")
    assert names(made) == ["b"]
    made.narrow("progress")
    assert names(made) == []


def test_thousands_are_set_apart_as_the_language_has_it(italian: None) -> None:
    assert (grouped(104), grouped(2104), grouped(1000000)) == ("104", "2.104", "1.000.000")
    language.use("en")
    assert grouped(2104) == "2,104"


WORDS = st.text("aàÀbB'’ 1-", max_size=6)


@given(st.lists(WORDS, max_size=8), WORDS, st.characters(codec="utf-8"))
def test_each_letter_narrows(titles: list[str], words: str, letter: str) -> None:
    made = listing(*(entry(str(number), title) for number, title in enumerate(titles)))
    made.narrow(words)
    before = names(made)
    made.narrow(words + letter)
    assert set(names(made)) <= set(before)
    made.narrow(words)
    assert names(made) == before


@given(st.text(max_size=20))
def test_a_title_is_found_by_its_own_words_however_they_are_written(title: str) -> None:
    made = listing(entry("x", title))
    for words in (title, folded(title), title.lower()):
        made.narrow(words)
        assert folded(words) != folded(title) or names(made) == ["x"]


# ---- the order ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows", "other_way"),
    [
        ("file", "abcd", "dcba"),
        ("date", "adbc", "badc"),
        ("state", "badc", "cadb"),
        ("doubt", "bacd", "abcd"),
        ("agency", "abdc", "dbac"),
        ("title", "cabd", "dbac"),
    ],
)
def test_orders(name: str, rows: str, other_way: str) -> None:
    made = listing(*NEWS)
    order(made, name)
    assert "".join(names(made)) == rows
    made.reverse()
    assert "".join(names(made)) == other_way


def test_orders_come_round_and_begin_their_own_way() -> None:
    made = listing(*NEWS)
    made.reverse()
    seen = []
    for _ in ORDERS:
        made.next_order()
        seen.append(made.order)
        assert made.falls == made.order.falls
    assert seen == [*ORDERS[1:], BY_FILE]


def test_what_cannot_be_opened_comes_last_unless_by_name() -> None:
    damaged = entry("b2", "Aa", "2030-01-01", "AAA", fault="is damaged")
    made = listing(*NEWS, damaged, Entry(Path("0.txt"), None, fault="0.txt: is empty"))
    assert names(made) == ["0", "a", "b", "b2", "c", "d"]
    for one in ORDERS[1:]:
        order(made, one.name)
        assert names(made)[-2:] == ["0", "b2"]
        made.reverse()
        assert names(made)[-2:] == ["0", "b2"]


PROGRESS = st.builds(
    Progress,
    st.sampled_from([NEW, IN_PROGRESS, DONE]),
    st.integers(0, 3),
    st.just(3),
    st.sampled_from([0.2, 0.7]),
)
ENTRIES = st.lists(
    st.builds(
        entry,
        st.text("abXY", min_size=1, max_size=4),
        st.sampled_from(["", "Uno", "uno", "Due"]),
        st.sampled_from([None, "2025-01-01", "2024-01-01"]),
        st.sampled_from([None, "ANSA", "AGI"]),
        PROGRESS,
        st.sampled_from(["", "", "damaged"]),
    ),
    max_size=12,
    unique_by=lambda e: e.name,
)


@given(ENTRIES, st.sampled_from(ORDERS), st.booleans(), WORDS)
def test_sorting_is_stable_and_loses_none(entries: list[Entry], one: Order, back: bool, words: str) -> None:
    made = listing(*entries)
    while made.order is not one:
        made.next_order()
    if back:
        made.reverse()
    assert sorted(names(made)) == sorted(e.path.stem for e in entries)
    keyed = [made.order.key(e) for e in made.shown if not e.fault or made.order is BY_FILE]
    known = [key for key in keyed if key is not None]
    assert known == sorted(known, reverse=made.falls)
    assert keyed[: len(known)] == known, "what has no key is last"
    for first, second in zip(made.shown, made.shown[1:], strict=False):
        if made.order is not BY_FILE and made.order.key(first) == made.order.key(second):
            assert bool(first.fault) < bool(second.fault) or first.place < second.place
    rows = names(made)
    made.narrow(words)
    assert names(made) == [name for name in rows if name in names(made)]


def test_entries_come_change_and_go_in_the_order_and_the_filter_at_hand() -> None:
    made = listing(*NEWS)
    order(made, "date")
    made.narrow("2025")
    made.update(
        [entry("b", "Altro", "2025-09-30"), entry("z", "Nuovo", "2025-09-05")], gone=["a.txt", "none"]
    )
    assert names(made) == ["b", "z", "d"]
    assert [e.path.stem for e in made.entries] == ["b", "c", "d", "z"]
    assert made.row_of("z.txt") == 1
    assert made.row_of("c.txt") is None


# ---- the folder --------------------------------------------------------------------------------------


def write(path: Path, text: str, at: int) -> Path:
    """Write a file as if at some second, so that no test hangs on the clock of the file system."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))
    return path


def told(watched: Watched) -> tuple[list[str], list[str]]:
    changes = watched.look()
    return [path.name for path in changes.changed], [path.name for path in changes.gone]


def test_a_new_file_is_told_when_two_looks_have_seen_the_same(tmp_path: Path) -> None:
    old = write(tmp_path / "old.txt", "Testo.", 1)
    watched = Watched(tmp_path, [old])
    assert not watched.look()
    write(tmp_path / "new.txt", "Te", 2)
    write(tmp_path / "note.md", "Non un articolo.", 2)
    assert not watched.look()
    write(tmp_path / "new.txt", "Testo", 3)
    assert not watched.look(), "it is still growing"
    assert told(watched) == (["new.txt"], [])
    assert not watched.look()
    found = watched.read(tmp_path / "new.txt")
    assert isinstance(found, Article)
    assert found.text == "Testo"


def test_an_empty_file_waits(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    write(tmp_path / "a.txt", "", 1)
    assert not any(watched.look() for _ in range(4))
    write(tmp_path / "a.txt", "Testo.", 2)
    assert not watched.look()
    assert told(watched) == (["a.txt"], [])


def test_a_file_that_changes_is_told_and_one_that_is_emptied_is_not(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "Testo.", 1)
    watched = Watched(tmp_path, [path])
    write(path, "Testa.", 2)
    assert [told(watched)[0] for _ in range(3)] == [[], ["a.txt"], []]
    write(path, "", 3)
    assert not any(watched.look() for _ in range(3))


def test_a_file_is_gone_when_two_looks_miss_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "Testo.", 1)
    watched = Watched(tmp_path, [path])
    path.unlink()
    assert not watched.look()
    write(path, "Testo.", 1)
    assert not any(watched.look() for _ in range(3)), "it was only put anew"
    path.unlink()
    assert [told(watched)[1] for _ in range(3)] == [[], ["a.txt"], []]


def test_a_file_that_was_missing_from_the_beginning_is_gone(tmp_path: Path) -> None:
    assert told(Watched(tmp_path, [tmp_path / "a.txt"])) == ([], ["a.txt"])


def test_a_name_that_becomes_free_goes_to_the_file_that_was_refused(tmp_path: Path) -> None:
    first = write(tmp_path / "a.TXT", "Primo.", 1)
    second = write(tmp_path / "a.txt", "Secondo.", 1)
    watched = Watched(tmp_path, [first, second])
    assert isinstance(watched.read(first), Article)
    refused = watched.read(second)
    assert isinstance(refused, ArticleError)
    assert "has the same name as a.TXT" in str(refused)
    assert isinstance(watched.read(first), Article), "read again, it keeps its name"
    first.unlink()
    watched.look()
    assert told(watched) == (["a.txt"], ["a.TXT"])
    assert isinstance(watched.read(second), Article)


def test_a_folder_that_vanishes_takes_no_article_along(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    path = write(folder / "a.txt", "Testo.", 1)
    watched = Watched(folder, [path])
    folder.rename(tmp_path / "away")
    for _ in range(3):
        with pytest.raises(FolderError, match="is gone"):
            watched.look()
    (tmp_path / "away").rename(folder)
    assert not watched.look()


def test_what_is_in_the_way_is_no_article(tmp_path: Path) -> None:
    watched = Watched(tmp_path)
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "nowhere.txt").symlink_to(tmp_path / "none")
    (tmp_path / "round.txt").symlink_to(tmp_path / "round.txt")
    write(tmp_path / ".txt", "Testo.", 1)
    assert not any(watched.look() for _ in range(3))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "remove", "look"]), st.sampled_from("abc"), st.sampled_from(["x", "yy"])
    ),
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_after_two_quiet_looks_all_is_known(steps: list[tuple[str, str, str]]) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        known: dict[str, str] = {"a.txt": "x"}
        watched = Watched(folder, [write(folder / "a.txt", "x", 1)])

        def look() -> None:
            changes = watched.look()
            for path in changes.gone:
                del known[path.name]
            for path in changes.changed:
                known[path.name] = path.read_text(encoding="utf-8")

        for second, (step, name, text) in enumerate(steps, 2):
            if step == "write":
                write(folder / f"{name}.txt", text, second)
            elif step == "remove":
                (folder / f"{name}.txt").unlink(missing_ok=True)
            else:
                look()
        look()
        look()
        assert known == {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
        assert not watched.look()
    finally:
        shutil.rmtree(folder)


AGENCIES = ["ANSA", "Adnkronos", None]
found = st.builds(
    entry,
    st.sampled_from("abcdefghij"),
    st.sampled_from(["Roma", "«La città»", "Bari, un ponte", ""]),
    st.sampled_from(["2025-09-04", "2025-08-30", None]),
    st.sampled_from(AGENCIES),
    st.builds(Progress, st.sampled_from([NEW, IN_PROGRESS, DONE]), st.just(1), st.integers(1, 5),
              st.sampled_from([0.0, 0.3, 0.9])),
    st.sampled_from(["", "", "", "cannot be read"]),
)  # fmt: skip
doings = st.one_of(
    st.tuples(
        st.just("found"), st.lists(found, max_size=4), st.sets(st.sampled_from("abcdefghij"), max_size=2)
    ),
    st.tuples(
        st.just("words"), st.sampled_from(["", "r", "ro", "roma", "roma b", "la cit", "bari"]), st.just(())
    ),
    st.tuples(st.just("order"), st.just(()), st.just(())),
    st.tuples(st.just("reverse"), st.just(()), st.just(())),
)


@settings(deadline=None)
@given(st.lists(doings, max_size=15))
def test_a_list_that_grows_and_is_narrowed_bit_by_bit_is_that_made_at_once(doings: list[tuple]) -> None:
    grown = Listing()
    known: dict[str, Entry] = {}
    for what, first, second in doings:
        if what == "found":
            gone = [f"{stem}.txt" for stem in second]
            grown.update(first, gone)
            known.update((one.name, one) for one in first)
            for name in gone:
                known.pop(name, None)
        elif what == "words":
            grown.narrow(first)
        elif what == "order":
            grown.next_order()
        else:
            grown.reverse()
        at_once = listing(*sorted(known.values(), key=lambda one: one.place))
        while at_once.order is not grown.order:
            at_once.next_order()
        if at_once.falls != grown.falls:
            at_once.reverse()
        at_once.narrow(grown.words)
        assert grown.shown == at_once.shown and grown.entries == at_once.entries
        assert (grown.done, grown.faults, grown.found) == (at_once.done, at_once.faults, at_once.found)


def test_letters_that_go_on_a_filter_are_looked_for_in_what_is_shown_only() -> None:
    made = listing(*NEWS)
    made.narrow("città")
    looked: list[str] = []

    class Words(str):
        def __contains__(self, word: str) -> bool:
            looked.append(word)
            return super().__contains__(word)

    for one in made.entries:
        object.__setattr__(one, "words", Words(one.words))
    made.narrow("città ")
    made.narrow("città p")
    assert names(made) == ["a"] and len(looked) == 2 + 4
    made.narrow("b")
    assert names(made) == ["b", "c", "d"]
