"""Annotators compared, and what an adjudicator makes of it: no terminal here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from annotations import edits
from annotations.adjudication import Adjudication
from annotations.annotation import ACCEPTED, DONE, REJECTED, STATUSES, SUGGESTED, Annotation, Link, Span
from annotations.conflicts import Comparison, LinkPlace, Place, compare, place
from annotations.history import History
from annotations.scheme import ROLES, default_scheme

SCHEME = default_scheme()
NAMES = ("anna", "bruno", "carla", "dora")
LENGTH = 60


# ---- annotations of several people, alike as those of one article are ---------------------------------

_place = st.tuples(st.integers(0, 12), st.integers(1, 6), st.sampled_from(SCHEME.names)).map(
    lambda p: (4 * p[0], min(LENGTH, 4 * (p[0] + p[1])), p[2])
)
_statuses = st.sampled_from((ACCEPTED, ACCEPTED, ACCEPTED, *STATUSES))


@st.composite
def several(draw: st.DrawFn, least: int = 2) -> list[Annotation]:
    """Annotations that share most spans and many links."""
    pool = draw(st.lists(_place, max_size=12, unique=True))
    pairs = [
        (content, kind, target)
        for content in pool
        for kind, label in ROLES.items()
        for target in pool
        if content[2] == "CONTENT" and target[2] == label
    ]
    people = []
    for name in NAMES[: draw(st.integers(least, 4))]:
        annotation = Annotation(name, DONE)
        ids: dict[Place, str] = {}
        for start, end, label in pool:
            if draw(st.integers(0, 4)):
                origin = draw(st.sampled_from(("rule:test", f"editor:{name}")))
                span = Span(f"s{annotation.next_id}", start, end, label, draw(_statuses), origin)
                if edits.colliding(annotation, span, SCHEME) is None:
                    ids[start, end, label] = span.id
                    annotation = replace(annotation, next_id=annotation.next_id + 1).with_spans(add=[span])
        links = [p for p in pairs if p[0] in ids and p[2] in ids and draw(st.booleans())]
        people.append(annotation.with_links(add=[Link(ids[c], kind, ids[t]) for c, kind, t in links]))
    return people


def accepted(annotation: Annotation) -> set[Place]:
    return {place(span) for span in annotation.spans if span.status == ACCEPTED}


def links_of(annotation: Annotation) -> set[LinkPlace]:
    """Links between what is accepted."""
    ends = {span.id: place(span) for span in annotation.spans if span.status == ACCEPTED}
    return {
        (ends[k.content], k.kind, ends[k.target])
        for k in annotation.links
        if k.content in ends and k.target in ends
    }


def begun(people: list[Annotation]) -> tuple[Adjudication, Annotation]:
    adjudication = Adjudication(compare(people, SCHEME), SCHEME)
    return adjudication, adjudication.begin(Annotation("lina"))


@given(several())
def test_what_is_agreed_and_what_is_in_conflict_is_all_that_was_said(people: list[Annotation]) -> None:
    comparison = compare(people, SCHEME)
    agreed = {place(span) for span in comparison.agreed if span.status == ACCEPTED}
    disputed = [p for conflict in comparison.conflicts for p in conflict.places]
    assert agreed == set.intersection(*map(accepted, people))
    assert agreed | set(disputed) == set.union(*map(accepted, people))
    assert not agreed & set(disputed) and len(disputed) == len(set(disputed))
    links = [k for conflict in comparison.conflicts for k in conflict.links]
    assert comparison.agreed_links == set.intersection(*map(links_of, people))
    assert comparison.agreed_links | set(links) == set.union(*map(links_of, people))
    assert not comparison.agreed_links & set(links) and len(links) == len(set(links))
    for conflict in comparison.conflicts:
        assert len(conflict.versions) > 1
        assert sorted(name for v in conflict.versions for name in v.annotators) == sorted(
            comparison.annotators
        )


def _sides(comparison: Comparison) -> set[object]:
    return {
        frozenset(
            (name, frozenset(map(place, v.spans)), frozenset(v.links))
            for v in conflict.versions
            for name in v.annotators
        )
        for conflict in comparison.conflicts
    }


@given(several(), st.randoms())
def test_the_order_of_the_annotators_changes_nothing_but_whose_span_is_taken(
    people: list[Annotation], random: object
) -> None:
    other = list(people)
    random.shuffle(other)  # type: ignore[attr-defined]
    one, two = compare(people, SCHEME), compare(other, SCHEME)
    assert set(map(place, one.agreed)) == set(map(place, two.agreed))
    assert one.agreed_links == two.agreed_links
    assert _sides(one) == _sides(two)


@given(several())
def test_who_says_the_same_has_no_conflict(people: list[Annotation]) -> None:
    comparison = compare([people[0], replace(people[0], annotator="twin")], SCHEME)
    assert not comparison.conflicts
    adjudication = Adjudication(comparison, SCHEME)
    outcome = adjudication.begin(Annotation("lina"))
    assert accepted(outcome) == accepted(people[0]) and links_of(outcome) == links_of(people[0])
    decided = [replace(s, id="") for s in people[0].spans if s.decided]
    assert [replace(s, id="") for s in outcome.spans] == decided


@given(several(), st.randoms())
def test_taking_one_side_everywhere_gives_that_annotators_annotation(
    people: list[Annotation], random: object
) -> None:
    """In any order of the conflicts, and whatever was decided on them before."""
    adjudication, outcome = begun(people)
    conflicts = list(adjudication.comparison.conflicts)
    for person in people:
        random.shuffle(conflicts)  # type: ignore[attr-defined]
        for conflict in conflicts:
            version = conflict.of(person.annotator)
            outcome = adjudication.take(outcome, conflict, version)
            assert not edits.broken_rules(outcome, SCHEME, LENGTH)
            assert adjudication.taken(outcome, conflict) == version
        assert accepted(outcome) == accepted(person)
        assert links_of(outcome) == links_of(person)
        assert not adjudication.open(outcome)


@given(several())
def test_a_beginning_has_every_conflict_open_and_breaks_no_rule(people: list[Annotation]) -> None:
    adjudication, outcome = begun(people)
    assert not edits.broken_rules(outcome, SCHEME, LENGTH)
    assert adjudication.open(outcome) == list(adjudication.comparison.conflicts)
    assert len({span.id for span in outcome.spans}) == len(outcome.spans)
    assert {s.status for s in outcome.spans if adjudication.conflict_at(s) is None} <= {ACCEPTED, REJECTED}
    assert {s.status for s in outcome.spans if adjudication.conflict_at(s) is not None} <= {SUGGESTED}


_choices = st.lists(st.tuples(st.integers(0, 30), st.integers(-1, 4)), max_size=12)


@given(several(), _choices)
def test_a_beginning_once_more_changes_nothing(
    people: list[Annotation], choices: list[tuple[int, int]]
) -> None:
    """Whatever has been decided since, the other conflicts are as they were."""
    adjudication, outcome = begun(people)
    conflicts = adjudication.comparison.conflicts
    history = History(outcome)
    for which, side in choices if conflicts else ():
        conflict = conflicts[which % len(conflicts)]
        versions = conflict.versions
        changed = (
            adjudication.refuse(outcome, conflict)
            if side < 0
            else adjudication.take(outcome, conflict, versions[side % len(versions)])
        )
        still = set(map(id, adjudication.open(outcome))) - {id(conflict)}
        assert set(map(id, adjudication.open(changed))) == still
        assert not edits.broken_rules(changed, SCHEME, LENGTH)
        history = history.apply("take", changed)
        outcome = history.annotation
        assert adjudication.begin(outcome) == outcome
    while history.can_undo:
        history = history.undo(SCHEME)
    assert history.annotation.spans == adjudication.begin(Annotation("lina")).spans
    assert history.annotation.links == adjudication.begin(Annotation("lina")).links


@given(several(), st.integers(0, 30), st.integers(0, 13), st.sampled_from(SCHEME.names))
def test_a_third_answer_settles_a_conflict_until_a_side_is_taken(
    people: list[Annotation], which: int, end: int, label: str
) -> None:
    adjudication, outcome = begun(people)
    conflicts = [c for c in adjudication.comparison.conflicts if len(c.places) == 1 and not c.quotes]
    if not conflicts:
        return
    conflict = conflicts[which % len(conflicts)]
    span = next(s for s in outcome.spans if place(s) in conflict.places)
    try:
        answered = edits.move(outcome, span.id, span.start, max(span.start + 1, 4 * end), SCHEME)
        answered = edits.relabel(answered, span.id, label, SCHEME)
    except edits.EditError:
        return
    assert adjudication.begin(answered).find(span.id) == answered.find(span.id)
    for version in conflict.versions:
        taken = adjudication.take(answered, conflict, version)
        assert not edits.broken_rules(taken, SCHEME, LENGTH)
        assert accepted(taken) & conflict.places == {place(s) for s in version.spans}


# ---- by hand ------------------------------------------------------------------------------------------

Said = tuple[int, int, str]


def person(name: str, *said: Said, links: tuple[tuple[int, str, int], ...] = ()) -> Annotation:
    """Spans accepted by an annotator, and links between them by their numbers."""
    spans = [Span(f"s{n}", *p, ACCEPTED, f"editor:{name}") for n, p in enumerate(said)]
    annotation = replace(Annotation(name, DONE), next_id=len(spans)).with_spans(add=spans)
    return annotation.with_links(add=[Link(f"s{c}", kind, f"s{t}") for c, kind, t in links])


def test_edges_and_labels_and_silence() -> None:
    people = [
        person("anna", (0, 12, "PER"), (20, 25, "LOC"), (30, 35, "ORG"), (50, 55, "DATE")),
        person("bruno", (7, 12, "PER"), (20, 25, "ORG"), (50, 55, "DATE")),
    ]
    comparison = compare(people, SCHEME)
    assert [place(span) for span in comparison.agreed] == [(50, 55, "DATE")]
    told = [
        [(v.annotators, [place(s) for s in v.spans]) for v in conflict.versions]
        for conflict in comparison.conflicts
    ]
    assert told == [
        [(("anna",), [(0, 12, "PER")]), (("bruno",), [(7, 12, "PER")])],
        [(("anna",), [(20, 25, "LOC")]), (("bruno",), [(20, 25, "ORG")])],
        [(("anna",), [(30, 35, "ORG")]), (("bruno",), [])],
    ]


def test_what_most_say_comes_first_and_nothing_comes_last() -> None:
    one = person("anna")
    two = person("bruno", (0, 4, "PER"))
    three = person("carla", (0, 4, "ORG"))
    four = person("dora", (0, 4, "ORG"))
    (conflict,) = compare([one, two, three, four], SCHEME).conflicts
    assert [v.annotators for v in conflict.versions] == [("carla", "dora"), ("bruno",), ("anna",)]
    assert conflict.versions[-1].empty and conflict.of("dora") is conflict.versions[0]
    with pytest.raises(KeyError):
        conflict.of("elsa")


def test_a_name_and_the_speaker_in_it_are_two_questions() -> None:
    one = person("anna", (0, 12, "PER"), (0, 12, "SOURCE"))
    two = person("bruno", (0, 12, "PER"), (7, 12, "SOURCE"))
    comparison = compare([one, two], SCHEME)
    assert [place(s) for s in comparison.agreed] == [(0, 12, "PER")]
    assert [sorted(c.places) for c in comparison.conflicts] == [[(0, 12, "SOURCE"), (7, 12, "SOURCE")]]


def test_a_quote_goes_with_the_cue_and_the_source_that_only_its_finder_has() -> None:
    said = ((0, 20, "CONTENT"), (21, 26, "CUE"), (27, 32, "SOURCE"))
    one = person("anna", *said, links=((0, "cue", 1), (0, "source", 2)))
    (conflict,) = compare([one, person("bruno")], SCHEME).conflicts
    assert conflict.places == set(said) and len(conflict.links) == 2


def test_another_speaker_of_a_quote_is_one_question() -> None:
    quote, conte, premier = (0, 20, "CONTENT"), (27, 32, "SOURCE"), (40, 47, "SOURCE")
    one = person("anna", quote, conte, links=((0, "source", 1),))
    two = person("bruno", quote, premier, links=((0, "source", 1),))
    people = [one, two]
    (conflict,) = compare(people, SCHEME).conflicts
    assert conflict.quotes == {quote} and conflict.places == {conte, premier}
    adjudication, outcome = begun(people)
    assert {(place(s), s.status) for s in outcome.spans} == {(quote, SUGGESTED), (conte, SUGGESTED)}
    outcome = adjudication.refuse(outcome, conflict)
    assert {(place(s), s.status) for s in outcome.spans} == {
        (quote, ACCEPTED), (conte, REJECTED), (premier, REJECTED),
    }  # fmt: skip
    assert not outcome.links
    outcome = adjudication.take(outcome, conflict, conflict.of("bruno"))
    assert links_of(outcome) == {(quote, "source", premier)} and accepted(outcome) == {quote, premier}


def test_origin_and_score_are_those_of_the_version_taken() -> None:
    one = person("anna", (0, 4, "PER"))
    two = replace(one, annotator="bruno", spans=(Span("m", 0, 4, "PER", ACCEPTED, "model:x@1", 0.75),))
    assert [s.origin for s in compare([one, two], SCHEME).agreed] == ["editor:anna"]
    assert [(s.origin, s.score) for s in compare([two, one], SCHEME).agreed] == [("model:x@1", 0.75)]
    other = person("carla", (0, 9, "PER"))
    adjudication, outcome = begun([two, other])
    (conflict,) = adjudication.comparison.conflicts
    taken = adjudication.take(outcome, conflict, conflict.of("carla"))
    assert [(s.origin, s.status) for s in taken.spans] == [("editor:carla", ACCEPTED)]
    refused = adjudication.refuse(outcome, conflict)
    assert [(s.origin, s.status) for s in refused.spans] == [
        ("editor:carla", REJECTED), ("model:x@1", REJECTED),
    ]  # fmt: skip


def test_what_is_left_undecided_is_no_opinion() -> None:
    one = person("anna", (0, 4, "PER"))
    two = person("bruno").with_spans(
        add=[Span("m", 0, 4, "PER", SUGGESTED), Span("n", 9, 12, "LOC", SUGGESTED)]
    )
    (conflict,) = compare([one, two], SCHEME).conflicts
    assert conflict.undecided == ("bruno",) and conflict.of("bruno").empty
    _adjudication, outcome = begun([one, two])
    assert [place(s) for s in outcome.spans] == [(0, 4, "PER")]


def test_what_the_annotators_change_later_is_taken_in_and_decisions_stay() -> None:
    one = person("anna", (0, 4, "PER"), (10, 14, "PER"), (20, 24, "PER"))
    two = person("bruno", (0, 4, "ORG"), (10, 14, "ORG"), (20, 24, "ORG"))
    adjudication, outcome = begun([one, two])
    first, second, _third = adjudication.comparison.conflicts
    outcome = adjudication.take(outcome, first, first.of("bruno"))
    outcome = edits.relabel(outcome, outcome.spans[1].id, "LOC", SCHEME)
    later = person("bruno", (0, 4, "PER"), (10, 14, "PER"), (20, 24, "PER"), (30, 34, "LOC"))
    outcome = Adjudication(compare([one, later], SCHEME), SCHEME).begin(outcome)
    assert [(place(s), s.status) for s in outcome.spans] == [
        ((0, 4, "ORG"), ACCEPTED),
        ((10, 14, "LOC"), ACCEPTED),
        ((20, 24, "PER"), ACCEPTED),
        ((30, 34, "LOC"), SUGGESTED),
    ]
    assert second.versions
