"""The same articles with the same spans for all: Chiosa's store, SLATE's file, a list of places."""

from __future__ import annotations

import json
import shutil
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from keys_slate import LABEL_KEYS
from keys_slate_grid import Grid
from ptys import Session

from annotations.annotation import Annotation, Link, Span
from annotations.article import load_article, make_article
from annotations.history import History
from annotations.scheme import default_scheme
from annotations.store import Store
from annotations.suggesters import load_suggester
from annotations.suggestions import merge

REPOSITORY = Path(__file__).parent.parent.parent
BARE = Path(__file__).parent / "latency_bare.py"
SAMPLE = REPOSITORY / "articles" / "adnkronos-2025-09-04.txt"
LONG = 1_000_000
"""Code points of the long article."""
SLATE = shutil.which("slate", path=str(Path(sys.executable).parent)) or shutil.which("slate")
MARKER = "tycoon"
"""A word of the article, far from any span."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article on disk, with what each program needs beside it."""

    path: Path
    spans: int

    @property
    def folder(self) -> Path:
        """Where it is."""
        return self.path.parent

    def copy(self, folder: Path) -> Prepared:
        """The same anew: a desk that was left goes on where it was."""
        shutil.copytree(self.folder, folder)
        return Prepared(folder / self.path.name, self.spans)

    def command(self, program: str) -> list[str | Path]:
        """How a program is started on it."""
        places = self.folder / "places.json"
        return {
            "chiosa": [sys.executable, "-m", "tui", self.path, "--model", "none"],
            "static": [sys.executable, BARE, "static", self.path, places],
            "hello": [sys.executable, BARE, "hello"],
            "slate": [SLATE or "slate", self.path.name, "-c", "config", "-l", "second", "-o"],
        }[program]


def prepare(folder: Path, length: int = 0, others: int = 0, *, slate: bool = True) -> Prepared:
    """Write the sample, repeated or cut to a length, with its suggestions, and so many articles beside it."""
    folder.mkdir(parents=True)
    once = SAMPLE.read_text(encoding="utf-8")
    once = once[: length or len(once)]
    path = folder / SAMPLE.name
    path.write_text(once if len(once) >= length else once * (length // len(once) + 1), encoding="utf-8")
    article = load_article(path)
    annotation = _annotation(make_article(once, SAMPLE).text, article.text)
    session = Store(folder / ".chiosa", "Lina", default_scheme()).open(article)
    session.save(History(annotation))
    session.close()
    places = [(span.start, span.end) for span in annotation.spans]
    (folder / "places.json").write_text(json.dumps(places), encoding="utf-8")
    if SLATE and slate:
        _prepare_slate(folder, path.name, article.text, annotation.spans)
    for number in range(others):
        (folder / f"other-{number:05}.txt").write_text(f"Roma. Articolo {number}, di poche parole.\n")
    return Prepared(path, len(places))


def _annotation(once: str, text: str) -> Annotation:
    """The suggestions for the sample, at each place where it is repeated."""
    proposal = load_suggester("rules").suggest(once)
    first = merge(Annotation("Lina"), proposal, default_scheme()).spans
    links = merge(Annotation("Lina"), proposal, default_scheme()).links
    spans: list[Span] = []
    joined: list[Link] = []
    at = 0
    while (at := text.find(once, at)) >= 0:
        names = {span.id: f"s{len(spans) + n + 1}" for n, span in enumerate(first)}
        spans += [
            Span(names[s.id], at + s.start, at + s.end, s.label, s.status, s.origin, s.score) for s in first
        ]
        joined += [Link(names[k.content], k.kind, names[k.target]) for k in links]
        at += len(once)
    return Annotation("Lina", "new", tuple(spans), tuple(joined), len(spans) + 1, "rules@0.1.0")


def _prepare_slate(folder: Path, name: str, text: str, spans: Sequence[Span]) -> None:
    """The same spans as SLATE writes them, and a configuration that has their labels."""
    short = folder / "short"
    short.write_text("uno due\n")
    session = Session([SLATE or "slate", "short", "-l", "first"], folder=folder)
    config = folder / "first.config"
    end = time.monotonic() + 20
    while not (config.exists() and "Label:" in config.read_text()) and time.monotonic() < end:
        session.pump(0.1)
    session.press("q")
    session.close()
    lines = config.read_text().splitlines()
    lines = [line for line in lines if not line.startswith("Label:") and "edit-annotation" not in line]
    keys = dict(zip(default_scheme().names, LABEL_KEYS, strict=False))
    for label, key in keys.items():
        lines += [f"Input: edit-annotation category {key}", f"Label: {label} {key} green"]
    (folder / "config").write_text("\n".join(lines) + "\n")
    grid = Grid(text)
    starts, ends = [a for a, _ in grid.bounds], [b for _, b in grid.bounds]
    written = []
    for span in spans:
        first = grid.place(bisect_right(ends, span.start))
        last = grid.place(bisect_left(starts, span.end) - 1)
        written.append(f"{first if first == last else (first, last)} - {span.label}")
    (folder / f"{name}.annotations").write_text("\n".join(dict.fromkeys(written)) + "\n")
