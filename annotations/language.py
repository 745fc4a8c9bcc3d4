"""What a person reads, in their language: Italian or English.

English is written in the source. ``_`` translates a message where it is shown, ``n_`` one that counts, and
``N_`` only marks a message that is translated later, such as one in a table. What is filled in comes after
the translation: ``_("{file}: is empty").format(file=path)``.

The language is that of ``$LANGUAGE``, ``$LC_ALL``, ``$LC_MESSAGES`` or ``$LANG``, as gettext looks them up,
unless `use` names one. Translations are in ``annotations/locale``; after a change of messages run
``python annotations/locale/update.py``.
"""

from __future__ import annotations

import gettext
import os
from pathlib import Path

DOMAIN = "chiosa"
LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("en", "it")

_catalogue: gettext.NullTranslations | None = None


def use(language: str | None) -> None:
    """Speak a language from now on, here and in programs that are started from here; None: the environment's.

    The messages of argparse follow too: it asks gettext's default domain.
    """
    global _catalogue
    if language is not None:
        os.environ["LANGUAGE"] = language
    _catalogue = gettext.translation(DOMAIN, LOCALE, fallback=True)
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)


def language() -> str:
    """The language that is spoken: ``en`` or ``it``."""
    return _present().info().get("language", "en") or "en"


def _(message: str) -> str:
    """A message in the language that is spoken."""
    return _present().gettext(message)


def n_(one: str, many: str, number: int, **values: object) -> str:
    """A message for so many of a thing; ``{n}`` in it is the number, other names are filled in too."""
    return _present().ngettext(one, many, number).format(n=number, **values)


def N_(message: str) -> str:
    """The message as it is; marks it for translation where it is shown."""
    return message


def _present() -> gettext.NullTranslations:
    if _catalogue is None:
        use(None)
    assert _catalogue is not None
    return _catalogue
