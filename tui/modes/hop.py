"""Tags on the names and quotes that nobody has marked: one key marks one, a digit labels it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotations.language import _
from tui.keys import HOP_KEYS
from tui.modes import Mode
from tui.unmarked import unmarked

if TYPE_CHECKING:
    from textual.events import Key as KeyEvent

    from tui.keys import Overrides
    from tui.review import Review
    from tui.widgets.article_view import ArticleView

TAG_KEYS = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM"
"""Tags, the easiest to reach first."""


class HopMode(Mode):
    """The selection is left on the words whose tag was pressed."""

    TABLE = HOP_KEYS

    def __init__(self, review: Review, view: ArticleView, overrides: Overrides) -> None:
        super().__init__(review, view, overrides)
        first, last = view.visible_offsets
        found = unmarked(review, first, last)
        self.places = dict(zip(TAG_KEYS, found, strict=False))

    @property
    def tags(self) -> dict[int, str]:
        """Offset of each place -> its key."""
        return {start: key for key, (start, _end) in self.places.items()}

    @property
    def holds(self) -> bool:
        """The tags stand where the editor saw them."""
        return True

    def prompt(self) -> str:
        """What is asked."""
        return _("the tag marks the words, a digit then labels them")

    def other(self, event: KeyEvent) -> bool | None:
        """Mark the words whose tag it is."""
        place = self.places.get(event.character or "")
        if place is None:
            return None
        self.review.selection = place
        return False
