"""Frames no faster than the line carries them: what a slow line misses is drawn once, as it is by then.

Textual 8.2 queues every frame it paints, so that sixty keys held down on a slow line are sixty frames to sit
through. That the terminal takes no more is no measure of it: over SSH what lies between swallows a hundred
kilobytes first. So the terminal itself is asked: a frame is followed by a question that terminals since the
VT100 answer (DSR 5, «are you well?»), and the answer comes when all before it has arrived. While more than a
window's worth waits for that, frames are held back. Where no answer ever comes, only what the terminal takes
sets the pace.

This module leans on private parts of Textual: a new version of it wants a look here, and at
`tests/test_pacing.py`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Any

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Region

from tui.cells import Cells
from tui.driver import SafeDriver

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver
    from textual.message import Message
    from textual.screen import Screen

WINDOW = 1024
"""Bytes on their way at which no frame follows: some keys' worth, a second at 9600 baud."""
ENOUGH = WINDOW // 4
"""Bytes after which a terminal that gives answers is asked: most keys take fewer."""
WIDEST = 16 * WINDOW
PROMPT = 0.5
"""Seconds for a window's worth in which a line earns a wider one: a long line may be a fast one."""
QUESTION = "\x1b[5n"
ANSWER = "\x1b[0n"
PATIENCE = 5.0
"""Seconds after which an answer is taken for lost; twice in a row, and no more are waited for."""
_LEAVING = 2.0
"""Seconds that the last answer is waited for, which would otherwise be typed into the shell."""
_LOOK = 0.03
"""Seconds between looks at whether the line is free again."""


class _Answer(Enum):
    WELL = "terminal_is_well"


# To Textual's parser the answer is a key; it gets no further than the driver.
ANSI_SEQUENCES_KEYS[ANSWER] = (_Answer.WELL,)  # type: ignore[index]


class Pace:
    """Keeps the account of what was sent and what of it has arrived."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sent = 0
        self._arrived = 0
        self._asked: int | None = None  # how much had been sent by then
        self._asked_at = 0.0
        self._answers = False
        self._lost = 0
        self.window = WINDOW
        self.closed = False

    def sent(self, data: str) -> None:
        """Note what goes to the terminal."""
        self._sent += len(data)

    def ask(self) -> str:
        """The question to send, if there is enough to ask after and no answer to wait for."""
        least = ENOUGH if self._answers else 1
        if self.closed or self._asked is not None or self._sent - self._arrived < least:
            return ""
        self._asked, self._asked_at = self._sent, self._clock()
        return QUESTION

    def answered(self) -> None:
        """All that was sent before the question has arrived."""
        self._answers, self._lost = True, 0
        if self._asked is not None:
            if self._clock() - self._asked_at > PROMPT:
                self.window = WINDOW
            elif self._asked - self._arrived >= self.window // 2:
                self.window = min(2 * self.window, WIDEST)
        self._settle()

    @property
    def busy(self) -> bool:
        """Whether the line has enough to carry."""
        if not self._answers:
            return False
        if self._asked is not None and self._clock() - self._asked_at > PATIENCE:
            self._lost += 1
            self._answers = self._lost < 2
            self._settle()
            self._arrived = self._sent
        return self._sent - self._arrived > self.window

    @property
    def waiting(self) -> bool:
        """Whether an answer is on its way from a terminal that gives them."""
        return self._answers and self._asked is not None

    def _settle(self) -> None:
        if self._asked is not None:
            self._arrived, self._asked = self._asked, None


class PacedDriver(SafeDriver):
    """Sends of each frame what is new, and asks the terminal after it whether it has arrived."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.pace = Pace()
        self._parts: list[str] | None = None
        self._last = ""
        self._cells = Cells() if getattr(self._app, "changed_cells", False) else None

    def start_application_mode(self) -> None:
        """Ask first, so that it is known early on whether this terminal answers."""
        self.pace = Pace()
        self.forget()
        super().start_application_mode()
        self._ask()

    def stop_application_mode(self) -> None:
        """Take in the last answer, while it is read here, and ask no more."""
        end = time.monotonic() + _LEAVING
        while self.pace.waiting and not self._gone and (left := end - time.monotonic()) > 0:
            self.exchange(min(left, _LOOK))
        self.pace.closed = True
        super().stop_application_mode()

    def write(self, data: str) -> None:
        """Send text, or keep it for the frame that is being put together."""
        if self._parts is not None:
            self._parts.append(data)
        else:
            self._last = ""
            if self._cells is not None:
                data = self._cells.passed(data)
            self.pace.sent(data)
            super().write(data)

    def forget(self) -> None:
        """The terminal may show something else than was sent to it."""
        self._last = ""
        if self._cells is not None:
            self._cells.forget()

    @contextmanager
    def frame(self) -> Iterator[None]:
        """What is written meanwhile, and the question after it, goes out in one piece.

        Textual draws a new screen three times: a frame just like the one before is left out.
        """
        parts = self._parts = []
        try:
            yield
        finally:
            self._parts = None
            data = self._new("".join(parts))
            if data:
                self.pace.sent(data)
                super().write(data + self.pace.ask())

    def _new(self, frame: str) -> str:
        """What of a frame the terminal does not show yet."""
        if self._cells is not None:
            return self._cells.patch(frame, self._app.size)
        before, self._last = self._last, frame
        return "" if frame == before else frame

    @property
    def busy(self) -> bool:
        """Whether another frame would only wait in line."""
        return self.pace.busy or (self._outlet is not None and self._outlet.stalled)

    def process_message(self, message: Message) -> None:
        """Keep the terminal's answers; all else goes to the app."""
        if isinstance(message, events.Key) and message.key == _Answer.WELL.value:
            self.pace.answered()
            self._ask()
        else:
            super().process_message(message)

    def _ask(self) -> None:
        """Ask after what was sent while an answer was on its way."""
        if question := self.pace.ask():
            super().write(question)


class PacedApp(App[None], inherit_bindings=False):
    """Paints only what the line can take, and the rest once it can."""

    def __init__(self, *, ansi_color: bool, changed_cells: bool = True) -> None:
        super().__init__(ansi_color=ansi_color)
        self.changed_cells = changed_cells
        """Whether of a frame only the cells that have changed are sent."""
        self._to_be_done: list[Callable[[], object]] = []
        """What waits until something has been painted."""
        self._missed: set[Region] = set()
        """What is on the terminal as it was before frames were held back."""

    def get_driver_class(self) -> type[Driver]:
        """The way to a terminal."""
        return PacedDriver

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        driver = self._driver
        if not isinstance(driver, PacedDriver):
            super()._display(screen, renderable)
        elif isinstance(renderable, ChopsUpdate | LayoutUpdate) and (self._missed or driver.busy):
            self._hold_back(renderable)
        else:
            with driver.frame():
                super()._display(screen, renderable)
        if renderable is not None and not self._batch_count:
            to_be_done, self._to_be_done = self._to_be_done, []
            for callback in to_be_done:
                callback()

    def when_painted(self, callback: Callable[[], object]) -> None:
        """Call something once a frame has been sent: what Textual has for that also counts those it drops."""
        self._to_be_done.append(callback)

    async def on_event(self, event: events.Event) -> None:
        """A terminal of another size is drawn anew, come what may."""
        if isinstance(event, events.Resize) and isinstance(self._driver, PacedDriver):
            self._driver.forget()
        await super().on_event(event)

    def paint(self) -> None:
        """Draw what a key has changed now, and not when that comes up among the messages.

        Where widgets have come or gone, or are of another size, it is left to Textual's order of things.
        """
        if self._batch_count or not self.screen_stack:
            return
        screen = self.screen
        widgets = screen._compositor.visible_widgets
        changed = [widget for widget in widgets if widget._repaint_required]
        if any(widget._layout_required for widget in (screen, *widgets)):
            return
        for widget in widgets:
            if widget._scroll_required:
                widget._scroll_required = False
                screen._scroll_required = True
        if changed or screen._scroll_required:
            for widget in changed:
                widget._repaint_required = False
            screen._dirty_widgets.update(changed)
            screen._on_timer_update()

    def _hold_back(self, frame: ChopsUpdate | LayoutUpdate) -> None:
        if not self._missed:
            asyncio.get_running_loop().call_later(_LOOK, self._catch_up)
        if isinstance(frame, LayoutUpdate):
            self._missed.add(frame.region)
        else:
            self._missed.update(Region(left, y, right - left, 1) for y, left, right in frame.spans)

    def _catch_up(self) -> None:
        """Draw what was missed, as soon as there is room on the line."""
        driver = self._driver
        if not isinstance(driver, PacedDriver) or not self._running or not self.screen_stack:
            self._missed.clear()
        elif driver.busy or self._batch_count:
            asyncio.get_running_loop().call_later(_LOOK, self._catch_up)
        else:
            screen = self.screen
            here = screen._compositor.size.region
            screen._compositor._dirty_regions.update(filter(None, map(here.intersection, self._missed)))
            self._missed.clear()
            screen._compositor_refresh()
