"""Figures of found spans against gold ones, checked against naive counts and against nervaluate itself."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nervaluate import Evaluator

from annotations.annotation import ACCEPTED, Span
from annotations.matching import Tally, paired, tallies
from annotations.scheme import default_scheme
from annotations.scoring import Counts, Scores, score

SCHEME = default_scheme()
ENTITIES = ("PER", "ORG", "LOC")
QUOTES = ("CONTENT", "CUE", "SOURCE")


def spans(*words: tuple[int, int, str]) -> list[Span]:
    return [Span(f"s{n}", *word, ACCEPTED) for n, word in enumerate(words)]


def scored(gold: list[tuple[int, int, str]], found: list[tuple[int, int, str]]) -> Scores:
    return score([(spans(*gold), spans(*found))], SCHEME)


def words_of(labels: tuple[str, ...]) -> st.SearchStrategy[set[tuple[int, int, str]]]:
    """Spans that may nest and overlap."""
    word = st.tuples(st.integers(0, 30), st.integers(1, 12), st.sampled_from(labels))
    return st.sets(word.map(lambda w: (w[0], w[0] + w[1], w[2])), max_size=8)


@st.composite
def flat(draw: st.DrawFn) -> list[tuple[int, int, str]]:
    """Spans none of which overlap, as in the layer of entities."""
    edges = sorted(draw(st.sets(st.integers(0, 40), max_size=14)))
    kept = [pair for pair in pairwise(edges) if draw(st.booleans())]
    return [(start, end, draw(st.sampled_from(ENTITIES))) for start, end in kept]


any_words = words_of(ENTITIES + QUOTES)


def test_a_wrong_label_wrong_bounds_a_miss_and_one_too_many():
    scores = scored(
        [(0, 5, "PER"), (10, 15, "ORG"), (20, 30, "LOC"), (40, 45, "LOC")],
        [(0, 5, "PER"), (10, 15, "LOC"), (20, 25, "LOC"), (50, 55, "PER")],
    )
    assert scores.total.exact.to_dict() == {"precision": 0.25, "recall": 0.25, "f": 0.25}
    assert scores.total.overlapping.to_dict() == {"precision": 0.5, "recall": 0.5, "f": 0.5}
    assert scores.by_label["PER"].precision == 0.5 and scores.by_label["PER"].recall == 1
    assert scores.by_label["ORG"].precision is None and scores.by_label["ORG"].f == 0
    assert scores.confusion == {
        ("PER", "PER"): 1, ("ORG", "LOC"): 1, ("LOC", "LOC"): 1, ("LOC", ""): 1, ("", "PER"): 1
    }  # fmt: skip
    assert scores.total.schemes["type"] == Tally(correct=2, incorrect=1, missed=1, spurious=1)
    assert scores.total.schemes["partial"] == Tally(correct=2, partial=1, missed=1, spurious=1)


def test_an_entity_inside_a_quote_is_no_mistake_about_the_quote():
    scores = scored([(0, 30, "CONTENT"), (5, 10, "PER")], [(0, 30, "CONTENT")])
    assert scores.by_layer["quotes"].f == 1
    assert scores.by_layer["entities"].recall == 0
    assert scores.confusion == {("PER", ""): 1, ("CONTENT", "CONTENT"): 1}


def test_nothing_at_all_has_no_figures():
    assert score([([], [])], SCHEME).total.f is None
    assert score([], SCHEME).articles == 0


def test_labels_of_another_scheme_are_counted_apart():
    scores = scored([(0, 5, "EVENT"), (7, 9, "PER")], [(0, 5, "EVENT")])
    assert scores.by_label["EVENT"].f == 1
    assert list(scores.by_layer) == ["entities", ""]


def test_a_span_inside_another_is_right_though_the_other_is_found_first():
    # nervaluate alone gives the inner gold span to the outer found one and calls both wrong
    gold, found = [(10, 14, "CONTENT")], [(0, 20, "CONTENT"), (10, 14, "CONTENT")]
    records = [
        [[{"label": label, "start": start, "end": end - 1} for start, end, label in words]]
        for words in (gold, found)
    ]
    alone = Evaluator(*records, tags=list(QUOTES), loader="dict").evaluate()["overall"]["strict"]
    assert alone.correct == 0
    assert tallies(gold, found)["strict"] == Tally(correct=1, spurious=1)


@given(st.lists(st.tuples(any_words, any_words), max_size=3))
def test_counts_are_those_of_a_naive_computation(pairs):
    scores = score([(spans(*gold), spans(*found)) for gold, found in pairs], SCHEME)
    for label in ENTITIES + QUOTES:
        gold = [(n, w) for n, (mine, _theirs) in enumerate(pairs) for w in mine if w[2] == label]
        found = [(n, w) for n, (_mine, theirs) in enumerate(pairs) for w in theirs if w[2] == label]

        def meets(one, others):
            place, (start, end, _label) = one
            return any(place == p and set(range(start, end)) & set(range(s, e)) for p, (s, e, _) in others)

        counts = scores.by_label.get(label, Counts())
        assert (counts.gold, counts.found, counts.right) == (len(gold), len(found), len({*gold} & {*found}))
        assert counts.gold_touched == sum(meets(one, found) for one in gold)
        assert counts.found_touched == sum(meets(one, gold) for one in found)


@given(any_words, any_words)
def test_precision_one_way_is_recall_the_other_way(one, other):
    there, back = scored([*one], [*other]), scored([*other], [*one])
    assert there.by_label.keys() == back.by_label.keys()
    for a, b in [(there.total, back.total), *((there.by_label[k], back.by_label[k]) for k in there.by_label)]:
        for mine, theirs in ((a.exact, b.exact), (a.overlapping, b.overlapping)):
            assert (mine.precision, mine.recall) == (theirs.recall, theirs.precision)
            assert mine.f == pytest.approx(theirs.f)


@given(any_words)
def test_a_reading_agrees_with_itself(words):
    scores = scored([*words], [*words])
    for counts in (*scores.by_label.values(), *scores.by_layer.values()):
        assert counts.f == counts.overlapping.f == 1
        assert all(tally.f == 1 for tally in counts.schemes.values())
    assert all(gold == found for gold, found in scores.confusion)


@given(any_words, any_words)
def test_exact_is_never_better_than_overlapping_and_the_strict_scheme_is_the_exact_figure(gold, found):
    scores = scored([*gold], [*found])
    for counts in (*scores.by_label.values(), *scores.by_layer.values()):
        assert counts.f <= counts.overlapping.f
        assert counts.schemes["strict"].correct == counts.right


@given(any_words, any_words)
def test_each_span_is_in_one_pair_and_the_same_words_with_the_same_label_go_together(gold, found):
    pairs = list(paired(gold, found))
    assert sorted(g for g, _f in pairs if g) == sorted(gold)
    assert sorted(f for _g, f in pairs if f) == sorted(found)
    assert {g for g, f in pairs if g == f} == gold & found


@given(flat(), flat())
def test_on_flat_spans_the_schemes_are_nervaluates_own(gold, found):
    records = [
        [[{"label": label, "start": start, "end": end - 1} for start, end, label in words]]
        for words in (gold, found)
    ]
    own = Evaluator(*records, tags=list(ENTITIES), loader="dict").evaluate()
    scores = scored(gold, found)
    names = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}
    for counts, theirs in [
        (scores.total, own["overall"]),
        *((scores.by_label[label], own["entities"][label]) for label in scores.by_label),
    ]:
        for name, tally in counts.schemes.items():
            result = theirs[names[name]]
            assert tally == Tally(
                result.correct, result.incorrect, result.partial, result.missed, result.spurious
            )
            assert tally.f == pytest.approx(result.f1)
            assert (tally.precision or 0, tally.recall or 0) == (result.precision, result.recall)
