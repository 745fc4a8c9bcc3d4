"""The kept lexicon of reporting verbs: ``reporting_verbs.txt``, a verb a line, its inflections behind it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "reporting_verbs.txt"
_CLITIC = re.compile(r"(?P<verb>\w+ndo|\w+r)(?:si|lo|la|li|le|gli|ne|ci|vi|gliel[oaie])\Z")
_PARTICIPLE = re.compile(r"(?:[st][oaie]|ndo|re)\Z")


@cache
def reporting_forms() -> frozenset[str]:
    """All forms, in lower case."""
    return frozenset(FILE.read_text(encoding="utf-8").split())


@cache
def finite_forms() -> frozenset[str]:
    """Those that need no auxiliary, as far as their ending tells: dice, spiegava."""
    return frozenset(form for form in reporting_forms() if not _PARTICIPLE.search(form))


def reports(word: str) -> bool:
    """Whether a word in lower case is a form of a reporting verb, with a pronoun at its end or without."""
    if word in reporting_forms():
        return True
    clitic = _CLITIC.match(word)
    return bool(clitic) and any(clitic["verb"] + end in reporting_forms() for end in ("", "e"))  # type: ignore[index]
