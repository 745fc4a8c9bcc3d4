"""Random rows of edits with undo and redo: the layer rules hold, and the way back is exact."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from annotations import edits
from annotations.annotation import Annotation, Link, Proposal, Span
from annotations.history import History
from annotations.scheme import default_scheme
from annotations.suggestions import merge

SCHEME = default_scheme()
TEXT = "Ieri Trump ha visto Macron a Parigi. «Bene», ha detto Trump. Macron tace: «No, mai», disse lui. Fine."
LENGTH = len(TEXT)

offsets = st.integers(0, LENGTH)
labels = st.sampled_from(SCHEME.names)


@st.composite
def proposals(draw: st.DrawFn) -> Proposal:
    spans = []
    for number in range(draw(st.integers(0, 8))):
        start = draw(st.integers(0, LENGTH - 1))
        end = draw(st.integers(start + 1, min(LENGTH, start + 30)))
        score = draw(st.none() | st.floats(0, 1))
        spans.append(Span(f"p{number}", start, end, draw(labels), "suggested", "rule:test", score))
    links = []
    for content in spans:
        for target in spans:
            kind = {"CUE": "cue", "SOURCE": "source"}.get(target.label)
            if content.label == "CONTENT" and kind and draw(st.booleans()):
                links.append(Link(content.id, kind, target.id))
    return Proposal(tuple(spans), tuple(links))


edit_steps = st.tuples(
    st.sampled_from(
        ["accept", "reject", "relabel", "move", "add", "delete", "link", "unlink", "all", "same", "state"]
    ),
    st.integers(0, 40), offsets, offsets, labels,
)  # fmt: skip
steps = st.lists(
    st.one_of(edit_steps, st.just("undo"), st.just("redo"), proposals()), min_size=1, max_size=25
)


def apply(annotation: Annotation, step: tuple[str, int, int, int, str]) -> Annotation:
    """One edit with arbitrary arguments; raises EditError where it is refused."""
    name, pick, start, end, label = step
    spans = annotation.spans
    if name == "all":
        return edits.accept_all(annotation, SCHEME)
    if name == "state":
        return edits.set_state(annotation, ("new", "in progress", "done")[pick % 3])
    if name == "add":
        return edits.add(annotation, min(start, end), max(start, end), label, SCHEME)[0]
    if not spans:
        return annotation
    span = spans[pick % len(spans)]
    match name:
        case "accept":
            return edits.accept(annotation, span.id, SCHEME)
        case "reject":
            return edits.reject(annotation, span.id)
        case "relabel":
            return edits.relabel(annotation, span.id, label, SCHEME)
        case "move":
            return edits.move(annotation, span.id, min(start, end), max(start, end), SCHEME)
        case "delete":
            return edits.delete(annotation, span.id)
        case "same":
            return edits.same_decision(annotation, span.id, TEXT, SCHEME)
        case "unlink":
            return edits.link(annotation, span.id, "source", None, SCHEME)
        case _:
            return edits.link_words(annotation, span.id, "source", min(start, end), max(start, end), SCHEME)


def step_on(history: History, step: object) -> History:
    if step == "undo":
        return history.undo(SCHEME)
    if step == "redo":
        return history.redo(SCHEME)
    if isinstance(step, Proposal):
        return history.absorb(merge(history.annotation, step, SCHEME, "test@1"))
    try:
        return history.apply("step", apply(history.annotation, step))  # type: ignore[arg-type]
    except edits.EditError:
        return history


def content(history: History) -> Annotation:
    """What an undo brings back: not the counter of ids, which never goes back."""
    return replace(history.annotation, next_id=0, suggester="")


@settings(max_examples=400, deadline=None)
@given(proposals(), steps)
def test_rules_hold_after_every_step(first: Proposal, row: list[object]) -> None:
    history = step_on(History(Annotation("Lina")), first)
    for step in row:
        before = history
        history = step_on(history, step)
        assert edits.broken_rules(history.annotation, SCHEME, LENGTH) == []
        assert list(history.annotation.spans) == sorted(history.annotation.spans, key=lambda s: s.order)
        decided = {s.id: s for s in before.annotation.spans if s.decided}
        if isinstance(step, Proposal):
            after = {s.id: s for s in history.annotation.spans}
            assert all(after.get(i) == s for i, s in decided.items()), "a suggestion touched a decision"


@settings(max_examples=300, deadline=None)
@given(proposals(), st.lists(edit_steps, min_size=1, max_size=20))
def test_undo_and_redo_are_exact(first: Proposal, row: list[object]) -> None:
    history = step_on(History(Annotation("Lina")), first)
    states = [content(history)]
    for step in row:
        after = step_on(history, step)
        if after is not history:
            states.append(content(after))
        history = after
    for state in reversed(states[:-1]):
        history = history.undo(SCHEME)
        assert content(history) == state
    assert history.undo(SCHEME) is history
    for state in states[1:]:
        history = history.redo(SCHEME)
        assert content(history) == state
    assert history.redo(SCHEME) is history


@settings(max_examples=200, deadline=None)
@given(proposals(), st.lists(edit_steps, max_size=10), proposals())
def test_suggestions_respect_decisions(first: Proposal, row: list[object], late: Proposal) -> None:
    history = step_on(History(Annotation("Lina")), first)
    for step in row:
        history = step_on(history, step)
    decided = [s for s in history.annotation.spans if s.decided]
    merged = merge(history.annotation, late, SCHEME, "late@1")
    assert [s for s in merged.spans if s.decided] == decided
    settled = {(s.start, s.end, s.label) for s in decided}
    assert not settled & {(s.start, s.end, s.label) for s in merged.spans if not s.decided}
    assert merge(merged, late, SCHEME, "late@1") == merged, "the same proposal again changes nothing"


def test_an_edit_that_changes_nothing_is_none() -> None:
    history = History(Annotation("Lina"))
    assert history.apply("accept all", edits.accept_all(history.annotation, SCHEME)) is history


def test_the_first_edit_takes_an_article_into_progress() -> None:
    history = History(Annotation("Lina"))
    changed, _ = edits.add(history.annotation, 5, 10, "PER", SCHEME)
    history = history.apply("add", changed)
    assert history.annotation.state == "in progress"
    assert history.undo(SCHEME).annotation.state == "new"


def test_a_late_suggestion_gives_way_to_a_redo() -> None:
    history = History(Annotation("Lina"))
    changed, span_id = edits.add(history.annotation, 5, 10, "PER", SCHEME)
    history = history.apply("add", changed).undo(SCHEME)
    late = Proposal((Span("p1", 0, 10, "ORG", "suggested", "rule:test"),))
    history = history.absorb(merge(history.annotation, late, SCHEME)).redo(SCHEME)
    assert [s.id for s in history.annotation.spans] == [span_id]


def test_an_identical_late_suggestion_is_the_decided_span() -> None:
    annotation, span_id = edits.add(Annotation("Lina"), 5, 10, "PER", SCHEME)
    late = Proposal(
        (
            Span("p1", 37, 43, "CONTENT", "suggested", "rule:test"),
            Span("p2", 5, 10, "PER", "suggested", "rule:test"),
        )
    )
    merged = merge(annotation, late, SCHEME)
    assert [(s.label, s.status) for s in merged.spans] == [("PER", "accepted"), ("CONTENT", "suggested")]
    assert merged.find(span_id) is not None


def test_a_quote_without_a_source_by_decision_stays_without_one() -> None:
    """`0` says that nobody is named; the next round of suggestions must not say otherwise."""
    proposal = Proposal(
        (
            Span("p1", 37, 43, "CONTENT", "suggested", "rule:test"),
            Span("p2", 54, 59, "SOURCE", "suggested", "rule:test"),
        ),
        (Link("p1", "source", "p2"),),
    )
    annotation = merge(Annotation("Lina"), proposal, SCHEME)
    (content,) = [s for s in annotation.spans if s.label == "CONTENT"]
    unlinked = edits.link(edits.accept(annotation, content.id, SCHEME), content.id, "source", None, SCHEME)
    assert merge(unlinked, proposal, SCHEME).links == ()


def test_a_corrected_quote_is_not_proposed_again_as_it_was() -> None:
    proposal = Proposal((Span("p1", 37, 43, "CONTENT", "suggested", "rule:test"),))
    annotation = merge(Annotation("Lina"), proposal, SCHEME)
    moved = edits.move(annotation, annotation.spans[0].id, 37, 44, SCHEME)
    assert merge(moved, proposal, SCHEME).spans == moved.spans


@settings(max_examples=150, deadline=None)
@given(proposals(), steps)
def test_undo_to_the_start_whatever_came_between(first: Proposal, row: list[object]) -> None:
    """With suggestions arriving between edits: every undo and redo keeps the rules and the decisions' sum."""
    history = step_on(History(Annotation("Lina")), first)
    for step in row:
        history = step_on(history, step)
    while history.can_undo:
        history = history.undo(SCHEME)
        assert edits.broken_rules(history.annotation, SCHEME, LENGTH) == []
    assert history.annotation.decided == 0
    while history.can_redo:
        history = history.redo(SCHEME)
        assert edits.broken_rules(history.annotation, SCHEME, LENGTH) == []


def test_an_undecided_quote_gets_the_links_of_the_new_proposal() -> None:
    def proposed(source: int) -> Proposal:
        content = Span("p1", 37, 43, "CONTENT", "suggested", "rule:test")
        target = Span("p2", source, 59, "SOURCE", "suggested", "rule:test")
        return Proposal((content, target), (Link("p1", "source", "p2"),))

    annotation = merge(merge(Annotation("Lina"), proposed(54), SCHEME), proposed(50), SCHEME)
    (link,) = annotation.links
    target = annotation.find(link.target)
    assert target is not None
    assert target.start == 50
    assert merge(annotation, proposed(50), SCHEME) == annotation
