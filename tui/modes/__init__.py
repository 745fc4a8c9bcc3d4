"""Modes: the times at which keys mean something else while an article is read.

A mode gets each key before the screen does and says whether it was its own. Its keys are one of the tables
in `tui.keys`; what they do are its methods ``action_…``, which return whether the mode goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from tui.keys import Hints, Key, Keymap, Overrides, bound, footer

if TYPE_CHECKING:
    from textual.events import Key as KeyEvent

    from tui.review import Review
    from tui.widgets.article_view import ArticleView

WIDE = 400
"""Cells for which hints are asked: a mode has few enough keys for any terminal."""


class Mode:
    """What the keys mean for a while; ``tags`` are drawn over the text, by offset."""

    TABLE: ClassVar[tuple[Key, ...]] = ()
    everywhere = False
    """Whether what was looked for is to be looked for in all articles."""
    types: ClassVar[bool] = False
    """Whether letters are typed in it, which what is pasted counts for too."""

    def __init__(self, review: Review, view: ArticleView, overrides: Overrides) -> None:
        self.review = review
        self.view = view
        self.overrides = overrides
        self.table = bound(self.TABLE, overrides)
        self._keymap = Keymap(self.table)

    @property
    def tags(self) -> dict[int, str]:
        """Offset -> the tag that stands there."""
        return {}

    @property
    def holds(self) -> bool:
        """Whether the text stays where the editor has scrolled it."""
        return False

    @property
    def hints(self) -> Hints:
        """The footer."""
        return footer(self.table, WIDE)

    def prompt(self) -> str:
        """The line that says what is asked."""
        return ""

    def key(self, event: KeyEvent) -> bool | None:
        """Take a key: True goes on, False leaves the mode, None was not the mode's key."""
        key = self._keymap.find(event.key)
        if key is None:
            return self.other(event)
        goes_on: bool = getattr(self, f"action_{key.action}")(*key.arguments(event.key))
        return goes_on

    def other(self, event: KeyEvent) -> bool | None:
        """Take a key that the table does not name."""
        return None

    def following(self) -> Mode | None:
        """The mode that comes when this one is left, if one does."""
        return None

    def counts(self, event: KeyEvent) -> bool:
        """Whether a key right after the mode's end makes a count of its last digit: the mode is back then."""
        return False

    @property
    def sought(self) -> str:
        """The words that were looked for, if any."""
        return ""

    def paste(self, text: str) -> None:
        """Take pasted words, where words are typed."""

    def action_leave(self) -> bool:
        """Leave the mode."""
        return False
