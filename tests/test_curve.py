"""The learning curve, and what a model says that it was trained on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
import spacy
from exporting import unit
from test_command_line import chiosa, one_line
from test_evaluate_command import annotation, as_proposed, keep

from annotations.annotation import ACCEPTED, Span
from annotations.article import Article, load_article
from annotations.curve import FEWEST, held_out, learning_curve, sizes
from annotations.errors import ChiosaError
from annotations.formats import Reviewed
from annotations.scheme import Scheme, default_scheme
from annotations.store import Store

SCHEME = default_scheme()
CITIES = ("Brindisi", "Crotone", "Gorizia", "Nuoro", "Sondrio", "Verbania")


def reviewed(number: int) -> Reviewed:
    """An article with three cities, which are organisations here, as no model would have it."""
    places = [CITIES[(number * step + step) % len(CITIES)] for step in (1, 2, 5)]
    text = "Ieri " + " e ieri ".join(dict.fromkeys(places)) + "."
    spans = [
        Span(f"s{n}", text.index(name), text.index(name) + len(name), "ORG", ACCEPTED)
        for n, name in enumerate(dict.fromkeys(places))
    ]
    return unit(f"a{number:02}", text, *spans)


def by_heart(units: Sequence[Reviewed], scheme: Scheme, folder: Path) -> None:
    """A pipeline that knows the names it has seen, and nothing else."""
    nlp = spacy.blank("it")
    known = {(one.article.text[s.start : s.end], s.label) for one in units for s in one.annotation.spans}
    patterns = [{"pattern": words, "label": label} for words, label in sorted(known)]
    nlp.add_pipe("entity_ruler").add_patterns(patterns)
    nlp.to_disk(folder)


def test_the_curve_rises_with_what_is_learnt_and_measures_on_the_same_articles(tmp_path: Path) -> None:
    units = [reviewed(number) for number in range(18)]
    points = list(learning_curve(units, SCHEME, "none", by_heart, tmp_path, {"ORG"}))
    assert [point.articles for point in points] == [0, 4, 6, 12]
    found = [point.scores.total.f for point in points]
    assert found[0] == 0 and found[-1] == 1
    assert found == sorted(found)
    assert len({(point.scores.articles, point.scores.total.gold) for point in points}) == 1


def test_nothing_that_is_measured_with_is_learnt_and_each_part_holds_the_one_before(tmp_path: Path) -> None:
    units = [reviewed(number) for number in range(18)]
    learnt, measured = held_out(units)
    assert sorted([*learnt, *measured], key=lambda one: one.article.id) == units
    seen: list[list[str]] = []

    def spy(parts: Sequence[Reviewed], scheme: Scheme, folder: Path) -> None:
        seen.append([one.article.id for one in parts])
        by_heart(parts, scheme, folder)

    list(learning_curve(units, SCHEME, "none", spy, tmp_path))
    assert all(after[: len(before)] == before for before, after in pairwise(seen))
    assert not {one.article.id for one in measured} & set(seen[-1])
    # an article keeps its part when others come
    more, _measured = held_out([*units, reviewed(18)])
    assert len({one.article.id for one in learnt} - {one.article.id for one in more}) <= 1


def test_too_few_articles(folder: Path, store: Store, adnkronos: Article) -> None:
    with pytest.raises(ChiosaError, match=f"needs {FEWEST} reviewed articles and there are 3"):
        held_out([reviewed(number) for number in range(3)])
    as_proposed(store, adnkronos)
    assert "needs 12 reviewed articles" in one_line(chiosa("evaluate", folder, "--curve"), 1)


@pytest.mark.parametrize("count", [8, 9, 40, 1000])
def test_sizes_rise_to_all(count: int) -> None:
    found = sizes(count)
    assert found[-1] == count and found == sorted(set(found)) and found[0] >= 4


@pytest.mark.train
def test_the_command_trains_on_growing_parts(tmp_path: Path) -> None:
    store = Store(tmp_path / ".chiosa", "Lina", SCHEME)
    for number in range(FEWEST):
        one = reviewed(number)
        path = tmp_path / f"{one.article.id}.txt"
        path.write_text(one.article.text, encoding="utf-8")
        keep(store, load_article(path), annotation(*one.annotation.spans))
    run = chiosa("evaluate", tmp_path, "--curve", "--json")
    assert run.returncode == 0, run.stderr
    curve = json.loads(run.stdout)["curve"]
    assert [point["articles"] for point in curve] == [0, 4, 8]
    assert {point["measured_with"] for point in curve} == {4}
    assert {point["total"]["gold"] for point in curve} == {curve[0]["total"]["gold"]}


def test_a_model_that_was_trained_on_what_it_is_measured_with(
    folder: Path, store: Store, adnkronos: Article, tmp_path: Path
) -> None:
    as_proposed(store, adnkronos)
    model = tmp_path / "model"
    spacy.blank("it").to_disk(model)
    entry = {"id": adnkronos.id, "sha256": adnkronos.sha256}
    for part, warned in (("train", True), ("check", True), ("held out", False)):
        (model / "training.json").write_text(json.dumps({"articles": {part: [entry]}}), encoding="utf-8")
        run = chiosa("evaluate", folder, "--model", model, "--json")
        assert run.returncode == 0
        assert ("was trained on 1 of these articles" in run.stderr) == warned
        left = chiosa("evaluate", folder, "--model", model, "--unseen")
        assert left.returncode == int(warned)
        assert ("was trained on every reviewed article" in left.stderr) == warned
    for damaged in ("{", "[]", '{"articles": {"train": [1]}}', '{"articles": 3}'):
        (model / "training.json").write_text(damaged, encoding="utf-8")
        run = chiosa("evaluate", folder, "--model", model, "--json")
        assert (run.returncode, run.stderr) == (0, "")
