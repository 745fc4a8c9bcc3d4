"""``chiosa [PATH]``: open the desk."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from annotations.article import load_article
from annotations.errors import ChiosaError
from annotations.folder import FolderError, article_paths
from annotations.suggesters import NONE, check_model
from tui.commands.common import add_model_option, add_store_options, default_path, say, store_of

SUMMARY = "open the desk on a folder or an article"
EXAMPLE = "chiosa articles/adnkronos-2025-09-04.txt"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The desk's own options."""
    parser.add_argument(
        "path", nargs="?", type=Path, metavar="PATH",
        help="a folder with .txt files or one of them (default: ./articles, else the shipped samples)",
    )  # fmt: skip
    parser.add_argument(
        "--mouse", choices=("auto", "on", "off"), default="auto", help="auto: off over SSH (default)"
    )
    add_store_options(parser)
    add_model_option(parser)


def run(args: argparse.Namespace) -> int:
    """Check everything that can be checked before the screen is taken, then run the desk."""
    path = args.path or default_path()
    try:
        paths = article_paths(path)
    except FolderError as error:
        raise ChiosaError(f"{error} (or see chiosa --help for the commands)") from None
    single = path.is_file()
    article = load_article(path) if single else None
    check_model(args.model)
    store = store_of(args, path)
    store.check_writable()
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise ChiosaError("the desk needs a terminal; to print an article use: chiosa show ARTICLE")
    if article is not None:
        store.load(article)

    from annotations.suggesting import SuggestingProcess
    from tui.app import ChiosaApp
    from tui.desk import Desk

    desk = Desk(paths, store, SuggestingProcess(args.model), proposes=args.model != NONE, single=single)
    app = ChiosaApp(desk)
    try:
        app.run(mouse=_mouse(args.mouse))
    finally:
        desk.give_all_back()
    for problem in desk.problems:
        say(problem)
    return app.return_code or (1 if desk.problems else 0)


def _mouse(wish: str) -> bool:
    """Mouse reports cost bytes for each motion and take the terminal's own selection away: not over SSH."""
    if wish != "auto":
        return wish == "on"
    return not any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY"))
