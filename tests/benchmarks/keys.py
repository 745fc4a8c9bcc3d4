"""``python tests/benchmarks/keys.py``: how many keys lie between opening an article and its gold annotation.

An ideal editor (`keys_editor`) looks at the real desk under Textual's pilot and at gold, plans the keys that
part the two, and presses them there; then the annotation must be gold, with its links, and nothing undecided.
Every key counts one, Shift and a letter too. Keys that only the desk knows: no mouse, no pasting.

The Adnkronos article is done with the suggestions that come along and without any; beside the latter stand
the keys that SLATE would take for the same spans (`keys_slate`). The dev set, where it is there, is done with
suggestions, and with ``--all`` without them too.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parent.parent
REPOSITORY = TESTS.parent
sys.path[:0] = [str(Path(__file__).parent), str(TESTS), str(REPOSITORY)]

from conftest import ADNKRONOS, SharedSuggesting  # noqa: E402
from desks import SIZE, settled  # noqa: E402
from keys_editor import IdealEditor, Plan  # noqa: E402
from keys_faults import Faults  # noqa: E402
from keys_gold import Gold, read_gold, read_window, windows  # noqa: E402
from keys_slate import links_apart, shortest  # noqa: E402
from keys_twin import Twin, screen_of  # noqa: E402

from annotations.scheme import default_scheme  # noqa: E402
from annotations.store import Store  # noqa: E402
from annotations.suggesters import SHIPPED  # noqa: E402
from tui.app import ChiosaApp  # noqa: E402
from tui.desk import Desk  # noqa: E402

GOLD = Path(__file__).parent / "adnkronos.gold.json"
DATA = REPOSITORY.parent / "shared" / "data"
MOST = {(SHIPPED, "Adnkronos"): 0.5, (SHIPPED, "dev set"): 0.8}
"""Keys a span that are to be reached; without suggestions, half of SLATE's keys."""
GOING = {"escape", "n", "p", "N", "P", "i", "I", "/", "space", "pageup", "g", "G"}
"""Keys that only lead somewhere."""


@dataclass(frozen=True, slots=True)
class Done:
    """One article brought to gold: what was wrong in the suggestions, and the plan that mended it."""

    name: str
    spans: int
    wrong: int
    missing: int
    links: int
    plan: Plan

    @property
    def keys(self) -> int:
        """Keys pressed."""
        return self.plan.count


async def bring_to_gold(path: Path, gold: Gold, model: str, width: int | None = None) -> Done:
    """Open an article on a desk of its own, and press keys until it is gold.

    Raises:
        AssertionError: the editor is stuck, or the desk did not do what its twin did.
    """
    with tempfile.TemporaryDirectory() as folder:
        article = Path(shutil.copy(path, folder))
        store = Store(article.parent / ".chiosa", "Lina", default_scheme())
        desk = Desk([article], store, SharedSuggesting(model), proposes=model != "none", single=True)
        app = ChiosaApp(desk)
        async with app.run_test(size=SIZE) as pilot:
            review = await settled(pilot)
            assert review.tokens is not None
            gold = gold.on(review.tokens)
            faults = Faults(review.annotation, gold, review.article.text, review.scheme)
            twin = Twin(screen_of(app))
            plan = (IdealEditor(twin, gold, width) if width else IdealEditor(twin, gold)).plan()
            await pilot.press(*plan.keys)
            if not gold.reached_by(review.annotation):
                raise AssertionError(f"{path.name}: not gold after {' '.join(plan.keys)}: {review.message}")
        desk.give_all_back()  # nothing is written to the folder any more
    return Done(path.stem, len(gold.spans), len(faults.wrong), len(faults.missing), len(faults.loose), plan)


def run(articles: Sequence[tuple[Path, Gold]], model: str, width: int | None) -> list[Done]:
    """Bring articles to gold, one after another."""
    done = []
    for path, gold in articles:
        done.append(asyncio.run(bring_to_gold(path, gold, model, width)))
        print(f"{path.stem}: {done[-1].keys} keys", file=sys.stderr)
    return done


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table."""
    print("| " + " | ".join(head) + " |")
    print("|---" * len(head) + "|")
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print()


def with_suggestions(title: str, model: str, done: Sequence[Done]) -> None:
    """What the keys are with suggestions, per article and in sum."""
    rows = [[d.name, d.spans, d.wrong, d.missing, d.links, d.keys, f"{d.keys / d.spans:.2f}"] for d in done]
    sums = [sum(values) for values in zip(*(row[1:6] for row in rows), strict=True)]
    if len(rows) > 1:
        rows.append(["sum", *sums, f"{sums[-1] / sums[0]:.2f}"])
    print(f"## {title}, suggestions of {model}\n")
    table(("article", "gold spans", "wrong", "missing", "links amiss", "keys", "keys a span"), rows)
    _judged(sums[-1] / sums[0], MOST.get((model, title)), "keys a span")


def without_suggestions(title: str, done: Sequence[Done], articles: Sequence[tuple[Path, Gold]]) -> None:
    """The keys without suggestions, beside SLATE's, per article and in sum."""
    rows, ours, theirs = [], 0, 0
    for d, (path, gold) in zip(done, articles, strict=True):
        text = path.read_text(encoding="utf-8")
        marking = shortest(text, gold.spans)
        linking = links_apart(text, gold)
        rows.append([d.name, d.spans, d.keys, marking.count, f"{d.keys / marking.count:.2f}", f"+{linking}"])
        ours, theirs = ours + d.keys, theirs + marking.count
    if len(rows) > 1:
        rows.append(["sum", sum(d.spans for d in done), ours, theirs, f"{ours / theirs:.2f}", ""])
    print(f"## {title}, no suggestions\n")
    table(("article", "gold spans", "keys, links and all", "SLATE, no links", "ratio", "SLATE's links"), rows)
    _judged(ours / theirs, 0.5, "of SLATE's keys")


def spent(done: Sequence[Done]) -> None:
    """What the keys went into, and how many of them were for getting there."""
    keys: Counter[str] = Counter()
    times: Counter[str] = Counter()
    ways: Counter[str] = Counter()
    for d in done:
        for step in d.plan.steps:
            keys[step.name] += len(step.keys)
            times[step.name] += 1
            ways[step.name] += _way(step.keys)
    rows = [
        [name, times[name], count, ways[name], f"{count / times[name]:.1f}"]
        for name, count in keys.most_common()
    ]
    rows.append(["sum", sum(times.values()), sum(keys.values()), sum(ways.values()), ""])
    table(("deed", "times", "keys", "of these to get there", "keys each"), rows)


def _way(deed: Sequence[str]) -> int:
    """How many keys at the beginning of a deed only lead to its place."""
    at = 0
    while at < len(deed) and deed[at] in GOING:
        at += deed[at:].index("enter") + 1 if deed[at] == "/" else 1
    return at


def _judged(figure: float, most: float | None, what: str) -> None:
    if most is not None:
        print(f"{figure:.2f} {what}; at most {most} wanted: {'reached' if figure <= most else 'missed'}\n")


def _written(done: Sequence[Done]) -> None:
    for d in done:
        print(f"### {d.name}\n")
        for step in d.plan.steps:
            print(f"    {step.name:15}{' '.join(step.keys)}")
        print()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--data", type=Path, default=REPOSITORY.parent / "shared" / "data", help="data folder"
    )
    parser.add_argument("--model", default=SHIPPED, help="whose suggestions (default: %(default)s)")
    parser.add_argument("--windows", type=int, help="only so many windows of the dev set; 0 leaves it out")
    parser.add_argument("--width", type=int, help="plans that the editor follows side by side")
    parser.add_argument("--all", action="store_true", help="the dev set without suggestions too")
    parser.add_argument("--plans", action="store_true", help="print all keys")
    options = parser.parse_args()
    adnkronos = [(REPOSITORY / "articles" / f"{ADNKRONOS}.txt", read_gold(GOLD))]
    folder = options.data / "devset"
    dev = [(folder / f"{name}.txt", read_window(folder, name)) for name in windows(folder)]
    if not dev:
        print(f"no dev set in {folder}: left out (--data names another folder)", file=sys.stderr)
    dev = dev[: options.windows]
    reports: list[tuple[str, Sequence[tuple[Path, Gold]]]] = [("Adnkronos", adnkronos)]
    reports += [("dev set", dev)] if dev else []
    told: Callable[[Sequence[Done]], None] = _written if options.plans else spent
    for title, articles in reports:
        done = run(articles, options.model, options.width)
        with_suggestions(title, options.model, done)
        told(done)
    for title, articles in reports if options.all else reports[:1]:
        done = run(articles, "none", options.width)
        without_suggestions(title, done, articles)
        told(done)


if __name__ == "__main__":
    main()
