"""Names of keys: what a person writes becomes what Textual calls the key that arrives, and back."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import Keys

from annotations.errors import ChiosaError
from tui.display import display_line
from tui.keynames import KeyNameError, shown, textual_name, warning

NAMED = ["enter", "tab", "space", "escape", "backspace", "home", "end", "pageup", "pagedown", "insert"]
NAMED += ["delete", "left", "right", "up", "down", *(f"f{number}" for number in range(1, 13))]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *((letter, letter) for letter in "aAzZèÈ0579"),
        (".", "full_stop"),
        (",", "comma"),
        ("/", "slash"),
        ("?", "question_mark"),
        ("+", "plus"),
        ("-", "minus"),
        ("_", "underscore"),
        ("'", "apostrophe"),
        ("\\", "backslash"),
        ("[", "left_square_bracket"),
        ("«", "left_pointing_double_angle_quotation_mark"),
        ("Enter", "enter"),
        ("ENTER", "enter"),
        ("Return", "enter"),
        ("Space", "space"),
        (" ", "space"),
        ("Tab", "tab"),
        ("Esc", "escape"),
        ("Escape", "escape"),
        ("Backspace", "backspace"),
        ("Home", "home"),
        ("End", "end"),
        ("PgUp", "pageup"),
        ("PgDn", "pagedown"),
        ("Page Down", "pagedown"),
        ("Del", "delete"),
        ("F1", "f1"),
        ("f12", "f12"),
        ("Left", "left"),
        ("←", "left"),
        ("→", "right"),
        ("↑", "up"),
        ("↓", "down"),
        ("Shift+Left", "shift+left"),
        ("Shift+←", "shift+left"),
        ("shift + left", "shift+left"),
        ("Shift+Tab", "shift+tab"),
        ("Shift+n", "N"),
        ("Ctrl+P", "ctrl+p"),
        ("ctrl+p", "ctrl+p"),
        ("Control+PgDn", "ctrl+pagedown"),
        ("Shift+Ctrl+Right", "ctrl+shift+right"),
        ("Ctrl++", "ctrl+plus"),
        ("Alt+X", "alt+x"),
        ("Invio", "enter"),
        ("Maiusc+Giù", "shift+down"),
        ("PagSu", "pageup"),
        ("full_stop", "full_stop"),
        ("e\u0300", "è"),
    ],
)
def test_what_a_person_writes(written: str, name: str) -> None:
    assert textual_name(written) == name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a", "a"),
        ("A", "A"),
        ("è", "è"),
        ("full_stop", "."),
        ("comma", ","),
        ("slash", "/"),
        ("question_mark", "?"),
        ("plus", "+"),
        ("minus", "-"),
        ("quotation_mark", '"'),
        ("grave_accent", "`"),
        ("enter", "Enter"),
        ("space", "Space"),
        ("tab", "Tab"),
        ("escape", "Esc"),
        ("backspace", "Backspace"),
        ("pageup", "PgUp"),
        ("pagedown", "PgDn"),
        ("home", "Home"),
        ("end", "End"),
        ("f12", "F12"),
        ("left", "←"),
        ("right", "→"),
        ("up", "↑"),
        ("down", "↓"),
        ("shift+left", "Shift+←"),
        ("shift+tab", "Shift+Tab"),
        ("ctrl+p", "Ctrl+P"),
        ("ctrl+shift+right", "Ctrl+Shift+→"),
        ("ctrl+plus", "Ctrl++"),
    ],
)
def test_what_a_person_reads(name: str, text: str) -> None:
    assert shown(name) == text


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a", "a"),
        ("N", "N"),
        ("è", "è"),
        ("7", "7"),
        *((sign, sign) for sign in string.punctuation),
        ("€", "€"),
        ("«", "«"),
        ("Enter", "\r"),
        ("Space", " "),
        ("Tab", "\t"),
        ("Backspace", "\x7f"),
        ("Shift+Tab", "\x1b[Z"),
        ("←", "\x1b[D"),
        ("Shift+←", "\x1b[1;2D"),
        ("Ctrl+Shift+Right", "\x1b[1;6C"),
        ("PgUp", "\x1b[5~"),
        ("PgDn", "\x1b[6~"),
        ("Home", "\x1b[H"),
        ("End", "\x1b[F"),
        ("Del", "\x1b[3~"),
        ("F1", "\x1bOP"),
        ("F12", "\x1b[24~"),
        ("Ctrl+P", "\x10"),
    ],
)
def test_a_name_is_that_of_the_key_that_arrives(written: str, sent: str) -> None:
    arrived = [event.key for event in XTermParser().feed(sent) if isinstance(event, events.Key)]
    assert arrived == [textual_name(written)]


@given(
    st.sampled_from([*NAMED, *(textual_name(c) for c in string.punctuation + "«»àèéìòù€£§°ç")])
    | st.sampled_from(string.ascii_letters + string.digits),
    st.sets(st.sampled_from(["alt", "ctrl", "shift"])),
)
def test_what_is_read_can_be_written(key: str, modifiers: set[str]) -> None:
    if modifiers and key not in NAMED:
        modifiers = modifiers - {"shift"} or {"ctrl"}
    name = "+".join([*sorted(modifiers), key.lower() if modifiers else key])
    assert textual_name(shown(name)) == name
    assert textual_name(name) == name
    assert not any(c.isspace() for c in shown(name)), "several are listed with blanks between them"


@given(
    st.text(max_size=12)
    | st.lists(st.sampled_from(["Ctrl", "shift", "+", " ", "a", "Left", "["])).map("".join)
)
def test_whatever_is_written_is_a_key_or_a_message(written: str) -> None:
    try:
        name = textual_name(written)
    except KeyNameError as error:
        assert error.name == written
        assert display_line(str(error)) == str(error), "it can be printed"
    else:
        assert textual_name(name) == name
        assert textual_name(shown(name)) == name


@pytest.mark.parametrize(
    "written",
    [
        "",
        "  ",
        "Entr",
        "ab",
        "F25",
        "Cmd+a",
        "Strg+a",
        "Ctrl+",
        "+a",
        "++",
        "Ctrl++a",
        "Ctrl-P",
        "\n",
        "\x1b",
        "🙂",
    ],
)
def test_what_is_no_key(written: str) -> None:
    with pytest.raises(KeyNameError, match="no key is called"):
        textual_name(written)
    assert issubclass(KeyNameError, ChiosaError)


@pytest.mark.parametrize("written", ["Shift+.", "Shift+1", "shift+/"])
def test_shift_with_a_character_is_another_character(written: str) -> None:
    with pytest.raises(KeyNameError, match="write the character that it gives"):
        textual_name(written)


def test_the_message_is_one_short_line() -> None:
    with pytest.raises(KeyNameError) as caught:
        textual_name("\x1b[31m\n" * 100)
    assert len(str(caught.value)) < 140
    assert display_line(str(caught.value)) == str(caught.value)


def test_a_bracket_is_what_an_arrow_key_falls_apart_into() -> None:
    assert "falls apart" in warning(textual_name("["), True)
    assert "AltGr" in warning(textual_name("["), False)


@pytest.mark.parametrize("key", list("èòàùìéÈ"))
def test_letters_with_accents_are_a_poor_choice(key: str) -> None:
    assert "not on every keyboard" in warning(textual_name(key), False)


@pytest.mark.parametrize("key", list("]{}@#~`€"))
def test_keys_with_altgr_are_a_poor_choice(key: str) -> None:
    for edits in (True, False):
        assert warning(textual_name(key), edits) == f"{key} needs AltGr on an Italian keyboard"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("Alt+X", "needs Alt"),
        ("Alt+←", "needs Alt"),
        ("Ctrl+3", "few terminals"),
        ("Ctrl+Shift+P", "few terminals"),
        ("Shift+Enter", "few terminals"),
        ("Ctrl+.", "few terminals"),
        ("Ctrl+C", "leaves Chiosa"),
        ("Ctrl+Q", "leaves Chiosa"),
        ("Ctrl+S", "halts the output"),
        ("Ctrl+Z", "to stop a program"),
        ("Ctrl+I", "arrives as Tab"),
        ("Ctrl+M", "arrives as Enter"),
        ("Ctrl+H", "arrives as Backspace"),
        ("Ctrl+[", "arrives as Esc"),
        *((digit, "sets a label") for digit in string.digits),
    ],
)
def test_keys_that_do_not_arrive_or_mean_something_else(key: str, words: str) -> None:
    for edits in (True, False):
        assert words in warning(textual_name(key), edits)
        assert warning(textual_name(key), edits).startswith(key)


@pytest.mark.parametrize("key", list("ABCDFH"))
def test_an_edit_must_not_lie_where_arrow_keys_fall_apart(key: str) -> None:
    assert "falls apart" in warning(key, True)
    assert warning(key, False) == ""
    assert warning("left_square_bracket", True) != ""
    assert warning(f"ctrl+{key.lower()}", True) == "" or key in "CH"


def test_the_keys_of_the_design_are_good() -> None:
    good = [*"npaxhlvscturjkgGdENPeEGIo.,/?+-'\"", "Enter", "Space", "Tab", "Esc", "Backspace", "Shift+Tab"]
    good += ["←", "→", "↑", "↓", "Shift+←", "Shift+→", "PgUp", "PgDn", "Home", "End", "Ctrl+P", "F2"]
    assert [key for key in good if warning(textual_name(key), True)] == []


@given(st.text(max_size=12) | st.sampled_from([key.value for key in Keys]), st.booleans())
def test_any_name_can_be_shown_and_judged(name: str, edits: bool) -> None:
    """Names come from Textual's own tables too, of which some are no keys that a person could write."""
    assert isinstance(shown(name), str)
    assert isinstance(warning(name, edits), str)
