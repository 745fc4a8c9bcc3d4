"""Splitting a span in two at a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotations.language import _
from tui.display import display_line
from tui.keys import SPLIT_KEYS
from tui.modes import Mode

if TYPE_CHECKING:
    from annotations.annotation import Span
    from tui.keys import Overrides
    from tui.review import Review
    from tui.widgets.article_view import ArticleView


class SplitMode(Mode):
    """The cut moves word by word; ``cuts`` are the offsets at which words inside the span begin."""

    TABLE = SPLIT_KEYS

    def __init__(
        self, review: Review, view: ArticleView, overrides: Overrides, span: Span, cuts: list[int]
    ) -> None:
        super().__init__(review, view, overrides)
        self.span = span
        self.cuts = cuts
        self.place = 0

    @property
    def tags(self) -> dict[int, str]:
        """A bar where the second part begins."""
        return {self.cuts[self.place]: "|"}

    def prompt(self) -> str:
        """The two parts."""
        text, cut = self.review.article.text, self.cuts[self.place]
        first = display_line(text[self.span.start : cut]).rstrip()
        return _("split: «{first}» and «{second}»").format(
            first=first, second=display_line(text[cut : self.span.end])
        )

    def action_move(self, step: int) -> bool:
        """Move the cut."""
        self.place = max(0, min(self.place + step, len(self.cuts) - 1))
        return True

    def action_make(self) -> bool:
        """Make two spans."""
        self.review.split(self.span, self.cuts[self.place])
        return False
