"""Numbers as rows: bars, shares of a whole, and a line of sparks.

Each can be read without colour. The eighths of a cell are not in the font of a Linux console, nor in every
character set: with ``ascii`` all is made of signs that are everywhere.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import accumulate, pairwise

from rich.style import Style

from tui import styles
from tui.widgets.rows import Row, text

SIGNS = "█▓▒░"
"""The signs of the shares of a whole, in their order; they are in every console's font."""
_ASCII_SIGNS = "#=-."
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SPARKS = " ▁▂▃▄▅▆▇█"
_ASCII_SPARKS = " .:-=+*%#"


def needs_ascii(encoding: str = "utf-8") -> bool:
    """Whether a terminal with this character encoding cannot show eighths of a cell."""
    return os.environ.get("TERM") == "linux" or not encoding.lower().startswith("utf")


def bar(value: float, largest: float, width: int, *, style: Style | None = None, ascii: bool = False) -> Row:
    """A bar of exactly ``width`` cells in which ``largest`` fills them all.

    Anything above zero shows, and anything below ``largest`` leaves something free.
    """
    steps = 1 if ascii else 8
    full = max(0, width) * steps
    filled = round(full * min(1.0, max(0.0, value / largest))) if largest > 0 else 0
    if 0 < value < largest:
        filled = min(max(filled, 1), max(full - 1, 1))
    cells, rest = divmod(filled, steps)
    if ascii:
        drawn = "#" * cells + "." * (width - cells)
    else:
        drawn = "█" * cells + (_EIGHTHS[rest] if rest else "")
    return [text(drawn.ljust(width)[: max(0, width)], style or styles.KEY)]


def shares(parts: Sequence[int], width: int, *, style: Style | None = None, ascii: bool = False) -> Row:
    """A whole in its parts, at most four, over exactly ``width`` cells, each part in its own sign.

    A part that is not empty has a cell, where there are enough.
    """
    whole = sum(parts)
    if whole <= 0 or width < 1:
        return [text(" " * max(0, width), style or styles.KEY)]
    edges = [round(width * edge / whole) for edge in accumulate(parts, initial=0)]
    cells = [end - start for start, end in pairwise(edges)]
    for number, part in enumerate(parts):
        if part and not cells[number] and (most := max(cells)) > 1:
            cells[cells.index(most)] -= 1
            cells[number] = 1
    return [text(sign(n, ascii=ascii) * count, style or styles.KEY) for n, count in enumerate(cells) if count]


def sign(number: int, *, ascii: bool = False) -> str:
    """The sign of a part in `shares`."""
    return (_ASCII_SIGNS if ascii else SIGNS)[number]


def sparkline(values: Sequence[float], width: int, *, style: Style | None = None, ascii: bool = False) -> Row:
    """The last values, one a cell in at most ``width`` cells; the largest is the highest, zero is blank."""
    shown = values[-width:] if width > 0 else []
    sparks = _ASCII_SPARKS if ascii else _SPARKS
    most = max(shown, default=0)
    top = len(sparks) - 1
    heights = [max(1, round(top * value / most)) if value > 0 else 0 for value in shown]
    return [text("".join(sparks[height] for height in heights), style or styles.KEY)]
