"""Who said what: the quotes of an article by speaker."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from annotations.annotation import REJECTED, Span
from annotations.language import _, n_
from annotations.scheme import CONTENT, ROLES
from annotations.suggesters.lexicon import TITLES
from tui import styles
from tui.screens.picking import PickingScreen
from tui.widgets.pick_list import Pick
from tui.widgets.rows import Row, cut, text

if TYPE_CHECKING:
    from tui.review import Review


_PERSON = "PER"
_TITLED = re.compile(r"(?:[^\W\d_A-Z][\w-]* )+(?=[^\W\d_a-z])")
"""Words in small letters before a name."""


class SpeakersScreen(PickingScreen):
    """Enter goes to the quote; ``go`` takes its id."""

    def __init__(self, review: Review, go: Callable[[str], None]) -> None:
        picks = speaker_picks(review)
        count = sum(pick.value is not None for pick in picks)
        super().__init__(n_("Who said what: {n} quote", "Who said what: {n} quotes", count), picks)
        self._go = go

    async def picked(self, value: str) -> None:
        """Go to the quote in the text."""
        await self.app.pop_screen()
        self._go(value)


def speaker_picks(review: Review) -> list[Pick]:
    """A heading for each speaker, in the order of their first words, and their quotes under it."""
    quotes = [s for s in review.annotation.spans if s.label == CONTENT and s.status != REJECTED]
    named = {q.id: [_name(review, s) for s in review.annotation.linked(q.id, "source")] for q in quotes}
    full = {name for names in named.values() for name in names}
    speakers: dict[str, list[Span]] = {}
    for quote in quotes:
        names = [_in_full(name, full) for name in named[quote.id]]
        speakers.setdefault(", ".join(names) or _("nobody named"), []).append(quote)
    picks = []
    for name, said in speakers.items():
        picks.append(Pick(None, partial(_heading, name, len(said))))
        picks += [Pick(q.id, partial(_row, review, q), f"{name} {review.words(q, 10_000)}") for q in said]
    return picks


def _name(review: Review, source: Span) -> str:
    """Who a source is: the person named in it, «Osvaldo Tognarini» of «segretario Osvaldo Tognarini»."""
    inside = [
        s
        for s in review.annotation.spans
        if s.label == _PERSON and s.status != REJECTED and source.start <= s.start and s.end <= source.end
    ]
    if inside:
        return review.words(inside[-1])
    words = review.words(source)
    titles = _TITLED.match(words)
    return words[titles.end() :] if titles is not None and titles[0].lower().split()[-1] in TITLES else words


def _in_full(name: str, names: set[str]) -> str:
    """The one longer name that ends with this one, if there is just one: a last name will do."""
    longer = [other for other in names if other != name and other.endswith(f" {name}")]
    return longer[0] if len(longer) == 1 else name


def _heading(name: str, count: int, width: int) -> Row:
    return [text(f" {cut(name, min(len(name), width - 8))} ", styles.BOLD), text(f"{count}", styles.DIM)]


def _row(review: Review, quote: Span, width: int) -> Row:
    cues = ", ".join(review.words(c) for c in review.annotation.linked(quote.id, next(iter(ROLES))))
    mark = styles.STATUS_MARKS[quote.status]
    return [text(f"  {mark} "), text(cut(f"{cues}: " if cues else "", min(16, len(cues) + 2)), styles.DIM),
            text(review.words(quote, max(10, width - 8 - min(16, len(cues) + 2))))]  # fmt: skip
