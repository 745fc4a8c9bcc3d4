"""The edits of an adjudicator, whose annotation is the outcome of comparing those of others.

It begins with what all agree on. Where versions conflict, the first of them stands there undecided, and so
do quotes whose cue or source is in question: a conflict is open while one of its spans is undecided, and all
that holds for undecided spans (walking, counting, storing, undoing) holds for open conflicts. What nobody has
decided is left out.

Each span keeps the origin and the score that it has in the version it was taken from. What the adjudicator
rejects stays as rejected, so that it is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from msgspec.structs import replace

from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Annotation, Link, Span
from annotations.conflicts import Comparison, Conflict, LinkPlace, Place, Version, compete, place
from annotations.propagation import SAME_WORDS
from annotations.scheme import ROLES, Scheme
from annotations.span_index import SpanIndex

ADJUDICATE = "adjudicate"
"""The name of the edit that begins, or takes in what the annotators have changed since."""


class Adjudication:
    """What is to be adjudicated on an article; its methods are edits, pure as all others are."""

    def __init__(self, comparison: Comparison, scheme: Scheme) -> None:
        self.comparison = comparison
        self.scheme = scheme
        self._seen: tuple[tuple[Span, ...], dict[Place, Span], list[Conflict]] = ((), {}, [])

    @cached_property
    def _conflicts(self) -> dict[Place, Conflict]:
        """The conflict of each span and of each quote in question, by place."""
        found: dict[Place, Conflict] = {}
        for conflict in self.comparison.conflicts:
            found.update(dict.fromkeys(conflict.quotes | conflict.places, conflict))
        return found

    @cached_property
    def known(self) -> frozenset[Place]:
        """The places of all that anybody says: what stands elsewhere is the adjudicator's own answer."""
        return frozenset(self._conflicts) | {place(span) for span in self.comparison.agreed}

    def conflict_at(self, span: Span) -> Conflict | None:
        """The conflict that a span of the adjudicator's belongs to, as a version or as a third answer."""
        here = place(span)
        if here in self.known:
            return self._conflicts.get(here)
        return next(
            (
                conflict
                for conflict in self.comparison.conflicts
                if any(compete(here, other, self.scheme) for other in conflict.places)
            ),
            None,
        )

    def open(self, annotation: Annotation) -> list[Conflict]:
        """The conflicts that are not decided, in reading order."""
        return self._look(annotation)[2]

    def standing(self, annotation: Annotation) -> dict[Place, Span]:
        """The adjudicator's spans by their places."""
        return self._look(annotation)[1]

    def _look(self, annotation: Annotation) -> tuple[tuple[Span, ...], dict[Place, Span], list[Conflict]]:
        """What is asked several times at each key, worked out once for an annotation."""
        if self._seen[0] is not annotation.spans:
            standing = {place(span): span for span in annotation.spans}
            undecided = {p for p, span in standing.items() if span.status == SUGGESTED}
            found = [c for c in self.comparison.conflicts if not undecided.isdisjoint(c.places | c.quotes)]
            self._seen = annotation.spans, standing, found
        return self._seen

    def taken(self, annotation: Annotation, conflict: Conflict) -> Version | None:
        """The version that the adjudicator has taken; None while open, and where the answer is another."""
        standing = self.standing(annotation)
        here = [found for i in self._here(annotation, conflict) if (found := annotation.find(i)) is not None]
        here += [standing[p] for p in conflict.quotes if p in standing]
        if any(span.status == SUGGESTED for span in here):
            return None
        places = {place(span) for span in here if span.status == ACCEPTED} - conflict.quotes
        ids = {p: span.id for p, span in standing.items()} if conflict.links else {}
        links = {link for link in conflict.links if _link(link, ids) in annotation.links}
        for version in conflict.versions:
            if places == {place(span) for span in version.spans} and links == set(version.links):
                return version
        return None

    def begin(self, annotation: Annotation) -> Annotation:
        """With what is agreed and what is in conflict, as far as the adjudicator has not answered it yet.

        What is decided stays as it is; suggestions that nobody's version has any more go.
        """
        decided = [span for span in annotation.spans if span.decided]
        answers = {place(span) for span in decided}
        own = SpanIndex([span for span in decided if place(span) not in self.known])

        def answered(*places: Place) -> bool:
            return not answers.isdisjoint(places) or any(
                compete(place(span), p, self.scheme) for p in places for span in own.over(p[0], p[1])
            )

        wanted = [s for s in self.comparison.agreed if not answered(place(s))]
        untouched = [c for c in self.comparison.conflicts if not answered(*c.places, *c.quotes)]
        in_question = {p for conflict in untouched for p in conflict.quotes}
        wanted = [replace(s, status=SUGGESTED) if place(s) in in_question else s for s in wanted]
        for conflict in untouched:
            wanted += [replace(span, status=SUGGESTED) for span in conflict.versions[0].spans]
        keep = self._conflicts.keys() - {p for c in untouched for p in c.places | c.quotes}
        fresh = {place(span) for span in wanted}
        new = SpanIndex(sorted(wanted, key=lambda span: span.order))
        stale = [
            span.id
            for span in annotation.spans
            if not span.decided
            and place(span) not in fresh
            and place(span) not in keep
            and (
                span.origin != SAME_WORDS
                or any(compete(place(span), place(s), self.scheme) for s in new.over(span.start, span.end))
            )
        ]
        had = {place(span) for span in annotation.spans}
        changed = _with(annotation.with_spans(stale), wanted)
        links = [link for link in self.comparison.agreed_links if not {link[0], link[2]} <= had]
        links += [link for conflict in untouched for link in conflict.versions[0].links]
        return _linked(changed, [link for conflict in untouched for link in conflict.links], links)

    def take(self, annotation: Annotation, conflict: Conflict, version: Version) -> Annotation:
        """Decide a conflict by one of its versions, whatever the answer was before."""
        return self._decide(annotation, conflict, version.spans or _rejected(conflict), version.links)

    def refuse(self, annotation: Annotation, conflict: Conflict) -> Annotation:
        """Decide that no version is right: nothing is there, and a quote in question has no such link."""
        return self._decide(annotation, conflict, _rejected(conflict), ())

    def reject(self, annotation: Annotation, span: Span) -> Annotation:
        """Reject a span of an annotator's that is in no conflict."""
        return annotation.with_spans([span.id], [replace(span, status=REJECTED)])

    def without_unlinked(self, annotation: Annotation, content_id: str) -> Annotation:
        """Reject what a version has as the cue or the source of a quote that has another now.

        The quote is one in question; what is still linked to a quote stays undecided.
        """
        content = annotation.find(content_id)
        conflict = self.conflict_at(content) if content is not None else None
        if conflict is None:
            return annotation
        linked = {link.target for link in annotation.links}
        left = [
            replace(s, status=REJECTED)
            for s in annotation.spans
            if s.status == SUGGESTED
            and s.label in ROLES.values()
            and s.id not in linked
            and place(s) in conflict.places
        ]
        return annotation.with_spans([s.id for s in left], left)

    def _decide(
        self, annotation: Annotation, conflict: Conflict, spans: Iterable[Span], links: Iterable[LinkPlace]
    ) -> Annotation:
        kinds = {(content, kind) for content, kind, _target in conflict.links}
        ends = {span.id: place(span) for span in annotation.spans}
        unlinked = {
            link
            for link in annotation.links
            if (ends[link.content], link.kind) in kinds
            and (ends[link.content], link.kind, ends[link.target]) not in self.comparison.agreed_links
        }
        answers = list(spans)
        stays = {place(span) for span in answers}
        here = self._here(annotation, conflict)
        changed = annotation.with_links(remove=unlinked)
        changed = changed.with_spans([span_id for span_id in here if ends[span_id] not in stays])
        answers += [s for s in changed.spans if place(s) in conflict.quotes]
        changed = _with(
            changed, [s if place(s) in stays and s.status == REJECTED else _accepted(s) for s in answers]
        )
        changed = _linked(changed, conflict.links, links)
        if any(ends[span_id] not in conflict.places for span_id in here):
            # an answer that is gone may have been one to a neighbouring conflict too, which is open again
            changed = self.begin(changed)
        return changed

    def _here(self, annotation: Annotation, conflict: Conflict) -> set[str]:
        """The ids of the adjudicator's spans that answer a conflict, versions and third answers."""
        first = min((p[0] for p in conflict.places), default=0)
        last = max((p[1] for p in conflict.places), default=0)
        return {
            span.id
            for span in annotation.spans
            if span.start < last
            and span.end > first
            and (
                place(span) in conflict.places
                or (
                    place(span) not in self.known
                    and any(compete(place(span), p, self.scheme) for p in conflict.places)
                )
            )
        }


def _rejected(conflict: Conflict) -> list[Span]:
    """All that is said there, as rejected; of what two say alike, the first version's."""
    said = {place(span): span for version in reversed(conflict.versions) for span in version.spans}
    return [replace(span, status=REJECTED) for span in said.values()]


def _accepted(span: Span) -> Span:
    return replace(span, status=ACCEPTED)


def _with(annotation: Annotation, spans: Iterable[Span]) -> Annotation:
    """With spans from elsewhere: in the place of the one that says the same, or with a new id."""
    ids = {place(span): span.id for span in annotation.spans}
    next_id = annotation.next_id
    added: list[Span] = []
    for span in spans:
        span_id = ids.get(place(span))
        if span_id is None:
            span_id, next_id = f"s{next_id}", next_id + 1
        added.append(replace(span, id=span_id))
    # a span that is replaced keeps its links and notes, which go by its id
    return replace(annotation, next_id=next_id).with_spans([span.id for span in added], added)


def _linked(annotation: Annotation, remove: Iterable[LinkPlace], add: Iterable[LinkPlace]) -> Annotation:
    """With other links, as far as both their ends stand."""
    ids = {place(span): span.id for span in annotation.spans}
    standing = {place(span): span.id for span in annotation.spans if span.status != REJECTED}
    gone = [link for link in (_link(one, ids) for one in remove) if link is not None]
    new = [link for link in (_link(one, standing) for one in add) if link is not None]
    return annotation.with_links(remove=gone, add=new)


def _link(link: LinkPlace, ids: dict[Place, str]) -> Link | None:
    content, kind, target = link
    return Link(ids[content], kind, ids[target]) if content in ids and target in ids else None
