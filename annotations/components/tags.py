"""From the encoder's numbers to spans with probabilities: the best valid row of IOB2 tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Numbers = np.ndarray[Any, np.dtype[np.floating[Any]]]
_NEVER = -1e4


def iob2(labels: Sequence[str]) -> list[str]:
    """The tags of some labels: ``O``, then ``B-`` and ``I-`` of each."""
    return ["O", *(f"{part}-{label}" for label in labels for part in "BI")]


class TagDecoder:
    """Finds the best row of tags in which no span begins with its inside."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self.tags = iob2(labels)
        count = len(self.tags)
        self._first = np.zeros(count)
        self._steps = np.zeros((count, count))
        for inside in range(2, count, 2):
            self._first[inside] = _NEVER
            allowed = (inside - 1, inside)
            self._steps[[tag for tag in range(count) if tag not in allowed], inside] = _NEVER

    def spans(self, logits: Numbers, temperature: float = 1.0) -> list[tuple[int, int, str, float]]:
        """First token, last token and one, label and probability of each span.

        The probability of a span is that of its tags and of what ends it, under the model that takes the
        tags of neighbours to be bound by the rules of IOB2 alone (forward and backward sums).
        """
        if not len(logits):
            return []
        scores = log_softmax(np.asarray(logits, np.float64) / temperature)
        found = self._cut(self._best(scores))
        if not found:
            return []
        forward, backward, total = self._sums(scores)
        return [
            (start, end, self.labels[tag // 2],
             self._probability(scores, forward, backward, total, start, end, tag))
            for start, end, tag in found
        ]  # fmt: skip

    def bounds(self, logits: Numbers) -> list[tuple[int, int]]:
        """First token, last token and one of each span: quicker, where nobody asks for probabilities."""
        if not len(logits):
            return []
        return [(start, end) for start, end, _ in self._cut(self._best(np.asarray(logits, np.float64)))]

    @staticmethod
    def _cut(tags: list[int]) -> list[tuple[int, int, int]]:
        """Start, end and first tag of each span in a row of tags."""
        spans = []
        start = -1
        for index, tag in enumerate([*tags, 0]):
            if start >= 0 and (tag == 0 or tag % 2):
                spans.append((start, index, tags[start]))
                start = -1
            if tag % 2:
                start = index
        return spans

    def _best(self, scores: Numbers) -> list[int]:
        row = scores[0] + self._first
        came = []
        for step in scores[1:]:
            ways = row[:, None] + self._steps
            back = ways.argmax(0)
            came.append(back)
            row = ways[back, np.arange(len(row))] + step
        tags = [int(row.argmax())]
        for back in reversed(came):
            tags.append(int(back[tags[-1]]))
        return tags[::-1]

    def _sums(self, scores: Numbers) -> tuple[Numbers, Numbers, float]:
        forward = np.empty_like(scores)
        backward = np.zeros_like(scores)
        forward[0] = scores[0] + self._first
        for i in range(1, len(scores)):
            forward[i] = _log_sum(forward[i - 1][:, None] + self._steps, 0) + scores[i]
        for i in range(len(scores) - 2, -1, -1):
            backward[i] = _log_sum(self._steps + (scores[i + 1] + backward[i + 1])[None, :], 1)
        return forward, backward, float(_log_sum(forward[-1][:, None], 0)[0])

    def _probability(
        self, scores: Numbers, forward: Numbers, backward: Numbers, total: float,
        start: int, end: int, begin: int,
    ) -> float:  # fmt: skip
        inside = begin + 1
        value = forward[start, begin] + float(scores[start + 1 : end, inside].sum())
        if end < len(scores):
            ends = [tag for tag in range(len(self.tags)) if tag != inside]
            last = begin if end == start + 1 else inside
            value += _log_sum((self._steps[last] + scores[end] + backward[end])[ends][:, None], 0)[0]
        return float(min(1.0, np.exp(value - total)))


def log_softmax(logits: Numbers) -> Numbers:
    """Natural logarithms of the probabilities along the last axis."""
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))  # type: ignore[no-any-return]


def _log_sum(values: Numbers, axis: int) -> Numbers:
    top = values.max(axis)
    return top + np.log(np.exp(values - np.expand_dims(top, axis)).sum(axis))  # type: ignore[no-any-return]
