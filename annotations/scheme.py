"""The scheme: which labels there are, in which layer, with which key, colour and guideline."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from msgspec import Struct

from annotations.errors import ChiosaError, why
from annotations.language import _, language

ENTITIES = "entities"
QUOTES = "quotes"
LAYERS = (ENTITIES, QUOTES)
CONTENT = "CONTENT"
CUE = "CUE"
SOURCE = "SOURCE"
ROLES = {"cue": CUE, "source": SOURCE}
"""Kind of a link -> label of the span it leads to."""
_HUES = ("red", "green", "yellow", "blue", "magenta", "cyan", "white", "black")
COLOURS = (*_HUES, *(f"bright_{hue}" for hue in _HUES))
"""The terminal's own sixteen."""


class SchemeError(ChiosaError):
    """A scheme file that cannot be used; the message names the file and the entry."""


class Label(Struct, frozen=True):
    """One label; ``key`` is the digit that sets it, ``colour`` one of the terminal's sixteen.

    ``guideline`` and ``examples`` say what it is for.
    """

    name: str
    layer: str
    key: str
    colour: str
    guideline: str = ""
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scheme:
    """The labels, in the order of the legend."""

    name: str
    labels: tuple[Label, ...]

    def __getitem__(self, name: str) -> Label:
        """The label called ``name``.

        Raises:
            SchemeError: the scheme has no such label.
        """
        if (label := self._by_name.get(name)) is not None:
            return label
        raise SchemeError(
            _("no label {name} in the scheme {scheme}; it has {names}").format(
                name=repr(name), scheme=self.name, names=", ".join(map(str, self.names))
            )
        )

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    @cached_property
    def _by_name(self) -> dict[object, Label]:
        return {label.name: label for label in reversed(self.labels)}

    @property
    def names(self) -> tuple[str, ...]:
        """The labels' names."""
        return tuple(label.name for label in self.labels)

    def layer(self, name: str) -> str:
        """The layer of a label; empty for one that the scheme does not know, which is left as it is."""
        label = self._by_name.get(name)
        return label.layer if label is not None else ""

    def by_key(self, key: str) -> Label | None:
        """The label that a digit sets."""
        return next((label for label in self.labels if label.key == key), None)


def default_scheme() -> Scheme:
    """PER, ORG, LOC, MISC, DATE and CONTENT, CUE, SOURCE, from ``annotations/scheme.toml``."""
    return _default(language())


@cache
def _default(_spoken: str) -> Scheme:
    source = Path(__file__).with_name("scheme.toml")
    return _scheme(tomllib.loads(source.read_text(encoding="utf-8")), "scheme.toml")


def load_scheme(path: Path) -> Scheme:
    """Read a scheme from a TOML file.

    Raises:
        SchemeError: the file cannot be read, is not TOML, or an entry is wrong.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SchemeError(
            _("{file}: cannot be read ({reason}); check the name").format(file=path, reason=why(error))
        ) from None
    except (ValueError, RecursionError) as error:  # not TOML, not UTF-8, a number or a nest too large to read
        raise SchemeError(
            _("{file}: is not TOML ({reason}); mend the line").format(file=path, reason=error)
        ) from None
    return _scheme(data, str(path))


def _scheme(data: dict[str, Any], where: str) -> Scheme:
    entries = data.get("labels")
    if not isinstance(entries, list) or not entries:
        raise SchemeError(
            _("{where}: has no [[labels]]; give each label a name, a layer and a key").format(where=where)
        )
    labels: list[Label] = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict):
            raise SchemeError(
                _("{where}: label {number} is not a table; write [[labels]] above it").format(
                    where=where, number=number
                )
            )
        unknown = set(entry) - {"name", "layer", "key", "colour", "guideline", "examples"}
        if unknown:
            raise SchemeError(
                _("{where}: label {number} has an unknown entry {entry}; remove it").format(
                    where=where, number=number, entry=repr(sorted(unknown)[0])
                )
            )
        name, layer, key = (str(entry.get(field, "")) for field in ("name", "layer", "key"))
        guideline = _in_language(entry.get("guideline", ""), f"{where}: label {number} ({name})")
        examples = entry.get("examples", [])
        if not isinstance(examples, list) or not all(isinstance(example, str) for example in examples):
            raise SchemeError(
                _("{where}: label {number} ({name}): examples must be a list of texts").format(
                    where=where, number=number, name=name
                )
            )
        label = Label(name, layer, key, str(entry.get("colour", "white")), guideline, tuple(examples))
        _check(label, labels, f"{where}: label {number}")
        labels.append(label)
    return Scheme(str(data.get("name", where)), tuple(labels))


def _in_language(value: object, where: str) -> str:
    """A text, or one for each language: that of the language spoken, else the first."""
    if isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
        value = value.get(language(), next(iter(value.values())))
    if not isinstance(value, str):
        raise SchemeError(
            _("{where}: guideline must be a text, or a table of texts by language (en, it)").format(
                where=where
            )
        )
    return value.strip()


def _check(label: Label, earlier: list[Label], where: str) -> None:
    if not label.name or not label.name.isprintable() or label.name != label.name.strip():
        raise SchemeError(_("{where}: needs a printable name").format(where=where))
    if label.layer not in LAYERS:
        raise SchemeError(
            _("{where} ({name}): layer must be one of {names}").format(
                where=where, name=label.name, names=", ".join(LAYERS)
            )
        )
    if label.key not in set("123456789"):
        raise SchemeError(
            _("{where} ({name}): key must be a digit from 1 to 9").format(where=where, name=label.name)
        )
    if label.colour not in COLOURS:
        raise SchemeError(
            _("{where} ({name}): colour must be one of {names}").format(
                where=where, name=label.name, names=", ".join(COLOURS)
            )
        )
    for other in earlier:
        if other.name == label.name or other.key == label.key:
            raise SchemeError(
                _("{where} ({name}): has the name or the key of {other}").format(
                    where=where, name=label.name, other=other.name
                )
            )
