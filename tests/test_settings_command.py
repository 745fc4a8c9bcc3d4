"""The settings file as its user meets it: at the command line, and in a real terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from terminal import Terminal

FAULTY = """\
language = "it"
theme = "azzurro"

[keys]
accept = "x"
acept = "o"
"""


def chiosa(*arguments: object, settings: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *map(str, arguments)],
        capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "CHIOSA_SETTINGS": str(settings), **environment},
    )  # fmt: skip


def test_all_faults_are_told_by_line_in_the_language_of_the_file(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(FAULTY, encoding="utf-8")
    run = chiosa("settings", settings=settings)
    assert run.returncode == 1
    lines = run.stderr.splitlines()
    assert len(lines) == 3
    for line, number, word in zip(lines, (2, 5, 6), ("azzurro", "reject", "acept"), strict=True):
        assert line.startswith(f"chiosa: {settings}:{number}: ")
        assert word in line
    assert "scrivi" in run.stderr


def test_a_fault_stops_no_other_command(tmp_path: Path, folder: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(FAULTY, encoding="utf-8")
    assert chiosa("formats", settings=settings).returncode == 0
    run = chiosa(folder, settings=settings)
    assert "terminale" in run.stderr, "the desk comes as far as it would with sound settings"
    assert "azzurro" not in run.stderr


def test_the_example_can_be_used_and_the_language_is_spoken(tmp_path: Path) -> None:
    settings = tmp_path / "settings.toml"
    example = chiosa("settings", "--example", settings=settings)
    assert example.returncode == 0
    settings.write_text('language = "it"\n' + example.stdout, encoding="utf-8")
    run = chiosa("settings", settings=settings)
    assert (run.returncode, run.stdout) == (0, "")
    assert "si può usare" in run.stderr
    assert "uso:" in chiosa("show", "--help", settings=settings).stdout


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    found = Terminal(tmp_path)
    yield found
    found.close()


@pytest.mark.e2e
def test_rebound_keys_theme_and_language_on_the_desk(
    terminal: Terminal, tmp_path: Path, folder: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(
        'language = "it"\ntheme = "light"\n[keys]\nreject = "R"\nredo = "x"\n', encoding="utf-8"
    )
    command = [sys.executable, "-m", "tui", folder / f"{ADNKRONOS}.txt", "--model", "rules"]
    terminal.run(*command, CHIOSA_SETTINGS=str(settings))
    terminal.wait_for("suggerito")
    screen = terminal.screen(styles=True)
    assert "R rifiuta" in terminal.screen()
    assert "107" in screen, "a light ground is painted"
    terminal.type("R")
    terminal.wait_for("rifiutato")
    terminal.type("x")
    terminal.wait_for("niente da ripristinare")


@pytest.mark.e2e
@pytest.mark.parametrize(
    "words", [FAULTY, "this is no TOML at all\nneither is this\n"], ids=["fault", "no TOML"]
)
def test_faulty_settings_do_not_keep_the_desk_shut(
    terminal: Terminal, tmp_path: Path, folder: Path, words: str
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(words + ('redo = "R"\n' if words is FAULTY else ""), encoding="utf-8")
    terminal.run(sys.executable, "-m", "tui", folder, "--model", "none", CHIOSA_SETTINGS=str(settings))
    terminal.wait_for("chiosa settings")
    terminal.type("q")
    terminal.wait_for(f"{settings.name}:")
