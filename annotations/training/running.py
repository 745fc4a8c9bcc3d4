"""From reviewed articles to a model in the store: choose, train, measure, keep. Imports spaCy when called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotations import __version__
from annotations.annotation import ACCEPTED, DONE, NEW
from annotations.formats import Reviewed
from annotations.formats.selection import plain_id
from annotations.scheme import Scheme
from annotations.suggesters import SHIPPED
from annotations.training.amount import FROM_SCRATCH, ON_BASE, require
from annotations.training.models import Models, Trained, learnt_texts
from annotations.training.parts import Parts, deal

if TYPE_CHECKING:
    from annotations.scoring import Scores
    from annotations.training.learning import Job

SCHEMA = 1
TOLERANCE = 0.015
"""How much F may fall on the articles kept apart before a model is not taken into use. Of thirty articles
nine are kept, where one span moves F by 0.2 to 0.3 points: five spans of chance. On halves of the dev set F
fell there in two of five trainings, nearly all of which were better on the other half, by 0.5 to 2.5."""
Watcher = Callable[[int, int, float | None], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be trained. ``base`` is None for a pipeline from nothing, ``config`` a config's path."""

    name: str = "trained"
    base: str | None = SHIPPED
    config: Path | None = None
    seed: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the model, the figures of the pipeline it is measured with, and its own."""

    model: Trained
    before_name: str
    before: Scores
    after: Scores
    parts: Parts
    adopted: bool


def fit(units: Sequence[Reviewed], partial: bool) -> list[Reviewed]:
    """The articles to learn from: those that are done, and with ``partial`` those in progress too."""
    order = sorted(units, key=lambda unit: (unit.article.id, unit.annotation.annotator))
    return [
        unit
        for unit in order
        if unit.annotation.state == DONE
        or (partial and unit.annotation.state != NEW and unit.annotation.decided)
    ]


def train_on(units: Sequence[Reviewed], scheme: Scheme, folder: Path, wish: Wish | None = None) -> None:
    """Train on all units given, keeping none to measure with, and write the pipeline to ``folder``.

    Raises:
        ChiosaError: training failed.
    """
    from annotations.training.parts import CHECK, CHECKED, cut

    check, train = cut(units, CHECKED, CHECK)
    _train(Parts(tuple(train), tuple(check), ()), scheme, wish or Wish(), "1", folder, None)


def train_model(
    units: Sequence[Reviewed], scheme: Scheme, models: Models, wish: Wish, *,
    current: str = SHIPPED, watcher: Watcher | None = None, measuring: Callable[[str], None] | None = None,
    adopt: bool = True,
) -> Outcome:  # fmt: skip
    """Train a model, measure it beside what it comes from, and keep it.

    It suggests from now on where it is no worse than the base, by more than `TOLERANCE`, on the articles that
    were kept from it.

    Args:
        units: the reviewed articles, as `fit` chose them.
        current: the model that a pipeline without a base is measured beside.
        watcher: is called with steps done, steps at most, and the score where there is a new one.
        measuring: is called with ``before``, ``training`` and ``after`` when these begin.
        adopt: whether it may suggest from now on.

    Raises:
        ChiosaError: there is too little to learn from, training failed, or the store cannot be written.
    """
    from annotations.suggesters import load_suggester
    from annotations.training.figures import figures, looked_at

    require(units, ON_BASE if wish.base is not None else FROM_SCRATCH)
    learnt = learnt_texts(wish.base or current)
    parts = deal(units, f"chiosa {wish.seed}" if wish.seed else "chiosa", learnt)
    labels = looked_at(units)
    told = measuring or (lambda when: None)
    with models.new(wish.name) as new:
        told("before")
        old = load_suggester(wish.base or current, threads=0)
        before = figures(old, parts.held, scheme, labels)
        number = models.next_version(wish.name)
        told("training")
        _train(parts, scheme, wish, str(number), new.folder, watcher)
        told("after")
        after = figures(load_suggester(str(new.folder), threads=0), parts.held, scheme, labels)
        better = adopt and (after.total.f or 0.0) >= (before.total.f or 0.0) - TOLERANCE
        about = _about(wish, parts, old.name, before, after)
        about["learnt before"] = sorted(learnt) if wish.base is not None else []
        model = new.keep(about)
    if better:
        models.use(model)
    return Outcome(model, old.name, before, after, parts, better)


def _train(
    parts: Parts, scheme: Scheme, wish: Wish, number: str, folder: Path, watcher: Watcher | None
) -> None:
    from annotations.training.learning import Job, train_on_base
    from annotations.training.scratch import train_by_config, train_from_scratch

    job: Job = Job(parts, scheme, wish.name, number, wish.seed, wish.steps, watcher)
    if wish.config is not None:
        train_by_config(wish.config, job, folder)
    elif wish.base is not None:
        train_on_base(wish.base, job, folder)
    else:
        train_from_scratch(job, folder)


def _about(wish: Wish, parts: Parts, base: str, before: Scores, after: Scores) -> dict[str, Any]:
    learnt = (*parts.train, *parts.check)
    labels = Counter(s.label for unit in learnt for s in unit.annotation.spans if s.status == ACCEPTED)
    return {
        "schema": SCHEMA,
        "name": wish.name,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "base": base if wish.base is not None else None,
        "beside": base,
        "config": str(wish.config) if wish.config is not None else None,
        "seed": wish.seed,
        "versions": {"chiosa": __version__, "spacy": version("spacy"), "thinc": version("thinc")},
        "labels": dict(labels.most_common()),
        "articles": {
            name: [_entry(unit) for unit in part]
            for name, part in (("train", parts.train), ("check", parts.check), ("held out", parts.held))
        },
        "scores": {"before": before.to_dict(), "after": after.to_dict()},
    }


def _entry(unit: Reviewed) -> dict[str, str]:
    return {
        "id": plain_id(unit.article),
        "sha256": unit.article.sha256,
        "annotator": unit.annotation.annotator,
        "state": unit.annotation.state,
    }
