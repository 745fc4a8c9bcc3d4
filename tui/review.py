"""A review in progress: the decisions that an editor makes on an article; without Textual.

Each method is what a key does. It changes ``history`` or the place, and leaves in ``message`` what a person
should hear of it.
"""

from __future__ import annotations

from collections.abc import Callable

from annotations import edits
from annotations.annotation import DONE, REJECTED, SUGGESTED, Annotation, Proposal, Span
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.history import Edit, History
from annotations.scheme import CONTENT, ROLES, Scheme
from annotations.suggestions import merge
from tui.display import display_line
from tui.reading import NO_TOKENS, Reading


class Review(Reading):
    """One editor's review of one article; ``read_only`` says why nothing may be changed, or is empty."""

    def __init__(self, article: Article, history: History, scheme: Scheme) -> None:
        super().__init__(article, history, scheme)
        self.read_only = ""

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
        span = self.annotation.find(self.offer) if self.offer else self._wanted()
        if span is None:
            return
        others = self._other_mentions(span)
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

    def quote(self, kind: str) -> Span | None:
        """The quote whose ``source`` or ``cue`` is to be chosen: the current span, or the one it reports."""
        span = self._wanted()
        if span is None or not self._may_edit():
            return None
        if self.tokens is None:
            self.message = NO_TOKENS
            return None
        if ROLES[kind] not in self.scheme:
            self.message = f"the scheme has no label {ROLES[kind]}"
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

    # ---- new spans -----------------------------------------------------------------------------------

    def select(self, offset: int) -> None:
        """Begin a new span, if this article may be changed."""
        if self._may_edit():
            super().select(offset)

    def _label_selection(self, label: str) -> None:
        assert self.selection is not None
        start, end = self.selection
        words = (start, end, label)
        twin = next((s.id for s in self.annotation.spans if (s.start, s.end, s.label) == words), None)
        span_id = twin or f"s{self.annotation.next_id}"
        if self._edit("add", lambda a: edits.add(a, start, end, label, self.scheme)[0], span_id):
            self.selection = None
            self.current_id = span_id
            span = self.current
            assert span is not None
            self._go_on(span, f"is now {label}")
        elif not self.message:
            self.selection = None
            self.current_id = span_id
            self.message = f"it is {label} already"

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
        others = self._other_mentions(decided) if decided else 0
        self.message = f"{self.named(span)} {what}"
        self._place = span.start  # where to go on from, if the span itself is gone
        if not self._walk(1, lambda s: s.status == SUGGESTED):
            if self.current is None:
                self._go_to_start()
            self.message += "; nothing left to decide: d = done"
        if others:
            self.offer = span.id
            self.message += f"; t: the same for {others} more"

    def _other_mentions(self, span: Span) -> int:
        """How many mentions the same decision would be made on."""
        text, tokens = self.article.text, self.tokens
        return len(edits.other_mentions(self.annotation, span, text, self.scheme, tokens))

    def _land(self, what: str, edit: Edit) -> None:
        """After undo or redo: to the span that the edit was about, if it is there."""
        self.offer = None
        self.selection = None
        self.message = f"{what}: {edit.name}"
        span = self.annotation.find(edit.focus)
        if span is not None:
            self.current_id = span.id
            self.message += f" {self.named(span)}"
        elif self.current is None or edit.focus:
            # the span went with this edit: to what comes after its place
            self._place = min((s.start for s in (*edit.removed, *edit.added)), default=0)
            self.current_id = None
            self._walk(1, lambda _: True)
