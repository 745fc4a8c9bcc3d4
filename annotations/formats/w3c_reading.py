"""Reading Web Annotations: collections, pages, lists and single annotations, with the texts beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from annotations.formats.destination import MANIFEST
from annotations.formats.details import KEY, article_id_of, restored
from annotations.formats.incoming import Building, Incoming, Refused, Unfit, reading, source_files
from annotations.formats.records import made, relate
from annotations.formats.units import settled
from annotations.language import _
from annotations.scheme import Scheme

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
TEXTS = "texts"
SOURCE = "source"
"""Where the record under ``chiosa`` says which text it is about."""
_SUFFIXES = (".jsonld", ".json")
_TAGS = ("tagging", "identifying", "classifying", "describing", "linking")
"""Purposes of a body that is a label; ``commenting`` makes a note."""
_MOST = 50
"""Collections within collections; more are no sound file."""


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read files of annotations; each text with the annotations of one creator is an article.

    A text lies where the target's ``source`` says, seen from the file, or under that name beside it or in
    ``texts``; annotations without a source are of the text that has their file's name. A position counts only
    if the words that the file has for it stand there; words alone count where they are in one place only.

    Raises:
        ChiosaError: a file cannot be read, or there is none.
    """
    for path in source_files(source, "*.json*"):
        if path.name != MANIFEST and (path == source or path.suffix.lower() in _SUFFIXES):
            yield from _file(path, source if source.is_dir() else path.parent, scheme)


def _file(path: Path, root: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    with reading(path):
        raw = path.read_text(encoding="utf-8-sig")
    try:
        whole = json.loads(raw)
    except (ValueError, RecursionError) as error:
        yield Refused(str(path), _("is not JSON ({reason})").format(reason=str(error)[:80]))
        return
    yield from _Document(path, root, scheme, whole).incoming()


class _Document:
    """A file of annotations, which may be of several texts and creators."""

    def __init__(self, path: Path, root: Path, scheme: Scheme, whole: object) -> None:
        self.path = path
        self.root = root
        self.scheme = scheme
        about = whole if isinstance(whole, dict) else {}
        kept = about.get(KEY)
        self.kept: dict[str, Any] = kept if isinstance(kept, dict) else {}
        self.creator = _name(about.get("creator"))
        self.groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.links: list[dict[str, Any]] = []
        self._sort(list(_annotations(whole)))

    def _sort(self, found: list[dict[str, Any]]) -> None:
        """Tell the annotations of words, by their text and creator, from those that link others."""
        ids = {one["id"] for one in found if isinstance(one.get("id"), str)}
        for one in found:
            targets = _list(one["target"])
            if "linking" in _list(one.get("motivation")) or all(_iri(target) in ids for target in targets):
                self.links.append(one)
                continue
            source = next((_source(target) for target in targets), "")
            self.groups.setdefault((source, _name(one.get("creator")) or self.creator), []).append(one)
        text = self.kept.get(SOURCE)
        if not self.groups and isinstance(text, str):  # an article without a span
            self.groups[text, self.creator] = []

    def incoming(self) -> Iterator[Incoming | Refused]:
        """An article for each text and creator."""
        if not self.groups:
            yield Refused(str(self.path), _("holds no annotation of a text"))
        for source, creator in self.groups:
            place = str(self.path)
            if len(self.groups) > 1:
                place += f": {source or creator}"
            yield from made(place, partial(self._article, place, source, creator))

    def _article(self, place: str, source: str, creator: str) -> list[Incoming | Refused]:
        file = _text_file(self.path, self.root, source)
        with reading(file):
            text = file.read_bytes().decode("utf-8")
        building = Building(text, creator)
        ids: dict[str, str] = {}
        for one in self.groups[source, creator]:
            for span_id in _spans(building, one):
                if isinstance(one.get("id"), str):
                    ids.setdefault(one["id"], span_id)
        for one in self.links:
            self._link(building, one, ids)
        kept = self.kept if self.kept and creator == self.creator else None
        annotation = restored(building, kept, self.scheme)
        return [Incoming(place, text, annotation, article_id_of(kept) or file.stem)]

    def _link(self, building: Building, one: dict[str, Any], ids: dict[str, str]) -> None:
        """Add a link between two of ``ids``, or pass it over if it is another article's."""
        ends = [iri for value in (*_list(one["target"]), *_list(one.get("body"))) if (iri := _iri(value))]
        if len(self.groups) > 1 and not ids.keys() & set(ends):
            return
        if len(ends) != 2:
            raise Unfit(_("a link must have two ends, and one has {n}").format(n=len(ends)))
        relate(building, _label(one), *(ids.get(end, end) for end in ends))


def _annotations(whole: object, depth: int = 0) -> Iterator[dict[str, Any]]:
    """All annotations of a document, whatever they are collected in."""
    if isinstance(whole, list) and depth < _MOST:
        for one in whole:
            yield from _annotations(one, depth + 1)
    elif isinstance(whole, dict) and depth < _MOST:
        if "target" in whole:
            yield whole
        for key in ("first", "items", "next", "@graph"):
            yield from _annotations(whole.get(key), depth + 1)


def _spans(building: Building, one: dict[str, Any]) -> Iterator[str]:
    """Add the span of an annotation for each of its targets, with its comments as a note."""
    label = _label(one)
    comments = [
        str(body.get("value"))
        for body in _list(one.get("body"))
        if isinstance(body, dict) and "commenting" in _list(body.get("purpose"))
    ]
    for target in _list(one["target"]):
        start, end, words = _place(building.text, target)
        span_id = building.span(start, end, label, words=words)
        if comments:
            building.note(span_id, "\n".join(comments))
        yield span_id


def _label(one: dict[str, Any]) -> object:
    """The tag of an annotation, or None: a body that is for tagging, or not said to be for anything else."""
    if isinstance(one.get("bodyValue"), str):
        return one["bodyValue"]
    for body in _list(one.get("body")):
        if isinstance(body, dict) and isinstance(body.get("value"), str):
            purposes = _list(body.get("purpose")) or _list(one.get("motivation"))
            if not purposes or any(purpose in _TAGS for purpose in purposes):
                return body["value"]
    return None


def _place(text: str, target: object) -> tuple[object, object, object]:
    """Start, end and words of a target.

    Raises:
        Unfit: nothing says where it is, or its words are nowhere or in several places.
    """
    selectors = _list(target.get("selector")) if isinstance(target, dict) else []
    kinds = {s.get("type"): s for s in selectors if isinstance(s, dict)}
    words = kinds.get("TextQuoteSelector", {}).get("exact")
    if "TextPositionSelector" in kinds:
        position = kinds["TextPositionSelector"]
        start, end = settled(text, position["start"], position["end"], words)
        return start, end, words
    if not isinstance(words, str) or not words:
        raise Unfit(_("an annotation says neither positions nor words"))
    quoted = kinds["TextQuoteSelector"]
    before, after = str(quoted.get("prefix", "")), str(quoted.get("suffix", ""))
    whole = before + words + after
    first = text.find(whole)
    if first < 0:
        raise Unfit(_("«{words}» does not stand in the text").format(words=words[:40]))
    if text.find(whole, first + 1) >= 0:
        raise Unfit(_("«{words}» stands in the text more than once").format(words=words[:40]))
    return first + len(before), first + len(before) + len(words), words


def _text_file(path: Path, root: Path, source: str) -> Path:
    """The file of a text.

    Raises:
        Unfit: there is none, or it lies outside the folder that is read.
    """
    parts = urlsplit(source)
    relative = unquote(parts.path) if not parts.scheme and not parts.netloc else ""
    name = Path(unquote(parts.path)).name or f"{path.stem}.txt"
    try:
        for candidate in (path.parent / relative, path.parent / name, path.parent / TEXTS / name):
            if candidate.is_file() and candidate.resolve().is_relative_to(root.resolve()):
                return candidate
    except (OSError, ValueError):  # no name that a file can have
        pass
    raise Unfit(_("its text is not there; put it beside the file as {name}").format(name=name[:80]))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _iri(value: object) -> str:
    """The IRI of a target or a body, which may be given alone, as an ``id`` or as a ``source``."""
    if isinstance(value, dict):
        value = value.get("id") or (value.get("source") if "selector" not in value else "")
    return value if isinstance(value, str) else ""


def _source(target: object) -> str:
    """The IRI of the text that a target is part of."""
    if isinstance(target, dict):
        target = target.get("source")
        if isinstance(target, dict):
            target = target.get("id")
    return target.split("#")[0] if isinstance(target, str) else ""


def _name(creator: object) -> str:
    """What a creator is called."""
    for one in _list(creator):
        if isinstance(one, str):
            return one
        if isinstance(one, dict):
            for key in ("nickname", "name", "email", "id"):
                if isinstance(one.get(key), str):
                    return str(one[key]).removeprefix("mailto:")
    return ""
