"""Which reviewed articles are learnt from, and which are kept to measure with.

Three parts: what is measured before and after is never trained on and never decides when to stop; training
that needs to be told when to stop is told by a part of the articles it may use.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from annotations.annotation import DONE
from annotations.errors import ChiosaError
from annotations.formats import Reviewed
from annotations.formats.split import rank
from annotations.language import _

HELD_OUT = 0.2
"""The share of the articles that are done which is kept to measure with."""
CHECK = "check"
"""What the part is called that stops the training of a pipeline from nothing."""
CHECKED = 0.15
"""Of the others, the share that tells when to stop."""
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Parts:
    """``train`` and ``check`` may be learnt from, ``held`` is measured with."""

    train: tuple[Reviewed, ...]
    check: tuple[Reviewed, ...]
    held: tuple[Reviewed, ...]


def deal(units: Sequence[Reviewed], seed: str, learnt: Collection[str] = ()) -> Parts:
    """Deal articles out by a hash of their id, so that each keeps its part while others are added.

    Articles with one text go together. What is in progress is only learnt from, never measured with, and so
    are the texts with the SHA-256 in ``learnt``, which the base already knows.

    Raises:
        ChiosaError: that leaves none to measure with.
    """
    done = [unit for unit in units if unit.annotation.state == DONE]
    held, _rest = cut([unit for unit in done if unit.article.sha256 not in learnt], HELD_OUT, seed)
    if not held:
        raise ChiosaError(
            _(
                "the base was trained on nearly all of these articles, so that none are left to measure "
                "with; use the base that it came from, or review more"
            )
        )
    ids = {id(unit) for unit in held}
    rest = [unit for unit in done if id(unit) not in ids]
    texts = {unit.article.sha256 for unit in held}
    check, train = cut(rest, CHECKED, f"{seed} {CHECK}")
    known = {unit.article.sha256 for unit in (*held, *check)}
    more = [u for u in units if u.annotation.state != DONE and u.article.sha256 not in known]
    return Parts(
        tuple(u for u in (*train, *more) if u.article.sha256 not in known),
        tuple(u for u in check if u.article.sha256 not in texts),
        tuple(held),
    )


def cut(units: Sequence[Reviewed], share: float, seed: str) -> tuple[list[Reviewed], list[Reviewed]]:
    """Those that the hash of their id gives a share of, at least two where there are four, and the others."""
    order = sorted(units, key=lambda unit: (rank(unit.article.id, seed), unit.article.id))
    count = sum(rank(unit.article.id, seed) < share for unit in order)
    count = min(max(count, _LEAST), len(order) // 2)
    return order[:count], order[count:]
