"""spaCy's Italian tokenizer with the rules that news typography needs on top.

spaCy leaves together what an Italian reader sees as apart where marks are glued: ``Usa-Russia``,
``dell'«Unità»``, ``detto:"Vado``. The rules added here cut those; the exported pipeline carries them in its
tokenizer, so that every span made on the desk falls on tokens in training too.

This module imports spaCy: keep it off the start-up path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import spacy
from spacy.lang.char_classes import ALPHA, ALPHA_UPPER
from spacy.util import compile_infix_regex

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokenizer import Tokenizer
    from spacy.tokens import Doc

_OPENING = r"\"«“„‟‹(\["
_MARKS = r"\"«»“”„‟‹›"
_APOSTROPHES = r"'’‘"

INFIXES = (
    # Usa-Russia, Roma–Milano, Pd-M5S, anti-Putin: a dash before a capital joins two names
    rf"(?<=[{ALPHA}0-9])[-–—](?=[{ALPHA_UPPER}])",
    # dell'«Unità», dell’“Unità”: the mark after an elision opens
    rf"(?<=[{_APOSTROPHES}])(?=[{_OPENING}])",
    # a mark between two words or beside a stop belongs to neither: Roma",ha  «Sì»,disse
    rf"(?<=[{ALPHA}0-9.,;:!?…)])[{_MARKS}](?=[{ALPHA}0-9.,;:!?…(])",
    # detto:"Vado  detto:«Vado: the colon and the mark are two tokens
    rf"(?<=[{ALPHA}0-9])[:,;](?=[{_OPENING}])",
    rf"(?<=[:,;{_APOSTROPHES}])[{_OPENING}](?=[{ALPHA}0-9{_APOSTROPHES}])",
    # Macron(ex: a bracket that opens inside a chunk
    rf"(?<=[{ALPHA}0-9])[(\[](?=[{ALPHA}0-9/])",
    # «Sì»,disse  [Trump]ha: a stop after a mark, a bracket that closes inside a chunk
    rf"(?<=[{_MARKS}])[,;:](?=[{ALPHA}0-9])",
    rf"(?<=[{ALPHA}0-9.!?…])[)\]](?=[{ALPHA}0-9])",
    # a mark that opens inside a chunk leaves the word after it alone
    rf"(?<=[{_OPENING}])(?=[{ALPHA}0-9])",
    # 2024,Roma  Il.Ma: a stop with its blank forgotten
    rf"(?<=[0-9]),(?=[{ALPHA}])",
    rf"(?<=[{ALPHA}]{{3}})\.(?=[{ALPHA_UPPER}][{ALPHA}])",
)
"""Infix patterns added to spaCy's own for Italian; a match, empty or not, is a cut."""


def blank_italian() -> Language:
    """A blank Italian pipeline with the tokenizer of the desk."""
    nlp = spacy.blank("it")
    nlp.max_length = 1 << 31  # the limit protects parsers; there is none here
    use_desk_tokens(nlp)
    return nlp


def use_desk_tokens(nlp: Language) -> None:
    """Give a pipeline's tokenizer the extra rules of the desk."""
    infixes = [*(nlp.Defaults.infixes or []), *INFIXES]
    tokenizer = cast("Tokenizer", nlp.tokenizer)
    tokenizer.infix_finditer = compile_infix_regex(infixes).finditer


def word_indices(doc: Doc) -> list[int]:
    """The places in the doc of the tokens that are not white space."""
    return [t.i for t in doc if not t.is_space]


def token_bounds(doc: Doc) -> list[tuple[int, int]]:
    """Start and end, in code points, of each token that is not white space."""
    return [(t.idx, t.idx + len(t)) for t in doc if not t.is_space]
