"""The rows that say who says what of a conflict, each with the key that takes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from annotations.annotation import SUGGESTED, Span
from annotations.conflicts import Conflict, Version, place
from annotations.language import _
from annotations.scheme import ROLES
from tui import styles
from tui.display import display_line
from tui.widgets.rows import Row, cut, text

if TYPE_CHECKING:
    from tui.adjudication import AdjudicationReview

_LONGEST_NAMES = 24
"""Cells for the names of those who hold a version, at most."""
_LEAST = 12
"""Code points of a span's words that are shown, however many spans there are."""


def versions_rows(review: AdjudicationReview, width: int, keys: Sequence[str], none: str) -> list[Row]:
    """The versions of the current conflict, a row each.

    Args:
        review: the review, whose current span tells the conflict.
        width: cells of a row.
        keys: what takes the first version, the second, and so on.
        none: the key that takes none.
    """
    conflict = review.conflict
    if conflict is None:
        return [[text(f" {_unanimous(review)}", styles.DIM)]]
    taken = review.adjudication.taken(review.annotation, conflict)
    names = [display_line(", ".join(version.annotators)) for version in conflict.versions]
    wide = min(_LONGEST_NAMES, max(map(cell_len, names)))
    rows: list[Row] = []
    for number, (version, who) in enumerate(zip(conflict.versions, names, strict=True)):
        key = none if version.empty else keys[number] if number < len(keys) else " "
        mark = "+" if version is taken else " "
        row = [
            text(f" {key}", styles.KEY),
            text(f"{mark}{cut(who, wide)} ", styles.BOLD if version is taken else styles.PLAIN),
        ]
        rows.append([*row, *_said(review, conflict, version, width - wide - 4)])
    return rows


def _unanimous(review: AdjudicationReview) -> str:
    span = review.current
    if span is None:
        return ""
    if place(span) in review.adjudication.known:
        return _("no conflict: all say so")
    return _("no conflict: none of the annotators says so, you do")


def _said(review: AdjudicationReview, conflict: Conflict, version: Version, room: int) -> Row:
    """What a version says, in so many cells."""
    if version.empty and not conflict.quotes:
        silent = ", ".join(conflict.undecided)
        if not silent:
            return [text(_("nothing"), styles.DIM)]
        if set(conflict.undecided) == set(version.annotators):
            return [text(_("undecided"), styles.DIM)]
        return [text(_("nothing ({names}: undecided)").format(names=silent), styles.DIM)]
    parts = [(span.label, span) for span in version.spans]
    own = {place(span) for span in version.spans}
    missing: list[str] = []
    for kind in ROLES:
        if not any(link[1] == kind and link[0] in conflict.quotes for link in conflict.links):
            continue
        targets = {link[2] for link in version.links if link[1] == kind and link[0] in conflict.quotes}
        parts += [(_(kind), Span("", *target, SUGGESTED)) for target in sorted(targets - own)]
        if not targets:
            name = f"no {kind}"  # as the edit that says so
            missing.append(_(name))
    quoted = sum(len(words) + 5 for words in (*(head for head, _span in parts), *missing))
    each = max(_LEAST, (room - quoted) // max(1, len(parts)))
    row: Row = []
    for head, span in parts:
        colour = review.scheme[span.label].colour if span.label in review.scheme else "white"
        row += [text(f"{head} ", styles.label_style(colour)), text(f"{review.named(span, each)}  ")]
    return [*row, *(text(f"{words}  ", styles.DIM) for words in missing)]
