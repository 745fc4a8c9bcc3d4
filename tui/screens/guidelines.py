"""The screen of guidelines: what each label is for, with examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotations.language import _
from tui import styles
from tui.layout import folded
from tui.screens.text import TextScreen
from tui.widgets.rows import Row, text

if TYPE_CHECKING:
    from annotations.scheme import Scheme


class GuidelinesScreen(TextScreen):
    """The scheme's guidelines."""

    def __init__(self, scheme: Scheme) -> None:
        super().__init__(_("Guidelines: {scheme}").format(scheme=scheme.name), guideline_rows(scheme))


def guideline_rows(scheme: Scheme) -> list[Row]:
    """Each label with its key, its guideline and its examples, folded to fit 80 columns."""
    rows: list[Row] = []
    for label in scheme.labels:
        rows += [[], [text(f" {label.key} ", styles.KEY), text(label.name, styles.label_style(label.colour))]]
        rows += [[text(f"   {line}")] for line in folded(label.guideline, 74)]
        for example in label.examples:
            rows += [[text(f"     {'· ' if n == 0 else '  '}"), text(line, styles.DIM)]
                     for n, line in enumerate(folded(example, 70))]  # fmt: skip
    return rows
