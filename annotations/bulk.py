"""Which undecided spans are meant when some are accepted at once, and that edit."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from annotations.annotation import ACCEPTED, SUGGESTED, Annotation, Span


class Some(Struct, frozen=True):
    """Undecided spans of a label, at least so probable, and in a stretch of the text; None means any."""

    label: str | None = None
    score: float | None = None
    within: tuple[int, int] | None = None

    def of(self, annotation: Annotation) -> list[Span]:
        """Those spans of an annotation."""
        return [
            span
            for span in annotation.spans
            if span.status == SUGGESTED
            and self.label in (None, span.label)
            and (self.score is None or (span.score is not None and span.score >= self.score))
            and (self.within is None or self.within[0] <= span.start < self.within[1])
        ]


def accept_some(annotation: Annotation, some: Some) -> Annotation:
    """Accept them, as one edit."""
    accepted = [replace(span, status=ACCEPTED) for span in some.of(annotation)]
    return annotation.with_spans([span.id for span in accepted], accepted)


def paragraph_at(text: str, offset: int) -> tuple[int, int]:
    """The paragraph over an offset, up to the beginning of the next."""
    from annotations.suggesters.marks import paragraphs

    bounds = paragraphs(text)
    starts = [start for start, _ in bounds]
    for number, start in enumerate(starts):
        following = starts[number + 1] if number + 1 < len(starts) else len(text)
        if offset < following:
            return start, following
    return bounds[-1]
