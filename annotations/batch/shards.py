"""A folder of shards: for each a file of Chiosa's own JSON lines and a DocBin, and one manifest.

::

    manifest.json         what made them, and for each shard the names of its articles
    <shard>.jsonl         one line an article
    <shard>.spacy         the same as spaCy Docs

One process writes it, each file in one step, the lines last: a shard whose lines are there is whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from annotations import __version__
from annotations.article import make_article
from annotations.atomic import write_atomically
from annotations.batch.plan import Shard
from annotations.batch.work import Answer
from annotations.errors import ChiosaError, why
from annotations.formats import Reviewed
from annotations.formats.destination import MANIFEST, WRITER
from annotations.formats.incoming import Refused
from annotations.formats.jsonl import read
from annotations.language import _
from annotations.scheme import Scheme

KIND = "shards"
LINES, DOCS = ".jsonl", ".spacy"
_ID = re.compile("[0-9a-f]{16}")


class ShardsFolder:
    """The folder, while shards are written to it."""

    def __init__(self, root: Path, suggester: str, made_by: str) -> None:
        """Take a folder that is new, empty or one of shards.

        Raises:
            ChiosaError: it holds something else, or shards of another suggester, or cannot be written.
        """
        self.root = root
        self.left: list[str] = []
        """Shards of articles that are not among these."""
        self._about = {"suggester": suggester, "made_by": made_by}
        self._earlier = self._read()
        self._now: dict[str, list[str]] = {}
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._write_manifest()
        except OSError as error:
            raise ChiosaError(
                _("{path}: cannot be written ({reason}); name another folder").format(
                    path=root, reason=why(error)
                )
            ) from None

    def ask(self, shard: Shard) -> bool:
        """Say that a shard belongs here; whether it is here already, whole."""
        self._now[shard.id] = [article.id for article in shard.articles]
        if not (self.root / f"{shard.id}{DOCS}").is_file():
            return False
        return list(_held(self.root / f"{shard.id}{LINES}")) == [(a.id, a.sha256) for a in shard.articles]

    def write(self, shard: Shard, answer: Answer) -> None:
        """Write what was made of a shard.

        Raises:
            OSError: it cannot be written.
        """
        write_atomically(self.root / f"{shard.id}{DOCS}", answer.docbin)
        lines = "".join(f"{result.line}\n" for result in answer.results if result.line)
        write_atomically(self.root / f"{shard.id}{LINES}", lines.encode("utf-8"))

    def finish(self) -> None:
        """Write the manifest; shards whose articles all stand in newer ones go.

        Raises:
            OSError: it cannot be written.
        """
        present = {
            name
            for shard, names in self._now.items()
            if (self.root / f"{shard}{LINES}").is_file()
            for name in names
        }
        for shard, names in list(self._earlier.items()):
            if shard in self._now:
                continue
            if present.issuperset(names):
                for suffix in (LINES, DOCS):
                    with suppress(FileNotFoundError):
                        (self.root / f"{shard}{suffix}").unlink()
                del self._earlier[shard]
            else:
                self.left.append(shard)
        self._write_manifest()

    def _read(self) -> dict[str, list[str]]:
        if not self.root.exists():
            return {}
        if not self.root.is_dir():
            raise ChiosaError(_("{path}: is not a folder; choose another name").format(path=self.root))
        manifest = manifest_of(self.root)
        if manifest is None:
            if any(self.root.iterdir()):
                raise ChiosaError(
                    _("{path}: holds something other than shards; choose another folder").format(
                        path=self.root
                    )
                )
            return {}
        about = {name: manifest.get(name) for name in self._about}
        if about != self._about:
            raise ChiosaError(
                _(
                    "{path}: holds shards by {other}, or by other labels or for another annotator; "
                    "choose another folder"
                ).format(path=self.root, other=about["suggester"])
            )
        return shards_of(self.root, manifest)

    def _write_manifest(self) -> None:
        manifest = {
            "written_by": WRITER,
            "kind": KIND,
            "format": "chiosa",
            "versions": {"chiosa": __version__},
            **self._about,
            "shards": {name: held for name, held in self._earlier.items() if name not in self._now}
            | self._now,
        }
        raw = json.dumps(manifest, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
        write_atomically(self.root / MANIFEST, raw + b"\n")


def manifest_of(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder of shards; None where the folder is none."""
    try:
        data: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) and data.get("kind") == KIND else None


def is_shards(folder: Path) -> bool:
    """Whether a folder is one of shards."""
    return manifest_of(folder) is not None


def reviewed_in(folder: Path, scheme: Scheme) -> Iterator[Reviewed | Refused]:
    """The articles of a folder of shards with their suggestions, as an export takes them.

    Of one that stands in several, since its text changed between two runs, comes what was made last.
    """
    listed = shards_of(folder, manifest_of(folder) or {})
    newest = {name: shard for shard, names in listed.items() for name in names}
    for shard in sorted(listed):
        path = folder / f"{shard}{LINES}"
        if not path.exists():
            yield Refused(str(path), _("is missing; chiosa suggest --shards makes it again"))
            continue
        for found in read(path, scheme):
            if isinstance(found, Refused):
                yield found
            elif newest.get(found.article_id, shard) == shard:
                article = make_article(found.text, Path(f"{found.article_id}.txt"))
                yield Reviewed(article, found.annotation, found.history)


def shards_of(folder: Path, manifest: dict[str, Any]) -> dict[str, list[str]]:
    """The shards with the names of their articles, the newest last.

    Those that a manifest does not list were written by a run that was killed before it wrote that.
    """
    shards = manifest.get("shards")
    listed = {
        name: list(map(str, names))
        for name, names in (shards if isinstance(shards, dict) else {}).items()
        if _ID.fullmatch(name) and isinstance(names, list)
    }
    return listed | {
        path.stem: [name for name, _sha256 in _held(path)]
        for path in sorted(folder.glob(f"*{LINES}"))
        if _ID.fullmatch(path.stem) and path.stem not in listed
    }


def _held(path: Path) -> Iterator[tuple[str, str]]:
    """Id and SHA-256 of the articles of a file of lines; nothing where it is damaged or not there."""
    try:
        found = []
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                article = json.loads(line)["article"]
                found.append((str(article["id"]), str(article["sha256"])))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return
    yield from found
