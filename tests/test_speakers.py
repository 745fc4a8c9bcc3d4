"""A speaker's phrase made whole, and reports that a model left open."""

import re

import pytest

from annotations.suggesters.completing import completed
from annotations.suggesters.linking import Bounds, Reported
from annotations.suggesters.marks import outermost
from annotations.suggesters.quotes import reports_of
from annotations.suggesters.speakers import whole_speaker

NAME = re.compile(r"<([^>]*)>")


def plain(marked: str) -> tuple[str, list[Bounds]]:
    """The text without its <marks>, and where the marked words are."""
    text, names, at = "", [], 0
    for match in NAME.finditer(marked):
        text += marked[at : match.start()]
        names.append((len(text), len(text) + len(match[1])))
        text += match[1]
        at = match.end()
    return text + marked[at:], names


@pytest.mark.parametrize(
    ("marked", "seen", "whole"),
    [
        ("ha detto l'ex premier <Thaksin Shinawatra> ieri", "ex premier Thaksin",
         "ex premier Thaksin Shinawatra"),
        ("La direttrice <Weber> ha replicato", "Weber", "direttrice Weber"),
        ("Il vice procuratore federale <Mark Filip> ha detto", "Mark Filip",
         "vice procuratore federale Mark Filip"),
        ("protesta l'avvocata <Silvestri>, che", "avvocata", "avvocata Silvestri"),
        ("dichiara un membro del personale dell'aeroporto - Non", "membro del personale dell'",
         "membro del personale dell'aeroporto"),
        ("responsabile del Centro di restauro dei dipinti dei musei di Francia.",
         "responsabile del Centro di restauro dei dipinti",
         "responsabile del Centro di restauro dei dipinti dei musei di Francia"),
        ("ha detto <Conte> del governo", "Conte", "Conte"),
        ("Quando <Rossi> ha parlato", "Rossi", "Rossi"),
        ("ha detto lei.", "lei", "lei"),
        ("si chiede don <Antonio Galli>, parroco", "don Antonio Galli,", "don Antonio Galli"),
    ],
)  # fmt: skip
def test_whole_speakers(marked: str, seen: str, whole: str) -> None:
    text, names = plain(marked)
    start = text.index(seen)
    assert text[slice(*whole_speaker(text, start, start + len(seen), names))] == whole


@pytest.mark.parametrize(
    ("marked", "cue", "source", "expected"),
    [
        ("«Vado», ha minacciato.", None, None, ("minacciato", None)),
        ("«Vado», ha detto <Rossi>; «no», ha risposto la vedova <Monti>.", "risposto", "Rossi",
         ("risposto", "vedova Monti")),
        ("Secondo quanto riferito dal medico, «morì».", "Secondo", "medico", ("riferito", "medico")),
        ("Secondo l'accusa, i quattro «rubavano».", "accusa", None, ("Secondo", "accusa")),
        ("ha aggiunto <Rossi>, secondo cui «è tardi».", "aggiunto", "Rossi", ("secondo", "Rossi")),
    ],
)  # fmt: skip
def test_completed_reports(
    marked: str, cue: str | None, source: str | None, expected: tuple[str | None, str | None]
) -> None:
    text, names = plain(marked)
    quotes = outermost(text)

    def bounds(words: str | None) -> Bounds | None:
        return (text.index(words), text.index(words) + len(words)) if words else None

    ruled = reports_of(text, quotes)[-1]
    quote = (quotes[-1].start, quotes[-1].end)
    found = completed(text, quote, Reported(bounds(cue), bounds(source)), ruled, names)
    assert tuple(b and text[slice(*b)] for b in (found.cue, found.source)) == expected
