"""What several commands share: their options, and the things that these name."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from annotations.article import Article, ArticleError, plain_name
from annotations.article import __file__ as article_module
from annotations.errors import ChiosaError
from annotations.folder import article_paths, load_articles
from annotations.language import _
from annotations.scheme import Scheme, default_scheme, load_scheme
from annotations.store import FOLDER, Store
from annotations.suggesters import SHIPPED, model_of_store
from tui.display import display_line

ANNOTATOR_VARIABLE = "CHIOSA_ANNOTATOR"


def add_store_options(parser: argparse.ArgumentParser, *, annotator: bool = True) -> None:
    """``--store``, ``--annotator``, unless many are named anyhow, and ``--scheme``."""
    group = parser.add_argument_group(_("common options"))
    group.add_argument("--store", type=Path, metavar=_("DIR"), help=_("default: .chiosa beside the articles"))
    if annotator:
        group.add_argument(
            "--annotator",
            metavar=_("NAME"),
            help=_("default: ${variable}, else the login name").format(variable=ANNOTATOR_VARIABLE),
        )
    group.add_argument("--scheme", type=Path, metavar=_("FILE"), help=_("labels from a TOML file"))


def add_model_option(parser: argparse.ArgumentParser) -> None:
    """``--model``."""
    parser.set_defaults(model_named=False)
    parser.add_argument(
        "--model",
        default=SHIPPED,
        action=_Named,
        metavar=_("NAME|PATH"),
        help=_(
            "what suggests: it_chiosa_news, Chiosa's own pipeline (default, until chiosa train has made "
            "another), rules, none, an installed spaCy package, or a pipeline's folder. A spaCy "
            "pipeline may run code of its own: name only those that you trust"
        ),
    )


def add_labels_option(parser: argparse.ArgumentParser) -> None:
    """``--labels``."""
    parser.add_argument(
        "--labels", metavar=_("LABEL,…"),
        help=_("only these labels, where nobody looked at others (default: all)"),
    )  # fmt: skip


def labels_of(args: argparse.Namespace, scheme: Scheme) -> frozenset[str] | None:
    """The labels that ``--labels`` names, with commas between them; None for all.

    Raises:
        SchemeError: the scheme has no such label.
    """
    if args.labels is None:
        return None
    return frozenset(scheme[name.strip()].name for name in args.labels.split(","))


class _Named(argparse.Action):
    """Keeps that a model was named, be it the default one."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object,
        option_string: str | None = None,
    ) -> None:  # fmt: skip
        namespace.model, namespace.model_named = values, True


def model_of(args: argparse.Namespace, store: Store) -> str:
    """The model that ``--model`` names; without it, the one that was trained on the store, if any."""
    model: str = args.model
    return model if args.model_named else model_of_store(store.root / "models")


def default_path() -> Path:
    """``./articles`` where there is one, else the articles that come with Chiosa."""
    here = Path("articles")
    return here if here.is_dir() else samples()


def samples() -> Path:
    """The folder of the articles that come with Chiosa."""
    package = Path(article_module).parent
    installed = package / "samples"
    return installed if installed.is_dir() else package.parent / "articles"


def store_root(path: Path) -> Path:
    """Where the store of some articles is by default: beside them, or in the user's data for the samples."""
    folder = path if path.is_dir() else path.parent
    installed = Path(article_module).parent / "samples"
    if folder.resolve() == installed.resolve():
        from platformdirs import user_data_path

        return user_data_path("chiosa") / "samples" / FOLDER
    return folder / FOLDER


def scheme_of(args: argparse.Namespace) -> Scheme:
    """The scheme that ``--scheme`` names, else the default one."""
    return load_scheme(args.scheme) if args.scheme else default_scheme()


def store_of(args: argparse.Namespace, path: Path) -> Store:
    """The store for some articles, with the annotator's name.

    Raises:
        ChiosaError: the annotator has no name.
    """
    name = args.annotator if args.annotator is not None else os.environ.get(ANNOTATOR_VARIABLE)
    if name is None:
        try:
            name = getpass.getuser()
        except (KeyError, OSError):
            name = ""
    if not name.strip():
        raise ChiosaError(
            _("nobody knows who annotates; give a name with --annotator or ${variable}").format(
                variable=ANNOTATOR_VARIABLE
            )
        )
    return Store(args.store or store_root(path), plain_name(name.strip()), scheme_of(args))


def articles_of(paths: list[Path]) -> Iterator[Article]:
    """The articles of files and folders; what cannot be read is said on stderr, a line each.

    Raises:
        ChiosaError: a path is missing or holds no articles, or a file that was named is none.
    """
    for path in paths:
        for found in load_articles(article_paths(path), named=path.is_file()):
            if isinstance(found, ArticleError):
                if path.is_file():
                    raise found
                say(str(found))
                continue
            if found.notice:
                say(f"{found.path}: {found.notice}")
            yield found


def say(message: str) -> None:
    """A line for a person, on stderr, safe to print whatever it quotes."""
    print(f"chiosa: {display_line(message)}", file=sys.stderr)
