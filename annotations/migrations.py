"""Files of earlier versions of Chiosa, made what a file of today is; each step knows one version.

A file is migrated when it is read and stays as it is on disk until the next edit. What an earlier version did
not keep is filled in as that version meant it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable

from annotations.atomic import Tables
from annotations.language import _

SCHEMA = 2
"""Version of the tables; raised when they change, with a step here and a file in tests/stores."""


class FutureSchema(Exception):
    """A file of a version that this program does not know."""

    def __init__(self, schema: object) -> None:
        super().__init__(
            _("schema {schema}, this version of Chiosa reads up to {known}: update it").format(
                schema=schema, known=SCHEMA
            )
        )


def migrated(tables: Tables) -> Tables:
    """The tables as version `SCHEMA` has them; those given stay what they are.

    Raises:
        FutureSchema: they are of a later version.
        KeyError, TypeError, ValueError: they are not Chiosa's.
    """
    schema = tables["meta"]["1"]["schema"]
    if type(schema) is not int or schema < 1:
        raise ValueError(_("no schema {schema!r}").format(schema=schema))
    if schema > SCHEMA:
        raise FutureSchema(schema)
    if schema < SCHEMA:
        tables = copy.deepcopy(tables)
        for number in range(schema, SCHEMA):
            _STEPS[number](tables)
            tables["meta"]["1"]["schema"] = number + 1
    return tables


def _notes_and_efforts(tables: Tables) -> None:
    """1 to 2: notes, disputed spans, what an edit cost, and misfits that can be told in another language."""
    record = tables["annotation"]["1"]
    record.setdefault("notes", [])
    record.setdefault("disputed", [])
    for edit in tables.get("edits", {}).values():
        edit.setdefault("noted", [])
        edit.setdefault("unnoted", [])
        edit.setdefault("keys", 0)
        edit.setdefault("seconds", 0.0)
    for misfit in tables.get("misfits", {}).values():
        misfit.setdefault("values", {})


_STEPS: dict[int, Callable[[Tables], None]] = {1: _notes_and_efforts}
