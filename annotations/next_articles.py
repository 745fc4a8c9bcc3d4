"""Which articles to review next: those of which the pipeline is least sure, with random ones among them.

What is known is how doubtful the proposed spans are. How many spans the pipeline has missed is not: an
article in which it proposes little may hide much. This is one reason for the random articles; the other is
that figures measured only on what is difficult would not be those of the folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from annotations.annotation import DONE, IN_PROGRESS, NEW
from annotations.language import N_

BEGUN = N_("begun")
DOUBT = N_("doubt")
RANDOM = N_("random")
UNKNOWN = N_("no suggestions")
BY_NAME = N_("file name")
RANDOM_EVERY = 4
"""Every so manieth article is a random one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article as far as the choice is concerned.

    ``undecided`` is how many of its spans are, ``doubt`` the mean doubt about them; ``suggested`` says
    whether there are any spans at all. ``lot`` is its place in the random order, from 0 to 1.
    """

    state: str
    suggested: bool
    undecided: int
    doubt: float
    lot: float

    @property
    def worth(self) -> float:
        """How many of the proposed spans are wrong, as far as their probabilities tell."""
        return self.undecided * self.doubt


@dataclass(frozen=True, slots=True)
class Place:
    """The ``index`` of a candidate, and why it stands here: one of the words above."""

    index: int
    reason: str


def lot(article_id: str, seed: str = "chiosa next") -> float:
    """An article's place in the random order: the same on every machine and on every day."""
    name = f"{seed}\0{article_id}".encode("utf-8", "backslashreplace")
    return int.from_bytes(hashlib.blake2b(name, digest_size=6).digest(), "big") / 2**48


def known(candidates: Sequence[Candidate]) -> bool:
    """Whether there is a choice: most of the articles not yet begun, and two at least, have suggestions.

    The desk gives suggestions to each article that it opens; this alone is to change no order.
    """
    new = [candidate for candidate in candidates if candidate.state == NEW]
    suggested = sum(candidate.suggested for candidate in new)
    return suggested > 1 and 2 * suggested > len(new)


def next_articles(candidates: Sequence[Candidate]) -> list[Place]:
    """The articles that are not done, in the order in which to review them.

    Those that are begun come first. Then the most doubtful, and at every fourth place the first of the random
    order; places are counted from the first article ever reviewed, so that a random one comes up also for an
    editor who always takes the first. Those without suggestions come last, unless their lot falls.

    Where most have no suggestions, all stand as they are given. Equal ones do too.
    """
    todo = [index for index, candidate in enumerate(candidates) if candidate.state != DONE]
    if not known(candidates):
        return [Place(index, BEGUN if candidates[index].state == IN_PROGRESS else BY_NAME) for index in todo]
    begun = [index for index in todo if candidates[index].state == IN_PROGRESS]
    new = [index for index in todo if candidates[index].state != IN_PROGRESS]
    reviewed = len(candidates) - len(new)
    return [*(Place(index, BEGUN) for index in begun), *_mixed(candidates, new, reviewed)]


def _mixed(candidates: Sequence[Candidate], new: list[int], reviewed: int) -> Iterator[Place]:
    # the worth is 0 or more, so that 1 comes after it
    doubts = [-candidate.worth if candidate.suggested else 1.0 for candidate in candidates]
    by_doubt = iter(sorted(new, key=doubts.__getitem__))
    by_lot = iter(sorted(new, key=[candidate.lot for candidate in candidates].__getitem__))
    taken = bytearray(len(candidates))
    for number in range(reviewed, reviewed + len(new)):
        is_random = number % RANDOM_EVERY == RANDOM_EVERY - 1
        row = by_lot if is_random else by_doubt
        index = next(row)
        while taken[index]:
            index = next(row)
        taken[index] = True
        reason = RANDOM if is_random else DOUBT if candidates[index].suggested else UNKNOWN
        yield Place(index, reason)
