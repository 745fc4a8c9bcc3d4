"""The tokenizer of an export for spaCy: it learns to cut where spans begin and end.

spaCy tokenizes what stands between two white spaces by itself, so that whether an edge falls on a token can
be told from those words alone, without the whole text.

This module imports spaCy: keep it off the start-up path.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, cast

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

Cuts = dict[str, set[int]]
"""Words, and where in them the tokenizer is to cut."""
Rules = dict[str, list[dict[Any, str]]]
"""Special cases as spaCy has them."""

_CHUNK = re.compile(r"\S+")
_ROUNDS = 4
"""How often words are looked at again after new rules; a rule may need another one for what it leaves."""


def align(nlp: Language, chosen: Sequence[Selection], policy: str, scheme: Scheme) -> dict[str, list[str]]:
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
        taught.forget_words()
        return {}
    if policy == FAIL:
        raise not_on_tokens([_remark(s, span) for s, spans in off.items() for span in spans], policy)
    if policy == SPLIT:
        exceptions = taught.learn()
        left = [_remark(s, span) for s in chosen for span in taught.off_tokens(s)]
        if left:
            raise not_on_tokens(left, policy)
        for selection, spans in off.items():
            for span in spans:
                selection.remark(Kind.OFF_TOKEN, span)
        taught.forget_words()
        return exceptions
    for selection in off:
        tokens = Tokens(token_bounds(nlp.make_doc(selection.unit.article.text)))
        found_here = aligned(selection.live, tokens, policy, scheme)
        found_here.tell(selection.remark)
        selection.keep_only(found_here.spans)
    return {}


class _Taught:
    """A tokenizer that learns special cases, and where spans want words to be cut."""

    def __init__(self, nlp: Language) -> None:
        self._tokenizer = cast("Tokenizer", nlp.tokenizer)
        self._rules: Rules = dict(self._tokenizer.rules)
        self._borders: dict[str, frozenset[int]] = {}
        self._plain: dict[str, frozenset[int]] = {}
        self._wanted: dict[str, set[int]] = defaultdict(set)

    def off_tokens(self, selection: Selection) -> list[Span]:
        """The spans that begin or end within a token; it is remembered where all of them want cuts."""
        return [span for span in selection.live if self._is_off(selection, span)]

    def learn(self) -> dict[str, list[str]]:
        """Add special cases for all that was remembered: the word or token and its pieces.

        A rule for the token that an edge lies in helps wherever that token stands, whatever is glued to it.
        spaCy looks for special cases only where it takes off affixes, and joins again what another of its
        rules (``p.``, page) has for one: then the whole word gets a rule, and at last that other one too.
        """
        self._plain = dict(self._borders)
        asked = {chunk: self._for_tokens(chunk) for chunk in self._wanted if self._missing(chunk)}
        self._install(_union(asked.values()))
        # what has helped nobody would only cut the words of others
        cuts = _union(rules for chunk, rules in asked.items() if not self._missing(chunk))
        self._install(cuts)
        for _round in range(_ROUNDS):
            missing = {chunk: found for chunk in self._wanted if (found := self._missing(chunk))}
            if not missing:
                break
            more = [self._in_the_way(chunk, found) for chunk, found in missing.items() if chunk in cuts]
            more += [{chunk: self._wanted[chunk] | self._plain_borders(chunk)} for chunk in missing]
            cuts = _union([cuts, *more])
            self._install(cuts)
        return {word: _pieces(word, found) for word, found in sorted(cuts.items())}

    def forget_words(self) -> None:
        """Empty spaCy's cache, which holds ten thousand words and no more.

        It is full of names with marks beside them now, and words that every text has would find no place.
        """
        self._tokenizer.rules = dict(self._tokenizer.rules)

    def _is_off(self, selection: Selection, span: Span) -> bool:
        found = False
        for edge in (span.start, span.end):
            chunk, at = _chunk(selection.unit.article.text, edge)
            if chunk:
                self._wanted[chunk].add(at)
                found = found or at not in self._borders_of(chunk)
        return found

    def _missing(self, chunk: str) -> set[int]:
        return self._wanted[chunk] - self._borders_of(chunk)

    def _for_tokens(self, chunk: str) -> Cuts:
        """Rules for the tokens of a word in which edges lie."""
        rules: Cuts = {}
        missing = self._missing(chunk)
        for start, end in pairwise(sorted(self._borders_of(chunk))):
            inner = {edge - start for edge in missing if start < edge < end}
            if inner:
                token = chunk[start:end]
                # the rule takes the place of all others on these words: they are not to be left whole
                rules[token] = inner | self._plain_borders(token)
        return rules

    def _in_the_way(self, chunk: str, missing: set[int]) -> Cuts:
        """Rules in the place of those that join what the rule for this word has cut."""
        rules: Cuts = {}
        for start, end in pairwise(sorted(self._borders_of(chunk))):
            inner = {edge for edge in missing if start < edge < end}
            for word in self._tokenizer.rules if inner else ():
                at = chunk.find(word)
                while at >= 0 and word != chunk:
                    if at <= start and end <= at + len(word):
                        pieces = self._tokenizer.rules[word]
                        ends = accumulate(len(_orth(piece)) for piece in pieces)
                        rules.setdefault(word, set()).update({edge - at for edge in inner}, ends)
                    at = chunk.find(word, at + 1)
        return rules

    def _install(self, cuts: Cuts) -> None:
        mine: Rules = {word: [{ORTH: piece} for piece in _pieces(word, cuts[word])] for word in cuts}
        self._tokenizer.rules = self._rules | mine
        self._borders.clear()

    def _plain_borders(self, chunk: str) -> set[int]:
        """Where the tokenizer cut before it learnt anything."""
        if chunk not in self._plain:
            self._plain[chunk] = self._borders_of(chunk)
        return set(self._plain[chunk])

    def _borders_of(self, chunk: str) -> frozenset[int]:
        if chunk not in self._borders:
            doc = self._tokenizer(chunk)
            self._borders[chunk] = frozenset(b for t in doc for b in (t.idx, t.idx + len(t)))
        return self._borders[chunk]


def _union(found: Iterable[Cuts]) -> Cuts:
    together: Cuts = {}
    for cuts in found:
        for word, edges in cuts.items():
            together[word] = together.get(word, set()) | edges
    return together


def _orth(piece: dict[Any, str]) -> str:
    """The words of a special case's token; spaCy has them under the symbol or under its name."""
    return piece[ORTH] if ORTH in piece else piece["ORTH"]


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
    points = sorted({0, *cuts, len(token)})
    return [token[a:b] for a, b in pairwise(points)]


def _remark(selection: Selection, span: Span) -> Remark:
    words = selection.unit.article.text[span.start : span.end]
    return Remark(Kind.OFF_TOKEN, selection.article_id, span.label, span.start, span.end, words)
