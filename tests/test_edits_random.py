"""Random edits of every kind, one after another: no layer rule is ever broken.

A few seconds of it run in the suite. ``CHIOSA_EDITS=200000 pytest tests/test_edits_random.py -s`` makes that
many edits and says how many there were.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from hostile import ATTACKS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_history import LENGTH, SCHEME, proposals

from annotations import bulk, edits, noting, propagation, quoting, reshaping
from annotations.annotation import STATES, Annotation, Proposal, Span
from annotations.article import Article, make_article
from annotations.errors import ChiosaError
from annotations.history import History
from annotations.suggesters import Suggester
from annotations.suggesters.rules import NoSuggester
from annotations.suggestions import merge
from annotations.tokens import Tokens

WANTED = int(os.environ.get("CHIOSA_EDITS", "6000"))
ROW = 100
"""Edits of one example, one after another."""
NOTES = ("", " vedi \x1b[2J", "\ud800", "nota")
TEXTS = (
    "Ieri Trump ha visto Macron a Parigi. «Bene», ha detto Trump. Macron tace: «No, mai», disse lui. Fine.",
    "No No no No. «Sì» «Sì», dice No. " + ATTACKS["bidi"] + ' «Sì “no” ‘sì’» e "no", secondo No No.\n\nNo.',
    f"a{ATTACKS['tower'][:9]} b\t{ATTACKS['emoji']} «{ATTACKS['csi']}», disse b. b b\u2028b «b b», b.",
)
KINDS = (
    "accept", "reject", "relabel", "move", "token", "add", "delete", "link", "unlink", "words", "all", "some",
    "paragraph", "same", "propose", "plan", "join", "next", "split", "quote", "note", "flag", "state", "undo",
    "redo", "suggest",
)  # fmt: skip
done: Counter[str] = Counter()


@cache
def _suggester() -> Suggester:
    return NoSuggester()


@cache
def _read(number: int) -> tuple[Article, Tokens]:
    text = TEXTS[number].ljust(LENGTH, ".")  # as long as what is proposed
    article = make_article(text, Path(f"x{number}.txt"))
    return article, _suggester().tokens(article.text)


step = st.tuples(
    st.sampled_from(KINDS),
    st.integers(0, 60), st.integers(0, 110), st.integers(0, 110), st.sampled_from(SCHEME.names),
)  # fmt: skip
Step = tuple[str, int, int, int, str]


def changed(annotation: Annotation, step: Step, article: Article, tokens: Tokens) -> Annotation:
    """One edit with any arguments; it may be refused."""
    name, pick, a, b, label = step
    text = article.text
    start, end = sorted((a % (len(text) + 1), b % (len(text) + 1)))
    match name:
        case "all":
            return edits.accept_all(annotation, SCHEME)
        case "some":
            return bulk.accept_some(annotation, bulk.Some(label if pick % 2 else None, pick / 60))
        case "paragraph":
            return bulk.accept_some(annotation, bulk.Some(within=bulk.paragraph_at(text, start)))
        case "state":
            return edits.set_state(annotation, STATES[pick % 3])
        case "add":
            return edits.add(annotation, start, end, label, SCHEME)[0]
        case "quote":
            found = quoting.quote_at(text, start) or quoting.quote_around(text, start, end)
            found = tokens.snap(*found) if found else None
            return quoting.add_quote(annotation, found, text, tokens, SCHEME)[0] if found else annotation
        case "note" if pick % 7 == 0:
            return noting.set_note(annotation, "", NOTES[a % 4])
    if not annotation.spans:
        return annotation
    span = annotation.spans[pick % len(annotation.spans)]
    other = annotation.spans[a % len(annotation.spans)]
    match name:
        case "accept":
            return edits.accept(annotation, span.id, SCHEME)
        case "reject":
            return edits.reject(annotation, span.id)
        case "relabel":
            return edits.relabel(annotation, span.id, label, SCHEME)
        case "move":
            return edits.move(annotation, span.id, start, end, SCHEME)
        case "token":
            return edits.move(annotation, span.id, span.start, tokens.end_after(span.end) or span.end, SCHEME)
        case "delete":
            return edits.delete(annotation, span.id)
        case "link":
            kind = ("cue", "source")[b % 2]
            return edits.link(annotation, span.id, kind, other.id, SCHEME)
        case "unlink":
            return edits.link(annotation, span.id, ("cue", "source")[b % 2], None, SCHEME)
        case "words":
            return edits.link_words(annotation, span.id, ("cue", "source")[b % 2], start, end, SCHEME)
        case "same":
            return edits.same_decision(annotation, span.id, text, SCHEME, tokens if b % 2 else None)
        case "propose":
            return propagation.propose_mentions(annotation, span.id, text, SCHEME, tokens if b % 2 else None)
        case "plan":
            words = text[span.start : span.end]
            plan = propagation.plan(
                [article], lambda _: annotation, words, span, SCHEME, None, bool(b % 2), bool(a % 2)
            )
            # what was planned comes late: the editor has been somewhere else since
            late = edits.reject(annotation, other.id) if b % 3 == 0 else annotation
            changes = [change for change in plan if isinstance(change, propagation.Change)]
            return propagation.applied(late, changes, SCHEME)
        case "join":
            return reshaping.join(annotation, span.id, other.id, SCHEME)
        case "next":
            following = reshaping.next_of_layer(annotation, span, SCHEME)
            return reshaping.join(annotation, span.id, following.id, SCHEME) if following else annotation
        case "split":
            return reshaping.split(annotation, span.id, start, end, SCHEME)[0]
        case "note":
            return noting.set_note(annotation, span.id, NOTES[a % 4])
        case _:
            return noting.toggle_flag(annotation, span.id if pick % 5 else "")


def taken(history: History, step: Step, article: Article, tokens: Tokens, late: Proposal) -> History:
    match step[0]:
        case "undo":
            return history.undo(SCHEME)
        case "redo":
            return history.redo(SCHEME)
        case "suggest":
            return history.absorb(merge(history.annotation, late, SCHEME, f"late@{step[1]}"))
    try:
        return history.apply(step[0], changed(history.annotation, step, article, tokens))
    except ChiosaError:
        done["refused"] += 1
        return history


@settings(
    max_examples=max(1, WANTED // ROW), deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(st.integers(0, len(TEXTS) - 1), proposals(), proposals(), st.lists(step, min_size=ROW, max_size=ROW))
def test_no_edit_breaks_a_rule(number: int, first: Proposal, late: Proposal, row: list[Step]) -> None:
    article, tokens = _read(number)
    length = len(article.text)
    history = History(merge(Annotation("Lina"), first, SCHEME, "first@1"))
    for taking in row:
        before = history
        history = taken(history, taking, article, tokens, late)
        annotation = history.annotation
        done[taking[0]] += 1
        assert edits.broken_rules(annotation, SCHEME, length) == [], taking
        assert list(annotation.spans) == sorted(annotation.spans, key=lambda s: s.order), taking
        twins = Counter((s.start, s.end, s.label) for s in annotation.spans)
        assert max(twins.values(), default=1) == 1, f"{taking}: the same span twice"
        targets = {note.target for note in annotation.notes}
        assert len(targets) == len(annotation.notes) and targets <= {"", *(s.id for s in annotation.spans)}
        assert annotation.next_id >= before.annotation.next_id


def test_as_many_edits_as_were_wanted() -> None:
    made = sum(done.values()) - done["refused"]
    print(f"\n{made:,} edits, {done['refused']:,} of them refused: {dict(done)}")
    assert made >= WANTED * 0.9


def test_the_same_decision_in_one_go_is_that_of_one_by_one() -> None:
    """Thousands of mentions are decided at once; one after another they come out the same."""
    text = "No dice «Sì». " * 40
    annotation = Annotation("Lina")
    for n in range(40):
        annotation, _ = edits.add(annotation, 14 * n, 14 * n + 2, "PER" if n % 3 else "LOC", SCHEME)
    undecided = tuple(
        Span(s.id, s.start, s.end, s.label, "suggested", "rule:x") for s in annotation.spans if s.start % 4
    )
    annotation = annotation.with_spans([s.id for s in annotation.spans], undecided)
    first = annotation.spans[0]
    at_once = edits.same_decision(annotation, first.id, text, SCHEME)
    slowly = edits.accept(annotation, first.id, SCHEME)
    for start, end, there in edits.other_mentions(annotation, first, text, SCHEME):
        if there is None:
            slowly, _ = edits.add(slowly, start, end, first.label, SCHEME)
        else:
            slowly = edits.relabel(slowly, there.id, first.label, SCHEME)
    assert at_once == slowly


def test_the_parts_of_a_rejected_span_do_not_come_back_over_another() -> None:
    """Found by the random edits: each part is accepted, so there must be room for it."""
    spans = (
        Span("s1", 0, 10, "PER", "rejected", "rule:x"),
        Span("s2", 5, 12, "LOC", "accepted", "rule:x"),
    )
    with pytest.raises(edits.Collision):
        reshaping.split(Annotation("Lina", spans=spans), "s1", 4, 5, SCHEME)


@given(st.text("ab_ «»è", max_size=4), st.integers(1, 90), st.text("ab_ «»è", max_size=40))
def test_long_words_are_found_where_short_ones_would_be(piece: str, times: int, text: str) -> None:
    words = (piece or "«a b»") * times
    text = f"{words} {text}{words}{words} _{words} {words}"
    pattern = re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)
    assert list(edits._places(text, words)) == [match.span() for match in pattern]
