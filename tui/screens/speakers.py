"""Who said what: the quotes of an article by speaker."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from annotations.annotation import REJECTED, Span
from annotations.language import _, n_
from annotations.scheme import CONTENT, ROLES
from tui import styles
from tui.screens.picking import PickingScreen
from tui.widgets.pick_list import Pick
from tui.widgets.rows import Row, cut, text

if TYPE_CHECKING:
    from tui.review import Review


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
    speakers: dict[str, list[Span]] = {}
    for span in review.annotation.spans:
        if span.label == CONTENT and span.status != REJECTED:
            sources = review.annotation.linked(span.id, "source")
            name = ", ".join(review.words(s) for s in sources) or _("nobody named")
            speakers.setdefault(name, []).append(span)
    picks = []
    for name, quotes in speakers.items():
        picks.append(Pick(None, partial(_heading, name, len(quotes))))
        picks += [Pick(q.id, partial(_row, review, q), f"{name} {review.words(q, 10_000)}") for q in quotes]
    return picks


def _heading(name: str, count: int, width: int) -> Row:
    return [text(f" {cut(name, min(len(name), width - 8))} ", styles.BOLD), text(f"{count}", styles.DIM)]


def _row(review: Review, quote: Span, width: int) -> Row:
    cues = ", ".join(review.words(c) for c in review.annotation.linked(quote.id, next(iter(ROLES))))
    mark = styles.STATUS_MARKS[quote.status]
    return [text(f"  {mark} "), text(cut(f"{cues}: " if cues else "", min(16, len(cues) + 2)), styles.DIM),
            text(review.words(quote, max(10, width - 8 - min(16, len(cues) + 2))))]  # fmt: skip
