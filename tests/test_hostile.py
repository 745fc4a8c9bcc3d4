"""The real commands on hostile texts, names, stores and settings: every byte that they send is read.

The suite walks through a few articles with all attacks in them; with ``CHIOSA_HOSTILE=all`` it walks through
each attack by itself, and through the large ones, which takes some minutes.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import hostile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stream import MOST_MARKS, Line, faults

from annotations import edits
from annotations.annotation import Annotation
from annotations.article import load_article
from annotations.history import History
from annotations.scheme import default_scheme
from annotations.store import Store
from tui.display import display, display_json, display_line
from tui.layout import Layout, folded

ALL = os.environ.get("CHIOSA_HOSTILE") == "all"
HARM = "\x1b]52;c;aGk=\x07\x9b53m\u202e\udce8"
"""Short, and all of it passes through a command line."""
PASTED = f"\x1b[200~nota {hostile.ATTACKS['csi']}\x9b53m\u202e\a\x1b[201~"
ESC = "\x1b"
KEYS = (
    "n", "a", "x", "N", "l", "1", "t", "u", "r", "v", "w", "2", "/", "ross", "\r", "/", PASTED, "\r", "Q",
    "w", ESC, "y", PASTED, "\r", "b", "o", "s", ESC, "c", ESC, "+", "-", ESC, "T", "z", "z", "m", "j", ESC,
    "L", ESC, "S", ESC, "?", "j", ESC, "\x10", "note", ESC, "f", ESC, "e", ESC, "G", "g", "\x1b[6~", "E", "u",
)  # fmt: skip
"""What an editor does with an article, all screens included."""
SHOWN = {"m": "Notices", "\x10": "Actions"}
"""What a key brings, for which a busy machine may need longer."""
EVERYWHERE = ("/", "mario", "\t", "j", "x", ESC)
IN_LIST = (
    "j", "k", "O", "O", "?", ESC, "L", ESC, "S", ESC, "\x10", ESC, "/", PASTED, ESC, "s", "rossi", "j", ESC,
)  # fmt: skip


def clean(line: Line) -> None:
    assert faults(bytes(line.output)) == []


def typed(line: Line, keys: Sequence[str]) -> None:
    """Type keys, each once the answer to the one before has come; the desk must stay."""
    for key in keys:
        before = len(line.output)
        line.press(key, 0.25 if key == ESC else 0.03)  # a lone Esc takes a while to be one
        if key in SHOWN:
            line.wait_for(SHOWN[key], before)
        assert line.alive(), f"ended at {key!r}: {bytes(line.output[-1500:])!r}"


def walk(
    path: Path, *options: str | Path, keys: Sequence[str] = KEYS, model: str = "rules", first: str = "decided"
) -> Line:
    """Open an article, do all with it, and leave."""
    line = Line("-m", "tui", path, "--model", model, *options)
    line.wait_for(first)
    if first != "decided":
        line.press("q", 0.3)
    elif model == "rules":
        line.wait_for("suggested", seconds=60)
    line.settle(0.8, 30)
    typed(line, keys)
    line.press("\x1b", 0.15)
    left(line)
    return line


def left(line: Line) -> None:
    os.write(line.fd, b"q")
    assert line.end() == 0, bytes(line.output[-1500:])
    clean(line)


# ---- the desk -----------------------------------------------------------------------------------------


def test_the_list_of_hostile_articles(odd: Path, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    shutil.copytree(odd, folder)
    hostile.write_articles(folder, hostile.articles())
    line = Line("-m", "tui", folder, "--model", "none", "--annotator", HARM)
    line.wait_for("articles")
    line.settle(0.5)
    typed(line, IN_LIST)
    left(line)


# controls of C0 alone make an article a binary file, which is refused: they come with the others only
EACH = sorted(set(hostile.ATTACKS) - {"c0"})


@pytest.mark.parametrize("name", ["all-0", "all-1", *(EACH if ALL else [])])
def test_the_desk_on_hostile_articles(tmp_path: Path, name: str) -> None:
    hostile.write_articles(tmp_path, hostile.articles() | hostile.combined(2))
    line = walk(tmp_path / f"{name}.txt", keys=(*KEYS[:20], *EVERYWHERE, *KEYS[20:]))
    for seen in ("Actions", "Notices", "note kept", "nota", "suggested", "undone"):
        assert line.was_shown(seen), f"{seen} was never on screen"


@pytest.mark.parametrize("attack", sorted(hostile.WORDS) if ALL else ["surrogate"])
def test_the_desk_on_hostile_stores_and_names(tmp_path: Path, attack: str) -> None:
    words = hostile.WORDS[attack] + (hostile.ATTACKS["osc-52-st"] + HARM if attack == "surrogate" else "")
    path = tmp_path / os.fsdecode(b"\x1b]52;c;aGk=\x07\x9b\n[foo]\xe8.txt")
    path.write_text(hostile.article_text("X"))
    article, scheme = load_article(path), default_scheme()
    annotator = "x\x1b]52;c;aGk=\a\x9b53m\u202e"
    store = Store(tmp_path / ".chiosa", annotator, scheme)
    annotation = Annotation(annotator)
    for name, label in (("Mario", "PER"), ("Anna", "PER"), ("contento", "CUE"), ('"Sono X', "CONTENT")):
        start = article.text.index(name)
        annotation, _ = edits.add(annotation, start, start + len(name), label, scheme)
    session = store.open(article)
    session.save(History(annotation).apply("x", edits.add(annotation, 0, 2, "MISC", scheme)[0]))
    session.close()
    hostile.hostile_store(store.path(article.id), words)
    scheme_file = tmp_path / "scheme.toml"
    scheme_file.write_text(
        hostile.hostile_scheme(hostile.ATTACKS["osc-52-bel"] + "\x1b[53m[@click=app.quit]x[/]")
    )
    line = walk(path, "--annotator", annotator, "--scheme", scheme_file, first="Notices")
    assert line.was_shown("nota")
    history = store.load(article).history
    assert history.annotation.decided > 3
    assert any(words in span.origin for span in history.annotation.spans), "what was there is kept as it was"


@pytest.mark.parametrize("name", sorted(hostile.LARGE) if ALL else ["long-line"])
def test_the_desk_on_large_articles(tmp_path: Path, name: str) -> None:
    hostile.write_articles(tmp_path, {name: hostile.LARGE[name]()})
    keys = ("v", "1", "n", "x", "u", "\x1b[6~", "/", "la", "\r", "G", "g", "S", ESC)
    walk(tmp_path / f"{name}.txt", keys=keys, model="none")


# ---- the other commands -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all attacks in a few articles, and all names."""
    folder = tmp_path_factory.mktemp("odd") / "articles"
    small = hostile.articles()
    hostile.write_articles(folder, hostile.combined(2) | {n: small[n] for n in ("utf-16", "latin", "cesu")})
    for name in hostile.FILE_NAMES:
        (folder / os.fsdecode(name)).write_bytes(b"Mario Rossi parla a Roma. \x1b]52;c;eA==\x07\n" + name)
    return folder


_NAMED = (os.fsdecode(hostile.FILE_NAMES[0]), os.fsdecode(hostile.FILE_NAMES[4]))
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("suggest", "{folder}", "--model", "rules", "--annotator", HARM),
    ("show", "{folder}/all-0.txt", "--annotator", HARM),
    ("show", "{folder}/all-1.txt", "--json", "--annotator", HARM),
    ("show", "{folder}/" + _NAMED[0], "--annotator", HARM),
    ("show", "{folder}/" + _NAMED[1], "--json", "--annotator", HARM),
    ("stats", "{folder}", "--all-annotators"),
    ("stats", "{folder}", "--all-annotators", "--json"),
    ("suggest", "{folder}", "--model", "rules", "--jsonl", "-"),
    ("export", "{folder}/../out" + HARM, "--from", "{folder}", "--partial", "--annotator", HARM),
    ("formats",),
    ("settings",),
    ("settings", "--example"),
    # what cannot be
    ("show", HARM, HARM),
    ("show", "--" + HARM, "x"),
    ("show", HARM),
    (HARM,),
    ("--mouse", HARM),
    ("export", "x", "--format", HARM),
    ("show", "{folder}/all-0.txt", "--model", HARM + "/x"),
    ("show", "{folder}/all-0.txt", "--model", HARM),
    ("stats", "{folder}", "--scheme", HARM),
    ("suggest", "{folder}", "--jsonl", "/none/" + HARM),
    ("suggest", "{folder}/all-0.txt", "--store", "/proc/" + HARM, "--model", "none"),
)  # fmt: skip
_SLOW = (3, 5, 7, 9, 10, 13, 14, 16, 18, 21)
"""Left out where time is short: what they show is shown by others too."""


def run(folder: Path, command: Sequence[str], **environment: str) -> tuple[int, Line]:
    line = Line(
        "-m", "tui", *(word.replace("{folder}", str(folder)) for word in command), environment=environment
    )
    status = line.end(60)
    assert b"Traceback" not in line.output, line.output[-1500:].decode(errors="replace")
    clean(line)
    return status, line


def test_what_the_commands_say(odd: Path) -> None:
    for number, command in enumerate(COMMANDS):
        if not ALL and number in _SLOW:
            continue
        status, line = run(odd, command)
        assert status in ((0, 1) if number < 12 else (1, 2)), (command, line.output)
        assert line.output, command


SETTINGS = (
    'x\x1b]52;c;aGk=\x07 = 1\n"\\u009b" = "\\u001b"\n[keys]\n"\\u001b[53m" = "\\u202e"\naccept = "\x9b"\n',
    'theme = "\\u001b]0;x\\u0007"\nlanguage = "\x9b53m"\nmeasure = 1e999\ncolumns = ["\\u202e", "[bold]"]\n',
    "x = " + "[" * 3000,
    "x = " + "9" * 6000,
    "theme = 1979-05-27\n[[keys]]\n",
    "\udcff\udc80",
)


def test_what_is_said_of_settings_and_schemes(odd: Path, tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"\x1b]52;c;aGk=\x07\xe8.toml")
    for text in SETTINGS[:2] if not ALL else SETTINGS:
        file.write_bytes(text.encode("utf-8", "surrogateescape"))
        assert run(odd, ("settings",), CHIOSA_SETTINGS=str(file))[0] == 1
        assert run(odd, ("formats",), CHIOSA_SETTINGS=str(file))[0] == 0
        assert run(odd, ("stats", "{folder}/all-0.txt", "--scheme", str(file)))[0] == 1


# ---- offsets ------------------------------------------------------------------------------------------

_PIECES = st.sampled_from(
    [*hostile.WORDS.values(), " ", "\n", "\r", "«", "Rossi", "中", "e\u0301", "\u1161" * 9]
)
texts = st.lists(_PIECES | st.text(max_size=9), max_size=12).map("".join)


@settings(max_examples=300, deadline=None)
@given(texts)
def test_stand_ins_keep_every_offset(text: str) -> None:
    shown = display(text)
    assert len(shown) == len(text)
    assert [at for at, c in enumerate(shown) if c == "\n"] == [at for at, c in enumerate(text) if c == "\n"]
    assert faults(shown.encode()) == [] == faults(display_line(text).encode())
    assert display(shown) == shown, "what is shown is safe to show"


@settings(max_examples=300, deadline=None)
@given(texts, st.integers(1, 90))
def test_each_offset_is_on_one_row_and_comes_back_from_its_cell(text: str, width: int) -> None:
    layout = Layout(text, width)
    bounds = [layout.bounds(line) for line in range(len(layout))]
    assert bounds[0][0] == 0 and bounds[-1][1] == len(text)
    assert all(before[1] == after[0] for before, after in pairwise(bounds)), "each on one row"
    for offset in range(len(text)):
        line = layout.line_of(offset)
        start, end = layout.bounds(line)
        assert start <= offset < end
        first, last = layout.visible(line)
        if first <= offset < last and layout.cells(offset, offset + 1):
            assert layout.offset(line, layout.column(offset)) == offset, "a click on its cell"
    for line in range(len(layout)):
        first, last = layout.visible(line)
        assert layout.cells(first, last) <= max(width, 2)


@settings(max_examples=30, deadline=None)
@given(texts.filter(str.strip), st.data())
def test_spans_on_hostile_text_come_back_with_their_words(
    tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("words")
    text = text.encode("utf-8", "replace").decode()
    (folder / "x.txt").write_bytes(("Roma. " + text * 2 + " fine." + " di prosa" * 900).encode())
    article = load_article(folder / "x.txt")
    store = Store(folder / ".chiosa", "Lina", default_scheme())
    annotation = Annotation("Lina")
    for _ in range(3):
        start = data.draw(st.integers(0, min(200, len(article.text) - 1)))
        end = data.draw(st.integers(start + 1, min(start + 60, len(article.text))))
        annotation, _ = edits.add(annotation, start, end, "CONTENT", default_scheme())
    words = [article.text[s.start : s.end] for s in annotation.spans]
    session = store.open(article)
    session.save(History(annotation))
    session.close()
    again = load_article(folder / "x.txt")
    back = store.load(again).history.annotation
    assert back.spans == annotation.spans
    assert [again.text[s.start : s.end] for s in back.spans] == words
    layout = Layout(again.text, 77)
    for span in back.spans:
        rows = layout.lines_of(span.start, span.end)
        assert "".join(display(again.text)[slice(*layout.bounds(row))] for row in rows).count("\x1b") == 0
        assert layout.bounds(rows[0])[0] <= span.start and span.end <= layout.bounds(rows[-1])[1]


@given(st.dictionaries(st.text(), st.text() | st.sampled_from(list(hostile.WORDS.values())), max_size=4))
def test_json_for_a_terminal_is_the_same_data(data: dict[str, str]) -> None:
    import json

    for indent in (None, 2):
        text = display_json(json.dumps(data, ensure_ascii=False, indent=indent))
        assert json.loads(text) == data
        assert faults(text.encode()) == []


def test_a_tower_of_marks_becomes_something_one_can_see() -> None:
    shown = display("e" + "\u0301" * 500 + "x")
    assert len(shown) == 502
    assert shown == "e" + "\u0301" * MOST_MARKS + "·" * (500 - MOST_MARKS) + "x"
    assert display("Việt Nam Việt हिन्दी") == unicodedata.normalize("NFC", "Việt Nam Việt हिन्दी")


def test_folding_hostile_words_ends() -> None:
    for words in hostile.WORDS.values():
        for width in (0, 1, 2, 40):
            assert not re.search("[\x00-\x1f\x7f-\x9f]", "".join(folded(words * 3, width)))


# ---- the reader of streams ----------------------------------------------------------------------------


@pytest.mark.parametrize("attack", sorted(set(hostile.WORDS) - {
    "markup", "rich", "format", "regex", "path", "json", "toml", "wide", "indic", "tabs", "marks-first",
}))  # fmt: skip
def test_an_attack_that_passed_would_be_seen(attack: str) -> None:
    assert faults(("\x1b[1m" + hostile.WORDS[attack]).encode("utf-8", "surrogatepass"))
