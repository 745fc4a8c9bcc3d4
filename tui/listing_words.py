"""Whether what a person has typed fits the words of a row: every word somewhere, case and accents aside."""

from __future__ import annotations

import unicodedata


def folded(words: str) -> str:
    """In lower case and without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", words.casefold()) if not unicodedata.combining(c))


def matches(typed: str, words: str) -> bool:
    """Whether each word typed is part of the words."""
    line = folded(words)
    return all(word in line for word in folded(typed).split())
