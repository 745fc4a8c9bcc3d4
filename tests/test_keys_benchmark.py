"""The benchmark of keys: its gold holds, its editor reaches gold on the desk, its SLATE is the real one."""

from __future__ import annotations

import ast
import asyncio
import heapq
import itertools
import json
import random
import re
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from conftest import ADNKRONOS, REPOSITORY
from terminal import Terminal

from annotations.article import load_article
from annotations.italian import blank_italian
from annotations.scheme import CONTENT, ENTITIES, ROLES, default_scheme
from annotations.suggesters.tokenizing import desk_tokens

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

from keys import GOLD, bring_to_gold
from keys_gold import Gold, read_gold, read_window
from keys_slate import LABEL_KEYS, shortest
from keys_slate_grid import Cursor, Distances, Grid, press

ARTICLE = REPOSITORY / "articles" / f"{ADNKRONOS}.txt"
STORY = """Roma, 4 settembre 2025 (Test) - Il ministro Carlo Rossi è arrivato a Roma con Anna Bianchi.

"Sono contento di essere qui", ha detto Rossi. Anna Bianchi non ha parlato; poi Carlo Rossi è partito.
"""


def _marked(text: str) -> Gold:
    """A gold annotation of `STORY`, by its words."""
    spans = {(m.start(), m.end(), "LOC") for m in re.finditer("Roma", text)}
    for words, label in (("4 settembre 2025", "DATE"), ("Carlo Rossi", "PER"), ("Anna Bianchi", "PER")):
        spans |= {(m.start(), m.end(), label) for m in re.finditer(words, text)}
    quote = re.search('"Sono.*?"', text)
    cue, source = re.search("detto", text), re.search(r"(?<=detto )Rossi", text)
    assert quote and cue and source
    spans |= {
        (*quote.span(), CONTENT),
        (*cue.span(), "CUE"),
        (*source.span(), "SOURCE"),
        (*source.span(), "PER"),
    }
    links = {(quote.span(), "cue", cue.span()), (quote.span(), "source", source.span())}
    return Gold(
        frozenset(spans), frozenset(links), frozenset({"LOC", "DATE", "PER", CONTENT, "CUE", "SOURCE"})
    )


# ---- gold -----------------------------------------------------------------------------------------------


def test_gold_says_the_words_at_its_offsets() -> None:
    data, article = json.loads(GOLD.read_text(encoding="utf-8")), load_article(ARTICLE)
    assert (data["article"], data["sha256"]) == (article.id, article.sha256)
    assert len(data["spans"]) > 60
    for span in data["spans"]:
        assert article.text[span["start"] : span["end"]] == span["text"]
        assert span["text"] == span["text"].strip()


def test_gold_keeps_the_rules_of_the_scheme() -> None:
    gold, scheme, text = read_gold(GOLD), default_scheme(), load_article(ARTICLE).text
    assert gold.labels == {label.name for label in scheme.labels}
    entities = sorted(s for s in gold.spans if scheme.layer(s[2]) == ENTITIES)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(entities))
    for start, end, label in gold.spans:
        if label == CONTENT:
            assert text[start] + text[end - 1] == '""'
    ends = {(content, CONTENT) for content, _kind, _target in gold.links}
    ends |= {(target, ROLES[kind]) for _content, kind, target in gold.links}
    assert ends == {((a, b), label) for a, b, label in gold.spans if scheme.layer(label) != ENTITIES}


def test_gold_lies_on_the_tokens_of_the_desk() -> None:
    tokens = desk_tokens(blank_italian(), load_article(ARTICLE).text)
    assert read_gold(GOLD).on(tokens).grown == 0


def test_gold_grows_to_whole_tokens_with_its_links() -> None:
    tokens = desk_tokens(blank_italian(), "Giovanni parla")
    gold = Gold(
        frozenset({(3, 8, "SOURCE"), (9, 14, CONTENT)}), frozenset({((9, 14), "source", (3, 8))}), frozenset()
    ).on(tokens)
    assert gold.spans == {(0, 8, "SOURCE"), (9, 14, CONTENT)}
    assert gold.links == {((9, 14), "source", (0, 8))}
    assert gold.grown == 1


def test_a_window_is_read_with_its_quotes(tmp_path: Path) -> None:
    (tmp_path / "dev0001.ents.json").write_text('[[0, 4, "PER"]]')
    quote = {"content": [10, 20], "cue": [22, 25], "source": None}
    (tmp_path / "quotes.json").write_text(json.dumps({"dev0001": {"quotes": [quote], "other": []}}))
    gold = read_window(tmp_path, "dev0001")
    assert gold.spans == {(0, 4, "PER"), (10, 20, CONTENT), (22, 25, "CUE")}
    assert gold.links == {((10, 20), "cue", (22, 25))}
    assert "DATE" not in gold.labels


# ---- the editor -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["none", "rules"])
def test_the_editor_brings_the_desk_to_gold(tmp_path: Path, model: str) -> None:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    done = asyncio.run(bring_to_gold(path, _marked(STORY), model))
    assert done.spans == 11
    # The rules are right about all of it. By hand it is four names and the date by their tags, three keys
    # each, `t` for three that come again, the quote and what comes along with it.
    assert done.keys == 1 if model == "rules" else 12 < done.keys <= 22
    assert len(done.plan.keys) == done.keys


# ---- SLATE ----------------------------------------------------------------------------------------------

Place = tuple[int, int]
LINES = "uno due tre quattro cinque sei\n\nsette otto nove\ndieci undici dodici tredici quindici sedici"


def _searched(grid: Grid, start: Cursor, words: str) -> dict[Cursor, int]:
    """Keys to every cursor by trying every command everywhere."""
    commands = ["n", "p", "J", ":", "I", "O", *(f"0{key}" for key in "m/kl")]
    commands += [f"{n if n > 1 else ''}{key}" for n in range(1, 20) for key in ";jm/iokl"]
    best = {start: 0}
    queue = [(0, start)]
    while queue:
        keys, cursor = heapq.heappop(queue)
        if keys > best[cursor]:
            continue
        for command in commands:
            there = press(grid, cursor, command, words)
            if keys + len(command) < best.get(there, 99):
                best[there] = keys + len(command)
                heapq.heappush(queue, (best[there], there))
    return best


@pytest.mark.parametrize("words", ["", "d", "e"])
def test_distances_are_those_that_trying_everything_finds(words: str) -> None:
    grid = Grid(LINES)
    rnd = random.Random(words)
    targets = [(a, min(a + n, len(grid) - 1)) for a in range(0, len(grid), 2) for n in (0, 2)]
    distances = Distances(grid, targets)
    costs = distances.with_search(words) if words else distances.base
    for start in [(0, 0), (3, 4), *rnd.sample(targets, 4)]:
        found = _searched(grid, start, words)
        assert [found[target] for target in targets] == list(distances.of(start, costs))


def test_the_keys_mark_each_span_once() -> None:
    spans = [(0, 3, "PER"), (8, 11, "LOC"), (8, 19, "ORG"), (32, 42, "PER")]
    run = shortest(LINES, spans)
    assert sorted(run.places) == [(0, 0), (2, 2), (2, 3), (6, 7)]
    # PER; two on, LOC; grow, ORG; four on (the cursor stays two tokens long), PER
    assert "".join(run.keys) == "c;;a/b4;c"


@pytest.mark.e2e
@pytest.mark.skipif(
    shutil.which("slate") is None or shutil.which("tmux") is None,
    reason="slate and tmux are not both installed",
)
@pytest.mark.parametrize("article", [False, True], ids=["lines", "adnkronos"])
def test_the_real_slate_marks_what_the_keys_say(tmp_path: Path, article: bool) -> None:
    text = load_article(ARTICLE).text if article else LINES
    spans = (
        read_gold(GOLD).spans
        if article
        else {(0, 3, "PER"), (8, 19, "ORG"), (32, 42, "PER"), (63, 70, "LOC")}
    )
    run = shortest(text, spans)
    (tmp_path / "text").write_text(text, encoding="utf-8")
    terminal = Terminal(tmp_path, (160, 50))
    try:
        terminal.run("slate", "text", "-l", "first")
        time.sleep(2)
        terminal.press("q")
        terminal.wait_for("STATUS 0")
        (tmp_path / "text.annotations").unlink()
        keys = (tmp_path / "first.config").read_text().splitlines()
        keys = [line for line in keys if not line.startswith("Label:") and "edit-annotation" not in line]
        labels = sorted({label for _a, _b, label in spans})
        for label, key in zip(labels, LABEL_KEYS, strict=False):
            keys += [f"Input: edit-annotation category {key}", f"Label: {label} {key} green"]
        (tmp_path / "config").write_text("\n".join(keys) + "\n")
        terminal.run("slate", "text", "-c", "config", "-l", "second")
        time.sleep(2)
        codes = {"ENTER": "0d", "BACKSPACE": "7f"}
        terminal.press("-H", *(codes.get(key) or f"{ord(key):02x}" for key in (*run.keys, "q")))
        terminal.wait_for("STATUS 0")
        written = (tmp_path / "text.annotations").read_text().splitlines()
    finally:
        terminal.close()
    assert _written(written) == _expected(text, spans)


def _expected(text: str, spans: Iterable[tuple[int, int, str]]) -> dict[tuple[Place, Place], set[str]]:
    """The labels of each stretch of tokens, as SLATE places tokens: line and number."""
    grid = Grid(text)
    found: dict[tuple[Place, Place], set[str]] = defaultdict(set)
    for start, end, label in spans:
        first, last = grid.snap(start, end)
        found[grid.place(first), grid.place(last)].add(label)
    return found


def _written(lines: list[str]) -> dict[tuple[Place, Place], set[str]]:
    """The same from SLATE's file: a line for each stretch, of one token or from one to another."""
    found = {}
    for line in lines:
        place, labels = line.split(" - ")
        cursor = ast.literal_eval(place)
        found[cursor if isinstance(cursor[0], tuple) else (cursor, cursor)] = set(labels.split())
    return found
