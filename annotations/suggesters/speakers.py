"""A speaker's noun phrase made whole, where a model saw only part of it.

Names are not cut in two, a title before a name belongs to the speaker («direttrice Weber»), a name behind a
title too, and no phrase ends with a preposition («membro del personale dell'»).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from annotations.suggesters.lexicon import ARTICLES, FUNCTION_WORDS, SPEAKERS, TITLES
from annotations.suggesters.verbs import finite_forms

Bounds = tuple[int, int]
_WORD_BEFORE = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)?)[^\S\n]\Z")
_WORD_BEHIND = re.compile(r"[^\S\n]?([^\W_]+(?:[-'’][^\W_]+)*)")
_LAST_WORD = re.compile(r"([^\W_]+['’]?)\Z")
_TIE = re.compile(r" (?:d(?:i|el|ello|ella|ei|egli|elle) |d(?:ell)?['’])[^\W_]+(?:[-'’][^\W_]+)*")
_BEGUN = re.compile(r", ed? [^\W_]+\Z")
"""«capogruppo alla Camera, e spina»: what the comma begins is something else."""
_STOPS = ' ,;:–—-(«“"'
_REACH = 40
_BEFORE_TITLES = {"ex", "vice", "neo", "nuovo", "nuova", "stesso", "stessa"}


def whole_speaker(text: str, start: int, end: int, names: Sequence[Bounds]) -> Bounds:
    """The bounds of the phrase; ``names`` are those of persons and organisations, in reading order."""
    start, end = _whole_names(start, end, names)
    for _ in range(2):  # «dei dipinti dei», then «musei di»
        last = _LAST_WORD.search(text, max(start, end - _REACH), end)
        if not last or not _leads_on(last[1]) or last.start() == start:
            break
        behind = _WORD_BEHIND.match(text, end, end + _REACH)
        if not behind:
            return start, len(text[: last.start()].rstrip())
        end = behind.end()
        start, end = _whole_names(start, end, names)
    end = _with_name(text, start, end, names)
    end = _with_complements(text, start, end, names)
    if any(name[0] == start for name in names[bisect_left(names, (start, 0)) :][:1]):
        start = _with_title(text, start)
    begun = _BEGUN.search(text, max(start, end - _REACH), end)
    end = begun.start() if begun else end
    while end - start > 1 and text[end - 1] in _STOPS:
        end -= 1
    return start, end


def _whole_names(start: int, end: int, names: Sequence[Bounds]) -> Bounds:
    at = max(0, bisect_right(names, (start, 0)) - 1)
    for low, high in names[at : at + 8]:
        if low < end and start < high:
            start, end = min(start, low), max(end, high)
    return start, end


def _leads_on(word: str) -> bool:
    low = word.lower()
    return (low in FUNCTION_WORDS and low not in ARTICLES - {"l'", "l’"}) or low.endswith(("'", "’"))


def _with_name(text: str, start: int, end: int, names: Sequence[Bounds]) -> int:
    """The end of the name right behind a title: «avvocata» and «Silvestri»."""
    last = _LAST_WORD.search(text, max(start, end - _REACH), end)
    at = bisect_left(names, (end, 0))
    if not last or last[1].lower() not in TITLES | SPEAKERS or at == len(names):
        return end
    low, high = names[at]
    return high if low - end == 1 and text[end] == " " else end


def _with_complements(text: str, start: int, end: int, names: Sequence[Bounds]) -> int:
    """The end of what «di» ties to a common noun: «Centro di restauro dei dipinti» and «dei musei»."""
    for _ in range(4):
        last = _LAST_WORD.search(text, max(start, end - _REACH), end)
        tie = _TIE.match(text, end, end + _REACH)
        if not last or not last[1].islower() or not tie:
            return end
        _, end = _whole_names(start, tie.end(), names)
    return end


def _with_title(text: str, start: int) -> int:
    """The start of the title before a name, with an adjective between or a «vice» before."""
    words = []
    at = start
    for _ in range(3):
        before = _WORD_BEFORE.search(text, max(0, at - _REACH), at)
        if not before:
            break
        words.append((before[1], before.start()))
        at = before.start()
    for count, (word, offset) in enumerate(words, 1):
        if word.lower() in TITLES:
            if count < len(words) and words[count][0].lower() in _BEFORE_TITLES:
                return words[count][1]
            return offset
        low = word.lower()
        if not word.islower() or low in FUNCTION_WORDS or low in finite_forms() or low[-1] not in "oaei":
            break
    return start
