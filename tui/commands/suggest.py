"""``chiosa suggest PATH...``: fill the store with suggestions, or write them as JSON lines."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from annotations.annotation import DONE, Annotation
from annotations.errors import ChiosaError
from annotations.folder import article_paths
from annotations.record import to_record
from annotations.store import Locked, Store
from annotations.suggesters import check_model
from annotations.suggestions import merge
from tui.commands.common import add_model_option, add_store_options, articles_of, say, store_of
from tui.commands.progress import with_progress

if TYPE_CHECKING:
    from annotations.article import Article
    from annotations.suggesters import Suggester

SUMMARY = "fill the store with suggestions, or write them as JSON lines"
EXAMPLE = "chiosa suggest articles --jsonl suggestions.jsonl"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="folders or text files")
    parser.add_argument(
        "--jsonl", metavar="FILE", help="write them here ('-': stdout) and leave the store alone"
    )
    add_store_options(parser)
    add_model_option(parser)


def run(args: argparse.Namespace) -> int:
    """Suggest for every article; one that cannot be done is said on stderr and makes the status 1."""
    total = sum(len(article_paths(path)) for path in args.paths)
    check_model(args.model)
    stores = {path: store_of(args, path) for path in args.paths}
    if not args.jsonl:
        for store in stores.values():
            store.check_writable()
    from annotations.suggesters import load_suggester

    suggester = load_suggester(args.model)
    failed = 0
    with ExitStack() as stack:
        out = _output(args.jsonl, stack) if args.jsonl else None
        found = ((stores[path], article) for path in args.paths for article in articles_of([path]))
        for store, article in with_progress(found, total, "suggesting"):
            try:
                if out is not None:
                    annotation = Annotation(store.annotator)
                    annotation = merge(
                        annotation, suggester.suggest(article.text), store.scheme, suggester.name
                    )
                    print(json.dumps(to_record(article, annotation), ensure_ascii=False), file=out)
                else:
                    _fill(store, article, suggester)
            except ChiosaError as error:
                say(str(error))
                failed += 1
    return 1 if failed else 0


def _fill(store: Store, article: Article, suggester: Suggester) -> None:
    try:
        session = store.open(article)
    except Locked as locked:
        raise ChiosaError(f"{locked} (the desk there gets its suggestions by itself)") from None
    try:
        history = session.loaded.history
        if history.annotation.state == DONE:
            return
        proposal = suggester.suggest(article.text)
        session.save(history.absorb(merge(history.annotation, proposal, store.scheme, suggester.name)))
    finally:
        session.close()


def _output(name: str, stack: ExitStack) -> TextIO:
    if name == "-":
        return sys.stdout
    try:
        return stack.enter_context(Path(name).open("w", encoding="utf-8"))
    except OSError as error:
        raise ChiosaError(f"{name}: cannot be written ({error.strerror}); name another file") from None
