"""What an export tells: what was written, what was left out or changed on the way, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from annotations.language import N_, Kept, _, n_


class Kind(StrEnum):
    """What befell a span."""

    UNDECIDED = N_("undecided")
    OVERLAPPING = N_("overlapping entity")
    CONTRADICTED = N_("rejected, but accepted too")
    OUTSIDE = N_("outside the text")
    BLANK = N_("only white space")
    UNLINKED = N_("link to a span left out")
    TRIMMED = N_("white space trimmed")
    OFF_TOKEN = N_("off token")
    EXPANDED = N_("expanded to whole tokens")
    OFF_TOKEN_OUT = N_("off token, left out")
    QUOTE = N_("a quote, which this format does not have")
    REJECTED = N_("rejected, which this format does not have")
    LINK = N_("a link, which this format does not have")
    NOTE = N_("a note, which this format does not have")


KEPT = (Kind.TRIMMED, Kind.OFF_TOKEN, Kind.EXPANDED)
"""Kinds of remark on a span that was written nonetheless; the others were left out."""
_SHOWN = 3
"""Examples on one line of `Report.lines`."""
_WORDS = 40
"""Code points of an example's words on such a line."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about one span; ``start`` and ``end`` are code points of the article's text."""

    kind: Kind
    article: str
    label: str
    start: int
    end: int
    words: str

    def to_dict(self) -> dict[str, Any]:
        """The remark as in the manifest, where it stands under its kind and label."""
        return {"article": self.article, "start": self.start, "end": self.end, "words": self.words}


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """An exported article: ``splits`` says, for each task, in which splits it is."""

    id: str
    sha256: str
    annotator: str
    state: str
    splits: dict[str, list[str]]

    def to_dict(self) -> dict[str, Any]:
        """The entry as in the manifest."""
        entry: dict[str, Any] = {
            "id": self.id, "sha256": self.sha256, "annotator": self.annotator, "state": self.state,
        }  # fmt: skip
        return entry | ({"split": self.splits} if self.splits else {})


@dataclass(frozen=True, slots=True)
class SkippedArticle:
    """An article that was left out, and why: its state, or what is amiss with it."""

    id: str
    annotator: str
    why: Kept

    def to_dict(self) -> dict[str, str]:
        """The article as in the manifest."""
        return {"id": self.id, "annotator": self.annotator, "why": self.why}


@dataclass
class Tally:
    """What one file holds: articles, tokens, tokens whose label is not known, spans by label."""

    articles: int = 0
    tokens: int = 0
    missing_tokens: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)

    def to_dict(self) -> dict[str, Any]:
        """The tally as in the manifest, labels in alphabetical order."""
        return {
            "articles": self.articles, "tokens": self.tokens, "missing_tokens": self.missing_tokens,
            "labels": dict(sorted(self.labels.items())), "rejected": dict(sorted(self.rejected.items())),
        }  # fmt: skip


@dataclass
class Report:
    """The outcome of an export.

    ``spans`` counts those that go out, by label. ``tallies`` are keyed by task and split; ``skipped`` by the
    task that the article is not in, or "" where it is in none; ``lengths`` by task and label: how many spans
    have so many tokens.
    """

    dest: Path
    articles: list[ArticleEntry] = field(default_factory=list)
    tallies: dict[str, dict[str, Tally]] = field(default_factory=dict)
    skipped: dict[str, list[SkippedArticle]] = field(default_factory=dict)
    spans: Counter[str] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)
    lengths: dict[str, dict[str, Counter[int]]] = field(default_factory=dict)
    only_in_dev: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[Kept] = field(default_factory=list)

    def count(self, kind: Kind, label: str | None = None) -> int:
        """How many remarks there are of a kind, on one label or on all."""
        return sum(r.kind == kind and label in (None, r.label) for r in self.remarks)

    def by_label(self, kinds: Iterable[Kind]) -> dict[str, dict[str, list[dict[str, Any]]]]:
        """The remarks of some kinds as in the manifest: kind -> label -> remarks in their order."""
        found: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for kind in kinds:
            labels = sorted({r.label for r in self.remarks if r.kind == kind})
            found[kind.value] = {
                label: [r.to_dict() for r in self.remarks if (r.kind, r.label) == (kind, label)]
                for label in labels
            }
        return found

    def lines(self) -> list[str]:
        """The report for a person, one line each, without control characters."""
        lines = [f"{self.dest}: {_articles(len(self.articles))}"]
        if self.spans:
            counted = ", ".join(f"{label} {number}" for label, number in sorted(self.spans.items()))
            lines[0] += f", {_spans(self.spans.total())} ({counted})"
        for task, splits in self.tallies.items():
            parts = [
                f"{split} {tally.articles} ({_spans(tally.labels.total())})"
                for split, tally in splits.items()
            ]
            lines.append(f"{task}: {', '.join(parts)}")
        for task, articles in self.skipped.items():
            if articles:
                names = _examples(f"{a.id} ({a.why.shown})" for a in articles)
                if task:
                    line = _("left out of {task}: {articles}: {names}")
                else:
                    line = _("left out: {articles}: {names}")
                lines.append(line.format(task=task, articles=_articles(len(articles)), names=names))
        for kind in Kind:
            found = [r for r in self.remarks if r.kind == kind]
            if found:
                lines.append(f"{_(kind.value)}: {_spans(len(found))}: {_examples(map(_example, found))}")
        lines += [_("warning: {text}").format(text=warning.shown) for warning in self.warnings]
        return [_printable(line) for line in lines]


def _articles(number: int) -> str:
    return n_("{n} article", "{n} articles", number)


def _spans(number: int) -> str:
    return n_("{n} span", "{n} spans", number)


def _example(remark: Remark) -> str:
    return _("{label} {words} in {article}").format(
        label=remark.label, words=_short(remark.words), article=remark.article
    )


def _examples(texts: Iterable[str]) -> str:
    texts = list(texts)
    more = len(texts) - _SHOWN
    return "; ".join(texts[:_SHOWN]) + (n_("; and {n} more", "; and {n} more", more) if more > 0 else "")


def _short(words: str) -> str:
    words = " ".join(words.split())
    return f'"{words}"' if len(words) <= _WORDS else f'"{words[: _WORDS - 1]}…"'


def _printable(text: str) -> str:
    """Names of files and words of articles must not reach a terminal as control sequences."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
