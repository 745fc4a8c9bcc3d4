"""Words to the numbers of their sub-word pieces, as the encoder was trained on them.

Every token is cut on its own, with the mark of a word's beginning only where white space stands before it:
the pieces of a token are then the same in any context, and need not be aligned with it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

START, PAD, END, UNKNOWN = 0, 1, 2, 3
"""The numbers of ``<s>``, ``<pad>``, ``</s>`` and ``<unk>``, the same as in XLM-RoBERTa."""
WORD_MARK = "\u2581"
LONGEST_WORD = 60
"""Code points of a token that are looked at; what is longer is no word, and would fill a window."""
_REMEMBERED = 50_000


class Pieces:
    """Cuts words with a tokenizer of the library ``tokenizers`` and remembers those it has seen."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self._seen: dict[str, list[int]] = {}

    @classmethod
    def read(cls, path: Path) -> Pieces:
        """Read ``tokenizer.json``."""
        from tokenizers import Tokenizer

        return cls(Tokenizer.from_file(str(path)))

    def cut(self, words: Iterable[tuple[str, bool]]) -> list[list[int]]:
        """The pieces of each word, at least one; the flag says whether white space stands before it."""
        keys = [(WORD_MARK if spaced else "") + word[:LONGEST_WORD] for word, spaced in words]
        if len(self._seen) > _REMEMBERED:
            self._seen.clear()
        missing = list(dict.fromkeys(key for key in keys if key not in self._seen))
        for key, encoding in zip(
            missing, self.tokenizer.encode_batch(missing, add_special_tokens=False), strict=True
        ):
            self._seen[key] = encoding.ids or [UNKNOWN]
        return [self._seen[key] for key in keys]


@dataclass(frozen=True, slots=True)
class Cut:
    """The pieces of a text in one row, and where each token's first piece stands in it."""

    ids: list[int]
    firsts: list[int]

    def __len__(self) -> int:
        return len(self.firsts)


def cut_text(pieces: Pieces, text: str, bounds: Sequence[tuple[int, int]]) -> Cut:
    """Cut the tokens at ``bounds`` (code points); a line's end is a piece of its own, ``</s>``."""
    words, broken = [], []
    before = 0
    for start, end in bounds:
        gap = text[before:start]
        words.append((text[start:end], before == 0 or gap != ""))
        broken.append("\n" in gap and before > 0)
        before = end
    ids: list[int] = []
    firsts: list[int] = []
    for cut, new_line in zip(pieces.cut(words), broken, strict=True):
        if new_line:
            ids.append(END)
        firsts.append(len(ids))
        ids.extend(cut)
    return Cut(ids, firsts)
