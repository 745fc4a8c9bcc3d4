"""What has become of processes that a test has started; psutil knows that they end between two looks."""

from __future__ import annotations

import os
import time
from contextlib import suppress

import psutil


def family(pid: int) -> set[int]:
    """The processes that a process has started, and those that they have."""
    try:
        return {child.pid for child in psutil.Process(pid).children(recursive=True)}
    except psutil.NoSuchProcess:
        return set()


def suggesting(pid: int) -> list[int]:
    """The processes that a process has started, which suggest."""
    found = []
    for child in psutil.Process(pid).children():
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if any("spawn_main" in word for word in child.cmdline()):
                found.append(child.pid)
    return found


def of_group(group: int) -> list[int]:
    """The processes that are left of a group."""
    found = []
    for pid in alive(psutil.pids()):
        with suppress(ProcessLookupError):
            if os.getpgid(pid) == group:
                found.append(pid)
    return found


def alive(pids: set[int] | list[int]) -> set[int]:
    """Those that still run."""
    running = set()
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                running.add(pid)
    return running


def all_end(pids: set[int], seconds: float = 8) -> bool:
    """Whether all of some processes end in time."""
    end = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pids)
