"""The keys while conflicts are decided: those of an article, some of which do something else.

An action that has no sense there lends its key to one that has, and keeps its id, so that whatever keys the
user has set, no two actions share one.
"""

from __future__ import annotations

from msgspec.structs import replace

from annotations.language import N_
from tui.keys import ARTICLE_KEYS, DECIDE, Key

SIDES = ("accept", "bulk", "next-doubtful", "previous-doubtful")
"""The ids of the keys that take the first version, the second, and so on."""
_WORDS = (
    (N_("take the first version and go on"), N_("first")),
    (N_("take the second version and go on"), N_("second")),
    (N_("take the third version and go on"), ""),
    (N_("take the fourth version and go on"), ""),
)
_INSTEAD = {
    "next": (N_("next open conflict"), N_("next")),
    "previous": (N_("previous open conflict"), ""),
    "reject": (N_("take none of the versions and go on"), N_("nothing")),
    "accept-all": (N_("take the first version of all open conflicts"), N_("all first")),
}
_WITHOUT = ("same-everywhere", "propose-everywhere")
"""A decision in articles of which the conflicts are not on the desk."""


def adjudication_keys(annotators: int) -> tuple[Key, ...]:
    """The table for so many annotators."""
    by_id = {key.id: key for key in ARTICLE_KEYS}
    sides: list[Key] = []
    for number, (name, (does, hint)) in enumerate(zip(SIDES[:annotators], _WORDS, strict=False)):
        key = replace(by_id[name], does=does, hint=hint, group=DECIDE, edits=True)
        sides.append(replace(key, action="take", args=(number,)) if number else key)
    table: list[Key] = []
    for key in ARTICLE_KEYS:
        if key.id == SIDES[0]:
            table += sides
        elif key.id in _INSTEAD:
            does, hint = _INSTEAD[key.id]
            table.append(replace(key, does=does, hint=hint))
        elif key.id not in (*SIDES, *_WITHOUT):
            table.append(key)
    return tuple(table)
