"""doccano's JSON lines, as its projects export them and take them in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from exporting import quoted, simple, span, unit
from importing import Imported, at, exported, lines, records
from test_command_line import chiosa

from annotations.annotation import ACCEPTED, DONE, NEW, REJECTED, Link
from annotations.formats.doccano import FILE, RELATION_LABELS, SPAN_LABELS

TEXT = "👩‍👩‍👧 A Roma 🇮🇹, «Basta», ha detto Anna Rossi."


def utf16(text: str, words: str) -> tuple[int, int]:
    """Start and end of some words in UTF-16 code units."""
    start, end = at(text, words)
    first, last = (len(text[:offset].encode("utf-16-le")) // 2 for offset in (start, end))
    return first, last


def entity(number: int, words: str, label: str, text: str = TEXT) -> dict[str, Any]:
    start, end = utf16(text, words)
    return {"id": number, "label": label, "start_offset": start, "end_offset": end}


def related() -> dict[str, Any]:
    """A record of a project with relations."""
    return {
        "id": 7, "text": TEXT, "url": "http://a.it/1",
        "entities": [
            entity(31, "Roma", "LOC"), entity(32, "«Basta»", "CONTENT"), entity(40, "detto", "CUE"),
            entity(41, "Anna Rossi", "SOURCE"),
        ],
        "relations": [
            {"id": 3, "from_id": 32, "to_id": 40, "type": "cue"},
            {"id": 4, "from_id": 41, "to_id": 32, "type": "Source"},
        ],
        "Comments": [],
    }  # fmt: skip


def test_offsets_are_utf16_code_units(tmp_path: Path) -> None:
    content, cue = span(TEXT, "«Basta»", "CONTENT"), span(TEXT, "detto", "CUE")
    one = unit("a", TEXT, span(TEXT, "Roma", "LOC"), content, cue, links=(Link(content.id, "cue", cue.id),))
    (found,) = records(exported("doccano", [one], tmp_path / "out") / FILE)
    units = TEXT.encode("utf-16-le")
    shown = {
        e["id"]: (units[2 * e["start_offset"] : 2 * e["end_offset"]].decode("utf-16-le"), e["label"])
        for e in found["entities"]
    }
    assert set(shown.values()) == {("Roma", "LOC"), ("«Basta»", "CONTENT"), ("detto", "CUE")}
    (relation,) = found["relations"]
    assert (shown[relation["from_id"]][0], relation["type"], shown[relation["to_id"]][0]) == (
        "«Basta»", "cue", "detto",
    )  # fmt: skip


def test_the_labels_are_as_doccano_takes_them(tmp_path: Path) -> None:
    text = "Un test"
    dest = exported("doccano", [unit("a", text, span(text, "test", "FACILITY")), quoted()], tmp_path / "out")
    spans, relations = (json.loads((dest / name).read_text()) for name in (SPAN_LABELS, RELATION_LABELS))
    assert {"PER", "ORG", "CONTENT", "FACILITY"} <= {label["text"] for label in spans}
    assert {label["text"] for label in relations} == {"cue", "source"}
    for labels in (spans, relations):
        keys = [label["suffix_key"] for label in labels if label["suffix_key"] is not None]
        assert len(set(keys)) == len(keys) and set("".join(keys)) <= set(
            "0123456789abcdefghijklmnopqrstuvwxyz"
        )
        for label in labels:
            assert set(label) == {"text", "prefix_key", "suffix_key", "background_color", "text_color"}
            assert len(label["background_color"]) == len(label["text_color"]) == 7


def test_overlapping_spans_are_warned_of(tmp_path: Path) -> None:
    def warnings(*units: Any) -> str:
        dest = exported("doccano", units, tmp_path / str(len(units)))
        return " ".join(json.loads((dest / "manifest.json").read_text(encoding="utf-8"))["warnings"])

    assert "overlap" not in warnings(simple("a"))
    assert "overlap" in warnings(simple("a"), quoted())


def test_a_project_with_relations_comes_in(tmp_path: Path) -> None:
    back = Imported("doccano", lines(tmp_path / "all.jsonl", [related()]), tmp_path / "articles")
    assert back.refused == []
    assert back.spans() == [
        ("Roma", "LOC", ACCEPTED, "editor:Lina"), ("«Basta»", "CONTENT", ACCEPTED, "editor:Lina"),
        ("detto", "CUE", ACCEPTED, "editor:Lina"), ("Anna Rossi", "SOURCE", ACCEPTED, "editor:Lina"),
    ]  # fmt: skip
    assert back.links() == [("«Basta»", "cue", "detto"), ("«Basta»", "source", "Anna Rossi")]
    assert back.annotation().state == DONE


def test_a_project_without_relations_comes_in(tmp_path: Path) -> None:
    given = [
        {"id": 1, "text": TEXT, "label": [[*utf16(TEXT, "Roma"), "LOC"]], "Comments": ["Roma?", "sì"]},
        {"id": 2, "text": "Oggi Anna.", "labels": [[5, 9, "PER"]]},
        {"id": 3, "text": "Nulla.", "label": [], "Comments": [{"id": 1, "comment": "vuoto"}]},
    ]
    back = Imported("doccano", lines(tmp_path / "admin.jsonl", given), tmp_path / "articles")
    assert back.refused == []
    assert back.spans(0) == [("Roma", "LOC", ACCEPTED, "editor:Lina")]
    assert [n.words for n in back.annotation(0).notes] == ["Roma?\nsì"]
    assert back.spans(1) == [("Anna", "PER", ACCEPTED, "editor:Lina")]
    assert (back.annotation(2).state, back.annotation(2).spans) == (NEW, ())


def test_edits_made_in_doccano_come_back(tmp_path: Path) -> None:
    (found,) = records(exported("doccano", [quoted()], tmp_path / "out") / FILE)
    text = found["text"]
    roma, per = (next(e for e in found["entities"] if e["label"] == label) for label in ("LOC", "PER"))
    found["entities"].remove(roma)
    per["start_offset"] += len("Nicolò ")
    for old in found["entities"]:  # doccano numbers spans itself
        for relation in found["relations"]:
            for end in ("from_id", "to_id"):
                relation[end] += 1000 * (relation[end] == old["id"])
        old["id"] += 1000
    found["entities"].append(entity(9, "4 set", "DATE", text))
    found["relations"] = [r for r in found["relations"] if r["type"] == "source"]
    back = Imported("doccano", lines(tmp_path / "all.jsonl", [found | {"id": 12}]), tmp_path / "articles")
    came = back.spans(annotator="anna")
    assert ("Roma", "LOC") not in {s[:2] for s in came}
    assert ("Dell'Acqua", "PER", ACCEPTED, "editor:anna") in came
    assert ("4 set", "DATE", ACCEPTED, "editor:anna") in came
    assert ("Ansa", "PER", REJECTED, "rule:test") in came
    assert ("Ansa", "ORG", ACCEPTED, "rule:test") in came
    assert [link[1] for link in back.links(annotator="anna")] == ["source"]
    assert back.articles[0].id == "q"


def test_what_is_refused_is_told_with_line_and_reason(tmp_path: Path) -> None:
    good = related()
    start, end = utf16(TEXT, "Roma")
    given: list[Any] = [
        good,
        {"text": TEXT, "label": [[1, end, "LOC"]]},
        {"text": TEXT, "label": [[start, 99, "LOC"]]},
        {"text": TEXT, "label": [[start, end, 3]]},
        {"text": TEXT, "label": ["politica"]},
        {"text": TEXT, "entities": [{"id": 1, "label": "LOC", "start_offset": start}]},
        good | {"relations": [{"from_id": 32, "to_id": 99, "type": "cue"}]},
        good | {"relations": [{"from_id": 32, "to_id": 40, "type": "speaker"}]},
        good | {"relations": [{"from_id": 32, "to_id": 41, "type": "cue"}]},
        {"text": TEXT, "label": [[start, end, "LOC"], [start, end + 1, "PER"]]},
        {"filename": "a.png", "label": []},
        "[1]",
        {"text": TEXT, "label": [["1", end, "LOC"]]},
    ]
    path = lines(tmp_path / "all.jsonl", given)
    run = chiosa("import", path, "--format", "doccano", "--into", tmp_path / "articles")
    assert run.returncode == 1
    told = run.stderr.replace("chiosa: ", "").splitlines()
    for number, reason in enumerate(
        ["lies within a character", "UTF-16 units", "has no label", "sequence labelling", "no 'end_offset'",
         "99, which is not there", "no relation speaker", "does not join", "overlap", "has no text",
         "is no JSON object", "is no number"], 2,
    ):  # fmt: skip
        (line,) = [line for line in told if line.startswith(f"{path}:{number}:")]
        assert reason in line
    assert len(list((tmp_path / "articles").glob("*.txt"))) == 1
