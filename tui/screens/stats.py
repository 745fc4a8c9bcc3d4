"""The screen of figures: how far the work is, what it costs, what the suggesters get wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.geometry import Size

from annotations.annotation import DONE, IN_PROGRESS, NEW, REJECTED
from annotations.language import N_, _, language, n_
from annotations.scheme import ROLES
from annotations.statistics import CHOSEN, KEPT, NONE, RELABELLED, Figures, Mistake, Tally
from tui import styles
from tui.screens.text import TextScreen
from tui.widgets.charts import bar, needs_ascii, shares, sign, sparkline
from tui.widgets.rows import Row, cut, text

if TYPE_CHECKING:
    from textual import events

_WIDTH = 80
_WIDEST = 140
"""Cells beyond which the eye loses the line."""
_SHORTEST = 4
"""Cells below which a bar says nothing."""
_MISTAKES = 12
"""How many kinds of mistake are shown."""
_COLUMNS = (
    N_("Proposed"), N_("To do"), N_("Accepted"), N_("Corrected"), N_("Rejected"), N_("Added"),
    N_("Accept rate"),
)  # fmt: skip


class StatsScreen(TextScreen):
    """Figures on one article or on many, for the width that there is."""

    def __init__(self, figures: Figures, title: str = "") -> None:
        super().__init__(title or _("Figures"), stats_rows(figures, _WIDTH, ascii=needs_ascii()))
        self.figures = figures

    def on_resize(self, event: events.Resize) -> None:
        """Draw the figures for the new width; the rows at the edges are the text screen's."""
        self.view.rows = stats_rows(self.figures, event.size.width, ascii=needs_ascii())
        self.view.virtual_size = Size(1, len(self.view.rows))
        self.view.refresh()


def summary_row(figures: Figures) -> str:
    """One sentence on the work done: decisions, time, what they were, keys for each."""
    tally, measured = figures.tally, len(figures.paces)
    if not tally.decisions:
        return _("no decisions yet")
    head = n_("{n} decision", "{n} decisions", tally.decisions)
    time = duration(figures.seconds)
    if measured == tally.decisions:
        head = _("{decisions} in {time}").format(decisions=head, time=time)
    elif measured:
        head = _("{decisions}, {n} of them in {time}").format(decisions=head, n=measured, time=time)
    parts = (
        (tally.accepted, n_("{n} accepted", "{n} accepted", tally.accepted)),
        (tally.corrected, n_("{n} corrected", "{n} corrected", tally.corrected)),
        (tally.rejected, n_("{n} rejected", "{n} rejected", tally.rejected)),
        (tally.added, n_("{n} added", "{n} added", tally.added)),
    )
    sentence = f"{head}: {', '.join(words for count, words in parts if count)}"
    if figures.keys_per_decision is None:
        return sentence
    return f"{sentence}; " + _("{n} keys each").format(n=_decimal(figures.keys_per_decision))


def stats_rows(figures: Figures, width: int, *, ascii: bool = False) -> list[Row]:
    """All figures as rows of so many cells; ``ascii`` for terminals without the finer signs."""
    width = min(width, _WIDEST)
    rows = [*_articles(figures, width, ascii)]
    if figures.tallies:
        rows += [*_proposals(figures, width, ascii), *_work(figures, width, ascii)]
        rows += tally_rows(_("Labels"), figures.by_label, width, ascii=ascii)
        rows += tally_rows(_("Origins"), figures.by_origin, width, ascii=ascii)
        rows += [*_links(figures), *_mistakes(figures, width, ascii)]
        if len(figures.tallies) > max(len(figures.by_label), len(figures.by_origin)):
            pairs = sorted(figures.tallies.items(), key=lambda item: item[0][::-1])
            named = {f"{label} {origin}": tally for (origin, label), tally in pairs}
            rows += tally_rows(_("Labels by origin"), named, width, ascii=ascii)
    return rows


def tally_rows(title: str, tallies: Mapping[str, Tally], width: int, *, ascii: bool = False) -> list[Row]:
    """A table of tallies by name, with a bar for the share that was right as proposed where there is room.

    Names give way first where the room is scarce.
    """
    head = [_(column) for column in _COLUMNS]
    body = [
        [str(n or "-") for n in (t.proposed, t.undecided, t.accepted, t.corrected, t.rejected, t.added)]
        for t in tallies.values()
    ]
    widths = [max(cell_len(cells[n]) for cells in (head, *body)) for n in range(6)]
    longest = max(cell_len(name) for name in (title, *tallies))
    rate = max(len("100 %"), cell_len(head[6]))
    for gap in (2, 1):
        room = width - 2 - sum(widths) - 7 * gap - rate
        name_cells = min(longest, max(8, room))
        long = min(30, room - name_cells + rate - len(" 100 %"))
        if long >= _SHORTEST and name_cells == longest:
            break
    long = long if long >= _SHORTEST else 0
    blank = " " * gap

    def line(cells: Sequence[str]) -> str:
        return blank + blank.join(cell.rjust(w) for cell, w in zip(cells, widths, strict=False))

    rows: list[Row] = [
        [],
        [
            text(f" {cut(title, name_cells)}", styles.BOLD),
            text(line(head[:6]), styles.DIM),
            text(f"{blank}{head[6]}", styles.DIM),
        ],
    ]
    for (name, tally), cells in zip(tallies.items(), body, strict=True):
        row = [text(f" {cut(_without_middle(name, name_cells), name_cells)}"), text(line(cells) + blank)]
        if tally.accept_rate is not None:
            row += bar(tally.accept_rate, 1, long, ascii=ascii) if long else []
            row.append(text(percent(tally.accept_rate).rjust(6 if long else rate)))
        rows.append(row)
    return rows


def percent(share: float) -> str:
    """A share from 0 to 1 in whole percents; 0 and 100 only where it is so."""
    rounded = round(100 * share)
    if 0 < share < 1:
        rounded = min(99, max(1, rounded))
    return f"{rounded} %"


def duration(seconds: float) -> str:
    """A time in hours and minutes, minutes and seconds, or seconds."""
    whole = round(seconds)
    minutes, hours = whole // 60, whole // 3600
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes % 60)
    if minutes:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=whole % 60)
    return _("{seconds} s").format(seconds=whole)


def _articles(figures: Figures, width: int, ascii: bool) -> list[Row]:
    counts = [figures.states.get(state, 0) for state in (DONE, IN_PROGRESS, NEW)]
    legend = (
        n_("{n} done", "{n} done", counts[0]),
        n_("{n} in progress", "{n} in progress", counts[1]),
        n_("{n} new", "{n} new", counts[2]),
    )
    return _whole(n_("{n} article", "{n} articles", figures.articles), counts, legend, width, ascii)


def _proposals(figures: Figures, width: int, ascii: bool) -> list[Row]:
    tally = figures.tally
    counts = [tally.accepted, tally.corrected, tally.rejected, tally.undecided]
    legend = (
        n_("{n} accepted as proposed", "{n} accepted as proposed", tally.accepted),
        n_("{n} corrected", "{n} corrected", tally.corrected),
        n_("{n} rejected", "{n} rejected", tally.rejected),
        n_("{n} undecided", "{n} undecided", tally.undecided),
    )
    more = []
    if tally.accept_rate is not None:
        more.append((percent(tally.accept_rate), _("right as proposed")))
    if tally.corrected:
        more += [(str(tally.relabelled), _("with another label")), (str(tally.moved), _("with other edges"))]
    if tally.added:
        more.append((str(tally.added), n_("added by the editor", "added by the editor", tally.added)))
    title = n_("{n} proposal", "{n} proposals", tally.proposed)
    return [*_whole(title, counts, legend, width, ascii), *_flowing(more, width)]


def _work(figures: Figures, width: int, ascii: bool) -> list[Row]:
    pairs = []
    if figures.keys_per_decision is not None:
        pairs = [
            (_decimal(figures.keys_per_decision), _("keys a decision")),
            (_seconds(figures.median_seconds), _("median of a decision")),
            (_seconds(figures.mean_seconds), _("mean, all work included")),
        ]
    if figures.articles_per_hour is not None:
        pairs.append((_decimal(figures.articles_per_hour), _("articles an hour")))
    if figures.seconds:
        pairs.append((duration(figures.seconds), _("of work")))
    title = n_("{n} decision", "{n} decisions", figures.decisions)
    rows: list[Row] = [[], [text(f" {title}", styles.BOLD)], *_flowing(pairs, width)]
    unmeasured = figures.decisions - len(figures.paces)
    if pairs and unmeasured:
        rows.append(
            [text("   " + n_("{n} was not measured", "{n} were not measured", unmeasured), styles.DIM)]
        )
    if figures.without_edits:
        words = n_(
            "{n} from before its text changed: corrections are not told apart",
            "{n} from before their texts changed: corrections are not told apart",
            figures.without_edits,
        )
        rows.append([text(f"   {words}", styles.DIM)])
    days = figures.daily(max(1, width - 4))
    if len(days) > 1:
        most = max(count for _day, count in days)
        caption = _("decisions a day from {first} to {last}; at most {n}")
        caption = caption.format(first=days[0][0].isoformat(), last=days[-1][0].isoformat(), n=most)
        line = sparkline([count for _day, count in days], width - 4, ascii=ascii)
        rows += [[text("   "), *line], [text(f"   {caption}", styles.DIM)]]
    return rows


def _links(figures: Figures) -> list[Row]:
    rows: list[Row] = []
    wide = max(len(_(kind)) for kind in ROLES) + 2
    for kind in ROLES:
        kept, chosen, none = (figures.links.get((kind, what), 0) for what in (KEPT, CHOSEN, NONE))
        parts = (
            (kept, n_("{n} as proposed", "{n} as proposed", kept)),
            (chosen, n_("{n} chosen by the editor", "{n} chosen by the editor", chosen)),
            (none, n_("{n} without", "{n} without", none)),
        )
        if words := ", ".join(part for count, part in parts if count):
            rows.append([text(f"   {_(kind):{wide}}"), text(words)])
    return [[], [text(" " + _("Cues and sources of accepted quotes"), styles.BOLD)], *rows] if rows else []


def _mistakes(figures: Figures, width: int, ascii: bool) -> list[Row]:
    if not figures.mistakes:
        return []
    shown = figures.mistakes[:_MISTAKES]
    rows: list[Row] = [[], [text(" " + _("What the suggesters get wrong most"), styles.BOLD)]]
    most = shown[0].count
    digits = len(str(most))
    long = max(6, width // 10)
    whats = [_what(mistake) for mistake in shown]
    cells = min(max(map(cell_len, whats)), max(12, width - digits - long - 24))
    for mistake, what in zip(shown, whats, strict=True):
        room = max(0, width - digits - long - cells - 7)
        rows.append(
            [
                text(f" {mistake.count:>{digits}} ", styles.BOLD),
                *bar(mistake.count, most, long, ascii=ascii),
                text(f" {cut(what, cells)}  "),
                text(cut(mistake.origin, room), styles.DIM),
            ]
        )
        rows.append([text(" " * (digits + 2) + _examples(mistake, width - digits - 3), styles.DIM)])
    left = len(figures.mistakes) - len(shown)
    if left:
        more = n_("and {n} more kind of mistake", "and {n} more kinds of mistake", left)
        rows.append([text(f" {more}", styles.DIM)])
    return rows


def _what(mistake: Mistake) -> str:
    if mistake.what == RELABELLED:
        words = _("{label} relabelled {other}")
    else:
        words = _("{label} rejected") if mistake.what == REJECTED else _("{label} with other edges")
    return words.format(label=mistake.label, other=mistake.to)


def _examples(mistake: Mistake, width: int) -> str:
    """As many examples as there is room for, the first one shortened if need be."""
    line = ""
    for example in mistake.examples:
        room = width - cell_len(line) - cell_len(example.article) - 5
        both = [words for words in (example.words, example.became) if words]
        each = room // len(both) - 4
        if line and each < min(24, max(map(cell_len, both))):
            break
        named = " → ".join(_shortened(words, each) for words in both)
        line += f"{'; ' if line else ''}{named} ({example.article})"
    return line


def _shortened(words: str, cells: int) -> str:
    """Words between marks: where a span begins and ends is what matters."""
    words = _without_middle(words, cells)
    return words if words[:1] in "\"«“„‘'‹" else f"«{words}»"


def _without_middle(words: str, cells: int) -> str:
    if cell_len(words) <= cells:
        return words
    half = max(2, (cells - 1) // 2)
    return f"{words[:half].rstrip()}…{words[-half:].lstrip()}"


def _whole(title: str, counts: list[int], legend: Iterable[str], width: int, ascii: bool) -> list[Row]:
    """A whole with its parts as a bar, and the bar's legend."""
    pairs = [
        (sign(number, ascii=ascii), words)
        for number, (count, words) in enumerate(zip(counts, legend, strict=True))
        if count
    ]
    rows: list[Row] = [[], [text(f" {title}", styles.BOLD)]]
    if sum(counts):
        rows.append([text("   "), *shares(counts, min(width, 100) - 6, ascii=ascii)])
    return [*rows, *_flowing(pairs, width)]


def _flowing(pairs: Iterable[tuple[str, str]], width: int) -> list[Row]:
    """Pairs of a figure and what it counts, one after another, on as many rows as they need."""
    rows: list[Row] = []
    used = width
    for figure, words in pairs:
        cells = cell_len(figure) + cell_len(words) + 4
        if used + cells > width:
            rows.append([])
            used = 0
        rows[-1] += [text(f"   {figure} ", styles.BOLD), text(words)]
        used += cells
    return rows


def _seconds(value: float | None) -> str:
    return "" if value is None else _("{seconds} s").format(seconds=_decimal(value))


def _decimal(value: float) -> str:
    """A number with one place, as it is written where the language is spoken."""
    return f"{value:.1f}".replace(".", "," if language() == "it" else ".")
