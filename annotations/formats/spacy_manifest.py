"""What ``manifest.json`` says of an export for spaCy besides what it says of all."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from annotations.formats.report import Report
from annotations.formats.spacy_tasks import NER, SPANCAT
from annotations.formats.split import DEV_SHARE


def about_tasks(report: Report, seed: str, longest: int) -> dict[str, Any]:
    """Counts, splits and lengths of spans; ``longest`` is what spancat's suggester reaches, in tokens."""
    lengths = {
        task: {label: dict(sorted(counts.items())) for label, counts in sorted(labels.items())}
        for task, labels in report.lengths.items()
    }
    beyond = {
        label: sum(number for length, number in counts.items() if length > longest)
        for label, counts in lengths.get(SPANCAT, {}).items()
    }
    return {
        "versions": {"spacy": version("spacy")},
        "split": {"seed": seed, "dev_share": DEV_SHARE},
        "counts": {
            task: {split: tally.to_dict() for split, tally in tallies.items()}
            for task, tallies in report.tallies.items()
        },
        "labels_only_in_dev": report.only_in_dev,
        "span_lengths": lengths,
        "longer_than_suggested": {"tokens": longest, "spans": beyond},
        "articles_not_in_ner": [article.to_dict() for article in report.skipped.get(NER, [])],
        "articles_not_in_spancat": [article.to_dict() for article in report.skipped.get(SPANCAT, [])],
    }
