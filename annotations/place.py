"""Where an editor was in an article, so that the next login begins there.

A place is no edit: it is kept in a file of its own beside the annotation when the article is left, also by a
line that drops. A kill leaves the one of before, which is told by the edits made since, and does not count.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from annotations.atomic import write_atomically

if TYPE_CHECKING:
    from annotations.history import History

_LONGEST = 4096


def keep_place(annotation: Path, history: History, span_id: str) -> None:
    """Note the span that an editor is at; a disk that refuses costs no more than the place."""
    with suppress(OSError):
        write_atomically(
            _beside(annotation), f"{_moment(history)}\n{span_id}\n".encode("utf-8", "surrogatepass")
        )


def kept_place(annotation: Path, history: History) -> str:
    """The id of the span that the editor was at; "" where nobody knows."""
    try:
        with _beside(annotation).open("rb") as file:
            words = file.read(_LONGEST).decode("utf-8", "surrogatepass")
    except (OSError, UnicodeDecodeError):
        return ""
    moment, _, span_id = words.rstrip("\n").partition("\n")
    known = moment == _moment(history) and history.annotation.find(span_id) is not None
    return span_id if known else ""


def _beside(annotation: Path) -> Path:
    return annotation.with_suffix(".place")


def _moment(history: History) -> str:
    """Tells one state of the edits from others."""
    last = history.edits[history.position - 1].at if history.position else ""
    return f"{history.position} {last}".strip()
