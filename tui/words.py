"""Words that data holds in English: marked for translation here, translated where they are shown."""

from __future__ import annotations

from annotations.language import N_

STATUSES = (N_("suggested"), N_("accepted"), N_("rejected"))
STATES = (N_("new"), N_("in progress"), N_("done"))
KINDS = (N_("cue"), N_("source"))
EDITS = (
    N_("accept"), N_("reject"), N_("relabel"), N_("move"), N_("accept all"), N_("accept some"),
    N_("same decision"), N_("propose mentions"), N_("done"), N_("add"), N_("cue"), N_("source"),
    N_("no cue"), N_("no source"), N_("join"), N_("split"), N_("flag"), N_("note"),
    N_("adjudicate"), N_("take"), N_("take none"),
)  # fmt: skip
"""The names of edits, as `Review` gives them."""
