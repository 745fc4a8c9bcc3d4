"""A mode in which words are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.display import display_line
from tui.modes import Mode

if TYPE_CHECKING:
    from textual.events import Key as KeyEvent

    from tui.keys import Overrides
    from tui.review import Review
    from tui.widgets.article_view import ArticleView

LONGEST = 2000
"""Code points that are taken; more is a slip of the clipboard."""


class TypingMode(Mode):
    """Keeps what is typed in ``words`` and tells when they change."""

    types = True

    def __init__(self, review: Review, view: ArticleView, overrides: Overrides, words: str = "") -> None:
        super().__init__(review, view, overrides)
        self.words = words

    def other(self, event: KeyEvent) -> bool | None:
        """Type a letter; a key that is none is swallowed."""
        if event.character and event.is_printable:
            self._set(self.words + event.character)
        return True

    def paste(self, text: str) -> None:
        """Take pasted words as if they were typed."""
        self._set(self.words + " ".join(display_line(text).split()))

    def action_back(self) -> bool:
        """Take a letter back."""
        self._set(self.words[:-1])
        return True

    def changed(self) -> None:
        """The words are others now."""

    def _set(self, words: str) -> None:
        self.words = words[:LONGEST]
        self.changed()
