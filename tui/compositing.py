"""Of the widgets on screen, only the lines that are to be drawn anew.

After a key Textual 8.2 asks every widget between the first and the last of the changed lines for all of its
lines, to throw away those that have not changed. Here a widget is asked for the changed ones, and not even
for those where something else covers them. What is shown is the same, cell by cell. This module leans on
private parts of Textual: a new version of it wants a look here, and at `tests/test_compositing.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import cast

from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip


class LineCompositor(Compositor):
    """Draws changed lines only."""

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        """The pieces between the edges of widgets, on each line, front to back."""
        cuts = self.cuts
        chops: list[dict[int, Strip | None]] = [dict.fromkeys(cut[:-1]) for cut in cuts]
        open_lines = {y: len(chops[y]) for y in crop.line_range if is_rendered_line(y)}
        for widget, (region, clip) in self.visible_widgets.items():
            if not open_lines:
                break
            shown = region.intersection(clip)
            first_cut, last_cut = shown.column_span
            for top, height in _blocks([y for y in open_lines if shown.y <= y < shown.bottom]):
                part = Region(shown.x - region.x, top - region.y, shown.width, height)
                for y, strip in enumerate(widget.render_lines(part), top):
                    line = chops[y]
                    here = [cut for cut in cuts[y] if first_cut <= cut <= last_cut]
                    pieces = strip.divide([cut - shown.x for cut in here[1:]])
                    for cut, piece in zip(here, pieces, strict=False):
                        if line.get(cut, piece) is None:
                            line[cut] = piece
                            open_lines[y] -= 1
            open_lines = {y: left for y, left in open_lines.items() if left}
        return cast("Sequence[Mapping[int, Strip]]", chops)


def _blocks(lines: list[int]) -> Iterator[tuple[int, int]]:
    """Lines that follow one another: the first, and how many."""
    for _, block in groupby(enumerate(sorted(lines)), lambda pair: pair[1] - pair[0]):
        numbers = [y for _, y in block]
        yield numbers[0], len(numbers)
