"""Edits that change how many spans there are: two made one, one made two."""

from __future__ import annotations

from msgspec.structs import replace

from annotations.annotation import ACCEPTED, EDITOR, REJECTED, Annotation, Link, Span
from annotations.edits import Collision, EditError, colliding, move
from annotations.language import _
from annotations.scheme import ENTITIES, Scheme


def next_of_layer(annotation: Annotation, span: Span, scheme: Scheme) -> Span | None:
    """The span that `join` would join with: the next of the same layer that is not rejected.

    In the layer of quotes, where spans lie in one another, it must have the same label.
    """
    layer = scheme.layer(span.label)
    for other in annotation.spans:
        alike = other.label == span.label or (layer == ENTITIES and scheme.layer(other.label) == layer)
        if other.start >= span.end and other.status != REJECTED and alike:
            return other
    return None


def join(annotation: Annotation, span_id: str, other_id: str, scheme: Scheme) -> Annotation:
    """Make one span of two, from the first's start to the second's end, with the first's label.

    It keeps the id, the origin and the score of the first and is accepted. Links of the second go over to it
    where the labels are the same.

    Raises:
        EditError: a span is missing, or the joined one would collide with another.
    """
    span, other = annotation.find(span_id), annotation.find(other_id)
    if span is None or other is None:
        raise EditError(_("no span to join with"))
    moved: list[Link] = []
    if span.label == other.label:
        moved = [
            Link(
                span_id if k.content == other_id else k.content,
                k.kind,
                span_id if k.target == other_id else k.target,
            )
            for k in annotation.links
            if other_id in (k.content, k.target)
        ]
        has = {k.kind for k in annotation.links if k.content == span_id}
        moved = [k for k in moved if k.content != span_id or k.kind not in has]
    bare = annotation.with_spans([other_id])
    joined = move(bare, span_id, min(span.start, other.start), max(span.end, other.end), scheme)
    return joined.with_links(add=moved)


def split(
    annotation: Annotation, span_id: str, end: int, start: int, scheme: Scheme
) -> tuple[Annotation, str]:
    """Make two spans of one: up to ``end``, and from ``start`` on; returns the second's id too.

    The first keeps id, origin, score and links; the second has the same label and is the annotator's own.
    Both are accepted.

    Raises:
        EditError: there is no such span, or a part would be empty or collide.
    """
    span = annotation.find(span_id)
    if span is None or not span.start < end <= start < span.end:
        raise EditError(_("a span of one word cannot be split"))
    first = replace(span, end=end, status=ACCEPTED)
    second = Span(
        f"s{annotation.next_id}", start, span.end, span.label, ACCEPTED, EDITOR + annotation.annotator
    )
    for twin in annotation.spans:
        if twin.id != span_id and (twin.start, twin.end, twin.label) in (
            (first.start, first.end, first.label),
            (second.start, second.end, second.label),
        ):
            raise EditError(_("one of the parts is a span of this label already"))
    bare = annotation.with_spans([span_id])
    for part in (first, second):
        # only a span that was rejected can meet another here
        if (standing := colliding(bare, part, scheme)) is not None:
            raise Collision(standing)
    changed = replace(annotation, next_id=annotation.next_id + 1)
    return changed.with_spans([span_id], [first, second]), second.id
