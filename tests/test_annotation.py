"""What an annotation hands on to the next is what a look at all of that one's spans and links would find."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from annotations import edits
from annotations.annotation import ACCEPTED, REJECTED, STATES, SUGGESTED, Annotation, Link, Note, Span
from annotations.history import History
from annotations.scheme import Scheme

IDS = [f"s{n}" for n in range(12)]
MANY = 3000
spans = st.builds(
    lambda i, start, more, label, status: Span(i, start, start + more, label, status),
    st.sampled_from(IDS), st.integers(0, 20), st.integers(1, 6), st.sampled_from(["PER", "CONTENT"]),
    st.sampled_from([SUGGESTED, ACCEPTED, REJECTED]),
)  # fmt: skip
links = st.builds(Link, st.sampled_from(IDS), st.sampled_from(["cue", "source"]), st.sampled_from(IDS))
notes = st.builds(Note, st.sampled_from(["", *IDS]), st.booleans(), st.sampled_from(["", "x"]))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("spans"), st.sets(st.sampled_from(IDS)), st.lists(spans, unique_by=lambda s: s.id)),
        st.tuples(st.just("links"), st.sets(links, max_size=3), st.sets(links, max_size=3)),
        st.tuples(st.just("notes"), st.sets(notes), st.lists(notes, unique_by=lambda n: n.target)),
        st.tuples(st.just("state"), st.sampled_from(STATES), st.just(())),
        st.tuples(st.just("ask"), st.just(()), st.just(())),
    ),
    max_size=12,
)


def told(annotation: Annotation) -> list[object]:
    """All that an annotation tells of its spans and links."""
    return [
        annotation.decided,
        [annotation.find(i) for i in IDS],
        [annotation.links_of(i) for i in IDS],
        [annotation.over(at, at + 2) for at in range(25)],
    ]


@settings(deadline=None)
@given(steps)
def test_after_any_edits_it_tells_what_one_made_anew_tells(steps: list[tuple[str, object, object]]) -> None:
    annotation = Annotation("Lina")
    for what, out, put in steps:
        before = {span.id: span for span in annotation.spans}
        if what == "spans":
            # an id that is there already is always taken out first, as all edits do
            gone = set(out) | {span.id for span in put}
            annotation = annotation.with_spans(gone, put)
            left = {i: span for i, span in before.items() if i not in gone}
            left.update((span.id, span) for span in put)
            assert annotation.spans == tuple(sorted(left.values(), key=lambda span: span.order))
            assert all(k.content in left and k.target in left for k in annotation.links)
            assert all(note.target in {"", *left} for note in annotation.notes)
        elif what == "links":
            new = {k for k in put if k.content in before and k.target in before}
            wanted = (set(annotation.links) - set(out)) | new
            annotation = annotation.with_links(out, new)
            assert annotation.links == tuple(sorted(wanted))
        elif what == "notes":
            there = [note for note in put if note.target in {"", *before}]
            annotation = annotation.with_notes(out, there)
        elif what == "state":
            annotation = annotation.with_state(out)
        else:
            told(annotation)
        assert told(replace(annotation)) == told(annotation)


@pytest.fixture
def long() -> Annotation:
    """Thousands of quotes with their sources."""
    many = [
        Span(f"s{n}", 10 * n, 10 * n + 5, "SOURCE" if n % 2 else "CONTENT", SUGGESTED) for n in range(MANY)
    ]
    reports = [Link(f"s{n}", "source", f"s{n + 1}") for n in range(0, MANY, 2)]
    return Annotation("Lina", spans=tuple(many), links=tuple(sorted(reports)), next_id=MANY)


DECISIONS: list[Callable[[Annotation, Scheme], Annotation]] = [
    lambda a, scheme: edits.accept(a, "s70", scheme),
    lambda a, scheme: edits.reject(a, "s71"),
    lambda a, scheme: edits.relabel(a, "s71", "CUE", scheme),
    lambda a, scheme: edits.link(a, "s70", "source", None, scheme),
    lambda a, scheme: edits.add(a, 6, 8, "PER", scheme)[0],
]


@pytest.mark.parametrize("decide", DECISIONS, ids=["accept", "reject", "relabel", "link", "add"])
def test_a_decision_among_thousands_looks_at_few(
    decide: Callable[[Annotation, Scheme], Annotation],
    long: Annotation,
    scheme: Scheme,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    history = History(long)
    told(long)  # as the desk has it on screen
    looked: list[str] = []
    real = Span.order

    def order(span: Span) -> tuple[int, int, str, str]:
        looked.append(span.id)
        return real.fget(span)

    hashed: list[Link] = []
    monkeypatch.setattr(Span, "order", property(order))
    monkeypatch.setattr(Link, "__hash__", lambda link: hashed.append(link) or hash(link.content))
    done = history.apply("decide", decide(long, scheme))
    undone = done.undo(scheme)
    assert len(looked) < 300 and len(hashed) < 50
    monkeypatch.undo()
    assert undone.annotation.spans == long.spans and undone.annotation.links == long.links
    assert done.annotation != long and told(done.annotation) == told(replace(done.annotation))
