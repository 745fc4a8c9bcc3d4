"""Whether two readings of an article name the same cue and the same speaker for the quotes that both have."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from annotations.annotation import ACCEPTED, Annotation, Link, Proposal, Span
from annotations.matching import paired
from annotations.scheme import CONTENT, ROLES

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """Of the quotes that both readings have, how many are linked to the same words.

    ``same`` counts quotes linked to just the same words, or to none, in both, ``touching`` those whose words
    overlap in both.
    """

    quotes: int = 0
    same: int = 0
    touching: int = 0

    def __add__(self, other: LinkCounts) -> LinkCounts:
        return LinkCounts(self.quotes + other.quotes, self.same + other.same, self.touching + other.touching)

    @property
    def exact(self) -> float | None:
        """The share with the same words; None where there are no quotes."""
        return self.same / self.quotes if self.quotes else None

    @property
    def overlapping(self) -> float | None:
        """The share with words that overlap; None where there are no quotes."""
        return self.touching / self.quotes if self.quotes else None

    def to_dict(self) -> dict[str, float | None]:
        """Counts and shares by name."""
        return {"quotes": self.quotes, "exact": self.exact, "overlapping": self.overlapping}


@dataclass(frozen=True, slots=True)
class LinkPair:
    """A quote of both readings with what it is linked to in each over one ``kind`` of link."""

    kind: str
    quote: Span
    other_quote: Span
    targets: frozenset[Bounds]
    other_targets: frozenset[Bounds]

    @property
    def same(self) -> bool:
        """Whether both say the same words, or none."""
        return self.targets == self.other_targets

    @property
    def touching(self) -> bool:
        """Whether each target overlaps one of the other reading's."""
        return all(
            any(a[0] < b[1] and b[0] < a[1] for b in theirs)
            for mine, theirs in (
                (self.targets, self.other_targets),
                (self.other_targets, self.targets),
            )
            for a in mine
        )


def accepted(annotation: Annotation) -> Proposal:
    """What an annotator holds to be true: the accepted spans, and the links between them."""
    return of_spans((span for span in annotation.spans if span.status == ACCEPTED), annotation.links)


def of_labels(reading: Proposal, labels: Collection[str] | None) -> Proposal:
    """The spans of some labels, with the links between them; all of it for None."""
    if labels is None:
        return reading
    return of_spans((span for span in reading.spans if span.label in labels), reading.links)


def of_spans(spans: Iterable[Span], links: Iterable[Link]) -> Proposal:
    """Some spans, with those of the links that lead from one of them to another."""
    spans = tuple(spans)
    ids = {span.id for span in spans}
    return Proposal(spans, tuple(link for link in links if link.content in ids and link.target in ids))


def link_pairs(one: Proposal, other: Proposal) -> list[LinkPair]:
    """The quotes that both readings have, each once for its cue and once for its source.

    A quote is in both where CONTENT spans overlap; of several, those that share most.
    """
    mine, theirs = _contents(one), _contents(other)
    targets, others = _targets(one), _targets(other)
    nobody: frozenset[Bounds] = frozenset()
    return [
        LinkPair(
            kind,
            mine[a],
            theirs[b],
            targets.get((mine[a].id, kind), nobody),
            others.get((theirs[b].id, kind), nobody),
        )
        for a, b in paired(mine, theirs)
        if a is not None and b is not None
        for kind in ROLES
    ]


def link_counts(pairs: Iterable[LinkPair]) -> dict[str, LinkCounts]:
    """How many links are the same, by kind."""
    counts = {kind: LinkCounts() for kind in ROLES}
    for pair in pairs:
        counts[pair.kind] += LinkCounts(1, pair.same, pair.touching)
    return counts


def _contents(reading: Proposal) -> dict[tuple[int, int, str], Span]:
    return {(s.start, s.end, s.label): s for s in reading.spans if s.label == CONTENT}


def _targets(reading: Proposal) -> dict[tuple[str, str], frozenset[Bounds]]:
    bounds = {span.id: (span.start, span.end) for span in reading.spans}
    found: dict[tuple[str, str], set[Bounds]] = {}
    for link in reading.links:
        if link.target in bounds:
            found.setdefault((link.content, link.kind), set()).add(bounds[link.target])
    return {key: frozenset(targets) for key, targets in found.items()}
