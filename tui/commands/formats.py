"""``chiosa formats``: what can be exported and imported."""

from __future__ import annotations

import argparse

from annotations.formats import Trait, broken, formats
from annotations.language import N_, _
from tui.commands.common import say
from tui.display import display_line

SUMMARY = N_("list what can be exported and imported")
EXAMPLE = N_("chiosa formats --losses")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("--losses", action="store_true", help=_("also what each has no place for"))


def run(args: argparse.Namespace) -> int:
    """One format a line, its name first."""
    for name, known in formats().items():
        ways = "/".join(way for way, there in (("export", known.write), ("import", known.read)) if there)
        line = f"{name:12} {ways:14} {_(known.description)}"
        if known.extra:
            line += " " + _("(needs pip install 'chiosa[{extra}]')").format(extra=known.extra)
        print(display_line(line))
        missing = [_(trait.value) for trait in Trait if trait not in known.carries]
        if args.losses and missing:
            print(f"{'':27} " + _("without {what}").format(what="; ".join(missing)))
    for name, reason in broken().items():
        say(
            _("format {name}: cannot be loaded ({reason}); mend or remove its package").format(
                name=name, reason=reason
            )
        )
    return 0
