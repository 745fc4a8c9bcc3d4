"""Dates by rules: which words are a day, and which are not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.italian import blank_italian
from annotations.suggesters.dates import suggest_dates
from annotations.suggesters.tokenizing import desk_tokens

NLP = blank_italian()


def dates(text: str) -> list[str]:
    return [text[s.start : s.end] for s in suggest_dates(text, desk_tokens(NLP, text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" date 2025-09-04 (Adnkronos) - Dopo", ["2025-09-04"]),
        ("con Putin in Alaska il 15 agosto e con i leader il 18 agosto", ["15 agosto", "18 agosto"]),
        ("il 15 e il 18 agosto", ["15", "18 agosto"]),
        ("il 3, 4 e 5 maggio 2024", ["3", "4", "5 maggio 2024"]),
        ("dal 4 al 6 settembre", ["4", "6 settembre"]),
        ("dal 28 all'1 ottobre", ["28", "1 ottobre"]),
        ("Parigi, 4 set. (askanews) - La Francia", ["4 set."]),
        ("ROMA, 4 SET - Il governo", ["4 SET"]),
        ("venerdì 5 settembre 2025", ["venerdì 5 settembre 2025"]),
        ("fra mercoledì 3 e giovedì 4 settembre", ["mercoledì 3", "giovedì 4 settembre"]),
        ("a settembre 2025 si vota", ["settembre 2025"]),
        ("la festa del 1° maggio", ["1° maggio"]),
        ("scade il 04/09/2025.", ["04/09/2025"]),
        ("entro l'8 ottobre", ["8 ottobre"]),
        ("dell’11 marzo 2011", ["11 marzo 2011"]),
        ("l'11\nsettembre 2001", ["11\nsettembre 2001"]),
        ("oggi, ieri, domani e venerdì", []),
        ("nel 2024 e nel '68", []),
        ("in settembre, a maggio", []),
        ("vince 3 set a 1, poi 2 mag", []),
        ("alle 10.30, il 40 maggio, 3/4 dei voti", []),
        ("il 5% di maggio e 15 maggiorenni", []),
    ],
)
def test_which_words_are_dates(text: str, expected: list[str]) -> None:
    assert dates(text) == expected


@given(st.text(alphabet="0123456789 /-.,'°eilagostoSETdl\n", max_size=80) | st.text(max_size=60))
def test_any_text_gives_ordered_spans_on_its_tokens(text: str) -> None:
    tokens = desk_tokens(NLP, text)
    found = suggest_dates(text, tokens)
    assert all(tokens.fits(s.start, s.end) and 0 <= s.start < s.end <= len(text) for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
