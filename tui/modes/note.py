"""Writing a note on a span or on the article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotations.language import _
from tui.display import display_line
from tui.keys import NOTE_KEYS
from tui.modes.typing import TypingMode

if TYPE_CHECKING:
    from tui.keys import Overrides
    from tui.review import Review
    from tui.widgets.article_view import ArticleView


class NoteMode(TypingMode):
    """Typing the note on ``target``, a span's id, or the article's where it is empty."""

    TABLE = NOTE_KEYS

    def __init__(self, review: Review, view: ArticleView, overrides: Overrides, target: str) -> None:
        super().__init__(review, view, overrides, review.annotation.note(target).words)
        self.target = target

    def prompt(self) -> str:
        """What has been typed."""
        span = self.review.annotation.find(self.target) if self.target else None
        of = self.review.named(span, 20) if span is not None else _("the article")
        return _("note on {what}: {words}").format(what=of, words=display_line(self.words))

    def action_keep(self) -> bool:
        """Keep the note as it is now."""
        self.review.set_note(self.target, self.words.strip())
        return False
