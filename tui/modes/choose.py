"""Choosing the source or the cue of a quote: each candidate gets a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotations.language import _
from annotations.scheme import ROLES
from tui.candidates import Candidate, candidates
from tui.display import display_line
from tui.keys import CHOOSE_KEYS
from tui.modes import Mode

if TYPE_CHECKING:
    from textual.events import Key as KeyEvent

    from annotations.annotation import Span
    from tui.keys import Overrides
    from tui.review import Review
    from tui.widgets.article_view import ArticleView

TAG_KEYS = "123456789abdefghijklmnoprtuvwxyz"
"""Tags for candidates: `0` says none; without `s`, `c`, `q`: a key pressed twice does no harm."""
ELSEWHERE = 9
"""Candidates out of sight that are offered too, the nearest first."""


class ChooseMode(Mode):
    """The candidates on screen have their key in the text, those elsewhere in the prompt."""

    TABLE = CHOOSE_KEYS

    def __init__(
        self, review: Review, view: ArticleView, overrides: Overrides, kind: str, quote: Span
    ) -> None:
        super().__init__(review, view, overrides)
        self.kind = kind
        self.quote = quote
        self.candidates: dict[str, Candidate] = {}
        self._look()

    @property
    def tags(self) -> dict[int, str]:
        """Offset of each candidate -> its key."""
        return {candidate.start: key for key, candidate in self.candidates.items()}

    @property
    def holds(self) -> bool:
        """The editor looks around for a speaker."""
        return True

    def prompt(self) -> str:
        """The candidates with their keys, likeliest first; the present one with a star."""
        what = _(self.kind)
        if not self.candidates:
            return _("no {kind} in sight: scroll, or Esc and mark it with v first").format(kind=what)
        now = {(s.start, s.end) for s in self.review.annotation.linked(self.quote.id, self.kind)}
        text = self.review.article.text
        listed = "  ".join(
            f"{key}{'*' if (c.start, c.end) in now else ''} {display_line(text[c.start : c.end])}"
            for key, c in self.candidates.items()
        )
        return f"{what}: {listed}"

    def other(self, event: KeyEvent) -> bool | None:
        """Link the candidate whose key it is."""
        candidate = self.candidates.get(event.key)
        if candidate is None:
            return None
        self.review.link(self.quote, self.kind, (candidate.start, candidate.end))
        return False

    def action_none(self) -> bool:
        """Say that the quote has none."""
        self.review.link(self.quote, self.kind, None)
        return False

    def action_scroll(self, step: int) -> bool:
        """Scroll by lines."""
        self.view.scroll_lines(step)
        self._look()
        return True

    def action_page(self, step: int) -> bool:
        """Scroll by pages."""
        self.view.scroll_pages(step)
        self._look()
        return True

    def _look(self) -> None:
        """Give out the keys: to what is on screen first, then, for a source, to what is nearest elsewhere."""
        first, last = self.view.visible_offsets
        found = candidates(self.review, self.kind, self.quote)
        seen = [c for c in found if first <= c.start < last]
        if ROLES[self.kind] == ROLES["source"]:
            text = self.review.article.text
            shown = {text[c.start : c.end] for c in seen}
            for candidate in found:
                words = text[candidate.start : candidate.end]
                if words not in shown and len(shown) < len(seen) + ELSEWHERE:
                    shown.add(words)
                    seen.append(candidate)
        self.candidates = dict(zip(TAG_KEYS, seen, strict=False))
