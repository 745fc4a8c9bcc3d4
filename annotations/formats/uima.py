"""UIMA CAS for INCEpTION and DKPro: a file for each article, and ``TypeSystem.xml``; needs ``dkpro-cassis``.

Accepted entities are DKPro's ``NamedEntity`` (``value`` is the label). Quotes, cues and sources are spans of
the layer ``webanno.custom.Quote`` with the feature ``label``, links relations of ``webanno.custom.QuoteLink``
with ``kind``, from the quote (Governor) to its cue or source (Dependent): INCEpTION wants one span layer for
each relation layer. Both are to be made in INCEpTION's project settings under these names. What else Chiosa
knows is in ``NAME.chiosa.json`` beside; put what comes from INCEpTION where that is. UIMA counts UTF-16
units; the library turns them into code points and back.

XML has no place for some control characters: an article that has them is written as JSON CAS. A file with a
document type is refused: no CAS has one, and its entities could stand for gigabytes or for other files.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotations.annotation import ACCEPTED
from annotations.errors import ChiosaError
from annotations.formats import ALL, Format, Reviewed, Trait
from annotations.formats.destination import MANIFEST
from annotations.formats.details import article_id_of, restored
from annotations.formats.exporting import Export
from annotations.formats.incoming import Building, Incoming, Refused, Unfit, reading
from annotations.formats.selection import plain_id
from annotations.formats.sidecar import SIDECAR, new_name, read_sidecar, write_sidecar
from annotations.formats.units import from_utf16
from annotations.language import N_, Kept, _, n_
from annotations.scheme import QUOTES, ROLES, Scheme

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

TYPES = "TypeSystem.xml"
SUFFIXES = (".xmi", ".json")
EXTRA = "uima"
ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
QUOTE, LINK = "webanno.custom.Quote", "webanno.custom.QuoteLink"
_STRUCTURE = frozenset(
    {"Token", "Sentence", "Paragraph", "DocumentMetaData", "DocumentAnnotation", "CASMetadata",
     "TagsetDescription", "TagDescription", "Lemma", "POS", "Stem"}
)  # fmt: skip
"""Types that INCEpTION and DKPro put into every CAS; they are not worth a word."""
_TITLE_ENDINGS = (".txt", ".xmi", ".json", ".xml")
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_UNMAPPED = re.compile(r"Not mapping external offset \[(-?\d+)\]")
_UNKNOWN = re.compile(r"Type with name \[(.*)\] not found")


def write(job: Export) -> dict[str, Any] | None:
    """Write the type system, and two files for each article."""
    cassis = _cassis()
    types = _types(cassis)
    types.to_xml(job.folder / TYPES)
    taken: set[str] = set()
    as_json: list[str] = []
    for unit in job.each():
        name = new_name(unit, taken)
        cas = _cas(cassis, types, unit, job.scheme)
        try:
            found = str(cas.to_xmi())
        except ValueError:
            as_json.append(plain_id(unit.article))
            mode = cassis.typesystem.TypeSystemMode.MINIMAL
            found = str(cas.to_json(type_system_mode=mode))
            (job.folder / f"{name}.json").write_text(found, encoding="utf-8", newline="")
        else:
            (job.folder / f"{name}.xmi").write_text(found, encoding="utf-8", newline="")
        write_sidecar(job.folder, name, unit)
    if as_json:
        text = N_("written as JSON CAS, as XML has no place for their control characters: {names}")
        job.report.warnings.append(Kept(text, names=", ".join(as_json)))
    return None


def _cassis() -> Any:
    """The library.

    Raises:
        ChiosaError: it is not installed.
    """
    try:
        import cassis
    except ImportError:
        message = _("this format needs dkpro-cassis: pip install 'chiosa[{extra}]'")
        raise ChiosaError(message.format(extra=EXTRA)) from None
    return cassis


def _types(cassis: Any) -> TypeSystem:
    types: TypeSystem = cassis.TypeSystem()
    features: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
        (METADATA, "uima.tcas.DocumentAnnotation"): tuple(
            (name, "uima.cas.String") for name in ("documentTitle", "documentId")
        ),
        (ENTITY, "uima.tcas.Annotation"): (("value", "uima.cas.String"), ("identifier", "uima.cas.String")),
        (QUOTE, "uima.tcas.Annotation"): (("label", "uima.cas.String"),),
        (LINK, "uima.tcas.Annotation"): (
            ("Governor", QUOTE), ("Dependent", QUOTE), ("kind", "uima.cas.String"),
        ),
    }  # fmt: skip
    for (name, parent), found in features.items():
        made = types.create_type(name, parent)
        for feature, kind in found:
            types.create_feature(made, feature, kind)
    return types


def _cas(cassis: Any, types: TypeSystem, unit: Reviewed, scheme: Scheme) -> Cas:
    text = unit.article.text
    cas: Cas = cassis.Cas(types)
    cas.sofa_string = text
    cas.sofa_mime = "text/plain"
    about = types.get_type(METADATA)
    name = plain_id(unit.article)
    cas.add(
        about(begin=0, end=len(text), language="it", documentTitle=f"{name}.txt", documentId=f"{name}.txt")
    )
    entity, quote, link = (types.get_type(name) for name in (ENTITY, QUOTE, LINK))
    made: dict[str, Any] = {}
    for span in unit.annotation.spans:
        if span.status != ACCEPTED:
            continue
        if scheme.layer(span.label) == QUOTES:
            made[span.id] = quote(begin=span.start, end=span.end, label=span.label)
        else:
            made[span.id] = entity(begin=span.start, end=span.end, value=span.label)
        cas.add(made[span.id])
    for found in unit.annotation.links:
        if found.content in made and found.target in made:
            target = made[found.target]
            cas.add(
                link(
                    begin=target.begin, end=target.end, kind=found.kind, Governor=made[found.content],
                    Dependent=target,
                )
            )  # fmt: skip
    return cas


def read(source: Path, scheme: Scheme) -> Iterator[Incoming | Refused]:
    """Read XMI (with the ``TypeSystem.xml`` beside it) and JSON CAS, a file or those of a folder.

    Raises:
        ChiosaError: the library is not installed, or there is no such file.
    """
    loader = _Loader(_cassis())
    for path in _files(source):
        try:
            yield _article(loader, path, scheme)
        except ChiosaError as error:
            yield Refused(str(path), str(error))


def _files(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise ChiosaError(_("{path}: no such file or folder; check the name").format(path=source))
    found = [path for path in sorted(source.rglob("*")) if path.suffix in SUFFIXES]
    found = [path for path in found if path.name != MANIFEST and not path.name.endswith(SIDECAR)]
    if not found:
        raise ChiosaError(
            _("{path}: holds no {pattern}; name the file, or another --format").format(
                path=source, pattern=", ".join(f"*{suffix}" for suffix in SUFFIXES)
            )
        )
    return found


class _Loader:
    """Loads CAS files; a type system that many of them share is read once."""

    def __init__(self, cassis: Any) -> None:
        self.cassis = cassis
        self._types: dict[Path, TypeSystem] = {}

    def load(self, path: Path) -> tuple[Cas, list[str]]:
        """The CAS of a file, and what the library warns of.

        Raises:
            ChiosaError: it is none, or has no type system beside it.
        """
        with path.open("rb") as file:
            if file.read(4) == b"PK\3\4":
                raise Unfit(_("is a zip file; unpack it and name the folder"))
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            if path.suffix == ".json":
                with reading(path):
                    raw = path.read_bytes().decode("utf-8-sig")
                cas = self._guarded(lambda: self.cassis.load_cas_from_json(raw, lenient=True))
            else:
                raw = _xml(path)
                types = self._types_beside(path)
                cas = self._guarded(
                    lambda: self.cassis.load_cas_from_xmi(
                        BytesIO(raw.encode("utf-8")), typesystem=types, lenient=True
                    )
                )
        return cas, [str(one.message) for one in told]

    def _types_beside(self, path: Path) -> TypeSystem:
        folders = (path.parent, path.parent.parent)
        beside = next((folder / TYPES for folder in folders if (folder / TYPES).is_file()), None)
        if beside is None:
            raise Unfit(_("there is no {file} beside it; export it along").format(file=TYPES))
        if beside not in self._types:
            raw = _xml(beside)
            self._types[beside] = self._guarded(
                lambda: self.cassis.load_typesystem(BytesIO(raw.encode("utf-8"))), beside
            )
        return self._types[beside]

    def _guarded(self, load: Any, path: Path | None = None) -> Any:
        try:
            return load()
        except Exception as error:  # lxml, json and the library each have errors of their own
            reason = " ".join(str(error).split())[:120] or type(error).__name__
            if path is not None:
                text = _("{path}: is no type system that can be read ({reason})")
                raise Unfit(text.format(path=path, reason=reason)) from None
            raise Unfit(_("is no CAS that can be read ({reason})").format(reason=reason)) from None


def _xml(path: Path) -> str:
    """The text of an XML file that has no document type.

    Raises:
        ChiosaError: it has one, is not UTF-8 or cannot be read.
    """
    with reading(path):
        raw = path.read_bytes().decode("utf-8-sig")
    if _DOCTYPE.search(raw):
        raise Unfit(_("has a document type (<!DOCTYPE), which no CAS needs; take it out"))
    declared = _ENCODING.match(raw)
    if declared and declared[1].lower().replace("-", "") not in ("utf8", "ascii", "usascii"):
        raise Unfit(_("says that it is {encoding}; save it as UTF-8").format(encoding=declared[1][:20]))
    return raw


def _article(loader: _Loader, path: Path, scheme: Scheme) -> Incoming:
    with reading(path):
        cas, told = loader.load(path)
    views: list[Cas] = [cas, *(cas.get_view(sofa.sofaID) for sofa in cas.sofas)]
    view = next((view for view in views if isinstance(view.sofa_string, str)), None)
    if view is None:
        raise Unfit(_("has no text"))
    text = str(view.sofa_string)
    from_utf16(text, (int(match[1]) for line in told if (match := _UNMAPPED.search(line))))
    kept = read_sidecar(path)
    building = Building(text)
    names: dict[int, str] = {}
    relations = []
    others: Counter[str] = Counter()
    title = ""
    for found in view.select_all_annotations():
        kind = str(found.type.name)
        label = _entity_label(found)
        if label:
            names[id(found)] = building.span(found.begin, found.end, label)
        elif kind == QUOTE:
            names[id(found)] = building.span(found.begin, found.end, _feature(found, "label"))
        elif kind == LINK:
            relations.append(found)
        elif kind == METADATA:
            title = str(_feature(found, "documentId") or _feature(found, "documentTitle") or "")
        elif _short(kind) not in _STRUCTURE:
            others[_short(kind)] += 1
    others.update(_short(match[1]) for line in told if (match := _UNKNOWN.search(line)))
    for found in relations:
        _link(building, names, found)
    annotation = restored(building, kept, scheme)
    if title.endswith(_TITLE_ENDINGS):
        title = title[: title.rindex(".")]
    name = article_id_of(kept) or title or path.stem
    return Incoming(str(path), text, annotation, name, notices=tuple(_notices(others)))


def _entity_label(found: Any) -> str:
    """The label of a named entity, or ""; a type below it, such as DKPro's ``Person``, is a label itself."""
    kind = found.type
    while kind is not None and not str(kind.name).endswith(".NamedEntity"):
        kind = kind.supertype
    if kind is None:
        return ""
    value = _feature(found, "value")
    if isinstance(value, str) and value.strip():
        return value
    return _short(str(found.type.name)) if kind is not found.type else ""


def _link(building: Building, names: dict[int, str], found: Any) -> None:
    """Add a relation; without a kind it is what its end is, also where it is drawn the other way round.

    Raises:
        Unfit: an end is missing, or it is of no kind.
    """
    ends = [names.get(id(_feature(found, end)), "") for end in ("Governor", "Dependent")]
    if "" in ends:
        raise Unfit(
            _("a relation at {start} lacks its quote, or its cue or source").format(start=found.begin)
        )
    labels = [building.spans[end].label for end in ends]
    kinds = {label: kind for kind, label in ROLES.items()}
    if labels[0] in kinds and labels[1] not in kinds:
        ends.reverse()
        labels.reverse()
    building.link(ends[0], _feature(found, "kind") or kinds.get(labels[1]), ends[1])


def _notices(others: Counter[str]) -> Iterable[str]:
    for what, number in sorted(others.items()):
        yield n_(
            "not taken over, having no place here: {n} annotation of {what}",
            "not taken over, having no place here: {n} annotations of {what}",
            number, what=what,
        )  # fmt: skip


def _short(kind: str) -> str:
    return kind.rsplit(".", 1)[-1]


def _feature(found: Any, name: str) -> Any:
    return getattr(found, name, None)


FORMAT = Format(
    "uima",
    N_("UIMA CAS (XMI, JSON) for INCEpTION and DKPro"),
    ALL - {Trait.EDITS},
    write,
    read,
    extra=EXTRA,
    unread=True,
)
