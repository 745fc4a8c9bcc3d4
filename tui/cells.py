"""Of a frame, only the cells that differ from what the terminal shows already.

Textual sends whole stretches of lines; of a key that moves the cursor from word to word a tenth of that is
news. `Cells` reads what is meant for the terminal, keeps what is there cell by cell, and writes the
difference as short as it can. It never guesses:

- only what it fully understands is taken apart: positions, SGR and printable text. A frame with anything
  else goes out as it came, and from then on nothing is taken as known;
- only letters that every terminal draws one cell wide are compared. A row with any other (an accent of its
  own, Chinese, emoji) goes out as it came, and so does all that follows on it until the whole row has been
  written with such letters: what terminals disagree about stays exactly what Textual would have shown;
- a row counts as known only once it was written from edge to edge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import ne, or_

from tui.looks import PLAIN, Look, blank, look, transition

SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
_TOKEN = re.compile(
    r"\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    r"|\x1b\[(?P<codes>[\d;]*)m"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|(?P<end>\n)"
)
_ONE_CELL = re.compile(
    "[ -~\xa0-\xac\xae-\u02ff\u0391-\u03a1\u03a3-\u03c9\u0410-\u044f\u2010-\u2027\u2030-\u203b\u203d-\u2048"
    "\u2070\u2074-\u2079\u20a0-\u20bf\u2190-\u2193\u2400-\u2421\u2500-\u25a9\u25b2\u25bc\u25cf\u2691\ufffd]*"
)
"""Letters, and the signs of the desk, that are one cell wide wherever they are drawn at all."""
_HARMLESS = re.compile(
    r"(?:\x07"
    r"|\x1b\[\?(?:25|100[0-6]|1015|1016|2004|2026|2048)[hl]"  # modes that leave the cells alone
    r"|\x1b\[\?\d+\$p|\x1b\[5n|\x1b\[[<>=]\d*u"  # questions, the keyboard
    r"|\x1b\](?:0|2|22|52);[^\x00-\x1f\x7f-\x9f]*\x07"  # title, pointer, clipboard
    r")*"
)
_RUN = re.compile(b"\x01+")
_CURSOR_MODE = re.compile(r"\x1b\[\?25([hl])")
_CLEAR, _RESET = "\x1b[K", "\x1b[0m"
_LONGEST_WAY = 8
"""Bytes of the longest movement of the cursor; more unchanged cells than that are never cheaper."""


class _Row:
    """What is in the cells of a row, one letter and one look each."""

    __slots__ = ("letters", "looks")

    def __init__(self, letters: list[str], looks: list[Look]) -> None:
        self.letters = letters
        self.looks = looks


class _Writing:
    """What a frame writes on one row, in its order, and as it came."""

    __slots__ = ("certain", "pieces", "verbatim")

    def __init__(self) -> None:
        self.verbatim: list[str] = []
        self.pieces: list[tuple[int, str, Look]] = []
        self.certain = True


class Cells:
    """The cells of a terminal, as far as they are known."""

    def __init__(self) -> None:
        self._size = (0, 0)
        self._rows: list[_Row | None] = []
        self._cursor: tuple[int, int] | None = None
        """Where Textual has left the cursor; None after what was not understood, when it is really there."""
        self._away = False
        """Whether it is somewhere else, which is nowhere to be seen."""
        self._cursor_shown = False
        self._worn = PLAIN
        """The look in which the terminal would write on: the next frame often begins with it."""

    def forget(self) -> None:
        """The terminal may show anything."""
        self._rows = [None] * self._size[1]

    def passed(self, data: str) -> str:
        """What to send in the place of something outside of frames: that, from where it was meant to be."""
        if modes := _CURSOR_MODE.findall(data):
            self._cursor_shown = modes[-1] == "h"
        if _HARMLESS.fullmatch(data) and not self._cursor_shown:
            return data
        self.forget()
        return self._back() + data

    def patch(self, frame: str, size: tuple[int, int]) -> str:
        """What to send in the place of a frame, which may be nothing.

        Args:
            frame: what Textual sends, with the escape sequences; for Textual the look before and after it is
                plain.
            size: columns and rows of the screen that it is for.
        """
        if size != self._size:
            self._size = size
            self.forget()
        marked = frame.startswith(SYNC_START) and frame.endswith(SYNC_END)
        body = frame[len(SYNC_START) : -len(SYNC_END)] if marked else frame
        if not body:
            return ""
        read = self._read(body)
        if read is None:
            self.forget()
            return self._back() + frame
        writings, cursor = read
        pen = _Pen(self._worn)
        for number in sorted(writings):
            self._update(number, writings[number], pen)
        # At home there is nothing that a hidden cursor could be for: it is not sent there after each key.
        if cursor != (0, 0) or self._cursor_shown:
            if pen.out or cursor != self._cursor or self._away:
                pen.go(*cursor)
            self._away = False
        elif pen.out or cursor != self._cursor:
            self._away = True
        self._cursor, self._worn = cursor, pen.worn
        patch = "".join(pen.out)
        return f"{SYNC_START}{patch}{SYNC_END}" if marked and patch else patch

    def _back(self) -> str:
        """Takes the cursor to where Textual has left it, and the look off."""
        away, cursor, plain = self._away, self._cursor, transition(self._worn, PLAIN)
        self._away, self._cursor, self._worn = False, None, PLAIN
        if not away or cursor is None:
            return plain
        x, y = cursor
        return f"{plain}\x1b[{y + 1};{x + 1}H"

    def _read(self, body: str) -> tuple[dict[int, _Writing], tuple[int, int]] | None:
        """What is written on each row, and where the cursor is left; None if not all is understood."""
        width, height = self._size
        writings: dict[int, _Writing] = {}
        here: _Writing | None = None
        worn, codes, at, kind = PLAIN, "", 0, None
        x = y = -1
        while at < len(body):
            token = _TOKEN.match(body, at)
            if token is None:
                return None
            at = token.end()
            kind = token.lastgroup
            if kind == "column":
                y, x = int(token["row"]) - 1, int(token["column"]) - 1
                if not (0 <= y < height and 0 <= x < width):
                    return None
                if here is not None and codes:
                    here.verbatim.append(_RESET)  # each row is to stand by itself
                here = writings.setdefault(y, _Writing())
                here.verbatim.append(token[0] + (f"\x1b[{codes}m" if codes else ""))
            elif kind == "codes":
                # Textual resets after each piece; what it would not is added up
                if token["codes"] in ("", "0"):
                    codes = ""
                else:
                    codes = f"{codes};{token['codes']}" if codes else token["codes"]
                worn = look(codes)
                if here is not None:
                    here.verbatim.append(token[0])
            elif kind == "end":
                if here is not None and codes:
                    here.verbatim.append(_RESET)
                here = None  # a position follows
            elif here is None:
                return None
            else:
                text = token["text"]
                here.verbatim.append(text)
                if here.certain and _ONE_CELL.fullmatch(text):
                    if x + len(text) > width:
                        return None
                    here.pieces.append((x, text, worn))
                    x += len(text)
                else:
                    here.certain = False
        if worn != PLAIN or kind != "column":
            return None
        if here is not None and not here.pieces and here.certain:
            here.verbatim.pop()  # the last position is only where the cursor is left
        return {n: w for n, w in writings.items() if w.pieces or not w.certain}, (x, y)

    def _update(self, number: int, writing: _Writing, pen: _Pen) -> None:
        """Write what is new on a row."""
        old, width = self._rows[number], self._size[0]
        new: _Row | None = None
        if writing.certain:
            if old is not None:
                new = _Row(old.letters.copy(), old.looks.copy())
                _fill(new, writing)
            elif _covers(writing, width):
                new = _Row([""] * width, [PLAIN] * width)
                _fill(new, writing)
        self._rows[number] = new
        if new is None:
            pen.as_it_came(writing.verbatim)
        elif runs := _changed(old, new, width):
            pen.write(number, new, runs)


def _fill(row: _Row, writing: _Writing) -> None:
    for x, text, worn in writing.pieces:
        end = x + len(text)
        row.letters[x:end] = text
        bare = blank(worn)
        row.looks[x:end] = (
            [worn] * len(text) if bare == worn else [bare if letter == " " else worn for letter in text]
        )


def _covers(writing: _Writing, width: int) -> bool:
    """Whether all cells of the row are written."""
    reached = 0
    for x, text, _ in sorted(writing.pieces, key=lambda piece: piece[0]):
        if x > reached:
            return False
        reached = max(reached, x + len(text))
    return reached == width


def _changed(old: _Row | None, new: _Row, width: int) -> list[tuple[int, int]]:
    """The stretches of cells that differ."""
    if old is None:
        return [(0, width)]
    if old.letters == new.letters and old.looks == new.looks:
        return []
    other_letter, other_look = map(ne, old.letters, new.letters), map(ne, old.looks, new.looks)
    return [run.span() for run in _RUN.finditer(bytes(map(or_, other_letter, other_look)))]


class _Pen:
    """Writes on the terminal with as few bytes as it knows; it begins at an unknown place."""

    def __init__(self, worn: Look) -> None:
        self.out: list[str] = []
        self.worn = worn
        self._x = self._y = -1

    def as_it_came(self, verbatim: list[str]) -> None:
        """Repeat what was written on a row; it leaves the look plain."""
        self.wear(PLAIN)
        self.out += verbatim
        self._y = -1

    def wear(self, worn: Look) -> None:
        """Write in this look from now on."""
        if worn != self.worn:
            self.out.append(transition(self.worn, worn))
            self.worn = worn

    def go(self, x: int, y: int) -> None:
        """Take the cursor to a cell."""
        if (x, y) != (self._x, self._y):
            self.out.append(self._way(x, y))
            self._x, self._y = x, y

    def write(self, y: int, row: _Row, runs: Sequence[tuple[int, int]]) -> None:
        """Write the stretches of a row that have changed."""
        blank, last = _blank_from(row), runs[-1][1]
        for start, end in runs:
            rest = max(start, blank)
            clears = end > blank and last - rest > len(_CLEAR)
            if not self._bridge(y, row, start):
                self.go(start, y)
            self._draw(row, start, rest if clears else end)
            if clears:
                self.wear(PLAIN)
                self.out.append(_CLEAR)
                return
        if self._x >= len(row.letters):
            self._y = -1  # terminals differ in where the cursor is after the last cell

    def _way(self, x: int, y: int) -> str:
        there = f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H" if y else "\x1b[H"
        if y == self._y and x > self._x:
            right = x - self._x
            return min(there, f"\x1b[{right if right > 1 else ''}C", key=len)
        return there

    def _bridge(self, y: int, row: _Row, start: int) -> bool:
        """Write the cells up to the next stretch once more, where that is no longer than going there."""
        gap = start - self._x
        if y != self._y or not 0 <= gap <= _LONGEST_WAY:
            return False
        over, before = _drawn(row, self._x, start, self.worn)
        then = row.looks[start]
        walked = len(self._way(start, y)) + len(transition(self.worn, then))
        if _bytes(over) + len(transition(before, then)) > walked:
            return False
        self.out.append(over)
        self._x, self.worn = start, before
        return True

    def _draw(self, row: _Row, start: int, end: int) -> None:
        if start < end:
            drawn, self.worn = _drawn(row, start, end, self.worn)
            self.out.append(drawn)
            self._x = end


def _blank_from(row: _Row) -> int:
    """Where the plain blanks at the end of a row begin: clearing makes just such ones on any terminal."""
    at = len(row.letters)
    while at and row.letters[at - 1] == " " and row.looks[at - 1] == PLAIN:
        at -= 1
    return at


def _drawn(row: _Row, start: int, end: int, worn: Look) -> tuple[str, Look]:
    """Cells with their looks, from the look that is worn before; and the look that is worn then."""
    letters, looks = row.letters[start:end], row.looks[start:end]
    here = looks[0] if looks else worn
    if looks.count(here) == len(looks) and (letters[:1] != [" "] or blank(worn) != here):
        letters.insert(0, transition(worn, here))  # most stretches have one look
        return "".join(letters), here
    out: list[str] = []
    for letter, here in zip(letters, looks, strict=True):
        if here != worn and not (letter == " " and blank(worn) == here):
            out.append(transition(worn, here))
            worn = here
        out.append(letter)
    return "".join(out), worn


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
