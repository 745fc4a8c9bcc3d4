"""Data sets for Hugging Face, as JSON lines and as Parquet."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pytest
from exporting import many, quoted, simple, unit
from importing import SCHEME, Imported, at, exported, lines, records
from roundtrips import corpus
from test_command_line import chiosa

from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, REJECTED, SUGGESTED
from annotations.errors import ChiosaError
from annotations.formats import get_format
from annotations.formats.exporting import export
from annotations.formats.rows import COLUMNS

TEXT = "👩‍👩‍👧 A Roma, «Basta», ha detto Anna Rossi."
BOTH = ["hf", "parquet"]


def span(words: str, label: str, **more: Any) -> dict[str, Any]:
    start, end = at(TEXT, words)
    return {"start": start, "end": end, "label": label} | more


def test_rows_have_the_columns_of_the_card(tmp_path: Path) -> None:
    dest = exported("hf", [quoted()], tmp_path / "out")
    (row,) = records(dest / "data" / "train.jsonl")
    assert list(row) == list(COLUMNS)
    card = (dest / "README.md").read_text(encoding="utf-8")
    for name in COLUMNS:
        assert f"\n  - name: {name}\n" in card
    for found in row["spans"]:
        assert list(found) == list(COLUMNS["spans"])
        assert row["text"][found["start"] : found["end"]]
    assert "data/validation.jsonl" not in card and not (dest / "data" / "validation.jsonl").exists()


@pytest.mark.parametrize("name", BOTH)
def test_an_article_is_in_one_split_with_all_its_annotators(tmp_path: Path, name: str) -> None:
    units = [*many(40), *(simple(f"a{n}", annotator="bob") for n in range(40))]
    dest = exported(name, units, tmp_path / "out")
    found = [Imported(name, path, tmp_path / path.stem) for path in sorted((dest / "data").iterdir())]
    train, validation = ({a.id for a in one.articles} for one in found)
    assert len(found) == 2 and not train & validation
    assert len(train | validation) == 40 and len(validation) < 10
    assert sum(one.outcome.imported for one in found) == 80


def test_two_exports_are_equal_bytes(tmp_path: Path) -> None:
    one, two = (exported("parquet", [quoted(), *many(5)], tmp_path / name) for name in ("one", "two"))
    files = sorted(path.relative_to(one) for path in one.rglob("*.parquet"))
    assert files and all((one / path).read_bytes() == (two / path).read_bytes() for path in files)


def test_others_data_sets_come_in(tmp_path: Path) -> None:
    given = [
        {"text": TEXT, "spans": [span("Roma", "LOC", text="Roma"), span("Anna Rossi", "PER", score=0.5)]},
        {"id": "x", "text": "Oggi Anna.", "entities": {"start": [5], "end": [9], "label": ["PER"]}},
        {"id": "y", "text": "Nulla.", "spans": [], "date": None},
    ]
    back = Imported("hf", lines(tmp_path / "train.jsonl", given), tmp_path / "articles")
    assert back.refused == [] and [a.id for a in back.articles] == ["train-0001", "x", "y"]
    assert [s[:3] for s in back.spans(0)] == [("Roma", "LOC", ACCEPTED), ("Anna Rossi", "PER", ACCEPTED)]
    assert back.spans(1) == [("Anna", "PER", ACCEPTED, "editor:Lina")]
    assert back.annotation(2).state == DONE


@pytest.mark.parametrize("name", BOTH)
def test_edits_made_in_the_rows_come_back(tmp_path: Path, name: str) -> None:
    dest = exported(name, [quoted(IN_PROGRESS)], tmp_path / "out", partial=True)
    if name == "hf":
        path = dest / "data" / "train.jsonl"
        (row,) = records(path)
    else:
        parquet = pytest.importorskip("pyarrow.parquet")
        (path,) = (dest / "data").iterdir()
        table = parquet.read_table(path)
        (row,) = table.to_pylist()
    gone = next(s for s in row["spans"] if s["label"] == "LOC")
    row["spans"].remove(gone)
    moved = next(s for s in row["spans"] if s["label"] == "PER" and s["status"] == ACCEPTED)
    moved["start"] += len("Nicolò ")
    start, end = at(row["text"], "4 set")
    row["spans"].append({
        "id": None, "start": start, "end": end, "label": "DATE", "status": SUGGESTED, "origin": "model:x@1",
        "score": 0.25,
    })  # fmt: skip
    row["links"] = [k for k in row["links"] if k["kind"] == "cue"]
    if name == "hf":
        lines(path, [row])
    else:
        parquet.write_table(type(table).from_pylist([row], schema=table.schema), path)
    back = Imported(name, dest, tmp_path / "articles")
    came = back.spans(annotator="anna")
    assert ("Roma", "LOC") not in {s[:2] for s in came}
    assert ("Dell'Acqua", "PER", ACCEPTED, "rule:test") in came
    assert ("4 set", "DATE", SUGGESTED, "model:x@1") in came
    assert ("Ansa", "PER", REJECTED, "rule:test") in came
    assert [link[1] for link in back.links(annotator="anna")] == ["cue"]
    assert back.annotation(annotator="anna").state == IN_PROGRESS


def test_what_is_refused_is_told_with_line_and_reason(tmp_path: Path) -> None:
    given: list[Any] = [
        {"text": TEXT, "spans": [span("Roma", "LOC")]},
        {"text": TEXT, "spans": [span("Roma", "LOC", text="Rome")]},
        {"text": TEXT, "spans": [span("Roma", "LOC", end=99)]},
        {"text": TEXT, "spans": [span("Roma", "LOC"), span("Roma,", "PER")]},
        {"tokens": ["A", "Roma"], "ner_tags": [0, 5]},
        {"title": "x"},
        {"text": TEXT, "spans": {"start": [1], "end": []}},
        {"text": TEXT, "state": "odd"},
        {"text": TEXT, "links": [{"kind": "cue", "from": "a", "to": "b"}]},
        {"text": TEXT, "spans": [span("Roma", "LOC", status="maybe")]},
    ]
    path = lines(tmp_path / "train.jsonl", given)
    run = chiosa("import", path, "--format", "hf", "--into", tmp_path / "articles")
    assert run.returncode == 1
    told = run.stderr.replace("chiosa: ", "").splitlines()
    for number, reason in enumerate(
        ["says «Rome»", "does not lie in the text", "overlap", "import it as conll", "has no text",
         "not a record of this format", "no state", "which is not there", "no status maybe"], 2,
    ):  # fmt: skip
        (line,) = [line for line in told if line.startswith(f"{path}:{number}:")]
        assert reason in line
    assert len(list((tmp_path / "articles").glob("*.txt"))) == 1


def test_refused_rows_of_parquet_are_told(tmp_path: Path) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rows = [{"text": TEXT, "spans": [span("Roma", "LOC")]}, {"text": None, "spans": []}]
    path = tmp_path / "train.parquet"
    parquet.write_table(arrow.Table.from_pylist(rows), path)
    run = chiosa("import", path, "--into", tmp_path / "articles")
    assert run.returncode == 1 and f"{path}: row 2: has no text" in run.stderr
    path.write_bytes(path.read_bytes()[:-9])
    run = chiosa("import", path, "--into", tmp_path / "articles")
    assert run.returncode == 1 and f"{path}: is not Parquet, or damaged" in run.stderr


def test_without_pyarrow_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def no_arrow(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_arrow)
    with pytest.raises(ChiosaError, match=r"pip install 'chiosa\[parquet\]'"):
        export(get_format("parquet"), [quoted()], tmp_path / "out", SCHEME)
    with pytest.raises(ChiosaError, match=r"pip install 'chiosa\[parquet\]'"):
        list(get_format("parquet").read(tmp_path, SCHEME))  # type: ignore[misc]


def test_datasets_loads_both_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    units = corpus(tmp_path / "articles", 40)
    bare = [unit(f"b{number}", f"Testo {number}.") for number in range(40)]
    folders = [exported(name, units, tmp_path / name, partial=True) for name in BOTH]
    folders.append(exported("hf", bare, tmp_path / "bare"))
    loaded = [datasets.load_dataset(str(f), cache_dir=str(tmp_path / "cache" / f.name)) for f in folders]
    lines_, parquet, empty = loaded
    assert set(lines_) == set(parquet) == set(empty) == {"train", "validation"}
    assert lines_["train"].features == parquet["train"].features == empty["validation"].features
    for split in lines_:
        assert list(lines_[split]) == list(parquet[split])
    known = {u.article.id: u for u in units}
    for row in (row for split in parquet.values() for row in split):
        assert row["text"] == known[row["id"]].article.text
        assert row["spans"] == [s.to_dict() for s in known[row["id"]].annotation.spans]
    together = datasets.concatenate_datasets([lines_["train"], empty["train"]])
    assert len(together) == len(lines_["train"]) + len(empty["train"])


@pytest.mark.parametrize("name", BOTH)
def test_the_real_command_takes_its_own_export_back(tmp_path: Path, name: str) -> None:
    exported(name, [quoted(), simple("b")], tmp_path / "out")
    run = chiosa("import", tmp_path / "out", "--into", tmp_path / "articles")
    assert run.returncode == 0, run.stderr
    shown = chiosa("show", tmp_path / "articles" / "q.txt", "--json", "--annotator", "anna")
    assert json.loads(shown.stdout)["state"] == DONE
