"""Pictures of the screens, compared with those that were looked at and accepted.

After a wanted change: ``pytest tests/test_snapshots.py --snapshot-update``, and look at every picture again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ADNKRONOS
from textual.app import App
from textual.pilot import Pilot

from annotations import edits, language
from annotations.annotation import SUGGESTED, Annotation, Link, Proposal, Span
from annotations.article import load_article
from annotations.history import History
from annotations.store import Store
from annotations.suggestions import merge
from tui import styles
from tui.app import ChiosaApp
from tui.commands.desk import set_up
from tui.practice import load_script, practice
from tui.screens.article import ArticleScreen
from tui.screens.articles import ArticlesScreen
from tui.screens.hits import HitsScreen
from tui.screens.spread import SpreadScreen
from tui.screens.tutorial import TutorialApp
from tui.settings import Settings
from tui.widgets.panel import Panel

SnapCompare = Callable[..., bool]
OpenDesk = Callable[..., ChiosaApp]
SIZES = [(80, 24), (120, 40)]

MARKED = {
    "2025-09-04": "DATE", "Emmanuel Macron": "PER", "Volodymyr Zelensky": "PER", "Parigi": "LOC",
    "Ucraina": "LOC", '"tenterà"': "CONTENT", "Donald Trump": "PER", "Mosca": "LOC", "Europa": "ORG",
    "Usa": "LOC", "Putin": "PER", "dichiarato": "CUE", "Studio Ovale": "LOC", "Axios": "ORG",
}  # fmt: skip


@pytest.fixture
def reviewed(folder: Path, store: Store) -> Store:
    """A store in which the Adnkronos article is half reviewed, whatever the suggesters think of it."""
    article = load_article(folder / f"{ADNKRONOS}.txt")
    text = article.text
    spans = []
    for words, label in MARKED.items():
        start = text.index(words)
        spans.append(
            Span(f"p{len(spans)}", start, start + len(words), label, SUGGESTED, origin="rule:test", score=0.9)
        )
    start = text.index('"Lui sa bene')
    spans.append(
        Span("quote", start, text.index('cose"') + 5, "CONTENT", SUGGESTED, origin="rule:test", score=0.8)
    )
    start = text.index("Trump dallo")
    spans += [
        Span("who", start, start + 5, "SOURCE", SUGGESTED, origin="rule:test", score=0.7),
        Span("name", start, start + 5, "PER", SUGGESTED, origin="rule:test", score=0.95),
    ]
    links = (Link("quote", "cue", "p11"), Link("quote", "source", "who"))
    annotation = merge(Annotation("Lina"), Proposal(tuple(spans), links), store.scheme, "rules@test")
    history = History(annotation)
    for name, words in (("accept", "2025-09-04 Macron Zelensky Europa"), ("reject", '"tenterà"')):
        for span in history.annotation.spans:
            if any(word in text[span.start : span.end] for word in words.split()):
                if name == "accept":
                    changed = edits.accept(history.annotation, span.id, store.scheme)
                else:
                    changed = edits.reject(history.annotation, span.id)
                at = f"2025-09-05T10:00:{len(history.edits):02}.000+00:00"
                history = history.apply(name, changed, span.id, at, (2, 3.5))
    session = store.open(article)
    session.save(history)
    session.close()
    return store


@pytest.fixture(autouse=True)
def as_it_comes() -> Iterator[None]:
    """Each picture begins with the terminal's theme and English, and leaves them behind."""
    yield
    styles.use("terminal")
    language.use("en")


def ready(*keys: str) -> Callable[[Pilot[None]], object]:
    """Wait until nothing more comes by itself, then press keys."""

    async def run(pilot: Pilot[None]) -> None:
        app: App[None] = pilot.app
        for _ in range(200):
            screen = app.screen
            if isinstance(screen, ArticlesScreen) and screen.entries:
                break
            if isinstance(screen, ArticleScreen) and screen.review.tokens is not None and not screen.notice:
                break
            await pilot.pause(0.02)
        await pilot.press(*keys)
        while any(panel.resting for screen in app.screen_stack for panel in screen.query(Panel)):
            await pilot.pause(0.05)
        await pilot.pause()

    return run


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_list(
    snap_compare: SnapCompare,
    open_desk: OpenDesk,
    reviewed: Store,
    folder: Path,
    size: tuple[int, int],
) -> None:
    (folder / "vuoto.txt").write_bytes(b"")
    assert snap_compare(open_desk(model="none"), terminal_size=size, run_before=ready("j"))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_article(
    snap_compare: SnapCompare, open_desk: OpenDesk, reviewed: Store, size: tuple[int, int]
) -> None:
    app = open_desk(ADNKRONOS, model="none")
    assert snap_compare(app, terminal_size=size, run_before=ready())


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_quote_is_current(
    snap_compare: SnapCompare, open_desk: OpenDesk, reviewed: Store, size: tuple[int, int]
) -> None:
    """The whole quote stands out, the cue and the source are named."""
    app = open_desk(ADNKRONOS, model="none")
    assert snap_compare(app, terminal_size=size, run_before=ready(*"nnnn"))


def test_no_colour(
    snap_compare: SnapCompare,
    open_desk: OpenDesk,
    reviewed: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = open_desk(ADNKRONOS, model="none")
    assert snap_compare(app, terminal_size=(80, 24), run_before=ready())


def test_small(snap_compare: SnapCompare, open_desk: OpenDesk, reviewed: Store) -> None:
    app = open_desk(ADNKRONOS, model="none")
    assert snap_compare(app, terminal_size=(50, 12), run_before=ready("n"))


THEMES = ("dark", "light", "high-contrast")
SCREENS = {
    "list": None,
    "filter": ("slash", *"lis"),
    "article": (),
    "source": (*"nnnn", "s"),
    "cue": (*"nnnn", "c"),
    "searching": ("slash", *"trump"),
    "select": ("slash", *"coalizione", "enter", "v", "l", "l"),
    "hop": ("f",),
    "bulk": ("e",),
    "split": ("slash", *"coalizione", "enter", "v", "l", "l", "1", "P", "minus"),
    "note": ("y", *"da rivedere"),
    "help": ("question_mark",),
    "palette": ("ctrl+p", *"all"),
    "speakers": ("w",),
    "guidelines": ("L",),
    "statistics": ("S",),
    "hits": ("slash", *"Trump", "tab"),
}
"""By their name, the keys that lead there from the article; for None, and for the filter, from the list."""


async def found(pilot: Pilot[None]) -> None:
    """Wait until a search over all articles is over."""
    for _ in range(200):
        screen = pilot.app.screen
        if not isinstance(screen, HitsScreen) or (screen.hits and screen.message):
            break
        await pilot.pause(0.02)
    await pilot.pause()


def picture(name: str) -> Callable[[Pilot[None]], object]:
    async def run(pilot: Pilot[None]) -> None:
        await ready(*(SCREENS[name] or ()))(pilot)  # type: ignore[misc]
        await found(pilot)

    return run


@pytest.mark.parametrize("spoken", ["en", "it"])
@pytest.mark.parametrize("name", SCREENS)
def test_screen(
    snap_compare: SnapCompare, open_desk: OpenDesk, reviewed: Store, name: str, spoken: str
) -> None:
    language.use(spoken)
    app = open_desk(None if name in ("list", "filter") else ADNKRONOS, model="none")
    assert snap_compare(app, terminal_size=(80, 24), run_before=picture(name))


LOOKS = (*THEMES, "no colour")
LOOKED_AT = {"quote": (*"nnnn",), "choose": (*"nnnn", "s"), "hits": SCREENS["hits"], "help": SCREENS["help"]}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", LOOKED_AT)
def test_look(
    snap_compare: SnapCompare, open_desk: OpenDesk, reviewed: Store, monkeypatch: pytest.MonkeyPatch,
    name: str, look: str,
) -> None:  # fmt: skip
    if look == "no colour":
        monkeypatch.setenv("NO_COLOR", "1")
    else:
        styles.use(look)

    async def run(pilot: Pilot[None]) -> None:
        await ready(*(LOOKED_AT[name] or ()))(pilot)  # type: ignore[misc]
        await found(pilot)

    app = open_desk(ADNKRONOS, model="none")
    assert snap_compare(app, terminal_size=(80, 24), run_before=run)


@pytest.mark.parametrize("name", ["palette", "hits"])
def test_wide(snap_compare: SnapCompare, open_desk: OpenDesk, reviewed: Store, name: str) -> None:
    app = open_desk(ADNKRONOS, model="none")
    assert snap_compare(app, terminal_size=(120, 40), run_before=picture(name))


@pytest.mark.parametrize("spoken", ["en", "it"])
def test_preview_of_a_decision_in_all_articles(
    snap_compare: SnapCompare, open_desk: OpenDesk, reviewed: Store, folder: Path, spoken: str
) -> None:
    language.use(spoken)
    text = "Ieri.\n\nIl presidente Trump è atteso a Roma. La Trump Tower è chiusa. Trump tace.\n"
    (folder / "altro.txt").write_text(text, encoding="utf-8")

    async def run(pilot: Pilot[None]) -> None:
        await ready("enter")(pilot)  # type: ignore[misc]
        for _ in range(200):
            if isinstance(pilot.app.screen, ArticleScreen):
                break
            await pilot.pause(0.02)
        await ready("slash", *"Trump dallo", "enter")(pilot)  # type: ignore[misc]
        screen = pilot.app.screen
        assert isinstance(screen, ArticleScreen)
        screen.review.go_to(next(s.id for s in screen.review.annotation.spans if s.id.startswith("s")
                                 and s.label == "PER" and screen.review.words(s) == "Trump"))  # fmt: skip
        await screen.action_same_everywhere()
        for _ in range(200):
            shown = pilot.app.screen
            if isinstance(shown, SpreadScreen) and shown.changes:
                break
            await pilot.pause(0.02)
        await pilot.press("space")
        await pilot.pause()

    assert snap_compare(open_desk(model="none"), terminal_size=(80, 24), run_before=run)


@pytest.mark.parametrize("spoken", ["en", "it"])
def test_notices(
    snap_compare: SnapCompare, open_desk: OpenDesk, reviewed: Store, folder: Path, spoken: str
) -> None:
    """The text has changed since the review."""
    language.use(spoken)
    path = folder / f"{ADNKRONOS}.txt"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Emmanuel Macron", "Il capo").replace("Axios", ""), encoding="utf-8")
    app = open_desk(ADNKRONOS, model="none")
    assert snap_compare(app, terminal_size=(80, 24), run_before=ready())


@pytest.mark.parametrize("spoken", ["en", "it"])
def test_tutorial(snap_compare: SnapCompare, spoken: str) -> None:
    language.use(spoken)
    script = load_script()
    with practice(script) as desk:
        app = TutorialApp(desk, script)
        assert snap_compare(app, terminal_size=(80, 24), run_before=ready("n", "p"))


@pytest.mark.parametrize("spoken", ["en", "it"])
def test_faulty_settings(
    snap_compare: SnapCompare, open_desk: OpenDesk, reviewed: Store, spoken: str
) -> None:
    language.use(spoken)
    app = open_desk(model="none")
    set_up(app.desk, Settings(), ("settings.toml:2: theme cannot be azzurro",))
    assert snap_compare(app, terminal_size=(80, 24), run_before=ready())


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("theme", THEMES)
def test_theme(
    snap_compare: SnapCompare, open_desk: OpenDesk, reviewed: Store, theme: str, size: tuple[int, int]
) -> None:
    styles.use(theme)
    app = open_desk(ADNKRONOS, model="none")
    assert snap_compare(app, terminal_size=size, run_before=picture("source"))


@pytest.mark.parametrize("theme", THEMES)
def test_theme_of_the_list(
    snap_compare: SnapCompare, open_desk: OpenDesk, reviewed: Store, theme: str
) -> None:
    styles.use(theme)
    assert snap_compare(open_desk(model="none"), terminal_size=(80, 24), run_before=picture("list"))
