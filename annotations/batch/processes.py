"""``--jobs``: several processes of this machine, each with the pipeline.

Each process has a pipe. It is sent the next shard while it works on one; a thread there reads, so that
neither side waits for the other with a full pipe. When this process dies, however it does, their pipes end
and so do they. One that dies itself (out of memory, say) is known by the end of its pipe: the shard that it
had is given to a fresh process once, and then given up.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any

from annotations.batch.plan import Shard
from annotations.batch.runners import Done, Runner, check_same, not_done
from annotations.batch.work import Task, suggester_of
from annotations.cores import cores
from annotations.errors import ChiosaError
from annotations.language import _

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

_QUEUED = 2
"""Shards that a process has: one to work on, one to go on with."""
_AHEAD = 4
"""Shards for each process that may be under way or wait for an earlier one: what is held in memory."""
_TRIES = 2
_READY, _ANSWER, _FAILED = "ready", "answer", "failed"

_Job = tuple[int, Shard, int]
"""The shard's place in the order, the shard, and how often it was tried before."""


class Processes(Runner):
    """So many processes, which are started at once."""

    def __init__(self, model: str, jobs: int) -> None:
        """Start them; returns when the first has loaded the model.

        Raises:
            ChiosaError: it cannot be loaded, or they die of it.
        """
        self._model = model
        self._threads = max(1, cores() // jobs)
        self._spawning = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self.suggester = ""
        self._deaths = 0
        try:
            self._workers += [self._start() for _number in range(jobs)]
            while not self.suggester:
                self._listen()
        except BaseException:
            self.close()
            raise

    def run(self, shards: Iterable[Shard], task: Task) -> Iterator[Done]:
        """Each shard goes to the process that has least to do."""
        coming = enumerate(shards)
        answers: dict[int, Done] = {}
        given = begun = 0
        source_ends = False
        while True:
            while not source_ends and begun - given < _AHEAD * len(self._workers):
                free = min(self._workers, key=lambda worker: len(worker.jobs))
                if len(free.jobs) >= _QUEUED:
                    break
                found = next(coming, None)
                if found is None:
                    source_ends = True
                    break
                begun += 1
                free.give((*found, 0), task)
            if given in answers:
                yield answers.pop(given)
                given += 1
                answers.update(self._listen(task, patience=0))
            elif source_ends and given == begun:
                return
            else:
                answers.update(self._listen(task))

    def close(self) -> None:
        """Kill them: nothing that they have is of worth."""
        for worker in self._workers:
            worker.kill()
        self._workers.clear()

    def _start(self) -> _Worker:
        return _Worker(self._spawning, self._model, self._threads)

    def _listen(self, task: Task | None = None, patience: float | None = None) -> dict[int, Done]:
        """What the processes have to say; waits for one of them, or so many seconds."""
        answers: dict[int, Done] = {}
        by_pipe = {worker.pipe: worker for worker in self._workers}
        for pipe in wait(list(by_pipe), patience):
            worker = by_pipe[pipe]  # type: ignore[index]
            try:
                kind, *values = worker.pipe.recv()
            except (EOFError, OSError):
                answers.update(self._replace(worker, task))
                continue
            if kind == _FAILED:
                raise ChiosaError(values[0])
            self._deaths = 0
            if kind == _READY:
                name, notice = values
                self.suggester, self.notice = self.suggester or name, self.notice or notice
                check_same(self.suggester, name, _("process {n}").format(n=worker.process.pid))
            else:
                number, shard, _tries = worker.jobs.popleft()
                answers[number] = (shard, values[0])
        return answers

    def _replace(self, worker: _Worker, task: Task | None) -> dict[int, Done]:
        """A fresh process for one that has died, which goes on with what that had."""
        worker.kill()
        self._deaths += 1
        if self._deaths > _TRIES * len(self._workers):
            raise ChiosaError(
                _(
                    "the processes that suggest die one after another ({how}); free some memory, "
                    "or say --jobs 1"
                ).format(how=worker.end)
            )
        fresh = self._workers[self._workers.index(worker)] = self._start()
        answers: dict[int, Done] = {}
        for place, (number, shard, tries) in enumerate(worker.jobs):
            tries += place == 0
            if tries < _TRIES and task is not None:
                fresh.give((number, shard, tries), task)
            else:
                reason = _(
                    "not done, since the process that read it died twice ({how}); "
                    "free some memory, or leave it out"
                ).format(how=worker.end)
                answers[number] = (shard, not_done(shard, self.suggester, reason))
        return answers


class _Worker:
    """A process, its pipe, and what it has to do."""

    def __init__(self, spawning: multiprocessing.context.SpawnContext, model: str, threads: int) -> None:
        self.pipe: Connection
        self.pipe, theirs = spawning.Pipe()
        self.process: SpawnProcess = spawning.Process(
            target=serve, args=(theirs, model, threads), name="chiosa-suggest", daemon=True
        )
        self.process.start()
        theirs.close()
        self.jobs: deque[_Job] = deque()

    def give(self, job: _Job, task: Task) -> None:
        self.jobs.append(job)
        with suppress(OSError):  # it has died, which `Processes._listen` finds
            self.pipe.send((task, job[1].articles))

    def kill(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()

    @property
    def end(self) -> str:
        """How it ended, as far as is known."""
        code = self.process.exitcode or 0
        return _("signal {n}").format(n=-code) if code < 0 else _("exit status {n}").format(n=code)


def serve(pipe: Connection, model: str, threads: int) -> None:
    """What such a process does until its pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to all in the terminal's group
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    tasks: queue.SimpleQueue[tuple[Task, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(pipe, tasks), name="shards", daemon=True).start()
    try:
        found = suggester_of(model, threads)
        pipe.send((_READY, found.name, found.notice))
        while True:
            task, articles = tasks.get()
            pipe.send((_ANSWER, replace(task, threads=threads)(articles)))
    except ChiosaError as error:
        pipe.send((_FAILED, str(error)))
    except OSError:  # nobody listens any more
        os._exit(1)


def _read(pipe: Connection, tasks: queue.SimpleQueue[tuple[Task, Any]]) -> None:
    """Take shards off the pipe; at its end the process ends, in the middle of its work too."""
    with suppress(EOFError, OSError):
        while True:
            tasks.put(pipe.recv())
    os._exit(0)
