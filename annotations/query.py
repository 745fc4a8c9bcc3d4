"""What an editor types to find spans or articles: words and filters.

::

    macron "casa bianca"            all of these words; a phrase stays together, over line breaks too
    -putin                          not this
    label:PER status:suggested      spans of this label that are undecided
    score:<0.8 origin:rule doubt:yes
    flag:yes note:verificare        spans, or articles, with a flag, with these words in the note
    state:"in progress" agency:ansa date:2025-09 title:kiev

Nothing here minds case, and ’ finds ' and the reverse. Filters and values can be written in Italian too
(`stato:rifiutato`). Of the filters that name one thing (label, status, state, origin, agency, date, flag,
doubt) several of a kind mean any of them; of all else all must hold.

Filters on spans ask for spans, and then words and ``-term`` speak of the span's words; otherwise they speak
of the article, its title or its text.
"""

from __future__ import annotations

import operator
import re
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from annotations.annotation import (
    ACCEPTED,
    DONE,
    IN_PROGRESS,
    NEW,
    REJECTED,
    SUGGESTED,
    Annotation,
    Note,
    Span,
)
from annotations.article import Article
from annotations.doubt import is_doubtful
from annotations.errors import ChiosaError
from annotations.language import _, language

_NAMES = {
    "label": ("etichetta",),
    "status": ("stato",),
    "state": ("stato",),
    "flag": ("segnata", "segnato", "bandierina"),
    "note": ("nota",),
    "origin": ("origine",),
    "score": ("punteggio",),
    "doubt": ("dubbio",),
    "agency": ("agenzia",),
    "date": ("data",),
    "title": ("titolo",),
}
"""Filters with their Italian names, the first of which is shown. «stato» is both: its value tells which."""
_SPAN_FILTERS = {"label", "status", "origin", "score", "doubt"}
_NOTE_FILTERS = {"flag", "note"}
_ARTICLE_FILTERS = {"state", "agency", "date", "title"}
_TOGETHER = {"note", "score", "title"}
"""Filters of which several can hold at once, and then must."""

_YES = "yes"
_YES_OR_NO = {_YES: ("sì", "si"), "no": ("no",)}
_CHOICES: dict[str, dict[str, tuple[str, ...]]] = {
    "status": {
        SUGGESTED: ("suggerito", "suggerita"),
        ACCEPTED: ("accettato", "accettata"),
        REJECTED: ("rifiutato", "rifiutata"),
    },
    "state": {NEW: ("nuovo",), IN_PROGRESS: ("in corso",), DONE: ("fatto",)},
    "flag": _YES_OR_NO,
    "doubt": _YES_OR_NO,
}
"""Values with their Italian spellings, the first of which is shown; a hyphen can stand for the blank."""
_SPELLED: dict[str, tuple[str, ...]] = {
    spelling: tuple(name for name, italian in _NAMES.items() if spelling == name or spelling in italian)
    for name, italian in _NAMES.items()
    for spelling in (name, *italian)
}
_NO_NOTE = Note("")
_TERM = re.compile(
    r'(?P<minus>-?)(?:(?P<name>[^\s":-][^\s":]*):)?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>\S+)|(?<=:))'
)
_SCORE = re.compile(r"(<=|>=|<|>)(\d+(?:[.,]\d*)?|[.,]\d+)")
_DATE = re.compile(r"\d{1,4}|\d{4}-(?:\d\d?(?:-\d{0,2})?)?")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class QueryError(ChiosaError):
    """A query that cannot be understood; the message names the filter or value and says what there is."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One ``name:value`` in English and without case, or its contrary where ``excluded``.

    Of a ``score`` the value is the comparison, and ``number`` what to compare with.
    """

    name: str
    value: str
    excluded: bool = False
    number: float = 0.0


@dataclass(frozen=True, slots=True)
class Query:
    """Words that must and must not be there, and filters; one with nothing in it finds all articles."""

    words: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()

    @property
    def about_spans(self) -> bool:
        """Whether spans are asked for, not whole articles only."""
        return any(f.name in _SPAN_FILTERS or _is_noted(f) for f in self.filters)

    @property
    def needs_annotation(self) -> bool:
        """Whether the articles' titles, dates, agencies and texts do not suffice to answer it."""
        return any(f.name not in _ARTICLE_FILTERS or f.name == "state" for f in self.filters)

    def may_match(self, article: Article) -> bool:
        """What can be said without the annotation: False where the article cannot match with any."""
        known = [f for f in self.filters if f.name in _ARTICLE_FILTERS and f.name != "state"]
        return _passes(known, lambda f: _article_holds(f, article, None)) and self._has_words(article)

    def matches_article(self, article: Article, annotation: Annotation) -> bool:
        """Whether the article answers the query, as a whole or with one of its spans."""
        return self.matches_whole(article, annotation) or (
            self.about_spans and bool(self.spans(article, annotation))
        )

    def matches_whole(self, article: Article, annotation: Annotation) -> bool:
        """Whether the article itself answers the query, not a span of it.

        A flag and the words of a note are looked for in the note on the article; where they are excluded,
        no note of its spans may have them either.
        """
        if any(f.name in _SPAN_FILTERS for f in self.filters) or not self._finds(article, annotation):
            return False
        if not _passes(self._on_notes, lambda f: _note_holds(f, annotation.note())):
            return False
        excluded = [f for f in self._on_notes if f.excluded]
        if any(_note_holds(f, note) for f in excluded for note in annotation.notes):
            return False
        texts = (_folded(article.text), _folded(article.title))
        return not any(text.has(word) for word in self.unwanted for text in texts)

    def spans(self, article: Article, annotation: Annotation) -> list[Span]:
        """The spans that pass the filters and whose words contain the words, in reading order.

        None where the article's state, agency, date or title is another one.
        """
        if not self._finds(article, annotation):
            return []
        notes = {note.target: note for note in annotation.notes}
        return [
            s for s in annotation.spans if self._takes(s, notes.get(s.id) or _NO_NOTE, article, annotation)
        ]

    def mentions(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the words are in a text, in its order (code points); none overlaps another.

        Parts of words are found too; of two places that begin at one the longer is taken.
        """
        places = [place for word in self.words for place in _folded(text).places(word)]
        free = 0
        for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
            if start >= free:
                yield start, end
                free = end

    def _takes(self, span: Span, note: Note, article: Article, annotation: Annotation) -> bool:
        def holds(f: Filter) -> bool:
            return _note_holds(f, note) if f.name in _NOTE_FILTERS else _span_holds(f, annotation, span)

        if not _passes([f for f in self.filters if f.name not in _ARTICLE_FILTERS], holds):
            return False
        if not self.words and not self.unwanted:
            return True
        text = _Folded(article.text[span.start : span.end])
        return all(map(text.has, self.words)) and not any(map(text.has, self.unwanted))

    @property
    def _on_notes(self) -> list[Filter]:
        return [f for f in self.filters if f.name in _NOTE_FILTERS]

    def _has_words(self, article: Article) -> bool:
        text, title = _folded(article.text), _folded(article.title)
        return all(text.has(word) or title.has(word) for word in self.words)

    def _finds(self, article: Article, annotation: Annotation) -> bool:
        on_article = [f for f in self.filters if f.name in _ARTICLE_FILTERS]
        return _passes(on_article, lambda f: _article_holds(f, article, annotation)) and self._has_words(
            article
        )


def parse(text: str, labels: Iterable[str] = ()) -> Query:
    """Understand what an editor has typed.

    Args:
        text: terms with blanks between them; a quotation mark that is not closed reaches to the end.
        labels: the labels that there are; where none is given, any may be asked for.

    Raises:
        QueryError: a filter or a value is unknown.
    """
    words: list[str] = []
    unwanted: list[str] = []
    filters: list[Filter] = []
    known_labels = tuple(labels)
    for term in _TERM.finditer(text):
        name, excluded = term["name"], bool(term["minus"])
        value = " ".join((term["phrase"] or term["word"] or "").split())
        if name is not None and (found := _filter(name, value, known_labels)) is not None:
            filters.append(replace(found, excluded=found.excluded != excluded))
            continue
        word = value if name is None else f"{name}:{value}"
        # a dash between blanks is a dash, and -"" nothing yet
        if word and term[0] != "-":
            (unwanted if excluded else words).append(word)
    return Query(tuple(words), tuple(unwanted), tuple(filters))


def _filter(name: str, value: str, labels: tuple[str, ...]) -> Filter | None:
    """The filter that is meant; None where ``name:value`` is words, like 12:30 or «disse:»."""
    names = _SPELLED.get(_plain(name))
    if names is None:
        if not (name.isalpha() and name[0].islower() and value):
            return None
        raise QueryError(
            _("there is no filter {name}; there are {filters}; in quotes it is words").format(
                name=name,
                filters=", ".join(dict.fromkeys(_shown(n, italian) for n, italian in _NAMES.items())),
            )
        )
    for meant in names:
        found = _understood(meant, value, labels) if value else None
        if found is not None:
            return found
    message = (
        _("{filter}: {value} is not a value; write {known}")
        if value
        else _("{filter}: needs a value; write {known}")
    )
    known = ", ".join(dict.fromkeys(k for meant in names for k in _known(meant, labels)))
    raise QueryError(message.format(filter=name, value=value, known=known))


def _understood(name: str, value: str, labels: tuple[str, ...]) -> Filter | None:
    if name in ("title", "note"):
        return Filter(name, value.casefold())
    plain = _plain(value)
    if name in _CHOICES:
        plain = plain.replace("-", " ")
        for choice, others in _CHOICES[name].items():
            if plain == choice or plain in others:
                if _CHOICES[name] is _YES_OR_NO:
                    return Filter(name, _YES, excluded=choice != _YES)
                return Filter(name, choice)
        return None
    if name == "score":
        match = _SCORE.fullmatch(plain)
        number = float(match[2].replace(",", ".")) if match else 2.0
        return Filter(name, match[1], number=number) if match and number <= 1 else None
    if name == "date":
        return Filter(name, plain) if _DATE.fullmatch(plain) else None
    if name == "label" and labels and plain not in map(_plain, labels):
        return None
    return Filter(name, plain)


def _known(name: str, labels: tuple[str, ...]) -> tuple[str, ...]:
    """What a filter's value can be, for a person."""
    if name in _CHOICES:
        return tuple(_shown(v, others).replace(" ", "-") for v, others in _CHOICES[name].items())
    if name == "label":
        return labels or ("PER",)
    return {"score": ("<0.8", ">=0.5"), "date": ("2025", "2025-09", "2025-09-04")}.get(name, (_("words"),))


def _shown(english: str, italian: tuple[str, ...]) -> str:
    return italian[0] if language() == "it" else english


def _is_noted(f: Filter) -> bool:
    return f.name in _NOTE_FILTERS and not f.excluded


def _passes(filters: Iterable[Filter], holds: Callable[[Filter], bool]) -> bool:
    """Whether filters let something through: of those that name one thing, one of each kind is enough."""
    either: dict[str, bool] = {}
    for f in filters:
        if f.excluded or f.name in _TOGETHER:
            if holds(f) == f.excluded:
                return False
        elif not either.get(f.name):
            either[f.name] = holds(f)
    return all(either.values())


def _article_holds(f: Filter, article: Article, annotation: Annotation | None) -> bool:
    if f.name == "title":
        return _folded(article.title).has(f.value)
    if f.name == "date":
        return (article.date or "").startswith(f.value)
    if f.name == "agency":
        return f.value in _plain(article.agency or "")
    return annotation is not None and annotation.state == f.value


def _span_holds(f: Filter, annotation: Annotation, span: Span) -> bool:
    if f.name == "label":
        return _plain(span.label) == f.value
    if f.name == "status":
        return span.status == f.value
    if f.name == "origin":
        return f.value in _plain(span.origin)
    if f.name == "score":
        return span.score is not None and _COMPARE[f.value](span.score, f.number)
    return is_doubtful(annotation, span)


def _note_holds(f: Filter, note: Note) -> bool:
    return note.flagged if f.name == "flag" else _Folded(note.words).has(f.value)


def _plain(text: str) -> str:
    """A name or a value without case, however its accents were typed."""
    return unicodedata.normalize("NFC", text).casefold()


def _fold(text: str) -> str:
    return text.casefold().replace("’", "'").replace("‘", "'").replace("ʼ", "'")


class _Folded:
    """A text without case, with the way back to its own offsets."""

    __slots__ = ("_bounds", "_text")

    def __init__(self, text: str) -> None:
        self._text = _fold(text)
        self._bounds: array[int] | None = None
        if len(self._text) != len(text):
            # «ß» has become two: the places between what was one are no offsets of the text
            self._bounds = array("l", [-1]) * (len(self._text) + 1)
            at = 0
            for offset, character in enumerate(text):
                self._bounds[at] = offset
                at += len(character.casefold())
            self._bounds[at] = len(text)

    def has(self, word: str) -> bool:
        """Whether a word is there."""
        return next(self.places(word), None) is not None

    def places(self, word: str) -> Iterator[tuple[int, int]]:
        """Where a word is, from left to right, none overlapping another."""
        pattern, at = _pattern(word), 0
        while match := pattern.search(self._text, at):
            start, end = match.span()
            at = end
            if self._bounds is not None:
                first, last = start, end
                start, end = self._bounds[first], self._bounds[last]
                if start < 0 or end < 0:
                    at = first + 1
                    continue
            yield start, end


@lru_cache(maxsize=8)
def _folded(text: str) -> _Folded:
    """An article's text or title, which several questions are asked one after another."""
    return _Folded(text)


@lru_cache(maxsize=64)
def _pattern(word: str) -> re.Pattern[str]:
    # an accent can be a code point of its own, as in text that comes out of a PDF file
    forms = dict.fromkeys(_fold(unicodedata.normalize(form, word)) for form in ("NFC", "NFD"))
    return re.compile("|".join(r"\s+".join(map(re.escape, form.split())) for form in forms) or r"(?!)")
