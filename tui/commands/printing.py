"""Rows and tables on stdout: styled in a terminal, plain in a pipe, and safe to print whatever they quote."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from tui import styles
from tui.widgets.charts import needs_ascii
from tui.widgets.rows import text

if TYPE_CHECKING:
    from tui.widgets.rows import Row


class Page(Console):
    """Where rows go; ``ascii`` says that finer signs than ASCII would not show."""

    def __init__(self) -> None:
        super().__init__(highlight=False, soft_wrap=True)
        self.ascii = needs_ascii(self.encoding)
        if not self.encoding.lower().startswith("utf") and hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(errors="replace")

    def on_broken_pipe(self) -> None:
        """A reader that has left is no failure of ours."""
        raise BrokenPipeError

    def rows(self, rows: Iterable[Row]) -> None:
        """Print rows, a line each."""
        for row in rows:
            line = Text("").join(Text(segment.text, segment.style or "") for segment in row)
            line.rstrip()
            self.print(line)


def heading(words: str) -> list[Row]:
    """A blank row and a heading."""
    return [[], [text(f" {words}", styles.BOLD)]]


def remark(words: str) -> Row:
    """What explains the rows around it."""
    return [text(f" {words}", styles.DIM)]


def table(title: str, head: Sequence[str], body: Sequence[tuple[str, Sequence[str], Row]]) -> list[Row]:
    """A blank row, a row of heads, and one for each name with its cells, right-aligned, and what follows."""
    cells = [list(map(cell_len, head)), *(list(map(cell_len, row)) for _name, row, _rest in body)]
    widths = [max(column) for column in zip(*cells, strict=True)]
    first = max(cell_len(title), *(cell_len(name) for name, _row, _rest in body), 0)

    def line(words: Sequence[str]) -> str:
        return "".join(
            "  " + " " * (w - cell_len(word)) + word for word, w in zip(words, widths, strict=True)
        )

    rows: list[Row] = [
        [],
        [
            text(f" {title}{' ' * (first - cell_len(title))}", styles.BOLD),
            text(line(head), styles.DIM),
        ],
    ]
    for name, row, rest in body:
        rows.append([text(f" {name}{' ' * (first - cell_len(name))}{line(row)}"), *rest])
    return rows


def hundredths(share: float | None) -> str:
    """A share from 0 to 1 as points of a hundred with one decimal, in the language's way; a dash for None."""
    from annotations.language import language

    if share is None:
        return "-"
    shown = f"{100 * share:.1f}"
    return shown.replace(".", ",") if language() == "it" else shown
