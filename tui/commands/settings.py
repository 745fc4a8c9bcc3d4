"""``chiosa settings``: where the settings are, what is wrong with them, and an example to begin with."""

from __future__ import annotations

import argparse
import os

from annotations.language import N_, _
from tui.commands.common import say
from tui.keys import actions
from tui.settings import load_settings, settings_path
from tui.settings_example import example

SUMMARY = N_("check the settings file, or print an example of one")
EXAMPLE = N_("chiosa settings --example > ~/.config/chiosa/settings.toml")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument(
        "--example",
        action="store_true",
        help=_("print a file with everything that can be set, commented out"),
    )


def run(args: argparse.Namespace) -> int:
    """Print the example, or the path of the file and whether it can be used.

    Raises:
        SettingsError: the file has faults, each with its line.
    """
    if args.example:
        print(example(actions()), end="")
        return 0
    path = settings_path(os.environ)
    if not path.exists():
        say(
            _("{file}: not there, so all is as it comes; begin with chiosa settings --example").format(
                file=path
            )
        )
        return 0
    for warning in load_settings(path, actions()).warnings:
        say(warning)
    say(_("{file}: can be used").format(file=path))
    return 0
