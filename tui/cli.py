"""The command line: ``chiosa [PATH]`` and ``chiosa COMMAND …``.

Data goes to stdout, messages to stderr. Exit status: 0 success, 1 the work failed, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from keyword import iskeyword
from types import ModuleType
from typing import NoReturn

from annotations import __version__
from annotations.atomic import EVERYONE
from annotations.errors import ChiosaError, why
from annotations.language import _, use
from tui.display import display_line
from tui.keys import actions
from tui.settings import Settings, SettingsError, load_settings, settings_path

COMMANDS = (
    "show", "suggest", "export", "import", "formats", "next", "train", "evaluate", "compare", "adjudicate",
    "stats", "check", "serve", "tutorial", "settings",
)  # fmt: skip
"""Modules of `tui.commands`; anything else on the command line belongs to the desk."""


class _Parser(argparse.ArgumentParser):
    """Quotes a wrong command line as what is safe to print."""

    def error(self, message: str) -> NoReturn:
        super().error(display_line(message))


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit status."""
    # What Chiosa and the libraries that it calls write is never for everyone to write to, whatever the umask.
    os.umask(os.umask(0o077) | EVERYONE)
    settings, faults = _settings()
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = arguments.pop(0) if arguments and arguments[0] in COMMANDS else "desk"
    module = _module(name)
    wants_help = bool({"-h", "--help"} & set(arguments))
    args = _parser(name, module, wants_help).parse_args(arguments)
    args.settings = settings
    args.settings_faults = faults
    try:
        status: int = module.run(args)
        sys.stdout.flush()
        return status
    except ChiosaError as error:
        from tui.commands.common import say

        for line in str(error).split("\n"):
            say(line)
        return 1
    except BrokenPipeError:
        # The reader of our output has left (head, less): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        from tui.commands.common import say

        where = error.filename or _("output")
        say(f"{where}: {why(error)}")
        return 1
    except KeyboardInterrupt:
        return 130


def _settings() -> tuple[Settings, tuple[str, ...]]:
    """What the user has set, and what is wrong with it; from now on their language is spoken."""
    use(None)
    faults: SettingsError | None = None
    try:
        settings = load_settings(settings_path(os.environ), actions())
    except SettingsError as error:
        settings, faults = error.settings, error
    if settings.language is not None:  # before argparse says its first word
        use(settings.language)
    return settings, faults.faults if faults is not None else ()


def _module(name: str) -> ModuleType:
    """Import one command only: the desk must not wait for what exporting needs."""
    # a module cannot be called as a word of the language is
    return importlib.import_module(f"tui.commands.{name}{'_' * iskeyword(name)}")


def _parser(name: str, module: ModuleType, wants_help: bool) -> argparse.ArgumentParser:
    summary = _(module.SUMMARY)
    epilog = _("example: {command}").format(command=_(module.EXAMPLE))
    if name == "desk":
        # the other commands are imported for their line in the help only
        listed = COMMANDS if wants_help else ()
        lines = [f"  chiosa {command:10} {_(_module(command).SUMMARY)}" for command in listed]
        epilog = "\n".join([_("other commands (each has --help):"), *lines, "", epilog])
    parser = _Parser(
        prog="chiosa" if name == "desk" else f"chiosa {name}",
        description=summary[0].upper() + summary[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if name == "desk":
        # Python 3.11 does not ask for a translation of this help
        shown = _("show program's version number and exit")
        parser.add_argument("--version", action="version", version=f"chiosa {__version__}", help=shown)
    module.arguments(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
