"""What is learnt from reviewed articles on top of a head of the encoder: a correction that begins at nothing.

The encoder stays as it is. To the logarithms of the probabilities that its head gives each tag a linear
model adds a little, from few features: those logarithms themselves, and what lists of names say. With so few
weights, drawn towards zero, a few dozen articles teach a desk's convention (is a country that acts a place?)
and cannot make the model forget what it knew. Only tags that the head does not have at all, those of an
editor's own labels, are read from the encoder's vector of the word, where there is one.

An untrained residual has no weights, and changes nothing to the last digit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from thinc.api import Linear, Model, zero_init

from annotations.components.tags import Numbers, iob2, log_softmax
from annotations.errors import ChiosaError
from annotations.italian import word_indices
from annotations.language import _

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.training import Example

UNKNOWN = -1
"""The target of a word of which nobody said what it is: it teaches nothing."""
SETTINGS, WEIGHTS = "settings.json", "model"
_UNHEARD = -8.0
"""Logarithm of the probability of a tag that the head does not have, before anything is learnt."""
_SCALE = 0.1
"""Brings the logarithms to about the size of the other features, since all are drawn to zero alike."""


class Residual:
    """The correction of one head.

    ``labels`` are those of its tags: the head's own in their order, then others; none while it is untrained.
    ``model`` takes rows of features for each word, `features` first, then the encoder's vector.
    """

    def __init__(self) -> None:
        # spaCy keeps a component's model by itself: this one stays, and its layers are replaced
        self.model: Model[Any, Any] = Model("chiosa_residual", _forward, layers=_layers())
        self.labels: tuple[str, ...] = ()
        self._known = 0

    @property
    def trained(self) -> bool:
        """Whether there are weights, be they zero."""
        return bool(self.labels)

    def tags(self, head: Sequence[str]) -> list[str]:
        """The tags of the corrected logits: those of the head's labels where nothing was learnt."""
        return iob2(self.labels or head)

    def prepare(self, head: Sequence[str], others: Iterable[str], features: int, width: int) -> None:
        """Make room for the weights of some labels; those learnt before keep theirs.

        Args:
            head: the labels of the encoder's head.
            others: further labels that the examples have.
            features: how many features a word has beside the encoder's vector.
            width: the length of that vector, 0 without one.
        """
        labels = (*head, *self.labels[len(head) :])
        labels = (*labels, *sorted(set(others) - set(labels)))
        if labels == self.labels:
            return
        old = list(self.model.layers)
        fresh = 2 * (len(labels) - len(head))
        before = 2 * len(self.labels) + 1 if self.labels else 0
        self.model.layers[:] = _layers(2 * len(labels) + 1, features, fresh, width if fresh else 0)
        if before:
            for new, learnt in zip(self.model.layers, old, strict=True):
                if learnt.has_dim("nO") and learnt.get_dim("nO"):
                    rows = learnt.get_dim("nO")
                    weights: Any = new.get_param("W").copy()
                    bias: Any = new.get_param("b").copy()
                    columns = min(learnt.get_dim("nI"), new.get_dim("nI"))
                    learnt_weights: Any = learnt.get_param("W")
                    weights[:rows, :columns] = learnt_weights[:, :columns]
                    bias[:rows] = learnt.get_param("b")
                    new.set_param("W", weights)
                    new.set_param("b", bias)
        self.labels = labels
        self._known = features

    def corrected(self, logits: Numbers, extra: Numbers, vectors: Numbers, temperature: float) -> Numbers:
        """The head's logits with the correction added, a column for each of `tags`."""
        if not self.trained or not len(logits):
            return logits
        base = self.base(logits, temperature)
        corrected: Numbers = temperature * (base + self.model.predict(self.rows(base, extra, vectors)))
        return corrected

    def base(self, logits: Numbers, temperature: float) -> Numbers:
        """The logarithms of the head's probabilities, with a column for each of `tags`."""
        known = log_softmax(np.asarray(logits, np.float64) / temperature)
        others = np.full((len(known), 2 * len(self.labels) + 1 - known.shape[1]), _UNHEARD)
        return np.hstack([known, others])

    def rows(self, base: Numbers, extra: Numbers, vectors: Numbers) -> Numbers:
        """The features of each word: `base`, what else is known of it, and the encoder's vector."""
        known = [base[:, : self._known - extra.shape[1]] * _SCALE, extra]
        return np.hstack([*known, vectors]).astype(np.float32)

    def to_disk(self, path: Path) -> None:
        """Write weights and labels to a folder; nothing where there are none."""
        if self.trained:
            path.mkdir(parents=True, exist_ok=True)
            (path / SETTINGS).write_text(json.dumps(self._settings()), encoding="utf-8")
            (path / WEIGHTS).write_bytes(self.model.to_bytes())

    def from_disk(self, path: Path) -> None:
        """Read what `to_disk` wrote; a folder that is not there is that of an untrained one.

        Raises:
            ChiosaError: a file is missing or damaged.
        """
        if not path.is_dir():
            self._untrained()
            return
        try:
            self._set(json.loads((path / SETTINGS).read_bytes()), (path / WEIGHTS).read_bytes())
        except Exception as error:  # thinc and msgpack have their own
            reason = " ".join(str(error).split())[:200]
            raise ChiosaError(
                _("{path}: cannot be read ({reason}); train the pipeline again, or use another").format(
                    path=path, reason=reason
                )
            ) from error

    def to_bytes(self) -> bytes:
        """All of it as one string of bytes, empty while untrained."""
        if not self.trained:
            return b""
        return json.dumps(self._settings()).encode() + b"\n" + self.model.to_bytes()

    def from_bytes(self, data: bytes) -> None:
        """Read what `to_bytes` made."""
        if not data:
            self._untrained()
            return
        settings, _end, weights = data.partition(b"\n")
        self._set(json.loads(settings), weights)

    def _settings(self) -> dict[str, Any]:
        fresh = self.model.layers[1]
        return {
            "labels": list(self.labels),
            "features": self._known,
            "fresh": fresh.get_dim("nO") if fresh.has_dim("nO") else 0,
            "width": fresh.get_dim("nI") if fresh.has_dim("nI") else 0,
        }

    def _set(self, settings: dict[str, Any], weights: bytes) -> None:
        labels = tuple(settings["labels"])
        tags = 2 * len(labels) + 1
        self.model.layers[:] = _layers(tags, settings["features"], settings["fresh"], settings["width"])
        self.model.from_bytes(weights)
        self.labels, self._known = labels, settings["features"]

    def _untrained(self) -> None:
        self.model.layers[:] = _layers()
        self.labels, self._known = (), 0


def targets(example: Example, labels: Sequence[str], tags: Sequence[str | None]) -> np.ndarray[Any, Any]:
    """The tag of each word that is no white space, as a number in the IOB2 tags of ``labels``.

    Args:
        tags: BILUO tags for the tokens of ``example.predicted``; None or "-" is not known, and so is a
            label that is not among ``labels``.
    """
    places = {label: number for number, label in enumerate(labels)}
    found = []
    for index in word_indices(example.predicted):
        part, _dash, label = (tags[index] or "-").partition("-")
        if part == "O":
            found.append(0)
        elif label in places:
            found.append(2 * places[label] + (1 if part in "BU" else 2))
        else:
            found.append(UNKNOWN)
    return np.array(found, np.int64)


def gradient(logits: Numbers, wanted: np.ndarray[Any, Any], refused: Numbers) -> tuple[Numbers, float]:
    """Of the cross-entropy, over the number of words, by the calibrated logits; and its sum.

    Args:
        wanted: the tag of each word, `UNKNOWN` where nobody said it.
        refused: 1 for each tag (words, tags) that was refused where the right one is not known: what is
            left after these are ruled out is what the model should say.
    """
    logs = log_softmax(logits)
    right = np.exp(logs)
    change = np.zeros_like(right)
    known = np.flatnonzero(wanted >= 0)
    change[known] = right[known]
    change[known, wanted[known]] -= 1
    loss = -float(logs[known, wanted[known]].sum())
    for row in np.flatnonzero((wanted < 0) & refused.any(1)):
        left = right[row] * (1 - refused[row])
        change[row] = right[row] - left / max(float(left.sum()), 1e-9)
        loss -= float(np.log(max(float(left.sum()), 1e-9)))
    # by all words: what is not known leaves more weight to what draws towards zero
    return (change / max(1, len(logits))).astype(np.float32), loss


def words_of(doc: Doc, per_token: Numbers) -> Numbers:
    """The rows of the tokens that are no white space."""
    return cast("Numbers", per_token[word_indices(doc)])


def _layers(tags: int = 0, features: int = 0, fresh: int = 0, width: int = 0) -> list[Model[Any, Any]]:
    """Two linear layers that begin at zero: features to all tags, the vector to tags unknown to the head."""
    layers: list[Model[Any, Any]] = []
    for rows, columns in ((tags, features), (fresh, width)):
        layer = Linear(init_W=zero_init)
        if rows and columns:
            layer = Linear(rows, columns, init_W=zero_init)
            layer.initialize()
        layers.append(layer)
    return layers


def _forward(model: Model[Any, Any], rows: Numbers, is_train: bool) -> tuple[Numbers, Callable[..., Numbers]]:
    known, fresh = model.layers
    split = known.get_dim("nI")
    result, back = known(np.ascontiguousarray(rows[:, :split]), is_train)
    count = fresh.get_dim("nO") if fresh.has_dim("nO") else 0
    if count:
        added, back_fresh = fresh(np.ascontiguousarray(rows[:, split:]), is_train)
        result[:, -count:] += added

    def backprop(change: Numbers) -> Numbers:
        parts = [back(change)]
        if count:
            parts.append(back_fresh(np.ascontiguousarray(change[:, -count:])))
        return np.hstack(parts)

    return result, backprop
