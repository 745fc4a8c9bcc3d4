"""Asking for tokens and proposals from asyncio, without spaCy in this process.

`SuggestingProcess` talks to ``annotations.service``; `InProcessSuggesting` has the same interface and does
the same work here and now, for pictures and for tests.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from typing import Any, Protocol

from msgspec import Struct, field

from annotations.annotation import Proposal
from annotations.errors import ChiosaError, why
from annotations.language import _
from annotations.suggesters import NONE, Suggester, load_suggester
from annotations.tokens import Tokens

_LONGEST_LINE = 1 << 30
"""Bytes of one answer: the tokens of a text of many megabytes are one line."""
_PATIENCE = 1.0
"""Seconds that the process gets to end by itself."""
_ATTEMPTS = 2
_PROPOSAL = "proposal"


class SuggestingError(ChiosaError):
    """No suggestions for a text, or none at all; the message says why."""


class Suggesting(Protocol):
    """What the desk asks for; every method but `close` may raise `SuggestingError`.

    Where the model cannot be loaded, `ready` and `suggest` say so and `tokens` does its work. When it is
    ready, ``notice`` says why another one stands in for the model asked for; else it is "".
    """

    notice: str

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


class _Asked(Struct):
    line: bytes
    key: str
    answer: asyncio.Future[dict[str, Any]]
    attempts: int = 0


class _Running(Struct):
    """One process and the tasks that listen to it."""

    process: asyncio.subprocess.Process
    name: asyncio.Future[str]
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    fatal: str = ""
    """Why its model cannot be loaded."""
    last_words: str = ""


class SuggestingProcess:
    """The suggesting process, started when needed.

    When it dies, it is started once more for the requests that wait; where it dies of them again, they fail
    with a `SuggestingError`, and the next request starts it anew. A process whose model cannot be loaded is
    kept for its tokens.
    """

    def __init__(self, model: str) -> None:
        self.model = model
        self.notice = ""
        self._running: _Running | None = None
        self._asked: dict[int, _Asked] = {}
        self._number = 0
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
        return Tokens.unpacked(answer["tokens"])

    async def suggest(self, text: str) -> tuple[str, Proposal]:
        """The suggester's name and its proposal for a text."""
        answer = await self._ask({"text": text}, _PROPOSAL)
        return answer["suggester"], Proposal.from_dict(answer[_PROPOSAL])

    async def close(self) -> None:
        """End the process; requests that wait are failed."""
        self._closed = True
        self._fail_all(_("the desk was closed"))
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
            if running.fatal and key == _PROPOSAL:
                raise SuggestingError(running.fatal)
            await self._send(running, asked)
            return await asked.answer
        finally:
            self._asked.pop(number, None)

    async def _run(self) -> _Running:
        """The running process; a dead one is replaced.

        Raises:
            SuggestingError: it cannot be started.
        """
        async with self._starting:
            if self._closed:
                raise SuggestingError(_("no suggestions: {reason}").format(reason=_("the desk was closed")))
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
                _("no suggestions: the process cannot be started ({reason})").format(reason=why(error))
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
        while line := await _line(stdout):
            try:
                answer = json.loads(line)
            except ValueError:
                continue
            if "fatal" in answer:
                self._without_model(running, str(answer["fatal"]))
            elif "ready" in answer:
                self.notice = str(answer.get("notice", ""))
                if not running.name.done():
                    running.name.set_result(answer["ready"])
            else:
                self._answer(running, answer)
        code = await running.process.wait()
        await errors
        await self._died(running, code)

    def _without_model(self, running: _Running, line: str) -> None:
        """Fail those who wait for the model; those who wait for tokens will get them."""
        running.fatal = line
        if not running.name.done():
            running.name.set_exception(SuggestingError(line))
        self._fail_all(line, _PROPOSAL)

    def _answer(self, running: _Running, answer: dict[str, Any]) -> None:
        asked = self._asked.get(answer.get("id", -1))
        if asked is None or asked.answer.done():
            return
        if "error" in answer:
            line = str(answer["error"])
            if line != running.fatal:  # which stands for itself, whatever was asked for
                missing = _("no suggestions: {reason}") if asked.key == _PROPOSAL else _("no words: {reason}")
                line = missing.format(reason=line)
            asked.answer.set_exception(SuggestingError(line))
        elif asked.key in answer:
            asked.answer.set_result(answer)

    async def _listen_to_errors(self, running: _Running) -> None:
        """Read stderr, so that the process never waits for it; its last line may tell why it died."""
        stderr = running.process.stderr
        while stderr is not None and (line := await _line(stderr)):
            running.last_words = line.decode("utf-8", "replace").strip()[:200] or running.last_words

    async def _died(self, running: _Running, code: int) -> None:
        if self._running is running:
            self._running = None
        reason = _("no suggestions: the process ended with {how}").format(how=_how(code))
        if running.last_words:
            reason += f" ({running.last_words})"
        if not running.name.done():
            running.name.set_exception(SuggestingError(reason))
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
                line = _("{reason}; try again, or use --model rules").format(reason=reason)
                asked.answer.set_exception(SuggestingError(line))
        try:
            for asked in again:
                await self._send(await self._run(), asked)
        except SuggestingError as error:
            self._fail_all(str(error))

    def _fail_all(self, reason: str, key: str | None = None) -> None:
        """Fail the requests that wait, or those of them that wait for ``key``."""
        for asked in self._asked.values():
            if not asked.answer.done() and key in (None, asked.key):
                asked.answer.set_exception(SuggestingError(reason))


class InProcessSuggesting:
    """The same interface in this process: loads spaCy here; every call does its work before it returns."""

    def __init__(self, model: str) -> None:
        self.model = model
        self.notice = ""
        self._suggester: Suggester | None = None
        self._tokenizer: Suggester | None = None
        self._fatal = ""

    async def start(self) -> None:
        """Load the model; a fault is told where the model is asked for."""
        with contextlib.suppress(SuggestingError):
            self._load()

    async def ready(self) -> str:
        """The loaded model's name and version."""
        return self._load().name

    async def tokens(self, text: str) -> Tokens:
        """The grid of a text."""
        try:
            suggester = self._load()
        except SuggestingError:
            suggester = self._tokenizer = self._tokenizer or _loaded(NONE)
        return suggester.tokens(text)

    async def suggest(self, text: str) -> tuple[str, Proposal]:
        """The suggester's name and its proposal for a text."""
        suggester = self._load()
        return suggester.name, suggester.suggest(text)

    async def close(self) -> None:
        """Let go of the model."""
        self._suggester = self._tokenizer = None

    def _load(self) -> Suggester:
        if self._fatal:
            raise SuggestingError(self._fatal)
        if self._suggester is None:
            try:
                self._suggester = _loaded(self.model)
                self.notice = self._suggester.notice
            except SuggestingError as error:
                self._fatal = str(error)
                raise
        return self._suggester


def _loaded(model: str) -> Suggester:
    try:
        return load_suggester(model)
    except ChiosaError as error:
        raise SuggestingError(str(error)) from error


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except (ValueError, ConnectionResetError):  # a line beyond the limit, a pipe that broke
        return b""


def _how(code: int) -> str:
    return _("signal {n}").format(n=-code) if code < 0 else _("exit code {n}").format(n=code)


def _seen(future: asyncio.Future[str]) -> None:
    """Nobody may be waiting for the name: then its error is no news."""
    if not future.cancelled():
        future.exception()
