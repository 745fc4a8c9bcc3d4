"""Reviewed articles in any number, as an editor leaves them: 4 kB each, 60 spans, quotes with their speakers.

The words are those of the sample articles, so that the tokenizer meets the words of news as often as it does
there; the names are put together from syllables, so that there are as many as in thousands of articles.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from annotations.annotation import ACCEPTED, DONE, REJECTED, Annotation, Link, Span
from annotations.article import Article
from annotations.formats import Reviewed

REPOSITORY = Path(__file__).parent.parent.parent
BYTES = 4096
SPANS = 60
_QUOTES = 5
_REJECTED = 4
_SYLLABLES = ("ba", "ro", "sti", "ne", "lli", "ca", "mo", "ri", "gna", "to", "ver", "di", "pe", "lu", "sa")
_ENTITIES = ("PER", "PER", "ORG", "LOC", "LOC", "DATE", "MISC")


def articles(count: int, seed: int = 0) -> Iterator[Reviewed]:
    """So many articles that are done, each the same whenever it is made."""
    words = [
        word
        for path in sorted((REPOSITORY / "articles").glob("*.txt"))
        for word in re.findall(r"\S+", path.read_text(encoding="utf-8"))
    ]
    for number in range(count):
        yield _article(random.Random(f"{seed}/{number}"), words, f"notizia-{number:05}")


def _article(rng: random.Random, words: list[str], name: str) -> Reviewed:
    text, spans, links = "", [], []

    def put(new: str, label: str = "", status: str = ACCEPTED) -> str:
        nonlocal text
        if label:
            spans.append(
                Span(f"s{len(spans) + 1}", len(text), len(text) + len(new), label, status, "model:m@1", 0.9)
            )
        text += new
        return spans[-1].id if label else ""

    def prose(size: int) -> None:
        put(" ".join(rng.choices(words, k=size)) + " ")

    put(f"Roma, {rng.randint(1, 30)} set. ")
    entities = SPANS - 3 * _QUOTES
    size = 7
    for number in range(entities):
        prose(rng.randint(size - 2, size + 2))
        put("@" if rng.random() < 0.002 else "l'" if rng.random() < 0.1 else "")
        status = REJECTED if number < _REJECTED else ACCEPTED
        put(_name(rng), rng.choice(_ENTITIES), status)
        put(rng.choice((" ", " ", ", ", ". ", ".\n\n")))
        if number % (entities // _QUOTES) == 4:
            content = put("«" + " ".join(_plain(rng.choices(words, k=rng.randint(3, 20)))) + "»", "CONTENT")
            put(", ha ")
            cue = put(rng.choice(("detto", "spiegato", "ribadito")), "CUE")
            put(" ")
            source = put(_name(rng), "SOURCE")
            put(".\n\n")
            links += [Link(content, "cue", cue), Link(content, "source", source)]
    while len(text.encode("utf-8")) < BYTES:
        prose(1)
    ordered = tuple(sorted(spans, key=lambda span: span.order))
    annotation = Annotation("anna", DONE, ordered, tuple(sorted(links)), SPANS + 1, "m@1")
    return Reviewed(Article(name, Path(f"{name}.txt"), text, name), annotation)


def _name(rng: random.Random) -> str:
    return " ".join(
        "".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))).capitalize() for _ in range(rng.randint(1, 2))
    )


def _plain(words: list[str]) -> list[str]:
    return [word.strip("«»“”\".,;:()'’") or "e" for word in words]
