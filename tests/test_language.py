"""Italian and English: every message has its translation, and none is left out of the translating."""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

import pytest
import untranslated as source
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from conftest import REPOSITORY

from annotations.locale.update import MO, PO, messages

TREES = {
    path.relative_to(REPOSITORY).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for package in ("annotations", "tui")
    for path in sorted((REPOSITORY / package).rglob("*.py"))
}
ERRORS = source.error_classes(TREES.values())
ALLOWED = {
    "not translated: ": "update.py says it to those who translate",
}
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\(\w+\)[a-z]|%[a-z]")

# ---- the catalogue -----------------------------------------------------------------------------------


def test_every_message_has_an_italian_translation() -> None:
    with PO.open("rb") as file:
        translated = {message.id: message.string for message in read_po(file, locale="it") if message.id}
    assert set(translated) == {message.id for message in messages() if message.id}, "run update.py"
    for english, italian in translated.items():
        froms = english if isinstance(english, tuple) else (english,)
        for target in italian if isinstance(italian, tuple) else (italian,):
            assert target, f"not translated: {english}"
            assert all(_shape(target) == _shape(text) for text in froms), f"{english}: {target}"


def _shape(text: str) -> tuple[set[str], str, str]:
    """What a translation must keep: what is filled in, and the blanks at both ends."""
    return (
        set(_PLACEHOLDER.findall(text)),
        text[: len(text) - len(text.lstrip())],
        text[len(text.rstrip()) :],
    )


def test_what_is_compiled_is_what_is_written() -> None:
    with PO.open("rb") as po, MO.open("rb") as mo:
        written = {m.id: m.string for m in read_po(po, locale="it") if m.id and _whole(m.string)}
        compiled = {_plain(m.id): _plain(m.string) for m in read_mo(mo) if m.id}
    assert compiled == written, "run update.py"


def _plain(words: object) -> object:
    return tuple(words) if isinstance(words, list) else words


def _whole(translation: object) -> bool:
    return all(translation) if isinstance(translation, tuple) else bool(translation)


def test_argparse_says_nothing_that_the_catalogue_lacks() -> None:
    """But for what it says of a parser that is set up wrong, which is nobody's but ours."""
    import argparse

    tree = ast.parse(Path(argparse.__file__).read_text(encoding="utf-8"))
    asked = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and source.call_name(call) in ("_", "ngettext") and call.args
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    }
    assert len(asked) > 15
    set_up_wrong = re.compile(
        r"conflict|unknown parser|can't open|^cannot |'required' is|invalid option string|^dest= |"
        r"with mode %r|must be optional|is not callable|not defined|subcommands|exclusive|is deprecated"
    )
    with PO.open("rb") as file:
        listed = {m.id[0] if isinstance(m.id, tuple) else m.id for m in read_po(file) if m.id}
    assert {message for message in asked if not set_up_wrong.search(message)} <= listed


# ---- the source --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TREES)
def test_what_a_person_reads_is_translated(path: str) -> None:
    assert source.untranslated(TREES[path], ERRORS, ALLOWED.keys()) == []


@pytest.mark.parametrize("path", TREES)
def test_messages_can_be_gathered_and_filled(path: str) -> None:
    assert source.misused(TREES[path]) + source.badly_filled(TREES[path]) == []


def test_what_is_allowed_is_there() -> None:
    constants = {n.value for t in TREES.values() for n in ast.walk(t) if isinstance(n, ast.Constant)}
    assert ALLOWED.keys() <= constants


@pytest.mark.parametrize(
    "line",
    [
        'raise ChiosaError("gone")',
        'raise ArticleError(f"{path}: gone")',
        'raise ChiosaError(_("{path}: {what}").format(path=path, what="gone"))',
        'say("gone" if path else _("there"))',
        'self.message += " gone"',
        'parser.add_argument("x", help="gone")',
        'print("gone", file=sys.stderr)',
        'row = [text(f" {n} spans", style)]',
        'words = "gone" if path else ""; say(_("{n}") + words)',
        'self.problems.append("gone")',
        'SUMMARY = "gone"',
        'class E(ChiosaError):\n  def __init__(self):\n    super().__init__("gone")',
    ],
)
def test_words_without_translation_are_found(line: str) -> None:
    assert len(source.untranslated(ast.parse(line), ERRORS, ALLOWED.keys())) == 1


@pytest.mark.parametrize(
    "line",
    [
        '_(f"{path}: gone")',
        '_("{path}: gone".format(path=path))',
        '_("a" + "b")',
        'n_("one" if x else "two", "{n}", n)',
        """f"{_('gone')}" """,
        "from annotations.language import _\nfor _, name in pairs: pass",
    ],
)
def test_wrong_uses_are_found(line: str) -> None:
    assert len(source.misused(ast.parse("def f():\n" + textwrap.indent(line, "  ")))) == 1


@pytest.mark.parametrize(
    "line",
    ['_("{path}: gone").format(file=path)', 'n_("{n} of {all}", "{n} of {all}", 2)', 'Kept(N_("{a}"), b=1)'],
)
def test_values_under_other_names_are_found(line: str) -> None:
    assert source.badly_filled(ast.parse(line))


def test_translating_at_import_is_found() -> None:
    assert source.misused(ast.parse('TITLE = _("gone")'))
    assert not source.misused(ast.parse('TITLE = N_("gone")\ndef f():\n  return _(TITLE)'))
