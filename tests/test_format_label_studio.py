"""Label Studio's JSON, as it takes tasks in and as it exports them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from exporting import QUOTED, quoted, simple, span, unit
from importing import Imported, at, exported
from msgspec.structs import replace
from roundtrips import corpus
from test_command_line import chiosa

from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, NEW, REJECTED, SUGGESTED
from annotations.formats.label_studio import CONFIG, FILE

TEXT = "👩‍👩‍👧 A Roma, «Basta», ha detto Anna Rossi."


def region(number: str, words: str, label: str, **value: Any) -> dict[str, Any]:
    start, end = at(TEXT, words)
    return {
        "id": number, "from_name": "ner", "to_name": "text", "type": "labels", "origin": "manual",
        "value": {"start": start, "end": end, "text": words, "labels": [label]} | value,
    }  # fmt: skip


def relation(one: str, other: str, *labels: str, direction: str = "right") -> dict[str, Any]:
    return {"type": "relation", "from_id": one, "to_id": other, "direction": direction, "labels": [*labels]}


def annotation(*result: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": 901, "completed_by": 1, "result": [*result], "was_cancelled": False, "ground_truth": False,
        "created_at": "2024-05-01T10:00:00Z", "lead_time": 12.5, "import_id": None, "task": 1,
    } | more  # fmt: skip


def task(*annotations: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A task as Label Studio exports it."""
    return {
        "id": 1, "data": {"text": TEXT}, "annotations": [*annotations], "predictions": [], "drafts": [],
        "file_upload": "a.json", "meta": {}, "project": 3, "total_annotations": len(annotations),
    } | more  # fmt: skip


def file(path: Path, tasks: Any) -> Path:
    path.write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
    return path


def tasks_of(dest: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((dest / FILE).read_text(encoding="utf-8"))
    return found


def undecided(state: str = IN_PROGRESS) -> Any:
    """An article with a decided and two undecided spans."""
    one = unit("u", TEXT, span(TEXT, "Roma", "LOC"), state=state)
    more = [
        replace(span(TEXT, "Anna Rossi", "PER", SUGGESTED), origin="model:news@1.2", score=0.75),
        replace(span(TEXT, "detto", "CUE", SUGGESTED), origin="rule:cues", score=None),
    ]
    spans = more if state == NEW else [*one.annotation.spans, *more]
    ordered = tuple(sorted(spans, key=lambda s: s.order))
    return replace(one, annotation=replace(one.annotation, spans=ordered))


def check_result(result: list[dict[str, Any]], text: str, config: ElementTree.Element) -> None:
    """What Label Studio asks of results: names of the configuration's tags, words at the place."""
    (labels,) = config.findall("Labels")
    values = {label.get("value") for label in labels}
    kinds = {one.get("value") for one in config.iterfind("Relations/Relation")}
    ids = set()
    for one in result:
        if one["type"] == "relation":
            assert set(one) == {"type", "from_id", "to_id", "direction", "labels"}
            assert {one["from_id"], one["to_id"]} <= ids and set(one["labels"]) <= kinds
            continue
        assert (one["from_name"], one["to_name"]) == (labels.get("name"), labels.get("toName"))
        assert one["type"] == "labels" and one["id"] not in ids
        value = one["value"]
        assert text[value["start"] : value["end"]] == value["text"] and set(value["labels"]) <= values
        assert one["id"].replace("-", "").replace("_", "").isalnum() and one["id"].isascii()
        ids.add(one["id"])


def test_tasks_are_as_label_studio_takes_them(tmp_path: Path) -> None:
    odd = unit("z", "Un test", span("Un test", "test", "FACILITY"))
    other = replace(quoted(), annotation=replace(quoted().annotation, annotator="bob"))
    dest = exported("label-studio", [quoted(), other, undecided(), odd], tmp_path / "out", partial=True)
    config = ElementTree.fromstring((dest / CONFIG).read_text(encoding="utf-8"))
    (shown,) = config.findall("Text")
    assert (shown.get("name"), shown.get("value")) == ("text", "$text")
    assert {label.get("value") for label in config.iter("Label")} >= {"PER", "CONTENT", "FACILITY"}
    found = tasks_of(dest)
    assert [t["data"]["text"] for t in found] == [QUOTED, TEXT, "Un test"]
    assert [len(t["annotations"]) for t in found] == [2, 1, 1]
    numbers = [a["id"] for t in found for a in t["annotations"]]
    assert numbers == sorted(set(numbers))
    for one in found:
        assert set(one) == {"data", "annotations", "predictions"}
        for made in (*one["annotations"], *one["predictions"]):
            check_result(made["result"], one["data"]["text"], config)
            assert "completed_by" not in made
    values = [r["value"] for r in found[0]["annotations"][0]["result"] if r["type"] == "labels"]
    shown_words = [(value["text"], value["labels"]) for value in values]
    assert ("Ansa", ["ORG"]) in shown_words and ("Ansa", ["PER"]) not in shown_words
    (first, second) = found[1]["predictions"]
    assert (first["model_version"], first["score"], first["result"][0]["score"]) == ("news@1.2", 0.75, 0.75)
    assert second["model_version"] == "rule:cues" and "score" not in second
    assert [r["value"]["text"] for r in found[1]["annotations"][0]["result"]] == ["Roma"]


def test_annotations_of_several_people_come_in(tmp_path: Path) -> None:
    linked = [
        region("a1", "«Basta»", "CONTENT"), region("b_2", "detto", "CUE"),
        region("c-3", "Anna Rossi", "SOURCE"),
        relation("a1", "b_2", "cue"), relation("a1", "c-3", direction="left"),
        {"id": "q", "from_name": "topic", "to_name": "text", "type": "choices", "value": {"choices": ["x"]}},
    ]  # fmt: skip
    given = task(
        annotation(*linked, completed_by={"id": 4, "email": "anna@x.it", "first_name": "Anna"}),
        annotation(region("x", "Roma", "LOC"), completed_by=7),
        annotation(region("x", "Roma", "ORG"), completed_by=8, created_username=" Bob bob@x.it, 8"),
        annotation(completed_by=9, was_cancelled=True),
    )
    back = Imported("label-studio", file(tmp_path / "p.json", [given]), tmp_path / "articles")
    assert len(back.articles) == 1
    assert [s[:3] for s in back.spans(annotator="anna@x.it")] == [
        ("«Basta»", "CONTENT", ACCEPTED), ("detto", "CUE", ACCEPTED), ("Anna Rossi", "SOURCE", ACCEPTED),
    ]  # fmt: skip
    assert back.links(annotator="anna@x.it") == [
        ("«Basta»", "cue", "detto"), ("«Basta»", "source", "Anna Rossi"),
    ]  # fmt: skip
    assert back.annotation(annotator="anna@x.it").state == DONE
    assert [s[:2] for s in back.spans(annotator="label-studio-7")] == [("Roma", "LOC")]
    assert [s[:2] for s in back.spans(annotator="bob@x.it")] == [("Roma", "ORG")]
    (notice,) = back.outcome.notices
    assert "task 1: left out choices" in notice
    (refused,) = back.refused
    assert "task 1" in refused and "was skipped in Label Studio by label-studio-9" in refused


def test_predictions_alone_are_suggestions(tmp_path: Path) -> None:
    given = task(
        predictions=[
            {
                "model_version": "bert-1",
                "score": 0.5,
                "result": [region("a", "Roma", "LOC") | {"score": 0.9}],
            },
            {"model_version": "bert-2", "score": 0.4, "result": [region("b", "Anna Rossi", "PER")]},
        ]
    )
    back = Imported("label-studio", file(tmp_path / "p.json", [given]), tmp_path / "articles")
    assert back.spans() == [
        ("Roma", "LOC", SUGGESTED, "model:bert-1"), ("Anna Rossi", "PER", SUGGESTED, "model:bert-2"),
    ]  # fmt: skip
    assert [s.score for s in back.annotation().spans] == [0.9, 0.4] and back.annotation().state == NEW


def test_a_span_taken_over_from_a_prediction_keeps_its_origin(tmp_path: Path) -> None:
    given = task(
        annotation(region("a", "Roma", "LOC") | {"origin": "prediction"}, region("n", "Anna Rossi", "PER")),
        predictions=[{"model_version": "bert-1", "score": 0.5, "result": [region("a", "Roma", "LOC")]}],
    )
    back = Imported("label-studio", file(tmp_path / "p.json", [given]), tmp_path / "articles")
    name = "label-studio-1"
    assert back.spans(annotator=name) == [
        ("Roma", "LOC", ACCEPTED, "model:bert-1"), ("Anna Rossi", "PER", ACCEPTED, f"editor:{name}"),
    ]  # fmt: skip


def test_a_draft_is_an_article_in_progress(tmp_path: Path) -> None:
    draft = {"user": "carla@x.it", "annotation": None, "result": [region("a", "Roma", "LOC")]}
    other = {"user": "anna@x.it", "annotation": None, "result": [region("a", "Roma", "ORG")]}
    given = task(
        annotation(region("a", "Roma", "LOC"), completed_by={"email": "anna@x.it"}), drafts=[draft, other, 5]
    )
    back = Imported("label-studio", file(tmp_path / "p.json", [given]), tmp_path / "articles")
    assert back.annotation(annotator="carla@x.it").state == IN_PROGRESS
    assert back.spans(annotator="anna@x.it")[0][:2] == ("Roma", "LOC") and back.refused == []


def test_json_min_comes_in(tmp_path: Path) -> None:
    value = region("a", "Roma", "LOC")["value"]
    given = {
        "text": TEXT, "id": 5, "ner": [value], "annotator": 3, "annotation_id": 8, "lead_time": 2.0,
        "created_at": "2024-05-01T10:00:00Z", "updated_at": "2024-05-01T10:00:00Z",
    }  # fmt: skip
    empty = {"article": "Niente da dire.", "id": 6, "annotator": 3, "annotation_id": 9}
    back = Imported("label-studio", file(tmp_path / "m.json", [given, empty]), tmp_path / "articles")
    assert [s[:3] for s in back.spans(0, "label-studio-3")] == [("Roma", "LOC", ACCEPTED)]
    assert back.annotation(1, "label-studio-3").state == DONE and back.refused == []


def test_old_offsets_in_utf16_are_told_by_the_words(tmp_path: Path) -> None:
    start, end = (o + 3 for o in at(TEXT, "Roma"))
    given = task(annotation(region("a", "Roma", "LOC", start=start, end=end)))
    back = Imported("label-studio", file(tmp_path / "p.json", [given]), tmp_path / "articles")
    assert back.refused == [] and back.spans(annotator="label-studio-1")[0][0] == "Roma"


def returned(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Our tasks as Label Studio exports them again: ids of its own, ours as ``import_id``."""
    for number, one in enumerate(tasks, 500):
        one["id"] = number
        for made in one["annotations"]:
            made |= {"import_id": made["id"], "id": made["id"] + 900, "completed_by": 1, "task": number}
    return tasks


def test_edits_made_in_label_studio_come_back(tmp_path: Path) -> None:
    (found,) = returned(tasks_of(exported("label-studio", [quoted()], tmp_path / "out")))
    result = found["annotations"][0]["result"]
    roma, per = (
        next(r for r in result if r["type"] == "labels" and r["value"]["labels"] == [label])
        for label in ("LOC", "PER")
    )
    result.remove(roma)
    per["value"] |= {"start": per["value"]["start"] + len("Nicolò "), "text": "Dell'Acqua"}
    start, end = at(QUOTED, "4 set")
    value = {"start": start, "end": end, "text": "4 set", "labels": ["DATE"]}
    result.append({"id": "tQ3_-x", "type": "labels", "from_name": "label", "to_name": "text", "value": value})
    result[:] = [r for r in result if r.get("labels") != ["cue"]]
    second = annotation({"id": "k", "type": "labels", "value": value}, completed_by={"email": "bob@x.it"})
    found["annotations"].append(second)
    back = Imported("label-studio", file(tmp_path / "p.json", [found]), tmp_path / "articles")
    came = back.spans(annotator="anna")
    assert ("Roma", "LOC") not in {s[:2] for s in came}
    assert ("Dell'Acqua", "PER", ACCEPTED, "editor:anna") in came
    assert ("4 set", "DATE", ACCEPTED, "editor:anna") in came
    assert ("Ansa", "PER", REJECTED, "rule:test") in came
    assert ("Ansa", "ORG", ACCEPTED, "rule:test") in came
    assert [link[1] for link in back.links(annotator="anna")] == ["source"]
    assert [s[:2] for s in back.spans(annotator="bob@x.it")] == [("4 set", "DATE")]
    assert back.articles[0].id == "q"


@pytest.mark.parametrize("state", [NEW, IN_PROGRESS])
def test_undecided_spans_come_back_undecided(tmp_path: Path, state: str) -> None:
    one = undecided(state)
    dest = exported("label-studio", [one, replace(one, annotation=replace(one.annotation, annotator="bob"))],
                    tmp_path / "out", partial=True)  # fmt: skip
    found = returned(tasks_of(dest))
    back = Imported("label-studio", file(tmp_path / "p.json", found), tmp_path / "articles")
    for name in ("anna", "bob"):
        assert [(s.label, s.status, s.origin, s.score) for s in back.annotation(annotator=name).spans] == [
            (s.label, s.status, s.origin, s.score) for s in one.annotation.spans
        ]
        assert back.annotation(annotator=name).state == state


def test_whoever_annotates_our_suggestions_there_is_an_annotator_here(tmp_path: Path) -> None:
    (found,) = tasks_of(exported("label-studio", [undecided(NEW)], tmp_path / "out", partial=True))
    assert found["annotations"] == []
    copied = next(r for p in found["predictions"] for r in p["result"] if r["value"]["labels"] == ["PER"])
    found["annotations"] = [annotation(copied, completed_by={"email": "bob@x.it"})]
    back = Imported("label-studio", file(tmp_path / "p.json", [found]), tmp_path / "articles")
    assert back.spans(annotator="bob@x.it") == [("Anna Rossi", "PER", ACCEPTED, "model:news@1.2")]
    assert back.articles[0].id == "u" and back.annotation(annotator="bob@x.it").spans[0].score == 0.75


def test_what_is_refused_is_told_with_task_and_reason(tmp_path: Path) -> None:
    good = annotation(region("a", "Roma", "LOC"))
    start, end = at(TEXT, "Roma")
    html = {"id": "h", "type": "hypertextlabels", "value": {"start": "/div[1]", "hypertextlabels": ["LOC"]}}
    given: list[Any] = [
        task(good),
        task(annotation(region("a", "Roma", "LOC", text="Rome"))),
        task(annotation(region("a", "Roma", "LOC", end=99, text=None))),
        task(annotation(region("a", "Roma", "LOC"), region("b", "Roma,", "PER"))),
        task(annotation(html)),
        task(annotation(region("a", "Roma", "LOC"), relation("a", "zz", "cue"))),
        task(annotation(region("a", "Roma", "LOC"), region("c", "detto", "CUE"), relation("a", "c"))),
        task(good, data={"image": 5}),
        7,
        task(annotation(region("a", "Roma", "LOC", labels="LOC"))),
        task(good, annotations={}),
        {"text": TEXT, "ner": [{"start": start, "end": end, "text": "Rome", "labels": ["LOC"]}]},
        task(annotation({"id": "a", "type": "labels"})),
    ]
    path = file(tmp_path / "p.json", given)
    run = chiosa("import", path, "--format", "label-studio", "--into", tmp_path / "articles")
    assert run.returncode == 1
    told = run.stderr.replace("chiosa: ", "").splitlines()
    for number, reason in enumerate(
        ["says «Rome»", "does not lie in the text", "overlap", "are hypertextlabels",
         "zz, which is not there", "does not join", "has no text", "is no JSON object", "labels is no list",
         "annotations is no list",
         "says «Rome»", "no 'value'"], 2,
    ):  # fmt: skip
        (line,) = [line for line in told if line.startswith(f"{path}: task {number}:")]
        assert reason in line
    assert len(list((tmp_path / "articles").glob("*.txt"))) == 1
    broken = tmp_path / "b.json"
    broken.write_text("[{]", encoding="utf-8")
    run = chiosa("import", broken, "--format", "label-studio", "--into", tmp_path / "articles")
    assert run.returncode == 1 and "is not JSON" in run.stderr


def test_the_real_command_takes_its_own_export_back(tmp_path: Path) -> None:
    exported("label-studio", [quoted(), simple("b")], tmp_path / "out")
    run = chiosa("import", tmp_path / "out", "--into", tmp_path / "articles")
    assert run.returncode == 0, run.stderr
    assert "2 articles" in run.stderr


def test_label_studios_own_checks_pass(tmp_path: Path) -> None:
    """With ``pip install label-studio-sdk`` (500 MB), by whose checks the server takes tasks or not."""
    interface = pytest.importorskip("label_studio_sdk.label_interface")
    units = corpus(tmp_path / "articles", 40)
    dest = exported("label-studio", [*units, undecided(), quoted()], tmp_path / "out", partial=True)
    checks = interface.LabelInterface((dest / CONFIG).read_text(encoding="utf-8"))
    checks.validate()
    for one in tasks_of(dest):
        assert checks.validate_task({"data": one["data"]})
        assert [checks.validate_prediction(p, return_errors=True) for p in one["predictions"]] == [
            [] for _ in one["predictions"]
        ]
        assert all(checks.validate_annotation(a) for a in one["annotations"])
