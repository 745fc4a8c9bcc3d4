"""``chiosa export DEST``: write training data."""

from __future__ import annotations

import argparse
from pathlib import Path

from annotations.errors import ChiosaError
from annotations.folder import article_paths
from annotations.formats import Reviewed, formats, get_format
from annotations.language import N_, _
from tui.commands.common import add_store_options, articles_of, default_path, say, store_of
from tui.commands.progress import progress_bar, with_progress

SUMMARY = N_("write training data from the reviewed articles")
EXAMPLE = N_("chiosa export training --format spacy")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    names = [name for name, known in formats().items() if known.export]
    parser.add_argument("dest", type=Path, metavar=_("DEST"), help=_("the folder to write"))
    parser.add_argument("--format", default="spacy", choices=names, help=_("default: spacy"))
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar=_("PATH"),
        help=_("the articles (default: as for the desk)"),
    )
    parser.add_argument("--partial", action="store_true", help=_("also articles that are not done"))
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Export; what was left out and why is said on stderr."""
    path = args.source or default_path()
    total = len(article_paths(path))
    store = store_of(args, path)
    export = get_format(args.format).export
    if export is None:
        raise ChiosaError(_("{format}: cannot be exported").format(format=args.format))
    units = []
    for article in with_progress(articles_of([path]), total, _("reading")):
        loaded = store.load(article)
        for line in loaded.notices:
            say(line)
        if loaded.exists:
            units.append(Reviewed(article, loaded.history.annotation))
    with progress_bar(_("exporting")) as progress:
        try:
            report = export(units, args.dest, store.scheme, partial=args.partial, progress=progress)
        except ChiosaError as error:
            raise ChiosaError(
                _("{path}, annotator {annotator}: {error}").format(
                    path=path, annotator=store.annotator, error=error
                )
            ) from None
    for line in report.lines():
        say(line)
    return 0
