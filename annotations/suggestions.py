"""Merging what suggesters propose into an annotation, so that nothing an editor decided is touched."""

from __future__ import annotations

from dataclasses import replace

from annotations.annotation import REJECTED, SUGGESTED, Annotation, Link, Proposal, Span
from annotations.scheme import ENTITIES, ROLES, Scheme


def merge(annotation: Annotation, proposal: Proposal, scheme: Scheme, suggester: str = "") -> Annotation:
    """The annotation with its undecided suggestions replaced by a new proposal.

    Left out are proposals with a label that the scheme lacks; on words where the same span was decided,
    rejections included; entities that overlap one another (the surer, then the longer stays) or an entity
    that stands; and quote roles that overlap an accepted span of their own label, since an editor has put
    that boundary there. A suggestion that was there already keeps its id.
    """
    decided = [s for s in annotation.spans if s.decided]
    before = {_identity(s): s for s in annotation.spans if not s.decided}
    settled = {_identity(s)[:3] for s in decided}
    standing = [s for s in decided if s.status != REJECTED]
    kept: list[Span] = []
    names: dict[str, str] = {}
    next_id = annotation.next_id
    for span in sorted(proposal.spans, key=lambda s: (-(s.score or 0.0), s.start - s.end, s.start, s.label)):
        if span.label not in scheme or span.start >= span.end:
            continue
        layer = scheme.layer(span.label)
        twin = next((s for s in decided if _identity(s)[:3] == _identity(span)[:3]), None)
        if twin is not None:
            names[span.id] = twin.id
            continue
        if _identity(span)[:3] in settled or any(
            _in_the_way(span, s, layer, scheme) for s in [*standing, *kept]
        ):
            continue
        old = before.get(_identity(span))
        if old is None:
            new_id, next_id = f"s{next_id}", next_id + 1
        else:
            new_id = old.id
        names[span.id] = new_id
        kept.append(replace(span, id=new_id, status=SUGGESTED))
    merged = replace(annotation, next_id=next_id, suggester=suggester or annotation.suggester)
    merged = merged.with_spans([s.id for s in annotation.spans if not s.decided], kept)
    return merged.with_links(
        add=[*_surviving(annotation, merged), *_new_links(proposal, names, merged, annotation)]
    )


def _identity(span: Span) -> tuple[int, int, str, str]:
    return span.start, span.end, span.label, span.origin


def _in_the_way(span: Span, other: Span, layer: str, scheme: Scheme) -> bool:
    if not other.overlaps(span.start, span.end):
        return False
    if layer == ENTITIES:
        return scheme.layer(other.label) == ENTITIES
    if other.label != span.label:
        return False
    return other.decided or (other.start, other.end) == (span.start, span.end)


def _surviving(old: Annotation, merged: Annotation) -> list[Link]:
    ids = {span.id for span in merged.spans}
    return [link for link in old.links if link.content in ids and link.target in ids]


def _new_links(proposal: Proposal, names: dict[str, str], merged: Annotation, old: Annotation) -> list[Link]:
    """The proposal's links, except for quotes whose cue or source the editor has settled."""
    spans = {span.id: span for span in merged.spans}
    has = {(link.content, link.kind) for link in old.links}
    links = []
    for link in proposal.links:
        content, target = spans.get(names.get(link.content, "")), spans.get(names.get(link.target, ""))
        if content is None or target is None or link.kind not in ROLES:
            continue
        if content.decided or (content.id, link.kind) in has:
            continue
        links.append(Link(content.id, link.kind, target.id))
    return links
