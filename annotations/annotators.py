"""Who has annotated in a store."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

from annotations.atomic import stored_tables
from annotations.errors import why
from annotations.language import _
from annotations.store import NOT_CHIOSAS, StoreError, file_name


def annotators(root: Path) -> list[tuple[Path, str | None]]:
    """The folders of those who have annotated in the store ``root``, with their names as far as known.

    Raises:
        StoreError: the store cannot be read.
    """
    home = root / "annotations"
    try:
        folders = sorted(entry for entry in home.iterdir() if any(entry.glob("*.json*")))
    except FileNotFoundError:
        return []
    except OSError as error:
        words = _("{path}: cannot be read ({reason}); check its permissions")
        raise StoreError(words.format(path=home, reason=why(error))) from None
    return [(folder, annotator_of(folder)) for folder in folders]


def annotator_of(folder: Path) -> str | None:
    """Whose folder of a store this is: as a file in it says, or, if none can be read, by its name."""
    for path in sorted(folder.glob("*.json")):
        try:
            name = str((stored_tables(path)[0] or {})["annotation"]["1"]["annotator"])
        except (OSError, *NOT_CHIOSAS):
            continue
        if file_name(name) == folder.name:
            return name
    name = os.fsdecode(unquote_to_bytes(os.fsencode(folder.name)))
    return name if file_name(name) == folder.name else None
