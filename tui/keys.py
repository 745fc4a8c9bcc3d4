"""The keys: one table from which dispatch, footer and help are made.

Only keys that arrive over any SSH client and lie on an Italian keyboard without AltGr. No edit lies on
``A`` to ``D``, ``F``, ``H`` or ``[``: on a bad line an arrow key falls apart into those.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable
from dataclasses import dataclass

Hints = tuple[tuple[str, str], ...]
"""Pairs of a key and a word for what it does, for the footer."""


@dataclass(frozen=True, slots=True)
class Key:
    """One action: ``id`` is the name by which it can be rebound, ``keys`` are Textual's names for its keys.

    ``action`` is the method of the screen, after ``action_``, with ``args``; ``*`` hands it the key itself.
    ``shown`` is what a person reads for them; ``hint`` is the word in the footer, empty to leave it out. The
    higher ``extra``, the wider the terminal must be for it to stand there.
    """

    id: str
    keys: str
    shown: str
    action: str
    does: str
    group: str
    hint: str = ""
    extra: int = 0
    args: tuple[object, ...] = ()


MOVE, DECIDE, MARK, QUOTE, LEAVE = "Go", "Decide", "Boundaries and new spans", "Quotes", "Article"

ARTICLE_KEYS = (
    Key("next", "n,tab", "n Tab", "next", "next span to decide", MOVE, "next"),
    Key("previous", "p,shift+tab", "p Shift+Tab", "previous", "previous span to decide", MOVE),
    Key("next-any", "N", "N", "next_any", "next span, decided or not", MOVE),
    Key("previous-any", "P", "P", "previous_any", "previous span, decided or not", MOVE),
    Key("down", "j,down", "j ↓", "scroll", "scroll down", MOVE, args=(1,)),
    Key("up", "k,up", "k ↑", "scroll", "scroll up", MOVE, args=(-1,)),
    Key("page-down", "pagedown,space", "PgDn Space", "page", "a page down", MOVE, args=(1,)),
    Key("page-up", "pageup", "PgUp", "page", "a page up", MOVE, args=(-1,)),
    Key("top", "g,home", "g", "edge", "beginning of the article", MOVE, args=(False,)),
    Key("bottom", "G,end", "G", "edge", "end of the article", MOVE, args=(True,)),
    Key("search", "slash", "/", "search", "search words (Enter on empty: again)", MOVE),
    Key("accept", "a,enter", "a Enter", "accept", "accept and go on", DECIDE, "accept"),
    Key("reject", "x,backspace", "x Backspace", "reject", "reject and go on", DECIDE, "reject"),
    Key(
        "label",
        "1,2,3,4,5,6,7,8,9",
        "1…9",
        "label",
        "set this label and go on",
        DECIDE,
        "label",
        4,
        args=("*",),
    ),
    Key("same", "t", "t", "same", "same decision for other mentions of the words", DECIDE, "same", 3),
    Key("accept-all", "E", "E", "accept_all", "accept all that is undecided", DECIDE, "all", 5),
    Key("undo", "u", "u", "undo", "undo", DECIDE, "undo", 1),
    Key("redo", "r", "r", "redo", "redo", DECIDE),
    Key("end-left", "h,left", "h ←", "move", "end one word left", MARK, "edges", 2, args=("end", -1)),
    Key("end-right", "l,right", "l →", "move", "end one word right", MARK, args=("end", 1)),
    Key(
        "start-left", "comma,shift+left", ", Shift+←", "move", "start one word left", MARK, args=("start", -1)
    ),
    Key(
        "start-right",
        "full_stop,shift+right",
        ". Shift+→",
        "move",
        "start one word right",
        MARK,
        args=("start", 1),
    ),
    Key("select", "v", "v", "select", "mark a new span, then a digit", MARK, "new", 1),
    Key("source", "s", "s", "choose", "choose the quote's source", QUOTE, "quote", args=("source",)),
    Key("cue", "c", "c", "choose", "choose the quote's cue", QUOTE, args=("cue",)),
    Key("done", "d", "d", "done", "article done, on to the next", LEAVE, "done"),
    Key("notices", "m", "m", "notices", "notices on this article", LEAVE),
    Key("help", "question_mark", "?", "help", "these keys", LEAVE, "help"),
    Key("quit", "q", "q", "leave", "leave (all is saved)", LEAVE, "leave"),
)
"""What the keys do while an article is read."""

LIST_KEYS = (
    Key("open", "enter,l,right", "Enter", "open", "open the article", "List", "open"),
    Key("list-down", "j,down,n,tab", "j ↓", "move", "next article", "List", "down", args=(1,)),
    Key("list-up", "k,up,p,shift+tab", "k ↑", "move", "previous article", "List", "up", args=(-1,)),
    Key("list-page-down", "pagedown,space", "PgDn", "page", "a page down", "List", args=(1,)),
    Key("list-page-up", "pageup", "PgUp", "page", "a page up", "List", args=(-1,)),
    Key("list-top", "g,home", "g", "edge", "first article", "List", args=(False,)),
    Key("list-bottom", "G,end", "G", "edge", "last article", "List", args=(True,)),
    Key("list-help", "question_mark", "?", "help", "these keys", "List", "help"),
    Key("list-quit", "q", "q", "leave", "leave Chiosa", "List", "leave"),
)
"""What the keys do in the list of articles."""

TEXT_KEYS = (
    Key("text-down", "j,down,n", "j ↓", "scroll", "scroll down", "Text", "down", args=(1,)),
    Key("text-up", "k,up,p", "k ↑", "scroll", "scroll up", "Text", "up", args=(-1,)),
    Key("text-page-down", "pagedown,space", "PgDn", "page", "a page down", "Text", args=(1,)),
    Key("text-page-up", "pageup", "PgUp", "page", "a page up", "Text", args=(-1,)),
    Key("text-close", "q,question_mark,enter,escape", "q", "close", "back", "Text", "back"),
)
"""What the keys do on a screen of help or notices."""

NOTICE_KEYS = (
    *TEXT_KEYS,
    Key("forget", "x", "x", "forget", "forget these spans", "Text", "forget the spans"),
)
"""What the keys do on the screen of notices."""

SELECT_KEYS = (
    Key("select-end", "h,l,left,right", "h l ← →", "", "move the end by a word", "Marking a new span"),
    Key("select-start", "comma,full_stop", ", . Shift+← →", "", "move the start", "Marking a new span"),
    Key("select-word", "w,b", "w b", "", "to the next, the previous word", "Marking a new span"),
    Key("select-line", "j,k", "j k ↓ ↑", "", "to the line below, above", "Marking a new span"),
    Key("select-label", "1", "1…9", "", "make the span", "Marking a new span"),
    Key("select-leave", "v,escape", "v Esc", "", "leave", "Marking a new span"),
)
"""What the keys do while a new span is marked; listed for the help, handled by the mode itself."""


CHOOSE_KEYS = (
    Key("choose-tag", "1", "1…9 a…z", "", "take the words with that key", "Choosing a source or a cue"),
    Key("choose-none", "0", "0", "", "the quote has none", "Choosing a source or a cue"),
    Key("choose-scroll", "down,up", "↓ ↑ PgDn PgUp", "", "look further", "Choosing a source or a cue"),
    Key("choose-leave", "escape", "Esc", "", "leave", "Choosing a source or a cue"),
)
"""What the keys do while a source or cue is chosen; listed for the help, handled by the mode itself."""


class Keymap:
    """From the key that is pressed to the action; the last word on what a key does."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self._by_key: dict[str, Key] = {}
        for key in keys:
            for name in key.keys.split(","):
                if name in self._by_key:
                    raise ValueError(f"{name} means both {self._by_key[name].id} and {key.id}")
                self._by_key[name] = key

    def call(self, screen: object, name: str) -> Awaitable[None] | None:
        """Do on a screen what a key means there; what takes time is returned to be awaited."""
        key = self._by_key.get(name)
        if key is None:
            return None
        args = [name if arg == "*" else arg for arg in key.args]
        result: Awaitable[None] | None = getattr(screen, f"action_{key.action}")(*args)
        return result


def footer(keys: Iterable[Key], width: int, leave: str) -> Hints:
    """Pairs of key and word for a footer of so many cells: the first key of each action that has a hint."""
    shown = [key for key in keys if key.hint]
    while _cells(shown) > width and any(key.extra for key in shown):
        shown.remove(max(shown, key=lambda key: key.extra))
    return tuple(
        (_FOOTER_KEYS.get(k.id, k.shown.split()[0]), leave if k.action == "leave" else k.hint) for k in shown
    )


_FOOTER_KEYS = {"end-left": "hl,.", "source": "sc"}
"""Actions that the footer shows together."""


def _cells(keys: Iterable[Key]) -> int:
    return sum(len(_FOOTER_KEYS.get(k.id, k.shown.split()[0])) + len(k.hint) + 2 for k in keys)
