"""A data set for Hugging Face's ``datasets``: JSON lines in ``data/`` and a card with the columns' types.

``datasets.load_dataset(folder)`` reads it; without the card's types it would take a column whose lists are
all empty for one of nulls, and fail where another file has some.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TextIO

from annotations.formats import Format
from annotations.formats.dataset_card import write_card
from annotations.formats.exporting import Export
from annotations.formats.incoming import Incoming, Refused
from annotations.formats.records import line_records
from annotations.formats.rows import CARRIES, SPLITS, make_row, read_row, split_of
from annotations.language import N_
from annotations.scheme import Scheme

FOLDER = "data"


def write(job: Export) -> None:
    """Write a file for each split that has articles, and the card."""
    (job.folder / FOLDER).mkdir()
    split_by_id = split_of(job)
    paths = {s: f"{FOLDER}/{s}.jsonl" for s in SPLITS if s in split_by_id.values()}
    with ExitStack() as stack:
        files: dict[str, TextIO] = {
            split: stack.enter_context((job.folder / path).open("w", encoding="utf-8", newline="\n"))
            for split, path in paths.items()
        }
        for unit in job.each():
            split = split_by_id[unit.article.id]
            files[split].write(json.dumps(make_row(unit), ensure_ascii=False) + "\n")
    write_card(job, paths)


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read rows of JSON lines, of all splits."""
    return line_records(source, partial(_row, scheme))


def _row(scheme: Scheme, place: str, row: dict[str, object]) -> list[Incoming | Refused]:
    return read_row(place, row, scheme)


FORMAT = Format(
    "hf",
    N_("a data set for Hugging Face: JSON lines with a card"),
    CARRIES,
    write,
    read,
    unread=True,
)
