"""The three times at which keys mean something else: marking a span, choosing a speaker, typing a search.

A mode gets each key before the bindings do and says whether it was its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tui.candidates import Candidate, candidates
from tui.display import display_line
from tui.keys import Hints

if TYPE_CHECKING:
    from textual.events import Key

    from annotations.annotation import Span
    from tui.review import Review
    from tui.widgets.article_view import ArticleView

TAG_KEYS = "123456789abdefghijklmnoprtuvwxyz"
"""Tags for candidates: `0` says none; without `s`, `c`, `q`: a key pressed twice does no harm."""


class Mode(Protocol):
    """What the keys mean for a while."""

    hints: Hints

    def key(self, event: Key) -> bool | None:
        """Take a key: True goes on, False leaves the mode, None was not the mode's key."""

    def prompt(self) -> str:
        """The line that says what is asked."""


class SelectMode:
    """Marking a new span by tokens; ends with a digit, `v` or Esc."""

    hints: Hints = (
        ("h l", "end"),
        (", .", "start"),
        ("w b", "word"),
        ("j k", "line"),
        ("1-9", "label"),
        ("v", "leave"),
    )

    def __init__(self, review: Review, view: ArticleView) -> None:
        self.review = review
        self.view = view

    def prompt(self) -> str:
        """The words that are marked."""
        if self.review.selection is None:
            return ""
        start, end = self.review.selection
        return f"new span: «{display_line(self.review.article.text[start:end])}»"

    def key(self, event: Key) -> bool | None:
        """Grow, move or label the selection."""
        review = self.review
        match event.key:
            case "h" | "left":
                review.move("end", -1)
            case "l" | "right":
                review.move("end", 1)
            case "comma" | "shift+left":
                review.move("start", -1)
            case "full_stop" | "shift+right":
                review.move("start", 1)
            case "w" | "n" | "space":
                review.shift_selection(1)
            case "b" | "p":
                review.shift_selection(-1)
            case "j" | "down" | "k" | "up":
                self._by_line(1 if event.key in ("j", "down") else -1)
            case "v" | "escape" | "q":
                review.leave_selection()
            case key if key in tuple("123456789"):
                review.set_label(key)
            case _:
                return None
        return review.selection is not None

    def _by_line(self, step: int) -> None:
        if self.review.selection:
            self.review.select_at(self.view.line_step(self.review.selection[0], step))


class ChooseMode:
    """Choosing the source or the cue of a quote: each candidate on screen gets a key."""

    def __init__(self, review: Review, kind: str, quote: Span, view: ArticleView) -> None:
        self.review = review
        self.kind = kind
        self.quote = quote
        self.view = view
        self.hints: Hints = (("1…z", f"the {kind}"), ("0", "none"), ("↓ ↑", "scroll"), ("Esc", "leave"))
        self.candidates: dict[str, Candidate] = {}
        self._look()

    @property
    def tags(self) -> dict[int, str]:
        """Offset of each candidate -> its key."""
        return {candidate.start: key for key, candidate in self.candidates.items()}

    def prompt(self) -> str:
        """The candidates with their keys, likeliest first; the present one with a star."""
        if not self.candidates:
            return f"no {self.kind} in sight: scroll, or Esc and mark it with v first"
        now = {(s.start, s.end) for s in self.review.annotation.linked(self.quote.id, self.kind)}
        text = self.review.article.text
        listed = "  ".join(
            f"{key}{'*' if (c.start, c.end) in now else ''} {display_line(text[c.start : c.end])}"
            for key, c in self.candidates.items()
        )
        return f"{self.kind}: {listed}"

    def key(self, event: Key) -> bool | None:
        """Link the candidate whose key it is."""
        scrolls = {"down": 1, "up": -1}
        pages = {"pagedown": 1, "pageup": -1}
        if event.key == "escape":
            return False
        if event.key in scrolls or event.key in pages:
            self.view.scroll_lines(scrolls.get(event.key, 0))
            self.view.scroll_pages(pages.get(event.key, 0))
            self._look()
            return True
        if event.key == "0":
            self.review.link(self.quote, self.kind, None)
            return False
        candidate = self.candidates.get(event.key)
        if candidate is None:
            return None
        self.review.link(self.quote, self.kind, (candidate.start, candidate.end))
        return False

    def _look(self) -> None:
        first, last = self.view.visible_offsets
        seen = [c for c in candidates(self.review, self.kind, self.quote) if first <= c.start < last]
        self.candidates = dict(zip(TAG_KEYS, seen, strict=False))


class SearchMode:
    """Typing the words to look for; the text follows each letter."""

    hints: Hints = (("Enter", "find"), ("Esc", "leave"))

    def __init__(self, review: Review, origin: int, last: str) -> None:
        self.review = review
        self.origin = origin
        self.words = ""
        self.last = last
        self._before = review.current_id

    def prompt(self) -> str:
        """What has been typed."""
        return f"/{display_line(self.words)}"

    def key(self, event: Key) -> bool | None:
        """Type, or end the search: Enter on nothing looks for the last words again."""
        review = self.review
        if event.key == "escape":
            review.go_to(self._before)
            return False
        if event.key == "enter":
            self._find(self.words or self.last)
            return False
        if event.key == "backspace":
            self.words = self.words[:-1]
        elif event.character and event.is_printable:
            self.words += event.character
        else:
            return True
        self._find(self.words)
        return True

    def paste(self, text: str) -> None:
        """Take pasted words as if they were typed."""
        self.words += display_line(text).strip()
        self._find(self.words)

    def _find(self, words: str) -> None:
        if words and not self.review.search(words, self.origin):
            self.review.go_to(self._before)
            self.review.message = f"not found: {display_line(words)}"
