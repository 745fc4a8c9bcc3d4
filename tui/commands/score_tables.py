"""Scores as tables for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from annotations.language import N_, _, n_
from annotations.matching import SCHEMES
from annotations.scoring import NOTHING
from tui import styles
from tui.commands.printing import heading, hundredths, remark, table
from tui.widgets.charts import bar
from tui.widgets.rows import text

if TYPE_CHECKING:
    from annotations.curve import Point
    from annotations.evaluation import Evaluation, Judged, Mistake
    from annotations.matching import Words
    from annotations.quote_links import LinkCounts
    from annotations.scoring import Counts, Scores
    from tui.commands.printing import Page
    from tui.widgets.rows import Row

_BAR = 20
_SHORTEST = 6
"""Cells of a bar; below the second one nothing is drawn."""
_MISTAKES = 4
"""How many mistakes of an article are shown."""
_QUOTED = 40
"""Code points of a span that are quoted."""
LAYER_WORDS = {"entities": N_("entities"), "quotes": N_("quotes"), NOTHING: N_("labels without a layer")}
_KINDS = {"cue": N_("cue"), "source": N_("source")}


def evaluation_rows(
    evaluation: Evaluation, model: str, annotator: str, worst: int, page: Page
) -> Iterator[Row]:
    """All of an evaluation."""
    scores = evaluation.scores
    told = n_("{n} article", "{n} articles", scores.articles)
    yield [
        text(
            " " + _("{model} against {annotator}: {articles}").format(
                model=model, annotator=annotator, articles=told
            ),
            styles.BOLD,
        )
    ]  # fmt: skip
    if evaluation.left_out:
        yield remark(
            n_(
                "{n} proposal on undecided words is not counted",
                "{n} proposals on undecided words are not counted",
                evaluation.left_out,
            )
        )
    yield from score_rows(scores, page)
    yield from link_rows(evaluation.links)
    yield from scheme_rows(scores)
    yield from confusion_rows(scores, page.width)
    yield from _worst_rows(evaluation, worst)


def score_rows(scores: Scores, page: Page) -> list[Row]:
    """Precision, recall and F by layer and label, with a bar for the exact F where there is room."""
    rows = [(_("all"), scores.total)]
    rows += [(_(LAYER_WORDS[name]), counts) for name, counts in scores.by_layer.items()]
    rows += [(f"  {name}", counts) for name, counts in scores.by_label.items()]
    head = [_("gold"), _("found"), "P", "R", "F", _("overl. P"), "R", "F"]
    made = table(_("Spans"), head, [(name, _cells(counts), []) for name, counts in rows])
    room = page.width - max(sum(len(segment.text) for segment in row) for row in made) - 2
    if (cells := min(room, _BAR)) >= _SHORTEST:
        for row, (_name, counts) in zip(made[2:], rows, strict=True):
            if counts.f is not None:
                row += [text("  "), *bar(counts.f, 1, cells, ascii=page.ascii)]
    made.append(
        remark(
            _("P, R, F: same start, end and label; overl.: same label, sharing a character (bar: first F)")
        )
    )
    return made


def _cells(counts: Counts) -> list[str]:
    figures = [
        getattr(rates, name)
        for rates in (counts.exact, counts.overlapping)
        for name in ("precision", "recall", "f")
    ]
    return [str(counts.gold), str(counts.found), *map(hundredths, figures)]


def link_rows(links: Mapping[str, LinkCounts]) -> list[Row]:
    """How many quotes that both have are linked to the same cue and the same source."""
    if not any(counts.quotes for counts in links.values()):
        return []
    body: list[tuple[str, list[str], Row]] = [
        (
            f"{_(_KINDS[kind])}",
            [str(counts.quotes), hundredths(counts.exact), hundredths(counts.overlapping)],
            [],
        )
        for kind, counts in links.items()
    ]
    rows = table(_("Links"), [_("quotes"), _("same words"), _("sharing words")], body)
    rows.append(
        remark(_("of the quotes found by both, the share with that cue or source, or with none in both"))
    )
    return rows


def scheme_rows(scores: Scores) -> list[Row]:
    """nervaluate's F by layer."""
    body: list[tuple[str, list[str], Row]] = [
        (
            _(LAYER_WORDS[layer]),
            [hundredths(counts.schemes[name].f) for name in SCHEMES if name in counts.schemes],
            [],
        )
        for layer, counts in scores.by_layer.items()
    ]
    if not body:
        return []
    rows = table(_("nervaluate, F"), list(SCHEMES), body)
    rows.append(
        remark(
            _("strict: bounds and label; exact: bounds; partial: half a point for an overlap; type: label")
        )
    )
    return rows


def confusion_rows(scores: Scores, width: int) -> list[Row]:
    """A row for each gold label, a column for each label that was found instead."""
    names = list(scores.by_label)
    if not names or all(gold == found for gold, found in scores.confusion):
        return []
    columns = [*names, NOTHING]
    nothing = _("nothing")
    head = [name or nothing for name in columns]
    body: list[tuple[str, list[str], Row]] = []
    for gold in columns:
        counts = [scores.confusion.get((gold, found), 0) for found in columns]
        if any(counts):
            body.append((gold or nothing, [str(count or "·") for count in counts], []))
    title = _("Confusion")
    rows = table(title, head, body)
    if max(sum(len(segment.text) for segment in row) for row in rows) <= width:
        rows.append(remark(_("rows: what is right; columns: what was found there")))
        return rows
    rows = heading(title)  # too many labels for a table: the pairs that are wrong
    for (gold, found), count in sorted(scores.confusion.items(), key=lambda item: -item[1]):
        if gold != found:
            rows.append([text(f" {count:6} {gold or nothing} → {found or nothing}")])
    return rows


def _worst_rows(evaluation: Evaluation, most: int) -> Iterator[Row]:
    worst = evaluation.worst[: max(0, most)]
    if worst:
        yield from heading(_("Worst articles"))
    for judged in worst:
        told = n_("{n} wrong", "{n} wrong", judged.wrong)
        line = _("{path}: {wrong}, F {f}")
        figures = line.format(path=judged.article.path, wrong=told, f=hundredths(judged.counts.f))
        yield [text(" " + figures)]
        for mistake in judged.mistakes[:_MISTAKES]:
            yield [text(f"   {_mistake(mistake, judged)}", styles.DIM)]
        if (more := len(judged.mistakes) - _MISTAKES) > 0:
            yield [text("   " + n_("and {n} more", "and {n} more", more), styles.DIM)]


def _mistake(mistake: Mistake, judged: Judged) -> str:
    article = judged.article.text
    gold, found = quoted(mistake.gold, article), quoted(mistake.found, article)
    where = _("at {n}").format(n=mistake.start)
    kind, nothing = _(mistake.kind), _("nothing")
    if mistake.quote is not None or (gold and found):
        return f"{where}: {kind}: {gold or nothing} → {found or nothing}"
    return f"{where}: {kind}: {gold or found}"


def quoted(words: Words | None, article: str) -> str:
    """A span's label and its words, shortened; empty for none."""
    if words is None:
        return ""
    start, end, label = words
    shown = " ".join(article[start:end].split())
    if len(shown) > _QUOTED:
        shown = shown[: _QUOTED // 2].rstrip() + "…" + shown[-(_QUOTED // 2 - 1) :].lstrip()
    return f"{label} «{shown}»"


def curve_rows(points: Sequence[Point], page: Page) -> list[Row]:
    """A learning curve as bars of the exact F, from the lowest whole ten on, with the F of each layer."""
    layers = [name for name in LAYER_WORDS if any(name in point.scores.by_layer for point in points)]
    head = ["F", *(f"F {_(LAYER_WORDS[name])}" for name in layers)]
    found = [point.scores.total.f for point in points]
    lowest = max(0.0, math.floor(min((f for f in found if f is not None), default=0.0) * 10 - 0.5) / 10)
    body: list[tuple[str, list[str], Row]] = []
    for point, total in zip(points, found, strict=True):
        name = n_("{n} article", "{n} articles", point.articles) if point.articles else _("before")
        counts = [point.scores.by_layer.get(layer) for layer in layers]
        shown = [hundredths(total), *(hundredths(c.f if c is not None else None) for c in counts)]
        body.append((name, shown, []))
    rows = table(_("Learning curve"), head, body)
    room = page.width - max(sum(len(segment.text) for segment in row) for row in rows) - 2
    if (long := min(room, 2 * _BAR)) >= _SHORTEST:
        for row, total in zip(rows[2:], found, strict=True):
            if total is not None:
                row += [text("  "), *bar(total - lowest, 1 - lowest, long, ascii=page.ascii)]
    measured = points[0].scores.articles if points else 0
    rows.append(
        remark(
            n_(
                "on the same {n} article; bars from {low} to 100",
                "on the same {n} articles; bars from {low} to 100",
                measured,
                low=round(100 * lowest),
            )
        )
    )
    return rows
