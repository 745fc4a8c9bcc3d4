"""Label Studio's JSON: a list of tasks, one for each article, and the labelling configuration.

Offsets are code points. What annotators have decided is an annotation each, whose regions are the accepted
spans; what nobody has decided goes into predictions, one for each model or rule, from which Label Studio lets
people start. Rejected spans are in neither, but in the task's data under ``chiosa``, which comes back.

``completed_by`` is left out, since an import fails where it names somebody whom Label Studio does not know.
An annotation's ``id`` returns as its ``import_id``, by which it is known again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from typing import Any
from xml.etree import ElementTree

from annotations.annotation import ACCEPTED, KINDS, NEW, SUGGESTED, Span
from annotations.formats import ALL, Format, Reviewed, Trait
from annotations.formats.colours import background
from annotations.formats.details import KEY, details
from annotations.formats.exporting import Export
from annotations.formats.label_studio_tasks import LABELS, NUMBER, RELATION, read
from annotations.language import N_

FILE, CONFIG = "tasks.json", "label_config.xml"
_FROM, _TO = "label", "text"
"""The names of the tags of the configuration, which regions refer to."""


def write(job: Export) -> None:
    """Write the tasks and the configuration."""
    number = 0
    with (job.folder / FILE).open("w", encoding="utf-8", newline="\n") as out:
        between = "[\n"
        for _key, found in groupby(job.each(), key=lambda u: (u.article.id, u.article.sha256)):
            units = list(found)
            task = _task(units, number + 1)
            number += len(units)
            out.write(between + json.dumps(task, ensure_ascii=False))
            between = ",\n"
        out.write("\n]\n")
    (job.folder / CONFIG).write_text(_config(job), encoding="utf-8")


def _config(job: Export) -> str:
    """What is to be pasted into a project's settings, under labelling interface, code."""
    extra = {s.label for u in job.units for s in u.annotation.spans if s.label not in job.scheme}
    view = ElementTree.Element("View")
    relations = ElementTree.SubElement(view, "Relations")
    for kind in KINDS:
        ElementTree.SubElement(relations, "Relation", value=kind)
    labels = ElementTree.SubElement(view, "Labels", name=_FROM, toName=_TO)
    for label in job.scheme.labels:
        ElementTree.SubElement(
            labels, "Label", value=label.name, background=background(job.scheme, label.name), hotkey=label.key
        )
    for name in sorted(extra):
        ElementTree.SubElement(labels, "Label", value=name, background=background(job.scheme, name))
    ElementTree.SubElement(view, "Text", name=_TO, value="$text")
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"


def _task(units: list[Reviewed], first: int) -> dict[str, Any]:
    article = units[0].article
    annotations: list[dict[str, Any]] = []
    predictions: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    for number, unit in enumerate(units, first):
        regions = {
            s.id: _region(article.text, s, f"{number}_{at}") for at, s in enumerate(unit.annotation.spans, 1)
        }
        begun = unit.annotation.state != NEW or any(span.decided for span in unit.annotation.spans)
        if begun:
            annotations.append(_annotation(unit, regions, number))
        predictions += _predictions(unit, regions)
        kept.append(details(unit) | {NUMBER: number, "annotated": begun})
    about = {"title": article.title, "date": article.date, "agency": article.agency}
    data = {"text": article.text} | {key: value for key, value in about.items() if value} | {KEY: kept}
    return {"data": data, "annotations": annotations, "predictions": predictions}


def _annotation(unit: Reviewed, regions: dict[str, dict[str, Any]], number: int) -> dict[str, Any]:
    accepted = [span.id for span in unit.annotation.spans if span.status == ACCEPTED]
    return {
        "id": number,
        "was_cancelled": False,
        "ground_truth": False,
        "result": _result(unit, accepted, regions),
    }


def _predictions(unit: Reviewed, regions: dict[str, dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """A prediction for each proposer of spans that are undecided."""
    undecided = [span for span in unit.annotation.spans if span.status == SUGGESTED]
    for origin in sorted({span.origin for span in undecided}):
        spans = [span for span in undecided if span.origin == origin]
        scores = [span.score for span in spans if span.score is not None]
        prediction: dict[str, Any] = {"model_version": origin.removeprefix("model:")}
        if scores:
            prediction["score"] = sum(scores) / len(scores)
        yield prediction | {"result": _result(unit, [span.id for span in spans], regions)}


def _result(unit: Reviewed, ids: list[str], regions: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Regions, and the relations between them."""
    chosen = {span_id: regions[span_id] for span_id in ids}
    relations = [
        {
            "type": RELATION, "from_id": chosen[link.content]["id"], "to_id": chosen[link.target]["id"],
            "direction": "right", "labels": [link.kind],
        }
        for link in unit.annotation.links if link.content in chosen and link.target in chosen
    ]  # fmt: skip
    return [*chosen.values(), *relations]


def _region(text: str, span: Span, region_id: str) -> dict[str, Any]:
    region: dict[str, Any] = {
        "id": region_id, "from_name": _FROM, "to_name": _TO, "type": LABELS,
        "origin": "manual" if span.by_editor else "prediction",
        "value": {
            "start": span.start, "end": span.end, "text": text[span.start : span.end], "labels": [span.label],
        },
    }  # fmt: skip
    return region if span.score is None else region | {"score": span.score}


FORMAT = Format(
    "label-studio",
    N_("Label Studio's JSON: annotations, predictions, relations"),
    ALL - {Trait.EDITS},
    write,
    read,
    unread=True,
)
