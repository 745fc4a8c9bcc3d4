"""``chiosa compare`` as a user runs it, and the figures behind it."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from conftest import ADNKRONOS
from hypothesis import given
from hypothesis import strategies as st
from test_command_line import chiosa, one_line
from test_evaluate_command import TEXT, annotation, article, as_proposed, keep, quoted, span
from test_scoring import any_words

from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, SUGGESTED, Annotation, Span
from annotations.annotator_agreement import Doubled, alphas, pair_agreements
from annotations.article import Article, load_article
from annotations.scheme import default_scheme
from annotations.store import Store
from annotations.tokens import Tokens

SCHEME = default_scheme()


def store_of(folder: Path, name: str) -> Store:
    return Store(folder / ".chiosa", name, SCHEME)


@pytest.fixture
def doubled(tmp_path: Path) -> Path:
    """One article done by three: Anna and Bea differ in a label and in the speaker of the quote."""
    one = article(tmp_path)
    spans, links = quoted("ministro Nicolò Rossi", "detto")
    keep(
        store_of(tmp_path, "Anna"),
        one,
        annotation(*spans, span("Nato", "ORG"), span("Roma", "LOC"), links=links),
    )
    spans, links = quoted("Nicolò Rossi", "detto")
    keep(
        store_of(tmp_path, "Bea"),
        one,
        annotation(*spans, span("Nato", "LOC"), span("Roma", "LOC"), links=links),
    )
    keep(store_of(tmp_path, "Caio"), one, annotation(span("Roma", "LOC"), span("Nato", "ORG")))
    return tmp_path


def json_of(*arguments: object) -> dict[str, Any]:
    run = chiosa("compare", *arguments, "--json")
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_two_annotators(doubled: Path) -> None:
    record = json_of("Anna", "Bea", "--from", doubled)
    (pair,) = record["pairs"]
    assert (record["articles"], pair["articles"], pair["annotators"]) == (1, 1, ["Anna", "Bea"])
    assert pair["spans"]["all"] == {
        "first": 5, "second": 5, "same": 3, "exact_f": 0.6, "overlapping_f": pytest.approx(0.8)
    }  # fmt: skip
    assert pair["spans"]["LOC"]["exact_f"] == pytest.approx(2 / 3)
    assert pair["links"]["cue"] == {"quotes": 1, "exact": 1, "overlapping": 1}
    assert pair["links"]["source"] == {"quotes": 1, "exact": 0, "overlapping": 1}
    nato = next(d for d in record["disagreements"] if d["words"] == "Nato")
    assert nato["start"] == TEXT.index("Nato") and nato["end"] == nato["start"] + 4
    assert {v["annotators"][0]: v["spans"][0]["label"] for v in nato["versions"]} == {
        "Anna": "ORG", "Bea": "LOC"
    }  # fmt: skip
    assert len(record["disagreements"]) == 2


def test_three_annotators_in_the_terminal(doubled: Path) -> None:
    run = chiosa("compare", "Anna", "Bea", "Caio", "--from", doubled)
    assert (run.returncode, run.stderr) == (0, "")
    for words in ("Anna / Bea", "Anna / Caio", "Bea / Caio", "Krippendorff's alpha", "disagreements"):
        assert words in run.stdout
    assert "Anna, Caio: ORG «Nato»; Bea: LOC «Nato»" in run.stdout
    assert "\x1b" not in run.stdout
    record = json_of("Anna", "Bea", "Caio", "--from", doubled)
    assert len(record["pairs"]) == 3
    assert 0 < record["alpha"]["entities"] < 1
    only = json_of("Anna", "Bea", "Caio", "--from", doubled, "--labels", "PER,LOC")
    assert set(only["pairs"][0]["spans"]) == {"all", "entities", "LOC"}


def test_the_list_is_cut_unless_it_is_asked_for(tmp_path: Path) -> None:
    text = " ".join(f"Nome{n:02}" for n in range(20))
    one = article(tmp_path, text)
    for name, label in (("Anna", "PER"), ("Bea", "ORG")):
        spans = [Span(f"s{n}", 7 * n, 7 * n + 6, label, ACCEPTED) for n in range(20)]
        keep(store_of(tmp_path, name), one, annotation(*spans))
    short = chiosa("compare", "Anna", "Bea", "--from", tmp_path).stdout
    whole = chiosa("compare", "Anna", "Bea", "--from", tmp_path, "--list").stdout
    assert short.count("Anna: PER") == 10 and "10 more" in short
    assert whole.count("Anna: PER") == 20 and "--list" not in whole


def test_an_annotator_against_a_model(folder: Path, store: Store, adnkronos: Article) -> None:
    as_proposed(store, adnkronos)
    for name in ("rules", "model:rules"):
        record = json_of("Lina", name, "--from", folder)
        (pair,) = record["pairs"]
        assert pair["articles"] == 1, "only what Lina has done"
        assert pair["spans"]["all"]["exact_f"] == 1
        assert record["disagreements"] == []


def test_who_is_not_there(doubled: Path, tmp_path: Path) -> None:
    line = one_line(chiosa("compare", "Anna", "Dora", "--from", doubled), 1)
    assert "nothing of Dora" in line and "Anna, Bea, Caio" in line and "model:NAME" in line
    assert "a name stands twice" in one_line(chiosa("compare", "Anna", "Anna", "--from", doubled), 1)
    assert chiosa("compare", "Anna").returncode == 2
    assert "no such folder" in one_line(chiosa("compare", "Anna", "model:./no", "--from", doubled), 1)


def test_only_what_both_have_done(doubled: Path) -> None:
    keep(store_of(doubled, "Bea"), load_article(doubled / "a.txt"), annotation(state=IN_PROGRESS))
    line = one_line(chiosa("compare", "Anna", "Bea", "--from", doubled), 1)
    assert "no article is done by two of Anna, Bea" in line
    assert json_of("Anna", "Bea", "Caio", "--from", doubled)["pairs"][0]["articles"] == 0


def test_a_text_that_has_changed_since_one_of_them_read_it_is_refused(doubled: Path) -> None:
    path = doubled / "a.txt"
    path.write_text(TEXT + "Una riga in più.\n", encoding="utf-8")
    keep(store_of(doubled, "Bea"), load_article(path), annotation(span("Roma", "LOC")))
    run = chiosa("compare", "Anna", "Bea", "--from", doubled)
    assert run.returncode == 1
    assert "Anna reviewed another text" in run.stderr and str(path) in run.stderr


def test_no_byte_of_an_article_steers_the_terminal(tmp_path: Path) -> None:
    text = "A Roma\x1b[2J piove.\n"
    one = article(tmp_path, text)
    for name, label in (("Anna", "LOC"), ("Bea", "ORG")):
        keep(store_of(tmp_path, name), one, annotation(Span("s1", 2, 10, label, ACCEPTED)))
    run = chiosa("compare", "Anna", "Bea", "--from", tmp_path)
    assert "LOC «Roma␛[2J»" in run.stdout
    assert "\x1b" not in run.stdout


# ---- the figures ----------------------------------------------------------------------------------------


def said(name: str, *words: tuple[int, int, str], status: str = ACCEPTED) -> Annotation:
    spans = [Span(f"s{n}", *word, status) for n, word in enumerate(words)]
    return Annotation(name, DONE, tuple(sorted(spans, key=lambda s: s.order)))


def test_alpha_is_that_of_a_published_example() -> None:
    # K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), example C: 4 observers, 12 units, 5
    # nominal values, some missing; alpha is 0.743. A unit is a token of an article of its own here.
    rows = {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        "C": [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    }
    labels = ["", "PER", "ORG", "LOC", "MISC", "DATE"]
    articles = [
        Doubled(
            Article(f"u{unit}", Path(f"u{unit}.txt"), "parola", ""),
            Tokens([(0, 6)]),
            {name: said(name, (0, 6, labels[row[unit]])) for name, row in rows.items() if row[unit]},
        )
        for unit in range(12)
    ]
    found = alphas(articles, SCHEME)
    assert found["entities"] == pytest.approx(0.743, abs=0.0005)
    assert found["quotes"] is None, "nobody has marked any: chance alone would agree"


LETTERS = Tokens([(n, n + 1) for n in range(45)])
BLANK = Article("x", Path("x.txt"), "x" * 45, "")


@given(any_words, any_words)
def test_agreement_does_not_depend_on_who_is_named_first(one: Any, other: Any) -> None:
    both = Doubled(BLANK, LETTERS, {"A": said("A", *one), "B": said("B", *other)})
    (there,), (back,) = pair_agreements([both], "AB", SCHEME), pair_agreements([both], "BA", SCHEME)
    for name, counts in there.scores.by_label.items():
        assert counts.f == pytest.approx(back.scores.by_label[name].f)
        assert counts.overlapping.f == pytest.approx(back.scores.by_label[name].overlapping.f)
    assert alphas([both], SCHEME) == pytest.approx(
        alphas([Doubled(BLANK, LETTERS, {"B": said("B", *other), "A": said("A", *one)})], SCHEME)
    )


@given(any_words, st.integers(2, 4))
def test_those_who_say_the_same_agree_fully(words: Any, count: int) -> None:
    names = "ABCD"[:count]
    same = Doubled(BLANK, LETTERS, {name: said(name, *words) for name in names})
    assert len(pair_agreements([same], names, SCHEME)) == len([*permutations(names, 2)]) // 2
    assert all(pair.scores.total.f in (1, None) for pair in pair_agreements([same], names, SCHEME))
    assert all(value is None or value == pytest.approx(1) for value in alphas([same], SCHEME).values())


def test_what_one_has_left_undecided_is_no_disagreement() -> None:
    one = said("A", (0, 5, "PER"))
    other = said("B", (0, 5, "PER"), (10, 15, "LOC"))
    undecided = Annotation("A", DONE, (*one.spans, Span("s9", 10, 15, "LOC", SUGGESTED)), next_id=10)
    for first, expected in ((one, 2 / 3), (undecided, 1)):
        (pair,) = pair_agreements([Doubled(BLANK, LETTERS, {"A": first, "B": other})], "AB", SCHEME)
        assert pair.scores.total.f == pytest.approx(expected)


def test_the_words_of_nobody_are_not_asked_for(folder: Path) -> None:
    assert "nobody has annotated here" in one_line(chiosa("compare", "Anna", "Bea", "--from", folder), 1)
    assert (folder / f"{ADNKRONOS}.txt").exists() and not (folder / ".chiosa").exists()
