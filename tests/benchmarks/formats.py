"""``python tests/benchmarks/formats.py``: how fast DocBins are written and read, and what each format keeps.

Export goes through what ``chiosa export`` calls, beside the least that makes the same Docs and DocBins;
import through what ``chiosa import`` calls, into an empty store beside the articles, and into an empty
folder. They take turns, round by round, in one process; the articles are 4 kB long with 60 spans.
``--articles 10000`` is the full size, ``--whole`` writes and reads all in one go besides, in processes of
their own whose memory is measured. Then 200 hostile articles make a trip through each format. Tables go to
stdout, with ``--json FILE`` all figures to a file.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]

from newsroom import articles  # noqa: E402
from roundtrips import corpus, described, expected, there_and_back  # noqa: E402

from annotations.annotation import ACCEPTED, REJECTED  # noqa: E402
from annotations.errors import ChiosaError  # noqa: E402
from annotations.formats import ALL, Reviewed, formats, get_format  # noqa: E402
from annotations.formats.exporting import SEED, export  # noqa: E402
from annotations.formats.importing import import_articles  # noqa: E402
from annotations.formats.shelf import Shelf  # noqa: E402
from annotations.formats.split import split_articles  # noqa: E402
from annotations.language import _  # noqa: E402
from annotations.scheme import ENTITIES, default_scheme  # noqa: E402
from annotations.store import Store  # noqa: E402

SCHEME = default_scheme()
HOSTILE = 200
EXPORT_LIMIT = 1.5
"""What an export may take, as a multiple of making the same Docs and DocBins directly."""


def direct(units: list[Reviewed], folder: Path, exceptions: dict[str, list[str]]) -> None:
    """The least that makes the Docs and files of an export of articles that are done."""
    from spacy.symbols import ORTH
    from spacy.tokens import DocBin, SpanGroup

    from annotations.formats.spacy_docs import ATTRS
    from annotations.italian import blank_italian

    nlp = blank_italian()
    for word, pieces in exceptions.items():
        nlp.tokenizer.add_special_case(word, [{ORTH: piece} for piece in pieces])
    split = split_articles((unit.article.id for unit in units), SEED, {u.article.id for u in units})
    bins = {
        (task, part): DocBin(attrs=ATTRS, store_user_data=True)
        for task in ("ner", "spancat")
        for part in ("train", "dev")
    }
    for unit in units:
        doc = nlp.make_doc(unit.article.text)
        found: dict[str, list[Any]] = {"ents": [], "rejected": [], "sc": []}
        for span in unit.annotation.spans:
            entity = SCHEME.layer(span.label) == ENTITIES
            group = "sc" if not entity else "ents" if span.status == ACCEPTED else "rejected"
            found[group].append(doc.char_span(span.start, span.end, label=span.label, span_id=span.id))
        doc.set_ents(found["ents"], default="outside")
        links = [link.to_dict() for link in unit.annotation.links]
        doc.spans["sc"] = SpanGroup(doc, name="sc", spans=found["sc"], attrs={"links": links})
        doc.spans[REJECTED] = SpanGroup(doc, name=REJECTED, spans=found["rejected"])
        doc.user_data["chiosa"] = {
            "id": unit.article.id, "sha256": unit.article.sha256, "annotator": unit.annotation.annotator,
            "state": unit.annotation.state,
        }  # fmt: skip
        for part in split.of(unit.article.id):
            bins["ner", part].add(doc)
            bins["spancat", part].add(doc)
    for (task, part), docs in bins.items():
        (folder / task).mkdir(parents=True, exist_ok=True)
        docs.to_disk(folder / task / f"{part}.spacy")


def write(units: list[Reviewed], folder: Path) -> None:
    """An export as the command makes it."""
    export(get_format("spacy"), units, folder, SCHEME)


def read(source: Path, into: Path, count: int) -> None:
    """An import as the command makes it, into an empty store; so many articles must come."""
    store = Store(into / ".chiosa", "anna", SCHEME)
    outcome = None
    for outcome in import_articles(  # noqa: B007
        get_format("spacy"), source, Shelf(into), lambda _name: store, SCHEME, lambda *_: None
    ):
        pass
    if outcome is None or outcome.refused or outcome.imported != count:
        raise SystemExit(f"the import went wrong: {outcome and outcome.refused[:3]}")


WAYS = ("direct", "export", "import", "import, new articles")
Times = dict[str, list[tuple[float, float]]]
"""Seconds by the clock and of processors, round by round."""


def rounds(count: int, size: int, work: Path) -> Times:
    """What each way takes; each round has ``size`` articles of its own."""
    times: Times = {way: [] for way in WAYS}
    coming = articles(count)
    number = 0
    while units := list(islice(coming, size)):
        home = work / f"round{number}"
        there = home / "there"
        there.mkdir(parents=True)
        for unit in units:
            (there / unit.article.path.name).write_text(unit.article.text, encoding="utf-8", newline="")
        if not number:  # spaCy is loaded, regular expressions are compiled
            write(units[:50], home / "warm")
            read(home / "warm", home / "warm-articles", len(units[:50]))
        # the exceptions are known to the direct way: it makes the same tokens
        write(units, home / "before")
        exceptions = _exceptions(home / "before")
        ways: list[tuple[str, Callable[[], object]]] = [
            ("direct", lambda: direct(units, home / "direct", exceptions)),  # noqa: B023
            ("export", lambda: write(units, home / "out")),  # noqa: B023
        ]
        back: list[tuple[str, Callable[[], object]]] = [
            ("import", lambda: read(home / "out", there, len(units))),  # noqa: B023
            ("import, new articles", lambda: read(home / "out", home / "new", len(units))),  # noqa: B023
        ]
        for name, way in [*(ways if number % 2 else reversed(ways)), *back]:
            clock, processors = time.perf_counter(), time.process_time()
            way()
            times[name].append((time.perf_counter() - clock, time.process_time() - processors))
        _same_bytes(home / "direct", home / "out")
        shutil.rmtree(home)
        number += 1
        took = ", ".join(f"{way} {found[-1][0]:.2f} s" for way, found in times.items())
        print(f"round {number}: {took}", file=sys.stderr, flush=True)
    return times


def _exceptions(out: Path) -> dict[str, list[str]]:
    found = json.loads((out / "manifest.json").read_bytes())["tokenizer_exceptions"]
    return dict(found)


def _same_bytes(one: Path, other: Path) -> None:
    """The direct way is no fair measure unless it makes the same files."""
    for path in sorted(one.rglob("*.spacy")):
        if path.read_bytes() != (other / path.relative_to(one)).read_bytes():
            raise SystemExit(f"{path.relative_to(one)}: the direct way makes another file than the export")


def whole(count: int) -> dict[str, Any]:
    """All articles in one go, each way in a process of its own: seconds and the peak of memory."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as holder:
        for way in ("none", "export", "direct", "import"):
            command = [sys.executable, __file__, "--articles", str(count), "--one", way, "--work", holder]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found[way] = json.loads(done.stdout)
    return found


def _one(way: str, count: int, work: Path) -> None:
    units = list(articles(count)) if way != "import" else []
    clock, processors = time.perf_counter(), time.process_time()
    if way == "direct":
        direct(units, work / "direct", _exceptions(work / "out"))
    elif way == "export":
        write(units, work / "out")
    elif way == "import":
        read(work / "out", work / "articles", count)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    took = {"clock": time.perf_counter() - clock, "processors": time.process_time() - processors}
    print(json.dumps(took | {"peak_mb": peak}))


def trips(count: int) -> dict[str, dict[str, Any]]:
    """Send hostile articles through each format that goes both ways: what came back, what was told."""
    found: dict[str, dict[str, Any]] = {}
    for name, known in formats().items():
        if known.read is None or known.write is None:
            continue
        with tempfile.TemporaryDirectory() as holder:
            home = Path(holder)
            units = corpus(home / "articles", count)
            try:
                report, outcome, store = there_and_back(known, units, home / "articles", home)
            except ChiosaError as error:
                found[name] = {"failed": str(error)}
                continue
            came = {unit: store.load(unit.article).history for unit in units}
            exact = [
                unit
                for unit, history in came.items()
                if described(history.annotation, known) == expected(known, unit)
                and (known.carries != ALL or history == unit.history)
            ]
            found[name] = {
                "articles": len(units),
                "exact": len(exact),
                "refused": [str(refused) for refused in outcome.refused],
                "told": dict(Counter(_(remark.kind.value) for remark in report.remarks)),
                "warnings": [warning.shown for warning in report.warnings],
            }
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=600, help="default: 600")
    parser.add_argument("--rounds", type=int, default=6, help="how many rounds they are shared out to")
    parser.add_argument("--whole", action="store_true", help="all in one go besides, with memory")
    parser.add_argument("--hostile", type=int, default=HOSTILE, help=f"default: {HOSTILE}; 0 for none")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        _one(args.one, args.articles, args.work)
        return
    figures: dict[str, Any] = {"cores": os.cpu_count(), "articles": args.articles}
    if args.articles:
        size = -(-args.articles // args.rounds)
        with tempfile.TemporaryDirectory() as holder:
            figures["rounds"] = rounds(args.articles, size, Path(holder))
        figures |= _speeds(figures["rounds"], size)
        if args.whole:
            figures["whole"] = whole(args.articles)
        _print_speeds(figures, size)
    if args.hostile:
        figures["trips"] = trips(args.hostile)
        _print_trips(figures["trips"])
    if args.json:
        args.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _speeds(times: Times, size: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for at, measure in enumerate(("clock", "processors")):
        took = {way: [one[at] for one in times[way]] for way in WAYS}
        found[measure] = {
            "articles_per_second": {way: size / statistics.median(took[way]) for way in WAYS},
            # of each round, so that what else the machine does hits both
            "export_to_direct": _ratio(took["export"], took["direct"]),
            "import_to_export": _ratio(took["import"], took["export"]),
        }
    return found


def _ratio(one: list[float], other: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def _print_speeds(figures: dict[str, Any], size: int) -> None:
    number = len(figures["rounds"]["direct"])
    print(f"{figures['articles']} articles, medians of {number} rounds of {size}; {figures['cores']} cores\n")
    clock, processors = figures["clock"], figures["processors"]
    print("| | by the clock | of processors |\n|---|---|---|")
    for way in WAYS:
        both = (one["articles_per_second"][way] for one in (clock, processors))
        print(f"| {way}, articles/s | " + " | ".join(f"{speed:.0f}" for speed in both) + " |")
    for name, limit in (("export_to_direct", EXPORT_LIMIT), ("import_to_export", 1)):
        words = name.replace("_to_", " / ")
        print(f"| {words}, at most {limit} | {clock[name]:.2f} | {processors[name]:.2f} |")
    print()
    if "whole" in figures:
        print("| all in one go | s by the clock | s of processors | peak, MB |\n|---|---|---|---|")
        for way, one in figures["whole"].items():
            print(f"| {way} | {one['clock']:.1f} | {one['processors']:.1f} | {one['peak_mb']} |")
        print()


def _print_trips(found: dict[str, dict[str, Any]]) -> None:
    print("| format | exact | refused | told at the export |\n|---|---|---|---|")
    for name, trip in found.items():
        if "failed" in trip:
            print(f"| {name} | failed | | {trip['failed']} |")
            continue
        told = ", ".join(f"{kind} {number}" for kind, number in trip["told"].items())
        told = "; ".join(filter(None, [told, *trip["warnings"]]))
        print(f"| {name} | {trip['exact']}/{trip['articles']} | {len(trip['refused'])} | {told} |")


if __name__ == "__main__":
    main()
