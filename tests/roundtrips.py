"""Annotations as an editor may leave them, on texts that break offsets, and their trip through a format."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from annotations import edits
from annotations.annotation import (
    ACCEPTED,
    DONE,
    EDITOR,
    IN_PROGRESS,
    REJECTED,
    SUGGESTED,
    Annotation,
    Link,
    Note,
    Span,
)
from annotations.article import load_article
from annotations.formats import Format, Reviewed, Trait
from annotations.formats.exporting import carried, export
from annotations.formats.importing import Outcome, import_articles
from annotations.formats.report import Report
from annotations.formats.shelf import Shelf
from annotations.history import History
from annotations.scheme import Scheme, default_scheme
from annotations.store import Store

SCHEME = default_scheme()
WORDS = (
    "Roma", "Zelensky", "Usa-Russia", "l'Italia", "dell’Ucraina", "«Non", "fretta»,", "ha", "G.Meloni",
    "🇮🇹", "👩‍👩‍👧", "Nicolò", "Nicolo\u0300", "e\u0301", "2024,Roma", "\u200b", "S.p.A.", 'detto:"Vado', "\\",
    "|", "[/foo]", "<b>", "&amp;", "#1", "T1", "_", "*", "-DOCSTART-", "B-PER", "10:30", "dell'«Unità»", "İ",
    "\ufb01ne", "ΑΩ", "मुंबई", "北京", "=", "http://a.it/?q=1&r=2", "''", "\u00a0", "\x0b", "'", '"quoted"',
    "a\\tb", "{", "}", "%20", "\u2028", "\x85",
)  # fmt: skip
"""Words that some format has a meaning for, or counts otherwise than Python does."""
BLANKS = (" ",) * 12 + ("  ", "\n", "\n\n", "\t", " \n ", "\n\n\n", "\u00a0", "")


def hostile_text(rng: random.Random) -> str:
    """A text of such words; it has something other than white space."""
    words = [rng.choice(WORDS) + rng.choice(BLANKS) for _ in range(rng.randint(3, 60))]
    return rng.choice(("", "", "\n", " ")) + "Ieri " + "".join(words)


def some_annotation(rng: random.Random, text: str, scheme: Scheme = SCHEME) -> History:
    """What an editor may have made of a text: every status, links, notes, and the edits that led there."""
    history = History(Annotation("anna", suggester="rules@1"))
    start: list[Span] = []
    for number in range(rng.randint(0, 12)):
        span = _some_span(rng, text, f"s{number + 1}", scheme)
        if span is None or any(_alike(s, span) for s in start):
            continue
        if edits.colliding(Annotation("anna", spans=tuple(start)), span, scheme) is None:
            start = sorted([*start, span], key=lambda s: s.order)
    annotation = replace(history.annotation, spans=tuple(start), next_id=len(start) + 20)
    contents = [s for s in start if s.label == "CONTENT"]
    links = [
        Link(content.id, kind, target.id)
        for content in contents
        for kind, label in (("cue", "CUE"), ("source", "SOURCE"))
        for target in [s for s in start if s.label == label][: rng.randint(0, 1)]
    ]
    annotation = annotation.with_links(add=links)
    history = history.absorb(annotation)
    for span in start:
        status = rng.choice((SUGGESTED, ACCEPTED, ACCEPTED, ACCEPTED, REJECTED))
        new = history.annotation.with_spans([span.id], [replace(span, status=status)])
        history = history.apply(
            "accept", new.with_links(add=history.annotation.links), span.id, "2025-09-04T10:00:00"
        )
    if start and rng.random() < 0.4:
        note = Note(rng.choice(start).id, rng.random() < 0.5, rng.choice(WORDS) + " nota\tcon «segni»")
        history = history.apply("note", history.annotation.with_notes(add=[note]))
    if rng.random() < 0.2:
        history = history.apply("note", history.annotation.with_notes(add=[Note("", True, "")]))
    if start and rng.random() < 0.2:
        history = history.absorb(replace(history.annotation, disputed=frozenset({start[0].id})))
    done = edits.set_state(history.annotation, rng.choice((DONE, DONE, IN_PROGRESS)))
    return history.apply("done", done)


def _alike(one: Span, other: Span) -> bool:
    return (one.start, one.end, one.label) == (other.start, other.end, other.label)


def _some_span(rng: random.Random, text: str, span_id: str, scheme: Scheme) -> Span | None:
    start = rng.randrange(len(text))
    end = min(len(text), start + rng.choice((1, 2, 4, 9, 30)))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    origin = rng.choice(("rule:names", "model:it_chiosa_news@1.2.0", EDITOR + "anna"))
    score = None if origin.startswith("rule") else round(rng.random(), 3)
    return Span(span_id, start, end, rng.choice(scheme.names), SUGGESTED, origin, score)


def corpus(folder: Path, count: int, seed: int = 0) -> list[Reviewed]:
    """Hostile articles in a folder, each with an annotation and its history."""
    folder.mkdir(parents=True, exist_ok=True)
    units = []
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        path = folder / f"{rng.choice(('art', 'àrt', 'a b', 'x.y'))}{number}.txt"
        path.write_text(hostile_text(rng), encoding="utf-8", newline="")
        article = load_article(path)
        history = some_annotation(rng, article.text)
        units.append(Reviewed(article, history.annotation, history))
    return units


def there_and_back(
    known: Format, units: list[Reviewed], articles: Path, work: Path, **options: Any
) -> tuple[Report, Outcome, Store]:
    """Export units and import what was written into an empty store beside the same articles."""
    report = export(known, units, work / "out", SCHEME, partial=True, **options)
    store = Store(work / "store", "anna", SCHEME)

    def store_for(annotator: str) -> Store:
        return store if annotator in ("", "anna") else Store(work / "store", annotator, SCHEME)

    work_done = import_articles(known, work / "out", Shelf(articles), store_for, SCHEME, lambda *_: None)
    *_earlier, outcome = work_done
    return report, outcome, store


def expected(known: Format, unit: Reviewed) -> dict[str, Any]:
    """What must come back of a unit; ids count only where the format carries who proposed what."""
    annotation = carried(unit, dataclasses.replace(known, tells=frozenset()), SCHEME).annotation
    return described(annotation, known)


def described(annotation: Annotation, known: Format) -> dict[str, Any]:
    """An annotation in so far as a format can carry it."""
    places = {s.id: (s.start, s.end, s.label) for s in annotation.spans}
    found: dict[str, Any] = {
        "spans": sorted((s.start, s.end, s.label, s.status) for s in annotation.spans),
        "links": sorted((places[k.content], k.kind, places[k.target]) for k in annotation.links),
        "notes": sorted((places.get(n.target, (0, 0, "")), n.flagged, n.words) for n in annotation.notes),
    }
    if Trait.STATE in known.carries:
        found["state"] = annotation.state
    if Trait.ORIGINS in known.carries:
        found["origins"] = sorted((s.id, s.origin, s.score is None, s.score or 0) for s in annotation.spans)
        found["next"] = annotation.next_id
        found["disputed"] = sorted(annotation.disputed)
        found["suggester"] = annotation.suggester
    return found
