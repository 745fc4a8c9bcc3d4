"""What goes out to a terminal: all of it, in its order, however slowly it is taken, and never waited for."""

from __future__ import annotations

import asyncio
import os
import pty
import tty
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tui.output import Outlet

LOTS = [f"frame {number} ".encode() * 40 for number in range(2000)]
"""Much more than a terminal takes that nobody reads."""


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    master, slave = pty.openpty()
    tty.setraw(slave)
    yield master, slave
    for fd in (master, slave):
        with suppress(OSError):
            os.close(fd)


async def test_a_line_that_stalls_gets_everything_in_order(terminal: tuple[int, int]) -> None:
    master, slave = terminal
    outlet = Outlet(slave, asyncio.get_running_loop(), lambda: pytest.fail("nobody has left"))
    for frame in LOTS:
        outlet.write(frame)
    assert outlet.stalled, "it was waited for"
    assert os.get_blocking(slave), "the terminal is the shell's too"
    expected = b"".join(LOTS)
    got = b""
    while len(got) < len(expected):
        got += await asyncio.to_thread(os.read, master, 1 << 16)
    assert got == expected
    outlet.write(b"and on")
    assert not outlet.stalled and os.read(master, 100) == b"and on"
    outlet.close()


async def test_leaving_waits_for_what_is_on_its_way(terminal: tuple[int, int]) -> None:
    master, slave = terminal
    outlet = Outlet(slave, asyncio.get_running_loop(), lambda: pytest.fail("nobody has left"))
    for frame in LOTS:
        outlet.write(frame)
    expected = b"".join(LOTS)

    def read() -> bytes:
        got = b""
        while len(got) < len(expected):
            got += os.read(master, 1 << 16)
        return got

    reading = asyncio.get_running_loop().run_in_executor(None, read)
    while not outlet.drain():
        pass
    outlet.close()
    assert await reading == expected


async def test_who_has_gone_is_told_of_once(terminal: tuple[int, int]) -> None:
    master, slave = terminal
    told: list[bool] = []
    outlet = Outlet(slave, asyncio.get_running_loop(), lambda: told.append(True))
    for frame in LOTS:
        outlet.write(frame)
    os.close(master)
    for _ in range(100):
        await asyncio.sleep(0.01)
        if told:
            break
    outlet.write(b"more")
    assert told == [True] and not outlet.stalled
