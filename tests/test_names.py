"""Names by rules: what counts as one, where it begins and ends, and what it is."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.italian import blank_italian
from annotations.suggesters.names import suggest_names
from annotations.suggesters.rules import RuleSuggester
from annotations.suggesters.tokenizing import desk_tokens

NLP = blank_italian()
RULES = RuleSuggester()


def names(text: str) -> list[str]:
    found = suggest_names(text, desk_tokens(NLP, text))
    return [f"{text[s.start : s.end]}/{s.label}" for s in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("il sostegno all'Ucraina e l’Italia", ["Ucraina/LOC", "Italia/LOC"]),
        ("dagli Stati Uniti il leader Usa", ["Stati Uniti/LOC", "Usa/LOC"]),
        ("la Nato, l'Onu e la Ue", ["Nato/ORG", "Onu/ORG", "Ue/ORG"]),
        ("la linea da Rosignano-Pisa", ["Rosignano/LOC", "Pisa/LOC"]),
        ("Parigi, 4 set. (askanews) - La Francia dice", ["Parigi/LOC", "askanews/ORG", "Francia/LOC"]),
        ("in aula Carlo Nencini, ma a Nencini non va", ["Carlo Nencini/PER", "Nencini/PER"]),
        ("a Santiago de Compostela e a San Giuliano", ["Santiago de Compostela/LOC", "San Giuliano/LOC"]),
        (
            "il monito a Putin, poi con Putin, tra Zelensky e Putin",
            ["Putin/PER", "Putin/PER", "Zelensky/PER", "Putin/PER"],
        ),
        ("il vertice Usa-Russia di ieri", ["Usa/LOC", "Russia/LOC"]),
        ("con il presidente Emmanuel Macron a Parigi", ["Emmanuel Macron/PER", "Parigi/LOC"]),
        ("il presidente russo Putin tace", ["Putin/PER"]),
        ("vede Donald Trump. Ieri Trump non c'era.", ["Donald Trump/PER", "Trump/PER"]),
        ("il ministero degli Esteri di Mosca", ["ministero degli Esteri/ORG", "Mosca/LOC"]),
        ("una fonte della Casa Bianca e il Cremlino", ["Casa Bianca/ORG", "Cremlino/ORG"]),
        (" date 2025-09-04 (Adnkronos) - Dopo il voto", ["Adnkronos/ORG"]),
        ("(ANSA) - ROMA, 4 settembre - Il voto", ["ANSA/ORG", "ROMA/LOC"]),
        ("oggi Ursula von der Leyen parla", ["Ursula von der Leyen/PER"]),
        ("l'ex premier D'Alema e Luigi Di Maio", ["D'Alema/PER", "Luigi Di Maio/PER"]),
        ("il generale Abdel Fattah al-Sisi", ["Abdel Fattah al-Sisi/PER"]),
        ("il quotidiano ucraino European Pravda", ["European Pravda/ORG"]),
        ("secondo la Banca Popolare di Sondrio", ["Banca Popolare di Sondrio/ORG"]),
        ("il Partito Democratico e la Cgil", ["Partito Democratico/ORG", "Cgil/ORG"]),
        ("in piazza Garibaldi", ["piazza Garibaldi/LOC"]),
        ("nato in Roccasecca, vive a Roccasecca", ["Roccasecca/LOC", "Roccasecca/LOC"]),
        ("nella Corea del Nord e in Arabia Saudita", ["Corea del Nord/LOC", "Arabia Saudita/LOC"]),
        ("Ricercatori britannici al lavoro. Intanto piove. Nessuno sa.", []),
        ("«Domani pioverà», dice. Treni fermi: «Basta»", []),
        ("il Paese e lo Stato, a Settembre e Lunedì", []),
        ("soldati russi e italiani, gli americani", []),
        ("", []),
    ],
)
def test_which_words_are_names(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_capital_at_a_sentence_start_counts_where_the_word_is_a_name_elsewhere() -> None:
    assert names("Zorzi piace. Il pubblico applaude.") == []
    assert names("Zorzi piace. Il pubblico applaude Zorzi.") == ["Zorzi/PER", "Zorzi/PER"]


def test_scores_tell_the_known_from_the_guessed() -> None:
    text = "a Parigi c'era anche Brambilla"
    paris, unknown = suggest_names(text, desk_tokens(NLP, text))
    assert paris.score is not None and unknown.score is not None
    assert 1 >= paris.score >= 0.9 > 0.6 > unknown.score > 0
    assert paris.origin == "rule:names"


WORDS = (
    "il Il la l' dell’ di De von der Roma ROMA Usa - Stati Uniti Banca Mario Rossi presidente ministero "
    ", . « » ( ) D'Alema al Sisi San XVI ANSA è ha Corte dei Nazionale via a in"
)
ITALIAN = st.lists(st.sampled_from([*WORDS.split(" "), "\n", " \n\n "]), max_size=40).map(" ".join)


@settings(deadline=None)
@given(ITALIAN | st.text(max_size=80))
def test_any_text_gives_ordered_spans_on_its_tokens(text: str) -> None:
    tokens = desk_tokens(NLP, text)
    found = suggest_names(text, tokens)
    assert all(tokens.fits(s.start, s.end) and s.end <= len(text) for s in found)
    assert all(s.label in ("PER", "LOC", "ORG", "MISC") and 0 < (s.score or 0) <= 1 for s in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all("\n" not in text[s.start : s.end] for s in found)


@settings(deadline=None)
@given(
    st.lists(ITALIAN | st.sampled_from(["4 maggio", "il 15 e il 18 Agosto", "4 SET -"]), max_size=4).map(
        " ".join
    )
)
def test_entities_of_all_rules_together_never_overlap(text: str) -> None:
    proposal = RULES.suggest(text)
    entities = [s for s in proposal.spans if s.label in ("PER", "LOC", "ORG", "MISC", "DATE")]
    assert all(a.end <= b.start for a, b in pairwise(entities))
    assert len({s.id for s in proposal.spans}) == len(proposal.spans)
