"""The articles that an import goes to: those of a folder, found by name or by text, and new ones."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from annotations.annotation import Annotation
from annotations.article import Article, ArticleError, article_from, plain_name, text_sha256
from annotations.atomic import write_atomically
from annotations.errors import ChiosaError, why
from annotations.folder import SUFFIX, article_paths, load_articles
from annotations.formats.incoming import Incoming, Unfit
from annotations.language import _
from annotations.store import file_name

_LONGEST_NAME = 120
"""Bytes of a new file's name before its ending, so that the store's files beside it have room."""


class Shelf:
    """The articles of one folder."""

    def __init__(self, folder: Path) -> None:
        """Read the articles of a folder, which may not be there yet, or one article that is named."""
        self.folder = folder.parent if folder.is_file() else folder
        self._by_id: dict[str, Article] = {}
        self._by_text: dict[str, Article] = {}
        self._squeezed: dict[str, Article] | None = None
        with suppress(ChiosaError):  # a folder without articles gets its first ones
            for found in load_articles(article_paths(folder), named=folder.is_file()):
                if not isinstance(found, ArticleError):
                    self._add(found)

    def find(self, incoming: Incoming) -> tuple[Article, Annotation] | None:
        """The article that something incoming is about, with the annotation on its text; None if it is new.

        Raises:
            Unfit: an article of that name has another text.
        """
        if not incoming.exact:
            return self._find_squeezed(incoming)
        sha256 = text_sha256(incoming.text)
        named = self._by_id.get(incoming.article_id)
        if named is not None and named.sha256 == sha256:
            return named, incoming.annotation
        if sha256 in self._by_text:
            return self._by_text[sha256], incoming.annotation
        if named is not None:
            raise Unfit(
                _("its text is not that of {path}; import it --into another folder").format(path=named.path)
            )
        return None

    def reserve(self, incoming: Incoming) -> Article:
        """A new article of the text, under a name that no other has; `put` writes it.

        Raises:
            Unfit: the text cannot be an article.
        """
        path = self._free_path(incoming)
        try:
            article = article_from(incoming.text.encode("utf-8"), path)
        except ChiosaError as error:
            raise Unfit(str(error)) from None
        if article.text != incoming.text:
            raise Unfit(_("its text cannot be kept as it is in a text file"))
        self._add(article)
        return article

    def put(self, article: Article) -> None:
        """Write the file of a new article; safe in any thread.

        Raises:
            Unfit: it cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(article.path, article.text.encode("utf-8"))
        except OSError as error:
            raise Unfit(
                _("{path}: cannot be written ({reason})").format(path=article.path, reason=why(error))
            ) from None

    def forget(self, article: Article) -> None:
        """Give up a new article, since its annotation could not be saved."""
        self._by_id.pop(article.id, None)
        self._by_text.pop(article.sha256, None)
        self._squeezed = None

    def _add(self, article: Article) -> None:
        self._by_id[article.id] = article
        self._by_text.setdefault(article.sha256, article)
        if self._squeezed is not None:
            self._squeezed.setdefault(_squeezed(article.text), article)

    def _find_squeezed(self, incoming: Incoming) -> tuple[Article, Annotation] | None:
        """By the words alone: the file does not know what white space was between them."""
        if self._squeezed is None:
            self._squeezed = {}
            for article in self._by_id.values():
                self._squeezed.setdefault(_squeezed(article.text), article)
        squeezed = _squeezed(incoming.text)
        named = self._by_id.get(incoming.article_id)
        if named is not None and _squeezed(named.text) == squeezed:
            found: Article | None = named
        else:
            found = self._squeezed.get(squeezed)
        if found is None:
            return None
        old, new = _letters(incoming.text), _letters(found.text)
        place = dict(zip(old, new, strict=True))
        spans = []
        for span in incoming.annotation.spans:
            inner = [place[at] for at in range(span.start, span.end) if at in place]
            if not inner:
                raise Unfit(_("the span at {start} is only white space").format(start=span.start))
            spans.append(replace(span, start=inner[0], end=inner[-1] + 1))
        return found, replace(incoming.annotation, spans=tuple(sorted(spans, key=lambda span: span.order)))

    def _free_path(self, incoming: Incoming) -> Path:
        name = incoming.article_id
        if not name:
            file = plain_name(Path(incoming.place.rsplit(":", 1)[0]).name)
            name = file.lstrip(".").split(".")[0] or "article"  # WN_dev.tsv.gz has two endings
        usable = (
            "/" not in name
            and not name.startswith(".")
            and name.isprintable()
            and len(name.encode("utf-8", "replace")) <= _LONGEST_NAME
        )
        stem = name if usable else file_name(name)[:_LONGEST_NAME]
        for number in count(1):
            numbered = stem if number == 1 and incoming.article_id else f"{stem}-{number:04}"
            path = self.folder / f"{numbered}{SUFFIX}"
            if numbered not in self._by_id and not path.exists():
                return path
        raise AssertionError


def as_in_a_file(incoming: Incoming) -> Incoming:
    """The same with line ends as articles have them: CRLF and CR become LF, a byte order mark goes.

    Offsets follow their words.

    Raises:
        Unfit: a span is left without a code point, or the text is empty or cannot be written as UTF-8.
    """
    text = incoming.text
    if not text.strip():
        raise Unfit(_("its text is empty"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Unfit(_("its text has half a character at {n}").format(n=error.start)) from None
    if "\r" not in text and not text.startswith("\ufeff"):
        return incoming
    kept = [
        at for at, char in enumerate(text)
        if not (char == "\r" and text[at + 1 : at + 2] == "\n") and not (at == 0 and char == "\ufeff")
    ]  # fmt: skip
    place = [0] * (len(text) + 1)
    for new, old in enumerate(kept):
        place[old] = new
    place[len(text)] = len(kept)
    for at in range(len(text) - 1, -1, -1):  # what goes stands where the next one does
        if (text[at] == "\r" and text[at + 1 : at + 2] == "\n") or (at == 0 and text[0] == "\ufeff"):
            place[at] = place[at + 1]
    spans = tuple(
        replace(span, start=place[span.start], end=place[span.end]) for span in incoming.annotation.spans
    )
    if any(span.start >= span.end for span in spans):
        raise Unfit(_("a span holds nothing but an end of line"))
    changed = "".join(text[at] for at in kept).replace("\r", "\n")
    # the edits speak of offsets in the text as it was
    return replace(incoming, text=changed, annotation=replace(incoming.annotation, spans=spans), history=None)


def _squeezed(text: str) -> str:
    return text_sha256("".join(text.split()))


def _letters(text: str) -> list[int]:
    """The offsets of what is not white space."""
    return [at for at, char in enumerate(text) if not char.isspace()]
