"""Reviewed articles as training data for spaCy.

``DEST/ner`` and ``DEST/spancat`` each hold ``train.spacy``, ``dev.spacy`` and a ``config.cfg`` to train on
them; ``DEST/base_it`` is the tokenizer that the configs take over; ``DEST/manifest.json`` says which articles
went where and what was left out. Equal input gives ``.spacy`` files with equal bytes.

This module imports spaCy: keep it off the start-up path.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from spacy.symbols import ORTH
from spacy.tokens import DocBin

from annotations.components.quotes import SPANS_KEY
from annotations.formats import Progress
from annotations.formats.alignment import not_on_tokens
from annotations.formats.exporting import SPLIT, Export
from annotations.formats.report import ArticleEntry, Remark, Report, Tally
from annotations.formats.selection import Selection, select
from annotations.formats.spacy_config import LONGEST_NGRAM, check_path, make_config
from annotations.formats.spacy_docs import ATTRS, make_doc, missing_tokens
from annotations.formats.spacy_manifest import about_tasks
from annotations.formats.spacy_tasks import NER, Task, make_tasks
from annotations.formats.spacy_tokens import align
from annotations.formats.split import DEV, SPLITS, TRAIN
from annotations.italian import blank_italian
from annotations.language import N_, Kept

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokenizer import Tokenizer

BASE = "base_it"
"""The folder of the tokenizer."""
DEBUG_MINIMUM = 100
"""Articles below which ``spacy debug data`` ends with an error, whatever they hold."""

Bins = dict[str, dict[str, DocBin]]
"""Task -> split -> what its file will hold."""


def write_spacy(job: Export) -> dict[str, Any]:
    """Write ner and spancat training data; what the manifest says of them.

    An article in progress goes into ner's train alone, with what is undecided as missing values.

    Raises:
        ChiosaError: no article holds an accepted span, or spaCy cannot read from where the export will be.
    """
    check_path(job.dest)
    report = job.report
    chosen = [select(unit, job.scheme) for unit in job.units]
    nlp = blank_italian()
    exceptions = align(nlp, chosen, job.misaligned, job.scheme)
    if exceptions:
        names = ", ".join(exceptions)
        text = N_("the tokenizer in {folder} has learnt to cut: {words}")
        report.warnings.append(
            Kept(text, folder=BASE, words=names if len(names) < 200 else names[:199] + "…")
        )
    tasks = make_tasks(chosen, job.seed, report)
    bins = _fill(nlp, chosen, tasks, report, job.progress)
    _list_articles(chosen, tasks, report)
    _warn(report)
    _write(bins, exceptions, job.folder, job.dest)
    return about_tasks(report, job.seed, LONGEST_NGRAM) | {"tokenizer_exceptions": exceptions}


def _fill(
    nlp: Language, chosen: list[Selection], tasks: list[Task], report: Report, progress: Progress | None
) -> Bins:
    """Turn each article into a Doc once, and put that into the files that it belongs in."""
    bins = {task.name: {split: DocBin(ATTRS, store_user_data=True) for split in SPLITS} for task in tasks}
    report.tallies = {task.name: {split: Tally() for split in SPLITS} for task in tasks}
    report.lengths = {task.name: {} for task in tasks}
    off_token: list[Remark] = []
    for number, selection in enumerate(chosen, 1):
        doc, off_here = make_doc(nlp, selection)
        off_token += off_here
        # one look at all tokens, however many files it goes to
        alone = DocBin(ATTRS, store_user_data=True, docs=[doc])
        report.remarks += selection.remarks
        for task in tasks:
            places = task.places.get(selection, ())
            spans = list(doc.ents if task.name == NER else doc.spans[SPANS_KEY])
            for split in places:
                bins[task.name][split].merge(alone)
                tally = report.tallies[task.name][split]
                tally.articles += 1
                tally.tokens += len(doc)
                tally.labels.update(span.label_ for span in spans)
                if task.name == NER:
                    tally.missing_tokens += missing_tokens(doc)
                    tally.rejected.update(span.label for span in selection.rejected)
            for span in spans if places else ():
                report.lengths[task.name].setdefault(span.label_, Counter())[len(span)] += 1
        if progress is not None:
            progress(number, len(chosen))
    if off_token:  # what holds for each word need not hold for a whole text, though it does for all known
        raise not_on_tokens(off_token, SPLIT)
    return bins


def _list_articles(chosen: list[Selection], tasks: list[Task], report: Report) -> None:
    for selection in chosen:
        annotation = selection.unit.annotation
        places = {task.name: list(task.places[selection]) for task in tasks if selection in task.places}
        sha256 = selection.unit.article.sha256
        report.articles.append(
            ArticleEntry(selection.article_id, sha256, annotation.annotator, annotation.state, places)
        )


def _warn(report: Report) -> None:
    """Warn of what a person would not expect of the data."""
    few = [task for task, tallies in report.tallies.items() if tallies[TRAIN].articles < DEBUG_MINIMUM]
    if few:
        both = Kept(N_("{task} and {other}"), task=few[0], other=few[-1])
        report.warnings.append(
            Kept(
                N_(
                    "{tasks}: fewer than {n} articles in train, which spacy debug data calls an error;"
                    " spacy train runs all the same"
                ),
                tasks=both if len(few) > 1 else few[0],
                n=DEBUG_MINIMUM,
            )
        )
    for task, tallies in report.tallies.items():
        missing = sorted(set(tallies[DEV].labels) - set(tallies[TRAIN].labels))
        report.only_in_dev[task] = missing
        if missing:
            warning = N_("{task}: labels only in dev, so not learnt: {labels}")
            report.warnings.append(Kept(warning, task=task, labels=", ".join(missing)))
        copies = _copies(report.articles, task)
        if copies:
            warning = N_(
                "{task}: one text is in train and in dev under two names, which flatters the score: {names}"
            )
            report.warnings.append(Kept(warning, task=task, names=", ".join(copies)))


def _copies(articles: list[ArticleEntry], task: str) -> list[str]:
    """The articles of one text that lie in different splits under different names."""
    train, dev = (
        {(a.sha256, a.id) for a in articles if split in a.splits.get(task, ())} for split in (TRAIN, DEV)
    )
    shared = {text for text, _name in train} & {text for text, _name in dev}
    names = {name for text, name in train ^ dev if text in shared}
    return sorted(names)


def _write(bins: Bins, exceptions: dict[str, list[str]], folder: Path, dest: Path) -> None:
    for task, files in bins.items():
        (folder / task).mkdir()
        for split, docs in files.items():
            docs.to_disk(folder / task / f"{split}.spacy")
        (folder / task / "config.cfg").write_text(make_config(task, dest), encoding="utf-8")
    # A pipeline that has read no text yet: its vocabulary would hold the words of what it has read.
    base = blank_italian()
    for token, pieces in exceptions.items():
        cast("Tokenizer", base.tokenizer).add_special_case(token, [{ORTH: piece} for piece in pieces])
    base.to_disk(folder / BASE)
