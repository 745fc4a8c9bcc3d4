"""Columns as of CoNLL-2003: a word and its tag a line, a blank line between sentences.

Written are four columns with IOB2 tags: word, ``-X-``, ``_``, tag. Read are any columns with the word first
(after a running number, as WikiNEuRal has it) and the tag last, parted by tabs or blanks, and the tags IOB1,
IOB2, BIOES and BILOU. The white space of the text is not in such a file: an import finds the article by its
words, and where there is none, writes the words out as an Italian would. A file that says nowhere where its
articles begin (``-DOCSTART-`` or ``# newdoc``) is cut into articles of `columns.SENTENCES` sentences, which
come out again in their order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotations.errors import ChiosaError
from annotations.formats import Format
from annotations.formats.columns import (
    SENTENCES,
    read_label,
    read_lines,
    sentences,
    tags,
    tokenized,
    written_out,
)
from annotations.formats.exporting import Export
from annotations.formats.incoming import Building, Incoming, Refused, Unfit
from annotations.language import N_, _
from annotations.scheme import Scheme

FILE = "entities.conll"
SUFFIXES = (".conll", ".iob", ".iob2", ".bio", ".tsv", ".tsv.gz", ".conll.gz", ".conllu.gz")
"""Endings of the files that a folder is searched for."""
DOCSTART = "-DOCSTART-"
_START_LINE = f"{DOCSTART} -X- O O"
"""What begins an article: spaCy's converter looks for just this."""
_COMMENT = re.compile(r"# ?(newdoc|newpar|sent_id|text|id)\b")
_TAG = re.compile(r"(?:O|[BIESLU]-\S+)")
_BEGINS, _INSIDE, _ALONE, _ENDS = "B", "IEL", "SU", "EL"
_LONGEST_NUMBER = 9
_OUTSIDE = (0, "", "O")


def write(job: Export) -> dict[str, Any] | None:
    """Write one file with all articles, in the order of the manifest."""
    with (job.folder / FILE).open("w", encoding="utf-8", newline="\n") as out:
        for unit, spans, tokens in tokenized(job):
            text = unit.article.text
            out.write(f"{_START_LINE}\n\n")
            for bounds in sentences(text, tokens, spans):
                for (start, end), tag in zip(bounds, tags(spans, bounds), strict=True):
                    word = text[start:end]
                    if word == DOCSTART:  # a text that says so begins no article
                        out.write(f"- -X- _ {tag}\n")
                        word, tag = word[1:], tag.replace("B-", "I-", 1)
                    out.write(f"{word} -X- _ {tag}\n")
                out.write("\n")
    return None


_Sentence = list[tuple[int, str, str]]
"""Number of the line, word and tag of each."""


@dataclass
class _Part:
    """An article's lines, sentence by sentence; ``fault`` is the first thing wrong with it."""

    line: int
    sentences: list[_Sentence] = field(default_factory=lambda: [[]])
    fault: Refused | None = None

    def end_sentence(self) -> None:
        """The next word begins another one."""
        if self.sentences[-1]:
            self.sentences.append([])


class _BadTag(Exception):
    """A tag that cannot stand where it does, in this line."""

    def __init__(self, line: int, reason: str) -> None:
        self.line = line
        self.reason = reason


@dataclass(frozen=True)
class _Tagging:
    """How a file tags: whether all spans begin with B, and whether they say where they end."""

    begun: bool
    ended: bool


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read such a file, or those of a folder."""
    for path in _files(source):
        parts = list(_parts(path))
        tagging = _tagging(parts)
        for part in parts:
            try:
                yield part.fault or _incoming(path, part, tagging, scheme)
            except _BadTag as error:
                yield Refused(f"{path}:{error.line}", error.reason)
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
    marked = any(_begins_article(line) for line in lines)
    width = 0
    part = _Part(1)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            part.end_sentence()
            if not marked and len(part.sentences) > SENTENCES:
                yield part
                part = _Part(number + 1)
        elif _begins_article(line):
            if part.sentences[0] or part.fault:
                yield part
            part = _Part(number)
        elif not _is_comment(line):
            fields = _fields(line)
            width = width or len(fields)
            _add(part, f"{path}:{number}", number, fields, numbered, width)
    if part.sentences[0] or part.fault:
        yield part


def _fields(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))


def _begins_article(line: str) -> bool:
    return (line.startswith(DOCSTART) and re.split("[\t ]", line, maxsplit=1)[0] == DOCSTART) or (
        line.startswith("#") and (match := _COMMENT.match(line)) is not None
        and match[1] == "newdoc" and _is_comment(line)
    )  # fmt: skip


def _is_comment(line: str) -> bool:
    """Whether a line is ``# text = …`` and the like, and not a word that begins so, as a hashtag does."""
    return (
        line.startswith("#")
        and _COMMENT.match(line) is not None
        and (" = " in line or not _TAG.fullmatch(_fields(line)[-1]))
    )


def _add(part: _Part, place: str, number: int, fields: list[str], numbered: bool, width: int) -> None:
    word, tag = fields[numbered] if len(fields) > numbered else "", fields[-1].strip()
    if len(fields) < 2 + numbered:
        reason = _("has no tag; a line is a word and its tag")
    elif len(fields) != width:
        reason = _("has {n} columns, the first line has {width}").format(n=len(fields), width=width)
    elif not _TAG.fullmatch(tag):
        reason = _("the tag {tag} is none of O, B-…, I-… (or E-, S-, L-, U-)").format(tag=tag[:20] or "«»")
    elif not word.strip():
        reason = _("has no word")
    else:
        part.sentences[-1].append((number, "".join(word.split()), tag))
        return
    part.fault = part.fault or Refused(place, reason)


def _is_numbered(lines: list[str]) -> bool:
    """Whether the first of at least three columns counts the words of each sentence."""
    wanted: int | None = None
    rows = 0
    for line in lines[:500]:
        fields = line.split("\t")
        if len(fields) < 2:
            wanted = None
            continue
        number = fields[0]
        if len(fields) < 3 or not number.isdecimal() or len(number) > _LONGEST_NUMBER:
            return False
        if wanted is not None and int(number) != wanted:
            return False
        wanted = int(number) + 1
        rows += 1
    return rows > 1


def _tagging(parts: list[_Part]) -> _Tagging:
    """What the tags of a file show: a B after O is never in IOB1, and E, L, S and U only where ends count."""
    begun = ended = False
    for part in parts:
        for sentence in part.sentences:
            before = "O"
            for _number, _word, tag in sentence:
                begun = begun or (tag[0] == _BEGINS and before == "O")
                ended = ended or tag[0] in _ENDS + _ALONE
                before = tag
    return _Tagging(begun or ended, ended)


def _incoming(path: Path, part: _Part, tagging: _Tagging, scheme: Scheme) -> Incoming:
    rows = [sentence for sentence in part.sentences if sentence]
    text, places = written_out([[word for _n, word, _tag in sentence] for sentence in rows])
    building = Building(text)
    for sentence, bounds in zip(rows, places, strict=True):
        for first, last, label in _spans(sentence, tagging):
            building.span(bounds[first][0], bounds[last - 1][1], read_label(label))
    return Incoming(f"{path}:{part.line}", text, building.annotation(scheme), exact=False)


def _spans(sentence: _Sentence, tagging: _Tagging) -> Iterator[tuple[int, int, str]]:
    """First word, last word and one, and label of each span.

    Raises:
        _BadTag: a span has an inside without a beginning, or no end, where the file otherwise has them.
    """
    start, label = -1, ""
    for index, (line, _word, tag) in enumerate([*sentence, _OUTSIDE]):
        goes_on = start >= 0 and tag[0] in _INSIDE and tag[2:] == label
        if start >= 0 and not goes_on:
            if tagging.ended:
                text = _("{tag} has no end; write E- or S- (or L-, U-)")
                raise _BadTag(sentence[index - 1][0], text.format(tag=sentence[index - 1][2][:20]))
            yield start, index, label
            start = -1
        if tag[0] in _ALONE:
            yield index, index + 1, tag[2:]
        elif tag[0] == _BEGINS or (tag[0] in _INSIDE and start < 0):
            if tagging.begun and tag[0] != _BEGINS:
                text = _("{tag} goes on with a span that has not begun; write B-")
                raise _BadTag(line, text.format(tag=tag[:20]))
            start, label = index, tag[2:]
        if start >= 0 and tag[0] in _ENDS:
            yield start, index + 1, label
            start = -1


FORMAT = Format(
    "conll", N_("CoNLL-2003 columns with IOB2 tags: entities alone"), frozenset(), write, read, tokens=True
)
