"""What a person writes and reads for a key, and Textual's name for it.

A person writes ``.``, ``PgDn``, ``Shift+Left`` or ``Shift+←`` (or ``Invio``, as it stands on the key) where
Textual has ``full_stop``, ``pagedown`` and ``shift+left``; Textual's own names are understood too.
"""

from __future__ import annotations

import re
import string
import unicodedata
from functools import cache

from textual.keys import KEY_DISPLAY_ALIASES, Keys, _character_to_key

from annotations.errors import ChiosaError
from annotations.language import N_, _
from tui.display import display_line

_SENT = frozenset(key.value for key in Keys)
"""What Textual knows of terminals that send keys in the old way."""
_NAMED = frozenset(name for name in _SENT if name.isalnum() and len(name) > 1) - {"return"}
"""Keys that are no character: ``enter``, ``pagedown``, ``f1``…"""
_WRITTEN = {
    **{written: name for name, written in KEY_DISPLAY_ALIASES.items()},
    **{name: name for name in _NAMED},
    **{"return": "enter", "ins": "insert", "pgdown": "pagedown"},
    # what stands on an Italian keyboard
    **{"invio": "enter", "spazio": "space", "canc": "delete", "inizio": "home", "fine": "end"},
    **{"pagsu": "pageup", "paggiù": "pagedown", "paggiu": "pagedown"},
    **{"su": "up", "giù": "down", "giu": "down", "sinistra": "left", "destra": "right"},
}
"""Names as they are written, small and without blanks -> Textual's."""
_SHOWN = {"escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn", "insert": "Ins", "delete": "Del"} | {
    arrow: KEY_DISPLAY_ALIASES[arrow] for arrow in ("left", "right", "up", "down")
}
_MODIFIERS = {"shift": "shift", "maiusc": "shift", "ctrl": "ctrl", "control": "ctrl", "alt": "alt"}
_CHARACTERS = (range(0x20, 0x180), range(0x2010, 0x2060), range(0x20A0, 0x20C0))
"""Where the characters are that a keyboard may have: Latin, dashes and quotes, currencies."""

_LETTERS = frozenset(string.ascii_letters)
_DIGITS = frozenset(string.digits)
_ALTGR = frozenset("[]{}@#~`€")
_TORN = frozenset("ABCDFH[")
_KEPT = {
    "ctrl+c": N_("{key} always leaves Chiosa"),
    "ctrl+q": N_("{key} always leaves Chiosa"),
    "ctrl+s": N_("{key} halts the output of many terminals"),
    "ctrl+z": N_("{key} is the terminal's, to stop a program"),
    "ctrl+i": N_("{key} arrives as Tab"),
    "ctrl+m": N_("{key} arrives as Enter"),
    "ctrl+h": N_("{key} arrives as Backspace"),
    "ctrl+left_square_bracket": N_("{key} arrives as Esc"),
}


class KeyNameError(ChiosaError):
    """No key is called ``name``; ``shifted`` tells a character with Shift, which gives another character.

    It is said in the language that is spoken when it is shown.
    """

    def __init__(self, name: str, shifted: bool = False) -> None:
        self.name = name
        self.shifted = shifted
        super().__init__(name, shifted)

    def __str__(self) -> str:
        if self.shifted:
            message = _("«{name}» depends on the keyboard; write the character that it gives")
        else:
            message = _("no key is called «{name}»; write it as in a, Enter, PgDn, Shift+Left, Ctrl+P")
        return message.format(name=display_line(self.name if len(self.name) <= 40 else f"{self.name[:39]}…"))


def textual_name(written: str) -> str:
    """Textual's name for a key as a person writes it; names are taken without case, letters with.

    Raises:
        KeyNameError: there is no such key, or Shift is put to a character that has another one above it.
    """
    text = written if len(written) == 1 else unicodedata.normalize("NFC", written).strip()
    *heads, last = [*text[:-2].split("+"), "+"] if text.endswith("++") else text.split("+")
    if text == "+":
        heads, last = [], text
    modifiers = {_MODIFIERS.get(head.strip().lower(), "") for head in heads}
    key = _key(last if len(last) == 1 else last.strip())
    if not key or "" in modifiers:
        raise KeyNameError(written)
    if not modifiers:
        return key
    if modifiers == {"shift"} and key not in _NAMED:
        if key not in _LETTERS:
            raise KeyNameError(written, shifted=True)
        return key.upper()
    return "+".join([*sorted(modifiers), key.lower() if key in _LETTERS else key])


def shown(name: str) -> str:
    """What a person reads for a key, from Textual's name; `textual_name` takes it back."""
    *modifiers, key = name.split("+")
    text = _SHOWN.get(key) or _by_name().get(key, key)
    if key in _NAMED and key not in _SHOWN:
        text = key.capitalize()
    elif modifiers and key in _LETTERS:
        text = key.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), text])


def warning(name: str, edits: bool) -> str:
    """Why a key is a poor choice, empty where it is none.

    Args:
        name: Textual's name of the key.
        edits: whether its action changes the annotation.
    """
    *modifiers, key = name.split("+")
    character = _by_name().get(key, key)
    if name in _KEPT:
        message = _(_KEPT[name])
    elif edits and not modifiers and character in _TORN:
        message = _("{key} may come from an arrow key that falls apart on a bad line")
    elif character in _ALTGR:
        message = _("{key} needs AltGr on an Italian keyboard")
    elif "alt" in modifiers:
        message = _("{key} needs Alt, which gets lost on many lines")
    elif modifiers and (name not in _SENT or key in _DIGITS):
        message = _("{key} is sent by few terminals")
    elif len(key) == 1 and key.isalpha() and not key.isascii():
        message = _("{key} is not on every keyboard, and not sent whole on every line")
    elif name in _DIGITS:
        message = _("{key} sets a label")
    else:
        return ""
    return message.format(key=shown(name))


def _key(text: str) -> str:
    """Textual's name for a key without modifiers, empty where there is none."""
    if len(text) == 1:
        name = _character_to_key(text)
        if text.isalnum() or name in _NAMED or _by_name().get(name) == text:
            return name
    small = text.casefold()
    if small in _by_name():
        return small
    return _WRITTEN.get(small) or _WRITTEN.get(re.sub("[ _-]", "", small), "")


@cache
def _by_name() -> dict[str, str]:
    """Textual's name -> the character, for all that are no letter or digit and have a name there."""
    characters = (chr(code) for codes in _CHARACTERS for code in codes)
    named = {_character_to_key(c): c for c in characters if c.isprintable() and not c.isalnum()}
    return {name: character for name, character in named.items() if name not in _NAMED}
