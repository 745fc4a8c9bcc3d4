"""The rows around the text of an article, each made anew only when what it is made of has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui import styles
from tui.widgets import bars
from tui.widgets.panel import Panel
from tui.widgets.rows import Row, Rows

if TYPE_CHECKING:
    from tui.keymap import Hints
    from tui.review import Review


class ArticleRows:
    """Title, current span, message, legend and keys, and the panel that a wide terminal has."""

    def __init__(self) -> None:
        self.title = Rows(id="title", style=styles.BAR)
        self.panel = Panel(id="panel")
        self.span = Rows(id="span")
        self.message = Rows(id="message")
        self.legend = Rows(id="legend")
        self.keys = Rows(id="keys")
        self._made_of: dict[Rows, tuple[object, ...]] = {}

    def forget(self) -> None:
        """Make all of them anew the next time, since the theme is another."""
        self._made_of.clear()

    def show(
        self,
        review: Review,
        width: int,
        word: str,
        message: Row | None,
        hints: tuple[object, Callable[[], Hints]],
        *,
        wide: bool,
    ) -> None:
        """Show the rows as they are now, in so many cells.

        Args:
            review: the article under review.
            width: cells of the screen.
            word: what the title says in the place of the article's state, if anything.
            message: what is said of the last key, or None, where the roles of a quote have their place.
            hints: what the row of keys depends on besides the width, and what makes it.
            wide: whether there is room for the panel.
        """
        self._renew(self.title, lambda: bars.title_row(review, width, word), review.annotation, width, word)
        if message is None:
            message = [] if wide else bars.roles_row(review, width)
        self.message.show([message])
        state, make = hints
        self._renew(self.keys, lambda: bars.keys_row(make()), state, width)
        if wide:
            self.panel.tell(review)
        else:
            self.span.show([bars.span_row(review, width)])
            self._renew(self.legend, lambda: bars.legend_row(review.scheme))

    def _renew(self, rows: Rows, make: Callable[[], Row], *made_of: object) -> None:
        before = self._made_of.get(rows)
        if before is None or not all(a is b or a == b for a, b in zip(before, made_of, strict=True)):
            self._made_of[rows] = made_of
            rows.show([make()])
