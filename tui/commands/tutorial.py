"""``chiosa tutorial``: the main job in five minutes, on a copy of a shipped article."""

from __future__ import annotations

import argparse
import sys

from annotations.errors import ChiosaError
from annotations.language import N_, _
from tui.commands.common import say

SUMMARY = N_("learn the keys in five minutes, on an article that comes along")
EXAMPLE = "chiosa tutorial"


def arguments(parser: argparse.ArgumentParser) -> None:
    """There are none: the tutorial is the same everywhere."""


def run(args: argparse.Namespace) -> int:
    """Run the tutorial to its end, or until it is left; nothing of it stays."""
    if not all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise ChiosaError(_("the tutorial needs a terminal"))

    from tui.commands.desk import set_up
    from tui.practice import load_script, practice
    from tui.screens.tutorial import TutorialApp

    script = load_script()
    with practice(script) as desk:
        app = TutorialApp(set_up(desk, args.settings, args.settings_faults), script)
        # keys are what is taught; the mouse stays the terminal's
        app.run(mouse=False)
    for line in (*desk.remarks, *desk.problems):
        say(line)
    if app.tutorial is not None and not app.return_code:
        if app.tutorial.finished:
            say(_("tutorial done, nothing of it is kept; chiosa FOLDER opens your articles"))
        else:
            say(_("tutorial left, nothing of it is kept; chiosa tutorial starts it again"))
    return app.return_code or (1 if desk.problems else 0)
