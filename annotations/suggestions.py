"""Merging what suggesters propose into an annotation, so that nothing an editor decided is touched."""

from __future__ import annotations

from bisect import bisect_left, insort

from msgspec.structs import replace

from annotations.annotation import REJECTED, SUGGESTED, Annotation, Link, Proposal, Span
from annotations.propagation import SAME_WORDS
from annotations.scheme import ENTITIES, ROLES, Scheme
from annotations.span_index import SpanIndex


def merge(annotation: Annotation, proposal: Proposal, scheme: Scheme, suggester: str = "") -> Annotation:
    """The annotation with its undecided suggestions replaced by a new proposal.

    Left out are proposals with a label that the scheme lacks; on words where the same span was decided,
    rejections included; entities that overlap one another (the surer, then the longer stays) or an entity
    that stands; and quote roles that overlap an accepted span of their own label, since an editor has put
    that boundary there. A suggestion that was there already keeps its id.
    """
    # what the editor had proposed for the same words is kept; having no score, it gives way to the pipeline's
    own = [s for s in annotation.spans if not s.decided and s.origin == SAME_WORDS]
    proposed = (*proposal.spans, *(replace(s, id=f"own {s.id}") for s in own))
    decided = [s for s in annotation.spans if s.decided]
    settled = {_words(s): s.id for s in decided}
    before = {(*_words(s), s.origin): s.id for s in annotation.spans if not s.decided}
    standing = SpanIndex([s for s in decided if s.status != REJECTED])
    entities: list[tuple[int, int]] = []
    seen: set[tuple[int, int, str]] = set()
    kept: list[Span] = []
    names: dict[str, str] = {}
    next_id = annotation.next_id
    for span in sorted(proposed, key=lambda s: (-(s.score or 0.0), s.start - s.end, s.start, s.label)):
        if span.label not in scheme or span.start >= span.end:
            continue
        if _words(span) in settled:
            names[span.id] = settled[_words(span)]
            continue
        flat = scheme.layer(span.label) == ENTITIES
        if _words(span) in seen or (flat and _overlaps(entities, span)):
            continue
        if any(
            (flat and scheme.layer(s.label) == ENTITIES) or s.label == span.label
            for s in standing.over(span.start, span.end)
        ):
            continue
        new_id = before.get((*_words(span), span.origin))
        if new_id is None:
            new_id, next_id = f"s{next_id}", next_id + 1
        names[span.id] = new_id
        kept.append(replace(span, id=new_id, status=SUGGESTED))
        seen.add(_words(span))
        if flat:
            insort(entities, (span.start, span.end))
    merged = replace(annotation, next_id=next_id, suggester=suggester or annotation.suggester)
    merged = merged.with_spans([s.id for s in annotation.spans if not s.decided], kept)
    new = {span.id for span in kept}
    disputed = frozenset(names[i] for i in proposal.disputed if names.get(i) in new)
    merged = replace(merged, disputed=disputed)
    return _relinked(merged, proposal, names)


def _words(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.label


def _overlaps(flat: list[tuple[int, int]], span: Span) -> bool:
    """Whether a span overlaps one of a sorted list in which no two overlap."""
    at = bisect_left(flat, (span.end,))
    return at > 0 and flat[at - 1][1] > span.start


def _relinked(merged: Annotation, proposal: Proposal, names: dict[str, str]) -> Annotation:
    """Links that touch a decided span stay; for the rest a quote that is undecided has the proposal's."""
    spans = {span.id: span for span in merged.spans}
    stale = {k for k in merged.links if not spans[k.content].decided and not spans[k.target].decided}
    offered = {
        Link(names[link.content], link.kind, names[link.target])
        for link in proposal.links
        if link.kind in ROLES and names.get(link.content) in spans and names.get(link.target) in spans
    }
    # a link that stays keeps others off, unless it is the proposal's own
    has = {(k.content, k.kind) for k in set(merged.links) - stale - offered}
    wanted = [k for k in offered if not spans[k.content].decided and (k.content, k.kind) not in has]
    return merged.with_links(remove=stale, add=wanted)
