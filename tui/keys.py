"""The keys: one set of tables from which dispatch, footer, help and palette are made.

Only keys that arrive over any SSH client and lie on an Italian keyboard without AltGr. No edit lies on
``A`` to ``D``, ``F``, ``H`` or ``[``: on a bad line an arrow key falls apart into those.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from annotations.language import N_
from tui.keymap import Hints as Hints
from tui.keymap import Keymap as Keymap
from tui.keymap import Overrides as Overrides
from tui.keymap import bound as bound
from tui.keymap import footer as footer

if TYPE_CHECKING:
    from tui.settings import Action


class Key(Struct, frozen=True):
    """One action: ``id`` is the name by which it can be rebound, ``keys`` are Textual's names for its keys.

    ``action`` is the method of the screen or mode, after ``action_``, with ``args``; ``*`` hands it the key
    itself. ``shown`` is what a person reads for the keys, ``does`` what they do, ``hint`` the word in the
    footer, empty to leave it out. The higher ``extra``, the wider the terminal must be for it to stand there.
    ``edits`` tells an action that changes the annotation; ``fixed`` one whose keys cannot be changed.
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
    edits: bool = False
    fixed: bool = False

    @property
    def names(self) -> list[str]:
        """Textual's names for the keys."""
        return self.keys.split(",") if self.keys else []

    @property
    def first(self) -> str:
        """The first key, as a person reads it."""
        return self.shown.split()[0] if self.shown else ""

    def arguments(self, name: str) -> list[object]:
        """What the action is called with when this key was pressed."""
        return [name if arg == "*" else arg for arg in self.args]


MOVE, DECIDE, MARK, QUOTE, NOTE, ARTICLE = (
    N_("Go"),
    N_("Decide"),
    N_("Boundaries and new spans"),
    N_("Quotes"),
    N_("Flags and notes"),
    N_("Article"),
)

ARTICLE_KEYS = (
    Key("next", "n,tab", "n Tab", "next", N_("next span to decide"), MOVE, N_("next")),
    Key("previous", "p,shift+tab", "p Shift+Tab", "previous", N_("previous span to decide"), MOVE),
    Key("next-any", "N", "N", "next_any", N_("next span, decided or not"), MOVE),
    Key("previous-any", "P", "P", "previous_any", N_("previous span, decided or not"), MOVE),
    Key("next-doubtful", "i", "i", "doubtful", N_("next doubtful suggestion"), MOVE, args=(1,)),
    Key("previous-doubtful", "I", "I", "doubtful", N_("previous doubtful suggestion"), MOVE, args=(-1,)),
    Key("down", "j,down", "j ↓", "scroll", N_("scroll down"), MOVE, args=(1,)),
    Key("up", "k,up", "k ↑", "scroll", N_("scroll up"), MOVE, args=(-1,)),
    Key("page-down", "pagedown,space", "PgDn Space", "page", N_("a page down"), MOVE, args=(1,)),
    Key("page-up", "pageup", "PgUp", "page", N_("a page up"), MOVE, args=(-1,)),
    Key("top", "g,home", "g", "edge", N_("beginning of the article"), MOVE, args=(False,)),
    Key("bottom", "G,end", "G", "edge", N_("end of the article"), MOVE, args=(True,)),
    Key("search", "slash", "/", "search", N_("search this article; Tab: all articles"), MOVE),
    Key("accept", "a,enter", "a Enter", "accept", N_("accept and go on"), DECIDE, N_("accept"), edits=True),
    Key(
        "reject", "x,backspace", "x Backspace", "reject", N_("reject and go on"), DECIDE, N_("reject"),
        edits=True,
    ),
    Key(
        "label", "1,2,3,4,5,6,7,8,9", "1…9", "label", N_("set this label and go on"), DECIDE, N_("label"), 4,
        ("*",), edits=True, fixed=True,
    ),
    Key(
        "same", "t", "t", "same", N_("same decision for other mentions of the words"), DECIDE, N_("same"), 3,
        edits=True,
    ),
    Key("propose-same", "T", "T", "propose_same", N_("propose the other mentions"), DECIDE, edits=True),
    Key("accept-all", "E", "E", "accept_all", N_("accept all that is undecided"), DECIDE, N_("all"), 5,
        edits=True),
    Key("bulk", "e", "e", "bulk", N_("accept some: of a paragraph, a label, above a score"), DECIDE),
    Key("undo", "u", "u", "undo", N_("undo"), DECIDE, N_("undo"), 1, edits=True),
    Key("redo", "r", "r", "redo", N_("redo"), DECIDE, edits=True),
    Key(
        "end-left", "h,left", "h ←", "move", N_("end one word left"), MARK, N_("edges"), 2, ("end", -1),
        edits=True,
    ),
    Key("end-right", "l,right", "l →", "move", N_("end one word right"), MARK, args=("end", 1), edits=True),
    Key(
        "start-left", "comma,shift+left", ", Shift+←", "move", N_("start one word left"), MARK,
        args=("start", -1), edits=True,
    ),
    Key(
        "start-right", "full_stop,shift+right", ". Shift+→", "move", N_("start one word right"), MARK,
        args=("start", 1), edits=True,
    ),
    Key("select", "v", "v", "select", N_("mark a new span, then a digit"), MARK, N_("new"), 1),
    Key("hop", "f", "f", "hop", N_("mark a name on screen by its tag"), MARK, N_("name"), 6),
    Key("join", "plus", "+", "join", N_("join with the next span"), MARK, edits=True),
    Key("split", "minus", "-", "split", N_("split the span in two"), MARK, edits=True),
    Key("letters", "z", "z", "letters", N_("move edges by letters, or by words again"), MARK),
    Key("source", "s", "s", "choose", N_("choose the quote's source"), QUOTE, N_("quote"), args=("source",)),
    Key("cue", "c", "c", "choose", N_("choose the quote's cue"), QUOTE, args=("cue",)),
    Key("new-quote", "Q", "Q", "new_quote", N_("make a quote of the marks here"), QUOTE, edits=True),
    Key("speakers", "w", "w", "speakers", N_("who said what"), QUOTE),
    Key("flag", "b", "b", "flag", N_("flag this span"), NOTE, edits=True),
    Key("note", "y", "y", "note", N_("write a note on this span"), NOTE, edits=True),
    Key("article-flag", "M", "M", "flag_article", N_("flag the article as a whole"), NOTE, edits=True),
    Key("article-note", "Y", "Y", "article_note", N_("write a note on the article"), NOTE, edits=True),
    Key("next-flag", "o", "o", "flagged", N_("next flag or note"), NOTE, args=(1,)),
    Key("done", "d", "d", "done", N_("article done, on to the next"), ARTICLE, N_("done"), edits=True),
    Key("same-everywhere", "", "", "same_everywhere", N_("same decision in all articles"), DECIDE),
    Key("propose-everywhere", "", "", "propose_everywhere", N_("propose the words in all articles"), DECIDE),
    Key("save-elsewhere", "W", "W", "save_elsewhere", N_("save elsewhere, while the store refuses"), ARTICLE),
    Key("take-over", "O", "O", "take_over", N_("take over from the desk that has this article"), ARTICLE),
    Key("notices", "m", "m", "notices", N_("notices on this article"), ARTICLE),
    Key("guidelines", "L", "L", "guidelines", N_("guidelines of the labels"), ARTICLE),
    Key("statistics", "S", "S", "statistics", N_("numbers of this article"), ARTICLE),
    Key("palette", "ctrl+p", "Ctrl+P", "palette", N_("every action, by name"), ARTICLE),
    Key("help", "question_mark", "?", "help", N_("these keys"), ARTICLE, N_("help")),
    Key("quit", "q", "q", "leave", N_("leave (all is saved)"), ARTICLE, N_("leave")),
)  # fmt: skip
"""What the keys do while an article is read."""

LIST_KEYS = (
    Key("open", "enter,l,right", "Enter", "open", N_("open the article"), N_("List"), N_("open")),
    Key("list-down", "j,down,n,tab", "j ↓", "move", N_("next article"), N_("List"), N_("down"), 2, (1,)),
    Key("list-up", "k,up,p,shift+tab", "k ↑", "move", N_("previous article"), N_("List"), N_("up"), 2, (-1,)),
    Key("list-page-down", "pagedown,space", "PgDn", "page", N_("a page down"), N_("List"), args=(1,)),
    Key("list-page-up", "pageup", "PgUp", "page", N_("a page up"), N_("List"), args=(-1,)),
    Key("list-top", "g,home", "g", "edge", N_("first article"), N_("List"), args=(False,)),
    Key("list-bottom", "G,end", "G", "edge", N_("last article"), N_("List"), args=(True,)),
    Key("list-filter", "slash", "/", "filter", N_("only articles with some words"), N_("List"), N_("filter")),
    Key("list-all", "escape", "Esc", "show_all", N_("all articles again"), N_("List")),
    Key("list-order", "o", "o", "order", N_("sort in the next order"), N_("List"), N_("order")),
    Key("list-reverse", "O", "O", "reverse", N_("sort the other way"), N_("List"), N_("reverse"), 3),
    Key("list-flagged", "f", "f", "flagged", N_("next article with a flag"), N_("List"), N_("flagged"), 1),
    Key("list-search", "s", "s", "search_all", N_("search all articles"), N_("List"), N_("search"), 4),
    Key("list-statistics", "S", "S", "statistics", N_("numbers of all articles"), N_("List")),
    Key("list-guidelines", "L", "L", "guidelines", N_("guidelines of the labels"), N_("List")),
    Key("list-palette", "ctrl+p", "Ctrl+P", "palette", N_("every action, by name"), N_("List")),
    Key("list-help", "question_mark", "?", "help", N_("these keys"), N_("List"), N_("help")),
    Key("list-quit", "q", "q", "leave", N_("leave Chiosa"), N_("List"), N_("leave")),
)
"""What the keys do in the list of articles."""

TEXT = N_("Text")
TEXT_KEYS = (
    Key("text-down", "j,down,n", "j ↓", "scroll", N_("scroll down"), TEXT, N_("down"), args=(1,)),
    Key("text-up", "k,up,p", "k ↑", "scroll", N_("scroll up"), TEXT, N_("up"), args=(-1,)),
    Key("text-page-down", "pagedown,space", "PgDn", "page", N_("a page down"), TEXT, args=(1,)),
    Key("text-page-up", "pageup", "PgUp", "page", N_("a page up"), TEXT, args=(-1,)),
    Key("text-close", "q,question_mark,enter,escape", "q", "close", N_("back"), TEXT, N_("back")),
)
"""What the keys do on a screen of help or notices."""

NOTICE_KEYS = (
    *TEXT_KEYS,
    Key("forget", "x", "x", "forget", N_("forget these spans"), TEXT, N_("forget the spans")),
)
"""What the keys do on the screen of notices."""

SELECTING = N_("Marking a new span")
SELECT_KEYS = (
    Key("select-end-left", "h,left", "h ←", "move", N_("end one word left"), SELECTING, N_("end"),
        args=("end", -1)),
    Key("select-end-right", "l,right", "l →", "move", N_("end one word right"), SELECTING, args=("end", 1)),
    Key("select-start-left", "comma,shift+left", ", Shift+←", "move", N_("start one word left"), SELECTING,
        N_("start"), args=("start", -1)),
    Key("select-start-right", "full_stop,shift+right", ". Shift+→", "move", N_("start one word right"),
        SELECTING, args=("start", 1)),
    Key("select-next", "w,n,space", "w", "shift", N_("to the next word"), SELECTING, N_("word"), args=(1,)),
    Key("select-previous", "b,p", "b", "shift", N_("to the previous word"), SELECTING, args=(-1,)),
    Key("select-down", "j,down", "j ↓", "line", N_("to the line below"), SELECTING, N_("line"), 3, args=(1,)),
    Key("select-up", "k,up", "k ↑", "line", N_("to the line above"), SELECTING, args=(-1,)),
    Key("select-sentence", "s", "s", "sentence", N_("the whole sentence"), SELECTING, N_("sentence"), 2),
    Key("select-marks", "apostrophe,quotation_mark,m", "' m", "marks", N_("out to the quotation marks"),
        SELECTING, N_("marks"), 1),
    Key("select-letters", "z", "z", "letters", N_("by letters, or by words again"), SELECTING),
    Key("select-label", "1,2,3,4,5,6,7,8,9", "1…9", "digit", N_("make the span; before a motion: how often"),
        SELECTING, N_("label"), args=("*",), fixed=True),
    Key("select-leave", "v,escape,q", "v Esc", "leave", N_("leave"), SELECTING, N_("leave")),
)  # fmt: skip
"""What the keys do while a new span is marked."""

CHOOSING = N_("Choosing a source or a cue")
CHOOSE_KEYS = (
    Key("choose-tag", "", "1…9 a…z", "", N_("take the words with that key"), CHOOSING, fixed=True),
    Key("choose-none", "0", "0", "none", N_("the quote has none"), CHOOSING, N_("none"), fixed=True),
    Key(
        "choose-down",
        "down",
        "↓",
        "scroll",
        N_("look further down"),
        CHOOSING,
        N_("scroll"),
        args=(1,),
        fixed=True,
    ),
    Key("choose-up", "up", "↑", "scroll", N_("look further up"), CHOOSING, args=(-1,), fixed=True),
    Key("choose-page-down", "pagedown", "PgDn", "page", N_("a page down"), CHOOSING, args=(1,), fixed=True),
    Key("choose-page-up", "pageup", "PgUp", "page", N_("a page up"), CHOOSING, args=(-1,), fixed=True),
    Key("choose-leave", "escape", "Esc", "leave", N_("leave"), CHOOSING, N_("leave"), fixed=True),
)
"""What the keys do while a source or cue is chosen; the tags stand for themselves."""

HOPPING = N_("Marking a name by its tag")
HOP_KEYS = (
    Key("hop-tag", "", "a…z", "", N_("mark the name with that tag; then a digit"), HOPPING, fixed=True),
    Key("hop-same", "t", "t", "same", N_("same decision for other mentions of the words"), HOPPING,
        N_("same"), edits=True, fixed=True),
    Key("hop-page-down", "pagedown,space", "PgDn", "page", N_("a page down"), HOPPING, N_("further"),
        args=(1,)),
    Key("hop-page-up", "pageup", "PgUp", "page", N_("a page up"), HOPPING, args=(-1,)),
    Key("hop-leave", "escape", "Esc", "leave", N_("leave"), HOPPING, N_("leave"), fixed=True),
)  # fmt: skip
"""What the keys do while names on screen have tags."""

BULK = N_("Accepting some of what is undecided")
BULK_KEYS = (
    Key("bulk-paragraph", "p", "p", "paragraph", N_("in this paragraph"), BULK, N_("paragraph"), edits=True),
    Key("bulk-label", "1,2,3,4,5,6,7,8,9", "1…9", "label", N_("with this label"), BULK, N_("label"),
        args=("*",), edits=True, fixed=True),
    Key("bulk-score", "s", "s", "score", N_("so probable as the next digit says: 9 is 90 %"), BULK,
        N_("score"), edits=True),
    Key("bulk-all", "e,E", "e", "everything", N_("all in this article"), BULK, N_("all"), edits=True),
    Key("bulk-leave", "escape,q", "Esc", "leave", N_("leave"), BULK, N_("leave")),
)  # fmt: skip
"""What the keys do after `e`."""

SCORING = N_("Accepting what is probable enough")
SCORE_KEYS = (
    Key("score-digit", "5,6,7,8,9", "5…9", "least", N_("at least so probable: 9 is 90 %"), SCORING,
        N_("accept"), args=("*",), edits=True, fixed=True),
    Key("score-leave", "escape,q", "Esc", "leave", N_("leave"), SCORING, N_("leave")),
)  # fmt: skip
"""What the keys do after `e s`."""

SPLITTING = N_("Splitting a span")
SPLIT_KEYS = (
    Key("split-left", "h,left,comma", "h ←", "move", N_("cut one word further left"), SPLITTING, N_("cut"),
        args=(-1,)),
    Key("split-right", "l,right,full_stop", "l →", "move", N_("cut one word further right"), SPLITTING,
        args=(1,)),
    Key("split-make", "enter,minus,a", "Enter -", "make", N_("split here"), SPLITTING, N_("split"),
        edits=True),
    Key("split-leave", "escape,q", "Esc", "leave", N_("leave"), SPLITTING, N_("leave")),
)  # fmt: skip
"""What the keys do while the place of a cut is chosen."""

SEARCHING = N_("Searching")
SEARCH_KEYS = (
    Key("search-find", "enter", "Enter", "find", N_("find; on nothing typed: the last words again"),
        SEARCHING, N_("find"), fixed=True),
    Key("search-all", "tab", "Tab", "everywhere", N_("in all articles"), SEARCHING, N_("all articles"),
        fixed=True),
    Key("search-back", "backspace", "Backspace", "back", N_("take a letter back"), SEARCHING, fixed=True),
    Key("search-leave", "escape", "Esc", "leave", N_("leave"), SEARCHING, N_("leave"), fixed=True),
)  # fmt: skip
"""What the keys do while the words to look for are typed; letters stand for themselves."""

NOTING = N_("Writing a note")
NOTE_KEYS = (
    Key("note-keep", "enter", "Enter", "keep", N_("keep the note; an empty one goes"), NOTING, N_("keep"),
        edits=True, fixed=True),
    Key("note-back", "backspace", "Backspace", "back", N_("take a letter back"), NOTING, fixed=True),
    Key("note-leave", "escape", "Esc", "leave", N_("leave"), NOTING, N_("leave"), fixed=True),
)  # fmt: skip
"""What the keys do while a note is typed; letters stand for themselves."""

RESCUING = N_("Saving elsewhere")
RESCUE_KEYS = (
    Key("rescue-keep", "enter", "Enter", "keep", N_("save there"), RESCUING, N_("save"), fixed=True),
    Key("rescue-back", "backspace", "Backspace", "back", N_("take a letter back"), RESCUING, fixed=True),
    Key("rescue-leave", "escape", "Esc", "leave", N_("leave"), RESCUING, N_("leave"), fixed=True),
)
"""What the keys do while a folder to save in is typed; letters stand for themselves."""

PICKING = N_("A list to pick from")
PICK_KEYS = (
    Key("pick", "enter", "Enter", "pick", N_("pick this one"), PICKING, N_("pick"), fixed=True),
    Key("pick-down", "down,tab", "↓", "move", N_("further down"), PICKING, N_("down"), args=(1,)),
    Key("pick-up", "up,shift+tab", "↑", "move", N_("further up"), PICKING, N_("up"), args=(-1,)),
    Key("pick-page-down", "pagedown", "PgDn", "page", N_("a page down"), PICKING, args=(1,)),
    Key("pick-page-up", "pageup", "PgUp", "page", N_("a page up"), PICKING, args=(-1,)),
    Key("pick-back", "backspace", "Backspace", "back", N_("take a letter back"), PICKING, fixed=True),
    Key("pick-leave", "escape", "Esc", "leave", N_("back"), PICKING, N_("back"), fixed=True),
)
"""What the keys do where one of many rows is picked; letters narrow the rows down."""

THEME, ALL = N_("Looks"), N_("All articles")
APP_KEYS = (
    Key("undo-everywhere", "", "", "undo_everywhere",
        N_("undo or redo the last decision in all articles"), ALL, edits=True),
    Key("all-statistics", "", "", "all_statistics", N_("numbers of all articles"), ALL),
    Key("theme-terminal", "", "", "use_theme", N_("theme: the terminal's own colours"), THEME,
        args=("terminal",)),
    Key("theme-dark", "", "", "use_theme", N_("theme: dark"), THEME, args=("dark",)),
    Key("theme-light", "", "", "use_theme", N_("theme: light"), THEME, args=("light",)),
    Key("theme-contrast", "", "", "use_theme", N_("theme: high contrast"), THEME, args=("high-contrast",)),
)  # fmt: skip
"""Actions of the palette that have no key and work on every screen."""

HITS = N_("What was found")
HIT_KEYS = (
    Key("hit-open", "o,l,right", "o", "pick", N_("open the article there"), HITS, N_("open")),
    Key("hit-down", "j,down,n,tab", "j ↓", "move", N_("next"), HITS, N_("down"), 2, (1,)),
    Key("hit-up", "k,up,p,shift+tab", "k ↑", "move", N_("previous"), HITS, N_("up"), 2, (-1,)),
    Key("hit-page-down", "pagedown,space", "PgDn", "page", N_("a page down"), HITS, args=(1,)),
    Key("hit-page-up", "pageup", "PgUp", "page", N_("a page up"), HITS, args=(-1,)),
    Key("hit-accept", "a,enter", "a Enter", "accept", N_("accept and go on"), HITS, N_("accept"), edits=True),
    Key("hit-reject", "x,backspace", "x Backspace", "reject", N_("reject and go on"), HITS, N_("reject"),
        edits=True),
    Key("hit-label", "1,2,3,4,5,6,7,8,9", "1…9", "label", N_("set this label and go on"), HITS, N_("label"),
        args=("*",), edits=True, fixed=True),
    Key("hit-undo", "u", "u", "undo", N_("take the last decision made here back"), HITS, N_("undo"),
        edits=True),
    Key("hit-search", "slash", "/", "search", N_("search for something else"), HITS, N_("search"), 1),
    Key("hit-help", "question_mark", "?", "help", N_("these keys"), HITS, N_("help")),
    Key("hit-leave", "q,escape", "q", "leave", N_("back"), HITS, N_("back")),
)  # fmt: skip
"""What the keys do in the list of what a search over all articles has found."""

SPREADING = N_("One decision in all articles")
SPREAD_KEYS = (
    Key("spread-toggle", "space,x", "Space x", "leave_out", N_("leave this one out, or take it in again"),
        SPREADING, N_("out/in")),
    Key("spread-down", "j,down,n,tab", "j ↓", "move", N_("next"), SPREADING, N_("down"), args=(1,)),
    Key("spread-up", "k,up,p,shift+tab", "k ↑", "move", N_("previous"), SPREADING, N_("up"), args=(-1,)),
    Key("spread-page-down", "pagedown", "PgDn", "page", N_("a page down"), SPREADING, args=(1,)),
    Key("spread-page-up", "pageup", "PgUp", "page", N_("a page up"), SPREADING, args=(-1,)),
    Key("spread-apply", "enter,a", "Enter", "apply", N_("make these decisions"), SPREADING, N_("decide"),
        edits=True),
    Key("spread-leave", "q,escape", "q Esc", "leave", N_("change nothing"), SPREADING, N_("leave")),
)  # fmt: skip
"""What the keys do while the changes of one decision in all articles are looked at."""

CONTEXTS: dict[str, tuple[Key, ...]] = {
    "article": ARTICLE_KEYS,
    "list": LIST_KEYS,
    "text": NOTICE_KEYS,
    "select": SELECT_KEYS,
    "choose": CHOOSE_KEYS,
    "hop": HOP_KEYS,
    "bulk": BULK_KEYS,
    "score": SCORE_KEYS,
    "split": SPLIT_KEYS,
    "search": SEARCH_KEYS,
    "note": NOTE_KEYS,
    "rescue": RESCUE_KEYS,
    "pick": PICK_KEYS,
    "hits": HIT_KEYS,
    "spread": SPREAD_KEYS,
}
"""All tables; within one no two actions share a key."""


def actions() -> dict[str, Action]:
    """What the settings can rebind, by id."""
    from tui.settings import Action

    found: dict[str, Action] = {}
    for context, table in (*CONTEXTS.items(), ("palette", APP_KEYS)):
        for key in table:
            found.setdefault(
                key.id, Action(context, tuple(key.names), key.edits, key.does, key.group, key.fixed)
            )
    return found
