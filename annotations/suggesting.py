"""Asking for tokens and proposals from asyncio, without spaCy in this process.

`SuggestingProcess` talks to ``annotations.service``; `InProcessSuggesting` has the same interface and does
the same work here and now, for the command line and for tests.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from annotations.annotation import Proposal
from annotations.errors import ChiosaError
from annotations.tokens import Tokens

if TYPE_CHECKING:
    from annotations.suggesters import Suggester

_LONGEST_LINE = 1 << 30
"""Bytes of one answer: the tokens of a text of many megabytes are one line."""
_PATIENCE = 1.0
"""Seconds that the process gets to end by itself."""
_ATTEMPTS = 2


class SuggestingError(ChiosaError):
    """No suggestions for a text, or none at all; the message says why."""


class Suggesting(Protocol):
    """What the desk asks for; every method may raise `SuggestingError`, or `ChiosaError` for the model."""

    async def start(self) -> None:
        """Begin to load the model; returns at once. The other methods call it where needed."""

    async def ready(self) -> str:
        """Wait until the model is loaded; its name and version, as ``rules@0.1.0``."""

    async def tokens(self, text: str) -> Tokens:
        """The grid of a text, also while the model still loads."""

    async def suggest(self, text: str) -> tuple[str, Proposal]:
        """The suggester's name and its proposal for a text."""

    async def close(self) -> None:
        """Let go of everything; may be called twice."""


@dataclass(slots=True)
class _Asked:
    line: bytes
    key: str
    answer: asyncio.Future[dict[str, Any]]
    attempts: int = 0


@dataclass(slots=True)
class _Running:
    """One process and the tasks that listen to it."""

    process: asyncio.subprocess.Process
    name: asyncio.Future[str]
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    last_words: str = ""


class SuggestingProcess:
    """The suggesting process, started when needed.

    When it dies, it is started once more for the requests that wait; where it dies of them again, they fail
    with a `SuggestingError`, and the next request starts it anew. A model that cannot be loaded stays an
    error.
    """

    def __init__(self, model: str) -> None:
        self.model = model
        self._running: _Running | None = None
        self._asked: dict[int, _Asked] = {}
        self._number = 0
        self._fatal: str | None = None
        self._closed = False
        self._starting = asyncio.Lock()

    async def start(self) -> None:
        """Start the process, unless it runs; does not wait for the model."""
        await self._run()

    async def ready(self) -> str:
        """Wait until the model is loaded; its name and version."""
        running = await self._run()
        return await asyncio.shield(running.name)

    async def tokens(self, text: str) -> Tokens:
        """The grid of a text."""
        answer = await self._ask({"text": text, "only": "tokens"}, "tokens")
        return Tokens(_bounds(answer["tokens"]))

    async def suggest(self, text: str) -> tuple[str, Proposal]:
        """The suggester's name and its proposal for a text."""
        answer = await self._ask({"text": text}, "proposal")
        return answer["suggester"], Proposal.from_dict(answer["proposal"])

    async def close(self) -> None:
        """End the process; requests that wait are failed."""
        self._closed = True
        self._fail_all("the desk was closed")
        running, self._running = self._running, None
        if running is None:
            return
        if running.process.stdin is not None:
            running.process.stdin.close()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(running.process.wait(), _PATIENCE)
        if running.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                running.process.kill()
            await running.process.wait()
        await asyncio.gather(*running.tasks, return_exceptions=True)
        if not running.name.done():
            running.name.cancel()

    async def _ask(self, request: dict[str, Any], key: str) -> dict[str, Any]:
        self._number += 1
        number = self._number
        # ASCII: a lone surrogate in a text would not be UTF-8
        line = json.dumps({"id": number, **request}).encode("ascii") + b"\n"
        asked = _Asked(line, key, asyncio.get_running_loop().create_future())
        self._asked[number] = asked
        try:
            running = await self._run()
            await self._send(running, asked)
            return await asked.answer
        finally:
            self._asked.pop(number, None)

    async def _run(self) -> _Running:
        """The running process; a dead one is replaced.

        Raises:
            SuggestingError: it cannot be started, or its model cannot be loaded.
        """
        async with self._starting:
            if self._closed:
                raise SuggestingError("no suggestions: the desk was closed")
            if self._fatal is not None:
                raise SuggestingError(self._fatal)
            if self._running is None:
                self._running = await self._launch()
            return self._running

    async def _launch(self) -> _Running:
        # The same modules as here, and never those of the folder that the editor happens to be in.
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "ignore"}
        environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "annotations.service", "--model", self.model,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                limit=_LONGEST_LINE, env=environment,
            )  # fmt: skip
        except OSError as error:
            raise SuggestingError(
                f"no suggestions: the process cannot be started ({error.strerror})"
            ) from error
        running = _Running(process, asyncio.get_running_loop().create_future())
        running.name.add_done_callback(_seen)
        errors = asyncio.create_task(self._listen_to_errors(running))
        running.tasks = [errors, asyncio.create_task(self._listen(running, errors))]
        return running

    async def _send(self, running: _Running, asked: _Asked) -> None:
        asked.attempts += 1
        stdin = running.process.stdin
        if stdin is None:
            return
        # a process that has died is noticed where its answers are read
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, RuntimeError):
            stdin.write(asked.line)
            await stdin.drain()

    async def _listen(self, running: _Running, errors: asyncio.Task[None]) -> None:
        stdout = running.process.stdout
        if stdout is None:
            return
        fatal = None
        while line := await _line(stdout):
            try:
                answer = json.loads(line)
            except ValueError:
                continue
            if "fatal" in answer:
                fatal = str(answer["fatal"])
            elif "ready" in answer:
                if not running.name.done():
                    running.name.set_result(answer["ready"])
            else:
                self._answer(answer)
        code = await running.process.wait()
        await errors
        await self._died(running, code, fatal)

    def _answer(self, answer: dict[str, Any]) -> None:
        asked = self._asked.get(answer.get("id", -1))
        if asked is None or asked.answer.done():
            return
        if "error" in answer:
            asked.answer.set_exception(SuggestingError(f"no suggestions: {answer['error']}"))
        elif asked.key in answer:
            asked.answer.set_result(answer)

    async def _listen_to_errors(self, running: _Running) -> None:
        """Read stderr, so that the process never waits for it; its last line may tell why it died."""
        stderr = running.process.stderr
        while stderr is not None and (line := await _line(stderr)):
            running.last_words = line.decode("utf-8", "replace").strip()[:200] or running.last_words

    async def _died(self, running: _Running, code: int, fatal: str | None) -> None:
        if self._running is running:
            self._running = None
        reason = fatal or f"no suggestions: the process ended with {_how(code)}"
        if running.last_words and not fatal:
            reason += f" ({running.last_words})"
        if not running.name.done():
            running.name.set_exception(SuggestingError(reason))
        if fatal is not None:
            self._fatal = fatal
            self._fail_all(fatal)
        if self._closed:
            return
        again = []
        for asked in self._asked.values():
            if (
                asked.answer.done() or not asked.attempts
            ):  # one not sent yet is on its way to the next process
                continue
            if asked.attempts < _ATTEMPTS:
                again.append(asked)
            else:
                asked.answer.set_exception(SuggestingError(f"{reason}; try again, or use --model rules"))
        try:
            for asked in again:
                await self._send(await self._run(), asked)
        except SuggestingError as error:
            self._fail_all(str(error))

    def _fail_all(self, reason: str) -> None:
        for asked in self._asked.values():
            if not asked.answer.done():
                asked.answer.set_exception(SuggestingError(reason))


class InProcessSuggesting:
    """The same interface in this process: loads spaCy here; every call does its work before it returns."""

    def __init__(self, model: str) -> None:
        self.model = model
        self._suggester: Suggester | None = None

    async def start(self) -> None:
        """Load the model."""
        self._load()

    async def ready(self) -> str:
        """The loaded model's name and version."""
        return self._load().name

    async def tokens(self, text: str) -> Tokens:
        """The grid of a text."""
        return self._load().tokens(text)

    async def suggest(self, text: str) -> tuple[str, Proposal]:
        """The suggester's name and its proposal for a text."""
        suggester = self._load()
        return suggester.name, suggester.suggest(text)

    async def close(self) -> None:
        """Let go of the model."""
        self._suggester = None

    def _load(self) -> Suggester:
        if self._suggester is None:
            from annotations.suggesters import load_suggester

            self._suggester = load_suggester(self.model)
        return self._suggester


def _bounds(flat: list[int]) -> Iterator[tuple[int, int]]:
    pairs = iter(flat)
    return ((start, start + length) for start, length in zip(pairs, pairs, strict=True))


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except (ValueError, ConnectionResetError):  # a line beyond the limit, a pipe that broke
        return b""


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _seen(future: asyncio.Future[str]) -> None:
    """Nobody may be waiting for the name: then its error is no news."""
    if not future.cancelled():
        future.exception()
