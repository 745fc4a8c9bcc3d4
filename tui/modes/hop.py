"""Tags on the names and quotes that nobody has marked: one key marks one, a digit labels it, and so on.

The mode goes on until Esc, so that each name costs two keys. A tag stays where it was while others go: what
is typed ahead still means what the editor saw.
"""

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

TAG_KEYS = "asdfghjklqwertyuiopzxcvbnmASDFGHJKLQWERTYUIOPZXCVBNM".replace("t", "")
"""Tags, the easiest to reach first; `t` makes the same decision for other mentions here too."""


class HopMode(Mode):
    """The selection is left on the words whose tag was pressed; the screen then asks for its label."""

    TABLE = HOP_KEYS

    def __init__(self, review: Review, view: ArticleView, overrides: Overrides) -> None:
        super().__init__(review, view, overrides)
        self.places: dict[str, tuple[int, int]] = {}
        self._look()

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
        if not self.places:
            return _("all names and quotes in sight are marked: PgDn looks further, Esc leaves")
        return _("the tag marks the words, a digit then labels them; Esc leaves")

    def other(self, event: KeyEvent) -> bool | None:
        """Mark the words whose tag it is."""
        place = self.places.get(event.character or "")
        if place is None:
            return None
        self.review.selection = place
        return False

    def go_on(self) -> None:
        """After a label: what is marked now needs no tag any more."""
        left = set(unmarked(self.review, *self.view.visible_offsets))
        self.places = {key: place for key, place in self.places.items() if place in left}

    def following(self) -> Mode | None:
        """After a tag a digit is asked for, which labels the words."""
        if self.review.selection is None:
            return None
        from tui.modes.select import SelectMode

        return SelectMode(self.review, self.view, self.overrides, self)

    def action_same(self) -> bool:
        """The last decision for the other mentions of its words."""
        self.review.same_decision()
        self.go_on()
        return True

    def action_page(self, step: int) -> bool:
        """Look further."""
        self.view.scroll_pages(step)
        self._look()
        return True

    def _look(self) -> None:
        self.places = dict(zip(TAG_KEYS, unmarked(self.review, *self.view.visible_offsets), strict=False))
