"""``chiosa suggest PATH...``: fill the store with suggestions, or write them as JSON lines."""

from __future__ import annotations

import argparse
import json
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from annotations.annotation import DONE, Annotation, Proposal
from annotations.errors import ChiosaError, why
from annotations.folder import article_paths
from annotations.language import N_, _, n_
from annotations.record import to_record
from annotations.store import Locked, Store
from annotations.suggesters import check_model
from annotations.suggestions import merge
from tui.commands.common import (
    add_model_option,
    add_store_options,
    articles_of,
    default_path,
    model_of,
    say,
    store_of,
)
from tui.commands.progress import with_progress
from tui.display import display_json

if TYPE_CHECKING:
    from annotations.article import Article
    from annotations.suggesters import Suggester

    _Found = tuple[Path, Article | ChiosaError]
    _Proposed = tuple[Path, Article | ChiosaError, Proposal | ChiosaError]

SUMMARY = N_("fill the store with suggestions, or write them as JSON lines")
EXAMPLE = N_("chiosa suggest articles --jsonl suggestions.jsonl")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar=_("PATH"),
        help=_("folders or text files (default: as for the desk)"),
    )  # fmt: skip
    parser.add_argument(
        "--jsonl", metavar=_("FILE"), help=_("write them here ('-': stdout) and leave the store alone")
    )
    add_store_options(parser)
    add_model_option(parser)


def run(args: argparse.Namespace) -> int:
    """Suggest for every article; one that cannot be done is said on stderr and makes the status 1.

    A file of a folder that is no article is said too, but it was not asked for by name.
    """
    paths = args.paths or [default_path()]
    total = sum(len(article_paths(path)) for path in paths)
    check_model(args.model)
    stores = {path: store_of(args, path) for path in paths}
    if not args.jsonl:
        for store in stores.values():
            store.check_writable()
    from annotations.suggesters import load_suggester

    suggester = load_suggester(model_of(args, stores[paths[0]]), threads=0)
    if suggester.notice:
        say(suggester.notice)
    done = failed = spans = 0
    with ExitStack() as stack:
        out = _output(args.jsonl, stack) if args.jsonl else None
        work = _proposals(suggester, _articles(paths, bool(args.store)))
        for path, article, proposal in with_progress(work, total, _("suggesting")):
            try:
                if isinstance(article, ChiosaError):
                    raise article
                if isinstance(proposal, ChiosaError):
                    raise ChiosaError(f"{article.path}: {proposal}")
                if out is not None:
                    annotation = Annotation(stores[path].annotator)
                    annotation = merge(annotation, proposal, stores[path].scheme, suggester.name)
                    print(
                        display_json(json.dumps(to_record(article, annotation), ensure_ascii=False)), file=out
                    )
                else:
                    annotation = _fill(stores[path], article, proposal, suggester.name)
                done += 1
                spans += len(annotation.spans) - annotation.decided
            except ChiosaError as error:
                say(str(error))
                failed += 1
    line = n_("{n} article", "{n} articles", done) + n_(", {n} suggestion", ", {n} suggestions", spans)
    say(line + (n_(", {n} not done", ", {n} not done", failed) if failed else ""))
    return 1 if failed else 0


def _articles(paths: list[Path], one_store: bool) -> Iterator[_Found]:
    """The articles of all paths; an error for a file that was named and is none, or cannot be told apart."""
    seen: dict[str, Path] = {}
    for path in paths:
        try:
            for article in articles_of([path]):
                other = seen.setdefault(article.id, article.path)
                if one_store and other.resolve() != article.path.resolve():
                    yield (
                        path,
                        ChiosaError(
                            _("{path}: has the same name as {other}, in one store; rename one").format(
                                path=article.path, other=other
                            )
                        ),
                    )
                else:
                    yield path, article
        except ChiosaError as error:
            yield path, error


def _proposals(suggester: Suggester, articles: Iterator[_Found]) -> Iterator[_Proposed]:
    """The same with their proposals, as the suggester makes them: some at a time."""
    waiting: deque[_Found] = deque()

    def texts() -> Iterator[str]:
        for path, article in articles:
            waiting.append((path, article))
            if not isinstance(article, ChiosaError):
                yield article.text

    for proposal in suggester.suggest_all(texts()):
        while isinstance(waiting[0][1], ChiosaError):
            yield *waiting.popleft(), Proposal()
        yield *waiting.popleft(), proposal
    while waiting:
        yield *waiting.popleft(), Proposal()


def _fill(store: Store, article: Article, proposal: Proposal, suggester: str) -> Annotation:
    try:
        session = store.open(article)
    except Locked as locked:
        raise ChiosaError(
            _("{error} (the desk there gets its suggestions by itself)").format(error=locked)
        ) from None
    try:
        for notice in session.loaded.notices:
            say(notice)
        for misfit in session.misfits:
            say(
                _("{article}: {label} «{words}» has no place: {reason}").format(
                    article=article.id,
                    label=misfit.span.label,
                    words=misfit.words,
                    reason=misfit.reason.shown,
                )
            )
        history = session.loaded.history
        if history.annotation.state == DONE:
            return history.annotation
        history = history.absorb(merge(history.annotation, proposal, store.scheme, suggester))
        session.save(history)
        return history.annotation
    finally:
        session.close()


def _output(name: str, stack: ExitStack) -> TextIO:
    if name == "-":
        return sys.stdout
    try:
        return stack.enter_context(Path(name).open("w", encoding="utf-8"))
    except OSError as error:
        raise ChiosaError(
            _("{path}: cannot be written ({reason}); name another file").format(path=name, reason=why(error))
        ) from None
