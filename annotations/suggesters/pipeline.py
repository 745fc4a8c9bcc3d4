"""A spaCy pipeline as a suggester; the rules fill in what it does not know. Imports spaCy."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import spacy
from msgspec.structs import replace

from annotations.annotation import SUGGESTED, Link, Proposal, Span
from annotations.components.dates import NAME as DATES_COMPONENT
from annotations.components.encoder import ChiosaEncoder, EncoderError
from annotations.components.entities import SCORE
from annotations.components.quotes import SPANS_KEY
from annotations.cores import cores
from annotations.errors import ChiosaError
from annotations.italian import blank_italian
from annotations.language import _
from annotations.scheme import CONTENT, CUE, ROLES, SOURCE
from annotations.suggesters import Suggester, SuggesterError
from annotations.suggesters.dates import ORIGIN as DATES
from annotations.suggesters.dates import suggest_dates
from annotations.suggesters.names import suggest_names
from annotations.suggesters.quotes import suggest_quotes
from annotations.suggesters.rules import numbered, without_overlaps
from annotations.suggesters.tokenizing import desk_tokens, long_runs, stretches, without_surrogates
from annotations.tokens import Tokens

if TYPE_CHECKING:
    from spacy.tokens import Doc

LABELS = {"PERSON": "PER", "GPE": "LOC"}
"""Labels that are written otherwise on the desk."""
AT_ONCE = 8
"""Texts that go through a pipeline together; more would only make the progress bar jump."""
REACH = 300
"""Code points between a quote and a cue or source of the model's that may still belong to it."""


class PipelineSuggester(Suggester):
    """Entities from ``doc.ents`` and quotes from ``doc.spans["sc"]``, snapped to the desk's tokens.

    Roles of quotes that the pipeline does not know come from the rules, as does DATE, and names too where
    it has no entities at all.
    """

    def __init__(self, model: str | Path, threads: int = 1, released: bool = False) -> None:
        """Load the package called ``model``, or the folder where it is a `Path`.

        ``released`` says that the folder's files never change under their version.

        Raises:
            SuggesterError: spaCy cannot load it.
        """
        build = ""
        try:
            if isinstance(model, Path) and not released:
                build = f"+{_digest(model)}"  # before loading: files written meanwhile make another name
            self._nlp = spacy.load(model)
        except EncoderError as error:
            raise SuggesterError(str(error)) from error
        except Exception as error:  # a broken pipeline fails in as many ways as it has parts
            reason = " ".join(str(error).split())[:200]
            raise SuggesterError(
                _("model {model}: cannot be loaded ({reason}); train or install it again").format(
                    model=model, reason=reason
                )
            ) from error
        for _name, component in self._nlp.pipeline:
            if isinstance(component, ChiosaEncoder):
                component.threads = threads or cores()
        self._nlp.max_length = 1 << 31  # texts come in stretches; one without a blank has no seam
        meta = self._nlp.meta
        name = f"{meta['lang']}_{meta['name']}@{meta['version']}"
        self.name = f"{name}{build}"
        self._origin = f"model:{name}"
        self._grid = blank_italian()
        self._entity_labels = self._labels("doc.ents")
        self._quote_labels = self._labels("doc.spans")
        self._spans_keys = self._keys()
        factories = {self._nlp.get_pipe_meta(pipe).factory for pipe in self._nlp.pipe_names}
        self._rules = {"DATE": DATES} if DATES_COMPONENT in factories else {}

    def tokens(self, text: str) -> Tokens:
        """The desk's grid for a text, which need not be the pipeline's own."""
        return desk_tokens(self._grid, text)

    def suggest(self, text: str, tokens: Tokens | None = None) -> Proposal:
        """The pipeline's spans and those of the rules that fill in for it."""
        docs = [(offset, self._nlp(piece)) for offset, piece in _pieces(text)]
        return self._proposal(text, tokens if tokens is not None else self.tokens(text), docs)

    def suggest_all(self, texts: Iterable[str]) -> Iterator[Proposal | ChiosaError]:
        """Many texts through ``nlp.pipe``, some at a time; where one fails, they go one by one."""
        stream = iter(texts)
        while batch := list(islice(stream, AT_ONCE)):
            try:
                yield from self._batch(batch)
            except Exception:
                for text in batch:
                    yield self._try(text)

    def _batch(self, texts: list[str]) -> list[Proposal]:
        pieces = [(piece, (i, offset)) for i, text in enumerate(texts) for offset, piece in _pieces(text)]
        docs: list[list[tuple[int, Doc]]] = [[] for _text in texts]
        for doc, (i, offset) in self._nlp.pipe(pieces, as_tuples=True, batch_size=AT_ONCE):
            docs[i].append((offset, doc))
        return [self._proposal(text, self.tokens(text), mine) for text, mine in zip(texts, docs, strict=True)]

    def _proposal(self, text: str, tokens: Tokens, docs: list[tuple[int, Doc]]) -> Proposal:
        entities: dict[tuple[int, int], Span] = {}
        quotes = _Quotes()
        for offset, doc in docs:
            for ent in doc.ents:
                if span := self._span(tokens, ent, offset, _score_of(ent)):
                    entities.setdefault((span.start, span.end), span)
            for group in filter(None, map(doc.spans.get, self._spans_keys)):
                scores = group.attrs.get("scores")
                found = [
                    self._span(tokens, span, offset, _probability(scores, index))
                    for index, span in enumerate(group)
                ]
                quotes.add(found, group.attrs.get("links"))
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
        return numbered(ents, self._with_rules(text, tokens, quotes))

    def _with_rules(self, text: str, tokens: Tokens, quotes: _Quotes) -> Proposal:
        known = self._quote_labels & {CONTENT, CUE, SOURCE}
        spans, links = list(quotes.spans.values()), list(quotes.links)
        if known != {CONTENT, CUE, SOURCE}:
            ruled = suggest_quotes(text, tokens)
            kept = [s for s in ruled.spans if s.label not in known]
            ids = {s.id for s in kept}
            spans += kept
            links += [k for k in ruled.links if k.content in ids and k.target in ids]
        if quotes.linked:
            return Proposal(tuple(spans), tuple(links))
        linked = {(k.content, k.kind) for k in links}
        contents = sorted((s for s in spans if s.label == CONTENT), key=lambda s: s.start)
        for kind, label in ROLES.items():
            targets = sorted((s for s in spans if s.label == label), key=lambda s: s.start)
            links += [k for k in _nearest(text, contents, targets, kind) if (k.content, kind) not in linked]
        return Proposal(tuple(spans), tuple(links))

    def _span(self, tokens: Tokens, found: Any, offset: int, score: float | None) -> Span | None:
        bounds = tokens.snap(found.start_char + offset, found.end_char + offset)
        if bounds is None or not found.label_:
            return None
        label = LABELS.get(found.label_, found.label_)
        return Span("", *bounds, label, SUGGESTED, origin=self._rules.get(label, self._origin), score=score)

    def _labels(self, where: str) -> set[str]:
        """The labels, as on the desk, of the components that write to ``doc.ents`` or ``doc.spans``."""
        labels: set[str] = set()
        for name, component in self._nlp.pipeline:
            if where in self._nlp.get_pipe_meta(name).assigns:
                labels |= {LABELS.get(label, label) for label in getattr(component, "labels", ())}
        return labels

    def _keys(self) -> list[str]:
        """The groups of ``doc.spans`` that components fill, `SPANS_KEY` where none names its own."""
        keys = {getattr(component, "key", None) for _name, component in self._nlp.pipeline}
        return sorted(key for key in keys if isinstance(key, str)) or [SPANS_KEY]


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


class _Quotes:
    """The spans of a pipeline's groups, each once, and the links where the group names them."""

    def __init__(self) -> None:
        self.spans: dict[tuple[int, int, str], Span] = {}
        self.links: set[Link] = set()
        self.linked = False
        """Whether the pipeline itself tells what belongs to what."""

    def add(self, found: list[Span | None], links: Any) -> None:
        """One group: its spans in their order, None for one that has no tokens here, and its links."""
        ids: list[str | None] = []
        for span in found:
            if span is None:
                ids.append(None)
                continue
            key = (span.start, span.end, span.label)
            ids.append(self.spans.setdefault(key, replace(span, id=f"m{len(self.spans)}")).id)
        if links is None:
            return
        self.linked = True
        for kind, content, target in links:
            from_id, to_id = ids[content], ids[target]
            if from_id and to_id:
                self.links.add(Link(from_id, kind, to_id))


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Stretches that memory has room for, with their offsets; runs of garbage left out."""
    text = without_surrogates(text)
    for start, end in stretches(text):
        piece = text[start:end]
        for run_start, run_end in long_runs(piece):
            piece = piece[:run_start] + " " * (run_end - run_start) + piece[run_end:]
        yield start, piece


def _score_of(ent: Any) -> float | None:
    score = ent._.get(SCORE)
    return _probability([score], 0) if score is not None else None


def _probability(scores: Any, index: int) -> float | None:
    """A score of the pipeline's, where it is a probability."""
    if scores is None or index >= len(scores):
        return None
    value = float(scores[index])
    return round(value, 4) if 0 <= value <= 1 else None


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
