"""A spaCy pipeline as a suggester; the rules fill in what it does not know. Imports spaCy."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import spacy

from annotations.annotation import Link, Proposal, Span
from annotations.italian import blank_italian
from annotations.scheme import CONTENT, CUE, ROLES, SOURCE
from annotations.suggesters import Suggester, SuggesterError
from annotations.suggesters.dates import suggest_dates
from annotations.suggesters.names import suggest_names
from annotations.suggesters.quotes import suggest_quotes
from annotations.suggesters.rules import numbered, without_overlaps
from annotations.suggesters.tokenizing import desk_tokens, long_runs, stretches, without_surrogates
from annotations.tokens import Tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc

SPANS_KEY = "sc"
"""The group of ``doc.spans`` that holds quotes; spaCy's own default."""
LABELS = {"PERSON": "PER", "GPE": "LOC"}
"""Labels that are written otherwise on the desk."""
REACH = 300
"""Code points between a quote and a cue or source of the model's that may still belong to it."""


class PipelineSuggester(Suggester):
    """Entities from ``doc.ents`` and quotes from ``doc.spans["sc"]``, snapped to the desk's tokens.

    Roles of quotes that the pipeline does not know come from the rules, as does DATE, and names too where
    it has no entities at all.
    """

    def __init__(self, model: str | Path) -> None:
        """Load the package called ``model``, or the folder where it is a `Path`.

        Raises:
            SuggesterError: spaCy cannot load it.
        """
        build = ""
        try:
            if isinstance(model, Path):
                build = f"+{_digest(model)}"  # before loading: files written meanwhile make another name
            self._nlp = spacy.load(model)
        except Exception as error:  # a broken pipeline fails in as many ways as it has parts
            reason = " ".join(str(error).split())[:200]
            raise SuggesterError(
                f"model {model}: cannot be loaded ({reason}); train or install it again"
            ) from error
        meta = self._nlp.meta
        released = f"{meta['lang']}_{meta['name']}@{meta['version']}"
        self.name = f"{released}{build}"
        self._origin = f"model:{released}"
        self._grid = blank_italian()
        self._entity_labels = self._labels("doc.ents")
        self._quote_labels = self._labels("doc.spans")

    def tokens(self, text: str) -> Tokens:
        """The desk's grid for a text, which need not be the pipeline's own."""
        return desk_tokens(self._grid, text)

    def suggest(self, text: str, tokens: Tokens | None = None) -> Proposal:
        """The pipeline's spans and those of the rules that fill in for it."""
        tokens = tokens if tokens is not None else self.tokens(text)
        entities: dict[tuple[int, int], Span] = {}
        roles: dict[tuple[int, int, str], Span] = {}
        for offset, doc in self._docs(text):
            for start, end, label, score in _found(doc.ents, None):
                if span := self._span(tokens, start + offset, end + offset, label, score):
                    entities.setdefault((span.start, span.end), span)
            group = doc.spans.get(SPANS_KEY, ())
            for start, end, label, score in _found(group, getattr(group, "attrs", {}).get("scores")):
                if span := self._span(tokens, start + offset, end + offset, label, score):
                    roles.setdefault((span.start, span.end, label), span)
        ents = _first_of_overlapping(entities.values())
        if not self._entity_labels:
            ents = suggest_names(text, tokens)
        if "DATE" not in self._entity_labels:
            dates = suggest_dates(text, tokens)
            # a name around a date stays («Piazza 4 Novembre»), a guess inside one goes
            ents = [
                e for e in ents if not any(d.start <= e.start and e.end <= d.end for d in _near(dates, e))
            ]
            ents = [*ents, *without_overlaps(ents, dates)]
        return numbered(ents, self._quotes(text, tokens, list(roles.values())))

    def _quotes(self, text: str, tokens: Tokens, found: list[Span]) -> Proposal:
        known = self._quote_labels & {CONTENT, CUE, SOURCE}
        spans = [Span(f"m{n}", s.start, s.end, s.label, origin=s.origin, score=s.score)
                 for n, s in enumerate(found)]  # fmt: skip
        links: list[Link] = []
        if known != {CONTENT, CUE, SOURCE}:
            ruled = suggest_quotes(text, tokens)
            kept = [s for s in ruled.spans if s.label not in known]
            ids = {s.id for s in kept}
            spans += kept
            links += [k for k in ruled.links if k.content in ids and k.target in ids]
        linked = {(k.content, k.kind) for k in links}
        contents = sorted((s for s in spans if s.label == CONTENT), key=lambda s: s.start)
        for kind, label in ROLES.items():
            targets = sorted((s for s in spans if s.label == label), key=lambda s: s.start)
            links += [k for k in _nearest(text, contents, targets, kind) if (k.content, kind) not in linked]
        return Proposal(tuple(spans), tuple(links))

    def _docs(self, text: str) -> Iterator[tuple[int, Doc]]:
        """Docs of stretches that memory has room for, with their offsets; runs of garbage left out."""
        text = without_surrogates(text)
        for start, end in stretches(text):
            piece = text[start:end]
            for run_start, run_end in long_runs(piece):
                piece = piece[:run_start] + " " * (run_end - run_start) + piece[run_end:]
            yield start, self._nlp(piece)

    def _span(self, tokens: Tokens, start: int, end: int, label: str, score: float | None) -> Span | None:
        bounds = tokens.snap(start, end)
        if bounds is None or not label:
            return None
        return Span("", *bounds, LABELS.get(label, label), origin=self._origin, score=score)

    def _labels(self, where: str) -> set[str]:
        """The labels, as on the desk, of the components that write to ``doc.ents`` or ``doc.spans``."""
        labels: set[str] = set()
        for name, component in self._nlp.pipeline:
            if where in self._nlp.get_pipe_meta(name).assigns:
                labels |= {LABELS.get(label, label) for label in getattr(component, "labels", ())}
        return labels


def _digest(folder: Path) -> str:
    """Eight hex digits that change when a file of the folder is written, without reading the weights.

    Training leaves name and version as they were, and the sizes of most files too; only their times tell.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    known = hashlib.sha256()
    for path in files:
        status = path.stat()
        known.update(os.fsencode(path.relative_to(folder)))
        known.update(f"\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return known.hexdigest()[:8]


def _found(spans: Iterable[Any], scores: Any) -> Iterator[tuple[int, int, str, float | None]]:
    """Bounds, label and score of spaCy's spans; a score that is no probability is none."""
    for index, span in enumerate(spans):
        score = None
        if scores is not None and index < len(scores):
            value = float(scores[index])
            score = round(value, 4) if 0 <= value <= 1 else None
        yield span.start_char, span.end_char, span.label_, score


def _first_of_overlapping(spans: Iterable[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: s.order):
        if not kept or kept[-1].end <= span.start:
            kept.append(span)
    return kept


def _near(dates: list[Span], span: Span) -> Iterable[Span]:
    return (d for d in dates if d.overlaps(span.start, span.end))


def _nearest(text: str, contents: list[Span], targets: list[Span], kind: str) -> list[Link]:
    """From each quote to the nearest span outside it in the same paragraph, the one behind it first."""
    links = []
    index = 0
    for content in contents:
        while index < len(targets) and targets[index].end < content.start - REACH:
            index += 1
        best: tuple[int, Span] | None = None
        for target in targets[index:]:
            if target.start > content.end + REACH:
                break
            gap = max(target.start - content.end, content.start - target.end)
            between = text[min(content.end, target.end) : max(content.start, target.start)]
            if gap < 0 or gap > REACH or "\n" in between:
                continue
            if best is None or gap < best[0]:
                best = (gap, target)
        if best is not None:
            links.append(Link(content.id, kind, best[1].id))
    return links
