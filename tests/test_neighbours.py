"""Where a name goes on beside the words that were decided, and where it does not."""

from __future__ import annotations

import pytest

from annotations import edits
from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Annotation, Span
from annotations.neighbours import goes_on
from annotations.scheme import default_scheme

SCHEME = default_scheme()


def longer(text: str, words: str) -> bool:
    start = text.index(words)
    return goes_on(text, start, start + len(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ha visitato la Trump Tower di New York.", "Trump"),
        ("Oggi Donald Trump ha parlato.", "Trump"),
        ("Donald Trump ha parlato.", "Trump"),
        ("Il ticket Trump-Pence ha vinto.", "Trump"),
        ("Il ticket Trump-Pence ha vinto.", "Pence"),
        ("Lo pubblica Rossi Editore.", "Rossi"),
        ("Ha parlato J. D. Vance.", "Vance"),
        ("Il pontefice Giovanni Paolo II era lì.", "Giovanni Paolo"),
        ("Melania Trump tace. Ieri la first lady Melania sorrideva.", "Trump"),
    ],
)
def test_part_of_a_longer_name(text: str, words: str) -> None:
    assert longer(text, words)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Il presidente Trump ha parlato.", "Trump"),
        ("Secondo il Presidente Trump no.", "Trump"),
        ("Trump e Putin si sono visti.", "Trump"),
        ("Trump e Putin si sono visti.", "Putin"),
        ("Ieri Trump ha parlato.", "Trump"),
        ("Il Trump di ieri.", "Trump"),
        ("Ha detto: «Per Trump è tardi».", "Trump"),
        ("Finisce con Trump. Macron tace.", "Trump"),
        ("Finisce con Trump\nMacron tace.", "Macron"),
        ("Trump, Macron e Starmer.", "Macron"),
        ("Il presidente Usa Trump ha parlato.", "Trump"),
        ("Il presidente Usa Trump ha parlato.", "Usa"),
        ("La segretaria Pd Schlein ha parlato.", "Schlein"),
        ("La macchina di Trump parte ieri sera.", "ieri sera"),
        ("Trump", "Trump"),
    ],
)
def test_a_mention_of_its_own(text: str, words: str) -> None:
    assert not longer(text, words)


def test_what_spans_stand_beside_is_known_to_be_another_name() -> None:
    text = "Trump a Mosca. A Roma Trump ha visto la Trump Tower."
    roma = text.index("Roma")
    decided = Span("s1", 0, 5, "PER", ACCEPTED)
    beside = Span("s2", roma, roma + 4, "LOC", SUGGESTED)

    def mentions(*spans: Span) -> list[int]:
        annotation = Annotation("Lina").with_spans(add=spans)
        return [start for start, _, _ in edits.other_mentions(annotation, decided, text, SCHEME)]

    assert mentions(decided, beside) == [roma + 5]
    tower = text.index("Trump Tower")
    rejected = Span("s3", tower, tower + 11, "ORG", REJECTED)
    assert mentions(decided, beside, rejected) == [roma + 5], "a longer name stays one when it is rejected"


def test_a_date_ends_where_a_name_begins() -> None:
    text = "Lunedì si vota. Lunedì Trump parla."
    decided = Span("s1", 0, 6, "DATE", ACCEPTED)
    annotation = Annotation("Lina", spans=(decided,))
    assert [m[0] for m in edits.other_mentions(annotation, decided, text, SCHEME)] == [16]
