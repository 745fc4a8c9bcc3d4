r"""Columns as of CoNLL-U: ten of them, the text in comments, spans in the last column, ``MISC``.

``NER=B-PER`` is an entity's tag; a quote, cue or source has a key of its own (``CONTENT=B``), so that quotes
may hold one another's words and entities. ``start_char`` and ``end_char`` are code points of the article.
White space other than one blank is in ``SpacesBefore`` and ``SpacesAfter`` as Universal Dependencies have it
(``\s``, ``\t``, ``\n``, ``\r``, ``\p`` for a pipe, ``\\``; other kinds as ``\u00a0``): the text comes back
whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from annotations.annotation import DONE, Span
from annotations.formats import Format, Trait
from annotations.formats.columns import SENTENCES, read_label, read_lines, sentences, tags, tokenized
from annotations.formats.exporting import Export
from annotations.formats.incoming import Building, Incoming, Refused, Unfit, source_files
from annotations.formats.selection import plain_id
from annotations.language import N_, _, n_
from annotations.scheme import QUOTES, Scheme

FILE = "annotations.conllu"
_COLUMNS = 10
_COMMENT = re.compile(r"#\s*([\w ]+?)\s*=\s*(.*)")
_ESCAPES = {" ": r"\s", "\t": r"\t", "\n": r"\n", "\r": r"\r", "|": r"\p", "\\": r"\\"}
_ESCAPED = re.compile(r"\\(s|t|n|r|p|\\|u[0-9a-f]{4})")
_PLAIN = {escape[1]: char for char, escape in _ESCAPES.items()}
_TAG = re.compile(r"([BIESLU])-(\S+)")
_ID = re.compile(r"(\d{1,9})(?:([-.])(\d{1,9}))?")
_NEWDOC = re.compile(r"# ?newdoc\b")
_NEWPAR = re.compile(r"# ?newpar\b")
_ENTITY = "NER"
_ENTITY_KEYS = ("NER", "ner", "NE", "ne")
_STATE, _ANNOTATOR = "chiosa_state", "chiosa_annotator"
_SAFE = ".,()'àèéìòù-_~+"


def write(job: Export) -> dict[str, Any] | None:
    """Write one file with all articles."""
    with (job.folder / FILE).open("w", encoding="utf-8", newline="\n") as out:
        for unit, spans, tokens in tokenized(job):
            text, name = unit.article.text, quote(plain_id(unit.article), safe=_SAFE)
            annotator = quote(unit.annotation.annotator, safe=f" {_SAFE}", errors="replace")
            out.write(f"# newdoc id = {name}\n# {_STATE} = {unit.annotation.state}\n")
            out.write(f"# {_ANNOTATOR} = {annotator}\n")
            rows = list(sentences(text, tokens, spans))
            layers = _layers(spans, job.scheme)
            before = 0
            for number, bounds in enumerate(rows, 1):
                following = rows[number][0][0] if number < len(rows) else len(text)
                words = " ".join(text[bounds[0][0] : bounds[-1][1]].split())
                out.write(f"# sent_id = {name}-{number}\n# text = {words}\n")
                found = {key: tags(group, bounds, key == _ENTITY) for key, group in layers.items()}
                for index, (start, end) in enumerate(bounds):
                    after = bounds[index + 1][0] if index + 1 < len(bounds) else following
                    misc = [f"start_char={start}", f"end_char={end}"]
                    misc += [f"{key}={row[index]}" for key, row in found.items() if row[index] != "O"]
                    if start and not before:
                        misc.append(f"SpacesBefore={_escaped(text[:start])}")
                    misc += _spaces(text[end:after])
                    before = end
                    columns = [str(index + 1), text[start:end], *"_" * 7, "|".join(misc)]
                    out.write("\t".join(columns) + "\n")
                out.write("\n")
    return None


def _layers(spans: list[Span], scheme: Scheme) -> dict[str, list[Span]]:
    """The spans by the key of ``MISC`` that their tags stand under."""
    layers: dict[str, list[Span]] = {}
    for span in spans:
        key = quote(span.label, safe="") if scheme.layer(span.label) == QUOTES else _ENTITY
        layers.setdefault(key, []).append(span)
    return layers


def _spaces(between: str) -> list[str]:
    if between == " ":
        return []
    return [f"SpacesAfter={_escaped(between)}"] if between else ["SpaceAfter=No"]


def _escaped(blanks: str) -> str:
    return "".join(_ESCAPES.get(char) or f"\\u{ord(char):04x}" for char in blanks)


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda m: _PLAIN.get(m[1]) or chr(int(m[1][1:], 16)), value)


@dataclass
class _Document:
    """An article as it is read: its text so far, and the spans under each key of ``MISC``.

    ``exact`` says that Chiosa wrote it, so that every blank and offset is known.
    """

    line: int
    scheme: Scheme
    name: str = ""
    state: str = DONE
    annotator: str = ""
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    sentences: int = 0
    exact: bool = False
    opened: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    fault: Refused | None = None
    word: tuple[int, int] = (0, 0)
    first_part: int = 0
    last_part: int = 0
    parts_tagged: bool = True
    widened: int = 0
    coreference: int = 0

    def add(self, piece: str) -> None:
        """Put more of the text down."""
        self.pieces.append(piece)
        self.length += len(piece)

    def close(self, key: str) -> None:
        """The span under a key has ended."""
        if key in self.opened:
            self.spans.append(self.opened.pop(key))

    def close_all(self) -> None:
        """All spans have ended."""
        for key in list(self.opened):
            self.close(key)

    def take(self, form: str, misc: dict[str, str], tagged: bool = True) -> None:
        """The next token; its tags count where it is ``tagged``.

        Raises:
            Unfit: a tag goes on with a span that has not begun, or the offset is another one.
        """
        if "SpacesBefore" in misc and not self.pieces:
            self.add(_unescaped(misc["SpacesBefore"]))
        start = self.length
        if self.exact and misc.get("start_char", str(start)) != str(start):
            raise Unfit(
                _("start_char={said} of «{word}» should be {found}").format(
                    said=misc["start_char"], word=form, found=start
                )
            )
        self.add(form)
        self.word = (start, self.length)
        self.coreference += "Entity" in misc
        if tagged:
            self._tag(misc)
        if "SpacesAfter" in misc:
            self.add(_unescaped(misc["SpacesAfter"]))
        elif misc.get("SpaceAfter") != "No":
            self.add(" ")

    def take_whole(self, form: str, misc: dict[str, str], last_part: int) -> None:
        """A token whose parts follow, as *della* before *di* and *la*: only it is in the text.

        Raises:
            Unfit: as for `take`.
        """
        self.parts_tagged = not self._tags(misc)
        self.take(form, misc, not self.parts_tagged)
        self.last_part = last_part

    def take_part(self, misc: dict[str, str], first: bool) -> None:
        """A part of such a token: its tag counts for the whole, unless that has one of its own.

        Raises:
            Unfit: as for `take`.
        """
        if self.parts_tagged:
            before = set(self.opened)
            self._tag(misc)
            self.widened += not first and before != set(self.opened)

    def _tags(self, misc: dict[str, str]) -> dict[str, tuple[str, str]]:
        """What of ``MISC`` are tags: under its key, the letter and the label."""
        found = {}
        for key, value in misc.items():
            if key in _ENTITY_KEYS and (match := _TAG.fullmatch(value)):
                found[_ENTITY] = (match[1], read_label(match[2]))
            elif value in ("B", "I") and key not in _ENTITY_KEYS:
                label = unquote(key)
                if self.exact or self.scheme.layer(label) == QUOTES:
                    found[key] = (value, label)
        return found

    def _tag(self, misc: dict[str, str]) -> None:
        start, end = self.word
        tagged = self._tags(misc)
        for key in [key for key in self.opened if key not in tagged]:
            self.close(key)
        for key, (letter, label) in tagged.items():
            if letter in "BSU":
                self.close(key)
                self.opened[key] = (start, end, label)
            elif key in self.opened and self.opened[key][2] == label:
                self.opened[key] = (self.opened[key][0], end, label)
            else:
                tag = f"{key}={letter}" + (f"-{label}" if key == _ENTITY else "")
                raise Unfit(_("{tag} goes on with a span that has not begun; write B-").format(tag=tag[:40]))
            if letter in "ELSU":
                self.close(key)


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read such files, also those of treebanks and of Stanza, whose ``MISC`` has tags of entities or none."""
    for path in source_files(source, "*.conllu"):
        for document in _documents(path, scheme):
            try:
                yield document.fault or _incoming(path, document, scheme)
            except Unfit as error:
                yield Refused(f"{path}:{document.line}", str(error))


def _documents(path: Path, scheme: Scheme) -> Iterator[_Document]:
    lines = read_lines(path)
    marked = any(_NEWDOC.match(line) for line in lines)
    document = _Document(1, scheme)
    ended = False
    for number, line in enumerate([*lines, ""], 1):
        if _NEWDOC.match(line) or (not marked and ended and document.sentences >= SENTENCES):
            if document.pieces or document.fault:
                document.close_all()
                yield document
            document = _Document(number, scheme)
        ended = not line.strip()
        if ended:
            document.sentences += bool(document.pieces)
            document.last_part = 0
            if not document.exact:
                document.close_all()
        elif line.startswith("#"):
            _comment(document, line)
        elif document.fault is None:
            document.fault = _row(document, path, number, line)
    if document.pieces or document.fault:
        document.close_all()
        yield document


def _comment(document: _Document, line: str) -> None:
    if _NEWPAR.match(line) and not document.exact and document.pieces and document.pieces[-1] == " ":
        document.pieces[-1] = "\n"
    match = _COMMENT.match(line)
    if match is None:
        return
    if match[1] == "newdoc id":
        document.name = unquote(match[2])
    elif match[1] == _STATE:
        document.state, document.exact = match[2], True
    elif match[1] == _ANNOTATOR:
        document.annotator = unquote(match[2])


def _row(document: _Document, path: Path, number: int, line: str) -> Refused | None:
    columns = line.split("\t")
    place = f"{path}:{number}"
    if len(columns) != _COLUMNS:
        return Refused(place, _("has {n} columns, not ten parted by tabs").format(n=len(columns)))
    match = _ID.fullmatch(columns[0])
    if match is None:
        return Refused(place, _("has no number"))
    if not columns[1]:
        return Refused(place, _("has no word"))
    misc = dict(pair.partition("=")[::2] for pair in columns[9].split("|") if "=" in pair)
    first, part, last = int(match[1]), match[2], int(match[3] or 0)
    try:
        if part == ".":  # a word that is not in the text
            return None
        if part == "-":
            document.take_whole(columns[1], misc, last)
            document.first_part = first
        elif first <= document.last_part:
            document.take_part(misc, first == document.first_part)
        else:
            document.take(columns[1], misc)
    except Unfit as error:
        return Refused(place, str(error))
    return None


def _incoming(path: Path, document: _Document, scheme: Scheme) -> Incoming:
    text = "".join(document.pieces)
    if not document.exact:
        text = text.rstrip(" ")
    building = Building(text, document.annotator, document.state)
    for start, end, label in document.spans:
        building.span(start, end, label)
    annotation = building.annotation(scheme)
    return Incoming(
        f"{path}:{document.line}",
        text,
        annotation,
        document.name,
        exact=document.exact,
        notices=tuple(_notices(document)),
    )


def _notices(document: _Document) -> Iterator[str]:
    if document.widened:
        yield n_(
            "{n} span that began or ended within a token of several words holds all of it now",
            "{n} spans that began or ended within a token of several words hold all of it now",
            document.widened,
        )
    if document.coreference:
        yield n_(
            "not taken over, having no place here: {n} token with Entity= (coreference)",
            "not taken over, having no place here: {n} tokens with Entity= (coreference)",
            document.coreference,
        )


FORMAT = Format(
    "conllu",
    N_("CoNLL-U columns: entities and quotes in MISC, the text whole"),
    frozenset({Trait.QUOTES, Trait.STATE}),
    write,
    read,
    tokens=True,
)
