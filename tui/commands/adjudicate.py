"""``chiosa adjudicate A B``: decide the conflicts of annotators on the desk."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from annotations.annotators import annotators
from annotations.article import Article, plain_name
from annotations.errors import ChiosaError
from annotations.language import N_, _, n_
from annotations.store import file_name
from annotations.suggesters import NONE
from tui.commands.common import add_store_options, say

if TYPE_CHECKING:
    from annotations.store import Store
    from tui.adjudication_desk import AdjudicationDesk

SUMMARY = N_("decide on the desk where annotators differ; the outcome is your annotation")
EXAMPLE = N_("chiosa adjudicate anna bruno --annotator carla")
_NAMED = 10
"""Articles that are named, of those that not all have done."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whose work, and on what."""
    parser.add_argument(
        "names",
        nargs="+",
        metavar=_("NAME"),
        help=_("two or more annotators who have done the same articles"),
    )
    parser.add_argument(
        "--from",
        dest="path",
        type=Path,
        metavar=_("PATH"),
        help=_("the articles (default: as for the desk)"),
    )
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Check before the screen is taken, then run the desk."""
    from tui.commands.desk import prepare

    args.model = NONE
    prepared = prepare(args)
    names = _annotators(args.names, prepared.store)
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise ChiosaError(_("adjudicating needs a terminal"))

    from annotations.suggesting import SuggestingProcess
    from tui.adjudication_desk import COLUMNS, AdjudicationDesk
    from tui.commands.desk import set_up
    from tui.screens.adjudication import AdjudicationApp

    desk = AdjudicationDesk(
        prepared.articles, prepared.store, names, SuggestingProcess(NONE), single=prepared.single
    )
    _check_ready(desk)
    set_up(desk, args.settings, args.settings_faults)
    desk.columns = COLUMNS
    app = AdjudicationApp(desk)
    try:
        app.run(mouse=False)
    finally:
        desk.give_all_back()
    for line in (*_left_out(desk), *desk.remarks, *desk.problems):
        say(line)
    return app.return_code or (1 if desk.problems else 0)


def _annotators(given: list[str], store: Store) -> list[str]:
    """The names of those whose work is compared, each once.

    Raises:
        ChiosaError: one has annotated nothing, the adjudicator is among them, or there is only one.
    """
    names = list(dict.fromkeys(plain_name(name.strip()) for name in given))
    known = {folder.name: name for folder, name in annotators(store.root)}
    for name in names:
        if file_name(name) not in known:
            there = ", ".join(sorted(filter(None, known.values()))) or _("nobody")
            raise ChiosaError(
                _("{store}: has no annotations of {name}; there are those of: {there}").format(
                    store=store.root, name=name, there=there
                )
            )
    if file_name(store.annotator) in map(file_name, names):
        raise ChiosaError(
            _(
                "{name} cannot decide between {name} and others: "
                "say who adjudicates with --annotator, under a name that is not compared"
            ).format(name=store.annotator)
        )
    if len(names) < 2:
        raise ChiosaError(
            _("adjudicating takes two annotators or more: name another beside {name}").format(name=names[0])
        )
    return names


def _check_ready(desk: AdjudicationDesk) -> None:
    """See that there is something to adjudicate.

    Raises:
        ChiosaError: no article is done by all.
    """
    for article in desk.articles():
        if isinstance(article, Article):
            if desk.single:
                desk.check(article)  # says why not
            if desk.ready(article):
                return
    reasons = list(desk.waiting.values())
    more = [n_("and {n} more", "and {n} more", len(reasons) - _NAMED)] if len(reasons) > _NAMED else []
    head = _("no article is done by all of {names}, which adjudicating needs:").format(
        names=", ".join(desk.annotators)
    )
    raise ChiosaError("\n".join([head, *reasons[:_NAMED], *more]))


def _left_out(desk: AdjudicationDesk) -> list[str]:
    """What is said at the end of articles that not all have done."""
    reasons = list(desk.waiting.values())
    if not reasons:
        return []
    head = n_("{n} article was left out:", "{n} articles were left out:", len(reasons))
    more = [n_("and {n} more", "and {n} more", len(reasons) - _NAMED)] if len(reasons) > _NAMED else []
    return [head, *reasons[:_NAMED], *more]
