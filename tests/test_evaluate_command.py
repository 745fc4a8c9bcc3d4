"""``chiosa evaluate`` as a user runs it, on small stores."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ADNKRONOS
from test_command_line import chiosa, one_line

from annotations import edits
from annotations.annotation import ACCEPTED, DONE, IN_PROGRESS, SUGGESTED, Annotation, Link, Proposal, Span
from annotations.article import Article, load_article
from annotations.evaluation import MISLABELLED, MISLINKED, MISPLACED, MISSED, SPURIOUS, evaluated, judge
from annotations.scheme import Scheme, default_scheme
from annotations.store import Store
from annotations.suggesters import RULES, load_suggester
from annotations.suggestions import merge

SCHEME = default_scheme()
TEXT = "Roma, «Basta», ha detto ieri il ministro Nicolò Rossi.\nLa Nato tace, ha scritto Anna Bianchi.\n"


def span(words: str, label: str, status: str = ACCEPTED, name: str = "", origin: str = "editor:Lina") -> Span:
    start = TEXT.index(words)
    return Span(name or f"{label}{start}", start, start + len(words), label, status, origin)


def article(tmp_path: Path, text: str = TEXT, name: str = "a") -> Article:
    path = tmp_path / f"{name}.txt"
    path.write_text(text, encoding="utf-8")
    return load_article(path)


def keep(store: Store, article: Article, annotation: Annotation) -> None:
    session = store.open(article)
    session.save(session.loaded.history.absorb(annotation))
    session.close()


def annotation(*spans: Span, state: str = DONE, links: tuple[Link, ...] = ()) -> Annotation:
    return Annotation("Lina", state, tuple(sorted(spans, key=lambda s: s.order)), links, 99)


def as_proposed(store: Store, article: Article, state: str = DONE) -> Annotation:
    """What the rules propose, all of it accepted."""
    suggester = load_suggester(RULES)
    found = merge(Annotation("Lina"), suggester.suggest(article.text), SCHEME, suggester.name)
    for proposed in found.spans:
        found = edits.accept(found, proposed.id, SCHEME)
    found = edits.set_state(found, state)
    keep(store, article, found)
    return found


def json_of(*arguments: object) -> dict[str, Any]:
    run = chiosa("evaluate", *arguments, "--json")
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_a_model_against_its_own_proposals_is_right_everywhere(
    folder: Path, store: Store, adnkronos: Article
) -> None:
    gold = as_proposed(store, adnkronos)
    record = json_of(folder, "--model", "rules")
    assert record["articles"] == 1 and record["annotator"] == "Lina"
    assert record["model"].startswith("rules@")
    assert record["total"]["gold"] == record["total"]["found"] == len(gold.spans) > 10
    for counts in (*record["labels"].values(), *record["layers"].values()):
        assert counts["exact"] == counts["overlapping"] == {"precision": 1, "recall": 1, "f": 1}
        assert all(tally["f"] == 1 for tally in counts["nervaluate"].values())
    assert record["links"]["source"]["exact"] == record["links"]["cue"]["exact"] == 1
    assert record["worst"] == []


def test_what_the_editor_corrected_is_a_mistake_of_the_models(
    folder: Path, store: Store, adnkronos: Article
) -> None:
    gold = as_proposed(store, adnkronos)
    wrong, gone = [s for s in gold.spans if s.label in ("PER", "LOC")][:2]
    changed = edits.relabel(gold, wrong.id, "ORG", SCHEME)
    keep(store, adnkronos, edits.reject(changed, gone.id))
    record = json_of(folder, "--model", "rules")
    total = record["total"]
    assert total["gold"] == total["found"] - 1 == len(gold.spans) - 1
    assert total["right"] == len(gold.spans) - 2
    ((path, mistakes),) = [(one["path"], one["mistakes"]) for one in record["worst"]]
    assert path == str(adnkronos.path)
    assert [m["kind"] for m in mistakes] == ["label", "spurious"]
    words = adnkronos.text[wrong.start : wrong.end]
    assert mistakes[0]["gold"] == {"start": wrong.start, "end": wrong.end, "label": "ORG", "words": words}
    assert {"gold": None, "found": gone.label, "spans": 1} in record["confusion"]
    shown = chiosa("evaluate", folder, "--model", "rules")
    assert shown.returncode == 0
    assert "2 wrong" in shown.stdout and str(adnkronos.path) in shown.stdout
    assert "\x1b" not in shown.stdout


def test_only_some_labels(folder: Path, store: Store, adnkronos: Article) -> None:
    as_proposed(store, adnkronos)
    record = json_of(folder, "--model", "rules", "--labels", "PER, DATE")
    assert set(record["labels"]) == {"PER", "DATE"}
    assert "no label 'XYZ'" in one_line(chiosa("evaluate", folder, "--labels", "XYZ"), 1)


def test_articles_in_progress_only_if_asked_for(folder: Path, store: Store, adnkronos: Article) -> None:
    as_proposed(store, adnkronos, IN_PROGRESS)
    line = one_line(chiosa("evaluate", folder, "--model", "rules"), 1)
    assert "no article is done by Lina" in line and "--partial for 1 in progress" in line
    assert json_of(folder, "--model", "rules", "--partial")["total"]["exact"]["f"] == 1


def test_nothing_reviewed_at_all(folder: Path) -> None:
    line = one_line(chiosa("evaluate", folder, "--model", "rules"), 1)
    assert "no article is done by Lina" in line and "--partial" not in line


def test_no_byte_of_an_article_steers_the_terminal(tmp_path: Path) -> None:
    text = "A Roma\x1b[2J Mario Rossi è stanco.\n"
    bad = article(tmp_path, text)
    start = text.index("Roma")
    evil = Span("s1", start, start + 8, "LOC", ACCEPTED, "editor:Lina")
    keep(Store(tmp_path / ".chiosa", "Lina", SCHEME), bad, annotation(evil))
    run = chiosa("evaluate", tmp_path, "--model", "rules")
    assert "Roma␛[2J" in run.stdout
    assert "\x1b" not in run.stdout


@pytest.mark.parametrize(
    ("gold", "found", "kind"),
    [
        (("Nicolò Rossi", "PER"), None, MISSED),
        (None, ("Nato", "ORG"), SPURIOUS),
        (("Nato", "ORG"), ("Nato", "LOC"), MISLABELLED),
        (("Nicolò Rossi", "PER"), ("ministro Nicolò Rossi", "PER"), MISPLACED),
    ],
)
def test_kinds_of_mistake(tmp_path: Path, gold: Any, found: Any, kind: str) -> None:
    mine = annotation(*([span(*gold)] if gold else []))
    theirs = Proposal((span(*found),) if found else ())
    (mistake,) = judge(article(tmp_path), mine, theirs, SCHEME).mistakes
    assert mistake.kind == kind


def quoted(source: str, cue: str) -> tuple[tuple[Span, ...], tuple[Link, ...]]:
    spans = (
        span("«Basta»", "CONTENT", name="q"),
        span(source, "SOURCE", name="s"),
        span(cue, "CUE", name="c"),
    )
    return spans, (Link("q", "source", "s"), Link("q", "cue", "c"))


def test_links_of_quotes_that_both_have(tmp_path: Path, scheme: Scheme) -> None:
    spans, links = quoted("ministro Nicolò Rossi", "detto")
    gold = annotation(*spans, links=links)
    one = article(tmp_path)
    for source, cue, expected in (
        ("ministro Nicolò Rossi", "detto", [(1, 1), (1, 1)]),
        ("Nicolò Rossi", "detto", [(1, 1), (0, 1)]),
        ("Anna Bianchi", "scritto", [(0, 0), (0, 0)]),
    ):
        judged = judge(one, gold, Proposal(*quoted(source, cue)), scheme)
        counts = evaluated([judged], scheme).links
        assert [(counts[k].exact, counts[k].overlapping) for k in ("cue", "source")] == expected
        assert sum(m.kind == MISLINKED for m in judged.mistakes) == sum(not exact for exact, _ in expected)
    # a quote without a source, where the gold has none either, is right
    bare = annotation(span("«Basta»", "CONTENT"))
    judged = judge(one, bare, Proposal((span("«Basta»", "CONTENT"),)), scheme)
    assert evaluated([judged], scheme).links["source"].exact == 1
    # a quote that only one has says nothing about links
    assert evaluated([judge(one, gold, Proposal(), scheme)], scheme).links["source"].exact is None


def test_what_nobody_has_decided_is_neither_right_nor_wrong(tmp_path: Path) -> None:
    one = article(tmp_path)
    roma, nato, anna = span("Roma", "LOC"), span("Nato", "ORG", SUGGESTED), span("Anna Bianchi", "PER")
    found = Proposal((span("Roma", "ORG"), span("Nato", "LOC"), span("Nicolò Rossi", "PER")))
    done = judge(one, annotation(roma, nato, anna), found, SCHEME)
    assert (done.left_out, [m.kind for m in done.mistakes]) == (1, [MISLABELLED, SPURIOUS, MISSED])
    begun = judge(one, annotation(roma, nato, anna, state=IN_PROGRESS), found, SCHEME)
    assert (begun.left_out, [m.kind for m in begun.mistakes]) == (2, [MISLABELLED, MISSED])


def test_an_article_that_cannot_be_read_is_said(folder: Path, store: Store, adnkronos: Article) -> None:
    as_proposed(store, adnkronos)
    other = next(path for path in folder.glob("*.txt") if path.stem != ADNKRONOS)
    store.path(load_article(other).id).write_text("{broken", encoding="utf-8")
    run = chiosa("evaluate", folder, "--model", "rules", "--json")
    assert run.returncode == 1
    assert "is damaged" in run.stderr
    assert json.loads(run.stdout)["articles"] == 1


def test_a_model_that_is_not_there(folder: Path) -> None:
    assert "no such folder" in one_line(chiosa("evaluate", folder, "--model", "./none"), 1)
