"""Gold annotations: what an article should look like when its editor is through with it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from annotations.annotation import ACCEPTED, SUGGESTED, Annotation
from annotations.scheme import CONTENT, CUE, SOURCE
from annotations.tokens import Tokens

Words = tuple[int, int, str]
"""Start, end (code points, end exclusive) and label."""
Tie = tuple[tuple[int, int], str, tuple[int, int]]
"""From a quote, by its bounds, over "cue" or "source" to the bounds of other words."""


@dataclass(frozen=True, slots=True)
class Gold:
    """The spans and links of one article; labels other than ``labels`` were not looked at by whoever made it.

    ``grown`` counts spans whose edges had to move outward to the desk's tokens.
    """

    spans: frozenset[Words]
    links: frozenset[Tie]
    labels: frozenset[str]
    grown: int = 0

    def on(self, tokens: Tokens) -> Gold:
        """The same on whole tokens; two spans that become one are one."""
        grown = 0
        moved: dict[tuple[int, int], tuple[int, int]] = {}
        for start, end, _label in self.spans:
            bounds = tokens.snap(start, end) or (start, end)
            moved[start, end] = bounds
            grown += bounds != (start, end)
        return Gold(
            frozenset((*moved[start, end], label) for start, end, label in self.spans),
            frozenset((moved[content], kind, moved[target]) for content, kind, target in self.links),
            self.labels,
            grown,
        )

    def reached_by(self, annotation: Annotation) -> bool:
        """Whether an annotation says just this and leaves nothing undecided."""
        return (
            not any(s.status == SUGGESTED for s in annotation.spans)
            and {w for w in accepted(annotation) if w[2] in self.labels} == self.spans
            and ties(annotation) == self.links
        )


def accepted(annotation: Annotation) -> set[Words]:
    """What is accepted."""
    return {(s.start, s.end, s.label) for s in annotation.spans if s.status == ACCEPTED}


def ties(annotation: Annotation) -> set[Tie]:
    """The links of quotes that are not rejected."""
    spans = {s.id: s for s in annotation.spans if s.status == ACCEPTED}
    found = set()
    for link in annotation.links:
        content, target = spans.get(link.content), spans.get(link.target)
        if content is not None and target is not None:
            found.add(((content.start, content.end), link.kind, (target.start, target.end)))
    return found


def read_gold(path: Path) -> Gold:
    """The gold of an article, as `adnkronos.gold.json` has it."""
    data = json.loads(path.read_text(encoding="utf-8"))
    bounds = {s["id"]: (s["start"], s["end"]) for s in data["spans"]}
    return Gold(
        frozenset((s["start"], s["end"], s["label"]) for s in data["spans"]),
        frozenset((bounds[k["from"]], k["kind"], bounds[k["to"]]) for k in data["links"]),
        frozenset(data["labels"]),
    )


def read_window(folder: Path, name: str) -> Gold:
    """The gold of a window of the dev set: persons, places, bodies and quotes; no dates, no other names."""
    entities = json.loads((folder / f"{name}.ents.json").read_text(encoding="utf-8"))
    quotes = json.loads((folder / "quotes.json").read_text(encoding="utf-8")).get(name, {"quotes": []})
    spans: set[Words] = {(start, end, label) for start, end, label in entities}
    links: set[Tie] = set()
    for quote in quotes["quotes"]:
        content = _bounds(quote["content"])
        spans.add((*content, CONTENT))
        for kind, label in (("cue", CUE), ("source", SOURCE)):
            if quote[kind]:
                spans.add((*_bounds(quote[kind]), label))
                links.add((content, kind, _bounds(quote[kind])))
    labels = {"PER", "LOC", "ORG", CONTENT, CUE, SOURCE}
    return Gold(frozenset(spans), frozenset(links), frozenset(labels))


def windows(folder: Path) -> list[str]:
    """The names of the dev set's windows."""
    return sorted(path.stem for path in folder.glob("dev*.txt"))


def _bounds(pair: Iterable[int]) -> tuple[int, int]:
    start, end = pair
    return start, end
