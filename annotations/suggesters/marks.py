"""Which stretches of a text stand in quotation marks, whatever the marks and however badly they pair.

One pass over the marks with a stack. Guillemets and curly marks have a direction; straight ones get
theirs from what stands on either side; single marks count only in pairs, since apostrophes are far more
frequent. Time grows with the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from msgspec import Struct

_MARK = re.compile(r"[\"«»“”„‟‹›‘’‚']")
_FAMILY = {
    '"': "straight", "«": "guillemet", "»": "guillemet", "“": "curly", "”": "curly", "„": "curly",
    "‟": "curly", "‹": "angle", "›": "angle", "‘": "single", "’": "single", "‚": "single", "'": "prime",
}  # fmt: skip
CHARACTERS = frozenset(_FAMILY)
"""All quotation marks, apostrophes among them."""
_OPENERS = "«‹„‚‟"
_CLOSERS = "»›"
_SINGLES = ("single", "prime")
_BRACKETS = "([{<—–-/:=…"
_ELISION = "'’ʼ"
# «un po' di», «di' la verità»: words that lost their end before an apostrophe
_APOCOPE = {"po", "mo", "di", "fa", "va", "sta", "da", "be", "to", "ca", "vo", "de", "ne", "co", "fra", "i"}
# «la 'ndrangheta», «'sto fatto»: words that lost their beginning after one
_APHAERESIS = re.compile(r"(?:ndr|st[aoei]\b|n[aou]\b|ndo\b|mbe)", re.IGNORECASE)
_LAST_WORD = re.compile(r"[^\W\d_]{1,8}\Z")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_END = re.compile(r"(?<=[.!?…\"»”’)])[^\S\n]*\n\s*")
_INDENT = re.compile(r"[\s—–-]{0,20}")
_SENTENCE_END = re.compile(r"[.!?…](?=\s)")
LONGEST_CARRY = 3
"""Paragraphs that a quote may run on for without its mark being repeated, if a closing mark comes then."""


LONGEST_UNOPENED = 1500
"""Code points before a closing mark in which the words begin whose opening mark is missing."""


class Quoted(Struct, frozen=True):
    """Words in quotation marks, marks included; ``closed`` is False where one of the two marks is missing."""

    start: int
    end: int
    family: str
    closed: bool = True


@dataclass(slots=True)
class _Open:
    start: int
    family: str
    first_inner: int = -1  # where the next mark of the same family opened


@dataclass(slots=True)
class _Stack:
    items: list[_Open] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def push(self, start: int, family: str) -> None:
        if self.items and self.items[-1].family == family and self.items[-1].first_inner < 0:
            self.items[-1].first_inner = start
        self.items.append(_Open(start, family))
        self.counts[family] = self.counts.get(family, 0) + 1

    def pop(self) -> _Open:
        item = self.items.pop()
        self.counts[item.family] -= 1
        return item

    def keep(self, item: _Open) -> None:
        self.items = [item]
        self.counts = {item.family: 1}

    def has(self, family: str) -> bool:
        return self.counts.get(family, 0) > 0

    @property
    def doubles(self) -> int:
        return len(self.items) - sum(self.counts.get(family, 0) for family in _SINGLES)


def outermost(text: str) -> list[Quoted]:
    """The stretches in marks that stand in no other, in reading order; none overlaps another."""
    result: list[Quoted] = []
    end = -1
    for quoted in sorted(_pairs(text), key=lambda q: (q.start, -q.end)):
        if quoted.start >= end and quoted.end - quoted.start > 2:
            result.append(quoted)
            end = quoted.end
    return result


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Bounds of the paragraphs: between blank lines, or between lines where a text has no blank line."""
    breaks = _BLANK_LINE if _BLANK_LINE.search(text) else _LINE_END
    bounds, start = [], 0
    for match in breaks.finditer(text):
        bounds.append((start, match.start()))
        start = match.end()
    return [*bounds, (start, len(text))]


def _pairs(text: str) -> list[Quoted]:
    found: list[Quoted] = []
    stack = _Stack()
    bounds = paragraphs(text)
    carried, repeated = 0, -1
    for number, (start, end) in enumerate(bounds):
        for match in _MARK.finditer(text, start, end):
            if match.start() != repeated:
                _take(text, start, match.start(), stack, found)
        carried, repeated = _carry(text, bounds, number, stack, carried)
        if carried == 0:
            while stack.items:
                _close_unclosed(text, stack.pop(), end, found)
    return found


def _take(text: str, start: int, at: int, stack: _Stack, found: list[Quoted]) -> None:
    """Let one mark of the paragraph at ``start`` open, close, or be nothing."""
    family = _FAMILY[text[at]]
    direction = _direction(text, at, stack, family)
    if direction == "open":
        stack.push(at, family)
    elif direction == "close":
        if not stack.has(family):
            # «Sì", dice lui: another family's mark closes, where the innermost mark still waits for its own
            if family in _SINGLES:
                return
            if not stack.doubles:
                if text[at] in "»”" and (text[at - 1].isalpha() or text[at - 1] in ".!?…"):
                    found.append(Quoted(_unopened(text, start, at, found), at + 1, family, closed=False))
                return
            while stack.items[-1].family in _SINGLES:
                stack.pop()
            found.append(Quoted(stack.pop().start, at + 1, family))
            return
        while stack.items[-1].family != family:
            stack.pop()
        found.append(Quoted(stack.pop().start, at + 1, family))


def _direction(text: str, at: int, stack: _Stack, family: str) -> str:
    mark = text[at]
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if family in _SINGLES:
        return _single(text, at, before, after, stack, family)
    if mark in _OPENERS:
        return "open"
    if mark in _CLOSERS:
        return "close"
    opens = _may_open(text, at, before) and not after.isspace()
    closes = not before.isspace() and not after.isalnum()
    if family == "curly":
        if mark == "“" and not (stack.has(family) and closes and not opens):
            return "open"  # “ closes only after „
        return "open" if opens and not closes and not stack.has(family) else "close"
    if opens != closes:
        return "open" if opens else "close"
    return "close" if stack.has(family) else "open"


def _may_open(text: str, at: int, before: str) -> bool:
    if before.isspace() or before in _BRACKETS or before in "«“„‟‹‘‚":
        return True
    if before not in _ELISION and before != '"':
        return False
    # dell'"Unità": an elision before the mark; "'Vado' disse": another mark that opened just before
    further = text[at - 2] if at > 1 else " "
    return (further.isalpha() and before != '"') or further.isspace() or further in _BRACKETS


def _single(text: str, at: int, before: str, after: str, stack: _Stack, family: str) -> str:
    mark = text[at]
    if mark in "‘‚":
        return "open" if after.isalpha() or after in _FAMILY else ""
    if stack.has(family) and not before.isspace() and not after.isalnum() and after not in _ELISION:
        word = _LAST_WORD.search(text[max(0, at - 9) : at])
        if not (word and word[0].lower() in _APOCOPE and after == " "):
            return "close"
    if mark == "'" and _may_open(text, at, before) and (after.isalpha() or after in '"«“('):
        return "" if _APHAERESIS.match(text, at + 1) else "open"
    return ""


def _carry(
    text: str, bounds: list[tuple[int, int]], number: int, stack: _Stack, carried: int
) -> tuple[int, int]:
    """How many paragraphs the quote open at the end of this one has run on for, counting the next; else 0.

    The second number is the offset of the mark that the next paragraph repeats at its start, else -1.
    """
    if not stack.doubles or number + 1 == len(bounds):
        return 0, -1
    outer = next(item for item in stack.items if item.family not in _SINGLES)
    start, end = bounds[number + 1]
    at = _INDENT.match(text, start, end).end()  # type: ignore[union-attr]
    # some papers repeat the closing mark at the start of a paragraph that goes on
    repeats = at < end and (text[at] == text[outer.start] or text[at] + text[outer.start] in ("»«", "”“"))
    if not repeats and (
        carried >= LONGEST_CARRY or not _closes_later(text, bounds, number + 1, carried, outer)
    ):
        return 0, -1
    stack.keep(outer)  # what is open inside it ends with its paragraph
    return (1, at) if repeats else (carried + 1, -1)


def _closes_later(text: str, bounds: list[tuple[int, int]], number: int, carried: int, outer: _Open) -> bool:
    """Whether the next mark of the family, within the paragraphs still allowed, is a closing one."""
    last = bounds[min(number + LONGEST_CARRY - 1 - carried, len(bounds) - 1)][1]
    for match in _MARK.finditer(text, bounds[number][0], last):
        at = match.start()
        if _FAMILY[text[at]] == outer.family:
            before = text[at - 1] if at else " "
            after = text[at + 1] if at + 1 < len(text) else " "
            if outer.family == "straight":
                return not before.isspace() and not after.isalnum() and not _may_open(text, at, before)
            return text[at] in "»›”"
    return False


def _unopened(text: str, start: int, at: int, found: list[Quoted]) -> int:
    """Where words begin whose opening mark is missing: behind a colon, else with the paragraph."""
    low = max(start, at - LONGEST_UNOPENED, found[-1].end if found else 0)
    if low > start:
        return at  # the paragraph does not begin with them: the mark closes nothing
    colon = text.rfind(": ", start, at)
    begin = colon + 2 if colon >= 0 else start
    return begin + len(text[begin:at]) - len(text[begin:at].lstrip())


def _close_unclosed(text: str, item: _Open, end: int, found: list[Quoted]) -> None:
    if item.family in _SINGLES:
        return  # an apostrophe, after all
    if item.first_inner > item.start:
        # "… si legge. "Altro": where the same mark opens again, the first ended with a sentence before
        ends = [m.end() for m in _SENTENCE_END.finditer(text, item.start, item.first_inner)]
        end = ends[-1] if ends else item.first_inner
    while end > item.start and text[end - 1].isspace():
        end -= 1
    found.append(Quoted(item.start, end, item.family, closed=False))
