"""The three times at which keys mean something else: marking a span, choosing a speaker, typing a search.

A mode gets each key before the bindings do and says whether it was its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from annotations.annotation import REJECTED, Span
from annotations.scheme import CUE, ENTITIES, SOURCE
from tui.display import display_line
from tui.keys import Hints

if TYPE_CHECKING:
    from textual.events import Key

    from tui.review import Review
    from tui.widgets.article_view import ArticleView

TAG_KEYS = "123456789abdefghijklmnoprtuvwxyz"
"""Tags for candidates: `0` says none; without `s`, `c`, `q`: a key pressed twice does no harm."""
_PRONOUN = re.compile(
    r"\b(?:lui|lei|egli|ella|esso|essa|loro|io|noi|chi|quest[ao]|quell[ao])\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{2,}")


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


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words that may be a quote's source or cue."""

    start: int
    end: int


class ChooseMode:
    """Choosing the source or the cue of a quote: each candidate on screen gets a key."""

    def __init__(self, review: Review, kind: str, quote: Span, visible: tuple[int, int]) -> None:
        self.review = review
        self.kind = kind
        self.quote = quote
        found = sources(review, quote) if kind == "source" else cues(review, quote)
        seen = [c for c in found if visible[0] <= c.start < visible[1]]
        self.candidates = dict(zip(TAG_KEYS, seen, strict=False))
        self.hints: Hints = (("1…z", f"the {kind}"), ("0", "none"), ("Esc", "leave"))

    @property
    def tags(self) -> dict[int, str]:
        """Offset of each candidate -> its key."""
        return {candidate.start: key for key, candidate in self.candidates.items()}

    def prompt(self) -> str:
        """The candidates with their keys, nearest first."""
        text = self.review.article.text
        listed = "  ".join(
            f"{key} {display_line(text[c.start : c.end])}" for key, c in self.candidates.items()
        )
        return f"{self.kind}: {listed}" if listed else f"{self.kind}: no candidate on screen"

    def key(self, event: Key) -> bool | None:
        """Link the candidate whose key it is."""
        if event.key == "escape":
            return False
        if event.key == "0":
            self.review.link(self.quote, self.kind, None)
            return False
        candidate = self.candidates.get(event.key)
        if candidate is None:
            self.review.message = f"no candidate has that key; Esc leaves ({self.kind})"
            return True
        self.review.link(self.quote, self.kind, (candidate.start, candidate.end))
        return False


class SearchMode:
    """Typing the words to look for; the text follows each letter."""

    hints: Hints = (("Enter", "find"), ("Esc", "leave"))

    def __init__(self, review: Review, origin: int, last: str) -> None:
        self.review = review
        self.origin = origin
        self.words = ""
        self.last = last

    def prompt(self) -> str:
        """What has been typed."""
        return f"/{display_line(self.words)}"

    def key(self, event: Key) -> bool | None:
        """Type, or end the search: Enter on nothing looks for the last words again."""
        review = self.review
        if event.key == "escape" or (event.key == "backspace" and not self.words):
            review.match = None
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

    def _find(self, words: str) -> None:
        if words and not self.review.search(words, self.origin):
            self.review.message = f"not found: {display_line(words)}"


def sources(review: Review, quote: Span) -> list[Candidate]:
    """Who may have said a quote: pronouns near it, SOURCE spans, names; nearest first."""
    text = review.article.text
    spans = [
        Candidate(s.start, s.end)
        for s in review.annotation.spans
        if s.status != REJECTED
        and (s.label == SOURCE or (review.scheme.layer(s.label) == ENTITIES and s.label != "DATE"))
        and not quote.overlaps(s.start, s.end)
    ]
    first, last = _paragraph(text, quote)
    pronouns = [
        Candidate(*m.span())
        for m in _PRONOUN.finditer(text, first, last)
        if not quote.overlaps(*m.span()) and not any(c.start < m.end() and m.start() < c.end for c in spans)
    ]
    return _nearest({*spans, *pronouns}, quote)


def cues(review: Review, quote: Span) -> list[Candidate]:
    """What may report a quote: CUE spans, then every word of its paragraph outside of it; nearest first."""
    text = review.article.text
    spans = {
        Candidate(s.start, s.end) for s in review.annotation.spans if s.label == CUE and s.status != REJECTED
    }
    first, last = _paragraph(text, quote)
    names = [s for s in review.annotation.spans if s.label != CUE and s.status != REJECTED]
    words = {
        Candidate(*m.span())
        for m in _WORD.finditer(text, first, last)
        if not quote.overlaps(*m.span())
        and not any(s.overlaps(*m.span()) for s in names)
        and not any(c.start < m.end() and m.start() < c.end for c in spans)
    }
    return _nearest(spans | words, quote)


def _nearest(candidates: set[Candidate], quote: Span) -> list[Candidate]:
    """Nearest to the quote first; of two that begin together the longer: one tag would hide the other."""
    longest: dict[int, Candidate] = {}
    for candidate in candidates:
        if candidate.start not in longest or longest[candidate.start].end < candidate.end:
            longest[candidate.start] = candidate
    return sorted(longest.values(), key=lambda c: (max(quote.start - c.end, c.start - quote.end), c.start))


def _paragraph(text: str, quote: Span) -> tuple[int, int]:
    end = text.find("\n", quote.end)
    return text.rfind("\n", 0, quote.start) + 1, end if end >= 0 else len(text)
