"""What is made of a table of keys: the way from a key to its action, the user's own keys, the footer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

from annotations.language import _

if TYPE_CHECKING:
    from tui.keys import Key

Hints = tuple[tuple[str, str], ...]
"""Pairs of a key and a word for what it does, for the footer."""
Overrides = Mapping[str, Sequence[str]]
"""By the id of an action, Textual's names for the keys that the user gave it."""


def bound(keys: Iterable[Key], overrides: Overrides) -> tuple[Key, ...]:
    """A table with the keys that the user has given to its actions."""
    if not overrides:
        return tuple(keys)
    from tui.keynames import shown

    return tuple(
        replace(key, keys=",".join(names), shown=" ".join(map(shown, names)))
        if (names := overrides.get(key.id)) and not key.fixed
        else key
        for key in keys
    )


class Keymap:
    """From the key that is pressed to the action; the last word on what a key does."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._by_key: dict[str, Key] = {}
        for key in keys:
            for name in key.names:
                if name in self._by_key:
                    raise ValueError(f"{name} means both {self._by_key[name].id} and {key.id}")
                self._by_key[name] = key

    def find(self, name: str) -> Key | None:
        """The action of a key."""
        return self._by_key.get(name)


def footer(keys: Iterable[Key], width: int, leave: str = "") -> Hints:
    """Pairs of key and word for a footer of so many cells: the first key of each action that has a hint.

    ``leave`` is the word for the key that leaves the screen.
    """
    table = list(keys)
    shown = [(key.extra, (_footer_key(key, table), _word(key, leave))) for key in table if key.hint]
    cells = sum(map(_cells, shown))
    while cells > width and any(extra for extra, _hint in shown):
        least = max(shown, key=itemgetter(0))
        shown.remove(least)
        cells -= _cells(least)
    return tuple(hint for _extra, hint in shown)


_TOGETHER = {
    "end-left": ("end-right", "start-left", "start-right"),
    "source": ("cue",),
    "select-end-left": ("select-end-right",),
    "select-start-left": ("select-start-right",),
    "select-next": ("select-previous",),
    "select-down": ("select-up",),
    "split-left": ("split-right",),
    "choose-down": ("choose-up",),
}
"""Actions that the footer shows with others."""


def _footer_key(key: Key, table: Sequence[Key]) -> str:
    others = _TOGETHER.get(key.id)
    if others is None:
        return key.first
    return key.first + "".join(other.first for other in table if other.id in others)


def _word(key: Key, leave: str) -> str:
    return leave if leave and key.action == "leave" else _(key.hint)


def _cells(shown: tuple[int, tuple[str, str]]) -> int:
    _extra, (key, word) = shown
    return len(key) + len(word) + 2
