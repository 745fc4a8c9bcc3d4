"""How spans look in the present theme. What colour tells, an attribute or a sign tells as well.

======================  ==========================================
suggested               underlined
accepted                bold; a quote: no line under it
rejected                as plain text; struck through while current
in the quotes layer     italic; a quote has a bar in the margin, broken while it is undecided
current                 reversed
its quote               the cue underlined and bold, the source underlined twice and bold, each with the
                        letter before it that chooses one; the quote bold, its bar reversed
======================  ==========================================

In high contrast and on a Linux console a suggested entity, cue or source is a block of its label's colour
instead, and the current span one of a colour that no label has; a console has no italic, and names the
status of the current span only below the text. The innermost span decides, so that an entity stays visible
inside a quote.

The styles here change with the theme: read them as ``styles.PLAIN`` when something is drawn, and keep none.
There is one object for each look, so that neighbours of one look can be found by identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from rich.style import Style

from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Span
from annotations.scheme import CONTENT, CUE, ENTITIES, SOURCE, Scheme
from tui.themes import TERMINAL, Theme, named
from tui.themes import for_terminal as for_terminal

PLAIN: Style
DIM: Style
BOLD: Style
BAR: Style
KEY: Style
MATCH: Style
SELECTION: Style
TAG: Style
SUGGESTED_LOOK: Style
ACCEPTED_LOOK: Style
WARNING: Style

STATUS_MARKS = {SUGGESTED: "?", ACCEPTED: "+", REJECTED: "-"}
"""A sign for each status, for places where a style would not be seen."""
_NONE = "not bold not italic not underline not strike not reverse"

_theme = TERMINAL


def use(theme: Theme | str) -> None:
    """Look like a theme, or the one of a name, from now on; what has been drawn must be drawn again.

    Raises:
        ThemeError: there is no theme of that name.
    """
    global _theme, PLAIN, DIM, BOLD, BAR, KEY, MATCH, SELECTION, TAG, SUGGESTED_LOOK, ACCEPTED_LOOK, WARNING
    _theme = theme = named(theme) if isinstance(theme, str) else theme
    label_style.cache_clear()
    _style.cache_clear()
    PLAIN = theme.style()
    DIM = theme.style(theme.dim)
    BOLD = theme.style(theme.strong)
    BAR = theme.style("reverse")
    KEY = theme.style(theme.key)
    MATCH = theme.style(theme.match)
    SELECTION = theme.style(f"{theme.own} {theme.looks.current}")
    TAG = theme.style(theme.tag)
    SUGGESTED_LOOK = theme.style(theme.looks.suggested)
    ACCEPTED_LOOK = theme.style(f"{theme.strong} {theme.looks.accepted}")
    WARNING = theme.style(theme.warning)


def theme() -> Theme:
    """The present theme."""
    return _theme


def background() -> str:
    """The ground of the present theme, as Textual's CSS names it."""
    return f"ansi_{_theme.background}"


@cache
def label_style(colour: str) -> Style:
    """The style of a label's name in the legend and the details."""
    return _theme.style(f"bold {_theme.shown(colour)}")


@cache
def _style(colour: str, quoted: bool, line: bool, status: str, mark: str) -> Style:
    looks = _theme.looks
    statuses = {
        SUGGESTED: looks.suggested_line if line else looks.suggested,
        ACCEPTED: looks.accepted,
        REJECTED: looks.rejected,
    }
    italic = looks.quoted if quoted else ""
    return _theme.style(f"{_NONE} {colour} {italic} {statuses.get(status, '')} {mark}")


def stretch_style(
    spans: Sequence[Span], current_id: str | None, scheme: Scheme, reported: frozenset[str] = frozenset()
) -> Style:
    """The style of a stretch of text over which these spans lie.

    ``reported`` are the ids of those that belong to the current quote, which stand out beside it.
    """
    current = next((s for s in spans if s.id == current_id), None)
    seen = [s for s in spans if s.status != REJECTED or s is current]
    if not seen:
        return PLAIN
    entities = [s for s in seen if scheme.layer(s.label) == ENTITIES]
    roles = [s for s in seen if scheme.layer(s.label) != ENTITIES and s.label != CONTENT]
    contents = [s for s in seen if s.label == CONTENT]
    inner = min(entities or roles or contents, key=lambda s: s.end - s.start)
    status = current.status if current is not None else inner.status
    # A quote that is current keeps its entities' colours; anything else shows its own.
    shown = current if current is not None and current.label != CONTENT else inner
    colour = _theme.shown(scheme[shown.label].colour) if shown.label in scheme else ""
    mark = _theme.looks.current if current is not None else ""
    if current is not None and _theme.own:
        colour, mark = (_theme.own, mark) if shown is current else (colour, "reverse")
    if current is None and (theirs := [s for s in roles or contents if s.id in reported]):
        return _style(colour, True, True, "", _role_look(theirs[0].label))
    if inner.label == CONTENT and current is None and status == ACCEPTED:
        # A whole paragraph in bold would shout.
        status = ""
    return _style(colour, bool(roles or contents), bool(mark) or inner.label == CONTENT, status, mark)


def _role_look(label: str) -> str:
    """The attributes of a part of the current quote that is not the current span itself."""
    looks = _theme.looks
    return {CUE: looks.cue, SOURCE: looks.source}.get(label, looks.content)


def margin_sign(contents: Sequence[Span]) -> str:
    """The sign in the margin of a line with quotes: a broken bar while one is undecided, else a solid one."""
    standing = [s for s in contents if s.status != REJECTED]
    if not standing:
        return " "
    return "¦" if any(s.status == SUGGESTED for s in standing) else "│"


use(TERMINAL)
