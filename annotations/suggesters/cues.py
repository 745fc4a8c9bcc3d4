"""A cue made whole, where a model saw only part of it or the noun that a verb governs.

The cue is the verb: «risposto con queste parole» is reported by «risposto», «la frase pronunciata da» by
«pronunciata». Where verb and noun are one, both are the cue: «fanno sapere», «lanciato un appello».
"""

from __future__ import annotations

import re

from annotations.suggesters.lexicon import AUXILIARIES
from annotations.suggesters.verbs import reports

Bounds = tuple[int, int]
_MAKE = r"(?:fa|fanno|fece|fecero|faceva|facevano|farà|faranno|facendo|fatto|fare)"
_MAKES_KNOWN = re.compile(rf"\b{_MAKE} (?:\w+ )?(?:sapere|notare|presente|osservare)\b", re.IGNORECASE)
_RIGHT_BEFORE = re.compile(
    rf"\b({_MAKE} (?:sapere|notare|presente|osservare))(?: (?:che|di))?:?\s*\Z", re.IGNORECASE
)
_RIGHT_BEHIND = re.compile(
    rf"(?:,|, (?:ha|hanno|aveva|avevano)) ({_MAKE} (?:sapere|notare|presente|osservare))\b", re.IGNORECASE
)
_APPEAL = re.compile(
    rf"\b(?:{_MAKE}|lanci\w+|diffus\w+|diffond\w+|rivol\w+) "
    r"(?:un |l['’])?(?:nuovo |ultimo |accorato )?appello\b",
    re.IGNORECASE,
)
_NOUNS = {"parole", "parola", "frase", "frasi"}
_WITH_WORDS = re.compile(r"\bcon (?:queste|le|le seguenti|tali) (?:\w+ )?\Z", re.IGNORECASE)
_GOVERNS = re.compile(r"(\w+) (?:l[ae]|un[ae]?|quest[ae]|tali|l[ae] seguent[ei]) \Z", re.IGNORECASE)
_PARTICIPLE_BEHIND = re.compile(r" (\w+t[ae])(?= da(?:l|ll|lla|llo|i|gli|lle)?\b)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_STOP = re.compile(r"[.;:!?\n«»“”\"]")
_REACH = 120


def whole_cue(text: str, start: int, end: int) -> Bounds:
    """The bounds of the cue whose part, or whose noun, stands at these."""
    for phrase in (_MAKES_KNOWN, _APPEAL):
        for match in phrase.finditer(text, max(0, start - 40), min(len(text), end + 40)):
            if match.start() <= start and end <= match.end():
                return match.span()
    if text[start:end].lower() in _NOUNS:
        return _governing(text, start, end) or (start, end)
    return start, end


def known_before(text: str, start: int) -> Bounds | None:
    """The bounds of a «fa sapere» that leads straight to the quote at ``start``."""
    match = _RIGHT_BEFORE.search(text, max(0, start - 40), start)
    return match.span(1) if match else None


def known_behind(text: str, end: int) -> Bounds | None:
    """The bounds of a «fa sapere» that follows the quote ending at ``end``."""
    match = _RIGHT_BEHIND.match(text, end, min(len(text), end + 40))
    return match.span(1) if match else None


def _governing(text: str, start: int, end: int) -> Bounds | None:
    """The reporting verb whose object, or whose manner, is the noun."""
    behind = _PARTICIPLE_BEHIND.match(text, end)
    if behind is not None and reports(behind[1].lower()):
        return behind.span(1)
    low = max(0, start - _REACH)
    governs = _GOVERNS.search(text, low, start)
    if governs is not None and reports(governs[1].lower()):
        return governs.span(1)
    manner = _WITH_WORDS.search(text, low, start)
    if manner is None:
        return None
    for stop in _STOP.finditer(text, low, manner.start()):
        low = stop.end()
    verbs = [
        word.span()
        for word in _WORD.finditer(text, low, manner.start())
        if reports(word[0].lower()) and word[0].lower() not in AUXILIARIES
    ]
    return verbs[-1] if verbs else None
