"""Where suggestions go: into stores, to a file of JSON lines, to a pipe, or to a folder of shards."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from annotations.annotation import Proposal
from annotations.article import Article
from annotations.batch import work
from annotations.batch.filling import Filled, Filling, Need, need_of
from annotations.batch.journal import Journal
from annotations.batch.plan import Shard
from annotations.batch.shards import ShardsFolder
from annotations.batch.work import Answer, Result
from annotations.errors import ChiosaError
from annotations.language import _, n_
from annotations.store import Store


@dataclass
class Tally:
    """What became of the articles.

    They were done, with how many suggestions; or failed; or their suggestions were there already; or an
    editor had ``finished`` them.
    """

    say: Callable[[str], None]
    done: int = 0
    spans: int = 0
    failed: int = 0
    there: int = 0
    finished: int = 0

    @property
    def seen(self) -> int:
        """How many articles have been looked after."""
        return self.done + self.failed + self.there + self.finished

    def did(self, spans: int) -> None:
        """One is done."""
        self.done += 1
        self.spans += spans

    def fail(self, reason: str) -> None:
        """One is not."""
        self.failed += 1
        self.say(reason)


class Outlet(ABC):
    """Takes answers, in the order of the articles; all of its methods are called in one thread.

    ``makes`` is what the work is to make for it.
    """

    makes = work.LINES

    def __init__(self, tally: Tally) -> None:
        self.tally = tally

    def ask(self, path: Path, article: Article) -> bool:
        """Say that an article comes; whether nothing need be done for it, which is counted.

        Raises:
            ChiosaError: it cannot be told.
        """
        return False

    def ask_shard(self, shard: Shard) -> bool:
        """The same for a shard of the other articles."""
        return False

    def take(self, shard: Shard, answer: Answer) -> None:
        """Take what came of a shard."""
        for (path, article), result in zip(shard.items, answer.results, strict=True):
            if result.error:
                self.tally.fail(f"{article.path}: {result.error}")
            else:
                self.put(path, article, result)

    @abstractmethod
    def put(self, path: Path, article: Article, result: Result) -> None:
        """Take what came of one article."""

    def finish(self) -> None:  # noqa: B027 (most need not)
        """All has been taken."""

    def close(self) -> None:  # noqa: B027 (most need not)
        """Give back what is held; what was taken is kept, as far as `kept` says."""

    @property
    def kept(self) -> str:
        """A line for a person on what is kept when the work ends early; "" for nothing."""
        return ""


class ToStores(Outlet):
    """Merges proposals into the store of each path."""

    makes = work.PROPOSALS

    def __init__(self, tally: Tally, stores: Mapping[Path, Store], suggester: str, again: bool) -> None:
        super().__init__(tally)
        self._stores = stores
        self._suggester = suggester
        self._again = again
        self._filling = Filling(suggester)

    def ask(self, path: Path, article: Article) -> bool:
        """By the suggester that the store names, except with ``again``; what is done stays as it is."""
        need = need_of(self._stores[path], article, self._suggester)
        self.tally.finished += need is Need.IS_DONE
        if need is Need.HAS_THEM and not self._again:
            self.tally.there += 1
            return True
        return need is Need.IS_DONE

    def put(self, path: Path, article: Article, result: Result) -> None:
        """Begin to save."""
        proposal = Proposal.from_dict(result.proposal or {})
        self._filling.add(self._stores[path], article, proposal, self._told)

    def finish(self) -> None:
        """Wait for the saves."""
        self._filling.finish()

    def close(self) -> None:
        """Wait for those that have begun."""
        self._filling.close()

    @property
    def kept(self) -> str:
        """What is in the store."""
        return _("what is done is in the store; the same command goes on from there")

    def _told(self, path: Path, filled: Filled, error: ChiosaError | None) -> None:
        for notice in filled.notices:
            self.tally.say(notice)
        if error is not None:
            self.tally.fail(str(error))
        else:
            self.tally.did(filled.undecided)


class ToPipe(Outlet):
    """Writes lines as they come, to what cannot be looked at again."""

    def __init__(self, tally: Tally, out: TextIO, escaped: Callable[[str], str]) -> None:
        super().__init__(tally)
        self._out = out
        self._escaped = escaped

    def put(self, path: Path, article: Article, result: Result) -> None:
        """Write a line."""
        print(self._escaped(result.line), file=self._out, flush=True)
        self.tally.did(result.spans)


class ToFile(Outlet):
    """Writes a file of lines, by way of a `Journal`."""

    def __init__(self, tally: Tally, journal: Journal, escaped: Callable[[str], str]) -> None:
        super().__init__(tally)
        self._journal = journal
        self._escaped = escaped

    def ask(self, path: Path, article: Article) -> bool:
        """Whether an earlier run has made its line."""
        there = self._journal.ask(article)
        self.tally.there += there
        return there

    def put(self, path: Path, article: Article, result: Result) -> None:
        """Write a line."""
        self._journal.add(article, self._escaped(result.line))
        self.tally.did(result.spans)

    def finish(self) -> None:
        """Make the file whole."""
        self._journal.finish()

    def close(self) -> None:
        """Leave the part."""
        self._journal.close()

    @property
    def kept(self) -> str:
        """What is in the part."""
        return _("what is done is in {path}; the same command goes on from there").format(
            path=self._journal.part
        )


class ToShards(Outlet):
    """Writes a folder of shards. A shard in which an article failed is made again by the next run."""

    makes = work.FILES

    def __init__(self, tally: Tally, folder: ShardsFolder, again: bool) -> None:
        super().__init__(tally)
        self._folder = folder
        self._again = again

    def ask_shard(self, shard: Shard) -> bool:
        """Whether it is there, whole; with ``again`` none is."""
        there = self._folder.ask(shard) and not self._again
        self.tally.there += len(shard.items) if there else 0
        return there

    def take(self, shard: Shard, answer: Answer) -> None:
        """Write it, and count its articles."""
        if answer.docbin:  # else nobody could do it
            self._folder.write(shard, answer)
        super().take(shard, answer)

    def put(self, path: Path, article: Article, result: Result) -> None:
        """Count one."""
        self.tally.did(result.spans)

    def finish(self) -> None:
        """Write the manifest."""
        self._folder.finish()
        if self._folder.left:
            self.tally.say(
                n_(
                    "{path}: {n} shard there has articles that are not among these, and stays: {names}",
                    "{path}: {n} shards there have articles that are not among these, and stay: {names}",
                    len(self._folder.left),
                    path=self._folder.root,
                    names=", ".join(f"{name}.*" for name in sorted(self._folder.left)),
                )
            )

    @property
    def kept(self) -> str:
        """What is in the folder."""
        return _("what is done is in {path}; the same command goes on from there").format(
            path=self._folder.root
        )
