"""Which articles go to which task and which split."""

from __future__ import annotations

from pathlib import Path

import pytest
from exporting import export_spacy, ids, in_dev, manifest, many, simple, span, unit
from msgspec.structs import replace

from annotations.annotation import (
    IN_PROGRESS,
    NEW,
    SUGGESTED,
)
from annotations.errors import ChiosaError
from annotations.formats import Reviewed
from annotations.formats.report import Kind
from annotations.formats.split import DEV_SHARE, rank, split_articles
from annotations.scheme import default_scheme

SCHEME = default_scheme()


def test_only_done_articles_are_exported(tmp_path: Path) -> None:
    units = [*many(4), simple("half", IN_PROGRESS), simple("fresh", NEW)]
    report = export_spacy(units, tmp_path / "out", SCHEME)
    assert {entry.id for entry in report.articles} == {"a0", "a1", "a2", "a3"}
    listed = manifest(tmp_path / "out")["articles_not_done"]
    assert [(found["id"], found["why"]) for found in listed] == [("fresh", NEW), ("half", IN_PROGRESS)]


def test_partial_puts_articles_in_progress_into_ner_train_alone(tmp_path: Path) -> None:
    half = [simple(f"half{number}", IN_PROGRESS) for number in range(20)]
    dest = tmp_path / "out"
    export_spacy([*many(10), *half, simple("fresh", NEW)], dest, SCHEME, partial=True)
    names = {reviewed.article.id for reviewed in half}
    assert names < set(ids(dest, "ner/train"))
    for other in ("ner/dev", "spancat/train", "spancat/dev"):
        assert not names & set(ids(dest, other))
    assert "fresh" not in ids(dest, "ner/train")
    assert {found["id"] for found in manifest(dest)["articles_not_in_spancat"]} == names
    assert manifest(dest)["counts"]["ner"]["train"]["missing_tokens"] > 0
    assert manifest(dest)["counts"]["ner"]["dev"]["missing_tokens"] == 0


def test_undecided_quotes_keep_a_done_article_out_of_spancat(tmp_path: Path) -> None:
    text = "«Forse», ha detto Anna"
    waiting = unit("w", text, span(text, "Anna", "PER"), span(text, "«Forse»", "CONTENT", SUGGESTED))
    open_entity = unit("e", text, span(text, "Anna", "PER", SUGGESTED), span(text, "«Forse»", "CONTENT"))
    dest = tmp_path / "out"
    report = export_spacy([*many(4), waiting, open_entity], dest, SCHEME)
    in_ner = {*ids(dest, "ner/train"), *ids(dest, "ner/dev")}
    in_spancat = {*ids(dest, "spancat/train"), *ids(dest, "spancat/dev")}
    assert in_ner - in_spancat == {"w"}
    assert [a["id"] for a in manifest(dest)["articles_not_in_spancat"]] == ["w"]
    undecided = manifest(dest)["left_out"]["undecided"]
    assert {label: [r["words"] for r in found] for label, found in undecided.items()} == {
        "CONTENT": ["«Forse»"],
        "PER": ["Anna"],
    }
    assert report.count(Kind.UNDECIDED) == 2


def test_an_article_keeps_its_split_when_others_come() -> None:
    names = [f"n{number}" for number in range(300)]
    before, after = split_articles(names[:200], "s"), split_articles(names, "s")
    assert before.dev == after.dev & set(names[:200])
    assert before.train | before.dev == set(names[:200]) and not before.train & before.dev
    assert 0.05 < len(after.dev) / 300 < 0.2
    assert split_articles(names, "other").dev != after.dev


@pytest.mark.parametrize("count", range(2, 12))
@pytest.mark.parametrize("seed", ["a", "b", "c", "d"])
def test_few_articles_fill_both_splits(count: int, seed: str) -> None:
    names = [f"n{number}" for number in range(count)]
    for useful in (names, names[:1], names[-2:], []):
        split = split_articles(names, seed, set(useful))
        assert split.train and split.dev and not split.train & split.dev
        assert split.train | split.dev == set(names)
        if useful:
            assert split.train & set(useful)
        if len(useful) > 1:
            assert split.dev & set(useful)


def test_train_is_not_empty_when_the_hash_puts_all_into_dev() -> None:
    names = sorted((n for n in map(str, range(50)) if rank(n, "s") < DEV_SHARE), key=lambda n: rank(n, "s"))
    assert len(names) > 2
    split = split_articles(names, "s")
    assert split.train == {names[-1]} and split.dev == set(names[:-1])


def test_many_articles_lie_where_the_hash_says() -> None:
    names = [f"n{number}" for number in range(100)]
    assert split_articles(names, "s", set(names)).dev == {n for n in names if rank(n, "s") < DEV_SHARE}


def test_a_lone_article_is_copied_to_dev_with_a_warning(tmp_path: Path) -> None:
    dest = tmp_path / "out"
    report = export_spacy([simple("only")], dest, SCHEME)
    for task in ("ner", "spancat"):
        assert ids(dest, f"{task}/train") == ids(dest, f"{task}/dev") == ["only"]
    assert any("copy" in text for text in report.warnings)
    assert manifest(dest)["warnings"] == report.warnings
    assert manifest(dest)["articles"][0]["split"] == {"ner": ["train", "dev"], "spancat": ["train", "dev"]}
    assert manifest(dest)["span_lengths"]["ner"] == {"LOC": {"1": 1}}


def test_without_a_done_article_there_is_nothing_to_export(tmp_path: Path) -> None:
    with pytest.raises(ChiosaError, match=r"done with d") as caught:
        export_spacy([simple("fresh", NEW)], tmp_path / "out", SCHEME)
    assert "--partial" not in str(caught.value)
    with pytest.raises(ChiosaError, match=r"done with d.*--partial") as caught:
        export_spacy([simple("half", IN_PROGRESS)], tmp_path / "out", SCHEME)
    assert "\n" not in str(caught.value)
    with pytest.raises(ChiosaError, match="done with d"):
        export_spacy([], tmp_path / "out", SCHEME)
    assert list(tmp_path.iterdir()) == []


def test_partial_alone_leaves_dev_empty_with_a_warning(tmp_path: Path) -> None:
    report = export_spacy([simple("half", IN_PROGRESS)], tmp_path / "out", SCHEME, partial=True)
    assert ids(tmp_path / "out", "ner/train") == ["half"]
    assert ids(tmp_path / "out", "ner/dev") == []
    assert any("dev is empty" in text for text in report.warnings)


def test_half_an_article_is_not_trained_on_when_another_annotator_finished_it_in_dev(tmp_path: Path) -> None:
    name, dest = in_dev(), tmp_path / "out"
    units = [*many(10), simple(name), simple(name, IN_PROGRESS, "bruno")]
    export_spacy(units, dest, SCHEME, partial=True)
    assert name in ids(dest, "ner/dev") and name not in ids(dest, "ner/train")
    (skipped,) = manifest(dest)["articles_not_in_ner"]
    assert (skipped["id"], skipped["annotator"]) == (name, "bruno")


def test_two_annotators_of_one_article_share_its_split(tmp_path: Path) -> None:
    dest = tmp_path / "out"
    export_spacy([*many(8), *(simple(f"a{n}", annotator="bruno") for n in range(8))], dest, SCHEME)
    assert not set(ids(dest, "ner/train")) & set(ids(dest, "ner/dev"))
    assert len(ids(dest, "ner/train")) + len(ids(dest, "ner/dev")) == 16
    assert manifest(dest)["annotators"] == ["anna", "bruno"]


def test_without_quotes_there_is_no_spancat(tmp_path: Path) -> None:
    text = "A Roma oggi"
    units = [unit(f"n{n}", text + str(n), span(text, "Roma", "LOC")) for n in range(4)]
    report = export_spacy(units, tmp_path / "out", SCHEME)
    assert not (tmp_path / "out" / "spancat").exists()
    assert (tmp_path / "out" / "ner" / "config.cfg").exists()
    assert any("spancat is not written" in line for line in report.lines())


def test_without_entities_there_is_no_ner(tmp_path: Path) -> None:
    text = "«Sì», ha detto"
    units = [unit(f"n{n}", text + str(n), span(text, "«Sì»", "CONTENT")) for n in range(4)]
    report = export_spacy(units, tmp_path / "out", SCHEME)
    assert not (tmp_path / "out" / "ner").exists()
    assert (tmp_path / "out" / "spancat" / "config.cfg").exists()
    assert any("ner is not written" in line for line in report.lines())


def test_without_any_span_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ChiosaError, match="no accepted span"):
        export_spacy([unit("x", "Niente."), unit("y", "Nulla.")], tmp_path / "out", SCHEME)
    assert list(tmp_path.iterdir()) == []


def test_the_only_article_with_quotes_is_trained_on(tmp_path: Path) -> None:
    name, text = in_dev(), "A Roma oggi"
    units = [unit(f"n{n}", text + str(n), span(text, "Roma", "LOC")) for n in range(8)]
    report = export_spacy([*units, simple(name)], tmp_path / "out", SCHEME)
    assert name in ids(tmp_path / "out", "spancat/train")
    assert name in ids(tmp_path / "out", "ner/dev")
    assert any("spancat: no article in dev holds a span" in text for text in report.warnings)


def test_labels_only_in_dev_are_told(tmp_path: Path) -> None:
    name, text = in_dev(), "Il Nobel a Roma"
    rare = unit(name, text, span(text, "Nobel", "MISC"), span(text, "Roma", "LOC"))
    report = export_spacy([*many(10), rare], tmp_path / "out", SCHEME)
    assert manifest(tmp_path / "out")["labels_only_in_dev"] == {"ner": ["MISC"], "spancat": []}
    assert any("labels only in dev" in text and "MISC" in text for text in report.warnings)


def test_one_text_under_two_names_in_both_splits_is_told(tmp_path: Path) -> None:
    twin = simple(in_dev())
    copies = [Reviewed(replace(twin.article, id=f"a{n}"), twin.annotation) for n in range(10)]
    report = export_spacy([twin, *copies], tmp_path / "out", SCHEME)
    assert any("under two names" in text for text in report.warnings)
    assert not any("under two names" in t for t in export_spacy(many(9), tmp_path / "out", SCHEME).warnings)
