"""Two suggesters: the first proposes, the second says where it sees otherwise."""

from __future__ import annotations

from annotations.annotation import Proposal
from annotations.disputes import with_second_opinion
from annotations.suggesters import Suggester
from annotations.tokens import Tokens


class TwoSuggesters(Suggester):
    """Named after both; entities on which they disagree are disputed, quotes are the first's."""

    def __init__(self, first: Suggester, second: Suggester) -> None:
        self._first = first
        self._second = second
        self.name = f"{first.name}+{second.name}"
        self.notice = first.notice or second.notice

    def tokens(self, text: str) -> Tokens:
        """The desk's grid, which is the same for both."""
        return self._first.tokens(text)

    def suggest(self, text: str, tokens: Tokens | None = None) -> Proposal:
        """The first's proposal, with the disputed spans marked, and what only the second proposes."""
        grid = tokens if tokens is not None else self.tokens(text)
        first, second = self._first.suggest(text, grid), self._second.suggest(text, grid)
        return with_second_opinion(first, second)
