"""Random and damaged input for everything that reads what others have written, for as long as one has time.

``python tests/benchmarks/fuzz.py [--minutes 10] [NAME…]`` runs each reader in turn: the articles, the store,
schemes, settings, and every importer that `annotations.formats` has by then. Nothing but a `ChiosaError` may
come out of them. `tests/test_fuzz.py` runs a second of each.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from srsly import msgpack_dumps, msgpack_loads

sys.path.insert(0, str(Path(__file__).parent.parent))

import hostile
from exporting import quoted, simple

from annotations import edits
from annotations.annotation import IN_PROGRESS, Annotation
from annotations.article import load_article, make_article
from annotations.errors import ChiosaError
from annotations.formats import Format, formats
from annotations.formats.destination import MANIFEST
from annotations.formats.exporting import export
from annotations.history import History
from annotations.query import parse
from annotations.scheme import default_scheme, load_scheme
from annotations.statistics import article_figures, total
from annotations.store import Store
from annotations.suggesters.marks import outermost, paragraphs
from tui.deciding import Deciding
from tui.display import display
from tui.keys import actions
from tui.settings import load_settings

SCHEME = default_scheme()
TEXT = "Il titolo\n\nRoma, 4 set. (Adnkronos) - Mario Rossi parla. «Bene», ha detto Rossi.\n"
_SCHEME_TOML = (Path(hostile.__file__).parent.parent / "annotations" / "scheme.toml").read_bytes()
_SETTINGS_TOML = (
    b'language = "it"\ntheme = "dark"\nmeasure = 80\ncolumns = ["title", "date"]\n[keys]\n'
    b'accept = ["a", "F2"]\n'
)
_WORDS = [w.encode("utf-8", "surrogatepass") for w in hostile.WORDS.values()]
_ODD = [
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"[" * 2000, b"{" * 2000, b"9" * 5000, b"1e999",
    b"-1", b"null", b"NaN", b"Infinity", b'"', b"'", b"\\u0000", b"\\ud800", b"=", b"[[labels]]", b"true",
    b"[]", b"{}", b"0001-01-01", b"\n",
]  # fmt: skip


_WITH_OTHERS = (".ann", ".xmi")
"""Endings of files that are read together with others beside them."""


def damaged(sources: list[bytes]) -> st.SearchStrategy[bytes]:
    """Sound files with pieces cut out, put in twice, or replaced."""

    @st.composite
    def made(draw: st.DrawFn) -> bytes:
        raw = draw(st.sampled_from(sources))
        for _ in range(draw(st.integers(0, 4))):
            start = draw(st.integers(0, len(raw)))
            end = min(len(raw), start + draw(st.integers(0, 40)))
            piece = draw(st.sampled_from(_ODD + _WORDS) | st.binary(max_size=12))
            raw = raw[:start] + piece + raw[draw(st.sampled_from([start, end])) :]
        return raw[: draw(st.sampled_from([len(raw)] * 5 + [len(raw) // 2]))]

    return made() | st.binary(max_size=300) | st.sampled_from(_ODD + _WORDS)


def _store_file() -> bytes:
    with tempfile.TemporaryDirectory() as holder:
        path = Path(holder) / "one.txt"
        path.write_text(TEXT, encoding="utf-8")
        article = load_article(path)
        history = History(Annotation("Lina"))
        for name, label in (("Mario", "PER"), ("«Bene»", "CONTENT"), ("Rossi.", "SOURCE")):
            start = article.text.index(name)
            made, _ = edits.add(history.annotation, start, start + len(name), label, SCHEME)
            history = history.apply("add", made, spent=(2, 1.5))
        history = history.apply("link", edits.link(history.annotation, "s2", "source", "s3", SCHEME))
        store = Store(Path(holder) / "s", "Lina", SCHEME)
        session = store.open(article)
        session.save(history)
        session.close()
        return store.path("one").read_bytes()


_SOUND = json.loads(_store_file())
_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["s1", "PER", "CONTENT", "new", "done", "source", 1 << 70, -1, 0, "\ud800", "../x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@st.composite
def odd_json(draw: st.DrawFn, sources: list[Any]) -> bytes:
    """The JSON of something sound in which some values are others, or gone."""
    data: Any = json.loads(json.dumps(draw(st.sampled_from(sources))))
    for _ in range(draw(st.integers(1, 3))):
        place = data
        while True:
            keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and place[key] and draw(st.integers(0, 5)):
                place = place[key]
                continue
            if draw(st.booleans()):
                place[key] = draw(_values)
            else:
                del place[key]
            break
    return json.dumps(data).encode()


_PACKED: list[Any] = [
    None, True, -1, 0, 3, 1 << 31, (1 << 64) - 1, 1.5, "", "LOC", "HEAD", b"", b"\xff" * 8, [], {}, [-1] * 9,
]  # fmt: skip


@st.composite
def odd_docbins(draw: st.DrawFn, sources: list[bytes]) -> bytes:
    """DocBins in whose msgpack some values are others or gone, at any depth; what they hold packed, too."""

    def changed(value: Any) -> Any:
        if isinstance(value, bytes) and value:
            with suppress(Exception):  # whatever msgpack says of bytes that are none
                inner = msgpack_loads(value)
                if isinstance(inner, dict | list) and draw(st.booleans()):
                    return msgpack_dumps(changed(inner))
            at = draw(st.integers(0, len(value) - 1))
            new = draw(st.sampled_from([b"", b"\xff", b"\0" * 8, b"\x7f" * 8]) | st.binary(max_size=8))
            return value[:at] + new + value[at + draw(st.sampled_from([0, len(new)])) :]
        if not isinstance(value, dict | list) or not value:
            return draw(st.sampled_from(_PACKED))
        keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
        value, key = value.copy(), draw(st.sampled_from(keys))
        if draw(st.integers(0, 7)):
            value[key] = changed(value[key])
        else:
            del value[key]
        return value

    data = msgpack_loads(zlib.decompress(draw(st.sampled_from(sources))))
    for _ in range(draw(st.integers(1, 2))):
        data = changed(data)
    return zlib.compress(msgpack_dumps(data), 1)


class Readers:
    """Each takes bytes and reads them as a person's files are read, then uses what it has read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "file.txt"
        self.one = folder / "one.txt"
        self.one.write_text(TEXT, encoding="utf-8")
        self.article = load_article(self.one)
        self.store = Store(folder / ".chiosa", "Lina", SCHEME)
        self.store.path("one").parent.mkdir(parents=True)

    def read_article(self, raw: bytes) -> None:
        """An article."""
        self.file.write_bytes(raw)
        article = load_article(self.file)
        assert len(display(article.text)) == len(article.text)
        outermost(article.text)
        paragraphs(article.text)

    def read_text(self, raw: bytes) -> None:
        """A text that an importer has at hand, halves of UTF-16 included."""
        text = raw.decode("utf-8", "surrogateescape").encode("utf-16", "surrogatepass")
        make_article(text.decode("utf-16", "surrogatepass"), self.file)

    def read_store(self, raw: bytes) -> None:
        """What the store has: shown, counted, undone, done again, and saved."""
        path = self.store.path("one")
        path.write_bytes(raw)
        with suppress(ChiosaError):
            self.store.progress(self.article)
        session = self.store.open(self.article)
        try:
            review = Deciding(self.article, session.loaded.history, SCHEME)
            total([article_figures(self.article, review.history)]).to_dict()
            for deed in (
                review.undo,
                review.undo,
                review.redo,
                review.next_to_decide,
                review.accept,
                review.accept_all,
            ):
                deed()
            session.save(review.history)
        finally:
            session.close()
        self.store.load(self.article)

    def read_scheme(self, raw: bytes) -> None:
        """A scheme."""
        self.file.write_bytes(raw)
        load_scheme(self.file)

    def read_settings(self, raw: bytes) -> None:
        """The settings, with all that is said of them."""
        self.file.write_bytes(raw)
        try:
            _ = load_settings(self.file, ACTIONS).warnings
        except ChiosaError as error:
            assert str(error)
            raise

    def read_query(self, raw: bytes) -> None:
        """What is typed into the search of all articles."""
        parse(raw.decode("utf-8", "replace"))


ACTIONS = actions()


def targets(folder: Path) -> dict[str, tuple[st.SearchStrategy[bytes], Callable[[bytes], object]]]:
    """All readers by name, with what they are given."""
    readers = Readers(folder)
    articles = [TEXT.encode(), *hostile.articles().values()]
    found: dict[str, tuple[st.SearchStrategy[bytes], Callable[[bytes], object]]] = {
        "article": (damaged(articles), readers.read_article),
        "text": (damaged(articles), readers.read_text),
        "store": (odd_json([_SOUND]) | damaged([_store_file()]), readers.read_store),
        "scheme": (damaged([_SCHEME_TOML]), readers.read_scheme),
        "settings": (damaged([_SETTINGS_TOML]), readers.read_settings),
        "query": (damaged([b'label:PER status:rejected "Mario Rossi" -x /a+/']), readers.read_query),
    }
    for name, known in formats().items():
        if (load := known.read) is not None:  # an importer that has come since joins by itself
            own = _own_files(known)
            for path, raw in own.items():  # what belongs together lies together
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(raw)
            sources = [TEXT.encode(), _store_file(), *own.values()]
            given = damaged(sources) | odd_json(_json_of(sources))
            bins = [raw for path, raw in own.items() if path.suffix == ".spacy"]
            if bins:  # bytes that are changed as they are break zlib's checksum, and nothing else
                given |= odd_docbins(bins)
            found[f"import {name}"] = (given, _importing(load, readers.file))
            in_place = next((path for path in own if path.suffix in _WITH_OTHERS), None)
            if in_place is not None:
                found[f"import {name} in its place"] = (
                    damaged([own[in_place]]),
                    _importing(load, folder / in_place),
                )
    return found


@cache
def _own_files(known: Format) -> dict[Path, bytes]:
    """The files that a format writes of two articles; none where its libraries are not there."""
    with tempfile.TemporaryDirectory() as holder:
        dest = Path(holder) / "out"
        try:
            export(known, [quoted(), simple("b", IN_PROGRESS)], dest, SCHEME, partial=True)
        except ChiosaError:
            return {}
        files = [p for p in sorted(dest.rglob("*")) if p.is_file() and p.name != MANIFEST]
        return {path.relative_to(dest): path.read_bytes() for path in files}


def _json_of(sources: list[bytes]) -> list[Any]:
    """What of some files is JSON, as a whole or line by line."""
    found = []
    for raw in sources:
        for piece in (raw, *raw.split(b"\n")[:20]):
            with suppress(ValueError):
                found.append(json.loads(piece))
    return [data for data in found if isinstance(data, dict | list) and data]


def _importing(load: Callable[..., Any], path: Path) -> Callable[[bytes], object]:
    def read(raw: bytes) -> object:
        path.write_bytes(raw)
        found = load(path, SCHEME)
        return list(found) if hasattr(found, "__iter__") else found

    return read


def fuzz(name: str, folder: Path, seconds: float, examples: int = 1_000_000) -> Counter[str]:
    """Run one reader for a while; what came of it, by kind.

    Raises:
        Exception: the first that is no `ChiosaError`.
    """
    strategy, read = targets(folder)[name]
    came: Counter[str] = Counter()
    end = time.monotonic() + seconds

    def once(raw: bytes) -> None:
        if time.monotonic() > end:
            return
        try:
            read(raw)
        except ChiosaError as error:
            came[type(error).__name__] += 1
        else:
            came["read"] += 1

    while time.monotonic() < end and not came["examples"] >= examples:
        many = min(examples, 2000)
        settings(
            max_examples=many, deadline=None, database=None, suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        )(given(strategy)(once))()  # fmt: skip
        came["examples"] += many
    return came


def main() -> None:
    """Fuzz by the clock."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--minutes", type=float, default=10)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as holder:
        names = args.names or list(targets(_fresh(holder, 0)))
        for number, name in enumerate(names, 1):
            came = fuzz(name, _fresh(holder, number), 60 * args.minutes / len(names))
            del came["examples"]
            print(
                f"{name:12} {sum(came.values()):>9,} inputs, no uncaught exception: {dict(came)}", flush=True
            )


def _fresh(holder: str, number: int) -> Path:
    folder = Path(holder) / str(number)
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
