"""doccano's JSON lines, for sequence labelling with relations or without.

Offsets are UTF-16 code units: doccano takes them from the browser, and its server passes them on as they are.
The words are not in the file, so that only an offset beyond the text or within a character can be told; a
project that counts grapheme clusters as one character has others again. The file is plain ASCII, since
doccano may guess a file's encoding. ``chiosa`` comes back, as doccano keeps keys that it does not know.

Entities lie within quotes: the project must allow overlapping spans, else doccano drops them on import. The
labels with their keys and colours go into two files, one for the spans and one for the relations.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from annotations.annotation import ACCEPTED, KINDS, NEW
from annotations.formats import ALL, Format, Reviewed, Trait
from annotations.formats.colours import background, foreground
from annotations.formats.details import KEY, article_id_of, details, restored
from annotations.formats.exporting import Export
from annotations.formats.incoming import Building, Incoming, Refused, Unfit
from annotations.formats.records import check_keys, items, line_records, relate, text_of
from annotations.formats.units import from_utf16, to_utf16
from annotations.language import N_, Kept, _
from annotations.scheme import ROLES, Scheme

FILE = "doccano.jsonl"
SPAN_LABELS, RELATION_LABELS = "label_config.json", "relation_config.json"
_KEYS = {"cue": "c", "source": "s"}
"""The keys that draw a relation, as on the desk."""


def write(job: Export) -> None:
    """Write the articles and the labels."""
    with (job.folder / FILE).open("w", encoding="ascii", newline="\n") as out:
        for unit in job.each():
            out.write(json.dumps(_record(unit)) + "\n")
    if any(_overlap(unit) for unit in job.units):
        job.report.warnings.append(
            Kept(N_("some spans overlap: let the doccano project allow that, else doccano leaves them out"))
        )
    extra = {s.label for u in job.units for s in u.annotation.spans if s.label not in job.scheme}
    spans = [_label(job.scheme, label.name, label.name, label.key) for label in job.scheme.labels]
    spans += [_label(job.scheme, name, name, None) for name in sorted(extra)]
    kinds = [_label(job.scheme, kind, ROLES[kind], _KEYS[kind]) for kind in KINDS]
    for name, labels in ((SPAN_LABELS, spans), (RELATION_LABELS, kinds)):
        (job.folder / name).write_text(json.dumps(labels, indent=1) + "\n", encoding="ascii")


def _overlap(unit: Reviewed) -> bool:
    """Whether accepted spans of the article share words."""
    spans = [span for span in unit.annotation.spans if span.status == ACCEPTED]
    return any(one.end > other.start for one, other in pairwise(spans))


def _label(scheme: Scheme, text: str, label: str, key: str | None) -> dict[str, Any]:
    colour = background(scheme, label)
    return {
        "text": text, "prefix_key": None, "suffix_key": key,
        "background_color": colour, "text_color": foreground(colour),
    }  # fmt: skip


def _record(unit: Reviewed) -> dict[str, Any]:
    text, annotation = unit.article.text, unit.annotation
    spans = [span for span in annotation.spans if span.status == ACCEPTED]
    numbers = {span.id: number for number, span in enumerate(spans, 1)}
    starts = to_utf16(text, (span.start for span in spans))
    ends = to_utf16(text, (span.end for span in spans))
    entities = [
        {"id": numbers[span.id], "label": span.label, "start_offset": start, "end_offset": end}
        for span, start, end in zip(spans, starts, ends, strict=True)
    ]
    links = [k for k in annotation.links if k.content in numbers and k.target in numbers]
    relations = [
        {"id": number, "from_id": numbers[k.content], "to_id": numbers[k.target], "type": k.kind}
        for number, k in enumerate(links, 1)
    ]
    return {"text": text, "entities": entities, "relations": relations, KEY: details(unit)}


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read what doccano exports: ``label`` of triples, or ``entities`` with ``relations``.

    An article in which something is labelled is done, unless its own record says otherwise; doccano's file
    does not tell whether one without labels was ever looked at. Comments become a note on the article.
    """

    def make(place: str, record: dict[str, Any]) -> Iterable[Incoming | Refused]:
        check_keys(record, ("label", "labels", "entities"))
        return [_incoming(place, record, scheme)]

    return line_records(source, make)


def _incoming(place: str, record: dict[str, Any], scheme: Scheme) -> Incoming:
    text = text_of(record.get("text", record.get("data")))
    building = Building(text)
    found = [_triple(one) for one in items(record, "entities", "label", "labels", "annotations")]
    starts = from_utf16(text, [start for start, *_rest in found])
    ends = from_utf16(text, [end for _start, end, *_rest in found])
    ids: dict[object, str] = {}
    for (_start, _end, label, number), start, end in zip(found, starts, ends, strict=True):
        span_id = building.span(start, end, label)
        if number is not None:
            ids[number] = span_id
    for relation in items(record, "relations"):
        head, child = (ids.get(relation[end], str(relation[end])) for end in ("from_id", "to_id"))
        relate(building, relation["type"], head, child)
    comments = [_comment(one) for one in items(record, "Comments", "comments")]
    if comments:
        building.note("", "\n".join(comments))
    kept = record.get(KEY)
    annotation = restored(building, kept, scheme)
    if kept is None and not found:
        annotation = replace(annotation, state=NEW)
    return Incoming(place, text, annotation, article_id_of(kept))


def _triple(one: object) -> tuple[object, object, object, object]:
    """Start, end, label and number of a span in either form.

    Raises:
        Unfit: it has neither.
    """
    if isinstance(one, list) and len(one) == 3:
        return one[0], one[1], one[2], None
    if isinstance(one, dict):
        return one["start_offset"], one["end_offset"], one["label"], one.get("id")
    raise Unfit(
        _("the label {label} has no place in the text; export a project of sequence labelling").format(
            label=repr(one)[:40]
        )
    )


def _comment(one: Any) -> str:
    return one if isinstance(one, str) else str(one["text"] if "text" in one else one["comment"])


FORMAT = Format("doccano", N_("doccano's JSON lines: spans and relations"), ALL - {Trait.EDITS}, write, read)
