"""Reading an article: where the editor is, and how the keys that change nothing move; without Textual."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable

from annotations.annotation import REJECTED, SUGGESTED, Annotation, Span
from annotations.article import Article
from annotations.doubt import is_doubtful
from annotations.history import History
from annotations.language import N_, _
from annotations.letters import Letters
from annotations.scheme import Scheme
from annotations.tokens import Tokens
from tui.display import display_line

NO_TOKENS = N_("the words are still being counted: try again in a moment")

_SENTENCE_END = re.compile(r"[.!?…][»”\"')]*(?=\s|\Z)|\n")


class Reading:
    """One article with its history, and the editor's place in it.

    ``current_id`` is the span that the keys act on, ``selection`` the words being marked for a new one,
    ``match`` those that a search has found (offsets in code points), ``offer`` the id of the span whose
    decision ``t`` would make on other mentions. ``led_on`` says that a decision has led on to the current
    span, which the editor has not gone to. ``letters`` is the grid of letters while the editor insists on
    one, for the current span or the selection alone. ``message`` is what a person should hear of the last
    key.
    """

    def __init__(self, article: Article, history: History, scheme: Scheme) -> None:
        self.article = article
        self.scheme = scheme
        self.history = history
        self.tokens: Tokens | None = None
        self._current_id: str | None = None
        self.selection: tuple[int, int] | None = None
        self.match: tuple[int, int] | None = None
        self.offer: str | None = None
        self.message = ""
        self.letters: Letters | None = None
        self.led_on = False
        self.at_article_note = False
        self._place = 0
        self._places: tuple[tuple[int, int], ...] | None = None
        self._go_to_start()

    # ---- looking -------------------------------------------------------------------------------------

    @property
    def annotation(self) -> Annotation:
        """The present annotation."""
        return self.history.annotation

    @property
    def current_id(self) -> str | None:
        """The id of the span that the keys act on."""
        return self._current_id

    @current_id.setter
    def current_id(self, span_id: str | None) -> None:
        # edges go by letters for one span: at the next it would come as a surprise
        if span_id != self._current_id:
            self.letters = None
        self._current_id = span_id
        self.at_article_note = False

    @property
    def current(self) -> Span | None:
        """The span that the keys act on."""
        return self.annotation.find(self.current_id) if self.current_id else None

    @property
    def undecided(self) -> int:
        """How many spans wait for a decision."""
        return len(self.annotation.spans) - self.annotation.decided

    def number(self, span: Span) -> int:
        """A span's place among all of them, from 1."""
        return bisect_left(self.annotation.spans, span.order, key=lambda s: s.order) + 1

    def words(self, span: Span, length: int = 40) -> str:
        """A span's words, on one line, cut in the middle beyond ``length`` code points."""
        text, start, end = self.article.text, span.start, span.end
        if end - start <= length:
            return display_line(text[start:end])
        half = length // 2 - 1  # a quote can be megabytes long: only what is shown is looked at
        first, last = text[start : start + half], text[end - half : end]
        return f"{display_line(first).rstrip()}…{display_line(last).lstrip()}"

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Words of the article that may be worth a span; worked out when they are first asked for."""
        if self._places is None and self.tokens is not None:
            from tui.unmarked import places_of

            self._places = places_of(self.article.text, self.tokens)
        return self._places or ()

    @property
    def reported(self) -> frozenset[str]:
        """The ids of the spans that belong to the current quote: its cue, its source, the quote itself."""
        links_of = self.annotation.links_of
        quotes = {link.content for link in links_of(self.current_id or "")}
        return frozenset(
            quotes | {k.target for quote in quotes for k in links_of(quote) if k.content == quote}
        )

    @property
    def rivals(self) -> tuple[Span, ...]:
        """What others see where the editor is, and is not in the annotation; looks like a suggestion."""
        return ()

    # ---- moving --------------------------------------------------------------------------------------

    def next_to_decide(self, step: int = 1) -> None:
        """To the next (or, with -1, the previous) undecided span, round the end of the article."""
        if not self._walk_undecided(step):
            self.message = (
                _("nothing left to decide: d = done")
                if self.annotation.spans
                else _("no spans yet: v marks one")
            )

    def next_doubtful(self, step: int = 1) -> None:
        """To the next (or previous) suggestion of low probability, or on which two suggesters disagree."""
        if self._walk(step, lambda span: is_doubtful(self.annotation, span)):
            span = self.current
            if span is not None and span.id in self.annotation.disputed:
                self.message = _("another suggester sees {words} otherwise").format(words=self.named(span))
        else:
            self.message = _("no doubtful suggestions here")

    def next_noted(self, step: int = 1) -> None:
        """To the next (or previous) flag or note: of the article, which comes first, or of a span."""
        noted = {note.target for note in self.annotation.notes}
        number = {span.id: at for at, span in enumerate(self.annotation.spans) if span.id in noted}
        stops = [*([("", -1.0)] if "" in noted else []), *number.items()]
        if not stops:
            self.message = _("no flags and no notes here: b flags, y writes a note")
            return
        here = -1.0 if self.at_article_note else self._number
        later = [stop for stop, at in stops if at > here]
        earlier = [stop for stop, at in stops if at < here]
        target = (later or [stops[0][0]])[0] if step > 0 else (earlier or [stops[-1][0]])[-1]
        self.go_to(target or None)
        self.at_article_note = not target
        words = display_line(self.annotation.note(target).words)
        if target:
            self.message = words or _("flagged")
        else:
            self.message = _("on the article: {words}").format(words=words or _("a flag"))

    @property
    def _number(self) -> float:
        """The place of the current span among all, or one between two where there is none."""
        spans = self.annotation.spans
        here = next((at for at, span in enumerate(spans) if span.id == self.current_id), None)
        return bisect_left(spans, self._place, key=lambda s: s.start) - 0.5 if here is None else here

    def next_span(self, step: int = 1) -> None:
        """To the next (or previous) span of any status."""
        self._walk(step, lambda _: True)

    def named(self, span: Span, length: int = 40) -> str:
        """A span's words between marks, unless they begin with some."""
        words = self.words(span, length)
        return words if words[:1] in "\"«“„‘'‹" else f"«{words}»"

    def go_to(self, span_id: str | None) -> None:
        """To a span."""
        self.current_id = span_id
        self._on_my_own()
        self.match = None

    def span_at(self, offset: int) -> Span | None:
        """The innermost span over an offset; rejected ones only where there is no other."""
        here = [s for s in self.annotation.spans if s.start <= offset < s.end]
        return min(here, key=lambda s: (s.status == REJECTED, s.end - s.start), default=None)

    def _on_my_own(self) -> None:
        """The editor goes somewhere: what the last decision offered is over."""
        self.offer = None
        self.led_on = False

    def _walk(self, step: int, wanted: Callable[[Span], bool]) -> bool:
        self._on_my_own()
        self.match = None
        spans = self.annotation.spans
        if not spans:
            self.current_id = None
            return False
        current = self.current
        if current is not None:
            here = self.number(current) - 1
        else:
            # from where a search has led, if it led to no span
            here = bisect_left(spans, self._place, key=lambda s: s.start) - (1 if step > 0 else 0)
        for k in range(1, len(spans) + 1):
            span = spans[(here + step * k) % len(spans)]
            if wanted(span):
                self.current_id = span.id
                return True
        return False

    def _walk_undecided(self, step: int = 1) -> bool:
        """To the next (or previous) span that waits for a decision; False where there is none."""
        return self._walk(step, lambda span: span.status == SUGGESTED)

    def _go_to_start(self) -> None:
        """To the first undecided span after the last edit, else to the first span."""
        position = self.history.position
        if position:
            self.current_id = self.history.edits[position - 1].focus
        if self.current is None:
            self.current_id = None
        if self.current is None or self.current.decided:
            self._walk_undecided()
        if self.current is None and self.annotation.spans:
            self.current_id = self.annotation.spans[0].id

    # ---- marking -------------------------------------------------------------------------------------

    def select(self, offset: int) -> None:
        """Begin a new span: at the last match of a search, else with the token at an offset."""
        if self.tokens is None or not len(self.tokens):
            self.message = _(NO_TOKENS)
            return
        found = self.tokens.snap(*self.match) if self.match else None
        self.selection = found or self.tokens[self.tokens.at(offset)]
        self.match = None
        self.letters = None
        self._on_my_own()

    def leave_selection(self) -> None:
        """Make no span after all."""
        self.selection = None
        self.letters = None

    def shift_selection(self, step: int) -> None:
        """Put the selection on the next or previous token."""
        if self.selection and self.tokens:
            start, end = self.selection
            index = self.tokens.at(end - 1 if step > 0 else start) + step
            self.selection = self.tokens[max(0, min(index, len(self.tokens) - 1))]

    def select_at(self, offset: int) -> None:
        """Put the selection on the token at an offset."""
        if self.tokens:
            self.selection = self.tokens[self.tokens.at(offset)]

    def select_sentence(self) -> None:
        """Grow the selection to the sentences it touches."""
        if self.selection is None or self.tokens is None:
            return
        text, (start, end) = self.article.text, self.selection
        floor = text.rfind("\n", 0, start) + 1
        for match in _SENTENCE_END.finditer(text, floor, start):
            floor = match.end()
        behind = _SENTENCE_END.search(text, max(start, end - 1))
        self.selection = (
            self.tokens.snap(floor, behind.start() + 1 if behind else len(text)) or self.selection
        )

    def select_marks(self) -> None:
        """Grow the selection to the quotation marks around it, those included; once more to the next."""
        if self.selection is None or self.tokens is None:
            return
        from annotations.quoting import quote_around

        found = quote_around(self.article.text, *self.selection)
        if found is None:
            self.message = _("no quotation marks around these words")
            return
        self.selection = self.tokens.snap(*found) or self.selection

    def toggle_letters(self) -> None:
        """Move edges by letters from now on, or by words again."""
        self.letters = Letters(self.article.text) if self.letters is None else None
        self.message = (
            _("edges by letters: the export tells which cut a word; z: by words again")
            if self.letters
            else _("edges move by words again")
        )

    # ---- searching -----------------------------------------------------------------------------------

    def search(self, words: str, after: int) -> bool:
        """Find words, in any case, from an offset on, round the end; a span there becomes the current one."""
        text, wanted = self.article.text.casefold(), words.casefold()
        if len(text) != len(self.article.text):  # «ß» and a few others grow when folded
            text, wanted = self.article.text.lower(), words.lower()
            if len(text) != len(self.article.text):
                text, wanted = self.article.text, words
        at = text.find(wanted, after)
        if at < 0:
            at = text.find(wanted)
        if not words or at < 0:
            self.match = None
            return False
        self.match = (at, at + len(wanted))
        self._place = at
        here = [s for s in self.annotation.spans if s.overlaps(*self.match) and s.status != REJECTED]
        inner = min(here, key=lambda s: s.end - s.start, default=None)
        self.current_id = inner.id if inner is not None else None
        self._on_my_own()
        return True

    # ---- inside --------------------------------------------------------------------------------------

    def _moved(self, bounds: tuple[int, int], edge: str, step: int) -> tuple[int, int] | None:
        tokens, (start, end) = self.letters or self.tokens, bounds
        assert tokens is not None
        if edge == "end":
            new = tokens.end_after(end) if step > 0 else tokens.end_before(end)
            return (start, new) if new is not None and new > start else None
        new = tokens.start_after(start) if step > 0 else tokens.start_before(start)
        return (new, end) if new is not None and new < end else None
