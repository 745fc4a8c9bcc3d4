"""``chiosa next [PATH]``: which articles to review next, and why."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotations.errors import ChiosaError
from annotations.folder import article_paths
from annotations.language import N_, _, n_
from annotations.next_articles import (
    BEGUN,
    BY_NAME,
    DOUBT,
    RANDOM,
    UNKNOWN,
    Candidate,
    Place,
    lot,
    next_articles,
)
from annotations.store import Progress
from tui.commands.common import add_store_options, articles_of, default_path, say, store_of
from tui.commands.progress import with_progress
from tui.display import display_json, display_line

if TYPE_CHECKING:
    from annotations.article import Article

SUMMARY = N_("name the article to review next, the one that teaches most")
EXAMPLE = N_("chiosa next articles -n 5")
_JSON_NAMES = {
    BEGUN: "begun",
    DOUBT: "doubt",
    RANDOM: "random",
    UNKNOWN: "no suggestions",
    BY_NAME: "file name",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "path", nargs="?", type=Path, metavar=_("PATH"),
        help=_("a folder or a text file (default: as for the desk)"),
    )  # fmt: skip
    parser.add_argument(
        "-n", type=int, default=1, dest="count", metavar=_("N"), help=_("how many articles (default: 1)")
    )
    parser.add_argument("--json", action="store_true", help=_("print them as one JSON list"))
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print paths, one a line, with the reason; says so on stderr where nothing is left."""
    path = args.path or default_path()
    store = store_of(args, path)
    articles: list[tuple[Article, Progress]] = []
    failed = 0
    for article in with_progress(articles_of([path]), len(article_paths(path)), _("reading")):
        try:
            articles.append((article, store.progress(article) or Progress()))
        except ChiosaError as error:
            say(str(error))
            failed += 1
    candidates = [
        Candidate(
            progress.state,
            progress.total > 0,
            progress.total - progress.decided,
            progress.doubt,
            lot(article.id),
        )
        for article, progress in articles
    ]
    places = next_articles(candidates)
    shown = places[: max(0, args.count)]
    if args.json:
        records = [_record(place, *articles[place.index], candidates[place.index]) for place in shown]
        print(display_json(json.dumps(records, ensure_ascii=False, indent=2)))
    else:
        for place in shown:
            article, progress = articles[place.index]
            reason = _reason(place, progress, candidates[place.index])
            print(f"{display_line(str(article.path))}\t{display_line(reason)}")
    unknown = sum(not candidates[place.index].suggested for place in places)
    if not places:
        say(_("{path}: every article is done by {annotator}").format(path=path, annotator=store.annotator))
    elif unknown:
        say(
            n_(
                "{n} article has no suggestions, so that its doubt is not known: chiosa suggest {path}",
                "{n} articles have no suggestions, so that their doubt is not known: chiosa suggest {path}",
                unknown,
                path=path,
            )
        )
    return 1 if failed else 0


def _reason(place: Place, progress: Progress, candidate: Candidate) -> str:
    if place.reason == BEGUN:
        return _("begun: {decided} of {total} spans decided").format(
            decided=progress.decided, total=progress.total
        )
    if place.reason == DOUBT:
        wrong = round(candidate.worth)
        return n_(
            "doubt: {n} span, about {wrong} wrong", "doubt: {n} spans, about {wrong} wrong",
            candidate.undecided, wrong=wrong,
        )  # fmt: skip
    if place.reason == RANDOM:
        return _("random: keeps the sample fair")
    if place.reason == UNKNOWN:
        return _("no suggestions yet")
    return _("by file name, since most have no suggestions")


def _record(place: Place, article: Article, progress: Progress, candidate: Candidate) -> dict[str, Any]:
    return {
        "id": article.id,
        "path": str(article.path),
        "title": article.title,
        "state": progress.state,
        "reason": _JSON_NAMES[place.reason],
        "undecided": candidate.undecided,
        "mean_doubt": candidate.doubt if candidate.suggested else None,
        "expected_wrong": candidate.worth if candidate.suggested else None,
    }
