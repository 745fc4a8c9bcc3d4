"""Web Annotations of the W3C, as the Recommendation has them and as tools in browsers write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from exporting import QUOTED, quoted, simple, unit
from importing import Imported, at, exported
from roundtrips import corpus
from test_command_line import chiosa

from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, REJECTED
from annotations.formats.w3c_reading import CONTEXT

TEXT = "👩‍👩‍👧 A Roma, «Basta», ha detto Anna Rossi. A Roma."


def position(words: str, text: str = TEXT) -> dict[str, Any]:
    start, end = at(text, words)
    return {"type": "TextPositionSelector", "start": start, "end": end}


def tag(
    name: str, label: str, *selectors: dict[str, Any], source: str = "a.txt", **more: Any
) -> dict[str, Any]:
    """An annotation as an editor in a browser writes it."""
    return {
        "@context": CONTEXT, "id": name, "type": "Annotation",
        "body": [{"type": "TextualBody", "value": label, "purpose": "tagging"}],
        "target": {"source": source, "selector": [*selectors]},
    } | more  # fmt: skip


def words(exact: str, prefix: str = "", suffix: str = "") -> dict[str, Any]:
    return {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix}


def link(name: str, kind: str, *ends: str) -> dict[str, Any]:
    return {
        "@context": CONTEXT, "id": name, "type": "Annotation", "motivation": "linking",
        "body": [{"type": "TextualBody", "value": kind, "purpose": "tagging"}],
        "target": [{"id": end} for end in ends],
    }  # fmt: skip


def file(folder: Path, found: Any, name: str = "a.json", text: str = TEXT) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "a.txt").write_bytes(text.encode())
    (folder / name).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return folder / name


def is_annotation(found: dict[str, Any]) -> None:
    """What the model says that an annotation MUST have."""
    assert found["id"].startswith("urn:uuid:") and found["type"] == "Annotation"
    assert not {"body", "bodyValue"} <= found.keys()
    bodies = found["body"] if isinstance(found["body"], list) else [found["body"]]
    assert all(body["type"] == "TextualBody" and isinstance(body["value"], str) for body in bodies)
    targets = found["target"] if isinstance(found["target"], list) else [found["target"]]
    assert targets
    for target in targets:
        if "selector" not in target:
            assert target["id"].startswith("urn:uuid:")
            continue
        assert target["source"] == "texts/q.txt"
        position, quote = target["selector"]
        assert position["type"] == "TextPositionSelector" and quote["type"] == "TextQuoteSelector"
        start, end = position["start"], position["end"]
        assert QUOTED[start:end] == quote["exact"]
        assert QUOTED[:start].endswith(quote["prefix"]) and QUOTED[end:].startswith(quote["suffix"])


def test_a_collection_is_as_the_model_asks(tmp_path: Path) -> None:
    dest = exported("w3c", [quoted()], tmp_path / "out")
    assert (dest / "texts" / "q.txt").read_bytes() == QUOTED.encode()
    found = json.loads((dest / "q.anna.jsonld").read_text(encoding="utf-8"))
    assert found["@context"][0] == CONTEXT
    assert found["type"] == "AnnotationCollection" and found["id"].startswith("urn:uuid:")
    page = found["first"]
    assert page["type"] == "AnnotationPage" and page["startIndex"] == 0
    assert found["total"] == len(page["items"])
    for one in page["items"]:
        is_annotation(one)
    ids = [found["id"], page["id"], *(one["id"] for one in page["items"])]
    assert len(set(ids)) == len(ids)
    tags = {one["id"]: one["body"]["value"] for one in page["items"] if one["motivation"] == "tagging"}
    assert sorted(tags.values()) == ["CONTENT", "CUE", "LOC", "ORG", "PER", "SOURCE"]
    linked = [one for one in page["items"] if one["motivation"] == "linking"]
    assert {(o["body"]["value"], *(tags[t["id"]] for t in o["target"])) for o in linked} == {
        ("cue", "CONTENT", "CUE"), ("source", "CONTENT", "SOURCE"),
    }  # fmt: skip
    assert json.dumps(found) == json.dumps(  # the same again, so that links from elsewhere stay whole
        json.loads((exported("w3c", [quoted()], tmp_path / "two") / "q.anna.jsonld").read_text("utf-8"))
    )


def test_another_library_finds_the_words(tmp_path: Path) -> None:
    selectors = pytest.importorskip("anchorpoint.textselectors")
    dest = exported("w3c", corpus(tmp_path / "articles", 40), tmp_path / "out", partial=True)
    found = 0
    for path in dest.glob("*.jsonld"):
        for one in json.loads(path.read_text(encoding="utf-8"))["first"]["items"]:
            if one["motivation"] != "tagging":
                continue
            text = (
                (dest / one["target"]["source"].replace("%20", " ").replace("%C3%A0", "à"))
                .read_bytes()
                .decode()
            )
            by_place, by_words = one["target"]["selector"]
            place = selectors.TextPositionSelector(start=by_place["start"], end=by_place["end"])
            exact, prefix, suffix = (by_words[key] for key in ("exact", "prefix", "suffix"))
            assert place.select_text(text) == exact
            if (prefix + exact + suffix) == (prefix + exact + suffix).strip():  # it strips what it looks for
                quote = selectors.TextQuoteSelector(exact=exact, prefix=prefix, suffix=suffix)
                assert quote.select_text(text) == exact
                found += 1
    assert found > 20


def test_names_of_files_are_safe_and_their_own(tmp_path: Path) -> None:
    units = [simple("a b"), simple("A B"), simple("a/b"), simple("è")]
    dest = exported("w3c", units, tmp_path / "out")
    texts = sorted(path.name for path in (dest / "texts").iterdir())
    assert len(texts) == 4 and len({name.casefold() for name in texts}) == 4
    back = Imported("w3c", dest, tmp_path / "articles")
    assert back.refused == [] and len(back.articles) == 4


def test_what_an_editor_in_a_browser_saves_comes_in(tmp_path: Path) -> None:
    found = [
        tag("#1", "LOC", words("Roma", "A ", ", «"), position("Roma")),
        tag("#2", "CONTENT", words("«Basta»")),
        tag("#3", "CUE", position("detto"), motivation="identifying"),
        tag("#4", "SOURCE", words("Anna Rossi"), body=[
            {"type": "TextualBody", "value": "chi è?", "purpose": "commenting"},
            {"type": "TextualBody", "value": "SOURCE", "purpose": "tagging"}]),
        link("#5", "cue", "#2", "#3"),
        {"id": "#6", "type": "Annotation", "motivation": "linking", "target": "#4",
         "body": ["#2", {"type": "TextualBody", "value": "source", "purpose": "tagging"}]},
        tag("#7", "MISC", words("Roma", ". A "), bodyValue="MISC", body=None),
    ]  # fmt: skip
    back = Imported("w3c", file(tmp_path / "in", found), tmp_path / "articles")
    assert back.refused == []
    assert [s[:3] for s in back.spans()] == [
        ("Roma", "LOC", ACCEPTED), ("«Basta»", "CONTENT", ACCEPTED), ("detto", "CUE", ACCEPTED),
        ("Anna Rossi", "SOURCE", ACCEPTED), ("Roma", "MISC", ACCEPTED),
    ]  # fmt: skip
    assert back.links() == [("«Basta»", "cue", "detto"), ("«Basta»", "source", "Anna Rossi")]
    assert [n.words for n in back.annotation().notes] == ["chi è?"]
    assert back.annotation().state == DONE and back.articles[0].id == "a"


def test_a_browsers_code_units_are_told_by_the_words(tmp_path: Path) -> None:
    place = position("Roma")
    place |= {"start": place["start"] + 3, "end": place["end"] + 3}
    back = Imported(
        "w3c", file(tmp_path / "in", tag("#1", "LOC", place, words("Roma"))), tmp_path / "articles"
    )
    start, end = at(TEXT, "Roma")
    assert [(s.start, s.end) for s in back.annotation().spans] == [(start, end)]


def test_several_creators_and_texts_in_one_page(tmp_path: Path) -> None:
    page = {
        "@context": CONTEXT, "id": "http://x.it/page", "type": "AnnotationPage",
        "items": [
            tag("#1", "LOC", words("Roma", "A ", ","), source="http://x.it/files/a.txt#x",
                creator={"type": "Person", "name": "Anna"}),
            tag("#2", "ORG", words("Roma", "A ", ","), creator="mailto:bob@x.it", source="a.txt"),
            tag("#3", "PER", words("Carlo"), creator={"nickname": "Anna"}, source="b.txt"),
        ],
    }  # fmt: skip
    path = file(tmp_path / "in", page)
    (tmp_path / "in" / "b.txt").write_text("Carlo c'è.", encoding="utf-8")
    back = Imported("w3c", path, tmp_path / "articles")
    assert back.refused == [] and [a.id for a in back.articles] == ["a", "b"]
    assert [s[:2] for s in back.spans(0, "Anna")] == [("Roma", "LOC")]
    assert [s[:2] for s in back.spans(0, "mailto:bob@x.it")] == [("Roma", "ORG")]
    assert [s[:2] for s in back.spans(1, "Anna")] == [("Carlo", "PER")]


def test_edits_made_elsewhere_come_back(tmp_path: Path) -> None:
    dest = exported("w3c", [quoted()], tmp_path / "out")
    path = dest / "q.anna.jsonld"
    found = json.loads(path.read_text(encoding="utf-8"))
    page = found["first"]["items"]
    by_tag = {one["body"]["value"]: one for one in page}
    page.remove(by_tag["LOC"])
    page.remove(by_tag["cue"])
    by_tag["PER"]["target"]["selector"] = [position("Dell'Acqua", QUOTED), words("Dell'Acqua")]
    page.append(tag("urn:x:1", "DATE", words("4 set"), source="texts/q.txt"))
    page.append(tag("urn:x:2", "LOC", words("Roma"), source="texts/q.txt", creator={"name": "bob"}))
    path.write_text(json.dumps(found), encoding="utf-8")
    back = Imported("w3c", dest, tmp_path / "articles")
    assert back.refused == []
    came = back.spans(annotator="anna")
    assert ("Roma", "LOC") not in {s[:2] for s in came}
    assert ("Dell'Acqua", "PER", ACCEPTED, "editor:anna") in came
    assert ("4 set", "DATE", ACCEPTED, "editor:anna") in came
    assert ("Ansa", "PER", REJECTED, "rule:test") in came
    assert [l[1] for l in back.links(annotator="anna")] == ["source"]  # noqa: E741
    assert back.spans(annotator="bob") == [("Roma", "LOC", ACCEPTED, "editor:bob")]


def test_an_article_without_spans_comes_back(tmp_path: Path) -> None:
    empty = unit("vuoto", "Niente.", state=IN_PROGRESS)
    dest = exported("w3c", [empty], tmp_path / "out", partial=True)
    back = Imported("w3c", dest, tmp_path / "articles")
    assert (
        back.annotation(annotator="anna").state == IN_PROGRESS
        and back.annotation(annotator="anna").spans == ()
    )


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (tag("#1", "LOC", position("Roma"), words("Rome")), "says «Rome»"),
        (tag("#1", "LOC", words("Roma")), "more than once"),
        (tag("#1", "LOC", words("Milano")), "does not stand in the text"),
        (tag("#1", "LOC", position("Roma") | {"end": 99}), "does not lie in the text"),
        (tag("#1", "LOC", {"type": "XPathSelector", "value": "/p"}), "neither positions nor words"),
        (tag("#1", "LOC", position("Roma"), source="http://x.it/c.txt"), "put it beside the file as c.txt"),
        (tag("#1", "LOC", position("Roma"), source="../../secret.txt"), "secret.txt"),
        (tag("#1", "LOC", position("Roma"), source="../secret.txt"), "secret.txt"),
        (tag("#1", "LOC", position("Roma"), source="a\0.txt"), "its text is not there"),
        (tag("#1", "LOC", position("Roma"), body=[], motivation="highlighting"), "has no label"),
        (tag("#1", "LOC", {"type": "TextPositionSelector", "start": 3}), "no 'end'"),
        ([tag("#1", "LOC", position("Roma")), link("#2", "cue", "#1", "#9")], "#9, which is not there"),
        ([tag("#1", "LOC", position("Roma")), link("#2", "cue", "#1")], "one has 1"),
        ({"type": "AnnotationCollection", "first": "http://x.it/1"}, "holds no annotation"),
        ("nothing", "holds no annotation"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_with_file_and_reason(tmp_path: Path, found: Any, reason: str) -> None:
    (tmp_path / "secret.txt").write_text(TEXT, encoding="utf-8")
    path = file(tmp_path / "in", found)
    back = Imported("w3c", path, tmp_path / "articles")
    (refused,) = back.refused
    assert refused.startswith(f"{path}: ") and reason in refused
    assert back.articles == []


def test_the_real_command_takes_its_own_export_back(tmp_path: Path) -> None:
    exported("w3c", [quoted(), simple("b")], tmp_path / "out")
    run = chiosa("import", tmp_path / "out", "--into", tmp_path / "articles")
    assert run.returncode == 0, run.stderr
    assert "2 articles" in run.stderr
    (tmp_path / "out" / "b.anna.jsonld").write_text("{", encoding="utf-8")
    run = chiosa("import", tmp_path / "out", "--into", tmp_path / "articles")
    assert run.returncode == 1 and "b.anna.jsonld: is not JSON" in run.stderr
