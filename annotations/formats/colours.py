"""The terminal's sixteen colours as other tools want them."""

from __future__ import annotations

from annotations.scheme import Scheme

BACKGROUNDS = {
    "red": "#c0392b", "green": "#27803b", "yellow": "#c9a400", "blue": "#2f5fb3", "magenta": "#8e44ad",
    "cyan": "#16818c", "white": "#b8bcc0", "black": "#3a3f44",
    "bright_red": "#ff8a80", "bright_green": "#8fd694", "bright_yellow": "#ffe066", "bright_blue": "#82b1ff",
    "bright_magenta": "#e3a1f2", "bright_cyan": "#7fdbe6", "bright_white": "#e8eaed",
    "bright_black": "#7a8087",
}  # fmt: skip
"""A web colour for each of a scheme's colours, to stand behind words."""
_DARK, _LIGHT = "#000000", "#ffffff"


def background(scheme: Scheme, label: str) -> str:
    """The colour behind a label's words; grey for a label that the scheme does not have."""
    return BACKGROUNDS[scheme[label].colour if label in scheme else "white"]


def foreground(colour: str) -> str:
    """Black or white, whichever has more contrast on a web colour."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return _DARK if (luminance + 0.05) ** 2 > 0.05 * 1.05 else _LIGHT
