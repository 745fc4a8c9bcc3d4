"""What readers see of the sixteen colours on the terminals they have, measured."""

from __future__ import annotations

import math
from functools import cache

from rich.color import Color
from rich.style import Style

RGB = tuple[float, float, float]

PALETTES = {
    "xterm": "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5"
    " 7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff",
    "VGA": "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa"
    " 555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
    "Tango": "2e3436 cc0000 4e9a06 c4a000 3465a4 75507b 06989a d3d7cf"
    " 555753 ef2929 8ae234 fce94f 729fcf ad7fa8 34e2e2 eeeeec",
    "GNOME": "171421 c01c28 26a269 a2734c 12488b a347ba 2aa1b3 d0cfcc"
    " 5e5c64 f66151 33d17a e9ad0c 2a7bde c061cb 33c7de ffffff",
    "Campbell": "0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc"
    " 767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2",
}
"""The sixteen of xterm, of the Linux console (and nearly PuTTY), GNOME's two, and Windows Terminal's."""
BRIGHTENS = ("xterm", "VGA", "Campbell")
"""Where bold is shown in the bright colour unless the user has chosen otherwise."""
INKS = {16: "000000", 19: "0000af", 124: "af0000"}
"""Three that are the same on every terminal of 256 colours, which bold does not change."""
WHITE, BLACK = 7, 0
VISIONS = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Linear RGB as readers see it: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, A physiologically-based
model for simulation of color vision deficiency, IEEE TVCG 15 (2009), 1291-1298; severity 1.0."""


def rgb(palette: str, number: int) -> RGB:
    """A colour of a palette, or one of `INKS`."""
    code = INKS.get(number) or PALETTES[palette].split()[number]
    return int(code[:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:], 16) / 255


def number(color: Color | None, default: int) -> int:
    if color is None or color.is_default:
        return default
    assert color.number is not None
    return color.number


def inks(style: Style, brightens: bool = False) -> tuple[int, int]:
    """Letters and ground, as numbers in a palette, on a terminal with light letters on a dark ground."""
    ink, ground = number(style.color, WHITE), number(style.bgcolor, BLACK)
    if brightens and style.bold and ink < 8 and style.color is not None and not style.color.is_default:
        ink += 8
    return (ground, ink) if style.reverse else (ink, ground)


def console_inks(style: Style) -> tuple[int, int]:
    """The same on a Linux console, by the rules of ``build_attr`` in the kernel's ``drivers/tty/vt/vt.c``."""
    ink, ground = number(style.color, WHITE), number(style.bgcolor, BLACK) % 8
    bold = bool(style.bold) or ink > 7
    ink = 2 if style.italic else 6 if style.underline else 8 if style.dim and not bold else ink % 8
    if style.reverse:
        ink, ground = ink & 8 | ground, ink & 7
    return ink ^ 8 if bold else ink, ground


def linear(colour: RGB) -> RGB:
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return r, g, b


def times(matrix: tuple[tuple[float, ...], ...], colour: RGB) -> RGB:
    x, y, z = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in matrix)
    return x, y, z


def contrast(one: RGB, other: RGB) -> float:
    """The ratio of WCAG 2: 1 to 21."""
    dark, light = sorted(times(((0.2126, 0.7152, 0.0722),) * 3, linear(c))[0] for c in (one, other))
    return (light + 0.05) / (dark + 0.05)


@cache
def lab(palette: str, number: int, vision: str) -> RGB:
    """CIE L*a*b* (D65) of a colour as readers of a kind see it."""
    r, g, b = (min(1.0, max(0.0, c)) for c in times(VISIONS[vision], linear(rgb(palette, number))))
    to_xyz = (
        (0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047),
        (0.2126729, 0.7151522, 0.0721750),
        (0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883),
    )
    x, y, z = (
        t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in times(to_xyz, (r, g, b))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: RGB, other: RGB) -> float:
    """CIEDE2000 between two colours in L*a*b*; two patches side by side are told apart from about 2."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean7 = ((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2) ** 7
    grow = 1.5 - math.sqrt(mean7 / (mean7 + 25**7)) / 2
    c1, c2 = math.hypot(a1 * grow, b1), math.hypot(a2 * grow, b2)
    h1, h2 = (math.degrees(math.atan2(b, a * grow)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue = h1 + turn / 2 if c1 * c2 else h1 + h2
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    weights = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    t = 1 + sum(w * math.cos(math.radians(n * hue + shift)) for w, n, shift in weights)
    dl = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2))
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    bend = 60 * math.exp(-((((hue % 360) - 275) / 25) ** 2))
    rotation = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(math.radians(bend))
    return math.sqrt(dl**2 + dc**2 + dh**2 + rotation * dc * dh)


@cache
def apart_as_seen(one: tuple[int, int], other: tuple[int, int], palette: str, vision: str) -> float:
    """How different two looks are in their letters or their grounds, whichever differ more."""
    return max(
        difference(lab(palette, a, vision), lab(palette, b, vision)) for a, b in zip(one, other, strict=True)
    )
