"""Rules that a small slip in the code would break unseen: edits, merging, carrying over, saving, the desk."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from desks import SIZE, go_to, listed, row, settled, words
from msgspec.structs import replace

from annotations import edits
from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Annotation, Link, Proposal, Span
from annotations.article import Article, load_article
from annotations.carry import carry_over
from annotations.history import History
from annotations.saver import Saver
from annotations.scheme import default_scheme
from annotations.session import Session
from annotations.store import Store, StoreError
from annotations.suggestions import merge
from tui.app import ChiosaApp
from tui.widgets.article_view import MARGIN, ArticleView

OpenDesk = Callable[..., ChiosaApp]
SCHEME = default_scheme()


def a_span(id_: str, start: int, end: int, label: str, status: str = SUGGESTED, score: float = 0.5) -> Span:
    return Span(id_, start, end, label, status, "rule:test", score)


def annotated(*spans: Span, links: tuple[Link, ...] = ()) -> Annotation:
    return Annotation("Lina", next_id=20).with_spans(add=spans).with_links(add=links)


def shape(annotation: Annotation) -> list[tuple[str, str, str]]:
    return [(s.id, s.label, s.status) for s in annotation.spans]


# ---- edits --------------------------------------------------------------------------------------------


def test_a_span_takes_the_place_of_a_rejected_twin() -> None:
    annotation = annotated(a_span("s1", 0, 5, "PER", REJECTED), a_span("s2", 0, 5, "LOC"))
    assert shape(edits.relabel(annotation, "s2", "PER", SCHEME)) == [("s2", "PER", ACCEPTED)]


def test_a_cue_of_two_quotes_stands_until_both_are_rejected() -> None:
    spans = (a_span("q1", 0, 5, "CONTENT"), a_span("q2", 20, 25, "CONTENT"), a_span("c", 10, 15, "CUE"))
    annotation = annotated(*spans, links=(Link("q1", "cue", "c"), Link("q2", "cue", "c")))
    annotation = edits.reject(annotation, "q1")
    assert ("c", "CUE", SUGGESTED) in shape(annotation)
    assert ("c", "CUE", REJECTED) in shape(edits.reject(annotation, "q2"))


def test_entities_may_touch() -> None:
    annotation = annotated(a_span("s1", 0, 5, "PER"), a_span("s2", 10, 15, "LOC"))
    assert edits.add(annotation, 5, 10, "ORG", SCHEME)[1] == "s20"


def test_a_link_from_what_is_no_quote_breaks_a_rule() -> None:
    cues = (a_span("s1", 0, 5, "CUE"), a_span("s2", 10, 15, "CUE"))
    faults = edits.broken_rules(annotated(*cues, links=(Link("s1", "cue", "s2"),)), SCHEME)
    assert faults == ["link cue from s1 to s2 does not join a quote and its cue"]


def mentions(text: str, *spans: Span) -> list[tuple[int, int]]:
    found = edits.other_mentions(annotated(*spans), spans[0], text, SCHEME)
    return [(start, end) for start, end, _ in found]


def test_a_mention_is_a_whole_word() -> None:
    assert mentions("Roma, Romano, aRoma, Roma", a_span("s1", 0, 4, "LOC", ACCEPTED)) == [(21, 25)]


def test_a_mention_on_which_anything_is_decided_is_left_alone() -> None:
    first = a_span("s1", 0, 4, "LOC", ACCEPTED)
    refused, other = a_span("s2", 6, 10, "LOC", REJECTED), a_span("s3", 6, 10, "ORG")
    assert mentions("Roma, Roma", first, refused, other) == []


def test_a_mention_inside_a_rejected_entity_is_free() -> None:
    first = a_span("s1", 0, 4, "LOC", ACCEPTED)
    assert mentions("Roma, AS Roma", first, a_span("s2", 6, 13, "ORG", REJECTED)) == [(9, 13)]
    assert mentions("Roma, AS Roma", first, a_span("s2", 6, 13, "ORG")) == []


def test_undo_puts_a_late_suggestion_out_of_the_way() -> None:
    history = History(annotated(a_span("s1", 0, 10, "PER")))
    history = history.apply("move", edits.move(history.annotation, "s1", 0, 5, SCHEME))
    late = merge(history.annotation, Proposal((a_span("p1", 6, 10, "LOC"),)), SCHEME)
    assert len(late.spans) == 2
    undone = history.absorb(late).undo(SCHEME).annotation
    assert shape(undone) == [("s1", "PER", SUGGESTED)]


def test_an_id_is_not_used_again_after_undo() -> None:
    history = History(annotated())
    changed, first = edits.add(history.annotation, 0, 5, "PER", SCHEME)
    undone = history.apply("add", changed).undo(SCHEME)
    assert edits.add(undone.annotation, 0, 5, "PER", SCHEME)[1] != first


# ---- merging ------------------------------------------------------------------------------------------


def test_suggestions_made_again_keep_their_ids() -> None:
    proposal = Proposal((a_span("p1", 0, 5, "PER"), a_span("p2", 6, 9, "LOC")))
    once = merge(annotated(), proposal, SCHEME)
    assert merge(once, Proposal(proposal.spans[1:]), SCHEME).spans == once.spans[1:]


def test_the_surer_entity_wins_then_the_longer() -> None:
    surer = Proposal((a_span("p1", 0, 9, "ORG", score=0.4), a_span("p2", 5, 12, "PER", score=0.6)))
    assert [s.label for s in merge(annotated(), surer, SCHEME).spans] == ["PER"]
    longer = Proposal((a_span("p1", 0, 9, "ORG"), a_span("p2", 5, 20, "PER")))
    assert [s.label for s in merge(annotated(), longer, SCHEME).spans] == ["PER"]


def test_a_new_quote_is_linked_to_an_accepted_source() -> None:
    proposal = Proposal(
        (a_span("p1", 0, 5, "CONTENT"), a_span("p2", 10, 15, "SOURCE")), (Link("p1", "source", "p2"),)
    )
    merged = merge(annotated(a_span("s1", 10, 15, "SOURCE", ACCEPTED)), proposal, SCHEME)
    assert [(k.kind, k.target) for k in merged.links] == [("source", "s1")]


def test_no_role_is_proposed_over_one_that_an_editor_has_bounded() -> None:
    for label in ("SOURCE", "CUE", "CONTENT"):
        merged = merge(
            annotated(a_span("s1", 0, 9, label, ACCEPTED)), Proposal((a_span("p1", 5, 12, label),)), SCHEME
        )
        assert shape(merged) == [("s1", label, ACCEPTED)]


def test_a_quote_with_an_accepted_source_gets_no_second_one() -> None:
    quote, link = a_span("s1", 0, 5, "CONTENT"), Link("s1", "source", "s2")
    annotation = annotated(quote, a_span("s2", 10, 15, "SOURCE", ACCEPTED), links=(link,))
    other = Proposal((quote, a_span("p2", 20, 25, "SOURCE")), (Link("s1", "source", "p2"),))
    assert merge(annotation, other, SCHEME).links == (link,)


# ---- a text that changes ------------------------------------------------------------------------------


def test_links_are_carried_over() -> None:
    link = Link("s1", "source", "s2")
    annotation = annotated(
        a_span("s1", 0, 6, "CONTENT", ACCEPTED), a_span("s2", 13, 18, "SOURCE", ACCEPTED), links=(link,)
    )
    carried, _, _ = carry_over(annotation, "«Bene», dice Trump.", "Oggi «Bene», dice Trump.", SCHEME)
    assert carried.links == (link,)


SENTENCE = "Questa volta la stessa Roma resta a guardare tutto.\n"
ROMA = SENTENCE.index("Roma")


def test_a_suggestion_never_takes_the_place_of_a_decision_in_a_changed_text() -> None:
    first, second = "Ha vinto Rossi\n", "Bianchi ha perso la partita.\n"
    old, new = first + second + SENTENCE, first + SENTENCE + second
    at = old.index("Roma")
    annotation = annotated(a_span("s1", 9, 22, "MISC"), a_span("s2", at, at + 4, "LOC", ACCEPTED))
    carried, _, misfits = carry_over(annotation, old, new, SCHEME)
    assert ([new[s.start : s.end] for s in carried.spans], misfits) == (["Roma"], [])


def test_a_moved_sentence_that_is_there_twice_is_not_known_again() -> None:
    rest = "Ha vinto Rossi.\nBianchi ha perso la partita.\n"
    annotation = annotated(a_span("s1", ROMA, ROMA + 4, "LOC", ACCEPTED))
    carried, _, misfits = carry_over(annotation, SENTENCE + rest, rest + SENTENCE * 2, SCHEME)
    assert (carried.spans, [m.words for m in misfits]) == ((), ["Roma"])
    carried, _, misfits = carry_over(annotation, SENTENCE + rest, rest + SENTENCE, SCHEME)
    assert ([s.start for s in carried.spans], misfits) == ([len(rest) + ROMA], [])


def test_suggestions_without_a_place_are_no_misfits(adnkronos: Article) -> None:
    start = adnkronos.text.index("Axios")
    suggested = annotated(a_span("s1", start, start + 5, "ORG"))
    changed = adnkronos.text.replace("Axios", "un sito")
    suggested = replace(suggested, suggester="rules@1")
    carried, _, misfits = carry_over(suggested, adnkronos.text, changed, SCHEME)
    assert (carried.spans, misfits) == ((), [])
    assert carried.suggester == "", "the new words are to be looked at"


def _rewrite(store: Store, article: Article, text: str) -> Article:
    article.path.write_text(text, encoding="utf-8")
    changed = load_article(article.path)
    session = store.open(changed)
    session.save(session.loaded.history)
    session.close()
    return changed


def test_each_review_of_a_text_that_changed_is_put_aside(store: Store, adnkronos: Article) -> None:
    texts = [adnkronos.text, adnkronos.text + " Altro.", adnkronos.text, adnkronos.text + " Fine."]
    for text in texts:
        _rewrite(store, adnkronos, text)
    assert len(list(store.path(adnkronos.id).parent.glob("*.previous"))) == 3


def test_misfits_of_two_changes_add_up(store: Store, adnkronos: Article) -> None:
    session = store.open(adnkronos)
    history = session.loaded.history
    for word in ("Axios", "Casa Bianca"):
        start = adnkronos.text.index(word)
        changed, _ = edits.add(history.annotation, start, start + len(word), "ORG", store.scheme)
        history = history.apply("add", changed)
    session.save(history)
    session.close()
    text = adnkronos.text.replace("Axios", "un sito")
    _rewrite(store, adnkronos, text)
    last = _rewrite(store, adnkronos, text.replace("Casa Bianca", "residenza"))
    assert [m.words for m in store.load(last).misfits] == ["Axios", "Casa Bianca"]


# ---- saving -------------------------------------------------------------------------------------------


def test_edits_that_are_incomplete_are_damage(store: Store, adnkronos: Article) -> None:
    session = store.open(adnkronos)
    changed, _ = edits.add(session.loaded.history.annotation, 0, 4, "PER", store.scheme)
    history = session.loaded.history.apply("add", changed)
    session.save(history)
    session.close()
    path = store.path(adnkronos.id)
    path.write_text(path.read_text().replace('"position":1', '"position":2'))
    with pytest.raises(StoreError, match="edits are incomplete"):
        store.load(adnkronos)


def test_after_a_failure_the_latest_edit_is_saved_and_not_the_one_that_failed(
    store: Store, adnkronos: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotations.saver.RETRY", 0.01)
    trying, fail = threading.Event(), threading.Event()

    class FailingOnce(Session):
        def save(self, history: History) -> None:
            if not fail.is_set():
                trying.set()
                fail.wait(10)
                raise OSError("no space")
            super().save(history)

    session = store.open(adnkronos)
    session.__class__ = FailingOnce
    saver = Saver(session)
    older = session.loaded.history
    for start in (0, 5):
        changed, _ = edits.add(older.annotation, start, start + 4, "PER", store.scheme)
        newer = older.apply("add", changed)
        saver.submit(newer)
        assert trying.wait(10)
        older = newer
    fail.set()
    saver.flush()
    assert saver.close() is None
    assert store.load(adnkronos).history == newer


# ---- the list -----------------------------------------------------------------------------------------


def _saved(store: Store, article: Article, state: str, *spans: Span) -> None:
    session = store.open(article)
    session.save(History(replace(annotated(*spans), state=state)))
    session.close()


async def test_the_list_tells_how_far_each_article_is(
    open_desk: OpenDesk, store: Store, adnkronos: Article
) -> None:
    shutil.copy(adnkronos.path, adnkronos.path.with_name("z.txt"))
    spans = (a_span("s1", 0, 4, "PER", ACCEPTED), a_span("s2", 5, 9, "PER"), a_span("s3", 12, 15, "PER"))
    _saved(store, adnkronos, "done", *spans)
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        assert "3 articles, 1 done" in row(app, "#title")
        assert " 1/3  done " in screen.list.render_line(0).text
        assert " -  new " in screen.list.render_line(1).text


async def test_done_goes_on_below_and_round_the_end(open_desk: OpenDesk, folder: Path) -> None:
    shutil.copy(folder / f"{ADNKRONOS}.txt", folder / "z.txt")
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        await pilot.press("G", "enter")
        seen = []
        for _ in range(3):
            review = await settled(pilot)
            seen.append(review.article.id)
            await pilot.press("d", "d")
        assert seen == [screen.entries[i].article.id for i in (2, 0, 1)]  # type: ignore[union-attr]


async def test_done_passes_over_an_article_whose_review_is_damaged(open_desk: OpenDesk, store: Store) -> None:
    path = store.path("askanews-2025-09-04-lisbona")
    path.parent.mkdir(parents=True)
    path.write_text("{")
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("enter")
        await settled(pilot)
        await pilot.press("d", "d")
        await listed(pilot)
        assert "other desks" not in row(app, "#message")


async def test_the_cursor_stays_on_its_article_when_rows_are_added(open_desk: OpenDesk) -> None:
    app = open_desk(model="none")
    async with app.run_test(size=SIZE) as pilot:
        screen = await listed(pilot)
        here = screen.list.current
        screen.list.set_entries(screen.entries[::-1])
        assert screen.list.cursor == 1
        assert screen.list.current == here


# ---- the article on screen ----------------------------------------------------------------------------


async def test_a_span_below_the_window_is_shown_before_it_is_decided(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        await pilot.press("P", "g", "a")
        assert review.history.edits == ()
        assert "once more" in row(app, "#message")


async def test_marking_begins_where_the_editor_looks(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        view = app.screen.query_one(ArticleView)
        await pilot.press("G")
        first, _ = view.visible_offsets
        await pilot.press("v")
        assert review.selection is not None
        assert review.selection[0] >= first > 0


async def test_a_selection_moves_by_lines_in_its_column(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS, model="none")
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        lines = app.screen.query_one(ArticleView).lines
        await pilot.press("slash", *"Zelensky", "enter", "v")
        assert review.selection is not None
        start = review.selection[0]
        await pilot.press("j")
        below = lines.offset(lines.line_of(start) + 1, lines.column(start))
        assert lines.column(start) > 10
        assert review.selection[0] <= below <= review.selection[1]


async def test_a_search_begins_at_the_current_span(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        span = await go_to(pilot, review, "Donald Trump")
        assert "Parigi" in review.article.text[: span.start]
        await pilot.press("slash", *"Parigi", "enter")
        assert review.match is not None
        assert review.match[0] > span.start


async def test_the_mouse_points_at_the_cell_it_is_on(open_desk: OpenDesk) -> None:
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        review = await settled(pilot)
        lines = app.screen.query_one(ArticleView).lines
        span = next(s for s in review.annotation.spans if words(review, s) == "Parigi")
        last = span.end - 1
        await pilot.click("ArticleView", offset=(MARGIN + lines.column(last), lines.line_of(last)))
        assert review.current == span
