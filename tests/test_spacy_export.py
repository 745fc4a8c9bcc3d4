"""What an export to spaCy leaves on disk: manifest, bytes, configs, and what was there before."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from exporting import export_spacy, ids, manifest, many, span, unit

from annotations.annotation import (
    DONE,
    NEW,
)
from annotations.errors import ChiosaError
from annotations.formats.spacy_docs import load_docbin
from annotations.formats.split import DEV_SHARE
from annotations.italian import blank_italian
from annotations.scheme import default_scheme

SCHEME = default_scheme()


def test_the_manifest_tells_what_is_there(tmp_path: Path) -> None:
    long = "«Uno due tre quattro cinque sei sette otto nove»"
    text = f"{long}, ha detto @Anna a Roma"
    units = [
        *many(5),
        unit("long", text, span(text, long, "CONTENT"), span(text, "Anna", "PER")),
    ]
    dest = tmp_path / "out"
    report = export_spacy(units, dest, SCHEME, seed="x")
    found = manifest(dest)
    assert set(found["versions"]) == {"chiosa", "spacy", "python"}
    assert found["versions"]["spacy"] == spacy.__version__
    assert found["split"] == {"seed": "x", "dev_share": DEV_SHARE}
    assert [label["name"] for label in found["scheme"]["labels"]] == list(SCHEME.names)
    assert found["longer_than_suggested"] == {"tokens": 8, "spans": {"CONTENT": 1, "CUE": 0}}
    assert found["span_lengths"]["spancat"]["CONTENT"] == {"3": 5, "11": 1}
    entry = next(a for a in found["articles"] if a["id"] == "long")
    assert (entry["sha256"], entry["annotator"], entry["state"]) == (units[-1].article.sha256, "anna", DONE)
    for task, labels in (("ner", {"LOC": 5, "PER": 1}), ("spancat", {"CONTENT": 6, "CUE": 5})):
        totals: dict[str, int] = {}
        for split in ("train", "dev"):
            counts = found["counts"][task][split]
            assert counts["articles"] == len(ids(dest, f"{task}/{split}"))
            assert (
                sum(task in a["split"] and split in a["split"][task] for a in found["articles"])
                == (counts["articles"])
            )
            for label, number in counts["labels"].items():
                totals[label] = totals.get(label, 0) + number
        assert totals == labels
    (off,) = found["kept_with_changes"]["off token"]["PER"]
    assert off == {
        "article": "long",
        "start": text.index("Anna"),
        "end": text.index("Anna") + 4,
        "words": "Anna",
    }
    for name, digest in found["files"].items():
        assert hashlib.sha256((dest / name).read_bytes()).hexdigest() == digest
    assert any('off token: 1 span: PER "Anna" in long' in line for line in report.lines())


def test_the_report_brings_no_control_characters_to_the_terminal(tmp_path: Path) -> None:
    text = "Ieri @\x1b[2JAnna qui"
    bad = unit("nome\x1b]0;x\x07", text, span(text, "\x1b[2JAnna", "PER"))
    report = export_spacy([*many(3), bad], tmp_path / "out", SCHEME)
    lines = report.lines()
    assert any("Anna" in line for line in lines)
    assert all(line.isprintable() for line in lines)


def test_an_id_of_undecodable_bytes_is_written_as_text(tmp_path: Path) -> None:
    text = "A Roma"
    odd = unit("caff\udce8", text, span(text, "Roma", "LOC"))
    export_spacy([odd, unit("fresh\udce8", text, state=NEW)], tmp_path / "out", SCHEME)
    assert ids(tmp_path / "out", "ner/train") == ["caff\\udce8"]


def test_few_articles_are_told_of_debug_data(tmp_path: Path) -> None:
    report = export_spacy(many(5), tmp_path / "out", SCHEME)
    assert any("debug data" in text for text in report.warnings)


_AGAIN = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import exporting as here
import spacy
if sys.argv[3] == "reversed":
    spacy.blank("it")("Parole che altrove nessuno ha letto, in un altro vocabolario.")
units = [*here.many(30), here.quoted(), here.simple("half", "in progress")]
units = units if sys.argv[3] == "forward" else units[::-1]
here.export_spacy(units, Path(sys.argv[2]), here.SCHEME, partial=True)
"""


def test_the_same_articles_give_the_same_bytes(tmp_path: Path) -> None:
    dest = tmp_path / "out"
    digests = []
    for seed, order in (("1", "forward"), ("99", "reversed")):
        arguments = [sys.executable, "-c", _AGAIN, str(Path(__file__).parent), str(dest), order]
        subprocess.run(arguments, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        digests.append(
            {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in dest.rglob("*") if p.is_file()}
        )
    assert len(digests[0]) > 6
    assert digests[0] == digests[1]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dest = tmp_path_factory.mktemp("à b") / "out"
    export_spacy(many(6), dest, SCHEME)
    return dest


def test_the_configs_are_complete_and_point_to_the_files(exported: Path) -> None:
    for task in ("ner", "spancat"):
        config = spacy.util.load_config(exported / task / "config.cfg").interpolate()
        assert Path(config["corpora"]["train"]["path"]) == exported / task / "train.spacy"
        assert Path(config["corpora"]["dev"]["path"]) == exported / task / "dev.spacy"
        assert config["corpora"]["train"]["max_length"] == config["corpora"]["dev"]["max_length"] == 0
        assert config["nlp"]["pipeline"] == ["tok2vec", task]
        assert config["initialize"]["before_init"] == {
            "@callbacks": "spacy.copy_from_base_model.v1",
            "tokenizer": str(exported / "base_it"),
            "vocab": None,
        }
        spacy.util.load_model_from_config(config, auto_fill=False, validate=True)
    ner = spacy.util.load_config(exported / "ner" / "config.cfg")
    assert ner["components"]["ner"]["incorrect_spans_key"] == "rejected"
    spancat = spacy.util.load_config(exported / "spancat" / "config.cfg")["components"]["spancat"]
    assert spancat["spans_key"] == "sc"
    assert spancat["suggester"] == {
        "@misc": "spacy.ngram_range_suggester.v1",
        "min_size": 1,
        "max_size": 8,
    }


def test_the_tokenizer_is_the_desks(exported: Path) -> None:
    text = 'dell\'«Unità»,Usa-Russia detto:"Vado a Roma",ha 2024,Roma'
    nlp = spacy.load(exported / "base_it")
    assert [t.text for t in nlp(text)] == [t.text for t in blank_italian()(text)]
    assert "Russia" in [t.text for t in nlp(text)]


def test_a_file_that_is_no_docbin_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "x.spacy"
    broken.write_bytes(b"not a docbin")
    with pytest.raises(ChiosaError, match="not a spaCy DocBin"):
        list(load_docbin(broken))
    with pytest.raises(ChiosaError, match="cannot be read"):
        list(load_docbin(tmp_path / "missing.spacy"))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_an_earlier_export_is_replaced(tmp_path: Path) -> None:
    dest = tmp_path / "out"
    export_spacy(many(6), dest, SCHEME)
    text = "A Roma oggi"
    export_spacy([unit("n", text, span(text, "Roma", "LOC"))], dest, SCHEME)
    assert ids(dest, "ner/train") == ["n"]
    assert not (dest / "spancat").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_folders_on_the_way_are_made_and_an_empty_one_is_used(tmp_path: Path) -> None:
    export_spacy(many(2), tmp_path / "a" / "b", SCHEME)
    (tmp_path / "empty").mkdir()
    export_spacy(many(2), tmp_path / "empty", SCHEME)
    assert (tmp_path / "a" / "b" / "manifest.json").exists() and (
        tmp_path / "empty" / "manifest.json"
    ).exists()
    assert (tmp_path / "empty").stat().st_mode & 0o777 == 0o777 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize("name", ["notes.txt", "manifest.json", "ner/model/meta.json", ".hidden"])
@pytest.mark.parametrize("after_export", [False, True])
def test_a_folder_with_anything_else_is_left_alone(tmp_path: Path, name: str, after_export: bool) -> None:
    dest = tmp_path / "out"
    if after_export:
        export_spacy(many(3), dest, SCHEME)
    (dest / name).parent.mkdir(parents=True, exist_ok=True)
    (dest / name).write_text('{"files": {}}')
    before = snapshot(tmp_path)
    with pytest.raises(ChiosaError, match=r"out: holds .* not of an earlier export"):
        export_spacy(many(4), dest, SCHEME, progress=lambda *_: pytest.fail("worked before it looked"))
    assert snapshot(tmp_path) == before


def test_a_file_in_the_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(ChiosaError, match="not a folder"):
        export_spacy(many(2), tmp_path / "out", SCHEME)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_failure_on_the_way_leaves_the_earlier_export(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dest = tmp_path / "out"
    export_spacy(many(3), dest, SCHEME)
    before = snapshot(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("annotations.formats.exporting.make_manifest", full)
    with pytest.raises(ChiosaError, match="No space left on device"):
        export_spacy(many(5), dest, SCHEME)
    assert snapshot(tmp_path) == before


def test_a_failed_rename_brings_the_earlier_export_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dest = tmp_path / "out"
    export_spacy(many(3), dest, SCHEME)
    before = snapshot(tmp_path)
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(ChiosaError, match="Input/output error"):
        export_spacy(many(5), dest, SCHEME)
    assert snapshot(tmp_path) == before


def test_a_path_that_no_config_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChiosaError, match=r"with a \$"):
        export_spacy(many(2), tmp_path / "a$b", SCHEME)
    assert list(tmp_path.iterdir()) == []
