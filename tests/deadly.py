"""Work that kills the process which does it, as running out of memory would; importable by that process."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotations.article import Article
from annotations.batch.work import Answer, Task


@dataclass(frozen=True, slots=True)
class Deadly(Task):
    """Dies of each article with such a name; of one that ends in «once», only the first time."""

    marks: Path = Path()

    def __call__(self, articles: Sequence[Article]) -> Answer:
        for article in articles:
            if article.id.startswith("deadly"):
                mark = self.marks / article.id
                if not (article.id.endswith("once") and mark.exists()):
                    mark.touch()
                    os.kill(os.getpid(), signal.SIGKILL)
        return Task.__call__(self, articles)
