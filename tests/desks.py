"""Waiting for, and reading, the desk under Textual's pilot."""

from __future__ import annotations

from collections.abc import Callable

from textual.pilot import Pilot

from annotations.annotation import Span
from tui.app import ChiosaApp
from tui.review import Review
from tui.screens.article import ArticleScreen
from tui.screens.articles import ArticlesScreen
from tui.widgets.rows import Rows

SIZE = (80, 24)


async def settled(pilot: Pilot[None]) -> Review:
    """The review of the article on screen, once its suggestions are there."""
    for _ in range(200):
        screen = pilot.app.screen
        if isinstance(screen, ArticleScreen) and screen.review.tokens is not None and not screen.notice:
            await pilot.pause()
            return screen.review
        await pilot.pause(0.02)
    raise AssertionError("no suggestions came")


async def listed(pilot: Pilot[None]) -> ArticlesScreen:
    """The list of articles, once it is read and keys go to it."""
    for _ in range(200):
        app, screen = pilot.app, pilot.app.screen
        ready = isinstance(app, ChiosaApp) and app._early is None
        if ready and isinstance(screen, ArticlesScreen) and screen.entries:
            await pilot.pause()
            return screen
        await pilot.pause(0.02)
    raise AssertionError("no list came")


async def until(pilot: Pilot[None], happens: Callable[[], bool]) -> None:
    """Go on once something is so."""
    for _ in range(400):
        if happens():
            await pilot.pause()
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not happen")


def words(review: Review, span: Span | None = None) -> str:
    span = span or review.current
    assert span is not None
    return review.article.text[span.start : span.end]


def row(app: ChiosaApp, name: str) -> str:
    """The words of one of the rows around the text."""
    return "".join(segment.text for segment in app.screen.query_one(name, Rows).render_line(0))


async def go_to(pilot: Pilot[None], review: Review, wanted: str, label: str | None = None) -> Span:
    """To a span by its words, with the keys that an editor has."""
    for _ in range(len(review.annotation.spans) + 1):
        span = review.current
        if span is not None and words(review) == wanted and label in (None, span.label):
            return span
        await pilot.press("N")
    raise AssertionError(f"no span {wanted}")


def of(review: Review, span: Span) -> Span:
    found = review.annotation.find(span.id)
    assert found is not None
    return found
