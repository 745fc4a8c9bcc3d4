"""Accepting some of what is undecided: of a paragraph, of a label, above a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotations.language import _
from tui.keys import BULK_KEYS, SCORE_KEYS, Keymap, bound
from tui.modes import Mode

if TYPE_CHECKING:
    from tui.keys import Overrides
    from tui.review import Review
    from tui.widgets.article_view import ArticleView


class BulkMode(Mode):
    """One more key says what; after `s` the digit says how probable."""

    TABLE = BULK_KEYS

    def __init__(self, review: Review, view: ArticleView, overrides: Overrides) -> None:
        super().__init__(review, view, overrides)
        self._by_score = False
        self._overrides = overrides

    def prompt(self) -> str:
        """What is asked."""
        if self._by_score:
            counts = "  ".join(
                f"{digit}0 %: {self.review.count_undecided(score=int(digit) / 10)}" for digit in "56789"
            )
            return _("accept from which probability? {counts}").format(counts=counts)
        return _("accept: p paragraph ({n}), 1…9 label, s score, e all ({all})").format(
            n=self.review.count_undecided(paragraph=True), all=self.review.undecided
        )

    def action_paragraph(self) -> bool:
        """Accept what is undecided in the paragraph of the current span."""
        self.review.accept_some(paragraph=True)
        return False

    def action_label(self, key: str) -> bool:
        """Accept all of a label."""
        self.review.accept_some(key=key)
        return False

    def action_least(self, key: str) -> bool:
        """Accept what is at least so probable as the digit says."""
        self.review.accept_some(score=int(key) / 10)
        return False

    def action_score(self) -> bool:
        """The next digit is a probability: only those that are offered count."""
        self._by_score = True
        self.table = bound(SCORE_KEYS, self._overrides)
        self._keymap = Keymap(self.table)
        return True

    def action_everything(self) -> bool:
        """Accept all of the article."""
        self.review.accept_all()
        return False
