"""Ways of going to a place of the article: by spans, by searching, by words; each with its keys."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from keys_twin import names

from annotations.annotation import REJECTED, SUGGESTED, Span
from annotations.doubt import is_doubtful

if TYPE_CHECKING:
    from keys_twin import Window

    from annotations.tokens import Tokens
    from tui.review import Review

Keys = tuple[str, ...]
LONGEST = 8
"""Letters of a search that are tried."""
TYPED = re.compile(r"""[a-z0-9àèéìòù ,.;:!?'"()/+-]+""")
"""What an Italian keyboard types without AltGr."""
STEPS = 12
"""Steps from word to word that are tried; beyond them a search is always cheaper."""


class Routes:
    """From the current span to the others: by the keys that go from span to span, or by a search."""

    def __init__(self, review: Review, window: tuple[int, int]) -> None:
        self.review = review
        self.window = window
        self.spans: Sequence[Span] = review.annotation.spans

    @cached_property
    def _by_step(self) -> dict[int, Keys]:
        """The cheapest keys to each span that steps lead to, by its place in the list."""
        spans, annotation = self.spans, self.review.annotation
        count = len(spans)
        if not count:
            return {}
        every = list(range(count))
        undecided = [i for i in every if spans[i].status == SUGGESTED]
        doubtful = [i for i in undecided if is_doubtful(annotation, spans[i])]
        steps = (("n", undecided, 1), ("p", undecided, -1), ("N", every, 1), ("P", every, -1),
                 ("i", doubtful, 1), ("I", doubtful, -1))  # fmt: skip
        here = next((i for i in every if spans[i].id == self.review.current_id), None)
        found: dict[int, Keys] = {}
        queue: deque[tuple[float, Keys]] = deque()
        if here is None:
            at = bisect_left(spans, self.review._place, key=lambda s: s.start)
            queue.append((at - 0.5, ()))
        else:
            found[here] = ()
            queue.append((here, ()))
        while queue:
            at_, keys = queue.popleft()
            for key, stops, way in steps:
                if not stops:
                    continue
                if way > 0:
                    stop = next((i for i in stops if i > at_), stops[0])
                else:
                    stop = next((i for i in reversed(stops) if i < at_), stops[-1])
                if stop not in found:
                    found[stop] = (*keys, key)
                    queue.append((stop, (*keys, key)))
        return found

    @cached_property
    def steps(self) -> dict[str, Keys]:
        """The keys from span to span, by the id of the span they lead to."""
        return {self.spans[i].id: keys for i, keys in self._by_step.items()}

    def to(self, span: Span) -> Keys | None:
        """The cheapest keys to a span; None where there are none."""
        steps = self.steps.get(span.id)
        if steps is not None and len(steps) <= 3:
            return steps
        limit = len(steps) - 1 if steps is not None else LONGEST + 2
        found = self.search((span.start, span.end), lambda at, end: self._inner(at, end) is span, limit)
        return found or steps

    def search(self, near: tuple[int, int], wanted: Callable[[int, int], bool], limit: int) -> Keys | None:
        """The shortest search, of at most so many keys, whose find touches some words and is wanted."""
        review = self.review
        text = review.article.text.casefold()
        if len(text) != len(review.article.text):
            return None
        match, current = review.match, review.current
        origin = match[1] if match else current.start if current else self.window[0]
        for length in range(1, min(LONGEST, limit - 2) + 1):
            for start in range(max(0, near[0] - length + 1), near[1]):
                words = text[start : start + length]
                if len(words) < length or not TYPED.fullmatch(words):
                    continue
                at = text.find(words, origin)
                at = at if at >= 0 else text.find(words)
                if wanted(at, at + length):
                    return ("/", *names(words), "enter")
        return None

    def _inner(self, start: int, end: int) -> Span | None:
        here = [s for s in self.spans if s.start < end and start < s.end and s.status != REJECTED]
        return min(here, key=lambda s: s.end - s.start, default=None)


class Walks:
    """From word to word while a new span is marked; the same for the whole article."""

    def __init__(self, tokens: Tokens, view: Window) -> None:
        self.tokens = tokens
        count = len(tokens)
        self._next: list[tuple[tuple[str, int], ...]] = []
        for i in range(count):
            down = tokens.at(view.line_step(tokens.starts[i], 1))
            up = tokens.at(view.line_step(tokens.starts[i], -1))
            self._next.append((("w", min(i + 1, count - 1)), ("b", max(i - 1, 0)), ("j", down), ("k", up)))
        self._known: dict[int, dict[int, Keys]] = {}

    def around(self, token: int) -> dict[int, Keys]:
        """The cheapest keys from a word to those within reach."""
        if token not in self._known:
            found: dict[int, Keys] = {token: ()}
            queue = deque([token])
            while queue:
                at = queue.popleft()
                if len(found[at]) == STEPS:
                    break
                for key, there in self._next[at]:
                    if there not in found:
                        found[there] = (*found[at], key)
                        queue.append(there)
            self._known[token] = found
        return self._known[token]

    def edges(self, marked: tuple[int, int], wanted: tuple[int, int]) -> Keys:
        """The keys that bring the edges of what is marked to those that are wanted (code points)."""
        tokens = self.tokens
        a, b = tokens.at(marked[0]), tokens.at(marked[1] - 1)
        c, d = tokens.at(wanted[0]), tokens.at(wanted[1] - 1)
        end = ("l",) * (d - b) if d >= b else ("h",) * (b - d)
        start = (",",) * (a - c) if c <= a else (".",) * (c - a)
        # Outward first, so that the span never vanishes on the way.
        return (*end, *start) if d >= b else (*start, *end)

    def into(self, token: int, wanted: tuple[int, int], marked: bool) -> Keys | None:
        """The cheapest keys from a word that is marked to other words; None where they are too far.

        ``marked`` tells that quotation marks stand around those.
        """
        tokens = self.tokens
        first, last = tokens.at(wanted[0]), tokens.at(wanted[1] - 1)
        best: Keys | None = None
        reach = self.around(token)
        for there in range(first, last + 1):
            walk = reach.get(there)
            if walk is None:
                continue
            grow = self.edges(tokens[there], wanted)
            if marked and len(grow) > 1:
                grow = ("'",)
            if best is None or len(walk) + len(grow) < len(best):
                best = (*walk, *grow)
        return best
