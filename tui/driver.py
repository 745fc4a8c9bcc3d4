"""The driver between the app and the terminal, with an end to what ends Textual's own badly.

Of Textual 8.2: a byte on input that is not UTF-8 (an «è» typed in a Latin-1 terminal) raises in the input
thread; a closed line leaves that thread spinning where SIGHUP is ignored; output to a terminal that is gone
kills the writing thread, after which the app waits for ever on a full queue; and SIGTERM leaves the terminal
raw. This module leans on private parts of Textual: a new version of it wants a look here first, and
`tests/test_driver.py`.
"""

from __future__ import annotations

import codecs
import os
import selectors
import signal
from contextlib import suppress
from typing import TYPE_CHECKING

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App

ENDED_BY = 128
"""Exit status after a signal, as of a shell: this and its number."""
HUNG_UP = ENDED_BY + signal.SIGHUP
_ENDINGS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
_PATIENCE = 0.1
"""Seconds after which an escape that nothing followed is the key Esc."""
_CHUNK = 4096


class SafeDriver(LinuxDriver):
    """Reads whatever bytes come, and ends the app when nobody is there any more."""

    _app: App[object]
    _gone = False

    def start_application_mode(self) -> None:
        """Take the terminal; a signal to end gives it back first."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        for number in _ENDINGS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                self._loop.add_signal_handler(number, self._end, ENDED_BY + number)

    def _end(self, status: int) -> None:
        self._app.exit(return_code=status)

    def write(self, data: str) -> None:
        """Send text to the terminal, while there is one."""
        thread = self._writer_thread
        if thread is None or self._gone:
            return
        if thread.is_alive():
            super().write(data)
        else:
            self._terminal_gone()

    def close(self) -> None:
        """Send what waits, unless nobody would read it."""
        thread = self._writer_thread
        if thread is not None and thread.is_alive() and not self._gone:
            super().close()

    def run_input_thread(self) -> None:
        """Turn bytes into events until the app or the line ends."""
        parser = XTermParser(self._debug)
        # Half a letter waits for its other half; a byte that is none becomes the replacement character.
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_PATIENCE):
                    raw = self._read()
                    if not raw:
                        self._terminal_gone()
                        break
                    # To the parser an empty text means that the input has ended.
                    if text := decode(raw):
                        for event in parser.feed(text):
                            self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
        with suppress(EOFError, ParseError):
            for _ in parser.feed(""):
                pass

    def _read(self) -> bytes:
        try:
            return os.read(self.fileno, _CHUNK)
        except OSError:
            return b""

    def _terminal_gone(self) -> None:
        """End the app, once, from whatever thread has noticed."""
        if not self._gone:
            self._gone = True
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._end, HUNG_UP)
