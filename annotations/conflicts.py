"""Where annotators of one article agree, and where their versions conflict.

Only what is accepted counts as said. A span is agreed where all have accepted the same words with the same
label, or all have rejected them; a link where all have it. All else is in one conflict each: spans that
compete, with the links that they take part in, and quotes that all have found but link otherwise. What an
annotator has left undecided is no opinion of theirs.

Of what several say alike, the spans are those of the first of them, with that one's origin, score and id.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Annotation, Span
from annotations.scheme import ENTITIES, Scheme
from annotations.span_index import SpanIndex

Place = tuple[int, int, str]
"""Start, end and label: what makes spans of two annotators the same. Offsets are code points."""
LinkPlace = tuple[Place, str, Place]
"""A quote, the kind of a link (cue, source) and what it leads to."""


@dataclass(frozen=True, slots=True)
class Version:
    """What some annotators say where others say otherwise: spans in reading order, links by their ends."""

    annotators: tuple[str, ...]
    spans: tuple[Span, ...] = ()
    links: tuple[LinkPlace, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it says that nothing is there."""
        return not self.spans and not self.links


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place on which annotators differ.

    ``versions`` are all that are said, each once: first what most annotators say, then in the annotators'
    order; the one that says that nothing is there, if any, comes last. ``places`` are those of all their
    spans, ``quotes`` those of quotes that all have found and link otherwise, ``links`` all links in question.
    ``undecided`` names annotators who say nothing but have left a suggestion there undecided.
    """

    versions: tuple[Version, ...]
    places: frozenset[Place]
    quotes: frozenset[Place]
    links: frozenset[LinkPlace]
    undecided: tuple[str, ...] = ()

    @property
    def start(self) -> int:
        """Where the first of its words begin."""
        return min(start for start, _end, _label in self.places | self.quotes)

    @property
    def end(self) -> int:
        """Where the last of its words end."""
        return max(end for _start, end, _label in self.places | self.quotes)

    def of(self, annotator: str) -> Version:
        """What an annotator says.

        Raises:
            KeyError: this annotator was not compared.
        """
        for version in self.versions:
            if annotator in version.annotators:
                return version
        raise KeyError(annotator)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Annotations of one article beside one another; ``conflicts`` in reading order."""

    annotators: tuple[str, ...]
    agreed: tuple[Span, ...] = ()
    """Accepted by all, or rejected by all."""
    agreed_links: frozenset[LinkPlace] = frozenset()
    conflicts: tuple[Conflict, ...] = ()


def place(span: Span) -> Place:
    """Where a span stands and what it says."""
    return span.start, span.end, span.label


def compare(annotations: Sequence[Annotation], scheme: Scheme) -> Comparison:
    """What annotators agree on and where they do not.

    Args:
        annotations: of one text, by different annotators, in the order in which they are to be named.
        scheme: the labels, whose layers say which spans compete.
    """
    said = [_Said(annotation) for annotation in annotations]
    accepted = frozenset[Place].intersection(*(frozenset(one.accepted) for one in said))
    rejected = frozenset[Place].intersection(*(frozenset(one.rejected) for one in said)) - accepted
    agreed_links = frozenset[LinkPlace].intersection(*(one.links for one in said))
    first = said[0]
    agreed = [first.accepted[p] for p in accepted] + [first.rejected[p] for p in rejected]
    places = frozenset[Place]().union(*(one.accepted for one in said)) - accepted
    links = frozenset[LinkPlace]().union(*(one.links for one in said)) - agreed_links
    conflicts = [_conflict(said, group, scheme) for group in _groups(places, links, accepted, scheme)]
    return Comparison(
        tuple(one.annotator for one in said),
        tuple(sorted(agreed, key=lambda span: span.order)),
        agreed_links,
        tuple(sorted(conflicts, key=lambda c: (c.start, c.end, sorted(c.places | c.quotes)))),
    )


def compete(one: Place, other: Place, scheme: Scheme) -> bool:
    """Whether two spans are answers to one question, so that the second would take the place of the first.

    Entities do that overlap; in the quotes layer, where spans may hold one another, those that overlap and
    have one label, or have the same words.
    """
    (start, end, label), (other_start, other_end, other_label) = one, other
    if start >= other_end or other_start >= end:
        return False
    if label == other_label:
        return True
    layer = scheme.layer(label)
    if not layer or layer != scheme.layer(other_label):
        return False
    return layer == ENTITIES or (start, end) == (other_start, other_end)


class _Said:
    """What one annotator says, by place."""

    def __init__(self, annotation: Annotation) -> None:
        self.annotator = annotation.annotator
        self.accepted = {place(s): s for s in annotation.spans if s.status == ACCEPTED}
        self.rejected = {place(s): s for s in annotation.spans if s.status == REJECTED}
        self.suggested = SpanIndex([s for s in annotation.spans if s.status == SUGGESTED])
        ends = {s.id: place(s) for s in annotation.spans if s.status == ACCEPTED}
        self.links = frozenset(
            (ends[link.content], link.kind, ends[link.target])
            for link in annotation.links
            if link.content in ends and link.target in ends
        )


@dataclass
class _Group:
    """The parts of one conflict."""

    places: set[Place]
    quotes: set[Place]
    links: set[LinkPlace]


class _Union:
    """Which things belong together, as pairs of them come in."""

    def __init__(self) -> None:
        self._above: dict[Hashable, Hashable] = {}

    def head(self, thing: Hashable) -> Hashable:
        """The one that stands for all that belong with this one."""
        above = self._above.setdefault(thing, thing)
        while above != self._above[above]:
            self._above[thing] = above = self._above[above]
        return above

    def join(self, one: Hashable, other: Hashable) -> None:
        """Say that two belong together."""
        self._above[self.head(one)] = self.head(other)


def _groups(
    places: frozenset[Place], links: frozenset[LinkPlace], agreed: frozenset[Place], scheme: Scheme
) -> Iterable[_Group]:
    """What is in question, taken together where one answer settles it."""
    union = _Union()
    by_question: dict[str, list[Place]] = {}
    words: dict[tuple[int, int, str], Place] = {}
    for here in sorted(places):
        start, end, label = here
        layer = scheme.layer(label)
        by_question.setdefault(ENTITIES if layer == ENTITIES else f"label {label}", []).append(here)
        if layer:
            union.join(here, words.setdefault((start, end, layer), here))
    for alike in by_question.values():
        furthest = alike[0]
        for here in alike:
            if here[0] < furthest[1]:
                union.join(here, furthest)
            if here[1] > furthest[1] or here[0] >= furthest[1]:
                furthest = here
    for content, _kind, target in links:
        # an agreed quote is in question for its links only: not the same as its span
        quote = ("quote", content) if content in agreed else content
        union.join(quote, target if target not in agreed else quote)
    groups: dict[Hashable, _Group] = {}

    def group(thing: Hashable) -> _Group:
        return groups.setdefault(union.head(thing), _Group(set(), set(), set()))

    for here in places:
        group(here).places.add(here)
    for link in links:
        content = link[0]
        if content in agreed:
            quoted = group(("quote", content))
            quoted.quotes.add(content)
            quoted.links.add(link)
        else:
            group(content).links.add(link)
    return groups.values()


def _conflict(said: Sequence[_Said], group: _Group, scheme: Scheme) -> Conflict:
    versions: dict[tuple[frozenset[Place], frozenset[LinkPlace]], list[_Said]] = {}
    for one in said:
        key = frozenset(group.places & one.accepted.keys()), frozenset(group.links & one.links)
        versions.setdefault(key, []).append(one)
    found = [
        Version(
            tuple(one.annotator for one in holders),
            tuple(sorted((holders[0].accepted[p] for p in places), key=lambda span: span.order)),
            tuple(sorted(links)),
        )
        for (places, links), holders in versions.items()
    ]
    found.sort(key=lambda version: (version.empty, -len(version.annotators)))
    silent = {name for version in found if version.empty for name in version.annotators}
    undecided = [
        one.annotator
        for one in said
        if one.annotator in silent
        and any(compete(place(s), p, scheme) for p in group.places for s in one.suggested.over(p[0], p[1]))
    ]
    return Conflict(
        tuple(found),
        frozenset(group.places),
        frozenset(group.quotes),
        frozenset(group.links),
        tuple(undecided),
    )
