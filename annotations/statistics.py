"""Figures on reviews: what became of each proposal, what a decision cost, what the suggesters get wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from statistics import median
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from annotations.annotation import ACCEPTED, DONE, REJECTED, STATES, SUGGESTED, Annotation, Link, Span
from annotations.article import Article
from annotations.history import Edit, History
from annotations.scheme import CONTENT, ROLES

UNDECIDED = "undecided"
CORRECTED = "corrected"
ADDED = "added"
RELABELLED = "relabelled"
MOVED = "moved"
KEPT = "kept"
CHOSEN = "chosen"
NONE = "none"
EXAMPLES = 3
"""How many examples of a mistake are kept."""
_Case = tuple[str, str, str, str]
"""A kind of mistake: origin, label, what happened, label given instead."""


class Outcome(Struct, frozen=True):
    """What became of one span: ``undecided``, ``accepted``, ``corrected``, ``rejected`` or ``added``.

    ``label`` is the one that was proposed; that of an added span is its present one. ``relabelled`` is the
    label that it was given instead, or empty. Of a mistake, ``words`` are those that were proposed and
    ``became`` those to which they were moved. ``seconds`` is what the decision took, None where nobody
    measured; ``day`` is the ISO date on which it was made; both are missing where its edit is.
    """

    kind: str
    origin: str
    label: str
    relabelled: str = ""
    moved: bool = False
    words: str = ""
    became: str = ""
    seconds: float | None = None
    day: str = ""
    has_edit: bool = False

    @property
    def decided(self) -> bool:
        """Whether it is an editor's decision."""
        return self.kind != UNDECIDED


@dataclass(frozen=True, slots=True)
class ArticleFigures:
    """The figures of one annotator's review of one article.

    ``links`` counts (kind of link, ``kept``, ``chosen`` or ``none``) over the accepted quotes: kept as
    proposed, chosen by the editor, or said or left to be without one. ``keys`` and ``seconds`` are those of
    the edits that were measured; ``measured`` says that this is all the work there was.
    """

    article: str
    annotator: str
    state: str
    outcomes: tuple[Outcome, ...] = ()
    links: Mapping[tuple[str, str], int] = field(default_factory=dict)
    keys: int = 0
    seconds: float = 0.0
    measured: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How many spans had which outcome; one that was both relabelled and moved is in both of these."""

    undecided: int = 0
    accepted: int = 0
    corrected: int = 0
    rejected: int = 0
    added: int = 0
    relabelled: int = 0
    moved: int = 0

    @property
    def proposed(self) -> int:
        """How many were proposed."""
        return self.undecided + self.judged

    @property
    def judged(self) -> int:
        """How many of the proposed are decided."""
        return self.accepted + self.corrected + self.rejected

    @property
    def decisions(self) -> int:
        """How many decisions the editor made, spans of their own included."""
        return self.judged + self.added

    @property
    def accept_rate(self) -> float | None:
        """The share of the decided proposals that were right as they were; None where none is decided."""
        return self.accepted / self.judged if self.judged else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def to_dict(self) -> dict[str, Any]:
        """The counts as in ``stats --json``."""
        counts = {name: getattr(self, name) for name in self.__slots__}
        return {"proposed": self.proposed, **counts, "accept_rate": _rounded(self.accept_rate, 4)}


@dataclass(frozen=True, slots=True)
class Example:
    """Words that were proposed wrongly, what they were moved to (else empty), and the article's id."""

    words: str
    became: str
    article: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake that suggesters make: ``what`` is ``rejected``, ``relabelled`` (to ``to``) or ``moved``."""

    origin: str
    label: str
    what: str
    to: str
    count: int
    examples: tuple[Example, ...]

    def to_dict(self) -> dict[str, Any]:
        """The mistake as in ``stats --json``."""
        examples = [{"words": e.words, "became": e.became, "article": e.article} for e in self.examples]
        return {
            "origin": self.origin, "label": self.label, "what": self.what, "to": self.to,
            "count": self.count, "examples": examples,
        }  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """The figures of many reviews.

    ``states`` counts articles by state, ``tallies`` spans by origin and label, ``links`` as in
    `ArticleFigures`, ``days`` decisions by ISO date, ``mistakes`` come most frequent first. ``paces`` are the
    seconds of each decision that was measured. ``finished`` articles are those that are done and wholly
    measured, in ``finished_seconds``. ``without_edits`` decisions were there without the edits that made
    them, so that a correction among them counts as accepted.
    """

    states: Mapping[str, int] = field(default_factory=dict)
    tallies: Mapping[tuple[str, str], Tally] = field(default_factory=dict)
    links: Mapping[tuple[str, str], int] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()
    days: Mapping[str, int] = field(default_factory=dict)
    paces: tuple[float, ...] = ()
    keys: int = 0
    seconds: float = 0.0
    finished: int = 0
    finished_seconds: float = 0.0
    without_edits: int = 0

    @property
    def articles(self) -> int:
        """How many articles there are, new ones included."""
        return sum(self.states.values())

    @property
    def tally(self) -> Tally:
        """All spans."""
        return sum(self.tallies.values(), Tally())

    @property
    def decisions(self) -> int:
        """All decisions."""
        return self.tally.decisions

    @property
    def by_label(self) -> dict[str, Tally]:
        """Label -> its spans, the most frequent label first."""
        return _grouped((label, tally) for (_origin, label), tally in self.tallies.items())

    @property
    def by_origin(self) -> dict[str, Tally]:
        """Origin -> its spans, the most productive first."""
        return _grouped((origin, tally) for (origin, _label), tally in self.tallies.items())

    @property
    def keys_per_decision(self) -> float | None:
        """Keys for a decision, whatever else they did; None where nothing was measured."""
        return self.keys / len(self.paces) if self.paces else None

    @property
    def mean_seconds(self) -> float | None:
        """Seconds of work for a decision: reading, links and notes included."""
        return self.seconds / len(self.paces) if self.paces else None

    @property
    def median_seconds(self) -> float | None:
        """The median of what a decision itself took, in seconds."""
        return median(self.paces) if self.paces else None

    @property
    def articles_per_hour(self) -> float | None:
        """Finished articles in an hour of work; None where none was measured from beginning to end."""
        return 3600 * self.finished / self.finished_seconds if self.finished_seconds else None

    def daily(self, most: int) -> list[tuple[date, int]]:
        """Decisions day by day up to the last day with one: idle days too, at most ``most`` days."""
        if not self.days or most < 1:
            return []
        first, last = date.fromisoformat(min(self.days)), date.fromisoformat(max(self.days))
        count = min(most, (last - first).days + 1)
        days = [last - timedelta(back) for back in reversed(range(count))]
        return [(day, self.days.get(day.isoformat(), 0)) for day in days]

    def to_dict(self) -> dict[str, Any]:
        """All figures as in ``stats --json``."""
        pairs = sorted(self.tallies.items())
        return {
            "articles": {state: self.states.get(state, 0) for state in STATES},
            "spans": self.tally.to_dict(),
            "by_label": {name: tally.to_dict() for name, tally in self.by_label.items()},
            "by_origin": {name: tally.to_dict() for name, tally in self.by_origin.items()},
            "by_origin_and_label": [{"origin": o, "label": n, **t.to_dict()} for (o, n), t in pairs],
            "links": {
                kind: {what: self.links.get((kind, what), 0) for what in (KEPT, CHOSEN, NONE)}
                for kind in ROLES
            },
            "decisions": self.decisions,
            "decisions_measured": len(self.paces),
            "decisions_without_edits": self.without_edits,
            "keys": self.keys,
            "seconds": _rounded(self.seconds, 1),
            "keys_per_decision": _rounded(self.keys_per_decision, 2),
            "median_seconds": _rounded(self.median_seconds, 2),
            "mean_seconds": _rounded(self.mean_seconds, 2),
            "articles_per_hour": _rounded(self.articles_per_hour, 2),
            "decisions_per_day": dict(sorted(self.days.items())),
            "mistakes": [mistake.to_dict() for mistake in self.mistakes],
        }


def article_figures(article: Article, history: History, zone: tzinfo | None = None) -> ArticleFigures:
    """The figures of one review; edits that are undone do not count.

    ``zone`` is where the editor's days begin and end; None: where this machine is.
    """
    annotation, edits = history.annotation, history.edits[: history.position]
    first: dict[str, Span] = {}
    made: dict[str, Edit] = {}
    gone: dict[str, tuple[Span, Edit]] = {}
    spent: defaultdict[str, float] = defaultdict(float)
    for edit in edits:
        before, after = {s.id: s for s in edit.removed}, {s.id: s for s in edit.added}
        for span_id, span in {**after, **before}.items():
            first.setdefault(span_id, span)
        gone.update({i: (span, edit) for i, span in before.items() if i not in after})
        decided = [i for i in {**before, **after} if i not in after or after[i].decided]
        for span_id in decided:
            made.setdefault(span_id, edit)
            # one key may decide many spans: each took its share
            spent[span_id] += edit.seconds / len(decided)
    outcomes = []
    present = {span.id: span for span in annotation.spans}
    for span_id in dict.fromkeys((*present, *gone)):
        now = present.get(span_id) or _instead(*gone[span_id])
        proposed = first.get(span_id, now)
        if span_id not in present and _own(proposed):
            continue  # the editor took it out again
        outcome = _outcome(proposed, now, article.text)
        edit_of = made.get(span_id)
        if edit_of is not None and outcome.decided:
            seconds = spent[span_id] if _measured(edit_of) else None
            outcome = replace(outcome, seconds=seconds, day=_day(edit_of, zone), has_edit=True)
        outcomes.append(outcome)
    return ArticleFigures(
        article.id,
        annotation.annotator,
        annotation.state,
        tuple(outcomes),
        _links(annotation, edits),
        sum(edit.keys for edit in edits),
        sum(edit.seconds for edit in edits),
        bool(edits) and all(map(_measured, edits)) and all(o.has_edit for o in outcomes if o.decided),
    )


def total(articles: Iterable[ArticleFigures]) -> Figures:
    """The figures of many reviews together."""
    states: Counter[str] = Counter()
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    links: Counter[tuple[str, str]] = Counter()
    mistakes: defaultdict[_Case, list[Example]] = defaultdict(list)
    days: Counter[str] = Counter()
    paces: list[float] = []
    keys = finished = without_edits = 0
    seconds = finished_seconds = 0.0
    for article in articles:
        states[article.state] += 1
        links.update(article.links)
        keys += article.keys
        seconds += article.seconds
        if article.measured and article.state == DONE:
            finished += 1
            finished_seconds += article.seconds
        for outcome in article.outcomes:
            tally = counts[outcome.origin, outcome.label]
            tally[outcome.kind] += 1
            tally[RELABELLED] += bool(outcome.relabelled)
            tally[MOVED] += outcome.moved
            for what, to in _faults(outcome):
                example = Example(outcome.words, outcome.became if what == MOVED else "", article.article)
                mistakes[outcome.origin, outcome.label, what, to].append(example)
            days.update([outcome.day] if outcome.day else [])
            paces += [] if outcome.seconds is None else [outcome.seconds]
            without_edits += outcome.decided and not outcome.has_edit
    return Figures(
        states,
        {names: Tally(**tally) for names, tally in counts.items()},
        links,
        tuple(Mistake(*case, len(found), _distinct(found)) for case, found in _frequent(mistakes)),
        days,
        tuple(paces),
        keys,
        seconds,
        finished,
        finished_seconds,
        without_edits,
    )


def _outcome(first: Span, now: Span, text: str) -> Outcome:
    """What became of a span that was ``first`` and is ``now``."""
    if _own(first) and now.status == ACCEPTED:
        return Outcome(ADDED, now.origin, now.label)
    words = _words(first, text)
    if now.status == SUGGESTED:
        return Outcome(UNDECIDED, first.origin, first.label)
    if now.status == REJECTED:
        return Outcome(REJECTED, first.origin, first.label, words=words)
    moved = (first.start, first.end) != (now.start, now.end)
    if not moved and first.label == now.label:
        return Outcome(ACCEPTED, first.origin, first.label)
    label = now.label if now.label != first.label else ""
    became = _words(now, text) if moved else ""
    return Outcome(CORRECTED, first.origin, first.label, label, moved, words, became)


def _instead(last: Span, edit: Edit) -> Span:
    """What a span that is gone counts as: the one it was joined with, else as rejected."""
    if last.status != REJECTED:  # such a one gave way to another on the same words
        for span in edit.added:
            if span.status == ACCEPTED and span.start <= last.start and last.end <= span.end:
                return span
    return replace(last, status=REJECTED)


def _own(first: Span) -> bool:
    """Whether nobody proposed a span that was ``first``: an editor made it."""
    return first.by_editor and first.decided


def _faults(outcome: Outcome) -> list[tuple[str, str]]:
    """The mistakes in a proposal: what happened, and the label that it was given."""
    if outcome.kind == REJECTED:
        return [(REJECTED, "")]
    return [(RELABELLED, outcome.relabelled)] * bool(outcome.relabelled) + [(MOVED, "")] * outcome.moved


def _links(annotation: Annotation, edits: Sequence[Edit]) -> Counter[tuple[str, str]]:
    """Whether each accepted quote has the cue and the source that were proposed, others, or none."""
    proposed = set(annotation.links)
    refused: set[tuple[str, str]] = set()
    for edit in reversed(edits):
        # links that other edits make (a new quote, two joined) are proposals or were there before
        if edit.name in ROLES:
            proposed.difference_update(edit.linked)
        proposed.update(edit.unlinked)
        refused.update((edit.focus, kind) for kind in ROLES if edit.name == f"no {kind}")
    standing = {span.id for span in annotation.spans if span.status != REJECTED}
    had = _targets(proposed)
    has = _targets(link for link in annotation.links if link.target in standing)
    found: Counter[tuple[str, str]] = Counter()
    for span in annotation.spans:
        if span.label != CONTENT or span.status != ACCEPTED:
            continue
        for kind in ROLES:
            ends = (span.id, kind)
            if has[ends]:
                found[kind, KEPT if has[ends] <= had[ends] else CHOSEN] += 1
            elif had[ends] or ends in refused:
                found[kind, NONE] += 1
    return found


def _targets(links: Iterable[Link]) -> defaultdict[tuple[str, str], set[str]]:
    targets: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for link in links:
        targets[link.content, link.kind].add(link.target)
    return targets


def _measured(edit: Edit) -> bool:
    """Whether anyone counted what it took: files of older versions have zeros."""
    return edit.keys > 0 or edit.seconds > 0


def _day(edit: Edit, zone: tzinfo | None) -> str:
    try:
        return datetime.fromisoformat(edit.at).astimezone(zone).date().isoformat()
    except (TypeError, ValueError, OverflowError):
        return ""  # a clock that was wrong, or a file that somebody edited: all else still counts


def _words(span: Span, text: str) -> str:
    return " ".join(text[span.start : span.end].split())


def _distinct(examples: list[Example]) -> tuple[Example, ...]:
    """The first few with different words."""
    found: dict[str, Example] = {}
    for example in examples:
        found.setdefault(example.words, example)
    return tuple(found.values())[:EXAMPLES]


def _frequent(mistakes: dict[_Case, list[Example]]) -> list[tuple[_Case, list[Example]]]:
    return sorted(mistakes.items(), key=lambda item: (-len(item[1]), item[0]))


def _grouped(pairs: Iterable[tuple[str, Tally]]) -> dict[str, Tally]:
    groups: defaultdict[str, Tally] = defaultdict(Tally)
    for name, tally in pairs:
        groups[name] += tally
    return dict(sorted(groups.items(), key=lambda item: (-item[1].proposed - item[1].added, item[0])))


def _rounded(value: float | None, places: int) -> float | None:
    return None if value is None else round(value, places)
