"""A disk that is really full: nothing is lost, and when there is room again all of it is written."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ADNKRONOS, SharedSuggesting
from desks import SIZE, row, settled
from textual.pilot import Pilot

from annotations.scheme import default_scheme
from annotations.store import Store
from tui.app import ChiosaApp
from tui.desk import Desk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 200 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this user may not mount a file system")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture
def desk(
    folder: Path, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], ChiosaApp]]:
    monkeypatch.setattr("annotations.saver.RETRY", 0.05)
    store = Store(small_disk / "store", "Lina", default_scheme())
    return lambda: ChiosaApp(
        Desk([folder / f"{ADNKRONOS}.txt"], store, SharedSuggesting("rules"), single=True)
    )


async def _said(pilot: Pilot[None], app: ChiosaApp, words: str, there: bool = True) -> None:
    for _ in range(250):
        if (words in row(app, "#message")) is there:
            return
        await pilot.pause(0.02)
    raise AssertionError(row(app, "#message"))


async def test_no_space_left(desk: Callable[[], ChiosaApp], small_disk: Path) -> None:
    app = desk()
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("a", "x")
        await pilot.pause(0.1)
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            while True:
                try:
                    if not file.write(b"x" * 512):
                        break
                except OSError:
                    break
        await pilot.press("a", "1", "x", "u", "b")
        await _said(pilot, app, "No space left")
        stored = app.desk.store.load(review.article).history
        assert len(stored.edits) < len(review.history.edits), "the disk took none of it"
        filler.unlink()
        await _said(pilot, app, "not saved", there=False)
        await pilot.press("q")
    assert app.desk.problems == []
    assert app.desk.store.load(review.article).history == review.history
