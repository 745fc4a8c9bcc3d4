"""A review in progress: the article, its history, and where the editor is; without Textual.

Each method is what a key does. It changes ``history`` or the place, and leaves in ``message`` what a person
should hear of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from annotations import edits
from annotations.annotation import DONE, REJECTED, SUGGESTED, Annotation, Proposal, Span
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.history import Edit, History
from annotations.scheme import CONTENT, ROLES, Scheme
from annotations.suggestions import merge
from annotations.tokens import Tokens
from tui.display import display_line

NO_TOKENS = "the words are still being counted: try again in a moment"


@dataclass(frozen=True, slots=True)
class Offer:
    """The decision just made on a span, which ``t`` can make on other mentions of its words."""

    span_id: str
    others: int


class Review:
    """One editor's review of one article."""

    def __init__(self, article: Article, history: History, scheme: Scheme) -> None:
        self.article = article
        self.scheme = scheme
        self.history = history
        self.tokens: Tokens | None = None
        self.current_id: str | None = None
        self.selection: tuple[int, int] | None = None
        self.match: tuple[int, int] | None = None
        self.offer: Offer | None = None
        self.message = ""
        self.read_only = ""
        self._place = 0
        self._go_to_start()

    # ---- looking -------------------------------------------------------------------------------------

    @property
    def annotation(self) -> Annotation:
        """The present annotation."""
        return self.history.annotation

    @property
    def current(self) -> Span | None:
        """The span that the keys act on."""
        return self.annotation.find(self.current_id) if self.current_id else None

    @property
    def undecided(self) -> int:
        """How many spans wait for a decision."""
        return len(self.annotation.spans) - self.annotation.decided

    def words(self, span: Span, length: int = 40) -> str:
        """A span's words, on one line, cut in the middle beyond ``length`` code points."""
        words = display_line(self.article.text[span.start : span.end])
        if len(words) <= length:
            return words
        return f"{words[: length // 2 - 1].rstrip()}…{words[-(length // 2 - 1) :].lstrip()}"

    # ---- moving --------------------------------------------------------------------------------------

    def next_to_decide(self, step: int = 1) -> None:
        """To the next (or, with -1, the previous) undecided span, round the end of the article."""
        if not self._walk(step, lambda span: span.status == SUGGESTED):
            self.message = (
                "nothing left to decide: d = done" if self.annotation.spans else "no spans yet: v marks one"
            )

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
        self.offer = None
        self.match = None

    def span_at(self, offset: int) -> Span | None:
        """The innermost span over an offset; rejected ones only where there is no other."""
        here = [s for s in self.annotation.spans if s.start <= offset < s.end]
        return min(here, key=lambda s: (s.status == REJECTED, s.end - s.start), default=None)

    def _walk(self, step: int, wanted: Callable[[Span], bool]) -> bool:
        self.offer = None
        self.match = None
        spans = self.annotation.spans
        if not spans:
            self.current_id = None
            return False
        here = next((i for i, s in enumerate(spans) if s.id == self.current_id), None)
        if here is None:
            # from where a search has led, if it led to no span
            here = bisect_left(spans, self._place, key=lambda s: s.start) - (1 if step > 0 else 0)
        for k in range(1, len(spans) + 1):
            span = spans[(here + step * k) % len(spans)]
            if wanted(span):
                self.current_id = span.id
                return True
        return False

    def _go_to_start(self) -> None:
        """To the first undecided span after the last edit, else to the first span."""
        position = self.history.position
        if position:
            self.current_id = self.history.edits[position - 1].focus
        if self.current is None:
            self.current_id = None
        if self.current is None or self.current.decided:
            self._walk(1, lambda span: span.status == SUGGESTED)
        if self.current is None and self.annotation.spans:
            self.current_id = self.annotation.spans[0].id

    # ---- deciding ------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Accept the current span and go on."""
        if span := self._wanted():
            self._decide("accept", lambda a: edits.accept(a, span.id, self.scheme), span, "accepted")

    def reject(self) -> None:
        """Reject the current span and go on."""
        if span := self._wanted():
            what = "deleted" if span.by_editor else "rejected"
            self._decide("reject", lambda a: edits.reject(a, span.id), span, what)

    def set_label(self, key: str) -> None:
        """Label the selection, or relabel the current span, by a digit, and go on."""
        label = self.scheme.by_key(key)
        if label is None:
            keys = ", ".join(entry.key for entry in self.scheme.labels)
            self.message = f"no label has the key {key}; the labels have {keys}"
            return
        if self.selection is not None:
            self._label_selection(label.name)
            return
        if span := self._wanted():
            same = span.label == label.name
            self._decide(
                "accept" if same else "relabel",
                lambda a: edits.relabel(a, span.id, label.name, self.scheme),
                span,
                "accepted" if same else f"is now {label.name}",
            )

    def move(self, edge: str, step: int) -> None:
        """Move the ``start`` or the ``end`` of the selection, or of the current span, by one token."""
        if self.tokens is None:
            self.message = NO_TOKENS
            return
        if self.selection is not None:
            moved = self._moved(self.selection, edge, step)
            if moved:
                self.selection = moved
            return
        span = self._wanted()
        if span is None:
            return
        moved = self._moved((span.start, span.end), edge, step)
        if moved is None:
            self.message = "a span keeps at least one word of the text"
        elif self._edit("move", lambda a: edits.move(a, span.id, *moved, self.scheme), span.id):
            changed = self.current
            assert changed is not None
            self.message = f"{self.named(changed)} accepted with this edge; u takes it back"

    def accept_all(self) -> None:
        """Accept everything that is undecided, as one step."""
        count = self.undecided
        if not count:
            self.message = "nothing is undecided"
        elif self._edit("accept all", lambda a: edits.accept_all(a, self.scheme), self.current_id or ""):
            self.message = f"{count} accepted: u takes it back"

    def same_decision(self) -> None:
        """Decide the other mentions of the same words alike: those of the last decision, while offered."""
        span = self.annotation.find(self.offer.span_id) if self.offer else self._wanted()
        if span is None:
            return
        others = len(edits.other_mentions(self.annotation, span, self.article.text, self.scheme, self.tokens))
        text, tokens = self.article.text, self.tokens
        if not self._edit(
            "same decision", lambda a: edits.same_decision(a, span.id, text, self.scheme, tokens), span.id
        ):
            self.message = self.message or f"no other mention of {self.named(span)} to decide"
            return
        status = "rejected" if span.status == REJECTED else "accepted"
        current = self.current
        if current is None or current.decided:
            self._walk(1, lambda s: s.status == SUGGESTED)
        self.message = f"{self.named(span)} {status}, and {others} more mention{'s' * (others != 1)}"

    def undo(self) -> None:
        """Take back the last edit."""
        if self._may_edit():
            if not self.history.can_undo:
                self.message = "nothing to undo"
                return
            edit = self.history.edits[self.history.position - 1]
            self.history = self.history.undo(self.scheme)
            self._land("undone", edit)

    def redo(self) -> None:
        """Do again what was undone last."""
        if self._may_edit():
            if not self.history.can_redo:
                self.message = "nothing to redo"
                return
            edit = self.history.edits[self.history.position]
            self.history = self.history.redo(self.scheme)
            self._land("redone", edit)

    def done(self, confirmed: bool = False) -> bool:
        """Mark the article done; with spans undecided, or none at all, only when that is confirmed."""
        if not self._may_edit():
            return False
        if self.annotation.state == DONE:
            return True
        if not confirmed and (self.undecided or not self.annotation.spans):
            self.message = (
                f"{self.undecided} undecided: n goes there, E accepts all, d again leaves them open"
                if self.undecided
                else "nothing is marked in this article: d again says that this is right"
            )
            return False
        return self._edit("done", lambda a: edits.set_state(a, DONE), self.current_id or "")

    # ---- quotes --------------------------------------------------------------------------------------

    def quote(self) -> Span | None:
        """The quote meant by the current span: itself, or the one that it is the cue or source of."""
        span = self._wanted()
        if span is None or not self._may_edit():
            return None
        if self.tokens is None:
            self.message = NO_TOKENS
            return None
        missing = [role for role in ROLES.values() if role not in self.scheme]
        if missing:
            self.message = f"the scheme has no label {missing[0]}"
            return None
        if span.label == CONTENT:
            return span
        # The name of a speaker is a PER span and a SOURCE span at once: either leads to the quote.
        for role in self.annotation.spans:
            if role.label in ROLES.values() and (role.start, role.end) == (span.start, span.end):
                contents = self.annotation.contents_of(role.id)
                if contents:
                    return contents[0]
        around = [s for s in self.annotation.spans if s.label == CONTENT and s.overlaps(span.start, span.end)]
        if around:
            return around[0]
        self.message = f"go to a quote first ({CONTENT}): its source and cue are chosen from there"
        return None

    def link(self, content: Span, kind: str, target: tuple[int, int] | None) -> None:
        """Link a quote to the words that are its ``source`` or ``cue``; None says that it has none."""
        if target is None:
            changed = self._edit(
                f"no {kind}", lambda a: edits.link(a, content.id, kind, None, self.scheme), content.id
            )
            self.message = f"the quote has no {kind}" if changed else self.message or f"it had no {kind}"
        elif self._edit(
            kind, lambda a: edits.link_words(a, content.id, kind, *target, self.scheme), content.id
        ):
            self.message = f"{kind}: «{display_line(self.article.text[slice(*target)])}»"

    # ---- selecting -----------------------------------------------------------------------------------

    def select(self, offset: int) -> None:
        """Begin a new span: at the last match of a search, else with the token at an offset."""
        if not self._may_edit():
            return
        if self.tokens is None or not len(self.tokens):
            self.message = NO_TOKENS
            return
        found = self.tokens.snap(*self.match) if self.match else None
        self.selection = found or self.tokens[self.tokens.at(offset)]
        self.match = None
        self.offer = None

    def leave_selection(self) -> None:
        """Make no span after all."""
        self.selection = None

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

    def _label_selection(self, label: str) -> None:
        assert self.selection is not None
        start, end = self.selection
        made: list[str] = []

        def add(annotation: Annotation) -> Annotation:
            changed, span_id = edits.add(annotation, start, end, label, self.scheme)
            made.append(span_id)
            return changed

        span_id = f"s{self.annotation.next_id}"
        if self._edit("add", add, span_id):
            self.selection = None
            span = self.annotation.find(made[-1])
            assert span is not None
            self.current_id = span.id
            self._go_on(span, f"is now {label}")
        elif not self.message:
            self.selection = None
            self.current_id = made[-1]
            self.message = f"it is {label} already"

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
        self.offer = None
        return True

    # ---- suggestions ---------------------------------------------------------------------------------

    def merge(self, suggester: str, proposal: Proposal) -> None:
        """Take in what a suggester proposes; nothing that is decided changes."""
        had_spans = bool(self.annotation.spans)
        self.history = self.history.absorb(merge(self.annotation, proposal, self.scheme, suggester))
        if self.current is None:
            self.current_id = None
            if not had_spans or not self.selection:
                self._go_to_start()

    # ---- inside --------------------------------------------------------------------------------------

    def _wanted(self) -> Span | None:
        span = self.current
        if span is None:
            self.message = "no span here: n goes to one, v makes one"
        return span

    def _may_edit(self) -> bool:
        if self.read_only:
            self.message = self.read_only
        return not self.read_only

    def _edit(self, name: str, edit: Callable[[Annotation], Annotation], focus: str) -> bool:
        """Apply an edit; False where it is refused, with the reason in the message, or changes nothing."""
        if not self._may_edit():
            return False
        self.offer = None
        before = self.history
        try:
            self.history = before.apply(name, edit(self.annotation), focus)
        except edits.Collision as collision:
            other = collision.other
            self.message = f"collides with {other.label} {self.named(other)}, which is {other.status}"
            return False
        except ChiosaError as error:
            self.message = str(error)
            return False
        return self.history is not before

    def _decide(self, name: str, edit: Callable[[Annotation], Annotation], span: Span, what: str) -> None:
        """Apply a decision and go on; where it is refused, stay; where it was made before, just go on."""
        if self._edit(name, edit, span.id) or not self.message:
            self._go_on(span, what)

    def _go_on(self, span: Span, what: str) -> None:
        """Say what was done, offer the same for other mentions, and go to the next to decide."""
        decided = self.annotation.find(span.id)
        text, scheme = self.article.text, self.scheme
        others = (
            len(edits.other_mentions(self.annotation, decided, text, scheme, self.tokens)) if decided else 0
        )
        self.message = f"{self.named(span)} {what}"
        if not self._walk(1, lambda s: s.status == SUGGESTED):
            if self.current is None:
                self._go_to_start()
            self.message += "; nothing left to decide: d = done"
        if others:
            self.offer = Offer(span.id, others)
            self.message += f"; t: the same for {others} more"

    def _land(self, what: str, edit: Edit) -> None:
        """After undo or redo: to the span that the edit was about, if it is there."""
        self.offer = None
        self.selection = None
        self.message = f"{what}: {edit.name}"
        span = self.annotation.find(edit.focus)
        if span is not None:
            self.current_id = span.id
            self.message += f" {self.named(span)}"
        elif self.current is None:
            self.current_id = None
            self._walk(1, lambda _: True)

    def _moved(self, bounds: tuple[int, int], edge: str, step: int) -> tuple[int, int] | None:
        tokens, (start, end) = self.tokens, bounds
        assert tokens is not None
        if edge == "end":
            new = tokens.end_after(end) if step > 0 else tokens.end_before(end)
            return (start, new) if new is not None and new > start else None
        new = tokens.start_after(start) if step > 0 else tokens.start_before(start)
        return (new, end) if new is not None and new < end else None
