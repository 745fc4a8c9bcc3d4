"""A new quote from the quotation marks around a place, with the cue and the source that the text shows."""

from __future__ import annotations

from collections.abc import Iterable

from annotations.annotation import ACCEPTED, SUGGESTED, Annotation, Link, Span
from annotations.edits import add
from annotations.scheme import CONTENT, ROLES, Scheme
from annotations.suggesters.marks import Quoted, outermost
from annotations.suggesters.quotes import ORIGIN, reports_of
from annotations.tokens import Tokens

Bounds = tuple[int, int]


def quote_around(text: str, start: int, end: int) -> Bounds | None:
    """The marks around ``[start, end)``, marks included; None where none are."""
    for quoted in outermost(text):
        if quoted.start <= start and end <= quoted.end and (quoted.start, quoted.end) != (start, end):
            return quoted.start, quoted.end
    return None


def quote_at(text: str, offset: int) -> Bounds | None:
    """The marks around an offset, else the next ones in its paragraph; None where there are none."""
    line_end = text.find("\n", offset)
    for quoted in outermost(text):
        if quoted.end > offset:
            return (quoted.start, quoted.end) if line_end < 0 or quoted.start <= line_end else None
    return None


def quote_near(text: str, offset: int, window: Bounds, made: Iterable[Bounds] = ()) -> Bounds | None:
    """The marks that are meant by a place: those of `quote_at`, else the next on screen that are no quote.

    Args:
        text: the article's text.
        offset: where the editor is looking.
        window: the stretch on screen.
        made: the bounds of quotes that are there already.
    """
    found = quote_at(text, offset)
    taken = set(made)
    if found is not None and (found not in taken or found[0] <= offset):
        return found
    marks = [(q.start, q.end) for q in outermost(text) if q.end > window[0] and q.start < window[1]]
    free = [bounds for bounds in marks if bounds not in taken]
    return next((bounds for bounds in free if bounds[1] > offset), free[0] if free else found)


def report_of(text: str, content: Bounds) -> dict[str, Bounds]:
    """The ``cue`` and the ``source`` of a quote, as far as the words around it show them."""
    found = [q for q in outermost(text) if q.end <= content[0] or q.start >= content[1]]
    found.append(Quoted(*content, "straight"))
    found.sort(key=lambda quoted: quoted.start)
    for quoted, report in zip(found, reports_of(text, found), strict=True):
        if (quoted.start, quoted.end) == content and report is not None:
            return {"cue": report.cue, **({"source": report.source} if report.source else {})}
    return {}


def add_quote(
    annotation: Annotation, content: Bounds, text: str, tokens: Tokens, scheme: Scheme
) -> tuple[Annotation, str]:
    """Make a CONTENT span, the editor's own, and propose its cue and its source; returns its id too.

    What the quote is linked to already stays. The proposals are undecided and come from the rules.

    Raises:
        EditError: the span cannot stand there.
    """
    changed, quote_id = add(annotation, *content, CONTENT, scheme)
    for kind, bounds in report_of(text, content).items():
        label = ROLES[kind]
        snapped = tokens.snap(*bounds)
        if label not in scheme or snapped is None or changed.linked(quote_id, kind):
            continue
        twin = next((s for s in changed.spans if (s.start, s.end, s.label) == (*snapped, label)), None)
        if twin is not None and twin.status not in (ACCEPTED, SUGGESTED):
            continue
        if twin is None:
            twin = Span(f"s{changed.next_id}", *snapped, label, SUGGESTED, ORIGIN)
            changed = _with_new(changed, twin)
        changed = changed.with_links(add=[Link(quote_id, kind, twin.id)])
    return changed, quote_id


def _with_new(annotation: Annotation, span: Span) -> Annotation:
    return annotation.with_next_id(annotation.next_id + 1).with_spans(add=[span])
