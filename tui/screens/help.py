"""The screen of keys."""

from __future__ import annotations

from itertools import groupby

from tui import styles
from tui.keys import ARTICLE_KEYS, CHOOSE_KEYS, LIST_KEYS, SELECT_KEYS
from tui.screens.text import TextScreen
from tui.widgets.rows import Row, text


class HelpScreen(TextScreen):
    """Every key, by group."""

    def __init__(self) -> None:
        super().__init__("Keys", help_rows())


def help_rows() -> list[Row]:
    """The tables of keys as rows."""
    rows: list[Row] = []
    tables = (*ARTICLE_KEYS, *SELECT_KEYS, *CHOOSE_KEYS, *LIST_KEYS)
    for group, keys in groupby(tables, key=lambda key: key.group):
        rows += [[], [text(f" {group}", styles.BOLD)]]
        rows += [[text(f"   {key.shown:14}", styles.KEY), text(key.does)] for key in keys]
    return rows
