"""A text's tokens, in time that grows with its length and not with its square.

spaCy cuts a run without blanks from both ends, one mark at a time: twenty thousand quotation marks in a
row take it half a minute. Such runs are no words, so they are handed to it in pieces. Imports spaCy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from annotations.italian import token_bounds
from annotations.tokens import Tokens

if TYPE_CHECKING:
    from spacy.language import Language

LONGEST_RUN = 200
"""Code points without a blank beyond which a run is cut; the longest addresses of pages are shorter."""
STRETCH = 50_000
"""Code points that are tokenized at once, so that a text of megabytes needs no memory to match."""
_LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN + 1},}}")
# A piece ends where a word does, and after LONGEST_RUN code points where that word is none.
_PIECE = re.compile(rf".{{1,{LONGEST_RUN - 40}}}\w{{0,40}}", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(r"\s")


def desk_tokens(nlp: Language, text: str) -> Tokens:
    """The tokens of a text after the pipeline's tokenizer; white space is none."""
    text = without_surrogates(text)
    bounds: list[tuple[int, int]] = []
    for start, end in _pieces(text):
        doc = nlp.tokenizer(text[start:end])
        bounds += [(a + start, b + start) for a, b in token_bounds(doc)]
    return Tokens(bounds)


def without_surrogates(text: str) -> str:
    """The text with U+FFFD for code points that are no characters, which spaCy cannot take; same length."""
    return _SURROGATE.sub("\ufffd", text)


def stretches(text: str, size: int = STRETCH) -> Iterator[tuple[int, int]]:
    """Cut a text into stretches of about ``size`` code points that end at the end of a line or a word."""
    start = 0
    while len(text) - start > size:
        end = text.rfind("\n", start, start + size) + 1
        if end <= start:
            blank = _BLANK.search(text, start + size)
            end = blank.end() if blank else len(text)
        yield start, end
        start = end
    if start < len(text):
        yield start, len(text)


def long_runs(text: str) -> list[tuple[int, int]]:
    """Bounds of the runs without a blank that are too long to be words."""
    return [run.span() for run in _LONG_RUN.finditer(text)]


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for run in _LONG_RUN.finditer(text):
        yield from _shifted(text, start, run.start())
        for piece in _PIECE.finditer(text, run.start(), run.end()):
            yield piece.span()
        start = run.end()
    yield from _shifted(text, start, len(text))


def _shifted(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for a, b in stretches(text[start:end]):
        yield a + start, b + start
