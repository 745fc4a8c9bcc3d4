"""A text's tokens as the name rules read them: their words, capitals, and where sentences begin."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from annotations.dateline import read_dateline
from annotations.suggesters.gazetteer import gazetteer
from annotations.suggesters.lexicon import FIRST_NAMES, FUNCTION_WORDS, TITLES, word_set
from annotations.tokens import Tokens

_HEAD = 4
"""Lines at the start of a text that may begin with a dateline."""
_DATELINE = 200
_SENTENCE_ENDS = frozenset(".!?…•*|")
_OPENERS = frozenset("\"«“„‟‹‘'(—–-")
_ABBREVIATIONS = word_set("on dott prof sig dr avv ing mons s st art n")


@dataclass
class Line:
    """Parallel lists, one entry a token. ``words`` have straight apostrophes, ``titled`` a capital only at
    the start of what is set in capitals; ``acronym`` is two to six capitals."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    words: list[str]
    low: list[str]
    titled: list[str]
    capital: list[bool]
    acronym: list[bool]
    shouting: list[bool]
    starts_sentence: list[bool]
    low_seen: Counter[str]
    inner_capitals: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.words)

    def joined(self, first: int, last: int) -> bool:
        """Whether nothing but one blank, or nothing, stands between the tokens from first to last."""
        for i in range(first, last):
            gap = self.starts[i + 1] - self.ends[i]
            if gap > 1 or (gap == 1 and self.text[self.ends[i]] == "\n"):
                return False
            if self.words[i][-1] in ',;:!?()«»"“”' or (self.words[i] == "." and gap):
                return False
        return True

    def is_name_like(self, index: int) -> bool:
        """Whether a token has a capital and is no function word or title."""
        return self.capital[index] and self.low[index] not in FUNCTION_WORDS | TITLES

    def trusted(self, index: int) -> bool:
        """Whether a word at the start of a sentence is a name by what is known of it elsewhere."""
        word = self.words[index]
        return self.inner_capitals[word] > 0 or self.low[index] in FIRST_NAMES

    def noun_before(self, index: int, nouns: frozenset[str]) -> bool:
        """Whether one of these nouns stands right before, or before an adjective: «il ministro russo»."""
        if not index or not self.joined(index - 1, index):
            return False
        low = self.low[index - 1]
        if low in nouns or low.rstrip(".") in nouns:
            return True
        adjective = self.words[index - 1].islower() and low[-1] in "oaei" and low not in FUNCTION_WORDS
        return index > 1 and adjective and self.low[index - 2] in nouns and self.joined(index - 2, index)

    def pair_of_known(self, dash: int) -> bool:
        """Whether a dash joins two known names, as in Usa-Russia, and not the halves of one."""
        sides = [*self.words[max(dash - 1, 0) : dash], *self.words[dash + 1 : dash + 2]]
        return any((word,) in gazetteer() for word in sides)


def read_line(text: str, tokens: Tokens) -> Line:
    """Read the tokens of a text; time grows with their number."""
    starts, ends = tokens.starts, tokens.ends
    words = [text[a:b].replace("’", "'") for a, b in zip(starts, ends, strict=True)]
    low = [word.lower() for word in words]
    capital = [word[0].isupper() for word in words]
    shouting = _shouting(words)
    acronym = [
        2 <= len(word) <= 6 and word.isupper() and word.isalnum() and not word.isdigit() and capital[i]
        for i, word in enumerate(words)
    ]
    titled = [
        w.capitalize() if w.isupper() and (shouting[i] or len(w) > 3) else w for i, w in enumerate(words)
    ]
    begins = _sentence_starts(text, starts, ends, words)
    for offset in _after_datelines(text):
        index = bisect_left(starts, offset)
        if index < len(begins):
            begins[index] = True
    line = Line(text, starts, ends, words, low, titled, capital, acronym, shouting, begins, Counter())
    line.low_seen.update(word for i, word in enumerate(words) if not capital[i])
    line.inner_capitals.update(word for i, word in enumerate(words) if capital[i] and not begins[i])
    return line


def _after_datelines(text: str) -> list[int]:
    """Offsets where an agency's dateline ends, in the first lines: there the first sentence begins."""
    offsets, start = [], 0
    for _ in range(_HEAD):
        dateline = read_dateline(text[start : start + _DATELINE])
        if dateline is not None:
            offsets.append(start + dateline.end)
        start = text.find("\n", start) + 1
        if not start:
            break
    return offsets


def _shouting(words: list[str]) -> list[bool]:
    """For each token, whether its neighbourhood is set in capitals, as datelines and headings are."""
    loud = [word.isupper() and len(word) > 3 for word in words]
    quiet = [word.islower() and len(word) > 3 for word in words]
    return [
        sum(loud[max(0, i - 3) : i + 4]) > 1 and not any(quiet[max(0, i - 2) : i + 3])
        for i in range(len(words))
    ]


def _sentence_starts(text: str, starts: Sequence[int], ends: Sequence[int], words: list[str]) -> list[bool]:
    begins, start = [], True
    for i, word in enumerate(words):
        if i and "\n" in text[ends[i - 1] : starts[i]]:
            start = True
        begins.append(start)
        if word in _OPENERS:
            # a mark opens a sentence of its own, a dash only where one began already
            start = start or word not in "-–'"
        elif word[-1] in _SENTENCE_ENDS:
            start = not (word != "." and word[:-1].lower() in _ABBREVIATIONS)
        elif word not in '»”")' or not start:
            start = False
    return begins
