"""What a model left open in a quote's report, from the rules where these are sure.

Also what «secondo» leads to: «secondo quanto riferito da X» is reported by «riferito», «secondo l'accusa» by
«secondo», and so is what follows «secondo cui».
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from annotations.suggesters.cues import known_before
from annotations.suggesters.linking import Bounds, Reported
from annotations.suggesters.reporting import Report
from annotations.suggesters.verbs import reports

AT_ONCE = 16
"""Code points between words that belong together."""
_WHICH = re.compile(r"\b(secondo) (?:cui|(?:il|la) quale|(?:i|le) quali),?\s*\Z", re.IGNORECASE)
_TO = re.compile(r"\b(secondo) (?:l['’]|il |lo |la |i |gli |le )\Z", re.IGNORECASE)
_TO_WHAT = re.compile(
    r"(?:secondo|stando a) quanto (?:(?:ha|hanno|aveva|avevano|è stato|viene|si) )?(\w+)", re.IGNORECASE
)


def completed(
    text: str, start: int, found: Reported, ruled: Report | None, names: Sequence[Bounds]
) -> Reported:
    """The report of the quote at ``start``, as far as the model and the rules together show it.

    ``ruled`` is what the rules read off the words around it, ``names`` are persons and organisations, in
    reading order.
    """
    cue, source = found.cue, found.source
    if ruled is not None and ruled.near:
        cue = cue or ruled.cue
        if cue == ruled.cue:
            source = _source(start, cue, source, ruled.source, names)
    cue = known_before(text, start) or cue
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


def _source(
    start: int, cue: Bounds, source: Bounds | None, ruled: Bounds | None, names: Sequence[Bounds]
) -> Bounds | None:
    if ruled is None:
        return source
    low, high = ruled
    at = bisect_left(names, (low, 0))
    named = at < len(names) and names[at][1] <= high
    behind = cue[1] <= low <= cue[1] + AT_ONCE  # «ha risposto la vedova Monti»
    ahead = high <= cue[0] <= high + AT_ONCE
    if source is None:
        return ruled if behind or (ahead and named) else None
    # the one before the quote spoke before
    return ruled if behind and named and source[1] <= start <= cue[0] else source
