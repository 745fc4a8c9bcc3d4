"""brat's standoff: what its server would make of our folders, and folders that others have annotated."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from exporting import quoted, span, unit
from importing import Imported, exported
from roundtrips import corpus
from test_command_line import chiosa
from test_import import kept, marks

from annotations.annotation import ACCEPTED, EDITOR, REJECTED, SUGGESTED
from annotations.scheme import default_scheme

bratly = pytest.importorskip("bratly")
SCHEME = default_scheme()
LINA = EDITOR + "Lina"
TEXT = "👩‍👩‍👧 Ieri, «Non c'è\n\nfretta», ha detto Nicolo\u0300 Bo.\n"
SPANS = ((TEXT, "«Non c'è\n\nfretta»", "CONTENT"), (TEXT, "detto", "CUE"), (TEXT, "Nicolo\u0300 Bo", "PER"))


def folder_of(tmp_path: Path, ann: str, text: str = TEXT, name: str = "uno") -> Path:
    """A folder as brat has it."""
    folder = tmp_path / "brat"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.txt").write_bytes(text.encode("utf-8"))
    (folder / f"{name}.ann").write_bytes(ann.encode("utf-8"))
    return folder


def t_line(number: int, words: str, label: str, text: str = TEXT) -> str:
    start = text.index(words)
    return f"T{number}\t{label} {start} {start + len(words)}\t{words}\n"


def verify(folder: Path) -> int:
    """Hold a folder against brat's documentation of its standoff; the number of its annotations.

    brat's server looks at ids, at bounds, at the pieces of a span in order, and at the words of each line; it
    ends a line where Python's ``splitlines`` does.
    """
    names = set(re.findall(r"^([\w-]+)$", (folder / "annotation.conf").read_text(encoding="utf-8"), re.M))
    number = 0
    for path in folder.glob("*.ann"):
        text = path.with_suffix(".txt").read_bytes().decode("utf-8")
        raw = path.read_bytes().decode("utf-8")
        assert raw.splitlines() == raw.split("\n")[:-1]
        ids = [line.split("\t")[0] for line in raw.splitlines()]
        assert len(set(ids)) == len(ids)
        for line in raw.splitlines():
            number += 1
            key, what, *tail = line.split("\t", 2)
            if key[0] == "T":
                label, bounds = what.split(" ", 1)
                pieces = [tuple(map(int, piece.split(" "))) for piece in bounds.split(";")]
                assert label in names and re.fullmatch("[A-Za-z0-9_-]+", label)
                assert all(start < end <= len(text) for start, end in pieces)
                assert all(end <= start for (_, end), (start, _) in pairwise(pieces))
                assert tail == [" ".join(text[start:end] for start, end in pieces)]
            else:
                mentioned = re.findall(r"\b(T\d+)\b", what)
                assert mentioned and set(mentioned) <= set(ids)
    return number


def test_lines_of_a_folder(tmp_path: Path) -> None:
    reviewed = unit("uno", TEXT, *(span(*each) for each in SPANS))
    out = exported("brat", [reviewed], tmp_path / "out")
    at = TEXT.index("«")
    assert (out / "uno.ann").read_text(encoding="utf-8").splitlines()[0] == (
        f"T1\tCONTENT {at} {at + 8};{at + 10} {at + 17}\t«Non c'è fretta»"
    )
    assert (out / "uno.txt").read_bytes() == TEXT.encode()
    conf = (out / "annotation.conf").read_text(encoding="utf-8")
    assert "cue\tArg1:CONTENT, Arg2:CUE\n" in conf and "[events]" in conf
    assert "PER\tbgColor:#" in (out / "visual.conf").read_text(encoding="utf-8")


def test_a_folder_keeps_the_rules_of_standoff(tmp_path: Path) -> None:
    units = [quoted(), *corpus(tmp_path / "articles", 60)]
    assert verify(exported("brat", units, tmp_path / "out", partial=True)) > 200


def test_another_parser_reads_it(tmp_path: Path) -> None:
    """bratly checks each line's grammar and the length of its words, and builds objects of them."""
    from bratly.io import read_and_load_ann_file

    units = [quoted(), *corpus(tmp_path / "articles", 30)]
    out = exported("brat", units, tmp_path / "out", partial=True)
    counted = 0
    for path in out.glob("*.ann"):
        found = read_and_load_ann_file(str(path), no_duplicates=False, renumerotize=False, sorting=False)
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        assert found is not None and len(found.annotations) == len(lines), path
        counted += len(lines)
    assert counted > 100
    found = read_and_load_ann_file(str(out / "q.ann"), renumerotize=False)
    relations = [a for a in found.annotations if isinstance(a, bratly.RelationAnnotation)]
    assert sorted((r.label, r.argument1[1].content, r.argument2[1].content) for r in relations) == [
        ("cue", "«Non c'è fretta»", "spiegato"),
        ("source", "«Non c'è fretta»", "ministro Nicolò Dell'Acqua"),
    ]
    rejected = [a for a in found.annotations if isinstance(a, bratly.AttributeAnnotation)]
    assert [(a.label, a.component.content, a.values) for a in rejected] == [("Status", "Ansa", [REJECTED])]


def test_what_was_changed_there_comes_back(tmp_path: Path) -> None:
    """One span gone, one moved, one new, one rejected, a note, a relation drawn."""
    out = exported("brat", [quoted()], tmp_path / "out")
    path = out / "q.ann"
    text = (out / "q.txt").read_text(encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    ids = {line.split("\t")[2].strip(): line.split("\t")[0] for line in lines if line[0] == "T"}
    lines = [line for line in lines if not line.startswith((ids["Roma"] + "\t", "R"))]
    source = next(line for line in lines if "ministro Nicolò" in line)
    start = text.index("Nicolò")
    number = source.split("\t")[0]
    lines[lines.index(source)] = f"{number}\tSOURCE {start} {start + 18}\t{text[start : start + 18]}\n"
    lines += [
        t_line(90, "set", "DATE", text),
        f"R9\tsource Arg1:{ids['«Non c' + chr(39) + 'è fretta»']} Arg2:{number}\n",
        f"A9\tStatus {ids['Nicolò Dell' + chr(39) + 'Acqua']} rejected\n",
        "#9\tAnnotatorNotes T90\tche anno?\n",
    ]
    path.write_text("".join(lines), encoding="utf-8")
    found = Imported("brat", out, tmp_path / "new")
    assert found.refused == []
    spans = found.spans(annotator="anna")
    assert ("Roma", "LOC", ACCEPTED, "rule:test") not in spans
    assert ("set", "DATE", ACCEPTED, EDITOR + "anna") in spans
    assert ("Nicolò Dell'Acqua", "PER", REJECTED, EDITOR + "anna") not in spans  # who rejects makes nothing
    assert [s[2] for s in spans if s[:2] == ("Nicolò Dell'Acqua", "PER")] == [REJECTED]
    assert ("Ansa", "ORG", ACCEPTED, "rule:test") in spans and ("Ansa", "PER", REJECTED, "rule:test") in spans
    assert found.links(annotator="anna") == [("«Non c'è fretta»", "source", "Nicolò Dell'Acqua ")]
    assert [note.words for note in found.annotation(annotator="anna").notes] == ["che anno?"]


FOREIGN = (
    t_line(1, "detto", "CUE") + t_line(2, "Nicolo\u0300 Bo", "PER") + t_line(3, "Bo.", "ORG")
    + f"T4\tCONTENT {TEXT.index('«')} {TEXT.index('«') + 8};{TEXT.index('fretta')} "
    f"{TEXT.index('fretta') + 7}\t«Non c'è fretta»\n"
    "A1\tStatus T2 suggested\nA2\tNegation T2\nM1\tSpeculation T1\n"
    "R1\tcue Arg1:T1 Arg2:T4\t\nR2\tworksFor Arg1:T2 Arg2:T1\n"
    "E1\tSay:T1 Who:T2\n*\tEquiv T1 T2\nN1\tReference T2 Wikidata:Q1\tBo\n#1\tAnnotatorNotes T2\tchi è?\n"
    "#2\tAnnotatorNotes T2\tlui\n#3\tAnnotatorNotes R1\tperché\n"
)  # fmt: skip


def test_a_folder_of_others(tmp_path: Path) -> None:
    ann = FOREIGN.replace(t_line(3, "Bo.", "ORG"), "")
    run = chiosa("import", folder_of(tmp_path, ann), "--format", "brat", "--into", tmp_path / "new")
    assert run.returncode == 0, run.stderr
    annotation = kept(tmp_path / "new")
    assert marks(annotation, tmp_path / "new") == [
        ("«Non c'è\n\nfretta»", "CONTENT", ACCEPTED), ("detto", "CUE", ACCEPTED),
        ("Nicolo\u0300 Bo", "PER", SUGGESTED),
    ]  # fmt: skip
    (link,) = annotation.links
    assert (annotation.find(link.content).label, annotation.find(link.target).label) == ("CONTENT", "CUE")  # type: ignore[union-attr]
    assert [note.words for note in annotation.notes] == ["chi è? / lui"]
    for what in ("worksFor", "Negation", "Speculation", "E", "*", "N", "#"):
        assert f"not taken over, having no place here: 1 line of kind {what}\n" in run.stderr


def test_line_ends_are_counted_as_brat_does_and_as_others_do(tmp_path: Path) -> None:
    text = "Ieri\r\nAnna\r\ne Bo\r\n"
    for number, counted in enumerate((text.replace("\r\n", "\n"), text)):
        folder = folder_of(tmp_path, t_line(1, "Bo", "PER", counted), text)
        found = Imported("brat", folder, tmp_path / f"new{number}")
        assert found.refused == []
        assert found.articles[0].text == "Ieri\nAnna\ne Bo\n"
        assert [s[0] for s in found.spans()] == ["Bo"]


def test_labels_that_brat_cannot_write(tmp_path: Path) -> None:
    text = "Anna e Bo e Eva.\n"
    spans = [span(text, "Anna", "Persona (viva)"), span(text, "Bo", "Persona__viva_"),
             span(text, "Eva", "città")]  # fmt: skip
    out = exported("brat", [unit("uno", text, *spans)], tmp_path / "out")
    assert verify(out) == 3
    found = Imported("brat", out, tmp_path / "new")
    assert [s[:2] for s in found.spans(annotator="anna")] == [
        ("Anna", "Persona (viva)"), ("Bo", "Persona__viva_"), ("Eva", "città"),
    ]  # fmt: skip


def test_a_span_with_line_ends_at_its_edge_is_told(tmp_path: Path) -> None:
    text = "Anna\nva.\n\u2028\n"
    reviewed = unit("uno", text, span(text, "Anna\n", "PER"), span(text, "\u2028", "LOC"))
    run_report = (exported("brat", [reviewed], tmp_path / "out") / "manifest.json").read_text()
    assert "white space trimmed" in run_report and "only white space" in run_report
    assert (tmp_path / "out" / "uno.ann").read_text(encoding="utf-8") == "T1\tPER 0 4\tAnna\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("T9\tPER 0 9999\tAnna\n", "PER 0-9999 does not lie in the text"),
        ("T9\tPER 6 10\tOggi\n", "PER 6-10 says «Oggi», but the text has «Ieri» there"),
        ("T9\tPER 6 10;40 45\tIeri Nicol\n", "T9 is in pieces with words between them"),
        ("T9 PER 6 10 Ieri\n", "is no line of brat's: T9 PER 6 10 Ieri"),
        ("T9\tPER 6-10\tIeri\n", "is no span of brat's"),
        ("R9\tcue Arg1:T4 Arg2:T77\n", "a relation speaks of a span T77, which is not there"),
        ("non è brat\n", "is no line of brat's: non è brat"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: str, reason: str) -> None:
    ann = FOREIGN.replace(t_line(3, "Bo.", "ORG"), "") + line
    folder = folder_of(tmp_path, ann)
    folder_of(tmp_path, "", "Sì.\n", "vuoto")
    run = chiosa("import", folder, "--format", "brat", "--into", tmp_path / "new")
    assert run.returncode == 1
    place = f"{folder / 'uno.ann'}:{ann.count(chr(10))}"
    assert run.stderr.startswith(f"chiosa: {place}: {reason}"), run.stderr
    assert [path.name for path in (tmp_path / "new").glob("*.txt")] == ["vuoto.txt"]


def test_overlapping_entities_are_refused(tmp_path: Path) -> None:
    found = Imported("brat", folder_of(tmp_path, FOREIGN), tmp_path / "new")
    assert len(found.refused) == 1 and "overlap" in found.refused[0]


def test_a_text_that_is_missing_is_told(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "T1\tPER 0 4\tAnna\n")
    (folder / "uno.txt").unlink()
    (refused,) = Imported("brat", folder, tmp_path / "new").refused
    assert "uno.txt: cannot be read" in refused


def test_the_text_may_be_named_in_the_place_of_its_annotations(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, t_line(1, "Ieri", "DATE"))
    assert [s[0] for s in Imported("brat", folder / "uno.txt", tmp_path / "new").spans()] == ["Ieri"]
