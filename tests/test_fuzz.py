"""Everything that reads what others have written, on random and damaged input, for a second each.

``python tests/benchmarks/fuzz.py --minutes 10`` goes on for longer.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


def _fuzz() -> ModuleType:
    path = Path(__file__).parent / "benchmarks" / "fuzz.py"
    spec = importlib.util.spec_from_file_location("fuzz", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    return _fuzz()


def test_only_messages_for_a_person_come_out_of_readers(fuzz: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "names").mkdir()
    for number, name in enumerate(fuzz.targets(tmp_path / "names")):
        folder = tmp_path / str(number)
        folder.mkdir()
        came = fuzz.fuzz(name, folder, seconds=1, examples=40)
        assert sum(came.values()) > came["examples"], f"{name}: nothing was read"
