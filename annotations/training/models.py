"""The pipelines that were trained on a store, and which of them suggests from now on.

::

    .chiosa/models/<name>-<version>/                a spaCy pipeline
    .chiosa/models/<name>-<version>/training.json   what it was trained on, when, and what it reaches
    .chiosa/models/current                          the folder that suggests; none: the shipped one

A folder takes its place whole or not at all, and is never written again. Imports no spaCy.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotations.atomic import write_atomically
from annotations.errors import ChiosaError, why
from annotations.language import _
from annotations.suggesters import CURRENT, SHIPPED, TRAINING_FILE

MODELS = "models"
SHIPPED_NAME = "shipped"
"""What the shipped pipeline is called by ``--use``."""
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{0,59}")
_FOLDER = re.compile(r"([a-zA-Z][a-zA-Z0-9_]{0,59})-([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Trained:
    """One of them; ``about`` is what its ``training.json`` says, empty where it cannot be read."""

    folder: Path
    name: str
    version: int
    about: dict[str, Any]

    @property
    def label(self) -> str:
        """Its name on the command line."""
        return self.folder.name

    def f(self, when: str) -> float | None:
        """The F of all spans ``before`` or ``after``, from 0 to 1; None where nobody has measured it."""
        try:
            value = self.about["scores"][when]["total"]["exact"]["f"]
        except (KeyError, TypeError):
            return None
        return float(value) if isinstance(value, int | float) else None


class Models:
    """The models of a store."""

    def __init__(self, store: Path) -> None:
        self.root = store / MODELS

    @classmethod
    def at(cls, root: Path) -> Models:
        """Models in a folder that is no store's."""
        models = cls(root)
        models.root = root
        return models

    def all(self) -> list[Trained]:
        """Those that there are, by name and version."""
        found = []
        with suppress(OSError):
            for folder in self.root.iterdir():
                match = _FOLDER.fullmatch(folder.name)
                if match and (folder / "config.cfg").is_file():
                    found.append(Trained(folder, match[1], int(match[2]), _about(folder)))
        return sorted(found, key=lambda model: (model.name, model.version))

    def find(self, name: str) -> Trained:
        """The one called ``name``, with its version or, without, the newest of that name.

        Raises:
            ChiosaError: there is none.
        """
        known = self.all()
        for model in reversed(known):
            if name in (model.label, model.name):
                return model
        names = ", ".join([SHIPPED_NAME, *(model.label for model in known)])
        raise ChiosaError(
            _("{path}: has no model {name!r}; there are: {names}").format(
                path=self.root, name=name, names=names
            )
        )

    def current(self) -> Trained | None:
        """The one that suggests; None where that is the shipped one, or the one named is gone."""
        name = self.pointer()
        return next((model for model in self.all() if model.label == name), None)

    def pointer(self) -> str:
        """The name of the folder that suggests; empty for the shipped one."""
        try:
            name = (self.root / CURRENT).read_bytes()[:200].decode("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""
        return name if _FOLDER.fullmatch(name) else ""

    def use(self, model: Trained | None) -> None:
        """Let a model suggest from now on; None is the shipped one.

        Raises:
            ChiosaError: the store cannot be written.
        """
        pointer = self.root / CURRENT
        try:
            if model is not None:
                write_atomically(pointer, f"{model.label}\n".encode())
            else:
                pointer.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(pointer, error) from None

    def next_version(self, name: str) -> int:
        """The version that a new model of a name gets."""
        return max((model.version for model in self.all() if model.name == name), default=0) + 1

    @contextmanager
    def new(self, name: str) -> Iterator[New]:
        """A folder to train into, which takes its place when `New.keep` is called, and is gone otherwise.

        Raises:
            ChiosaError: it cannot be made.
        """
        work = self.root / f".training.{os.getpid()}"
        try:
            for left in self.root.glob(".training.*"):
                if not _runs(left.name.rpartition(".")[2]):  # what a kill has left behind
                    shutil.rmtree(left, ignore_errors=True)
            work.mkdir(parents=True)  # beside its later place, which it takes by being renamed
        except OSError as error:
            raise _unwritable(work, error) from None
        try:
            yield New(self, name, work)
        finally:
            shutil.rmtree(work, ignore_errors=True)
            with suppress(OSError):  # where it holds nothing
                self.root.rmdir()


@dataclass(frozen=True, slots=True)
class New:
    """A model that is being made in ``work``; the pipeline itself goes to ``folder``."""

    models: Models
    name: str
    work: Path

    @property
    def folder(self) -> Path:
        """Where the pipeline goes meanwhile."""
        return self.work / "pipeline"

    def keep(self, about: dict[str, Any]) -> Trained:
        """Put it in its place with its ``training.json``.

        Raises:
            ChiosaError: the store cannot be written, or another training took the version.
        """
        version = self.models.next_version(self.name)
        target = self.models.root / f"{self.name}-{version}"
        try:
            text = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
            write_atomically(self.folder / TRAINING_FILE, text.encode("utf-8", "backslashreplace"))
            self.folder.rename(target)
        except OSError as error:
            raise _unwritable(target, error) from None
        return Trained(target, self.name, version, about)


def learnt_texts(model: str) -> frozenset[str]:
    """The SHA-256 of the texts that a model was trained on, and those before it that it came from.

    Empty for one that ``chiosa train`` has not made, of which nobody knows.
    """
    about = _about(Path(model))
    try:
        parts = about["articles"]
        texts = {entry["sha256"] for part in ("train", "check") for entry in parts[part]}
        return frozenset(texts | set(about.get("learnt before", ())))
    except (KeyError, TypeError):
        return frozenset()


def check_name(name: str) -> None:
    """See that a model may be called so.

    Raises:
        ChiosaError: it has other characters, or is a word of the command line.
    """
    if not _NAME.fullmatch(name) or name in (SHIPPED_NAME, SHIPPED, CURRENT):
        raise ChiosaError(
            _(
                "--name {name!r}: give letters, digits and underscores, beginning with a letter, and another "
                "name than that of the shipped pipeline"
            ).format(name=name)
        )


def _runs(number: str) -> bool:
    """Whether another process of this number is at work on this machine."""
    if not number.isdigit() or int(number) == os.getpid():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _about(folder: Path) -> dict[str, Any]:
    try:
        about = json.loads((folder / TRAINING_FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return about if isinstance(about, dict) else {}


def _unwritable(path: Path, error: OSError) -> ChiosaError:
    return ChiosaError(
        _(
            "{path}: cannot be written ({reason}); mend its permissions, make room or name another store"
        ).format(path=path, reason=why(error))
    )
