"""Damaged stores: each fault is named, the desk opens the other articles, and what can be mended is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ADNKRONOS, REPOSITORY
from desks import SIZE, listed, row, settled
from test_store import reviewed

from annotations.annotation import ACCEPTED
from annotations.article import Article, load_article
from annotations.atomic import backup_path
from annotations.checking import check_store
from annotations.migrations import SCHEMA, migrated
from annotations.scheme import Scheme
from annotations.store import Store, StoreError
from tui.app import ChiosaApp
from tui.cli import main

HUGE = 10**400


def _changed(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def damage(raw: bytes) -> bytes:
        data = json.loads(raw)
        change(data)
        return json.dumps(data).encode()

    return damage


def _span(**values: object) -> Callable[[bytes], bytes]:
    return _changed(lambda data: data["annotation"]["1"]["spans"][0].update(values))


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda raw: raw[: len(raw) // 2],
    "empty": lambda raw: b"",
    "random bytes": lambda raw: bytes(range(256)) * 4,
    "not ours": lambda raw: b'{"a": [1, 2, 3]}',
    "an array": lambda raw: b"[]",
    "nested without end": lambda raw: b"[" * 200_000,
    "tables without records": lambda raw: b'{"meta": {}, "annotation": {}}',
    "no schema": _changed(lambda data: data["meta"]["1"].pop("schema")),
    "schema of another kind": _changed(lambda data: data["meta"]["1"].update(schema="two")),
    "no spans": _changed(lambda data: data["annotation"]["1"].pop("spans")),
    "spans of another kind": _changed(lambda data: data["annotation"]["1"].update(spans=7)),
    "start is a text": _span(start="0"),
    "start is true": _span(start=True),
    "beyond the text": _span(end=10**9),
    "huge": _span(end=HUGE),
    "huge score": _span(score=HUGE),
    "score is no number": _span(score=float("nan")),
    "backwards": _span(start=50, end=40),
    "no such status": _span(status="maybe"),
    "status is a list": _span(status=["accepted"]),
    "label is a number": _span(label=3),
    "no status": _changed(lambda data: data["annotation"]["1"]["spans"][0].pop("status")),
    "ids beyond counting": _changed(
        lambda data: data["annotation"]["1"].update(
            spans=[s | {"id": "s" + "9" * 15} for s in data["annotation"]["1"]["spans"][:1]], links=None
        )
    ),
    "no list of notes": _changed(lambda data: data["annotation"]["1"].update(notes=7)),
    "no such state": _changed(lambda data: data["annotation"]["1"].update(state="half")),
    "links to nowhere": _changed(
        lambda data: data["annotation"]["1"].update(links=[{"kind": "cue", "from": "a", "to": "b"}])
    ),
    "edits are missing": _changed(lambda data: data["annotation"]["1"].update(position=9)),
    "edits of another kind": _changed(lambda data: data["edits"]["1"].update(added=[{"id": 1}])),
    "edits that undo nothing": _changed(lambda data: data["edits"]["1"].update(removed=3)),
}


@pytest.fixture
def damaged(store: Store, adnkronos: Article, request: pytest.FixtureRequest) -> Path:
    """A store with one file damaged; the version before its last edit is there."""
    reviewed(store, adnkronos)
    session = store.open(adnkronos)
    session.save(session.loaded.history.undo(store.scheme))
    session.close()
    path = store.path(adnkronos.id)
    path.write_bytes(DAMAGES[request.param](path.read_bytes()))
    return path


@pytest.mark.parametrize("damaged", DAMAGES, indirect=True)
def test_a_damage_is_named_and_mended_from_the_version_before(
    damaged: Path, store: Store, adnkronos: Article, scheme: Scheme
) -> None:
    raw = damaged.read_bytes()
    with pytest.raises(StoreError, match=f"{ADNKRONOS}.json.*check --mend"):
        store.load(adnkronos)
    (finding,) = check_store(store.root, scheme, {adnkronos.id: adnkronos})
    assert str(damaged) in finding.fault
    assert finding.mend is not None
    assert "is back" in finding.mend()
    history = store.load(adnkronos).history
    assert [s.status for s in history.annotation.spans] == [ACCEPTED, ACCEPTED]
    assert history.can_undo
    assert damaged.with_name(damaged.name + ".1.damaged").read_bytes() == raw
    assert list(check_store(store.root, scheme, {adnkronos.id: adnkronos})) == []


@pytest.mark.parametrize("damaged", DAMAGES, indirect=True)
def test_without_the_version_before_what_is_sound_is_kept(
    damaged: Path, store: Store, adnkronos: Article, scheme: Scheme
) -> None:
    backup_path(damaged).unlink()
    (finding,) = check_store(store.root, scheme, {adnkronos.id: adnkronos})
    assert finding.mend is not None
    said = finding.mend()
    assert list(check_store(store.root, scheme, {adnkronos.id: adnkronos})) == []
    spans = store.load(adnkronos).history.annotation.spans
    if "left out" in said:
        lost = int(said.split("json: ")[1].split(" span")[0])
        assert len(spans) == 1 - lost
    else:
        assert "begins anew" in said and spans == ()


@pytest.mark.parametrize("damaged", ["truncated", "beyond the text"], indirect=True)
async def test_the_desk_opens_the_other_articles(damaged: Path, open_desk: Callable[..., ChiosaApp]) -> None:
    app = open_desk()
    async with app.run_test(size=SIZE) as pilot:
        await listed(pilot)
        await pilot.press("enter")
        await pilot.pause(0.3)
        assert "damaged" in row(app, "#message")
        await pilot.press("j", "enter")
        review = await settled(pilot)
        assert review.article.id != ADNKRONOS


@pytest.mark.parametrize("damaged", ["truncated"], indirect=True)
def test_an_article_that_is_open_is_not_mended(damaged: Path, store: Store, scheme: Scheme) -> None:
    from annotations.errors import ChiosaError
    from annotations.ownership import Ownership

    ownership = Ownership.take(damaged, "Lina")
    (finding,) = check_store(store.root, scheme, {})
    assert finding.mend is not None
    with pytest.raises(ChiosaError, match="open in a desk"):
        finding.mend()
    ownership.release()


def test_a_file_that_is_gone_comes_back(store: Store, adnkronos: Article, scheme: Scheme) -> None:
    reviewed(store, adnkronos)
    reviewed(store, adnkronos, ("Mosca",))
    store.path(adnkronos.id).unlink()
    (finding,) = check_store(store.root, scheme, {adnkronos.id: adnkronos})
    assert "gone" in finding.fault and finding.mend is not None
    finding.mend()
    assert len(store.load(adnkronos).history.annotation.spans) == 2


def test_what_a_kill_left_and_what_everybody_may_write(
    store: Store, adnkronos: Article, scheme: Scheme
) -> None:
    reviewed(store, adnkronos)
    path = store.path(adnkronos.id)
    left = path.with_name(f".{path.name}.99.tmp")
    left.write_text("{")
    path.chmod(0o666)
    findings = list(check_store(store.root, scheme, {adnkronos.id: adnkronos}))
    assert len(findings) == 2
    for finding in findings:
        assert finding.mend is not None
        finding.mend()
    assert not left.exists()
    assert path.stat().st_mode & 0o777 == 0o664
    assert list(check_store(store.root, scheme, {adnkronos.id: adnkronos})) == []


# ---- versions -----------------------------------------------------------------------------------------


@pytest.fixture(params=sorted((REPOSITORY / "tests" / "stores").glob("schema*.json")), ids=lambda p: p.stem)
def of_before(request: pytest.FixtureRequest, folder: Path, store: Store) -> Article:
    """An article with the file that an earlier version left of it."""
    article = load_article(
        Path(shutil.copy(REPOSITORY / "articles" / "treni-2025-09-virgolette.txt", folder))
    )
    path = store.path(article.id)
    path.parent.mkdir(parents=True)
    shutil.copy(request.param, path)
    return article


def test_there_is_a_file_of_each_version_before() -> None:
    names = {path.stem for path in (REPOSITORY / "tests" / "stores").iterdir()}
    assert names == {f"schema{number}" for number in range(1, SCHEMA)}


def test_a_file_of_an_earlier_version_is_read_and_brought_up(of_before: Article, store: Store) -> None:
    path = store.path(of_before.id)
    raw = path.read_bytes()
    history = store.load(of_before).history
    assert history.annotation.decided == 2 and history.position == len(history.edits) == 2
    assert path.read_bytes() == raw, "reading writes nothing"
    session = store.open(of_before)
    undone = history.undo(store.scheme)
    session.save(undone)
    session.close()
    assert store.load(of_before).history == undone
    assert json.loads(path.read_bytes())["meta"]["1"]["schema"] == SCHEMA
    assert backup_path(path).read_bytes() == raw


def test_migrating_leaves_what_it_was_given(of_before: Article, store: Store) -> None:
    tables = json.loads(store.path(of_before.id).read_bytes())
    before = json.dumps(tables)
    assert migrated(tables)["meta"]["1"]["schema"] == SCHEMA
    assert json.dumps(tables) == before


def test_a_file_of_tomorrow_is_left_alone(store: Store, adnkronos: Article, scheme: Scheme) -> None:
    reviewed(store, adnkronos)
    path = store.path(adnkronos.id)
    path.write_text(path.read_text().replace(f'"schema":{SCHEMA}', f'"schema":{SCHEMA + 1}'))
    (finding,) = check_store(store.root, scheme, {adnkronos.id: adnkronos})
    assert "update it" in finding.fault
    assert finding.mend is None


# ---- the command --------------------------------------------------------------------------------------


def _check(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    status = main(["check", *map(str, arguments), "--model", "none"])
    out, err = capsys.readouterr()
    return status, out, err


def test_all_is_well(
    store: Store, adnkronos: Article, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reviewed(store, adnkronos)
    assert _check(capsys, folder) == (0, "", "chiosa: all is well\n")


@pytest.mark.parametrize("damaged", ["truncated"], indirect=True)
def test_the_command_names_and_mends(damaged: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = _check(capsys, folder)
    assert status == 1 and str(damaged) in out and "1 thing can be mended" in err
    status, out, err = _check(capsys, folder, "--mend")
    assert status == 0 and "is back" in out and "all is well" in err
    assert _check(capsys, folder)[0] == 0


def test_what_else_is_looked_at(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (folder / "vuoto.txt").write_text("")
    settings = tmp_path / "settings.toml"
    settings.write_text('theme = "pink"\n')
    monkeypatch.setenv("CHIOSA_SETTINGS", str(settings))
    status, out, err = _check(capsys, folder)
    assert status == 1
    assert "vuoto.txt: is empty" in out and "settings.toml" in out
    assert main(["check", str(folder), "--model", "no_such_model"]) == 1
    assert "no_such_model" in capsys.readouterr().out
    assert "2 things want a look" in err


def test_an_article_that_is_gone_is_told(
    store: Store, adnkronos: Article, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reviewed(store, adnkronos)
    adnkronos.path.unlink()
    status, out, _ = _check(capsys, folder)
    assert status == 1 and f"put {ADNKRONOS}.txt back" in out
