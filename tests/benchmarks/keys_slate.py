"""The least number of keys that SLATE, another annotator for the terminal, needs for a list of spans.

SLATE (slate-nlp 1.1.3) is modelled from its own commands (`keys_slate_grid`), on its own tokens, which blanks
part: moving by tokens and lines, with counts, to the ends of a line and of the text, growing and shrinking
the span at either edge, searching. A cursor is a stretch of tokens and stays as long as it was where the next
span begins. The keys are an exact shortest path over cursor, words searched for and spans still to do.

What is left out costs SLATE little: spans are done in reading order or up to `REACH` places out of it, and
only the `SEARCHES` that pay best are looked at. All else is in its favour: every label has one key (its own
settings need two), saving and links cost nothing, our spans grow outward to its tokens and those that become
one are marked once, and whoever presses the keys counts far tokens at a glance and knows beforehand which
letters are worth searching for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import numpy.typing as npt
from keys_gold import Gold
from keys_slate_grid import FAR, Costs, Cursor, Distances, Grid, press

REACH = 8
"""How many spans may be done before an earlier one."""
SEARCHES = 40
"""How many searches, the most promising, are looked at exactly."""
LABEL_KEYS = "abcdefgrvwxyz"
"""Keys that mean nothing else to SLATE while it labels."""
TEXTS = re.compile(r"[ -~]+")
"""What can be typed: SLATE knows no letters beyond ASCII."""


@dataclass(frozen=True, slots=True)
class Run:
    """The keys for one text: ``keys`` as typed, ``places`` the stretches in the order they are labelled."""

    keys: tuple[str, ...]
    places: tuple[Cursor, ...]
    spans: int

    @property
    def count(self) -> int:
        """How many keys that is."""
        return len(self.keys)


def shortest(text: str, spans: Iterable[tuple[int, int, str]], first_place: int = 0) -> Run:
    """The least keys for spans given as start, end (code points) and label.

    Raises:
        ValueError: there are more labels than SLATE has free keys.
    """
    grid = Grid(text)
    labels: dict[Cursor, set[str]] = defaultdict(set)
    wanted = list(spans)
    keys = dict(zip(sorted({label for _, _, label in wanted}), LABEL_KEYS, strict=False))
    for start, end, label in wanted:
        labels[grid.snap(start, end)].add(keys[label])
    places = sorted(labels, key=lambda place: (place[0], -place[1]))
    if not places:
        return Run((), (), 0)
    distances = Distances(grid, places)
    sources = [(first_place, first_place), *places]
    found: list[tuple[str, Costs]] = [("", distances.base)]
    found += [(words, distances.with_search(words)) for words in _searches(grid, distances, sources)]
    tour = _tour([words for words, _ in found], np.stack([_between(distances, sources, c) for _, c in found]))
    typed: list[str] = []
    cursor, words = sources[0], ""
    for place, search in tour:
        typed += _typed(words, found[search][0])
        words = found[search][0]
        for command in _path(grid, distances, cursor, place, found[search][1], words):
            typed += command
        cursor = places[place]
        typed += sorted(labels[cursor])
    return Run(tuple(typed), tuple(places[place] for place, _ in tour), len(wanted))


def links_apart(text: str, gold: Gold) -> int:
    """The keys of the second run in which SLATE links quotes to their cues and sources, at the least.

    Both ends of a link are cursors, moved as in the first run and left where they are from link to link; a
    key makes the link. Their kinds go unsaid.
    """
    grid = Grid(text)
    order = sorted((grid.snap(*content), grid.snap(*target)) for content, _kind, target in gold.links)
    keys = len(order)
    for ends in zip(*order, strict=True):
        distances = Distances(grid, list(ends))
        keys += sum(
            int(distances.of(before, distances.base)[i]) for i, before in enumerate([(0, 0), *ends[:-1]])
        )
    return keys


def _between(distances: Distances, sources: Sequence[Cursor], costs: Costs) -> npt.NDArray[np.int64]:
    return np.stack([distances.of(source, costs) for source in sources])


def _searches(grid: Grid, distances: Distances, sources: Sequence[Cursor]) -> list[str]:
    """The words whose search looks most worth its keys, by a quick estimate of what they save."""
    plain = _between(distances, sources, distances.base)
    usual = np.array([plain[i, i] for i in range(len(distances.targets))])
    # "?" ends a search and "!" rubs out.
    text = "\n".join(grid.raw).replace("?", "\n").replace("!", "\n")
    seen: set[str] = set()
    for run in TEXTS.findall(text):
        seen.update(run[i : i + n] for i in range(len(run)) for n in range(1, 6) if len(run[i : i + n]) == n)
    ranked = []
    for words in seen:
        found = np.array(grid.matches(words))
        if len(found) < 2:
            continue
        saved = 0
        for i, (source, best) in enumerate(zip(sources, usual, strict=False)):
            after = found[np.searchsorted(found, source[0], side="right") :][: max(0, best - 1)]
            there = distances.base[i, 0, after].astype(np.int64) + np.arange(1, len(after) + 1)
            saved += max(0, best - int(there.min(initial=FAR)))
        if saved > 2 + len(words):
            ranked.append((2 + len(words) - saved, words))
    return [words for _, words in sorted(ranked)[:SEARCHES]]


def _typed(before: str, words: str) -> list[str]:
    """The keys that change the words searched for: rubbed out and typed, or cleared and typed."""
    if before == words:
        return []
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, words, strict=False)))
    mended = ["\\", *["BACKSPACE"] * (len(before) - common), *words[common:], "ENTER"]
    anew = [*(["|"] if before else []), "\\", *words, "ENTER"]
    return min(anew, mended, key=len)


def _tour(words: Sequence[str], between: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """The cheapest order of all targets: pairs of a target and of the search that leads there.

    A state is the first target still to do, which of the `REACH` after it are done, and the last one done;
    for each search in use it has the least keys so far.
    """
    change = np.array([[len(_typed(a, b)) for b in words] for a in words], np.int64)
    change[1:, 0] = FAR  # words once typed stay until others are
    size = between.shape[2]
    State = tuple[int, frozenset[int], int]
    start: State = (0, frozenset(), -1)
    layer: dict[State, npt.NDArray[np.int64]] = {start: np.where(np.arange(len(words)) == 0, 0, 10**6)}
    steps: list[dict[State, list[tuple[State, npt.NDArray[np.int64]]]]] = []
    costs = [layer]
    for _ in range(size):
        following: dict[State, npt.NDArray[np.int64]] = {}
        came: dict[State, list[tuple[State, npt.NDArray[np.int64]]]] = defaultdict(list)
        for state, keys in layer.items():
            first, done, last = state
            ready = (keys[:, None] + change).min(axis=0)
            for target in range(first, min(first + REACH + 1, size)):
                if target in done:
                    continue
                now = set(done) | {target}
                low = first
                while low in now:
                    now.remove(low)
                    low += 1
                there: State = (low, frozenset(now), target)
                cost = ready + between[:, last + 1, target]
                came[there].append((state, cost))
                following[there] = np.minimum(following[there], cost) if there in following else cost
        steps.append(came)
        costs.append(following)
        layer = following
    state = min(layer, key=lambda s: int(layer[s].min()))
    search = int(layer[state].argmin())
    tour: list[tuple[int, int]] = []
    for before, came in zip(costs[-2::-1], steps[::-1], strict=True):
        least = costs[len(steps) - len(tour)][state][search]
        origin = next(s for s, cost in came[state] if cost[search] == least)
        tour.append((state[2], search))
        search = int((before[origin] + change[:, search]).argmin())
        state = origin
    return tour[::-1]


def _path(
    grid: Grid, distances: Distances, cursor: Cursor, target: int, costs: Costs, words: str
) -> list[str]:
    """The commands of a shortest way to a target."""
    commands: list[str] = []
    while (left := int(distances.of(cursor, costs)[target])) > 0:
        for command in _commands(grid, words):
            there = press(grid, cursor, command, words)
            row = distances.row.get(there[1] - there[0] + 1)
            if row is not None and int(costs[target, row, there[0]]) == left - len(command):
                commands.append(command)
                cursor = there
                break
        else:
            raise AssertionError("a way that no command goes")
    return commands


def _commands(grid: Grid, words: str) -> Iterable[str]:
    yield from "np" if words else ""
    yield from "J:IO"
    for count in range(1, len(grid)):
        yield from (f"{count if count > 1 else ''}{key}" for key in ";jm/iokl")
    yield from (f"0{key}" for key in "m/kl")
