"""The edits of an annotation in their order: undo, redo, and what the store keeps of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from annotations.annotation import IN_PROGRESS, NEW, STATES, SUGGESTED, Annotation, Link, Note, Span, changes
from annotations.language import _
from annotations.scheme import ENTITIES, Scheme
from annotations.span_index import SpanIndex

_MOST = 1e12
"""More keys and seconds than anybody spends on an edit."""


class Edit(Struct, frozen=True):
    """One step: what it took out and what it put in, so that it can be undone and done again.

    ``at`` is the time in UTC, ISO 8601 with milliseconds. ``focus`` is the id of the span that the editor
    was at. ``keys`` and ``seconds`` are what the editor spent on it since the edit before, long pauses left
    out.
    """

    name: str
    at: str
    removed: tuple[Span, ...] = ()
    added: tuple[Span, ...] = ()
    unlinked: tuple[Link, ...] = ()
    linked: tuple[Link, ...] = ()
    state_before: str = NEW
    state_after: str = NEW
    focus: str = ""
    unnoted: tuple[Note, ...] = ()
    noted: tuple[Note, ...] = ()
    keys: int = 0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The edit as the store keeps it."""
        return {
            "name": self.name, "at": self.at, "focus": self.focus,
            "removed": [s.to_dict() for s in self.removed], "added": [s.to_dict() for s in self.added],
            "unlinked": [k.to_dict() for k in self.unlinked], "linked": [k.to_dict() for k in self.linked],
            "state": [self.state_before, self.state_after],
            "unnoted": [n.to_dict() for n in self.unnoted], "noted": [n.to_dict() for n in self.noted],
            "keys": self.keys, "seconds": self.seconds,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Edit:
        """The inverse of `to_dict`.

        Raises:
            ValueError: a value is of the wrong kind.
        """
        keys, seconds = data["keys"], data["seconds"]
        if not (
            all(isinstance(number, int | float) and 0 <= number <= _MOST for number in (keys, seconds))
            and all(state in STATES for state in data["state"])
        ):
            raise ValueError(_("an edit has values of the wrong kind"))
        return cls(
            name=str(data["name"]),
            at=str(data["at"]),
            removed=tuple(Span.from_dict(s) for s in data["removed"]),
            added=tuple(Span.from_dict(s) for s in data["added"]),
            unlinked=tuple(Link.from_dict(k) for k in data["unlinked"]),
            linked=tuple(Link.from_dict(k) for k in data["linked"]),
            state_before=data["state"][0],
            state_after=data["state"][1],
            focus=str(data["focus"]),
            unnoted=tuple(Note.from_dict(n) for n in data["unnoted"]),
            noted=tuple(Note.from_dict(n) for n in data["noted"]),
            keys=int(keys),
            seconds=float(seconds),
        )


class History(Struct, frozen=True):
    """The present annotation with the edits that led to it; ``edits[position:]`` are undone."""

    annotation: Annotation
    edits: tuple[Edit, ...] = ()
    position: int = 0

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to do again."""
        return self.position < len(self.edits)

    def apply(
        self,
        name: str,
        new: Annotation,
        focus: str = "",
        at: str | None = None,
        spent: tuple[int, float] = (0, 0.0),
    ) -> History:
        """The history with one more edit, which led to ``new``; edits that were undone are forgotten.

        ``spent`` are the keys and the seconds that the editor spent on it.

        A first edit takes a new article into progress. Where ``new`` changes nothing, no edit is made.
        """
        old = self.annotation
        if new.state == NEW and (new.spans, new.links) != (old.spans, old.links):
            new = new.with_state(IN_PROGRESS)
        if (new.spans, new.links, new.notes, new.state) == (old.spans, old.links, old.notes, old.state):
            return self
        removed, added = changes(old.spans, new.spans)
        unlinked, linked = changes(old.links, new.links)
        unnoted, noted = changes(old.notes, new.notes)
        edit = Edit(
            name,
            at or now(),
            tuple(removed),
            tuple(added),
            tuple(unlinked),
            tuple(linked),
            old.state,
            new.state,
            focus,
            tuple(unnoted),
            tuple(noted),
            spent[0],
            round(spent[1], 1),
        )
        return History(new, (*self.edits[: self.position], edit), self.position + 1)

    def undo(self, scheme: Scheme) -> History:
        """The history one edit earlier; itself when there is nothing to undo."""
        if not self.can_undo:
            return self
        edit = self.edits[self.position - 1]
        before = _restore(self.annotation, edit.added, edit.removed, edit.linked, edit.unlinked, scheme)
        before = _annotated(before, edit.noted, edit.unnoted)
        before = before.with_state(edit.state_before)
        return replace(self, annotation=before, position=self.position - 1)

    def redo(self, scheme: Scheme) -> History:
        """The history one edit later; itself when nothing was undone."""
        if not self.can_redo:
            return self
        edit = self.edits[self.position]
        after = _restore(self.annotation, edit.removed, edit.added, edit.unlinked, edit.linked, scheme)
        after = _annotated(after, edit.unnoted, edit.noted)
        after = after.with_state(edit.state_after)
        return replace(self, annotation=after, position=self.position + 1)

    def absorb(self, annotation: Annotation) -> History:
        """The history with suggestions merged in: no edit of anyone's, so undo passes over it."""
        return replace(self, annotation=annotation)


def now() -> str:
    """The present time in UTC as ISO 8601 with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _restore(
    annotation: Annotation,
    out: tuple[Span, ...],
    back: tuple[Span, ...],
    unlink: tuple[Link, ...],
    relink: tuple[Link, ...],
    scheme: Scheme,
) -> Annotation:
    """Take spans and links out and put others back; suggestions that came since then give way."""
    ids = {s.id for s in out} | {s.id for s in back}
    near = SpanIndex(sorted(back, key=lambda s: s.order))
    first, last = min((s.start for s in back), default=0), max((s.end for s in back), default=0)
    intruders = [
        s.id
        for s in annotation.over(first, last)
        if s.status == SUGGESTED
        and s.id not in ids
        and any(_clash(s, b, scheme) for b in near.over(s.start, s.end))
    ]
    changed = annotation.with_spans([*ids, *intruders], back)
    ends = [k for k in relink if changed.find(k.content) and changed.find(k.target)]
    return changed.with_links(remove=unlink, add=ends)


def _annotated(annotation: Annotation, out: tuple[Note, ...], back: tuple[Note, ...]) -> Annotation:
    return annotation.with_notes(out, [n for n in back if not n.target or annotation.find(n.target)])


def _clash(suggestion: Span, span: Span, scheme: Scheme) -> bool:
    if span.status == "rejected" or not suggestion.overlaps(span.start, span.end):
        return (suggestion.start, suggestion.end, suggestion.label) == (span.start, span.end, span.label)
    if scheme.layer(suggestion.label) == ENTITIES:
        return scheme.layer(span.label) == ENTITIES
    return (suggestion.start, suggestion.end, suggestion.label) == (span.start, span.end, span.label)
