"""Reviewed articles as training data for spaCy.

``DEST/ner`` and ``DEST/spancat`` each hold ``train.spacy``, ``dev.spacy`` and a ``config.cfg`` to train on
them; ``DEST/base_it`` is the tokenizer that the configs take over; ``DEST/manifest.json`` says which articles
went where and what was left out. Equal input gives ``.spacy`` files with equal bytes.

This module imports spaCy: keep it off the start-up path.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from spacy.tokens import DocBin

from annotations.annotation import DONE, IN_PROGRESS
from annotations.components.quotes import SPANS_KEY
from annotations.errors import ChiosaError
from annotations.formats import Progress, Reviewed
from annotations.formats.destination import MANIFEST, new_folder
from annotations.formats.report import ArticleEntry, Report, SkippedArticle, Tally
from annotations.formats.selection import Selection, plain_id, select
from annotations.formats.spacy_config import LONGEST_NGRAM, check_path, make_config
from annotations.formats.spacy_docs import make_doc, missing_tokens
from annotations.formats.spacy_manifest import make_manifest
from annotations.formats.spacy_tasks import NER, Task, make_tasks
from annotations.formats.split import DEV, SPLITS, TRAIN
from annotations.italian import blank_italian
from annotations.language import N_, Kept, _
from annotations.scheme import Scheme

BASE = "base_it"
"""The folder of the tokenizer."""
DEBUG_MINIMUM = 100
"""Articles below which ``spacy debug data`` ends with an error, whatever they hold."""

Bins = dict[str, dict[str, DocBin]]
"""Task -> split -> what its file will hold."""


def export_spacy(
    units: Iterable[Reviewed],
    dest: Path,
    scheme: Scheme,
    *,
    partial: bool = False,
    seed: str = "chiosa",
    progress: Progress | None = None,
) -> Report:
    """Write articles that are done, as ner and spancat training data, to the folder ``dest``.

    Args:
        units: the reviewed articles, in any order.
        dest: a new or empty folder, or one with an earlier export, which is replaced.
        scheme: says which labels are quotes; every other label is an entity.
        partial: also put articles in progress into ner's train, with what is undecided as missing values.
        seed: another seed gives another split.
        progress: is called after each article with how many are done and how many there are.

    Raises:
        ChiosaError: there is nothing to export, or ``dest`` holds something else or cannot be written.
    """
    dest = dest.resolve()
    check_path(dest)
    report = Report(dest)
    chosen = _choose(units, scheme, partial, report)
    tasks = make_tasks(chosen, seed, report)
    with new_folder(dest) as folder:
        bins = _fill(chosen, tasks, report, progress)
        _list_articles(chosen, tasks, report)
        _warn(report)
        _write(bins, folder, dest)
        manifest = make_manifest(report, scheme, seed, LONGEST_NGRAM, folder)
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return report


def _choose(units: Iterable[Reviewed], scheme: Scheme, partial: bool, report: Report) -> list[Selection]:
    """The articles to export, in an order that does not depend on how they came."""
    states = (DONE, IN_PROGRESS) if partial else (DONE,)
    chosen: list[Selection] = []
    in_progress = False
    for unit in sorted(units, key=lambda u: (u.article.id, u.annotation.annotator, u.article.sha256)):
        state = unit.annotation.state
        in_progress = in_progress or state == IN_PROGRESS
        if state in states:
            chosen.append(select(unit, scheme))
        else:
            skipped = SkippedArticle(plain_id(unit.article), unit.annotation.annotator, Kept(state))
            report.skipped.setdefault("", []).append(skipped)
    if not chosen:
        if partial:
            raise ChiosaError(_("no article has been begun yet; decide some spans on the desk"))
        line = _("no article is done yet; review articles and mark them done with d")
        if in_progress:
            line += _(", or use --partial to export what is in progress")
        raise ChiosaError(line)
    return chosen


def _fill(chosen: list[Selection], tasks: list[Task], report: Report, progress: Progress | None) -> Bins:
    """Turn each article into a Doc once, and put that into the files that it belongs in."""
    nlp = blank_italian()
    bins = {task.name: {split: DocBin(store_user_data=True) for split in SPLITS} for task in tasks}
    report.tallies = {task.name: {split: Tally() for split in SPLITS} for task in tasks}
    report.lengths = {task.name: {} for task in tasks}
    for number, selection in enumerate(chosen, 1):
        doc, off_token = make_doc(nlp, selection)
        report.remarks += [*selection.remarks, *off_token]
        for task in tasks:
            places = task.places.get(selection, ())
            spans = list(doc.ents if task.name == NER else doc.spans[SPANS_KEY])
            for split in places:
                bins[task.name][split].add(doc)
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


def _write(bins: Bins, folder: Path, dest: Path) -> None:
    for task, files in bins.items():
        (folder / task).mkdir()
        for split, docs in files.items():
            docs.to_disk(folder / task / f"{split}.spacy")
        (folder / task / "config.cfg").write_text(make_config(task, dest), encoding="utf-8")
    # A pipeline that has read no text yet: its vocabulary would hold the words of what it has read.
    blank_italian().to_disk(folder / BASE)
