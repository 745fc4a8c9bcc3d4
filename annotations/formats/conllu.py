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
from annotations.formats.columns import SENTENCES, read_lines, sentences, tags, tokenized
from annotations.formats.exporting import Export
from annotations.formats.incoming import Building, Incoming, Refused, Unfit, source_files
from annotations.formats.selection import plain_id
from annotations.language import N_, _
from annotations.scheme import QUOTES, Scheme

FILE = "annotations.conllu"
_COLUMNS = 10
_COMMENT = re.compile(r"#\s*([\w ]+?)\s*=\s*(.*)")
_ESCAPES = {" ": r"\s", "\t": r"\t", "\n": r"\n", "\r": r"\r", "|": r"\p", "\\": r"\\"}
_ESCAPED = re.compile(r"\\(s|t|n|r|p|\\|u[0-9a-f]{4})")
_PLAIN = {escape[1]: char for char, escape in _ESCAPES.items()}
_TAG = re.compile(r"([BI])(?:-(\S+))?")
_ENTITY = "NER"


def write(job: Export) -> dict[str, Any] | None:
    """Write one file with all articles."""
    with (job.folder / FILE).open("w", encoding="utf-8", newline="\n") as out:
        for unit, spans, tokens in tokenized(job):
            text, name = unit.article.text, quote(plain_id(unit.article), safe=" .,()'àèéìòù-_~+")
            annotator = " ".join(unit.annotation.annotator.split())
            out.write(f"# newdoc id = {name}\n# state = {unit.annotation.state}\n")
            out.write(f"# annotator = {annotator}\n")
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
    line: int
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

    def add(self, piece: str) -> None:
        """Put more of the text down."""
        self.pieces.append(piece)
        self.length += len(piece)

    def close(self, key: str) -> None:
        """The span under a key has ended."""
        if key in self.opened:
            self.spans.append(self.opened.pop(key))

    def take(self, form: str, misc: dict[str, str]) -> None:
        """The next token.

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
        matches = {key: _TAG.fullmatch(value) for key, value in misc.items()}
        tagged = {key: m for key, m in matches.items() if m and _is_key(key, m[2])}
        for key in [key for key in self.opened if key not in tagged]:
            self.close(key)
        for key, match in tagged.items():
            label = match[2] if key == _ENTITY else unquote(key)
            if match[1] == "B":
                self.close(key)
                self.opened[key] = (start, self.length, label)
            elif key in self.opened and self.opened[key][2] == label:
                self.opened[key] = (self.opened[key][0], self.length, label)
            else:
                raise Unfit(_("{tag} goes on with a span that has not begun; write B-").format(tag=match[0]))
        if "SpacesAfter" in misc:
            self.add(_unescaped(misc["SpacesAfter"]))
        elif misc.get("SpaceAfter") != "No":
            self.add(" ")


def _is_key(key: str, label: str | None) -> bool:
    """Whether a tag stands under this key: an entity's has a label, a quote's is the key itself."""
    return key == _ENTITY if label is not None else key.isupper() and key != _ENTITY


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read such files, also those of treebanks, whose ``MISC`` has ``NER`` tags or none."""
    for path in source_files(source, "*.conllu"):
        for document in _documents(path):
            try:
                yield document.fault or _incoming(path, document, scheme)
            except Unfit as error:
                yield Refused(f"{path}:{document.line}", str(error))


def _documents(path: Path) -> Iterator[_Document]:
    lines = read_lines(path)
    marked = any(line.startswith("# newdoc") for line in lines)
    document = _Document(1)
    ended = False
    for number, line in enumerate([*lines, ""], 1):
        if line.startswith("# newdoc") or (not marked and ended and document.sentences >= SENTENCES):
            if document.pieces or document.fault:
                yield _whole(document)
            document = _Document(number)
        ended = not line.strip()
        if ended:
            document.sentences += bool(document.pieces)
            for key in [] if document.exact else list(document.opened):
                document.close(key)
        elif line.startswith("#"):
            _comment(document, line)
        elif document.fault is None:
            document.fault = _row(document, path, number, line)
    if document.pieces or document.fault:
        yield _whole(document)


def _whole(document: _Document) -> _Document:
    for key in list(document.opened):
        document.close(key)
    return document


def _comment(document: _Document, line: str) -> None:
    match = _COMMENT.match(line)
    if match is None:
        return
    if match[1] == "newdoc id":
        document.name = unquote(match[2])
    elif match[1] == "state":
        document.state, document.exact = match[2], True
    elif match[1] == "annotator":
        document.annotator = match[2]


def _row(document: _Document, path: Path, number: int, line: str) -> Refused | None:
    columns = line.split("\t")
    place = f"{path}:{number}"
    if len(columns) != _COLUMNS:
        return Refused(place, _("has {n} columns, not ten parted by tabs").format(n=len(columns)))
    if not columns[0].isdecimal():  # 3-4, a word of several; 5.1, one that is not in the text
        return None if re.fullmatch(r"\d+[-.]\d+", columns[0]) else Refused(place, _("has no number"))
    if not columns[1]:
        return Refused(place, _("has no word"))
    misc = dict(pair.partition("=")[::2] for pair in columns[9].split("|") if "=" in pair)
    try:
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
    return Incoming(f"{path}:{document.line}", text, annotation, document.name, exact=document.exact)


FORMAT = Format(
    "conllu",
    N_("CoNLL-U columns: entities and quotes in MISC, the text whole"),
    frozenset({Trait.QUOTES, Trait.STATE}),
    write,
    read,
    tokens=True,
)
