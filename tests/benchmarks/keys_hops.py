"""Marking name after name by their tags without leaving the mode: `f`, then a tag and a digit for each."""

from __future__ import annotations

from collections.abc import Iterator

from keys_faults import Faults
from keys_gold import Words
from keys_look import SCROLLS, Look, Target
from keys_ways import Keys

from annotations import edits
from tui.modes.hop import HopMode

FARTHEST = 4
"""Keys for edges beyond which a tag is not worth it."""
PAGES = 8


def hops(look: Look) -> Iterator[tuple[Target, Keys]]:
    """From here, or after some scrolling, all that has a tag, page after page."""
    for scroll in SCROLLS:
        target = ("hops", scroll)
        if look.only in (None, target) and look.faults.missing:
            look.twin.restore(look.moment)
            look.twin.type((*scroll, "f"))
            keys = (*scroll, "f", *_marked(look)) if isinstance(look.twin.mode, HopMode) else ()
            look.twin.restore(look.moment)
            if len(keys) > len(scroll) + 2:
                yield target, keys


def _marked(look: Look) -> Keys:
    """The keys from the first tag to Esc; the twin has them done."""
    keys: list[str] = []
    worth = 0
    for page in range(PAGES):
        while (choice := _next(look)) is not None:
            look.twin.type(choice)
            if not isinstance(look.twin.mode, HopMode):  # it collides with what stands there
                return (*keys[:worth], "escape") if worth else ()
            keys += choice
            if _same_is_right(look):
                keys.append("t")
                look.twin.type("t")
            worth = len(keys)
        last = look.twin.view.visible_offsets[1]
        if page + 1 == PAGES or not any(words[0] >= last for words in _missing(look)):
            break
        keys.append("space")
        look.twin.type(["space"])
    return (*keys[:worth], "escape") if worth else ()


def _next(look: Look) -> Keys | None:
    """The tag, edges and digit that cost least, of the first words that have one."""
    mode = look.twin.mode
    assert isinstance(mode, HopMode)
    for words in sorted(_missing(look)):
        ways = [
            (tag, *look.walks.edges(place, words[:2]), look.digit(words[2]))
            for tag, place in mode.places.items()
            if place[0] < words[1] and words[0] < place[1]
        ]
        best = min(ways, key=len, default=None)
        if best is not None and len(best) <= FARTHEST:
            return best
    return None


def _missing(look: Look) -> list[Words]:
    review = look.twin.review
    return Faults(review.annotation, look.faults.gold, review.article.text, review.scheme).missing


def _same_is_right(look: Look) -> bool:
    """Whether `t` would mark nothing but what gold has."""
    review = look.twin.review
    span = review.annotation.find(review.offer) if review.offer else None
    if span is None:
        return False
    mentions = edits.other_mentions(
        review.annotation, span, review.article.text, review.scheme, review.tokens
    )
    return all((start, end, span.label) in look.faults.gold.spans for start, end, _ in mentions)
