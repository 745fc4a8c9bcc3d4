"""The text of an article with its spans, drawn line by line."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from annotations.annotation import Span, changes
from annotations.scheme import CONTENT
from tui import styles
from tui.layout import Layout
from tui.widgets.plain_lines import PlainLines

if TYPE_CHECKING:
    from textual import events

    from tui.review import Review

MARGIN = 2
"""Cells left of the text, for the bar of a quote."""
MEASURE = 100
"""Cells in which a text is still read with ease; a wider terminal leaves the rest blank."""
_PAUSE, _BREATH = 0.03, 0.002
"""Seconds after a frame until lines out of sight are drawn, and between some of them and the next."""
_FEW = 2
"""Lines drawn in one go: a third of a millisecond."""


class ArticleView(PlainLines, ScrollView, can_focus=False, inherit_bindings=False):
    """Draws the lines on screen only, and after a key only those that the key has changed."""

    DEFAULT_CSS = """
    ArticleView { overflow-x: hidden; overflow-y: scroll; scrollbar-size: 0 0; }
    """

    @dataclass
    class Clicked(Message):
        """The mouse pointed at an offset of the text."""

        offset: int

    def __init__(self, review: Review, measure: int = MEASURE) -> None:
        super().__init__()
        self.measure = measure
        self.review = review
        self.tags: dict[int, str] = {}
        self.hold = False
        self.letters: dict[str, str] = {}
        """The label of a cue or a source -> the key that chooses one."""
        self._layout: Layout | None = None
        self._drawn: Layout | None = None
        self._strips: dict[int, Strip] = {}
        self._drawing_ahead = False
        self._reported: frozenset[str] = frozenset()
        self._rivals: tuple[Span, ...] = ()
        self._shown = self._state()

    # ---- for the screen ------------------------------------------------------------------------------

    @property
    def lines(self) -> Layout:
        """The text wrapped to the present width."""
        width = max(1, min(self.size.width - MARGIN - 1, self.measure))
        if self._layout is None or self._layout.width != width:
            self._layout = Layout(self.review.article.text, width)
            self._strips.clear()
            self.virtual_size = Size(self.size.width, len(self._layout))
        return self._layout

    def update_spans(self) -> None:
        """Draw what the last key has changed, and bring the place of interest into view."""
        before, self._shown = self._shown, self._state()
        stale: list[tuple[int, int]] = []
        old_spans, new_spans = before[0], self._shown[0]
        if old_spans is not new_spans:
            stale += [(span.start, span.end) for some in changes(old_spans, new_spans) for span in some]
        if before[1:] != self._shown[1:]:
            stale += [*before[1], *self._shown[1]]
            roles = before[2] ^ self._shown[2]
            if roles:
                theirs = filter(None, map(self.review.annotation.find, roles))
                stale += [(max(0, s.start - 1), s.end) for s in theirs]
        self._reveal()
        self._redraw(stale)

    def show_tags(self, tags: dict[int, str]) -> None:
        """Put one-key tags on the first letter of candidates: offset -> key."""
        if tags != self.tags:
            stale = [(offset, offset + 1) for offset in (*self.tags, *tags)]
            self.tags = tags
            self._redraw(stale)

    def scroll_lines(self, step: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + step, animate=False, immediate=True)

    def scroll_pages(self, step: int) -> None:
        """Scroll by the height of the window, less a line to hold on to."""
        self.scroll_lines(step * max(1, self.size.height - 1))

    def scroll_to_edge(self, last: bool) -> None:
        """To the beginning or the end of the article."""
        self.scroll_to(y=len(self.lines) if last else 0, animate=False, immediate=True)

    @property
    def visible_offsets(self) -> tuple[int, int]:
        """The stretch of the text that is on screen."""
        lines, top = self.lines, self.scroll_offset.y
        bottom = min(top + max(1, self.size.height), len(lines)) - 1
        return lines.bounds(min(top, len(lines) - 1))[0], lines.bounds(bottom)[1]

    def line_step(self, offset: int, step: int) -> int:
        """The offset on the line above or below, in the same column."""
        lines = self.lines
        line = max(0, min(lines.line_of(offset) + step, len(lines) - 1))
        return lines.offset(line, lines.column(offset))

    # ---- drawing -------------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """Some lines of the screen."""
        self._drawn = self.lines  # which Textual takes a while to find the width for
        if not self._drawing_ahead:
            self._drawing_ahead = True
            asyncio.get_running_loop().call_later(_PAUSE, self._draw_ahead)
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of the screen."""
        lines, line = self._drawn or self.lines, y + self.scroll_offset.y
        if line >= len(lines):
            return Strip.blank(self.size.width, styles.PLAIN)
        strip = self._strips.get(line)
        if strip is None:
            strip = self._strips[line] = self._draw(lines, line)
        return strip

    def on_resize(self, event: events.Resize) -> None:
        """Wrap anew and keep the place."""
        if self._layout is not None:
            top = self._layout.starts[min(self.scroll_offset.y, len(self._layout) - 1)]
            self._strips.clear()
            self.scroll_to(y=self.lines.line_of(top), animate=False, immediate=True)
        self._reveal()

    def notify_style_update(self) -> None:
        """After a change of theme nothing that was drawn holds."""
        self._strips.clear()
        super().notify_style_update()

    def on_click(self, event: events.Click) -> None:
        """Tell the screen where the mouse points."""
        line = event.y + self.scroll_offset.y
        if line < len(self.lines):
            self.post_message(self.Clicked(self.lines.offset(line, max(0, event.x - MARGIN))))

    def _draw(self, lines: Layout, line: int) -> Strip:
        start, end = lines.bounds(line)
        spans = self.review.annotation.over(start, end)
        spans += [rival for rival in self._rivals if rival.overlaps(start, end)]
        sign = styles.margin_sign([s for s in spans if s.label == CONTENT])
        # A blank margin goes with the words after it: one style less to send.
        theirs = any(s.label == CONTENT and s.id in self._reported for s in spans)
        segments = [Segment(f"{sign} ", styles.DIM if sign.strip() else styles.PLAIN)]
        if theirs and self.review.current_id not in {s.id for s in spans if s.label == CONTENT}:
            segments = [Segment(sign, styles.BAR), Segment(" ", styles.PLAIN)]
        shown_start, shown_end = lines.visible(line)
        for a, b, style in self._stretches(spans, shown_start, shown_end):
            segments.append(Segment(lines.text[a:b], style))
        segments = self._with_letters(segments, spans, shown_start, shown_end)
        segments = self._with_tags(segments, shown_start, shown_end)
        return Strip(Segment.simplify(segments)).adjust_cell_length(self.size.width, styles.PLAIN)

    def _draw_ahead(self) -> None:
        """Draw the lines that a key may bring into view next, few at a time, so that no key has to wait."""
        self._drawing_ahead = False
        if not self.is_attached or self.size.height < 1:
            return
        lines, top, height = self.lines, self.scroll_offset.y, self.size.height
        near = chain(range(top, top + 2 * height), range(top - 1, top - height - 1, -1))
        wanted = (line for line in near if 0 <= line < len(lines) and line not in self._strips)
        for line in islice(wanted, _FEW):
            self._strips[line] = self._draw(lines, line)
            self._drawing_ahead = True
        if self._drawing_ahead:
            asyncio.get_running_loop().call_later(_BREATH, self._draw_ahead)

    def _stretches(self, spans: list[Span], start: int, end: int) -> list[tuple[int, int, Style]]:
        """The line cut where its look changes; neighbours of one style are one."""
        review = self.review
        cuts = {start, end}
        marked = [
            (stretch, style)
            for stretch, style in ((review.match, styles.MATCH), (review.selection, styles.SELECTION))
            if stretch is not None
        ]
        for a, b in [(s.start, s.end) for s in spans] + [stretch for stretch, _ in marked]:
            cuts.update(x for x in (a, b) if start < x < end)
        edges = sorted(cuts)
        out: list[tuple[int, int, Style]] = []
        for a, b in pairwise(edges):
            style = next((style for (x, y), style in marked if x <= a and b <= y), None)
            if style is None:
                here = [s for s in spans if s.start <= a and b <= s.end]
                current = None if review.selection else review.current_id
                reported = frozenset() if review.selection else self._reported
                style = styles.stretch_style(here, current, review.scheme, reported)
            if out and out[-1][2] is style:
                out[-1] = (out[-1][0], b, style)
            else:
                out.append((a, b, style))
        return out

    def _with_letters(
        self, segments: list[Segment], spans: list[Span], start: int, end: int
    ) -> list[Segment]:
        """Put the letter of its key into the blank before the cue and the source of the current quote."""
        if self.tags or self.review.selection:
            return segments
        text = self.lines.text
        for span in spans:
            letter = self.letters.get(span.label)
            at = span.start
            if letter is None or span.id not in self._reported or not start <= at < end:
                continue
            cell = MARGIN + self.lines.cells(start, at) - 1
            if at == start or text[at - 1].isspace():
                line = Strip(segments)
                segments = [*line.crop(0, cell), Segment(letter, styles.TAG), *line.crop(cell + 1)]
        return segments

    def _with_tags(self, segments: list[Segment], start: int, end: int) -> list[Segment]:
        """Put the key of each candidate over its first letter."""
        here = sorted((offset, key) for offset, key in self.tags.items() if start <= offset < end)
        if not here:
            return segments
        line = Strip(segments)
        out: list[Segment] = []
        at = 0
        for offset, key in here:
            cell = MARGIN + self.lines.cells(start, offset)
            out += [*line.crop(at, cell), Segment(key, styles.TAG)]
            at = cell + max(1, self.lines.cells(offset, offset + 1))
            out += [Segment(" " * (at - cell - 1), styles.TAG)] if at - cell > 1 else []
        return [*out, *line.crop(at)]

    # ---- what has changed ----------------------------------------------------------------------------

    def _state(self) -> tuple[tuple[Span, ...], list[tuple[int, int]], frozenset[str], str | None]:
        """The spans, the stretches that look otherwise because the editor is there, the current span."""
        review = self.review
        span = review.current
        self._reported = review.reported if span is not None else frozenset()
        self._rivals = review.rivals
        places = [(rival.start, rival.end) for rival in self._rivals]
        places += [(span.start, span.end)] if span else []
        places += [place for place in (review.match, review.selection) if place]
        return review.annotation.spans, places, self._reported, review.current_id

    def _reveal(self) -> None:
        """Scroll so that the place of interest can be seen: to a third of the window if it was outside."""
        places = self._shown[1]
        height = self.size.height
        if not places or height < 1:
            return
        start, end = places[-1]
        first, last = self.lines.line_of(start), self.lines.line_of(max(start, end - 1))
        top = self.scroll_offset.y
        if first >= top and last < top + height:
            return
        in_sight = last >= top and first < top + height
        # A stretch taller than the window is left where it is.
        if not self.hold and not (in_sight and last - first >= height):
            self.scroll_to(y=max(0, first - height // 3), animate=False, immediate=True)

    def _redraw(self, stretches: list[tuple[int, int]]) -> None:
        """Send again the lines of some stretches of the text, each up to the last cell that has changed."""
        lines, top, height = self.lines, self.scroll_offset.y, self.size.height
        reach: dict[int, int] = {}
        for start, end in stretches:
            rows = lines.lines_of(start, end)
            # of a stretch that is megabytes long only what has been drawn matters
            drawn = [line for line in self._strips if line in rows] if len(rows) > height else rows
            for line in drawn:
                self._strips.pop(line, None)
            for line in range(max(top, rows.start), min(top + height, rows.stop)):
                reach[line] = max(end, reach.get(line, 0))
        for line, end in reach.items():
            first, last = lines.visible(line)
            width = MARGIN + max(1, lines.cells(first, min(end, last)))
            self.refresh(Region(0, line - top, min(width, self.size.width), 1))
