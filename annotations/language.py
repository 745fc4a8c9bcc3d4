"""What a person reads, in their language: Italian or English.

English is written in the source. ``_`` translates a message where it is shown, ``n_`` one that counts, and
``N_`` only marks a message that is translated later, such as one in a table. What is filled in comes after
the translation: ``_("{file}: is empty").format(file=path)``. `Kept` is a message that files keep as well.

The language is the first of ``$LANGUAGE``, ``$LC_ALL``, ``$LC_MESSAGES`` or ``$LANG`` that Chiosa speaks,
unless `use` names one. Translations are in ``annotations/locale``; after a change of messages run
``python annotations/locale/update.py``.
"""

from __future__ import annotations

import gettext
import os
import re
from pathlib import Path
from typing import Any

DOMAIN = "chiosa"
LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("en", "it")
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_NO_DOMAIN = "messages"
"""gettext's own default, for which there is no catalogue."""

_catalogue: gettext.NullTranslations | None = None


def use(language: str | None) -> None:
    """Speak a language from now on, here and in programs that are started from here; None: the environment's.

    The messages of argparse follow too: it asks gettext's default domain.
    """
    global _catalogue
    if language is not None:
        os.environ["LANGUAGE"] = language
    spoken = _wanted()
    if spoken == "en":
        _catalogue = gettext.NullTranslations()
    else:
        _catalogue = gettext.translation(DOMAIN, LOCALE, [spoken], fallback=True)
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(_NO_DOMAIN if spoken == "en" else DOMAIN)


def language() -> str:
    """The language that is spoken: ``en`` or ``it``."""
    return _present().info().get("language", "en") or "en"


def _(message: str) -> str:
    """A message in the language that is spoken."""
    # gettext answers the empty message with the catalogue's header
    return _present().gettext(message) if message else ""


def n_(one: str, many: str, number: int, /, **values: object) -> str:
    """A message for so many of a thing; ``{n}`` in it is the number, other names are filled in too."""
    return _present().ngettext(one, many, number).format(n=number, **values)


def N_(message: str) -> str:
    """The message as it is; marks it for translation where it is shown."""
    return message


class Kept(str):
    """A message that files keep too: English as a string, whoever writes the file; `shown` is for a person.

    ``Kept(N_("{task}: no article is done"), task=name)``
    """

    __slots__ = ("message", "values")

    message: str
    values: dict[str, Any]

    def __new__(cls, message: str, /, **values: Any) -> Kept:
        """The message with its values."""
        kept = super().__new__(cls, message.format(**values) if values else message)
        kept.message, kept.values = message, values
        return kept

    @property
    def shown(self) -> str:
        """The message in the language that is spoken."""
        if not self.values:
            return _(self.message)
        values = {name: v.shown if isinstance(v, Kept) else v for name, v in self.values.items()}
        return _(self.message).format(**values)


def _wanted() -> str:
    """The first language of the environment that Chiosa speaks, else English."""
    value = next(filter(None, map(os.environ.get, _VARIABLES)), "")
    for code in value.lower().split(":"):
        name = re.split("[^a-z]", code)[0]
        if name in LANGUAGES:
            return name
        if name in ("c", "posix"):
            break
    return "en"


def _present() -> gettext.NullTranslations:
    if _catalogue is None:
        use(None)
    assert _catalogue is not None
    return _catalogue
