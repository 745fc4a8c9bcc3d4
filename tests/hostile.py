"""Texts that would harm a terminal, a program that shows them, or one that counts in them: made by code.

Everything here is data that a stranger could put into an article, a file's name, a label, a note or a store.
Those that act on a terminal do something that Chiosa never asks of one, so that `stream` tells them from
Chiosa's own output.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from annotations.annotation import Annotation, Span
from annotations.article import load_article
from annotations.history import History
from annotations.scheme import default_scheme
from annotations.store import Store

_CLIPBOARD = "52;c;aGFybQ=="
_LINK = "8;;http://harm.example/"
FAMILY = "👩‍👩‍👧‍👦"

ATTACKS: dict[str, str] = {
    "csi": "\x1b[2J\x1b[53m\x1b[5;8m\x1b[6n\x1b[?1047h\x1b[>c\x1b[99;99H\x1b[3J\x1b[?69h",
    "csi-intermediate": "\x1b[!p\x1b[61\"p\x1b[2 q\x1b[1$r",
    "esc": "\x1bc\x1b7\x1b8\x1b#8\x1b(0\x1bD\x1bM\x1bN\x1bO\x1b%G\x1b=",
    "osc-8-bel": f"\x1b]{_LINK}\x07qui\x1b]8;;\x07",
    "osc-8-st": f"\x1b]{_LINK}\x1b\\qui\x1b]8;;\x1b\\",
    "osc-52-bel": f"\x1b]{_CLIPBOARD}\x07",
    "osc-52-st": f"\x1b]{_CLIPBOARD}\x1b\\",
    "osc-open": f"\x1b]0;{'x' * 40}",
    "dcs": "\x1bP$q\"p\x1b\\\x1bPq#0;2;0;0;0#0~~\x1b\\",
    "apc": "\x1b_Gf=24;AAAA\x1b\\",
    "pm": "\x1b^harm\x1b\\",
    "sos": "\x1bXharm\x1b\\",
    "c1": "".join(map(chr, range(0x80, 0xA0))),
    "c1-csi": "\x9b2J\x9b53m\x9b6n",
    "c1-osc": f"\x9d{_CLIPBOARD}\x9c\x90q\x9c\x9fG\x9c\x9eh\x9c\x98h\x9c",
    "c0": "".join(chr(c) for c in range(0x20) if c not in (0x0A, 0x0D)),
    "nul": "\0\0",
    "bel": "\a\a",
    "backspace": "sicuro\b\b\b\b\b\bharm",
    "del": "\x7f\x7f",
    "bidi": "\u202e\u202d\u202a\u202b\u202c\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "joiners": "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u034f\u115f\u3164",
    "tags": "\U000e0001\U000e0041\U000e007f",
    "tower": "e" + "\u0301" * 500 + "a" + "\u0489\u20dd" * 40,
    "marks-first": "\u0300\u0301 \u0300",
    "wide": "漢字かなカナ한국어ｗｉｄｅ、。「」",
    "emoji": f"{FAMILY}🇮🇹🏴󠁧󠁢󠁥󠁮󠁧󠁿👍🏽1️⃣#️⃣⚠️☺︎❤️‍🔥🧑🏿‍🚀",
    "indic": "क्षि นี่ ก็ ที่ العَرَبِيَّة עִבְרִית 각",
    "separators": "uno\u2028due\u2029tre\x85quattro\x0bcinque\x0csei\x1csette",
    "tabs": "a\tb\t\t\tc",
    "unassigned": "\u0378\ufdd0\uffff\U0010ffff\ue000\U000f0000",
    "markup": "[bold]x[/bold][/foo][@click=app.quit]esci[/][link=http://harm.example]y[/link][reverse]",
    "rich": "[red]a[/red] :boom: [/] \\[x] [blink]",
    "format": "{0} {x!r:>{w}} %s %(x)n %%n ${HOME} $(id) `id` {self.__class__}",
    "regex": "(((((a+)+)+)+)+)$ [z-a] (?P<x> \\",
    "path": "../../../../etc/passwd",
    "json": '{"schema": 1, "spans": [{"id": "s1"}], "__proto__": 1}',
    "toml": '[[labels]]\nname = "X"\nkeys = 1',
}  # fmt: skip
"""Code points that are harmful, odd or confusing, by name."""

SURROGATES = {"surrogate": "\ud800 \udfff", "escaped-bytes": "\udce8\udc9b2J\udcff"}
"""What no file of UTF-8 can bring, yet the JSON of a store, a name from the system or a program can."""

WORDS: dict[str, str] = {**ATTACKS, **SURROGATES}

_PROSE = "Il consiglio comunale di Torino si riunisce domani per discutere del bilancio e delle scuole. " * 3


def article_text(attack: str) -> str:
    """An article with it in the headline, in names and quotes, between blanks and alone on a line."""
    return (
        f"Il sindaco {attack} di Milano\n\n"
        f"Roma, 4 set. (Adnkronos) - Mario{attack} Rossi ha incontrato Anna {attack} Bianchi a Milano. "
        f'"Sono {attack} contento", ha detto Mario{attack} Rossi. «È {attack}», secondo Luca Neri.\n'
        f"{attack}\n\n" + f"{_PROSE}\n\n" * 24
    )


def _odd_bytes() -> dict[str, bytes]:
    text = article_text("X")
    return {
        "latin": text.replace("X", "è\x93").encode("latin-1"),
        "cesu": text.encode().replace(b"X", b"\xed\xa0\xbd\xed\xb8\x80"),
        "overlong": text.encode().replace(b"X", b"\xc0\x9b2J\xe0\x80\x9b"),
        "truncated": text.encode() + b"\xe2\x80",
        "not-cp1252": text.encode().replace(b"X", b"\x81\x8d\xff"),
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "utf-16": text.encode("utf-16"),
        "crlf": text.replace("\n", "\r\n").replace("X", "a\rb\n\rc\r\r\n").encode(),
        "only-controls": b"\x1b]52;c;aGk=\x07" * 200,
        "only-blanks": b" \t\r\n\x0c" * 9,
    }


def articles() -> dict[str, bytes]:
    """The small ones, by the stem of their files."""
    return {name: article_text(attack).encode() for name, attack in ATTACKS.items()} | _odd_bytes()


def combined(parts: int) -> dict[str, bytes]:
    """All attacks in a few articles."""
    names = sorted(ATTACKS)
    return {
        f"all-{n}": "\n".join(article_text(ATTACKS[name]) for name in names[n::parts]).encode()
        for n in range(parts)
    }


def long_line() -> bytes:
    """5 MB without a blank."""
    return ("parola" * (5_000_000 // 6)).encode()


def long_odd_line() -> bytes:
    """The same of letters two cells wide, with a few of no width: a million code points."""
    return ("漢字" * 300 + "e\u0301" * 100).encode() * 1250


def quotation_marks() -> bytes:
    """100,000 quotation marks, of which few belong together."""
    return ("".join(f"\"a «b” c' “d {n % 10} " for n in range(20_000)) + "\n").encode()


LARGE = {"long-line": long_line, "long-odd-line": long_odd_line, "marks": quotation_marks}

FILE_NAMES: tuple[bytes, ...] = (
    b"\xff\xfe\xe8.txt",
    b"due\nrighe.txt",
    b"\x1b]52;c;aGk=\x07.txt",
    b"\x1b[53m\x1b[2J.txt",
    "\x9b53m\x9d52;c;aGk=\x9c.txt".encode(),
    "\u202egpj\u2066.txt".encode(),
    ("e" + "\u0301" * 100 + ".txt").encode(),
    b"[bold]x[@click=app.quit]y[].txt",
    b"[foo].txt",
    b"{0}{x}%s.txt",
    b"--help.txt",
    b"..txt",
    b" .txt",
    b"$(id);`id`.txt",
    b"a" * 251 + b".txt",
)
"""Names that a file system takes."""


def write_articles(folder: Path, found: dict[str, bytes]) -> None:
    """The articles as files of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw in found.items():
        (folder / f"{name}.txt").write_bytes(raw)


def many_spans(folder: Path, count: int = 50_000) -> Path:
    """An article with so many undecided suggestions in Lina's store."""
    path = folder / "suggestions.txt"
    lines = [f"Mario Rossi numero {n:05} parla a Roma con Anna." for n in range(count // 3 + 1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    article = load_article(path)
    spans: list[Span] = []
    at = 0
    for line in lines:
        for words, label in (("Mario Rossi", "PER"), ("Roma", "LOC"), ("Anna", "PER")):
            start = at + line.index(words)
            number = len(spans) + 1
            spans.append(Span(f"s{number}", start, start + len(words), label, "suggested", "rule:x", 0.9))
        at += len(line) + 1
    annotation = Annotation("Lina", "new", tuple(spans[:count]), (), count + 1, "rules@0.1.0")
    session = Store(folder / ".chiosa", "Lina", default_scheme()).open(article)
    session.save(History(annotation))
    session.close()
    return path


def hostile_store(path: Path, attack: str) -> None:
    """Put it wherever the JSON of an annotation, which must be there, has words of its own."""
    tables: dict[str, Any] = json.loads(path.read_bytes())
    record = tables["annotation"]["1"]
    record["annotator"] = record["suggester"] = f"x{attack}"
    names = {span["id"]: f"{span['id']}{attack}" for span in record["spans"]}
    for number, span in enumerate(record["spans"]):
        span["id"] = names[span["id"]]
        span["origin"] = f"model:{attack}@{attack}"
        if number % 3 == 0 and span["label"] not in ("CONTENT", "CUE", "SOURCE"):
            span["label"] = f"P{attack}"
    for link in record["links"]:
        link["from"], link["to"] = names[link["from"]], names[link["to"]]
    targets = ["", *names.values()]
    record["notes"] = [{"target": t, "flagged": True, "words": f"nota {attack}"} for t in targets]
    record["disputed"] = list(names.values())
    spans = record["spans"][:1]
    tables["edits"] = {
        "1": {
            "name": f"edit {attack}", "at": attack, "focus": attack, "removed": spans, "added": spans,
            "unlinked": [], "linked": [], "state": ["new", "in progress"],
            "noted": [], "unnoted": [], "keys": 1, "seconds": 1.0,
        }
    }  # fmt: skip
    record["position"] = 1
    tables["misfits"] = {"1": {"span": spans[0], "words": attack, "reason": attack, "values": {}}}
    path.write_bytes(json.dumps(tables).encode())


def hostile_scheme(attack: str) -> str:
    """A scheme with it wherever words are free; the labels' names are Chiosa's own."""
    value = json.dumps(attack).replace("\\u007f", "\x7f") if attack.isascii() else json.dumps("x")
    labels = [("PER", "entities"), ("LOC", "entities"), ("CONTENT", "quotes"), ("CUE", "quotes")]
    entries = [
        f'[[labels]]\nname = "{name}"\nlayer = "{layer}"\nkey = "{key}"\nguideline = {value}\n'
        f"examples = [{value}]\n"
        for key, (name, layer) in enumerate(labels, 1)
    ]
    return f"name = {value}\n" + "\n".join(entries)
