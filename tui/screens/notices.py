"""The screen of what the editor should know of an article: a changed text, spans without a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotations.language import _
from tui import styles
from tui.keys import NOTICE_KEYS
from tui.layout import folded
from tui.screens.text import TextScreen
from tui.widgets.rows import Row, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotations.carry import Misfit

_WIDTH = 76


class NoticesScreen(TextScreen):
    """Notices in full, and the list of misfits, which `x` forgets."""

    KEYS = NOTICE_KEYS

    def __init__(self, notices: list[str], misfits: tuple[Misfit, ...], forget: Callable[[], None]) -> None:
        super().__init__(_("Notices"), notice_rows(notices, misfits))
        self._forget = forget

    async def action_forget(self) -> None:
        """The editor has seen the misfits and needs them no more."""
        self._forget()
        await self.action_close()


def notice_rows(notices: list[str], misfits: tuple[Misfit, ...]) -> list[Row]:
    """Notices and misfits as rows, folded to fit 80 columns."""
    rows: list[Row] = []
    for notice in notices:
        rows += [[], *_folded(notice)]
    if misfits:
        rows += [[], [text(_(" Spans without a place in the text as it is now:"), styles.BOLD)]]
        for misfit in misfits:
            what = f"{misfit.span.label} {_(misfit.span.status)}: «{misfit.words}»"
            rows += _folded(f"{what}; {misfit.reason.shown}")
    return rows or [[], [text(_(" nothing to tell of this article"))]]


def _folded(words: str) -> list[Row]:
    return [[text(f"  {line}")] for line in folded(words, _WIDTH)]
