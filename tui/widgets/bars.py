"""The rows around the text: title, details of the current span, legend, keys."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.style import Style

from annotations.annotation import STATES, STATUSES
from annotations.language import _
from annotations.scheme import CONTENT, ROLES, Scheme
from tui import styles
from tui.display import display_line
from tui.widgets.rows import Row, cut, text

if TYPE_CHECKING:
    from annotations.annotation import Span
    from tui.review import Review

ORIGIN_WIDTH = len("rule:quotes")
WIDEST_LABEL = 8
"""Cells kept for a label's name at most."""


def flag_sign() -> str:
    """What marks an article with flags; the Linux console's font has few signs."""
    return "*" if os.environ.get("TERM") == "linux" else "⚑"


def title_row(review: Review, width: int, notice: str = "") -> Row:
    """How many spans are decided and the state, then agency, date and title.

    What changes stands first, and in places of fixed width: only that is sent after a key.
    """
    article, annotation = review.article, review.annotation
    total = len(annotation.spans)
    decided = _("{n} of {total} decided").format(n=f"{annotation.decided:>{len(str(total))}}", total=total)
    head = f" {decided} · {notice or _(annotation.state):{max(len(_(state)) for state in STATES)}} "
    own = annotation.note()
    if own.flagged or own.words:
        head += "".join([flag_sign() if own.flagged else "", _("note") if own.words else "", " "])
    rest = " ".join(filter(None, (article.agency, article.date, article.title)))
    return [text(head, styles.BAR), text(cut(f"· {rest}", max(0, width - cell_len(head))), styles.BAR)]


def article_note(review: Review) -> str:
    """That the article is flagged, and what is noted on it, for a person; empty where nothing is."""
    own = review.annotation.note()
    if own.words:
        return _("note on the article: {words}").format(words=display_line(own.words))
    return _("the article is flagged") if own.flagged else ""


def span_row(review: Review, width: int) -> Row:
    """Label, status, place among the spans, origin, score and words of the current span, in so many cells."""
    span = review.current
    if span is None:
        if review.at_article_note:
            return [text(f" {article_note(review)}", styles.WARNING)]
        return [text(_(" no span: v marks one"), styles.DIM)]
    # What follows keeps its place from span to span, so that only the cells that differ are sent.
    total = str(len(review.annotation.spans))
    score = "" if span.score is None else f"{span.score:.2f}"
    number = f"  {review.number(span):>{len(total)}}/{total}  "
    row = [
        *head_of(review, span),
        text(f"{number}{span.origin:{ORIGIN_WIDTH}} {score:4}  ", styles.DIM),
        *note_of(review, span),
    ]
    room = width - sum(part.cell_length for part in row) - 1
    return [*row, text(review.words(span, max(8, room)))]


def roles_row(review: Review, width: int) -> Row:
    """The cue and the source of the current quote, or the quote of the current cue or source."""
    span = review.current
    if span is None:
        return []
    if span.label == CONTENT:
        row: Row = []
        for kind in ROLES:
            targets = review.annotation.linked(span.id, kind)
            names = ", ".join(
                f"{review.words(t, max(8, width // 2 - 10))}{styles.STATUS_MARKS[t.status]}" for t in targets
            )
            row += [
                text(f" {_(kind)} ", styles.DIM),
                text(names or _("none"), styles.BOLD if names else styles.DIM),
            ]
        return row
    contents = review.annotation.contents_of(span.id)
    if contents:
        return [
            text(" " + _("{label} of").format(label=span.label) + " ", styles.DIM),
            text(review.words(contents[0], max(8, width - 12))),
        ]
    return []


def legend_row(scheme: Scheme) -> Row:
    """The digit of each label."""
    row: Row = []
    for label in scheme.labels:
        row += [text(f" {label.key}", styles.DIM), text(label.name, styles.label_style(label.colour))]
    return row


def keys_row(hints: Iterable[tuple[str, str]]) -> Row:
    """The keys that work now."""
    row: Row = []
    for key, word in hints:
        row += [text(f" {key}", styles.KEY), text(f" {word}")]
    return row


def message_row(message: str) -> Row:
    """What a person should hear of the last key."""
    return [text(f" {message}", styles.WARNING)]


def head_of(review: Review, span: Span) -> Row:
    """The label and the status of a span, in as many cells for any that is of usual length."""
    names = (size for label in review.scheme.labels if (size := cell_len(label.name)) <= WIDEST_LABEL)
    widest = max(names, default=0)
    status = max(cell_len(_(status)) for status in STATUSES)
    label = f" {span.label}{' ' * (widest - cell_len(span.label))}"
    decision = f" {_(span.status)}"
    return [
        text(label, label_style_of(span, review.scheme)),
        text(decision, styles.BOLD),
        text(" " * (widest + status + 2 - cell_len(label) - cell_len(decision))),
    ]


def note_of(review: Review, span: Span) -> Row:
    """That a span is flagged, and what is noted on it."""
    note = review.annotation.note(span.id)
    if not note.flagged and not note.words:
        return []
    return [
        text(
            f" {'*' if note.flagged else ''}{cut(note.words, min(24, cell_len(note.words)))} ", styles.WARNING
        )
    ]


def label_style_of(span: Span, scheme: Scheme) -> Style:
    """The style of the name of a span's label."""
    return styles.label_style(scheme[span.label].colour if span.label in scheme else "white")
