"""The store: one small TinyDB database for each article and annotator, in a folder beside the articles.

::

    .chiosa/annotations/<annotator>/<article id>.json   spans, links, state and edits
    .chiosa/texts/<sha256>.txt                          each text that was reviewed, as it was

The file of an article has four tables: ``meta`` (schema version, article id and SHA-256), ``annotation``
(spans, links, state, place in the edits), ``edits`` (one document an edit, numbered) and ``misfits`` (spans
that a changed text has no place for).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tinydb import TinyDB
from tinydb.table import Document

from annotations.annotation import DONE, IN_PROGRESS, NEW, STATES, Annotation, Link, Note, Span
from annotations.article import Article, text_sha256
from annotations.carry import Misfit, carry_over
from annotations.doubt import mean_doubt
from annotations.edits import broken_rules
from annotations.errors import ChiosaError, why
from annotations.history import Edit, History
from annotations.language import _, n_
from annotations.storage import AtomicJSONStorage, Tables, write_atomically

if TYPE_CHECKING:
    from filelock import FileLock

    from annotations.scheme import Scheme

SCHEMA = 1
"""Version of the layout above; raised when a program of today could not read a file of tomorrow."""
FOLDER = ".chiosa"
_SHA256 = re.compile("[0-9a-f]{64}")
_LONGEST_NAME = 180
"""Bytes of a file name before its ending; file systems allow 255 in all."""


class StoreError(ChiosaError):
    """The store cannot be read or written; the message names the file and the remedy."""


class Locked(StoreError):
    """Another desk has this article open under the same name."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the store has on an article: its history, and what a change of the text did to it."""

    history: History
    misfits: tuple[Misfit, ...] = ()
    notices: tuple[str, ...] = field(default=())
    exists: bool = True


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an article is: state, spans decided, spans in all, mean doubt about the others, flags."""

    state: str = NEW
    decided: int = 0
    total: int = 0
    doubt: float = 0.0
    flags: int = 0


class Store:
    """The annotations of one annotator in one folder."""

    def __init__(self, root: Path, annotator: str, scheme: Scheme) -> None:
        self.root = root
        self.annotator = annotator
        self.scheme = scheme

    def path(self, article_id: str) -> Path:
        """The file of an article's annotation."""
        return self.root / "annotations" / file_name(self.annotator) / f"{file_name(article_id)}.json"

    def check_writable(self) -> None:
        """See that edits can be saved.

        Raises:
            StoreError: they cannot.
        """
        # In the store's folder, or the nearest above it that is there: a start that is refused later on
        # leaves nothing behind, and two starts at once do not get in each other's way.
        home = self.path("article").parent
        try:
            while not home.exists():
                home = home.parent
            probe = home / f".chiosa.{os.getpid()}.probe"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise StoreError(
                _(
                    "{path}: the store cannot be written ({reason}); "
                    "mend its permissions or name another folder with --store"
                ).format(path=self.root, reason=why(error))
            ) from None

    def load(self, article: Article) -> Loaded:
        """The history of an article, carried over if its text has changed; nothing is written.

        Raises:
            StoreError: the file is there but cannot be read.
        """
        path = self.path(article.id)
        tables = _read(path)
        if tables is None:
            return Loaded(History(Annotation(self.annotator)), exists=False)
        try:
            return self._loaded(article, tables)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise StoreError(_damage(path, error)) from None

    def progress(self, article: Article) -> Progress | None:
        """How far an article is; None where the store has nothing.

        One whose text has changed since it was done is in progress again.

        Raises:
            StoreError: the file is there but cannot be read.
        """
        path = self.path(article.id)
        tables = _read(path)
        if tables is None:
            return None
        try:
            annotation = _annotation(tables["annotation"]["1"])
            state = annotation.state
            if state == DONE and tables["meta"]["1"]["sha256"] != article.sha256:
                state = IN_PROGRESS
            flags = sum(note.flagged for note in annotation.notes)
            return Progress(state, annotation.decided, len(annotation.spans), mean_doubt(annotation), flags)
        except (KeyError, TypeError, ValueError) as error:
            raise StoreError(_damage(path, error)) from None

    def open(self, article: Article) -> Session:
        """Take an article for editing; its lock is held until the session is closed.

        Raises:
            Locked: another desk has it.
            StoreError: the store cannot be read or written.
        """
        # ~50 ms of import that a reader of the store need not pay
        from filelock import FileLock, Timeout

        path = self.path(article.id)
        # The saving thread gives the article back, not the one that took it.
        lock = FileLock(path.with_suffix(".lock"), timeout=0, thread_local=False)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise Locked(
                _(
                    "{article} is open in another desk as {annotator}: "
                    "close it there and open it again, or use another --annotator"
                ).format(article=article.id, annotator=self.annotator)
            ) from None
        except OSError as error:
            raise StoreError(
                _("{path}: cannot be written ({reason}); mend its permissions").format(
                    path=path.parent, reason=why(error)
                )
            ) from None
        try:
            return Session(self, article, lock, self.load(article))
        except BaseException:
            lock.release()
            raise

    def text(self, sha256: str) -> str | None:
        """A text that was reviewed, by its SHA-256; None where it is not kept."""
        if not _SHA256.fullmatch(sha256):  # it stands in a file that anybody may have written
            return None
        try:
            text = (self.root / "texts" / f"{sha256}.txt").read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return text if text_sha256(text) == sha256 else None

    def keep_text(self, article: Article) -> None:
        """Keep an article's text as it is now, so that a later change can be followed."""
        path = self.root / "texts" / f"{article.sha256}.txt"
        if not path.exists():
            write_atomically(path, article.text.encode("utf-8"))

    def _loaded(self, article: Article, tables: Tables) -> Loaded:
        meta, record = tables["meta"]["1"], tables["annotation"]["1"]
        if meta["schema"] != SCHEMA:
            raise StoreError(
                _(
                    "{path}: was written by another version of Chiosa "
                    "(schema {schema}, this one reads {known}); update Chiosa"
                ).format(path=self.path(article.id), schema=meta["schema"], known=SCHEMA)
            )
        annotation = _annotation(record)
        misfits = tuple(Misfit.from_dict(m) for m in tables.get("misfits", {}).values())
        if meta["sha256"] != article.sha256:
            return self._carried(article, annotation, meta["sha256"], misfits)
        faults = broken_rules(annotation, self.scheme, len(article.text))
        if faults:
            raise ValueError(faults[0])
        strange = sorted({span.label for span in annotation.spans} - set(self.scheme.names))
        notice = _("{article}: has labels that the scheme lacks: {labels}").format(
            article=article.id, labels=", ".join(strange)
        )
        notices = (notice,) if strange else ()
        stored = tables.get("edits", {})
        edits = tuple(Edit.from_dict(stored[number]) for number in sorted(stored, key=int))
        if any(s.end > len(article.text) for edit in edits for s in (*edit.removed, *edit.added)):
            raise ValueError(_("an edit has a span that does not lie in the text"))
        position = record["position"]
        if not 0 <= position <= len(edits):
            raise ValueError(_("its edits are incomplete"))
        return Loaded(History(annotation, edits, position), misfits, notices)

    def _carried(
        self, article: Article, annotation: Annotation, old_sha256: str, earlier: tuple[Misfit, ...]
    ) -> Loaded:
        old = self.text(old_sha256)
        if old is None:
            raise ValueError(
                _("the text it was made on ({sha256}) is missing from {folder}").format(
                    sha256=old_sha256[:12], folder=self.root / "texts"
                )
            )
        carried, changed, misfits = carry_over(annotation, old, article.text, self.scheme)
        notice = n_(
            "{article}: the text has changed since the review; {n} span carried over",
            "{article}: the text has changed since the review; {n} spans carried over",
            len(carried.spans),
            article=article.id,
        )
        if misfits:
            notice += n_(", {n} no longer fits", ", {n} no longer fit", len(misfits))
        notices = [notice]
        for span in changed:
            words = " ".join(article.text[span.start : span.end].split())
            notices.append(
                _("{article}: {label} «{words}», which is {status}, has other words now").format(
                    article=article.id, label=span.label, words=words, status=_(span.status)
                )
            )
        # The edits speak of offsets in the old text, so undo cannot cross the change.
        return Loaded(History(carried), (*earlier, *misfits), tuple(notices))


class Session:
    """An article taken for editing: what the store has on it, and the right to write it."""

    def __init__(self, store: Store, article: Article, lock: FileLock, loaded: Loaded) -> None:
        self.store = store
        self.article = article
        self.loaded = loaded
        self._lock = lock
        path = store.path(article.id)
        for stale in path.parent.glob(f".{_glob_escape(path.name)}.*.tmp"):
            with suppress(OSError):
                stale.unlink()
        self._storage = AtomicJSONStorage(path)
        self._db = TinyDB(storage=lambda: self._storage)
        self.misfits = loaded.misfits
        self._keep_previous(path)

    def save(self, history: History) -> None:
        """Put a history on disk, in one atomic write.

        Raises:
            StoreError: it could not be written; what was there is untouched.
        """
        annotation = history.annotation
        record = {
            "annotator": annotation.annotator,
            "state": annotation.state,
            "suggester": annotation.suggester,
            "next_id": annotation.next_id,
            "position": history.position,
            "spans": [span.to_dict() for span in annotation.spans],
            "links": [link.to_dict() for link in annotation.links],
            "notes": [note.to_dict() for note in annotation.notes],
            "disputed": sorted(annotation.disputed),
        }
        meta = {"schema": SCHEMA, "article": self.article.id, "sha256": self.article.sha256}
        try:
            self.store.keep_text(self.article)
            with self._storage.batch():
                self._put("meta", meta)
                self._put("annotation", record)
                self._put_edits(history.edits)
                self._put_misfits(self.misfits)
        except OSError as error:
            raise StoreError(
                _("{path}: not saved ({reason}); make room or mend the folder").format(
                    path=self._storage.path, reason=why(error)
                )
            ) from error

    def close(self) -> None:
        """Give the article back."""
        self._lock.release()

    def _put(self, table: str, record: dict[str, Any]) -> None:
        self._db.table(table, cache_size=0).upsert(Document(record, doc_id=1))

    def _put_edits(self, edits: tuple[Edit, ...]) -> None:
        """Write only what is new: an editor adds one edit at a time to hundreds."""
        table = self._db.table("edits", cache_size=0)
        stored = cast("Tables", self._storage.read()).get("edits", {})
        same = min(len(stored), len(edits))
        while same and stored.get(str(same)) != edits[same - 1].to_dict():
            same -= 1
        if same < len(stored):
            table.remove(doc_ids=[int(number) for number in stored if int(number) > same])
        for number in range(same, len(edits)):
            table.insert(Document(edits[number].to_dict(), doc_id=number + 1))

    def _put_misfits(self, misfits: Iterable[Misfit]) -> None:
        table = self._db.table("misfits", cache_size=0)
        records = [misfit.to_dict() for misfit in misfits]
        if list(cast("Tables", self._storage.read()).get("misfits", {}).values()) != records:
            table.truncate()
            for number, record in enumerate(records, 1):
                table.insert(Document(record, doc_id=number))

    def _keep_previous(self, path: Path) -> None:
        """Before the first write after a change of the text, put the old review aside as it was."""
        tables = self._storage.read()
        if tables and tables["meta"]["1"]["sha256"] != self.article.sha256:
            sha256 = str(tables["meta"]["1"]["sha256"])
            number = len(list(path.parent.glob(f"{_glob_escape(path.stem)}.*.previous"))) + 1
            previous = path.with_name(f"{path.stem}.{number}.{sha256[:12]}.previous")
            try:
                write_atomically(previous, path.read_bytes())
            except OSError as error:
                raise StoreError(
                    _("{path}: cannot be written ({reason})").format(path=previous, reason=why(error))
                ) from None


def file_name(name: str) -> str:
    """A name as part of a file's name: what could mean a path, be hidden or be unprintable is %-escaped."""
    safe = re.sub(r"^\.|[^\w .'’@+=,~()-]", lambda m: _percent(m[0]), name)
    raw = safe.encode()
    if len(raw) > _LONGEST_NAME:
        digest = hashlib.sha256(raw).hexdigest()[:16]
        safe = raw[: _LONGEST_NAME - 17].decode("utf-8", "ignore") + "~" + digest
    return safe


def _percent(char: str) -> str:
    # a byte of a name that is not UTF-8 is that byte again; other halves of UTF-16 can come from a store only
    raw = os.fsencode(char) if "\udc80" <= char <= "\udcff" else char.encode("utf-8", "surrogatepass")
    return "".join(f"%{byte:02X}" for byte in raw)


def _glob_escape(name: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", name)


def _read(path: Path) -> Tables | None:
    try:
        return AtomicJSONStorage(path).read()
    except OSError as error:
        raise StoreError(
            _("{path}: cannot be read ({reason}); check its permissions").format(path=path, reason=why(error))
        ) from None
    except (ValueError, RecursionError) as error:
        raise StoreError(_damage(path, error)) from None


def _damage(path: Path, error: Exception) -> str:
    if isinstance(error, KeyError):
        reason = _("no {name}").format(name=error)
    else:
        reason = str(error).splitlines()[0][:120]
    return _(
        "{path}: is damaged or not Chiosa's ({reason}); move it away to begin anew, or restore it from a copy"
    ).format(path=path, reason=reason)


def _annotation(record: dict[str, Any]) -> Annotation:
    spans = tuple(sorted((Span.from_dict(s) for s in record["spans"]), key=lambda s: s.order))
    if type(record["next_id"]) is not int or not 0 <= record["next_id"] < 1 << 40:
        raise ValueError(_("{name} is no number of a span").format(name="next_id"))
    if record["state"] not in STATES:
        raise ValueError(_("no state {state!r}").format(state=record["state"]))
    return Annotation(
        str(record["annotator"]),
        record["state"],
        spans,
        tuple(sorted(Link.from_dict(k) for k in record["links"])),
        record["next_id"],
        str(record["suggester"]),
        # files of before have neither
        tuple(sorted(Note.from_dict(n) for n in record.get("notes", ()))),
        frozenset(map(str, record.get("disputed", ()))),
    )
