"""What other tools have no field for: carried along beside what they show, and put back on return.

Prodigy, doccano and Label Studio keep keys of a record that they do not know. Under the key `KEY` goes what
their own fields cannot say: rejected and undecided spans, who proposed what, notes, the state. On the way
back the tool's own fields count: a span that is gone there is gone, a new one is the annotator's, and one
that stayed as it was gets its id, status, origin and score back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from msgspec.structs import replace

from annotations.annotation import ACCEPTED, Annotation, Link, Span
from annotations.formats import Reviewed
from annotations.formats.incoming import Building, Unfit
from annotations.formats.selection import plain_id
from annotations.language import _
from annotations.scheme import ENTITIES, Scheme
from annotations.stored import Record

KEY = "chiosa"
VERSION = 1


def details(unit: Reviewed) -> dict[str, Any]:
    """The record under `KEY`: article, annotator, state, all spans, links and notes; plain JSON."""
    article, annotation = unit.article, unit.annotation
    return {
        "version": VERSION,
        "id": plain_id(article),
        "sha256": article.sha256,
        "annotator": annotation.annotator,
        "state": annotation.state,
        "suggester": annotation.suggester,
        "next_id": annotation.next_id,
        "spans": [span.to_dict() for span in annotation.spans],
        "links": [link.to_dict() for link in annotation.links],
        "notes": [note.to_dict() for note in annotation.notes],
        "disputed": sorted(annotation.disputed),
    }


def restored(
    building: Building,
    kept: object,
    scheme: Scheme,
    native: Iterable[str] = (ACCEPTED,),
    *,
    notes_shown: bool = False,
) -> Annotation:
    """The annotation of what a tool shows, in ``building``, with what its record has under `KEY`.

    Args:
        building: the spans and links as the tool has them.
        kept: the record under `KEY`; None where there is none.
        scheme: says which labels may not overlap.
        native: the statuses of spans that the tool shows; of the others only ``kept`` knows.
        notes_shown: the tool shows notes on spans, so that one which is gone there is gone.

    Raises:
        Unfit: the record is not as `details` makes it, or the whole breaks a rule.
    """
    if kept is None:
        return building.annotation(scheme)
    try:
        whole = _read(kept)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise Unfit(
            _("what stands under {key} is damaged ({reason}); take it out or mend it").format(
                key=KEY, reason=" ".join(str(error).split())[:80]
            )
        ) from None
    shown = set(native)
    known = {(s.start, s.end, s.label, s.status): s for s in reversed(whole.spans)}
    by_id = {span.id: span for span in whole.spans}
    renamed: dict[str, str] = {}
    spans: dict[str, Span] = {}
    for span in building.spans.values():
        place = (span.start, span.end, span.label, span.status)
        twin = by_id.get(span.id)
        if twin is None or (twin.start, twin.end, twin.label, twin.status) != place:
            twin = known.get(place)
        if twin is not None and twin.id not in spans:
            renamed[span.id] = twin.id
            spans[twin.id] = twin
    for span in building.spans.values():
        if span.id not in renamed:
            fresh = span.id if span.id not in spans and span.id not in by_id else _free(spans, by_id)
            renamed[span.id] = fresh
            spans[fresh] = replace(span, id=fresh)
    for span in whole.spans:
        if (
            span.status not in shown
            and span.id not in spans
            and not _in_the_way(span, spans.values(), scheme)
        ):
            spans[span.id] = span
    links = {Link(renamed[k.content], k.kind, renamed[k.target]) for k in building.links}
    hidden = {s.id for s in whole.spans if s.status not in shown}
    links |= {
        k for k in whole.links if k.content in spans and k.target in spans and {k.content, k.target} & hidden
    }
    made = Building(building.text, building.annotator or whole.annotator, whole.state, spans, links)
    made.notes = {n.target: n for n in whole.notes if not n.target or (n.target in spans and not notes_shown)}
    made.notes |= {
        renamed.get(n.target, ""): replace(n, target=renamed.get(n.target, ""))
        for n in building.notes.values()
    }
    annotation = made.annotation(scheme)
    return replace(
        annotation,
        next_id=max(annotation.next_id, whole.next_id),
        suggester=whole.suggester,
        disputed=whole.disputed & spans.keys(),
    )


def article_id_of(kept: object) -> str:
    """The article's id in a record under `KEY`, or ""."""
    found = kept.get("id") if isinstance(kept, dict) else None
    return found if isinstance(found, str) else ""


def _read(kept: Any) -> Annotation:
    if kept["version"] > VERSION:
        raise ValueError(_("it is of a later version"))
    return msgspec.convert(kept, Record).annotation()


def _in_the_way(span: Span, others: Iterable[Span], scheme: Scheme) -> bool:
    """Whether a span that only the record knows cannot stand beside what the tool shows now."""
    for other in others:
        if (span.start, span.end, span.label) == (other.start, other.end, other.label):
            return True
        if (
            span.status != "rejected"
            and other.status != "rejected"
            and scheme.layer(span.label) == scheme.layer(other.label) == ENTITIES
            and span.overlaps(other.start, other.end)
        ):
            return True
    return False


def _free(*taken: dict[str, Span]) -> str:
    number = 1
    while any(f"i{number}" in names for names in taken):
        number += 1
    return f"i{number}"
