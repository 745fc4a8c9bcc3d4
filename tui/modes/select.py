"""Marking a new span by words; a digit makes it, and before a motion says how often."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from annotations.language import _
from tui.display import display_line
from tui.keys import SELECT_KEYS
from tui.modes import Mode

if TYPE_CHECKING:
    from textual.events import Key as KeyEvent

    from annotations.history import History
    from tui.keys import Overrides
    from tui.modes.hop import HopMode
    from tui.review import Review
    from tui.widgets.article_view import ArticleView

PATIENCE = 0.25
"""Seconds within which a motion after a digit makes a count of it: `3l` is typed in one go. A digit labels at
once all the same, so that nobody waits for it; the label is taken back then."""
COUNTED = ("w", "b")
"""Motions that take a count, besides those of an edge; not those that also mean the next span."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the editor was before a digit, which may turn out to be a count."""

    at: float
    digit: int
    history: History
    selection: tuple[int, int] | None
    current_id: str | None


_SHOWN = 500
"""Code points of the marked words that are looked at: more than fit on a row."""


class SelectMode(Mode):
    """The selection is the review's; it ends when the span is made or the editor leaves.

    ``hop`` is the mode that marked the words, to which the screen goes back when the span is ``made``.
    """

    TABLE = SELECT_KEYS

    def __init__(
        self, review: Review, view: ArticleView, overrides: Overrides, hop: HopMode | None = None
    ) -> None:
        super().__init__(review, view, overrides)
        self.hop = hop
        self.made = False
        self._before: Place | None = None

    @property
    def tags(self) -> dict[int, str]:
        """The tags of the mode that led here, which go on after the label."""
        return self.hop.tags if self.hop is not None else {}

    @property
    def holds(self) -> bool:
        """Between two tags the text stays where it is."""
        return self.hop is not None

    def prompt(self) -> str:
        """The words that are marked."""
        if self.review.selection is None:
            return ""
        start, end = self.review.selection
        words = display_line(self.review.article.text[start : min(end, start + _SHOWN)])
        if self.review.letters is not None:
            return _("new span by letters: «{words}»").format(words=words)
        return _("new span: «{words}»").format(words=words)

    def following(self) -> Mode | None:
        """Back to the tags, when a label was given."""
        if self.hop is not None and self.made:
            self.hop.go_on()
            return self.hop
        return None

    def counts(self, event: KeyEvent) -> bool:
        """Whether this key, typed in one go with the digit before it, makes that digit a count.

        If so the label is taken back, and the motion is made so many times.
        """
        key, before = self._keymap.find(event.key), self._before
        self._before = None
        if before is None or key is None or self.hop is not None or monotonic() - before.at > PATIENCE:
            return False
        if before.digit < 2 or not (key.action == "move" or event.key in COUNTED):
            return False
        self.review.return_to(before.history, before.selection, before.current_id)
        for _time in range(before.digit):
            getattr(self, f"action_{key.action}")(*key.arguments(event.key))
        return True

    def action_move(self, edge: str, step: int) -> bool:
        """Move an edge of the selection."""
        self.review.move(edge, step)
        return True

    def action_shift(self, step: int) -> bool:
        """Put the selection on the next or previous word."""
        self.review.shift_selection(step)
        return True

    def action_line(self, step: int) -> bool:
        """Put the selection on a word of the line above or below."""
        if self.review.selection:
            self.review.select_at(self.view.line_step(self.review.selection[0], step))
        return True

    def action_sentence(self) -> bool:
        """Grow the selection to its sentence."""
        self.review.select_sentence()
        return True

    def action_marks(self) -> bool:
        """Grow the selection to the quotation marks around it."""
        self.review.select_marks()
        return True

    def action_letters(self) -> bool:
        """Move edges by letters, or by words again."""
        self.review.toggle_letters()
        return True

    def action_leave(self) -> bool:
        """Make no span."""
        self.review.leave_selection()
        return False

    def action_digit(self, key: str) -> bool:
        """Make the span; the place before is kept for `counts`."""
        review = self.review
        self._before = Place(monotonic(), int(key), review.history, review.selection, review.current_id)
        review.set_label(key)
        self.made = review.selection is None
        return not self.made
