"""The annotation: a plain immutable value of spans and of links between them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from functools import cached_property
from itertools import compress, count
from operator import attrgetter, eq
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta as Limits
from msgspec import Struct
from msgspec.structs import replace

from annotations.language import N_, _
from annotations.span_index import SpanIndex

SUGGESTED = N_("suggested")
ACCEPTED = N_("accepted")
REJECTED = N_("rejected")
STATUSES = (SUGGESTED, ACCEPTED, REJECTED)

NEW = N_("new")
IN_PROGRESS = N_("in progress")
DONE = N_("done")
STATES = (NEW, IN_PROGRESS, DONE)

KINDS = (N_("cue"), N_("source"))
"""What a link can lead from a quote to."""

_BLOCK = 256
_FEW = 32
"""Spans that are put into their places one by one; more are sorted in with all the others."""
FURTHEST = 1 << 40
"""An offset beyond any text; numbers larger by far do not fit what counts with them."""
EDITOR = "editor:"
"""Prefix of the origin of a span that a person made; the annotator's name follows."""


Value = TypeVar("Value")
_start = attrgetter("start")
Offset = Annotated[int, Limits(ge=0, le=FURTHEST)]
Score = Annotated[float, Limits(ge=-FURTHEST, le=FURTHEST)]
if TYPE_CHECKING:
    Status = str
else:  # what reads spans from a file sees that it is one of them, and keeps that very string
    Status = Literal[STATUSES]


class Span(Struct, frozen=True, gc=False):
    """Words of an article with a label.

    ``start`` and ``end`` are offsets in code points, end exclusive. ``origin`` tells who proposed it:
    ``model:<name>@<version>``, ``rule:<name>`` or ``editor:<annotator>``; ``score`` is a probability from
    0 to 1 or None.
    """

    id: str
    start: Offset
    end: Offset
    label: str
    status: Status
    origin: str = ""
    score: Score | None = None

    @property
    def decided(self) -> bool:
        """Whether an editor has accepted or rejected it."""
        return self.status != SUGGESTED

    @property
    def by_editor(self) -> bool:
        """Whether a person made it, and not a suggester."""
        return self.origin.startswith(EDITOR)

    @property
    def order(self) -> tuple[int, int, str, str]:
        """Reading order: by start, the longer first."""
        return (self.start, -self.end, self.label, self.id)

    def overlaps(self, start: int, end: int) -> bool:
        """Whether it shares a code point with ``[start, end)``."""
        return self.start < end and start < self.end

    def to_dict(self) -> dict[str, Any]:
        """The span as in ``show --json``."""
        return {
            "id": self.id, "start": self.start, "end": self.end, "label": self.label,
            "status": self.status, "origin": self.origin, "score": self.score,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Span:
        """The inverse of `to_dict`.

        Raises:
            ValueError: a value is missing or of the wrong kind, as in a file that somebody else has written.
        """
        span = msgspec.convert(data, cls)
        if span.start >= span.end:
            raise ValueError(_("a span ends before it begins"))
        return span


def in_reading_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans by `Span.order`; tens of thousands that are in that order already cost little."""
    found = sorted(spans, key=_start)
    starts = [span.start for span in found]
    for at in compress(count(1), map(eq, starts, starts[1:])):
        # of those that begin at one place, of which there are few, each is put before the later ones
        while at and found[at - 1].start == found[at].start and found[at].order < found[at - 1].order:
            found[at - 1], found[at] = found[at], found[at - 1]
            at -= 1
    return tuple(found)


class Link(msgspec.Struct, frozen=True, order=True, gc=False, rename={"content": "from", "target": "to"}):
    """From a CONTENT span to the CUE or SOURCE span it was reported by, by their ids."""

    content: str
    kind: str
    target: str

    def to_dict(self) -> dict[str, str]:
        """The link as in ``show --json``."""
        return {"kind": self.kind, "from": self.content, "to": self.target}

    @classmethod
    def from_dict(cls, data: dict[str, str]) -> Link:
        """The inverse of `to_dict`.

        Raises:
            ValueError: a value is missing or of the wrong kind.
        """
        return msgspec.convert(data, cls)


class Note(Struct, frozen=True, order=True, gc=False):
    """A remark of the editor's on a span, by its id, or on the article, where ``target`` is empty.

    ``flagged`` marks a place to come back to; ``words`` may be empty then.
    """

    target: str
    flagged: bool = False
    words: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The note as the store keeps it."""
        return {"target": self.target, "flagged": self.flagged, "words": self.words}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Note:
        """The inverse of `to_dict`.

        Raises:
            ValueError: a value is missing or of the wrong kind.
        """
        return msgspec.convert(data, cls)


class Proposal(Struct, frozen=True):
    """What suggesters propose for a text: spans, and links by the ids that the spans have here.

    ``disputed`` are the ids of those that a second suggester sees otherwise.
    """

    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    disputed: frozenset[str] = frozenset()

    def to_dict(self) -> dict[str, Any]:
        """Spans and links as in ``show --json``, and what is disputed."""
        return {
            "spans": [s.to_dict() for s in self.spans],
            "links": [k.to_dict() for k in self.links],
            "disputed": sorted(self.disputed),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Proposal:
        """The inverse of `to_dict`."""
        return cls(
            tuple(Span.from_dict(s) for s in data["spans"]),
            tuple(Link.from_dict(k) for k in data["links"]),
            frozenset(data.get("disputed", ())),
        )


class Annotation(Struct, frozen=True, dict=True):
    """All spans and links of one annotator on one article.

    ``spans`` are in reading order, ``links`` and ``notes`` sorted, at most one note a target. ``next_id``
    numbers the next new span and never goes back, so that an id is not used twice even after an undo.
    ``suggester`` names the pipeline whose proposals were merged last, or is empty; ``disputed`` are the ids
    of spans that another suggester saw otherwise.
    """

    annotator: str
    state: str = NEW
    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    next_id: int = 1
    suggester: str = ""
    notes: tuple[Note, ...] = ()
    disputed: frozenset[str] = frozenset()

    # There can be tens of thousands; each key asks several times, and only an edit changes the answer.
    @cached_property
    def _by_id(self) -> dict[str, Span]:
        return {span.id: span for span in reversed(self.spans)}

    @cached_property
    def _by_end(self) -> dict[str, list[Link]]:
        found: dict[str, list[Link]] = {}
        for link in self.links:
            for end in {link.content, link.target}:
                found.setdefault(end, []).append(link)
        return found

    @cached_property
    def _index(self) -> SpanIndex:
        return SpanIndex(self.spans)

    @cached_property
    def decided(self) -> int:
        """How many spans are accepted or rejected."""
        return sum([span.status != SUGGESTED for span in self.spans])

    def find(self, span_id: str) -> Span | None:
        """The span with this id, or None."""
        return self._by_id.get(span_id)

    def over(self, start: int, end: int) -> list[Span]:
        """The spans that share a code point with ``[start, end)``, in reading order."""
        return self._index.over(start, end)

    def linked(self, content_id: str, kind: str) -> list[Span]:
        """The CUE or SOURCE spans of a quote, in reading order."""
        targets = {k.target for k in self.links_of(content_id) if k.content == content_id and k.kind == kind}
        return self._found(targets)

    def contents_of(self, target_id: str) -> list[Span]:
        """The quotes that a CUE or SOURCE span reports, in reading order."""
        return self._found({k.content for k in self.links_of(target_id) if k.target == target_id})

    def links_of(self, span_id: str) -> list[Link]:
        """The links of which a span is either end, sorted."""
        return self._by_end.get(span_id, [])

    def _found(self, ids: Iterable[str]) -> list[Span]:
        return sorted((span for i in ids if (span := self.find(i)) is not None), key=_order)

    def note(self, target: str = "") -> Note:
        """The note on a span, or on the article; an empty one where there is none."""
        return next((note for note in self.notes if note.target == target), Note(target))

    def with_spans(self, remove: Iterable[str] = (), add: Iterable[Span] = ()) -> Annotation:
        """A copy without the spans of these ids and with others, in order.

        Links without ends go too, and notes without a span.
        """
        new = list(add)
        gone = [span for span_id in set(remove) if (span := self.find(span_id)) is not None]
        spans = list(self.spans)
        if len(new) + len(gone) < _FEW and (not gone or len(self._by_id) == len(spans)):
            for span in gone:
                del spans[bisect_left(spans, span.order, key=_order)]
            for span in new:
                insort(spans, span, key=_order)
        else:
            out = {span.id for span in gone}
            spans = sorted([s for s in spans if s.id not in out] + new, key=_order)
        links, notes = self.links, self.notes
        if lost := {span.id for span in gone} - {span.id for span in new}:
            links = tuple(k for k in links if k.content not in lost and k.target not in lost)
            notes = tuple(n for n in notes if n.target not in lost)
        changed = replace(self, spans=tuple(spans), links=links, notes=notes)
        self._hand_on(changed, gone, new)
        return changed

    def _hand_on(self, changed: Annotation, gone: list[Span], new: list[Span]) -> None:
        """Tell the next annotation what would take it a look at each of its spans to find out."""
        known, told = vars(self), vars(changed)
        if len(known.get("_by_id", ())) < len(self.spans):
            return
        by_id = self._by_id | {span.id: span for span in new}
        for span_id in {span.id for span in gone} - {span.id for span in new}:
            del by_id[span_id]
        told["_by_id"] = by_id
        if "_index" in known and sorted(map(_stretch, gone)) == sorted(map(_stretch, new)):
            told["_index"] = self._index.of(changed.spans)
        if "decided" in known:
            told["decided"] = self.decided + sum(s.decided for s in new) - sum(s.decided for s in gone)
        if "_by_end" in known and changed.links is self.links:
            told["_by_end"] = self._by_end

    def with_links(self, remove: Iterable[Link] = (), add: Iterable[Link] = ()) -> Annotation:
        """A copy with other links, sorted, each once."""
        gone, new = set(remove), set(add)
        if len(gone) + len(new) >= _FEW:
            return self._otherwise(links=tuple(sorted((set(self.links) - gone) | new)))
        links = list(self.links)
        for link in (*gone, *new):
            at = bisect_left(links, link)
            links[at : at + (links[at : at + 1] == [link])] = [link] if link in new else []
        return self._otherwise(links=tuple(links))

    def with_notes(self, remove: Iterable[Note] = (), add: Iterable[Note] = ()) -> Annotation:
        """A copy with other notes, sorted; one that is added takes the place of that on the same target."""
        new = list(add)
        if not new and not (remove := set(remove)):
            return self
        gone = set(remove) | {note for note in self.notes if note.target in {n.target for n in new}}
        return self._otherwise(notes=tuple(sorted((set(self.notes) - gone) | set(new))))

    def with_state(self, state: str) -> Annotation:
        """A copy in another state."""
        return self if state == self.state else self._otherwise(state=state)

    def with_next_id(self, next_id: int) -> Annotation:
        """A copy of which the next new span has another number."""
        return self._otherwise(next_id=next_id)

    def _otherwise(self, **others: Any) -> Annotation:
        """A copy with the same spans, which shares what is known of them."""
        changed = replace(self, **others)
        vars(changed).update(vars(self))
        if changed.links is not self.links:
            vars(changed).pop("_by_end", None)
        return changed


def common_ends(old: tuple[object, ...], new: tuple[object, ...]) -> tuple[int, int]:
    """How many values two tuples have in common at the beginning, and how many of the others at the end."""
    shorter = min(len(old), len(new))
    head = tail = 0
    # blocks are compared in C, and of equal ones each value is the same object, or looked at
    while head < shorter and old[head : head + _BLOCK] == new[head : head + _BLOCK]:
        head += _BLOCK
    head = next((n for n in range(head, shorter) if old[n] is not new[n]), shorter)
    most = shorter - head
    while tail + _BLOCK <= most and _before(old, tail) == _before(new, tail):
        tail += _BLOCK
    return head, next((n for n in range(tail, most) if old[-1 - n] is not new[-1 - n]), most)


def _before(row: tuple[object, ...], tail: int) -> tuple[object, ...]:
    """A block of a row that ends so many values before its end."""
    return row[len(row) - tail - _BLOCK : len(row) - tail]


def changes(old: tuple[Value, ...], new: tuple[Value, ...]) -> tuple[list[Value], list[Value]]:
    """Which spans, links or notes of ``old`` are not in ``new``, and the other way round, in their order.

    An edit changes a few of what can be tens of thousands: the beginning and the end that both have in common
    are passed over without a look at their values.
    """
    head, tail = common_ends(old, new)
    before, after = old[head : len(old) - tail], new[head : len(new) - tail]
    had, has = set(before), set(after)
    return [s for s in before if s not in has], [s for s in after if s not in had]


def _stretch(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _order(span: Span) -> tuple[int, int, str, str]:
    return span.order
