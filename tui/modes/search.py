"""Typing the words to look for; the text follows each letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotations.language import _
from tui.display import display_line
from tui.keys import SEARCH_KEYS
from tui.modes.typing import TypingMode

if TYPE_CHECKING:
    from tui.keys import Overrides
    from tui.review import Review
    from tui.widgets.article_view import ArticleView


class SearchMode(TypingMode):
    """Searching from an offset on; ``everywhere`` is set when the editor asks for all articles."""

    TABLE = SEARCH_KEYS

    def __init__(
        self, review: Review, view: ArticleView, overrides: Overrides, origin: int, last: str
    ) -> None:
        super().__init__(review, view, overrides)
        self.origin = origin
        self.last = last
        self.everywhere = False
        self._before = review.current_id

    @property
    def sought(self) -> str:
        """What has been typed."""
        return self.words

    def prompt(self) -> str:
        """What has been typed."""
        return f"/{display_line(self.words)}"

    def changed(self) -> None:
        """Look for what has been typed so far."""
        self._find(self.words)

    def action_find(self) -> bool:
        """End the search: on nothing typed the last words are looked for again."""
        self._find(self.words or self.last)
        return False

    def action_everywhere(self) -> bool:
        """Go on in all articles."""
        self.everywhere = True
        self.review.go_to(self._before)
        return False

    def action_leave(self) -> bool:
        """Back to where the search began."""
        self.review.go_to(self._before)
        return False

    def _find(self, words: str) -> None:
        if words and not self.review.search(words, self.origin):
            self.review.go_to(self._before)
            self.review.message = _("not found: {words}").format(words=display_line(words))
