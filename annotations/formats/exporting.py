"""What all exports have in common: which articles go out, what a format cannot carry, the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from annotations.annotation import DONE, IN_PROGRESS, NEW, REJECTED, SUGGESTED, Annotation, Span
from annotations.errors import ChiosaError
from annotations.formats import Format, Progress, Reviewed, Trait, formats
from annotations.formats.destination import MANIFEST, new_folder
from annotations.formats.manifest import make_manifest
from annotations.formats.report import ArticleEntry, Kind, Remark, Report, SkippedArticle
from annotations.formats.selection import plain_id
from annotations.language import N_, Kept, _
from annotations.scheme import QUOTES, Scheme

SPLIT, EXPAND, SKIP, FAIL = "split", "expand", "skip", "fail"
MISALIGNED = (SPLIT, EXPAND, SKIP, FAIL)
"""What may be done with a span that begins or ends within a token: split the token, expand the span to whole
tokens, leave the span out, or write nothing."""
SEED = "chiosa"
"""What an article's place in train or dev hangs on besides its id."""


@dataclass
class Export:
    """One export: what a format's ``write`` gets.

    ``units`` hold only what the format can carry, sorted by article and annotator. Files go into ``folder``,
    which becomes ``dest`` when all is written.
    """

    units: list[Reviewed]
    folder: Path
    dest: Path
    scheme: Scheme
    report: Report
    misaligned: str = SPLIT
    seed: str = SEED
    progress: Progress | None = None

    def each(self) -> Iterable[Reviewed]:
        """The units, counted on the progress bar as they are taken."""
        for number, unit in enumerate(self.units, 1):
            yield unit
            if self.progress is not None:
                self.progress(number, len(self.units))


def export(
    known: Format,
    units: Iterable[Reviewed],
    dest: Path,
    scheme: Scheme,
    *,
    partial: bool = False,
    misaligned: str = SPLIT,
    seed: str = SEED,
    progress: Progress | None = None,
) -> Report:
    """Write articles that are done, in some format, to the folder ``dest``.

    Args:
        known: the format.
        units: the reviewed articles, in any order.
        dest: a new or empty folder, or one with an earlier export, which is replaced.
        scheme: says which labels are quotes; every other label is an entity.
        partial: also articles in progress.
        misaligned: one of `MISALIGNED`, for formats that write by tokens.
        seed: another seed gives another split into train and dev, where the format has one.
        progress: is called after each article with how many are done and how many there are.

    Raises:
        ChiosaError: there is nothing to export, the format cannot hold it, or ``dest`` holds something else
            or cannot be written.
    """
    if known.write is None:
        raise ChiosaError(_("{format}: cannot be exported").format(format=known.name))
    dest = dest.resolve()
    report = Report(dest)
    states = (DONE, IN_PROGRESS, NEW)[: 1 + partial + (partial and known.unread)]
    chosen = [carried(unit, known, scheme, report) for unit in choose(units, states, report)]
    _tell_losses(known, chosen, report)
    with new_folder(dest) as folder:
        job = Export(chosen, folder, dest, scheme, report, misaligned, seed, progress)
        more = known.write(job) or {}
        if not report.tallies:  # where there are, they have counted
            report.spans.update(span.label for unit in chosen for span in unit.annotation.spans)
        if not report.articles:
            report.articles = [_entry(unit) for unit in chosen]
        manifest = make_manifest(known.name, report, scheme, folder, more)
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return report


def choose(units: Iterable[Reviewed], states: Sequence[str], report: Report) -> list[Reviewed]:
    """The articles in one of these states, in an order that does not depend on how they came.

    Raises:
        ChiosaError: there is none.
    """
    chosen: list[Reviewed] = []
    in_progress = proposed = False
    for unit in sorted(units, key=lambda u: (u.article.id, u.annotation.annotator, u.article.sha256)):
        state = unit.annotation.state
        in_progress = in_progress or state == IN_PROGRESS
        proposed = proposed or bool(unit.annotation.spans)
        if state in states:
            chosen.append(unit)
        else:
            skipped = SkippedArticle(plain_id(unit.article), unit.annotation.annotator, Kept(state))
            report.skipped.setdefault("", []).append(skipped)
    if not chosen:
        if IN_PROGRESS in states:
            line = _("no article has been begun yet; decide some spans on the desk")
            if proposed:
                line += _(", or take what is proposed with --format {formats}").format(
                    formats=", ".join(known.name for known in formats().values() if known.unread)
                )
            raise ChiosaError(line)
        line = _("no article is done yet; review articles and mark them done with d")
        if in_progress:
            line += _(", or use --partial to export what is in progress")
        raise ChiosaError(line)
    return chosen


def carried(unit: Reviewed, known: Format, scheme: Scheme, report: Report | None = None) -> Reviewed:
    """The unit with what the format can carry; the report gets a remark on each thing that it cannot."""

    def out(kind: Kind, span: Span | None, label: str = "") -> None:
        if report is not None:
            start, end = (span.start, span.end) if span is not None else (0, 0)
            words = unit.article.text[start:end]
            name = label or (span.label if span is not None else "")
            report.remarks.append(Remark(kind, plain_id(unit.article), name, start, end, words))

    old = unit.annotation
    seen = known.carries | known.tells
    tests: list[tuple[Trait, Kind, Callable[[Span], bool]]] = [
        (Trait.QUOTES, Kind.QUOTE, lambda span: scheme.layer(span.label) == QUOTES),
        (Trait.SUGGESTED, Kind.UNDECIDED, lambda span: span.status == SUGGESTED),
        (Trait.REJECTED, Kind.REJECTED, lambda span: span.status == REJECTED),
    ]
    gone: dict[str, Span] = {}
    for trait, kind, concerns in tests:
        if trait not in seen:
            for span in old.spans:
                if span.id not in gone and concerns(span):
                    gone[span.id] = span
                    out(kind, span)
    if Trait.NESTED not in seen:
        for span in _nested(span for span in old.spans if span.id not in gone):
            gone[span.id] = span
            out(Kind.OVERLAPPING, span)
    links, notes = old.links, old.notes
    for link in links:
        if link.content in gone or link.target in gone:
            if link.content not in gone:
                out(Kind.UNLINKED, old.find(link.content), link.kind)
        elif Trait.LINKS not in seen:
            out(Kind.LINK, old.find(link.content), link.kind)
    for note in notes:
        if Trait.NOTES not in seen or note.target in gone:
            out(Kind.NOTE, old.find(note.target) if note.target else None)
    new = old.with_spans(gone) if gone else old
    new = replace(
        new,
        links=new.links if Trait.LINKS in seen else (),
        notes=new.notes if Trait.NOTES in seen else (),
    )
    return Reviewed(unit.article, new, unit.history if Trait.EDITS in seen else None)


def _nested(spans: Iterable[Span]) -> list[Span]:
    """Of spans of one label that overlap, all but the longest, then the earliest."""
    kept: dict[str, list[Span]] = {}
    dropped = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, *s.order)):
        others = kept.setdefault(span.label, [])
        if any(span.overlaps(other.start, other.end) for other in others):
            dropped.append(span)
        else:
            others.append(span)
    return dropped


def _tell_losses(known: Format, units: list[Reviewed], report: Report) -> None:
    """Say once what the format has no place for in any article."""
    has: dict[Trait, Callable[[Annotation], bool]] = {
        Trait.ORIGINS: lambda annotation: any(s.origin or s.score is not None for s in annotation.spans),
        Trait.STATE: lambda annotation: annotation.state != DONE,
    }
    lost = [
        trait for trait in has if trait not in known.carries and any(has[trait](u.annotation) for u in units)
    ]
    lost += [Trait.EDITS] if Trait.EDITS not in known.carries else []
    if lost:
        what = Kept(lost[0].value)
        for trait in lost[1:]:
            what = Kept(N_("{one}; {other}"), one=what, other=Kept(trait.value))
        report.warnings.append(Kept(N_("not in this format: {what}"), what=what))


def _entry(unit: Reviewed) -> ArticleEntry:
    annotation = unit.annotation
    return ArticleEntry(
        plain_id(unit.article), unit.article.sha256, annotation.annotator, annotation.state, {}
    )
