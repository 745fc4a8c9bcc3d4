"""The annotated texts, as their writers would have written them.

KIND and WikiNEuRal come as tokens. Blanks go back where a writer has them («l'Istituto», «(Pisa)»), so
that the pipeline learns the text that it will read. Sentences that follow one another in KIND's news come
from the same article or its neighbour, and are joined to documents.
"""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from recipe.base import RecipeError

LABELS = ("PER", "LOC", "ORG")
_LEFT = frozenset(",.;:!?)]}»”%…") | {"...", "'s", "’s"}
_RIGHT = frozenset("([{«“„")
_SENTENCE_END = frozenset('.!?…:;»”"')
_REACH = 6
"""Sentences within which a straight mark that was opened is closed."""


@dataclass(frozen=True)
class Sentence:
    """Words with their IOB2 tags."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """A text and its entities as ``(start, end, label)``, in code points; ``breaks`` are sentence ends.

    ``origin`` counts the characters, blanks left out, that stand before the text in its corpus.
    """

    text: str
    entities: tuple[tuple[int, int, str], ...]
    breaks: tuple[int, ...] = ()
    origin: int = 0


def read_kind(folder: Path, name: str) -> list[Sentence]:
    """The sentences of ``WN_train`` or another part of KIND."""
    return list(_sentences(folder / "kind" / f"{name}.tsv.gz", word=0))


def read_wikineural(folder: Path, name: str) -> list[Sentence]:
    """The sentences of ``it_val`` or ``it_test``; what is MISC there stays unmarked, as in KIND."""
    return [
        Sentence(s.words, tuple("O" if tag.endswith("MISC") else tag for tag in s.tags))
        for s in _sentences(folder / "wikineural" / f"{name}.conllu.gz", word=1)
    ]


def read_organisations(folder: Path) -> list[str]:
    """Names of organisations, from titles of Wikipedia's pages."""
    with _open(folder / "kind" / "it-ORG-wikipedia.txt.gz") as lines:
        return [name for line in lines if (name := line.strip())]


def documents(sentences: Iterable[Sentence], size: int, seed: int) -> list[Document]:
    """Join sentences, in their order, to documents of about ``size`` words."""
    chance = random.Random(seed)
    result: list[Document] = []
    part: list[Sentence] = []
    length = origin = 0
    for sentence in sentences:
        part.append(sentence)
        length += len(sentence.words)
        if length >= size:
            result.append(document(part, chance, origin))
            origin += _characters(part)
            part, length = [], 0
    if part:
        result.append(document(part, chance, origin))
    return result


def document(sentences: list[Sentence], chance: random.Random, origin: int = 0) -> Document:
    """One document; a line ends after headings, and here and there after a sentence."""
    pieces: list[str] = []
    entities: list[tuple[int, int, str]] = []
    breaks: list[int] = []
    at = 0
    opened, age = False, 0
    for sentence in sentences:
        if opened and age >= _REACH:
            opened = False
        if pieces:
            ended = pieces[-1][-1] in _SENTENCE_END
            gap = "\n" if chance.random() < (0.3 if ended else 0.8) else " "
            pieces.append(gap)
            at += 1
            breaks.append(at)
        marks = sentence.words.count('"')
        blanks, opened_after = _blanks(sentence.words, opened)
        age = age + 1 if opened and marks == 0 else 0
        opened = opened_after
        starts = []
        for word, blank in zip(sentence.words, blanks, strict=True):
            if blank:
                pieces.append(" ")
                at += 1
            starts.append(at)
            pieces.append(word)
            at += len(word)
        for first, last, label in spans_of(sentence.tags):
            entities.append((starts[first], starts[last - 1] + len(sentence.words[last - 1]), label))
    return Document("".join(pieces), tuple(entities), tuple(breaks), origin)


def _characters(sentences: list[Sentence]) -> int:
    return sum(len(word) for sentence in sentences for word in sentence.words)


def spans_of(tags: Iterable[str]) -> list[tuple[int, int, str]]:
    """First word, last word and one, and label of each span in a row of IOB2 tags."""
    spans: list[tuple[int, int, str]] = []
    start, label = -1, ""
    for index, tag in enumerate([*tags, "O"]):
        if start >= 0 and (tag[0] != "I" or tag[2:] != label):
            spans.append((start, index, label))
            start = -1
        if tag[0] == "B" or (tag[0] == "I" and start < 0):
            start, label = index, tag[2:]
    return spans


def _blanks(words: tuple[str, ...], opened: bool) -> tuple[list[bool], bool]:
    """Whether a blank stands before each word, and whether a straight mark is still open at the end."""
    blanks: list[bool] = []
    glue = True  # nothing stands before the first word
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        blank = not glue and word not in _LEFT
        glue = word in _RIGHT
        if word == '"':
            if opened:
                blank = False
            opened = not opened
            glue = opened
        elif word in ("'", "’"):
            glue = False
        elif word[-1] in "'’" and word[0].isalpha() and word.lower() not in ("po'", "po’", "mo'", "di'"):
            glue = True
        if before == "%" and word == ")":
            blank = False
        blanks.append(blank)
    return blanks, opened


def _sentences(path: Path, word: int) -> Iterator[Sentence]:
    words: list[str] = []
    tags: list[str] = []
    with _open(path) as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if len(fields) < word + 2:
                if words:
                    yield Sentence(tuple(words), tuple(tags))
                words, tags = [], []
                continue
            form = "".join(fields[word].split())
            if form:
                words.append(form)
                tags.append(fields[word + 1] if fields[word + 1][-3:] in (*LABELS, "ISC") else "O")
    if words:
        yield Sentence(tuple(words), tuple(tags))


def _open(path: Path) -> TextIO:
    try:
        return gzip.open(path, "rt", encoding="utf-8")
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read ({error.strerror}); give the data folder") from error
