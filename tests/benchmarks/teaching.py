"""How many articles the order of the list saves: gold replayed, in its order and in a random one.

::

    python tests/benchmarks/teaching.py --data DIR --seeds 20

``DIR/devset`` has windows of news with their gold. A third of them is measured with. A learner begins with
three random articles, then takes three more at a time, as an order has it that knows what the learner
proposes at the time and how sure it is, and learns anew from all that it has. The learner is a small one
that starts from nothing (a linear model of words, their shapes and neighbours, read by the decoder of the
shipped pipeline), since that pipeline was made from texts like these and has little left to learn from them:
what is compared is the orders, in the place of a desk whose labels no pipeline knows yet.

Orders: ``random``; ``list``, the desk's, with a random article at every fourth place; ``doubt``, the same
without random ones (spans that are probably wrong); ``mean``, by mean doubt a span; ``length``, the longest
first, which shows how much of a gain is only more words.
"""

from __future__ import annotations

import argparse
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

import numpy as np
from keys_gold import read_window, windows

from annotations.annotation import DONE, NEW
from annotations.components.tags import Numbers, TagDecoder, log_softmax
from annotations.italian import blank_italian, word_indices
from annotations.next_articles import Candidate, next_articles

LABELS = ("PER", "LOC", "ORG")
BATCH = 3
LAST = 30
"""Articles at a time, and in the end."""
BUCKETS = 1 << 14
ROUNDS = 40
DECODER = TagDecoder(LABELS)
TAGS = len(DECODER.tags)
Spans = set[tuple[int, int, str]]


@dataclass(frozen=True, eq=False)
class Window:
    """One article: a row of features for each word, its tag, and the gold spans by words."""

    name: str
    features: Numbers
    tags: Numbers
    gold: Spans


def read(folder: Path) -> list[Window]:
    """All windows of the dev set."""
    nlp = blank_italian()
    found = []
    for name in windows(folder):
        doc = nlp.make_doc((folder / f"{name}.txt").read_text(encoding="utf-8"))
        words = [doc[i] for i in word_indices(doc)]
        tags = np.zeros(len(words), int)
        gold: Spans = set()
        for start, end, label in sorted(read_window(folder, name).spans):
            inside = [n for n, word in enumerate(words) if word.idx < end and start < word.idx + len(word)]
            if label in LABELS and inside:
                gold.add((inside[0], inside[-1] + 1, label))
                begin = 1 + 2 * LABELS.index(label)
                tags[inside[0]], tags[inside[1:]] = begin, begin + 1
        found.append(Window(name, _features([word.text for word in words]), tags, gold))
    return found


def _features(words: Sequence[str]) -> Numbers:
    padded = ["", "", *words, "", ""]
    low = [word.lower() for word in padded]
    shape = ["".join("X" if c.isupper() else "x" if c.isalpha() else "d" for c in w[:4]) for w in padded]
    rows = []
    for i in range(2, len(padded) - 2):
        told = (
            f"word {low[i]}", f"shape {shape[i]}", f"begin {low[i][:3]}", f"end {low[i][-3:]}",
            f"before {low[i - 1]}", f"after {low[i + 1]}", f"further {low[i - 2]}",
            f"shapes {shape[i - 1]} {shape[i]}", f"next {shape[i]} {shape[i + 1]}",
            f"both {low[i - 1]} {shape[i]}", "always",
        )  # fmt: skip
        rows.append([zlib.crc32(feature.encode()) % BUCKETS for feature in told])
    return np.array(rows)


class Learner:
    """A linear model of tags, learnt anew from some windows."""

    def __init__(self, windows: Sequence[Window]) -> None:
        features, tags = np.vstack([w.features for w in windows]), np.concatenate([w.tags for w in windows])
        used, rows = np.unique(features, return_inverse=True)
        rows = rows.reshape(features.shape)
        weights, sums = np.zeros((len(used), TAGS)), np.full((len(used), TAGS), 0.01)
        for _round in range(ROUNDS):  # Adagrad on all words at once, drawn to zero
            error = np.exp(log_softmax(weights[rows].sum(1)))
            error[np.arange(len(tags)), tags] -= 1
            spread = np.repeat(error, rows.shape[1], 0)
            step = np.stack([np.bincount(rows.ravel(), spread[:, k], len(used)) for k in range(TAGS)], 1)
            step += 0.3 * weights
            sums += step**2
            weights -= 0.5 * step / np.sqrt(sums)
        self._weights = np.zeros((BUCKETS, TAGS))
        self._weights[used] = weights

    def spans(self, window: Window) -> list[tuple[int, int, str, float]]:
        """What it proposes, with probabilities."""
        return DECODER.spans(self._weights[window.features].sum(1))

    def f(self, windows: Sequence[Window]) -> float:
        """F of exact spans."""
        right = found = gold = 0
        for window in windows:
            spans = {(start, end, label) for start, end, label, _score in self.spans(window)}
            right, found, gold = right + len(spans & window.gold), found + len(spans), gold + len(window.gold)
        return 2 * right / max(1, found + gold)


Chooser = Callable[[Learner, list[Window], list[Window], dict[str, float]], list[Window]]
"""From the learner, what is learnt, what is left and the lots: what is left, in an order."""


def _randomly(
    learner: Learner, had: list[Window], left: list[Window], lots: dict[str, float]
) -> list[Window]:
    return sorted(left, key=lambda window: lots[window.name])


def _as_listed(
    learner: Learner, had: list[Window], left: list[Window], lots: dict[str, float]
) -> list[Window]:
    done = [Candidate(DONE, True, 0, 0, 0)] * len(had)
    new = [
        Candidate(NEW, bool(doubts), len(doubts), mean(doubts) if doubts else 0, lots[window.name])
        for window, doubts in ((window, _doubts(learner, window)) for window in left)
    ]
    return [left[place.index - len(had)] for place in next_articles([*done, *new])]


def _doubts(learner: Learner, window: Window) -> list[float]:
    return [1 - score for *_span, score in learner.spans(window)]


def _by(value: Callable[[Learner, Window], float]) -> Chooser:
    def choose(
        learner: Learner, had: list[Window], left: list[Window], lots: dict[str, float]
    ) -> list[Window]:
        return sorted(left, key=lambda window: -value(learner, window))

    return choose


ORDERS: dict[str, Chooser] = {
    "random": _randomly,
    "list": _as_listed,
    "doubt": _by(lambda learner, window: sum(_doubts(learner, window))),
    "mean": _by(lambda learner, window: mean(_doubts(learner, window) or [0])),
    "length": _by(lambda learner, window: len(window.tags)),
}


def curves(windows: Sequence[Window], seed: int) -> dict[str, list[float]]:
    """F by order after 3, 6, … articles, all from the same three, on the same third."""
    chance = np.random.default_rng(seed)
    dealt = [windows[i] for i in chance.permutation(len(windows))]
    third = len(dealt) // 3
    measured, pool = dealt[:third], dealt[third:]
    lots = {window.name: float(chance.random()) for window in pool}
    found: dict[str, list[float]] = {}
    for name, choose in ORDERS.items():
        had, curve = pool[:BATCH], []
        while True:
            learner = Learner(had)
            curve.append(learner.f(measured))
            if len(had) >= LAST:
                break
            left = [window for window in pool if window not in had]
            had = [*had, *choose(learner, had, left, lots)[:BATCH]]
        found[name] = curve
    return found


def reached(curve: Sequence[float], goal: float) -> float:
    """After how many articles a curve reaches an F, with the way between two points taken as straight."""
    for step, f in enumerate(curve):
        if f >= goal:
            before = curve[step - 1] if step else f
            share = (goal - before) / (f - before) if f > before else 1.0
            return BATCH * (step + (share if step else 1.0))
    return float("inf")


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    windows = read(options.data / "devset")
    runs = []
    for seed in range(options.seeds):
        runs.append(curves(windows, seed))
        print(f"seed {seed}", file=sys.stderr)
    steps = range(len(runs[0]["random"]))
    print("F of exact spans after so many articles, mean of", len(runs), "runs; gain over random, its spread")
    print(f"{'':8}" + "".join(f"{BATCH * (step + 1):6}" for step in steps) + "   gain    sd  better")
    means = {}
    for name in ORDERS:
        means[name] = [mean(run[name][step] for run in runs) for step in steps]
        gains = [mean(run[name][step] - run["random"][step] for step in steps[1:]) for run in runs]
        spread = stdev(gains) if len(gains) > 1 else 0.0
        better = sum(gain > 0 for gain in gains)
        row = "".join(f"{100 * f:6.1f}" for f in means[name])
        print(f"{name:8}{row}{100 * mean(gains):7.2f}{100 * spread:6.2f}  {better}/{len(runs)}")
    goal = means["random"][-1]
    print(f"articles for the F that random has after {LAST} ({100 * goal:.1f}), on the mean curve:")
    for name in ORDERS:
        print(f"{name:8}{reached(means[name], goal):6.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
