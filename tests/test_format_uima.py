"""UIMA CAS: what the library of DKPro makes of ours, and what INCEpTION and others write."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from exporting import QUOTED, quoted, span, unit
from importing import Imported, exported
from roundtrips import corpus
from test_command_line import chiosa

from annotations.annotation import ACCEPTED, EDITOR, IN_PROGRESS, REJECTED

cassis = pytest.importorskip("cassis", reason="needs dkpro-cassis (pip install 'chiosa[uima]')")

ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
WIDE = "👩‍👩‍👧 Ieri a 🇮🇹 Nicolo\u0300 Bo\u2028è Eva.\n\n"


def loaded(folder: Path, name: str) -> Any:
    types = cassis.load_typesystem(folder / "TypeSystem.xml")
    return cassis.load_cas_from_xmi(folder / f"{name}.xmi", typesystem=types)


def foreign(
    folder: Path, text: str, fill: Callable[[Any, Any], None], name: str = "doc.txt", as_json: bool = False
) -> Path:
    """A CAS as INCEpTION gives it out: tokens too, and layers of its project."""
    types = cassis.TypeSystem()
    for kind, parent, features in (
        (METADATA, "uima.tcas.DocumentAnnotation", ("documentTitle", "documentId")),
        ("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token", "uima.tcas.Annotation", ()),
        (ENTITY, "uima.tcas.Annotation", ("value", "identifier")),
        ("de.tudarmstadt.ukp.dkpro.core.api.ner.type.Person", ENTITY, ()),
        ("webanno.custom.Quote", "uima.tcas.Annotation", ("label",)),
        ("webanno.custom.QuoteLink", "uima.tcas.Annotation", ("kind",)),
        ("webanno.custom.Metaphor", "uima.tcas.Annotation", ("value",)),
    ):
        made = types.create_type(kind, parent)
        for feature in features:
            types.create_feature(made, feature, "uima.cas.String")
    for end in ("Governor", "Dependent"):
        types.create_feature(types.get_type("webanno.custom.QuoteLink"), end, "webanno.custom.Quote")
    cas = cassis.Cas(types)
    cas.sofa_string, cas.sofa_mime = text, "text/plain"
    cas.add(types.get_type(METADATA)(begin=0, end=len(text), documentTitle=name, documentId=name))
    for match in re.finditer(r"\w+", text):
        token = types.get_type("de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token")
        cas.add(token(begin=match.start(), end=match.end()))
    fill(cas, types)
    folder.mkdir(exist_ok=True)
    if as_json:
        cas.to_json(folder / "export.json")
        return folder / "export.json"
    types.to_xml(folder / "TypeSystem.xml")
    cas.to_xmi(folder / "export.xmi")
    return folder / "export.xmi"


def put(cas: Any, types: Any, type_name: str, words: str, **features: Any) -> Any:
    start = cas.sofa_string.index(words)
    made = types.get_type(type_name)(begin=start, end=start + len(words), **features)
    cas.add(made)
    return made


def test_the_library_loads_it(tmp_path: Path) -> None:
    cas = loaded(exported("uima", [quoted()], tmp_path / "out"), "q")
    assert cas.sofa_string == QUOTED
    assert [(e.get_covered_text(), e.value) for e in cas.select(ENTITY)] == [
        ("Roma", "LOC"), ("Nicolò Dell'Acqua", "PER"), ("Ansa", "ORG"),
    ]  # fmt: skip
    assert [(e.get_covered_text(), e.label) for e in cas.select("webanno.custom.Quote")] == [
        ("«Non c'è fretta»", "CONTENT"), ("spiegato", "CUE"), ("ministro Nicolò Dell'Acqua", "SOURCE"),
    ]  # fmt: skip
    assert [
        (e.kind, e.Governor.get_covered_text(), e.Dependent.get_covered_text(), e.get_covered_text())
        for e in cas.select("webanno.custom.QuoteLink")
    ] == [
        ("cue", "«Non c'è fretta»", "spiegato", "spiegato"),
        ("source", "«Non c'è fretta»", "ministro Nicolò Dell'Acqua", "ministro Nicolò Dell'Acqua"),
    ]  # fmt: skip
    (about,) = cas.select(METADATA)
    assert (about.documentTitle, about.begin, about.end, about.language) == ("q.txt", 0, len(QUOTED), "it")
    assert cas.typecheck() == []


def test_the_file_counts_as_uima_does(tmp_path: Path) -> None:
    """In UTF-16 units, as Java does: five more for the family, two for the flag."""
    reviewed = unit("w", WIDE, span(WIDE, "Nicolo\u0300 Bo", "PER"), span(WIDE, "🇮🇹", "LOC"))
    out = exported("uima", [reviewed], tmp_path / "out")
    raw = (out / "w.xmi").read_text(encoding="utf-8")
    for words, label in (("Nicolo\u0300 Bo", "PER"), ("🇮🇹", "LOC")):
        before = len(WIDE[: WIDE.index(words)].encode("utf-16-le")) // 2
        after = before + len(words.encode("utf-16-le")) // 2
        assert f'begin="{before}" end="{after}" value="{label}"' in raw
    assert loaded(out, "w").sofa_string == WIDE
    assert [s[0] for s in Imported("uima", out, tmp_path / "new").spans(annotator="anna")] == [
        "🇮🇹", "Nicolo\u0300 Bo",
    ]  # fmt: skip


def test_what_xml_cannot_hold_goes_out_as_json(tmp_path: Path) -> None:
    text = "Ieri\x0bAnna\x01 a\ufffe Roma.\n"
    out = exported("uima", [unit("v", text, span(text, "Anna", "PER")), quoted()], tmp_path / "out")
    assert sorted(path.name for path in out.glob("*[xj]*")) == [
        "TypeSystem.xml", "manifest.json", "q.chiosa.json", "q.xmi", "v.chiosa.json", "v.json",
    ]  # fmt: skip
    assert "written as JSON CAS" in (out / "manifest.json").read_text(encoding="utf-8")
    cas = cassis.load_cas_from_json((out / "v.json").read_text(encoding="utf-8"))
    assert (cas.sofa_string, [e.get_covered_text() for e in cas.select(ENTITY)]) == (text, ["Anna"])
    found = Imported("uima", out, tmp_path / "new")
    assert found.refused == [] and {article.text for article in found.articles} == {text, QUOTED}


def test_every_article_of_a_hostile_corpus_is_loaded(tmp_path: Path) -> None:
    units = corpus(tmp_path / "articles", 40)
    out = exported("uima", units, tmp_path / "out", partial=True)
    texts = {unit.article.text for unit in units}
    types = cassis.load_typesystem(out / "TypeSystem.xml")
    found = {cassis.load_cas_from_xmi(path, typesystem=types).sofa_string for path in out.glob("*.xmi")}
    for path in out.glob("*.json"):
        if not path.name.endswith(("chiosa.json", "manifest.json")):
            found.add(cassis.load_cas_from_json(path.read_text(encoding="utf-8")).sofa_string)
    assert found == texts


def test_what_was_changed_there_comes_back(tmp_path: Path) -> None:
    out = exported("uima", [quoted(IN_PROGRESS)], tmp_path / "out", partial=True)
    cas = loaded(out, "q")
    roma = next(e for e in cas.select(ENTITY) if e.value == "LOC")
    cas.remove(roma)
    acqua = next(e for e in cas.select(ENTITY) if e.value == "PER")
    acqua.begin += len("Nicolò ")
    put(cas, cas.typesystem, ENTITY, "4 set", value="DATE")
    cas.remove(next(e for e in cas.select("webanno.custom.QuoteLink") if e.kind == "cue"))
    cas.to_xmi(out / "q.xmi")
    found = Imported("uima", out, tmp_path / "new")
    assert found.refused == []
    anna = EDITOR + "anna"
    assert [s for s in found.spans(annotator="anna") if s[1] not in ("CONTENT", "CUE", "SOURCE")] == [
        ("4 set", "DATE", ACCEPTED, anna), ("Dell'Acqua", "PER", ACCEPTED, anna),
        ("Ansa", "ORG", ACCEPTED, "rule:test"), ("Ansa", "PER", REJECTED, "rule:test"),
    ]  # fmt: skip
    assert [link[1] for link in found.links(annotator="anna")] == ["source"]
    assert found.annotation(annotator="anna").state == IN_PROGRESS


@pytest.mark.parametrize("as_json", [False, True])
def test_a_cas_of_others(tmp_path: Path, as_json: bool) -> None:
    def fill(cas: Any, types: Any) -> None:
        put(cas, types, ENTITY, "Roma", value="LOC", identifier="http://wikidata/Q220")
        put(cas, types, ENTITY, "🇮🇹", value="LOC")
        put(cas, types, ENTITY, "oggi")
        put(cas, types, "de.tudarmstadt.ukp.dkpro.core.api.ner.type.Person", "Eva")
        put(cas, types, "webanno.custom.Metaphor", "cuore")
        quote = put(cas, types, "webanno.custom.Quote", "«Sì»", label="CONTENT")
        cue = put(cas, types, "webanno.custom.Quote", "dice", label="CUE")
        put(cas, types, "webanno.custom.QuoteLink", "dice", Governor=cue, Dependent=quote)

    text = "«Sì», dice Eva, cuore di 🇮🇹 e Roma oggi."
    source = foreign(tmp_path / "in", text, fill, as_json=as_json)
    run = chiosa("import", source, "--format", "uima", "--into", tmp_path / "n", "--label", "Person=PER")
    assert run.returncode == 0, run.stderr
    assert "having no place here: 1 annotation of Metaphor\n" in run.stderr
    assert "having no place here: 1 annotation of NamedEntity\n" in run.stderr
    assert "Token" not in run.stderr and "Warning" not in run.stderr
    found = Imported("uima", source, tmp_path / "new")
    assert found.articles[0].id == "doc"
    lina = EDITOR + "Lina"
    assert found.spans() == [
        ("«Sì»", "CONTENT", ACCEPTED, lina), ("dice", "CUE", ACCEPTED, lina),
        ("Eva", "Person", ACCEPTED, lina), ("🇮🇹", "LOC", ACCEPTED, lina), ("Roma", "LOC", ACCEPTED, lina),
    ]  # fmt: skip
    assert found.links() == [("«Sì»", "cue", "dice")]


def test_types_that_the_type_system_lacks_are_told(tmp_path: Path) -> None:
    source = foreign(tmp_path / "in", "Roma.", lambda cas, types: None)
    raw = source.read_text(encoding="utf-8")
    odd = '<o:Nota xmlns:o="http:///webanno/custom.ecore" xmi:id="99" sofa="1" begin="0" end="4"/>'
    source.write_text(raw.replace("<cas:Sofa", odd + "<cas:Sofa"), encoding="utf-8")
    run = chiosa("import", source, "--into", tmp_path / "new")
    assert run.returncode == 0
    assert "having no place here: 1 annotation of Nota\n" in run.stderr and "Warning" not in run.stderr


def test_without_the_library_one_is_told_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['cassis'] = None; from tui.cli import main; sys.exit(main())"
    source = foreign(tmp_path / "in", "Roma.", lambda cas, types: None)
    run = subprocess.run(
        [sys.executable, "-c", code, "import", source, "--into", tmp_path / "new"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "chiosa: this format needs dkpro-cassis: pip install 'chiosa[uima]'\n"


def damaged(tmp_path: Path, change: Callable[[str], str]) -> str:
    """Why a changed file is refused."""
    source = foreign(
        tmp_path / "in", "🇮🇹 Roma.", lambda cas, types: put(cas, types, ENTITY, "Roma", value="LOC")
    )
    raw = source.read_text(encoding="utf-8")
    assert change(raw) != raw
    source.write_text(change(raw), encoding="utf-8")
    (refused,) = Imported("uima", source, tmp_path / "new").refused
    assert refused.startswith(f"{source}: ")
    assert not list((tmp_path / "new").glob("*.txt"))
    return refused.removeprefix(f"{source}: ")


def test_entities_that_stand_for_gigabytes_or_files_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("segreto", encoding="utf-8")
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    for entities in (f'<!ENTITY e0 "Roma">{levels}', f'<!ENTITY e9 SYSTEM "{secret.as_uri()}">'):
        reason = damaged(
            tmp_path,
            lambda raw, found=entities: raw.replace(  # type: ignore[misc]
                "<xmi:XMI", f"<!DOCTYPE x [{found}]><xmi:XMI", 1
            ).replace("Roma.", "&e9;"),
        )
        assert reason.startswith("has a document type (<!DOCTYPE)")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('begin="5" end="9" value', 'begin="5" end="99" value', "the offset 99 does not lie in the text"),
        ('begin="5" end="9" value', 'begin="1" end="9" value', "the offset 1 lies within a character"),
        ('begin="5" end="9" value', 'begin="9" end="5" value', "LOC 7-3 does not lie in the text"),
        ('begin="5" end="9" value', 'begin="x" end="9" value', "is no CAS that can be read"),
        ("</xmi:XMI>", "", "is no CAS that can be read"),
        ("UTF-8", "UTF-16", "says that it is UTF-16; save it as UTF-8"),
        ("<cas:Sofa", "<cas:Nota", "is no CAS that can be read"),
        ("sofaString=", "sofaURI=", "has no text"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert damaged(tmp_path, lambda raw: raw.replace(old, new)).startswith(reason)


def test_a_relation_without_an_end_is_told(tmp_path: Path) -> None:
    def fill(cas: Any, types: Any) -> None:
        quote = put(cas, types, "webanno.custom.Quote", "«Sì»", label="CONTENT")
        put(cas, types, "webanno.custom.QuoteLink", "«Sì»", Governor=quote, kind="cue")

    source = foreign(tmp_path / "in", "«Sì».", fill)
    (refused,) = Imported("uima", source, tmp_path / "new").refused
    assert refused.endswith("a relation at 0 lacks its quote, or its cue or source")


def test_a_file_without_its_type_system_or_in_its_zip_is_told(tmp_path: Path) -> None:
    source = foreign(tmp_path / "in", "Roma.", lambda cas, types: None)
    with zipfile.ZipFile(tmp_path / "in" / "doc.zip", "w") as packed:
        packed.write(source, "doc.xmi")
    (refused,) = Imported("uima", tmp_path / "in" / "doc.zip", tmp_path / "new").refused
    assert refused.endswith("doc.zip: is a zip file; unpack it and name the folder")
    (source.parent / "TypeSystem.xml").write_text("<typeSystemDescription><types>", encoding="utf-8")
    (refused,) = Imported("uima", source, tmp_path / "new").refused
    assert "TypeSystem.xml: is no type system that can be read" in refused
    (source.parent / "TypeSystem.xml").unlink()
    (refused,) = Imported("uima", source, tmp_path / "new").refused
    assert refused == f"{source}: there is no TypeSystem.xml beside it; export it along"


def test_json_that_is_no_cas_is_told(tmp_path: Path) -> None:
    for number, raw in enumerate(("[]", "{}", "[" * 100_000, '{"%TYPES": {}}', json.dumps({"a": 1}))):
        path = tmp_path / f"{number}.json"
        path.write_text(raw, encoding="utf-8")
        (refused,) = Imported("uima", path, tmp_path / "new").refused
        assert "is no CAS that can be read" in refused or "has no text" in refused
