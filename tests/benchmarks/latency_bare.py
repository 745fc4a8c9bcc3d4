"""``python latency_bare.py hello`` or ``… static ARTICLE SPANS``: bare Textual, to compare the desk with.

``hello`` shows a word: what any Textual app costs. ``static`` shows an article the simple way, as one widget
whose content is made anew after each key, with a line of status below, as the desk has.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from textual import events
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content, Span
from textual.widgets import Static


class Hello(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("hello")


class Article(App[None]):
    def __init__(self, text: str, spans: list[tuple[int, int]]) -> None:
        super().__init__(ansi_color=True)
        self.animation_level = "none"
        self.words, self.spans, self.current = text, spans, 0

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield Static(id="text")
        yield Static(id="status")

    def on_mount(self) -> None:
        self.draw()

    def on_key(self, event: events.Key) -> None:
        if event.key == "N":
            self.current = (self.current + 1) % len(self.spans)
            self.draw()

    def draw(self) -> None:
        looks = [
            Span(start, end, "bold reverse" if number == self.current else "underline")
            for number, (start, end) in enumerate(self.spans)
        ]
        self.query_one("#text", Static).update(Content(self.words, spans=looks))
        start, end = self.spans[self.current]
        self.query_one("#status", Static).update(
            Content(f"{self.current + 1}/{len(self.spans)} {self.words[start:end]}")
        )


if __name__ == "__main__":
    if sys.argv[1] == "hello":
        Hello().run()
    else:
        places = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
        Article(Path(sys.argv[2]).read_text(encoding="utf-8"), [tuple(place) for place in places]).run()
