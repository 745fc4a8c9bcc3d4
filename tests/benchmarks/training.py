"""``python tests/benchmarks/training.py DATA``: what reviewing 30 articles of the dev set teaches.

The gold of 30 windows goes into a store as their editor would have decided them, the real ``chiosa train
--base`` trains on that store, and the shipped and the trained pipeline are scored on the other 33. A table is
printed, and with ``--json FILE`` written. ``--partitions N`` repeats it with other random halves, since one
says little.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

TESTS = Path(__file__).parent.parent
sys.path.insert(0, str(TESTS / "benchmarks"))
os.environ.setdefault("CHIOSA_SETTINGS", os.devnull)

from keys_gold import Gold, read_window, windows  # noqa: E402

from annotations.annotation import ACCEPTED, DONE, SUGGESTED, Annotation, Link, Span  # noqa: E402
from annotations.article import Article, load_article  # noqa: E402
from annotations.formats import Reviewed  # noqa: E402
from annotations.history import History  # noqa: E402
from annotations.scheme import default_scheme  # noqa: E402
from annotations.scoring import Scores  # noqa: E402
from annotations.store import Store  # noqa: E402
from annotations.suggesters import SHIPPED, Suggester, load_suggester  # noqa: E402
from annotations.suggestions import merge  # noqa: E402
from annotations.training.figures import figures  # noqa: E402

REVIEWED = 30
LABELS = ("PER", "LOC", "ORG", "CONTENT", "CUE", "SOURCE")
"""What the dev set's gold has; nobody looked at dates."""


def reviewed(article: Article, gold: Gold, proposals: Annotation) -> Annotation:
    """What an editor leaves behind: proposals that are right accepted, others rejected, the rest added.

    Proposals of labels that the gold has not looked at are taken away, as if they had never been made.
    """
    spans: list[Span] = []
    places: dict[tuple[int, int, str], str] = {}
    for span in proposals.spans:
        words = (span.start, span.end, span.label)
        if span.label not in gold.labels or span.status != SUGGESTED or words in places:
            continue
        right = words in gold.spans
        spans.append(replace(span, status=ACCEPTED if right else "rejected"))
        if right:
            places[words] = span.id
    for number, words in enumerate(sorted(gold.spans - places.keys())):
        places[words] = f"e{number}"
        spans.append(Span(f"e{number}", *words, ACCEPTED, "editor:anna"))
    links = [
        Link(places[(*content, "CONTENT")], kind, places[(*target, kind.upper())])
        for content, kind, target in gold.links
    ]
    ordered = tuple(sorted(spans, key=lambda s: s.order))
    return Annotation("anna", DONE, ordered, tuple(sorted(links)))


def fill(folder: Path, data: Path, names: Sequence[str], suggester: Suggester) -> Store:
    """A folder of articles with their reviews in its store."""
    scheme = default_scheme()
    store = Store(folder / ".chiosa", "anna", scheme)
    for name in names:
        shutil.copy(data / f"{name}.txt", folder)
        article = load_article(folder / f"{name}.txt")
        proposals = merge(Annotation("anna"), suggester.suggest(article.text), scheme, suggester.name)
        annotation = reviewed(article, read_window(data, name), proposals)
        session = store.open(article)
        try:
            session.save(History(annotation))
        finally:
            session.close()
    return store


def units_of(data: Path, names: Sequence[str]) -> list[Reviewed]:
    """The gold of windows, to score against."""
    units = []
    for name in names:
        article = load_article(data / f"{name}.txt")
        units.append(Reviewed(article, reviewed(article, read_window(data, name), Annotation("anna"))))
    return units


def trained(folder: Path) -> tuple[Path, str]:
    """Run the command; the model's folder and what it said."""
    command = [sys.executable, "-m", "tui.cli", "train", str(folder), "--base", "--annotator", "anna"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=TESTS.parent)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    (model,) = (folder / ".chiosa" / "models").glob("trained-*")
    return model, done.stdout + done.stderr


def shares(scores: Scores) -> dict[str, float]:
    """F in points of a hundred, by label, by layer and of all."""
    counts = {**scores.by_label, **scores.by_layer, "all": scores.total}
    return {name: round(100 * (count.f or 0.0), 2) for name, count in counts.items()}


def partition(data: Path, number: int) -> dict[str, Any]:
    """One random half: what is reached before and after."""
    names = windows(data)
    random.Random(number).shuffle(names)
    mine, others = names[:REVIEWED], names[REVIEWED:]
    scheme = default_scheme()
    units = units_of(data, others)
    shipped = load_suggester(SHIPPED, threads=0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, data, mine, shipped)
        model, _said = trained(folder)
        before = shares(figures(shipped, units, scheme, LABELS))
        after = shares(figures(load_suggester(str(model), threads=0), units, scheme, LABELS))
        adopted = (folder / ".chiosa" / "models" / "current").exists()
    return {"partition": number, "reviewed": sorted(mine), "before": before, "after": after, "used": adopted}


def main() -> int:
    """Measure and print; status 1 where the trained pipeline does not win on average."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path, help="the data folder, with devset/ in it")
    parser.add_argument("--partitions", type=int, default=1, metavar="N", help="how many (default: 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here")
    args = parser.parse_args()
    results = []
    names: list[str] = []
    for number in range(args.partitions):
        result = partition(args.data / "devset", number)
        results.append(result)
        if not names:
            names = list(result["before"])
            print("half  " + "".join(f"{name:>16}" for name in names) + "  used", flush=True)
        pairs = [f"{result['before'][n]:.1f} → {result['after'].get(n, 0):.1f}" for n in names]
        print(f"{number:4}  " + "".join(f"{pair:>16}" for pair in pairs) + f"  {result['used']}", flush=True)
    gains = {n: [r["after"].get(n, 0.0) - r["before"].get(n, 0.0) for r in results] for n in names}
    print("mean  " + "".join(f"{statistics.mean(gains[n]):>+16.2f}" for n in names))
    won = sum(gain > 0 for gain in gains["all"])
    print(f"the trained pipeline beats the shipped one in {won} of {len(results)}")
    if args.json:
        args.json.write_text(json.dumps({"halves": results, "won": won}, indent=1) + "\n", encoding="utf-8")
    return 0 if statistics.mean(gains["all"]) > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
