"""OpenSSH on loopback for tests: a server of our own with keys made for it, and logins to it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from getpass import getuser
from pathlib import Path

TOKEN = "CHIOSA_TEST_LOGIN"
"""A variable that every process of a login inherits, so that those left behind can be found."""


def missing(*commands: str) -> str:
    """Why the tests over SSH cannot run here; "" if they can."""
    packages = {"sshd": "openssh-server", "ssh": "openssh-client", "ssh-keygen": "openssh-client"}
    for command in ("sshd", "ssh", "ssh-keygen", *commands):
        if find(command) is None:
            return f"needs {command} (Debian: apt install {packages.get(command, command)})"
    if not Path("/proc/self/environ").exists():
        return "needs /proc, to see which processes are left behind"
    return ""


def find(command: str) -> str | None:
    """Where a command is; sshd is not on everyone's path."""
    return shutil.which(command, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def left_behind(token: str) -> dict[int, str]:
    """The processes that run with a token in their environment, each with its command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"{TOKEN}={token}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                found[int(folder.name)] = words
    return found


def wait_until_none(token: str, seconds: float = 5) -> None:
    """Wait until no process of a login is left."""
    end = time.monotonic() + seconds
    while left := left_behind(token):
        assert time.monotonic() < end, f"left behind: {left}"
        time.sleep(0.05)


class Sshd:
    """A server on a free port of 127.0.0.1; only the one who runs the tests gets in, with the one key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("host", "user"):
            self._run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(folder / name))
        if os.getuid() == 0:
            # where sshd puts those who are not logged in yet; a system without a running sshd may lack it
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        for _ in range(5):  # another program may take the port first
            self.port = _free_port()
            if self._start():
                return
        raise AssertionError((folder / "log").read_text())

    def _start(self) -> bool:
        config = self.folder / "config"
        config.write_text(
            f"Port {self.port}\n"
            "ListenAddress 127.0.0.1\n"
            f"HostKey {self.folder / 'host'}\n"
            f"AuthorizedKeysFile {self.folder / 'user.pub'}\n"
            f"AllowUsers {getuser()}\n"
            "AuthenticationMethods publickey\n"
            "PermitRootLogin prohibit-password\n"
            "UsePAM no\nStrictModes no\nPidFile none\nPrintMotd no\nPrintLastLog no\n"
        )
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(find("sshd")), "-D", "-e", "-f", str(config)], stdin=subprocess.DEVNULL, stderr=log
            )
        while self.process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 5) as probe:
                if probe.recv(4) == b"SSH-":
                    return True
            time.sleep(0.05)
        return False

    def command(
        self, remote: str, *, port: int | None = None, options: tuple[str, ...] = ("-tt",)
    ) -> list[str]:
        """The command line that logs in and runs something there; nobody's own settings are read."""
        settings = {
            "BatchMode": "yes",
            "HostKeyAlgorithms": "ssh-ed25519",
            "IdentitiesOnly": "yes",
            "LogLevel": "ERROR",
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": os.devnull,
        }
        return [
            str(find("ssh")), "-F", "none", *options, "-e", "none", "-i", str(self.folder / "user"),
            "-p", str(port or self.port), *(f"-o{name}={value}" for name, value in settings.items()),
            f"{getuser()}@127.0.0.1", remote,
        ]  # fmt: skip

    def close(self) -> None:
        """End the server and what it has started for logins."""
        sessions = _descendants(self.process.pid)
        self.process.terminate()
        self.process.wait(10)
        for pid in sessions:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @staticmethod
    def _run(command: str, *arguments: str) -> None:
        subprocess.run([str(find(command)), *arguments], check=True, capture_output=True, timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(OSError):
            for child in map(int, (task / "children").read_text().split()):
                found += [*_descendants(child), child]
    return found
