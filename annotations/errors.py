"""The one family of exceptions whose text is meant for a person."""

from __future__ import annotations

from annotations.language import N_, _


class ChiosaError(Exception):
    """Something went wrong that a person can mend; ``str()`` is one line saying what and how."""


class Overtaken(ChiosaError):
    """A file has edits that this desk has not seen, so that it must not write it."""


SYSTEM_ERRORS = (
    N_("Bad file descriptor"),
    N_("Cannot allocate memory"),
    N_("Device or resource busy"),
    N_("Disk quota exceeded"),
    N_("File exists"),
    N_("File name too long"),
    N_("File too large"),
    N_("Input/output error"),
    N_("Invalid argument"),
    N_("Invalid or incomplete multibyte or wide character"),
    N_("Is a directory"),
    N_("No space left on device"),
    N_("No such device"),
    N_("No such device or address"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Operation not permitted"),
    N_("Operation not supported"),
    N_("Permission denied"),
    N_("Read-only file system"),
    N_("Stale file handle"),
    N_("Text file busy"),
    N_("Too many levels of symbolic links"),
    N_("Too many open files"),
    N_("Too many open files in system"),
)
"""What the operating system says, always in English, when files and folders fail."""


def why(error: OSError) -> str:
    """What the operating system says of an error, in the language that is spoken."""
    return _(error.strerror or type(error).__name__)
