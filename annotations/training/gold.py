"""Reviewed articles as files for spaCy's training loop. Imports spaCy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.tokens import Doc, DocBin, SpanGroup

from annotations.annotation import DONE
from annotations.components.quotes import SPANS_KEY
from annotations.formats import Reviewed
from annotations.formats.selection import select
from annotations.formats.spacy_docs import make_doc
from annotations.scheme import CUE, SOURCE, Scheme

if TYPE_CHECKING:
    from spacy.language import Language

ROLES = (CUE, SOURCE)
"""What a model learns of quotes: CONTENT stays with the quotation marks."""


def gold_docs(nlp: Language, units: Iterable[Reviewed], scheme: Scheme) -> list[Doc]:
    """A gold Doc of each article.

    Its group of quotes is there only where the editor is through with all of them: a word in no quote would
    else be taken for one that is none.
    """
    docs = []
    for unit in units:
        selection = select(unit, scheme)
        doc, _remarks = make_doc(nlp, selection)
        if unit.annotation.state != DONE or selection.open_quotes:
            del doc.spans[SPANS_KEY]
        docs.append(doc)
    return docs


def with_roles_alone(doc: Doc) -> None:
    """Leave CUE and SOURCE in the group of quotes."""
    spans = [span for span in doc.spans[SPANS_KEY] if span.label_ in ROLES]
    doc.spans[SPANS_KEY] = SpanGroup(doc, name=SPANS_KEY, spans=spans)


def write_docs(path: Path, docs: Iterable[Doc], keep: Callable[[Doc], bool] = lambda doc: True) -> int:
    """Write those that are kept; how many they are."""
    kept = [doc for doc in docs if keep(doc)]
    path.parent.mkdir(parents=True, exist_ok=True)
    DocBin(store_user_data=True, docs=kept).to_disk(path)
    return len(kept)
