"""One decision over a folder: what is planned, what applying it does, and that the layer rules hold after."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_history import TEXT as SHORT
from test_history import proposals

from annotations import edits
from annotations.annotation import ACCEPTED, REJECTED, STATUSES, SUGGESTED, Annotation, Link, Proposal, Span
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.folder import article_paths, load_articles
from annotations.history import History
from annotations.propagation import (
    ACCEPT,
    ADD,
    PROPOSE,
    REJECT,
    RELABEL,
    SAME_WORDS,
    Change,
    applied,
    plan,
    propose_mentions,
)
from annotations.scheme import Scheme, SchemeError, default_scheme
from annotations.store import Store
from annotations.suggestions import merge
from annotations.tokens import Tokens

SCHEME = default_scheme()
TEXT = "Trump vede Macron. Trump parla a TRUMP. «Bene», ha detto Trump. La Trump Tower. Trumpiano."
ARTICLE = Article("a", Path("a.txt"), TEXT, "Titolo")
PER = Span("", 0, 0, "PER", ACCEPTED)


def span(id_: str, words: str, label: str, status: str = SUGGESTED, nth: int = 1) -> Span:
    start = -1
    for _ in range(nth):
        start = TEXT.index(words, start + 1)
    return Span(id_, start, start + len(words), label, status, "rule:test", 0.5)


@pytest.fixture
def annotation() -> Annotation:
    """Trump at 0 is a PER, the second a LOC, the third nobody's, the fourth in a tower."""
    spans = [
        span("s1", "Trump", "PER"),
        span("s2", "Trump", "LOC", nth=2),
        span("s3", "«Bene»", "CONTENT"),
        span("s4", "Trump", "SOURCE", nth=3),
        span("s5", "Trump Tower", "LOC"),
    ]
    return Annotation("Lina", next_id=6).with_spans(add=spans).with_links(add=[Link("s3", "source", "s4")])


def whole_words(text: str) -> Tokens:
    return Tokens(match.span() for match in re.finditer(r"\w+|[^\w\s]", text))


def planned(
    annotation: Annotation, decided: Span = PER, words: str = "Trump", article: Article = ARTICLE,
    propose: bool = False, fold_case: bool = False,
) -> list[Change]:  # fmt: skip
    found = list(
        plan([article], lambda _: annotation, words, decided, SCHEME, whole_words, propose, fold_case)
    )
    changes = [change for change in found if isinstance(change, Change)]
    assert len(changes) == len(found)
    assert all(change.article is article for change in changes)
    return changes


def short(changes: Iterable[Change]) -> list[tuple[str, str, str | None]]:
    return [(TEXT[c.start : c.end], c.action, c.span.id if c.span else None) for c in changes]


def status(annotation: Annotation, span_id: str) -> tuple[str, str]:
    found = annotation.find(span_id)
    assert found is not None
    return found.label, found.status


def test_what_an_accepted_entity_would_change(annotation: Annotation) -> None:
    changes = planned(annotation)
    assert short(changes) == [
        ("Trump", ACCEPT, "s1"),
        ("Trump", RELABEL, "s2"),
        ("Trump", ADD, None),
    ]
    assert {c.label for c in changes} == {"PER"}
    assert [c.start for c in changes] == [0, 19, TEXT.index("Trump. La")]


def test_an_undecided_one_counts_as_accepted(annotation: Annotation) -> None:
    assert planned(annotation, Span("", 0, 0, "PER", SUGGESTED)) == planned(annotation)


def test_a_rejected_one_rejects_its_like(annotation: Annotation) -> None:
    assert short(planned(annotation, Span("", 0, 0, "PER", REJECTED))) == [("Trump", REJECT, "s1")]
    assert short(planned(annotation, Span("", 0, 0, "SOURCE", REJECTED))) == [("Trump", REJECT, "s4")]


def test_a_source_decides_only_what_was_proposed(annotation: Annotation) -> None:
    assert short(planned(annotation, Span("", 0, 0, "SOURCE", ACCEPTED))) == [("Trump", ACCEPT, "s4")]


def test_what_is_decided_is_left_alone(annotation: Annotation) -> None:
    decided = edits.reject(edits.accept(annotation, "s2", SCHEME), "s1")
    assert short(planned(decided)) == [("Trump", ADD, None)]


def test_other_case_only_where_it_is_wanted(annotation: Annotation) -> None:
    assert [TEXT[c.start : c.end] for c in planned(annotation, fold_case=True)] == ["Trump"] * 2 + [
        "TRUMP",
        "Trump",
    ]
    assert planned(annotation, words="trump") == []
    assert planned(annotation, words="trump", fold_case=True) == planned(annotation, fold_case=True)
    assert planned(Annotation("Lina"), words=" ") == []


def test_whole_tokens_only() -> None:
    article = Article("b", Path("b.txt"), "L'Aquila vola. Aquila, Aquila/Roma.", "Titolo")
    coarse = Tokens([(0, 8), (9, 13), (15, 21), (21, 22), (23, 34)])

    def starts(tokens_of: Callable[[str], Tokens] | None) -> list[int]:
        found = plan([article], lambda _: Annotation("Lina"), "Aquila", PER, SCHEME, tokens_of)
        return [c.start for c in found if isinstance(c, Change)]

    assert starts(whole_words) == starts(None) == [2, 15, 23]
    assert starts(lambda _: coarse) == [15]


def test_mentions_in_other_case_do_not_overlap() -> None:
    article = Article("b", Path("b.txt"), "No NO no.", "Titolo")
    changes = planned(Annotation("Lina"), words="no no", article=article, fold_case=True)
    assert [(c.start, c.end) for c in changes] == [(0, 5)]


def test_other_letters_are_not_other_case() -> None:
    article = Article("b", Path("b.txt"), "Izmir, IZMIR e ızmir.", "Titolo")
    changes = planned(Annotation("Lina"), words="izmir", article=article, fold_case=True)
    assert [c.start for c in changes] == [0, 7]


def test_words_do_not_reach_beyond_the_text() -> None:
    article = Article("b", Path("b.txt"), "Roma\nRoma e Roma", "Titolo")
    changes = list(plan([article], lambda _: Annotation("Lina"), "Roma\nRoma", PER, SCHEME, None))
    assert changes == [Change(article, 0, 9, None, ADD, "PER")]


def test_applied(annotation: Annotation) -> None:
    changed = applied(annotation, planned(annotation), SCHEME)
    assert status(changed, "s1") == status(changed, "s2") == ("PER", ACCEPTED)
    added = changed.find("s6")
    assert added is not None and (added.status, added.origin) == (ACCEPTED, "editor:Lina")
    assert [status(changed, s)[1] for s in ("s3", "s4", "s5")] == [SUGGESTED] * 3
    assert changed.links == annotation.links
    assert edits.broken_rules(changed, SCHEME, len(TEXT)) == []
    assert planned(changed) == []


def test_only_what_was_chosen_is_applied_and_is_one_edit(annotation: Annotation) -> None:
    first, _, third = planned(annotation)
    history = History(annotation)
    done = history.apply("same words", applied(annotation, [third, first], SCHEME))
    assert status(done.annotation, "s2") == ("LOC", SUGGESTED)
    assert done.annotation.state == "in progress"
    assert done.undo(SCHEME).annotation.spans == annotation.spans


def test_a_rejected_quote_takes_its_source_along(annotation: Annotation) -> None:
    changes = planned(annotation, Span("", 0, 0, "CONTENT", REJECTED), "«Bene»")
    assert short(changes) == [("«Bene»", REJECT, "s3")]
    changed = applied(annotation, changes, SCHEME)
    assert status(changed, "s4") == ("SOURCE", REJECTED)


def test_proposing_adds_suggestions_and_decides_nothing(annotation: Annotation) -> None:
    changes = planned(annotation, propose=True)
    assert short(changes) == [("Trump", PROPOSE, None)]
    changed = applied(annotation, changes, SCHEME)
    added = changed.find("s6")
    assert added is not None
    assert (added.label, added.status, added.origin, added.score) == ("PER", SUGGESTED, SAME_WORDS, None)
    assert changed.with_spans(["s6"]).spans == annotation.spans
    assert planned(annotation, Span("", 0, 0, "PER", REJECTED), propose=True) == []


@pytest.mark.parametrize("propose", [False, True])
def test_what_came_after_the_plan_stays(annotation: Annotation, propose: bool) -> None:
    changes = planned(annotation, propose=propose)
    start = TEXT.index("Trump. La")
    later, _ = edits.add(annotation, start, start + 5, "ORG", SCHEME)
    later = edits.delete(edits.reject(later, "s1"), "s2")
    assert applied(later, changes, SCHEME) == later


def test_a_rejection_that_came_after_the_plan_stays(annotation: Annotation) -> None:
    start = TEXT.index("Trump. La")
    rejected = annotation.with_spans(add=[Span("s6", start, start + 5, "PER", REJECTED, "rule:test")])
    for propose in (False, True):
        (*_, last) = planned(annotation, propose=propose)
        assert applied(rejected, [last], SCHEME) == rejected


def test_a_place_is_proposed_once(annotation: Annotation) -> None:
    (change,) = planned(annotation, propose=True)
    assert len(applied(annotation, [change, change], SCHEME).spans) == len(annotation.spans) + 1


def test_a_label_that_the_scheme_lacks_is_refused_at_once() -> None:
    with pytest.raises(SchemeError, match="no label 'XYZ'"):
        plan([], lambda _: Annotation("Lina"), "Trump", Span("", 0, 0, "XYZ", SUGGESTED), SCHEME, None)


def test_over_a_folder(store: Store, folder: Path) -> None:
    damaged = folder / "b.txt"
    damaged.write_text("Trump e Putin.", encoding="utf-8")
    (folder / "c.txt").write_text("Qui c'è soltanto Trump.", encoding="utf-8")
    (folder / "d.txt").write_text("", encoding="utf-8")
    store.path("b").parent.mkdir(parents=True)
    store.path("b").write_text("{", encoding="utf-8")
    found = list(
        plan(
            load_articles(article_paths(folder)),
            lambda article: store.load(article).history.annotation,
            "Putin",
            PER,
            SCHEME,
            whole_words,
        )
    )
    errors = [str(e) for e in found if isinstance(e, ChiosaError)]
    assert len(errors) == 2 and "b.json: is damaged" in errors[0] and "d.txt: is empty" in errors[1]
    changes = [c for c in found if isinstance(c, Change)]
    assert {c.article.id for c in changes} == {"adnkronos-2025-09-04"}
    assert all(c.article.text[c.start : c.end] == "Putin" and c.action == ADD for c in changes)
    session = store.open(changes[0].article)
    history = session.loaded.history
    session.save(history.apply("same words", applied(history.annotation, changes, SCHEME)))
    session.close()
    again = plan([changes[0].article], lambda a: store.load(a).history.annotation, "Putin", PER, SCHEME, None)
    assert list(again) == []


def test_propose_mentions(annotation: Annotation) -> None:
    changed = propose_mentions(annotation, "s1", TEXT, SCHEME, whole_words(TEXT))
    (added,) = set(changed.spans) - set(annotation.spans)
    start = TEXT.index("Trump. La")
    assert added == Span("s6", start, start + 5, "PER", SUGGESTED, SAME_WORDS)
    assert changed.next_id == 7
    assert set(annotation.spans) < set(changed.spans), "nothing else is decided or moved"
    assert propose_mentions(changed, "s1", TEXT, SCHEME) == changed
    rejected = edits.reject(changed, "s6")
    assert propose_mentions(rejected, "s1", TEXT, SCHEME) == rejected, "what was rejected does not come back"


def test_propose_mentions_of_what_is_no_entity(annotation: Annotation) -> None:
    assert propose_mentions(annotation, "s4", TEXT, SCHEME) == annotation
    rejected = edits.reject(annotation, "s1")
    assert propose_mentions(rejected, "s1", TEXT, SCHEME) == rejected
    with pytest.raises(edits.EditError, match="no span s99 in this article"):
        propose_mentions(annotation, "s99", TEXT, SCHEME)


def test_in_the_article_of_the_decision_it_is_the_same_decision(
    annotation: Annotation, scheme: Scheme
) -> None:
    for label, verdict in (("PER", ACCEPTED), ("PER", REJECTED), ("ORG", ACCEPTED)):
        decided = edits.relabel(annotation, "s1", label, scheme)
        if verdict == REJECTED:
            decided = edits.reject(decided, "s1")
        here = decided.find("s1")
        assert here is not None
        changed = applied(decided, planned(decided, here), scheme)
        assert changed == edits.same_decision(decided, "s1", TEXT, scheme, whole_words(TEXT))


words_of_text = st.sampled_from(
    ["Trump", "trump", "Macron", "No", "Bene", "ha detto", "Trump ha", "e", "«", "."]
)
deciding = st.builds(
    lambda label, status: Span("", 0, 0, label, status),
    st.sampled_from(SCHEME.names), st.sampled_from(STATUSES),
)  # fmt: skip


@settings(max_examples=200)
@given(proposals(), st.data(), words_of_text, deciding, st.booleans(), st.booleans())
def test_rules_hold_and_nothing_decided_is_touched(
    proposal: Proposal, data: st.DataObject, words: str, decided: Span, propose: bool, fold_case: bool
) -> None:
    annotation = merge(Annotation("Lina"), proposal, SCHEME)
    for one in annotation.spans:
        verdict = data.draw(st.sampled_from(STATUSES))
        if verdict == REJECTED:
            annotation = edits.reject(annotation, one.id)
        elif verdict == ACCEPTED:
            annotation = edits.accept(annotation, one.id, SCHEME)
    article = Article("a", Path("a.txt"), SHORT, "Titolo")
    changes = planned(annotation, decided, words, article, propose, fold_case)
    for change in changes:
        there = SHORT[change.start : change.end]
        assert there == words or (fold_case and there.casefold() == words.casefold())
        assert change.span is None or (change.span in annotation.spans and not change.span.decided)
    chosen = [change for change in changes if data.draw(st.booleans())]
    changed = applied(annotation, chosen, SCHEME)
    assert edits.broken_rules(changed, SCHEME, len(SHORT)) == []
    before, after = set(annotation.spans), set(changed.spans)
    assert all(s in after for s in before if s.decided)
    if propose:
        assert before <= after and len(after) == len(before) + len(chosen)
    if chosen == changes:
        assert planned(changed, decided, words, article, propose, fold_case) == []
    history = History(annotation).apply("same words", changed)
    assert history.undo(SCHEME).annotation.spans == annotation.spans
    for one in annotation.spans:
        suggested = propose_mentions(annotation, one.id, SHORT, SCHEME)
        assert edits.broken_rules(suggested, SCHEME, len(SHORT)) == []
        assert before <= set(suggested.spans)
