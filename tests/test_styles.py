"""Themes and looks: what can be told apart, how well it can be read, and that the desk changes as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, product

import pytest
from conftest import ADNKRONOS
from desks import SIZE, listed, settled
from rich.color import ColorSystem
from rich.style import Style
from seeing import (
    BRIGHTENS,
    INKS,
    PALETTES,
    VISIONS,
    apart_as_seen,
    console_inks,
    contrast,
    difference,
    inks,
    rgb,
)
from textual.color import Color
from textual.filter import NoColor
from textual.pilot import Pilot
from textual.strip import Strip

from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Span
from annotations.scheme import COLOURS, CONTENT, LAYERS, Scheme
from tui import styles
from tui.app import ChiosaApp
from tui.screens.keyed import KeyedScreen
from tui.themes import CONSOLE, DARK, HIGH_CONTRAST, LIGHT, TERMINAL, THEMES, Theme, ThemeError

OpenDesk = Callable[..., ChiosaApp]
STATUSES = (SUGGESTED, ACCEPTED, REJECTED)

EARLIER = {
    "PER": "cyan", "ORG": "yellow", "LOC": "green", "MISC": "red", "DATE": "blue",
    "CONTENT": "bright_yellow", "CUE": "magenta", "SOURCE": "bright_green",
}  # fmt: skip
"""The colours that the default scheme had before they were measured."""


@pytest.fixture(autouse=True)
def the_terminals_own() -> Iterator[None]:
    yield
    styles.use(TERMINAL)


def smallest(theme: Theme, colours: dict[str, str], scheme: Scheme) -> tuple[float, str]:
    """The smallest difference between two labels of one layer, and where it was found.

    Over all palettes and readers, and with each label in its colour or, where it may be bold, the bright one.
    Labels that a line under them tells apart are not compared; else letters or ground must differ.
    """
    styles.use(theme)
    found = []
    pairs = [
        pair for layer in LAYERS for pair in combinations([n for n in colours if scheme.layer(n) == layer], 2)
    ]
    for a, b in pairs:
        one, other = styles.label_style(colours[a]), styles.label_style(colours[b])
        if one.underline != other.underline:
            continue
        for palette, vision, x, y in product(PALETTES, VISIONS, (False, True), (False, True)):
            apart = apart_as_seen(inks(one, x), inks(other, y), palette, vision)
            found.append((apart, f"{a} and {b}, {vision}, {palette}"))
    return min(found)


# ---- colours ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_measure_is_the_published_one(
    one: tuple[float, float, float], other: tuple[float, float, float], apart: float
) -> None:
    """Of the test data of G. Sharma, W. Wu, E. N. Dalal, The CIEDE2000 color-difference formula (2005)."""
    assert difference(one, other) == pytest.approx(apart, abs=1e-4)


APART = {"terminal": 4.7, "dark": 6.1, "light": 6.1, "high-contrast": 4.7}
"""The smallest difference between two labels of one layer that a theme has for any reader, in CIEDE2000."""


@pytest.mark.parametrize("name", THEMES)
def test_labels_can_be_told_apart_without_seeing_all_colours(name: str, scheme: Scheme) -> None:
    apart, where = smallest(THEMES[name], {label.name: label.colour for label in scheme.labels}, scheme)
    assert round(apart, 1) == APART[name], where


def test_the_earlier_colours_could_not(scheme: Scheme) -> None:
    apart, where = smallest(TERMINAL, EARLIER, scheme)
    assert (round(apart, 1), where) == (1.7, "ORG and LOC, deuteranopia, Campbell")
    assert apart < min(APART.values())


def around_the_text() -> list[Style]:
    names = "PLAIN DIM BOLD BAR KEY MATCH SELECTION TAG SUGGESTED_LOOK ACCEPTED_LOOK WARNING"
    return [getattr(styles, name) for name in names.split()]


def span_style(label: str, status: str, current: bool, scheme: Scheme) -> Style:
    return styles.stretch_style(
        [Span("s", 0, 4, label, status, "rule:test")], "s" if current else None, scheme
    )


def every_span_style(scheme: Scheme) -> Iterator[Style]:
    for label, status, current in product(scheme.names, STATUSES, (False, True)):
        if current or status != REJECTED:
            yield span_style(label, status, current, scheme)


def lowest(looks: list[Style]) -> float:
    """The lowest contrast between letters and ground, on every palette and with bold as terminals show it."""
    return min(
        contrast(*(rgb(palette, n) for n in inks(style, brightens)))
        for style, palette in product(looks, PALETTES)
        for brightens in ((False, True) if palette in BRIGHTENS else (False,))
    )


CONTRAST = {"dark": (7.9, 3.0), "light": (6.4, 3.1), "high-contrast": (7.9, 7.8)}
"""The lowest contrast of text, and of labels, in the themes that have a ground of their own."""


@pytest.mark.parametrize("name", CONTRAST)
def test_what_has_its_own_ground_can_be_read(name: str, scheme: Scheme) -> None:
    styles.use(name)
    text = around_the_text()
    labels = [*map(styles.label_style, COLOURS), *every_span_style(scheme)]
    assert (round(lowest(text), 1), round(lowest(labels), 1)) == CONTRAST[name]
    assert lowest(text) >= 4.5
    assert lowest(labels) >= (7 if name == "high-contrast" else 3)


# ---- without colour -----------------------------------------------------------------------------------

Look = tuple[str, str]
State = tuple[str, str, bool]


def without_colour(style: Style) -> Style:
    """As Textual sends it with NO_COLOR."""
    (segment,) = Strip([*Strip.blank(1, style)]).apply_filter(NoColor(), Color.parse("black"))
    assert segment.style is not None
    return segment.style


def sgr(style: Style) -> str:
    """What a terminal of sixteen colours is sent."""
    return Strip.render_ansi(style, ColorSystem.STANDARD)


def looks(scheme: Scheme, draw: Callable[[Style], str]) -> dict[State, Look]:
    """How each label looks in each state, with its sign in the margin."""
    drawn = {}
    for label, status, current in product(scheme.names, STATUSES, (False, True)):
        sign = styles.margin_sign([Span("s", 0, 4, label, status, "rule:test")]) if label == CONTENT else ""
        drawn[label, status, current] = (draw(span_style(label, status, current, scheme)), sign)
    return drawn


EVERY = [*THEMES.values(), CONSOLE]


@pytest.mark.parametrize("theme", EVERY, ids=lambda theme: theme.name)
def test_states_can_be_told_without_colour(theme: Theme, scheme: Scheme) -> None:
    styles.use(theme)
    drawn = looks(scheme, lambda style: sgr(without_colour(style)))
    assert {code for look, _ in drawn.values() for code in look.split(";")} <= set("13479") | {"39", "49"}
    for (one, look), (other, its) in combinations(drawn.items(), 2):
        (label, status, current), (label2, status2, current2) = one, other
        if not (current or current2) and status == status2 == REJECTED:
            continue  # both are plain text
        if theme is CONSOLE:
            # It has no italic, and the row below the text says how far the current span is.
            must_differ = current != current2 or (not current and status != status2)
        else:
            layers = scheme.layer(label), scheme.layer(label2)
            must_differ = current != current2 or status != status2 or layers[0] != layers[1]
        assert look != its or not must_differ, (one, other)


@pytest.mark.parametrize("theme", EVERY, ids=lambda theme: theme.name)
def test_sixteen_colours_lose_nothing(theme: Theme, scheme: Scheme) -> None:
    styles.use(theme)
    of_all = set(looks(scheme, lambda style: Strip.render_ansi(style, ColorSystem.TRUECOLOR)).values())
    of_sixteen = set(looks(scheme, sgr).values())
    assert len(of_sixteen) == len(of_all)
    used = {n for style in [*around_the_text(), *every_span_style(scheme)] for n in inks(style)}
    assert used <= {*range(16), *INKS}, "more would cost more bytes, and the user's palette its say"


# ---- on a Linux console -------------------------------------------------------------------------------


@pytest.mark.parametrize("colour", [True, False], ids=["colour", "NO_COLOR"])
def test_a_linux_console_tells_what_is_undecided(colour: bool, scheme: Scheme) -> None:
    styles.use(CONSOLE)
    plain = console_inks(styles.PLAIN)
    for label in scheme.names:
        drawn = {}
        for status, current in product(STATUSES, (False, True)):
            style = span_style(label, status, current, scheme)
            drawn[status, current] = console_inks(style if colour else without_colour(style))
            readable = contrast(*(rgb("VGA", n) for n in drawn[status, current]))
            assert readable >= (4.5 if current and colour else 3), (label, status, current)
        assert drawn[REJECTED, False] == plain
        if label == CONTENT:  # its sign in the margin tells
            assert drawn[SUGGESTED, False] == drawn[ACCEPTED, False]
        else:
            assert len({drawn[status, False] for status in STATUSES}) == 3, label
        assert {drawn[status, True] for status in STATUSES}.isdisjoint(
            drawn[status, False] for status in STATUSES
        )


def test_labels_can_be_told_apart_on_a_linux_console(scheme: Scheme) -> None:
    styles.use(CONSOLE)
    for layer, apart in (("entities", 3.8), ("quotes", 18.3)):
        labels = [label for label in scheme.names if scheme.layer(label) == layer]
        found = []
        for status, (a, b) in product((SUGGESTED, ACCEPTED), combinations(labels, 2)):
            one, other = (console_inks(span_style(label, status, False, scheme)) for label in (a, b))
            for vision in VISIONS:
                found.append((apart_as_seen(one, other, "VGA", vision), a, b, status, vision))
        assert round(min(found)[0], 1) == apart, min(found)


def test_the_terminals_own_would_tell_too_little_there(scheme: Scheme) -> None:
    """Underlined words are cyan on a console whatever their label, and those in italic green."""
    suggested = {console_inks(span_style(label, SUGGESTED, False, scheme)) for label in ("PER", "ORG", "LOC")}
    quoted = {console_inks(span_style(CONTENT, status, False, scheme)) for status in (SUGGESTED, ACCEPTED)}
    assert (len(suggested), len(quoted)) == (1, 1)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("term", ["linux", "linux-16color"])
def test_a_linux_console_gets_its_own_theme(term: str, name: str) -> None:
    assert styles.for_terminal({"TERM": term}, name) is CONSOLE


@pytest.mark.parametrize("name", THEMES)
def test_other_terminals_get_what_was_wished_for(name: str) -> None:
    for environ in ({}, {"TERM": "xterm-256color"}, {"TERM": "xterm", "COLORFGBG": "15;0"}):
        assert styles.for_terminal(environ, name) is THEMES[name]


@pytest.mark.parametrize("ground", ["0;15", "0;default;15", "0;7"])
def test_a_terminal_that_says_it_is_light_gets_labels_for_that(ground: str, scheme: Scheme) -> None:
    theme = styles.for_terminal({"TERM": "xterm", "COLORFGBG": ground})
    assert (theme.name, theme.background, theme.foreground) == ("terminal", "default", "default")
    assert theme.colours == LIGHT.colours
    assert styles.for_terminal({"COLORFGBG": ground}, "dark") is DARK


def test_a_theme_that_is_not_there_is_told() -> None:
    for ask in (styles.use, lambda name: styles.for_terminal({"TERM": "linux"}, name)):
        with pytest.raises(
            ThemeError, match="no theme 'pink'; there are terminal, dark, light, high-contrast"
        ):
            ask("pink")
    assert styles.theme() is TERMINAL


# ---- a change of theme --------------------------------------------------------------------------------


def test_one_look_is_one_object(scheme: Scheme) -> None:
    before = span_style("PER", SUGGESTED, False, scheme)
    assert span_style("PER", SUGGESTED, False, scheme) is before
    assert span_style("PER", REJECTED, False, scheme) is styles.PLAIN
    styles.use("light")
    light = span_style("PER", SUGGESTED, False, scheme)
    assert light is span_style("PER", SUGGESTED, False, scheme)
    assert light != before
    assert span_style("PER", REJECTED, False, scheme) is styles.PLAIN
    assert (styles.background(), styles.theme().name) == ("ansi_bright_white", "light")


def test_a_label_that_the_scheme_lacks_is_in_the_texts_colour(scheme: Scheme) -> None:
    styles.use("light")
    assert span_style("SPORT", SUGGESTED, False, scheme).color == styles.PLAIN.color


def test_an_entity_in_the_current_quote_is_seen(scheme: Scheme) -> None:
    quote, name = Span("q", 0, 9, CONTENT, SUGGESTED), Span("n", 2, 5, "PER", SUGGESTED)
    for theme in EVERY:
        styles.use(theme)
        inside, around = (styles.stretch_style(spans, "q", scheme) for spans in ([quote, name], [quote]))
        show = console_inks if theme is CONSOLE else inks
        assert show(inside) != show(around), theme.name
        assert inside.reverse
        assert contrast(*(rgb("VGA", n) for n in show(inside))) >= 3


async def use_theme(pilot: Pilot[None], name: str) -> None:
    """What the app does for a change: nothing that was drawn holds, nor do the rows that screens keep."""
    app = pilot.app
    styles.use(name)
    for screen in app.screen_stack:
        if isinstance(screen, KeyedScreen):
            screen.restyle()
    await pilot.pause()


def cells(app: ChiosaApp) -> list[Style]:
    """The styles on screen."""
    strips = app.screen._compositor.render_strips()
    return [segment.style or Style.null() for strip in strips for segment in strip if segment.text]


@pytest.mark.parametrize("article", [ADNKRONOS, None], ids=["article", "list"])
@pytest.mark.parametrize("size", [SIZE, (120, 40)], ids=str)
async def test_the_whole_desk_changes(
    open_desk: OpenDesk, article: str | None, size: tuple[int, int]
) -> None:
    app = open_desk(article)
    async with app.run_test(size=size) as pilot:
        if article:
            await settled(pilot)
            await pilot.press("a", "x")
        else:
            await listed(pilot)
        first = cells(app)
        for theme in (DARK, LIGHT, HIGH_CONTRAST):
            await use_theme(pilot, theme.name)
            shown = cells(app)
            assert {styles.PLAIN, styles.BAR, styles.KEY} <= set(shown)
            old = [s for s in shown for c in (s.color, s.bgcolor) if c is None or c.is_default]
            assert old == [], theme.name
        await use_theme(pilot, "terminal")
        assert cells(app) == first


async def test_a_theme_costs_few_bytes(open_desk: OpenDesk) -> None:
    """A whole screen is at most a twentieth longer than in the terminal's own colours."""
    app = open_desk(ADNKRONOS)
    async with app.run_test(size=SIZE) as pilot:
        await settled(pilot)
        sent = {}
        for name in THEMES:
            await use_theme(pilot, name)
            sent[name] = sum(len(s.render(app.console)) for s in app.screen._compositor.render_strips())
        assert max(sent.values()) <= 1.05 * sent["terminal"], sent
        assert sent["dark"] == sent["terminal"]
