"""spaCy's DocBin files, for ner and spancat, with configs to train on them."""

from __future__ import annotations

from typing import Any

from annotations.formats import ALL, Format, Trait
from annotations.formats.exporting import Export
from annotations.language import N_


def write(job: Export) -> dict[str, Any]:
    """Write the files; see `annotations.formats.spacy_export`."""
    from annotations.formats.spacy_export import write_spacy

    return write_spacy(job)


FORMAT = Format(
    "spacy",
    N_("spaCy DocBin files for ner and spancat, with configs to train on them"),
    # What is undecided is written as missing values, so that a remark tells of it and not the format.
    ALL - {Trait.ORIGINS, Trait.NOTES, Trait.EDITS},
    write,
    tokens=True,
)
