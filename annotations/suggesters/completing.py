"""What a model left open in a quote's report, from the rules where these are sure.

Also what «secondo» leads to: «secondo quanto riferito da X» is reported by «riferito», «secondo l'accusa» by
«secondo», and so is what follows «secondo cui». Who a participle right before the quote says did it stands
behind the quote: «giudicato "insufficiente" dai sindacati».
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from annotations.suggesters.cues import known_before, known_behind
from annotations.suggesters.linking import Bounds, Reported
from annotations.suggesters.reporting import Report, agent, first_phrase
from annotations.suggesters.verbs import reports

AT_ONCE = 16
"""Code points between words that belong together."""
BEHIND = 48
"""The same where nothing but adverbs and times stand between: «ha ribadito intanto oggi il ministero»."""
_WHICH = re.compile(r"\b(secondo) (?:cui|(?:il|la) quale|(?:i|le) quali),?\s*\Z", re.IGNORECASE)
_TO = re.compile(r"\b(secondo) (?:l['’]|il |lo |la |i |gli |le )\Z", re.IGNORECASE)
_TO_WHAT = re.compile(
    r"(?:secondo|stando a) quanto (?:(?:ha|hanno|aveva|avevano|è stato|viene|si) )?(\w+)", re.IGNORECASE
)
_ACCORDING = re.compile(r"(?:secondo|stando)\b[^.;:!?\n]{0,40}\Z", re.IGNORECASE)
_PARTICIPLE = re.compile(r"[st][oaie]\Z")


def completed(
    text: str, quote: Bounds, found: Reported, ruled: Report | None, names: Sequence[Bounds]
) -> Reported:
    """The report of a quote, as far as the model and the rules together show it.

    ``ruled`` is what the rules read off the words around it, ``names`` are persons and organisations, in
    reading order.
    """
    start, end = quote
    cue, source = found.cue, found.source
    if ruled is not None and ruled.near:
        cue = cue or ruled.cue
        if cue == ruled.cue:
            source = _source(start, cue, source, ruled.source, names)
    elif ruled is not None and _is_according(text, ruled.cue) and not _is_verb(text, cue):
        return Reported(ruled.cue, source if _overlap(source, ruled.source) else ruled.source)
    cue = known_before(text, start) or cue
    known = known_behind(text, end) if cue is None else None
    if known is not None:
        return Reported(known, source or first_phrase(text, known[1]))
    if cue is not None and 0 <= start - cue[1] <= 1 and _PARTICIPLE.search(text, cue[0], cue[1]):
        source = agent(text, end) or source
    which = _WHICH.search(text, max(0, start - 2 * AT_ONCE), start)
    if which is not None:
        return Reported(which.span(1), source)
    if cue is None:
        return Reported(cue, source)
    verb = _TO_WHAT.match(text, cue[0])
    if verb is not None:
        return Reported(verb.span(1) if reports(verb[1].lower()) else cue, source)
    according = _TO.search(text, max(0, cue[0] - AT_ONCE), cue[0])
    if according is not None:
        return Reported(according.span(1), source or cue)
    return Reported(cue, source)


def _is_according(text: str, cue: Bounds) -> bool:
    """Whether «secondo quanto» and the like leads to it, or it is such a word itself."""
    return bool(_ACCORDING.search(text, max(0, cue[0] - BEHIND), cue[1]))


def _is_verb(text: str, cue: Bounds | None) -> bool:
    return cue is not None and any(reports(word) for word in text[slice(*cue)].lower().split())


def _source(
    start: int, cue: Bounds, source: Bounds | None, ruled: Bounds | None, names: Sequence[Bounds]
) -> Bounds | None:
    if ruled is None:
        return source
    low, high = ruled
    at = bisect_left(names, (low, 0))
    named = at < len(names) and names[at][1] <= high
    behind = cue[1] <= low <= cue[1] + BEHIND  # «ha risposto la vedova Monti»
    ahead = high <= cue[0] <= high + AT_ONCE
    if source is None:
        return ruled if behind or (ahead and named) else None
    if _overlap(source, ruled):
        return source
    # the one before the quote spoke before; one right before the verb is its subject
    return ruled if named and ((behind and source[1] <= start <= cue[0]) or ahead) else source


def _overlap(one: Bounds | None, other: Bounds | None) -> bool:
    return one is not None and other is not None and one[0] < other[1] and other[0] < one[1]
