"""Files of words and tags, as KIND and WikiNEuRal are kept, on their way through the desk and back."""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from annotations.article import load_article
from annotations.formats import Reviewed, get_format
from annotations.formats.columns import SENTENCES
from annotations.formats.conll import DOCSTART, FILE
from annotations.formats.exporting import export
from annotations.formats.importing import import_articles
from annotations.formats.shelf import Shelf
from annotations.scheme import default_scheme
from annotations.store import Store

Word = tuple[str, str]
SCHEME = default_scheme()


@dataclass(frozen=True)
class Trip:
    """What became of a file that was imported into an empty store and exported again.

    ``same`` says whether every character of every word has the tag that it had, ``recut`` counts the words of
    the file that the desk's tokenizer cuts otherwise; both leave out the articles that were refused.
    """

    articles: int
    sentences: int
    words: int
    entities: int
    refused: list[str]
    same: bool
    recut: int


def words_of(path: Path, without: Iterable[int] = ()) -> list[list[Word]]:
    """Sentences of words with their tags; the word is the last column but one, or the first of four.

    Those are left out that share an article, which has `SENTENCES` of them, with a line of ``without``.
    """
    sentences: list[list[Word]] = [[]]
    ends: list[int] = []
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    for number, line in enumerate(raw.decode("utf-8").split("\n"), 1):
        if not line.strip():
            if sentences[-1]:
                sentences.append([])
                ends.append(number)
        elif not line.startswith(DOCSTART):
            fields = line.split("\t") if "\t" in line else line.split(" ")
            sentences[-1].append((fields[-2] if "\t" in line else fields[0], fields[-1]))
    gone = {bisect_left(ends, number) // SENTENCES for number in without}
    return [
        sentence for index, sentence in enumerate(sentences) if sentence and index // SENTENCES not in gone
    ]


def by_character(sentences: Iterable[list[Word]]) -> list[Word]:
    """The tag of each character, B for the first of a span alone: the same however words are cut."""
    return [
        (char, tag if index == 0 else tag.replace("B-", "I-", 1))
        for sentence in sentences for word, tag in sentence for index, char in enumerate(word)
    ]  # fmt: skip


def trip(source: Path, work: Path) -> Trip:
    """Import a file into an empty store and export all that it holds, in order."""
    known = get_format("conll")
    store = Store(work / "store", "anna", SCHEME)
    *_earlier, outcome = import_articles(
        known, source, Shelf(work / "articles"), lambda _: store, SCHEME, lambda *_: None
    )
    units = []
    for path in sorted(outcome.created):
        article = load_article(path)
        units.append(Reviewed(article, store.load(article).history.annotation))
    export(known, units, work / "out", SCHEME)
    return compared(source, work / "out" / FILE, len(units), [str(refused) for refused in outcome.refused])


def compared(source: Path, written: Path, articles: int, refused: list[str]) -> Trip:
    """What differs between a file and what was written of it."""
    lines = [int(place.removeprefix(f"{source}:").split(":")[0]) for place in refused]
    before, after = words_of(source, lines), words_of(written)
    return Trip(
        articles, len(before), sum(map(len, before)),
        sum(tag.startswith("B-") for sentence in before for _word, tag in sentence),
        refused, by_character(before) == by_character(after), len(_places(before) - _places(after)),
    )  # fmt: skip


def _places(sentences: Iterable[list[Word]]) -> set[tuple[int, int]]:
    """Where words begin and end, blanks left out."""
    found = set()
    at = 0
    for sentence in sentences:
        for word, _tag in sentence:
            found.add((at, at + len(word)))
            at += len(word)
    return found
