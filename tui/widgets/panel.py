"""The panel beside the text, on terminals that have room for one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.cells import cell_len

from annotations.language import _
from annotations.scheme import CONTENT, ROLES
from tui import styles
from tui.layout import folded
from tui.widgets import bars
from tui.widgets.rows import Row, Rows, text

if TYPE_CHECKING:
    from tui.review import Review

WIDTH = 36
"""Cells of the panel."""
REST = 0.3
"""Seconds on a span after which what its label is for is shown. That is only read by who rests, and takes as
many bytes as all the rest: on a slow line it would keep whoever steps from span to span waiting."""


class Panel(Rows):
    """The current span in full, and the legend."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._review: Review | None = None
        self._explained = ""
        self._moved = 0.0
        self.resting = False
        """Whether a guideline is waiting to be shown."""

    def tell(self, review: Review) -> None:
        """Show the current span of a review."""
        self._review = review
        self._moved = time.monotonic()
        label = review.current.label if review.current is not None else ""
        if not self._explained:
            self._explained = label
        elif label not in ("", self._explained) and not self.resting:
            self.resting = True
            self.set_timer(REST, self._rest)
        self.show(panel_rows(review, self.size.height, self._explained))

    def _rest(self) -> None:
        """Explain the label of the span on which the editor has come to rest."""
        left = self._moved + REST - time.monotonic()
        if left > 0:
            self.set_timer(left, self._rest)
            return
        self.resting = False
        if self._review is not None and self._review.current is not None:
            self._explained = self._review.current.label
            self.tell(self._review)


def panel_rows(review: Review, height: int, explained: str) -> list[Row]:
    """The side panel: the current span in full, its quote's roles, what a label is for, the legend.

    ``explained`` is the label whose guideline stands there. Like the legend it has its place at the bottom,
    so that it stays where it is while the rest changes with each span.
    """
    width = WIDTH - 3
    rows: list[Row] = [[]]
    if told := bars.article_note(review):
        rows += [[text(f" {line}", styles.WARNING)] for line in folded(told, width)[:4]] + [[]]
    span = review.current
    if span is not None:
        # What is another from span to span has its place, so that only it is sent, and few looks, which are
        # sent too: one row for what changes with each, one for what often stays.
        total = str(len(review.annotation.spans))
        score = "" if span.score is None else f"{span.score:.2f}"
        place = f" {score:4} {review.number(span):>{len(total)}}/{total}"
        offsets = f" {span.start}-{span.end}"
        longest = 2 * (len(str(len(review.article.text))) + 1)
        head = bars.head_of(review, span)
        if sum(part.cell_length for part in head) + len(place) <= WIDTH:
            head.append(text(place))
        else:  # a label of a scheme of its own
            offsets = place + offsets
        # An origin that is too long has a row of its own, as all in the article have then: nothing jumps.
        widest = max(cell_len(span.origin), cell_len(f"model:{review.annotation.suggester}"))
        apart = max(cell_len(offsets), longest) + 1 + widest > WIDTH
        rows += [
            head,
            [text(offsets if apart else f"{offsets:{longest}} {span.origin}")],
            *([[text(f" {span.origin}")]] if apart else []),
            *([note] if (note := bars.note_of(review, span)) else []),
            [],
            *([text(f" {line}")] for line in folded(review.words(span, 6 * width), width)),
            [],
        ]
        if span.label == CONTENT:
            wide = max(len(_(kind)) for kind in ROLES)
            for kind in ROLES:
                targets = review.annotation.linked(span.id, kind)
                named = ", ".join(f"{review.words(t, width - 12)} ({_(t.status)})" for t in targets)
                rows.append([text(f" {_(kind):{wide}} ", styles.DIM), text(named or _("none"))])
        elif roles := bars.roles_row(review, width):
            rows.append(roles)
    guideline = review.scheme[explained].guideline if explained in review.scheme else ""
    purpose = folded(f"{explained}: {guideline}", width) if guideline else []
    legend: list[Row] = [
        *([text(f" {line}", styles.DIM)] for line in purpose),
        *([[]] if purpose else []),
        *(
            [text(f" {label.key} ", styles.KEY), text(label.name, styles.label_style(label.colour))]
            for label in review.scheme.labels
        ),
    ]
    look: Row = [
        text(" "), text(_("suggested"), styles.SUGGESTED_LOOK), text(" "),
        text(_("accepted"), styles.ACCEPTED_LOOK), text(" "), text(_("current"), styles.SELECTION),
    ]  # fmt: skip
    gap = height - len(rows) - len(legend) - 3
    return [*rows, *([[]] * max(1, gap)), *legend, [], look]
