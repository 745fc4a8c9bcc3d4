"""``python annotations/locale/update.py``: gather the messages of the source into the Italian catalogue.

New messages are added to ``it/LC_MESSAGES/chiosa.po`` without a translation, which a test then asks for;
those that the source no longer has are dropped; ``chiosa.mo`` is compiled from it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent.parent
PO = Path(__file__).parent / "it" / "LC_MESSAGES" / "chiosa.po"
MO = PO.with_suffix(".mo")
PACKAGES = ("annotations", "tui")
HEADER = "# Chiosa's messages in Italian. Written by update.py from the source; put in what is missing."
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "N_": None, "n_": (1, 2)}


def messages() -> Catalog:
    """What the source says, with the files that say it."""
    catalogue = Catalog(project="Chiosa", charset="utf-8")
    for package in PACKAGES:
        found = extract_from_dir(
            ROOT / package, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=("i18n:",)
        )
        for name, _line, message, comments, _context in found:
            # no line numbers: they would change at every edit of a file
            catalogue.add(message, None, [(f"{package}/{name}", 0)], auto_comments=comments)
    return catalogue


def main() -> int:
    """Update the two files; the exit code is 1 while translations are missing."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    translated = Catalog(locale="it", charset="utf-8", project="Chiosa", header_comment=HEADER)
    if PO.exists():
        with PO.open("rb") as file:
            translated = read_po(file, locale="it")
    translated.update(messages(), no_fuzzy_matching=True, update_header_comment=False)
    translated.obsolete.clear()
    translated.fuzzy = False
    for message in translated:
        message.flags.discard("fuzzy")  # of a message that now counts; what it lacks is asked for below
    translated.project, translated.version = "Chiosa", ""
    translated.msgid_bugs_address = translated.last_translator = translated.language_team = ""
    translated.creation_date = translated.revision_date = datetime(2026, 11, 22, tzinfo=UTC)
    with PO.open("wb") as file:
        write_po(file, translated, width=100, sort_output=True, include_lineno=False)
    missing = [message.id for message in translated if message.id and not _complete(message.string)]
    for english in missing:
        print(f"not translated: {english}", file=sys.stderr)
        translated.delete(english)  # compiled, a plural without translation would be shown as nothing
    with MO.open("wb") as file:
        write_mo(file, translated)
    return 1 if missing else 0


def _complete(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


if __name__ == "__main__":
    sys.exit(main())
