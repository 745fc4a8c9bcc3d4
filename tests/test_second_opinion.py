"""Two suggesters: where they disagree, the desk sends the editor first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.annotation import SUGGESTED, Annotation, Proposal, Span
from annotations.disputes import with_second_opinion
from annotations.doubt import doubt, is_doubtful
from annotations.edits import broken_rules
from annotations.scheme import default_scheme
from annotations.suggesters import SuggesterError, check_model, load_suggester
from annotations.suggestions import merge

SCHEME = default_scheme()


def proposal(*spans: tuple[int, int, str], score: float | None = None) -> Proposal:
    return Proposal(
        tuple(
            Span(f"p{n}", a, b, label, SUGGESTED, origin="model:x", score=score)
            for n, (a, b, label) in enumerate(spans)
        )
    )


def disputed(first: Proposal, second: Proposal) -> set[tuple[int, int, str]]:
    found = with_second_opinion(first, second)
    return {(s.start, s.end, s.label) for s in found.spans if s.id in found.disputed}


def test_what_is_disputed() -> None:
    same, label, edge, only_first = (0, 5, "PER"), (10, 15, "LOC"), (20, 30, "ORG"), (40, 45, "PER")
    quote = (50, 60, "CONTENT")
    first = proposal(same, label, edge, only_first, quote)
    second = proposal(same, (10, 15, "ORG"), (20, 25, "ORG"), (70, 75, "LOC"), (80, 99, "CONTENT"))
    assert disputed(first, second) == {label, edge, only_first, (70, 75, "LOC")}
    assert quote in {(s.start, s.end, s.label) for s in with_second_opinion(first, second).spans}


def test_a_label_that_the_second_does_not_know_is_not_disputed() -> None:
    assert disputed(proposal((0, 5, "DATE")), proposal((8, 9, "PER"))) == {(8, 9, "PER")}


def test_the_annotation_knows_what_is_disputed() -> None:
    first, second = proposal((0, 5, "PER"), score=0.99), proposal((0, 5, "ORG"))
    annotation = merge(Annotation("Lina"), with_second_opinion(first, second), SCHEME, "two")
    (span,) = annotation.spans
    assert is_doubtful(annotation, span)
    assert doubt(annotation, span) == 0.5
    again = merge(annotation, first, SCHEME, "one")
    assert not is_doubtful(again, again.spans[0])


@given(
    *[
        st.lists(
            st.tuples(st.integers(0, 40), st.integers(1, 9), st.sampled_from(["PER", "ORG", "LOC"])),
            max_size=8,
        )
    ]
    * 2
)
def test_the_union_can_be_merged(
    first: list[tuple[int, int, str]], second: list[tuple[int, int, str]]
) -> None:
    both = with_second_opinion(
        proposal(*((a, a + n, label) for a, n, label in first)),
        proposal(*((a, a + n, label) for a, n, label in second)),
    )
    assert broken_rules(merge(Annotation("Lina"), both, SCHEME), SCHEME) == []


def test_two_real_suggesters(tmp_path: Path) -> None:
    import spacy

    nlp = spacy.blank("it")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "ORG", "pattern": "Roma"}])
    nlp.to_disk(tmp_path / "mine")
    both = load_suggester(f"rules+{tmp_path / 'mine'}")
    assert both.name.startswith("rules@") and "+it_" in both.name
    found = both.suggest("Mario Rossi vive a Roma, poi la Roma ha vinto.")
    words = {(s.start, s.label) for s in found.spans if s.id in found.disputed}
    assert (19, "LOC") in words


def test_each_of_two_models_is_checked() -> None:
    with pytest.raises(SuggesterError, match="nosuch"):
        check_model("rules+nosuch")
    check_model("rules+it_chiosa_news")
