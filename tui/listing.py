"""What the list of articles shows: those with certain words, in an order. Nothing here knows of a screen."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any

from annotations.annotation import DONE, IN_PROGRESS, NEW
from annotations.article import Article, plain_name
from annotations.folder import by_name
from annotations.language import N_, _, language
from annotations.next_articles import Candidate, lot, next_articles
from annotations.next_articles import known as doubt_is_known
from annotations.store import Progress
from tui import listing_words

STATE_WORDS = {NEW: N_("new"), IN_PROGRESS: N_("in progress"), DONE: N_("done")}
"""The states as they are marked for translation."""
_STATE_ORDER = {IN_PROGRESS: 0, NEW: 1, DONE: 2}
"""What is begun, what is still to do, what nobody need look at."""
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´", "'"))

_OPENING = "«»“”„\"'(-–— "
"""What a title may begin with without being sorted by it."""


def state_word(state: str) -> str:
    """A state in the language that is spoken."""
    return _(STATE_WORDS.get(state, state))


def grouped(number: int) -> str:
    """A whole number with its thousands apart, as the language has it: 2,104 or 2.104."""
    return f"{number:,}".replace(",", "." if language() == "it" else ",")


def folded(words: str) -> str:
    """Words as they are compared in a search: without case and accents, with one kind of apostrophe."""
    words = words.translate(_APOSTROPHES)
    return words.lower() if words.isascii() else listing_words.folded(words)


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A file of the folder: an article with its progress; ``fault`` tells why it is none or cannot be opened.

    ``name`` tells one from another. What is looked for and sorted by is made here, in the thread that reads.
    """

    path: Path
    article: Article | None
    progress: Progress = field(default_factory=Progress)
    fault: str = ""
    name: str = field(init=False)
    place: tuple[str, str] = field(init=False)
    title: str = field(init=False)
    agency: str = field(init=False)
    words: str = field(init=False)
    candidate: Candidate = field(init=False)
    """What decides when it is its turn to be reviewed."""

    def __post_init__(self) -> None:
        article, progress = self.article, self.progress
        told: tuple[str | None, ...] = (self.fault, plain_name(self.path.name))
        if article is not None and not self.fault:
            state = state_word(progress.state)
            told = (article.title, article.agency, article.date, article.id, state)
        undecided = progress.total - progress.decided
        turn = lot(article.id) if article is not None else 0.0
        candidate = Candidate(progress.state, progress.total > 0, undecided, progress.doubt, turn)
        for name, value in (
            ("name", self.path.name),
            ("place", by_name(self.path)),
            ("title", folded(article.title).lstrip(_OPENING) if article is not None else ""),
            ("agency", folded(article.agency or "") if article is not None else ""),
            ("words", folded(" ".join(filter(None, told)))),
            ("candidate", candidate),
        ):
            object.__setattr__(self, name, value)

    @property
    def doubt(self) -> float | None:
        """The mean doubt about what is undecided, from 0 to 1; None where nobody will decide anything."""
        progress = self.progress
        return None if progress.state == DONE or progress.decided == progress.total else progress.doubt

    @property
    def unsuggested(self) -> bool:
        """Whether nobody can tell the doubt, since nothing was ever proposed."""
        return self.article is not None and self.progress.state != DONE and not self.progress.total


@dataclass(frozen=True, slots=True)
class Order:
    """A way to sort: ``name`` is that of its column, ``word`` what it is called (for translation).

    Entries of which ``key`` knows nothing come last, whichever way it goes, and after them, but by file name,
    those that cannot be opened. ``falls`` says that the highest come first, unless it is reversed.
    """

    name: str
    word: str
    key: Callable[[Entry], Any]
    falls: bool = False


def _date(entry: Entry) -> str | None:
    return entry.article.date if entry.article is not None else None


BY_FILE = Order("file", N_("file name"), lambda entry: entry.place)
ORDERS = (
    BY_FILE,
    Order("date", N_("date"), _date, falls=True),
    Order("state", N_("state"), lambda entry: _STATE_ORDER.get(entry.progress.state)),
    Order("doubt", N_("doubt"), lambda entry: entry.doubt, falls=True),
    Order("agency", N_("agency"), lambda entry: entry.agency or None),
    Order("title", N_("title"), lambda entry: entry.title),
)
"""In the order in which a key goes through them."""
TEACHING = Order("teaching", N_("what they teach"), lambda entry: None, falls=True)
"""The default where most articles have suggestions, see `annotations.next_articles`; those done come last."""


_place = attrgetter("place")


class Listing:
    """All entries, and those of them that are shown."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        """By file name; the same among those that another order finds equal."""
        self.shown: list[Entry] = []
        self.falls = BY_FILE.falls
        self.words = ""
        self.done = self.faults = self.found = 0
        """How many articles are done, how many files are none, how many articles are shown."""
        self._by_name: dict[str, Entry] = {}
        self._sorted: list[Entry] = []
        self._chosen = TEACHING
        self._teaching = False

    @property
    def order(self) -> Order:
        """The order at hand; by file name where doubt should decide and is not known."""
        return self._chosen if self._teaching or self._chosen is not TEACHING else BY_FILE

    @property
    def articles(self) -> int:
        """How many of the files are articles."""
        return len(self.entries) - self.faults

    @property
    def unknown(self) -> int:
        """How many of the articles shown have no suggestions, so that their doubt is not known."""
        return sum(entry.unsuggested for entry in self.shown)

    def update(self, entries: Iterable[Entry], gone: Iterable[str] = ()) -> None:
        """Take in entries, in the place of those with the same names, and let go of some names."""
        # each is put into its place: a folder is read a few at a time, and has tens of thousands
        for entry in entries:
            at = self._place_of(entry)
            before = self._by_name.get(entry.name)
            self.entries[at : at + (before is not None)] = [entry]
            self._count(before, -1)
            self._count(entry, 1)
            self._by_name[entry.name] = entry
        for name in gone:
            before = self._by_name.pop(name, None)
            if before is not None:
                del self.entries[self._place_of(before)]
                self._count(before, -1)
        self._sort()

    def next_order(self) -> None:
        """Sort in the next order."""
        ways = (TEACHING, *ORDERS) if self._teaching else ORDERS
        self._chosen = ways[(ways.index(self.order) + 1) % len(ways)]
        self.falls = self._chosen.falls
        self._sort()

    def reverse(self) -> None:
        """Sort the other way."""
        self._chosen = self.order
        self.falls = not self.falls
        self._sort()

    def narrow(self, words: str) -> None:
        """Show only entries that have all of these words, or parts of words, somewhere."""
        # what lacks words has no longer ones either
        rows = self.shown if self.words and words.startswith(self.words) else self._sorted
        self._narrow(words, rows)

    def row_of(self, name: str) -> int | None:
        """The row of an entry among those shown."""
        return next((row for row, entry in enumerate(self.shown) if entry.name == name), None)

    def _narrow(self, words: str, rows: list[Entry]) -> None:
        self.words = words
        for word in folded(words).split():
            rows = [entry for entry in rows if word in entry.words]
        self.shown = rows
        self.found = self.articles if not words else sum(entry.article is not None for entry in rows)

    def _place_of(self, entry: Entry) -> int:
        return bisect_left(self.entries, entry.place, key=_place)

    def _count(self, entry: Entry | None, step: int) -> None:
        if entry is not None:
            self.done += step * (entry.progress.state == DONE)
            self.faults += step * (entry.article is None)

    def _sort(self) -> None:
        sound = [entry for entry in self.entries if entry.article is not None and not entry.fault]
        candidates = [entry.candidate for entry in sound]
        before, self._teaching = self.order, doubt_is_known(candidates)
        if self.order is not before:
            self.falls = self.order.falls
        if self.order is TEACHING:
            rows = [sound[place.index] for place in next_articles(candidates)]
            rows += [entry for entry in sound if entry.progress.state == DONE]
            faulty = [entry for entry in self.entries if entry.article is None or entry.fault]
            self._sorted = [*(rows if self.falls else reversed(rows)), *faulty]
        elif self.order is BY_FILE:
            self._sorted = self.entries[:: -1 if self.falls else 1]
        else:
            self._sort_by_key()
        self._narrow(self.words, self._sorted)

    def _sort_by_key(self) -> None:
        known: list[tuple[Any, Entry]] = []
        unknown: list[Entry] = []
        faulty: list[Entry] = []
        for entry in self.entries:
            if entry.fault or entry.article is None:
                faulty.append(entry)
            elif (key := self.order.key(entry)) is None:
                unknown.append(entry)
            else:
                known.append((key, entry))
        known.sort(key=itemgetter(0), reverse=self.falls)
        self._sorted = [*(entry for _key, entry in known), *unknown, *faulty]
