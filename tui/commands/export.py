"""``chiosa export DEST``: write training data."""

from __future__ import annotations

import argparse
from pathlib import Path

from annotations.batch.shards import is_shards, reviewed_in
from annotations.errors import ChiosaError
from annotations.folder import article_paths
from annotations.formats import Reviewed, formats, get_format
from annotations.formats.exporting import MISALIGNED, SPLIT, export
from annotations.language import N_, _
from annotations.store import Store
from tui.commands.common import add_store_options, articles_of, default_path, say, store_of
from tui.commands.progress import progress_bar, with_progress

SUMMARY = N_("write training data from the reviewed articles")
EXAMPLE = N_("chiosa export training --format spacy")


FILES = (".jsonl", ".json", ".spacy", ".txt", ".ann", ".conll", ".conllu", ".tsv", ".xml", ".xmi", ".parquet")
"""Endings of a file's name; an export is a folder, since most have more than one file."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    names = [name for name, known in formats().items() if known.write]
    parser.add_argument("dest", type=Path, metavar=_("DEST"), help=_("the folder to write"))
    parser.add_argument("--format", default="spacy", choices=names, help=_("default: spacy"))
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar=_("PATH"),
        help=_("the articles, or a folder of shards (default: as for the desk)"),
    )
    parser.add_argument("--partial", action="store_true", help=_("also articles that are not done"))
    parser.add_argument(
        "--misaligned",
        choices=MISALIGNED,
        default=SPLIT,
        help=_(
            "what to do with a span that begins or ends within a token: teach the tokenizer to split it "
            "(default; fails where it cannot), expand the span, skip it, or fail"
        ),
    )
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Export; what was left out and why is said on stderr."""
    if args.dest.suffix.lower() in FILES and not args.dest.is_dir():
        raise ChiosaError(
            _("{path}: an export is a folder of files; leave out {suffix}").format(
                path=args.dest, suffix=args.dest.suffix
            )
        )
    path = args.source or default_path()
    store = store_of(args, path)
    known = get_format(args.format)
    units = _of_shards(path, store) if is_shards(path) else _of_store(path, store)
    with progress_bar(_("exporting")) as progress:
        try:
            report = export(
                known, units, args.dest, store.scheme,
                partial=args.partial, misaligned=args.misaligned, progress=progress,
            )  # fmt: skip
        except ChiosaError as error:
            raise ChiosaError(
                _("{path}, annotator {annotator}: {error}").format(
                    path=path, annotator=store.annotator, error=error
                )
            ) from None
    for line in report.lines():
        say(line)
    return 0


def _of_store(path: Path, store: Store) -> list[Reviewed]:
    """What the store has on the articles of a path."""
    units = []
    for article in with_progress(articles_of([path]), len(article_paths(path)), _("reading")):
        loaded = store.load(article)
        for line in loaded.notices:
            say(line)
        if loaded.exists:
            units.append(Reviewed(article, loaded.history.annotation, loaded.history))
    return units


def _of_shards(folder: Path, store: Store) -> list[Reviewed]:
    """What ``chiosa suggest --shards`` has put in a folder; what cannot be read there is said."""
    units = []
    for found in reviewed_in(folder, store.scheme):
        if isinstance(found, Reviewed):
            units.append(found)
        else:
            say(str(found))
    return units
