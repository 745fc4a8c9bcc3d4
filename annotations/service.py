"""The suggesting process: ``python -m annotations.service --model NAME``, JSON lines in and out.

A request is ``{"id": any, "text": str}``. It is answered by ``{"id", "tokens": packed}`` at once (see
`annotations.tokens`), also while the model still loads, and then by
``{"id", "proposal": {spans, links}, "suggester": name}``; with ``"only": "tokens"`` in the request, by the
tokens alone. A text that fails gives ``{"id", "error": line}``, and the next is taken.

``{"ready": name}`` says that the model is loaded, with a ``notice`` where another one stands in for it;
``{"fatal": line}`` that it cannot be: tokens are answered
all the same, and a request for a proposal gets that line as its error. Where spaCy itself cannot be imported,
every request does. The end of stdin ends the process once all is answered; the exit code is 1 after a fatal
line, else 0.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import queue
import signal
import sys
import threading
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO

from annotations.errors import ChiosaError
from annotations.language import _, use
from annotations.suggesters import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Callable

    from annotations.suggesters import Suggester
    from annotations.tokens import Tokens

_Request = tuple[Any, str]
_NICENESS = 10
_FEW = 4
"""Texts whose tokens are kept, since a text is often asked for twice."""


class Service:
    """Reads requests in one thread, which answers with tokens, and suggests in the other."""

    def __init__(self, model: str, source: BinaryIO, sink: BinaryIO) -> None:
        self.model = model
        self.source = source
        self.sink = sink
        self.requests: queue.Queue[_Request | None] = queue.Queue()
        self._writing = threading.Lock()
        self._tokens: Callable[[str], Tokens] | None = None
        self._fatal = ""

    def run(self) -> int:
        """Serve until stdin ends; the exit code."""
        try:
            self._tokens = _tokenizing()
        except Exception as error:
            self._give_up(error)  # said before the first request is read and refused with the same line
        threading.Thread(target=self._read, name="requests", daemon=True).start()
        suggester = self._load() if self._tokens is not None else None
        while (request := self.requests.get()) is not None:
            request_id, text = request
            try:
                if suggester is None or self._tokens is None:
                    raise ChiosaError(self._fatal)
                proposal = suggester.suggest(text, self._tokens(text)).to_dict()
                self.write({"id": request_id, "proposal": proposal, "suggester": suggester.name})
            except Exception as error:
                self.write({"id": request_id, "error": one_line(error)})
        return 1 if suggester is None else 0

    def _load(self) -> Suggester | None:
        from annotations.suggesters import load_suggester

        try:
            suggester = load_suggester(self.model)
        except Exception as error:
            self._give_up(error)
            return None
        self.write({"ready": suggester.name} | ({"notice": suggester.notice} if suggester.notice else {}))
        return suggester

    def _give_up(self, error: Exception) -> None:
        self._fatal = one_line(error)
        self.write({"fatal": self._fatal})

    def _read(self) -> None:
        for line in self.source:
            if line.strip():
                self._take(line)
        self.requests.put(None)

    def _take(self, line: bytes) -> None:
        request_id = None
        try:
            request = json.loads(line)
            if not isinstance(request, dict) or not isinstance(request.get("text"), str):
                raise ChiosaError(_('a request is {"id": …, "text": "…"}'))
            request_id, text = request.get("id"), request["text"]
            if self._tokens is None:
                raise ChiosaError(self._fatal)
            self.write({"id": request_id, "tokens": self._tokens(text).packed()})
        except Exception as error:
            self.write({"id": request_id, "error": one_line(error)})
            return
        if request.get("only") != "tokens":
            self.requests.put((request_id, text))

    def write(self, answer: dict[str, Any]) -> None:
        """Put one line out; whoever asked may be gone, and then there is nobody left to serve."""
        # ASCII: a lone surrogate in a text would not be UTF-8
        line = json.dumps(answer, separators=(",", ":")).encode("ascii") + b"\n"
        with self._writing:
            try:
                self.sink.write(line)
                self.sink.flush()
            except (OSError, ValueError):
                os._exit(0)


def _tokenizing() -> Callable[[str], Tokens]:
    """What makes a text's tokens, in any thread.

    Raises:
        SuggesterError: spaCy cannot be imported.
    """
    from annotations.suggesters import import_spacy

    import_spacy()
    from annotations.italian import blank_italian
    from annotations.suggesters.tokenizing import desk_tokens

    nlp = blank_italian()
    making = threading.Lock()  # spaCy's tokenizer keeps a cache that two threads must not fill at once

    @lru_cache(maxsize=_FEW)
    def tokens(text: str) -> Tokens:
        with making:
            return desk_tokens(nlp, text)

    return tokens


def one_line(error: BaseException) -> str:
    """What went wrong, in one line for a person."""
    words = " ".join(str(error).split())[:300]
    return words if isinstance(error, ChiosaError) else f"{type(error).__name__}: {words}".rstrip(": ")


def main(arguments: list[str] | None = None) -> int:
    """Serve as the command line says; the exit code."""
    use(None)
    parser = argparse.ArgumentParser(
        prog="python -m annotations.service", description=_("Answer JSON lines with tokens and proposals.")
    )
    parser.add_argument("--model", default=SHIPPED, help=_("rules, none, a spaCy package or a folder"))
    model = parser.parse_args(arguments).model
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C goes to all in the terminal's group
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)
    sink = _only_json_on_stdout()
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    return Service(model, sys.stdin.buffer, sink).run()


def _only_json_on_stdout() -> BinaryIO:
    """Stdout's own file for the answers; whatever a library prints, from C too, goes to stderr."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return sink


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # the reading thread may still wait for a line
