"""Figures as a person sees them: ``chiosa stats``, its charts, and the screen on the desk."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ADNKRONOS
from desks import listed
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from annotations import edits
from annotations.annotation import SUGGESTED, Proposal, Span
from annotations.article import Article, load_article
from annotations.history import History
from annotations.scheme import Scheme
from annotations.statistics import Figures, Mistake, Tally, article_figures, total
from annotations.store import Store
from annotations.suggestions import merge
from tui.app import ChiosaApp
from tui.screens.stats import StatsScreen, duration, percent, stats_rows, summary_row
from tui.widgets.charts import bar, shares, sparkline
from tui.widgets.rows import Row, Rows

LISBON = "askanews-2025-09-04-lisbona"
# the command may not be registered yet
RUN = (
    "import sys, tui.cli as c; c.COMMANDS += () if 'stats' in c.COMMANDS else ('stats',); "
    "sys.exit(c.main(sys.argv[1:]))"
)
WIDTHS = st.integers(1, 60)


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-c", RUN, "stats", *map(str, arguments)]


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "CHIOSA_ANNOTATOR": "Lina", "LANGUAGE": "en", "TZ": "UTC", **more}


def stats(*arguments: object, encoding: str = "utf-8", **more: str) -> subprocess.CompletedProcess[str]:
    """Run the real command, without a terminal."""
    return subprocess.run(
        command(*arguments), capture_output=True, encoding=encoding, timeout=60, env=environment(**more),
        stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip


def json_of(*arguments: object) -> dict[str, Any]:
    run = stats(*arguments, "--json")
    assert (run.returncode, run.stderr) == (0, "")
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def reviewed(store: Store, article: Article) -> History:
    """A review on disk: of six proposals four accepted, one relabelled, one rejected; one span added."""
    text = article.text
    names = [w for w in ("Macron", "Kiev", "Lisbona", "Portogallo", "Parigi", "Mosca") if w in text]
    found = [
        Span(f"p{n}", text.index(w), text.index(w) + len(w), "LOC", SUGGESTED, "rule:names", 0.9)
        for n, w in enumerate(names)
    ]
    session = store.open(article)
    history = session.loaded.history
    history = history.absorb(merge(history.annotation, Proposal(tuple(found)), store.scheme, "rules@1"))
    for number, span in enumerate(history.annotation.spans):
        at = f"2026-03-0{1 + number // 2}T10:00:00.000+00:00"
        if number == 0:
            name, new = "relabel", edits.relabel(history.annotation, span.id, "PER", store.scheme)
        elif number == 1:
            name, new = "reject", edits.reject(history.annotation, span.id)
        else:
            name, new = "accept", edits.accept(history.annotation, span.id, store.scheme)
        history = history.apply(name, new, span.id, at, (2, 3.0))
    new, own = edits.add(history.annotation, len(text) - 6, len(text) - 1, "ORG", store.scheme)
    history = history.apply("add", new, own, "2026-03-05T10:00:00.000+00:00", (6, 8.0))
    history = history.apply("done", edits.set_state(history.annotation, "done"), spent=(1, 1.0))
    session.save(history)
    session.close()
    return history


@pytest.fixture
def history(store: Store, adnkronos: Article) -> History:
    return reviewed(store, adnkronos)


@pytest.fixture
def figures(history: History, adnkronos: Article) -> Figures:
    return total([article_figures(adnkronos, history)])


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(p): (p.read_bytes(), p.stat().st_mtime_ns) for p in sorted(folder.rglob("*")) if p.is_file()}


# ---- the command --------------------------------------------------------------------------------------


def test_json_has_all_the_figures(folder: Path, figures: Figures) -> None:
    record = json_of(folder)
    whole = total([]).to_dict() | figures.to_dict()
    whole["articles"]["new"] = 1
    assert record == {"annotators": ["Lina"], **whole}
    spans = record["spans"]
    assert spans["accepted"] + spans["corrected"] + spans["rejected"] == spans["proposed"] >= 3
    assert (spans["corrected"], spans["rejected"], spans["added"]) == (1, 1, 1)
    assert record["decisions"] == record["decisions_measured"] == sum(record["decisions_per_day"].values())
    assert record["keys"] == 2 * spans["proposed"] + 7
    assert [m["what"] for m in record["mistakes"]] == ["rejected", "relabelled"]
    assert record["mistakes"][0]["examples"][0]["article"] == ADNKRONOS


def test_tables_without_a_terminal_are_plain_and_aligned(folder: Path, figures: Figures) -> None:
    run = stats(folder, FORCE_COLOR="", TERM="xterm-256color")
    assert (run.returncode, run.stderr) == (0, "")
    assert "\x1b" not in run.stdout
    lines = run.stdout.splitlines()
    assert all(cell_len(line) <= 80 and line == line.rstrip() for line in lines)
    (head,) = [line for line in lines if "Labels" in line and "Proposed" in line]
    (row,) = [line for line in lines if line.startswith(" LOC ") and "%" in line]
    tally = figures.by_label["LOC"]
    for column, count in (("Proposed", tally.proposed), ("Accepted", tally.accepted), ("Rejected", 1)):
        end = head.index(column) + len(column)
        assert row[:end].endswith(f" {count}"), (column, row)
    assert "█" in row
    assert " 2 articles" in lines
    assert "1 done" in run.stdout
    assert "1 new" in run.stdout


def test_in_a_terminal_there_are_colours_unless_they_are_not_wanted(folder: Path, history: History) -> None:
    def seen(**more: str) -> str:
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            command(folder), stdout=theirs, stderr=theirs, stdin=theirs,
            env=environment(TERM="xterm-256color", **more),
        ) as process:  # fmt: skip
            os.close(theirs)
            found = b""
            try:
                while block := os.read(ours, 65536):
                    found += block
            except OSError:  # how a terminal says that nobody writes to it any more
                pass
            os.close(ours)
            assert process.wait(60) == 0
        return found.decode()

    assert "36;" in seen()
    assert "\x1b[36" not in seen(NO_COLOR="1")
    assert "LOC" in seen(NO_COLOR="1")


@pytest.mark.parametrize("more", [{"TERM": "linux"}, {"PYTHONIOENCODING": "iso-8859-1"}])
def test_terminals_without_eighths(folder: Path, history: History, more: dict[str, str]) -> None:
    run = stats(folder, encoding=more.get("PYTHONIOENCODING", "utf-8"), **more)
    assert run.returncode == 0, run.stderr
    assert "####" in run.stdout
    assert not set("▏▎▍▌▋▊▉▁▂▃▄▅▆▇█") & set(run.stdout)


def test_it_reads_while_a_desk_is_open_and_changes_nothing(
    folder: Path, store: Store, history: History, adnkronos: Article
) -> None:
    session = store.open(adnkronos)
    try:
        before = files(folder)
        assert json_of(folder)["articles"]["done"] == 1
        assert files(folder) == before
    finally:
        session.close()


def test_a_folder_that_nobody_has_opened(folder: Path) -> None:
    run = stats(folder)
    assert (run.returncode, run.stderr) == (0, "")
    assert "2 new" in run.stdout
    assert not (folder / ".chiosa").exists()
    assert json_of(folder)["spans"]["accept_rate"] is None


def test_a_damaged_store_file_is_said_and_the_rest_counts(
    folder: Path, store: Store, history: History
) -> None:
    damaged = store.path(LISBON)
    damaged.write_text('{"meta": ', encoding="utf-8")
    run = stats(folder, "--json")
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert str(damaged) in line
    record = json.loads(run.stdout)
    assert record["articles"] == {"new": 0, "in progress": 0, "done": 1}
    assert stats(folder / f"{LISBON}.txt").stdout == ""


def test_all_annotators(folder: Path, store: Store, scheme: Scheme, adnkronos: Article) -> None:
    names = ["Lina", "Ugo / Anna", "x" * 300]
    for name in names[:2]:
        reviewed(Store(store.root, name, scheme), adnkronos)
    reviewed(Store(store.root, names[2], scheme), load_article(folder / f"{LISBON}.txt"))
    record = json_of(folder, "--all-annotators")
    assert record["annotators"] == sorted(names)
    each = record["by_annotator"]
    assert record["decisions"] == sum(each[name]["decisions"] for name in names)
    assert record["articles"] == {"new": 3, "in progress": 0, "done": 3}
    assert {m["article"] for m in each[names[2]]["mistakes"][0]["examples"]} == {LISBON}
    text = stats(folder, "--all-annotators").stdout
    assert "an article counts once for each annotator" in text
    assert " Ugo / Anna: " in text
    assert json_of(folder)["annotators"] == ["Lina"]


def test_who_has_done_nothing_is_told_who_has(folder: Path, history: History) -> None:
    run = stats(folder, "--annotator", "Ugo")
    assert run.returncode == 0
    assert "nothing of Ugo here, but of Lina" in run.stderr
    assert "2 new" in run.stdout


def test_a_folder_of_nobodys_is_said(folder: Path, store: Store, history: History) -> None:
    strange = store.root / "annotations" / "%zz~0"
    strange.mkdir()
    (strange / f"{ADNKRONOS}.json").write_text("{}", encoding="utf-8")
    run = stats(folder, "--all-annotators", "--json")
    assert run.returncode == 1
    assert str(strange) in run.stderr
    assert json.loads(run.stdout)["annotators"] == ["Lina"]


def test_what_is_named_twice_counts_once(folder: Path, tmp_path: Path, history: History) -> None:
    article = folder / f"{ADNKRONOS}.txt"
    assert json_of(folder, article, folder)["articles"] == {"new": 1, "in progress": 0, "done": 1}
    other = tmp_path / "others"
    other.mkdir()
    (other / article.name).write_text("Altro articolo. Fine.\n", encoding="utf-8")
    run = stats(folder, other, "--store", folder / ".chiosa", "--json")
    assert run.returncode == 1
    assert "has the same name as" in run.stderr
    assert json.loads(run.stdout)["articles"]["done"] == 1


def test_wrong_use(folder: Path, tmp_path: Path) -> None:
    missing = stats(tmp_path / "none")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "no such file or folder" in missing.stderr
    assert stats("--nonsense").returncode == 2
    shown = stats("--help")
    assert shown.returncode == 0
    assert "example: chiosa stats" in shown.stdout


def test_words_of_an_article_cannot_steer_the_terminal(folder: Path, store: Store) -> None:
    path = folder / "a.txt"
    path.write_text("Il \x1b[31mrosso\u202e di sera. Fine.\n", encoding="utf-8")
    article = load_article(path)
    session = store.open(article)
    span = Span("p1", 3, 14, "MISC", SUGGESTED, "model:\x1b]0;x\x07", 0.5)
    history = session.loaded.history
    history = history.absorb(merge(history.annotation, Proposal((span,)), store.scheme))
    (span,) = history.annotation.spans
    session.save(history.apply("reject", edits.reject(history.annotation, span.id)))
    session.close()
    run = stats(path)
    assert run.returncode == 0
    assert "rosso" in run.stdout
    assert not {c for c in run.stdout if not c.isprintable()} - {"\n"}


# ---- charts -------------------------------------------------------------------------------------------


def drawn(row: Row) -> str:
    return "".join(segment.text for segment in row)


def eighths(row: Row) -> int:
    return sum(" ▏▎▍▌▋▊▉█".index(sign) for sign in drawn(row))


@given(st.floats(0, 1), st.floats(0, 1), WIDTHS)
def test_bars_keep_to_their_width_and_order(one: float, other: float, width: int) -> None:
    small, large = sorted((one, other))
    assert cell_len(drawn(bar(small, 1, width))) == width
    assert eighths(bar(small, 1, width)) <= eighths(bar(large, 1, width)) <= 8 * width
    assert abs(eighths(bar(small, 1, width)) - 8 * width * small) <= 1
    assert (eighths(bar(small, 1, width)) == 0) == (small == 0)
    assert (eighths(bar(small, 1, width)) == 8 * width) == (small == 1)
    plain = drawn(bar(small, 1, width, ascii=True))
    assert set(plain) <= {"#", "."}
    assert len(plain) == width
    assert (plain.count("#") == 0) == (small == 0)


def test_bars_of_nothing() -> None:
    assert drawn(bar(3, 0, 5)) == " " * 5
    assert drawn(bar(3, 3, 0)) == drawn(bar(1, 3, 0, ascii=True)) == ""


@given(st.lists(st.integers(0, 500), min_size=1, max_size=4), st.integers(4, 60))
def test_shares_fill_the_width_and_show_every_part(parts: list[int], width: int) -> None:
    for ascii, signs in ((False, "█▓▒░"), (True, "#=-.")):
        line = drawn(shares(parts, width, ascii=ascii))
        assert len(line) == width
        for sign, part in zip(signs, parts, strict=False):
            assert (sign in line) == (part > 0)
        assert list(line) == sorted(line, key=(signs + " ").index), "in their order"


@given(st.lists(st.integers(0, 1000), max_size=80), WIDTHS)
def test_sparks_are_as_high_as_their_values(values: list[int], width: int) -> None:
    shown = values[-width:]
    for ascii, sparks in ((False, " ▁▂▃▄▅▆▇█"), (True, " .:-=+*%#")):
        heights = [sparks.index(spark) for spark in drawn(sparkline(values, width, ascii=ascii))]
        assert len(heights) == len(shown)
        for (value, height), (other, another) in zip(
            zip(shown, heights, strict=True), list(zip(shown, heights, strict=True))[1:], strict=False
        ):
            assert (height > another) <= (value > other)
        assert all((height == 0) == (value == 0) for value, height in zip(shown, heights, strict=True))
        assert not any(shown) or max(heights) == 8


# ---- the screen ---------------------------------------------------------------------------------------


def many() -> Figures:
    """Figures with everything in them, long names too."""
    label, model = "CONTENT", "model:it_chiosa_news_with_a_long_name@0.1.0"
    mistakes = tuple(Mistake(model, label, "rejected", "", 9999 - n, ()) for n in range(30))
    return Figures(
        {"done": 12345, "new": 1, "in progress": 99999},
        {(origin, name): Tally(99999, 88888, 77777, 66666, 55555, 4, 3)
         for origin in (model, "rule:quotes") for name in (label, "UN'ETICHETTA_LUNGA", "PER")},
        {("cue", "kept"): 10, ("cue", "chosen"): 3, ("source", "none"): 99999},
        mistakes, {"2025-01-01": 4, "2026-03-01": 12345}, (1.5,) * 100, 50000, 9e6, 3, 5e5, 77,
    )  # fmt: skip


@pytest.mark.parametrize("width", [80, 100, 132, 200])
@pytest.mark.parametrize("ascii", [False, True])
def test_rows_fit(width: int, ascii: bool, figures: Figures) -> None:
    for each in (figures, many(), Figures()):
        lines = [drawn(row) for row in stats_rows(each, width, ascii=ascii)]
        assert max(map(cell_len, lines)) <= width
    if ascii:
        assert not set("".join(lines)) & set("▏▎▍▌▋▊▉▁▂▃▄▅▆▇█▓▒░")


def test_more_width_is_used(figures: Figures) -> None:
    def widest(width: int) -> int:
        return max(cell_len(drawn(row).rstrip()) for row in stats_rows(figures, width))

    assert widest(80) < widest(110)


async def test_the_screen_shows_the_figures(open_desk: Callable[..., ChiosaApp], figures: Figures) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=(80, 24)) as pilot:
        await listed(pilot)
        screen = StatsScreen(figures)
        await app.push_screen(screen)
        await pilot.pause()

        def shown() -> list[str]:
            return [screen.view.render_line(y).text.rstrip() for y in range(screen.view.size.height)]

        assert screen.query_one("#title", Rows).render_line(0).text.startswith(" Figures")
        assert " 1 article" in shown()
        assert f" {figures.decisions} decisions" in shown()
        assert not any("wrong most" in line for line in shown())
        await pilot.press("pagedown")
        await pilot.pause()
        assert any("wrong most" in line for line in shown())
        narrow = max(map(len, shown()))
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert max(map(len, shown())) > max(80, narrow)
        await pilot.press("q")
        assert app.screen is not screen


# ---- the sentence -------------------------------------------------------------------------------------


def sentence(tally: Tally, paces: tuple[float, ...] = (), keys: int = 0, seconds: float = 0.0) -> str:
    return summary_row(
        Figures({"done": 1}, {("rule:a", "PER"): tally}, paces=paces, keys=keys, seconds=seconds)
    )


def test_the_sentence_at_the_end_of_an_article(figures: Figures) -> None:
    tally = Tally(accepted=44, corrected=5, rejected=3, added=2)
    assert sentence(tally, (1.0,) * 54, 70, 190) == (
        "54 decisions in 3 min 10 s: 44 accepted, 5 corrected, 3 rejected, 2 added; 1.3 keys each"
    )
    assert sentence(tally, (1.0,) * 10, 12, 61.4) == (
        "54 decisions, 10 of them in 1 min 1 s: 44 accepted, 5 corrected, 3 rejected, 2 added; 1.2 keys each"
    )
    assert sentence(Tally(accepted=1, undecided=4)) == "1 decision: 1 accepted"
    assert sentence(Tally(undecided=4)) == "no decisions yet"
    assert "1 corrected, 1 rejected, 1 added; " in summary_row(figures)


def test_durations_and_percents() -> None:
    assert [duration(s) for s in (0, 59.6, 60, 190, 3599.4, 3725)] == [
        "0 s", "1 min 0 s", "1 min 0 s", "3 min 10 s", "59 min 59 s", "1 h 2 min",
    ]  # fmt: skip
    shares_ = (0, 0.0001, 0.5, 0.849, 0.9999, 1)
    assert [percent(share) for share in shares_] == ["0 %", "1 %", "50 %", "85 %", "99 %", "100 %"]
