"""The command line: ``chiosa [PATH]`` and ``chiosa COMMAND …``.

Data goes to stdout, messages to stderr. Exit status: 0 success, 1 the work failed, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType

from annotations import __version__
from annotations.errors import ChiosaError

COMMANDS = ("show", "suggest", "export", "formats")
"""Modules of `tui.commands`; anything else on the command line belongs to the desk."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = arguments.pop(0) if arguments and arguments[0] in COMMANDS else "desk"
    module = _module(name)
    wants_help = bool({"-h", "--help"} & set(arguments))
    args = _parser(name, module, wants_help).parse_args(arguments)
    try:
        status: int = module.run(args)
        sys.stdout.flush()
        return status
    except ChiosaError as error:
        from tui.commands.common import say

        say(str(error))
        return 1
    except BrokenPipeError:
        # The reader of our output has left (head, less): nothing is wrong, and nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"chiosa: {error.filename or 'output'}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _module(name: str) -> ModuleType:
    """Import one command only: the desk must not wait for what exporting needs."""
    return importlib.import_module(f"tui.commands.{name}")


def _parser(name: str, module: ModuleType, wants_help: bool) -> argparse.ArgumentParser:
    epilog = f"example: {module.EXAMPLE}"
    if name == "desk":
        # the other commands are imported for their line in the help only
        listed = COMMANDS if wants_help else ()
        lines = [f"  chiosa {command:9} {_module(command).SUMMARY}" for command in listed]
        epilog = "\n".join(["other commands (each has --help):", *lines, "", epilog])
    parser = argparse.ArgumentParser(
        prog="chiosa" if name == "desk" else f"chiosa {name}",
        description=module.SUMMARY[0].upper() + module.SUMMARY[1:] + ".",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if name == "desk":
        parser.add_argument("--version", action="version", version=f"chiosa {__version__}")
    module.arguments(parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
