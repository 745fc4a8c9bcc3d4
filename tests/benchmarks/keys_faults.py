"""What still parts an annotation from gold, and about how many keys that will take."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from keys_gold import Gold, Tie, Words

from annotations.annotation import REJECTED, SUGGESTED, Annotation, Span
from annotations.doubt import is_doubtful
from annotations.scheme import CONTENT, CUE, ENTITIES, SOURCE, Scheme

FAR = 4.0
"""Keys that a search takes, and so the most that going to a span takes, about."""
NEW, QUOTE, ROLE, TIE, SAME = 2.4, 2.2, 1.0, 2.0, 1.0
"""Keys, about, for new words by a tag, a new quote by its marks, a cue or source that comes along with one, a
link that is chosen, and the same for other mentions."""


@dataclass(frozen=True, slots=True)
class Mend:
    """A span that is wrong; ``right`` is what it may become, by its label or its edges, or None."""

    span: Span
    right: Words | None


@dataclass
class Faults:
    """The difference between an annotation and gold."""

    annotation: Annotation
    gold: Gold
    text: str
    scheme: Scheme
    _standing: dict[Words, Span] = field(init=False)

    def __post_init__(self) -> None:
        self._standing = {(s.start, s.end, s.label): s for s in self.annotation.spans if s.status != REJECTED}

    @cached_property
    def missing(self) -> list[Words]:
        """Words of gold that are no span yet, in reading order."""
        return sorted(self.gold.spans - self._standing.keys())

    @cached_property
    def wrong(self) -> list[Mend]:
        """Spans that gold does not have, with the missing words that each is nearest to.

        A span with a label that gold knows nothing of is wrong only where it stands in the way.
        """
        free = set(self.missing)
        found = []
        for words, span in self._standing.items():
            if words in self.gold.spans:
                continue
            if span.label not in self.gold.labels and not any(self._clash(span, w) for w in free):
                continue
            right = min(
                (w for w in free if span.overlaps(w[0], w[1]) and self._alike(span, w)),
                key=lambda w: (abs(w[0] - span.start) + abs(w[1] - span.end), w[2] != span.label),
                default=None,
            )
            if right is not None:
                free.discard(right)
            found.append(Mend(span, right))
        return found

    @cached_property
    def loose(self) -> list[Tie]:
        """Links of gold that are not there, though the quote is."""
        return sorted(self.gold.links - self._ties.keys())

    @cached_property
    def stray(self) -> list[tuple[Span, str]]:
        """Quotes with a link that gold has not, and none in its place: the quote, "cue" or "source"."""
        wanted = {(content, kind) for content, kind, _target in self.gold.links}
        return [
            (span, tie[1])
            for tie, span in self._ties.items()
            if tie not in self.gold.links and (tie[0], tie[1]) not in wanted
            and (*tie[0], CONTENT) in self.gold.spans
        ]  # fmt: skip

    @cached_property
    def right(self) -> int:
        """How many spans and links of gold stand."""
        return len(self.gold.spans & self._standing.keys()) + len(self.gold.links & self._ties.keys())

    @cached_property
    def undecided(self) -> int:
        """How many spans wait for a decision."""
        return sum(s.status == SUGGESTED for s in self.annotation.spans)

    def standing(self, words: Words) -> Span | None:
        """The span, not rejected, that says just this."""
        return self._standing.get(words)

    def keys(self, current: str | None) -> float:
        """About how many keys are left to press, by an editor who is at the current span."""
        total = 1.0 if self.undecided else 0.0
        mended = set()
        alike: Counter[tuple[str, str, str]] = Counter()
        stops = [span for span, _kind in self.stray]
        for mend in self.wrong:
            span, right = mend.span, mend.right
            if right is not None:
                mended.add(right)
            if right is None or (span.start, span.end) == right[:2]:
                # `t` does all of one kind: only the first is gone to
                kind = self.text[span.start : span.end], span.label, right[2] if right else ""
                alike[kind] += 1
                total += 1.0 if alike[kind] == 1 else SAME if alike[kind] == 2 else 0.0
                if alike[kind] > 1:
                    continue
            else:
                total += 1.5 + (span.label != right[2])
            stops.append(span)
        for content, _kind, _target in self.loose:
            quote = self._standing.get((*content, CONTENT))
            total += TIE if quote is not None else ROLE
            if quote is not None and quote not in stops:
                stops.append(quote)
        total += 2.0 * len(self.stray)
        return total + self._new(mended) + self._tour(stops, current)

    def _tour(self, stops: list[Span], current: str | None) -> float:
        """Going round all spans in question, from the current one on."""
        places = {s.id: i for i, s in enumerate(self.annotation.spans)}
        count = len(places)
        here = places.get(current or "", 0)
        waiting = [s.status == SUGGESTED for s in self.annotation.spans]
        doubtful = [is_doubtful(self.annotation, s) for s in self.annotation.spans]
        total, at = 0.0, here - 1
        for offset in sorted((places[s.id] - here) % count for s in stops):
            between = [(here + k) % count for k in range(at + 1 - here, offset)]
            stop = (here + offset) % count
            ways = [FAR]
            # A decision leads to the next span to decide, so that the one behind it costs nothing.
            if waiting[stop]:
                ways.append(sum(waiting[i] for i in between))
            if doubtful[stop]:
                ways.append(1 + sum(doubtful[i] for i in between))
            ways.append(1 + len(between))
            total += min(ways)
            at = here + offset
        return total

    def _new(self, mended: set[Words]) -> float:
        total = 0.0
        tied = {(*target, SOURCE if kind == "source" else CUE) for _c, kind, target in self.gold.links}
        names: Counter[tuple[str, str]] = Counter()
        for words in self.missing:
            if words in mended:
                continue
            if words[2] == CONTENT:
                total += QUOTE
            elif words in tied:
                total += 0.3  # comes with its link
            elif self.scheme.layer(words[2]) == ENTITIES:
                names[self.text[words[0] : words[1]], words[2]] += 1
            else:
                total += NEW
        if names:
            here = {
                (self.text[a:b], label) for a, b, label in self._standing if (a, b, label) in self.gold.spans
            }
            for name, count in names.items():
                total += 2 + SAME if name in here else NEW + (SAME if count > 1 else 0)
        return total

    @cached_property
    def _ties(self) -> dict[Tie, Span]:
        spans = {s.id: s for s in self.annotation.spans if s.status != REJECTED}
        found: dict[Tie, Span] = {}
        for link in self.annotation.links:
            content, target = spans.get(link.content), spans.get(link.target)
            if content is not None and target is not None:
                found[(content.start, content.end), link.kind, (target.start, target.end)] = content
        return found

    def _alike(self, span: Span, words: Words) -> bool:
        """Whether a span may become these words: of its own layer, and a quote stays a quote."""
        if self.scheme.layer(span.label) == ENTITIES:
            return self.scheme.layer(words[2]) == ENTITIES
        return span.label == words[2] or (span.start, span.end) == words[:2]

    def _clash(self, span: Span, words: Words) -> bool:
        both = self.scheme.layer(span.label) == self.scheme.layer(words[2]) == ENTITIES
        return both and span.overlaps(words[0], words[1])
