"""The words that may be the source or the cue of a quote, likeliest first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotations.annotation import REJECTED, Span
from annotations.scheme import CUE, ENTITIES, SOURCE
from annotations.suggesters.lexicon import ARTICLES, FUNCTION_WORDS, OF
from annotations.suggesters.verbs import reports

if TYPE_CHECKING:
    from tui.review import Review

_PRONOUN = re.compile(
    r"\b(?:lui|lei|egli|ella|esso|essa|loro|io|noi|chi|quest[ao]|quell[ao])\b", re.IGNORECASE
)
_AFTER_SUBJECT = re.compile(
    r"(?:\b[A-ZÀ-Þ][\w’'-]*|\b(?:lui|lei|egli|ella|loro|che|chi|si|non)|[»”\"],?)\s+\Z"
)
"""What a verb in the present follows: a name, a pronoun, the end of a quote."""
_PRESENT = re.compile(r"(?<!al)(?<!es)(?<!il)(?<!on)(?<!or)(?<!ic)(?<!ent)(?<!ian)(?:[ae]|ano|ono)\Z")
"""Not the adjectives that follow a name as well: «la Banca centrale»."""
_WORDS = frozenset({"parole", "frase", "frasi"})
"""Nouns that report all the same: «queste le sue parole»."""
_BEFORE = 24
"""Code points before a word that are looked at."""
_NO_VERB = re.compile(
    r"(?:\b(?:il|lo|la|i|gli|le|un|uno|una|del|dello|della|dei|degli|delle|al|allo|alla|ai|agli|alle|dal|dallo"
    r"|dalla|dai|dagli|dalle|nel|nello|nella|nei|negli|nelle|sul|sullo|sulla|sui|sugli|sulle|di|da|su|con|tra"
    r"|fra|suo|sua|suoi|sue|questo|questa|quel|quella|ogni)\s+|[’'])\Z",
    re.IGNORECASE,
)
"""What stands before a noun."""
_AFTER_HAVING = re.compile(
    r"\b(?:ha|hanno|aveva|avevano|avrebbe|avrebbero|ho|abbiamo|è|sono|era|erano|avendo|aver)"
    r"(?:\s+(?:\w+mente|poi|anche|subito|inoltre|così|già|quindi))?\s+\Z",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(r"(?:[aiu]t|[rsn]s|s|tt|nt|rt|st|lt)[oaie]\Z")
_ENDING = re.compile(
    r"(?:[aei]va(?:no)?|[aei]ndo(?:si|lo|la|gli)?|[ai]rono|erono|[aei]rà|[aei]ranno|ò|(?<!d)ì)\Z"
)
"""Of verbs, and of next to no nouns."""
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words of the article, by offsets in code points."""

    start: int
    end: int


def candidates(review: Review, kind: str, quote: Span) -> list[Candidate]:
    """What may be the ``source`` or the ``cue`` of a quote, on whole tokens; likeliest first.

    A source: SOURCE spans, pronouns near the quote, and names, the nearest first. A cue: CUE spans, then
    reporting verbs, then other words of the paragraph that look like verbs, each by nearness.
    """
    spans = [s for s in review.annotation.spans if s.status != REJECTED]
    if kind == "source":
        names = [
            s
            for s in spans
            if s.label == SOURCE or (review.scheme.layer(s.label) == ENTITIES and s.label != "DATE")
        ]
        words = _words(review, quote, _PRONOUN, names)
        ranked = [(0, Candidate(s.start, s.end)) for s in names if not s.overlaps(quote.start, quote.end)]
        ranked += [(0, word) for word in words]
    else:
        cues = [s for s in spans if s.label == CUE]
        text = review.article.text
        ranked = [(0, Candidate(s.start, s.end)) for s in cues]
        for word in _words(review, quote, _WORD, spans):
            form = text[word.start : word.end].lower()
            if form in FUNCTION_WORDS or form in ARTICLES or form in OF:
                continue
            if reports(form):
                ranked.append((1, word))
            elif form in _WORDS or _is_verb(text, word):
                ranked.append((2, word))
    # Of two that begin together the longer: one tag would hide the other.
    best: dict[int, tuple[int, Candidate]] = {}
    for rank, found in ranked:
        if found.start not in best or best[found.start][1].end < found.end:
            best[found.start] = (rank, found)

    def order(item: tuple[int, Candidate]) -> tuple[int, int, int]:
        rank, found = item
        return rank, max(quote.start - found.end, found.start - quote.end), found.start

    return [found for _, found in sorted(best.values(), key=order)]


def _is_verb(text: str, word: Candidate) -> bool:
    """Whether a word looks like a verb, as far as its ending and the word before tell: no noun is a cue."""
    form = text[word.start : word.end]
    if form[0].isupper() or _NO_VERB.search(text, max(0, word.start - _BEFORE), word.start):
        return False
    if _AFTER_HAVING.search(text, max(0, word.start - _BEFORE), word.start):
        return bool(_PARTICIPLE.search(form))
    if _AFTER_SUBJECT.search(text, max(0, word.start - _BEFORE), word.start) and _PRESENT.search(form):
        return True
    return bool(_ENDING.search(form))


def _words(review: Review, quote: Span, pattern: re.Pattern[str], taken: list[Span]) -> list[Candidate]:
    """Words of the quote's paragraph, outside of it and of the spans that are taken, on whole tokens."""
    text, tokens = review.article.text, review.tokens
    start = text.rfind("\n", 0, quote.start) + 1
    end = text.find("\n", quote.end)
    found = []
    for match in pattern.finditer(text, start, end if end >= 0 else len(text)):
        bounds = tokens.snap(*match.span()) if tokens else None
        if bounds is None or quote.overlaps(*bounds) or any(s.overlaps(*bounds) for s in taken):
            continue
        found.append(Candidate(*bounds))
    return found
