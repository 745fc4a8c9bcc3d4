"""One decision over all the articles of a folder: what it would change, and the chosen part of it done.

In one article `edits.same_decision` does this, and the mentions meant are the same here: whole tokens, not
decided yet, not inside a longer entity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from annotations import edits
from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Annotation, Span
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.language import N_, _
from annotations.scheme import Scheme

if TYPE_CHECKING:
    from annotations.tokens import Tokens

SAME_WORDS = "rule:same-words"
"""Origin of a suggestion that was made because the same words are a span elsewhere."""

ACCEPT = N_("accept")
RELABEL = N_("relabel")
REJECT = N_("reject")
ADD = N_("add")
PROPOSE = N_("propose")
ACTIONS = (ACCEPT, RELABEL, REJECT, ADD, PROPOSE)
"""What can happen at a mention; translated where they are shown."""


class Change(Struct, frozen=True):
    """What a decision would do at one mention.

    ``start`` and ``end`` are offsets in code points, ``span`` is the suggestion that stands there, or None
    where one would be made; ``action`` is one of `ACTIONS`, ``label`` the label that the words then have.
    """

    article: Article
    start: int
    end: int
    span: Span | None
    action: str
    label: str


def plan(
    articles: Iterable[Article | ChiosaError],
    annotation_of: Callable[[Article], Annotation],
    words: str,
    decided: Span,
    scheme: Scheme,
    tokens_of: Callable[[str], Tokens] | None,
    propose: bool = False,
    fold_case: bool = False,
) -> Iterator[Change | ChiosaError]:
    """What a decision about some words would change, article by article, in reading order.

    Nothing is changed by it; `applied` does that.

    Args:
        articles: where to look, which may include the article of the decision; an error among them, as
            `load_articles` has, is handed on.
        annotation_of: reads an annotation; asked for articles with the words only. A `ChiosaError` that it
            or ``tokens_of`` raises stands in place of the changes.
        words: the words that were decided, as they stand in the text.
        decided: their label, and their status; one that is undecided counts as accepted.
        scheme: the labels and their layers.
        tokens_of: the tokens of a text; with None, whole words are looked for.
        propose: only propose an accepted entity where nobody did, and leave what is proposed as it is.
        fold_case: whether mentions may be in other case.

    Raises:
        SchemeError: the scheme lacks the label; raised at once, before any article is read.
    """
    label = scheme[decided.label].name
    status = REJECTED if decided.status == REJECTED else ACCEPTED
    return _planned(
        articles, annotation_of, words, replace(decided, label=label, status=status), scheme, tokens_of,
        propose, fold_case,
    )  # fmt: skip


def applied(annotation: Annotation, changes: Iterable[Change], scheme: Scheme) -> Annotation:
    """One edit that does the chosen changes of one article; what it adds is its annotator's own.

    A change for which there is no longer a place, since the editor or a suggester has been there after the
    plan was made, is left out.
    """
    proposals: list[tuple[int, int, str]] = []
    for change in changes:
        start, end, label = change.start, change.end, change.label
        if change.span is None:
            here = [span for span in annotation.spans if span.overlaps(start, end)]
            if change.action == PROPOSE:
                proposals.append((start, end, label))
            elif _is_free(here, start, end, label, scheme):
                annotation, _id = edits.add(annotation, start, end, label, scheme)
            continue
        span = annotation.find(change.span.id)
        if span is None or span.decided or _words(span) != _words(change.span):
            continue
        if change.action == REJECT:
            annotation = edits.reject(annotation, span.id)
        else:
            annotation = edits.relabel(annotation, span.id, label, scheme)
    return _with_proposals(annotation, proposals, scheme)


def propose_mentions(
    annotation: Annotation, span_id: str, text: str, scheme: Scheme, tokens: Tokens | None = None
) -> Annotation:
    """Suggest an entity's label for its other mentions where nothing stands, for the editor to decide.

    The span itself and what is proposed already stay as they are. Nothing comes of a rejected span, nor of a
    quote, cue or source, whose words elsewhere need not be one.

    Args:
        annotation: the annotation of ``text``.
        span_id: the entity.
        text: the article's text.
        scheme: the labels and their layers.
        tokens: the tokens of the text; with None, whole words are looked for.

    Raises:
        EditError: the annotation has no such span.
    """
    span = annotation.find(span_id)
    if span is None:
        raise edits.EditError(_("no span {id} in this article").format(id=span_id))
    mentions = edits.other_mentions(annotation, span, text, scheme, tokens)
    new = [(start, end, span.label) for start, end, there in mentions if there is None]
    return _with_proposals(annotation, new, scheme)


def _planned(
    articles: Iterable[Article | ChiosaError],
    annotation_of: Callable[[Article], Annotation],
    words: str,
    decided: Span,
    scheme: Scheme,
    tokens_of: Callable[[str], Tokens] | None,
    propose: bool,
    fold_case: bool,
) -> Iterator[Change | ChiosaError]:
    for article in articles:
        if isinstance(article, ChiosaError):
            yield article
            continue
        forms = _forms(article.text, words, fold_case)
        if not forms:
            continue
        try:
            annotation = annotation_of(article)
            tokens = tokens_of(article.text) if tokens_of else None
        except ChiosaError as error:
            yield error
            continue
        for start, end, there in _mentions(annotation, article.text, forms, decided, scheme, tokens):
            action = _action(there, decided)
            if propose and action == ADD:
                action = PROPOSE
            if not propose or action == PROPOSE:
                yield Change(article, start, end, there, action, decided.label)


def _action(there: Span | None, decided: Span) -> str:
    if there is None:
        return ADD
    if decided.status == REJECTED:
        return REJECT
    return ACCEPT if there.label == decided.label else RELABEL


def _forms(text: str, words: str, fold_case: bool) -> list[str]:
    """How the words are written in a text: as they are, or in every case that they have there."""
    if not words.strip():
        return []
    if not fold_case:
        return [words] if words in text else []
    # a look ahead, since one mention can begin inside another: «No No» in «no no No»
    pattern = re.compile(rf"(?<!\w)(?=({re.escape(words)})(?!\w))", re.IGNORECASE)
    found = dict.fromkeys(match[1] for match in pattern.finditer(text))
    # re takes «ı» for «i» too
    return [form for form in found if form.casefold() == words.casefold()]


def _mentions(
    annotation: Annotation, text: str, forms: list[str], decided: Span, scheme: Scheme, tokens: Tokens | None
) -> list[tuple[int, int, Span | None]]:
    """The mentions that a decision made elsewhere would decide here, none overlapping another.

    `edits.other_mentions` wants a span of this text and leaves that one out, so the words are put under
    the text once more and taken to be decided there.
    """
    found: list[tuple[int, int, Span | None]] = []
    for form in forms:
        below = len(text) + 1
        probe = replace(decided, id="", start=below, end=below + len(form))
        mentions = edits.other_mentions(annotation, probe, f"{text}\n{form}", scheme, tokens)
        # words over several lines could reach from the text into those below
        found += [mention for mention in mentions if mention[1] <= len(text)]
    free, apart = 0, []
    for mention in sorted(found, key=lambda mention: mention[:2]):
        if mention[0] >= free:
            apart.append(mention)
            free = mention[1]
    return apart


def _words(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.label


def _is_free(here: Iterable[Span], start: int, end: int, label: str, scheme: Scheme) -> bool:
    """Whether a span can come to a place where others are: none of its layer stands, nor was it rejected."""
    layer = scheme.layer(label)
    return not any(
        (span.start, span.end) == (start, end) or span.status != REJECTED
        for span in here
        if scheme.layer(span.label) == layer
    )


def _with_proposals(annotation: Annotation, places: list[tuple[int, int, str]], scheme: Scheme) -> Annotation:
    """The annotation with new suggestions, where they have a place; in one go, as they can be many."""
    new: list[Span] = []
    for start, end, label in sorted(places):
        apart = not new or new[-1].end <= start
        if apart and _is_free(annotation.over(start, end), start, end, label, scheme):
            number = annotation.next_id + len(new)
            new.append(Span(f"s{number}", start, end, label, SUGGESTED, SAME_WORDS))
    return annotation.with_next_id(annotation.next_id + len(new)).with_spans(add=new)
