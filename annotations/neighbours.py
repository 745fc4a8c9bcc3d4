"""Whether a name in a text goes on beside the words: «Trump» in «Trump Tower» is not the man.

Nothing but the text is needed, so that this also holds where nobody has proposed the longer name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from annotations.suggesters.lexicon import (
    COMMON_ACRONYMS,
    COMMON_CAPITALS,
    FIRST_NAMES,
    FUNCTION_WORDS,
    LOC_NAMES,
    ORG_NAMES,
    TITLES,
    word_set,
)

_REACH = 40
"""Code points beside the words that are looked at; no word of a name is longer."""
_GAP = "[ \u00a0-]"
_BEFORE = re.compile(rf"(\w+|\b[^\W\d_]\.){_GAP}\Z")
_BEHIND = re.compile(rf"{_GAP}(\w+)")
_OPENING = re.compile(r"(?:\A|[.!?…:][»”\"')]*\s+|\n\s*|[«“\"(]\s*|[–—-]\s)\Z")
"""What stands before the first word of a sentence."""
_WORD = re.compile(r"[^\W\d_]+")
_OF_THEIR_OWN = frozenset(name for name in (*ORG_NAMES, *LOC_NAMES) if " " not in name)
"""Names that stand beside others without being part of them: «il presidente Usa Trump»."""
_BEFORE_NAMES = word_set("Usa USA Ue UE Onu ONU Nato NATO Pd PD Pdl PDL Fi FI Fdi FdI M5s M5S")
"""Names with which no longer one begins: «la segretaria Pd Schlein»."""
_NUMERAL = re.compile(r"[IVXL]+")
"""A pope's or a king's number, which is part of his name."""
_NO_NAMES = FUNCTION_WORDS | COMMON_CAPITALS | COMMON_ACRONYMS

Known = Callable[[int, int], bool]
"""Whether words are known to be a name of their own."""


def goes_on(text: str, start: int, end: int, known: Known = lambda start, end: False) -> bool:
    """Whether the words are part of a longer name.

    They are where a word with a capital stands right beside them, over a blank or a hyphen, unless it is a
    title («il Presidente Trump»), has its capital from the sentence that it begins («Ieri Trump»), or is a
    name of its own.

    Args:
        text: the article's text.
        start: where the words begin, in code points.
        end: where they end, exclusive.
        known: whether a stretch is a name of its own, as far as the spans tell.
    """
    words = _WORD.findall(text[start:end])
    if not words:
        return False
    behind = _BEHIND.match(text, end, end + _REACH) if words[-1][0].isupper() else None
    apart = text[start:end] in _BEFORE_NAMES and text[end : end + 1] != "-"
    if behind is not None and _is_name(behind[1]) and not apart and not known(*behind.span(1)):
        return True
    if not words[0][0].isupper():
        return False
    before = _BEFORE.search(text, max(0, start - _REACH), start)
    if before is None or not _is_name(before[1]) or known(*before.span(1)):
        return False
    hyphen = text[start - 1] == "-"
    if not hyphen and (before[1].lower() in TITLES or before[1] in _OF_THEIR_OWN or _is_acronym(before[1])):
        return False
    return not _begins(text, before.start(1)) or hyphen or _is_first_name(text, before[1])


def _is_name(word: str) -> bool:
    if _NUMERAL.fullmatch(word):
        return True
    return word[0].isupper() and word.lower() not in _NO_NAMES


def _is_acronym(word: str) -> bool:
    """Whether it is in capitals: «PD», «M5S». An initial is part of a name."""
    return len(word) > 1 and word.isupper() and not word.endswith(".")


def _begins(text: str, start: int) -> bool:
    return bool(_OPENING.search(text, max(0, start - 8), start))


def _is_first_name(text: str, word: str) -> bool:
    """Whether the first word of a sentence is a name all the same: a known one, or so elsewhere."""
    if word.lower() in FIRST_NAMES or word.endswith("."):
        return True
    places = (match.start() for match in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text))
    return any(not _begins(text, place) for place in places)
