"""What ``manifest.json`` says of an export: what is inside, what was left out or changed, and why."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path
from typing import Any

from annotations import __version__
from annotations.formats.destination import WRITER, files_in
from annotations.formats.report import KEPT, Kind, Report
from annotations.scheme import Scheme

FORMAT_VERSION = 1


def make_manifest(
    name: str, report: Report, scheme: Scheme, folder: Path, more: dict[str, Any]
) -> dict[str, Any]:
    """The manifest of the files in ``folder``; ``more`` is what the format itself has to say."""
    versions = {"chiosa": __version__, "python": platform.python_version(), **more.pop("versions", {})}
    return {
        "written_by": WRITER,
        "format": name,
        "format_version": FORMAT_VERSION,
        "versions": versions,
        "scheme": {
            "name": scheme.name,
            "labels": [{"name": label.name, "layer": label.layer} for label in scheme.labels],
        },
        "annotators": sorted({entry.annotator for entry in report.articles}),
        "warnings": report.warnings,
        **more,
        "articles": [entry.to_dict() for entry in report.articles],
        "articles_not_done": [article.to_dict() for article in report.skipped.get("", [])],
        "left_out": report.by_label(kind for kind in Kind if kind not in KEPT),
        "kept_with_changes": report.by_label(KEPT),
        "files": {
            name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files_in(folder)
        },
    }
