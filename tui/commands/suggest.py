"""``chiosa suggest PATH...``: fill the store with suggestions, or write them as JSON lines or shards."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from annotations.cores import cores
from annotations.errors import ChiosaError, why
from annotations.folder import article_paths
from annotations.language import N_, _, n_
from annotations.store import Store
from annotations.suggesters import check_model
from tui.commands.common import (
    add_model_option,
    add_store_options,
    articles_of,
    default_path,
    model_of,
    say,
    store_of,
)
from tui.commands.progress import progress_bar
from tui.display import display_json

if TYPE_CHECKING:
    from annotations.batch.outlets import Outlet, Tally
    from annotations.batch.plan import Planned
    from annotations.batch.runners import Runner

SUMMARY = N_("fill the store with suggestions, or write them as JSON lines")
EXAMPLE = N_("chiosa suggest articles --jsonl suggestions.jsonl")
_FEW = 16
"""Articles a core below which processes of their own are not worth their start."""
_TOGETHER = {False: 8, True: 4}
"""Articles in a shard, in this process and in others: few, so that all end at about the same time."""
_MOST_JOBS = 1024
_IN_A_FILE = 32
"""The same where each shard becomes a file."""


class Terminated(KeyboardInterrupt):
    """SIGTERM came, which ends the work as Ctrl+C does."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar=_("PATH"),
        help=_("folders or text files (default: as for the desk)"),
    )  # fmt: skip
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--jsonl", metavar=_("FILE"), help=_("write them here ('-': stdout) and leave the store alone")
    )
    where.add_argument(
        "--shards", type=Path, metavar=_("DIR"),
        help=_("write them here, as many files of JSON lines and of spaCy Docs, and leave the store alone"),
    )  # fmt: skip
    parser.add_argument(
        "--again", action="store_true",
        help=_("also articles to which the same model has made suggestions already"),
    )  # fmt: skip
    parser.add_argument(
        "--jobs", type=_number, metavar=_("N"),
        help=_("processes (default: one a core for many articles, else 1, which uses all cores by threads)"),
    )  # fmt: skip
    parser.add_argument(
        "--dask", metavar=_("ADDRESS"),
        help=_("the scheduler of a Dask cluster whose workers are to do it, or 'local'; see the README"),
    )  # fmt: skip
    add_store_options(parser)
    add_model_option(parser)


def run(args: argparse.Namespace) -> int:
    """Suggest for every article; one that cannot be done is said on stderr and makes the status 1.

    A file of a folder that is no article is said too, but it was not asked for by name.
    """
    from annotations.batch.outlets import Tally

    paths = args.paths or [default_path()]
    total = sum(len(article_paths(path)) for path in paths)
    check_model(args.model)
    stores = {path: store_of(args, path) for path in paths}
    if not (args.jsonl or args.shards):
        for store in stores.values():
            store.check_writable()
    tally = Tally(say)
    outlet: Outlet | None = None
    try:
        with _sigterm(), ExitStack() as stack:
            runner = stack.enter_context(_runner(args, model_of(args, stores[paths[0]]), total))
            if runner.notice:
                say(runner.notice)
            outlet = _outlet(args, stores, runner.suggester, tally, stack)
            stack.callback(outlet.close)
            _work(args, runner, outlet, stores, total)
    except KeyboardInterrupt as end:
        if outlet is not None and outlet.kept:
            say(_("stopped; {kept}").format(kept=outlet.kept))
        if isinstance(end, Terminated):
            return 128 + signal.SIGTERM
        raise
    line = n_("{n} article", "{n} articles", tally.done)
    line += n_(", {n} suggestion", ", {n} suggestions", tally.spans)
    if tally.there:
        line += n_(
            ", {n} had its suggestions already (--again makes them anew)",
            ", {n} had their suggestions already (--again makes them anew)",
            tally.there,
        )
    if tally.finished:
        line += n_(", {n} is done and stays as it is", ", {n} are done and stay as they are", tally.finished)
    say(line + (n_(", {n} not done", ", {n} not done", tally.failed) if tally.failed else ""))
    return 1 if tally.failed else 0


def _work(
    args: argparse.Namespace, runner: Runner, outlet: Outlet, stores: dict[Path, Store], total: int
) -> None:
    from annotations.batch.plan import cut, made_by
    from annotations.batch.runners import InProcess, check_same
    from annotations.batch.work import Task

    paths = list(stores)
    first = stores[paths[0]]
    task = Task(model_of(args, first), outlet.makes, first.annotator, first.scheme, threads=0)
    known = made_by(runner.suggester, first.annotator, first.scheme)
    mean = _IN_A_FILE if args.shards else _TOGETHER[not isinstance(runner, InProcess)]
    one_store = bool(args.store or args.shards)
    with progress_bar(_("suggesting")) as progress:
        shards = cut(_wanted(paths, one_store, outlet), known, mean)
        for shard, answer in runner.run((shard for shard in shards if not outlet.ask_shard(shard)), task):
            check_same(runner.suggester, answer.suggester, str(shard.items[0][1].path))
            outlet.take(shard, answer)
            progress(outlet.tally.seen, total)
    outlet.finish()


def _wanted(paths: list[Path], one_store: bool, outlet: Outlet) -> Iterator[Planned]:
    """The articles of all paths whose suggestions are not there.

    A file that was named and is no article, or cannot be told apart, is said and counted.
    """
    seen: dict[str, Path] = {}
    tally = outlet.tally
    for path in paths:
        try:
            for article in articles_of([path]):
                other = seen.setdefault(article.id, article.path)
                if one_store and other.resolve() != article.path.resolve():
                    tally.fail(
                        _("{path}: has the same name as {other}, in one store; rename one").format(
                            path=article.path, other=other
                        )
                    )
                    continue
                try:
                    settled = outlet.ask(path, article)
                except ChiosaError as error:
                    tally.fail(str(error))
                    continue
                if not settled:
                    yield path, article
        except ChiosaError as error:
            tally.fail(str(error))


def _runner(args: argparse.Namespace, model: str, total: int) -> Runner:
    from annotations.batch.processes import Processes
    from annotations.batch.runners import InProcess

    if args.dask:
        from annotations.batch.cluster import Cluster

        return Cluster(args.dask, model, args.jobs or cores())
    jobs = args.jobs or (cores() if total >= _FEW * cores() else 1)
    return Processes(model, jobs) if jobs > 1 else InProcess(model)


def _outlet(
    args: argparse.Namespace, stores: dict[Path, Store], suggester: str, tally: Tally, stack: ExitStack
) -> Outlet:
    from annotations.batch.journal import Journal
    from annotations.batch.outlets import ToFile, ToPipe, ToShards, ToStores
    from annotations.batch.plan import made_by
    from annotations.batch.shards import ShardsFolder

    first = next(iter(stores.values()))
    known = made_by(suggester, first.annotator, first.scheme)
    if args.shards:
        return ToShards(tally, ShardsFolder(args.shards, suggester, known), args.again)
    if not args.jsonl:
        return ToStores(tally, stores, suggester, args.again)
    if args.jsonl == "-":
        return ToPipe(tally, sys.stdout, display_json)
    path = Path(args.jsonl)
    if path.exists() and not path.is_file() and not path.is_dir():
        try:
            return ToPipe(tally, stack.enter_context(path.open("w", encoding="utf-8")), display_json)
        except OSError as error:
            raise _unwritable(path, error) from None
    journal = Journal(path, known, fresh=args.again)
    if journal.stale:
        say(
            _("{path}: is by another model, other labels or another annotator, and is begun anew").format(
                path=journal.part
            )
        )
    elif journal.lines:
        say(
            n_(
                "{path}: {n} article there is done, and stays",
                "{path}: {n} articles there are done, and stay",
                journal.lines,
                path=journal.part,
            )
        )
    return ToFile(tally, journal, display_json)


def _unwritable(path: Path, error: OSError) -> ChiosaError:
    return ChiosaError(
        _("{path}: cannot be written ({reason}); name another file").format(path=path, reason=why(error))
    )


def _number(words: str) -> int:
    """A number of processes."""
    if not words.isdecimal() or not 1 <= int(words) <= _MOST_JOBS:
        raise argparse.ArgumentTypeError(
            _("{words!r} is no number from 1 to {most}").format(words=words, most=_MOST_JOBS)
        )
    return int(words)


@contextmanager
def _sigterm() -> Iterator[None]:
    """SIGTERM raises `Terminated` inside."""

    def ended(_signal: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, ended)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
