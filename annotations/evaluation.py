"""A suggester against reviewed articles: its scores, the links of its quotes, and where it went wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from annotations.annotation import DONE, SUGGESTED, Annotation, Proposal, Span
from annotations.article import Article
from annotations.language import N_
from annotations.matching import Words, overlapping, paired
from annotations.quote_links import (
    LinkCounts,
    LinkPair,
    accepted,
    link_counts,
    link_pairs,
    of_labels,
    of_spans,
)
from annotations.scheme import Scheme
from annotations.scoring import Counts, Scores, score

MISSED = N_("missed")
SPURIOUS = N_("not in the gold")
MISLABELLED = N_("another label")
MISPLACED = N_("other bounds")
MISTAKEN = N_("other bounds and label")
MISLINKED = N_("another link")
_JSON_NAMES = {
    MISSED: "missed", SPURIOUS: "spurious", MISLABELLED: "label", MISPLACED: "bounds",
    MISTAKEN: "bounds and label", MISLINKED: "link",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mistake:
    """A place where what was found differs from the gold; ``kind`` is one of the words above.

    ``gold`` and ``found`` are bounds and label, None where one reading has nothing there. Of a link, they are
    what it leads to, with its kind in the place of the label, and ``quote`` is where it comes from.
    """

    kind: str
    gold: Words | None
    found: Words | None
    quote: Words | None = None

    @property
    def start(self) -> int:
        """Where to look."""
        return min(words[0] for words in (self.quote, self.gold, self.found) if words is not None)

    def to_dict(self, text: str) -> dict[str, Any]:
        """For JSON, with the words."""
        return {
            "kind": _JSON_NAMES[self.kind],
            "gold": _record(self.gold, text),
            "found": _record(self.found, text),
            **({"quote": _record(self.quote, text)} if self.quote else {}),
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """One article: its gold, what was found, and in which way they differ."""

    article: Article
    gold: Proposal
    found: Proposal
    left_out: int
    """Found spans about which the editor has not decided, so that nobody can say whether they are right."""
    counts: Counts
    mistakes: tuple[Mistake, ...]
    links: tuple[LinkPair, ...]

    @property
    def wrong(self) -> int:
        """How much there is to correct: spans, and links of quotes that both have."""
        return len(self.mistakes)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "id": self.article.id,
            "path": str(self.article.path),
            "gold": self.counts.gold,
            "found": self.counts.found,
            "f": self.counts.f,
            "mistakes": [mistake.to_dict(self.article.text) for mistake in self.mistakes],
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All articles together."""

    scores: Scores
    links: dict[str, LinkCounts]
    articles: Sequence[Judged] = field(default=())

    @property
    def worst(self) -> list[Judged]:
        """The articles with something wrong, those with most of it first."""
        faulty = [article for article in self.articles if article.mistakes]
        return sorted(faulty, key=lambda judged: (-judged.wrong, judged.article.id))

    @property
    def left_out(self) -> int:
        """How many found spans could not be judged."""
        return sum(article.left_out for article in self.articles)

    def to_dict(self) -> dict[str, Any]:
        """For JSON, all articles with their mistakes, the worst first."""
        return {
            **self.scores.to_dict(),
            "links": {kind: counts.to_dict() for kind, counts in self.links.items()},
            "not_judged": self.left_out,
            "worst": [judged.to_dict() for judged in self.worst],
        }


def judge(
    article: Article,
    annotation: Annotation,
    proposal: Proposal,
    scheme: Scheme,
    labels: Collection[str] | None = None,
) -> Judged:
    """Compare what was found in an article with what its editor accepted.

    The gold is what is accepted. What was found on words about which nobody has decided is left out: in an
    article that is done, where it meets only an undecided span; in another one, where it meets no decided
    span of its layer. ``labels`` are those that count, if not all do.
    """
    proposal = of_labels(proposal, labels)
    gold = of_labels(accepted(annotation), labels)
    found = decided_by(annotation, proposal, scheme)
    pairs = link_pairs(gold, found)
    mistakes = [*_mistakes(gold.spans, found.spans, scheme), *_mislinked(pairs)]
    counts = score([(gold.spans, found.spans)], scheme).total
    left_out = len(proposal.spans) - len(found.spans)
    mistakes.sort(key=lambda mistake: mistake.start)
    return Judged(article, gold, found, left_out, counts, tuple(mistakes), tuple(pairs))


def evaluated(articles: Iterable[Judged], scheme: Scheme) -> Evaluation:
    """The figures of all articles."""
    judged = list(articles)
    scores = score([(one.gold.spans, one.found.spans) for one in judged], scheme)
    return Evaluation(scores, link_counts(pair for one in judged for pair in one.links), judged)


def decided_by(annotation: Annotation, proposal: Proposal, scheme: Scheme) -> Proposal:
    """A proposal without that on which the annotator has not decided (see `judge`)."""
    done = annotation.state == DONE
    if done and not any(span.status == SUGGESTED for span in annotation.spans):
        return proposal
    known: set[tuple[str, Words]] = set()
    layers = {scheme.layer(span.label) for span in proposal.spans}
    for layer in layers:
        mine = {_words(s) for s in proposal.spans if scheme.layer(s.label) == layer}
        theirs = [s for s in annotation.spans if scheme.layer(s.label) == layer]
        decided = overlapping(mine, {_words(s) for s in theirs if s.decided}, whatever_label=True)
        if done:
            opened = {_words(s) for s in theirs if not s.decided}
            decided |= mine - overlapping(mine, opened, whatever_label=True)
        known |= {(layer, words) for words in decided}
    spans = tuple(s for s in proposal.spans if (scheme.layer(s.label), _words(s)) in known)
    return of_spans(spans, proposal.links)


def _mistakes(gold: Iterable[Span], found: Iterable[Span], scheme: Scheme) -> Iterable[Mistake]:
    gold, found = list(gold), list(found)
    for layer in sorted({scheme.layer(span.label) for span in (*gold, *found)}):
        mine = {_words(s) for s in gold if scheme.layer(s.label) == layer}
        theirs = {_words(s) for s in found if scheme.layer(s.label) == layer}
        for one, other in paired(mine, theirs):
            if one != other:
                yield Mistake(_kind(one, other), one, other)


def _kind(gold: Words | None, found: Words | None) -> str:
    if gold is None:
        return SPURIOUS
    if found is None:
        return MISSED
    if gold[:2] == found[:2]:
        return MISLABELLED
    return MISPLACED if gold[2] == found[2] else MISTAKEN


def _mislinked(pairs: Iterable[LinkPair]) -> Iterable[Mistake]:
    for pair in pairs:
        if not pair.same:
            yield Mistake(
                MISLINKED,
                _target(pair.targets, pair.kind),
                _target(pair.other_targets, pair.kind),
                _words(pair.quote),
            )


def _target(bounds: Iterable[tuple[int, int]], kind: str) -> Words | None:
    first = min(bounds, default=None)
    return (*first, kind) if first is not None else None


def _words(span: Span) -> Words:
    return (span.start, span.end, span.label)


def _record(words: Words | None, text: str) -> dict[str, Any] | None:
    if words is None:
        return None
    start, end, label = words
    return {"start": start, "end": end, "label": label, "words": text[start:end]}
