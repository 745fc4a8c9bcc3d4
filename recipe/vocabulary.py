"""The base's vocabulary cut down to the pieces that Italian text uses: 36,000 of 250,000.

Kept are the pieces seen in the training texts, single characters, pieces of the most frequent Italian words
and of organisations' names, then the base's most frequent pieces in Latin letters. What is not kept is
spelt out by shorter pieces, so that no word becomes unknown.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from tokenizers import Regex, Tokenizer
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC, Replace, Sequence
from wordfreq import top_n_list

from annotations.components.pieces import UNKNOWN, WORD_MARK, Pieces
from recipe.base import Base

SIZE = 36_000
FREQUENT_WORDS = 60_000
_LATIN = re.compile(rf"{WORD_MARK}?[A-Za-zÀ-ɏ0-9]+\Z")
_CONTROLS = r"[\x00-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"


def tokenizer_of(pieces: list[str], scores: list[float]) -> Tokenizer:
    """A tokenizer for single words; NFKC without controls is the base's own map, but for rare letters."""
    tokenizer = Tokenizer(
        Unigram(list(zip(pieces, scores, strict=True)), unk_id=UNKNOWN, byte_fallback=False)
    )
    tokenizer.normalizer = Sequence([NFKC(), Replace(Regex(_CONTROLS), "")])
    return tokenizer


def choose(base: Base, words: Iterable[tuple[str, bool]], names: Iterable[str]) -> list[int]:
    """The numbers of the pieces to keep, ascending; ``words`` are those of the training texts."""
    pieces = Pieces(tokenizer_of(base.pieces, base.scores))
    keep = {0, 1, 2, 3}
    for ids in pieces.cut(dict.fromkeys(words)):
        keep.update(ids)
    keep |= {i for i, piece in enumerate(base.pieces) if _is_character(piece)}
    counts: Counter[int] = Counter()
    frequent = top_n_list("it", FREQUENT_WORDS)
    known = [(form, True) for word in frequent for form in (word, word[:1].upper() + word[1:])]
    known += [(word, True) for name in names for word in name.split()]
    for ids in pieces.cut(known):
        counts.update(ids)
    for i, count in counts.most_common():
        if count < 2 or len(keep) >= SIZE:
            break
        keep.add(i)
    for i, piece in enumerate(base.pieces):
        if len(keep) >= SIZE:
            break
        if _LATIN.match(piece):
            keep.add(i)
    return sorted(keep)


def _is_character(piece: str) -> bool:
    letter = piece[1:] if len(piece) == 2 and piece[0] == WORD_MARK else piece
    if len(letter) != 1:
        return False
    return ord(letter) < 0x250 or (unicodedata.category(letter)[0] in "PS" and ord(letter) < 0x3000)
