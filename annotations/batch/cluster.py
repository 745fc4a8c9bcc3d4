"""``--dask``: workers of a Dask cluster, on other machines perhaps, each with the pipeline.

The scheduler gives a shard whose worker has died to another; only this side writes what comes back, each
shard once. What a worker would do otherwise than this machine (another Chiosa, spaCy or model) is found
before its first shard, also of one that joins late.
"""

from __future__ import annotations

import logging
import os
import signal
import time
import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any

from annotations import __version__
from annotations.batch.plan import Shard
from annotations.batch.runners import Done, Runner, check_same, not_done
from annotations.batch.work import Answer, Task, suggester_of
from annotations.errors import ChiosaError
from annotations.language import _

if TYPE_CHECKING:
    from annotations.article import Article

LOCAL = "local"
"""In the place of an address: a cluster of this machine, for as long as the command runs."""
PATIENCE = 5.0
"""Seconds in which a scheduler answers, and in which it has a worker."""
_LOST = 60.0
"""Seconds without any worker after which the work is given up; they are often started again."""
_LOOK = 2.0
"""Seconds after which is looked again how many workers there are."""
_AHEAD = 4
"""Shards for each thread of a worker that may be under way: what is held in memory."""


class OtherWorker(ChiosaError):
    """A worker has other versions than the machine that asks it."""


class Cluster(Runner):
    """The workers of a scheduler, or of this machine."""

    def __init__(self, address: str, model: str, jobs: int) -> None:
        """Find the workers and have them load the model.

        Args:
            address: that of the scheduler, such as ``tcp://host:8786``, or `LOCAL`.
            model: as on the command line; each worker must have it under this name.
            jobs: processes of a local cluster.

        Raises:
            ChiosaError: Dask is not installed, no scheduler or worker answers, or a worker cannot do it.
        """
        try:
            import distributed
        except ImportError:
            raise ChiosaError(_("--dask needs Dask: pip install 'chiosa[dask]'")) from None
        _hush()
        self._dask: Any = distributed
        self._run = os.urandom(4).hex()
        self._address, self._model = address, model
        self._cluster: Any = None
        self._client: Any = None
        self._pending: deque[tuple[Shard, Any]] = deque()
        self._threads, self._looked = 0, 0.0
        self.suggester = ""
        try:
            self._connect(jobs)
            self._check()
        except BaseException:
            self.close()
            raise

    def run(self, shards: Iterable[Shard], task: Task) -> Iterator[Done]:
        """Shards are taken as workers are there for them; one that kills its workers is given up."""
        coming = iter(shards)
        here = versions()
        while True:
            self._look()
            while len(self._pending) < _AHEAD * max(1, self._threads):
                shard = next(coming, None)
                if shard is None:
                    break
                future = self._client.submit(
                    work,
                    task,
                    shard.articles,
                    here,
                    self.suggester,
                    pure=False,
                    key=f"chiosa-{self._run}-{shard.id}",
                )
                self._pending.append((shard, future))
            if not self._pending:
                return
            shard, future = self._pending[0]
            answer = self._answer(shard, future)
            self._pending.popleft()
            yield shard, answer

    def close(self) -> None:
        """Leave the cluster; what is under way there is dropped."""
        if self._client is not None:
            with suppress(Exception):  # the other side may have gone, here and below
                self._client.cancel([future for _shard, future in self._pending], force=True)
        for part in (self._client, self._cluster):
            if part is not None:
                with suppress(Exception):
                    part.close(timeout=PATIENCE)
        self._client = self._cluster = None

    def _connect(self, jobs: int) -> None:
        try:
            if self._address == LOCAL:
                with _uninterrupted():
                    self._cluster = self._dask.LocalCluster(
                        n_workers=jobs, threads_per_worker=1, dashboard_address=None,
                        silence_logs=logging.CRITICAL,
                    )  # fmt: skip
            self._client = self._dask.Client(self._cluster or self._address, timeout=PATIENCE)
        except (OSError, ValueError, TypeError) as error:  # the last one: TLS without its keys
            reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
            raise ChiosaError(
                _("{address}: no Dask scheduler answers there ({reason}); start one: dask scheduler").format(
                    address=self._address, reason=reason
                )
            ) from None
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise self._no_workers() from None

    def _no_workers(self) -> ChiosaError:
        return ChiosaError(
            _("{address}: the scheduler has no workers; start some: dask worker {address}").format(
                address=self._address
            )
        )

    def _check(self) -> None:
        """See that all workers have what is here, and all the same model, which is not loaded here."""
        for worker, told in self._client.run(ready, self._model, versions(), on_error="return").items():
            if isinstance(told, ChiosaError):
                raise ChiosaError(f"{worker}: {told}")
            if isinstance(told, BaseException):
                raise ChiosaError(
                    _("{where}: cannot suggest ({reason}); install this Chiosa there").format(
                        where=worker, reason=_told(told)
                    )
                )
            name, notice = told
            self.suggester, self.notice = self.suggester or name, self.notice or notice
            check_same(self.suggester, name, worker)
        if not self.suggester:  # the only worker has gone meanwhile
            raise self._no_workers()

    def _answer(self, shard: Shard, future: Any) -> Answer:
        alone_since = None
        while True:
            try:
                answer: Answer = future.result(timeout=_LOOK)
                return answer
            except TimeoutError:
                self._look()
                alone_since = None if self._threads else alone_since or time.monotonic()
                if alone_since is not None and time.monotonic() - alone_since > _LOST:
                    raise ChiosaError(
                        _("{address}: no worker is left; start some, then run the command again").format(
                            address=self._address
                        )
                    ) from None
            except self._dask.KilledWorker:
                reason = _("not done, since the workers that read it died; leave it out, or give them memory")
                return not_done(shard, self.suggester, reason)
            except (self._dask.CancelledError, self._dask.comm.CommClosedError, OSError):
                raise ChiosaError(
                    _("{address}: the scheduler is gone; start it, then run the command again").format(
                        address=self._address
                    )
                ) from None
            except ChiosaError:
                raise
            except Exception as error:  # as where memory was short there
                return not_done(
                    shard, self.suggester, _("no suggestions: {reason}").format(reason=_told(error))
                )

    def _look(self) -> None:
        """Learn how many threads the workers have in all; a scheduler that is gone is found otherwise."""
        if time.monotonic() - self._looked < _LOOK:
            return
        with suppress(OSError, TimeoutError):
            self._threads = sum(self._client.nthreads().values())
        self._looked = time.monotonic()


# ---- on the workers -----------------------------------------------------------------------------------


def versions() -> dict[str, str]:
    """What must be the same wherever suggestions for one result are made."""
    try:
        spacy = version("spacy")
    except PackageNotFoundError:
        spacy = "–"
    return {"chiosa": __version__, "spacy": spacy}


def ready(model: str, wanted: dict[str, str], dask_worker: Any = None) -> tuple[str, str]:
    """Load the model, once in a worker; name and notice of what suggests. Dask says which worker it is.

    Raises:
        OtherWorker: this is another version.
        SuggesterError: the model is not here.
    """
    if (here := versions()) != wanted:
        there, asked = (", ".join(f"{name} {number}" for name, number in v.items()) for v in (here, wanted))
        raise OtherWorker(
            _("has {there}, and {asked} is asked for; install the same").format(there=there, asked=asked)
        )
    found = suggester_of(model, _threads_of(dask_worker))
    return found.name, found.notice


def work(task: Task, articles: Sequence[Article], wanted: dict[str, str], suggester: str) -> Answer:
    """Do one shard, if all is here as it is where the shard comes from.

    Raises:
        ChiosaError: it is not.
    """
    import distributed

    worker = distributed.get_worker()
    try:
        found, _notice = ready(task.model, wanted, worker)
    except ChiosaError as error:
        raise ChiosaError(f"{worker.address}: {error}") from None
    check_same(suggester, found, worker.address)
    return replace(task, threads=_threads_of(worker))(articles)


def _threads_of(worker: Any) -> int:
    """How many threads the pipeline gets: those of the worker, which reads one shard at a time."""
    return int(worker.state.nthreads)


# ---- on this side -------------------------------------------------------------------------------------


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl+C and SIGTERM wait meanwhile: half a cluster cannot be closed.

    What is started inside never gets the former, nor what that starts later on. A terminal sends it to all
    processes, and workers would answer with pages of their own.
    """
    resource_tracker.ensure_running()  # its start would let signals through again
    came: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: came.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if came:
            signal.raise_signal(signal.SIGTERM)


def _hush() -> None:
    """Dask tells of each worker that comes and goes; what concerns a person is said by Chiosa."""
    for name in (
        "distributed",
        *(n for n in logging.root.manager.loggerDict if n.startswith("distributed.")),
    ):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module="distributed")
