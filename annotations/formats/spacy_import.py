"""Reviewed articles from spaCy's DocBin files, Chiosa's own and anybody else's.

``doc.ents`` are accepted entities, the group ``sc`` of ``doc.spans`` accepted quotes; where a file that
Chiosa has not written has no such group, its only one is taken. Words whose entities nobody has set make an
article one in progress. What an export has put into both ner's and spancat's files is one article.

A DocBin is msgpack within zlib. srsly reads maps, lists, numbers, texts and bytes from it, and numpy's arrays
as a type and bytes, of which numpy makes no Python objects. So nothing in a file is unpickled or run, in
``user_data`` as elsewhere. This module imports spaCy: keep it
off the start-up path.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab
from srsly.msgpack import unpackb

from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, REJECTED, STATES, SUGGESTED
from annotations.components.quotes import SPANS_KEY
from annotations.errors import ChiosaError
from annotations.formats.incoming import Building, Incoming, Refused, Unfit, reading, source_files
from annotations.formats.spacy_docs import (
    PROPOSED_KEY,
    REJECTED_KEY,
    REJECTED_QUOTES_KEY,
    USER_KEY,
    missing_tokens,
)
from annotations.language import _
from annotations.scheme import Scheme
from annotations.store import NOT_CHIOSAS

if TYPE_CHECKING:
    from spacy.tokens import Span as DocSpan

Key = tuple[str, str, str]
"""An article that Chiosa has written: its id, whose annotation it is, the SHA-256 of its text."""
_GROUPS = (SPANS_KEY, REJECTED_KEY, REJECTED_QUOTES_KEY)


def read_spacy(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read ``.spacy`` files, those of a folder and below it one after another.

    Raises:
        ChiosaError: a file is no DocBin.
    """
    seen: set[Key] = set()
    for path in source_files(source, "*.spacy"):
        for number, doc in _docs(path, seen):
            place = f"{path}:{number}"
            try:
                found = _incoming(place, doc, scheme)
            except Unfit as error:
                yield Refused(place, str(error))
                continue
            except NOT_CHIOSAS as error:  # spaCy's, of spans beyond the text or strings that are missing
                reason = " ".join(str(error).split())[:100]
                yield Refused(place, _("is damaged ({reason})").format(reason=reason))
                continue
            about = _about(doc.user_data)
            if about:
                if _key(about) in seen:
                    continue
                seen.add(_key(about))
            yield found


def _docs(path: Path, seen: Set[Key]) -> Iterator[tuple[int, Doc]]:
    """The Docs of a file with their numbers in it, without those of articles that are seen already."""
    try:
        with reading(path):
            found = DocBin().from_disk(path)
        numbers = [n for n in range(len(found)) if not seen or _key(_about_nth(found, n)) not in seen]
        parts: list[list[Any]] = [
            found.tokens, found.spaces, found.cats, found.flags, found.span_groups, found.user_data,
        ]  # fmt: skip
        for part in parts:  # what Docs are made of: those that are left out cost nothing
            part[:] = [part[number] for number in numbers]
        # its words are only looked up: a vocabulary without a language is filled in half the time
        docs = found.get_docs(Vocab())
        for number in numbers:
            yield number + 1, next(docs)
    except (ChiosaError, GeneratorExit):
        raise
    except Exception as error:  # zlib, msgpack and numpy each have errors of their own
        reason = " ".join(str(error).split())[:100]
        raise ChiosaError(
            _("{path}: is not a spaCy DocBin, or a damaged one ({reason}); export it anew").format(
                path=path, reason=reason
            )
        ) from None


def _incoming(place: str, doc: Doc, scheme: Scheme) -> Incoming:
    about = _about(doc.user_data)
    state = about.get("state")
    if state not in STATES:
        state = IN_PROGRESS if missing_tokens(doc) else DONE
    text = doc.text
    building = Building(text, str(about.get("annotator") or ""), state)
    taken: dict[str, str] = {}
    proposed = dict(about.get(PROPOSED_KEY) or {})
    for spans, status in _groups(doc):
        for span in spans:
            origin, score = proposed.get(span.id_, ("", None))
            taken[span.id_] = building.span(
                span.start_char, span.end_char, span.label_, SUGGESTED if span.id_ in proposed else status,
                span_id=span.id_, origin=origin, score=score,
            )  # fmt: skip
    for link in _links(doc):
        building.link(taken.get(link["from"]), link["kind"], taken.get(link["to"]))
    annotation = building.annotation(
        scheme,
        suggester=str(about.get("suggester") or ""),
        disputed=frozenset(map(str, about.get("disputed") or ())),
    )
    return Incoming(place, text, annotation, str(about.get("id") or ""))


def _about(user_data: Any) -> dict[str, Any]:
    """What Chiosa has written of an article into a Doc; nothing, where another has made it."""
    about = user_data.get(USER_KEY) if isinstance(user_data, dict) else None
    return about if isinstance(about, dict) else {}


def _about_nth(found: DocBin, number: int) -> dict[str, Any]:
    raw = found.user_data[number]
    return _about(unpackb(raw, raw=False, use_list=False) if raw else None)  # type: ignore[no-untyped-call]


def _key(about: dict[str, Any]) -> Key:
    return str(about.get("id")), str(about.get("annotator")), str(about.get("sha256"))


def _groups(doc: Doc) -> Iterable[tuple[Iterable[DocSpan], str]]:
    yield doc.ents, ACCEPTED
    keys = [key for key in doc.spans if key not in _GROUPS]
    if SPANS_KEY in doc.spans:
        yield doc.spans[SPANS_KEY], ACCEPTED
    elif len(keys) == 1:
        yield doc.spans[keys[0]], ACCEPTED
    for key in (REJECTED_KEY, REJECTED_QUOTES_KEY):
        if key in doc.spans:
            yield doc.spans[key], REJECTED


def _links(doc: Doc) -> list[dict[str, Any]]:
    groups = [doc.spans[key] for key in (SPANS_KEY, REJECTED_QUOTES_KEY) if key in doc.spans]
    links = [link for group in groups for link in group.attrs.get("links", [])]
    if not all(isinstance(link, dict) and {"from", "kind", "to"} <= link.keys() for link in links):
        raise Unfit(_("the links are not as Chiosa writes them"))
    return links
