"""Prodigy's JSON lines: what ``db-out`` writes, and what ``db-in`` and the recipes read.

Offsets are code points; ``token_end`` is the last token of a span, not the one after it. A relation is
written as ``rel.manual`` does: ``head`` and ``child`` are the last tokens of its two spans, given in full as
``head_span`` and ``child_span``. The head is the quote and the child its cue or source, as in a dependency,
where the label says what the child is to its head.

``spans`` hold what is accepted; ``answer`` is ``accept`` for an article that is done and not there for one
in progress, as in a task that nobody has answered. ``_input_hash`` and ``_task_hash`` are left out, since
Prodigy makes them where they lack. Prodigy keeps keys that it does not know, so that ``chiosa`` comes back
(`annotations.formats.details`). Quotes hold entities, which ``spans.manual`` shows and ``ner.manual`` does
not.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, NEW, REJECTED, SUGGESTED, Span
from annotations.formats import ALL, Format, Reviewed, Trait
from annotations.formats.alignment import not_on_tokens
from annotations.formats.columns import on_tokens
from annotations.formats.details import KEY, article_id_of, details, restored
from annotations.formats.exporting import FAIL, Export
from annotations.formats.incoming import Building, Incoming, Refused, Unfit
from annotations.formats.records import check_keys, items, line_records, made, relate, text_of
from annotations.formats.report import Kind, Remark
from annotations.formats.selection import plain_id
from annotations.language import N_, _
from annotations.scheme import Scheme
from annotations.tokens import Tokens

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

FILE = "prodigy.jsonl"
ACCEPT, REJECT, IGNORE = "accept", "reject", "ignore"
_TIMES = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[_T ][0-9:.\-]+")
"""Names of sessions that nobody has named."""


def write(job: Export) -> None:
    """Write one file with a task for each article."""
    from annotations.italian import blank_italian

    nlp = blank_italian()
    failed: list[Remark] = []
    with (job.folder / FILE).open("w", encoding="utf-8", newline="\n") as out:
        for unit in job.each():
            out.write(json.dumps(_task(unit, nlp, job, failed), ensure_ascii=False) + "\n")
    if failed:
        raise not_on_tokens(failed, FAIL)


def _task(unit: Reviewed, nlp: Language, job: Export, failed: list[Remark]) -> dict[str, Any]:
    from annotations.italian import token_bounds

    article, annotation = unit.article, unit.annotation
    text = article.text
    doc = nlp.make_doc(text)
    accepted = [span for span in annotation.spans if span.status == ACCEPTED]
    chosen = on_tokens(job, unit, accepted, Tokens(token_bounds(doc)), failed).spans
    if chosen != accepted:  # the record beside must speak of the same spans, to be found again on return
        annotation = annotation.with_spans([span.id for span in accepted], chosen)
        unit = replace(unit, annotation=annotation)
    tokens = _tokens(doc, chosen)
    spans: dict[str, dict[str, Any]] = {}
    for span in chosen:
        on = _on(tokens, span)
        if on is None:  # Prodigy cannot show it
            words = text[span.start : span.end]
            job.report.remarks.append(
                Remark(Kind.BLANK, plain_id(article), span.label, span.start, span.end, words)
            )
        else:
            spans[span.id] = {
                "start": span.start, "end": span.end, "token_start": on[0], "token_end": on[1],
                "label": span.label,
            }  # fmt: skip
    relations = [
        {
            "head": spans[link.content]["token_end"], "child": spans[link.target]["token_end"],
            "label": link.kind, "head_span": spans[link.content], "child_span": spans[link.target],
        }
        for link in annotation.links if link.content in spans and link.target in spans
    ]  # fmt: skip
    about = {"article": plain_id(article), "date": article.date, "agency": article.agency}
    return {
        "text": text,
        "meta": {key: value for key, value in about.items() if value},
        "tokens": tokens,
        "spans": list(spans.values()),
        "relations": relations,
        **({"answer": ACCEPT} if annotation.state == DONE else {}),
        "_annotator_id": annotation.annotator,
        "_session_id": annotation.annotator,
        KEY: details(unit),
    }


def _tokens(doc: Doc, spans: Iterable[Span]) -> list[dict[str, Any]]:
    """The desk's tokens, cut where a span begins or ends."""
    text = doc.text
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    tokens: list[dict[str, Any]] = []
    at = 0
    for token in doc:
        start, end = token.idx, token.idx + len(token)
        while at < len(edges) and edges[at] <= start:
            at += 1
        while at < len(edges) and edges[at] < end:
            tokens.append(_token(text, start, edges[at], len(tokens), False))
            start = edges[at]
            at += 1
        tokens.append(_token(text, start, end, len(tokens), bool(token.whitespace_)))
    return tokens


def _token(text: str, start: int, end: int, number: int, blank: bool) -> dict[str, Any]:
    return {"text": text[start:end], "start": start, "end": end, "id": number, "ws": blank}


def _on(tokens: list[dict[str, Any]], span: Span) -> tuple[int, int] | None:
    """The first and the last token of a span, or None where it has none: a blank is part of no token."""
    first = bisect_right(tokens, span.start, key=lambda token: token["end"])
    last = bisect_left(tokens, span.end, key=lambda token: token["start"]) - 1
    return (first, last) if first <= last else None


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read tasks as ``db-out`` writes them, with tokens or without, of one annotator or several.

    An accepted task is an article that is done. One without an answer holds suggestions, unless it is ours.
    Of a task that is answered with ``ignore``, or with ``reject`` as a whole, nothing is known that could be
    imported. The answer to a binary task concerns the spans that are shown and no others: they are accepted
    or rejected, and all such tasks on one text make one article in progress.
    """
    binary: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = {}

    def make(place: str, task: dict[str, Any]) -> Iterable[Incoming | Refused]:
        text_of(task.get("text"))
        check_keys(task, ("spans", "tokens", "answer", KEY))
        answer = task.get("answer")
        if answer == IGNORE:
            raise Unfit(_("was ignored in Prodigy; answer it there if it is to be imported"))
        if answer not in (ACCEPT, REJECT, None):
            raise Unfit(_("no answer {answer}; there are accept, reject and ignore").format(answer=answer))
        if task.get("_is_binary") is True and answer is not None and KEY not in task:
            binary.setdefault((task["text"], _annotator(task)), []).append((place, task))
            return []
        if answer == REJECT:
            raise Unfit(
                _("was rejected in Prodigy, which does not say what is wrong; mend and accept it there")
            )
        return [_incoming(place, task, scheme)]

    yield from line_records(source, make)
    for tasks in binary.values():
        yield from made(tasks[0][0], partial(_joined, tasks, scheme))


def _incoming(place: str, task: dict[str, Any], scheme: Scheme) -> Incoming:
    kept = task.get(KEY)
    answered = task.get("answer") == ACCEPT
    status = ACCEPTED if answered or kept is not None else SUGGESTED
    building = Building(task["text"], _annotator(task))
    _take(task, building, status)
    annotation = restored(building, kept, scheme)
    state = DONE if answered else annotation.state if kept is not None else NEW
    return Incoming(place, building.text, replace(annotation, state=state), article_id_of(kept))


def _joined(tasks: list[tuple[str, dict[str, Any]]], scheme: Scheme) -> list[Incoming | Refused]:
    """Binary answers on one text as one annotation."""
    place, first = tasks[0]
    building = Building(first["text"], _annotator(first), IN_PROGRESS)
    for _place, task in tasks:
        _take(task, building, ACCEPTED if task["answer"] == ACCEPT else REJECTED)
    once: dict[tuple[int, int, str], Span] = {}
    for span in building.spans.values():  # the last answer counts
        once[span.start, span.end, span.label] = span
    building.spans = {span.id: span for span in once.values()}
    building.links = {k for k in building.links if {k.content, k.target} <= building.spans.keys()}
    return [Incoming(place, building.text, building.annotation(scheme))]


def _take(task: dict[str, Any], building: Building, status: str) -> None:
    """Add a task's spans and relations."""
    for span in items(task, "spans"):
        _span(span, building, status)
    for relation in items(task, "relations"):
        head, child = (_end(task, relation, end, building) for end in ("head", "child"))
        relate(building, relation["label"], head, child)


def _span(span: dict[str, Any], building: Building, status: str) -> str:
    source, score = span.get("source"), span.get("score")
    return building.span(
        span["start"], span["end"], span["label"], status, words=span.get("text"),
        origin=f"model:{source}" if isinstance(source, str) and source else "",
        score=score if isinstance(score, float) and 0 <= score <= 1 else None,
    )  # fmt: skip


def _end(task: dict[str, Any], relation: dict[str, Any], end: str, building: Building) -> str:
    """The span at an end of a relation, by its place, or by its last token in older tasks."""
    whole = relation.get(f"{end}_span")
    if isinstance(whole, dict):
        start, stop, label = whole["start"], whole["end"], whole.get("label")
    else:
        token = items(task, "tokens")[relation[end]]
        start, stop, label = token["start"], token["end"], None
    fitting = [
        span.id for span in building.spans.values()
        if (span.start == start or whole is None) and span.end == stop and label in (None, span.label)
    ]  # fmt: skip
    if fitting:
        return fitting[-1]
    if isinstance(whole, dict) and label:  # the relation knows a span that the list does not
        return _span(whole, building, ACCEPTED)
    raise Unfit(
        _("a relation speaks of {words}, which is no span").format(words=repr(building.text[start:stop])[:40])
    )


def _annotator(task: dict[str, Any]) -> str:
    """Whose answer it is: Prodigy writes the data set, a dash and the name of the session."""
    kept = task.get(KEY)
    for key in ("_annotator_id", "_session_id"):
        name = task.get(key)
        if isinstance(name, str) and name.strip():
            if isinstance(kept, dict) and name == kept.get("annotator"):
                return name
            name = name.strip()
            return "" if _TIMES.search(name) else name.rpartition("-")[2] or name
    return ""


FORMAT = Format(
    "prodigy",
    N_("Prodigy's JSON lines: spans, tokens, relations, answers"),
    ALL - {Trait.EDITS},
    write,
    read,
    tokens=True,
)
