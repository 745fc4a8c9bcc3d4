"""UIMA CAS for INCEpTION and DKPro: a file for each article, and ``TypeSystem.xml``; needs ``dkpro-cassis``.

Accepted entities are DKPro's ``NamedEntity`` (``value`` is the label). Quotes, cues and sources are spans of
the layer ``webanno.custom.Quote`` with the feature ``label``, links relations of ``webanno.custom.QuoteLink``
with ``kind``, from the quote (Governor) to its cue or source (Dependent): INCEpTION wants one span layer for
each relation layer. Both are to be made in INCEpTION's project settings under these names. What else Chiosa
knows is in ``NAME.chiosa.json`` beside. UIMA counts UTF-16 units; the library turns them into code points and
back.

XML has no place for some control characters: an article that has them is written as JSON CAS.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from annotations.annotation import ACCEPTED
from annotations.errors import ChiosaError
from annotations.formats import ALL, Format, Reviewed, Trait
from annotations.formats.destination import MANIFEST
from annotations.formats.details import article_id_of, details, restored
from annotations.formats.exporting import Export
from annotations.formats.incoming import Building, Incoming, Refused, Unfit, reading
from annotations.formats.selection import plain_id
from annotations.language import N_, Kept, _, n_
from annotations.scheme import QUOTES, Scheme
from annotations.store import file_name

if TYPE_CHECKING:
    from cassis import Cas, TypeSystem

TYPES = "TypeSystem.xml"
SIDECAR = ".chiosa.json"
SUFFIXES = (".xmi", ".json")
EXTRA = "uima"
ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
QUOTE, LINK = "webanno.custom.Quote", "webanno.custom.QuoteLink"
_CUSTOM = "webanno.custom."


def write(job: Export) -> dict[str, Any] | None:
    """Write the type system, and two files for each article."""
    cassis = _cassis()
    types = _types(cassis)
    types.to_xml(job.folder / TYPES)
    taken: set[str] = set()
    as_json: list[str] = []
    for unit in job.each():
        name = file_name(plain_id(unit.article))
        for number in count(2):
            if name not in taken:
                break
            name = f"{file_name(plain_id(unit.article))}~{number}"
        taken.add(name)
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
        kept = json.dumps(details(unit), ensure_ascii=False)
        (job.folder / f"{name}{SIDECAR}").write_text(kept + "\n", encoding="utf-8")
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
    cassis = _cassis()
    for path in _files(source):
        try:
            yield _article(cassis, path, scheme)
        except (Unfit, ChiosaError) as error:
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


def _load(cassis: Any, path: Path) -> Cas:
    """The CAS of a file.

    Raises:
        Unfit: it is none.
    """
    with reading(path):
        raw = path.read_bytes().decode("utf-8")
    beside = next((f / TYPES for f in (path.parent, path.parent.parent) if (f / TYPES).is_file()), None)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of types that nobody asks for
            if path.suffix == ".json":
                found: Cas = cassis.load_cas_from_json(raw)
                return found
            if beside is None:
                raise Unfit(_("there is no {file} beside it; export it along").format(file=TYPES))
            found = cassis.load_cas_from_xmi(path, typesystem=cassis.load_typesystem(beside), lenient=True)
    except Unfit:
        raise
    except Exception as error:  # lxml, json and the library each have errors of their own
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise Unfit(_("is no CAS that can be read ({reason})").format(reason=reason)) from None
    return found


def _article(cassis: Any, path: Path, scheme: Scheme) -> Incoming:
    cas = _load(cassis, path)
    text = cas.sofa_string
    if not isinstance(text, str):
        raise Unfit(_("has no text"))
    sidecar = path.with_name(path.stem + SIDECAR)
    kept = None
    if sidecar.is_file():
        with reading(sidecar):
            try:
                kept = json.loads(sidecar.read_text(encoding="utf-8"))
            except (ValueError, RecursionError) as error:
                raise Unfit(_("{path}: is not JSON ({reason})").format(path=sidecar, reason=error)) from None
    building = Building(text)
    names: dict[int, str] = {}
    relations = []
    others: Counter[str] = Counter()
    title = ""
    for found in cas.select_all_annotations():
        kind = found.type.name
        value = _feature(found, "value") if kind.endswith(".NamedEntity") else None
        if value:
            names[id(found)] = building.span(found.begin, found.end, value)
        elif kind == QUOTE:
            names[id(found)] = building.span(found.begin, found.end, _feature(found, "label"))
        elif kind == LINK:
            relations.append(found)
        elif kind == METADATA:
            title = str(_feature(found, "documentId") or _feature(found, "documentTitle") or "")
        elif kind.startswith(_CUSTOM) or kind.endswith(".NamedEntity"):
            others[kind.rsplit(".", 1)[-1]] += 1
    for found in relations:
        ends = [names.get(id(_feature(found, end))) for end in ("Governor", "Dependent")]
        building.link(ends[0], _feature(found, "kind"), ends[1])
    annotation = restored(building, kept, scheme)
    name = article_id_of(kept) or title.removesuffix(".txt") or path.stem
    notices = tuple(
        n_(
            "not taken over, having no place here: {n} annotation of {what}",
            "not taken over, having no place here: {n} annotations of {what}",
            number, what=what,
        )
        for what, number in sorted(others.items())
    )  # fmt: skip
    return Incoming(str(path), text, annotation, name, notices=notices)


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
