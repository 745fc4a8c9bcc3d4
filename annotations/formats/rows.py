"""An annotated article as a row with typed columns, as data sets for training have them.

Hugging Face's JSON lines and Parquet share the columns, so that a data set can be read from either.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from annotations.annotation import ACCEPTED, DONE
from annotations.formats import ALL, Reviewed, Trait
from annotations.formats.exporting import Export
from annotations.formats.incoming import Building, Incoming, Refused, Unfit
from annotations.formats.records import check_keys, items, text_of
from annotations.formats.selection import plain_id
from annotations.formats.split import TRAIN, split_articles
from annotations.language import _
from annotations.scheme import Scheme

CARRIES = ALL - {Trait.EDITS}
VALIDATION = "validation"
"""What Hugging Face calls dev."""
SPLITS = (TRAIN, VALIDATION)
STRING, INT32, INT64, FLOAT64, BOOL = "string", "int32", "int64", "float64", "bool"
COLUMNS: dict[str, str | list[str] | dict[str, str]] = {
    "id": STRING,
    "text": STRING,
    "title": STRING,
    "date": STRING,
    "agency": STRING,
    "sha256": STRING,
    "annotator": STRING,
    "state": STRING,
    "spans": {
        "id": STRING, "start": INT32, "end": INT32, "label": STRING, "status": STRING, "origin": STRING,
        "score": FLOAT64,
    },
    "links": {"kind": STRING, "from": STRING, "to": STRING},
    "notes": {"target": STRING, "flagged": BOOL, "words": STRING},
    "disputed": [STRING],
    "suggester": STRING,
    "next_id": INT64,
}  # fmt: skip
"""The columns by name: a type, a list of one type, or a list of structures."""


def make_row(unit: Reviewed) -> dict[str, Any]:
    """The row of a unit; offsets are code points."""
    article, annotation = unit.article, unit.annotation
    return {
        "id": plain_id(article),
        "text": article.text,
        "title": article.title,
        "date": article.date,
        "agency": article.agency,
        "sha256": article.sha256,
        "annotator": annotation.annotator,
        "state": annotation.state,
        "spans": [span.to_dict() for span in annotation.spans],
        "links": [link.to_dict() for link in annotation.links],
        "notes": [note.to_dict() for note in annotation.notes],
        "disputed": sorted(annotation.disputed),
        "suggester": annotation.suggester,
        "next_id": annotation.next_id,
    }


def split_of(job: Export) -> dict[str, str]:
    """The split of each article by its id: train or validation, all annotators' versions in the same."""
    ids = {unit.article.id for unit in job.units}
    useful = {u.article.id for u in job.units if any(s.status == ACCEPTED for s in u.annotation.spans)}
    split = split_articles(ids, job.seed, useful)
    return {name: TRAIN if TRAIN in split.of(name) else VALIDATION for name in ids}


def read_row(place: str, row: dict[str, Any], scheme: Scheme) -> list[Incoming | Refused]:
    """The article of a row, also of others' data sets: ``text`` and ``spans`` or ``entities`` are enough.

    Raises:
        Unfit: the row is not sound.
    """
    if "text" not in row and "tokens" in row:
        raise Unfit(_("has tokens and tags in the place of text and spans; import it as conll"))
    check_keys(row, ("spans", "entities"))
    building = Building(text_of(row.get("text")), _name(row, "annotator"), _name(row, "state") or DONE)
    for span in _structures(row, "spans", "entities"):
        building.span(
            span["start"], span["end"], span["label"], span.get("status") or ACCEPTED,
            span_id=span.get("id"), origin=span.get("origin") or "", score=span.get("score"),
            words=span.get("text"),
        )  # fmt: skip
    for link in _structures(row, "links"):
        building.link(link["from"], link["kind"], link["to"])
    for note in _structures(row, "notes"):
        building.note(note["target"], note["words"], note["flagged"])
    more: dict[str, Any] = {
        "suggester": _name(row, "suggester"),
        "disputed": frozenset(map(str, items(row, "disputed"))) & building.spans.keys(),
    }
    number = row.get("next_id")
    if type(number) is int and 0 <= number < 1 << 40:
        more["next_id"] = max(number, building.annotation(scheme).next_id)
    return [Incoming(place, building.text, building.annotation(scheme, **more), _name(row, "id"))]


def _name(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""


def _structures(row: dict[str, Any], *keys: str) -> Iterable[dict[str, Any]]:
    """A list of structures, which older data sets hold as a structure of lists."""
    for key in keys:
        found = row.get(key)
        if isinstance(found, dict):
            return [dict(zip(found, values, strict=True)) for values in zip(*found.values(), strict=True)]
    return items(row, *keys)
