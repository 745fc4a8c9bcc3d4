"""The user's settings: language, theme, width of the text, columns of the list, keys.

They stand in a TOML file, of which nothing is needed. All its faults are said at once, each with its line:
the file is read statement by statement, so that one that is broken does not hide the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from annotations.errors import ChiosaError

if TYPE_CHECKING:
    from tui.toml_lines import Fault

VARIABLE = "CHIOSA_SETTINGS"
COLUMNS = ("date", "agency", "decided", "state", "doubt", "flags", "title")
MEASURES = range(40, 201)
SETTINGS = ("language", "theme", "measure", "columns", "changed_cells")
KEYS = "keys"
_DIGITS = frozenset("0123456789")


class Action(Struct, frozen=True):
    """What can be rebound, apart from its id.

    ``context`` is where its keys work: within one, no two actions share a key. ``keys`` are Textual's names.
    ``edits`` tells an action that changes the annotation, ``fixed`` one whose keys stay as they are. ``does``
    and ``group`` say what it does and what it belongs to, in words marked for translation.
    """

    context: str
    keys: tuple[str, ...]
    edits: bool = False
    does: str = ""
    group: str = ""
    fixed: bool = False

    @property
    def keeps(self) -> bool:
        """Whether its keys cannot be changed; among them are the digits that label in an article."""
        return self.fixed or (self.context == "article" and not _DIGITS.isdisjoint(self.keys))


class SettingsError(ChiosaError):
    """Settings with faults. ``settings`` are those that are sound, which count all the same."""

    def __init__(self, path: Path | None, faults: Iterable[Fault], settings: Settings | None = None) -> None:
        self.path = path
        self.settings = settings or Settings(path=path)
        self._faults = tuple(faults)
        super().__init__(path, self._faults, settings)

    @property
    def language(self) -> str | None:
        """The language that they ask for, if that could be read."""
        return self.settings.language

    @property
    def faults(self) -> tuple[str, ...]:
        """All that is wrong, in the order of the lines: ``settings.toml:12: …; what to do``."""
        return _lines(self.path, self._faults)

    def __str__(self) -> str:
        """The faults, one a line."""
        return "\n".join(self.faults)


@dataclass(frozen=True)
class Settings:
    """What the user has set; ``measure`` is the largest width of an article's text in cells.

    ``changed_cells`` has only those cells sent to the terminal that have changed, instead of whole stretches.
    ``keys`` holds only what is rebound: the id of an action -> Textual's names for its keys.
    """

    language: str | None = None
    theme: str = "terminal"
    measure: int = 100
    columns: tuple[str, ...] = COLUMNS
    changed_cells: bool = True
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    path: Path | None = field(default=None, compare=False)
    doubts: tuple[Fault, ...] = field(default=(), compare=False, repr=False)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Keys that work but are a poor choice, as lines like those of `SettingsError`."""
        return _lines(self.path, self.doubts)


def settings_path(environ: Mapping[str, str]) -> Path:
    """What ``$CHIOSA_SETTINGS`` names, else ``settings.toml`` in the user's folder for settings."""
    if named := environ.get(VARIABLE):
        path = Path(named)
        with suppress(RuntimeError):  # nobody's home: the name is meant as it stands
            path = path.expanduser()
        return path
    from platformdirs import user_config_path

    return user_config_path("chiosa") / "settings.toml"


def load_settings(path: Path, actions: Mapping[str, Action]) -> Settings:
    """Read the settings; those of a file that is not there are the defaults.

    Args:
        path: the file.
        actions: what can be rebound, by id.

    Raises:
        SettingsError: the file cannot be read, is not TOML, or has entries that cannot be used; it has the
            settings that can.
    """
    try:
        path.stat()
    except FileNotFoundError:
        return Settings(path=path)
    except OSError:
        pass  # told when it is read
    from tui.settings_form import read_settings  # not on the way of those who have set nothing

    return read_settings(path, actions)


def _lines(path: Path | None, faults: Iterable[Fault]) -> tuple[str, ...]:
    """Faults in the order of their lines, with the file and the line before each."""
    lines = []
    for fault in sorted(faults, key=lambda fault: fault.line):
        place = ":".join(str(part) for part in (path, fault.line) if part)
        lines.append(f"{place}: {fault}" if place else str(fault))
    return tuple(lines)
