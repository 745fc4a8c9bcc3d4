"""Textual's web server for one desk: each page that is opened starts a desk, which ends with the page.

Of textual-serve 1.1: it asks nobody where a request comes from, fetches a font from elsewhere, leaves a page
open whose app has died, and at its own end waits for ever for an app that hangs. This module leans on
private parts of it: a new version wants a look here first, and `tests/test_serve.py`.
"""

from __future__ import annotations

import asyncio
import html
import logging
import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from socket import socket
from string import Template
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

from annotations.language import _, language
from tui.display import display_line
from tui.web.visitors import HEADERS, welcome

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler

_PAGE = Path(__file__).parent / "page"
_WEBSOCKET = "/ws"
_HEARTBEAT = 15.0
"""Seconds between questions whether the browser is still there; half of it is time to answer."""
_FAREWELL = 1.0
"""Seconds that a browser gets to answer that its page is closed."""
_PATIENCE = 8.0
"""Seconds that a desk gets to end by itself."""
_NO_TERMINALS = ("COLORFGBG", "TMUX", "STY")
"""Variables of the terminal that the server was started in, which is not the desk's."""


class DeskServer(Server):
    """Serves a command of this program on a socket that is bound already."""

    def __init__(self, arguments: Sequence[str], listening: socket, title: str) -> None:
        host, port = listening.getsockname()
        super().__init__(_command(arguments), host, port, title)
        self._listening = listening
        self._sessions: dict[asyncio.Task[object] | None, web.WebSocketResponse] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def serve(self, debug: bool = False) -> None:
        """Serve until SIGINT or SIGTERM, and end all desks then."""
        self.debug = debug
        # that an app "failed to start" is said better by the app
        logging.getLogger("textual-serve").addHandler(logging.NullHandler())
        logging.getLogger("aiohttp.server").addFilter(_is_our_fault)
        web.run_app(self._make_app(), sock=self._listening, print=None, access_log=None)

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: the command has said it all."""

    async def on_shutdown(self, app: web.Application) -> None:
        """Close all pages and wait for their desks to end."""
        sessions = dict(self._sessions)
        await asyncio.gather(*(page.close(code=1001) for page in sessions.values()), return_exceptions=True)
        if tasks := [task for task in sessions if task is not None]:
            await asyncio.wait(tasks, timeout=_PATIENCE + 2)

    async def handle_index(self, request: web.Request) -> web.Response:
        """The page, which finds the desk at the address that it was itself asked for at."""
        values = {
            "language": language(),
            "title": self.title,
            "websocket": f"ws://{request.host}{_WEBSOCKET}",
            "closed": _("The desk is closed. What was decided is saved."),
            "faults": _("If something went wrong, the terminal where chiosa serve runs says what."),
            "again": _("Open it again"),
        }
        page = Template((_PAGE / "page.html").read_text(encoding="utf-8"))
        escaped = {name: html.escape(value) for name, value in values.items()}
        return web.Response(text=page.substitute(escaped), content_type="text/html")

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A page has been opened: run a desk for it, until one of them is closed."""
        page = web.WebSocketResponse(heartbeat=_HEARTBEAT, timeout=_FAREWELL)
        await page.prepare(request)
        width, height = (to_int(request.query.get(name, ""), 0) for name in ("width", "height"))

        async def close() -> None:
            await page.close()

        desk = _ServedDesk(
            self.command,
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=close,
            download_manager=self.download_manager,
            debug=self.debug,
        )
        this = asyncio.current_task()
        self._sessions[this] = page
        try:
            # a page that is loaded anew must not find its article still taken by its own former desk
            if self._ending:
                await asyncio.wait(self._ending, timeout=_PATIENCE)
            await desk.start(width or 80, height or 24)
            await self._process_messages(page, desk)
        finally:
            ending = asyncio.create_task(desk.stop())
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
            await asyncio.shield(ending)
            del self._sessions[this]
        return page

    async def _process_messages(self, websocket: web.WebSocketResponse, app_service: AppService) -> None:
        # what our page never says ends the desk, without a traceback
        with suppress(ValueError, TypeError, LookupError, AttributeError, AssertionError):
            await super()._process_messages(websocket, app_service)

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(_only_our_pages)
        app.on_response_prepare.append(_add_headers)
        app.router.add_static("/page", _PAGE)
        return app


class _ServedDesk(AppService):
    """A desk and the page that it is on: when either ends, the other does."""

    _last_words: asyncio.Task[None]

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        environment = super()._build_environment(width, height)
        # The same modules as here, and never those of the folder that the server happens to be in.
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        environment["TERM"] = "xterm-256color"
        for name in _NO_TERMINALS:
            environment.pop(name, None)
        return environment

    async def _open_app_process(self, width: int = 80, height: int = 24) -> asyncio.subprocess.Process:
        process = await super()._open_app_process(width, height)
        # textual-serve would print it as it is, some of it twice, and on stdout
        errors, process.stderr = process.stderr, asyncio.StreamReader()
        process.stderr.feed_eof()
        assert errors is not None
        self._last_words = asyncio.create_task(_pass_on(errors))
        return process

    async def run(self) -> None:
        """Pass on what the desk draws; close the page when it ends, however it does."""
        try:
            await super().run()
        finally:
            await self.remote_close()

    async def on_data(self, payload: bytes) -> None:
        """Pass on what the desk draws; without a page, take it all the same: the desk can end."""
        with suppress(ConnectionError):
            await super().on_data(payload)

    async def stop(self) -> None:
        """End the desk; one that hangs is killed, which costs nothing that was saved."""
        process = self._process
        if process is None:
            return
        # not a timeout: textual-serve swallows the cancelling that this would need
        ending = asyncio.create_task(self._end(process))
        if not (await asyncio.wait({ending}, timeout=_PATIENCE))[0]:
            with suppress(ProcessLookupError):
                process.kill()
            await asyncio.wait({ending}, timeout=_FAREWELL)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        await super().stop()
        await process.wait()
        await self._last_words


def _command(arguments: Sequence[str]) -> str:
    # exec: the shell that textual-serve starts must not stand between it and the desk
    return "exec " + shlex.join([sys.executable, "-P", "-m", "tui", *arguments])


def _is_our_fault(record: logging.LogRecord) -> bool:
    """Whether a record is of more than a request that is none, which has been answered so."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


async def _pass_on(errors: asyncio.StreamReader) -> None:
    """Say what a desk says at its end."""
    for line in (await errors.read()).decode("utf-8", "replace").splitlines():
        print(display_line(line), file=sys.stderr)


@web.middleware
async def _only_our_pages(request: web.Request, handler: Handler) -> web.StreamResponse:
    if not welcome(request.headers, drives=request.path == _WEBSOCKET):
        raise web.HTTPForbidden(text=_("This desk answers only to its own page on this machine.") + "\n")
    return await handler(request)


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
