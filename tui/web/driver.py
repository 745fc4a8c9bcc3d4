"""The driver between the app and the server that shows it in a browser.

Of Textual 8.2: when the server is gone, the driver stops listening and leaves the app running for ever, or
the app ends with a traceback because nobody takes what it draws. This module leans on private parts of
Textual: a new version of it wants a look here first, and `tests/test_serve.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from textual.drivers.web_driver import WebDriver

from tui.driver import HUNG_UP


class BrowserDriver(WebDriver):
    """Textual's web driver, which ends the app when nobody is there any more."""

    _gone = False

    def write(self, data: str) -> None:
        """Send text to the browser, while there is one."""
        self._send(lambda: super(BrowserDriver, self).write(data))

    def write_meta(self, data: dict[str, object]) -> None:
        """Send a word to the server, while there is one."""
        self._send(lambda: super(BrowserDriver, self).write_meta(data))

    def run_input_thread(self) -> None:
        """Turn what the server sends into events until the app ends or the server does."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._server_gone()

    def _send(self, send: Callable[[], None]) -> None:
        if not self._gone:
            try:
                send()
            except OSError:
                self._server_gone()

    def _server_gone(self) -> None:
        """End the app, once, from whatever thread has noticed."""
        if not self._gone:
            self._gone = True
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._app.exit, None, HUNG_UP)
