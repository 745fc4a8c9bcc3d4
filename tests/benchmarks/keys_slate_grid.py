"""SLATE's cursor: what its commands do to it, and how many keys lie between any two places of it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

Costs = npt.NDArray[np.uint8]
Cursor = tuple[int, int]
"""First and last token of a stretch, counted through the text."""
FAR = 100
"""Keys that nothing costs: no place is that far."""


class Grid:
    """A text as SLATE sees it: lines of tokens."""

    def __init__(self, text: str) -> None:
        self.raw = text.split("\n")
        self.bounds: list[tuple[int, int]] = []
        self.line: list[int] = []  # of each token, among the lines that have any
        self.column: list[int] = []
        self.number: list[int] = []  # of each line with tokens, in the file
        self.first: list[int] = []
        self.last: list[int] = []
        self._found: dict[str, list[int]] = {}
        at = 0
        for number, words in enumerate(self.raw):
            found = [(at + m.start(), at + m.end()) for m in re.finditer(r"\S+", words)]
            if found:
                self.first.append(len(self.bounds))
                self.number.append(number)
                for column, bounds in enumerate(found):
                    self.bounds.append(bounds)
                    self.line.append(len(self.first) - 1)
                    self.column.append(column)
                self.last.append(len(self.bounds) - 1)
            at += len(words) + 1

    def __len__(self) -> int:
        return len(self.bounds)

    def snap(self, start: int, end: int) -> Cursor:
        """The tokens that ``[start, end)`` (code points) touches."""
        inside = [i for i, (a, b) in enumerate(self.bounds) if a < end and start < b]
        return inside[0], inside[-1]

    def place(self, token: int) -> tuple[int, int]:
        """Line of the file and number in it: how SLATE writes a token."""
        return self.number[self.line[token]], self.column[token]

    def down(self, token: int, lines: int) -> int:
        """The token so many lines below (above, if negative), in the same place of its line or at its end."""
        line = max(0, min(self.line[token] + lines, len(self.first) - 1))
        return min(self.first[line] + self.column[token], self.last[line])

    def matches(self, words: str) -> list[int]:
        """Tokens at which SLATE finds words; it counts them by single blanks from the line's edge."""
        if words in self._found:
            return self._found[words]
        found = []
        for line, number in enumerate(self.number):
            raw, column = self.raw[number], 0
            for part in raw.split(words)[:-1]:
                column += part.count(" ")
                found.append(self.first[line] + column)
                column += words.count(" ")
        self._found[words] = [token for token in found if token < len(self)]
        return self._found[words]


def press(grid: Grid, cursor: Cursor, command: str, words: str = "") -> Cursor:
    """What one of SLATE's commands, a count before its key if need be, makes of the cursor."""
    digits, key = command[:-1], command[-1]
    start, end = cursor
    if key in "np":
        found = grid.matches(words) if words else []
        if key == "n":
            there = next((t for t in found if t > start), None)
        else:
            there = next((t for t in reversed(found) if t < start), None)
        return cursor if there is None else (there, there)
    count = int(digits) if digits else 1
    if key in "J:IO" or count == 0:
        a, b = _leap(grid, cursor, key)
        if key in "mk/l":
            return (a, b) if a <= b else cursor
    elif key in "j;":
        step = count if key == ";" else -count
        a, b = _clip(grid, start + step), _clip(grid, end + step)
    elif key in "io":
        step = count if key == "o" else -count
        a, b = grid.down(start, step), grid.down(end, step)
    else:
        a, b = start, end
        if key == "m":
            a = _clip(grid, start - count)
        elif key == "k":
            a = _clip(grid, start + count * count)  # SLATE multiplies the count by itself
        elif key == "/":
            b = _clip(grid, end + count)
        else:
            b = _clip(grid, end - count * count)
        return (a, b) if a <= b else cursor
    # A cursor whose end comes before its start makes SLATE hang.
    return (a, b) if a != start and b != end and a <= b else cursor


def _leap(grid: Grid, cursor: Cursor, key: str) -> Cursor:
    start, end = cursor
    match key:
        case "J" | "j":
            return grid.first[grid.line[start]], grid.first[grid.line[end]]
        case ":" | ";":
            return grid.last[grid.line[start]], grid.last[grid.line[end]]
        case "I" | "i":
            return grid.down(start, -len(grid)), grid.down(end, -len(grid))
        case "O" | "o":
            return grid.down(start, len(grid)), grid.down(end, len(grid))
        case "m":
            return grid.first[grid.line[start]], end
        case "/":
            return start, grid.last[grid.line[end]]
        case "k":
            return grid.last[grid.line[start]], end
    return start, grid.first[grid.line[end]]


def _clip(grid: Grid, token: int) -> int:
    return max(0, min(token, len(grid) - 1))


class Distances:
    """Keys from any cursor to each of some targets; cursors are kept by length and first token.

    Lengths that no target needs are left out.
    """

    def __init__(self, grid: Grid, targets: Sequence[Cursor]) -> None:
        self.grid = grid
        self.targets = list(targets)
        wanted = {end - start + 1 for start, end in targets}
        lengths = set(range(1, 9)) | wanted | {n - k * k for n in wanted for k in range(1, 16)}
        self.lengths = sorted(n for n in lengths if 0 < n <= len(grid))
        self.row = {length: i for i, length in enumerate(self.lengths)}
        self.base = self._relaxed(self._blank(), "")

    def of(self, cursor: Cursor, costs: Costs) -> npt.NDArray[np.int64]:
        """From a cursor to each target."""
        start, end = cursor
        return costs[:, self.row[end - start + 1], start].astype(np.int64)

    def with_search(self, words: str) -> Costs:
        """The same while some words are searched for."""
        return self._relaxed(self.base.copy(), words)

    def _blank(self) -> Costs:
        costs = np.full((len(self.targets), len(self.lengths), len(self.grid)), FAR, np.uint8)
        for i, (start, end) in enumerate(self.targets):
            costs[i, self.row[end - start + 1], start] = 0
        return costs

    def _relaxed(self, costs: Costs, words: str) -> Costs:
        jumps = [*self._jumps, *(self._table(key, words) for key in "np" if words)]
        while True:
            before = costs.copy()
            self._shifts(costs)
            self._clipped(costs)
            self._edges(costs)
            flat = np.concatenate([costs.reshape(len(costs), -1), self._none], axis=1)
            for price, table in jumps:
                np.minimum(costs, flat[:, table] + np.uint8(price), out=costs)
            if (costs == before).all():
                return costs

    @cached_property
    def _none(self) -> Costs:
        return np.full((len(self.targets), 1), FAR, np.uint8)

    @cached_property
    def _jumps(self) -> list[tuple[int, npt.NDArray[np.int64]]]:
        lines = range(1, len(self.grid.first))
        counted = [f"{n if n > 1 else ''}{key}" for key in "io" for n in lines]
        return [self._table(c) for c in [*"J:IO", "0m", "0/", "0k", "0l", *counted]]

    def _table(self, command: str, words: str = "") -> tuple[int, npt.NDArray[np.int64]]:
        """The price of a command, and for each cursor the place in the flat costs of where it leads."""
        size = len(self.grid)
        nowhere = len(self.lengths) * size
        table = np.full((len(self.lengths), size), nowhere, np.int64)
        for i, length in enumerate(self.lengths):
            for start in range(size - length + 1):
                cursor = start, start + length - 1
                a, b = press(self.grid, cursor, command, words)
                row = self.row.get(b - a + 1)
                if row is not None:
                    table[i, start] = row * size + a
        return len(command), table

    def _shifts(self, costs: Costs) -> None:
        """Moving the whole cursor by tokens: 1 key for one, with a count of 1 to 3 digits a key more each."""
        for way in (costs, costs[:, :, ::-1]):
            one = _window(way, 1, 1) + np.uint8(1)
            some = _window(way, 2, 9) + np.uint8(2)
            many = _window(way, 10, 99) + np.uint8(3)
            most = _beyond(way, 100) + np.uint8(4)
            # Read before written: `way` is a view of `costs`.
            best = np.minimum(np.minimum(one, some), np.minimum(many, most))
            np.minimum(way, best, out=way)

    def _clipped(self, costs: Costs) -> None:
        """Moving a long cursor into the beginning or the end of the text, which shortens it."""
        size = len(self.grid)
        for short, long in itertools.combinations(self.lengths, 2):
            i, j = self.row[short], self.row[long]
            # neither edge may stand at the text's edge before
            starts = np.arange(1, size - long)
            right = self._prices[size - short - starts] + costs[:, i, size - short, None]
            left = self._prices[starts + long - short] + costs[:, i, 0, None]
            kept = costs[:, j, 1 : size - long]
            np.minimum(kept, np.minimum(left, right), out=kept)

    @cached_property
    def _prices(self) -> Costs:
        return np.array([0, *(_price(count) for count in range(1, len(self.grid) + 1))], np.uint8)

    def _edges(self, costs: Costs) -> None:
        """Growing by a count at either edge, and shrinking by a count's square."""
        size = len(self.grid)
        for short, long in itertools.combinations(self.lengths, 2):
            i, j, step = self.row[short], self.row[long], long - short
            grow = np.uint8(_price(step))
            np.minimum(costs[:, i], costs[:, j] + grow, out=costs[:, i])
            if step < size:
                np.minimum(costs[:, i, step:], costs[:, j, :-step] + grow, out=costs[:, i, step:])
            root = round(step**0.5)
            if root * root == step:
                shrink = np.uint8(_price(root))
                keep = costs[:, j, : size - long + 1]
                np.minimum(keep, costs[:, i, : size - long + 1] + shrink, out=keep)
                np.minimum(keep, costs[:, i, step : step + size - long + 1] + shrink, out=keep)


def _window(costs: Costs, first: int, last: int) -> Costs:
    """The least of the costs ``first`` to ``last`` places on."""
    size = costs.shape[2]
    padded = np.concatenate([costs, np.full((*costs.shape[:2], last), FAR, np.uint8)], axis=2)[:, :, first:]
    width, best = 1, padded
    while width * 2 <= last - first + 1:
        best = np.minimum(best[:, :, :-width], best[:, :, width:])
        width *= 2
    rest = last - first + 1 - width
    if rest:
        best = np.minimum(best[:, :, : best.shape[2] - rest], best[:, :, rest:])
    return best[:, :, :size]


def _beyond(costs: Costs, first: int) -> Costs:
    """The least of the costs from ``first`` places on."""
    out = np.full(costs.shape, FAR, np.uint8)
    if first < costs.shape[2]:
        suffix = np.minimum.accumulate(costs[:, :, ::-1], axis=2)[:, :, ::-1]
        out[:, :, :-first] = suffix[:, :, first:]
    return out


def _price(count: int) -> int:
    return 1 if count == 1 else 1 + len(str(count))
