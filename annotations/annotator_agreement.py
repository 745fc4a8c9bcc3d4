"""How far annotators agree: by pairs on spans and links, and all together on words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from annotations.annotation import Annotation
from annotations.article import Article
from annotations.evaluation import decided_by
from annotations.quote_links import LinkCounts, LinkPair, accepted, link_counts, link_pairs
from annotations.scheme import LAYERS, Scheme
from annotations.scoring import Pair, Scores, score
from annotations.tokens import Tokens

Value = frozenset[str]
"""The labels of one layer on a token; none for a token outside all spans."""


@dataclass(frozen=True, slots=True)
class Doubled:
    """An article that at least two have done: what each of them has made of it, by name."""

    article: Article
    tokens: Tokens
    by_annotator: Mapping[str, Annotation]


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two annotators on the articles that both have done.

    In ``scores`` the first stands for the gold; F does not change when they change places.
    """

    first: str
    second: str
    scores: Scores
    links: dict[str, LinkCounts]

    def to_dict(self) -> dict[str, Any]:
        """For JSON: F and counts of exact and overlapping spans, and the links."""
        named = {"all": self.scores.total, **self.scores.by_layer, **self.scores.by_label}
        return {
            "annotators": [self.first, self.second],
            "articles": self.scores.articles,
            "spans": {
                name: {
                    "first": counts.gold,
                    "second": counts.found,
                    "same": counts.right,
                    "exact_f": counts.exact.f,
                    "overlapping_f": counts.overlapping.f,
                }
                for name, counts in named.items()
            },
            "links": {kind: counts.to_dict() for kind, counts in self.links.items()},
        }


def pair_agreements(articles: Sequence[Doubled], names: Sequence[str], scheme: Scheme) -> list[PairAgreement]:
    """Each pair of annotators, in the order of their names as given."""
    return [_pair(articles, one, other, scheme) for one, other in combinations(names, 2)]


def _pair(articles: Iterable[Doubled], first: str, second: str, scheme: Scheme) -> PairAgreement:
    spans: list[Pair] = []
    links: list[LinkPair] = []
    for article in articles:
        one, other = article.by_annotator.get(first), article.by_annotator.get(second)
        if one is None or other is None:
            continue
        # what one has left undecided is no opinion with which the other could disagree
        mine = decided_by(other, accepted(one), scheme)
        theirs = decided_by(one, accepted(other), scheme)
        spans.append((mine.spans, theirs.spans))
        links += link_pairs(mine, theirs)
    return PairAgreement(first, second, score(spans, scheme), link_counts(links))


def alphas(articles: Iterable[Doubled], scheme: Scheme) -> dict[str, float | None]:
    """Krippendorff's alpha by layer: nominal, a token being the unit and the labels over it the value.

    Beginning and inside of a span are not told apart; where spans lie over one another, their labels are one
    value together. Who has not done an article has no value there. None where all tokens of all annotators
    have one value, so that chance alone would agree as well.
    """
    units: dict[str, list[Counter[Value]]] = {layer: [] for layer in LAYERS}
    for article in articles:
        readings = [
            _values(article.tokens, annotation, scheme) for annotation in article.by_annotator.values()
        ]
        for layer in LAYERS:
            units[layer] += [Counter(values) for values in zip(*(r[layer] for r in readings), strict=True)]
    return {layer: _alpha(found) for layer, found in units.items()}


def _values(tokens: Tokens, annotation: Annotation, scheme: Scheme) -> dict[str, list[Value]]:
    nothing: Value = frozenset()
    values = {layer: [nothing] * len(tokens) for layer in LAYERS}
    for span in accepted(annotation).spans:
        if (layer := scheme.layer(span.label)) not in values or not len(tokens):
            continue
        for index in range(tokens.at(span.start), len(tokens)):
            start, end = tokens[index]
            if start >= span.end:
                break
            if end > span.start:
                values[layer][index] |= {span.label}
    return values


def _alpha(units: Sequence[Counter[Value]]) -> float | None:
    domain = sorted({value for unit in units for value in unit}, key=sorted)
    if len(domain) < 2:
        return None
    import numpy as np
    from krippendorff import alpha

    place = {value: number for number, value in enumerate(domain)}
    counts = np.zeros((len(units), len(domain)), np.int64)
    for row, unit in enumerate(units):
        for value, count in unit.items():
            counts[row, place[value]] = count
    return float(alpha(value_counts=counts, level_of_measurement="nominal"))
