"""Records of JSON as tools write them: each is made into an article with an annotation, or refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from annotations.annotation import KINDS
from annotations.formats.incoming import Building, Incoming, Refused, Unfit, json_lines, source_files
from annotations.language import _
from annotations.scheme import CONTENT, ROLES

MAKERS_FAULTS = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError)
"""What goes wrong in code that takes a record for sound when it is not."""

SPAN_KEYS = ("label", "labels", "entities", "spans", "annotations", "predictions", "tokens", "ner_tags")
"""Keys under which some format of JSON has spans."""


def line_records(
    source: Path,
    make: Callable[[str, dict[str, Any]], Iterable[Incoming | Refused]],
    pattern: str = "*.jsonl",
) -> Iterator[Incoming | Refused]:
    """What ``make`` yields of each line of a file of JSON lines, or of the files of a folder.

    Raises:
        ChiosaError: a file cannot be read.
    """
    for path in source_files(source, pattern):
        for place, record in json_lines(path):
            if isinstance(record, Refused):
                yield record
            else:
                yield from made(place, partial(make, place, record))


def made(place: str, make: Callable[[], Iterable[Incoming | Refused]]) -> list[Incoming | Refused]:
    """What ``make`` yields; why it cannot, where the record is not sound."""
    try:
        with sound():
            return list(make())
    except Unfit as error:
        return [Refused(place, str(error))]


@contextmanager
def sound() -> Iterator[None]:
    """Turns what an unsound record makes of the code into a reason for a person.

    Raises:
        Unfit: with that reason.
    """
    try:
        yield
    except MAKERS_FAULTS as error:
        words = " ".join(str(error).split())[:80]
        if isinstance(error, KeyError):
            words = _("no {name}").format(name=words)
        raise Unfit(_("not a record of this format ({reason})").format(reason=words)) from None


def text_of(value: object) -> str:
    """The text of a record.

    Raises:
        Unfit: it is none.
    """
    if not isinstance(value, str):
        raise Unfit(_("has no text"))
    return value


def check_keys(record: dict[str, Any], own: Collection[str]) -> None:
    """See that a record is not of another format, whose spans would be passed over.

    Args:
        record: an object of the file.
        own: the keys under which this format has spans; one of them tells that it is this format.

    Raises:
        Unfit: it has none of them, but one under which another format has spans.
    """
    if not any(key in record for key in own):
        for key in SPAN_KEYS:
            if key in record:
                raise Unfit(
                    _("has {key}, which this format does not know; name its --format").format(key=repr(key))
                )


def items(record: dict[str, Any], *keys: str) -> list[Any]:
    """The list under the first of some keys that there is; empty where there is none.

    Raises:
        Unfit: it is no list.
    """
    for key in keys:
        found = record.get(key)
        if found is not None:
            if not isinstance(found, list):
                raise Unfit(_("{name} is no list").format(name=key))
            return found
    return []


def relate(building: Building, kind: object, head: str, child: str) -> None:
    """Add a link as other tools write relations: in any case, and in either direction.

    Which of the two is the quote is told by the labels, since people draw arrows both ways.

    Raises:
        Unfit: there is no such kind or no such span.
    """
    kind = kind.strip().lower() if isinstance(kind, str) else kind
    ends = [building.spans.get(end) for end in (head, child)]
    if kind in KINDS and [s.label for s in ends if s] == [ROLES[str(kind)], CONTENT]:
        head, child = child, head
    building.link(head, kind, child)
