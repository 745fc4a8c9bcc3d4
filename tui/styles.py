"""How spans look. Every difference is told by colour and, for those without, by an attribute as well.

======================  ==========================================
suggested               underlined
accepted                bold; a quote: no line under it
rejected                as plain text; struck through while current
in the quotes layer     italic; a quote has a bar in the margin, broken while it is undecided
current                 reversed
======================  ==========================================

The innermost span decides, so that an entity stays visible inside a quote. Colours are the terminal's own
sixteen: they follow the user's palette and cost few bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from rich.style import Style

from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Span
from annotations.scheme import CONTENT, ENTITIES, Scheme

PLAIN = Style.parse("default on default")
DIM = Style.parse("dim default on default")
BOLD = Style.parse("bold default on default")
BAR = Style.parse("reverse default on default")
KEY = Style.parse("bold cyan on default")
MATCH = Style.parse("reverse yellow on default")
SELECTION = Style.parse("bold reverse default on default")
TAG = Style.parse("bold reverse cyan on default")
SUGGESTED_LOOK = Style.parse("underline default on default")
ACCEPTED_LOOK = BOLD
WARNING = Style.parse("bold yellow on default")

STATUS_MARKS = {SUGGESTED: "?", ACCEPTED: "+", REJECTED: "-"}
"""A sign for each status, for places where a style would not be seen."""


@cache
def label_style(colour: str) -> Style:
    """The style of a label's name in the legend and the details."""
    return Style.parse(f"bold {colour} on default")


@cache
def _style(colour: str, italic: bool, status: str, current: bool) -> Style:
    return Style(
        color=colour,
        bgcolor="default",
        bold=status == ACCEPTED or current,
        italic=italic,
        underline=status == SUGGESTED,
        strike=status == REJECTED,
        reverse=current,
    )


def stretch_style(spans: Sequence[Span], current_id: str | None, scheme: Scheme) -> Style:
    """The style of a stretch of text over which these spans lie."""
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
    colour = scheme[shown.label].colour if shown.label in scheme else "default"
    if inner.label == CONTENT and current is None and status == ACCEPTED:
        # A whole paragraph in bold would shout.
        status = ""
    return _style(colour, bool(roles or contents), status, current is not None)


def margin_sign(contents: Sequence[Span]) -> str:
    """The sign in the margin of a line with quotes: a broken bar while one is undecided, else a solid one."""
    standing = [s for s in contents if s.status != REJECTED]
    if not standing:
        return " "
    return "¦" if any(s.status == SUGGESTED for s in standing) else "│"
