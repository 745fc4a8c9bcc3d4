"""The screen of keys: those of the moment from which it was called, grouped."""

from __future__ import annotations

from collections.abc import Iterable

from annotations.language import _
from tui import styles
from tui.keys import Key
from tui.screens.text import TextScreen
from tui.widgets.rows import Row, text


class HelpScreen(TextScreen):
    """What the keys do now."""

    def __init__(self, keys: Iterable[Key]) -> None:
        super().__init__(_("Keys"), help_rows(keys))


def help_rows(keys: Iterable[Key]) -> list[Row]:
    """A table of keys as rows, by group."""
    groups: dict[str, list[Key]] = {}
    for key in keys:
        groups.setdefault(key.group, []).append(key)
    rows: list[Row] = []
    for group, members in groups.items():
        rows += [[], [text(f" {_(group)}", styles.BOLD)]]
        for key in members:
            # what has no key of its own is done from the palette
            names, look = (key.shown, styles.KEY) if key.shown else (_("by Ctrl+P"), styles.DIM)
            rows.append([text(f"   {names:14}", look), text(_(key.does))])
    return rows
