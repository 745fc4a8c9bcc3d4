"""An article taken for editing: what the store has on it, and the right to write it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tinydb import TinyDB
from tinydb.table import Document

from annotations.annotation import Link, Span
from annotations.atomic import Tables, backup_path, write_atomically
from annotations.encoded import EncodedRow
from annotations.errors import Overtaken, why
from annotations.language import _
from annotations.migrations import SCHEMA
from annotations.place import keep_place
from annotations.storage import AtomicJSONStorage, UnseenEdits
from annotations.store import StoreError

if TYPE_CHECKING:
    from annotations.article import Article
    from annotations.carry import Misfit
    from annotations.history import Edit, History
    from annotations.ownership import Ownership
    from annotations.store import Loaded, Store


class Session:
    """An article taken for editing: what the store has on it, and the right to write it."""

    def __init__(self, store: Store, article: Article, ownership: Ownership, loaded: Loaded) -> None:
        self.store = store
        self.article = article
        self.loaded = loaded
        self._ownership = ownership
        path = store.path(article.id)
        # what it is to save, it was given: the file is not read a second time, nor kept in memory
        self._storage = AtomicJSONStorage(
            path, ownership.guard, lasting="edits", stamp=loaded.stamp, others=dict(loaded.others)
        )
        self._db = TinyDB(storage=lambda: self._storage)
        self._spans: EncodedRow[Span] = EncodedRow()
        self._links: EncodedRow[Link] = EncodedRow()
        self.misfits = loaded.misfits
        self._keep_previous(path)

    def save(self, history: History) -> None:
        """Put a history on disk, in one atomic write.

        Raises:
            Overtaken: another desk has written the article, or taken it over.
            StoreError: it could not be written; what was there is untouched.
        """
        annotation = history.annotation
        self._spans.put(annotation.spans)
        self._links.put(annotation.links)
        record = {
            "annotator": annotation.annotator,
            "state": annotation.state,
            "suggester": annotation.suggester,
            "next_id": annotation.next_id,
            "position": history.position,
            "spans": self._spans,
            "links": self._links,
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
        except UnseenEdits:
            raise Overtaken(
                _("{path}: has edits made elsewhere, which are not written over").format(
                    path=self._storage.path
                )
            ) from None
        except OSError as error:
            raise StoreError(
                _("{path}: not saved ({reason}); make room or mend the folder").format(
                    path=self._storage.path, reason=why(error)
                )
            ) from error

    @property
    def path(self) -> Path:
        """The file that is written."""
        return self._storage.path

    @property
    def lockless(self) -> bool:
        """Whether the file system knows no locks, so that two desks that start at once may both begin."""
        return self._ownership.lockless

    def keep_place(self, history: History, span_id: str) -> None:
        """Note where the editor is."""
        keep_place(self.path, history, span_id)

    def tidy(self) -> None:
        """Remove what killed saves have left."""
        path = self.store.path(self.article.id)
        for stale in path.parent.glob(f".{escape(path.name)}.*.tmp"):
            with suppress(OSError):
                stale.unlink()

    def close(self) -> None:
        """Give the article back."""
        self._ownership.release()

    def discard(self) -> None:
        """Take back what was saved, and give the article back."""
        for path in (self.path, backup_path(self.path)):
            with suppress(OSError):
                path.unlink(missing_ok=True)
        self.close()

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
        new = enumerate(edits[same:], same + 1)
        table.insert_multiple(Document(edit.to_dict(), doc_id=number) for number, edit in new)

    def _put_misfits(self, misfits: Iterable[Misfit]) -> None:
        table = self._db.table("misfits", cache_size=0)
        records = [misfit.to_dict() for misfit in misfits]
        if list(cast("Tables", self._storage.read()).get("misfits", {}).values()) != records:
            table.truncate()
            table.insert_multiple(Document(record, doc_id=number) for number, record in enumerate(records, 1))

    def _keep_previous(self, path: Path) -> None:
        """Before the first write after a change of the text, put the old review aside as it was."""
        sha256 = self.loaded.sha256
        if self.loaded.exists and sha256 != self.article.sha256:
            number = len(list(path.parent.glob(f"{escape(path.stem)}.*.previous"))) + 1
            previous = path.with_name(f"{path.stem}.{number}.{sha256[:12]}.previous")
            try:
                write_atomically(previous, path.read_bytes())
            except OSError as error:
                raise StoreError(
                    _("{path}: cannot be written ({reason})").format(path=previous, reason=why(error))
                ) from None
