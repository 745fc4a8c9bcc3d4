"""What the ideal editor sees when looking for the next thing to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from keys_faults import Faults, Mend
from keys_gold import Tie, Words
from keys_ways import Keys, Routes, Walks

from annotations.annotation import REJECTED, Span
from tui.modes.choose import ChooseMode
from tui.modes.hop import HopMode

if TYPE_CHECKING:
    from keys_twin import Twin

Target = tuple[object, ...]
"""What a deed is about: a span by its words, a link, the keys themselves."""
AHEAD = 5
"""Faults of a kind that are looked at, the nearest."""
SCROLLS: tuple[Keys, ...] = ((), ("space",), ("N",), ("n",), ("P",), ("g",), ("G",), ("pageup",))
"""Keys that may bring words on screen, so that they have a tag."""
TURNS: tuple[Keys, ...] = ((), ("space",), ("pageup",))
"""The same while there are tags."""


@dataclass
class Look:
    """What the editor sees at a moment: the desk (a twin of it), what is wrong, and the ways from here.

    With ``only`` nothing but that fault is looked at; without it the nearest of each kind. ``leave`` are the
    keys that leave the tags, if there are any, which all but `TAGGING` deeds begin with.
    """

    twin: Twin
    faults: Faults
    walks: Walks
    only: Target | None = None

    def __post_init__(self) -> None:
        self.review = self.twin.review
        self.window = self.twin.view.visible_offsets
        self.spans = self.review.annotation.spans
        self.routes = Routes(self.review, self.window)
        self.place = self.twin._place()
        self.moment = self.twin.state()
        self._tags: dict[Keys, dict[tuple[int, int], str]] = {}
        tagging = isinstance(self.twin.mode, HopMode)
        self.leave: Keys = ("escape",) if tagging else ()
        self._scrolls = [*(TURNS if tagging else ()), *((*self.leave, *keys, "f") for keys in SCROLLS)]

    def digit(self, label: str) -> str:
        """The key of a label."""
        return self.review.scheme[label].key

    def route(self, span: Span) -> Keys | None:
        """The keys that make a span the current one."""
        return self.routes.to(span)

    def is_right(self, span: Span) -> bool:
        """Whether a span stands as gold has it."""
        return span.status != REJECTED and (span.start, span.end, span.label) in self.faults.gold.spans

    @cached_property
    def wrong(self) -> list[Mend]:
        """The spans to mend that are nearest by keys."""
        if self.only is not None:
            return [m for m in self.faults.wrong if words_of(m.span) == self.only]
        costs = {m.span.id: self._distance(m.span) for m in self.faults.wrong}
        return sorted(self.faults.wrong, key=lambda m: costs[m.span.id])[: AHEAD + 1]

    @cached_property
    def missing(self) -> list[Words]:
        """Words to mark: the next ones on, and the first of all."""
        if self.only is not None:
            return [w for w in self.faults.missing if w == self.only]
        mended = {m.right for m in self.faults.wrong}
        left = [w for w in self.faults.missing if w not in mended] + [w for w in mended if w is not None]
        on = [w for w in left if w[0] >= self.window[0]][:AHEAD]
        return [*on, *(w for w in left[:2] if w not in on)]

    @property
    def loose(self) -> list[Tie]:
        """Links to make."""
        return [tie for tie in self.faults.loose if self.only in (None, tie)]

    @property
    def stray(self) -> list[tuple[Span, str]]:
        """Links to cut."""
        return [(s, kind) for s, kind in self.faults.stray if self.only in (None, (*words_of(s), kind))]

    def tags(self) -> Iterator[tuple[Keys, dict[tuple[int, int], str]]]:
        """For each way of having tags on screen: the words with a tag, and its key."""
        for keys in self._scrolls:
            if keys not in self._tags:
                self.twin.restore(self.moment)
                self.twin.type(keys)
                mode = self.twin.mode
                places = mode.places if isinstance(mode, HopMode) else {}
                self._tags[keys] = {place: key for key, place in places.items()}
                self.twin.restore(self.moment)
            yield keys, self._tags[keys]

    def chosen(self, keys: Keys, kind: str) -> dict[tuple[int, int], str] | None:
        """After some keys, the tags of what may be the source or the cue; None where no quote is there."""
        self.twin.restore(self.moment)
        self.twin.type((*self.leave, *keys, "s" if kind == "source" else "c"))
        mode = self.twin.mode
        tags = (
            {(c.start, c.end): key for key, c in mode.candidates.items()}
            if isinstance(mode, ChooseMode)
            else None
        )
        self.twin.restore(self.moment)
        return tags

    def near(self, bounds: tuple[int, int], count: int = 6) -> list[Span]:
        """Spans, not rejected, around some words."""
        standing = [s for s in self.spans if s.status != REJECTED]
        return sorted(standing, key=lambda s: abs(s.start - bounds[0]))[:count]

    def _distance(self, span: Span) -> int:
        keys = self.routes.steps.get(span.id)
        return len(keys) if keys is not None else 99


def words_of(span: Span) -> Words:
    """A span's edges and label."""
    return span.start, span.end, span.label
