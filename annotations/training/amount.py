"""Whether there is enough to learn from, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from annotations.annotation import ACCEPTED, DONE
from annotations.errors import ChiosaError
from annotations.formats import Reviewed
from annotations.language import _, n_


@dataclass(frozen=True, slots=True)
class Least:
    """Articles that are done, and accepted spans in them, below which nothing is trained."""

    articles: int
    spans: int


ON_BASE = Least(10, 20)
"""Of ten articles two are kept to measure with. What the other eight taught gained 0.7 points of F for
entities on the dev set, and did good in each of ten draws; thirty gained 1.4."""
FROM_SCRATCH = Least(50, 500)
"""spaCy's ``debug data`` warns below 50 examples of a label; the four entity labels and two roles of the
default scheme come about ten times in a news item, so that 50 items have those of all but rare labels."""


def require(units: Sequence[Reviewed], least: Least) -> None:
    """See that there is enough.

    Raises:
        ChiosaError: there is not; the message says what there is, and how much is missing.
    """
    done = [unit for unit in units if unit.annotation.state == DONE]
    labels = Counter(s.label for unit in done for s in unit.annotation.spans if s.status == ACCEPTED)
    articles, spans = len(done), sum(labels.values())
    if articles >= least.articles and spans >= least.spans:
        return
    lines = [
        _("too little to learn from: {articles} with {spans}").format(
            articles=n_("{n} article is done", "{n} articles are done", articles),
            spans=n_("{n} accepted span", "{n} accepted spans", spans),
        )
    ]
    if labels:
        lines.append(", ".join(f"{label} {count}" for label, count in labels.most_common()))
    missing = []
    if articles < least.articles:
        missing.append(n_("{n} more article", "{n} more articles", least.articles - articles))
    if spans < least.spans:
        missing.append(n_("{n} more span", "{n} more spans", least.spans - spans))
    lines.append(
        _("at least {articles} and {spans} are needed; missing: {missing}").format(
            articles=n_("{n} article", "{n} articles", least.articles),
            spans=n_("{n} span", "{n} spans", least.spans),
            missing=", ".join(missing),
        )
    )
    if least is FROM_SCRATCH:
        lines.append(
            _(
                "with --base the pipeline that comes along is trained further, which takes {n} articles"
            ).format(n=ON_BASE.articles)
        )
    raise ChiosaError("\n".join(lines))
