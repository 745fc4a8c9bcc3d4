"""Spans that begin or end within a token, and what is done with them.

A format that writes by tokens has no place for half of one. `MISALIGNED` in `annotations.formats.exporting`
lists what an editor may choose; whatever is done is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from annotations.annotation import REJECTED, Span
from annotations.errors import ChiosaError
from annotations.formats.exporting import EXPAND, FAIL, SKIP, SPLIT
from annotations.formats.report import Kind, Remark
from annotations.language import _, n_
from annotations.scheme import ENTITIES, Scheme
from annotations.tokens import Tokens

_LISTED = 20
"""Spans that a failure names one by one."""


@dataclass
class Alignment:
    """Spans as they are written, in reading order, and what had to be done for it.

    ``cuts`` are the offsets, in code points, within tokens that are to be cut there. ``changed`` are the
    spans as they were, with what befell them.
    """

    spans: list[Span]
    cuts: list[int] = field(default_factory=list)
    changed: list[tuple[Kind, Span]] = field(default_factory=list)

    def tell(self, remark: Callable[[Kind, Span], None]) -> None:
        """Pass on a remark for each span that did not fall on tokens."""
        for kind, span in self.changed:
            remark(kind, span)


def aligned(spans: Iterable[Span], tokens: Tokens, policy: str, scheme: Scheme) -> Alignment:
    """The spans on the tokens of a text, after one of the policies `SPLIT`, `EXPAND` and `SKIP`.

    With `FAIL` they stay as they are and count as `Kind.OFF_TOKEN`: whoever has seen all articles raises
    `not_on_tokens` then. An expanded span that would overlap another entity, or double one of its label, is
    left out.
    """
    found = Alignment([])
    for span in sorted(spans, key=lambda s: s.order):
        if tokens.fits(span.start, span.end):
            found.spans.append(span)
        elif policy == EXPAND:
            _expand(span, tokens, found)
        elif policy == SKIP:
            found.changed.append((Kind.OFF_TOKEN_OUT, span))
        else:
            found.spans.append(span)
            found.changed.append((Kind.OFF_TOKEN, span))
    if policy == EXPAND:
        _settle(found, scheme)
    if policy == SPLIT:
        edges = {edge for _kind, span in found.changed for edge in (span.start, span.end)}
        found.cuts = sorted(edge for edge in edges if _within(tokens, edge))
    return found


def not_on_tokens(remarks: list[Remark], policy: str) -> ChiosaError:
    """What to raise where these spans stop an export."""
    lines = [
        _("{article}: {label} «{words}» ({start}-{end}) begins or ends within a word").format(
            article=remark.article,
            label=remark.label,
            words=" ".join(remark.words.split())[:60],
            start=remark.start,
            end=remark.end,
        )
        for remark in remarks[:_LISTED]
    ]
    more = len(remarks) - _LISTED
    if more > 0:
        lines.append(n_("and {n} more", "and {n} more", more))
    if policy == FAIL:
        lines.append(_("nothing written; move their edges, or choose --misaligned split, expand or skip"))
    else:
        lines.append(
            _("nothing written, as no rule of the tokenizer cuts there: --misaligned expand or skip helps")
        )
    return ChiosaError("\n".join(lines))


def _expand(span: Span, tokens: Tokens, found: Alignment) -> None:
    bounds = tokens.snap(span.start, span.end)
    if bounds is None:
        found.changed.append((Kind.OFF_TOKEN_OUT, span))
        return
    found.spans.append(replace(span, start=bounds[0], end=bounds[1]))
    found.changed.append((Kind.EXPANDED, span))


def _settle(found: Alignment, scheme: Scheme) -> None:
    """Leave out the expanded spans that now stand on what another has; those on tokens come first."""
    was = {span.id: span for _kind, span in found.changed}
    kept: list[Span] = []
    for span in sorted(found.spans, key=lambda s: (s.id in was, *s.order)):
        if span.id in was and any(_clash(span, other, scheme) for other in kept):
            old = was[span.id]
            found.changed[found.changed.index((Kind.EXPANDED, old))] = (Kind.OFF_TOKEN_OUT, old)
        else:
            kept.append(span)
    found.spans = sorted(kept, key=lambda s: s.order)


def _clash(span: Span, other: Span, scheme: Scheme) -> bool:
    if (span.start, span.end, span.label) == (other.start, other.end, other.label):
        return True
    flat = scheme.layer(span.label) == scheme.layer(other.label) == ENTITIES
    standing = REJECTED not in (span.status, other.status)
    return flat and standing and span.overlaps(other.start, other.end)


def _within(tokens: Tokens, edge: int) -> bool:
    """Whether an offset lies within a token, and not at its edge or in white space."""
    if not len(tokens):
        return False
    start, end = tokens[tokens.at(edge)]
    return start < edge < end
