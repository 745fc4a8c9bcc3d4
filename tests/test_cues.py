"""A cue made whole, from the word that a model saw of it."""

import pytest

from annotations.suggesters.cues import known_before, whole_cue


@pytest.mark.parametrize(
    ("text", "seen", "whole"),
    [
        ("Il Comune ha fatto sapere che «si riapre».", "fatto", "fatto sapere"),
        ("Il Comune fa inoltre notare: «Si riapre».", "notare", "fa inoltre notare"),
        ("Il vescovo ha lanciato un appello: «Fermatevi».", "appello", "lanciato un appello"),
        ("I sindaci rivolgono un nuovo appello: «Aiuto».", "rivolgono", "rivolgono un nuovo appello"),
        ("È la frase pronunciata dal prefetto: «No».", "frase", "pronunciata"),
        ("Sul muro hanno scritto la frase «Basta».", "frase", "scritto"),
        ("Ha risposto ai cronisti con queste parole: «No».", "parole", "risposto"),
        ("Ha risposto. Chiude con queste parole: «No».", "parole", "parole"),
        ("Sono sempre parole sue: «No».", "parole", "parole"),
        ("La frase era chiara: «No».", "frase", "frase"),
        ("Ha detto: «No».", "detto", "detto"),
    ],
)
def test_whole(text: str, seen: str, whole: str) -> None:
    start = text.index(seen)
    assert text[slice(*whole_cue(text, start, start + len(seen)))] == whole


def test_known_before() -> None:
    text = "Dalla procura fanno sapere che «l'indagine prosegue». Ha fatto bene: «Sì»."
    bounds = known_before(text, text.index("«"))
    assert bounds is not None and text[slice(*bounds)] == "fanno sapere"
    assert known_before(text, text.rindex("«")) is None
