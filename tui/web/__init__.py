"""The desk in a browser: Textual's web server, made safe for one machine, and what the desk does under it."""

from __future__ import annotations

import os

_VARIABLE = "TEXTUAL_DRIVER"
_WEB_DRIVER = "textual.drivers.web_driver:WebDriver"


def served() -> bool:
    """Whether a server of Textual apps has started this program, and stands where the terminal would be."""
    return os.environ.get(_VARIABLE) == _WEB_DRIVER
