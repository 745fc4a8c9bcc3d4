"""Examining a store: what is wrong with its files, and mending what can be mended.

A damaged file is mended from the version before its last edit, which every save keeps; else what is sound in
it is kept; else the article begins anew. What was there stays beside, as ``….damaged``.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotations.annotation import Annotation, Link, Note, Span
from annotations.annotators import annotators
from annotations.article import Article
from annotations.atomic import Tables, backup_path, stored_tables, write_atomically
from annotations.edits import broken_rules, colliding
from annotations.errors import ChiosaError, why
from annotations.history import History
from annotations.language import _, n_
from annotations.migrations import SCHEMA, FutureSchema, migrated
from annotations.ownership import Held, Ownership
from annotations.scheme import Scheme
from annotations.store import NOT_CHIOSAS, Store, StoreError, read_stored

DAMAGED = ".damaged"
_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: ``mend``, where there is one, mends it and says what it did.

    Its errors are `ChiosaError`.
    """

    fault: str
    mend: Callable[[], str] | None = None


def check_store(root: Path, scheme: Scheme, articles: Mapping[str, Article]) -> Iterator[Finding]:
    """What is wrong in the store ``root`` of some articles, by their ids; slow only by what is in it."""
    try:
        folders = annotators(root)
    except StoreError as error:
        yield Finding(str(error))
        return
    for folder, name in folders:
        if name is None:
            yield Finding(
                _("{path}: nobody knows whose folder this is; give it its annotator's name").format(
                    path=folder
                )
            )
            continue
        store = Store(root, name, scheme)
        known = {store.path(article.id): article for article in articles.values()}
        paths = {*folder.glob(f"*{_SUFFIX}"), *_gone(folder)}
        for path in sorted(paths):
            yield from _check_file(store, path, known.get(path))
    yield from _leftovers(root)


def _gone(folder: Path) -> Iterator[Path]:
    for backup in folder.glob(f"*{_SUFFIX}.bak"):
        path = backup.with_name(backup.name.removesuffix(".bak"))
        if not path.exists():
            yield path


def _check_file(store: Store, path: Path, article: Article | None) -> Iterator[Finding]:
    try:
        file = read_stored(path)
        if file is None:
            fault = _("{path}: is gone, and the version before its last edit is there").format(path=path)
            yield Finding(fault, lambda: mend_file(store, path, article))
            return
        if article is None:
            history = History(file.record.annotation())
        else:
            history = store.load_file(path, article).history
        while history.can_undo:
            history = history.undo(store.scheme)
    except StoreError as error:
        mendable = _is_readable(path) and not _is_of_tomorrow(path)
        yield Finding(str(error), (lambda: mend_file(store, path, article)) if mendable else None)
        return
    except NOT_CHIOSAS as error:
        fault = _("{path}: its edits do not lead back ({reason})").format(path=path, reason=error)
        yield Finding(fault, lambda: mend_file(store, path, article))
        return
    if article is None:
        words = _("{path}: its article is not in the folder; put {id}.txt back, or remove the file")
        yield Finding(words.format(path=path, id=path.name.removesuffix(_SUFFIX)))


def _is_readable(path: Path) -> bool:
    try:
        path.read_bytes()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _is_of_tomorrow(path: Path) -> bool:
    try:
        migrated(stored_tables(path)[0] or {})
    except FutureSchema:
        return True
    except (OSError, *NOT_CHIOSAS):
        pass
    return False


def _leftovers(root: Path) -> Iterator[Finding]:
    """Temporary files of a save that was killed, and files that everybody may write."""
    for folder, _dirs, names in os.walk(root):
        for name in sorted(names):
            path = Path(folder, name)
            if name.endswith(".tmp") and name.startswith("."):
                fault = _("{path}: was left by a save that was killed; it can go").format(path=path)
                yield Finding(fault, lambda path=path: _removed(path))  # type: ignore[misc]
                continue
            with suppress(OSError):
                mode = path.lstat().st_mode
                if stat.S_ISREG(mode) and mode & stat.S_IWOTH:
                    fault = _("{path}: everybody may write it; take that away (chmod o-w)").format(path=path)
                    yield Finding(fault, lambda path=path, mode=mode: _closed(path, mode))  # type: ignore[misc]


def _removed(path: Path) -> str:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _not_mended(path, error) from None
    return _("{path}: removed").format(path=path)


def _closed(path: Path, mode: int) -> str:
    try:
        path.chmod(stat.S_IMODE(mode) & ~stat.S_IWOTH)
    except OSError as error:
        raise _not_mended(path, error) from None
    return _("{path}: only its owner and group may write it now").format(path=path)


def mend_file(store: Store, path: Path, article: Article | None) -> str:
    """Put a sound file in the place of a damaged one, which is kept; what was done.

    Raises:
        ChiosaError: a desk has the article, or the folder cannot be written.
    """
    try:
        ownership = Ownership.take(path, store.annotator)
    except Held:
        words = _("{path}: is open in a desk; leave the article there first")
        raise ChiosaError(words.format(path=path)) from None
    except OSError as error:
        raise _not_mended(path, error) from None
    try:
        return _mended(store, path, article)
    except OSError as error:
        raise _not_mended(path, error) from None
    finally:
        ownership.release()


def _mended(store: Store, path: Path, article: Article | None) -> str:
    aside = _put_aside(path)
    kept = _(" (what was there: {file})").format(file=aside.name) if aside is not None else ""
    backup = backup_path(path)
    if _is_sound(store, backup, article):
        write_atomically(path, backup.read_bytes())
        return _("{path}: the version before the last edit is back").format(path=path) + kept
    salvaged = _salvaged(store, aside, article) if aside is not None else None
    if salvaged is not None:
        tables, lost = salvaged
        write_atomically(path, json.dumps(tables).encode())
        words = n_(
            "{path}: {n} span that is not sound is left out; undo begins anew",
            "{path}: {n} spans that are not sound are left out; undo begins anew",
            lost,
            path=path,
        )
        return words + kept
    path.unlink(missing_ok=True)
    return _("{path}: nothing in it is sound; the article begins anew").format(path=path) + kept


def _put_aside(path: Path) -> Path | None:
    """Keep a file under another name."""
    if not path.exists():
        return None
    number = 1
    while (aside := path.with_name(f"{path.name}.{number}{DAMAGED}")).exists():
        number += 1
    write_atomically(aside, path.read_bytes())
    return aside


def _is_sound(store: Store, path: Path, article: Article | None) -> bool:
    try:
        file = read_stored(path)
        if file is None:
            return False
        if article is None:
            file.record.annotation()
        else:
            store.load_file(path, article)
    except (StoreError, *NOT_CHIOSAS):
        return False
    return True


def _salvaged(store: Store, path: Path, article: Article | None) -> tuple[Tables, int] | None:
    """Tables with those spans, links and notes of a file that are sound, and how many spans are not."""
    try:
        tables = stored_tables(path)[0] or {}
        record: dict[str, Any] = tables["annotation"]["1"]
        candidates: list[Any] = list(record["spans"])
        sha256 = str(tables["meta"]["1"]["sha256"])
        article_id = str(tables["meta"]["1"]["article"])
    except (OSError, *NOT_CHIOSAS):
        return None
    text = article.text if article is not None and article.sha256 == sha256 else store.text(sha256)
    if text is None:
        return None
    annotation = Annotation(store.annotator)
    for data in candidates:
        with suppress(*NOT_CHIOSAS):
            annotation = _with(annotation, Span.from_dict(data), store.scheme, len(text))
    lost = len(candidates) - len(annotation.spans)
    for data in _listed(record, "links"):
        with suppress(*NOT_CHIOSAS):
            linked = annotation.with_links(add=[Link.from_dict(data)])
            if not broken_rules(linked, store.scheme, len(text)):
                annotation = linked
    present = {span.id for span in annotation.spans} | {""}
    for data in _listed(record, "notes"):
        with suppress(*NOT_CHIOSAS):
            note = Note.from_dict(data)
            if note.target in present:
                annotation = annotation.with_notes(add=[note])
    sound = {
        "annotator": store.annotator,
        "state": "in progress",
        "suggester": "",
        "next_id": 1 + max(_numbers(annotation), default=0),
        "position": 0,
        "spans": [span.to_dict() for span in annotation.spans],
        "links": [link.to_dict() for link in annotation.links],
        "notes": [note.to_dict() for note in annotation.notes],
        "disputed": [],
    }
    meta = {"schema": SCHEMA, "article": article_id, "sha256": sha256}
    return {"meta": {"1": meta}, "annotation": {"1": sound}, "edits": {}, "misfits": {}}, lost


def _listed(record: dict[str, Any], name: str) -> list[Any]:
    found = record.get(name)
    return found if isinstance(found, list) else []


def _numbers(annotation: Annotation) -> Iterator[int]:
    """Those of its spans' ids that new ones have to be beyond."""
    for span in annotation.spans:
        if span.id[1:].isdecimal() and len(span.id) <= 12:  # no counting leads to longer ones
            yield int(span.id[1:])


def _with(annotation: Annotation, span: Span, scheme: Scheme, length: int) -> Annotation:
    """The annotation with one more span, if that keeps the rules.

    Raises:
        ValueError: it does not.
    """
    if not 0 <= span.start < span.end <= length or annotation.find(span.id) is not None:
        raise ValueError(span.id)
    if colliding(annotation, span, scheme) is not None:
        raise ValueError(span.id)
    return annotation.with_spans(add=[span])


def _not_mended(path: Path, error: OSError) -> ChiosaError:
    words = _("{path}: cannot be mended ({reason}); mend the folder's permissions")
    return ChiosaError(words.format(path=path, reason=why(error)))
