"""The work on one shard: articles in, suggestions out, nothing written. The same in every kind of process.

A process loads the pipeline once, however many shards it gets. Importing this module does not import spaCy.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from annotations.annotation import Annotation, Proposal
from annotations.article import Article
from annotations.errors import ChiosaError
from annotations.scheme import Scheme
from annotations.suggestions import merge

if TYPE_CHECKING:
    from annotations.suggesters import Suggester

PROPOSALS = "proposals"
"""What suggesters propose, to be merged into what a store has."""
LINES = "lines"
"""The records of ``suggest --jsonl``."""
FILES = "files"
"""Lines of Chiosa's own format, and a DocBin of the whole shard."""

_loaded: dict[tuple[str, int], Suggester] = {}
_loading = threading.RLock()  # nor is a spaCy pipeline made for two threads at once


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one article: a line, or a proposal as a dictionary; or why nothing did.

    ``spans`` counts the suggestions in a line.
    """

    error: str = ""
    line: str = ""
    proposal: dict[str, Any] | None = None
    spans: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a shard: a result for each article, and the bytes of a DocBin where one was asked for.

    ``suggester`` did it, as `Suggester.name` has it.
    """

    suggester: str
    results: tuple[Result, ...]
    docbin: bytes = b""


@dataclass(frozen=True, slots=True)
class Task:
    """Suggest for some articles with a model, as ``annotator``, and make of it what ``makes`` says.

    ``threads`` read windows at once in this process; 0 is as many as there are cores.
    """

    model: str
    makes: str
    annotator: str
    scheme: Scheme
    threads: int = 1

    def __call__(self, articles: Sequence[Article]) -> Answer:
        """The answer; an article whose suggestions fail has an error in its result.

        Raises:
            SuggesterError: the model cannot be loaded.
        """
        with _loading:
            suggester = suggester_of(self.model, self.threads)
            proposals = list(suggester.suggest_all(article.text for article in articles))
        results: list[Result] = []
        drafts: list[tuple[Article, Annotation]] = []
        for article, proposal in zip(articles, proposals, strict=True):
            if isinstance(proposal, ChiosaError):
                results.append(Result(error=str(proposal)))
            elif self.makes == PROPOSALS:
                results.append(Result(proposal=proposal.to_dict()))
            else:
                annotation = self._draft(proposal, suggester.name)
                drafts.append((article, annotation))
                results.append(Result(line=self._line(article, annotation), spans=len(annotation.spans)))
        docbin = b""
        if self.makes == FILES:
            from annotations.batch.docbins import docbin_of

            docbin = docbin_of(drafts, self.scheme)
        return Answer(suggester.name, tuple(results), docbin)

    def _draft(self, proposal: Proposal, suggester: str) -> Annotation:
        return merge(Annotation(self.annotator), proposal, self.scheme, suggester)

    def _line(self, article: Article, annotation: Annotation) -> str:
        import json

        from annotations.formats import Reviewed
        from annotations.formats.jsonl import to_line
        from annotations.record import to_record

        if self.makes == LINES:
            return json.dumps(to_record(article, annotation), ensure_ascii=False)
        return to_line(Reviewed(article, annotation))


def suggester_of(model: str, threads: int) -> Suggester:
    """The suggester, which is loaded once in a process.

    Raises:
        SuggesterError: it cannot be loaded.
    """
    from annotations.suggesters import load_suggester

    with _loading:
        if (model, threads) not in _loaded:
            _loaded[model, threads] = load_suggester(model, threads)
        return _loaded[model, threads]
