"""Training a pipeline from nothing, by our configs or by one that is given. Imports spaCy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import spacy
from spacy.training.initialize import init_nlp
from spacy.util import load_config, load_config_from_str

from annotations.components.dates import NAME as DATES
from annotations.errors import ChiosaError, why
from annotations.formats.spacy_config import check_path, make_config
from annotations.formats.spacy_tasks import NER, SPANCAT
from annotations.italian import blank_italian
from annotations.language import _
from annotations.training.gold import gold_docs, with_roles_alone
from annotations.training.learning import (
    Job,
    fit_for_spancat,
    run_loop,
    save,
    told,
    working_folder,
    write_parts,
)
from annotations.training.watching import LOGGER

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


def train_from_scratch(job: Job, folder: Path) -> None:
    """Train ``ner``, and ``spancat`` for cues and sources, and put both into one pipeline.

    CONTENT stays with the quotation marks, which the suggester reads by its rules, and so do the links.

    Raises:
        ChiosaError: training failed.
    """
    check_path(folder)
    with told(job.watcher, _("a pipeline from scratch")), working_folder(folder) as work:
        nlp = blank_italian()
        parts = [gold_docs(nlp, part, job.scheme) for part in (job.parts.train, job.parts.check)]
        blank_italian().to_disk(work / "base_it")
        trained = []
        if any(doc.ents for doc in parts[0]):
            write_parts(work / NER, parts[0], parts[1])
            trained.append((NER, _train(NER, job, work)))
        for doc in (doc for docs in parts for doc in docs if fit_for_spancat(doc)):
            with_roles_alone(doc)
        if any(fit_for_spancat(doc) and doc.spans["sc"] for doc in parts[0]):
            write_parts(work / SPANCAT, parts[0], parts[1], fit_for_spancat)
            trained.append((SPANCAT, _train(SPANCAT, job, work)))
        save(_assembled(trained, parts[0]), job, folder)


def train_by_config(path: Path, job: Job, folder: Path) -> None:
    """Train what a spaCy config describes, on files that its ``paths.train`` and ``paths.dev`` get.

    Raises:
        ChiosaError: the config cannot be read or does not fit, or training failed.
    """
    check_path(folder)
    try:
        path.read_bytes()
    except OSError as error:
        raise ChiosaError(
            _("{path}: cannot be read ({reason}); check the name").format(path=path, reason=why(error))
        ) from None
    with told(job.watcher, str(path)), working_folder(folder) as work:
        config = load_config(path, interpolate=False)
        paths = config.setdefault("paths", {})
        paths.update(train=str(work / "train.spacy"), dev=str(work / "dev.spacy"))
        if paths.get("base", "") is None:
            blank_italian().to_disk(work / "base_it")
            paths["base"] = str(work / "base_it")
        nlp = blank_italian()
        parts = [gold_docs(nlp, part, job.scheme) for part in (job.parts.train, job.parts.check)]
        spans = '"spancat"' in str(config.get("nlp", {}).get("pipeline", "")).replace("'", '"')
        write_parts(work, parts[0], parts[1], fit_for_spancat if spans else lambda doc: True)
        save(_run(config, job, work), job, folder)


def _train(task: str, job: Job, work: Path) -> Language:
    return _run(load_config_from_str(make_config(task, work), interpolate=False), job, work / task)


def _run(config: Any, job: Job, work: Path) -> Language:
    training = config.setdefault("training", {})
    training["seed"] = job.seed
    training["logger"] = {"@loggers": LOGGER}
    if job.steps:
        training["max_steps"] = job.steps
    nlp = init_nlp(config, use_gpu=-1)
    run_loop(nlp, job, work, {})
    return spacy.load(work / "model-best")


def _assembled(trained: list[tuple[str, Language]], docs: list[Doc]) -> Language:
    """One pipeline of several, each component with its own tok2vec inside."""
    nlp = blank_italian()
    for name, source in trained:
        source.replace_listeners("tok2vec", name, ["model.tok2vec"])
        nlp.add_pipe(name, source=source)
    if not any(ent.label_ == "DATE" for doc in docs for ent in doc.ents) and trained:
        nlp.add_pipe(DATES)
    return nlp
