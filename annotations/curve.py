"""The learning curve: how well a pipeline does on the same articles, trained on more and more others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from annotations.errors import ChiosaError
from annotations.formats import Reviewed
from annotations.formats.split import rank
from annotations.language import _
from annotations.scheme import Scheme
from annotations.scoring import Scores
from annotations.suggesters import load_suggester
from annotations.training.figures import figures, looked_at

HELD_OUT = 1 / 3
"""The part of the articles that is only measured with."""
FEWEST = 12
"""Articles below which a curve says nothing."""
_FIRST = 4
"""Articles of the first training at least."""


class Trainer(Protocol):
    """Trains a pipeline on some articles: `annotations.training.running.train_on`, but for tests."""

    def __call__(self, units: Sequence[Reviewed], scheme: Scheme, folder: Path) -> None:
        """Write the pipeline to ``folder``, which is not there yet."""


@dataclass(frozen=True, slots=True)
class Point:
    """The scores after training on so many articles; 0 is the pipeline that training begins with."""

    articles: int
    scores: Scores

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**self.scores.to_dict(), "articles": self.articles, "measured_with": self.scores.articles}


def held_out(
    reviewed: Sequence[Reviewed], seed: str = "chiosa curve"
) -> tuple[list[Reviewed], list[Reviewed]]:
    """Articles to train on, in an order of their own, and those to measure with.

    Raises:
        ChiosaError: there are too few.
    """
    if len(reviewed) < FEWEST:
        raise ChiosaError(
            _("a learning curve needs {fewest} reviewed articles and there are {n}; review more").format(
                fewest=FEWEST, n=len(reviewed)
            )
        )
    ordered = sorted(reviewed, key=lambda one: (rank(one.article.id, seed), one.article.id))
    count = max(2, round(HELD_OUT * len(ordered)))
    return ordered[count:], ordered[:count]


def sizes(count: int) -> list[int]:
    """How many articles to train on: an eighth, a quarter, a half and all of them, or fewer steps."""
    return sorted({min(count, max(_FIRST, round(count / part))) for part in (8, 4, 2, 1)})


def learning_curve(
    reviewed: Sequence[Reviewed],
    scheme: Scheme,
    base: str,
    train_on: Trainer,
    folder: Path,
    labels: Collection[str] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Point]:
    """The scores of the base pipeline, and of pipelines trained on growing parts of the articles.

    Each part holds the one before. ``base`` is named as on the command line; ``folder`` takes the pipelines;
    ``labels`` are those that count, if not all that the editor used.

    Raises:
        ChiosaError: there are too few articles, or a pipeline cannot be trained, loaded or run.
    """
    learnt, measured = held_out(reviewed)
    steps = sizes(len(learnt))
    counted = looked_at(reviewed) if labels is None else labels
    progress(0, len(steps) + 1)
    yield Point(0, figures(load_suggester(base, threads=0), measured, scheme, counted))
    for number, size in enumerate(steps, 1):
        progress(number, len(steps) + 1)
        trained = folder / f"{size}"
        train_on(learnt[:size], scheme, trained)
        yield Point(size, figures(load_suggester(str(trained), threads=0), measured, scheme, counted))
    progress(len(steps) + 1, len(steps) + 1)
