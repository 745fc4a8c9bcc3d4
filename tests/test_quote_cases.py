"""The pipeline on a table of short cases: what is quoted, with which word it is reported, and by whom."""

from __future__ import annotations

from functools import cache

import pytest
from quote_cases import CASES, Case
from spacy.language import Language

from annotations.suggesters import SHIPPED_FOLDER
from recipe.evaluate import quotes_of

Found = tuple[str, str | None, str | None]


@cache
def pipeline() -> Language:
    import spacy

    return spacy.load(SHIPPED_FOLDER)


def found(text: str) -> tuple[Found, ...]:
    doc = pipeline()(text)

    def words(bounds: tuple[int, int] | None) -> str | None:
        return text[slice(*bounds)] if bounds else None

    return tuple(
        (text[slice(*content)], words(quote.cue), words(quote.source))
        for content, (quote, _) in sorted(quotes_of(doc).items())
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_quotes(case: Case) -> None:
    assert found(case.text) == case.quotes
