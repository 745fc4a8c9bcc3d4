"""Saving in another folder while the store refuses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annotations.errors import ChiosaError
from annotations.language import _
from annotations.store import Store
from tui.display import display_line
from tui.keys import RESCUE_KEYS
from tui.modes.typing import TypingMode

if TYPE_CHECKING:
    from annotations.saver import Saver
    from tui.keys import Overrides
    from tui.review import Review
    from tui.widgets.article_view import ArticleView


LONGEST = 50
"""Cells of a folder's name that are shown."""


class RescueMode(TypingMode):
    """Typing the folder of the store that is to take the edits meanwhile."""

    TABLE = RESCUE_KEYS

    def __init__(
        self, review: Review, view: ArticleView, overrides: Overrides, store: Store, saver: Saver
    ) -> None:
        from platformdirs import user_state_path

        super().__init__(review, view, overrides, str(user_state_path("chiosa") / "rescue"))
        self._store = store
        self._saver = saver
        self._trouble = ""

    def prompt(self) -> str:
        """The folder as it is typed, its end where it is long; or what is wrong with it."""
        words = display_line(self.words)
        return self._trouble or _("save in folder: {words}").format(
            words=words if len(words) <= LONGEST else "…" + words[-LONGEST:]
        )

    def changed(self) -> None:
        """Another folder, another chance."""
        self._trouble = ""

    def action_keep(self) -> bool:
        """Save there, and go on trying the store itself."""
        root = Path(self.words.strip()).expanduser()
        if not self.words.strip() or root.resolve() == self._store.root.resolve():
            self._trouble = _("name a folder elsewhere")
            return True
        try:
            refuge = Store(root, self._store.annotator, self._store.scheme).open(self.review.article)
        except (ChiosaError, OSError) as error:
            self._trouble = str(error).replace(str(root), "…")  # the reason comes last
            return True
        error_there = self._saver.take_refuge(refuge)
        self._trouble = str(error_there).replace(str(root), "…") if error_there is not None else ""
        return bool(self._trouble)
