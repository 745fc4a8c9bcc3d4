"""``chiosa import SOURCE``: take annotations from other tools into the store."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from annotations.annotation import Annotation
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.formats import formats, get_format
from annotations.formats.destination import MANIFEST, WRITER
from annotations.formats.importing import Outcome, import_articles
from annotations.formats.merging import BOTH, KEEP, MINE, THEIRS
from annotations.formats.shelf import Shelf
from annotations.language import N_, _, n_
from annotations.store import FOLDER, Store
from tui.commands.common import add_store_options, say, store_of
from tui.commands.progress import progress_bar
from tui.display import display_line

SUMMARY = N_("take annotations from other tools into the store")
EXAMPLE = N_("chiosa import project.jsonl --format doccano --into articles")
BY_SUFFIX = {
    ".spacy": "spacy", ".ann": "brat", ".parquet": "parquet", ".xmi": "uima", ".conllu": "conllu",
    ".conll": "conll", ".iob": "conll", ".iob2": "conll", ".bio": "conll",
}  # fmt: skip
"""Formats that a file's ending gives away."""
_SHOWN = 20
"""Lines of one kind that are said one by one."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    names = [name for name, known in formats().items() if known.read]
    parser.add_argument("source", type=Path, metavar=_("SOURCE"), help=_("the file or folder to read"))
    parser.add_argument(
        "--format", choices=names, help=_("default: what an export's manifest or the file's ending says")
    )
    parser.add_argument(
        "--into",
        type=Path,
        metavar=_("PATH"),
        help=_("the folder of the articles; new ones are put there (default: ./articles)"),
    )
    parser.add_argument(
        "--keep",
        choices=KEEP,
        help=_("what counts for an article that is annotated already (default: you are asked)"),
    )
    parser.add_argument(
        "--label",
        action="append",
        default=[],
        metavar=_("OLD=NEW"),
        help=_("import a label under another name, as in PERSON=PER; may be given again and again"),
    )
    add_store_options(parser)


def run(args: argparse.Namespace) -> int:
    """Import; every part that is refused is said on stderr, and makes the status 1."""
    labels = _labels(args.label)
    if not args.source.exists():
        raise ChiosaError(_("{path}: no such file or folder; check the name").format(path=args.source))
    known = get_format(args.format or _guess(args.source))
    path = args.into or Path("articles")
    if args.store is None and not path.exists():
        args.store = path / FOLDER  # a name that is not there yet could be a file's
    own = store_of(args, path)
    own.check_writable()
    stores: dict[str, Store] = {}

    def store_for(annotator: str) -> Store:
        # A name on the command line counts more than one in the file.
        name = own.annotator if args.annotator is not None or not annotator.strip() else annotator.strip()
        return stores.setdefault(name, Store(own.root, name, own.scheme))

    outcome = Outcome()
    told = 0
    with progress_bar(_("importing")) as progress:
        work = import_articles(
            known, args.source, Shelf(path), store_for, own.scheme, _asking(args.keep), labels=labels
        )
        for number, outcome in enumerate(work, 1):
            progress(number, 0)
            for refused in outcome.refused[told:]:
                say(str(refused))
            told = len(outcome.refused)
    _tell(outcome, path)
    return 1 if outcome.refused else 0


def _tell(outcome: Outcome, path: Path) -> None:
    for notice in outcome.notices[:_SHOWN]:
        say(notice)
    if len(outcome.notices) > _SHOWN:
        more = len(outcome.notices) - _SHOWN
        say(n_("{n} more such line", "{n} more such lines", more))
    for standing in outcome.standing[:_SHOWN]:
        say(
            _("{article}: left out {label} «{words}» ({status}), which does not go with yours").format(
                article=standing.article,
                label=standing.span.label,
                words=" ".join(standing.words.split()),
                status=_(standing.span.status),
            )
        )
    if len(outcome.standing) > _SHOWN:
        more = len(outcome.standing) - _SHOWN
        say(n_("{n} more span was left out so", "{n} more spans were left out so", more))
    if outcome.strange:
        counted = ", ".join(f"{label} {number}" for label, number in sorted(outcome.strange.items()))
        say(
            _(
                "labels that the scheme lacks: {labels}; map them with --label, or add them to the scheme"
            ).format(labels=counted)
        )
    parts = [n_("{n} article", "{n} articles", outcome.imported), n_("{n} span", "{n} spans", outcome.spans)]
    if outcome.created:
        parts.append(
            n_(
                "{n} new article in {folder}",
                "{n} new articles in {folder}",
                len(outcome.created),
                folder=path,
            )
        )
    if outcome.same:
        parts.append(n_("{n} was there already", "{n} were there already", outcome.same))
    if outcome.kept:
        parts.append(n_("{n} left as it was", "{n} left as they were", outcome.kept))
    if outcome.refused:
        parts.append(n_("{n} refused", "{n} refused", len(outcome.refused)))
    say(_("imported: {parts}").format(parts=", ".join(parts)))


def _labels(pairs: list[str]) -> dict[str, str]:
    labels = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not (equals and old.strip() and new.strip()):
            raise ChiosaError(_("--label {pair}: write OLD=NEW, as in PERSON=PER").format(pair=pair))
        labels[old.strip()] = new.strip()
    return labels


def _guess(source: Path) -> str:
    """The format that an export's manifest, or the files' endings, give away.

    Raises:
        ChiosaError: neither does.
    """
    folder = source if source.is_dir() else source.parent
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        manifest = None
    if (
        isinstance(manifest, dict)
        and manifest.get("written_by") == WRITER
        and str(manifest.get("format")) in formats()
    ):
        return str(manifest["format"])
    endings = {p.suffix.lower() for p in (source.iterdir() if source.is_dir() else [source])}
    found = {BY_SUFFIX[ending] for ending in endings if ending in BY_SUFFIX}
    if len(found) == 1:
        return found.pop()
    raise ChiosaError(
        _("{path}: say what it is with --format: {names}").format(
            path=source, names=", ".join(name for name, known in formats().items() if known.read)
        )
    )


def _asking(keep: str | None) -> Callable[[Article, Annotation, Annotation], str | None]:
    """What answers for an article that is annotated already: the option, or the person at the terminal."""
    answers = {"m": MINE, "t": THEIRS, "b": BOTH}
    forever: list[str] = [keep] if keep is not None else []

    def ask(article: Article, mine: Annotation, theirs: Annotation) -> str | None:
        if forever:
            return forever[0]
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return None
        question = _(
            "{article}: annotated already by {annotator} ({mine} decided, {theirs} in the file). "
            "Keep [m]ine, [t]heirs, [b]oth; M, T, B for all others too; Enter leaves it: "
        ).format(article=article.id, annotator=mine.annotator, mine=mine.decided, theirs=theirs.decided)
        while True:
            print(display_line(question), end="", file=sys.stderr, flush=True)
            answer = sys.stdin.readline().strip()
            if not answer:
                return MINE
            if answer.lower() in answers:
                if answer.isupper():
                    forever.append(answers[answer.lower()])
                return answers[answer.lower()]

    return ask
