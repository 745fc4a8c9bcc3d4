"""Quotes by rules: every stretch in quotation marks, with the cue and the source that the sentence gives it.

All are proposed, titles and scare quotes too, since a rule cannot tell them apart; the score does what it
can: short words without a reporting verb beside them stand low.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Protocol

from msgspec.structs import replace

from annotations.annotation import SUGGESTED, Link, Proposal, Span
from annotations.scheme import CONTENT, CUE, SOURCE
from annotations.suggesters.marks import Quoted, outermost, paragraphs
from annotations.suggesters.reporting import Report, asides, report_after, report_before
from annotations.tokens import Tokens

ORIGIN = "rule:quotes"
REPORTED = 0.9
"""Score of a quote with a reporting verb beside it."""
PERHAPS = 0.6
"""Score of one with a reporting verb elsewhere in its sentence."""
LONG, MIDDLE, SHORT = 0.5, 0.4, 0.3
"""Scores without a verb: of six words and more, of four or five, of up to three."""
UNCLOSED = 0.6
"""Factor where the closing mark is missing."""
_BETWEEN = re.compile(r"\s*(?:,|,?\s*(?:e|ed|o|ma|né|e poi|e di)\s)\s*(?:(?:di|del|della|da|dei)\s+)?\Z")
_WORDS = re.compile(r"\w+(?:['’]\w+)*")
_MANY = 6


def suggest_quotes(text: str, tokens: Tokens) -> Proposal:
    """CONTENT spans on the tokens, with links to their CUE and SOURCE spans where a sentence shows them.

    A quote that a report between dashes breaks («Vado - ha detto Conte - e torno») is two.
    """
    found = outermost(text)
    builder = _Builder(tokens)
    for quoted, report in zip(found, reports_of(text, found), strict=True):
        start = quoted.start
        for aside_start, aside_end, aside in asides(text, quoted.start, quoted.end):
            builder.add(text, replace(quoted, start=start, end=aside_start), aside)
            start, report = aside_end, aside
        builder.add(text, replace(quoted, start=start), report)
    return Proposal(tuple(builder.spans.values()), tuple(sorted(builder.links)))


class Stretch(Protocol):
    """Anything with bounds in a text."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""


def reports_of(text: str, found: Sequence[Stretch]) -> list[Report | None]:
    """For each quote of a text, in reading order, the report that the words around it show."""
    starts = [start for start, _ in paragraphs(text)]
    result: list[Report | None] = []
    earlier: Report | None = None
    for number, quoted in enumerate(found):
        before = found[number - 1].end if number else 0
        after = found[number + 1].start if number + 1 < len(found) else len(text)
        paragraph = starts[max(0, bisect_right(starts, quoted.start) - 1)]
        if text[max(0, paragraph - 8) : paragraph].rstrip().endswith(":"):  # «ha detto:» and a new paragraph
            paragraph = starts[max(0, bisect_right(starts, quoted.start) - 2)]
        next_paragraph = bisect_right(starts, quoted.end - 1)
        after = min(after, starts[next_paragraph]) if next_paragraph < len(starts) else after
        if earlier and quoted.start - before < 20 and _BETWEEN.fullmatch(text, before, quoted.start):
            report: Report | None = earlier
        else:
            report = _report(text, quoted, max(before, paragraph), after)
        breaks = list(asides(text, quoted.start, quoted.end))
        earlier = breaks[-1][2] if breaks else report
        result.append(report)
    return result


def _report(text: str, quoted: Stretch, floor: int, ceiling: int) -> Report | None:
    before = report_before(text, floor, quoted.start)
    if before and before.near and text[floor : quoted.start].rstrip().endswith(":"):
        return before
    after = report_after(text, quoted.end, ceiling)
    if after and (after.near or before is None):
        return after
    return before


def _score(text: str, quoted: Quoted, report: Report | None) -> float:
    count = 0
    for _ in _WORDS.finditer(text, quoted.start, quoted.end):
        count += 1
        if count == _MANY:
            break
    if report is None:
        score = LONG if count == _MANY else MIDDLE if count > 3 else SHORT
    elif report.near:
        score = REPORTED
    else:
        score = PERHAPS if count > 3 else MIDDLE
    return round(score if quoted.closed else score * UNCLOSED, 2)


class _Builder:
    """Spans each once, on the tokens, and their links."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.spans: dict[tuple[int, int, str], Span] = {}
        self.links: set[Link] = set()

    def add(self, text: str, quoted: Quoted, report: Report | None) -> None:
        score = _score(text, quoted, report)
        content = self._span(quoted.start, quoted.end, CONTENT, score)
        if content is None or report is None:
            return
        for kind, label, bounds in (("cue", CUE, report.cue), ("source", SOURCE, report.source)):
            target = self._span(*bounds, label, round(score * 0.9, 2)) if bounds else None
            if target is not None:
                self.links.add(Link(content.id, kind, target.id))

    def _span(self, start: int, end: int, label: str, score: float) -> Span | None:
        bounds = self.tokens.snap(start, end)
        if bounds is None:
            return None
        key = (*bounds, label)
        if key not in self.spans:
            self.spans[key] = Span(
                f"q{len(self.spans) + 1}", *bounds, label, SUGGESTED, origin=ORIGIN, score=score
            )
        return self.spans[key]
