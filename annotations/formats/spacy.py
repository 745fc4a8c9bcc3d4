"""spaCy's DocBin files, for ner and spancat, with configs to train on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotations.formats import ALL, Format, Trait
from annotations.formats.exporting import Export
from annotations.formats.incoming import Incoming, Refused
from annotations.language import N_
from annotations.scheme import Scheme


def write(job: Export) -> dict[str, Any]:
    """Write the files; see `annotations.formats.spacy_export`."""
    from annotations.formats.spacy_export import write_spacy

    return write_spacy(job)


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read ``.spacy`` files; see `annotations.formats.spacy_import`."""
    from annotations.formats.spacy_import import read_spacy

    return read_spacy(source, scheme)


FORMAT = Format(
    "spacy",
    N_("spaCy DocBin files for ner and spancat, with configs to train on them"),
    ALL - {Trait.SUGGESTED, Trait.ORIGINS, Trait.NOTES, Trait.EDITS},
    write,
    read,
    # undecided words become missing values
    tells=frozenset({Trait.SUGGESTED}),
    tokens=True,
)
