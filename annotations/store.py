"""The store: one small TinyDB database for each article and annotator, in a folder beside the articles.

::

    .chiosa/annotations/<annotator>/<article id>.json       spans, links, state and edits
    .chiosa/annotations/<annotator>/<article id>.json.bak   the same before the last edit
    .chiosa/annotations/<annotator>/<article id>.place      the span where the editor was
    .chiosa/texts/<sha256>.txt                              each text that was reviewed, as it was

The file of an article has four tables: ``meta`` (schema version, article id and SHA-256), ``annotation``
(spans, links, state, place in the edits), ``edits`` (one document an edit, numbered) and ``misfits`` (spans
that a changed text has no place for).
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from annotations.annotation import DONE, IN_PROGRESS, NEW, Annotation
from annotations.article import Article, text_sha256
from annotations.atomic import Stamp, Tables, stamp_of, write_atomically
from annotations.doubt import mean_doubt
from annotations.edits import broken_rules
from annotations.errors import ChiosaError, why
from annotations.history import Edit, History
from annotations.language import _, n_
from annotations.migrations import FutureSchema
from annotations.stored import Stored, stored

if TYPE_CHECKING:
    from annotations.carry import Misfit
    from annotations.ownership import Owner
    from annotations.scheme import Scheme
    from annotations.session import Session

FOLDER = ".chiosa"
_SHA256 = re.compile("[0-9a-f]{64}")
_LONGEST_NAME = 180
"""Bytes of a file name before its ending; file systems allow 255 in all."""


NOT_CHIOSAS = (
    KeyError, TypeError, ValueError, IndexError, AttributeError, OverflowError, RecursionError,
)  # fmt: skip
"""What comes of reading a file as what it is not."""


class StoreError(ChiosaError):
    """The store cannot be read or written; the message names the file and the remedy."""


class Locked(StoreError):
    """Another desk has this article open under the same name."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the store has on an article: its history, and what a change of the text did to it.

    ``stamp`` tells the version of the file that was read, ``sha256`` the text that it is on, and ``others``
    are the tables in it that are not Chiosa's.
    """

    history: History
    misfits: tuple[Misfit, ...] = ()
    notices: tuple[str, ...] = ()
    stamp: Stamp | None = field(default=None, compare=False)
    sha256: str = field(default="", compare=False)
    others: Tables = field(default_factory=dict, compare=False)

    @property
    def exists(self) -> bool:
        """Whether there was a file."""
        return self.stamp is not None


class Progress(Struct, frozen=True):
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
        return self.load_file(self.path(article.id), article)

    def load_file(self, path: Path, article: Article) -> Loaded:
        """The same from a file of another name, such as the version before.

        Raises:
            StoreError: the file is there but cannot be read.
        """
        file = read_stored(path)
        if file is None:
            return Loaded(History(Annotation(self.annotator)))
        try:
            loaded = self._loaded(article, file)
            return replace(loaded, stamp=file.stamp, sha256=file.meta.sha256, others=file.others)
        except NOT_CHIOSAS as error:
            raise StoreError(_damage(path, error)) from None

    def annotation(self, article: Article) -> Annotation:
        """The annotation alone, for who looks through thousands of articles and edits none.

        Raises:
            StoreError: the file is there but cannot be read.
        """
        path = self.path(article.id)
        file = read_stored(path)
        if file is None:
            return Annotation(self.annotator)
        try:
            if file.meta.sha256 != article.sha256:
                return self._loaded(article, file).history.annotation
            return file.record.annotation()
        except NOT_CHIOSAS as error:
            raise StoreError(_damage(path, error)) from None

    def progress(self, article: Article) -> Progress | None:
        """How far an article is; None where the store has nothing.

        One whose text has changed since it was done is in progress again.

        Raises:
            StoreError: the file is there but cannot be read.
        """
        path = self.path(article.id)
        file = read_stored(path)
        if file is None:
            return None
        try:
            annotation = file.record.annotation()
            state = annotation.state
            if state == DONE and file.meta.sha256 != article.sha256:
                state = IN_PROGRESS
            flags = sum(note.flagged for note in annotation.notes)
            return Progress(state, annotation.decided, len(annotation.spans), mean_doubt(annotation), flags)
        except NOT_CHIOSAS as error:
            raise StoreError(_damage(path, error)) from None

    def reload(self, article: Article, seen: Loaded | None) -> Loaded:
        """The history of an article, which is not read again where it is what was ``seen``.

        Raises:
            StoreError: the file is there but cannot be read.
        """
        if seen is not None and seen.stamp == stamp_of(self.path(article.id)):
            return seen
        return self.load(article)

    def open(
        self, article: Article, *, seen: Loaded | None = None, by_force: bool = False, tidy: bool = True
    ) -> Session:
        """Take an article for editing, until the session is closed; ``seen`` is what was read of it before.

        With ``by_force`` it is taken over from a desk that has it, which can then save no more. What killed
        saves have left beside it goes, unless it is not to be ``tidy``: the whole folder is looked through
        for that, which who opens thousands of articles leaves to the desk.

        Raises:
            Locked: another desk has it.
            StoreError: the store cannot be read or written.
        """
        from annotations.ownership import Held, Ownership, cannot_be_written
        from annotations.session import Session

        path = self.path(article.id)
        try:
            ownership = Ownership.take(path, self.annotator, by_force=by_force)
        except Held as held:
            raise Locked(_held(article.id, self.annotator, held.owner)) from None
        except OSError as error:
            raise StoreError(cannot_be_written(path.parent, error)) from None
        try:
            session = Session(self, article, ownership, self.reload(article, seen))
            if tidy:
                session.tidy()
            return session
        except BaseException:
            ownership.release()
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

    def _loaded(self, article: Article, file: Stored) -> Loaded:
        annotation = file.record.annotation()
        misfits: tuple[Misfit, ...] = ()
        if file.misfits:
            from annotations.carry import Misfit  # few articles have any: it need not be there at the start

            misfits = tuple(Misfit.from_dict(m) for m in file.misfits.values())
        if file.meta.sha256 != article.sha256:
            return self._carried(article, annotation, file.meta.sha256, misfits)
        faults = broken_rules(annotation, self.scheme, len(article.text))
        if faults:
            raise ValueError(faults[0])
        strange = sorted({span.label for span in annotation.spans} - set(self.scheme.names))
        notice = _("{article}: has labels that the scheme lacks: {labels}").format(
            article=article.id, labels=", ".join(strange)
        )
        notices = (notice,) if strange else ()
        edits = tuple(Edit.from_dict(file.edits[number]) for number in sorted(file.edits, key=int))
        if any(s.end > len(article.text) for edit in edits for s in (*edit.removed, *edit.added)):
            raise ValueError(_("an edit has a span that does not lie in the text"))
        if file.record.position > len(edits):
            raise ValueError(_("its edits are incomplete"))
        return Loaded(History(annotation, edits, file.record.position), misfits, notices)

    def _carried(
        self, article: Article, annotation: Annotation, old_sha256: str, earlier: tuple[Misfit, ...]
    ) -> Loaded:
        from annotations.carry import carry_over

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


def _held(article_id: str, annotator: str, owner: Owner | None) -> str:
    where = f" ({owner})" if owner is not None else ""
    return _(
        "{article} is open in another desk as {annotator}{where}: "
        "close it there, take it over, or use another --annotator"
    ).format(article=article_id, annotator=annotator, where=where)


def read_stored(path: Path) -> Stored | None:
    """The file of an annotation as this version has it; None where there is none.

    Raises:
        StoreError: it cannot be read, or is not Chiosa's.
    """
    try:
        return stored(path)
    except OSError as error:
        raise StoreError(
            _("{path}: cannot be read ({reason}); check its permissions").format(path=path, reason=why(error))
        ) from None
    except FutureSchema as error:
        raise StoreError(f"{path}: {error}") from None
    except NOT_CHIOSAS as error:
        raise StoreError(_damage(path, error)) from None


def _damage(path: Path, error: Exception) -> str:
    if isinstance(error, KeyError):
        reason = _("no {name}").format(name=error)
    else:
        reason = str(error).splitlines()[0][:120]
    return _("{path}: is damaged or not Chiosa's ({reason}); chiosa check --mend mends it").format(
        path=path, reason=reason
    )
