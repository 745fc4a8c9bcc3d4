"""Edits of flags and notes, on a span or, with an empty target, on the article."""

from __future__ import annotations

from msgspec.structs import replace

from annotations.annotation import Annotation, Note


def set_note(annotation: Annotation, target: str, words: str) -> Annotation:
    """Put words in the note on a target; empty words take them out."""
    return _put(annotation, replace(annotation.note(target), words=words.strip()))


def toggle_flag(annotation: Annotation, target: str) -> Annotation:
    """Flag a target, or take its flag away."""
    note = annotation.note(target)
    return _put(annotation, replace(note, flagged=not note.flagged))


def _put(annotation: Annotation, note: Note) -> Annotation:
    if not note.flagged and not note.words:
        return annotation.with_notes(remove=[annotation.note(note.target)])
    return annotation.with_notes(add=[note])
