"""What `chiosa_entities` and `chiosa_quotes` share: a head of the encoder, and what is learnt on top."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from spacy.pipeline import TrainablePipe
from thinc.api import Model, Optimizer

from annotations.components.encoder import ChiosaEncoder
from annotations.components.residual import Residual, gradient
from annotations.components.tags import Numbers, TagDecoder

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.training import Example


USER_KEY = "chiosa"
"""Where in ``doc.user_data`` a gold doc says which article it is of, and whose, as an export writes it."""


class HeadPipe(TrainablePipe):  # type: ignore[misc]
    """A component that reads one head of the encoder, and can be trained as every one of spaCy's.

    What it learns is a `Residual`. A subclass says what a word's features are, and what its tags should be.
    """

    head = ""
    """The name of the head that is read."""

    def __init__(self, nlp: Language, name: str, encoder: str | None, scorer: Callable[..., Any]) -> None:
        self.vocab = nlp.vocab
        self.name = name
        self.scorer = scorer
        self.cfg: dict[str, Any] = {}
        self.residual = Residual()
        self.model: Model[Any, Any] = self.residual.model
        self._nlp = nlp
        self._encoder = encoder
        self._decoder: TagDecoder | None = None

    @property
    def encoder(self) -> ChiosaEncoder | None:
        """The component that it reads, None where the pipeline has none."""
        if self._encoder is None or self._encoder not in self._nlp.component_names:
            return None
        component: Any = self._nlp.get_pipe(self._encoder)
        return component if isinstance(component, ChiosaEncoder) else None

    @property
    def head_labels(self) -> tuple[str, ...]:
        """The labels that the encoder's head has."""
        encoder = self.encoder
        return tuple(encoder.heads.get(self.head, {}).get("labels", ())) if encoder is not None else ()

    @property
    def temperature(self) -> float:
        """What the head's logits are divided by, to be probabilities."""
        encoder = self.encoder
        assert encoder is not None
        return float(encoder.heads[self.head]["temperature"])

    def features(self, doc: Doc) -> Numbers:
        """What else is known of each word that is no white space: (words, features)."""
        raise NotImplementedError

    def head_logits(self, doc: Doc) -> Numbers | None:
        """The numbers that the residual corrects; None where the encoder did not read the doc."""
        encoder = self.encoder
        return encoder.head(doc, self.head) if encoder is not None else None

    def wanted(self, example: Example, labels: Sequence[str]) -> tuple[Numbers, Numbers]:
        """The tag of each word that is no white space, and which tags are refused; see `gradient`."""
        raise NotImplementedError

    def taught(self, examples: Iterable[Example]) -> set[str]:
        """The labels that examples have and this component is to give."""
        raise NotImplementedError

    def logits(self, doc: Doc) -> Numbers | None:
        """The head's logits with what was learnt; None where the encoder did not read the doc."""
        logits = self.head_logits(doc)
        encoder = self.encoder
        if logits is None or encoder is None or not self.residual.trained:
            return logits
        return self.residual.corrected(logits, self.features(doc), encoder.vectors(doc), self.temperature)

    def decoder(self) -> TagDecoder:
        """For the tags of `logits`."""
        labels = self.residual.labels or self.head_labels
        if self._decoder is None or self._decoder.labels != labels:
            self._decoder = TagDecoder(labels)
        return self._decoder

    def predict(self, docs: Iterable[Doc]) -> list[Numbers | None]:
        """The corrected logits of each doc."""
        return [self.logits(doc) for doc in docs]

    def initialize(
        self, get_examples: Callable[[], Iterable[Example]], *, nlp: Language | None = None,
        labels: list[str] | None = None,
    ) -> None:  # fmt: skip
        """Make room for what the examples teach, and begin at zero; what was learnt before stays."""
        encoder = self.encoder
        if encoder is None or self.head not in encoder.heads:
            return
        examples = list(get_examples())
        others = self.taught(examples) if labels is None else set(labels)
        (read,) = encoder.pipe([self._nlp.make_doc("A")])
        tags = 2 * len(self.head_labels) + 1
        self.residual.prepare(
            self.head_labels, others, tags + self.features(read).shape[1], encoder.vectors(read).shape[1]
        )

    def update(
        self, examples: Iterable[Example], *, drop: float = 0.0, sgd: Optimizer | None = None,
        losses: dict[str, float] | None = None,
    ) -> dict[str, float]:  # fmt: skip
        """Learn from a batch; words of which nobody said what they are teach nothing."""
        losses = losses if losses is not None else {}
        losses.setdefault(self.name, 0.0)
        encoder = self.encoder
        if encoder is None or not self.residual.trained:
            return losses
        parts = [part for example in examples if (part := self._part(example, encoder)) is not None]
        if not parts:
            return losses
        base, rows, wanted, refused = (np.concatenate(part) for part in zip(*parts, strict=True))
        change, backprop = self.model.begin_update(rows)
        slope, loss = gradient(base + change, wanted, refused)
        backprop(slope)
        if sgd:
            self.finish_update(sgd)
        losses[self.name] += loss
        return losses

    def _part(self, example: Example, encoder: ChiosaEncoder) -> tuple[Numbers, ...] | None:
        """What an example teaches: the head's logarithms, rows of features, and what is wanted.

        None of it changes while the encoder stays as it is, so that it is kept as long as that remembers.
        """
        about = example.reference.user_data.get(USER_KEY)
        key = (self.name, self.residual.labels, *map(str, about.values())) if about else None
        if encoder.remembered is None or key is None:
            return self._made(example, encoder)
        kept = encoder.remembered.get(key)
        if kept is None and (kept := self._made(example, encoder)) is not None:
            encoder.remembered[key] = kept
        return cast("tuple[Numbers, ...] | None", kept)

    def _made(self, example: Example, encoder: ChiosaEncoder) -> tuple[Numbers, ...] | None:
        doc = example.predicted
        logits = self.head_logits(doc)
        if logits is None or not len(logits):
            return None
        base = self.residual.base(logits, self.temperature)
        rows = self.residual.rows(base, self.features(doc), encoder.vectors(doc))
        return (base, rows, *self.wanted(example, self.residual.labels))

    def get_loss(self, examples: Iterable[Example], scores: Any) -> tuple[float, Any]:
        """The loss of `predict`'s numbers and its gradients, a list beside the examples."""
        loss, slopes = 0.0, []
        for example, logits in zip(examples, scores, strict=True):
            wanted, refused = self.wanted(example, self.decoder().labels)
            slope, part = gradient(np.asarray(logits, np.float64) / self.temperature, wanted, refused)
            slopes.append(slope)
            loss += part
        return loss, slopes

    def add_label(self, label: str) -> int:
        """Labels come with the examples that `initialize` is given."""
        raise NotImplementedError

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write what was learnt to a folder; nothing, where nothing was."""
        self.residual.to_disk(Path(path))

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> HeadPipe:
        """Read what `to_disk` wrote."""
        self.residual.from_disk(Path(path))
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """What was learnt as a string of bytes."""
        return self.residual.to_bytes()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> HeadPipe:
        """Read what `to_bytes` made."""
        self.residual.from_bytes(data)
        return self

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """The same for many docs, one after another."""
        for doc in stream:
            yield self(doc)
