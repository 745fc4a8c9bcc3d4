"""What becomes of an article that is annotated already when another annotation of it is imported."""

from __future__ import annotations

from msgspec.structs import replace

from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, REJECTED, SUGGESTED, Annotation, Link, Span
from annotations.edits import broken_rules
from annotations.scheme import ENTITIES, Scheme

MINE, THEIRS, BOTH = "mine", "theirs", "both"
KEEP = (MINE, THEIRS, BOTH)
"""What may be kept where an article has an annotation: that which is there, that which comes, or both."""


def is_untouched(annotation: Annotation) -> bool:
    """Whether nobody has decided anything yet."""
    return not annotation.decided and annotation.state not in (IN_PROGRESS, DONE) and not annotation.notes


def says_the_same(mine: Annotation, theirs: Annotation) -> bool:
    """Whether two annotations have the same spans, links, notes and state, whatever their ids are."""
    return _content(mine) == _content(theirs)


def both(mine: Annotation, theirs: Annotation, scheme: Scheme) -> tuple[Annotation, list[Span]]:
    """Mine with what only theirs has; and those spans of theirs that mine stands against.

    What one of them has decided counts more than what the other has been suggested. Where both have decided,
    mine stays. The state is done where both are and nothing of theirs was left out.
    """
    result = mine
    against: list[Span] = []
    ids: dict[str, str] = {}
    for span in theirs.spans:
        twin = next(
            (s for s in result.spans if (s.start, s.end, s.label) == (span.start, span.end, span.label)), None
        )
        if twin is not None:
            ids[span.id] = twin.id
            if twin.status == span.status or span.status == SUGGESTED:
                continue
            if twin.status != SUGGESTED:
                against.append(span)
                continue
        others = _rivals(result, span, scheme, twin)
        if any(other.decided for other in others) or (others and span.status == SUGGESTED):
            against.append(span)
            continue
        new_id = twin.id if twin is not None else f"s{result.next_id}"
        result = result.with_spans([new_id, *(other.id for other in others)], [replace(span, id=new_id)])
        if twin is None:
            result = replace(result, next_id=result.next_id + 1)
        ids[span.id] = new_id
    result = _with_links(result, theirs, ids)
    notes = [
        replace(n, target=ids.get(n.target, "")) for n in theirs.notes if not n.target or n.target in ids
    ]
    taken = {note.target for note in result.notes}
    result = result.with_notes(add=[note for note in notes if note.target not in taken])
    done = mine.state == theirs.state == DONE and not against
    return replace(result, state=DONE if done else IN_PROGRESS), against


def _rivals(annotation: Annotation, span: Span, scheme: Scheme, twin: Span | None) -> list[Span]:
    """The spans that cannot stand beside this one."""
    if span.status == REJECTED or scheme.layer(span.label) != ENTITIES:
        return []
    return [
        other
        for other in annotation.spans
        if other is not twin
        and other.status != REJECTED
        and scheme.layer(other.label) == ENTITIES
        and other.overlaps(span.start, span.end)
    ]


def _with_links(result: Annotation, theirs: Annotation, ids: dict[str, str]) -> Annotation:
    """Theirs too, where mine says nothing of that quote's cue or source."""
    linked = {(link.content, link.kind) for link in result.links}
    accepted = {span.id for span in result.spans if span.status in (ACCEPTED, SUGGESTED)}
    new = []
    for link in theirs.links:
        content, target = ids.get(link.content, ""), ids.get(link.target, "")
        if {content, target} <= accepted and (content, link.kind) not in linked:
            new.append(Link(content, link.kind, target))
    return result.with_links(add=new)


def relabelled(
    annotation: Annotation, labels: dict[str, str], scheme: Scheme
) -> tuple[Annotation, list[str]]:
    """The annotation with some labels called otherwise, and what is wrong with it then."""
    if not labels:
        return annotation, []
    spans = (replace(s, label=labels.get(s.label, s.label)) for s in annotation.spans)
    changed = replace(annotation, spans=tuple(sorted(spans, key=lambda span: span.order)))
    return changed, broken_rules(changed, scheme)


def _content(annotation: Annotation) -> tuple[object, ...]:
    places = {s.id: (s.start, s.end, s.label) for s in annotation.spans}
    nowhere = (0, 0, "")
    return (
        annotation.state,
        sorted((*places[s.id], s.status) for s in annotation.spans),
        sorted((places[k.content], k.kind, places[k.target]) for k in annotation.links),
        sorted((places.get(n.target, nowhere), n.flagged, n.words) for n in annotation.notes),
    )
