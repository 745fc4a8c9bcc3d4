"""A data set as Parquet, the columns' types in the files, with a card for Hugging Face's ``datasets``.

Needs pyarrow, which is imported when it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from annotations.errors import ChiosaError
from annotations.formats import Format
from annotations.formats.dataset_card import write_card
from annotations.formats.exporting import Export
from annotations.formats.incoming import Incoming, Refused, reading, source_files
from annotations.formats.records import made
from annotations.formats.rows import CARRIES, COLUMNS, SPLITS, make_row, read_row, split_of
from annotations.language import N_, _
from annotations.scheme import Scheme

EXTRA = "parquet"
FOLDER = "data"
_AT_ONCE = 1000
"""Rows in memory, and in a row group."""


def write(job: Export) -> dict[str, Any]:
    """Write a file for each split that has articles, and the card."""
    arrow, parquet = _pyarrow()
    (job.folder / FOLDER).mkdir()
    schema = _schema(arrow)
    split_by_id = split_of(job)
    paths = {
        split: f"{FOLDER}/{split}-00000-of-00001.parquet" for split in SPLITS if split in split_by_id.values()
    }
    waiting: dict[str, list[dict[str, Any]]] = {split: [] for split in paths}
    with ExitStack() as stack:
        writers = {
            split: stack.enter_context(parquet.ParquetWriter(job.folder / path, schema, compression="zstd"))
            for split, path in paths.items()
        }

        def flush(split: str) -> None:
            if waiting[split]:
                writers[split].write_table(arrow.Table.from_pylist(waiting[split], schema=schema))
                waiting[split].clear()

        for unit in job.each():
            split = split_by_id[unit.article.id]
            waiting[split].append(make_row(unit))
            if len(waiting[split]) == _AT_ONCE:
                flush(split)
        for split in paths:
            flush(split)
    write_card(job, paths)
    return {"versions": {"pyarrow": arrow.__version__}}


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read the rows of Parquet files, of all splits.

    Raises:
        ChiosaError: pyarrow is missing, or a file cannot be read or is not Parquet.
    """
    _arrow, parquet = _pyarrow()
    for path in source_files(source, "*.parquet"):
        with reading(path), path.open("rb") as file:
            number = 0
            for batch in _batches(parquet, path, file):
                for row in batch:
                    number += 1
                    place = f"{path}: " + _("row {n}").format(n=number)
                    yield from made(place, partial(read_row, place, row, scheme))


def _batches(parquet: ModuleType, path: Path, file: Any) -> Iterator[list[dict[str, Any]]]:
    try:
        for batch in parquet.ParquetFile(file).iter_batches(_AT_ONCE):
            yield batch.to_pylist()
    except Exception as error:  # pyarrow has a dozen errors of its own, and lets others through
        reason = " ".join(str(error).split())[:120]
        raise ChiosaError(
            _("{path}: is not Parquet, or damaged ({reason}); export it anew").format(
                path=path, reason=reason
            )
        ) from None


def _schema(arrow: ModuleType) -> Any:
    """The columns' types as Arrow has them."""
    types = {name: getattr(arrow, "bool_" if name == "bool" else name)() for name in _names()}

    def column(kind: str | list[str] | dict[str, str]) -> Any:
        if isinstance(kind, str):
            return types[kind]
        if isinstance(kind, list):
            return arrow.list_(types[kind[0]])
        return arrow.list_(arrow.struct([(field, types[inner]) for field, inner in kind.items()]))

    return arrow.schema([(name, column(kind)) for name, kind in COLUMNS.items()])


def _names() -> set[str]:
    names: set[str] = set()
    for kind in COLUMNS.values():
        names |= (
            {kind} if isinstance(kind, str) else set(kind) if isinstance(kind, list) else {*kind.values()}
        )
    return names


def _pyarrow() -> tuple[ModuleType, ModuleType]:
    """The library and its part for Parquet.

    Raises:
        ChiosaError: it is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        message = _("this format needs pyarrow: pip install 'chiosa[{extra}]'")
        raise ChiosaError(message.format(extra=EXTRA)) from None
    return pyarrow, pyarrow.parquet


FORMAT = Format(
    "parquet",
    N_("a data set as Parquet, with a card for Hugging Face"),
    CARRIES,
    write,
    read,
    extra=EXTRA,
    unread=True,
)
