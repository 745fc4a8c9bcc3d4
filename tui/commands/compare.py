"""``chiosa compare A B…``: agreement of annotators, or of annotators and models."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from annotations.annotation import ACCEPTED, DONE, Annotation
from annotations.annotators import annotators
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.folder import article_paths
from annotations.language import N_, _
from annotations.store import Store, read_stored
from annotations.suggesters import RULES, check_model
from tui.commands.common import (
    add_labels_option,
    add_store_options,
    articles_of,
    default_path,
    labels_of,
    say,
    scheme_of,
    store_root,
)
from tui.commands.progress import with_progress
from tui.display import display_json

if TYPE_CHECKING:
    from annotations.annotator_agreement import Doubled
    from annotations.conflicts import Conflict
    from annotations.scheme import Scheme
    from annotations.suggesters import Suggester

SUMMARY = N_("agreement of two or more annotators, or of annotators and models")
EXAMPLE = N_("chiosa compare anna bea --from articles --list")
MODEL = "model:"
"""Before the name or path of a model, where an annotator's name could stand."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    who = _("an annotator's name, rules, or model: with a name or path behind it")
    parser.add_argument("first", metavar=_("A"), help=who)
    parser.add_argument("second", metavar=_("B"), help=_("the same"))
    parser.add_argument("others", nargs="*", metavar=_("C"), help=_("more of them"))
    parser.add_argument(
        "--from", dest="source", type=Path, metavar=_("PATH"),
        help=_("the articles (default: as for the desk)"),
    )  # fmt: skip
    parser.add_argument("--list", action="store_true", help=_("list all disagreements, not just the first"))
    add_labels_option(parser)
    parser.add_argument("--json", action="store_true", help=_("print all figures as one JSON object"))
    add_store_options(parser, annotator=False)


def run(args: argparse.Namespace) -> int:
    """Compare; an article that cannot be compared is said on stderr and makes the status 1."""
    names = [args.first, args.second, *args.others]
    path = args.source or default_path()
    scheme = scheme_of(args)
    readers = _Readers(names, args.store or store_root(path), scheme, labels_of(args, scheme))
    articles = list(with_progress(readers.articles(path), len(article_paths(path)), _("comparing")))
    doubled = [article for article in articles if article is not None]
    if not doubled:
        raise ChiosaError(
            _("{path}: no article is done by two of {names}; mark them as done on the desk (d)").format(
                path=path, names=", ".join(names)
            )
        )
    from annotations.annotator_agreement import alphas, pair_agreements
    from annotations.conflicts import compare

    pairs = pair_agreements(doubled, names, scheme)
    alpha = alphas(doubled, scheme)
    conflicts = [
        (one.article, conflict)
        for one in doubled
        for conflict in compare(list(one.by_annotator.values()), scheme).conflicts
    ]
    if args.json:
        record = {
            "annotators": names,
            "articles": len(doubled),
            "pairs": [pair.to_dict() for pair in pairs],
            "alpha": {"unit": "token", "level": "nominal", **alpha},
            "disagreements": [_record(article, conflict) for article, conflict in conflicts],
        }
        print(display_json(json.dumps(record, ensure_ascii=False, indent=2)))
    else:
        from tui.commands.agreement_tables import agreement_rows
        from tui.commands.printing import Page

        page = Page()
        page.rows(agreement_rows(pairs, alpha, conflicts, len(doubled), scheme.names, everything=args.list))
    return 1 if readers.failed else 0


class _Readers:
    """Annotators and models by name; ``failed`` counts what could not be read or must not be compared.

    Raises:
        ChiosaError: a name stands twice, or for nobody in the store and no model.
    """

    def __init__(
        self, names: Sequence[str], root: Path, scheme: Scheme, labels: frozenset[str] | None
    ) -> None:
        self.failed = 0
        self._labels = labels
        if len(set(names)) < len(names):
            raise ChiosaError(_("a name stands twice: {names}").format(names=", ".join(names)))
        self._models: dict[str, Suggester] = {}
        self._stores: dict[str, Store] = {}
        there = sorted(name for _folder, name in annotators(root) if name)
        models = {name: name.removeprefix(MODEL) for name in names if name == RULES or name.startswith(MODEL)}
        for name in names:
            if name in models:
                check_model(models[name])
            elif name in there:
                self._stores[name] = Store(root, name, scheme)
            else:
                words = (
                    _("{path}: nothing of {name}, but of {names}; name one of these, or model:NAME")
                    if there
                    else _("{path}: nobody has annotated here; check --from and --store")
                )
                raise ChiosaError(words.format(path=root, name=name, names=", ".join(there)))
        from annotations.suggesters import load_suggester

        for name, model in models.items():
            self._models[name] = load_suggester(model, threads=0)
            if self._models[name].notice:
                say(self._models[name].notice)
        self._names = names
        self._grid = load_suggester("none")

    def articles(self, path: Path) -> Iterator[Doubled | None]:
        """What at least two have done; None for every other article."""
        from annotations.annotator_agreement import Doubled

        for article in articles_of([path]):
            try:
                found = self._by_annotator(article)
            except ChiosaError as error:
                say(str(error))
                self.failed += 1
                found = {}
            if len(found) < 2:
                yield None
            else:
                yield Doubled(article, self._grid.tokens(article.text), found)

    def _by_annotator(self, article: Article) -> dict[str, Annotation]:
        people = {name: self._done(store, article) for name, store in self._stores.items()}
        done: dict[str, Annotation | None] = dict(people)
        if any(people.values()) or not self._stores:
            done |= {name: self._read(name, model, article) for name, model in self._models.items()}
        return {
            name: self._narrowed(found, name) for name in self._names if (found := done.get(name)) is not None
        }

    def _narrowed(self, annotation: Annotation, name: str) -> Annotation:
        """Under the name that it was asked for by, with the labels that count."""
        annotation = replace(annotation, annotator=name)
        if self._labels is None:
            return annotation
        return annotation.with_spans(remove=[s.id for s in annotation.spans if s.label not in self._labels])

    def _done(self, store: Store, article: Article) -> Annotation | None:
        """What an annotator has made of an article, if it is done.

        Raises:
            ChiosaError: it cannot be read, or was done on another text.
        """
        file = read_stored(store.path(article.id))
        if file is None:
            return None
        loaded = store.load(article).history.annotation
        if file.record.state != DONE:
            return None
        if file.meta.sha256 != article.sha256:
            raise ChiosaError(
                _(
                    "{path}: {annotator} reviewed another text of it, which cannot be compared; "
                    "open it as {annotator} and mark it as done again"
                ).format(path=article.path, annotator=store.annotator)
            )
        return loaded

    def _read(self, name: str, model: Suggester, article: Article) -> Annotation:
        (proposal,) = model.suggest_all([article.text])
        if isinstance(proposal, ChiosaError):
            raise ChiosaError(f"{article.path}: {proposal}")
        spans = tuple(sorted((replace(s, status=ACCEPTED) for s in proposal.spans), key=lambda s: s.order))
        return Annotation(name, DONE, spans, tuple(sorted(proposal.links)))


def _record(article: Article, conflict: Conflict) -> dict[str, Any]:
    text = article.text

    def words(place: tuple[int, int, str]) -> dict[str, Any]:
        start, end, label = place
        return {"start": start, "end": end, "label": label, "words": text[start:end]}

    return {
        "article": article.id,
        "path": str(article.path),
        "start": conflict.start,
        "end": conflict.end,
        "words": text[conflict.start : conflict.end],
        "versions": [
            {
                "annotators": list(version.annotators),
                "spans": [words((s.start, s.end, s.label)) for s in version.spans],
                "links": [
                    {"kind": kind, "from": words(content), "to": words(target)}
                    for content, kind, target in version.links
                ],
            }
            for version in conflict.versions
        ],
    }
