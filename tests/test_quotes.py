"""Quotes by rules: which stretches are in marks, and who is said to have said them."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.annotation import Proposal
from annotations.italian import blank_italian
from annotations.suggesters.quotes import suggest_quotes
from annotations.suggesters.rules import RuleSuggester
from annotations.suggesters.tokenizing import desk_tokens

NLP = blank_italian()


def propose(text: str) -> Proposal:
    return suggest_quotes(text, desk_tokens(NLP, text))


def contents(text: str) -> list[str]:
    spans = sorted(propose(text).spans, key=lambda s: s.order)
    return [text[s.start : s.end] for s in spans if s.label == "CONTENT"]


def reports(text: str) -> list[tuple[str | None, str | None]]:
    proposal = propose(text)
    words = {s.id: text[s.start : s.end] for s in proposal.spans}
    found = []
    for span in sorted(proposal.spans, key=lambda s: s.order):
        if span.label == "CONTENT":
            roles = {k.kind: words[k.target] for k in proposal.links if k.content == span.id}
            found.append((roles.get("cue"), roles.get("source")))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('disse "sì" e poi "no"', ['"sì"', '"no"']),
        ("«Vado», disse", ["«Vado»"]),
        ("“Vado”, disse", ["“Vado”"]),
        ("„Vado“ e „resto”, disse", ["„Vado“", "„resto”"]),
        ("‘Vado a casa’, disse", ["‘Vado a casa’"]),
        ("'Vado a casa', disse", ["'Vado a casa'"]),
        ("‹Vado›, disse", ["‹Vado›"]),
        ("«Ha detto “vado” a tutti»", ["«Ha detto “vado” a tutti»"]),
        ("\"Ha detto 'vado' a tutti\"", ["\"Ha detto 'vado' a tutti\""]),
        ('"Ha detto "vado" a tutti"', ['"Ha detto "vado" a tutti"']),
        ("«uno «due» tre»", ["«uno «due» tre»"]),
        ("«Vado a casa e non torno.\n\nFuori piove.", ["«Vado a casa e non torno."]),
        ('Dice: "Vado a casa.\n\nFuori piove.', ['"Vado a casa.']),
        ("«Primo.\n\n«Secondo», disse.", ["«Primo.\n\n«Secondo»"]),
        ('"Primo.\n\n"Secondo", disse. "Terzo"', ['"Primo.\n\n"Secondo"', '"Terzo"']),
        ("«Primo.\n\nSecondo», disse.", ["«Primo.\n\nSecondo»"]),
        ("«Primo.\n\n»Secondo», disse.", ["«Primo.\n\n»Secondo»"]),
        ("Primo» e secondo” senza inizio", ["Primo»"]),
        ("Fine d'un discorso.\n\nChe voglia di andare.» Poi tace.", ["Che voglia di andare.»"]),
        ("Ha detto: Vado a Roma», e va", ["Vado a Roma»"]),
        ("Un tubo da 5” e uno da 3”", []),
        ("«Vado\", dice lui", ["«Vado\""]),
        ('"Vado», dice lui', ['"Vado»']),
        ("l'ex dell’Eliseo, un po' e un po’ del '68 e del ’77, D'Alema", []),
        ("la 'ndrangheta è qui', disse", []),
        ("la 'ndrangheta e l'uomo, un po' di tutto", []),
        ("‘Un po’ di tutto’, disse", ["‘Un po’ di tutto’"]),
        ("dell'«Unità» e dell’“Espresso”", ["«Unità»", "“Espresso”"]),
        ('l\'"Unità" di ieri', ['"Unità"']),
        ('ha detto:"Vado a Roma",ha aggiunto', ['"Vado a Roma"']),
        ('(“Vado”) e ["resto"]', ["“Vado”", '"resto"']),
        ('"Il guasto è stato qui. Dice una nota. "Mancavano i pezzi" ha detto.',
         ['"Il guasto è stato qui. Dice una nota.', '"Mancavano i pezzi"']),
        ('""', []),
        ("«»", []),
    ],
)  # fmt: skip
def test_which_stretches_are_in_marks(text: str, expected: list[str]) -> None:
    assert contents(text) == expected


@pytest.mark.parametrize(
    ("text", "cue", "source"),
    [
        ('"Lui sa bene", ha dichiarato Trump dallo Studio Ovale.', "dichiarato", "Trump"),
        ("«Basta così», spiega il sindaco di Roma.", "spiega", "sindaco di Roma"),
        ('"È inaccettabile", ha affermato la portavoce del ministero Maria Zakharova durante un forum.',
         "affermato", "portavoce del ministero Maria Zakharova"),
        ('Truppe "in nessun formato", ha ribadito intanto oggi il ministero degli Esteri di Mosca in vista.',
         "ribadito", "ministero degli Esteri di Mosca"),
        ("Macron ha detto: «Siamo pronti».", "detto", "Macron"),
        ("Il premier Conte spiegava che «non c'è fretta».", "spiegava", "premier Conte"),
        ("«Sì», ha risposto lei.", "risposto", "lei"),
        ("Secondo Axios, il piano “è pronto da mesi”.", "Secondo", "Axios"),
        ("«Il piano è pronto», secondo Axios.", "secondo", "Axios"),
        ("Secondo quanto ha riferito il quotidiano European Pravda, sono \"pronti a darle\".",
         "riferito", "quotidiano European Pravda"),
        ("«Confermiamo tutto», si legge in una nota.", "legge", None),
        ("Per Salvini, «da domani si lavora».", "Per", "Salvini"),
        ("una fonte della Casa Bianca l'ha descritta come una \"maggiore flessibilità\".",
         "descritta", "fonte della Casa Bianca"),
        ("«Vado», ha aggiunto l'assessora all'Urbanistica, Rosalba Fantacci.",
         "aggiunto", "assessora all'Urbanistica, Rosalba Fantacci"),
        ("Il cartello: «Il mare non si vota».", None, None),
        ('La "dottrina Monroe" torna di moda.', None, None),
    ],
)  # fmt: skip
def test_cue_and_source(text: str, cue: str | None, source: str | None) -> None:
    assert reports(text) == [(cue, source)]


def test_a_broken_quote_shares_cue_and_source() -> None:
    text = "“Chi taglia un cavo”, ha proseguito lui, “spegne un ospedale”."
    assert reports(text) == [("proseguito", "lui")] * 2
    assert len([s for s in propose(text).spans if s.label != "CONTENT"]) == 2


def test_a_report_between_dashes_breaks_a_quote_in_two() -> None:
    text = "«Vado a Roma - ha detto Conte ieri -, poi torno»"
    assert contents(text) == ["«Vado a Roma", "poi torno»"]
    assert reports(text) == [("detto", "Conte")] * 2
    assert contents("«Vado - se posso - a Roma»") == ["«Vado - se posso - a Roma»"]


def test_a_report_does_not_reach_into_the_next_sentence() -> None:
    assert reports("Ha detto Conte. Poi la folla: «Evviva evviva».") == [(None, None)]


def test_scores_tell_reported_words_from_scare_quotes() -> None:
    scores = [s.score for s in propose('Il "bello" deve venire. «Andiamo a casa», ha detto Conte.').spans]
    scare, quote = scores[0], scores[1]
    assert scare is not None and quote is not None and scare <= 0.3 and quote >= 0.9


MARKED = st.lists(
    st.sampled_from(["«", "»", '"', "“", "”", "„", "‘", "’", "'", "‹", "›", " ", "\n\n", "\n",
                     ". ", ", ", ": ",
                     "ha detto", "Conte", "l'", "secondo", "po'", "'68", "che", "Il", "per", "-", "(", ")"]),
    max_size=40,
).map("".join)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(MARKED | st.text(max_size=80))
def test_any_text_gives_spans_on_its_tokens_and_links_between_them(text: str) -> None:
    tokens = desk_tokens(NLP, text)
    proposal = suggest_quotes(text, tokens)
    by_id = {s.id: s for s in proposal.spans}
    assert len(by_id) == len(proposal.spans)
    assert all(tokens.fits(s.start, s.end) and 0 <= s.start < s.end <= len(text) for s in proposal.spans)
    for link in proposal.links:
        assert by_id[link.content].label == "CONTENT"
        assert by_id[link.target].label == {"cue": "CUE", "source": "SOURCE"}[link.kind]


@pytest.mark.parametrize(
    "text",
    ['"' * 100_000, "«»" * 50_000, '"a" ' * 25_000, "« " * 50_000 + '" ' * 50_000, "'" * 50_000,
     "«a\n\n" * 20_000,
     "il presidente Macron ha detto a Roma " * 15_000],
    ids=["straight", "guillemets", "pairs", "unclosed", "apostrophes", "reopened", "one line"],
)  # fmt: skip
def test_time_grows_with_the_length_and_not_with_its_square(text: str) -> None:
    suggester = RuleSuggester()
    begun = time.process_time()
    suggester.suggest(text)
    assert time.process_time() - begun < 10
