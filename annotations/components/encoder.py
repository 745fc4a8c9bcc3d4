"""``chiosa_encoder``: reads every token in its context, with a small transformer run by onnxruntime.

It writes a row of numbers for each token to ``doc.tensor``; the components after it (`chiosa_entities`,
`chiosa_quotes`) each read the columns of their own head. Importing this module imports spaCy, and not
onnxruntime, which is imported when the weights are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from spacy import util
from spacy.language import Language

from annotations.components.pieces import Pieces, cut_text
from annotations.components.windows import Numbers, plan, put_together, rows_of
from annotations.cores import cores
from annotations.errors import ChiosaError
from annotations.italian import token_bounds, word_indices
from annotations.language import _

if TYPE_CHECKING:
    from spacy.tokens import Doc

NAME = "chiosa_encoder"
FILES = MODEL, TOKENIZER, SETTINGS = "model.onnx", "tokenizer.json", "settings.json"
_MANY = 8
"""Docs that are cut to windows together where several threads share the work."""


class EncoderError(ChiosaError):
    """The encoder cannot be run; the message says why and what to do."""


class ChiosaEncoder:
    """Runs the exported encoder over a doc's tokens, in windows that overlap.

    ``heads`` has, by name, ``start`` and ``stop`` of the columns of ``doc.tensor`` that a head wrote, and
    what its reader needs to know: ``labels``, ``temperature``. ``threads`` windows are read at once.

    ``hidden`` names a node of the network whose numbers stand in ``doc.tensor`` behind those of the heads: a
    vector for each token, from which more can be learnt than the heads tell. Where ``remembered`` is a
    dictionary, each text is read once only, which training over and over again makes use of; so do the
    components behind, for what follows from that.
    """

    def __init__(self, name: str = NAME, threads: int = 1, hidden: str | None = None) -> None:
        self.name = name
        self.threads = threads
        self.hidden = hidden
        self.remembered: dict[Any, Any] | None = None
        self.heads: dict[str, dict[str, Any]] = {}
        self._folder: Path | None = None
        self._pieces: Pieces | None = None
        self._session: Any = None

    def __call__(self, doc: Doc) -> Doc:
        """Fill ``doc.tensor``.

        Raises:
            EncoderError: no weights were loaded.
        """
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], batch_size: int = _MANY) -> Iterator[Doc]:
        """The same for many docs; the numbers do not depend on which docs stand beside one another."""
        if self._pieces is None:
            raise EncoderError(
                _("{name}: has no weights; load a pipeline that Chiosa made").format(name=self.name)
            )
        if self.threads <= 1:
            for doc in stream:
                yield from self._fill([doc], map)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            # onnxruntime lets go of the interpreter while it works, so that windows are read side by side
            docs = iter(stream)
            while batch := list(islice(docs, max(batch_size, _MANY))):
                yield from self._fill(batch, pool.map)

    def head(self, doc: Doc, name: str) -> Numbers | None:
        """The columns of a head, for the tokens that are no white space; None where the doc was not read."""
        settings = self.heads.get(name)
        if settings is None or not self._read(doc):
            return None
        return cast("Numbers", doc.tensor[word_indices(doc), settings["start"] : settings["stop"]])

    def vectors(self, doc: Doc) -> Numbers:
        """The numbers of ``hidden`` for the same tokens; no columns where there are none."""
        return cast("Numbers", doc.tensor[word_indices(doc), self._width :])

    def use_hidden(self, node: str) -> None:
        """Let a node's numbers stand in ``doc.tensor`` from now on.

        Raises:
            EncoderError: the network has no such node.
        """
        if node != self.hidden:
            self.hidden = node
            if self._folder is not None:
                self.from_disk(self._folder)

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write weights, tokenizer and settings to a folder."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for file, data in self._files().items():
            (folder / file).write_bytes(data)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> ChiosaEncoder:
        """Read what `to_disk` wrote; nothing, where it had no weights to write.

        Raises:
            EncoderError: a file is missing or damaged, or onnxruntime or tokenizers cannot be imported.
        """
        folder = Path(path)
        if folder.is_dir() and not any((folder / name).exists() for name in FILES):
            return self
        onnxruntime, _tokenizers = (_imported(name) for name in ("onnxruntime", "tokenizers"))
        try:
            settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = 3
            model: str | bytes = str(folder / MODEL)
            if self.hidden is not None:
                model = with_output((folder / MODEL).read_bytes(), self.hidden)
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
            self._pieces = Pieces.read(folder / TOKENIZER)
        except Exception as error:  # each library has its own
            reason = " ".join(str(error).split())[:200]
            raise EncoderError(
                _(
                    "{path}: cannot be read ({reason}); copy the pipeline again, or install Chiosa again "
                    "where it is the one that comes along"
                ).format(path=folder, reason=reason)
            ) from error
        self._folder = folder
        self.heads = settings["heads"]
        return self

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the session, which is opened anew from the folder: for ``nlp.pipe(n_process=2)``."""
        return {
            "name": self.name, "threads": self.threads, "hidden": self.hidden, "folder": self._folder,
        }  # fmt: skip

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["name"], state["threads"], state["hidden"])  # type: ignore[misc]
        if state["folder"] is not None:
            self.from_disk(state["folder"])

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """All files as one string of bytes."""
        return util.to_bytes({name: partial(bytes, data) for name, data in self._files().items()}, exclude)

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> ChiosaEncoder:
        """Read what `to_bytes` made."""
        self._held = TemporaryDirectory(prefix="chiosa-")  # as long as this lives
        folder = Path(self._held.name)
        util.from_bytes(data, {name: (folder / name).write_bytes for name in FILES}, exclude)
        return self.from_disk(folder)

    @property
    def _width(self) -> int:
        return max((head["stop"] for head in self.heads.values()), default=0)

    def _read(self, doc: Doc) -> bool:
        rows, columns = doc.tensor.shape if doc.tensor.ndim == 2 else (0, 0)
        return rows == len(doc) and columns >= max(1, self._width)

    def _files(self) -> dict[str, bytes]:
        if self._folder is None:
            return {}
        return {name: (self._folder / name).read_bytes() for name in FILES}

    def _fill(self, docs: list[Doc], mapping: Callable[..., Iterable[Numbers]]) -> Iterator[Doc]:
        if self.remembered is None:
            yield from self._fill_now(docs, mapping)
            return
        keys = [(doc.text, tuple(token_bounds(doc))) for doc in docs]
        for key, doc in zip(keys, docs, strict=True):
            if key not in self.remembered:
                (read,) = self._fill_now([doc], mapping)
                self.remembered[key] = read.tensor
            doc.tensor = self.remembered[key]
            yield doc

    def _fill_now(self, docs: list[Doc], mapping: Callable[..., Iterable[Numbers]]) -> Iterator[Doc]:
        assert self._pieces is not None
        cuts = [cut_text(self._pieces, doc.text, token_bounds(doc)) for doc in docs]
        plans = [plan(cut) for cut in cuts]
        rows = [row for cut, bounds in zip(cuts, plans, strict=True) for row in rows_of(cut, bounds)]
        numbers = iter(mapping(self._run, rows))
        for doc, cut, bounds in zip(docs, cuts, plans, strict=True):
            mine = list(islice(numbers, len(bounds)))
            tensor: Any = np.zeros((len(doc), mine[0].shape[1] if mine else self._width), np.float32)
            if bounds:
                tensor[word_indices(doc)] = put_together(cut, bounds, mine)
            doc.tensor = tensor
            yield doc

    def _run(self, row: list[int]) -> Numbers:
        ids = np.array([row], np.int64)
        outputs = self._session.run(None, {"ids": ids})
        numbers: Any = np.hstack([output[0] for output in outputs])
        return numbers  # type: ignore[no-any-return]


@Language.factory(NAME, assigns=["doc.tensor"], default_config={"threads": 1, "hidden": None})
def make_encoder(nlp: Language, name: str, threads: int, hidden: str | None) -> ChiosaEncoder:
    """The component, without weights until a pipeline is loaded; 0 threads are as many as there are cores."""
    return ChiosaEncoder(name, threads or cores(), hidden)


def with_output(model: bytes, node: str) -> bytes:
    """An ONNX model that gives a node's numbers too, as its last output.

    Protocol buffers that stand one behind another are read as one, their lists joined: so a graph of nothing
    but one more output (field 12, whose field 1 is its name) is put behind the model (whose field 7 is the
    graph).
    """
    addition = node.encode()
    for field in (1, 12, 7):
        addition = _length_delimited(field, addition)
    return model + addition


def _length_delimited(field: int, data: bytes) -> bytes:
    length, size = b"", len(data)
    while size > 127:
        length, size = length + bytes([size & 127 | 128]), size >> 7
    return bytes([field << 3 | 2]) + length + bytes([size]) + data


def _imported(name: str) -> Any:
    try:
        return import_module(name)
    except (
        Exception
    ) as error:  # a part that was compiled for another machine fails with more than ImportError
        reason = " ".join(str(error).split())[:200]
        raise EncoderError(
            _("{name} cannot be imported ({reason}); pip install --force-reinstall {name}").format(
                name=name, reason=reason
            )
        ) from error
