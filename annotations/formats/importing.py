"""Importing: each article of a file goes to its place in the store as a whole, or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from annotations.annotation import ACCEPTED, EDITOR, Annotation, Span
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.formats import Format
from annotations.formats.incoming import Incoming, Refused, Unfit
from annotations.formats.merging import BOTH, MINE, both, is_untouched, relabelled, says_the_same
from annotations.formats.shelf import Shelf, as_in_a_file
from annotations.formats.writing import Writers
from annotations.history import History
from annotations.language import N_, _, n_
from annotations.scheme import Scheme
from annotations.store import Store

if TYPE_CHECKING:
    from annotations.session import Session

Ask = Callable[[Article, Annotation, Annotation], str | None]
"""Says which to keep where an article is annotated already, mine or theirs: one of `merging.KEEP`; None where
nobody can be asked."""
_CUT_SHARE = 5
"""One span in so many that cuts a word or begins in white space is chance; more make offsets doubtful."""
IMPORT = N_("import")
"""The name of the edit that an import into a begun article is."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A span of the file that was left out, since what was decided already stands against it."""

    article: str
    annotator: str
    span: Span
    words: str


@dataclass
class Outcome:
    """What an import did.

    ``imported``, ``same`` and ``kept`` count annotations; ``created`` are the articles that were new;
    ``strange`` counts spans by labels that the scheme lacks, ``annotators`` articles by who annotated them.
    """

    imported: int = 0
    same: int = 0
    kept: int = 0
    spans: int = 0
    created: list[Path] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    standing: list[Standing] = field(default_factory=list)
    strange: Counter[str] = field(default_factory=Counter)
    annotators: Counter[str] = field(default_factory=Counter)


def import_articles(
    known: Format,
    source: Path,
    shelf: Shelf,
    store_for: Callable[[str], Store],
    scheme: Scheme,
    ask: Ask,
    *,
    labels: Mapping[str, str] | None = None,
) -> Iterator[Outcome]:
    """Import a file or folder; yields the outcome so far after each article of it.

    Args:
        known: the format.
        source: the file or folder.
        shelf: the articles that are there, where new ones are put.
        store_for: gives the store for the annotator that the file names, which is "" where it names none.
        scheme: the labels.
        ask: says what to keep where an article is annotated already.
        labels: new names for some labels of the file.

    Raises:
        ChiosaError: the file as a whole cannot be read; what was imported before stays.
    """
    if known.read is None:
        raise ChiosaError(_("{format}: cannot be imported").format(format=known.name))
    outcome = Outcome()
    begun = False
    with Writers() as writers:
        try:
            for found in known.read(source, scheme):
                if begun:
                    yield outcome
                begun = True
                if isinstance(found, Refused):
                    outcome.refused.append(found)
                    continue
                try:
                    _take(found, shelf, store_for, scheme, ask, dict(labels or {}), outcome, writers)
                except ChiosaError as error:
                    outcome.refused.append(Refused(found.place, str(error)))
        except ChiosaError:
            writers.finish()
            if begun:
                yield outcome
            raise
        writers.finish()
    if begun:
        yield outcome


def _take(
    incoming: Incoming,
    shelf: Shelf,
    store_for: Callable[[str], Store],
    scheme: Scheme,
    ask: Ask,
    labels: dict[str, str],
    outcome: Outcome,
    writers: Writers,
) -> None:
    """Decide what is to be saved of an article, and have it saved."""
    place = incoming.place
    named, faults = relabelled(incoming.annotation, labels, scheme)
    if faults:
        raise Unfit(faults[0])
    history = incoming.history if not labels else None
    incoming = as_in_a_file(replace(incoming, annotation=named, history=history))
    store = store_for(incoming.annotation.annotator)
    found = shelf.find(incoming)
    if found is not None and writers.wait_for(found[0].sha256):
        found = shelf.find(incoming)  # what was under way may have failed
    created = found is None
    article, theirs = found or (shelf.reserve(incoming), incoming.annotation)
    session: Session | None = None
    try:
        theirs = _owned(theirs, store.annotator)
        session = store.open(article, tidy=False)
        new, against = _decide(session, theirs, incoming.history, ask, outcome)
    except BaseException:
        if session is not None:
            session.close()
        if created:
            shelf.forget(article)
        raise

    def work(session: Session = session) -> None:
        try:
            if created:
                shelf.put(article)
            if new is not None:
                session.save(new)
        except BaseException:
            if created:
                article.path.unlink(missing_ok=True)
            raise
        finally:
            session.close()

    def then(error: ChiosaError | None) -> None:
        if error is not None:
            if created:
                shelf.forget(article)
            outcome.refused.append(Refused(place, str(error)))
            return
        if created:
            outcome.created.append(article.path)
        if new is not None:
            outcome.imported += 1
            outcome.annotators[store.annotator] += 1
            outcome.spans += len(theirs.spans)
        outcome.standing += [
            Standing(article.id, store.annotator, s, article.text[s.start : s.end]) for s in against
        ]
        outcome.notices += [f"{place}: {notice}" for notice in (*incoming.notices, *_doubts(incoming))]
        outcome.strange.update(s.label for s in theirs.spans if s.label not in scheme)

    if created or new is not None:
        writers.add(article.sha256, work, then)
    else:
        session.close()
        then(None)


def _doubts(incoming: Incoming) -> list[str]:
    """What looks like offsets that are counted otherwise than the format has it: many spans cut words."""
    text = incoming.text
    spans = incoming.annotation.spans
    cut = sum(
        text[s.start].isspace()
        or text[s.end - 1].isspace()
        or _in_word(text, s.start)
        or _in_word(text, s.end)
        for s in spans
    )
    if cut * _CUT_SHARE < len(spans) or not cut:
        return []
    return [
        n_(
            "{n} span of {all} begins or ends within a word or in white space: are its offsets right?",
            "{n} spans of {all} begin or end within a word or in white space: are the offsets right?",
            cut,
            all=len(spans),
        )
    ]


def _in_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _owned(annotation: Annotation, annotator: str) -> Annotation:
    """The annotation as the annotator's; a span of nobody's that is accepted is their own."""
    spans = tuple(
        s if s.origin or s.status != ACCEPTED else replace(s, origin=EDITOR + annotator)
        for s in annotation.spans
    )
    return replace(annotation, annotator=annotator, spans=spans)


def _decide(
    session: Session, theirs: Annotation, history: History | None, ask: Ask, outcome: Outcome
) -> tuple[History | None, list[Span]]:
    """What is to be saved, None for nothing; and the spans of theirs that are left out."""
    mine, store, article = session.loaded.history, session.store, session.article
    if not session.loaded.exists:
        return (replace(history, annotation=theirs) if history is not None else History(theirs)), []
    if says_the_same(mine.annotation, theirs):
        outcome.same += 1
        return None, []
    keep = "theirs" if is_untouched(mine.annotation) else ask(article, mine.annotation, theirs)
    if keep is None:
        raise Unfit(
            _(
                "{article} is annotated already by {annotator} (spans decided: {n});"
                " say --keep mine, theirs or both"
            ).format(article=article.id, annotator=store.annotator, n=mine.annotation.decided)
        )
    if keep == MINE:
        outcome.kept += 1
        return None, []
    new = replace(theirs, next_id=max(theirs.next_id, mine.annotation.next_id))
    against: list[Span] = []
    if keep == BOTH:
        new, against = both(mine.annotation, theirs, store.scheme)
    return mine.apply(IMPORT, new), against
