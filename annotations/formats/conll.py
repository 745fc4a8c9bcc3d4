"""Columns as of CoNLL-2003: a word and its tag a line, a blank line between sentences.

Written are four columns with IOB2 tags: word, ``-X-``, ``_``, tag. Read are any columns with the word first
(after a running number, as WikiNEuRal has it) and the tag last, parted by tabs or blanks, and the tags IOB1,
IOB2, BIOES and BILOU. The white space of the text is not in such a file: an import finds the article by its
words, and where there is none, writes the words out as an Italian would. A file without ``-DOCSTART-`` is cut
into articles of `columns.SENTENCES` sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotations.errors import ChiosaError
from annotations.formats import Format
from annotations.formats.columns import SENTENCES, read_lines, sentences, tags, tokenized, written_out
from annotations.formats.exporting import Export
from annotations.formats.incoming import Building, Incoming, Refused, Unfit
from annotations.language import N_, _
from annotations.scheme import Scheme

FILE = "entities.conll"
SUFFIXES = (".conll", ".iob", ".iob2", ".bio", ".tsv", ".tsv.gz", ".conll.gz", ".conllu.gz")
"""Endings of the files that a folder is searched for."""
DOCSTART = "-DOCSTART-"
_COMMENT = re.compile(r"# ?(newdoc|newpar|sent_id|text|id)\b")
_TAG = re.compile(r"(?:O|[BIESLU]-\S+)")
_BEGINS, _INSIDE, _ALONE = "B", "IEL", "SU"


def write(job: Export) -> dict[str, Any] | None:
    """Write one file with all articles, in the order of the manifest."""
    with (job.folder / FILE).open("w", encoding="utf-8", newline="\n") as out:
        for unit, spans, tokens in tokenized(job):
            text = unit.article.text
            out.write(f"{DOCSTART} -X- -X- O\n\n")
            for bounds in sentences(text, tokens, spans):
                for (start, end), tag in zip(bounds, tags(spans, bounds), strict=True):
                    word = text[start:end]
                    if word == DOCSTART:  # a text that says so begins no article
                        out.write(f"- -X- _ {tag}\n")
                        word, tag = word[1:], tag.replace("B-", "I-", 1)
                    out.write(f"{word} -X- _ {tag}\n")
                out.write("\n")
    return None


@dataclass
class _Part:
    """An article's lines: words and tags, sentence by sentence, with the numbers of the lines."""

    line: int
    sentences: list[list[tuple[int, str, str]]] = field(default_factory=lambda: [[]])
    fault: Refused | None = None

    def end_sentence(self) -> None:
        """The next word begins another one."""
        if self.sentences[-1]:
            self.sentences.append([])


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read such a file, or those of a folder."""
    for path in _files(source):
        parts = list(_parts(path))
        strict = _is_iob2(parts)
        for part in parts:
            try:
                yield part.fault or _incoming(path, part, strict, scheme)
            except Unfit as error:
                yield Refused(f"{path}:{part.line}", str(error))


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    found = sorted(p for p in source.rglob("*") if p.is_file() and p.name.lower().endswith(SUFFIXES))
    if not found:
        raise ChiosaError(
            _("{path}: holds no {pattern}; name the file, or another --format").format(
                path=source, pattern=", ".join(f"*{suffix}" for suffix in SUFFIXES[:5])
            )
        )
    return found


def _parts(path: Path) -> Iterator[_Part]:
    lines = read_lines(path)
    numbered = _is_numbered(lines)
    marked = any(_begins(line) or _COMMENT.match(line) for line in lines)
    part = _Part(1)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            part.end_sentence()
            if not marked and len(part.sentences) > SENTENCES:
                yield part
                part = _Part(number + 1)
            continue
        comment = _COMMENT.match(line)
        if _begins(line) or (comment and comment[1] == "newdoc"):
            if part.sentences[0] or part.fault:
                yield part
            part = _Part(number)
        elif not comment:
            _add(part, path, number, line, numbered)
    if part.sentences[0] or part.fault:
        yield part


def _begins(line: str) -> bool:
    """Whether a line is an article's first, and no word that begins with the same letters."""
    return line.split(maxsplit=1)[:1] == [DOCSTART]


def _add(part: _Part, path: Path, number: int, line: str, numbered: bool) -> None:
    fields = line.split("\t") if "\t" in line else line.split(" ")
    word, tag = fields[numbered] if len(fields) > numbered else "", fields[-1].strip()
    if len(fields) < 2 + numbered:
        reason = _("has no tag; a line is a word and its tag")
    elif not _TAG.fullmatch(tag):
        reason = _("the tag {tag} is none of O, B-…, I-… (or E-, S-, L-, U-)").format(tag=tag[:20] or "«»")
    elif not word.strip():
        reason = _("has no word")
    else:
        part.sentences[-1].append((number, "".join(word.split()), tag))
        return
    part.fault = part.fault or Refused(f"{path}:{number}", reason)


def _is_numbered(lines: list[str]) -> bool:
    """Whether the first of at least three columns counts the words of each sentence."""
    wanted: int | None = None
    rows = 0
    for line in lines[:500]:
        fields = line.split("\t")
        if len(fields) < 2:
            wanted = None
            continue
        if len(fields) < 3 or not fields[0].isdecimal() or (wanted is not None and int(fields[0]) != wanted):
            return False
        wanted = int(fields[0]) + 1
        rows += 1
    return rows > 1


def _is_iob2(parts: list[_Part]) -> bool:
    """Whether spans always begin with B, as some file shows where B stands after O; IOB1 never has that."""
    for part in parts:
        for sentence in part.sentences:
            before = "O"
            for _number, _word, tag in sentence:
                if tag[0] == _BEGINS and before == "O":
                    return True
                before = tag
    return False


def _incoming(path: Path, part: _Part, strict: bool, scheme: Scheme) -> Incoming:
    rows = [sentence for sentence in part.sentences if sentence]
    text, places = written_out([[word for _n, word, _tag in sentence] for sentence in rows])
    building = Building(text)
    for sentence, bounds in zip(rows, places, strict=True):
        for first, last, label in _spans(path, sentence, strict):
            building.span(bounds[first][0], bounds[last - 1][1], label)
    return Incoming(f"{path}:{part.line}", text, building.annotation(scheme), exact=False)


def _spans(path: Path, sentence: list[tuple[int, str, str]], strict: bool) -> Iterator[tuple[int, int, str]]:
    """First word, last word and one, and label of each span.

    Raises:
        Unfit: a span has an inside without a beginning, where the file otherwise begins all with B.
    """
    start, label = -1, ""
    for index, (number, _word, tag) in enumerate([*sentence, (0, "", "O")]):
        goes_on = start >= 0 and tag[0] in _INSIDE and tag[2:] == label
        if start >= 0 and not goes_on:
            yield start, index, label
            start = -1
        if tag[0] in _ALONE:
            yield index, index + 1, tag[2:]
        elif tag[0] == _BEGINS or (tag[0] in _INSIDE and start < 0):
            if strict and tag[0] != _BEGINS:
                text = _("line {n}: {tag} goes on with a span that has not begun; write B-")
                raise Unfit(text.format(n=number, tag=tag))
            start, label = index, tag[2:]
        if start >= 0 and tag[0] in "EL":
            yield start, index + 1, label
            start = -1


FORMAT = Format(
    "conll", N_("CoNLL-2003 columns with IOB2 tags: entities alone"), frozenset(), write, read, tokens=True
)
