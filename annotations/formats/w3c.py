"""Web Annotations of the W3C as JSON-LD: a collection for each article and annotator, and the texts beside.

Offsets are code points, as the Recommendation asks; each span has its words with some before and after as
well. A span is an annotation with a tag as its body; a link is one whose targets are the annotations of the
quote and of its cue or source, as RecogitoJS writes relations. What the model has no words for stands under
``chiosa``, which the context declares as plain JSON.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from annotations.annotation import ACCEPTED, Span
from annotations.formats import ALL, Format, Reviewed, Trait
from annotations.formats.details import KEY, details
from annotations.formats.exporting import Export
from annotations.formats.selection import plain_id
from annotations.formats.w3c_reading import CONTEXT, SOURCE, TEXTS, read
from annotations.language import N_
from annotations.store import file_name

_AROUND = 32
"""Code points of a text that are given before and after a span's words."""


def write(job: Export) -> None:
    """Write the collections and the texts."""
    (job.folder / TEXTS).mkdir()
    texts: dict[tuple[str, str], str] = {}
    names: set[str] = set()
    for unit in job.each():
        key = (unit.article.id, unit.article.sha256)
        if key not in texts:
            texts[key] = _free(file_name(plain_id(unit.article)), names)
            path = job.folder / TEXTS / f"{texts[key]}.txt"
            path.write_bytes(unit.article.text.encode("utf-8"))
        source = f"{TEXTS}/{quote(texts[key])}.txt"
        name = _free(f"{texts[key]}.{file_name(unit.annotation.annotator)}", names)
        text = json.dumps(_collection(unit, source), ensure_ascii=False)
        (job.folder / f"{name}.jsonld").write_text(text + "\n", encoding="utf-8")


def _free(name: str, taken: set[str]) -> str:
    """A name that no other has, also where case does not count."""
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free.casefold())
    return free


def _collection(unit: Reviewed, source: str) -> dict[str, Any]:
    annotation = unit.annotation

    def iri(name: str) -> str:
        return uuid5(NAMESPACE_URL, f"{unit.article.sha256}/{annotation.annotator}/{name}").urn

    accepted = {span.id: iri(f"span/{span.id}") for span in annotation.spans if span.status == ACCEPTED}
    found = [
        _tagging(accepted[span.id], span, unit.article.text, source)
        for span in annotation.spans
        if span.id in accepted
    ]
    for link in annotation.links:
        if link.content in accepted and link.target in accepted:
            name = iri(f"link/{link.content}/{link.kind}/{link.target}")
            found.append(_linking(name, link.kind, accepted[link.content], accepted[link.target]))
    page = {"id": iri("page"), "type": "AnnotationPage", "startIndex": 0, "items": found}
    return {
        "@context": [CONTEXT, {KEY: {"@id": "urn:chiosa:details", "@type": "@json"}}],
        "id": iri("collection"),
        "type": "AnnotationCollection",
        "label": unit.article.title or plain_id(unit.article),
        "creator": {"type": "Person", "nickname": annotation.annotator},
        "total": len(found),
        "first": page,
        KEY: details(unit) | {SOURCE: source},
    }


def _tagging(iri: str, span: Span, text: str, source: str) -> dict[str, Any]:
    return {
        "id": iri,
        "type": "Annotation",
        "motivation": "tagging",
        "body": {"type": "TextualBody", "purpose": "tagging", "value": span.label},
        "target": {
            "source": source,
            "selector": [
                {"type": "TextPositionSelector", "start": span.start, "end": span.end},
                {
                    "type": "TextQuoteSelector",
                    "exact": text[span.start : span.end],
                    "prefix": text[max(0, span.start - _AROUND) : span.start],
                    "suffix": text[span.end : span.end + _AROUND],
                },
            ],
        },
    }


def _linking(iri: str, kind: str, content: str, target: str) -> dict[str, Any]:
    return {
        "id": iri,
        "type": "Annotation",
        "motivation": "linking",
        "body": {"type": "TextualBody", "purpose": "tagging", "value": kind},
        "target": [{"id": content}, {"id": target}],
    }


FORMAT = Format(
    "w3c", N_("Web Annotations (JSON-LD) of the W3C, with the texts"), ALL - {Trait.EDITS}, write, read
)
