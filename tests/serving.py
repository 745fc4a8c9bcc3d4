"""The real ``chiosa serve`` for tests: its address, its processes, and pages without a browser."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from processes import family


class Serving:
    """``chiosa serve`` on a port of its own."""

    def __init__(self, *arguments: object, cwd: Path | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui", "serve", "--port", "0", *map(str, arguments)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "CHIOSA_ANNOTATOR": "Lina"}, cwd=cwd,
        )  # fmt: skip
        assert self.process.stderr is not None
        self.said = [self.process.stderr.readline() for _ in range(3)]
        found = re.search(r"http://127\.0\.0\.1:(\d+)", self.said[0])
        assert found, self.said
        self.port = int(found[1])
        self.address = found[0]

    def family(self) -> set[int]:
        """The desks that it has started, with all that these have started."""
        return family(self.process.pid)

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """End it by a signal: its exit status, and what it said on stderr after its address."""
        self.process.send_signal(number)
        out, said = self.process.communicate(timeout=15)
        assert out == ""
        return self.process.returncode, said

    def close(self) -> None:
        """End it, in whatever state it is."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


class Page:
    """What our page does in a browser, without one: it sends keys, and takes what the desk draws."""

    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self.line = line
        self.output = b""

    async def press(self, keys: str) -> None:
        self.output = b""
        await self.line.send_json(["stdin", keys])

    async def wait_for(self, words: str) -> None:
        """Wait until the desk has drawn some words since the last key."""
        async with asyncio.timeout(20):
            while words.encode() not in self.output:
                message = await self.line.receive()
                assert message.type == aiohttp.WSMsgType.BINARY, (message, self.output[-1000:])
                self.output += message.data

    async def closed(self) -> int | None:
        """Wait until the other side has closed it, and say with which code."""
        async with asyncio.timeout(15):
            while (await self.line.receive()).type == aiohttp.WSMsgType.BINARY:
                pass
        return self.line.close_code


@asynccontextmanager
async def page(address: str, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Page]:
    """A page that is open at an address."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(
            f"{address}/ws?width={size[0]}&height={size[1]}", headers={"Origin": address}
        ) as line,
    ):
        yield Page(line)
