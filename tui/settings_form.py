"""Reading the settings file: each entry is checked, and all that is wrong is said at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from annotations.errors import why
from annotations.language import LANGUAGES, N_
from tui import themes
from tui.settings import COLUMNS, KEYS, MEASURES, SETTINGS, VARIABLE, Action, Settings, SettingsError
from tui.toml_lines import Entry, Fault, cut, entries_of, listed, syntax_fault, toml

THEMES = tuple(themes.THEMES)
_DIGITS = frozenset("0123456789")
_LARGEST = 64 * 1024
"""Bytes; what is larger is some other file."""


def read_settings(path: Path, actions: Mapping[str, Action]) -> Settings:
    """Read the settings; `load_settings` says more.

    Raises:
        SettingsError: the file or something in it cannot be used; it has the settings that can.
    """
    text = _text(path)
    if text is None:
        return Settings(path=path)
    entries, faults = entries_of(text)
    form = _Form(actions, faults)
    for entry in entries:
        form.take(entry)
    form.find_clashes()
    if not faults:
        try:
            tomllib.loads(text + "\n")
        except (ValueError, RecursionError) as error:  # no statement is wrong, but they do not go together
            faults.append(syntax_fault(error, 1))
    settings = Settings(**form.values, keys=form.sound_keys(), path=path, doubts=tuple(form.doubts))
    if faults:
        raise SettingsError(path, faults, settings)
    return settings


def rebound(actions: Mapping[str, Action], keys: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The keys of all actions, with those given in ``keys`` in the place of their own.

    Raises:
        SettingsError: an action is unknown, or two of one context would share a key. The keys of
            `load_settings` never do.
    """
    faults = [_unknown_action(0, name, actions) for name in keys if name not in actions]
    faults += [_clash(0, *clash, actions) for clash in _clashes(actions, keys)]
    if faults:
        raise SettingsError(None, faults)
    return {name: tuple(keys.get(name, action.keys)) for name, action in actions.items()}


class _Form:
    """Takes the entries one by one; ``values`` and ``keys`` are those that are right."""

    def __init__(self, actions: Mapping[str, Action], faults: list[Fault]) -> None:
        self.values: dict[str, Any] = {}
        self.keys: dict[str, tuple[str, ...]] = {}
        self.doubts: list[Fault] = []
        self._bad: set[str] = set()
        self._actions = actions
        self._faults = faults
        self._seen: dict[tuple[str, ...], int] = {}
        self._tops: set[str] = set()
        self._places: dict[tuple[str, str], int] = {}

    def take(self, entry: Entry) -> None:
        """Check an entry and keep its value."""
        first = self._seen.setdefault(entry.path, entry.line)
        top, *rest = entry.path
        if first != entry.line and entry.value is not None:
            again = N_("{name} is there already, in line {first}; keep one of them")
            self._fault(entry.line, again, name=cut(".".join(entry.path)), first=first)
        elif entry.value is None:
            if top == KEYS and rest and rest[0] in self._actions:
                self._bad.add(rest[0])
                self.keys[rest[0]] = ()  # its own keys are meant to go, so that they clash with nothing
        elif top == KEYS and rest:
            if not rest[1:]:
                self._take_keys(entry, rest[0], entry.value)
            elif (KEYS, rest[0]) not in self._seen:
                self._take_keys(entry, rest[0], {rest[1]: entry.value})
        elif top == KEYS:
            if entry.value != {}:
                self._fault(entry.line, N_("keys is a table; write [keys] above the keys of the actions"))
        elif top not in self._tops:  # of a table that should be none, one entry is enough to hear of
            self._tops.add(top)
            self._take_setting(entry, top, entry.value if not rest else {rest[0]: entry.value})

    def find_clashes(self) -> None:
        """Look for keys that two actions would share, once all entries are taken."""
        for key, other, name in _clashes(self._actions, self.keys):
            self._faults.append(_clash(self._places[name, key], key, other, name, self._actions))

    def sound_keys(self) -> dict[str, tuple[str, ...]]:
        """The keys without those in which something is wrong; their actions keep their own.

        One that goes back to its own keys can take them from another, which then goes back too.
        """
        keys = {name: keys for name, keys in self.keys.items() if name not in self._bad}
        while clashing := {name for _key, _other, name in _clashes(self._actions, keys)}:
            keys = {name: own for name, own in keys.items() if name not in clashing}
        return keys

    def _fault(self, line: int, message: str, **values: object) -> None:
        self._faults.append(Fault(line, message, values))

    def _take_setting(self, entry: Entry, name: str, value: object) -> None:
        known = {"language": LANGUAGES, "theme": THEMES}.get(name, ())
        if name == "columns" and isinstance(value, list):
            self._take_columns(entry, value)
        elif name == "columns":
            wrong = N_("columns cannot be {value}; write a list: {known}")
            self._fault(entry.line, wrong, value=_said(value), known=_said(Settings.columns))
        elif name == "measure" and (type(value) is not int or value not in MEASURES):
            wrong = N_("measure cannot be {value}; write a whole number from {least} to {most}")
            self._fault(entry.line, wrong, value=_said(value), least=MEASURES[0], most=MEASURES[-1])
        elif name == "changed_cells" and type(value) is not bool:
            self._fault(
                entry.line, N_("changed_cells cannot be {value}; write true or false"), value=_said(value)
            )
        elif known and value not in known:
            wrong = N_("{name} cannot be {value}; write one of {known}")
            self._fault(entry.line, wrong, name=name, value=_said(value), known=listed(known))
        elif known or name in ("measure", "changed_cells"):
            self.values[name] = value
        elif name in self._actions:
            self._fault(entry.line, N_("{name} is an action; put it below [keys]"), name=name)
        else:
            wrong = N_("there is no setting {name}; remove it, or write one of {known}")
            self._fault(entry.line, wrong, name=_said(name), known=", ".join((*SETTINGS, f"[{KEYS}]")))

    def _take_columns(self, entry: Entry, items: list[object]) -> None:
        before = len(self._faults)
        for number, item in enumerate(items):
            if item not in COLUMNS:
                wrong = N_("there is no column {value}; write some of {known}")
                self._fault(entry.line_of(number), wrong, value=_said(item), known=listed(COLUMNS))
            elif item in items[:number]:
                twice = N_("the column {value} is there twice; remove one")
                self._fault(entry.line_of(number), twice, value=_said(item))
        if "title" not in items:
            self._fault(entry.line, N_("columns must have the title; add {value}"), value=_said("title"))
        if len(self._faults) == before:
            self.values["columns"] = tuple(items)

    def _take_keys(self, entry: Entry, name: str, value: object) -> None:
        before = len(self._faults)
        self._take_checked(entry, name, value)
        if len(self._faults) > before:
            self._bad.add(name)

    def _take_checked(self, entry: Entry, name: str, value: object) -> None:
        from tui import (
            keynames,
        )  # Textual's table of keys takes 90 ms, which a command without keys need not pay

        action = self._actions.get(name)
        if action is None:
            self._faults.append(_unknown_action(entry.line, name, self._actions))
            return
        items = value if isinstance(value, list) else [value]
        if not items and action.keys and not action.keeps:
            self._fault(entry.line, N_("{name} has no key; write one, or remove the line"), name=name)
        keys: list[str] = []
        for number, item in enumerate(items):
            line = entry.line_of(number)
            if not isinstance(item, str):
                wrong = N_("{name} cannot be {value}; write a key in quotes, or several in [ ]")
                self._fault(line, wrong, name=name, value=_said(item))
                continue
            try:
                key = keynames.textual_name(item)
            except keynames.KeyNameError as error:
                self._fault(line, N_("{name}: {error}"), name=name, error=error)
                continue
            if key in _DIGITS and action.context == "article" and not action.keeps:
                wrong = N_("{name}: {key} sets a label; choose another key")
                self._fault(line, wrong, name=name, key=key)
            elif key not in keys:
                keys.append(key)
                self._places[name, key] = line
        if not action.keeps:
            self.keys[name] = tuple(keys)
            self._doubt(name, keys)
        elif set(keys) != set(action.keys):
            self._fault(entry.line, N_("the keys of {name} cannot be changed; remove the line"), name=name)

    def _doubt(self, name: str, keys: Iterable[str]) -> None:
        from tui import keynames

        action = self._actions[name]
        for key in keys:
            if key not in action.keys and keynames.warning(key, action.edits):
                values = {"name": name, "why": _Why(key, action.edits)}
                line = self._places[name, key]
                self.doubts.append(Fault(line, N_("{name}: {why}; another key is better"), values))


@dataclass(frozen=True, slots=True)
class _Why:
    """A warning that becomes words when it is shown."""

    key: str
    edits: bool

    def __str__(self) -> str:
        from tui import keynames

        return keynames.warning(self.key, self.edits)


def _clashes(
    actions: Mapping[str, Action], keys: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str, str]]:
    """A key, an action that has it, and one of the same context that was given it too."""
    holders: dict[tuple[str, str], str] = {}
    # those that kept their keys have the older right
    for name in [*(n for n in actions if n not in keys), *(n for n in keys if n in actions)]:
        for key in keys.get(name, actions[name].keys):
            other = holders.setdefault((actions[name].context, key), name)
            if other != name and name in keys:
                yield key, other, name


def _clash(line: int, key: str, other: str, name: str, actions: Mapping[str, Action]) -> Fault:
    if actions[other].keeps:
        message = N_("{key} is a key of {other}, which keeps it; choose another for {name}")
    else:
        message = N_("{key} is a key of {other} too; choose another for {name}, or a new one for {other}")
    from tui import keynames

    return Fault(line, message, {"key": keynames.shown(key), "other": other, "name": name})


def _unknown_action(line: int, name: str, actions: Mapping[str, Action]) -> Fault:
    if name in SETTINGS:
        return Fault(line, N_("{name} is a setting, not an action; put it above [keys]"), {"name": name})
    near = ", ".join(get_close_matches(name, actions, cutoff=0))
    message = N_("there is no action {name}; the nearest names are {near}")
    return Fault(line, message, {"name": _said(name), "near": near})


def _text(path: Path) -> str | None:
    """What is in a file; None if there is none.

    Raises:
        SettingsError: it cannot be read, is far too large, or is no text in UTF-8.
    """
    raw = b""
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            message = N_("has more than {n} KB, which is too much for settings; is it another file?")
            raise SettingsError(path, [Fault(0, message, {"n": _LARGEST // 1024})])
        text = raw.decode("utf-8-sig")
        if "\0" not in text:
            return text
        line = text.count("\n", 0, text.index("\0")) + 1
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        message = N_("is a folder; move it away, or name a file in ${variable}")
        raise SettingsError(path, [Fault(0, message, {"variable": VARIABLE})]) from None
    except OSError as error:
        message = N_("cannot be read ({reason}); check the name and who may read it")
        raise SettingsError(path, [Fault(0, message, {"reason": why(error)})]) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
    raise SettingsError(path, [Fault(line, N_("is not UTF-8; save the file in that encoding"), {})])


def _said(value: object) -> str:
    """A value as it stands in the file, short."""
    try:
        return cut(toml(value))
    except (RecursionError, ValueError):  # arrays in arrays in arrays
        return "…"
