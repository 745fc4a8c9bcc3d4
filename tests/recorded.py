"""``python tests/recorded.py LOG ARGUMENTS…``: the real desk, which notes each frame as Textual meant it.

The log has a line for whatever goes to the terminal: what it was, what was sent in its place, and the size of
the screen by then, all as JSON. Nothing else differs from ``chiosa ARGUMENTS…``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tui.cells import Cells
from tui.cli import main


def record(log: Path) -> None:
    """Have all that passes through `Cells` noted."""
    file = log.open("a", encoding="utf-8", errors="surrogateescape")
    patch, passed = Cells.patch, Cells.passed

    def patch_noted(self: Cells, frame: str, size: tuple[int, int]) -> str:
        sent = patch(self, frame, size)
        print(json.dumps([frame, sent, list(size)]), file=file, flush=True)
        return sent

    def passed_noted(self: Cells, data: str) -> str:
        sent = passed(self, data)
        print(json.dumps([data, sent, None]), file=file, flush=True)
        return sent

    Cells.patch, Cells.passed = patch_noted, passed_noted  # type: ignore[method-assign]


if __name__ == "__main__":
    record(Path(sys.argv[1]))
    sys.argv = ["chiosa", *sys.argv[2:]]
    sys.exit(main())
