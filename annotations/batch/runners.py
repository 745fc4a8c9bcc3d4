"""What runs the work on shards: here in this process; see also `processes` and `cluster`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from types import TracebackType

from annotations.batch.plan import Shard
from annotations.batch.work import Answer, Result, Task, suggester_of
from annotations.errors import ChiosaError
from annotations.language import _

Done = tuple[Shard, Answer]


class Runner(ABC):
    """Works on shards and gives the answers in their order.

    Used as a context, which ends all that it has started. ``suggester`` is the name of what suggests there,
    ``notice`` says for a person why another does it than was asked for, or "".
    """

    suggester: str
    notice: str = ""

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def run(self, shards: Iterable[Shard], task: Task) -> Iterator[Done]:
        """The answers. Of ``shards`` only some are taken ahead of what has been given.

        Raises:
            ChiosaError: the work as a whole cannot be done.
        """

    def close(self) -> None:  # noqa: B027 (most need not)
        """End what was started, at once."""


class InProcess(Runner):
    """In this process, whose threads share the cores."""

    def __init__(self, model: str) -> None:
        found = suggester_of(model, 0)
        self.suggester, self.notice = found.name, found.notice

    def run(self, shards: Iterable[Shard], task: Task) -> Iterator[Done]:
        """One shard after another."""
        return ((shard, task(shard.articles)) for shard in shards)


def not_done(shard: Shard, suggester: str, reason: str) -> Answer:
    """The answer for a shard that nobody could do."""
    return Answer(suggester, tuple(Result(error=reason) for _article in shard.articles))


def check_same(expected: str, found: str, where: str) -> None:
    """See that all work is done by one suggester.

    Raises:
        ChiosaError: it is another one there.
    """
    if found != expected:
        raise ChiosaError(
            _(
                "{where}: the model is {found} there, and {expected} elsewhere; "
                "see that all have the same, then run the command again"
            ).format(where=where, found=found, expected=expected)
        )
