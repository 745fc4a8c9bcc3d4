"""What belongs to what, given a sentence's quotes, cues and sources."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.suggesters.linking import Linker

MARKED = re.compile(r"«[^»]*»|\[([^]]*)\]|<([^>]*)>")


def links(marked: str) -> list[tuple[str | None, str | None]]:
    """Cue and source of each quote of a text with its [cues] and <sources> marked."""
    text, quotes, cues, sources, at = "", [], [], [], 0
    for match in MARKED.finditer(marked):
        text += marked[at : match.start()]
        words = match[0] if match[0].startswith("«") else match[0][1:-1]
        kind = quotes if match[0].startswith("«") else cues if match[0].startswith("[") else sources
        kind.append((len(text), len(text) + len(words)))
        text += words
        at = match.end()
    text += marked[at:]
    linker = Linker(text, quotes, cues, sources)
    found = [linker.link(*quote) for quote in quotes]
    return [tuple(text[slice(*b)] if b else None for b in (f.cue, f.source)) for f in found]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("«Vado», ha [detto] <Conte>.", [("detto", "Conte")]),
        ("<Conte> ha [detto]: «Vado». Poi <Rossi> ha [risposto]: «Resto».",
         [("detto", "Conte"), ("risposto", "Rossi")]),
        ("«Vado. E non torno», [spiega] <Conte>.", [("spiega", "Conte")]),
        ("«Uno», ha [proseguito] <lui>, «due».", [("proseguito", "lui")] * 2),
        ("<Conte> ha [definito] il piano «folle» e «sbagliato».", [("definito", "Conte")] * 2),
        ("<Conte> ha [detto] «vado», [aggiungendo] che «non torno».",
         [("detto", "Conte"), ("aggiungendo", "Conte")]),
        ("È tornato <Conte>:\n\n«Vado».", [(None, "Conte")]),
        ("Ha [detto] <Conte>. «Vado via».", [(None, None)]),
        ("«Vado via.» <Conte> ha poi [spiegato] il piano.", [(None, None)]),
        ("[Per] <Conte> «si vota», mentre <Rossi> [dice]: «No».", [("Per", "Conte"), ("dice", "Rossi")]),
    ],
)  # fmt: skip
def test_links(marked: str, expected: list[tuple[str | None, str | None]]) -> None:
    assert links(marked) == expected


@given(st.lists(st.sampled_from(["«Vado»", "[detto]", "<Conte>", " ", ". ", ", ", ":\n", "\n", "che"])))
def test_only_what_was_given_is_linked(parts: list[str]) -> None:
    for cue, source in links("".join(parts)):
        assert cue in (None, "detto")
        assert source in (None, "Conte")
