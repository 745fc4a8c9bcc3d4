"""Make the README's picture: ``python docs/picture.py`` writes ``docs/desk.svg``.

The real desk opens the shipped Adnkronos article with the suggestions that it would have, and a few keys are
pressed. Needs no terminal.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import tempfile
from pathlib import Path

from annotations.scheme import default_scheme
from annotations.store import Store
from annotations.suggesters import SHIPPED
from annotations.suggesting import InProcessSuggesting
from tui.app import ChiosaApp
from tui.desk import Desk
from tui.screens.article import ArticleScreen

HERE = Path(__file__).parent
ARTICLE = HERE.parent / "articles" / "adnkronos-2025-09-04.txt"
SIZE = (120, 32)


async def picture(folder: Path, model: str = SHIPPED) -> str:
    """The desk on a copy of the article in ``folder``, after some decisions, as SVG."""
    path = folder / ARTICLE.name
    shutil.copy(ARTICLE, path)
    store = Store(folder / ".chiosa", "redazione", default_scheme())
    app = ChiosaApp(Desk([path], store, InProcessSuggesting(model), single=True))
    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen
        assert isinstance(screen, ArticleScreen)
        while screen.review.tokens is None or screen.notice:
            await pilot.pause(0.05)
        review = screen.review
        while review.current is not None and review.words(review.current, 20)[:7] != '"Lui sa':
            await pilot.press("x" if review.words(review.current) == '"tenterà"' else "a")
        await pilot.pause()
        await pilot.pause(0.6)  # the guideline follows who rests on a span
        return app.export_screenshot(title="chiosa articles/adnkronos-2025-09-04.txt")


def self_contained(svg: str) -> str:
    """The picture without links to fonts elsewhere: any monospaced font will do. Blanks at edges stay."""
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL).replace("<svg ", '<svg xml:space="preserve" ', 1)
    svg = re.sub(r"@font-face\s*\{[^}]*\}", "", svg)
    return re.sub(r"font-family: [^;]*;", "font-family: 'Fira Code', 'DejaVu Sans Mono', monospace;", svg)


def main() -> int:
    """Write the picture where the README looks for it."""
    with tempfile.TemporaryDirectory() as folder:
        svg = asyncio.run(picture(Path(folder)))
    (HERE / "desk.svg").write_text(self_contained(svg), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
