"""Making a plan shorter: its steps in another order, one less, or one more that makes the rest cheaper.

A step is kept as what it is about; the keys that this takes are found anew wherever it is put.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from keys_deeds import DEEDS, offers
from keys_look import Look

if TYPE_CHECKING:
    from keys_editor import IdealEditor, Plan, Step
    from keys_twin import State

TRIES = 40
"""Changes that are tried for each step of a plan."""
HELPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("accept all", ("E",)),
    ("accept some", ("e", "p")),
    *(("accept some", ("e", digit)) for digit in "12345678"),
    *(("accept some", ("e", "s", digit)) for digit in "6789"),
)
"""Steps that mend nothing and may make others cheaper."""


class Polisher:
    """Tries changes at random, the same ones each time, and keeps those that take no more keys."""

    def __init__(self, editor: IdealEditor, tries: int = TRIES) -> None:
        self.editor = editor
        self.twin = editor.twin
        self.tries = tries
        self.start = self.twin.state()

    def polish(self, plan: Plan) -> Plan:
        """A plan of no more keys; the twin is left where it was."""
        chance = random.Random(plan.count)
        # The last step may be left out, if the desk is at gold before: it is not to be moved.
        steps, states = self._done(list(plan.steps), 0, [self.start])
        best = sum(len(step.keys) for step in steps)
        for _ in range(self.tries * len(plan.steps)):
            changed, at = self._change(steps, chance)
            tried, after = self._done(changed, at, states[: at + 1], best)
            count = sum(len(step.keys) for step in tried)
            if count <= best and self.editor.there():
                steps, states, best = tried, after, count
        self.twin.restore(self.start)
        return replace(plan, steps=tuple(steps), count=best, left=0.0) if best < plan.count else plan

    def _change(self, steps: Sequence[Step], chance: random.Random) -> tuple[list[Step], int]:
        """Other steps, and the first place at which they are others."""
        from keys_editor import Step

        changed = list(steps)
        place, other = chance.randrange(len(steps)), chance.randrange(len(steps))
        kind = chance.random()
        if kind < 0.6:
            changed.insert(other, changed.pop(place))
            return changed, min(place, other)
        if kind < 0.7:
            del changed[place]
            return changed, place
        if kind < 0.8:
            changed[place] = replace(changed[place], same=not changed[place].same)
            return changed, place
        if kind < 0.9:
            name = chance.choice(list(DEEDS))
            changed[place] = replace(changed[place], name=name)
            return changed, place
        name, keys = chance.choice(HELPS)
        changed.insert(place, Step(name, keys, keys))
        return changed, place

    def _done(
        self, steps: Sequence[Step], at: int, states: list[State], most: int | None = None
    ) -> tuple[list[Step], list[State]]:
        """Do steps from a place on: those that could be done, with the keys they take there.

        ``states`` are the desk's before each step up to that place.
        """
        done, states = list(steps[:at]), list(states)
        count = sum(len(step.keys) for step in done)
        self.twin.restore(states[-1])
        for step in steps[at:]:
            if most is not None and count > most:
                break
            found = self._step(step, states[-1])
            if found is not None:
                done.append(found)
                states.append(self.twin.state())
                count += len(found.keys)
            else:
                self.twin.restore(states[-1])
        return done, states

    def _step(self, step: Step, state: State) -> Step | None:
        """The step from here, done; None where there is nothing to do, or no way."""
        look = Look(self.twin, self.editor.faults(), self.editor.walks, step.target)
        ways = [keys for target, keys in offers(step.name, look) if target == step.target]
        before = self.twin.review.annotation
        for keys in sorted(ways, key=len)[:3]:
            self.twin.restore(state)
            if not self.twin.tried(keys) or self.twin.review.annotation == before:
                continue
            if step.same and self.twin.review.offer is not None:
                self.twin.type("t")
                return replace(step, keys=(*keys, "t"))
            return replace(step, keys=keys, same=False)
        return None
