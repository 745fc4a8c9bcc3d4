"""The desk's tokens: every edge that an Italian editor wants a span to have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.italian import blank_italian
from annotations.suggesters.tokenizing import LONGEST_RUN, desk_tokens, stretches

NLP = blank_italian()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sostegno all'Ucraina", "Ucraina"),
        ("l'Ucraina", "Ucraina"),
        ("l’Ucraina", "Ucraina"),
        ("fonte dell’Eliseo", "Eliseo"),
        ("Nell'Unione", "Unione"),
        ("vertice Usa-Russia di ieri", "Usa"),
        ("vertice Usa-Russia di ieri", "Russia"),
        ("la Roma–Milano", "Milano"),
        ("accordo Pd-M5S", "M5S"),
        ('una "maggiore flessibilità".', '"maggiore flessibilità"'),
        ("una “maggiore flessibilità”.", "“maggiore flessibilità”"),
        ("una «maggiore flessibilità», dice", "«maggiore flessibilità»"),
        ("dell'«Unità»", "«Unità»"),
        ("dell’“Unità”", "“Unità”"),
        ('detto:"Vado via" e', '"Vado via"'),
        ('a Roma",ha detto', "Roma"),
        ("«Sì»,disse Conte", "«Sì»"),
        ("(Adnkronos) - Dopo", "Adnkronos"),
        ("date 2025-09-04 (Ansa)", "2025-09-04"),
        ("il 04/09/2025 a Roma", "04/09/2025"),
        ("il 1° maggio", "1° maggio"),
        ("con Vauquelin-Darcy.", "Vauquelin-Darcy"),
        ("D'Alema e L'Aquila", "D'Alema"),
        ("D'Alema e L'Aquila", "L'Aquila"),
        ("nel 2024,Roma", "Roma"),
        ("l'ha detto Trump.", "Trump"),
        ("(Sinistra e Ambiente)", "Sinistra e Ambiente"),
        ("Trump\u00a0ha detto", "Trump"),
        ("Zelensky  e\nPutin", "Putin"),
    ],
)
def test_the_span_an_editor_wants_has_its_edges_on_tokens(text: str, wanted: str) -> None:
    start = text.index(wanted)
    assert desk_tokens(NLP, text).fits(start, start + len(wanted))


@given(st.text(max_size=120) | st.text(alphabet="ab\"'«» \n", max_size=400))
def test_tokens_are_ordered_hold_no_white_space_edge_and_leave_nothing_out(text: str) -> None:
    tokens = desk_tokens(NLP, text)
    last = 0
    for start, end in (tokens[i] for i in range(len(tokens))):
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        last = end
    assert not text[last:].strip()


@pytest.mark.parametrize("mark", ['"', "«»", "'", "(", "a,"])
def test_a_run_of_marks_is_cut_like_any_text(mark: str) -> None:
    text = "prima " + mark * 20_000 + " dopo"
    tokens = desk_tokens(NLP, text)
    assert tokens[0] == (0, 5)
    assert tokens[len(tokens) - 1] == (len(text) - 4, len(text))
    assert len(tokens) > 20_000 // LONGEST_RUN


def test_a_long_text_has_the_tokens_of_its_parts() -> None:
    text = "Il vertice Usa-Russia, l'altro giorno. " * 4_000
    tokens = desk_tokens(NLP, text)
    once = desk_tokens(NLP, text[:39])
    assert len(tokens) == len(once) * 4_000
    assert [tokens[i] for i in range(len(once))] == [once[i] for i in range(len(once))]


@given(st.text(alphabet="a \n", max_size=60), st.integers(1, 20))
def test_stretches_cover_a_text_without_gap(text: str, size: int) -> None:
    bounds = list(stretches(text, size))
    assert "".join(text[a:b] for a, b in bounds) == text
    assert all(a < b for a, b in bounds)


def test_a_lone_surrogate_is_no_reason_to_fail() -> None:
    tokens = desk_tokens(NLP, "a \ud800 b")
    assert tokens[len(tokens) - 1] == (4, 5)
