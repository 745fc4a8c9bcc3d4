"""What an import makes of a file: articles and annotations in a new folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from annotations.annotation import Annotation
from annotations.article import Article, load_article
from annotations.formats import get_format
from annotations.formats.exporting import export
from annotations.formats.importing import Outcome, import_articles
from annotations.formats.shelf import Shelf
from annotations.scheme import default_scheme
from annotations.store import Store

SCHEME = default_scheme()


class Imported:
    """The folder after an import; ``Lina`` is whose a file is that does not say so."""

    def __init__(self, name: str, source: Path, folder: Path) -> None:
        self.folder = folder
        self.annotators: list[str] = []
        work = import_articles(get_format(name), source, Shelf(folder), self._store, SCHEME, lambda *_: None)
        self.outcome = Outcome()
        for self.outcome in work:
            pass
        self.refused = [str(refused) for refused in self.outcome.refused]

    def _store(self, annotator: str) -> Store:
        self.annotators.append(annotator)
        return Store(self.folder / ".chiosa", annotator or "Lina", SCHEME)

    @property
    def articles(self) -> list[Article]:
        return [load_article(path) for path in sorted(self.folder.glob("*.txt"))]

    def annotation(self, number: int = 0, annotator: str = "") -> Annotation:
        return self._store(annotator).load(self.articles[number]).history.annotation

    def spans(self, number: int = 0, annotator: str = "") -> list[tuple[str, str, str, str]]:
        """Words, label, status and origin of each span."""
        text = self.articles[number].text
        return [
            (text[s.start : s.end], s.label, s.status, s.origin)
            for s in self.annotation(number, annotator).spans
        ]

    def links(self, number: int = 0, annotator: str = "") -> list[tuple[str, str, str]]:
        """Words of the quote, kind, words of its cue or source."""
        text, found = self.articles[number].text, self.annotation(number, annotator)
        words = {s.id: text[s.start : s.end] for s in found.spans}
        return sorted((words[k.content], k.kind, words[k.target]) for k in found.links)


def lines(path: Path, records: Iterable[Any]) -> Path:
    """A file of JSON lines; a text is written as it is."""
    found = (r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records)
    path.write_text("".join(f"{line}\n" for line in found), encoding="utf-8", newline="\n")
    return path


def records(path: Path) -> list[dict[str, Any]]:
    """What a file of JSON lines holds."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def exported(name: str, units: Iterable[Any], dest: Path, **options: Any) -> Path:
    """The folder of an export."""
    export(get_format(name), units, dest, SCHEME, **options)
    return dest


def at(text: str, words: str) -> tuple[int, int]:
    """Start and end of some words, in code points."""
    start = text.index(words)
    return start, start + len(words)
