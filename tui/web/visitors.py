"""Whose requests are answered: those of a page that this server itself has sent to the browser.

A browser runs the pages of strangers too, and reaches the desk for them: by a WebSocket to this machine, or
by a name of theirs that suddenly means this machine (DNS rebinding). The first comes with a foreign
``Origin``, the second with a foreign ``Host``; pages can set neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from multidict import CIMultiDictProxy

_HERE = re.compile(r"(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?", re.ASCII | re.IGNORECASE)

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-cache",
}
"""With every answer: nothing is fetched from elsewhere, and no other page may show or read this one.

The terminal in the page makes style sheets as it runs, hence ``unsafe-inline`` for them.
"""


def welcome(headers: CIMultiDictProxy[str], *, drives: bool) -> bool:
    """Whether a request comes from a page of ours; one that ``drives`` the desk has to say so.

    The port may be any, since the near end of a tunnel may have another: what counts is that the page and
    the request name the same.
    """
    hosts = headers.getall("Host", [])
    origins = headers.getall("Origin", [])
    if len(hosts) != 1 or not _HERE.fullmatch(hosts[0]):
        return False
    if not origins:
        return not drives
    return origins == [f"http://{hosts[0]}"]
