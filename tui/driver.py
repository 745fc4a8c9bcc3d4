"""The driver between the app and the terminal, with an end to what ends Textual's own badly.

Of Textual 8.2: a byte on input that is not UTF-8 (an «è» typed in a Latin-1 terminal) raises in the input
thread; a closed line leaves that thread spinning where SIGHUP is ignored; output to a terminal that is gone
kills the writing thread, after which the app waits for ever on a full queue; and SIGTERM leaves the terminal
raw. This module leans on private parts of Textual: a new version of it wants a look here first, and
`tests/test_driver.py`.
"""

from __future__ import annotations

import asyncio
import codecs
import os
import select
import signal
from collections.abc import Iterable
from contextlib import suppress
from contextvars import Context
from typing import TYPE_CHECKING, Any

from textual._xterm_parser import XTermParser
from textual.constants import ESCAPE_DELAY
from textual.drivers.linux_driver import LinuxDriver

from tui.output import Outlet

if TYPE_CHECKING:
    from textual.app import App
    from textual.message import Message

ENDED_BY = 128
"""Exit status after a signal, as of a shell: this and its number."""
HUNG_UP = ENDED_BY + signal.SIGHUP
_ENDINGS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
_PATIENCE = ESCAPE_DELAY + 0.01
"""Seconds after which an escape that nothing followed is the key Esc, as Textual's parser sees it."""
_CHUNK = 4096


class SafeDriver(LinuxDriver):
    """Reads whatever bytes come, and ends the app when nobody is there any more.

    Keys are read, and frames are written, on the app's own loop: Textual's threads for both cost a key half a
    millisecond.
    """

    _app: App[object]
    _gone = False
    _outlet: Outlet | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._begin_reading()
        self._looking: asyncio.TimerHandle | None = None

    def start_application_mode(self) -> None:
        """Take the terminal; a signal to end gives it back first."""
        assert self._file is not None, "only without a terminal"
        self._outlet = Outlet(self._file.fileno(), self._loop, self._terminal_gone)
        self._encoding, self._errors = self._file.encoding, self._file.errors or "strict"
        self._begin_reading()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is not None:
            self._writer_thread.stop()
            self._writer_thread = None
        # What is read belongs to no widget, whoever it was that took the terminal.
        Context().run(self._loop.add_reader, self.fileno, self._readable)
        for number in _ENDINGS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                self._loop.add_signal_handler(number, self._end, ENDED_BY + number)

    def _end(self, status: int) -> None:
        self._app.exit(return_code=status)

    # ---- out -----------------------------------------------------------------------------------------

    def write(self, data: str) -> None:
        """Send text to the terminal, while there is one."""
        if self._outlet is not None and not self._gone:
            self._outlet.write(data.encode(self._encoding, self._errors))

    def close(self) -> None:
        """Send what waits, unless nobody would read it."""
        if self._outlet is not None:
            while not self._gone and not self._outlet.drain():
                pass
            self._outlet.close()
            self._outlet = None

    # ---- in ------------------------------------------------------------------------------------------

    def run_input_thread(self) -> None:
        """Nothing: the loop reads."""

    def disable_input(self) -> None:
        """Read no more."""
        self._loop.remove_reader(self.fileno)
        if self._looking is not None:
            self._looking.cancel()
        super().disable_input()

    def exchange(self, seconds: float) -> None:
        """Send what waits and read what comes, once and within so many seconds, while the loop waits."""
        if self._outlet is not None:
            self._outlet.drain(0)
        poll = select.poll()
        poll.register(self.fileno, select.POLLIN)
        if poll.poll(1000 * seconds):
            self._readable()

    def send_message(self, message: Message) -> None:
        """Hand an event to the app, on whose loop this is."""
        self._app.post_message(message)

    def _begin_reading(self) -> None:
        self._parser = XTermParser(self._debug)
        # Half a letter waits for its other half; a byte that is none becomes the replacement character.
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode

    def _readable(self) -> None:
        """Turn bytes into events."""
        try:
            raw = os.read(self.fileno, _CHUNK)
        except BlockingIOError:
            return  # the shell has left its terminal so, and somebody else has read
        except OSError:
            raw = b""
        if not raw:
            self._terminal_gone()
        # To the parser an empty text means that the input has ended.
        elif text := self._decode(raw):
            self._take(self._parser.feed(text))
            if "\x1b" in text or self._looking is not None:
                self._look_again()

    def _look_again(self) -> None:
        """See after a while whether an escape was all that came."""
        if self._looking is not None:
            self._looking.cancel()
        self._looking = self._loop.call_later(_PATIENCE, self._look)

    def _look(self) -> None:
        self._looking = None
        self._take(self._parser.tick())

    def _take(self, messages: Iterable[Message]) -> None:
        try:
            for message in messages:
                self.process_message(message)
        except Exception as error:
            self._app._handle_exception(error)

    def _terminal_gone(self) -> None:
        """End the app, once, whoever has noticed."""
        if not self._gone:
            self._gone = True
            with suppress(OSError):
                self._loop.remove_reader(self.fileno)
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._end, HUNG_UP)

    # ---- stopped from outside ------------------------------------------------------------------------

    def _sigtstp_application(self, *_: object) -> None:
        """Suspend between two writes, not in the middle of one, where the signal may have come."""
        with suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(super()._sigtstp_application)

    def _sigcont_application(self, *_: object) -> None:
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(super()._sigcont_application)
