"""``NAME.chiosa.json``: what a format with a file for each article has no place for, beside that file."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

from annotations.formats import Reviewed
from annotations.formats.details import details
from annotations.formats.incoming import Unfit, reading
from annotations.formats.selection import plain_id
from annotations.language import _
from annotations.store import file_name

SIDECAR = ".chiosa.json"


def new_name(unit: Reviewed, taken: set[str]) -> str:
    """The name of an article's files before their endings, which no other has; it is taken from now on."""
    name = plain = file_name(plain_id(unit.article))
    for number in count(2):
        if name not in taken:
            break
        name = f"{plain}~{number}"
    taken.add(name)
    return name


def write_sidecar(folder: Path, name: str, unit: Reviewed) -> None:
    """Write what `annotations.formats.details` has of a unit."""
    kept = json.dumps(details(unit), ensure_ascii=False)
    (folder / f"{name}{SIDECAR}").write_text(kept + "\n", encoding="utf-8")


def read_sidecar(path: Path) -> Any:
    """What is beside an article's file, as JSON; None where nothing is.

    Raises:
        ChiosaError: it cannot be read or is no JSON.
    """
    sidecar = path.with_name(path.stem + SIDECAR)
    if not sidecar.is_file():
        return None
    with reading(sidecar):
        try:
            return json.loads(sidecar.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise Unfit(_("{path}: is not JSON ({reason})").format(path=sidecar, reason=error)) from None
