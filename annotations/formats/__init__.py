"""The formats in which reviewed articles leave Chiosa and come back.

A format is a name with a function that exports, one that loads, or both. What such a function needs (spaCy
above all) it imports when it is called, so that listing the formats costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from annotations.annotation import Annotation
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.language import N_, _
from annotations.scheme import Scheme

if TYPE_CHECKING:
    from annotations.formats.report import Report

Progress = Callable[[int, int], None]
"""Is called with how many articles are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The unit of an export: an article with one annotator's annotation of it."""

    article: Article
    annotation: Annotation


class Exporter(Protocol):
    """Writes reviewed articles to ``dest`` and tells what became of them."""

    def __call__(
        self,
        units: Iterable[Reviewed],
        dest: Path,
        scheme: Scheme,
        *,
        partial: bool = False,
        progress: Progress | None = None,
    ) -> Report:
        """Export; ``partial`` asks for articles in progress too. Raises ChiosaError."""


class Loader(Protocol):
    """Reads reviewed articles from a file or folder."""

    def __call__(self, source: Path, scheme: Scheme) -> Iterator[Reviewed]:
        """Load. Raises ChiosaError."""


@dataclass(frozen=True, slots=True)
class Format:
    """What ``chiosa formats`` lists; a direction that a format does not know is None."""

    name: str
    description: str
    export: Exporter | None = None
    load: Loader | None = None


def formats() -> dict[str, Format]:
    """All formats by name, in alphabetical order."""
    # Formats of other packages, from the entry points called "chiosa.formats", join here.
    return {known.name: known for known in sorted(_BUILT_IN, key=lambda known: known.name)}


def get_format(name: str) -> Format:
    """The format called ``name``.

    Raises:
        ChiosaError: there is none of that name; the message lists those that there are.
    """
    known = formats()
    if name not in known:
        raise ChiosaError(
            _("no format {name!r}; choose one of: {names}").format(name=name, names=", ".join(known))
        )
    return known[name]


def _export_spacy(
    units: Iterable[Reviewed],
    dest: Path,
    scheme: Scheme,
    *,
    partial: bool = False,
    progress: Progress | None = None,
) -> Report:
    from annotations.formats.spacy_export import export_spacy

    return export_spacy(units, dest, scheme, partial=partial, progress=progress)


_BUILT_IN = (
    Format(
        "spacy", N_("spaCy DocBin files for ner and spancat, with configs to train on them"), _export_spacy
    ),
)
