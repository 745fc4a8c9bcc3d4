"""``chiosa evaluate [PATH]``: score what a model proposes against the reviewed articles."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from annotations.annotation import DONE, NEW, Annotation
from annotations.errors import ChiosaError
from annotations.folder import article_paths
from annotations.language import N_, _, n_
from annotations.suggesters import check_model
from tui.commands.common import (
    add_labels_option,
    add_model_option,
    add_store_options,
    articles_of,
    default_path,
    labels_of,
    model_of,
    say,
    store_of,
)
from tui.commands.progress import progress_bar, with_progress
from tui.display import display_json

if TYPE_CHECKING:
    from annotations.article import Article
    from annotations.evaluation import Judged
    from annotations.scheme import Scheme
    from annotations.store import Store
    from annotations.suggesters import Suggester

    _Gold = tuple[Article, Annotation]

SUMMARY = N_("score what a model proposes against the reviewed articles")
EXAMPLE = N_("chiosa evaluate articles --model rules")
WORST = 5
"""How many of the worst articles are shown."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "path", nargs="?", type=Path, metavar=_("PATH"),
        help=_("a folder or a text file (default: as for the desk)"),
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help=_("print all figures as one JSON object"))
    parser.add_argument(
        "--partial",
        action="store_true",
        help=_("also articles in progress, of which only the words that are decided count"),
    )
    parser.add_argument(
        "--worst", type=int, default=WORST, metavar=_("N"),
        help=_("how many of the worst articles to show (default: {n})").format(n=WORST),
    )  # fmt: skip
    parser.add_argument(
        "--unseen", action="store_true", help=_("leave out the articles that the model was trained on")
    )
    parser.add_argument(
        "--curve",
        action="store_true",
        help=_(
            "F against the number of reviewed articles: trains on growing parts of them from the model, "
            "which takes minutes, and measures on a third that is kept apart"
        ),
    )
    add_labels_option(parser)
    add_store_options(parser)
    add_model_option(parser)


def run(args: argparse.Namespace) -> int:
    """Score the reviewed articles; those that cannot be read are said on stderr and make the status 1."""
    path = args.path or default_path()
    check_model(args.model)
    store = store_of(args, path)
    labels = labels_of(args, store.scheme)
    reviewed, failed = _reviewed(path, store, args.partial)
    model = model_of(args, store)
    if args.curve:
        _curve(args, model, reviewed, store.scheme, labels)
        return 1 if failed else 0
    reviewed = _unseen(reviewed, model, leave_out=args.unseen)
    from annotations.evaluation import evaluated
    from annotations.suggesters import load_suggester

    suggester = load_suggester(model, threads=0)
    if suggester.notice:
        say(suggester.notice)
    judged = []
    work = _judged(suggester, reviewed, store.scheme, labels)
    for one in with_progress(work, len(reviewed), _("evaluating")):
        if isinstance(one, ChiosaError):
            say(str(one))
            failed += 1
        else:
            judged.append(one)
    if not judged:
        return 1
    evaluation = evaluated(judged, store.scheme)
    if args.json:
        record = {
            "model": suggester.name,
            "annotator": store.annotator,
            "partial": args.partial,
            **evaluation.to_dict(),
        }
        print(display_json(json.dumps(record, ensure_ascii=False, indent=2)))
    else:
        from tui.commands.printing import Page
        from tui.commands.score_tables import evaluation_rows

        page = Page()
        page.rows(evaluation_rows(evaluation, suggester.name, store.annotator, args.worst, page))
    return 1 if failed else 0


def _unseen(reviewed: list[_Gold], model: str, *, leave_out: bool) -> list[_Gold]:
    """The same, or those that the model was not trained on; says so where it was trained on some.

    Raises:
        ChiosaError: nothing would be left.
    """
    from annotations.training.trained_on import texts_learnt

    learnt = texts_learnt(model)
    unseen = [one for one in reviewed if one[0].sha256 not in learnt]
    seen = len(reviewed) - len(unseen)
    if leave_out and not unseen:
        raise ChiosaError(_("the model was trained on every reviewed article; review others to measure with"))
    if seen and not leave_out:
        say(
            n_(
                "the model was trained on {n} of these articles, which flatters it: --unseen leaves it out",
                "the model was trained on {n} of these articles, which flatters it: --unseen leaves them out",
                seen,
            )
        )
    return unseen if leave_out else reviewed


def _curve(
    args: argparse.Namespace,
    model: str,
    reviewed: list[_Gold],
    scheme: Scheme,
    labels: frozenset[str] | None,
) -> None:
    from annotations.curve import learning_curve
    from annotations.formats import Reviewed
    from annotations.training.running import Wish, train_on

    def train(units: Sequence[Reviewed], scheme: Scheme, folder: Path) -> None:
        train_on(units, scheme, folder, Wish(base=model))

    units = [Reviewed(article, annotation) for article, annotation in reviewed if annotation.state == DONE]
    with TemporaryDirectory(prefix="chiosa-curve-") as folder, progress_bar(_("training")) as progress:
        points = list(learning_curve(units, scheme, model, train, Path(folder), labels, progress))
    if args.json:
        record = {"model": model, "curve": [point.to_dict() for point in points]}
        print(display_json(json.dumps(record, ensure_ascii=False, indent=2)))
        return
    from tui.commands.printing import Page
    from tui.commands.score_tables import curve_rows

    page = Page()
    page.rows(curve_rows(points, page))


def _reviewed(path: Path, store: Store, partial: bool) -> tuple[list[_Gold], int]:
    """The articles with gold and their annotations, and how many could not be read.

    Raises:
        ChiosaError: there are none.
    """
    found, failed, begun = [], 0, 0
    for article in with_progress(articles_of([path]), len(article_paths(path)), _("reading")):
        try:
            loaded = store.load(article)
        except ChiosaError as error:
            say(str(error))
            failed += 1
            continue
        for notice in loaded.notices:
            say(notice)
        annotation = loaded.history.annotation
        if annotation.state == DONE or (partial and annotation.state != NEW and annotation.decided):
            found.append((article, annotation))
        elif annotation.decided:
            begun += 1
    if not found:
        message = _("{path}: no article is done by {annotator}: mark some as done on the desk (d)").format(
            path=path, annotator=store.annotator
        )
        if begun:
            message += n_(
                ", or use --partial for {n} in progress", ", or use --partial for {n} in progress", begun
            )
        raise ChiosaError(message)
    return found, failed


def _judged(
    suggester: Suggester,
    reviewed: list[_Gold],
    scheme: Scheme,
    labels: frozenset[str] | None,
) -> Iterator[Judged | ChiosaError]:
    from annotations.evaluation import judge

    proposals = suggester.suggest_all(article.text for article, _annotation in reviewed)
    for (article, annotation), proposal in zip(reviewed, proposals, strict=True):
        if isinstance(proposal, ChiosaError):
            yield ChiosaError(f"{article.path}: {proposal}")
        else:
            yield judge(article, annotation, proposal, scheme, labels)
