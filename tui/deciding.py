"""Deciding spans of an article: accepting, rejecting, moving edges, undoing; without Textual.

Each method is what a key does. It changes ``history`` or the place, and leaves in ``message`` what a person
should hear of it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from annotations import edits
from annotations.annotation import DONE, REJECTED, Annotation, Span
from annotations.article import Article
from annotations.bulk import Some, accept_some, paragraph_at
from annotations.errors import ChiosaError
from annotations.history import Edit, History
from annotations.language import _, n_
from annotations.scheme import Scheme
from tui.meter import Meter
from tui.reading import NO_TOKENS, Reading

_ENOUGH = 1000
"""Mentions that are counted after a decision: with tens of thousands the next key would have to wait."""
_MANY = ("accept all", "accept some", "same decision", "propose mentions")
"""Edits that are about more than one span."""


_SHORT = 24
"""Code points of a span's words in a message that says more, so that all of it is seen in 80 columns."""


class Deciding(Reading):
    """One editor's decisions on one article; ``read_only`` says why nothing may be changed, or is empty."""

    def __init__(self, article: Article, history: History, scheme: Scheme) -> None:
        super().__init__(article, history, scheme)
        self.read_only = ""
        self.meter = Meter()

    # ---- deciding ------------------------------------------------------------------------------------

    def accept(self) -> None:
        """Accept the current span and go on."""
        if span := self._wanted():
            self._decide(
                "accept", lambda a: edits.accept(a, span.id, self.scheme), span, _("{words} accepted")
            )

    def reject(self) -> None:
        """Reject the current span and go on."""
        if span := self._wanted():
            what = _("{words} deleted") if span.by_editor else _("{words} rejected")
            self._decide("reject", lambda a: edits.reject(a, span.id), span, what)

    def move(self, edge: str, step: int) -> None:
        """Move the ``start`` or the ``end`` of the selection, or of the current span, by one token."""
        if self.tokens is None:
            self.message = _(NO_TOKENS)
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
            self.message = _("a span keeps at least one word of the text")
        elif self._edit("move", lambda a: edits.move(a, span.id, *moved, self.scheme), span.id):
            changed = self.current
            assert changed is not None
            self.message = _("{words} accepted with this edge; u takes it back").format(
                words=self.named(changed)
            )

    def accept_all(self) -> None:
        """Accept everything that is undecided, as one step."""
        self._accept(Some(), "accept all")

    def accept_some(
        self, *, paragraph: bool = False, key: str | None = None, score: float | None = None
    ) -> None:
        """Accept what is undecided in the current paragraph, of the label with this key, or so probable."""
        label = self.scheme.by_key(key) if key else None
        if key and label is None:
            self.message = _("no label has the key {key}").format(key=key)
            return
        self._accept(self._some(paragraph, label.name if label else None, score), "accept some")

    def count_undecided(self, *, paragraph: bool = False, score: float | None = None) -> int:
        """How many `accept_some` would accept."""
        return len(self._some(paragraph, None, score).of(self.annotation))

    def _some(self, paragraph: bool, label: str | None, score: float | None) -> Some:
        span = self.current
        place = span.start if span is not None else self._place
        return Some(label, score, paragraph_at(self.article.text, place) if paragraph else None)

    def _accept(self, some: Some, name: str) -> None:
        count = len(some.of(self.annotation))
        if not count:
            self.message = _("nothing is undecided there") if some != Some() else _("nothing is undecided")
        elif self._edit(name, lambda a: accept_some(a, some), self.current_id or ""):
            if some != Some():
                self._walk_undecided()
            self.message = (
                n_(
                    "{n} accepted, {left} undecided: u takes it back",
                    "{n} accepted, {left} undecided: u takes it back",
                    count,
                    left=self.undecided,
                )
                if self.undecided
                else n_("{n} accepted: u takes it back", "{n} accepted: u takes it back", count)
            )

    def same_decision(self) -> None:
        """Decide the other mentions of the same words alike: those of the last decision, while offered."""
        span = self._meant()
        if span is None:
            return
        corrected = self._was_corrected(span)
        text, tokens = self.article.text, self.tokens
        others = len(edits.other_mentions(self.annotation, span, text, self.scheme, tokens))
        if not self._edit(
            "same decision", lambda a: edits.same_decision(a, span.id, text, self.scheme, tokens), span.id
        ):
            self.message = self.message or _("no other mention of {words} to decide").format(
                words=self.named(span)
            )
            return
        current = self.current
        if current is None or current.decided:
            self._walk_undecided()
        self.led_on = True
        named = self.named(span)
        if not others:
            self.message = _("{words} accepted; there is no other mention").format(words=named)
            return
        if corrected:
            self.message = n_(
                "{words} is {label}, and {n} more mention",
                "{words} is {label}, and {n} more mentions",
                others,
                words=named,
                label=span.label,
            )
            return
        self.message = (
            n_(
                "{words} rejected, and {n} more mention",
                "{words} rejected, and {n} more mentions",
                others,
                words=named,
            )
            if span.status == REJECTED
            else n_(
                "{words} accepted, and {n} more mention",
                "{words} accepted, and {n} more mentions",
                others,
                words=named,
            )
        )

    def propose_same(self) -> None:
        """Make the other mentions of the same words suggestions, to be decided one by one."""
        span = self._meant()
        if span is None:
            return
        from annotations.propagation import propose_mentions  # not on the way to the first screen

        before = len(self.annotation.spans)
        if self._edit(
            "propose mentions",
            lambda a: propose_mentions(a, span.id, self.article.text, self.scheme, self.tokens),
            span.id,
        ):
            count = len(self.annotation.spans) - before
            self.message = n_(
                "{n} mention of {words} proposed",
                "{n} mentions of {words} proposed",
                count,
                words=self.named(span),
            )
            if span.decided:
                self._place = span.start
                self._walk_undecided()
        else:
            self.message = self.message or _("no other mention of {words} to propose").format(
                words=self.named(span)
            )

    def undo(self) -> None:
        """Take back the last edit."""
        if self._may_edit():
            if not self.history.can_undo:
                self.message = _("nothing to undo")
                return
            edit = self.history.edits[self.history.position - 1]
            self.history = self.history.undo(self.scheme)
            self._land(_("undone: {edit} {words}"), edit)

    def follow(self, before: History) -> None:
        """Stay at a span after the history was changed from outside: at the next where it has gone."""
        if self.history is not before:
            self._on_my_own()
            self.selection = None
            if self.current is None:
                self.current_id = None
                self._go_to_start()

    def redo(self) -> None:
        """Do again what was undone last."""
        if self._may_edit():
            if not self.history.can_redo:
                self.message = _("nothing to redo")
                return
            edit = self.history.edits[self.history.position]
            self.history = self.history.redo(self.scheme)
            self._land(_("redone: {edit} {words}"), edit)

    def done(self, confirmed: bool = False) -> bool:
        """Mark the article done; with spans undecided, or none at all, only when that is confirmed."""
        if not self._may_edit():
            return False
        if self.annotation.state == DONE:
            return True
        if not confirmed and (self.undecided or not self.annotation.spans):
            self.message = (
                n_(
                    "{n} undecided: n goes there, E accepts all, d again leaves them open",
                    "{n} undecided: n goes there, E accepts all, d again leaves them open",
                    self.undecided,
                )
                if self.undecided
                else _("nothing is marked in this article: d again says that this is right")
            )
            return False
        return self._edit("done", lambda a: edits.set_state(a, DONE), self.current_id or "")

    # ---- inside --------------------------------------------------------------------------------------

    def _meant(self) -> Span | None:
        """The span whose other mentions are meant; not one that the last decision has only led on to."""
        if self.offer:
            return self.annotation.find(self.offer)
        if self.led_on and self.current is not None:
            self.message = _("no other mention: a, x or a digit decides {words}").format(
                words=self.named(self.current, 24)
            )
            return None
        return self._wanted()

    def _was_corrected(self, span: Span) -> bool:
        """Whether the last edit has given the span its label."""
        edit = self.history.edits[self.history.position - 1] if self.history.can_undo else None
        return edit is not None and edit.focus == span.id and edit.name in ("relabel", "add")

    def _wanted(self) -> Span | None:
        span = self.current
        if span is None:
            self.message = _("no span here: n goes to one, v makes one")
        return span

    def _may_edit(self) -> bool:
        if self.read_only:
            self.message = self.read_only
        return not self.read_only

    def _edit(self, name: str, edit: Callable[[Annotation], Annotation], focus: str) -> bool:
        """Apply an edit; False where it is refused, with the reason in the message, or changes nothing."""
        if not self._may_edit():
            return False
        self._on_my_own()
        before = self.history
        try:
            self.history = before.apply(name, edit(self.annotation), focus, spent=self.meter.spent)
        except edits.Collision as collision:
            other = collision.other
            self.message = _("collides with {label} {words}, which is {status}").format(
                label=other.label, words=self.named(other), status=_(other.status)
            )
            return False
        except ChiosaError as error:
            self.message = str(error)
            return False
        if self.history is not before:
            self.meter.reset()
        return self.history is not before

    def _decide(self, name: str, edit: Callable[[Annotation], Annotation], span: Span, what: str) -> None:
        """Apply a decision and go on; where it is refused, stay; where it was made before, just go on."""
        if self._edit(name, edit, span.id) or not self.message:
            self._go_on(span, what)

    def _go_on(self, span: Span, what: str) -> None:
        """Say what was done, offer the same for other mentions, and go to the next to decide."""
        decided = self.annotation.find(span.id)
        others, all_seen = self._other_mentions(decided) if decided else (0, True)
        label = decided.label if decided is not None else span.label
        self.message = what.format(words=self.named(span, _SHORT), label=label)
        if others:
            self.message += (
                n_("; t: the same for {n} more", "; t: the same for {n} more", others)
                if all_seen
                else _("; t: the same for all others")
            )
        self._place = span.start  # where to go on from, if the span itself is gone
        if not self._walk_undecided():
            if self.current is None:
                self._go_to_start()
            self.message += _("; nothing left to decide: d = done")
        self.led_on = self.current_id != span.id
        if others:
            self.offer = span.id

    def _other_mentions(self, span: Span) -> tuple[int, bool]:
        """On how many mentions the same decision would be made, and whether all of them were looked at."""
        found = edits.each_mention(self.annotation, span, self.article.text, self.scheme, self.tokens)
        looked = list(islice(found, _ENOUGH))
        return sum(mention is not None for mention in looked), len(looked) < _ENOUGH

    def _land(self, what: str, edit: Edit) -> None:
        """After undo or redo: to the span that the edit was about, if it is there."""
        self._on_my_own()
        self.selection = None
        self.letters = None
        span = self.annotation.find(edit.focus)
        words = self.named(span) if span is not None else ""
        if edit.name in _MANY:
            count = max(len(edit.added), len(edit.removed))
            words = n_("({n} span)", "({n} spans)", count)
        elif edit.name == "done":
            words = ""
        self.message = what.format(edit=_(edit.name), words=words).rstrip()
        if span is not None:
            self.current_id = span.id
        elif self.current is None or edit.focus:
            # the span went with this edit: to what comes after its place
            self._place = min((s.start for s in (*edit.removed, *edit.added)), default=0)
            self.current_id = None
            self._walk(1, lambda _: True)
