"""Names of people, places, organisations and other things, by rules on the desk's tokens.

A run of capitalised words is a candidate; known names, the words before and inside it, and how the same
word stands elsewhere in the article decide what it is. A capital at the start of a sentence counts only
where something else speaks for a name.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from annotations.annotation import SUGGESTED, Span
from annotations.suggesters.gazetteer import gazetteer, longest_names
from annotations.suggesters.lexicon import (
    COMMON_ACRONYMS,
    COMMON_CAPITALS,
    FIRST_NAMES,
    FUNCTION_WORDS,
    LOC_HEADS,
    LOC_HEADS_LOWER,
    MISC_HEADS,
    ORG_BEFORE,
    ORG_HEADS,
    ORG_HEADS_LOWER,
    PARTICLES,
    SAFE_PARTICLES,
    TIES_ALWAYS,
    TITLES,
    word_set,
)
from annotations.suggesters.verbs import finite_forms
from annotations.suggesters.wording import Line, read_line
from annotations.tokens import Tokens

ORIGIN = "rule:names"
KNOWN = 0.9
"""Score of a name in the gazetteer, or of a first name and a surname."""
TOLD = 0.75
"""Score where a word before or inside the name tells what it is."""
GUESSED = 0.5
"""Score where only its form, or how it stands elsewhere in the article, does."""
_ARTICLES = word_set(
        "il lo la l' i gli le un uno una un' al allo alla all' ai agli alle del dello della dell' dei degli "
        "delle dal dallo dalla dall' sul sullo sulla sull'"
)  # fmt: skip
_IN = word_set("in nel nello nella nell' nei negli nelle")
_TO = word_set("da verso presso")
_VERBS = finite_forms() | word_set("ha è aveva avrebbe sarà vuole deve può fa va")
_ROMAN = word_set("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI")
_LONGEST = 12


@dataclass(slots=True)
class _Name:
    """A candidate: the tokens ``[first, last]``, its label and score; label "" where nothing told it."""

    first: int
    last: int
    label: str
    score: float


def suggest_names(text: str, tokens: Tokens) -> list[Span]:
    """PER, ORG, LOC and MISC spans on the tokens, in reading order, none overlapping; ids are empty."""
    line = read_line(text, tokens)
    found: list[_Name] = []
    index = 0
    while index < len(line):
        name = _known(line, index) or (_candidate(line, index) if _may_begin(line, index) else None)
        if name is None:
            index += 1
            continue
        found.append(name)
        index = name.last + 1
    return [
        Span("", line.starts[n.first], line.ends[n.last], n.label, SUGGESTED, origin=ORIGIN, score=n.score)
        for n in _labelled(line, found)
    ]


def _known(line: Line, index: int) -> _Name | None:
    """The longest known name at ``index``, unless a longer name goes on after it."""
    for words in (line.words, line.titled):
        for length in range(min(longest_names().get(words[index], 0), len(line) - index), 0, -1):
            label = gazetteer().get(tuple(words[index : index + length]))
            last = index + length - 1
            if label is None or not line.joined(index, last):
                continue
            more = last + 1 < len(line) and line.joined(last, last + 1) and line.is_name_like(last + 1)
            before = index > 0 and line.joined(index - 1, index) and line.is_name_like(index - 1)
            if last + 2 < len(line) and line.low[last + 1] == "de":
                more = line.capital[last + 2]  # «Santiago de Compostela»
            elif more and line.low[last + 1] in FIRST_NAMES:
                more = False  # «in Iraq Saddam Hussein», «del Csm Nicola Mancino»
            organ = more and line.low[last + 1] in ORG_HEADS
            person = line.low[index] in FIRST_NAMES or (before and not line.starts_sentence[index - 1])
            if organ or (length == 1 and (more or person)):
                return None  # «Roma Capitale», «Francesca Roma», «New York Post»: the run decides
            return _Name(index, last, label, KNOWN)
    return None


def _may_begin(line: Line, index: int) -> bool:
    if line.low[index] in ORG_HEADS_LOWER | LOC_HEADS_LOWER and not line.capital[index]:
        return True
    return line.capital[index] and line.words[index] not in _ROMAN


def _candidate(line: Line, index: int) -> _Name | None:
    low = line.low[index]
    if not line.capital[index]:
        return _with_common_head(line, index)
    if low.rstrip("'.") in TITLES and low not in ("san", "santa", "santo") and not line.acronym[index]:
        return None
    if low in FUNCTION_WORDS and not _name_particle(line, index):
        return None
    last = _end_of_run(line, index)
    if index == last:
        return _single(line, index)
    common = line.low_seen[low] and low not in ORG_HEADS | FIRST_NAMES | LOC_HEADS
    if common and line.starts_sentence[index] and not line.trusted(index):
        return None  # «Treni Notte»: the first word is a common one
    return _labelled_run(line, index, last)


def _with_common_head(line: Line, index: int) -> _Name | None:
    """«ministero degli Esteri», «via Mazzini»: the head belongs to the name without a capital."""
    ties = index + 1
    org = line.low[index] in ORG_HEADS_LOWER
    if org and (ties >= len(line) or line.low[ties] not in TIES_ALWAYS):
        return None
    first = ties + 1 if org else ties
    if first >= len(line) or not line.capital[first] or not line.joined(index, first):
        return None
    if line.low[first] in FUNCTION_WORDS:
        return None
    return _Name(index, _end_of_run(line, first, ties=False), "ORG" if org else "LOC", TOLD)


def _name_particle(line: Line, index: int) -> bool:
    """«De Gasperi», «D'Alema», «La Russa», «Di Maio» inside a sentence."""
    follows = index + 1 < len(line) and line.capital[index + 1] and line.joined(index, index + 1)
    return follows and line.low[index] in PARTICLES and not line.starts_sentence[index]


def _end_of_run(line: Line, index: int, ties: bool = True) -> int:
    """The last token of the run of capitalised words that begins at ``index``."""
    head = line.low[index]
    tied = TIES_ALWAYS if ties and head in ORG_HEADS | LOC_HEADS | MISC_HEADS else frozenset()
    last = index
    while last + 1 < len(line) and last - index < _LONGEST and line.joined(last, last + 1):
        following = last + 1
        if line.capital[following]:
            if line.low[following] in FUNCTION_WORDS - PARTICLES:
                break
            if line.low[following] in FIRST_NAMES and line.acronym[last]:
                break  # «del Csm Nicola Mancino»
            last = following
            continue
        # D'Alema, al-Sisi, Vauquelin-Darcy, von der Leyen, Corte dei Conti
        further = following
        while further < len(line) and further - last < 3 and _binds(line, further, tied):
            further += 1
        if further == following or further >= len(line) or not line.capital[further]:
            break
        if not line.joined(last, further) or line.low[further] in FUNCTION_WORDS:
            break
        last = further
    return last


def _binds(line: Line, index: int, tied: frozenset[str]) -> bool:
    low = line.low[index]
    if line.words[index] in "-–":
        glued = line.ends[index - 1] == line.starts[index]
        return glued and not line.pair_of_known(index)
    return (
        low in SAFE_PARTICLES
        or low in tied
        or low == "d'"
        or (low in ("al", "el", "de") and not line.words[index - 1].islower())
    )


def _single(line: Line, index: int) -> _Name | None:
    word, low = line.words[index], line.low[index]
    if low in COMMON_CAPITALS | COMMON_ACRONYMS or len(word.rstrip("'.")) < 2:
        return None
    if line.acronym[index]:
        return None if line.shouting[index] else _Name(index, index, "ORG", GUESSED + 0.1)
    if line.starts_sentence[index] and not line.trusted(index):
        # an Italian noun has its article: «Salvini ha detto» is a name, «Ricercatori britannici» need not be
        after = line.low[index + 1] if index + 1 < len(line) and line.joined(index, index + 1) else ""
        if after not in _VERBS or line.low_seen[low] or len(low) < 4:
            return None
    if low in ORG_HEADS | LOC_HEADS | MISC_HEADS and low not in FIRST_NAMES:
        return None if line.starts_sentence[index] else _Name(index, index, "ORG", GUESSED)
    return _Name(index, index, "", GUESSED)


def _labelled_run(line: Line, first: int, last: int) -> _Name | None:
    lows = line.low[first : last + 1]
    head = lows[0]
    before = line.low[first - 1].replace("’", "'") if first else ""
    if head in FIRST_NAMES and len(lows) <= 4 and not set(lows[1:]) & ORG_HEADS:
        return _Name(first, last, "PER", KNOWN)
    if line.noun_before(first, ORG_BEFORE):
        return _Name(first, last, "ORG", TOLD)
    if line.noun_before(first, TITLES):
        return _Name(first, last, "PER", TOLD)
    if head in MISC_HEADS or (set(lows) & {"cup", "open", "grand", "festival"}):
        return _Name(first, last, "MISC", GUESSED)
    if head in LOC_HEADS:
        return _Name(first, last, "LOC", TOLD)
    if set(lows) & ORG_HEADS:
        return _Name(first, last, "ORG", TOLD)
    if any(line.acronym[i] and line.words[i] not in _ROMAN for i in range(first, last + 1)):
        return None if line.shouting[first] else _Name(first, last, "ORG", GUESSED)
    if before in _IN or before in ("a", "ad"):
        return _Name(first, last, "LOC", GUESSED)
    if before in _ARTICLES and before != "i":
        return _Name(first, last, "ORG", GUESSED - 0.1)
    if sum(word.isalpha() and word not in PARTICLES for word in lows) <= 4:
        return _Name(first, last, "PER", GUESSED + 0.1)
    return _Name(first, last, "MISC", GUESSED - 0.1)


def _labelled(line: Line, found: list[_Name]) -> list[_Name]:
    """Give single words the label of the full name they are the end of, else what the article votes for."""
    surnames: dict[tuple[str, ...], float] = {}
    for name in found:
        if name.label == "PER":
            for first in range(name.first + 1, name.last + 1):
                surnames.setdefault(tuple(line.words[first : name.last + 1]), name.score)
    votes: dict[str, Counter[str]] = {}
    for name in found:
        if name.first == name.last and not name.label:
            votes.setdefault(line.words[name.first], Counter()).update(_votes(line, name.first))
    for name in found:
        word = line.words[name.first]
        surname = surnames.get(tuple(line.words[name.first : name.last + 1]))
        if surname is not None and (name.score <= GUESSED or line.noun_before(name.first, TITLES)):
            name.label, name.score = "PER", round(surname - 0.1, 2)
        elif not name.label:
            label, count = max(votes[word].items(), key=lambda item: (item[1], item[0]))
            name.label = label
            name.score = TOLD if count >= 4 else GUESSED if count > 1 else GUESSED - 0.1
    return found


def _votes(line: Line, index: int) -> Counter[str]:
    """What the neighbours of a lone capitalised word say, in halves of a vote."""
    before = line.low[index - 1].replace("’", "'") if index and line.joined(index - 1, index) else ""
    after = line.low[index + 1] if index + 1 < len(line) and line.joined(index, index + 1) else ""
    votes: Counter[str] = Counter()
    if line.low[index] in FIRST_NAMES:
        votes["PER"] += 4
    if line.noun_before(index, TITLES):
        votes["PER"] += 4
    elif line.noun_before(index, ORG_BEFORE):
        votes["ORG"] += 4
    elif before in _IN:
        votes["LOC"] += 4
    elif before in ("a", "ad", "di", *_TO) or _after_and(line, index, place=True):
        votes["LOC"] += 2
    elif before == "con" or _after_and(line, index, place=False):
        votes["PER"] += 2
    elif before in _ARTICLES:
        votes["ORG"] += 3
    if after in _VERBS and before not in _IN | _TO | {"di", "a", "ad", "con", "su", "per"}:
        votes["PER"] += 3
    return votes or Counter(PER=1)  # most lone capitalised words in the news are surnames


def _after_and(line: Line, index: int, place: bool) -> bool:
    """Whether a known place («Roma e Rosignano») or another name («Zelensky e Putin») and an «e» precede."""
    if index < 2 or line.low[index - 1] not in ("e", "ed") or not line.joined(index - 2, index):
        return False
    known = gazetteer().get((line.words[index - 2],)) == "LOC"
    return known if place else line.is_name_like(index - 2) and not known
