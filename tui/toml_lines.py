"""A TOML text statement by statement, so that one that is broken does not hide the others; with lines."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from annotations.language import N_, _
from tui.display import display_line

_LONGEST = 200
"""Lines of one statement; a longer one is taken for one that does not end."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a line (from 1; 0: in the whole file), and what to do.

    It becomes words, in the language that is spoken, only when it is shown: that language may stand in the
    same file.
    """

    line: int
    message: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return _(self.message).format(**self.values)


@dataclass(frozen=True, slots=True)
class Entry:
    """A value, its name with the tables it is in, and the statement that it stands in, from ``line`` on.

    The value is None where it cannot be read, which is a fault already.
    """

    path: tuple[str, ...]
    value: object
    line: int
    source: str

    def line_of(self, number: int) -> int:
        """The line of an item, if the value is an array; where that is hard to tell, the first line."""
        lines = self.source.split("\n")
        last = self.line
        for count in range(1, len(lines)):
            with suppress(ValueError, RecursionError):  # the array, closed after so many lines
                for _path, items in _leaves(tomllib.loads("\n".join([*lines[:count], "]"]))):
                    if isinstance(items, list) and len(items) > number:
                        return self.line + count - 1
                    last = self.line + len(lines) - 1
        return last


def entries_of(text: str) -> tuple[list[Entry], list[Fault]]:
    """All values of a TOML text that can be read, and the statements that cannot."""
    lines = text.replace("\r\n", "\n").split("\n")
    entries: list[Entry] = []
    faults: list[Fault] = []
    table: tuple[str, ...] | None = ()
    number = 0
    while number < len(lines):
        start, header = number, lines[number].lstrip().startswith("[")
        found = _statement(lines, start)
        if isinstance(found, Fault):
            faults.append(found)
            if header:
                table = None  # what stands below a heading that cannot be read belongs nobody knows where
            elif table is not None and (name := _NAME.match(lines[start])):
                entries.append(Entry((*table, name[1]), None, start + 1, ""))
            number += 1
            while number < len(lines) and not _BEGINS.match(lines[number]):
                number += 1
            continue
        data, number = found
        source = "\n".join(lines[start:number])
        for path, value in _leaves(data):
            if header:
                table = path if value == {} else None
                entries.append(Entry(path, value, start + 1, source))
            elif table is not None:
                entries.append(Entry((*table, *path), value, start + 1, source))
    return entries, faults


_NAME = re.compile(r"\s*([\w-]+)\s*=")
_BEGINS = re.compile(r"""\s*(\[+\s*[\w.-]+\s*(\]|\#|$)|[\w.-]+\s*[=:"'\[]|"[^"]*"\s*=|'[^']*'\s*=)""")
"""A line that looks like the beginning of a statement."""
_PLACE = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")


def _statement(lines: list[str], start: int) -> tuple[dict[str, Any], int] | Fault:
    """The fewest lines that are TOML, from ``start`` on, and the number of the line after them."""
    for end in range(start + 1, min(len(lines), start + _LONGEST) + 1):
        try:
            return tomllib.loads("\n".join([*lines[start:end], ""])), end
        except (ValueError, RecursionError) as error:
            place = _PLACE.search(str(error))
            if place is None or place[1]:
                fault = syntax_fault(error, start + 1)
                if fault.line > start + 1 and _BEGINS.match(lines[fault.line - 1]):
                    break  # the next statement was taken for a part of this one
                return fault
    return Fault(start + 1, N_("this entry does not end; close its quotes or brackets"), {})


def syntax_fault(error: Exception, line: int) -> Fault:
    """What tomllib says, with the line; ``line`` is that of the text's first."""
    place = _PLACE.search(str(error))
    message = N_("this is not TOML ({reason}); a text needs quotes, and several a list: {example}")
    values = {"reason": cut(_PLACE.sub("", str(error)), 60), "example": 'accept = ["a", "Enter"]'}
    return Fault(line + (int(place[1]) - 1 if place and place[1] else 0), message, values)


def _leaves(data: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, value in data.items():
        if isinstance(value, dict) and value and len(path) < 3:
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name), value


def cut(text: str, length: int = 40) -> str:
    """A text of at most so many code points."""
    return display_line(text if len(text) <= length else f"{text[: length - 1]}…")


def toml(value: object) -> str:
    """A value as TOML writes it; so does JSON, for all that settings hold."""
    return json.dumps(value, ensure_ascii=False, default=str)


def toml_key(name: str) -> str:
    """A name as a key of TOML."""
    return name if re.fullmatch(r"[\w-]+", name, re.ASCII) else toml(name)


def listed(names: Iterable[str | bool]) -> str:
    """Names as values of TOML, for a person to choose from."""
    return ", ".join(map(toml, names))
