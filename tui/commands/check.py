"""``chiosa check``: examine the store, the articles, the model and the terminal."""

from __future__ import annotations

import argparse
import locale
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from annotations.article import Article
from annotations.checking import Finding, check_store
from annotations.errors import ChiosaError
from annotations.folder import article_paths, load_articles
from annotations.language import N_, _, n_
from annotations.scheme import default_scheme
from annotations.suggesters import load_suggester, model_of_store
from tui.commands.common import (
    add_model_option,
    add_store_options,
    default_path,
    say,
    scheme_of,
    store_root,
)
from tui.display import display_line
from tui.keys import actions
from tui.settings import load_settings

SUMMARY = N_("examine store, articles, model, settings and terminal; mend a store")
EXAMPLE = N_("chiosa check articles --mend")
NARROWEST, LOWEST = 80, 24
"""Columns and lines that the desk is made for; it works in fewer."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "path", nargs="?", type=Path, metavar=_("PATH"),
        help=_("a folder with .txt files or one of them (default: ./articles, else the shipped samples)"),
    )  # fmt: skip
    parser.add_argument(
        "--mend", action="store_true", help=_("mend what can be mended; what was there is kept beside")
    )
    add_store_options(parser)
    add_model_option(parser)


def run(args: argparse.Namespace) -> int:
    """Print what is wrong, a line each; 1 where something still is."""
    left = mendable = 0
    for finding in _findings(args):
        print(display_line(finding.fault))
        if finding.mend is None:
            left += 1
        elif not args.mend:
            mendable += 1
        else:
            try:
                print("  " + display_line(finding.mend()))
            except ChiosaError as error:
                left += 1
                say(str(error))
    if mendable:
        say(
            n_(
                "{n} thing can be mended: chiosa check --mend",
                "{n} things can be mended: chiosa check --mend",
                mendable,
            )
        )
    if left:
        say(n_("{n} thing wants a look", "{n} things want a look", left))
    if left or mendable:
        return 1
    say(_("all is well"))
    return 0


def _findings(args: argparse.Namespace) -> Iterator[Finding]:
    yield from _settings(args)
    path = args.path or default_path()
    articles: dict[str, Article] = {}
    try:
        for found in load_articles(article_paths(path), named=path.is_file()):
            if isinstance(found, Article):
                articles[found.id] = found
            else:
                yield Finding(str(found))
    except ChiosaError as error:
        yield Finding(str(error))
    try:
        scheme = scheme_of(args)
    except ChiosaError as error:
        yield Finding(str(error))
        scheme = default_scheme()
    yield from check_store(args.store or store_root(path), scheme, articles)
    models = (args.store or store_root(path)) / "models"
    yield from _model(args.model if args.model_named else model_of_store(models))
    yield from _terminal()


def _settings(args: argparse.Namespace) -> Iterator[Finding]:
    try:
        warnings = load_settings(args.settings.path, actions()).warnings
    except ChiosaError as error:
        warnings = tuple(str(error).split("\n"))
    for warning in warnings:
        yield Finding(warning)


def _model(model: str) -> Iterator[Finding]:
    try:
        suggester = load_suggester(model)
        suggester.suggest("Roma, 4 settembre 2025 - «Va bene», ha detto Mario Rossi.")
        if suggester.notice:
            yield Finding(suggester.notice)
    except ChiosaError as error:
        yield Finding(str(error))
    except Exception as error:  # somebody else's pipeline
        reason = " ".join(str(error).split())[:200]
        yield Finding(
            _("model {model}: does not work ({reason}); use another, or rules").format(
                model=model, reason=f"{type(error).__name__}: {reason}"
            )
        )


def _terminal() -> Iterator[Finding]:
    """Where the desk would be seen, if this is a terminal."""
    encoding = locale.getpreferredencoding(False)
    if encoding.lower().replace("-", "") != "utf8":
        yield Finding(
            _("locale: {encoding} has not all letters; set LANG=C.UTF-8 or it_IT.UTF-8").format(
                encoding=encoding
            )
        )
    if not sys.stdout.isatty():
        return
    if os.environ.get("TERM", "dumb") == "dumb":
        yield Finding(_("terminal: TERM does not say what it is; set TERM=xterm-256color, or what it is"))
    width, height = shutil.get_terminal_size()
    if width < NARROWEST or height < LOWEST:
        yield Finding(
            _("terminal: {width} by {height} is small; the desk is made for {columns} by {lines}").format(
                width=width, height=height, columns=NARROWEST, lines=LOWEST
            )
        )
