"""Killing the desk in the middle of its work, and seeing what is left of it.

A random row of keys is played twice: under Textual's pilot, which tells what the store should have after each
key, and in the real command on a pseudo-terminal, which is killed at a random moment. What was on screen for
`ACKNOWLEDGED` seconds when the kill came must be in the store, and nothing that was never typed.
"""

from __future__ import annotations

import os
import random
import select
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from conftest import ADNKRONOS, REPOSITORY, SharedSuggesting
from desks import SIZE, settled
from msgspec.structs import replace
from test_driver import Line

from annotations.article import load_article
from annotations.edits import broken_rules
from annotations.history import History
from annotations.scheme import default_scheme
from annotations.store import Store
from annotations.suggesters import load_suggester
from annotations.suggestions import merge
from tui.app import ChiosaApp
from tui.desk import Desk

ACKNOWLEDGED = 0.2
"""Seconds after which an edit that is on screen is on disk: the design's word."""
QUIET = 0.02
"""Seconds of silence after which a key has been answered."""
KEYS = "aaaaaaxxx123" + "uurr" + "nnpNP" + "bE"
"""The keys that are typed, as often as they stand here."""
MOST_KEYS = 30
HOWS = ("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "line")
STATUSES = {
    "SIGKILL": {-signal.SIGKILL}, "SIGTERM": {143}, "SIGINT": {130}, "SIGHUP": {129},
    "line": {129, -signal.SIGHUP},
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What came of one kill: how many edits it lost that it must not have, and whether the store is whole."""

    how: str
    typed: int
    acknowledged: int
    found: int | None
    damaged: str = ""

    @property
    def lost(self) -> bool:
        """Whether an edit is gone that had been on screen long enough, or one came that nobody made."""
        return self.found is None or self.found < self.acknowledged


def prepare(folder: Path) -> Store:
    """A folder with the Adnkronos article and suggestions in its store."""
    folder.mkdir(parents=True)
    article = load_article(Path(shutil.copy(REPOSITORY / "articles" / f"{ADNKRONOS}.txt", folder)))
    store = Store(folder / ".chiosa", "Lina", default_scheme())
    session = store.open(article)
    suggester = load_suggester("rules")
    history = session.loaded.history
    proposal = suggester.suggest(article.text)
    session.save(history.absorb(merge(history.annotation, proposal, store.scheme, suggester.name)))
    session.close()
    return store


def plain(history: History) -> History:
    """A history without what depends on the clock."""
    edits = tuple(replace(edit, at="", keys=0, seconds=0.0) for edit in history.edits)
    return replace(history, edits=edits)


async def states(store: Store, keys: str) -> list[History]:
    """What there is before the first key and after each."""
    path = store.root.parent / f"{ADNKRONOS}.txt"
    desk = Desk([path], store, SharedSuggesting("none"), proposes=False, single=True)
    app = ChiosaApp(desk)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        found = [plain(review.history)]
        for key in keys:
            await pilot.press(key)
            found.append(plain(review.history))
    desk.give_all_back()
    return found


def kill(store: Store, keys: str, how: str, rnd: random.Random) -> tuple[int, int]:
    """Type keys into the real desk and kill it; how many were typed, and acknowledged long enough ago."""
    line = Line("-m", "tui", str(store.root.parent / f"{ADNKRONOS}.txt"), "--model", "none")
    line.wait_for(b"DATE")
    line.wait_for(b"1/")
    answers: list[float] = []
    for key in keys:
        _answer(line, QUIET)
        os.write(line.fd, key.encode())
        if _answer(line, 0.5):
            while _answer(line, QUIET):
                pass
        answers.append(time.monotonic())
        time.sleep(rnd.choice((0, 0, 0.05, 0.25)))
    # the last key is not waited for, so that the kill may come while it is being saved
    typed = len(keys)
    if rnd.random() < 0.7:
        os.write(line.fd, b"a")
        typed += 1
        time.sleep(rnd.random() * 0.03)
    now = time.monotonic()
    acknowledged = sum(now - at > ACKNOWLEDGED for at in answers)
    if how == "line":
        line.cut()
    else:
        os.kill(line.pid, signal.Signals[how])
    status = line.status()
    assert status in STATUSES[how], f"{how} ended it with {status}"
    with suppress(OSError):
        os.close(line.fd)
    return typed, acknowledged


def _answer(line: Line, seconds: float) -> bool:
    """Whether something comes within that time; it is read."""
    if not select.select([line.fd], [], [], seconds)[0]:
        return False
    return bool(os.read(line.fd, 1 << 16))


async def one(folder: Path, seed: int) -> Outcome:
    """One kill, told by its number."""
    rnd = random.Random(seed)
    keys = "".join(rnd.choices(KEYS, k=rnd.randint(3, MOST_KEYS)))
    how = HOWS[seed % len(HOWS)]
    expected = await states(prepare(folder / "twin"), keys + "a")
    store = prepare(folder / "real")
    typed, acknowledged = kill(store, keys, how, rnd)
    article = load_article(store.root.parent / f"{ADNKRONOS}.txt")
    try:
        history = store.load(article).history
    except Exception as error:
        return Outcome(how, typed, acknowledged, None, str(error))
    # the latest moment at which it was so: several keys may change nothing
    found = max((n for n in range(typed + 1) if expected[n] == plain(history)), default=None)
    while history.can_undo:
        history = history.undo(store.scheme)
        if faults := broken_rules(history.annotation, store.scheme, len(article.text)):
            return Outcome(how, typed, acknowledged, found, faults[0])
    session = store.open(article)  # what the dead one had is free
    session.close()
    return Outcome(how, typed, acknowledged, found)
