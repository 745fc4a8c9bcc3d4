"""The formats in which reviewed articles leave Chiosa and come back.

A format is a name with a function that writes, one that reads, or both, and a list of what it can carry. Each
is found by an entry point of the group ``chiosa.formats``, which names a `Format`; other packages add theirs
in the same way::

    [project.entry-points."chiosa.formats"]
    mine = "my_package.chiosa_format:FORMAT"

What writing and reading need (spaCy above all) is imported when they are called, so that listing the formats
costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from annotations.annotation import Annotation
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.language import N_, _
from annotations.scheme import Scheme

if TYPE_CHECKING:
    from annotations.formats.exporting import Export
    from annotations.formats.incoming import Incoming, Refused
    from annotations.history import History

GROUP = "chiosa.formats"
"""The group of entry points in which formats are found."""

Progress = Callable[[int, int], None]
"""Is called with how many articles are done and how many there are."""


class Reviewed(Struct, frozen=True):
    """What is exported: an article with one annotator's annotation of it, and the edits that led there."""

    article: Article
    annotation: Annotation
    history: History | None = None


class Trait(StrEnum):
    """What a format may be able to carry beyond accepted entities, which every one does."""

    QUOTES = N_("quotes, cues and sources")
    LINKS = N_("links between them")
    NESTED = N_("spans of one label that overlap")
    SUGGESTED = N_("undecided spans")
    REJECTED = N_("rejected spans")
    NOTES = N_("notes and flags")
    ORIGINS = N_("who proposed a span, and how surely")
    STATE = N_("how far the review of an article is")
    EDITS = N_("the edits, which undo goes back by")


ALL = frozenset(Trait)


@dataclass(frozen=True, slots=True)
class Format:
    """What ``chiosa formats`` lists; a direction that a format does not know is None.

    ``carries`` is what a round trip keeps: everything else is told at the export. ``write`` puts files into
    ``job.folder`` and may return what the manifest is to say besides; ``read`` yields articles one after
    another, and what it refuses in the place of an article. ``extra`` names what to install for it:
    ``pip install 'chiosa[extra]'``. ``tells`` are traits that ``write`` wants to see all the same and
    tells of itself. ``tokens`` says that spans are written by tokens, so that one that begins or ends
    within a token needs a decision. ``unread`` says that an article in which nobody has decided anything
    is of use too, for its suggestions.
    """

    name: str
    description: str
    carries: frozenset[Trait] = frozenset()
    write: Callable[[Export], dict[str, Any] | None] | None = None
    read: Callable[[Path, Scheme], Iterator[Incoming | Refused]] | None = None
    extra: str = ""
    tokens: bool = False
    tells: frozenset[Trait] = frozenset()
    unread: bool = False


def formats() -> dict[str, Format]:
    """All formats by name, in alphabetical order; one that cannot be loaded is left out (see `broken`)."""
    return dict(sorted(_found()[0].items()))


def broken() -> dict[str, str]:
    """Formats of other packages that cannot be loaded, and why."""
    return _found()[1]


def get_format(name: str) -> Format:
    """The format called ``name``.

    Raises:
        ChiosaError: there is none of that name; the message lists those that there are.
    """
    known = formats()
    if name in known:
        return known[name]
    if name in broken():
        raise ChiosaError(
            _("format {name}: cannot be loaded ({reason}); mend or remove its package").format(
                name=name, reason=broken()[name]
            )
        )
    raise ChiosaError(
        _("no format {name!r}; choose one of: {names}").format(name=name, names=", ".join(known))
    )


def _found() -> tuple[dict[str, Format], dict[str, str]]:
    known: dict[str, Format] = {}
    faults: dict[str, str] = {}
    for point in entry_points(group=GROUP):
        if point.name in known and not point.value.startswith("annotations."):
            continue  # nobody takes the place of a format that comes along
        try:
            found = point.load()
        except Exception as error:  # whatever a package of others does when it is imported
            faults[point.name] = f"{type(error).__name__}: {error}"
            continue
        if isinstance(found, Format):
            known[point.name] = found
        else:
            faults[point.name] = _("{name} is not a Format").format(name=point.value)
    return known, faults
