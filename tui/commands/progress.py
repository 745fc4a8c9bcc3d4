"""A progress bar for work longer than a second, where a person is watching."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 1.0
"""Seconds that work may take without a bar."""


def with_progress(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    """Pass items on; after a second a bar on stderr counts them, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    began, shown = time.monotonic(), False
    task = bar.add_task(what, total=total)
    try:
        for item in items:
            yield item
            bar.advance(task)
            if not shown and time.monotonic() - began > PATIENCE:
                bar.start()
                shown = True
    finally:
        if shown:
            bar.stop()
