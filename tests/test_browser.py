"""The desk in a real browser: headless Chromium opens it, decides with the keyboard, and closes it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from test_driver import decided

pytest.importorskip("textual_serve", reason="needs textual-serve (pip install 'chiosa[web]')")

from browser import CHROMIUM, Browser
from processes import alive, all_end
from serving import Serving

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (Debian: apt install chromium)"),
]


@pytest.fixture
def serving(folder: Path) -> Iterator[Serving]:
    made = Serving(folder, "--model", "rules")
    try:
        yield made
    finally:
        desks = made.family()
        made.close()
        for pid in alive(desks):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


async def test_an_article_is_reviewed_in_a_browser(serving: Serving, folder: Path) -> None:
    async with Browser() as browser:
        await browser.open(serving.address)
        await browser.wait_for("Adnkronos")
        await browser.press("Enter")
        await browser.wait_for("DATE")
        await browser.wait_for("1/")
        await browser.press("a")
        await browser.wait_for("2/")
        for key, place in (
            ("Tab", "3/"), ("Shift+Tab", "2/"), ("ArrowRight", "accepted"), ("u", "suggested"), ("4", "3/"),
            ("x", "4/"),
        ):  # fmt: skip
            await browser.press(key)
            await browser.wait_for(place)
        await browser.press("/")
        await browser.press("P", "u", "t", "i", "n")
        await browser.wait_for("/Putin")
        await browser.press("Escape")
        await browser.wait_for("4/")
        await browser.resize(1300, 800)
        await browser.wait_for(" 4/")
        assert await browser.run("document.title") == "Chiosa · articles"
        loaded = "[...document.fonts].every(font => font.status == 'loaded')"
        assert await browser.run(loaded), "letters are measured in the font that comes along"
        desks = serving.family()
        await browser.call("Page.close")
    assert all(
        a.startswith((serving.address, serving.address.replace("http", "ws"))) for a in browser.addresses
    )
    assert all_end(desks)
    assert decided(folder)[:4] == ["accepted", "accepted", "rejected", "suggested"]
    assert serving.end() == (0, "")


async def test_a_page_of_strangers_cannot_drive_the_desk(serving: Serving, tmp_path: Path) -> None:
    """Nor show it in a frame: the browser itself is asked."""
    stranger = tmp_path / "stranger.html"
    stranger.write_text(f"<iframe src='{serving.address}'></iframe>", encoding="utf-8")
    script = f"""new Promise(tell => {{
        const line = new WebSocket("{serving.address.replace("http", "ws")}/ws?width=80&height=24");
        line.onopen = () => tell("open");
        line.onerror = () => tell("refused");
    }})"""
    async with Browser() as browser:
        await browser.open(stranger.as_uri())
        assert await browser.run(script) == "refused"
        assert serving.family() == set()
        await browser.open(f"{serving.address}/static/css/xterm.css")
        assert await browser.run(script) == "open"
