"""What of an annotation is training data: which spans, and what has to be said about the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from annotations.annotation import ACCEPTED, DONE, REJECTED, SUGGESTED, Link, Span
from annotations.article import Article
from annotations.formats import Reviewed
from annotations.formats.report import Kind, Remark
from annotations.scheme import ENTITIES, QUOTES, Scheme


@dataclass(slots=True, eq=False)
class Selection:
    """The spans of a reviewed article that a model can learn from.

    ``entities`` are accepted and flat, ``quotes`` accepted and may overlap, ``rejected`` are rejected
    entities, ``rejected_quotes`` are for who reads the file again, since spancat learns nothing from them;
    none begins or ends in white space. ``open_entities`` and ``open_quotes`` are undecided. ``links`` join
    spans of ``quotes``, ``rejected_links`` those and rejected ones.
    """

    unit: Reviewed
    entities: list[Span] = field(default_factory=list)
    quotes: list[Span] = field(default_factory=list)
    rejected: list[Span] = field(default_factory=list)
    rejected_quotes: list[Span] = field(default_factory=list)
    open_entities: list[Span] = field(default_factory=list)
    open_quotes: list[Span] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    rejected_links: list[Link] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def article_id(self) -> str:
        """The article's id as it is written."""
        return plain_id(self.unit.article)

    @property
    def done(self) -> bool:
        """Whether the editor is through with the article."""
        return self.unit.annotation.state == DONE

    @property
    def live(self) -> list[Span]:
        """All spans that will be written, in reading order."""
        found = [*self.entities, *self.quotes, *self.rejected, *self.rejected_quotes]
        return sorted(found, key=lambda span: span.order)

    def keep_only(self, spans: Iterable[Span]) -> None:
        """Put these in the place of the spans with their ids; the others go, and links to them."""
        kept = {span.id: span for span in spans}
        for found in (self.entities, self.quotes, self.rejected, self.rejected_quotes):
            found[:] = sorted((kept[s.id] for s in found if s.id in kept), key=lambda span: span.order)
        for links in (self.links, self.rejected_links):
            for link in [k for k in links if k.content not in kept or k.target not in kept]:
                links.remove(link)
                if link.content in kept:
                    self.remark(Kind.UNLINKED, kept[link.content], link.kind)

    def remark(self, kind: Kind, span: Span, label: str = "") -> None:
        """Note what befell a span."""
        words = self.unit.article.text[max(span.start, 0) : max(span.end, 0)]
        self.remarks.append(Remark(kind, self.article_id, label or span.label, span.start, span.end, words))


def plain_id(article: Article) -> str:
    """The article's id as text that can be written as UTF-8, whatever bytes its file's name has."""
    return article.id.encode("utf-8", "backslashreplace").decode("utf-8")


def select(unit: Reviewed, scheme: Scheme) -> Selection:
    """Choose the spans of a unit that can be exported, and note what is left out and why."""
    selection = Selection(unit)
    text = unit.article.text
    accepted: list[Span] = []
    for span in sorted(unit.annotation.spans, key=lambda span: span.order):
        layer = QUOTES if scheme.layer(span.label) == QUOTES else ENTITIES
        if not 0 <= span.start < span.end <= len(text):
            selection.remark(Kind.OUTSIDE, span)
            continue
        if span.status == SUGGESTED:
            (selection.open_quotes if layer == QUOTES else selection.open_entities).append(span)
            selection.remark(Kind.UNDECIDED, span)
            continue
        bare = trimmed(span, text)
        if bare is None:
            selection.remark(Kind.BLANK, span)
            continue
        if bare != span:
            selection.remark(Kind.TRIMMED, span)
        if layer == QUOTES and span.status == REJECTED:
            selection.rejected_quotes.append(bare)
        elif layer == ENTITIES:
            (accepted if span.status == ACCEPTED else selection.rejected).append(bare)
        else:
            selection.quotes.append(bare)
    _keep_flat(accepted, selection)
    _drop_contradicted(accepted, selection)
    _keep_links(selection)
    return selection


def trimmed(span: Span, text: str) -> Span | None:
    """The span without white space at its edges, which spaCy calls an error in an entity."""
    if not (text[span.start].isspace() or text[span.end - 1].isspace()):
        return span
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    end = span.end - (len(words) - len(words.rstrip()))
    return replace(span, start=start, end=end) if start < end else None


def _keep_flat(accepted: Iterable[Span], selection: Selection) -> None:
    """``doc.ents`` holds no two entities on one word: the longer stays, then the earlier."""
    kept: list[Span] = []
    for span in sorted(accepted, key=lambda s: (s.start - s.end, *s.order)):
        if any(span.overlaps(other.start, other.end) for other in kept):
            selection.remark(Kind.OVERLAPPING, span)
        else:
            kept.append(span)
    selection.entities = sorted(kept, key=lambda span: span.order)


def _drop_contradicted(accepted: Iterable[Span], selection: Selection) -> None:
    """Two suggesters may have proposed the same, one accepted, one rejected: spaCy stops there (E868)."""
    right = {(span.start, span.end, span.label) for span in accepted}
    rejected, selection.rejected = selection.rejected, []
    for span in rejected:
        if (span.start, span.end, span.label) in right:
            selection.remark(Kind.CONTRADICTED, span)
        else:
            selection.rejected.append(span)


def _keep_links(selection: Selection) -> None:
    written = {span.id: span for span in selection.quotes}
    known = written.keys() | {span.id for span in selection.rejected_quotes}
    for link in sorted(selection.unit.annotation.links):
        if link.content in written and link.target in written:
            selection.links.append(link)
        elif link.content in known and link.target in known:
            selection.rejected_links.append(link)
        elif link.content in written:
            selection.remark(Kind.UNLINKED, written[link.content], link.kind)
