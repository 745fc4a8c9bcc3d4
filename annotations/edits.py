"""The edits: small pure functions from one annotation to the next.

Each returns a new annotation in which the layer rules hold, or raises `EditError` and changes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from annotations.annotation import (
    ACCEPTED,
    EDITOR,
    FURTHEST,
    REJECTED,
    STATES,
    SUGGESTED,
    Annotation,
    Link,
    Span,
)
from annotations.errors import ChiosaError
from annotations.language import _
from annotations.scheme import CONTENT, ENTITIES, ROLES, Scheme

if TYPE_CHECKING:
    from annotations.tokens import Tokens


_LONG = 64
"""Code points from which words are looked for without a pattern, whose time grows with their length."""
DATE = "DATE"
"""Dates end where a name begins: «ieri Trump»."""


_start = attrgetter("start")


class EditError(ChiosaError):
    """An edit that would break a rule; the annotation stays as it was."""


class Collision(EditError):
    """An entity would overlap another one; ``other`` is that one."""

    def __init__(self, other: Span) -> None:
        self.other = other
        super().__init__(
            _("collides with {label} at {start}-{end}").format(
                label=other.label, start=other.start, end=other.end
            )
        )


def accept(annotation: Annotation, span_id: str, scheme: Scheme) -> Annotation:
    """Accept a span; one that was rejected comes back, if nothing has taken its place."""
    span = _span(annotation, span_id)
    return _put(annotation, replace(span, status=ACCEPTED), scheme)


def reject(annotation: Annotation, span_id: str) -> Annotation:
    """Reject a span.

    An editor's own span was never anyone's suggestion: it is deleted. With a quote go the cue and source
    that were suggested for it alone.
    """
    span = _span(annotation, span_id)
    if span.by_editor:
        return delete(annotation, span_id)
    return _reject_all(annotation, [span])


def relabel(annotation: Annotation, span_id: str, label: str, scheme: Scheme) -> Annotation:
    """Give a span another label, which accepts it; origin and score stay.

    A link that the new label cannot have (from something that is no longer CONTENT, to something that is
    no longer its CUE or SOURCE) goes.
    """
    span = _span(annotation, span_id)
    changed = _put(annotation, replace(span, label=scheme[label].name, status=ACCEPTED), scheme)
    wrong = [
        link
        for link in changed.links
        if (link.content == span_id and label != CONTENT)
        or (link.target == span_id and label != ROLES[link.kind])
    ]
    return changed.with_links(remove=wrong)


def move(annotation: Annotation, span_id: str, start: int, end: int, scheme: Scheme) -> Annotation:
    """Put a span's boundaries at ``start`` and ``end`` (code points), which accepts it."""
    if start >= end or start < 0:
        raise EditError(_("a span keeps at least one word"))
    span = _span(annotation, span_id)
    return _put(annotation, replace(span, start=start, end=end, status=ACCEPTED), scheme)


def add(annotation: Annotation, start: int, end: int, label: str, scheme: Scheme) -> tuple[Annotation, str]:
    """Make a new span, accepted, of the annotator's own; returns its id too.

    Where the same words have that label already, rejected or suggested, that span is accepted instead.
    """
    if start >= end or start < 0:
        raise EditError(_("a span needs at least one word"))
    for span in annotation.spans:
        if (span.start, span.end, span.label) == (start, end, scheme[label].name):
            return accept(annotation, span.id, scheme), span.id
    span = Span(f"s{annotation.next_id}", start, end, label, ACCEPTED, EDITOR + annotation.annotator)
    return _put(annotation.with_next_id(annotation.next_id + 1), span, scheme), span.id


def delete(annotation: Annotation, span_id: str) -> Annotation:
    """Take a span out, with its links."""
    _span(annotation, span_id)
    return annotation.with_spans([span_id])


def link(
    annotation: Annotation, content_id: str, kind: str, target_id: str | None, scheme: Scheme
) -> Annotation:
    """Say who (``kind`` "source") or what verb ("cue") reports a quote; None says that nothing does.

    The old link of that kind goes. Either answer says that this is a quote: it is accepted, and so is what
    it is linked to.
    """
    content = _span(annotation, content_id)
    if content.label != CONTENT:
        raise EditError(_("only a {label} span has a {kind}").format(label=CONTENT, kind=_(kind)))
    changed = annotation.with_links(
        remove=[k for k in annotation.links if k.content == content_id and k.kind == kind]
    )
    if target_id is None:
        return _put(changed, replace(content, status=ACCEPTED), scheme)
    target = _span(annotation, target_id)
    if target.label != ROLES[kind]:
        raise EditError(
            _("a {kind} is a {label} span, not {other}").format(
                kind=_(kind), label=ROLES[kind], other=target.label
            )
        )
    for span in (content, target):
        changed = _put(changed, replace(span, status=ACCEPTED), scheme)
    return changed.with_links(add=[Link(content_id, kind, target_id)])


def link_words(
    annotation: Annotation, content_id: str, kind: str, start: int, end: int, scheme: Scheme
) -> Annotation:
    """Link a quote to words that may not be a span yet: the CUE or SOURCE span is made if need be."""
    changed, target_id = add(annotation, start, end, ROLES[kind], scheme)
    return link(changed, content_id, kind, target_id, scheme)


def accept_all(annotation: Annotation, scheme: Scheme) -> Annotation:
    """Accept everything that is still undecided."""
    accepted = [replace(s, status=ACCEPTED) for s in annotation.spans if s.status == SUGGESTED]
    return _put_all(annotation, accepted)


def same_decision(
    annotation: Annotation, span_id: str, text: str, scheme: Scheme, tokens: Tokens | None = None
) -> Annotation:
    """Decide every other mention of the same words as this one was decided; one undecided is accepted first.

    Mentions are whole words (whole tokens, where ``tokens`` are given) in the same case. Those already
    decided stay as they are, and so do words inside a longer entity ("Trump" in "Trump Tower"), or inside a
    longer name that nobody has proposed, as far as the text tells. For an
    accepted entity, mentions that nobody proposed become spans too; a quote, cue or source only decides
    those that were proposed.
    """
    span = _span(annotation, span_id)
    if span.status == SUGGESTED:
        annotation = accept(annotation, span_id, scheme)
        span = _span(annotation, span_id)
    mentions = other_mentions(annotation, span, text, scheme, tokens)
    if span.status == REJECTED:
        return _reject_all(annotation, [there for _start, _end, there in mentions if there is not None])
    # In one go, as there can be thousands; no two of these places overlap, nor does anything stand there.
    decided: list[Span] = []
    next_id = annotation.next_id
    for start, end, there in mentions:
        if there is None:
            there = Span(f"s{next_id}", start, end, span.label, ACCEPTED, EDITOR + annotation.annotator)
            next_id += 1
        decided.append(replace(there, label=span.label, status=ACCEPTED))
    return _put_all(annotation.with_next_id(next_id), decided)


def other_mentions(
    annotation: Annotation, span: Span, text: str, scheme: Scheme, tokens: Tokens | None = None
) -> list[tuple[int, int, Span | None]]:
    """The mentions that `same_decision` would decide: start, end, and the suggestion there, if any."""
    return [found for found in each_mention(annotation, span, text, scheme, tokens) if found is not None]


def each_mention(
    annotation: Annotation, span: Span, text: str, scheme: Scheme, tokens: Tokens | None = None
) -> Iterator[tuple[int, int, Span | None] | None]:
    """The same one after another, with a None for each place of the words that is not to be decided."""
    words, layer = text[span.start : span.end], scheme.layer(span.label)

    from annotations.neighbours import goes_on  # and its lists of words: not on the way to the first screen

    def stands(start: int, end: int) -> bool:
        over = annotation.over(start, end)
        return any(s.status != REJECTED and scheme.layer(s.label) == ENTITIES for s in over)

    for start, end in _places(text, words):
        found: tuple[int, int, Span | None] | None = None
        if start == span.start or (tokens is not None and not tokens.fits(start, end)):
            yield None
            continue
        here = [s for s in annotation.over(start, end) if scheme.layer(s.label) == layer]
        same = [s for s in here if (s.start, s.end) == (start, end)]
        alike = [s for s in same if s.label == span.label]
        if any(s.decided for s in same):
            pass
        elif layer == ENTITIES and span.status != REJECTED:
            # whatever it was taken for, and also where nobody took it for anything
            if same or (
                all(s.status == REJECTED for s in here)
                and not (span.label != DATE and goes_on(text, start, end, stands))
            ):
                found = start, end, same[0] if same else None
        elif alike:
            found = start, end, alike[0]
        yield found


def _places(text: str, words: str) -> Iterator[tuple[int, int]]:
    """Where some words stand as whole words, none overlapping another."""
    if len(words) < _LONG:
        plain = re.escape(words)
        # what a pattern begins with is looked for at once where it is letters, and not at each place anew
        for match in re.finditer(rf"{plain}(?<!\w{plain})(?!\w)", text):
            yield match.span()
        return
    at = text.find(words)
    while at >= 0:
        end = at + len(words)
        whole = not (at and _in_word(text[at - 1])) and not (end < len(text) and _in_word(text[end]))
        if whole:
            yield at, end
        at = text.find(words, end if whole else at + 1)


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def set_state(annotation: Annotation, state: str) -> Annotation:
    """Say how far the review of the article is: ``new``, ``in progress`` or ``done``."""
    if state not in STATES:
        raise EditError(
            _("no state {state!r}; there are {states}").format(state=state, states=", ".join(STATES))
        )
    return annotation.with_state(state)


def broken_rules(annotation: Annotation, scheme: Scheme, length: int | None = None) -> list[str]:
    """What is wrong with an annotation, as lines for a person; empty when all layer rules hold.

    Args:
        annotation: the annotation to look at.
        scheme: the labels and their layers.
        length: the length of the text in code points, if spans are to be checked against it.
    """
    faults = []
    spans = annotation.spans
    if len({span.id for span in spans}) < len(spans):
        seen: set[str] = set()
        for span in spans:
            if span.id in seen:
                faults.append(_("span id {id} is there twice").format(id=span.id))
            seen.add(span.id)
    longest = FURTHEST if length is None else length
    entities = {name for name in {span.label for span in spans} if scheme.layer(name) == ENTITIES}
    flat: Span | None = None
    reach = -1
    for span in spans:
        start, end = span.start, span.end
        if not 0 <= start < end <= longest:
            faults.append(
                _("span {id} ({start}-{end}) does not lie in the text").format(
                    id=span.id, start=start, end=end
                )
            )
        if span.label in entities and span.status != REJECTED:
            if flat is not None and reach > start:
                faults.append(
                    _("entities {id} and {other} overlap at {start}").format(
                        id=flat.id, other=span.id, start=start
                    )
                )
            if end > reach:
                flat, reach = span, end
    for k in annotation.links:
        content, target = annotation.find(k.content), annotation.find(k.target)
        if content is None or content.label != CONTENT or target is None or target.label != ROLES.get(k.kind):
            faults.append(
                _("link {kind} from {content} to {target} does not join a quote and its {kind}").format(
                    kind=_(k.kind), content=k.content, target=k.target
                )
            )
    return faults


def colliding(annotation: Annotation, span: Span, scheme: Scheme) -> Span | None:
    """The first entity, not rejected, that ``span`` would overlap if it were an entity of the annotation."""
    if scheme.layer(span.label) != ENTITIES or span.status == REJECTED:
        return None
    found: Span | None = None
    spans = annotation.spans
    # Backwards from the span's end: of entities that do not overlap one another, the first that ends before
    # it begins has all others before itself.
    for at in range(bisect_left(spans, span.end, key=_start) - 1, -1, -1):
        other = spans[at]
        if other.id != span.id and other.status != REJECTED and scheme.layer(other.label) == ENTITIES:
            if other.end <= span.start:
                break
            found = other
    return found


def _span(annotation: Annotation, span_id: str) -> Span:
    span = annotation.find(span_id)
    if span is None:
        raise EditError(_("no span {id} in this article").format(id=span_id))
    return span


def _put(annotation: Annotation, span: Span, scheme: Scheme) -> Annotation:
    """Add a span or put it in the place of the one with its id."""
    other = colliding(annotation, span, scheme)
    if other is not None:
        raise Collision(other)
    words = (span.start, span.end, span.label)
    first = bisect_left(annotation.spans, span.start, key=_start)
    for twin in islice(annotation.spans, first, None):
        if twin.start > span.start:
            break
        if (twin.start, twin.end, twin.label) == words and twin.id != span.id:
            if twin.status != REJECTED:
                raise Collision(twin)
            # What was rejected there is now right: it cannot be both.
            annotation = annotation.with_spans([twin.id])
    return _put_all(annotation, [span])


def _reject_all(annotation: Annotation, spans: list[Span]) -> Annotation:
    """Reject spans that are nobody's own, and the cues and sources suggested for them alone."""
    rejected = {span.id: replace(span, status=REJECTED) for span in spans}
    wanted: set[str] = set()
    targets: set[str] = set()
    for link in annotation.links:
        content = annotation.find(link.content)
        if link.content in rejected:
            targets.add(link.target)
        elif content is not None and content.status != REJECTED:
            wanted.add(link.target)
    for target_id in targets - wanted:
        target = annotation.find(target_id)
        if target is not None and target.status == SUGGESTED:
            rejected[target_id] = replace(target, status=REJECTED)
    return _put_all(annotation, list(rejected.values()))


def _put_all(annotation: Annotation, spans: list[Span]) -> Annotation:
    """Put spans in the place of those with their ids, or add them; links hold, since they go by ids."""
    return annotation.with_spans([s.id for s in spans], spans)
