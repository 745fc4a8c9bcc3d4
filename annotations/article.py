"""One article: a text that never changes, with what its dateline and its first line say about it."""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from pathlib import Path

from msgspec import Struct
from msgspec.structs import force_setattr

from annotations.dateline import Dateline, read_dateline
from annotations.errors import ChiosaError, why
from annotations.language import _

TITLE_LENGTH = 80
"""Code points at which a title made from a first sentence is cut."""
_HEADLINE_LENGTH = 140
"""A first line longer than this (code points) is a paragraph, not a headline."""
_SAMPLE = 8192
"""Bytes that are looked at to tell a text from a binary file."""
_STRAYS = 16
"""Controls that a text may have on its way through old systems; they are shown as stand-ins."""
_BINARY_SHARE = 0.02
"""A text has next to no C0 controls; compressed bytes have one in ten."""
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r\f\x1b")
_SIGNATURES = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x7fELF",
    b"{\\rtf",
    b"\xd0\xcf\x11\xe0",
)
# A text can have a megabyte, and is not copied to find its beginning.
_WORD = re.compile(r"\S")
_NEWLINES = re.compile(r"\n*")
_ABBREVIATION = re.compile(
    r"\b(?:\w|prof|dott|dr|sig|on|sen|avv|ing|arch|geom|rag|gen|col|cap|mons|art|pag|cit|vs|ca|tel)\.$",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…][\"”»’)]*(?=\s+[\"“«‘(]?[A-ZÀ-Ý])|\n")


class ArticleError(ChiosaError):
    """A file that cannot be read as an article; the message names the file and the remedy."""


class Article(Struct, frozen=True):
    """A text with its metadata.

    ``id`` is the file's stem; every offset in the program counts Python code points of ``text``, end
    exclusive. ``date`` is ISO 8601, ``notice`` is a line for the editor about how the file was read.
    """

    id: str
    path: Path
    text: str
    title: str
    date: str | None = None
    agency: str | None = None
    place: str | None = None
    notice: str | None = None
    sha256: str = ""

    def __post_init__(self) -> None:
        if not self.sha256:
            force_setattr(self, "sha256", text_sha256(self.text))


def plain_name(name: str) -> str:
    """A file's name as text; bytes that are not UTF-8 become ``\\xe8`` and the like."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def text_sha256(text: str) -> str:
    """The SHA-256, in hexadecimal, of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def load_article(path: Path) -> Article:
    """Read a plain text file.

    UTF-8 with or without a byte order mark, else Windows-1252 (said in ``notice``); CRLF and CR become
    LF; nothing else is changed.

    Raises:
        ArticleError: the file is missing, unreadable, empty or not a text.
    """
    try:
        if path.exists() and not path.is_file():
            if path.is_dir():
                raise ArticleError(_("{path}: is a folder; name one of its articles").format(path=path))
            raise ArticleError(_("{path}: is not a regular file; save it as one").format(path=path))
        raw = path.read_bytes()
    except FileNotFoundError:
        raise ArticleError(_("{path}: no such file; check the name").format(path=path)) from None
    except OSError as error:
        raise ArticleError(
            _("{path}: cannot be read ({reason}); check its permissions").format(path=path, reason=why(error))
        ) from None
    return article_from(raw, path)


def article_from(raw: bytes, path: Path) -> Article:
    """The article of a file with these bytes, read as `load_article` reads it.

    Raises:
        ArticleError: they are empty or not a text.
    """
    text, notice = _decode(raw, path)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isspace() or not text:
        raise ArticleError(_("{path}: is empty; put the article's text in it or remove it").format(path=path))
    return make_article(text, path, notice)


def make_article(text: str, path: Path, notice: str | None = None) -> Article:
    """An article from a text at hand; title, date, agency and place are read from it.

    A dateline without a year gets the one in the file's name, else the year in which that day last came
    before the file was written.

    Raises:
        ArticleError: the text cannot be written as UTF-8.
    """
    headline = _headline(text)
    newlines = _NEWLINES.match(text, headline[1]) if headline else None
    body = newlines.end() if newlines else 0
    line = read_dateline(text, body) or (read_dateline(text) if headline else None)
    if line is not None and line.date is None:
        line = read_dateline(text, body, _year(path)) or line
        line = _not_after_file(text, body, line, path)
    title = headline[0] if headline else _first_sentence(text, line)
    line = line or Dateline(0)
    try:
        return Article(plain_name(path.stem), path, text, title, line.date, line.agency, line.place, notice)
    except UnicodeEncodeError as error:
        message = _("{path}: has half a character at {n}, which no text can hold; mend what has made it")
        raise ArticleError(message.format(path=path, n=error.start)) from None


def _decode(raw: bytes, path: Path) -> tuple[str, str | None]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ArticleError(_("{path}: is UTF-16; save it as UTF-8").format(path=path))
    sample = raw[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if raw.startswith(_SIGNATURES) or controls > _STRAYS + len(sample) * _BINARY_SHARE:
        raise ArticleError(_("{path}: is not a text file; export it as plain text (UTF-8)").format(path=path))
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        where = error.start
    try:
        return raw.decode("cp1252"), _("read as Windows-1252, since it is not UTF-8")
    except UnicodeDecodeError:
        raise ArticleError(
            _("{path}: is neither UTF-8 nor Windows-1252 (byte {n}); save it as UTF-8").format(
                path=path, n=where
            )
        ) from None


def _headline(text: str) -> tuple[str, int] | None:
    """The first line and its end, where it reads like a headline and a body follows."""
    first = _WORD.search(text)
    end = text.find("\n", first.start()) if first else -1
    if first is None or end < 0:
        return None
    line = text[first.start() : end].strip()
    if _WORD.search(text, end) is None or len(line) > _HEADLINE_LENGTH or line.endswith((".", ":", ";", ",")):
        return None
    if read_dateline(line + " ") and not line.endswith(")"):
        return None
    return line, end


def _first_sentence(text: str, line: Dateline | None) -> str:
    body = text[line.end if line else 0 :].lstrip()
    # A look at the last few code points is enough to know «prof.» or «G.» from the end of a sentence.
    ends = (
        match.end()
        for match in _SENTENCE_END.finditer(body)
        if not _ABBREVIATION.search(body[max(0, match.end() - 8) : match.end()])
    )
    sentence = " ".join(body[: next(ends, len(body))].split())
    if len(sentence) <= TITLE_LENGTH:
        return sentence
    cut = sentence.rfind(" ", TITLE_LENGTH // 2, TITLE_LENGTH)
    return sentence[: cut if cut > 0 else TITLE_LENGTH - 1].rstrip(" ,;:-–—") + "…"


def _year(path: Path) -> int | None:
    match = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", path.stem)
    if match:
        return int(match[0])
    written = _written(path)
    return written.year if written else None


def _written(path: Path) -> datetime.date | None:
    try:
        return datetime.date.fromtimestamp(path.stat().st_mtime)
    except (OSError, ValueError, OverflowError):
        return None


def _not_after_file(text: str, start: int, line: Dateline, path: Path) -> Dateline:
    """An article of 30 December that is saved on 2 January is last year's."""
    written = _written(path)
    if line.date is None or written is None or line.date <= (written + datetime.timedelta(1)).isoformat():
        return line
    if re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", path.stem):
        return line
    return read_dateline(text, start, written.year - 1) or line
