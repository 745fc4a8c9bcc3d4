"""Reading what Label Studio exports: its JSON, and its JSON-MIN, which has no relations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, NEW, SUGGESTED, Annotation
from annotations.formats.destination import MANIFEST
from annotations.formats.details import KEY, article_id_of, restored
from annotations.formats.incoming import Building, Incoming, Refused, Unfit, reading, source_files
from annotations.formats.records import items, made, relate, text_of
from annotations.formats.units import settled
from annotations.language import _
from annotations.scheme import ROLES, Scheme

LABELS, RELATION = "labels", "relation"
"""Types of results that are read; others, as choices and ratings, say nothing of spans."""
NUMBER = "number"
"""Where a record under ``chiosa`` has the id of its annotation."""
_ADDRESS = re.compile(r"[^\s,]+@[^\s,]+")
_NOT_TEXT = {"created_at", "updated_at", "annotator", "agreement"}


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read tasks, each with the annotations of one person or several.

    An annotation is an article that is done; a draft that was never submitted is one in progress. Of a task
    that nobody has annotated, the predictions become suggestions. An annotation that was skipped is refused.

    Raises:
        ChiosaError: a file cannot be read, or there is none.
    """
    for path in source_files(source, "*.json"):
        if path.name != MANIFEST:
            yield from _file(path, scheme)


def _file(path: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    with reading(path):
        raw = path.read_text(encoding="utf-8-sig")
    try:
        tasks = json.loads(raw)
    except (ValueError, RecursionError) as error:
        yield Refused(str(path), _("is not JSON ({reason})").format(reason=str(error)[:80]))
        return
    for number, task in enumerate(tasks if isinstance(tasks, list) else [tasks], 1):
        place = f"{path}: " + _("task {n}").format(n=number)
        if isinstance(task, dict):
            yield from made(place, partial(_incoming, place, task, scheme))
        else:
            yield Refused(place, _("is no JSON object"))


def _incoming(place: str, task: dict[str, Any], scheme: Scheme) -> Iterator[Incoming | Refused]:
    if isinstance(task.get("task"), dict) and "result" in task:  # an annotation from a cloud storage
        task = {**task["task"], "annotations": [task]}
    if isinstance(task.get("data"), dict):
        yield from _Task(place, task, scheme).incoming()
    else:
        yield _minimal(place, task, scheme)


@dataclass
class _Task:
    """A task of the full JSON."""

    place: str
    task: dict[str, Any]
    scheme: Scheme
    text: str = field(init=False)
    kept: list[dict[str, Any]] = field(init=False)
    proposed: dict[tuple[int, int, str], tuple[str, float | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        data = self.task["data"]
        self.text = _text(data)
        self.kept = [record for record in items(data, KEY) if isinstance(record, dict)]

    def incoming(self) -> Iterator[Incoming | Refused]:
        """The article as each annotator has it; each is taken or refused by itself."""
        with suppress(Unfit):  # a model's fault takes nothing from what people have done
            proposed = self._predictions(None).spans.values()
            self.proposed = {(s.start, s.end, s.label): (s.origin, s.score) for s in proposed}
        annotations = [one for one in items(self.task, "annotations", "completions") if isinstance(one, dict)]
        drafts = [
            one for one in items(self.task, "drafts")
            if isinstance(one, dict) and one.get("annotation") is None and one.get("result")
        ]  # fmt: skip
        for one in annotations:
            yield from made(self.place, partial(self._annotation, one))
        people = {_person(one.get("completed_by"), one) for one in annotations}
        for one in drafts:
            if _person(one.get("user"), one) not in people:
                yield from made(self.place, partial(self._draft, one))
        if annotations or drafts:
            return
        waiting = [record for record in self.kept if not record.get("annotated")]
        if self.kept and not waiting:
            raise Unfit(_("its annotation was deleted in Label Studio"))
        if not self.kept:
            yield from made(self.place, partial(self._suggestions, None))
        for kept in waiting:
            yield from made(self.place, partial(self._suggestions, kept))

    def _annotation(self, one: dict[str, Any]) -> list[Incoming | Refused]:
        number = one["import_id"] if "import_id" in one else one.get("id")
        kept = next((k for k in self.kept if k.get("annotated") and k.get(NUMBER) == number), None)
        person = _person(one.get("completed_by"), one)
        if one.get("was_cancelled"):
            raise Unfit(_("was skipped in Label Studio by {name}").format(name=person or "?"))
        annotator = str(kept["annotator"]) if kept is not None else person
        return [self._with_results(Building(self.text, annotator), one, kept)]

    def _draft(self, one: dict[str, Any]) -> list[Incoming | Refused]:
        building = Building(self.text, _person(one.get("user"), one), IN_PROGRESS)
        return [self._with_results(building, one, None)]

    def _with_results(self, building: Building, one: dict[str, Any], kept: dict[str, Any] | None) -> Incoming:
        _take(building, one, ACCEPTED)
        for span in building.spans.values():  # who proposed it is known where it was a prediction
            origin, score = self.proposed.get((span.start, span.end, span.label), ("", None))
            building.spans[span.id] = replace(span, origin=origin, score=score)
        found = self._of(restored(building, kept, self.scheme), kept)
        others = sorted(_others(one))
        if not others:
            return found
        notice = _("left out {kinds}, which are no spans").format(kinds=", ".join(others)[:200])
        return replace(found, notices=(notice,))

    def _suggestions(self, kept: dict[str, Any] | None) -> list[Incoming | Refused]:
        building = self._predictions(kept)
        if kept is None:
            return [self._of(building.annotation(self.scheme), None)]
        building.annotator = str(kept["annotator"])
        return [self._of(restored(building, kept, self.scheme, native=(SUGGESTED,)), kept)]

    def _predictions(self, kept: dict[str, Any] | None) -> Building:
        """All that is predicted, or what was of one annotator's undecided spans; each span once."""
        building = Building(self.text, state=NEW)
        for prediction in items(self.task, "predictions"):
            if isinstance(prediction, dict):
                mine = None if kept is None else f"{kept.get(NUMBER)}_"
                _take(building, prediction, SUGGESTED, _origin(prediction), mine)
        return building

    def _of(self, annotation: Annotation, kept: dict[str, Any] | None) -> Incoming:
        article_id = article_id_of(kept or next(iter(self.kept), None))
        return Incoming(self.place, self.text, annotation, article_id)


def _take(
    building: Building, one: dict[str, Any], status: str, origin: str = "", prefix: str | None = None
) -> None:
    """Add the regions and relations of an annotation or a prediction; those that are there stay once."""
    results = [result for result in items(one, "result") if isinstance(result, dict)]
    there = {(s.start, s.end, s.label): s.id for s in building.spans.values()}
    ids: dict[str, str] = {}
    for result in results:
        kind = result.get("type")
        if isinstance(kind, str) and kind != LABELS and kind.endswith(LABELS):
            raise Unfit(_("its regions are {kind}, which are not of plain text").format(kind=kind))
        region_id = str(result.get("id"))
        if kind != LABELS or (prefix is not None and not region_id.startswith(prefix)):
            continue
        score = result.get("score", one.get("score"))
        for label in items(result["value"], LABELS):
            start, end, words = _place(building.text, result["value"])
            if (start, end, label) not in there:
                there[start, end, label] = building.span(
                    start, end, label, status, span_id=region_id, words=words, origin=origin,
                    score=score if status == SUGGESTED and isinstance(score, int | float) else None,
                )  # fmt: skip
            ids.setdefault(region_id, there[start, end, label])
    for result in results:
        if result.get("type") == RELATION and (prefix is None or result["from_id"] in ids):
            ends = [ids.get(str(result[end]), str(result[end])) for end in ("from_id", "to_id")]
            if result.get("direction") == "left":
                ends.reverse()
            relate(building, _kind(building, result, ends), *ends)


def _others(one: dict[str, Any]) -> set[str]:
    """The kinds of results that are not read."""
    kinds = {result.get("type") for result in items(one, "result") if isinstance(result, dict)}
    return {kind for kind in kinds if isinstance(kind, str)} - {LABELS, RELATION}


def _kind(building: Building, relation: dict[str, Any], ends: list[str]) -> object:
    """A relation's name; where it has none, what it leads to says so."""
    for name in items(relation, LABELS):
        return name
    found = {building.spans[end].label for end in ends if end in building.spans}
    return next((kind for kind, label in ROLES.items() if label in found), "?")


def _place(text: str, value: dict[str, Any]) -> tuple[Any, Any, object]:
    """Start and end of a region in code points, and the words that must stand there.

    Versions before 2022 counted UTF-16 code units, and some write ends of lines as a backslash and an n.
    """
    start, end, words = value["start"], value["end"], value.get("text")
    start, end = settled(text, start, end, words)
    if isinstance(words, str) and type(start) is int and type(end) is int:
        found = text[max(start, 0) : max(end, 0)]
        words = found if found == words.replace("\\n", "\n") else words
    return start, end, words


def _minimal(place: str, record: dict[str, Any], scheme: Scheme) -> Incoming:
    """An annotation in JSON-MIN: the data's keys and, under the names of the tags, the regions' values."""
    building = Building(_text(record), _person(record.get("annotator"), record), DONE)
    found = False
    for values in record.values():
        if isinstance(values, list):
            for value in values:
                if isinstance(value, dict) and {"start", "end", LABELS} <= value.keys():
                    _take(building, {"result": [{"type": LABELS, "value": value}]}, ACCEPTED)
                    found = True
    if not found and record.get("annotation_id") is None:
        building.state = NEW
    kept = record.get(KEY)
    article_id = article_id_of(kept[0]) if isinstance(kept, list) and kept else ""
    return Incoming(place, building.text, building.annotation(scheme), article_id)


def _text(data: dict[str, Any]) -> str:
    """The text of a task: under ``text``, or the only text that there is."""
    if "text" in data:
        return text_of(data["text"])
    texts = [value for key, value in data.items() if isinstance(value, str) and key not in _NOT_TEXT]
    return text_of(texts[0] if len(texts) == 1 else None)


def _person(who: object, record: dict[str, Any]) -> str:
    """The name of an annotator: an address where there is one."""
    if isinstance(who, dict):
        return str(who.get("email") or who.get("username") or _person(who.get("id"), record))
    if isinstance(who, str):
        return who
    address = _ADDRESS.search(str(record.get("created_username", ""))[:400])
    if address is not None:
        return address[0]
    return f"label-studio-{who}" if type(who) is int and abs(who) < 1 << 40 else ""


def _origin(prediction: dict[str, Any]) -> str:
    """Who proposed the spans of a prediction."""
    version = prediction.get("model_version")
    if not isinstance(version, str) or not version:
        return ""
    return version if version.startswith(("rule:", "editor:", "model:")) else f"model:{version}"
