"""What a reader of a format yields: an article with its annotation, or why one is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from annotations.annotation import (
    ACCEPTED,
    DONE,
    KINDS,
    REJECTED,
    STATES,
    STATUSES,
    Annotation,
    Link,
    Note,
    Span,
)
from annotations.edits import broken_rules
from annotations.errors import ChiosaError, why
from annotations.language import _
from annotations.scheme import ENTITIES, Scheme

if TYPE_CHECKING:
    from annotations.history import History

_NUMBERED = re.compile("s([0-9]{1,12})")
"""Ids of spans that an annotation has numbered itself."""


class Incoming(Struct, frozen=True):
    """An article as a file has it.

    ``place`` says where, as ``file:line``. ``article_id`` is empty where the file gives the article no name,
    ``annotation.annotator`` where it does not say whose it is, and a span's ``origin`` where it does not say
    who made it. ``exact`` is False where the file has the words but not the white space between them, so that
    ``text`` is a guess. ``notices`` say what of the file has no place here, a line each.
    """

    place: str
    text: str
    annotation: Annotation
    article_id: str = ""
    exact: bool = True
    history: History | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A part of a file that cannot be imported, and why."""

    place: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"


class Unfit(ChiosaError):
    """What a file says cannot be an annotation; the message is the reason alone."""


@dataclass
class Building:
    """An annotation put together from what a file says, span by span, each checked against the text."""

    text: str
    annotator: str = ""
    state: str = DONE
    spans: dict[str, Span] = field(default_factory=dict)
    links: set[Link] = field(default_factory=set)
    notes: dict[str, Note] = field(default_factory=dict)

    def span(
        self,
        start: object,
        end: object,
        label: object,
        status: object = ACCEPTED,
        *,
        span_id: object = "",
        origin: object = "",
        score: object = None,
        words: object = None,
    ) -> str:
        """Add a span and return its id; ``words`` are those that the file says it has, if it says so.

        Args:
            start: its first code point.
            end: the code point after its last.
            label: its label.
            status: one of `STATUSES`.
            span_id: its id; a new one is given where that is empty or taken.
            origin: who proposed it; empty where the file does not say so.
            score: its probability, or None.
            words: what must stand there.

        Raises:
            Unfit: a value is of the wrong kind, lies outside the text, or other words stand there.
        """
        if isinstance(start, bool) or isinstance(end, bool) or type(start) is not int or type(end) is not int:
            raise Unfit(_("the offsets {start} and {end} are no numbers").format(start=start, end=end))
        if not isinstance(label, str) or not label.strip():
            raise Unfit(_("the span at {start} has no label").format(start=start))
        if not 0 <= start < end <= len(self.text):
            raise Unfit(
                _("{label} {start}-{end} does not lie in the text, which has {n} code points").format(
                    label=label, start=start, end=end, n=len(self.text)
                )
            )
        if words is not None and self.text[start:end] != words:
            raise Unfit(
                _("{label} {start}-{end} says «{words}», but the text has «{found}» there").format(
                    label=label, start=start, end=end, words=_short(words), found=_short(self.text[start:end])
                )
            )
        if status not in STATUSES:
            raise Unfit(
                _("{label} at {start}: no status {status}").format(label=label, start=start, status=status)
            )
        if not (score is None or (isinstance(score, int | float) and abs(score) <= 1e9)):
            raise Unfit(_("{label} at {start}: the score is no number").format(label=label, start=start))
        number = len(self.spans) + 1
        key = str(span_id) if isinstance(span_id, str) else ""
        while not key or key in self.spans:
            key = f"i{number}"
            number += 1
        self.spans[key] = Span(
            key, start, end, str(label), str(status), str(origin), None if score is None else float(score)
        )
        return key

    def link(self, content: object, kind: object, target: object) -> None:
        """Say that a span is the cue or the source of a quote, by their ids.

        Raises:
            Unfit: there is no such kind or no such span.
        """
        if kind not in KINDS:
            raise Unfit(_("no relation {kind}; there are cue and source").format(kind=kind))
        for end in (content, target):
            if not isinstance(end, str) or end not in self.spans:
                raise Unfit(_("a relation speaks of a span {id}, which is not there").format(id=end))
        self.links.add(Link(str(content), str(kind), str(target)))

    def note(self, target: str, words: object, flagged: object = False) -> None:
        """Add a note on a span, or on the article where ``target`` is empty.

        Raises:
            Unfit: there is no such span, or the words are no text.
        """
        if target and target not in self.spans:
            raise Unfit(_("a note speaks of a span {id}, which is not there").format(id=target))
        if not isinstance(words, str):
            raise Unfit(_("a note is no text"))
        self.notes[target] = Note(target, bool(flagged), words)

    def annotation(self, scheme: Scheme, **more: Any) -> Annotation:
        """The whole; ``more`` are fields that few formats have.

        Raises:
            Unfit: a rule of the layers is broken, as by two entities that overlap.
        """
        if self.state not in STATES:
            raise Unfit(_("no state {state!r}").format(state=self.state))
        numbers = [int(m[1]) for m in map(_NUMBERED.fullmatch, self.spans) if m]
        made = Annotation(
            self.annotator,
            self.state,
            tuple(sorted(self.spans.values(), key=lambda span: span.order)),
            tuple(sorted(self.links)),
            max(numbers, default=0) + 1,
            notes=tuple(sorted(self.notes.values())),
        )
        made = replace(made, **more)
        self._check_flat(made, scheme)
        faults = broken_rules(made, scheme, len(self.text))
        if faults:
            raise Unfit(faults[0])
        return made

    def _check_flat(self, made: Annotation, scheme: Scheme) -> None:
        """Two entities cannot overlap, in words that name them."""
        before: Span | None = None
        for span in made.spans:
            if scheme.layer(span.label) != ENTITIES or span.status == REJECTED:
                continue
            if before is not None and span.start < before.end:
                names = [f"{s.label} «{_short(self.text[s.start : s.end])}»" for s in (before, span)]
                raise Unfit(
                    _("{one} and {other} overlap at {n}, which entities may not; keep one of them").format(
                        one=names[0], other=names[1], n=span.start
                    )
                )
            before = span


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turns what goes wrong with a file as a whole into a message for a person.

    Raises:
        ChiosaError: the file is missing, cannot be read or is not UTF-8.
    """
    try:
        yield
    except OSError as error:
        raise ChiosaError(
            _("{path}: cannot be read ({reason}); check name and permissions").format(
                path=path, reason=why(error)
            )
        ) from None
    except UnicodeDecodeError as error:
        raise ChiosaError(
            _("{path}: is not UTF-8 (byte {n}); save it as UTF-8").format(path=path, n=error.start)
        ) from None


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any] | Refused]]:
    """The objects of a file of JSON lines, each with its place as ``file:line``; blank lines are passed over.

    A line that is no JSON object gives the reason instead.

    Raises:
        ChiosaError: the file cannot be read or is not UTF-8.
    """
    with reading(path), path.open(encoding="utf-8-sig", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            place = f"{path}:{number}"
            try:
                found = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield place, Refused(place, _("is not JSON ({reason})").format(reason=str(error)[:80]))
                continue
            if isinstance(found, dict):
                yield place, found
            else:
                yield place, Refused(place, _("is no JSON object"))


def source_files(source: Path, pattern: str) -> list[Path]:
    """The file itself, or those of a folder that match a pattern, sorted, folders below included.

    Raises:
        ChiosaError: nothing is there, or no such file.
    """
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise ChiosaError(_("{path}: no such file or folder; check the name").format(path=source))
    found = sorted(path for path in source.rglob(pattern) if path.is_file())
    if not found:
        raise ChiosaError(
            _("{path}: holds no {pattern}; name the file, or another --format").format(
                path=source, pattern=pattern
            )
        )
    return found


def _short(words: object) -> str:
    shown = " ".join(str(words).split())
    return shown if len(shown) <= 40 else shown[:39] + "…"
