"""``chiosa train [PATH]``: train a pipeline on the reviewed articles, and let it suggest from now on."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from annotations.errors import ChiosaError
from annotations.folder import article_paths
from annotations.formats import Reviewed
from annotations.language import N_, _, n_
from annotations.suggesters import SHIPPED, check_model
from annotations.training.models import SHIPPED_NAME, Models, check_name
from annotations.training.running import Outcome, Wish, fit, train_model
from tui.commands.common import add_store_options, articles_of, default_path, say, store_of, store_root
from tui.commands.progress import progress_bar, with_progress
from tui.display import display_line

if TYPE_CHECKING:
    from rich.segment import Segment

    from annotations.store import Store

SUMMARY = N_("train a pipeline on the reviewed articles")
EXAMPLE = N_("chiosa train articles --base")
_LINES_EVERY = 10.0
"""Seconds between two lines about how far training is, where no bar can be drawn."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "path", nargs="?", type=Path, metavar=_("PATH"),
        help=_("a folder or a text file (default: as for the desk)"),
    )  # fmt: skip
    way = parser.add_mutually_exclusive_group()
    way.add_argument(
        "--base", nargs="?", const=SHIPPED, metavar=_("PIPELINE"),
        help=_(
            "train a pipeline further: Chiosa's own (without a value), a model of the store, an installed "
            "spaCy package or a pipeline's folder (default: train one from nothing)"
        ),
    )  # fmt: skip
    way.add_argument(
        "--config", type=Path, metavar=_("FILE"),
        help=_("train what a spaCy config describes; its paths.train and paths.dev are set"),
    )  # fmt: skip
    way.add_argument("--list", action="store_true", help=_("list the models of the store and end"))
    way.add_argument(
        "--use", metavar=_("NAME"), help=_("let this model suggest ({shipped}: Chiosa's own) and end").format(
            shipped=SHIPPED_NAME
        ),
    )  # fmt: skip
    parser.add_argument(
        "--name", default="trained", metavar=_("NAME"), help=_("the model's name (default: trained)")
    )
    parser.add_argument(
        "--partial", action="store_true", help=_("also learn from articles in progress, from what is decided")
    )
    parser.add_argument("--seed", type=int, default=0, metavar=_("N"), help=_("another draw (default: 0)"))
    parser.add_argument(
        "--max-steps", type=_steps, default=0, metavar=_("N"), help=_("at most so many steps of training")
    )
    parser.add_argument(
        "--output", type=Path, metavar=_("DIR"),
        help=_("put the model into another folder than the store's; the desk does not use it by itself"),
    )  # fmt: skip
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Train, or list models, or switch between them."""
    path = args.path or default_path()
    models = Models(args.store or store_root(path))
    if args.list:
        _list(models)
        return 0
    if args.use is not None:
        _use(models, args.use)
        return 0
    check_name(args.name)
    base = _base(args.base, models)
    store = store_of(args, path)
    if args.output is not None:
        models = Models.at(args.output)
    units = fit(_reviewed(path, store), args.partial)
    wish = Wish(args.name, base, args.config, args.seed, args.max_steps)
    current = Models(store.root).current()
    with progress_bar(_("training")) as bar:
        lines = None if sys.stderr.isatty() else _Lines()

        def watch(step: int, total: int, score: float | None) -> None:
            bar(step, total)
            if lines is not None:
                lines(step, total)

        outcome = train_model(
            units, store.scheme, models, wish,
            current=str(current.folder) if current is not None else SHIPPED,
            watcher=watch, measuring=_measuring, adopt=args.output is None,
        )  # fmt: skip
    _tell(outcome, args.output is not None)
    return 0


def _base(named: str | None, models: Models) -> str | None:
    """The pipeline to begin with: a model of the store goes by its name.

    Raises:
        ChiosaError: there is no such pipeline.
    """
    if named is None or named == SHIPPED_NAME:
        return SHIPPED if named else None
    if any(named in (model.label, model.name) for model in models.all()):
        return str(models.find(named).folder)
    check_model(named)
    return named


def _steps(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(_("a number of steps is a whole number above 0"))
    return int(text)


def _reviewed(path: Path, store: Store) -> list[Reviewed]:
    units = []
    for article in with_progress(articles_of([path]), len(article_paths(path)), _("reading")):
        try:
            loaded = store.load(article)
        except ChiosaError as error:
            say(str(error))
            continue
        for line in loaded.notices:
            say(line)
        if loaded.exists:
            units.append(Reviewed(article, loaded.history.annotation, loaded.history))
    return units


class _Lines:
    """How far training is, a line from time to time."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _LINES_EVERY

    def __call__(self, step: int, total: int) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _LINES_EVERY
            say(_("training: step {step} of at most {total}").format(step=step, total=total))


def _measuring(when: str) -> None:
    words = {
        "before": _("measuring what there is"),
        "training": _("training"),
        "after": _("measuring what was trained"),
    }
    say(f"{words[when]}…")


def _tell(outcome: Outcome, elsewhere: bool) -> None:
    from tui.commands.printing import Page, hundredths, remark, table

    before, after = outcome.before, outcome.after
    rows = [
        (label, before.by_label.get(label), after.by_label.get(label))
        for label in {**before.by_label, **after.by_label}
    ]
    rows.append((_("all"), before.total, after.total))
    body: list[tuple[str, list[str], list[Segment]]] = []
    for name, old, new in rows:
        cells = []
        for measure in ("precision", "recall", "f"):
            shares = [getattr(counts, measure) if counts is not None else None for counts in (old, new)]
            cells.append(" → ".join(map(hundredths, shares)))
        body.append((name, cells, []))
    page = Page()
    page.rows(table(outcome.model.label, [_("precision"), _("recall"), "F"], body))
    parts = outcome.parts
    learnt = len(parts.train) + len(parts.check)
    page.rows(
        [
            remark(
                _(
                    "exact spans, {before} → {after}, on {held} that were not trained on; trained on {learnt}"
                ).format(
                    before=outcome.before_name,
                    after=outcome.model.label,
                    held=n_("{n} article", "{n} articles", len(parts.held)),
                    learnt=n_("{n} article", "{n} articles", learnt),
                )
            )
        ]
    )
    folder, label = outcome.model.folder, outcome.model.label
    if elsewhere:
        say(_("{folder}: written; to use it: chiosa --model {folder}").format(folder=folder))
    elif outcome.adopted:
        say(_("{folder}: suggests from now on; chiosa train --use shipped goes back").format(folder=folder))
    else:
        say(
            _(
                "{folder}: kept, but not used, since it is worse than what there was; to use it all the "
                "same: chiosa train --use {label}"
            ).format(folder=folder, label=label)
        )


def _list(models: Models) -> None:
    from tui.commands.printing import hundredths

    current = models.current()
    print(f"{' ' if current else '*'} {SHIPPED_NAME}")
    for model in models.all():
        mark = "*" if current is not None and model.label == current.label else " "
        about = model.about
        made = display_line(str(about.get("made", "-")))
        shares = f"F {hundredths(model.f('before'))} → {hundredths(model.f('after'))}"
        learnt = about.get("articles", {}) if isinstance(about.get("articles"), dict) else {}
        count = sum(len(learnt.get(part, ())) for part in ("train", "check"))
        trained = n_("{n} article", "{n} articles", count)
        print(f"{mark} {display_line(model.label)}  {made}  {shares}  {trained}")
    if current is None and models.pointer():
        say(_("{path}: names {label}, which is not there; the shipped pipeline suggests").format(
            path=models.root / "current", label=models.pointer()
        ))  # fmt: skip


def _use(models: Models, name: str) -> None:
    if name in (SHIPPED_NAME, SHIPPED):
        models.use(None)
        say(_("the shipped pipeline suggests from now on"))
        return
    model = models.find(name)
    models.use(model)
    say(_("{folder}: suggests from now on; chiosa train --use shipped goes back").format(folder=model.folder))
