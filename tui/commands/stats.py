"""``chiosa stats [PATH...]``: print figures on the reviews."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from annotations.annotators import annotators
from annotations.errors import ChiosaError
from annotations.folder import article_paths
from annotations.language import N_, _
from annotations.statistics import ArticleFigures, article_figures, total
from annotations.store import Store, StoreError
from tui.commands.common import add_store_options, articles_of, default_path, say, store_of
from tui.commands.progress import with_progress
from tui.display import display_json

if TYPE_CHECKING:
    from annotations.article import Article
    from annotations.statistics import Figures
    from tui.widgets.rows import Row

SUMMARY = N_("print figures: progress, labels, accept rate, time per decision")
EXAMPLE = "chiosa stats articles --all-annotators"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar=_("PATH"),
        help=_("folders or text files (default: as for the desk)"),
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help=_("print all figures as one JSON object"))
    parser.add_argument(
        "--all-annotators", action="store_true",
        help=_("everyone who has annotated, not just --annotator"),
    )  # fmt: skip
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Count what can be read; the rest is said on stderr and makes the status 1."""
    paths = args.paths or [default_path()]
    count = sum(len(article_paths(path)) for path in paths)
    reviews = _Reviews(args)
    found: dict[str, list[ArticleFigures]] = {}
    for figures in chain.from_iterable(with_progress(reviews.of(paths), count, _("counting"))):
        found.setdefault(figures.annotator, []).append(figures)
    figures_of = {annotator: total(articles) for annotator, articles in sorted(found.items())}
    everything = total(chain.from_iterable(found.values()))
    if found and not args.all_annotators and not everything.tallies and reviews.others:
        words = _("nothing of {annotator} here, but of {others}: use --annotator or --all-annotators")
        say(words.format(annotator=", ".join(found), others=", ".join(reviews.others)))
    if args.json:
        record = {"annotators": list(figures_of), **everything.to_dict()}
        if args.all_annotators:
            record["by_annotator"] = {name: figures.to_dict() for name, figures in figures_of.items()}
        print(display_json(json.dumps(record, ensure_ascii=False, indent=2)))
    elif found:
        _print(figures_of, everything)
    return 1 if reviews.failed else 0


class _Reviews:
    """The reviews of some articles; counts what could not be read."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.failed = 0
        self._seen: dict[Path, Path] = {}
        self._asked: list[Store] = []

    @property
    def others(self) -> list[str]:
        """Who else has annotated these articles."""
        names = {name for store in self._asked for _folder, name in annotators(store.root)}
        return sorted(name for name in names if name and name not in {s.annotator for s in self._asked})

    def of(self, paths: list[Path]) -> Iterator[list[ArticleFigures]]:
        """The figures of each article, by each annotator."""
        for path in paths:
            store = store_of(self.args, path)
            try:
                stores = self._stores(store) if self.args.all_annotators else [store]
                self._asked.append(store)
                for article in articles_of([path]):
                    yield [*self._figures(article, stores)]
            except ChiosaError as error:
                self._fail(error)

    def _figures(self, article: Article, stores: Iterable[Store]) -> Iterator[ArticleFigures]:
        for store in stores:
            key = store.path(article.id).resolve()
            other = self._seen.setdefault(key, article.path)
            if other is not article.path:
                if other.resolve() != article.path.resolve():
                    words = _("{file}: has the same name as {other}, in one store; rename one")
                    self._fail(ChiosaError(words.format(file=article.path, other=other)))
                continue  # named twice, it counts once
            try:
                history = store.load(article).history
            except StoreError as error:
                self._fail(error)
            else:
                yield article_figures(article, history)

    def _stores(self, store: Store) -> list[Store]:
        """The same store for everyone who has annotated in it; as asked for where nobody has."""
        stores = []
        for folder, name in annotators(store.root):
            if name is None:
                words = _("{path}: nobody knows whose folder this is; it is left out")
                self._fail(StoreError(words.format(path=folder)))
            else:
                stores.append(Store(store.root, name, store.scheme))
        return stores or [store]

    def _fail(self, error: ChiosaError) -> None:
        say(str(error))
        self.failed += 1


def _print(figures_of: dict[str, Figures], everything: Figures) -> None:
    from tui import styles
    from tui.commands.printing import Page
    from tui.screens.stats import stats_rows, summary_row, tally_rows
    from tui.widgets.rows import text

    page = Page()
    width, ascii = page.width, page.ascii
    rows: list[Row] = [[text(" " + ", ".join(figures_of), styles.BOLD)]]
    if len(figures_of) > 1:
        rows.append([text(" " + _("an article counts once for each annotator"), styles.DIM)])
    rows += stats_rows(everything, width, ascii=ascii)
    if len(figures_of) > 1:
        tallies = {name: figures.tally for name, figures in figures_of.items()}
        rows += [*tally_rows(_("Annotators"), tallies, width, ascii=ascii), []]
        rows += [[text(f" {name}: {summary_row(figures)}")] for name, figures in figures_of.items()]
    page.rows(rows)
