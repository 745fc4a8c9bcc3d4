"""What a file of the store says, typed: an article can have tens of thousands of spans, so C decodes them.

The values of its tables ``meta`` and ``annotation`` are checked while they are decoded; files of earlier
versions, and what Python's JSON reads and the standard does not know, take a longer way to the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta as Limits
from msgspec import Raw, Struct

from annotations.annotation import FURTHEST, STATES, Annotation, Link, Note, Span, in_reading_order
from annotations.atomic import Stamp, Tables, contents, tables_of
from annotations.language import _
from annotations.migrations import SCHEMA, migrated

_Number = Annotated[int, Limits(ge=0, lt=FURTHEST)]


class Meta(Struct):
    """The table ``meta``: whose annotation it is, and on which text."""

    article: str
    sha256: str


class Record(Struct):
    """An annotation as it is written."""

    annotator: str
    state: Literal[STATES]  # type: ignore[valid-type]
    suggester: str
    next_id: _Number
    spans: list[Span]
    links: list[Link]
    notes: list[Note]
    disputed: frozenset[str]

    def annotation(self) -> Annotation:
        """The annotation that it is of.

        Raises:
            ValueError: a span ends before it begins.
        """
        spans = in_reading_order(self.spans)
        if any(span.start >= span.end for span in spans):
            raise ValueError(_("a span ends before it begins"))
        links, notes = tuple(sorted(self.links)), tuple(sorted(self.notes))
        return Annotation(
            self.annotator, self.state, spans, links, self.next_id, self.suggester, notes, self.disputed
        )


class PlacedRecord(Record):
    """The table ``annotation``: with the number of edits that are not undone."""

    position: _Number


class Stored(Struct):
    """A file of the store, and which version of it was read."""

    meta: Meta
    record: PlacedRecord
    edits: dict[str, Any]
    misfits: dict[str, Any]
    others: Tables
    """Tables that are not Chiosa's."""
    stamp: Stamp


def stored(path: Path) -> Stored | None:
    """The file of an annotation; None where there is none.

    Raises:
        FutureSchema: it is of a later version.
        KeyError, TypeError, ValueError, AttributeError, RecursionError: it is not Chiosa's.
        OSError: it cannot be read.
    """
    raw, stamp = contents(path)
    if raw is None or stamp is None:
        return None
    try:
        tables = _tables.decode(raw)
        if _schema.decode(tables["meta"]["1"]).schema == SCHEMA:
            meta = _meta.decode(tables["meta"].pop("1"))
            record = _record.decode(tables["annotation"].pop("1"))
            plain = {
                name: {n: _plain.decode(one) for n, one in table.items()} for name, table in tables.items()
            }
            return _stored(meta, record, plain, stamp)
    except (KeyError, ValueError):
        pass  # the longer way may know it, or else says what is wrong
    plain = migrated(tables_of(raw))
    meta = msgspec.convert(plain["meta"]["1"], Meta)
    return _stored(meta, msgspec.convert(plain["annotation"]["1"], PlacedRecord), plain, stamp)


def _stored(meta: Meta, record: PlacedRecord, plain: Tables, stamp: Stamp) -> Stored:
    edits, misfits = plain.pop("edits", {}), plain.pop("misfits", {})
    others = {name: table for name, table in plain.items() if name not in ("meta", "annotation")}
    return Stored(meta, record, edits, misfits, others, stamp)


def _plain_table(table: dict[str, Raw]) -> dict[str, Any]:
    return {number: _plain.decode(document) for number, document in table.items()}


class _Schema(Struct):
    schema: int


_tables = msgspec.json.Decoder(dict[str, dict[str, Raw]])
_schema = msgspec.json.Decoder(_Schema)
_meta = msgspec.json.Decoder(Meta)
_record = msgspec.json.Decoder(PlacedRecord)
_plain = msgspec.json.Decoder()
