"""Who reported a quote, and with which word: patterns over the words around it.

The cue is a reporting verb without its auxiliary, or «secondo»; the source is the noun phrase that the
sentence makes its subject. Only the sentence at hand is read, and of it only some hundred code points on
either side, so that the time does not depend on the text's shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from annotations.suggesters.lexicon import (
    ADVERBS,
    ARTICLES,
    AUXILIARIES,
    FUNCTION_WORDS,
    ORG_HEADS,
    PARTICLES,
    POSSESSIVES,
    PRONOUNS,
    SPEAKERS,
    TIES_ALWAYS,
    TITLES,
    word_set,
)
from annotations.suggesters.verbs import reports

REACH = 260
"""Code points on either side of a quote that are read."""
_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*(?:['’](?=[^\W_]))?|[^\w\s]")
_ALSO_NOUNS = word_set(
    "accusa critica nota domanda replica conferma denuncia protesta legge scritta scritte detta lamenta "
    "post taglia chiesa commenta parla posta"
)
_BEFORE_NOUN = ARTICLES | TIES_ALWAYS | POSSESSIVES | word_set("in con alla dalla nella sulla ogni questa")
_LIGHT = ADVERBS | AUXILIARIES | frozenset({",", "–", "—", "-", "e", "ma", "come", "se", "a"})
_AFTER_PREPOSITION = word_set(
    "a ad al allo alla all' all’ ai agli alle da dal dallo dalla dall' dall’ dai dagli dalle in nel nello "
    "nella nell' nell’ nei negli nelle con col su sul sulla sullo sull' sull’ sui sugli sulle per tra fra "
    "contro verso di del dello della dell' dell’ dei degli delle"
)
_TO = word_set("al allo alla all' all’ ai agli alle")
_SENTENCE = re.compile(r"[.!?…][»”\")]*\s+(?=[A-ZÀ-Ý0-9«“\"‘'(—–])|\n")


_BY = word_set("da dal dallo dalla dall' dall’ dai dagli dalle")
_ASIDE = re.compile(r"\s{1,2}[-–—]\s?([^-–—\"«»“”\n]{3,120}?)\s?[-–—][,.;:]?\s{1,2}")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a mark, by offsets in the article."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        """The word in lower case."""
        return self.text.lower()

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Report:
    """A cue and its source, as bounds; ``near`` tells a cue that certainly belongs to the quote."""

    cue: tuple[int, int]
    source: tuple[int, int] | None
    near: bool


def words(text: str, start: int, end: int) -> list[Word]:
    """The words and marks of a stretch; «l'» is a word of its own."""
    return [Word(m[0], m.start(), m.end()) for m in _WORD.finditer(text, max(start, 0), end)]


def report_before(text: str, floor: int, start: int) -> Report | None:
    """The report that leads up to the quote at ``start``; nothing before ``floor`` is read."""
    floor = max(floor, start - REACH)
    start = floor + len(text[floor:start].rstrip())
    for match in _SENTENCE.finditer(text, floor, start):
        floor = match.end()
    ahead = words(text, floor, start)
    colon = bool(ahead) and ahead[-1].text == ":"
    for index in range(len(ahead) - 1, -1, -1):
        if _is_verb(ahead, index):
            rest = len(ahead) - 1 - index
            near = colon or rest <= 3 or ahead[-1].low in ("che", "come")
            source = _subject(ahead, index)
            return Report((ahead[index].start, ahead[index].end), source, near)
        if _is_according(ahead, index):
            source = None if ahead[index + 1].low in ("cui", "il") and index else _phrase(ahead, index + 1)
            if index + 1 < len(ahead) and source is None:
                source = _phrase(ahead, index + 1)
            return Report((ahead[index].start, ahead[index].end), source, True)
    if ahead and ahead[0].low == "per" and len(ahead) < 14:
        source = _phrase(ahead, 1)
        if source is not None and ("," in ahead[-1].text or source[1] == ahead[-1].end):
            return Report((ahead[0].start, ahead[0].end), source, False)
    return None


def report_after(text: str, end: int, ceiling: int) -> Report | None:
    """The report that follows the quote ending at ``end``; nothing from ``ceiling`` on is read."""
    ceiling = min(ceiling, end + REACH)
    match = _SENTENCE.search(text, max(end - 1, 0), ceiling)
    quote_follows = match is None and ceiling < min(end + REACH, len(text))
    if match:
        ceiling = max(end, match.start())
    behind = words(text, end, ceiling)
    if behind and behind[0].text in ".;:)":
        return None
    for index, word in enumerate(behind[:16]):
        if word.text in (":", ";", "."):
            return None
        light = all(w.low in _LIGHT for w in behind[:index])
        if _is_verb(behind, index):
            leads_on = any(w.text == ":" for w in behind[index + 1 : index + 12])
            if not light and (leads_on or (quote_follows and len(behind) - index <= 4)):
                return None  # the verb reports the next quote
            source = _phrase(behind, index + 1, loose=light) or _subject(behind, index)
            return Report((word.start, word.end), source, light)
        if _is_according(behind, index):
            return Report((word.start, word.end), _phrase(behind, index + 1), light)
    return None


def asides(text: str, start: int, end: int) -> Iterator[tuple[int, int, Report]]:
    """Reports between dashes inside a quote: where the words break off, where they go on, and the report."""
    floor = start + 1
    for match in _ASIDE.finditer(text, floor, end):
        report = report_after(text, match.start(1), match.end(1))
        # what goes on must be words, and what stands before it too
        if report is not None and report.near and match.start() > floor and match.end() < end - 1:
            floor = match.end()
            yield match.start(), match.end(), report


def first_phrase(text: str, at: int) -> tuple[int, int] | None:
    """The noun phrase that follows a verb ending at ``at``, adverbs and «in serata» passed over."""
    line = words(text, at, _sentence_end(text, at))
    if len(line) > 1 and line[0].low == "in" and line[1].text.islower():
        line = line[2:]
    return _phrase(line, 0)


def agent(text: str, at: int) -> tuple[int, int] | None:
    """Who did it, where a quote ending at ``at`` is followed by «da», «dal», …; article left out."""
    line = words(text, at, _sentence_end(text, at))
    if not line or line[0].low not in _BY:
        return None
    return _phrase(line, 0, loose=True, here=True)


def _sentence_end(text: str, at: int) -> int:
    high = min(len(text), at + REACH)
    match = _SENTENCE.search(text, at, high)
    return match.start() if match else high


def _is_verb(line: list[Word], index: int) -> bool:
    low = line[index].low
    if not reports(low) or (line[index].capital and index and line[index - 1].text not in ".:"):
        return False
    before = line[index - 1].low if index else ""
    if low == "legge":
        return before == "si"
    return not (low in _ALSO_NOUNS and before in _BEFORE_NOUN)


def _is_according(line: list[Word], index: int) -> bool:
    return (
        line[index].low in ("secondo", "stando")
        and index + 1 < len(line)
        and (index == 0 or line[index - 1].low not in _BEFORE_NOUN)
    )


def _subject(line: list[Word], verb: int) -> tuple[int, int] | None:
    """The last noun phrase before the verb that is no complement, else the first after it."""
    if any(w.low in ("secondo", "stando") for w in line[:verb]):
        return _phrase(line, verb + 1)
    best: tuple[int, int] | None = None
    index, depth = 0, 0
    while index < verb:
        word = line[index]
        depth += (word.text == "(") - (word.text == ")" and depth > 0)
        starts = word.capital or word.low in ARTICLES or word.low in PRONOUNS or word.low in TITLES
        if depth == 0 and starts:
            found = _phrase(line[:verb], index, loose=_leads_to(line, index, verb), here=True)
            if found is not None:
                # a complement is passed over whole: «dallo Studio Ovale» has no subject in it
                if not (index and line[index - 1].low in _AFTER_PREPOSITION):
                    best = found
                while index < verb and line[index].start < found[1]:
                    index += 1
                continue
        index += 1
    return best or _phrase(line, verb + 1)


def _phrase(line: list[Word], index: int, loose: bool = False, here: bool = False) -> tuple[int, int] | None:
    """The noun phrase that begins at ``index``: title, name and complements, article left out.

    ``loose`` takes any noun with an article, else a name or a noun that can speak is asked for; ``here``
    forbids to pass over adverbs and over «ai cronisti» first.
    """
    if not here:
        index = _past_adverbs(line, index)
    article = False
    while index < len(line) and (line[index].low in ARTICLES or line[index].low in _BY):
        article, index = True, index + 1
    if index >= len(line):
        return None
    if line[index].low in PRONOUNS and not article:
        return line[index].start, line[index].end
    first, last, named = index, -1, False
    complement = False  # inside «della Casa Bianca», whose capitals name nobody
    while index < len(line):
        word, before = line[index], line[index - 1] if index > first else None
        tied = before is not None and (before.low in TIES_ALWAYS or before.low in _TO)
        if not word.text[0].isalnum():
            follows = index + 1 < len(line) and line[index + 1].capital
            if word.text != "," or named or not follows or last < 0 or line[first].low not in SPEAKERS:
                break
        elif word.capital and (word.low not in FUNCTION_WORDS or word.low in PARTICLES or tied):
            last = index
            complement = complement or tied
            named = named or not complement
        elif word.low in TIES_ALWAYS or (word.low in _TO and before is not None and before.low in SPEAKERS):
            if last < 0 or (line[first].capital and line[first].low not in ORG_HEADS | TITLES):
                break
        elif word.low in PARTICLES and named:
            pass
        elif _ends_phrase(word) or (named and not tied):
            break
        elif before is None and not article and word.low not in SPEAKERS | POSSESSIVES and not word.capital:
            return None
        else:
            last, complement = index, False
        index += 1
        if index - first > 14:
            break
    if last < 0:
        return None
    phrase = line[first : last + 1]
    if not (any(w.capital for w in phrase) or any(w.low in SPEAKERS for w in phrase) or (loose and article)):
        return None
    return line[first].start, line[last].end


def _leads_to(line: list[Word], index: int, verb: int) -> bool:
    """Whether there is but a noun, an adjective and auxiliaries from an article to the verb."""
    return line[index].low in ARTICLES and all(
        w.low in AUXILIARIES | ADVERBS for w in line[min(index + 3, verb) : verb]
    )


def _ends_phrase(word: Word) -> bool:
    return reports(word.low) or (word.low in FUNCTION_WORDS and word.low not in POSSESSIVES)


def _past_adverbs(line: list[Word], index: int) -> int:
    """Beyond adverbs, and beyond one «ai cronisti» or «in una nota» where an article or a name follows."""
    while index < len(line) and line[index].low in ADVERBS and line[index].low not in ARTICLES:
        index += 1
    if index < len(line) and line[index].low in _TO | {"a"}:
        for further in range(index + 1, min(index + 4, len(line))):
            if line[further].low in ARTICLES and further > index + 1:
                return further
    return index
