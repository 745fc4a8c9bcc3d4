"""``chiosa serve [PATH]``: the desk in a browser, on this machine only."""

from __future__ import annotations

import argparse
import shlex
import socket
import sys
from pathlib import Path

from annotations.errors import ChiosaError, why
from annotations.language import N_, _
from tui.commands.common import add_model_option, add_store_options, say
from tui.commands.desk import add_path, prepare
from tui.display import display_line

SUMMARY = N_("open the desk in a browser, on this machine only")
EXAMPLE = N_("chiosa serve articles")

_HERE = "127.0.0.1"
"""Nobody else's machine gets in: there is no login, and so no option for another address."""
_PORT = 8000
_LAST_PORT = 65535


def arguments(parser: argparse.ArgumentParser) -> None:
    """The desk's options, but for the mouse, which a browser always has; and the port."""
    add_path(parser)
    parser.add_argument(
        "--port",
        type=_port,
        default=_PORT,
        metavar=_("PORT"),
        help=_("where on 127.0.0.1 (default: {port}; 0: any that is free)").format(port=_PORT),
    )
    add_store_options(parser)
    add_model_option(parser)


def run(args: argparse.Namespace) -> int:
    """Check what the desk would check, then serve until Ctrl+C."""
    path = prepare(args).path
    try:
        from tui.web.server import DeskServer
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("tui"):
            raise
        raise ChiosaError(
            _("the browser needs textual-serve: {command}").format(command=_install())
        ) from None
    with _listen(args.port) as listening:
        server = DeskServer(_desk(args, path), listening, f"Chiosa · {display_line(path.resolve().name)}")
        _welcome(server.public_url, server.port)
        server.serve()
    return 0


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= _LAST_PORT):
        raise argparse.ArgumentTypeError(_("a port is a number from 0 to {last}").format(last=_LAST_PORT))
    return int(text)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((_HERE, port))
    except OSError as error:
        raise ChiosaError(
            _("port {port}: {reason}; choose another with --port").format(port=port, reason=why(error))
        ) from None


def _desk(args: argparse.Namespace, path: Path) -> list[str]:
    """The arguments of each desk: what was checked is what is opened, whatever it is called."""
    given = {
        "store": args.store,
        "annotator": args.annotator,
        "scheme": args.scheme,
        "model": args.model if args.model_named else None,
    }
    return [*(f"--{name}={value}" for name, value in given.items() if value is not None), "--", str(path)]


def _welcome(address: str, port: int) -> None:
    say(_("the desk is at {address}, until Ctrl+C here").format(address=address))
    say(_("it has no login: anybody with an account on this machine can open it and decide in your name"))
    say(_("from another machine: {command}, then the same address there").format(command=_tunnel(port)))


def _install() -> str:
    return shlex.join([sys.executable, "-m", "pip", "install", "chiosa[web]"])


def _tunnel(port: int) -> str:
    return f"ssh -L {port}:{_HERE}:{port} {socket.gethostname()}"
