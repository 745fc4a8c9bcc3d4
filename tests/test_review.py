"""The review by itself: walking, offers, selections, searching, choosing, and how spans look."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key

from annotations import edits
from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Annotation, Link, Proposal, Span
from annotations.article import make_article
from annotations.history import History
from annotations.scheme import default_scheme
from annotations.tokens import Tokens
from tui import styles
from tui.candidates import candidates
from tui.modes import Mode
from tui.modes.choose import ChooseMode
from tui.modes.search import SearchMode
from tui.review import Review
from tui.widgets import bars

SCHEME = default_scheme()
TEXT = "Trump vede Macron a Roma. «Bene, Roma», ha detto Trump, lui. Roma tace giovedì."
WHERE = {
    "trump": ("Trump", "PER", 1),
    "macron": ("Macron", "PER", 1),
    "roma": ("Roma", "LOC", 1),
    "quote": ("«Bene, Roma»", "CONTENT", 1),
    "inside": ("Roma", "LOC", 2),
    "cue": ("detto", "CUE", 1),
    "speaker": ("Trump", "PER", 2),
    "source": ("Trump", "SOURCE", 2),
    "last": ("Roma", "LOC", 3),
    "day": ("giovedì", "DATE", 1),
}
LINKS = (Link("quote", "cue", "cue"), Link("quote", "source", "source"))


def a_span(name: str, status: str = SUGGESTED, text: str = TEXT) -> Span:
    words, label, nth = WHERE[name]
    start = [m.start() for m in re.finditer(re.escape(words), text)][nth - 1]
    return Span(name, start, start + len(words), label, status, "rule:test")


def reviewing(text: str = TEXT, links: tuple[Link, ...] = (), **statuses: str) -> Review:
    """A review of spans given by name and status."""
    spans = [a_span(name, status, text) for name, status in statuses.items()]
    annotation = Annotation("Lina").with_spans(add=spans).with_links(add=links)
    review = Review(make_article(text, Path("a.txt")), History(annotation), SCHEME)
    review.tokens = Tokens(m.span() for m in re.finditer(r"\w+|[^\w\s]", text))
    return review


def selected(review: Review) -> str:
    assert review.selection is not None
    return review.article.text[slice(*review.selection)]


def searching(review: Review, origin: int, last: str = "") -> SearchMode:
    window: Any = Window(0, len(TEXT))
    return SearchMode(review, window, {}, origin, last)


def press(mode: Mode, *keys: str) -> None:
    for key in keys:
        mode.key(Key(key, key if len(key) == 1 else None))


# ---- walking ------------------------------------------------------------------------------------------


def test_the_only_span_to_decide_is_the_next_one_again() -> None:
    review = reviewing(trump=ACCEPTED, macron=SUGGESTED, roma=REJECTED)
    review.next_to_decide()
    assert (review.current_id, review.message) == ("macron", "")


def test_from_a_place_without_a_span_to_its_neighbours() -> None:
    for step, neighbour in ((1, "roma"), (-1, "macron")):
        review = reviewing(trump=SUGGESTED, macron=SUGGESTED, roma=SUGGESTED)
        assert review.search("vede", 0) and review.current is None
        review.search(" a ", 0)
        review.next_span(step)
        assert review.current_id == neighbour


def test_a_review_goes_on_after_its_last_edit() -> None:
    review = reviewing(trump=SUGGESTED, macron=SUGGESTED, roma=SUGGESTED, last=SUGGESTED)
    review.go_to("macron")
    review.accept()
    assert Review(review.article, review.history, SCHEME).current_id == "roma"


def test_a_review_with_nothing_left_opens_on_its_first_span() -> None:
    assert reviewing(trump=ACCEPTED, roma=ACCEPTED).current_id == "trump"


def test_a_refused_decision_stays_where_it_is() -> None:
    review = reviewing(trump=SUGGESTED, roma=SUGGESTED)
    changed, _ = edits.add(edits.reject(review.annotation, "trump"), 0, 10, "ORG", SCHEME)
    review.history = review.history.apply("add", changed)
    review.go_to("trump")
    review.accept()
    assert review.current_id == "trump"
    assert "collides with ORG «Trump vede»" in review.message


def test_suggestions_that_come_late_leave_the_editor_where_they_were() -> None:
    review = reviewing(trump=SUGGESTED, roma=ACCEPTED)
    review.go_to("roma")
    review.merge("rules@2", Proposal((a_span("trump"), a_span("last"))))
    assert review.current_id == "roma"


# ---- the offer of the same decision -------------------------------------------------------------------


def test_an_offer_holds_until_the_editor_goes_elsewhere() -> None:
    review = reviewing(macron=SUGGESTED, roma=SUGGESTED, last=SUGGESTED, day=SUGGESTED)
    review.go_to("roma")
    review.accept()
    assert review.offer == "roma"
    review.next_span()
    review.same_decision()
    assert review.annotation.find("last") == a_span("last"), "t is about the day now"
    assert review.annotation.find("day") == a_span("day", ACCEPTED)


@pytest.mark.parametrize("key", ["move", "undo"])
def test_another_edit_ends_the_offer(key: str) -> None:
    review = reviewing(macron=SUGGESTED, roma=SUGGESTED, day=SUGGESTED)
    review.go_to("roma")
    review.accept()
    assert review.offer == "roma"
    if key == "move":
        review.move("start", -1)
    else:
        review.undo()
    assert review.offer is None


def test_the_same_decision_goes_on_to_what_is_left() -> None:
    review = reviewing(roma=SUGGESTED, inside=SUGGESTED, last=SUGGESTED, day=SUGGESTED)
    review.same_decision()
    assert review.undecided == 1
    assert review.current_id == "day"
    assert review.message == "«Roma» accepted, and 2 more mentions"


# ---- undo ---------------------------------------------------------------------------------------------


def test_undo_and_redo_go_to_what_they_change() -> None:
    review = reviewing(trump=SUGGESTED, macron=SUGGESTED, roma=SUGGESTED)
    review.accept()
    review.next_span()
    for action in (review.undo, review.redo):
        action()
        assert review.current_id == "trump"
        review.go_to("roma")


# ---- searching ----------------------------------------------------------------------------------------


def test_a_search_goes_round_the_end() -> None:
    review = reviewing(trump=SUGGESTED)
    assert review.search("vede", len(TEXT) - 3)
    assert review.match == (6, 10)
    assert not review.search("Putin", 3)


def test_a_search_keeps_its_offsets_where_letters_grow_when_folded() -> None:
    text = "Straße, Straße e Trump."
    review = reviewing(text=text, trump=SUGGESTED)
    review.search("trump", 0)
    assert review.current_id == "trump"
    assert text[slice(*review.match or (0, 0))] == "Trump"


def test_a_search_finds_the_innermost_span_that_stands() -> None:
    review = reviewing(quote=SUGGESTED, inside=SUGGESTED)
    review.search("Roma»", 0)
    assert review.current_id == "inside"
    review = reviewing(quote=SUGGESTED, inside=REJECTED)
    review.search("Roma»", 0)
    assert review.current_id == "quote"
    review = reviewing(trump=SUGGESTED, macron=REJECTED)
    review.search("Macron", 0)
    assert review.current is None


def test_escape_from_a_search_goes_back_and_enter_on_nothing_searches_on() -> None:
    review = reviewing(trump=SUGGESTED, roma=SUGGESTED, last=SUGGESTED)
    press(searching(review, 0), *"tace", "escape")
    assert (review.current_id, review.match) == ("trump", None)
    press(searching(review, a_span("roma").end, "roma"), "enter")
    assert review.match == (a_span("inside").start, a_span("inside").end)


# ---- marking ------------------------------------------------------------------------------------------


def test_the_selection_moves_on_from_its_own_edge() -> None:
    review = reviewing()
    review.select(0)
    review.move("end", 1)
    review.shift_selection(1)
    assert selected(review) == "Macron"
    review.move("start", -1)
    review.shift_selection(-1)
    assert selected(review) == "Trump"


def test_the_selection_stops_at_both_ends_of_the_text() -> None:
    review = reviewing()
    review.select(0)
    review.shift_selection(-1)
    assert selected(review) == "Trump"
    review.select(len(TEXT))
    review.shift_selection(1)
    assert selected(review) == "."


def test_the_selection_keeps_a_word() -> None:
    review = reviewing()
    review.select(a_span("macron").start)
    review.move("end", -1)
    assert selected(review) == "Macron"
    review.move("start", 1)
    assert selected(review) == "Macron"
    review.select_at(TEXT.index(", lui"))
    review.move("end", -1)
    assert selected(review) == ",", "no blank stands between it and the word before"


def test_marking_what_is_marked_already_goes_there_and_edits_nothing() -> None:
    review = reviewing(trump=SUGGESTED, macron=ACCEPTED)
    before = review.history
    review.select(a_span("macron").start)
    review.set_label("1")
    assert (review.current_id, review.selection, review.message) == ("macron", None, "it is PER already")
    assert review.history is before


def test_the_mouse_finds_the_innermost_span_that_stands() -> None:
    review = reviewing(quote=SUGGESTED, inside=REJECTED, roma=REJECTED)
    assert review.span_at(a_span("inside").start) == a_span("quote")
    assert review.span_at(a_span("roma").start) == a_span("roma", REJECTED)
    assert review.span_at(a_span("macron").start) is None


# ---- done ---------------------------------------------------------------------------------------------


def test_an_article_without_spans_is_done_only_when_confirmed() -> None:
    review = reviewing()
    assert not review.done()
    assert "nothing is marked" in review.message
    assert review.done(confirmed=True)
    assert review.annotation.state == "done"


# ---- quotes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["quote", "cue", "source", "speaker", "inside"])
def test_each_part_of_a_quote_leads_to_it(at: str) -> None:
    parts = dict.fromkeys(("trump", "quote", "inside", "cue", "speaker", "source"), SUGGESTED)
    review = reviewing(links=LINKS, **parts)
    review.go_to(at)
    assert review.quote("source") == a_span("quote")


def test_a_name_that_reports_nothing_leads_to_no_quote() -> None:
    review = reviewing(links=LINKS, trump=SUGGESTED, quote=SUGGESTED, cue=SUGGESTED, source=SUGGESTED)
    assert review.quote("source") is None
    assert "go to a quote first" in review.message


def found(review: Review, kind: str) -> list[str]:
    quote = review.annotation.find("quote")
    assert quote is not None
    return [review.article.text[c.start : c.end] for c in candidates(review, kind, quote)]


def test_sources_are_names_and_pronouns_outside_the_quote_the_nearest_first() -> None:
    names = ("trump", "macron", "roma", "quote", "inside", "speaker", "last", "day")
    review = reviewing(**dict.fromkeys(names, SUGGESTED))
    assert found(review, "source") == ["Roma", "Macron", "Trump", "lui", "Trump", "Roma"]
    assert "Macron" not in found(reviewing(macron=REJECTED, quote=SUGGESTED), "source")


def test_cues_are_reporting_verbs_before_other_words() -> None:
    words = found(reviewing(quote=SUGGESTED, macron=SUGGESTED, roma=SUGGESTED), "cue")
    assert words[0] == "detto"
    assert {"vede", "tace"} <= set(words)
    assert not {"Macron", "Bene"} & set(words)
    text = TEXT.replace(", ha detto", " sottovoce, come detto da")
    assert found(reviewing(text, quote=SUGGESTED), "cue")[:2] == ["detto", "sottovoce"]


def test_of_two_candidates_that_begin_together_the_longer_is_offered() -> None:
    review = reviewing(quote=SUGGESTED, speaker=SUGGESTED)
    longer = Span(
        "more", a_span("speaker").start, a_span("speaker").end + 5, "SOURCE", SUGGESTED, "rule:test"
    )
    review.history = review.history.absorb(review.annotation.with_spans(add=[longer]))
    assert "Trump, lui" in found(review, "source")
    assert "Trump" not in found(review, "source")


class Window:
    """What a mode needs to know of the view: the stretch on screen."""

    def __init__(self, first: int, last: int) -> None:
        self.visible_offsets = (first, last)


def choosing(review: Review, first: int = 0, last: int = len(TEXT), kind: str = "source") -> ChooseMode:
    window: Any = Window(first, last)
    return ChooseMode(review, window, {}, kind, a_span("quote"))


def test_the_present_source_has_a_star() -> None:
    review = reviewing(links=LINKS[1:], macron=SUGGESTED, quote=SUGGESTED, source=SUGGESTED)
    prompt = choosing(review).prompt()
    assert re.search(r"\d\* Trump", prompt)
    assert re.search(r"\d Macron", prompt)


def test_a_cue_is_chosen_from_what_is_on_screen() -> None:
    review = reviewing(macron=SUGGESTED, quote=SUGGESTED, speaker=SUGGESTED)
    quote = a_span("quote")
    mode = choosing(review, quote.start, quote.end, "cue")
    assert mode.tags == {}
    assert "no cue in sight" in mode.prompt()


def test_a_source_out_of_sight_is_offered_after_those_on_screen() -> None:
    review = reviewing(macron=SUGGESTED, quote=SUGGESTED, speaker=SUGGESTED)
    mode = choosing(review, 0, a_span("quote").end)
    assert list(mode.tags)[:2] == [a_span("macron").start, a_span("speaker").start]
    assert mode.key(Key("9", "9")) is None, "no such candidate"
    assert mode.key(Key("2", "2")) is False
    assert [s.start for s in review.annotation.linked("quote", "source")] == [a_span("speaker").start]


# ---- how spans look -----------------------------------------------------------------------------------


def test_the_margin_is_broken_while_one_quote_is_undecided() -> None:
    signs = {
        (): " ",
        (REJECTED,): " ",
        (ACCEPTED,): "│",
        (ACCEPTED, REJECTED): "│",
        (SUGGESTED,): "¦",
        (ACCEPTED, SUGGESTED): "¦",
    }
    for statuses, sign in signs.items():
        assert styles.margin_sign([a_span("quote", status) for status in statuses]) == sign


def test_status_is_told_without_colour() -> None:
    looks = {
        status: styles.stretch_style([a_span("trump", status)], None, SCHEME)
        for status in (SUGGESTED, ACCEPTED, REJECTED)
    }
    assert (looks[SUGGESTED].underline, looks[SUGGESTED].bold) == (True, False)
    assert (looks[ACCEPTED].underline, looks[ACCEPTED].bold) == (False, True)
    assert looks[REJECTED] == styles.PLAIN
    current = styles.stretch_style([a_span("trump", REJECTED)], "trump", SCHEME)
    assert (current.strike, current.reverse) == (True, True)


def test_an_entity_is_seen_in_a_quote_and_over_a_source() -> None:
    colours = {label.name: label.colour for label in SCHEME.labels}

    def colour(*spans: Span, current: str | None = None) -> str:
        style = styles.stretch_style(spans, current, SCHEME)
        assert style.color is not None
        return style.color.name

    quote, inside = a_span("quote"), a_span("inside")
    assert colour(quote, inside) == colours["LOC"]
    assert colour(quote, inside, current="quote") == colours["LOC"]
    assert colour(quote, current="quote") == colours["CONTENT"]
    assert colour(a_span("speaker"), a_span("source")) == colours["PER"]
    assert colour(a_span("speaker"), a_span("source"), current="source") == colours["SOURCE"]


def test_of_two_quotes_the_inner_gives_its_look() -> None:
    outer = Span("outer", 0, len(TEXT), "CONTENT", ACCEPTED, "rule:test")
    assert styles.stretch_style([outer, a_span("quote")], None, SCHEME).underline is True


def test_an_accepted_quote_is_not_bold_until_it_is_current() -> None:
    quote = [a_span("quote", ACCEPTED)]
    assert styles.stretch_style(quote, None, SCHEME).bold is False
    assert styles.stretch_style(quote, "quote", SCHEME).bold is True


# ---- the rows -----------------------------------------------------------------------------------------


def test_a_cue_names_its_quote() -> None:
    review = reviewing(links=LINKS, quote=SUGGESTED, cue=SUGGESTED, source=SUGGESTED)
    review.go_to("cue")
    assert "".join(s.text for s in bars.roles_row(review, 80)) == " CUE of «Bene, Roma»"


def test_a_notice_takes_the_place_of_the_state() -> None:
    review = reviewing(trump=ACCEPTED, macron=SUGGESTED)
    assert "1 of 2 decided · new" in bars.title_row(review, 80)[0].text
    assert "1 of 2 decided · read only" in bars.title_row(review, 80, "read only")[0].text


def test_marking_a_rejected_suggestion_again_is_about_that_span() -> None:
    r = reviewing(trump=REJECTED, macron=SUGGESTED)
    r.select(0)
    r.set_label("1")
    assert r.history.edits[-1].focus == "trump"
    r.undo()
    assert r.current_id == "trump"
