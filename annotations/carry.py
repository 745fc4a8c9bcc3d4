"""Carrying an annotation over to a text that was edited on disk after its review."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from msgspec.structs import replace

from annotations.annotation import DONE, IN_PROGRESS, REJECTED, Annotation, Span
from annotations.language import N_, Kept
from annotations.scheme import ENTITIES, Scheme

_WORD = re.compile(r"\w+|[^\w\s]")
_CONTEXT = 16
"""Code points on either side by which a span that moved is known again."""


_GONE = N_("its words are no longer there")
_OVERLAPS = N_("it would overlap {label} at {start}")


@dataclass(frozen=True, slots=True)
class Misfit:
    """A span that the new text has no place for, with its old words and the reason."""

    span: Span
    words: str
    reason: Kept

    def to_dict(self) -> dict[str, Any]:
        """The misfit as the store keeps it."""
        return {
            "span": self.span.to_dict(), "words": self.words, "reason": str(self.reason),
            "values": self.reason.values,
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Misfit:
        """The inverse of `to_dict`."""
        values = data["values"]
        reason = Kept(_OVERLAPS, **values) if values else Kept(str(data["reason"]))
        return cls(Span.from_dict(data["span"]), str(data["words"]), reason)


def carry_over(
    annotation: Annotation, old: str, new: str, scheme: Scheme
) -> tuple[Annotation, list[Span], list[Misfit]]:
    """Move spans from the words of the old text to the same words of the new one.

    Args:
        annotation: an annotation of ``old``.
        old: the text as it was reviewed.
        new: the text as it is.
        scheme: the layers, whose rules hold afterwards too.

    Returns:
        The annotation of ``new`` (a done article is in progress again, since nobody has read the new
        words); the decided spans whose edges were found but whose words changed between them; and the
        decided spans that no longer fit. Suggestions that do not fit go: they will be made anew.
    """
    blocks = list(_matching_blocks(old, new))
    kept: list[Span] = []
    changed: list[Span] = []
    misfits: list[Misfit] = []
    standing: list[Span] = []
    carried = annotation.with_spans([s.id for s in annotation.spans])
    # Decided spans first: a suggestion must not take their place.
    for span in sorted(annotation.spans, key=lambda span: not span.decided):
        words = old[span.start : span.end]
        place = _place(span, old, new, blocks)
        if place is None:
            misfits.append(Misfit(span, words, Kept(_GONE)))
            continue
        moved = replace(span, start=place[0], end=place[1])
        flat = scheme.layer(moved.label) == ENTITIES and moved.status != REJECTED
        if flat:
            # in reading order, and no two overlap: the last that begins before it ends is the one in the way
            at = bisect_left(standing, moved.end, key=lambda other: other.start)
            first = at
            while first and standing[first - 1].end > moved.start:
                first -= 1
            if first < at:
                other = standing[first]
                reason = Kept(_OVERLAPS, label=other.label, start=other.start)
                misfits.append(Misfit(span, words, reason))
                continue
            standing.insert(at, moved)
        kept.append(moved)
        if span.decided and new[moved.start : moved.end].split() != words.split():
            changed.append(moved)
    carried = carried.with_spans(add=kept)
    misfits = [misfit for misfit in misfits if misfit.span.decided]
    ids = {span.id for span in kept}
    carried = carried.with_links(add=[k for k in annotation.links if k.content in ids and k.target in ids])
    carried = carried.with_notes(add=[n for n in annotation.notes if not n.target or n.target in ids])
    if carried.state == DONE:
        carried = replace(carried, state=IN_PROGRESS)
    # The proposals were made for the old text: let the suggester look again.
    return replace(carried, suggester=""), changed, misfits


def _matching_blocks(old: str, new: str) -> Iterator[tuple[int, int, int]]:
    """Stretches that both texts share, as (offset in old, offset in new, length), in order.

    Lines first, then words inside the lines that differ: a comparison of all words at once takes time
    that grows with the square of the article.
    """
    old_lines, new_lines = old.splitlines(keepends=True), new.splitlines(keepends=True)
    old_at, new_at = _offsets(old_lines), _offsets(new_lines)
    for tag, a, b, c, d in SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        if tag == "equal":
            yield old_at[a], new_at[c], old_at[b] - old_at[a]
        elif tag == "replace":
            yield from _matching_words(old, old_at[a], old_at[b], new, new_at[c], new_at[d])


def _matching_words(old: str, a: int, b: int, new: str, c: int, d: int) -> Iterator[tuple[int, int, int]]:
    before, after = list(_WORD.finditer(old, a, b)), list(_WORD.finditer(new, c, d))
    matcher = SequenceMatcher(None, [m[0] for m in before], [m[0] for m in after], autojunk=False)
    for i, j, size in matcher.get_matching_blocks():
        for k in range(size):
            start = before[i + k].start()
            yield start, after[j + k].start(), before[i + k].end() - start


def _offsets(lines: list[str]) -> list[int]:
    offsets = [0]
    for line in lines:
        offsets.append(offsets[-1] + len(line))
    return offsets


def _place(span: Span, old: str, new: str, blocks: list[tuple[int, int, int]]) -> tuple[int, int] | None:
    start, last = _map(span.start, blocks), _map(span.end - 1, blocks)
    if start is not None and last is not None and start <= last:
        return start, last + 1
    return _known_by_context(span, old, new)


def _map(offset: int, blocks: list[tuple[int, int, int]]) -> int | None:
    index = bisect_right(blocks, offset, key=lambda block: block[0]) - 1
    if index < 0:
        return None
    here, there, length = blocks[index]
    return there + offset - here if offset < here + length else None


def _known_by_context(span: Span, old: str, new: str) -> tuple[int, int] | None:
    """Where a moved sentence has taken the span, if its words with their neighbours are there just once."""
    before = old[max(0, span.start - _CONTEXT) : span.start]
    words = old[span.start : span.end]
    context = before + words + old[span.end : span.end + _CONTEXT]
    at = new.find(context)
    if at < 0 or new.find(context, at + 1) >= 0:
        return None
    return at + len(before), at + len(before) + len(words)
