"""The two models that an export feeds: which articles each can learn from, and how those are split."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.annotation import Span
from annotations.errors import ChiosaError
from annotations.formats.report import Report, SkippedArticle
from annotations.formats.selection import Selection
from annotations.formats.split import TRAIN, Split, split_articles
from annotations.language import N_, Kept, _

NER = "ner"
SPANCAT = "spancat"


@dataclass(frozen=True)
class Task:
    """One model's share of the articles."""

    name: str
    places: dict[Selection, tuple[str, ...]]
    """The splits that an article is in; an article that the task cannot use is not there."""


def make_tasks(chosen: list[Selection], seed: str, report: Report) -> list[Task]:
    """The tasks that can be trained on these articles.

    A task without a single span is left out, since spaCy cannot set up a model without labels (E143).
    spancat knows no missing values: a word in no span counts as a negative, so only articles whose quotes
    are all decided are fit for it. The report gets what is left out, and warnings.

    Raises:
        ChiosaError: no task remains.
    """
    tasks = []
    for name, candidates in ((NER, chosen), (SPANCAT, _fit_for_spancat(chosen, report))):
        if any(_spans(name, selection) for selection in candidates):
            tasks.append(Task(name, _places(name, candidates, seed, report)))
        elif name == NER:
            report.warnings.append(Kept(N_("ner is not written: the articles hold no accepted entity")))
        else:
            report.warnings.append(
                Kept(
                    N_(
                        "spancat is not written: no article that is done and has no undecided quotes"
                        " holds an accepted one"
                    )
                )
            )
    if not tasks:
        raise ChiosaError(
            _("nothing to export: the articles hold no accepted span; accept some and try again")
        )
    return tasks


def _spans(name: str, selection: Selection) -> list[Span]:
    return selection.entities if name == NER else selection.quotes


def _fit_for_spancat(chosen: list[Selection], report: Report) -> list[Selection]:
    fit = []
    for selection in chosen:
        if not selection.done:
            _skip(SPANCAT, selection, Kept(selection.unit.annotation.state), report)
        elif selection.open_quotes:
            _skip(SPANCAT, selection, Kept(N_("{n} undecided"), n=len(selection.open_quotes)), report)
        else:
            fit.append(selection)
    return fit


def _places(
    name: str, candidates: list[Selection], seed: str, report: Report
) -> dict[Selection, tuple[str, ...]]:
    done = [selection for selection in candidates if selection.done]
    useful = {selection.article_id for selection in done if _spans(name, selection)}
    split = split_articles((selection.article_id for selection in done), seed, useful)
    _warn(name, split, useful, report)
    places: dict[Selection, tuple[str, ...]] = {}
    for selection in candidates:
        if selection.done:
            places[selection] = split.of(selection.article_id)
        elif selection.article_id in split.dev - split.train:
            _skip(name, selection, Kept(N_("in progress, and another annotator's is in dev")), report)
        else:
            places[selection] = (TRAIN,)
    return places


def _warn(name: str, split: Split, useful: set[str], report: Report) -> None:
    if not split.dev:
        text = N_(
            "{task}: no article is done, so dev is empty and training scores nothing; mark at least two done"
        )
    elif split.dev == split.train:
        text = N_(
            "{task}: one article is done, so dev is a copy of it and the score means nothing;"
            " mark at least two"
        )
    elif not split.dev & useful:
        text = N_(
            "{task}: no article in dev holds a span, so training scores nothing; mark more articles done"
        )
    else:
        return
    report.warnings.append(Kept(text, task=name))


def _skip(name: str, selection: Selection, why: Kept, report: Report) -> None:
    article = SkippedArticle(selection.article_id, selection.unit.annotation.annotator, why)
    report.skipped.setdefault(name, []).append(article)
