"""The registry of formats."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from exporting import many

from annotations.errors import ChiosaError
from annotations.formats import formats, get_format
from annotations.formats.exporting import export
from annotations.formats.report import Report
from annotations.scheme import default_scheme

SCHEME = default_scheme()


def test_formats_are_found_by_name() -> None:
    assert get_format("spacy").name == "spacy"
    assert get_format("spacy").write is not None
    assert list(formats()) == sorted(formats())


def test_an_unknown_format_is_told_with_those_there_are() -> None:
    with pytest.raises(ChiosaError, match=r"'spacey'.*spacy"):
        get_format("spacey")


def test_listing_the_formats_imports_no_spacy() -> None:
    code = "import sys; from annotations.formats import formats; formats(); print('spacy' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


def test_the_registry_exports(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = export(
        get_format("spacy"), many(3), tmp_path / "out", SCHEME, progress=lambda *done: seen.append(done)
    )
    assert isinstance(report, Report)
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert (tmp_path / "out" / "ner" / "train.spacy").is_file()
