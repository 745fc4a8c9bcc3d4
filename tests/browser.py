"""A headless Chromium for tests, spoken to in its own DevTools protocol over a WebSocket."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--remote-debugging-port=0", "--window-size=900,560",
)  # fmt: skip
_KEYS = {
    "Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40,
}  # fmt: skip
_SHIFT = 8
_LONGEST_LINE = 1 << 26


class Browser:
    """One tab. ``output`` is what its WebSockets have received, ``addresses`` all that it has asked for."""

    def __init__(self) -> None:
        self.output = b""
        self.addresses: list[str] = []
        self.complaints: list[str] = []
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._number = 0

    async def __aenter__(self) -> Browser:
        assert CHROMIUM is not None
        folder = self._profile.name
        self._process = subprocess.Popen(
            [CHROMIUM, *_FLAGS, f"--user-data-dir={folder}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._http = aiohttp.ClientSession()
        note = Path(folder) / "DevToolsActivePort"
        end = time.monotonic() + 30
        while not (note.exists() and "\n" in note.read_text(encoding="ascii")):
            assert time.monotonic() < end and self._process.poll() is None, "chromium does not start"
            await asyncio.sleep(0.02)
        port = note.read_text(encoding="ascii").split()[0]
        async with self._http.get(f"http://127.0.0.1:{port}/json/list") as answer:
            tab = next(entry for entry in await answer.json() if entry["type"] == "page")
        self._line = await self._http.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=_LONGEST_LINE)
        self._listener = asyncio.create_task(self._listen())
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        return self

    async def __aexit__(self, *_: object) -> None:
        self._listener.cancel()
        with suppress(asyncio.CancelledError):
            await self._listener
        await self._line.close()
        await self._http.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._profile.cleanup()

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a method of the protocol and wait for its answer."""
        self._number += 1
        answer = self._answers[self._number] = asyncio.get_running_loop().create_future()
        await self._line.send_json({"id": self._number, "method": method, "params": parameters})
        return await asyncio.wait_for(answer, 20)

    async def open(self, address: str) -> None:
        """Go to an address."""
        self.output = b""
        await self.call("Page.navigate", url=address)

    async def run(self, script: str) -> Any:
        """The value of some JavaScript in the page."""
        answer = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    async def press(self, *keys: str) -> None:
        """Press keys: letters as they are, others by their names; ``Shift+`` before a name."""
        self.output = b""
        for key in keys:
            name = key.removeprefix("Shift+")
            event: dict[str, object] = {"key": name, "modifiers": _SHIFT if key != name else 0}
            if name in _KEYS:
                event |= {"code": name, "windowsVirtualKeyCode": _KEYS[name]}
            else:
                event |= {"text": name, "windowsVirtualKeyCode": ord(name.upper())}
            await self.call("Input.dispatchKeyEvent", type="keyDown", **event)
            event.pop("text", None)
            await self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    async def wait_for(self, words: str, seconds: float = 30) -> None:
        """Wait until the desk has drawn some words since the last key."""
        end = time.monotonic() + seconds
        while words.encode() not in self.output:
            assert time.monotonic() < end, f"{words!r} did not come: {self.output[-2000:]!r}"
            await asyncio.sleep(0.02)

    async def picture(self, file: Path) -> None:
        """Save what is to be seen as a PNG."""
        answer = await self.call("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(answer["data"]))

    async def resize(self, width: int, height: int) -> None:
        """Give the page another size, in pixels."""
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip

    async def _listen(self) -> None:
        async for message in self._line:
            said = json.loads(message.data)
            if "id" in said:
                answer = self._answers.pop(said["id"])
                if not answer.done():
                    if "error" in said:
                        answer.set_exception(AssertionError(said["error"]))
                    else:
                        answer.set_result(said["result"])
                continue
            told = said["params"]
            match said["method"]:
                case "Network.webSocketFrameReceived" if told["response"]["opcode"] == 2:
                    self.output += base64.b64decode(told["response"]["payloadData"])
                case "Network.requestWillBeSent":
                    self.addresses.append(told["request"]["url"])
                case "Network.webSocketCreated":
                    self.addresses.append(told["url"])
                case "Runtime.exceptionThrown":
                    self.complaints.append(str(told["exceptionDetails"]))
                case "Log.entryAdded" if told["entry"]["level"] == "error":
                    self.complaints.append(told["entry"]["text"])
