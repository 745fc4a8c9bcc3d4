"""Figures: what became of each proposal, what decisions cost, what suggesters get wrong."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from test_history import LENGTH, SCHEME, TEXT, proposals, step_on, steps

from annotations import edits, reshaping
from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Annotation, Link, Proposal, Span
from annotations.article import Article, load_article, make_article
from annotations.history import Edit, History
from annotations.statistics import Example, Figures, Tally, article_figures, total
from annotations.store import Store
from annotations.suggestions import merge

ARTICLE = make_article(TEXT, Path("a.txt"))


def words(text: str, nth: int = 1) -> tuple[int, int]:
    start = -1
    for _ in range(nth):
        start = TEXT.index(text, start + 1)
    return start, start + len(text)


def proposed(id_: str, text: str, label: str, nth: int = 1, origin: str = "rule:names") -> Span:
    return Span(id_, *words(text, nth), label, SUGGESTED, origin, 0.9)


class Editor:
    """Somebody who reviews an article."""

    def __init__(self, *spans: Span, links: tuple[Link, ...] = ()) -> None:
        annotation = Annotation("Lina", next_id=90).with_spans(add=spans).with_links(add=links)
        self.history = History(annotation)
        self.hour = 8

    def does(
        self, name: str, new: Annotation, focus: str = "", spent: tuple[int, float] = (1, 2.0), at: str = ""
    ) -> None:
        self.hour += 1
        at = at or f"2026-03-01T{self.hour:02}:00:00.000+00:00"
        self.history = self.history.apply(name, new, focus, at, spent)

    @property
    def now(self) -> Annotation:
        return self.history.annotation

    def accepts(self, id_: str, **more: object) -> None:
        self.does("accept", edits.accept(self.now, id_, SCHEME), id_, **more)  # type: ignore[arg-type]

    def rejects(self, id_: str, **more: object) -> None:
        self.does("reject", edits.reject(self.now, id_), id_, **more)  # type: ignore[arg-type]

    def relabels(self, id_: str, label: str, **more: object) -> None:
        self.does("relabel", edits.relabel(self.now, id_, label, SCHEME), id_, **more)  # type: ignore[arg-type]

    def moves(self, id_: str, text: str, **more: object) -> None:
        self.does("move", edits.move(self.now, id_, *words(text), SCHEME), id_, **more)  # type: ignore[arg-type]

    def adds(self, text: str, label: str, nth: int = 1) -> str:
        new, id_ = edits.add(self.now, *words(text, nth), label, SCHEME)
        self.does("add", new, id_)
        return id_

    @property
    def figures(self) -> Figures:
        return total([article_figures(ARTICLE, self.history, UTC)])


@pytest.fixture
def lina() -> Editor:
    return Editor(
        proposed("s1", "Trump", "PER"),
        proposed("s2", "Macron", "ORG"),
        proposed("s3", "Parigi", "LOC"),
        proposed("s4", "Trump", "PER", 2, "model:news@1"),
        proposed("s5", "Fine", "MISC", 1, "model:news@1"),
    )


def test_what_became_of_each_proposal(lina: Editor) -> None:
    lina.accepts("s1")
    lina.relabels("s2", "PER")
    lina.moves("s3", "a Parigi")
    lina.rejects("s5")
    lina.adds("Ieri", "DATE")
    figures = lina.figures
    assert figures.tally == Tally(
        undecided=1, accepted=1, corrected=2, rejected=1, added=1, relabelled=1, moved=1
    )
    assert (figures.tally.proposed, figures.tally.judged, figures.decisions) == (5, 4, 5)
    assert figures.tally.accept_rate == 1 / 4
    assert figures.by_label == {
        "PER": Tally(accepted=1, undecided=1),
        "DATE": Tally(added=1),
        "LOC": Tally(corrected=1, moved=1),
        "MISC": Tally(rejected=1),
        "ORG": Tally(corrected=1, relabelled=1),
    }
    assert figures.by_origin == {
        "rule:names": Tally(accepted=1, corrected=2, relabelled=1, moved=1),
        "model:news@1": Tally(undecided=1, rejected=1),
        "editor:Lina": Tally(added=1),
    }
    assert figures.tallies["model:news@1", "PER"] == Tally(undecided=1)
    assert figures.states == {"in progress": 1}


def test_only_the_first_and_the_last_version_count(lina: Editor) -> None:
    lina.moves("s3", "a Parigi")
    lina.moves("s3", "Parigi")
    lina.relabels("s2", "PER")
    lina.rejects("s2")
    lina.rejects("s1")
    lina.accepts("s1")
    lina.relabels("s4", "ORG")
    lina.relabels("s4", "LOC")
    lina.moves("s4", "detto Trump")
    tally = lina.figures.tally
    assert tally == Tally(undecided=1, accepted=2, corrected=1, rejected=1, relabelled=1, moved=1)
    assert {(m.label, m.what, m.to) for m in lina.figures.mistakes} == {
        ("PER", "moved", ""), ("PER", "relabelled", "LOC"), ("ORG", "rejected", ""),
    }  # fmt: skip


def test_what_is_undone_does_not_count(lina: Editor) -> None:
    lina.accepts("s1")
    before = lina.figures
    lina.rejects("s2")
    lina.moves("s3", "a Parigi")
    lina.history = lina.history.undo(SCHEME).undo(SCHEME)
    assert lina.figures == before
    lina.history = lina.history.redo(SCHEME)
    assert (lina.figures.tally.rejected, lina.figures.tally.corrected) == (1, 0)


def test_a_span_of_ones_own_that_was_corrected_is_no_mistake(lina: Editor) -> None:
    own = lina.adds("Ieri", "PER")
    lina.relabels(own, "DATE")
    assert lina.figures.tallies["editor:Lina", "DATE"] == Tally(added=1)
    lina.rejects(own)
    assert "editor:Lina" not in lina.figures.by_origin
    assert lina.figures.mistakes == ()


def test_what_an_editor_proposed_to_be_decided_is_a_proposal() -> None:
    lina = Editor(proposed("s1", "Trump", "PER", origin="editor:Lina"), proposed("s2", "Fine", "MISC"))
    lina.rejects("s1")
    assert lina.figures.tallies["editor:Lina", "PER"] == Tally(rejected=1)


def test_a_rejected_span_that_gave_way_stays_rejected(lina: Editor) -> None:
    lina.rejects("s3")
    lina.moves("s2", "a Parigi")
    lina.relabels("s2", "LOC")
    lina.moves("s2", "Parigi")
    assert lina.now.find("s3") is None
    assert lina.figures.tallies["rule:names", "LOC"] == Tally(rejected=1)
    assert lina.figures.tally.proposed == 5


def test_joined_spans_are_both_corrected_and_a_split_one_adds_one(lina: Editor) -> None:
    joined = reshaping.join(lina.now, "s2", "s3", SCHEME)
    lina.does("join", joined, "s2")
    assert lina.figures.tally == Tally(undecided=3, corrected=2, moved=2, relabelled=1)
    assert lina.figures.tallies["rule:names", "LOC"] == Tally(corrected=1, relabelled=1, moved=1)
    start, end = words("Macron a Parigi")
    split, _ = reshaping.split(lina.now, "s2", start + 6, end - 6, SCHEME)
    lina.does("split", split, "s2")
    assert lina.figures.tallies["rule:names", "ORG"] == Tally(accepted=1)
    assert lina.figures.tallies["editor:Lina", "ORG"] == Tally(added=1)


# ---- what it cost -------------------------------------------------------------------------------------


def test_one_edit_that_decides_many(lina: Editor) -> None:
    lina.accepts("s1", spent=(1, 3.0))
    lina.does("accept all", edits.accept_all(lina.now, SCHEME), spent=(1, 2.0))
    figures = lina.figures
    assert figures.decisions == 5
    assert figures.keys_per_decision == 2 / 5
    assert figures.mean_seconds == 1.0
    assert figures.median_seconds == 0.5
    assert figures.days == {"2026-03-01": 5}


def test_all_that_was_done_to_a_span_is_its_time(lina: Editor) -> None:
    lina.moves("s3", "a Parigi", spent=(2, 3.0))
    lina.accepts("s1", spent=(1, 1.0))
    lina.moves("s3", "Parigi. «Bene", spent=(2, 4.0))
    lina.does("done", edits.set_state(lina.now, "done"), spent=(1, 2.0))
    assert sorted(lina.figures.paces) == [1.0, 7.0]
    assert (lina.figures.mean_seconds, lina.figures.keys_per_decision) == (5.0, 3.0)


def test_edits_of_older_versions_are_left_out_of_the_means(lina: Editor) -> None:
    lina.accepts("s1", spent=(0, 0.0))
    lina.rejects("s5", spent=(0, 0.0))
    assert lina.figures.decisions == 2
    assert lina.figures.keys_per_decision is lina.figures.mean_seconds is lina.figures.median_seconds is None
    lina.accepts("s3", spent=(3, 6.0))
    lina.accepts("s4", spent=(1, 0.0))  # quicker than the clock
    assert lina.figures.decisions == 4
    assert len(lina.figures.paces) == 2
    assert (lina.figures.keys_per_decision, lina.figures.mean_seconds) == (2.0, 3.0)


def test_articles_an_hour_are_those_that_were_measured_from_beginning_to_end(lina: Editor) -> None:
    lina.does("accept all", edits.accept_all(lina.now, SCHEME), spent=(1, 80.0))
    assert lina.figures.articles_per_hour is None
    lina.does("done", edits.set_state(lina.now, "done"), spent=(1, 10.0))
    assert lina.figures.articles_per_hour == 40.0
    old = Editor(proposed("s1", "Trump", "PER"))
    old.accepts("s1", spent=(0, 0.0))
    old.does("done", edits.set_state(old.now, "done"), spent=(1, 1.0))
    both = total([article_figures(ARTICLE, e.history) for e in (lina, old)])
    assert both.articles_per_hour == 40.0
    assert both.states == {"done": 2}


def test_days_are_the_editors_own(lina: Editor) -> None:
    lina.accepts("s1", at="2026-02-28T23:30:00.000+00:00")
    lina.accepts("s3", at="2026-03-03T12:00:00.000+00:00")
    lina.accepts("s4", at="who knows")
    assert lina.figures.days == {"2026-02-28": 1, "2026-03-03": 1}
    rome = total([article_figures(ARTICLE, lina.history, timezone(timedelta(hours=1)))])
    assert rome.days == {"2026-03-01": 1, "2026-03-03": 1}
    assert [count for _, count in rome.daily(90)] == [1, 0, 1]
    assert [day.isoformat() for day, _ in rome.daily(2)] == ["2026-03-02", "2026-03-03"]
    assert Figures().daily(9) == []


def test_a_decision_is_of_the_day_on_which_it_was_made_first(lina: Editor) -> None:
    lina.accepts("s1", at="2026-03-01T12:00:00.000+00:00")
    lina.rejects("s1", at="2026-03-02T12:00:00.000+00:00")
    assert lina.figures.days == {"2026-03-01": 1}


def test_decisions_without_their_edits_count(folder: Path, store: Store, adnkronos: Article) -> None:
    session = store.open(adnkronos)
    start = adnkronos.text.index("Macron")
    spans = (Span("p1", start, start + 6, "PER", SUGGESTED, "rule:names"),)
    history = session.loaded.history
    history = history.absorb(merge(history.annotation, Proposal(spans), store.scheme, "rules"))
    (span,) = history.annotation.spans
    history = history.apply("accept", edits.accept(history.annotation, span.id, store.scheme), spent=(1, 2.0))
    history = history.apply("done", edits.set_state(history.annotation, "done"), spent=(1, 2.0))
    session.save(history)
    session.close()
    adnkronos.path.write_text("In breve. " + adnkronos.text, encoding="utf-8")
    changed = load_article(adnkronos.path)
    figures = total([article_figures(changed, store.load(changed).history)])
    assert figures.tally == Tally(accepted=1)
    assert (figures.without_edits, figures.paces, figures.days) == (1, (), {})
    assert (figures.states, figures.articles_per_hour) == ({"in progress": 1}, None)
    again = store.load(changed).history
    again = again.apply("done", edits.set_state(again.annotation, "done"), spent=(1, 1.0))
    figures = total([article_figures(changed, again)])
    assert (figures.states, figures.articles_per_hour) == ({"done": 1}, None), "a second is not all it took"


# ---- links --------------------------------------------------------------------------------------------

QUOTES = (
    proposed("q1", "«Bene»", "CONTENT"),
    proposed("c1", "detto", "CUE"),
    proposed("w1", "Trump", "SOURCE", 2),
    proposed("q2", "«No, mai»", "CONTENT"),
    proposed("c2", "disse", "CUE"),
    proposed("w2", "Macron", "SOURCE", 2),
)
LINKS = (Link("q1", "cue", "c1"), Link("q1", "source", "w1"), Link("q2", "cue", "c2"))


def test_links_as_proposed_chosen_and_refused() -> None:
    lina = Editor(*QUOTES, links=(*LINKS, Link("q2", "source", "w2")))
    assert lina.figures.links == {}, "nobody has decided on these quotes"
    lina.accepts("q1")
    lina.does("no cue", edits.link(lina.now, "q1", "cue", None, SCHEME), "q1")
    lina.does("source", edits.link_words(lina.now, "q2", "source", *words("lui"), SCHEME), "q2")
    assert lina.figures.links == {
        ("source", "kept"): 1, ("cue", "none"): 1, ("source", "chosen"): 1, ("cue", "kept"): 1,
    }  # fmt: skip
    assert lina.figures.tallies["editor:Lina", "SOURCE"] == Tally(added=1)
    lina.does("source", edits.link(lina.now, "q2", "source", "w2", SCHEME), "q2")
    assert lina.figures.links["source", "kept"] == 2, "the one that was proposed after all"
    lina.rejects("q2")
    assert lina.figures.links == {("source", "kept"): 1, ("cue", "none"): 1}


def test_that_there_is_no_source_can_be_said_where_none_was_proposed() -> None:
    lina = Editor(*QUOTES, links=LINKS)
    lina.does("no source", edits.link(lina.now, "q2", "source", None, SCHEME), "q2")
    assert lina.figures.links == {("source", "none"): 1, ("cue", "kept"): 1}


def test_the_cue_that_comes_with_a_new_quote_is_a_proposal() -> None:
    lina = Editor()
    new, quote = edits.add(lina.now, *words("«Bene»"), "CONTENT", SCHEME)
    cue = proposed("s99", "detto", "CUE", origin="rule:quotes")
    lina.does("add", new.with_spans(add=[cue]).with_links(add=[Link(quote, "cue", "s99")]), quote)
    lina.accepts("s99")
    assert lina.figures.tallies["rule:quotes", "CUE"] == Tally(accepted=1)
    assert lina.figures.links == {("cue", "kept"): 1}


# ---- mistakes -----------------------------------------------------------------------------------------


def test_mistakes_most_frequent_first_with_examples() -> None:
    def review(name: str, *more: Span) -> Editor:
        return Editor(proposed("s1", "Trump", "LOC"), proposed("s2", "Trump", "LOC", 2), *more)

    lina, ugo = review("a", proposed("s3", "a Parigi", "PER")), review("b", proposed("s4", "Fine", "LOC"))
    for editor in (lina, ugo):
        editor.relabels("s1", "PER")
        editor.relabels("s2", "PER")
    lina.moves("s3", "Parigi")
    ugo.relabels("s4", "PER")
    other = replace(ARTICLE, id="b")
    figures = total([article_figures(ARTICLE, lina.history), article_figures(other, ugo.history)])
    first, second = figures.mistakes
    assert (first.origin, first.label, first.what, first.to) == ("rule:names", "LOC", "relabelled", "PER")
    assert first.count == 5
    assert first.examples == (Example("Trump", "", "a"), Example("Fine", "", "b"))
    assert (second.what, second.count, second.examples) == (
        "moved", 1, (Example("a Parigi", "Parigi", "a"),),
    )  # fmt: skip


# ---- whatever is done ---------------------------------------------------------------------------------


def timed(history: History) -> History:
    """The same history as if somebody had held a watch."""
    return replace(history, edits=tuple(replace(e, keys=2, seconds=1.5) for e in history.edits))


@settings(max_examples=300, deadline=None)
@given(proposals(), steps)
def test_every_span_is_counted_once(first: Proposal, row: list[object]) -> None:
    history = step_on(History(Annotation("Lina")), first)
    for step in row:
        history = step_on(history, step)
    found = article_figures(ARTICLE, timed(history), UTC)
    figures = total([found])
    spans, tally = history.annotation.spans, figures.tally
    assert tally.undecided == sum(s.status == SUGGESTED for s in spans)
    standing = tally.accepted + tally.corrected + tally.added
    joined = standing - sum(s.status == ACCEPTED for s in spans)
    gone = tally.rejected - sum(s.status == REJECTED for s in spans)
    assert joined == 0, "no step here joins spans"
    assert gone >= 0
    assert tally.added == sum(s.by_editor for s in spans)
    assert max(tally.relabelled, tally.moved) <= tally.corrected <= tally.relabelled + tally.moved
    assert sum(m.count for m in figures.mistakes) == tally.rejected + tally.relabelled + tally.moved
    assert len(figures.paces) == tally.decisions == sum(figures.days.values())
    active = history.edits[: history.position]
    assert sum(figures.paces) <= 1.5 * len(active) + 1e-9
    assert all(outcome.seconds >= 0 for outcome in found.outcomes if outcome.seconds is not None)
    assert sum(figures.links.values()) <= 2 * sum(s.label == "CONTENT" for s in spans)
    without = total([article_figures(ARTICLE, replace(history, edits=(), position=0))])
    assert without.tally.decisions == without.without_edits == history.annotation.decided


@settings(max_examples=60, deadline=None)
@given(proposals(), steps, proposals(), steps)
def test_figures_of_two_are_the_sum(a: Proposal, some: list[object], b: Proposal, more: list[object]) -> None:
    reviews = []
    for first, row in ((a, some), (b, more)):
        history = step_on(History(Annotation("Lina")), first)
        for step in row:
            history = step_on(history, step)
        reviews.append(article_figures(ARTICLE, timed(history), UTC))
    one, two, both = total(reviews[:1]), total(reviews[1:]), total(reviews)
    assert both.tally == one.tally + two.tally
    assert both.keys == one.keys + two.keys
    assert sorted(both.paces) == sorted((*one.paces, *two.paces))
    for name in {*one.by_label, *two.by_label}:
        assert both.by_label[name] == one.by_label.get(name, Tally()) + two.by_label.get(name, Tally())
    assert sum(m.count for m in both.mistakes) == sum(m.count for m in (*one.mistakes, *two.mistakes))


def test_an_edit_that_cannot_be_believed_harms_nothing() -> None:
    span = Span("s1", 5, LENGTH + 50, "PER", SUGGESTED, "rule:names")
    edit = Edit("reject", "0001-01-01T00:00:00+14:00", (span,), (replace(span, status=REJECTED),))
    history = History(Annotation("Lina").with_spans(add=edit.added), (edit,), 1)
    assert total([article_figures(ARTICLE, history)]).tally == Tally(rejected=1)
