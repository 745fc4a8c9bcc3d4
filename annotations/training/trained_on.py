"""Which articles a model was trained on, by what it says itself."""

from __future__ import annotations

import json
from pathlib import Path

from annotations.suggesters import STORE, TRAINING_FILE
from annotations.training.models import Models

_LEARNT = ("train", "check")


def texts_learnt(model: str) -> frozenset[str]:
    """The SHA-256 of the texts that a model, named as on the command line, was trained on or stopped by.

    Empty for one that does not say: the shipped one, rules, or another's pipeline.
    """
    if model.startswith(STORE):
        current = Models.at(Path(model.removeprefix(STORE))).current()
        if current is None:
            return frozenset()
        folder = current.folder
    else:
        folder = Path(model).expanduser()
    try:
        articles = json.loads((folder / TRAINING_FILE).read_text(encoding="utf-8"))["articles"]
        return frozenset(str(one["sha256"]) for part in _LEARNT for one in articles.get(part, ()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return frozenset()
