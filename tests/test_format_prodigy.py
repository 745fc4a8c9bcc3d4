"""Prodigy's JSON lines, as ``db-out`` writes them and as ``db-in`` reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from exporting import QUOTED, quoted, simple, span, unit
from importing import Imported, at, exported, lines, records
from test_command_line import chiosa

from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, NEW, REJECTED, SUGGESTED, Link
from annotations.errors import ChiosaError
from annotations.formats.prodigy import FILE

TEXT = "👩‍👩‍👧 A Roma, «Basta», ha detto Anna Rossi."


def task(*spans: tuple[str, str], text: str = TEXT, **more: Any) -> dict[str, Any]:
    """A task with spans as ``ner.manual`` writes them, but for what is in ``more``."""
    found = [
        {"start": at(text, words)[0], "end": at(text, words)[1], "label": label} for words, label in spans
    ]
    return {
        "text": text, "_input_hash": 1, "_task_hash": -2, "_view_id": "spans_manual", "spans": found,
        "answer": "accept", "_timestamp": 1700000000, "_annotator_id": "news-anna",
        "_session_id": "news-anna",
    } | more  # fmt: skip


def test_a_task_says_what_prodigy_asks_for(tmp_path: Path) -> None:
    (found,) = records(exported("prodigy", [quoted()], tmp_path / "out") / FILE)
    assert found["text"] == QUOTED and found["answer"] == "accept" and found["_annotator_id"] == "anna"
    assert "_input_hash" not in found and "_task_hash" not in found
    tokens = found["tokens"]
    assert [t["id"] for t in tokens] == list(range(len(tokens)))
    assert "".join(t["text"] + " " * t["ws"] for t in tokens) == QUOTED
    assert all(QUOTED[t["start"] : t["end"]] == t["text"] for t in tokens)
    for s in found["spans"]:
        assert s["start"] == tokens[s["token_start"]]["start"]
        assert s["end"] == tokens[s["token_end"]]["end"]
    shown = {(QUOTED[s["start"] : s["end"]], s["label"]) for s in found["spans"]}
    assert ("Ansa", "ORG") in shown and ("Ansa", "PER") not in shown  # the one was accepted, the other not
    assert {(r["label"], r["head_span"]["label"], r["child_span"]["label"]) for r in found["relations"]} == {
        ("cue", "CONTENT", "CUE"), ("source", "CONTENT", "SOURCE"),
    }  # fmt: skip
    for relation in found["relations"]:
        for end in ("head", "child"):
            assert relation[end] == relation[f"{end}_span"]["token_end"]
            assert relation[f"{end}_span"] in found["spans"]


def test_a_span_within_a_token_cuts_it(tmp_path: Path) -> None:
    text = "Il vicepremier"
    one = unit("a", text, span(text, "vice", "MISC"))
    (found,) = records(exported("prodigy", [one], tmp_path / "out") / FILE)
    assert [(t["text"], t["ws"]) for t in found["tokens"]] == [
        ("Il", True),
        ("vice", False),
        ("premier", False),
    ]
    assert (found["spans"][0]["token_start"], found["spans"][0]["token_end"]) == (1, 1)


def test_an_article_in_progress_is_a_task_without_an_answer(tmp_path: Path) -> None:
    (found,) = records(exported("prodigy", [quoted(IN_PROGRESS)], tmp_path / "out", partial=True) / FILE)
    assert "answer" not in found
    back = Imported("prodigy", tmp_path / "out", tmp_path / "articles")
    assert back.annotation(annotator="anna").state == IN_PROGRESS
    found["answer"] = "accept"
    back = Imported("prodigy", lines(tmp_path / "done.jsonl", [found]), tmp_path / "more")
    assert back.annotation(annotator="anna").state == DONE


def test_what_db_out_writes_comes_in(tmp_path: Path) -> None:
    spans = [("Roma", "LOC"), ("«Basta»", "CONTENT"), ("detto", "CUE"), ("Anna Rossi", "SOURCE")]
    first = task(*spans)
    first["relations"] = [
        {"head": 8, "child": 11, "label": "CUE", "head_span": {**first["spans"][1], "token_end": 8},
         "child_span": first["spans"][2], "color": "#ffd882"},
        {"head": 13, "child": 8, "label": "source", "head_span": first["spans"][3],
         "child_span": first["spans"][1]},
    ]  # fmt: skip
    other = task(("Roma", "ORG"), _annotator_id="news-bob", _session_id="news-bob")
    back = Imported("prodigy", lines(tmp_path / "db.jsonl", [first, other]), tmp_path / "articles")
    assert back.refused == [] and len(back.articles) == 1
    assert [s[:3] for s in back.spans(annotator="anna")] == [(*s, ACCEPTED) for s in spans]
    assert {s[3] for s in back.spans(annotator="anna")} == {"editor:anna"}
    assert back.links(annotator="anna") == [
        ("«Basta»", "cue", "detto"), ("«Basta»", "source", "Anna Rossi"),
    ]  # fmt: skip
    assert back.annotation(annotator="anna").state == DONE
    assert back.spans(annotator="bob") == [("Roma", "ORG", ACCEPTED, "editor:bob")]


def test_relations_by_token_alone(tmp_path: Path) -> None:
    text = "«Sì», ha detto"
    tokens = [{"text": w, "start": text.index(w), "end": text.index(w) + len(w), "id": n, "ws": False}
              for n, w in enumerate(["«", "Sì", "»", ",", "ha", "detto"])]  # fmt: skip
    old = task(("«Sì»", "CONTENT"), ("detto", "CUE"), text=text, tokens=tokens)
    old["relations"] = [{"head": 2, "child": 5, "label": "cue"}]
    back = Imported("prodigy", lines(tmp_path / "db.jsonl", [old]), tmp_path / "articles")
    assert back.links(annotator="anna") == [("«Sì»", "cue", "detto")]


def test_a_session_without_a_name_is_nobodys(tmp_path: Path) -> None:
    for number, name in enumerate(("2024-05-01_10-11-12", "news-2024-05-01_10-11-12", None)):
        found = task(("Roma", "LOC"), _annotator_id=name, _session_id=name)
        back = Imported("prodigy", lines(tmp_path / "db.jsonl", [found]), tmp_path / f"articles{number}")
        assert back.annotators[0] == ""


def test_binary_answers_on_one_text_are_one_article_in_progress(tmp_path: Path) -> None:
    given = [
        task(("Roma", "LOC"), _is_binary=True),
        task(("Anna Rossi", "ORG"), _is_binary=True, answer="reject"),
        task(("detto", "CUE"), _is_binary=True, answer="reject"),
        task(("detto", "CUE"), _is_binary=True),
    ]
    back = Imported("prodigy", lines(tmp_path / "db.jsonl", given), tmp_path / "articles")
    assert back.refused == [] and len(back.articles) == 1
    assert [s[:3] for s in back.spans(annotator="anna")] == [
        ("Roma", "LOC", ACCEPTED), ("detto", "CUE", ACCEPTED), ("Anna Rossi", "ORG", REJECTED),
    ]  # fmt: skip
    assert back.annotation(annotator="anna").state == IN_PROGRESS


def test_a_task_that_nobody_answered_holds_suggestions(tmp_path: Path) -> None:
    found = task(("Roma", "LOC"))
    del found["answer"]
    found["spans"][0] |= {"source": "it_core_news_lg", "score": 0.75}
    back = Imported("prodigy", lines(tmp_path / "in.jsonl", [found]), tmp_path / "articles")
    assert back.spans(annotator="anna") == [("Roma", "LOC", SUGGESTED, "model:it_core_news_lg")]
    annotation = back.annotation(annotator="anna")
    assert (annotation.state, annotation.spans[0].score) == (NEW, 0.75)


def test_edits_made_in_prodigy_come_back(tmp_path: Path) -> None:
    (found,) = records(exported("prodigy", [quoted()], tmp_path / "out") / FILE)
    roma, per = (next(s for s in found["spans"] if s["label"] == label) for label in ("LOC", "PER"))
    found["spans"].remove(roma)
    per["start"] += len("Nicolò ")
    start, end = at(QUOTED, "4 set")
    found["spans"].append({"start": start, "end": end, "label": "DATE"})
    found["relations"] = [r for r in found["relations"] if r["label"] == "cue"]
    found["_annotator_id"] = "news-bob"
    back = Imported("prodigy", lines(tmp_path / "db.jsonl", [found]), tmp_path / "articles")
    came = back.spans(annotator="bob")
    assert ("Roma", "LOC") not in {s[:2] for s in came}
    assert ("Dell'Acqua", "PER", ACCEPTED, "editor:bob") in came
    assert ("4 set", "DATE", ACCEPTED, "editor:bob") in came
    assert ("Ansa", "PER", REJECTED, "rule:test") in came  # what Prodigy has no place for
    assert ("Ansa", "ORG", ACCEPTED, "rule:test") in came
    assert [link[1] for link in back.links(annotator="bob")] == ["cue"]
    assert back.articles[0].id == "q"


def test_what_is_refused_is_told_with_line_and_reason(tmp_path: Path) -> None:
    relation = {"head": 1, "child": 2, "label": "cue", "head_span": {"start": 0, "end": 1, "label": None}}
    given: list[Any] = [
        task(("Roma", "LOC")),
        task(("Roma", "LOC"), answer="ignore"),
        task(("Roma", "LOC"), answer="reject"),
        task(spans=[{"start": 0, "end": 99, "label": "LOC"}]),
        task(spans=[{"start": 0, "end": 4, "label": "LOC", "text": "Roma"}]),
        task(spans=[{"start": 0, "label": "LOC"}]),
        "{",
        task(("Roma", "LOC"), relations=[relation]),
        task(("Roma", "LOC"), ("Roma,", "PER")),
        {"image": "a.png", "answer": "accept"},
        task(("Roma", "LOC"), answer="maybe"),
        task(spans=7),
    ]
    path = lines(tmp_path / "db.jsonl", given)
    run = chiosa("import", path, "--format", "prodigy", "--into", tmp_path / "articles")
    assert run.returncode == 1
    told = run.stderr.replace("chiosa: ", "").splitlines()
    for number, reason in enumerate(
        ["was ignored", "was rejected", "does not lie in the text", "says «Roma»", "no 'end'", "is not JSON",
         "which is no span", "overlap", "has no text", "no answer maybe", "spans is no list"], 2,
    ):  # fmt: skip
        (line,) = [line for line in told if line.startswith(f"{path}:{number}:")]
        assert reason in line
    assert len(list((tmp_path / "articles").glob("*.txt"))) == 1


def test_the_real_command_takes_its_own_export_back(tmp_path: Path) -> None:
    exported("prodigy", [quoted(), simple("b")], tmp_path / "out")
    run = chiosa("import", tmp_path / "out", "--into", tmp_path / "articles")
    assert run.returncode == 0, run.stderr
    shown = chiosa("show", tmp_path / "articles" / "q.txt", "--json", "--annotator", "anna")
    assert json.loads(shown.stdout)["state"] == DONE
    assert {s["status"] for s in json.loads(shown.stdout)["spans"]} == {ACCEPTED, REJECTED}


@pytest.mark.parametrize("blank", [" ", "\u00a0"])
def test_a_span_of_blanks_alone_is_told(tmp_path: Path, blank: str) -> None:
    text = f"A{blank}Roma"
    one = unit("a", text, span(text, blank, "MISC"), span(text, "Roma", "LOC"))
    found = records(exported("prodigy", [one], tmp_path / "out") / FILE)[0]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    told = manifest["left_out"]["only white space"]
    assert len(found["spans"]) + sum(map(len, told.values())) == 2


def test_spans_off_the_tokens_are_dealt_with_as_told(tmp_path: Path) -> None:
    text = "«Sì», ha detto il vicepremier Anna."
    content, cue = span(text, "«Sì»", "CONTENT"), span(text, "det", "CUE")
    link = Link(content.id, "cue", cue.id)
    one = unit("a", text, content, cue, span(text, "Anna", "PER"), links=(link,))

    def words(policy: str) -> tuple[set[str], list[dict[str, Any]], str]:
        dest = exported("prodigy", [one], tmp_path / policy, misaligned=policy)
        (found,) = records(dest / FILE)
        back = Imported("prodigy", dest, tmp_path / f"{policy}-articles")
        assert len(back.spans(annotator="anna")) == len(found["spans"])
        assert {s[3] for s in back.spans(annotator="anna")} == {"rule:test"}
        assert len(back.links(annotator="anna")) == len(found["relations"])
        told = (dest / "manifest.json").read_text(encoding="utf-8")
        return {text[s["start"] : s["end"]] for s in found["spans"]}, found["relations"], told

    shown, relations, _told = words("split")
    assert shown == {"«Sì»", "det", "Anna"} and len(relations) == 1
    shown, relations, told = words("expand")
    assert shown == {"«Sì»", "detto", "Anna"} and len(relations) == 1
    assert "expanded to whole tokens" in told and '"words": "det"' in told
    shown, relations, told = words("skip")
    assert shown == {"«Sì»", "Anna"} and relations == [] and '"words": "det"' in told
    with pytest.raises(ChiosaError, match="det"):
        exported("prodigy", [one], tmp_path / "fail", misaligned="fail")
    assert not (tmp_path / "fail").exists()
