"""The folder of an export: written beside its place and put there when it is whole.

An earlier export gives way to a new one. Anything else that lies in the folder is somebody's work, and
nothing is touched.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from annotations.errors import ChiosaError, why
from annotations.language import _

MANIFEST = "manifest.json"
WRITER = "chiosa"
"""What a manifest of ours says under ``written_by``."""


@contextmanager
def new_folder(dest: Path) -> Iterator[Path]:
    """An empty folder to write into, which becomes ``dest`` if the block ends without an error.

    The block must leave a manifest in it, with ``written_by`` and the list ``files``.

    Raises:
        ChiosaError: ``dest`` holds something other than an earlier export, or cannot be written.
    """
    dest = dest.resolve()
    check_replaceable(dest)
    try:
        dest.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=dest.parent, prefix=f".{dest.name}.") as holder:
            # The holder itself is private to the user; what is made in it has the usual permissions.
            fresh = Path(holder) / "new"
            fresh.mkdir()
            yield fresh
            # Somebody may have put a file there meanwhile.
            check_replaceable(dest)
            _put(fresh, dest, Path(holder) / "old")
    except OSError as error:
        raise ChiosaError(
            _("{path}: cannot be written ({reason}); check permissions and free space").format(
                path=dest, reason=why(error)
            )
        ) from None


def check_replaceable(dest: Path) -> None:
    """See whether a folder may become an export.

    Raises:
        ChiosaError: it is not a folder, or holds a file that no export put there or that was changed since.
    """
    if not dest.exists():
        return
    if not dest.is_dir():
        raise ChiosaError(_("{path}: is not a folder; choose another name").format(path=dest))
    digests = _files_of(dest / MANIFEST)
    ours = {dest / name for name in (MANIFEST, *digests)} if digests is not None else set()
    digests = digests or {}
    try:
        # Without a manifest of ours the first thing there will do: the folder may be a whole home.
        present = sorted(dest.rglob("*") if ours else dest.iterdir())
    except OSError as error:
        raise ChiosaError(
            _("{path}: cannot be read ({reason}); check its permissions").format(path=dest, reason=why(error))
        ) from None
    for path in present:
        if path not in ours and not (ours and path.is_dir() and not path.is_symlink()):
            raise ChiosaError(
                _(
                    "{path}: holds {file}, which is not of an earlier export;"
                    " move it away or choose another folder"
                ).format(path=dest, file=path.relative_to(dest))
            )
    for name, digest in digests.items():
        try:
            changed = hashlib.sha256((dest / name).read_bytes()).hexdigest() != digest
        except OSError:  # it is gone, or cannot be read and so cannot have been written
            continue
        if changed:
            raise ChiosaError(
                _(
                    "{path}: {file} has been changed since it was exported;"
                    " move it away or choose another folder"
                ).format(path=dest, file=name)
            )


def files_in(folder: Path) -> list[str]:
    """The files in a folder and in those below it, sorted, as relative paths with ``/``."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _files_of(manifest: Path) -> dict[str, str] | None:
    """The files of an earlier export with their SHA-256; None if that is not one of ours."""
    try:
        data: Any = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("written_by") != WRITER:
        return None
    files = data.get("files")
    return {str(name): str(digest) for name, digest in files.items()} if isinstance(files, dict) else None


def _put(fresh: Path, dest: Path, aside: Path) -> None:
    """Rename; what was there is back in its place if that fails, and gone with the holder if not."""
    if not dest.exists():
        fresh.rename(dest)
        return
    dest.rename(aside)
    try:
        fresh.rename(dest)
    except OSError:
        aside.rename(dest)
        raise
