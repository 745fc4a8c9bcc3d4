"""Themes: which colours and attributes say what a span is and how far its review has come.

All colours but three inks are of the terminal's sixteen, or its default ones: they follow the user's palette,
cost few bytes on the line and are there on the poorest terminal. How well each can be read on its ground, and
which labels can be told apart by readers who do not see all colours, is measured in ``tests/test_styles.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace
from rich.style import Style

from annotations.errors import ChiosaError
from annotations.language import _


class ThemeError(ChiosaError):
    """There is no theme of that name."""


class Looks(Struct, frozen=True):
    """The attributes of a span's states, as words of a Rich style; those that apply are joined.

    ``cue``, ``source`` and ``content`` are those of the quote that is current, or whose cue or source is.
    ``suggested_line`` takes the place of ``suggested`` in quotes, which run over lines and would shout, and
    in the current span.
    """

    suggested: str = "underline"
    suggested_line: str = "underline"
    accepted: str = "bold"
    rejected: str = "strike"
    quoted: str = "italic"
    current: str = "bold reverse"
    cue: str = "bold underline"
    source: str = "bold underline2"
    content: str = "bold"


LINES = Looks()
"""Undecided words are underlined."""
BLOCKS = Looks(suggested="reverse")
"""Undecided words are blocks of their label's colour; a line under the words is free to tell labels."""
CONSOLE_BLOCKS = Looks(suggested="reverse", suggested_line="", rejected="", quoted="")
"""The same with what a Linux console has: bold and reverse."""
INK, INK_RED, INK_BLUE = "color(16)", "color(124)", "color(19)"
"""Dark colours that stay so in bold, for which many terminals take the bright one of the sixteen: that is too
light for paper, and grey for black. A terminal with only sixteen gets black, red and blue."""


class Theme(Struct, frozen=True):
    """How everything on the desk looks; all but the names are words of a Rich style.

    ``foreground`` and ``background`` are of the sixteen, or ``default``. ``colours`` says how a colour of the
    scheme is shown, if not as itself; that may be with an attribute. ``own`` is the colour of the current
    span, if not its label's. The rest is for what is no span.
    """

    name: str
    foreground: str = "default"
    background: str = "default"
    colours: Mapping[str, str] = {}
    looks: Looks = LINES
    own: str = ""
    strong: str = "bold"
    dim: str = "dim"
    key: str = "bold cyan"
    match: str = "reverse yellow"
    tag: str = "bold reverse cyan"
    warning: str = "bold yellow"

    def style(self, words: str = "") -> Style:
        """A style on the theme's ground; the same object for the same words."""
        return Style.parse(f"{self.foreground} on {self.background} {words}")

    def shown(self, colour: str) -> str:
        """How a colour of the scheme is shown."""
        return self.colours.get(colour, colour)


TERMINAL = Theme(
    "terminal",
    # On an unknown ground white may be the paper; the text's own colour is always there.
    colours={"white": "default", "bright_white": "default"},
)
DARK = Theme(
    "dark",
    foreground="white",
    background="black",
    colours={
        "black": "white",
        "red": "bright_red",
        "blue": "bright_blue",
        "magenta": "bright_magenta",
        "bright_black": "white",
    },
    key="bold bright_cyan",
    match="reverse bright_yellow",
    tag="bold reverse bright_cyan",
    warning="bold bright_yellow",
)
LIGHT = Theme(
    "light",
    foreground="black",
    background="bright_white",
    # On paper only dark letters can be read: red, blue, grey and ink, and for more labels ink on a ground.
    colours={
        "black": INK,
        "green": "blue",
        "yellow": INK,
        "magenta": "red",
        "cyan": f"{INK} on bright_cyan",
        "white": "bright_black",
        "bright_red": f"{INK} on white",
        "bright_green": "blue",
        "bright_yellow": f"{INK} on bright_yellow",
        "bright_blue": "blue",
        "bright_magenta": "red",
        "bright_cyan": "blue",
        "bright_white": "bright_black",
    },
    looks=Looks(current="reverse"),
    strong=f"bold {INK}",
    key=f"bold {INK_BLUE}",
    match=f"reverse bright_yellow on {INK}",
    tag=f"bold reverse {INK_BLUE}",
    warning=f"bold {INK_RED}",
)
HIGH_CONTRAST = Theme(
    "high-contrast",
    foreground="bright_white",
    background="black",
    # Three colours are left that are light enough: a line under the words makes them six.
    colours={
        "black": "white",
        "red": "underline white",
        "green": "bright_green",
        "yellow": "bright_yellow",
        "blue": "underline bright_green",
        "magenta": "underline bright_green",
        "cyan": "bright_cyan",
        "bright_black": "white",
        "bright_red": "underline white",
        "bright_blue": "underline bright_green",
        "bright_magenta": "underline bright_green",
        "bright_white": "underline bright_cyan",
    },
    looks=BLOCKS,
    own="bright_white",
    dim="white",
    key="bold bright_cyan",
    match="bold underline reverse bright_yellow",
    tag="bold reverse bright_white",
    warning="bold bright_yellow",
)
CONSOLE = Theme(
    "console",
    # Bold makes these bright: what is accepted is a lighter shade of the same colour.
    colours={
        "black": "white",
        "red": "green",
        "blue": "magenta",
        "bright_black": "white",
        "bright_red": "green",
        "bright_green": "green",
        "bright_yellow": "yellow",
        "bright_blue": "magenta",
        "bright_magenta": "magenta",
        "bright_cyan": "cyan",
        "bright_white": "white",
    },
    looks=CONSOLE_BLOCKS,
    # Reversed and bold there means: white letters, made bright, on blue.
    own="blue on white",
    dim="",
    match="bold reverse red on white",
    tag="bold reverse blue on white",
)

THEMES: Mapping[str, Theme] = {theme.name: theme for theme in (TERMINAL, DARK, LIGHT, HIGH_CONTRAST)}
"""The themes that a person can choose, by name."""


def named(name: str) -> Theme:
    """The theme of a name.

    Raises:
        ThemeError: there is none.
    """
    if name not in THEMES:
        raise ThemeError(
            _("there is no theme {name}; there are {names}").format(name=repr(name), names=", ".join(THEMES))
        )
    return THEMES[name]


def for_terminal(environ: Mapping[str, str], name: str = TERMINAL.name) -> Theme:
    """The theme of a name, as far as the terminal that ``environ`` tells of can show it.

    A Linux console shows eight colours, bold as a brighter one, underlined and italic words in a colour of
    their own, and nothing struck through: there every theme is one of blocks on the console's own ground.
    Terminals that tell of their ground in ``COLORFGBG`` get the labels of the light theme on a light one.

    Raises:
        ThemeError: there is no theme of that name.
    """
    theme = named(name)
    if environ.get("TERM", "").startswith("linux"):
        return CONSOLE
    ground = environ.get("COLORFGBG", "").rpartition(";")[2]
    if theme is TERMINAL and ground in ("7", "15"):
        return replace(LIGHT, name=theme.name, foreground=theme.foreground, background=theme.background)
    return theme
