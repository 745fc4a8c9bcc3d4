"""Training a pipeline further on reviewed articles, with spaCy's own loop. Imports spaCy."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import spacy
from spacy.tokens import Doc
from spacy.training import Corpus
from spacy.training.loop import train

from annotations.components.encoder import ChiosaEncoder
from annotations.components.entities import ChiosaEntities
from annotations.components.quotes import SPANS_KEY
from annotations.errors import ChiosaError
from annotations.formats.spacy_config import check_path
from annotations.language import _
from annotations.suggesters import SHIPPED, SHIPPED_FOLDER
from annotations.training.gold import gold_docs, write_docs
from annotations.training.watching import LOGGER, Watcher, watched

if TYPE_CHECKING:
    from spacy.language import Language

    from annotations.scheme import Scheme
    from annotations.training.parts import Parts

STEPS = 100
"""Steps over all articles at once: what is learnt has settled by then."""
STRENGTH = 4.0
"""How hard what is learnt is drawn to nothing: as much as this many words that say otherwise. On halves of
the dev set 1 to 16 did good alike; 4 did harm in none."""
HIDDEN = "layers.11.x2"
"""The node of the shipped encoder with a vector for each word."""
_LEARN_RATE = 0.03
OTHER_STEPS = 400
_TRAINABLE = ("ner", "spancat")


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be trained, and how.

    ``name`` and ``version`` are the new pipeline's. ``steps`` of 0 leaves their number to how it is trained.
    """

    parts: Parts
    scheme: Scheme
    name: str = "trained"
    version: str = "1"
    seed: int = 0
    steps: int = 0
    watcher: Watcher | None = None


def train_on_base(base: str, job: Job, folder: Path) -> None:
    """Train a pipeline further and write it to a new folder.

    Of a pipeline with Chiosa's encoder the encoder stays as it is, and what is learnt corrects it; of another
    one spaCy's ``ner`` and ``spancat`` are trained on.

    Args:
        base: `SHIPPED`, an installed package or a pipeline's folder.
        folder: where to put it; what lies there is replaced.

    Raises:
        ChiosaError: the pipeline cannot be loaded or has nothing that can be trained, or training failed.
    """
    check_path(folder)
    with told(job.watcher, base):
        nlp = _load(base)
        # not chiosa_quotes: on halves of the dev set what it learnt of some sixty quotes cost SOURCE 4 points
        heads = [name for name, pipe in nlp.pipeline if isinstance(pipe, ChiosaEntities) and pipe.encoder]
        with working_folder(folder) as work:
            nlp = _train_heads(nlp, heads, job, work) if heads else _train_others(nlp, base, job, work)
            save(nlp, job, folder)


def save(nlp: Language, job: Job, folder: Path) -> None:
    """Write a pipeline under the job's name, without what only this training needed."""
    nlp.meta["name"], nlp.meta["version"] = job.name, job.version
    nlp.config["training"]["logger"] = {"@loggers": "spacy.ConsoleLogger.v1", "progress_bar": False}
    nlp.config["paths"]["train"] = nlp.config["paths"]["dev"] = None
    nlp.to_disk(folder)


@contextmanager
def working_folder(folder: Path) -> Iterator[Path]:
    """A folder beside another one for what is only needed while that is made."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".work.", dir=folder.parent) as name:
        yield Path(name)


@contextmanager
def told(watcher: Watcher | None, what: str) -> Iterator[None]:
    """Make whatever spaCy raises a message for a person, and let its progress be watched."""
    logger = logging.getLogger("spacy")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with watched(watcher):
            yield
    except ChiosaError:
        raise
    except Exception as error:  # a pipeline fails in as many ways as it has parts
        reason = " ".join(str(error).split())[:300]
        raise ChiosaError(
            _("{what}: cannot be trained ({reason}); mend it or train another").format(
                what=what, reason=f"{type(error).__name__}: {reason}"
            )
        ) from error
    finally:
        logger.setLevel(level)


def run_loop(nlp: Language, job: Job, folder: Path | None, training: dict[str, Any]) -> None:
    """spaCy's training loop; checkpoints go to ``folder``, where there is one, as ``model-best``."""
    nlp.config["training"].update({"seed": job.seed, "logger": {"@loggers": LOGGER}, **training})
    train(nlp, folder, stdout=io.StringIO(), stderr=io.StringIO())


def _load(base: str) -> Language:
    return spacy.load(SHIPPED_FOLDER if base == SHIPPED else base)


def _train_heads(nlp: Language, heads: Sequence[str], job: Job, work: Path) -> Language:
    units = (*job.parts.train, *job.parts.check)
    docs = gold_docs(nlp, units, job.scheme)
    pipes: list[tuple[str, Any]] = nlp.pipeline
    encoders = {name: pipe for name, pipe in pipes if isinstance(pipe, ChiosaEncoder)}
    if _unheard(nlp, docs):
        # an editor's own labels are learnt from the encoder's vectors, which then have to be there
        for name, encoder in encoders.items():
            encoder.use_hidden(encoder.hidden or HIDDEN)
            nlp.get_pipe_config(name)["hidden"] = encoder.hidden
    for encoder in encoders.values():
        encoder.remembered = {}
    words = sum(len(doc) for doc in docs)
    write_docs(work / "train.spacy", docs)
    write_docs(work / "dev.spacy", docs[-max(2, len(job.parts.check)) :])
    nlp.config["paths"].update(train=str(work / "train.spacy"), dev=str(work / "dev.spacy"))
    examples = list(Corpus(work / "train.spacy")(nlp))
    for name, pipe in pipes:
        if name in heads:
            pipe.initialize(lambda: examples, nlp=nlp)
    steps = job.steps or STEPS
    run_loop(nlp, job, None, {
        "frozen_components": [name for name in nlp.pipe_names if name not in heads],
        "annotating_components": list(encoders),
        "max_steps": steps, "max_epochs": 0, "patience": 0, "eval_frequency": max(1, steps - 1),
        "dropout": 0.0, "accumulate_gradient": 1,
        "score_weights": {"ents_f": 1.0},
        "optimizer": {
            "@optimizers": "Adam.v1", "beta1": 0.9, "beta2": 0.999, "L2_is_weight_decay": False,
            "L2": STRENGTH / max(1, words), "grad_clip": 0.0, "use_averages": False, "eps": 1e-8,
            "learn_rate": _LEARN_RATE,
        },
        "batcher": {
            "@batchers": "spacy.batch_by_words.v1", "size": 2 * words, "discard_oversize": False,
            "tolerance": 0.2, "get_length": None,
        },
    })  # fmt: skip
    for encoder in encoders.values():
        encoder.remembered = None
    return nlp


def _unheard(nlp: Language, docs: Sequence[Doc]) -> set[str]:
    """The labels of entities that nothing in the pipeline gives yet."""
    known = {label for _name, pipe in nlp.pipeline for label in getattr(pipe, "labels", ())}
    return {ent.label_ for doc in docs for ent in doc.ents} - known


def _train_others(nlp: Language, base: str, job: Job, work: Path) -> Language:
    names = [name for name in _TRAINABLE if name in nlp.pipe_names]
    if not names:
        raise ChiosaError(
            _(
                "{base}: has neither ner nor spancat nor Chiosa's encoder to train further; use another"
            ).format(base=base)
        )
    pipes: dict[str, Any] = dict(nlp.pipeline)
    tok2vec = pipes.get("tok2vec")
    for name in names:
        if name in getattr(tok2vec, "listening_components", ()):
            # what other components read must not change under them
            nlp.replace_listeners("tok2vec", name, ["model.tok2vec"])
    parts = [gold_docs(nlp, part, job.scheme) for part in (job.parts.train, job.parts.check)]
    if "ner" in names:
        for label in sorted({ent.label_ for docs in parts for doc in docs for ent in doc.ents}):
            pipes["ner"].add_label(label)
    keep: Callable[[Doc], bool] = lambda doc: True  # noqa: E731
    if "spancat" in names:
        keep = fit_for_spancat
        for doc in (doc for docs in parts for doc in docs if keep(doc)):
            group = [span for span in doc.spans[SPANS_KEY] if span.label_ in pipes["spancat"].labels]
            doc.spans[pipes["spancat"].key] = group
    write_parts(work, parts[0], parts[1], keep)
    nlp.config["paths"].update(train=str(work / "train.spacy"), dev=str(work / "dev.spacy"))
    steps = job.steps or OTHER_STEPS
    run_loop(nlp, job, work, {
        "frozen_components": [name for name in nlp.pipe_names if name not in names],
        "annotating_components": [],
        "max_steps": steps, "max_epochs": 0, "patience": steps // 2, "eval_frequency": max(1, steps // 20),
    })  # fmt: skip
    return spacy.load(work / "model-best")


def fit_for_spancat(doc: Doc) -> bool:
    """Whether all quotes of a gold Doc are known; else every word outside would count as none."""
    return SPANS_KEY in doc.spans


def write_parts(
    work: Path, train: Sequence[Doc], check: Sequence[Doc], keep: Callable[[Doc], bool] = lambda doc: True
) -> None:
    """Write ``train.spacy`` and ``dev.spacy``; with nothing to check by, what is trained on does it.

    Raises:
        ChiosaError: no article is fit.
    """
    if not write_docs(work / "train.spacy", train, keep):
        raise ChiosaError(_("no article is fit for training: decide all quotes of some that are done"))
    if not write_docs(work / "dev.spacy", check, keep):
        write_docs(work / "dev.spacy", train, keep)
