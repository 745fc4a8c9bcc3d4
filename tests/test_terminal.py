"""The main job in a real terminal: the Adnkronos article reviewed by keyboard, left, and opened again."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ADNKRONOS
from terminal import Terminal

from annotations.article import load_article
from annotations.scheme import default_scheme
from annotations.store import Store

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux (Debian: apt install tmux)"),
]
CHIOSA = (sys.executable, "-m", "tui")


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    session = Terminal(tmp_path)
    yield session
    session.close()


def shown(article: Path) -> dict[str, Any]:
    """What ``chiosa show --json`` tells."""
    env = {**os.environ, "CHIOSA_ANNOTATOR": "Lina"}
    run = subprocess.run(
        [*CHIOSA, "show", str(article), "--json"], capture_output=True, text=True, check=True, env=env
    )
    record: dict[str, Any] = json.loads(run.stdout)
    return record


def spans(record: dict[str, Any]) -> list[tuple[str, str, str]]:
    text = record["article"]["text"]
    return [(text[s["start"] : s["end"]], s["label"], s["status"]) for s in record["spans"]]


def search(terminal: Terminal, words: str) -> None:
    terminal.type("/" + words)
    terminal.wait_for("/" + words)
    terminal.press("Enter")


def test_the_main_job(terminal: Terminal, folder: Path) -> None:
    article = folder / f"{ADNKRONOS}.txt"
    terminal.run(*CHIOSA, folder, CHIOSA_ANNOTATOR="Lina")
    terminal.wait_for("Dopo il faccia a faccia")
    terminal.press("Enter")
    screen = terminal.wait_for("DATE    suggested")
    assert "1PER 2ORG 3LOC 4MISC 5DATE 6CONTENT 7CUE 8SOURCE" in screen
    assert "a accept" in screen

    terminal.press("a")
    terminal.wait_for("1 of ")
    # a missed entity: «Volenterosi» may or may not be proposed, «partner» surely is not
    search(terminal, "partner europei")
    terminal.press("v")
    terminal.wait_for("new span: «partner europei»")
    terminal.press("h", "4")
    terminal.wait_for("«partner» is now MISC")
    terminal.press("u")
    terminal.wait_for("undone: add")
    terminal.press("r")
    terminal.wait_for("redone: add")
    # a boundary and a label, on a span of our own making, so that they do not depend on the suggestions
    terminal.press("l")
    terminal.wait_for("partner europei")
    terminal.press("2")
    terminal.wait_for("«partner europei» is now ORG")
    # a quote with its speaker
    search(terminal, "nuovo monito del leader")
    terminal.press("v")
    terminal.wait_for("new span")
    terminal.press("6")
    terminal.wait_for("is now CONTENT")
    terminal.press("P")
    terminal.wait_for("CONTENT accepted")
    terminal.press("s")
    listed = terminal.wait_for("source: ").splitlines()[-3]
    key, speaker = listed.split("source: ")[1].split("  ")[0].split(" ", 1)
    terminal.press(key)
    terminal.wait_for("source: «")
    # everything else, and done
    terminal.press("E")
    terminal.wait_for("accepted: u takes it back")
    terminal.press("q")
    terminal.wait_for("in progress")
    terminal.press("q")
    terminal.wait_for("STATUS 0")

    before = shown(article)
    found = spans(before)
    assert ("partner europei", "ORG", "accepted") in found
    assert ("nuovo monito del leader", "CONTENT", "accepted") in found
    assert {status for _, _, status in found} == {"accepted"}
    ids = {s["id"]: before["article"]["text"][s["start"] : s["end"]] for s in before["spans"]}
    links = {(ids[k["from"]], k["kind"], ids[k["to"]]) for k in before["links"]}
    assert any(
        c == "nuovo monito del leader" and kind == "source" and t.startswith(speaker[:5])
        for c, kind, t in links
    )

    # again: everything is there, and undo still works
    terminal.run(*CHIOSA, article, CHIOSA_ANNOTATOR="Lina")
    total = len(before["spans"])
    terminal.wait_for(f"{total} of {total} decided")
    assert shown(article) == before
    terminal.press("u")
    terminal.wait_for("undone: accept all")
    terminal.press("r")
    terminal.wait_for("redone: accept all")
    terminal.press("d")
    terminal.wait_for("done")
    terminal.press("q")
    terminal.wait_for("STATUS 0")
    assert shown(article)["state"] == "done"


def test_keys_typed_in_one_go(terminal: Terminal, folder: Path) -> None:
    """Pasted or typed ahead: each key acts where it would have acted if typed slowly."""
    article = folder / f"{ADNKRONOS}.txt"
    terminal.run(*CHIOSA, article, CHIOSA_ANNOTATOR="Lina")
    terminal.wait_for("DATE    suggested")
    terminal.type("aax/Parigi")
    terminal.press("Enter")
    terminal.type("?qaq")
    terminal.wait_for("STATUS 0")
    statuses = [status for _, _, status in spans(shown(article))]
    assert statuses[:5] == ["accepted", "accepted", "rejected", "suggested", "accepted"]
    assert set(statuses[5:]) == {"suggested"}


def test_a_killed_desk_has_lost_nothing(terminal: Terminal, folder: Path) -> None:
    article = folder / f"{ADNKRONOS}.txt"
    terminal.run(*CHIOSA, article, CHIOSA_ANNOTATOR="Lina")
    terminal.wait_for("DATE    suggested")
    terminal.type("aaxa")
    terminal.wait_for("4 of ")
    terminal.close()
    statuses = [status for _, _, status in spans(shown(article))]
    assert statuses[:5] == ["accepted", "accepted", "rejected", "accepted", "suggested"]


def test_resizing_and_arrows(terminal: Terminal, folder: Path) -> None:
    terminal.run(*CHIOSA, folder / f"{ADNKRONOS}.txt", CHIOSA_ANNOTATOR="Lina")
    terminal.wait_for("DATE    suggested")
    terminal.resize(120, 40)
    terminal.wait_for("1 PER")  # the panel has the legend
    terminal.press("n", "n", "Right", "S-Left")
    terminal.wait_for("PER     accepted")
    terminal.press("Tab", "BTab", "NPage", "PPage", "N")
    terminal.resize(60, 15)
    terminal.wait_for("PER     accepted")
    terminal.press("BSpace", "q")
    terminal.wait_for("STATUS 0")
    assert ("presidente Emmanuel Macron,", "PER", "rejected") in spans(shown(folder / f"{ADNKRONOS}.txt"))


def test_a_crash_tells_the_truth(terminal: Terminal, folder: Path) -> None:
    """A fault in the program: the terminal is whole, the status is not 0, and what was decided is there."""
    article = folder / f"{ADNKRONOS}.txt"
    fault = "import sys, tui.review as r; r.Review.reject = lambda self: 1 / 0; from tui.cli import main"
    terminal.run(
        sys.executable, "-c", f"{fault}; sys.exit(main(sys.argv[1:]))", article, CHIOSA_ANNOTATOR="Lina"
    )
    terminal.wait_for("DATE    suggested")
    terminal.type("aax")
    assert "ZeroDivisionError" in terminal.wait_for("STATUS 1")
    terminal.run("echo", "still", "here")
    terminal.wait_for("still here")
    assert [status for _, _, status in spans(shown(article))][:3] == ["accepted", "accepted", "suggested"]


def test_a_bar_for_long_work(terminal: Terminal, folder: Path) -> None:
    text = (folder / f"{ADNKRONOS}.txt").read_text(encoding="utf-8")
    for number in range(40):
        (folder / f"n{number}.txt").write_text(text, encoding="utf-8")
    terminal.run(*CHIOSA, "suggest", folder)
    terminal.wait_for("/42")
    screen = terminal.wait_for("STATUS 0", 120)
    assert "suggesting" not in screen, "the bar goes when the work is done"


def test_no_colour(terminal: Terminal, folder: Path) -> None:
    terminal.run(*CHIOSA, folder / f"{ADNKRONOS}.txt", CHIOSA_ANNOTATOR="Lina", NO_COLOR="1")
    terminal.wait_for("DATE    suggested")
    terminal.press("n", "a")
    terminal.wait_for("accepted")
    raw = terminal.screen(styles=True)
    assert not re.search(r"\x1b\[(?:\d+;)*(?:[34][0-7]|9[0-7]|10[0-7]|[34]8;.*?)m", raw), "no colour"
    assert "\x1b[4m" in raw, "suggested is underlined"
    assert "\x1b[1m" in raw, "accepted is bold"
    assert "\x1b[7m" in raw or ";7m" in raw, "the current span is reversed"
    terminal.press("q")
    terminal.wait_for("STATUS 0")


def test_what_is_sent_is_what_would_be_drawn_anew(terminal: Terminal, folder: Path) -> None:
    """After each key only changed cells are sent: the screen must be the one that a full repaint gives."""
    terminal.run(*CHIOSA, folder / f"{ADNKRONOS}.txt", CHIOSA_ANNOTATOR="Lina")
    terminal.wait_for("DATE    suggested")
    pick = random.Random(7)
    for _ in range(14):
        keys = pick.choices("nnnaaaxpNPhl,.tur258jk", k=pick.randint(1, 6))
        terminal.type("".join(keys))
        seen = terminal.settled()
        terminal.press("?")
        terminal.wait_for("next span to decide")
        terminal.press("q")
        terminal.wait_for("decided ·")
        assert terminal.settled() == seen, keys
    terminal.press("q")
    terminal.wait_for("STATUS 0")


def test_two_keys_from_the_start_to_the_first_accepted_span(terminal: Terminal, folder: Path) -> None:
    """What a newcomer does who has read nothing but the screen: open the first article, accept."""
    terminal.run(*CHIOSA, folder, CHIOSA_ANNOTATOR="Lina")
    terminal.wait_for("Enter open")
    terminal.press("Enter")
    assert "a accept" in terminal.wait_for("suggested", 60)
    terminal.press("a")
    terminal.wait_for("1 of ")
    article = load_article(folder / f"{ADNKRONOS}.txt")
    store = Store(folder / ".chiosa", "Lina", default_scheme())
    for _ in range(100):
        if any(s.status == "accepted" for s in store.load(article).history.annotation.spans):
            return
        time.sleep(0.05)
    raise AssertionError("not accepted on disk")
