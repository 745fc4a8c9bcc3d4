"""``chiosa formats``: what can be exported and imported."""

from __future__ import annotations

import argparse

from annotations.formats import formats
from annotations.language import N_, _

SUMMARY = N_("list what can be exported and imported")
EXAMPLE = N_("chiosa formats")


def arguments(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""


def run(args: argparse.Namespace) -> int:
    """One format a line, its name first."""
    for name, known in formats().items():
        ways = "/".join(way for way, there in (("export", known.export), ("import", known.load)) if there)
        print(f"{name:12} {ways:14} {_(known.description)}")
    return 0
