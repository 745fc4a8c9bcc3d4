"""What both formats with one token a line share: tokens, sentences, tags, and the blanks between words.

This module imports spaCy when `tokenized` is called: keep that off the start-up path.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TextIO
from urllib.parse import quote, unquote

from annotations.annotation import Span
from annotations.errors import ChiosaError
from annotations.formats import Reviewed
from annotations.formats.alignment import Alignment, aligned, not_on_tokens
from annotations.formats.exporting import FAIL, SPLIT, Export
from annotations.formats.incoming import reading
from annotations.formats.report import Kind, Remark
from annotations.formats.selection import plain_id, trimmed
from annotations.language import _
from annotations.tokens import Tokens

SENTENCES = 40
"""Sentences that make an article of a file that does not say where its articles begin: about what a long news
item has."""
_UNFIT = re.compile(r"[\s%|=]")
_STOPS = frozenset(".!?…")
_CLOSING = frozenset("\"'»”’)]")
_OPENS = ("«", "“", "‘", "(", "[", "¿", "¡", "„")
_CLOSES = (".", ",", ";", ":", "!", "?", "…", "...", "»", "”", ")", "]", "%", "°", "'s", "’s")
_NOT_ELIDED = ("po'", "po’", "mo'", "di'", "fa'", "da'", "va'", "sta'")


def tokenized(job: Export) -> Iterator[tuple[Reviewed, list[Span], Tokens]]:
    """Each unit with its spans, and tokens on which these fall; what was done for it is told.

    Raises:
        ChiosaError: the policy is `FAIL` and spans are off the tokens.
    """
    from annotations.italian import blank_italian, token_bounds

    nlp = blank_italian()
    failed: list[Remark] = []
    for unit in job.each():
        tokens = Tokens(token_bounds(nlp.make_doc(unit.article.text)))
        found = on_tokens(job, unit, _trimmed(unit, job), tokens, failed)
        yield unit, found.spans, _cut(tokens, found.cuts)
    if failed:
        raise not_on_tokens(failed, FAIL)


def on_tokens(
    job: Export, unit: Reviewed, spans: Iterable[Span], tokens: Tokens, failed: list[Remark]
) -> Alignment:
    """The spans of a unit on its tokens, after the policy of the export, which is told of.

    With `FAIL`, spans off the tokens are added to ``failed``. With `SPLIT` nothing is told: the tokens are
    the file's own, and cutting one loses nothing.
    """
    text = unit.article.text
    found = aligned(spans, tokens, job.misaligned, job.scheme)
    remarks = [
        Remark(kind, plain_id(unit.article), span.label, span.start, span.end, text[span.start : span.end])
        for kind, span in found.changed
    ]
    if job.misaligned == FAIL:
        failed += remarks
    elif job.misaligned != SPLIT:
        job.report.remarks += remarks
    return found


def sentences(text: str, tokens: Tokens, spans: Iterable[Span]) -> Iterator[list[tuple[int, int]]]:
    """The tokens' bounds, sentence by sentence.

    A sentence ends with a line, or behind a stop and the marks that close it; never within a span.
    """
    inside = {at for span in spans for at in range(span.start + 1, span.end)}
    sentence: list[tuple[int, int]] = []
    stopped = False
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        word = text[start:end]
        if sentence and start not in inside:
            line = "\n" in text[sentence[-1][1] : start]
            if line or (stopped and word not in _CLOSING):
                yield sentence
                sentence = []
                stopped = False
        sentence.append((start, end))
        stopped = word[-1] in _STOPS and len(word) <= 3 if word not in _CLOSING else stopped
    if sentence:
        yield sentence


def written_label(label: str) -> str:
    """A label as part of a tag: blanks and what parts fields are %-escaped."""
    return _UNFIT.sub(lambda m: quote(m[0], safe=""), label)


def read_label(label: str) -> str:
    """The inverse of `written_label`."""
    return unquote(label)


def tags(spans: Iterable[Span], bounds: Sequence[tuple[int, int]], named: bool = True) -> list[str]:
    """The IOB2 tag of each token, ``O`` outside the spans, which must not overlap; ``named`` with labels."""
    found = ["O"] * len(bounds)
    place = {start: index for index, (start, _end) in enumerate(bounds)}
    for span in spans:
        index = place.get(span.start)
        part = "B"
        while index is not None and index < len(bounds) and bounds[index][1] <= span.end:
            found[index] = f"{part}-{written_label(span.label)}" if named else part
            part = "I"
            index += 1
    return found


def open_text(path: Path) -> TextIO:
    """A text file, also one that is compressed with gzip.

    Raises:
        OSError: it cannot be read.
    """
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="\n")
    return path.open(encoding="utf-8-sig", newline="\n")


def read_lines(path: Path) -> list[str]:
    """The lines of such a file, without their ends.

    Raises:
        ChiosaError: it cannot be read, is not UTF-8 or not gzip.
    """
    try:
        with reading(path), open_text(path) as file:
            return [line.rstrip("\n").removesuffix("\r") for line in file]
    except (EOFError, zlib.error) as error:  # of gzip; what else is wrong with it is an OSError
        raise ChiosaError(
            _("{path}: cannot be unpacked ({reason}); fetch it anew").format(path=path, reason=error)
        ) from None


def written_out(rows: Sequence[Sequence[str]]) -> tuple[str, list[list[tuple[int, int]]]]:
    """The text of sentences of words, as a writer would put blanks, a sentence a line; each word's bounds."""
    pieces: list[str] = []
    places: list[list[tuple[int, int]]] = []
    at = 0
    opened = False
    for words in rows:
        if pieces:
            pieces.append("\n")
            at += 1
        here = []
        glue = True  # nothing stands before the first word
        for word in words:
            blank, glue, opened = _blank(word, glue, opened)
            if blank:
                pieces.append(" ")
                at += 1
            here.append((at, at + len(word)))
            pieces.append(word)
            at += len(word)
        places.append(here)
    return "".join(pieces), places


def _blank(word: str, glue: bool, opened: bool) -> tuple[bool, bool, bool]:
    """Whether a blank stands before a word; whether none stands behind; whether a straight mark is open."""
    blank = not glue and word not in _CLOSES
    glue = word in _OPENS
    if word == '"':
        if opened:
            blank = False
        opened = not opened
        glue = opened
    elif word[-1] in "'’" and word[0].isalpha() and word.lower() not in _NOT_ELIDED:
        glue = True
    return blank, glue, opened


def _trimmed(unit: Reviewed, job: Export) -> Iterator[Span]:
    """The spans without white space at their edges, which no token has."""
    text = unit.article.text
    for span in unit.annotation.spans:
        bare = trimmed(span, text)
        if bare != span:
            kind = Kind.BLANK if bare is None else Kind.TRIMMED
            words = text[span.start : span.end]
            job.report.remarks.append(
                Remark(kind, plain_id(unit.article), span.label, span.start, span.end, words)
            )
        if bare is not None:
            yield bare


def _cut(tokens: Tokens, cuts: Sequence[int]) -> Tokens:
    if not cuts:
        return tokens
    bounds: list[tuple[int, int]] = []
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        points = [start, *(cut for cut in cuts if start < cut < end), end]
        bounds += pairwise(points)
    return Tokens(bounds)
