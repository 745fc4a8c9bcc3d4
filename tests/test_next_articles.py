"""The next article that teaches most: the order itself, ``chiosa next``, and the desk's list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import SharedSuggesting
from hypothesis import given
from hypothesis import strategies as st
from test_command_line import chiosa, one_line

from annotations.annotation import DONE, IN_PROGRESS, NEW, SUGGESTED, Annotation, Span
from annotations.article import load_article
from annotations.folder import article_paths
from annotations.next_articles import BEGUN, DOUBT, RANDOM, RANDOM_EVERY, Candidate, known, lot, next_articles
from annotations.scheme import default_scheme
from annotations.store import Store
from tui.app import ChiosaApp
from tui.desk import Desk
from tui.screens.article import ArticleScreen
from tui.screens.articles import ArticlesScreen

SCHEME = default_scheme()
NAMES = [f"a{number:02}" for number in range(12)]


def candidate(state: str = NEW, suggested: bool = True, doubt: float = 0.2, lot: float = 0.5) -> Candidate:
    return Candidate(state, suggested, 10 if suggested else 0, doubt if suggested else 0, lot)


CANDIDATES = st.lists(
    st.builds(
        candidate,
        st.sampled_from([NEW, NEW, NEW, IN_PROGRESS, DONE]),
        st.sampled_from([True, True, False]),
        st.floats(0, 1),
        st.floats(0, 1),
    ),
    max_size=30,
)


@given(CANDIDATES)
def test_each_article_that_is_not_done_has_one_place(candidates: list[Candidate]) -> None:
    places = next_articles(candidates)
    todo = [index for index, one in enumerate(candidates) if one.state != DONE]
    assert sorted(place.index for place in places) == todo
    assert next_articles(candidates) == places


@given(CANDIDATES)
def test_the_doubtful_fall_in_doubt_and_the_random_rise_in_lot(candidates: list[Candidate]) -> None:
    places = next_articles(candidates)
    worths = [candidates[p.index].worth for p in places if p.reason == DOUBT]
    lots = [candidates[p.index].lot for p in places if p.reason == RANDOM]
    assert worths == sorted(worths, reverse=True)
    assert lots == sorted(lots)
    reasons = [p.reason for p in places]
    if known(candidates):
        assert reasons[: reasons.count(BEGUN)] == [BEGUN] * reasons.count(BEGUN)


def test_an_editor_who_always_takes_the_first_gets_a_random_one_at_every_fourth_place() -> None:
    candidates = [candidate(doubt=n / 40, lot=n / 40) for n in range(40)]
    reasons = []
    for _ in range(20):
        first = next_articles(candidates)[0]
        reasons.append(first.reason)
        candidates[first.index] = candidate(DONE)
    assert [n for n, reason in enumerate(reasons) if reason == RANDOM] == list(
        range(RANDOM_EVERY - 1, 20, RANDOM_EVERY)
    )


def test_without_suggestions_articles_stay_as_they_are() -> None:
    candidates = [candidate(suggested=False, lot=1 - n / 9) for n in range(9)]
    assert [place.index for place in next_articles(candidates)] == list(range(9))
    candidates[5] = candidate()  # what the desk opened has suggestions
    assert [place.index for place in next_articles(candidates)] == list(range(9))


def test_lots_are_the_same_everywhere_and_spread_evenly() -> None:
    assert lot("adnkronos-2025-09-04") == pytest.approx(0.188356, abs=1e-6)
    lots = [lot(f"article-{number}") for number in range(1000)]
    assert [sum(low <= one < low + 0.25 for one in lots) for low in (0, 0.25, 0.5, 0.75)] == pytest.approx(
        [250] * 4, abs=50
    )


# ---- the command and the list ---------------------------------------------------------------------------


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Twelve articles with a suggestion in each; the later ones are the more doubtful."""
    folder = tmp_path / "news"
    folder.mkdir()
    store = Store(folder / ".chiosa", "Lina", SCHEME)
    for number, name in enumerate(NAMES):
        path = folder / f"{name}.txt"
        path.write_text("A Roma piove, e Anna resta a casa.\n", encoding="utf-8")
        span = Span("s1", 2, 6, "LOC", SUGGESTED, "model:x@1", 1 - number / 12)
        session = store.open(load_article(path))
        session.save(session.loaded.history.absorb(Annotation("Lina", NEW, (span,), next_id=2)))
        session.close()
    return folder


def json_of(*arguments: object) -> list[dict[str, Any]]:
    run = chiosa("next", *arguments, "--json")
    assert run.returncode == 0, run.stderr
    found: list[dict[str, Any]] = json.loads(run.stdout)
    return found


def test_next_names_the_most_doubtful_and_random_ones(news: Path) -> None:
    run = chiosa("next", news)
    assert (run.returncode, run.stderr) == (0, "")
    path, reason = run.stdout.rstrip("\n").split("\t")
    assert (path, reason) == (str(news / "a11.txt"), "doubt: 1 span, about 1 wrong")
    found = json_of(news, "-n", "5")
    assert [one["reason"] for one in found] == ["doubt", "doubt", "doubt", "random", "doubt"]
    assert [one["id"] for one in found[:3]] == ["a11", "a10", "a09"]
    assert found[3]["id"] == min(NAMES[:9], key=lot)
    assert found[0]["expected_wrong"] == found[0]["mean_doubt"] == pytest.approx(11 / 12)


def test_next_where_all_is_done_and_where_nothing_is_suggested(news: Path, folder: Path) -> None:
    store = Store(news / ".chiosa", "Lina", SCHEME)
    for path in article_paths(news):
        session = store.open(load_article(path))
        session.save(session.loaded.history.absorb(Annotation("Lina", DONE)))
        session.close()
    assert "every article is done by Lina" in one_line(chiosa("next", news), 0)
    run = chiosa("next", folder, "-n", "9")
    assert run.returncode == 0
    assert [Path(line.split("\t")[0]) for line in run.stdout.splitlines()] == sorted(folder.glob("*.txt"))
    assert "2 articles have no suggestions" in run.stderr and "chiosa suggest" in run.stderr


async def test_the_list_begins_in_this_order_and_done_goes_on_in_it(news: Path) -> None:
    store = Store(news / ".chiosa", "Lina", SCHEME)
    expected = [one["id"] for one in json_of(news, "-n", "99")]
    app = ChiosaApp(Desk(article_paths(news), store, SharedSuggesting("none"), proposes=False))
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ArticlesScreen)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert [entry.path.stem for entry in screen.listing.shown] == expected
        assert screen.list.cursor == 0
        assert screen.listing.order.name == "teaching"
        await pilot.press("o")
        assert [entry.path.stem for entry in screen.listing.shown] == NAMES
        for _ in range(6):
            await pilot.press("o")
        assert screen.listing.order.name == "teaching"
        await pilot.press("O")
        assert [entry.path.stem for entry in screen.listing.shown] == expected[::-1]
        await pilot.press("O", "g", "enter")
        await pilot.pause()
        opened = []
        for _ in range(4):
            screen = app.screen
            assert isinstance(screen, ArticleScreen)
            opened.append(screen.review.article.id)
            await pilot.press("E", "d")
            await pilot.pause()
        assert opened == expected[:4]
        assert json_of(news)[0]["id"] == expected[4]
