"""What an editor is told when a save fails."""

from __future__ import annotations

from collections.abc import Callable

from annotations.errors import Overtaken, why
from annotations.language import _
from annotations.saver import SavedElsewhere


def trouble_of(error: Exception | None, short: Callable[[object], str], key: str) -> str:
    """A line for the message row; "" where all is saved.

    Args:
        error: what became of the last save.
        short: shortens a message to what those at this desk need.
        key: saves elsewhere, as it is shown.
    """
    if error is None:
        return ""
    if isinstance(error, SavedElsewhere):
        return _("saved as {file} for now; the store refuses").format(file=error.refuge)
    if isinstance(error, Overtaken):
        return _("NOT SAVED ({key} saves elsewhere): {reason}").format(reason=short(error), key=key)
    cause = error.__cause__
    return _("not saved ({reason}), trying again; {key} saves elsewhere: {error}").format(
        reason=why(cause) if isinstance(cause, OSError) else type(cause or error).__name__,
        key=key,
        error=short(error),
    )
