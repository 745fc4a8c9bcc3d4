"""The ideal editor: knows gold, sees the desk, and presses as few keys as a search for them finds.

The search goes on by whole deeds, each a few keys: reject a span and so all others of its words, mark words
by their tag, make a quote, choose its source. `keys_deeds` has the table of what can be done and knows what
each costs; here the cheapest of them are tried on a twin of the desk, which tells what they would do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keys_deeds import DEEDS, offers
from keys_faults import Faults
from keys_gold import Gold
from keys_look import Look, Target
from keys_polish import Polisher
from keys_ways import Keys, Walks

if TYPE_CHECKING:
    from keys_twin import State, Twin

WIDTH = 4
"""Plans that are followed side by side."""
TRUSTS = (1.0, 0.8)
"""How far the estimate of the keys left is trusted; each gives a search, and the best plan is taken."""


@dataclass(frozen=True, slots=True)
class Step:
    """One deed done: its name in the table, what it was about, its keys; ``same`` where `t` is the last."""

    name: str
    target: Target
    keys: Keys
    same: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps so far, the desk after them, about how many keys are left, and how much of gold stands."""

    steps: tuple[Step, ...]
    count: int
    state: State
    left: float
    right: int = 0

    @property
    def keys(self) -> Keys:
        """The keys of all steps."""
        return tuple(key for step in self.steps for key in step.keys)

    def total(self, trust: float) -> float:
        """About how many keys it will be in the end."""
        return self.count + trust * self.left


class Stuck(AssertionError):
    """No deed brings the article nearer to gold."""


class IdealEditor:
    """Plans the keys from the twin's present state to gold."""

    def __init__(self, twin: Twin, gold: Gold, width: int = WIDTH, trusts: Sequence[float] = TRUSTS) -> None:
        assert twin.review.tokens is not None
        self.twin = twin
        self.gold = gold
        self.width = width
        self.trusts = trusts
        self.walks = Walks(twin.review.tokens, twin.view)
        self._nearest: Plan | None = None

    def plan(self) -> Plan:
        """The best plan found; the twin is left where it was.

        Raises:
            Stuck: none leads to gold.
        """
        start = self.twin.state()
        best: Plan | None = None
        for trust in self.trusts:
            self.twin.restore(start)
            best = self._search(trust, best)
        self.twin.restore(start)
        if best is None:
            raise Stuck(self._why())
        return Polisher(self).polish(best) if best.steps else best

    def _search(self, trust: float, best: Plan | None) -> Plan | None:
        """A better plan than the best so far, or that one."""
        front = [Plan((), 0, self.twin.state(), self._left(), self.faults().right)]
        if self.there():
            return front[0]
        while front:
            following: dict[object, Plan] = {}
            for plan in front:
                for child, there in self._children(plan):
                    if best is not None and child.count + (not there) >= best.count:
                        continue
                    if there:
                        best = child
                        continue
                    mark = self._mark()
                    if mark not in following or child.count < following[mark].count:
                        following[mark] = child
            front = sorted(following.values(), key=lambda plan: plan.total(trust))[: self.width]
            self._nearest = min(front, key=lambda plan: plan.left, default=self._nearest)
        return best

    def _why(self) -> str:
        """Where it sticks, for whoever mends the table of deeds."""
        start = self.twin.state()
        if self._nearest is not None:
            self.twin.restore(self._nearest.state)
        faults, article = self.faults(), self.twin.review.article
        words = [(article.text[a:b], label) for a, b, label in faults.missing]
        self.twin.restore(start)
        return (
            f"{article.id}: no way to gold; nearest with {words} missing, {faults.wrong} wrong, "
            f"{faults.loose} not linked, {faults.stray} linked to nothing"
        )

    def _children(self, plan: Plan) -> Iterable[tuple[Plan, bool]]:
        self.twin.restore(plan.state)
        look = Look(self.twin, self.faults(), self.walks)
        ways = {(name, *offer): None for name in DEEDS for offer in offers(name, look)}
        for name, target, keys in ways:
            self.twin.restore(plan.state)
            if not self.twin.tried(keys):
                continue
            yield from self._child(plan, Step(name, target, keys))
            if self.twin.review.offer is not None:
                self.twin.type("t")
                yield from self._child(plan, Step(name, target, (*keys, "t"), True))

    def _child(self, plan: Plan, step: Step) -> Iterable[tuple[Plan, bool]]:
        there, faults = self.there(), self.faults()
        left = 0.0 if there else self._left()
        # A new quote may bring a wrong cue along: nearer to gold, and yet more to do than was thought.
        if there or left < plan.left or faults.right > plan.right:
            count = plan.count + len(step.keys)
            yield Plan((*plan.steps, step), count, self.twin.state(), left, faults.right), there

    def there(self) -> bool:
        """Whether the twin is at gold."""
        return self.gold.reached_by(self.twin.review.annotation)

    def faults(self) -> Faults:
        """What parts the twin from gold."""
        review = self.twin.review
        return Faults(review.annotation, self.gold, review.article.text, review.scheme)

    def _left(self) -> float:
        return self.faults().keys(self.twin.review.current_id)

    def _mark(self) -> object:
        """What tells two states apart: what is decided and how, and where the editor is."""
        review = self.twin.review
        words = {s.id: (s.start, s.end, s.label) for s in review.annotation.spans}
        spans = frozenset((words[s.id], s.status) for s in review.annotation.spans)
        links = frozenset((words[k.content], k.kind, words[k.target]) for k in review.annotation.links)
        current = words.get(review.current_id or "")
        return spans, links, current, self.twin.mode is None
