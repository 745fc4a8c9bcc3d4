"""A desk to try keys on: the real screen's own code on a copy of a review, without a terminal.

What it shows is what the editor's plan relies on; whether the real desk agrees is seen when the plan's keys
are pressed there.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, cast

from msgspec import structs
from textual.events import Key as KeyEvent
from textual.geometry import Offset, Size
from textual.keys import _character_to_key

from tui.keys import Key, bound
from tui.layout import Layout
from tui.modes.hop import HopMode
from tui.screens.article import ArticleScreen
from tui.widgets.article_view import MARGIN, ArticleView

if TYPE_CHECKING:
    from tui.review import Review

State = tuple[dict[str, Any], int, HopMode | None]
"""A review's own state, the line at the top of the window, and the tags, while there are any."""
NAMED = {"enter": "\r", "escape": "\x1b", "backspace": "\x7f", "space": " "}
"""Keys that have a name of more than one letter, and the character they send."""


class Elsewhere(Exception):
    """A key that has no business in a plan."""


class Window(ArticleView):
    """The stretch of the text that would be on screen."""

    def __init__(self, review: Review, measure: int, size: Size) -> None:
        self.top = 0
        self._size_of_desk = size
        super().__init__(review, measure)

    @property
    def size(self) -> Size:
        """The size of the real view, in cells."""
        return self._size_of_desk

    @property
    def scroll_offset(self) -> Offset:
        """How far the text is scrolled."""
        return Offset(0, self.top)

    @cached_property
    def lines(self) -> Layout:
        """The text wrapped as the real view wraps it."""
        return Layout(self.review.article.text, max(1, min(self.size.width - MARGIN - 1, self.measure)))

    def scroll_to(self, x: float | None = None, y: float | None = None, **_: Any) -> None:
        """Scroll, as far as there is text."""
        self.top = max(0, min(int(y or 0), len(self.lines) - self.size.height))

    def show_tags(self, tags: dict[int, str]) -> None:
        """Nothing is drawn."""

    def update_spans(self) -> None:
        """Bring the place of interest into view; nothing is drawn."""
        self._shown = self._state()
        self._reveal()


class Twin(ArticleScreen):
    """The screen of an article, never shown: keys are pressed on it, and it is put back."""

    def __init__(self, screen: ArticleScreen) -> None:
        super().__init__(screen.desk, screen.review.article, structs.replace(screen.opened, saver=None))
        self.__dict__["table"] = bound(self.KEYS, screen.desk.overrides)
        self.review = copy.copy(screen.review)
        self.view: Window = Window(self.review, screen.view.measure, screen.view.size)
        self.view.top = screen.view.scroll_offset.y
        assert self.review.places is not None  # worked out once, before the first `state`

    def show(self) -> None:
        """Follow the editor with the window."""
        self.view.hold = self.mode is not None and self.mode.holds
        self.view.update_spans()

    @property
    def settled(self) -> bool:
        """Whether this is a moment to remember: no mode, or the tags, which go on from name to name."""
        return self.mode is None or isinstance(self.mode, HopMode)

    def state(self) -> State:
        """What `restore` needs; at a settled moment."""
        assert self.settled
        tags = copy.copy(self.mode) if isinstance(self.mode, HopMode) else None
        return vars(self.review).copy(), self.view.top, tags

    def restore(self, state: State) -> None:
        """As it was."""
        vars(self.review).update(state[0])
        self.view.top = state[1]
        self.mode = copy.copy(state[2])
        self._left = None

    async def perform(self, key: Key, name: str = "") -> None:
        """Do an action, unless it leads to another screen or waits: those would be the real desk's."""
        if iscoroutinefunction(getattr(self, f"action_{key.action}")):
            raise Elsewhere(key.id)
        await super().perform(key, name)

    def type(self, keys: Iterable[str]) -> None:
        """Press keys by their names.

        Raises:
            Elsewhere: one of them leads away from the article.
        """
        for key in keys:
            pressing = self.press(event_of(key))
            with suppress(StopIteration):
                pressing.send(None)
                raise Elsewhere(key)

    def tried(self, keys: Iterable[str]) -> bool:
        """Press keys; whether that ends at a settled moment of this screen."""
        try:
            self.type(keys)
        except Elsewhere:
            return False
        return self.settled


def event_of(key: str) -> KeyEvent:
    """The event of a key, by a letter or a name."""
    if key in NAMED:
        return KeyEvent(key, NAMED[key])
    return KeyEvent(key if key.isalnum() else _character_to_key(key), key)


def names(words: str) -> list[str]:
    """The keys that type some words."""
    return ["space" if letter == " " else letter for letter in words]


def screen_of(app: object) -> ArticleScreen:
    """The article on screen."""
    return cast("ArticleScreen", cast("Any", app).screen)
