"""The settings file: what it may say, what is said of its faults, and that no two actions share a key."""

from __future__ import annotations

import gettext
import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations import language
from annotations.errors import ChiosaError
from tui.keynames import textual_name
from tui.settings import (
    COLUMNS,
    MEASURES,
    Action,
    Settings,
    SettingsError,
    load_settings,
    settings_path,
)
from tui.settings_example import example
from tui.settings_form import rebound

TORN = "may come from an arrow key that falls apart on a bad line"
DIGITS = tuple("123456789")
ACTIONS = {
    "next": Action("article", ("n", "tab"), does="next span"),
    "accept": Action("article", ("a", "enter"), edits=True, does="accept and go on", group="Decide"),
    "reject": Action("article", ("x", "backspace"), edits=True, group="Decide"),
    "accept-all": Action("article", ("E",), edits=True, group="Decide"),
    "label": Action("article", DIGITS, edits=True, does="set this label"),
    "start-left": Action("article", ("comma", "shift+left"), edits=True),
    "open": Action("list", ("enter", "l")),
    "list-down": Action("list", ("j", "down")),
    "close": Action("text", ("q", "escape"), fixed=True),
    "text-down": Action("text", ("j", "down")),
    "everywhere": Action("article", (), edits=True),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def load(file: Path, text: str, actions: Mapping[str, Action] = ACTIONS) -> Settings:
    file.write_bytes(text.encode())
    return load_settings(file, actions)


def faults(file: Path, text: str) -> list[str]:
    """What is wrong, without the name of the file: ``12: …``."""
    with pytest.raises(SettingsError) as caught:
        load(file, text)
    assert isinstance(caught.value, ChiosaError)
    assert str(caught.value).split("\n") == list(caught.value.faults)
    start = f"{file}:"
    assert all(fault.startswith(start) for fault in caught.value.faults)
    return [fault.removeprefix(start) for fault in caught.value.faults]


def fault(file: Path, text: str) -> str:
    [only] = faults(file, text)
    return only


# ---- what a file may say -----------------------------------------------------------------------------


def test_every_setting(file: Path) -> None:
    settings = load(
        file,
        """
language = "it"
theme = "light"
measure = 90
columns = ["date", "state", "doubt", "title"]

[keys]
accept = "o"            # one key or several
reject = ["x", "Backspace"]
start-left = [",", "Shift+←", "PgUp"]
""",
    )
    assert settings == Settings(
        language="it",
        theme="light",
        measure=90,
        columns=("date", "state", "doubt", "title"),
        keys={
            "accept": ("o",),
            "reject": ("x", "backspace"),
            "start-left": ("comma", "shift+left", "pageup"),
        },
    )
    assert settings.path == file
    assert settings.warnings == ()


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "[keys]", "\ufeff", "keys = {}"])
def test_what_is_not_said_is_as_by_default(file: Path, text: str) -> None:
    settings = load(file, text)
    assert settings == Settings()
    assert (settings.language, settings.theme, settings.measure) == (None, "terminal", 100)
    assert settings.columns == COLUMNS
    assert settings.keys == {}


def test_no_file(file: Path) -> None:
    assert load_settings(file, ACTIONS) == Settings()
    assert load_settings(file / "nor" / "folder.toml", ACTIONS) == Settings()


@pytest.mark.parametrize("value", ["40", "200", "0x64", "1_00"])
def test_the_width_at_its_limits(file: Path, value: str) -> None:
    assert load(file, f"measure = {value}").measure in MEASURES


def test_a_file_from_another_system(file: Path) -> None:
    settings = load(file, '\ufefftheme = "dark"\r\n[keys]\r\naccept = [\r\n"o",\r\n]\r\n')
    assert (settings.theme, settings.keys) == ("dark", {"accept": ("o",)})
    assert fault(file, '\ufefftheme = "dark"\r\n[keys]\r\naccept = [\r\n"oo",\r\n]\r\n').startswith("4: ")


@pytest.mark.parametrize(
    "text",
    [
        'keys.accept = "o"',
        'keys = {accept = "o"}',
        '[keys]\n"accept" = "o"',
        "[ keys ]\naccept = ['o']  # the letter",
        '[keys]\naccept = """o"""',
        '[keys]\naccept = [\n  # the letter\n  "o",\n  "o",\n]\n',
    ],
)
def test_any_way_of_writing_toml(file: Path, text: str) -> None:
    assert load(file, text).keys == {"accept": ("o",)}


# ---- keys --------------------------------------------------------------------------------------------


def test_one_action_is_rebound_and_the_others_keep_their_keys(file: Path) -> None:
    keys = rebound(ACTIONS, load(file, '[keys]\naccept = "o"').keys)
    assert keys == {name: action.keys for name, action in ACTIONS.items()} | {"accept": ("o",)}


def test_a_key_is_not_taken_from_another_action(file: Path) -> None:
    said = fault(file, '[keys]\n\nreject = ["x", "a"]')
    assert said == "3: a is a key of accept too; choose another for reject, or a new one for accept"


def test_a_key_can_be_taken_if_the_other_action_gets_another(file: Path) -> None:
    keys = load(file, '[keys]\nreject = "a"\naccept = "Enter"').keys
    assert rebound(ACTIONS, keys)["reject"] == ("a",)
    swapped = load(file, '[keys]\nreject = ["a", "Enter"]\naccept = ["x", "Backspace"]').keys
    assert rebound(ACTIONS, swapped)["accept"] == ("x", "backspace")


def test_two_new_keys_clash(file: Path) -> None:
    said = fault(file, '[keys]\nreject = "o"\naccept = [\n  "z",\n  "o",\n]')
    assert said == "5: o is a key of reject too; choose another for accept, or a new one for reject"


def test_three_that_want_one_key(file: Path) -> None:
    said = faults(file, '[keys]\nreject = "n"\naccept = "n"')
    assert [line.split(";")[0] for line in said] == ["2: n is a key of next too", "3: n is a key of next too"]


def test_in_another_place_a_key_is_free(file: Path) -> None:
    assert load(file, '[keys]\nopen = "a"\ntext-down = "Enter"').keys == {
        "open": ("a",),
        "text-down": ("enter",),
    }


def test_digits_set_labels(file: Path) -> None:
    assert fault(file, '[keys]\naccept = ["a", "3"]') == "2: accept: 3 sets a label; choose another key"
    assert fault(file, '[keys]\neverywhere = "0"') == "2: everywhere: 0 sets a label; choose another key"
    for keys in ('"o"', '["1"]', "[]", json.dumps([*DIGITS, "o"])):
        said = fault(file, f"[keys]\nlabel = {keys}")
        assert said == "2: the keys of label cannot be changed; remove the line"
    assert rebound(ACTIONS, load(file, f"[keys]\nlabel = {json.dumps(DIGITS[::-1])}").keys)["label"] == DIGITS


def test_digits_elsewhere_are_free_but_not_wise(file: Path) -> None:
    settings = load(file, '[keys]\nopen = "1"')
    assert settings.keys == {"open": ("1",)}
    assert settings.warnings == (f"{file}:2: open: 1 sets a label; another key is better",)


def test_keys_that_are_fixed(file: Path) -> None:
    assert fault(file, '[keys]\nclose = "x"') == "2: the keys of close cannot be changed; remove the line"
    assert load(file, '[keys]\nclose = ["Esc", "q"]').keys == {}
    said = fault(file, '[keys]\ntext-down = "q"')
    assert said == "2: q is a key of close, which keeps it; choose another for text-down"


def test_an_action_that_has_no_key_may_get_one(file: Path) -> None:
    assert load(file, '[keys]\neverywhere = "W"').keys == {"everywhere": ("W",)}
    assert rebound(ACTIONS, load(file, "[keys]\neverywhere = []").keys)["everywhere"] == ()
    assert fault(file, "[keys]\naccept = []") == "2: accept has no key; write one, or remove the line"


def test_an_unknown_action(file: Path) -> None:
    said = fault(file, '[keys]\nacept = "o"')
    assert said.startswith('2: there is no action "acept"; the nearest names are accept, accept-all')


def test_settings_and_actions_in_the_wrong_table(file: Path) -> None:
    assert faults(file, 'accept = "o"\n[keys]\ntheme = "dark"') == [
        "1: accept is an action; put it below [keys]",
        "3: theme is a setting, not an action; put it above [keys]",
    ]


def test_an_unknown_key(file: Path) -> None:
    said = faults(file, '[keys]\naccept = "Entr"\nreject = ["x",\n  "Shift+1"]')
    assert said[0].startswith("2: accept: no key is called «Entr»; write it as in ")
    assert said[1].startswith("4: reject: «Shift+1» depends on the keyboard; ")


@pytest.mark.parametrize("value", ["3", "true", "{}", '{a = "b"}', "1.5", "[3]", '[["o"]]', "2025-09-04"])
def test_a_key_is_a_text(file: Path, value: str) -> None:
    said = fault(file, f"[keys]\naccept = {value}")
    assert re.match(r"2: accept cannot be .+; write a key in quotes, or several in \[ \]$", said)


def test_poor_choices_are_warnings(file: Path) -> None:
    settings = load(file, '[keys]\naccept = ["A", "o"]\nopen = ["A", "Ctrl+C"]\nnext = "["')
    assert settings.warnings == (
        f"{file}:2: accept: A {TORN}; another key is better",
        f"{file}:3: open: Ctrl+C always leaves Chiosa; another key is better",
        f"{file}:4: next: [ needs AltGr on an Italian keyboard; another key is better",
    )


def test_what_an_action_has_by_default_is_no_poor_choice(file: Path) -> None:
    actions = {"accept": Action("article", ("A",), edits=True)}
    assert load(file, '[keys]\naccept = ["A", "B"]', actions).warnings == (
        f"{file}:2: accept: B {TORN}; another key is better",
    )


def test_rebound_refuses_what_no_file_would_give() -> None:
    with pytest.raises(SettingsError) as caught:
        rebound(ACTIONS, {"acept": ("o",), "reject": ("a",)})
    assert len(caught.value.faults) == 2
    assert caught.value.faults[0].startswith('there is no action "acept"')
    assert caught.value.faults[1].startswith("a is a key of accept too")


# ---- faults ------------------------------------------------------------------------------------------


def test_all_faults_at_once_in_the_order_of_the_lines(file: Path) -> None:
    text = """# theme = "dark"
languag = "it"
theme = "pink"
measure = true
columns = [
  "date",
  "titel",
]
[keys]
accept = o
reject = ["x", "Backspce"]
next = "x
start-left = ["E",
open = "7Enter"
"""
    said = faults(file, text)
    assert [line.split(":")[0] for line in said] == ["2", "3", "4", "5", "7", "10", "11", "12", "13", "14"]
    assert len({line.split(": ", 1)[1] for line in said}) == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('language = "fr"', '1: language cannot be "fr"; write one of "en", "it"'),
        ("language = 3", '1: language cannot be 3; write one of "en", "it"'),
        ('theme = ["dark"]', '1: theme cannot be ["dark"]; write one of "terminal", '),
        ("theme = {}", "1: theme cannot be {}; write one of "),
        ("[theme]\nname = 3\nother = 4", "1: theme cannot be {}; write one of "),
        ('theme.name = "dark"', '1: theme cannot be {"name": "dark"}; '),
        ("measure = true", "1: measure cannot be true; write a whole number from 40 to 200"),
        ("measure = 39", "1: measure cannot be 39; "),
        ("measure = 201", "1: measure cannot be 201; "),
        ("measure = 100.0", "1: measure cannot be 100.0; "),
        ('measure = "100"', '1: measure cannot be "100"; '),
        ("measure = nan", "1: measure cannot be NaN; "),
        ("measure = 2025-09-04", "1: measure cannot be "),
        (f"measure = {'1' * 5000}", "1: this is not TOML (Exceeds the limit"),
        ('columns = "title"', '1: columns cannot be "title"; write a list: ["date", '),
        ("columns = true", "1: columns cannot be true; "),
        ("columns = []", '1: columns must have the title; add "title"'),
        ('columns = ["date"]', '1: columns must have the title; add "title"'),
        ('columns = ["title", 3]', "1: there is no column 3; write some of "),
        ('columns = ["title",\n["date"]]', '2: there is no column ["date"]; '),
        ('columns = ["title",\n\n"date",\n"date"]', '4: the column "date" is there twice; remove one'),
        ("keys = 3", "1: keys is a table; write [keys] above "),
        ("[[keys]]\naccept = 3", "1: keys is a table; write [keys] above "),
        ('[keys.accept]\nkey = "o"', "1: accept cannot be {}; "),
        ("color = 1", '1: there is no setting "color"; remove it, or write one of language, theme, '),
        ("[key]\naccept = 3\nreject = 4", '1: there is no setting "key"; '),
        ('"\\u001b[31m" = 1', '1: there is no setting "\\u001b[31m"; '),
        (f'"{"x" * 500}" = 1', '1: there is no setting "xxxxx'),
        ('theme = "dark"\ntheme = "light"', "2: theme is there already, in line 1; keep one of them"),
        ('[keys]\naccept = "o"\naccept = "o"', "3: keys.accept is there already, in line 2; keep one"),
        ("[keys]\n[keys]", "2: keys is there already, in line 1; keep one of them"),
        ('theme = "dark"\ntheme.x = 1', "2: this is not TOML (Cannot overwrite a value); "),
        ('keys.accept = "o"\n[keys]', "2: this is not TOML (Cannot declare ('keys',) twice); "),
        ("\n\ntheme = dark", "3: this is not TOML (Invalid value); a text needs quotes, and "),
        ("theme", "1: this is not TOML (Expected '=' after a key in a key/value pair); "),
        ("[keys", "1: this is not TOML (Expected ']' at the end of a table declaration); "),
        ("[keys\naccept = 3", "1: this is not TOML (Expected ']' at the end of a table declaration); "),
        ('theme = "dark', "1: this is not TOML (Illegal character '\\n'); "),
        ('\ntheme = """dark\n\n', "2: this entry does not end; close its quotes or brackets"),
        ('columns = ["title"\n\n', "1: this entry does not end; close its quotes or brackets"),
        ('columns = [\n"title",\ndate,\n"state",\n]\nmeasure = 90', "3: this is not TOML (Invalid value); "),
        ("theme = " + "[" * 5000, "1: this is not TOML (maximum recursion depth exceeded"),
        ("theme = " + "[" * 60 + "]" * 60, "1: theme cannot be [[[["),
        ("theme" + ".a" * 3000 + " = 1", "1: theme cannot be …; write one of "),
        ("# a bell \a\n", "1: this is not TOML (Found invalid character '\\x07'); "),
    ],
)
def test_a_fault_names_its_line_and_what_to_do(file: Path, text: str, said: str) -> None:
    found = fault(file, text)
    assert found.startswith(said)
    assert "; " in found
    assert len(found) < 200


def test_what_looks_like_an_entry_inside_a_text_or_a_comment_is_none(file: Path) -> None:
    text = '''
# measure = 1
note = """
measure = 2
[keys]
"""
other = 'measure = 3'  # measure = 4
columns = [
  "date",  # measure = 5 ]
  "title # measure = 6",
  "measure = 7",
  "title",
]
measure = 8
[keys]
accept = \'\'\'
[keys]
reject = "o"\'\'\'
'''
    said = faults(file, text)
    assert [line.split(";")[0] for line in said] == [
        '3: there is no setting "note"',
        '7: there is no setting "other"',
        '10: there is no column "title # measure = 6"',
        '11: there is no column "measure = 7"',
        "14: measure cannot be 8",
        '16: accept: no key is called «[keys] reject = "o"»',
    ]


def test_a_broken_entry_does_not_make_others_clash(file: Path) -> None:
    said = fault(file, '[keys]\naccept = o\nreject = "a"')
    assert said.startswith("2: this is not TOML")
    assert fault(file, '[keys]\naccept = "Entr"\nreject = "a"').startswith("2: accept: no key is called")


def test_of_a_wrong_file_little_is_said(file: Path) -> None:
    article = "(Adnkronos) - Roma, 4 set. «Ciao», ha detto.\n\nAltro testo, più lungo.\n" * 50
    assert len(faults(file, article)) == 1


# ---- files that cannot be read -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ('# perché\ntheme = "dark"\n# così'.encode("latin-1"), 1),
        ('theme = "dark"\n\n# così'.encode("cp1252"), 3),
        ('theme = "dark"'.encode("utf-16"), 1),
        ('theme = "dark"\n'.encode("utf-16-le"), 1),
        (b'theme = "dark"\n#\x00', 2),
        (b'\xef\xbb\xbftheme = "dark"\n# \xe8', 2),
    ],
)
def test_another_encoding(file: Path, raw: bytes, line: int) -> None:
    file.write_bytes(raw)
    with pytest.raises(SettingsError) as caught:
        load_settings(file, ACTIONS)
    assert str(caught.value) == f"{file}:{line}: is not UTF-8; save the file in that encoding"


def test_a_folder_in_its_place(file: Path) -> None:
    file.mkdir()
    with pytest.raises(SettingsError) as caught:
        load_settings(file, ACTIONS)
    assert str(caught.value) == f"{file}: is a folder; move it away, or name a file in $CHIOSA_SETTINGS"


def test_a_file_that_leads_nowhere(file: Path) -> None:
    file.symlink_to(file)
    with pytest.raises(SettingsError) as caught:
        load_settings(file, ACTIONS)
    assert str(caught.value).startswith(f"{file}: cannot be read (Too many levels of symbolic links); check ")


def test_a_file_for_a_folder(file: Path) -> None:
    file.write_text("")
    with pytest.raises(SettingsError, match=r"cannot be read \(Not a directory\); check the name"):
        load_settings(file / "settings.toml", ACTIONS)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_of_others(file: Path) -> None:
    file.write_text("")
    file.chmod(0)
    with pytest.raises(SettingsError, match=r"cannot be read \(Permission denied\); check"):
        load_settings(file, ACTIONS)


def test_a_file_that_is_far_too_large(file: Path) -> None:
    assert load(file, "#" * 64 * 1024) == Settings()
    with pytest.raises(SettingsError, match=r"settings\.toml: has more than 64 KB, which"):
        load(file, "#" * (64 * 1024 + 1))
    with pytest.raises(SettingsError, match="/dev/zero: has more than 64 KB, which"):
        load_settings(Path("/dev/zero"), ACTIONS)


def test_where_the_file_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert settings_path({"CHIOSA_SETTINGS": "/etc/chiosa.toml"}) == Path("/etc/chiosa.toml")
    assert settings_path({"CHIOSA_SETTINGS": "~/mine.toml"}) == Path.home() / "mine.toml"
    assert settings_path({"CHIOSA_SETTINGS": "~nobody-here/x"}) == Path("~nobody-here/x")
    usual = settings_path({})
    assert usual == settings_path({"CHIOSA_SETTINGS": ""})
    assert usual.parts[-2:] == ("chiosa", "settings.toml")


# ---- language ----------------------------------------------------------------------------------------


class Loud(gettext.NullTranslations):
    """A language that is easily made."""

    def gettext(self, message: str) -> str:
        return re.sub(r"(?<![{\w])[a-z]+(?![\w}])", lambda word: word[0].upper(), message)


def test_faults_are_said_in_the_language_that_is_spoken_when_they_are_shown(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file may set the language: it is known only when the file has been read."""
    settings = load(file, 'language = "it"\n[keys]\nopen = "Ctrl+C"')
    with pytest.raises(SettingsError) as caught:
        load(file, 'language = "it"\nmeasure = 1\n[keys]\naccept = "Entr"')
    assert caught.value.language == "it"
    monkeypatch.setattr(language, "_catalogue", Loud())
    assert settings.warnings == (f"{file}:3: open: Ctrl+C ALWAYS LEAVES Chiosa; ANOTHER KEY IS BETTER",)
    assert caught.value.faults[0] == f"{file}:2: MEASURE CANNOT BE 1; WRITE A WHOLE NUMBER FROM 40 TO 200"
    assert "accept: NO KEY IS CALLED «Entr»" in caught.value.faults[1]
    assert "SETTINGS" in example(ACTIONS) or "LINE" in example(ACTIONS)


def test_a_language_that_is_wrong_is_not_asked_for(file: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load(file, 'language = "fr"')
    assert caught.value.language is None


# ---- what is sound counts all the same -----------------------------------------------------------------


def sound(file: Path, text: str) -> Settings:
    with pytest.raises(SettingsError) as caught:
        load(file, text)
    return caught.value.settings


def test_one_wrong_line_leaves_the_others(file: Path) -> None:
    text = 'language = "it"\ntheme = "azzurro"\nmeasure = 80\ncolumns = ["title", "weight"]\n[keys]\n'
    found = sound(file, text + 'accept = "z"\nreject = 5\nundo = "k"\n')
    assert (found.language, found.measure) == ("it", 80)
    assert (found.theme, found.columns) == ("terminal", COLUMNS)
    assert "reject" not in found.keys


def test_a_key_that_clashes_goes_back_and_takes_its_key_from_another(file: Path) -> None:
    assert sound(file, '[keys]\naccept = "x"\n').keys == {}
    found = sound(file, '[keys]\naccept = "x"\nnext = "a"\n')
    assert found.keys == {}, "accept has its a again, so that next cannot have it"
    rebound(ACTIONS, found.keys)


def test_a_file_that_is_no_toml_is_as_if_it_were_empty(file: Path) -> None:
    assert sound(file, "this is no TOML\nneither is this\n") == Settings()
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError) as caught:
        load_settings(file, ACTIONS)
    assert caught.value.settings == Settings()


# ---- the example -------------------------------------------------------------------------------------


def uncommented(text: str) -> str:
    return re.sub(r"(?m)^# (?=[\w-]+ = )", "", text)


def test_the_example_changes_nothing(file: Path) -> None:
    assert load(file, example(ACTIONS)) == Settings()


def test_each_line_of_the_example_can_be_taken_in_and_changes_nothing(file: Path) -> None:
    settings = load(file, uncommented(example(ACTIONS)))
    assert settings == Settings(language=language.language(), keys=settings.keys)
    assert rebound(ACTIONS, settings.keys) == rebound(ACTIONS, {})
    assert settings.warnings == ()


def test_the_example_has_every_setting_and_every_action() -> None:
    text = example(ACTIONS)
    data = tomllib.loads(uncommented(text))
    assert list(data) == ["language", "theme", "measure", "columns", "changed_cells", "keys"]
    assert list(data["keys"]) == list(ACTIONS)
    assert '# start-left = [",", "Shift+←"]\n' in text
    assert '# accept = ["a", "Enter"]  # accept and go on\n' in text
    assert '# close = ["q", "Esc"]  # cannot be changed\n' in text
    assert text.count("# Decide\n") == 1
    assert text.endswith("\n")
    assert example({}).endswith("the others keep theirs.\n")


# ---- any file ----------------------------------------------------------------------------------------

KEYS = ["a", "o", "n", "x", "j", "l", "E", "q", "3", "0", "[", "Enter", "Tab", "Shift+←", "Esc", "Ctrl+C"]
overrides = st.dictionaries(
    st.sampled_from(sorted(ACTIONS)), st.lists(st.sampled_from(KEYS), max_size=3), max_size=6
)


def clashes(keys: Mapping[str, tuple[str, ...]]) -> list[tuple[str, str]]:
    names = sorted(keys)
    return [
        (one, other)
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if ACTIONS[one].context == ACTIONS[other].context and set(keys[one]) & set(keys[other])
    ]


def may_be(name: str, keys: tuple[str, ...]) -> bool:
    action = ACTIONS[name]
    if name in ("label", "close"):
        return set(keys) == set(action.keys)
    if not keys and action.keys:
        return False
    return action.context != "article" or not set(keys) & set("0123456789")


@given(overrides)
def test_what_is_accepted_has_no_clash_and_what_is_not_has_a_fault(
    tmp_path_factory: pytest.TempPathFactory, written: dict[str, list[str]]
) -> None:
    file = tmp_path_factory.getbasetemp() / "any-overrides.toml"
    text = "[keys]\n" + "".join(f"{name} = {json.dumps(keys)}\n" for name, keys in written.items())
    named = {name: tuple(map(textual_name, keys)) for name, keys in written.items()}
    wanted = {name: action.keys for name, action in ACTIONS.items()} | named
    right = all(may_be(name, keys) for name, keys in named.items()) and not clashes(wanted)
    try:
        settings = load(file, text)
    except SettingsError as error:
        assert not right, error
        assert all(re.match(rf"{re.escape(str(file))}:\d+: .+; .", line) for line in error.faults)
        for line in error.faults:
            number = int(line.removeprefix(f"{file}:").split(":")[0])
            assert list(written)[number - 2] in line, "the line is that of an action which is named"
        return
    assert right
    keys = rebound(ACTIONS, settings.keys)
    assert clashes(keys) == []
    assert {name: set(names) for name, names in keys.items()} == {n: set(k) for n, k in wanted.items()}
    load(file, uncommented(example({name: _with(name, keys[name]) for name in ACTIONS})))


def _with(name: str, keys: tuple[str, ...]) -> Action:
    action = ACTIONS[name]
    return Action(action.context, keys, action.edits, action.does, action.group, action.fixed)


@given(overrides)
def test_the_example_of_any_keys_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, written: dict[str, list[str]]
) -> None:
    """Also where the program itself had other keys."""
    file = tmp_path_factory.getbasetemp() / "any-example.toml"
    actions = {
        name: _with(name, tuple(dict.fromkeys(map(textual_name, written.get(name, ()))))) for name in ACTIONS
    }
    taken: set[tuple[str, str]] = set()
    for name, action in actions.items():
        free = tuple(key for key in action.keys if (action.context, key) not in taken)
        taken |= {(action.context, key) for key in free}
        actions[name] = _with(name, free)
    text = example(actions)
    assert load(file, text, actions) == Settings()
    settings = load(file, uncommented(text), actions)
    assert rebound(actions, settings.keys) == {name: action.keys for name, action in actions.items()}


SCHEMA = "cannot be|there is no|no key|is an action|is a setting|is a key of|is a table|must have|there twice"
LINES = [
    'theme = "dark"',
    "theme = dark",
    'theme.x = "dark"',
    "measure = 90",
    "measure = [",
    "90]",
    "]",
    'columns = ["title",',
    '"date"]',
    '"date",  # [',
    "[keys]",
    "[keys",
    "[[keys]]",
    "keys.next = 'z'",
    'keys = {next = "z"}',
    'accept = "o"',
    'accept = ["o",',
    '"p"]',
    "reject = '''",
    "'''",
    'reject = """',
    '"""',
    "w",
    '# """',
    "#",
    "",
    'language = "it"  # language = "en"',
    "other = 3",
]


@given(st.lists(st.sampled_from(LINES), max_size=12), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_is_read_is_what_toml_says(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], ends: str, last: bool
) -> None:
    file = tmp_path_factory.getbasetemp() / "any-lines.toml"
    text = ends.join(lines) + (ends if last else "")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        data = None
    try:
        settings = load(file, text)
    except SettingsError as error:
        for line in error.faults:
            found = re.match(rf"{re.escape(str(file))}:(\d+): .+; .", line)
            assert found
            assert 1 <= int(found[1]) <= max(1, len(lines) + 1)
        if data is None:
            return
        # what TOML has nothing against, the schema has
        assert any(re.search(SCHEMA, line) for line in error.faults), error
        return
    assert data is not None
    assert settings.theme == data.get("theme", "terminal")
    assert settings.language == data.get("language")
    assert settings.measure == data.get("measure", 100)
    assert list(settings.columns) == data.get("columns", list(Settings.columns))
    keys = {n: (v,) if isinstance(v, str) else v for n, v in data.get("keys", {}).items()}
    assert settings.keys == {n: tuple(dict.fromkeys(map(textual_name, names))) for n, names in keys.items()}


SIGNS = "ak=[]{}\"'#.,\n\\ \t\r\0\ufeff1"


@given(st.binary(max_size=60) | st.text(SIGNS, max_size=60).map(str.encode))
def test_any_bytes_are_settings_or_a_message(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any-bytes.toml"
    file.write_bytes(raw)
    try:
        load_settings(file, ACTIONS)
    except SettingsError as error:
        assert error.faults
        assert all("; " in fault for fault in error.faults)
