"""What an editor can do about a fault, as keys: one function a kind of deed, and the table of them all.

Each gives what it is about and the keys of the likeliest ways; whether they do what they should is tried on
the twin. A new key of the desk is a new function here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from keys_look import SCROLLS, Look, Target, words_of
from keys_ways import Keys

from annotations.annotation import REJECTED, SUGGESTED, Span
from annotations.quoting import quote_around, quote_at
from annotations.scheme import CONTENT

if TYPE_CHECKING:
    from annotations.tokens import Tokens

Offer = tuple[Target, Keys]
Deed = Callable[[Look], Iterable[Offer]]


def accept_all(look: Look) -> Iterator[Offer]:
    """All that is undecided is right; while nothing is, a new span stays the current one."""
    undecided = [s for s in look.spans if s.status == SUGGESTED]
    labels = look.faults.gold.labels
    if undecided and all(look.is_right(s) or s.label not in labels for s in undecided):
        yield ("E",), ("E",)


def accept_some(look: Look) -> Iterator[Offer]:
    """What is likely, of one label, or near by, right or wrong: fewer to pass on the way to what is wrong."""
    if look.faults.undecided > 3 and look.faults.wrong:
        labels = {s.label for s in look.spans if s.status == SUGGESTED}
        ways: list[Keys] = [("e", look.digit(label)) for label in sorted(labels)]
        ways += [("e", "s", digit) for digit in "6789"]
        yield from ((keys, keys) for keys in [*ways, ("e", "p")] if look.only in (None, keys))


def reject(look: Look) -> Iterator[Offer]:
    """A span that is nothing."""
    for mend in look.wrong:
        if (route := look.route(mend.span)) is not None:
            yield words_of(mend.span), (*route, "x")


def relabel(look: Look) -> Iterator[Offer]:
    """The right words with the wrong label."""
    for mend in look.wrong:
        right, bounds = mend.right, (mend.span.start, mend.span.end)
        if right and bounds == right[:2] and (route := look.route(mend.span)) is not None:
            yield words_of(mend.span), (*route, look.digit(right[2]))


def move_edges(look: Look) -> Iterator[Offer]:
    """The right label on words too many or too few."""
    for mend in look.wrong:
        if mend.right is None or (mend.span.start, mend.span.end) == mend.right[:2]:
            continue
        if (route := look.route(mend.span)) is not None:
            moved = look.walks.edges((mend.span.start, mend.span.end), mend.right[:2])
            label = () if mend.span.label == mend.right[2] else (look.digit(mend.right[2]),)
            yield words_of(mend.span), (*route, *moved, *label)


def join(look: Look) -> Iterator[Offer]:
    """Two spans that are one."""
    for mend in look.wrong:
        short = mend.right is not None and mend.span.end < mend.right[1]
        if short and (route := look.route(mend.span)) is not None:
            yield words_of(mend.span), (*route, "+")


def split(look: Look) -> Iterator[Offer]:
    """One span that is two: cut before the second's first word."""
    tokens = look.walks.tokens
    for mend in look.wrong:
        span = mend.span
        inside = [w for w in look.faults.missing if span.start < w[0] and w[1] <= span.end]
        if inside and (route := look.route(span)) is not None:
            words = tokens.at(span.end - 1) - tokens.at(span.start) + 1
            cut = tokens.at(inside[0][0]) - tokens.at(span.start) - 1
            yield words_of(span), (*route, "-", *(() if words == 2 else (*("l",) * cut, "-")))


def same(look: Look) -> Iterator[Offer]:
    """Other mentions of a name that is marked already."""
    text = look.review.article.text
    wanted = {(text[a:b], label) for a, b, label in look.faults.missing}
    for span in look.spans:
        words = (text[span.start : span.end], span.label)
        if words in wanted and look.is_right(span) and look.only in (None, words):
            wanted.discard(words)
            if (route := look.route(span)) is not None:
                yield words, (*route, "t")


def hop(look: Look) -> Iterator[Offer]:
    """New words by their tag."""
    for words in look.missing:
        best: Keys | None = None
        for keys, tags in look.tags():
            if best is not None and len(best) <= len(keys) + 2:
                break
            for place, tag in tags.items():
                if place[0] < words[1] and words[0] < place[1]:
                    edges = look.walks.edges(place, words[:2])
                    way = (*keys, tag, *edges, look.digit(words[2]))
                    if len(edges) < 5 and (best is None or len(way) < len(best)):
                        best = way
        if best is not None:
            yield words, best


def select(look: Look) -> Iterator[Offer]:
    """New words, from the nearest place by word and line, or by searching for them."""
    tokens = look.walks.tokens
    for words in look.missing:
        bounds, digit = words[:2], look.digit(words[2])
        marked = quote_around(look.review.article.text, bounds[0] + 1, bounds[1] - 1) == bounds
        starts: list[tuple[Keys, int]] = [((), tokens.at(look.place))]
        for span in look.near(bounds):
            if (route := look.route(span)) is not None:
                starts.append((route, tokens.at(span.start)))
        ways: list[Keys] = []
        for route, token in starts:
            into = look.walks.into(token, bounds, marked)
            if into is not None:
                ways.append((*route, "v", *into, digit))
        limit = min(map(len, ways), default=14)
        found = look.routes.search(bounds, partial(_snaps, tokens, bounds), limit - 2)
        if found is not None:
            ways.append((*found, "v", digit))
        if ways:
            yield words, min(ways, key=len)


def again(look: Look) -> Iterator[Offer]:
    """Words that were rejected, and are right after all."""
    for span in look.spans:
        wanted = span.status == REJECTED and words_of(span) in look.missing
        if wanted and (route := look.route(span)) is not None:
            yield words_of(span), (*route, "a")


def new_quote(look: Look) -> Iterator[Offer]:
    """A quote by its marks, with the cue and the source that the text shows."""
    text = look.review.article.text
    for words in look.missing:
        if words[2] != CONTENT:
            continue
        ways: list[Keys] = [("Q",)] if quote_at(text, look.place) == words[:2] else []
        ways += [
            (*route, "Q")
            for span in look.spans
            if quote_at(text, span.start) == words[:2] and (route := look.route(span)) is not None
        ]
        found = look.routes.search(words[:2], partial(_in_quote, text, words[:2]), 6)
        ways += [(*found, "Q")] if found else []
        ways += [(*scroll, "Q") for scroll in SCROLLS if scroll]
        yield from ((words, keys) for keys in sorted(ways, key=len)[:3])


def choose(look: Look) -> Iterator[Offer]:
    """The source or the cue of a quote, by its tag; the words need not be a span before."""
    for tie in look.loose:
        content, kind, target = tie
        for route in _to_quote(look, content):
            tags = look.chosen(route, kind)
            if tags is None:
                continue
            if target in tags:
                yield tie, (*route, "s" if kind == "source" else "c", tags[target])
            break


def choose_none(look: Look) -> Iterator[Offer]:
    """A quote that nobody, or no verb, reports."""
    for span, kind in look.stray:
        for route in _to_quote(look, (span.start, span.end))[:1]:
            yield (*words_of(span), kind), (*route, "s" if kind == "source" else "c", "0")


def _snaps(tokens: Tokens, bounds: tuple[int, int], start: int, end: int) -> bool:
    return tokens.snap(start, end) == bounds


def _in_quote(text: str, bounds: tuple[int, int], start: int, end: int) -> bool:
    return quote_at(text, start) == bounds


def _to_quote(look: Look, content: tuple[int, int]) -> list[Keys]:
    """Ways to a quote, or to what leads to it from there, cheapest first."""
    quote = look.faults.standing((*content, CONTENT))
    if quote is None:
        return []
    leading = [quote] + [s for s in look.spans if s.id in _roles(look, quote)]
    leading += [s for s in look.spans if s.overlaps(*content) and s.status != REJECTED and s is not quote]
    ways = [route for span in leading if (route := look.route(span)) is not None]
    return sorted(ways, key=len)[:3]


def _roles(look: Look, quote: Span) -> set[str]:
    return {k.target for k in look.review.annotation.links if k.content == quote.id}


DEEDS: dict[str, Deed] = {
    "accept all": accept_all,
    "accept some": accept_some,
    "reject": reject,
    "relabel": relabel,
    "move edges": move_edges,
    "join": join,
    "split": split,
    "same words": same,
    "new by tag": hop,
    "new by words": select,
    "again": again,
    "new quote": new_quote,
    "choose": choose,
    "choose none": choose_none,
}
"""The strategies, by the name under which their keys are counted."""
TAGGING = {"new by tag"}
"""Those that can go on where tags are on screen."""


def offers(name: str, look: Look) -> Iterator[Offer]:
    """What a deed offers at a moment, by its name, with the key that leaves the tags if need be."""
    leave = () if name in TAGGING else look.leave
    for target, keys in DEEDS[name](look):
        yield target, (*leave, *keys)
