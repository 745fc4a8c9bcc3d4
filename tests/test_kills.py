"""Kills at random moments: no edit lost that was on screen for 200 ms, no store damaged.

``CHIOSA_KILLS=500 pytest tests/test_kills.py -n 2`` is the long run.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from kills import one

TIMES = int(os.environ.get("CHIOSA_KILLS", "25"))


@pytest.mark.parametrize("seed", range(TIMES))
async def test_a_kill_loses_nothing(tmp_path: Path, seed: int) -> None:
    outcome = await one(tmp_path, seed)
    assert not outcome.damaged
    assert not outcome.lost, outcome
