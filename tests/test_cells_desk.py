"""The real desk, with random keys, sizes and hostile texts: of every frame, the terminal shows all cells."""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
import struct
import termios
from pathlib import Path

import hostile
import pytest
from conftest import ADNKRONOS, REPOSITORY
from emulator import Emulator
from roundtrips import hostile_text
from stream import Line

RECORDED = REPOSITORY / "tests" / "recorded.py"
SIZES = ((80, 24), (120, 40), (80, 24), (60, 20), (131, 30), (40, 12), (20, 6), (80, 25))
KEYS = (
    *"nnnnNNNNaaxxjjjkkkuurlgGEtvw12345?LSmdcsfobyTzq+-,.hiIpP/ZeHQ", "\r", "\t", "\x1b", " ", "\x10",
    "\x1b[6~", "\x1b[5~", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[Z", "mario\r", "/roma\r",
    "\x1b[200~di città\x1b[201~",
)  # fmt: skip
MANY = int(os.environ.get("CHIOSA_CELLS", "60"))
"""Keys for each article; more find more."""


def resize(line: Line, size: tuple[int, int]) -> None:
    fcntl.ioctl(line.fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))


def play(article: Path, log: Path, seed: int) -> None:
    """Press random keys, now and then in a window of another size; where they end the desk, begin again."""
    rnd = random.Random(seed)
    line: Line | None = None
    for _ in range(MANY):
        if line is None or not line.alive():
            line = Line(RECORDED, log, article, "--model", "rules")
            line.settle(1.0, 30)
        if rnd.random() < 0.06:
            resize(line, rnd.choice(SIZES))
            line.settle(rnd.choice((0.001, 0.1)))
        line.press(rnd.choice(KEYS), rnd.choice((0.001, 0.01, 0.05)))
        while line.output.count(b"\x1b[5n") > line.answered:
            line.answered += 1
            os.write(line.fd, b"\x1b[0n")
    if line is not None and line.alive():
        os.write(line.fd, b"\x03")
        line.end()


def compare(log: Path) -> int:
    """Show the log on two terminals, one with all and one with what was sent; how many frames there were."""
    full, small = Emulator(), Emulator()
    frames = 0
    for text in log.read_text(encoding="utf-8").splitlines():
        meant, sent, size = json.loads(text)
        if size is not None:
            frames += 1
            if [full.screen.columns, full.screen.lines] != size:
                full.resize(size)
                small.resize(size)
        full.feed(meant)
        small.feed(sent)
        assert full.cells() == small.cells(), f"frame {frames}: {meant!r}\nsent: {sent!r}"
    return frames


def articles(folder: Path) -> dict[str, Path]:
    found = {"adnkronos": folder / f"{ADNKRONOS}.txt"}
    shutil.copy(REPOSITORY / "articles" / f"{ADNKRONOS}.txt", found["adnkronos"])
    hostile.write_articles(folder, hostile.combined(2))
    found |= {name: folder / f"{name}.txt" for name in ("all-0", "all-1")}
    rnd = random.Random(7)
    (folder / "words.txt").write_text("\n\n".join(hostile_text(rnd) for _ in range(12)), encoding="utf-8")
    return {**found, "words": folder / "words.txt", "folder": folder}


@pytest.mark.parametrize("name", ["adnkronos", "all-0", "all-1", "words", "folder"])
def test_every_frame_is_shown_whole(tmp_path: Path, name: str) -> None:
    path = articles(tmp_path)[name]
    frames = 0
    for seed in range(2):
        log = tmp_path / f"log-{seed}"
        play(path, log, seed)
        frames += compare(log)
    assert frames > MANY // 3
