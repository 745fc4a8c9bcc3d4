"""What the tutorial is practised on: a copy of a shipped article, with suggestions that are always the same.

They are fixed in ``tutorial.json``, by their words, and wrong on purpose in four places: a name that is none,
a wrong label, a boundary a word short, a quote without its source. So no model is needed.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from annotations.annotation import SUGGESTED, Link, Proposal, Span
from annotations.errors import ChiosaError
from annotations.language import _
from annotations.scheme import default_scheme
from annotations.store import FOLDER, Store
from tui.commands.common import samples
from tui.desk import Desk

if TYPE_CHECKING:
    from spacy.language import Language

    from annotations.tokens import Tokens

SCRIPT = Path(__file__).with_name("tutorial.json")
_PUPIL = "tutorial"
"""The annotator of a review that nobody keeps."""


class TutorialError(ChiosaError):
    """The tutorial does not fit the article that it is about."""


@dataclass(frozen=True, slots=True)
class Script:
    """The article that the tutorial is about, by its id, and what is suggested for it."""

    article: str
    suggester: str
    spans: tuple[Mapping[str, object], ...]
    links: tuple[Link, ...]

    def proposal(self, text: str) -> Proposal:
        """The suggestions for a text, with the ids that the script gives them.

        Raises:
            TutorialError: the text lacks some of the words.
        """
        found = [
            Span(
                str(entry.get("id") or f"p{number}"),
                *self.place(text, str(entry["words"]), int(str(entry["nth"]))),
                str(entry["label"]),
                SUGGESTED,
                origin=f"model:{self.suggester}",
                score=float(str(entry["score"])),
            )
            for number, entry in enumerate(self.spans, 1)
        ]
        return Proposal(tuple(sorted(found, key=lambda span: span.order)), tuple(sorted(self.links)))

    def place(self, text: str, words: str, nth: int = 1) -> tuple[int, int]:
        """Where words of the script stand in a text the ``nth`` time.

        Raises:
            TutorialError: they do not stand there so often.
        """
        places = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text)]
        if len(places) < nth:
            message = _("{article}: «{words}» is missing, which the tutorial is about; reinstall Chiosa")
            raise TutorialError(message.format(article=self.article, words=words))
        return places[nth - 1]


def load_script(path: Path = SCRIPT) -> Script:
    """The script that comes with Chiosa."""
    data = json.loads(path.read_text(encoding="utf-8"))
    links = tuple(Link.from_dict(link) for link in data["links"])
    return Script(data["article"], data["suggester"], tuple(data["spans"]), links)


class FixedSuggesting:
    """The words of a text, and the suggestions of a script whatever is installed: see `Suggesting`."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.notice = ""
        self._nlp: Language | None = None
        self._lock = asyncio.Lock()

    async def start(self) -> None:
        """Nothing to load until words are asked for."""

    async def ready(self) -> str:
        """The script's name and version."""
        return self.script.suggester

    async def tokens(self, text: str) -> Tokens:
        """The grid of a text; the tokenizer is loaded in a thread, beside the keys of the first step."""
        async with self._lock:
            if self._nlp is None:
                self._nlp = await asyncio.to_thread(_tokenizer)
            return await asyncio.to_thread(_tokens, self._nlp, text)

    async def suggest(self, text: str) -> tuple[str, Proposal]:
        """The script's suggestions."""
        return self.script.suggester, self.script.proposal(text)

    async def close(self) -> None:
        """Let go of the tokenizer."""
        self._nlp = None


def _tokenizer() -> Language:
    from annotations.suggesters import import_spacy

    import_spacy()
    from annotations.italian import blank_italian

    return blank_italian()


def _tokens(nlp: Language, text: str) -> Tokens:
    from annotations.suggesters.tokenizing import desk_tokens

    return desk_tokens(nlp, text)


@contextmanager
def practice(script: Script) -> Iterator[Desk]:
    """A desk on a copy of the article, with a store of its own, in a folder that goes at the end.

    Raises:
        TutorialError: the article does not come along.
    """
    original = samples() / f"{script.article}.txt"
    if not original.is_file():
        raise TutorialError(
            _("{path}: is missing, which the tutorial is about; reinstall Chiosa").format(path=original)
        )
    with TemporaryDirectory(prefix="chiosa-tutorial-", ignore_cleanup_errors=True) as name:
        copy = Path(name) / original.name
        shutil.copyfile(original, copy)
        store = Store(Path(name) / FOLDER, _PUPIL, default_scheme())
        desk = Desk([copy], store, FixedSuggesting(script), single=True)
        try:
            yield desk
        finally:
            desk.give_all_back()
