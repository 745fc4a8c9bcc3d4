"""Agreement as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from annotations.language import _, n_
from annotations.quote_links import LinkCounts
from annotations.scoring import Counts
from tui import styles
from tui.commands.printing import heading, hundredths, remark, table
from tui.commands.score_tables import LAYER_WORDS, quoted
from tui.widgets.rows import text

if TYPE_CHECKING:
    from annotations.annotator_agreement import PairAgreement
    from annotations.article import Article
    from annotations.conflicts import Conflict, Version
    from tui.widgets.rows import Row

_LISTED = 10
"""How many disagreements are shown unless all are asked for."""


def agreement_rows(
    pairs: Sequence[PairAgreement],
    alpha: Mapping[str, float | None],
    conflicts: Sequence[tuple[Article, Conflict]],
    articles: int,
    labels: Sequence[str],
    *,
    everything: bool,
) -> Iterator[Row]:
    """All of a comparison; ``labels`` is the scheme's order."""
    names = dict.fromkeys(name for pair in pairs for name in (pair.first, pair.second))
    done = n_("{n} article done by two or more", "{n} articles done by two or more", articles)
    yield [text(f" {', '.join(names)}: {done}", styles.BOLD)]
    yield from _pair_rows(pairs)
    yield from _label_rows(pairs, labels)
    yield from _alpha_rows(alpha)
    yield from _conflict_rows(conflicts, everything)


def _pair_rows(pairs: Sequence[PairAgreement]) -> list[Row]:
    head = [_("articles"), _("spans"), _("spans"), _("exact F"), _("overl. F"), _("cue"), _("source")]
    body: list[tuple[str, list[str], Row]] = []
    for pair in pairs:
        total = pair.scores.total
        body.append(
            (
                f"{pair.first} / {pair.second}",
                [
                    str(pair.scores.articles), str(total.gold), str(total.found),
                    hundredths(total.exact.f), hundredths(total.overlapping.f),
                    *(hundredths(pair.links.get(kind, LinkCounts()).exact) for kind in ("cue", "source")),
                ],
                [],
            )
        )  # fmt: skip
    return [
        *table(_("Pairs"), head, body),
        remark(_("exact F: the share of spans with the same start, end and label in both")),
        remark(_("overl. F: the share that shares a character with a span of the same label in the other")),
        remark(_("cue, source: of the quotes found by both, the share linked to the same words, or to none")),
    ]


def _label_rows(pairs: Sequence[PairAgreement], order: Sequence[str]) -> list[Row]:
    counts: dict[str, Counts] = {}
    for pair in pairs:
        for name, found in (*pair.scores.by_layer.items(), *pair.scores.by_label.items()):
            counts[name] = counts.get(name, Counts()) + found
    layers = [name for name in LAYER_WORDS if name in counts]
    labels = [name for name in (*order, *sorted(counts.keys() - set(order))) if name in counts]
    labels = [name for name in labels if name not in LAYER_WORDS]
    shown = [(_(LAYER_WORDS[name]), counts[name]) for name in layers]
    shown += [(f"  {name}", counts[name]) for name in labels]
    if not shown:
        return []
    head = [_("spans"), _("spans"), _("exact F"), _("overl. F")]
    rows = table(
        _("Labels"),
        head,
        [
            (
                name,
                [str(c.gold), str(c.found), hundredths(c.exact.f), hundredths(c.overlapping.f)],
                [],
            )
            for name, c in shown
        ],
    )
    if len(pairs) > 1:
        rows.append(remark(_("all pairs together")))
    return rows


def _alpha_rows(alpha: Mapping[str, float | None]) -> list[Row]:
    shown = [
        (_(LAYER_WORDS[layer]), ["-" if value is None else f"{value:.3f}"], _empty())
        for layer, value in alpha.items()
    ]
    return [
        *table(_("Krippendorff's alpha"), [_("alpha")], shown),
        remark(
            _("nominal, by token: its labels in the layer, or none; 1 is full agreement, 0 what chance gives")
        ),
    ]


def _empty() -> Row:
    return []


def _conflict_rows(conflicts: Sequence[tuple[Article, Conflict]], everything: bool) -> Iterator[Row]:
    shown = conflicts if everything else conflicts[:_LISTED]
    if not conflicts:
        yield from heading(_("No disagreement"))
        return
    yield from heading(n_("{n} disagreement", "{n} disagreements", len(conflicts)))
    last = None
    for article, conflict in shown:
        if article is not last:
            yield [text(f" {article.path}")]
            last = article
        where = _("at {n}").format(n=conflict.start)
        said = "; ".join(
            f"{', '.join(version.annotators)}: {_version(version, conflict, article.text)}"
            for version in conflict.versions
        )
        yield [text(f"   {where}: {said}", styles.DIM)]
    if more := len(conflicts) - len(shown):
        yield remark(n_("and {n} more: --list shows it", "and {n} more: --list shows them", more))


def _version(version: Version, conflict: Conflict, article: str) -> str:
    parts = [quoted((span.start, span.end, span.label), article) for span in version.spans]
    parts += [
        f"{quoted(content, article)} → {quoted(target, article)}"
        for content, _kind, target in version.links
        if content in conflict.quotes
    ]
    return " + ".join(parts) or _("nothing")
