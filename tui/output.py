"""The way out to the terminal: at once where it takes what it is given, never waited for where it does not.

Textual 8.2 writes in a thread of its own, so that a line that has stalled does not stop the app; handing a
key's few bytes over to it costs a fifth of a millisecond. Here they are written where they were made, by a
file description of our own that never blocks: that of the shell is shared with it, and is left as it is.
"""

from __future__ import annotations

import asyncio
import os
import select
from collections.abc import Callable
from contextlib import suppress

_FLAGS = os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC


class Outlet:
    """Sends bytes in their order; what the terminal does not take yet is kept until it does."""

    def __init__(self, terminal: int, loop: asyncio.AbstractEventLoop, gone: Callable[[], None]) -> None:
        """
        Args:
            terminal: a file descriptor of the terminal, which is not used after this.
            gone: called when nobody is at the other end any more.
        """
        self._fd = _reopened(terminal)
        self._loop = loop
        self._gone = gone
        self._kept = bytearray()
        self._closed = False

    @property
    def stalled(self) -> bool:
        """Whether something is kept because the terminal does not take it yet."""
        return bool(self._kept)

    def write(self, data: bytes) -> None:
        """Send bytes after all those before them."""
        if self._closed:
            return
        if self._kept:
            self._kept += data
            return
        sent = self._send(data)
        if sent < len(data) and not self._closed:
            self._kept += data[sent:]
            with suppress(OSError):  # what cannot be watched is tried again with the next bytes
                self._loop.add_writer(self._fd, self._more)

    def drain(self, seconds: float | None = None) -> bool:
        """Wait until the terminal has taken all, or for so many seconds; whether it has."""
        if self._kept and not self._closed:
            poll = select.poll()
            poll.register(self._fd, select.POLLOUT)
            poll.poll(None if seconds is None else 1000 * seconds)
            self._more()
        return not self._kept

    def close(self) -> None:
        """Let go of the terminal; what is kept still is lost."""
        if not self._closed:
            self._closed = True
            self._kept.clear()
            with suppress(OSError):
                self._loop.remove_writer(self._fd)
            os.close(self._fd)

    def _more(self) -> None:
        sent = self._send(bytes(self._kept))
        if not self._closed:
            del self._kept[:sent]
            if not self._kept:
                self._loop.remove_writer(self._fd)

    def _send(self, data: bytes) -> int:
        """How many bytes the terminal has taken."""
        sent = 0
        try:
            while sent < len(data):
                sent += os.write(self._fd, data[sent:])
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            self._gone()
        return sent


def _reopened(terminal: int) -> int:
    """A descriptor of the same terminal that does not block; of one that has no name here, a plain copy."""
    for name in (os.ttyname, lambda _: "/dev/tty"):
        with suppress(OSError):
            return os.open(name(terminal), _FLAGS)
    return os.dup(terminal)
