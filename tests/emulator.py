"""A terminal made of pyte, whose cells can be compared: what a person sees in each, and nothing else."""

from __future__ import annotations

import codecs
import re

import pyte
from pyte.screens import Char

_PRIVATE = re.compile(r"\x1b\[[<>=?][\d;]*[a-zA-Z$]+")
"""Modes and questions of which pyte knows few, and prints parts of some."""
_JOINER = "\N{ZERO WIDTH JOINER}"
"""pyte leaves out all that follows one in the same piece."""
_CUT_OFF = re.compile(r"\x1b(?:\[[0-?]*[ -/]*)?\Z")
_SEEN_ON_BLANKS = ("underscore", "strikethrough", "reverse")
Cell = tuple[object, ...]


class Emulator:
    """A screen of so many columns and rows, without wrapping at the right edge, as Textual wants it."""

    def __init__(self, size: tuple[int, int] = (80, 24)) -> None:
        self.screen = pyte.Screen(*size)
        self.stream = pyte.Stream(self.screen)
        self.stream.feed("\x1b[?7l")
        self._rest = ""
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode

    def feed(self, data: str) -> None:
        """Show what was sent; an escape that is cut off waits for its rest."""
        data = self._rest + data
        whole = len(data) if (cut := _CUT_OFF.search(data)) is None else cut.start()
        self._rest = data[whole:]
        self.stream.feed(_PRIVATE.sub("", data[:whole]).replace(_JOINER, ""))

    def take(self, data: bytes) -> None:
        """Show what has come over a line, in pieces of any size."""
        self.feed(self._decode(data))

    def shows(self, words: bytes) -> bool:
        """Whether a row has these words."""
        return words.decode() in self.text()

    def resize(self, size: tuple[int, int]) -> None:
        """Another size of the window."""
        self.screen.resize(size[1], size[0])

    def cells(self) -> list[list[Cell]]:
        """Letter and look of each cell; of a blank without a line, only its ground can be seen."""
        columns, rows = range(self.screen.columns), range(self.screen.lines)
        return [[_seen(self.screen.buffer[y][x]) for x in columns] for y in rows]

    def text(self) -> str:
        """The rows, one a line."""
        return "\n".join(self.screen.display)


def _seen(char: Char) -> Cell:
    if char.data == " " and not any(getattr(char, name) for name in _SEEN_ON_BLANKS):
        return (" ", char.bg)
    return tuple(char)
