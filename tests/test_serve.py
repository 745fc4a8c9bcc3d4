"""``chiosa serve`` without a browser: who gets in, what a desk does there, and that nothing stays."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from test_command_line import chiosa, one_line
from test_driver import Line, decided

pytest.importorskip("textual_serve", reason="needs textual-serve (pip install 'chiosa[web]')")

from processes import alive, all_end, family
from serving import Page, Serving, page

from annotations.article import load_article
from annotations.scheme import default_scheme
from annotations.store import Store
from tui import cli
from tui.web import server as server_module


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server for the requests that must not reach a desk."""
    folder = tmp_path_factory.mktemp("shared")
    (folder / "2025-01-01-breve.txt").write_text("Roma - Nulla.\n", encoding="utf-8")
    made = Serving(folder, "--model", "none")
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def serving(folder: Path) -> Iterator[Serving]:
    """A server of the Adnkronos article."""
    made = Serving(folder / f"{ADNKRONOS}.txt", "--model", "rules")
    try:
        yield made
    finally:
        desks = made.family()
        made.close()
        for pid in alive(desks):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


async def decide_two(desk: Page) -> None:
    await desk.wait_for("DATE")
    await desk.wait_for("1/")
    await desk.press("a")
    await desk.wait_for("2/")
    await desk.press("x")
    await desk.wait_for("3/")


# ---- before it starts --------------------------------------------------------------------------------


def test_it_tells_where_it_is_and_how_to_get_there(shared: Serving) -> None:
    place, warning, tunnel = shared.said
    assert shared.address in place and "Ctrl+C" in place
    assert "no login" in warning
    assert f"ssh -L {shared.port}:127.0.0.1:{shared.port} " in tunnel


@pytest.mark.parametrize(
    "arguments", [["--host", "0.0.0.0"], ["--port", "65536"], ["--port", "-1"], ["--port", "http"]]
)
def test_no_other_host_and_no_port_that_is_none(arguments: list[str]) -> None:
    run = chiosa("serve", *arguments)
    assert run.returncode == 2
    assert "usage: chiosa serve" in run.stderr


def test_a_port_that_is_taken(folder: Path, shared: Serving) -> None:
    line = one_line(chiosa("serve", folder, "--port", shared.port), 1)
    assert str(shared.port) in line and "--port" in line


def test_what_the_desk_would_refuse_is_refused_at_once(folder: Path, tmp_path: Path) -> None:
    assert "no such file or folder" in one_line(chiosa("serve", tmp_path / "none"), 1)
    assert "no-such-model" in one_line(chiosa("serve", folder, "--model", "no-such-model"), 1)
    file = tmp_path / "file"
    file.touch()
    assert str(file) in one_line(chiosa("serve", folder, "--store", file / "store"), 1)


def test_without_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setitem(sys.modules, "textual_serve.server", None)
    monkeypatch.delitem(sys.modules, "tui.web.server")
    assert cli.main(["serve", str(folder), "--annotator", "Lina"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "pip install 'chiosa[web]'" in line


# ---- who gets in -------------------------------------------------------------------------------------

HANDSHAKE = (
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
)


def answer(port: int, path: str, *headers: str, version: str = "1.1") -> tuple[int, str]:
    """Send a request letter by letter: the status and all of the answer."""
    lines = "".join(f"{header.format(port=port)}\r\n" for header in headers)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(f"GET {path} HTTP/{version}\r\n{lines}Connection: close\r\n\r\n".encode("latin-1"))
        got = b""
        while part := line.recv(1 << 16):
            got += part
            if got.startswith(b"HTTP/1.1 101"):
                break
    return int(got.split()[1]), got.decode("utf-8", "replace")


OURS = ("Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:{port}")
STRANGERS = {
    "rebinding": ("Host: evil.example:{port}", "Origin: http://evil.example:{port}"),
    "rebinding without origin": ("Host: evil.example:{port}",),
    "a name that begins like ours": ("Host: 127.0.0.1.evil.example:{port}",),
    "a name that ends like ours": ("Host: evil.localhost:{port}",),
    "user and host": ("Host: localhost:{port}@evil.example",),
    "another address": ("Host: 127.0.0.2:{port}",),
    "every address": ("Host: 0.0.0.0:{port}",),
    "no host": (),
    "empty host": ("Host: ",),
    "two hosts": ("Host: localhost:{port}", "Host: evil.example"),
    "cross-site": ("Host: 127.0.0.1:{port}", "Origin: https://evil.example"),
    "other local service": ("Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:1"),
    "other name of ours": ("Host: 127.0.0.1:{port}", "Origin: http://localhost:{port}"),
    "a file": ("Host: 127.0.0.1:{port}", "Origin: null"),
    "two origins": (*OURS, "Origin: https://evil.example"),
}


@pytest.mark.parametrize("path", ["/", "/ws", "/static/js/textual.js", "/none"])
@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS.keys())
def test_strangers_are_refused(shared: Serving, path: str, headers: tuple[str, ...]) -> None:
    status, text = answer(shared.port, path, *headers, *([HANDSHAKE.rstrip()] if path == "/ws" else []))
    assert status in (400, 403), text
    assert "textual" not in text


def test_a_page_of_nowhere_reads_but_does_not_drive(shared: Serving) -> None:
    assert answer(shared.port, "/", "Host: localhost:{port}")[0] == 200
    assert answer(shared.port, "/ws", "Host: localhost:{port}", HANDSHAKE.rstrip())[0] == 403
    assert answer(shared.port, "/", version="1.0")[0] == 403
    assert not shared.family(), "none of them has started a desk"


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST:9000"])
def test_our_own_page_gets_in(shared: Serving, host: str) -> None:
    """Also through a tunnel whose near end has another port."""
    headers = (f"Host: {host}", f"Origin: http://{host}", HANDSHAKE.rstrip())
    assert answer(shared.port, "/ws", *headers)[0] == 101


def test_the_page_asks_nobody_else_for_anything(shared: Serving) -> None:
    status, text = answer(shared.port, "/", "Host: localhost:9000")
    head, _, body = text.partition("\r\n\r\n")
    assert status == 200
    assert "default-src 'none'" in head and "frame-ancestors 'none'" in head
    assert 'data-session-websocket-url="ws://localhost:9000/ws"' in body
    assert "//" not in body.replace("ws://localhost:9000/ws", "")


def test_other_addresses_of_this_machine_are_not_served(shared: Serving) -> None:
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", shared.port), timeout=2)


# ---- a desk ------------------------------------------------------------------------------------------


async def test_a_closed_page_ends_its_desk_and_loses_nothing(serving: Serving, folder: Path) -> None:
    async with page(serving.address) as desk:
        await decide_two(desk)
        desks = serving.family()
        assert desks
        await desk.press("a")
    # a page that is loaded anew gets its article back, and is not told that a desk has it
    async with page(serving.address) as again:
        await again.wait_for("4/")
        assert all_end(desks, 0.2)
        assert decided(folder)[:4] == ["accepted", "rejected", "accepted", "suggested"]
        await again.line.send_json(["resize", {"width": 144, "height": 30}])
        await again.wait_for(" 4/")
        await again.press("u")
        await again.wait_for(" 3/")
        await again.press("q")
        assert await again.closed() == 1000
    assert all_end(serving.family())
    status, said = serving.end()
    assert (status, said) == (0, "")


async def test_sigterm_ends_the_server_and_its_desks(serving: Serving, folder: Path) -> None:
    async with page(serving.address) as desk:
        await decide_two(desk)
        async with page(serving.address) as second:
            await second.wait_for("DATE")
            desks = serving.family()
            serving.process.terminate()
            assert [await desk.closed(), await second.closed()] == [1001, 1001]
            assert serving.process.wait(15) == 0
    assert not alive(desks)
    assert decided(folder)[:3] == ["accepted", "rejected", "suggested"]


async def test_a_killed_server_leaves_no_desk_behind(serving: Serving, folder: Path) -> None:
    async with page(serving.address) as desk:
        await decide_two(desk)
        desks = serving.family()
        serving.process.kill()
    assert all_end(desks)
    assert decided(folder)[:3] == ["accepted", "rejected", "suggested"]


async def test_a_desk_that_dies_closes_its_page(serving: Serving) -> None:
    async with page(serving.address) as desk:
        await desk.wait_for("DATE")
        os.kill(min(serving.family()), signal.SIGKILL)
        assert await desk.closed() == 1000


async def test_what_our_page_never_says_ends_the_desk(shared: Serving) -> None:
    async def say(words: str) -> None:
        async with page(shared.address) as desk:
            await desk.wait_for("Nulla")
            await desk.line.send_str(words)
            await desk.closed()

    await asyncio.gather(*map(say, ("{}", "no json", '["stdin", "\\ud800"]')))
    assert all_end(shared.family())
    assert shared.end() == (0, "")


def test_ctrl_c_in_its_terminal(folder: Path) -> None:
    """The terminal sends it to the server and its desks alike."""
    line = Line("-m", "tui", "serve", "--port", "0", str(folder / f"{ADNKRONOS}.txt"), "--model", "rules")
    line.wait_for(b"then the same address there")
    address = line.output.split(b" until")[0].split()[-1].decode().rstrip(",")

    async def work() -> set[int]:
        async with page(address) as desk:
            await decide_two(desk)
            desks = family(line.pid)
            line.press(b"\x03")
            await desk.closed()
            return desks

    desks = asyncio.run(work())
    assert line.status() == 0
    assert b"Traceback" not in line.output
    assert not alive(desks)
    assert decided(folder)[:3] == ["accepted", "rejected", "suggested"]


async def test_names_that_a_shell_would_trip_over(tmp_path: Path) -> None:
    folder = tmp_path / "a b'; touch x; \"$(touch y)` &"
    folder.mkdir()
    (folder / "-n.txt").write_text("Roma - Parla Mario Rossi.\n", encoding="utf-8")
    store = tmp_path / "-store $HOME"
    serving = Serving(
        f"--store={store.name}", "--annotator=--Lina O'Ré", "--model", "rules", "--", folder / "-n.txt",
        cwd=tmp_path,
    )  # fmt: skip
    try:
        async with page(serving.address) as desk:
            await desk.wait_for("1/")
            await desk.press("a")
            await desk.wait_for("accepted")
        assert all_end(serving.family())
    finally:
        serving.close()
    article = load_article(folder / "-n.txt")
    spans = Store(store, "--Lina O'Ré", default_scheme()).load(article).history.annotation.spans
    assert [span.status for span in spans].count("accepted") == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([folder.name, store.name])


async def test_a_desk_that_hangs_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "_PATIENCE", 0.3)
    closed = asyncio.Event()

    async def drop(_: object) -> None: ...

    async def close() -> None:
        closed.set()

    desk = server_module._ServedDesk(
        "exec sleep 60", write_bytes=drop, write_str=drop, close=close,
        download_manager=server_module.Server("x").download_manager,
    )  # fmt: skip
    await desk.start(80, 24)
    assert desk._process is not None
    await desk.stop()
    assert closed.is_set()
    assert not alive({desk._process.pid})
