"""Quotes with a model's help: rules find the marks, the model tells what they hold and who is reported.

A model reads each token in its context: whether a mark opens a quote or a title, a name, a scare quote, and
which words are cues and sources. What belongs to what is the sentence's business again (`linking`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from annotations.annotation import SUGGESTED, Link, Proposal, Span
from annotations.scheme import CONTENT, CUE, SOURCE
from annotations.suggesters.completing import completed
from annotations.suggesters.cues import whole_cue
from annotations.suggesters.lexicon import AUXILIARIES
from annotations.suggesters.linking import Linker
from annotations.suggesters.marks import Quoted, outermost
from annotations.suggesters.quotes import reports_of
from annotations.suggesters.reporting import asides
from annotations.suggesters.speakers import whole_speaker
from annotations.tokens import Tokens

THRESHOLD = 0.5
RULED = 0.6
"""Probability of a cue that only the rules see."""
_DASH = re.compile(r"(?<=[\s,.;:!?…])[-–—](?=[\s\w,.])|[-–—](?=[,.;:]?\s)")
_AFTER_DASH = re.compile(r"[-–—][,.;:]?\s*")
_LONGEST_ASIDE = 200
_CALLED = re.compile(
    r"(\w+)?,? (?:dett[oaie]|alias|soprannominat[oaie]|cosiddett[oaie]) (?:l['’]|il |lo |la |i |gli |le )?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, order=True)
class Role:
    """A cue or a source that a model found; ``score`` is its probability."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model read off a text.

    ``names`` are the bounds of persons and organisations; ``quote`` tells how likely the mark at an offset
    opens a quote.
    """

    cues: Sequence[Role]
    sources: Sequence[Role]
    names: Sequence[tuple[int, int]]
    quote: Callable[[int], float]


@dataclass(frozen=True, slots=True)
class _Part:
    """A quote, or the part of one before or behind a report; ``probability`` that it is one.

    ``cue`` is that of the report beside it, where a report breaks the quote.
    """

    start: int
    end: int
    probability: float
    cue: tuple[int, int] | None = None


def read_quotes(
    text: str, tokens: Tokens, reading: Reading, origin: str, threshold: float = THRESHOLD
) -> Proposal:
    """CONTENT spans on the tokens that are quotes more likely than not, with their CUE and SOURCE spans."""
    names = frozenset(reading.names)
    stretches = [
        (quoted, reading.quote(quoted.start))
        for quoted in outermost(text)
        if (quoted.start + 1, quoted.end - 1) not in names  # «La Stampa»
        and not _is_nickname(text, quoted.start)
    ]
    quotes = [(quoted, likely) for quoted, likely in stretches if likely >= threshold]
    all_cues = _with_plain_ones(text, [quoted for quoted, _ in quotes], reading.cues)
    parts = [part for quoted, likely in quotes for part in _parts(text, quoted, likely, all_cues)]
    cues = [
        Role(*whole_cue(text, role.start, role.end), role.score)
        for role in all_cues
        if not _inside(parts, role)
    ]
    cues = sorted({(role.start, role.end): role for role in cues}.values())
    whole = [
        Role(*whole_speaker(text, role.start, role.end, reading.names), role.score)
        for role in reading.sources
        if not _inside(parts, role)
    ]
    sources = sorted({(role.start, role.end): role for role in whole}.values())
    linker = Linker(
        text,
        [(p.start, p.end) for p in parts],
        [(c.start, c.end) for c in cues],
        [(s.start, s.end) for s in sources],
    )
    scores = {(role.start, role.end): role.score for role in (*cues, *sources)}
    spans: dict[tuple[int, int, str], Span] = {}
    links: list[Link] = []

    def add(start: int, end: int, label: str, score: float, beside: Span | None = None) -> Span | None:
        bounds = tokens.snap(start, end)
        if bounds is None or (beside is not None and beside.overlaps(*bounds)):  # a token may hold a mark too
            return None
        new = Span(f"q{len(spans) + 1}", *bounds, label, SUGGESTED, origin=origin, score=round(score, 4))
        return spans.setdefault((*bounds, label), new)

    for part, report in zip(parts, reports_of(text, parts), strict=True):
        content = add(part.start, part.end, CONTENT, part.probability)
        if content is None:
            continue
        linked = linker.link(part.start, part.end, part.cue)
        reported = completed(text, (part.start, part.end), linked, report, reading.names)
        for kind, label, bounds in (("cue", CUE, reported.cue), ("source", SOURCE, reported.source)):
            target = add(*bounds, label, scores.get(bounds, RULED), content) if bounds else None
            if target is not None:
                links.append(Link(content.id, kind, target.id))
    return Proposal(tuple(spans.values()), tuple(sorted(set(links))))


def _is_nickname(text: str, start: int) -> bool:
    """Whether a stretch follows «detto», as part of a name and not of a report, or a word like «alias»."""
    called = _CALLED.search(text, max(0, start - 60), start)
    if called is None:
        return False
    # «ha poi detto», «ha più volte detto»: a report, wherever the auxiliary stands before it
    before = text[max(0, called.start() - 30) : called.end(1) if called[1] else called.start()]
    return AUXILIARIES.isdisjoint(before.lower().split()[-4:])


def _with_plain_ones(text: str, quotes: Sequence[Quoted], cues: Sequence[Role]) -> list[Role]:
    """The cues, and those of reports between dashes that the rules see and the model did not."""
    found = list(cues)
    for quoted in quotes:
        for low, high, report in asides(text, quoted.start, quoted.end):
            if not any(low <= cue.start and cue.end <= high for cue in cues):
                found.append(Role(*report.cue, RULED))
    return sorted(found)


def _parts(text: str, quoted: Quoted, probability: float, cues: Sequence[Role]) -> Iterator[_Part]:
    start, reported = quoted.start, None
    for low, high, cue in _asides(text, quoted, cues):
        yield _Part(start, low, probability, (cue.start, cue.end))
        start, reported = high, (cue.start, cue.end)
    if start < quoted.end:
        yield _Part(start, quoted.end, probability, reported)


def _asides(text: str, quoted: Quoted, cues: Sequence[Role]) -> Iterator[tuple[int, int, Role]]:
    """Reports between dashes that break a quote: the end of what stands before, the start of what follows,
    and the cue.

    What follows is empty where the report stands last: «Vado a casa – ha detto Conte».
    """
    start = quoted.start + 1
    first = bisect_left(cues, start, key=lambda c: c.start)
    for cue in cues[first:]:
        if cue.end >= quoted.end:
            return
        if cue.start < start:
            continue
        low = _last_dash(text, max(start, cue.start - _LONGEST_ASIDE), cue.start)
        if low < 0 or not text[start:low].strip():
            continue
        dash = _DASH.search(text, cue.end, min(quoted.end, cue.end + _LONGEST_ASIDE))
        if dash is None:
            if quoted.end - cue.end > _LONGEST_ASIDE / 2:
                continue
            yield _trimmed(text, low), quoted.end, cue
            return
        high = _AFTER_DASH.match(text, dash.start()).end()  # type: ignore[union-attr]
        if high >= quoted.end - 1:
            yield _trimmed(text, low), quoted.end, cue
            return
        yield _trimmed(text, low), high, cue
        start = high


def _last_dash(text: str, low: int, high: int) -> int:
    at = -1
    for match in _DASH.finditer(text, low, high):
        at = match.start()
    return at


def _trimmed(text: str, end: int) -> int:
    return len(text[:end].rstrip())


def _inside(parts: Sequence[_Part], role: Role) -> bool:
    at = bisect_left(parts, role.end, key=lambda p: p.end)
    return at < len(parts) and parts[at].start <= role.start
