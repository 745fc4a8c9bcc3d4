"""``chiosa [PATH]``: open the desk."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from annotations.article import load_article
from annotations.errors import ChiosaError
from annotations.folder import FolderError, article_paths
from annotations.language import N_, _, n_
from annotations.suggesters import NONE, check_model
from tui import styles
from tui.commands.common import add_model_option, add_store_options, default_path, model_of, say, store_of
from tui.themes import for_terminal
from tui.web import served

if TYPE_CHECKING:
    from annotations.article import Article
    from annotations.store import Loaded, Store
    from tui.desk import Desk
    from tui.settings import Settings

SUMMARY = N_("open the desk on a folder or an article")
EXAMPLE = N_("chiosa articles/adnkronos-2025-09-04.txt")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The desk's own options."""
    add_path(parser)
    parser.add_argument(
        "--mouse", choices=("auto", "on", "off"), default="auto", help=_("auto: off over SSH (default)")
    )
    add_store_options(parser)
    add_model_option(parser)


def add_path(parser: argparse.ArgumentParser) -> None:
    """What the desk is opened on."""
    parser.add_argument(
        "path", nargs="?", type=Path, metavar=_("PATH"),
        help=_("a folder with .txt files or one of them (default: ./articles, else the shipped samples)"),
    )  # fmt: skip


class Prepared(Struct, frozen=True):
    """What the desk is about to be opened on."""

    path: Path
    articles: list[Path]
    store: Store
    seen: tuple[Article, Loaded] | None = None
    """The article and what the store has on it, if it is one."""

    @property
    def single(self) -> bool:
        """Whether it is one article, without a list around it."""
        return self.seen is not None


def prepare(args: argparse.Namespace) -> Prepared:
    """Check everything that can be checked before a desk is opened.

    Raises:
        ChiosaError: there is nothing to open, or its decisions could not be kept.
    """
    path = args.path or default_path()
    try:
        articles = article_paths(path)
    except FolderError as error:
        raise ChiosaError(_("{error} (or see chiosa --help for the commands)").format(error=error)) from None
    store = store_of(args, path)
    article = load_article(path) if path.is_file() else None
    check_model(args.model)
    store.check_writable()
    return Prepared(path, articles, store, None if article is None else (article, store.load(article)))


def run(args: argparse.Namespace) -> int:
    """Check before the screen is taken, then run the desk."""
    # What is made until the article stands there stays: looking through it for garbage, again and again,
    # took a tenth of the start. The app begins to look once it has painted.
    gc.disable()
    try:
        return _run(args)
    finally:
        gc.enable()


def _run(args: argparse.Namespace) -> int:
    prepared = prepare(args)
    terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    if not terminal and not served():
        raise ChiosaError(_("the desk needs a terminal; to print an article use: chiosa show ARTICLE"))

    from annotations.suggesting import SuggestingProcess
    from tui.app import ChiosaApp
    from tui.desk import Desk

    suggesting = SuggestingProcess(model_of(args, prepared.store))
    proposes = args.model != NONE
    desk = Desk(prepared.articles, prepared.store, suggesting, proposes=proposes, single=prepared.single)
    desk.seen = prepared.seen
    app = ChiosaApp(set_up(desk, args.settings, args.settings_faults))
    try:
        app.run(mouse=_mouse(args.mouse))
    finally:
        desk.give_all_back()
    for line in (*desk.remarks, *desk.problems):
        say(line)
    return app.return_code or (1 if desk.problems else 0)


def set_up(desk: Desk, settings: Settings, faults: tuple[str, ...] = ()) -> Desk:
    """The desk as the user has set it; faults and poor choices of keys are said when it is left.

    What is wrong in the settings does not keep the desk shut: the rest of them counts.
    """
    styles.use(for_terminal(os.environ, settings.theme))
    desk.overrides = settings.keys
    desk.columns = settings.columns
    desk.measure = settings.measure
    desk.changed_cells = settings.changed_cells
    desk.remarks.extend((*faults, *settings.warnings))
    if faults:
        desk.greeting = n_(
            "{n} fault in the settings file: chiosa settings tells it by line",
            "{n} faults in the settings file: chiosa settings tells them by line",
            len(faults),
        )
    return desk


def _mouse(wish: str) -> bool:
    """Mouse reports cost bytes for each motion and take the terminal's own selection away: not over SSH."""
    if wish != "auto":
        return wish == "on"
    return not any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
