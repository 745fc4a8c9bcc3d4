"""brat's standoff: a text, an ``.ann`` file and a configuration; offsets in code points.

Every span is a ``T`` line, its status an attribute, its flag another; cues and sources are relations from the
quote to them; a note is an ``AnnotatorNotes`` line. What brat has no line for (ids, who proposed what, notes
on the article) is in ``NAME.chiosa.json`` beside, which brat passes over. For a name brat takes letters,
digits, ``-`` and ``_``: other characters of a label become ``_``. Read are folders of anybody's brat: spans
whose pieces have only white space between them, relations ``cue`` and ``source``; what else there is (other
relations, events, normalisations) is told and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from annotations.annotation import ACCEPTED, KINDS, REJECTED, STATUSES, SUGGESTED, Span
from annotations.errors import ChiosaError
from annotations.formats import ALL, Format, Reviewed, Trait
from annotations.formats.colours import background, foreground
from annotations.formats.details import article_id_of, restored
from annotations.formats.exporting import Export
from annotations.formats.incoming import Building, Incoming, Refused, Unfit, reading, source_files
from annotations.formats.report import Kind, Remark
from annotations.formats.selection import plain_id
from annotations.formats.sidecar import new_name, read_sidecar, write_sidecar
from annotations.language import N_, _, n_
from annotations.scheme import CONTENT, ROLES, Scheme

CONFIG, COLOURS = "annotation.conf", "visual.conf"
_STATUS, _FLAG = "Status", "Flag"
_ENDS = "\t\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
"""What brat takes for the end of a line of its files, or other readers of them for that of a field."""
_PIECES = re.compile(rf"[^{_ENDS}]+")
_LINE = re.compile(r"(?:[A-Z]\d+|\*|#\d*)\t")
_SPAN = re.compile(r"(T\d+)\t(\S+) (\d+ \d+(?:;\d+ \d+)*)\t(.*)")
_RELATION = re.compile(r"(R\d+)\t(\S+) Arg1:(\S+) Arg2:(\S+)\s*")
_ATTRIBUTE = re.compile(r"[AM]\d+\t(\S+) (\S+)(?: (\S+))?\s*")
_NOTE = re.compile(r"#\d*\t(\S+) (\S+)(?:\t(.*))?")
_NAME = re.compile(r"[^A-Za-z0-9_-]")


def write(job: Export) -> dict[str, Any] | None:
    """Write three files for each article, the configuration and the colours."""
    labels = _names(job.scheme, ())
    taken: set[str] = set()
    for unit in job.each():
        name = new_name(unit, taken)
        (job.folder / f"{name}.txt").write_bytes(unit.article.text.encode("utf-8"))
        names = _names(job.scheme, (span.label for span in unit.annotation.spans))
        labels |= names
        (job.folder / f"{name}.ann").write_bytes("".join(_lines(unit, names, job)).encode("utf-8"))
        write_sidecar(job.folder, name, unit)
    (job.folder / CONFIG).write_text(_config(labels), encoding="utf-8")
    (job.folder / COLOURS).write_text(_colours(labels, job.scheme), encoding="utf-8")
    return None


def _names(scheme: Scheme, labels: Iterable[str]) -> dict[str, str]:
    """The scheme's labels and those of an article as brat can have them, no two the same."""
    names: dict[str, str] = {}
    for label in (*scheme.names, *sorted(set(labels) - set(scheme.names))):
        name = plain = _NAME.sub("_", label)
        for number in count(2):
            if name not in names.values():
                break
            name = f"{plain}_{number}"
        names[label] = name
    return names


def _config(names: Mapping[str, str]) -> str:
    lines = ["[entities]", *dict.fromkeys(names.values()), "", "[relations]"]
    lines += [f"{kind}\tArg1:{names[CONTENT]}, Arg2:{names[label]}"
              for kind, label in ROLES.items() if CONTENT in names and label in names]  # fmt: skip
    lines += ["<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "", "[events]", "", "[attributes]"]
    lines += [f"{_STATUS}\tArg:<ENTITY>, Value:{SUGGESTED}|{REJECTED}", f"{_FLAG}\tArg:<ENTITY>", ""]
    return "\n".join(lines)


def _colours(names: Mapping[str, str], scheme: Scheme) -> str:
    lines = ["[labels]", "", "[drawing]"]
    for label, name in names.items():
        colour = background(scheme, label)
        lines.append(f"{name}\tbgColor:{colour}, fgColor:{foreground(colour)}, borderColor:darken")
    return "\n".join([*lines, ""])


def _lines(unit: Reviewed, labels: Mapping[str, str], job: Export) -> Iterator[str]:
    annotation, text = unit.annotation, unit.article.text
    names: dict[str, str] = {}
    attributes, notes = count(1), count(1)
    for span in annotation.spans:
        pieces = _pieces(span, text)
        if not pieces or (pieces[0][0], pieces[-1][1]) != (span.start, span.end):
            words = text[span.start : span.end]
            kind = Kind.TRIMMED if pieces else Kind.BLANK
            job.report.remarks.append(
                Remark(kind, plain_id(unit.article), span.label, span.start, span.end, words)
            )
        if not pieces:
            continue
        name = names[span.id] = f"T{len(names) + 1}"
        bounds = ";".join(f"{start} {end}" for start, end in pieces)
        words = " ".join(text[start:end] for start, end in pieces)
        yield f"{name}\t{labels[span.label]} {bounds}\t{words}\n"
        if span.status != ACCEPTED:
            yield f"A{next(attributes)}\t{_STATUS} {name} {span.status}\n"
    links = [link for link in annotation.links if link.content in names and link.target in names]
    for number, link in enumerate(links, 1):
        yield f"R{number}\t{link.kind} Arg1:{names[link.content]} Arg2:{names[link.target]}\n"
    for note in annotation.notes:
        if note.target in names:
            if note.flagged:
                yield f"A{next(attributes)}\t{_FLAG} {names[note.target]}\n"
            if note.words:
                words = " ".join(note.words.split())
                yield f"#{next(notes)}\tAnnotatorNotes {names[note.target]}\t{words}\n"


def _pieces(span: Span, text: str) -> list[tuple[int, int]]:
    """Bounds line by line, as no line of brat's can hold the end of one; blank ones within are left out."""
    found = [
        (span.start + m.start(), span.start + m.end()) for m in _PIECES.finditer(text[span.start : span.end])
    ]
    return [
        (start, end) for start, end in found
        if text[start:end].strip() or (len(found) > 1 and (start == span.start or end == span.end))
    ]  # fmt: skip


@dataclass
class _Document:
    """What an ``.ann`` file says, and what of it has no place here."""

    path: Path
    building: Building
    labels: dict[str, str]
    kept: Any
    statuses: dict[str, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    words: dict[str, str] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)

    def leave(self, what: str) -> None:
        """Count something that is not taken over."""
        self.left[what] = self.left.get(what, 0) + 1


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read a folder, or the article of one ``.ann`` file; that of a ``.txt`` is the one beside it."""
    if source.suffix == ".txt" and source.with_suffix(".ann").is_file():
        source = source.with_suffix(".ann")
    for path in source_files(source, "*.ann"):
        try:
            yield _article(path, scheme)
        except Unfit as error:
            yield Refused(str(path), str(error))
        except _Line as error:
            yield Refused(f"{path}:{error.number}", error.reason)
        except ChiosaError as error:  # a file beside it
            yield Refused(str(path), str(error))


class _Line(Exception):
    """A line that refuses its article."""

    def __init__(self, number: int, reason: str) -> None:
        self.number = number
        self.reason = reason


def _article(path: Path, scheme: Scheme) -> Incoming:
    text_path = path.with_suffix(".txt")
    with reading(text_path):
        text = text_path.read_bytes().decode("utf-8")
    kept = read_sidecar(path)
    with reading(path):
        lines = path.read_bytes().decode("utf-8").split("\n")
    rows = [(number, line.removesuffix("\r")) for number, line in enumerate(lines, 1) if line.strip()]
    for number, line in rows:
        if not _LINE.match(line):
            raise _Line(number, _("is no line of brat's: {line}").format(line=line[:40]))
    labels = {name: label for label, name in _names(scheme, _labels(kept)).items()}
    document = _Document(path, Building(text), labels, kept)
    if "\r" in text:  # brat counts CRLF as one, other tools of its files as two
        unified = text.replace("\r\n", "\n").replace("\r", "\n")
        document = _Document(path, Building(unified), labels, kept)
        try:
            _take(document, rows)
        except _Line:
            document = _Document(path, Building(text), labels, kept)
        else:
            return _incoming(document, scheme)
    _take(document, rows)
    return _incoming(document, scheme)


def _labels(kept: Any) -> set[str]:
    """The labels of an article that was exported."""
    spans = kept.get("spans") if isinstance(kept, dict) else None
    found = [span.get("label") for span in spans if isinstance(span, dict)] if isinstance(spans, list) else []
    return {label for label in found if isinstance(label, str)}


def _take(document: _Document, rows: list[tuple[int, str]]) -> None:
    """Go through the lines; those of attributes first, as one may stand before its span.

    Raises:
        _Line: a line refuses the article.
    """
    for _number, line in rows:
        if line[0] in "AM":
            _attribute(document, line)
    for wanted in ("T", "R", "#"):
        for number, line in rows:
            if line[0] == wanted:
                try:
                    _TAKERS[wanted](document, line)
                except Unfit as error:
                    raise _Line(number, str(error)) from None
    for _number, line in rows:
        if line[0] not in "TRAM#":
            document.leave(line[0])
    _add_notes(document)


def _incoming(document: _Document, scheme: Scheme) -> Incoming:
    annotation = restored(document.building, document.kept, scheme, STATUSES, notes_shown=True)
    name = article_id_of(document.kept) or document.path.stem
    notices = tuple(_notices(document))
    return Incoming(str(document.path), document.building.text, annotation, name, notices=notices)


def _attribute(document: _Document, line: str) -> None:
    match = _ATTRIBUTE.fullmatch(line)
    if match is None:
        document.leave(line.split("\t")[0])
    elif match[1] == _STATUS and match[3] in STATUSES:
        document.statuses[match[2]] = match[3]
    elif match[1] == _FLAG:
        document.flags.add(match[2])
    else:
        document.leave(match[1])


def _span(document: _Document, line: str) -> None:
    match = _SPAN.fullmatch(line)
    if match is None:
        raise Unfit(_("is no span of brat's: {line}").format(line=line[:40]))
    name, label, offsets, words = match.groups()
    text = document.building.text
    pieces = [tuple(map(int, piece.split())) for piece in offsets.split(";")]
    for (_start, end), (start, _end) in pairwise(pieces):
        if not end <= start <= len(text) or text[end:start].strip():
            reason = _("{name} is in pieces with words between them, which is no span here")
            raise Unfit(reason.format(name=name))
    start, end = pieces[0][0], pieces[-1][1]
    there = " ".join(text[a:b] for a, b in pieces)
    document.building.span(
        start, end, document.labels.get(label, label), document.statuses.get(name, ACCEPTED),
        span_id=name, words=None if there == words else words,
    )  # fmt: skip


def _relation(document: _Document, line: str) -> None:
    match = _RELATION.fullmatch(line)
    if match is None or match[2] not in KINDS:
        document.leave(match[2] if match else line.split("\t")[0])
        return
    _name, kind, content, target = match.groups()
    spans = document.building.spans
    if content in spans and spans[content].label == ROLES[kind]:  # drawn the other way round
        content, target = target, content
    document.building.link(content, kind, target)


def _note(document: _Document, line: str) -> None:
    match = _NOTE.fullmatch(line)
    if match is None or match[1] != "AnnotatorNotes" or match[2] not in document.building.spans:
        document.leave("#")
        return
    words = [document.words.get(match[2], ""), match[3] or ""]
    document.words[match[2]] = " / ".join(word for word in words if word)


_TAKERS = {"T": _span, "R": _relation, "#": _note}


def _add_notes(document: _Document) -> None:
    """Notes on spans, with their words as they were where brat shows the same ones."""
    before: dict[str, str] = {}
    if isinstance(document.kept, dict):
        for note in document.kept.get("notes") or ():
            if isinstance(note, dict) and isinstance(note.get("words"), str):
                before[" ".join(note["words"].split())] = note["words"]
    for name in sorted({*document.words, *document.flags} & document.building.spans.keys()):
        words = document.words.get(name, "")
        document.building.note(name, before.get(words, words), name in document.flags)


def _notices(document: _Document) -> Iterator[str]:
    for what, number in sorted(document.left.items()):
        yield n_(
            "not taken over, having no place here: {n} line of kind {what}",
            "not taken over, having no place here: {n} lines of kind {what}",
            number, what=what,
        )  # fmt: skip


FORMAT = Format(
    "brat", N_("brat standoff, with annotation.conf"), ALL - {Trait.EDITS}, write, read, unread=True
)
