"""Chiosa's own JSON lines: everything, edits included, one article with one annotator's annotation a line.

A line is what ``chiosa show --json`` prints, with ``version``, ``next_id``, ``suggester``, ``notes``,
``disputed``, ``edits`` and ``position`` (see `annotations.history`) besides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotations.annotation import Annotation
from annotations.article import text_sha256
from annotations.formats import ALL, Format, Reviewed
from annotations.formats.exporting import Export
from annotations.formats.incoming import Building, Incoming, Refused, Unfit, json_lines, source_files
from annotations.history import Edit, History
from annotations.language import N_, _
from annotations.record import to_record
from annotations.scheme import Scheme

FILE = "annotations.jsonl"
VERSION = 1


def write(job: Export) -> None:
    """Write one file with a line for each article."""
    with (job.folder / FILE).open("w", encoding="utf-8", newline="\n") as out:
        for unit in job.each():
            out.write(to_line(unit) + "\n")


def to_line(unit: Reviewed) -> str:
    """The line of an article, without its end."""
    annotation = unit.annotation
    history = unit.history or History(annotation)
    record = to_record(unit.article, annotation) | {
        "version": VERSION,
        "next_id": annotation.next_id,
        "suggester": annotation.suggester,
        "notes": [note.to_dict() for note in annotation.notes],
        "disputed": sorted(annotation.disputed),
        "edits": [edit.to_dict() for edit in history.edits],
        "position": history.position,
    }
    return json.dumps(record, ensure_ascii=False)


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read such lines; also those of ``suggest --jsonl``, which have no edits."""
    for path in source_files(source, "*.jsonl"):
        for place, record in json_lines(path):
            if isinstance(record, Refused):
                yield record
                continue
            try:
                yield _incoming(place, record, scheme)
            except Unfit as error:
                yield Refused(place, str(error))
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
                reason = _("not a line of this format ({reason})").format(reason=_told(error))
                yield Refused(place, reason)


def _incoming(place: str, record: dict[str, Any], scheme: Scheme) -> Incoming:
    version = record.get("version", VERSION)
    if type(version) is not int or version > VERSION:
        raise Unfit(
            _("is of version {version}, this Chiosa reads up to {known}; install a newer one").format(
                version=version, known=VERSION
            )
        )
    article = record["article"]
    text = article["text"]
    if not isinstance(text, str):
        raise Unfit(_("the text is no text"))
    if "sha256" in article and article["sha256"] != text_sha256(text):
        raise Unfit(_("the text is not the one that its SHA-256 was made of"))
    building = Building(text, str(record["annotator"]), record["state"])
    for span in record["spans"]:
        building.span(
            span["start"], span["end"], span["label"], span["status"],
            span_id=span["id"], origin=span["origin"], score=span["score"],
        )  # fmt: skip
    for link in record["links"]:
        building.link(link["from"], link["kind"], link["to"])
    for note in record.get("notes", ()):
        building.note(note["target"], note["words"], note["flagged"])
    annotation = building.annotation(
        scheme,
        suggester=str(record.get("suggester", "")),
        disputed=frozenset(map(str, record.get("disputed", ()))),
        **({"next_id": _number(record["next_id"])} if "next_id" in record else {}),
    )
    return Incoming(place, text, annotation, str(article["id"]), history=_history(record, annotation, text))


def _history(record: dict[str, Any], annotation: Annotation, text: str) -> History | None:
    if "edits" not in record:
        return None
    edits = tuple(Edit.from_dict(edit) for edit in record["edits"])
    if any(span.end > len(text) for edit in edits for span in (*edit.removed, *edit.added)):
        raise Unfit(_("an edit has a span that does not lie in the text"))
    position = _number(record["position"])
    if position > len(edits):
        raise Unfit(_("its edits are incomplete"))
    return History(annotation, edits, position)


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < 1 << 40:
        raise Unfit(_("{value} is no number of a span or an edit").format(value=value))
    return value


def _told(error: Exception) -> str:
    words = " ".join(str(error).split())[:80]
    return _("no {name}").format(name=words) if isinstance(error, KeyError) else words


FORMAT = Format(
    "chiosa", N_("Chiosa's own JSON lines: everything, edits included"), ALL, write, read, unread=True
)
