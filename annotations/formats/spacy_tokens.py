"""The tokenizer of an export for spaCy: it learns to cut where spans begin and end.

spaCy tokenizes what stands between two white spaces by itself, so that whether an edge falls on a token can
be told from those words alone, without the whole text.

This module imports spaCy: keep it off the start-up path.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING, cast

from spacy.symbols import ORTH

from annotations.annotation import Span
from annotations.formats.alignment import aligned, not_on_tokens
from annotations.formats.exporting import FAIL, SPLIT
from annotations.formats.report import Kind, Remark
from annotations.formats.selection import Selection
from annotations.italian import token_bounds
from annotations.scheme import Scheme
from annotations.tokens import Tokens

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokenizer import Tokenizer

_CHUNK = re.compile(r"\S+")
_ROUNDS = 4
"""How often words are looked at again after new rules; a rule may need another one for what it leaves."""


def align(nlp: Language, chosen: Iterable[Selection], policy: str, scheme: Scheme) -> dict[str, list[str]]:
    """Make all spans of the selections fall on the tokens of ``nlp``, or leave them out; tells of each.

    With `SPLIT` the tokenizer of ``nlp`` gets special cases, which are returned: the word and its pieces.

    Raises:
        ChiosaError: the policy is `FAIL` and a span is off its tokens, or no special case can cut there.
    """
    taught = _Taught(nlp)
    off: dict[Selection, list[Span]] = {}
    for selection in chosen:
        found = taught.off_tokens(selection)
        if found:
            off[selection] = found
    if not off:
        return {}
    if policy == FAIL:
        raise not_on_tokens([_remark(s, span) for s, spans in off.items() for span in spans], policy)
    if policy == SPLIT:
        exceptions = taught.learn()
        left = [_remark(s, span) for s, spans in off.items() for span in spans if taught.is_off(s, span)]
        if left:
            raise not_on_tokens(left, policy)
        for selection, spans in off.items():
            for span in spans:
                selection.remark(Kind.OFF_TOKEN, span)
        return exceptions
    for selection in off:
        tokens = Tokens(token_bounds(nlp.make_doc(selection.unit.article.text)))
        found_here = aligned(selection.live, tokens, policy, scheme)
        found_here.tell(selection.remark)
        selection.keep_only(found_here.spans)
    return {}


class _Taught:
    """A tokenizer that learns special cases, and the words at whose insides spans begin or end."""

    def __init__(self, nlp: Language) -> None:
        self._tokenizer = cast("Tokenizer", nlp.tokenizer)
        self._borders: dict[str, frozenset[int]] = {}
        self._wanted: dict[str, set[int]] = defaultdict(set)

    def off_tokens(self, selection: Selection) -> list[Span]:
        """The spans that begin or end within a token."""
        return [span for span in selection.live if self.is_off(selection, span)]

    def is_off(self, selection: Selection, span: Span) -> bool:
        """Whether a span does; it is remembered then what should be cut."""
        found = False
        for edge in (span.start, span.end):
            chunk, at = _chunk(selection.unit.article.text, edge)
            if chunk and at not in self._borders_of(chunk):
                self._wanted[chunk].add(at)
                found = True
        return found

    def learn(self) -> dict[str, list[str]]:
        """Add special cases for all that was remembered: for the token if that helps, else for the word."""
        cuts: dict[str, set[int]] = defaultdict(set)
        for whole in (False, True) * (_ROUNDS // 2):
            new: set[str] = set()
            for chunk, edges in self._wanted.items():
                missing = edges - self._borders_of(chunk)
                if missing:
                    new |= self._cut(chunk, missing, cuts, whole)
            for token in sorted(new):
                self._tokenizer.add_special_case(
                    token, [{ORTH: piece} for piece in _pieces(token, cuts[token])]
                )
            if new:
                self._borders.clear()
        return {token: _pieces(token, found) for token, found in sorted(cuts.items())}

    def _cut(self, chunk: str, missing: set[int], cuts: dict[str, set[int]], whole: bool) -> set[str]:
        """Note where tokens, or the word as a whole, are to be cut; returns those."""
        if whole:
            cuts[chunk] |= missing | (self._borders_of(chunk) - {0, len(chunk)})
            return {chunk}
        new = set()
        for start, end in pairwise(sorted(self._borders_of(chunk))):
            inner = {edge - start for edge in missing if start < edge < end}
            if inner:
                cuts[chunk[start:end]] |= inner
                new.add(chunk[start:end])
        return new

    def _borders_of(self, chunk: str) -> frozenset[int]:
        if chunk not in self._borders:
            doc = self._tokenizer(chunk)
            self._borders[chunk] = frozenset(b for t in doc for b in (t.idx, t.idx + len(t)))
        return self._borders[chunk]


def _chunk(text: str, edge: int) -> tuple[str, int]:
    """The word around an offset and the offset's place in it; "" where white space is beside it."""
    if not 0 < edge < len(text) or text[edge - 1].isspace() or text[edge].isspace():
        return "", 0
    start = edge - 1
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    found = _CHUNK.match(text, start)
    return (found[0], edge - start) if found else ("", 0)


def _pieces(token: str, cuts: Iterable[int]) -> list[str]:
    points = [0, *sorted(set(cuts)), len(token)]
    return [token[a:b] for a, b in pairwise(points)]


def _remark(selection: Selection, span: Span) -> Remark:
    words = selection.unit.article.text[span.start : span.end]
    return Remark(Kind.OFF_TOKEN, selection.article_id, span.label, span.start, span.end, words)
