"""The suggesting process and its client, with the real spaCy in the real process."""

import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import spacy

from annotations.errors import ChiosaError
from annotations.suggesters import check_model, load_suggester
from annotations.suggesting import InProcessSuggesting, Suggesting, SuggestingError, SuggestingProcess
from annotations.tokens import Tokens

TEXT = "Macron ha detto: «Siamo pronti», il 4 settembre a Parigi."
SERVICE = [sys.executable, "-m", "annotations.service", "--model"]


def serve(model: str, *lines: str, **environment: str) -> tuple[int, list[dict], str]:
    done = subprocess.run(
        [*SERVICE, model], input="".join(f"{line}\n" for line in lines), capture_output=True, timeout=60,
        encoding="utf-8", env={**os.environ, **environment},
    )  # fmt: skip
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for answer in answers:
        if "tokens" in answer:
            answer["tokens"] = [list(bounds) for bounds in Tokens.unpacked(answer["tokens"])]  # type: ignore[attr-defined]
    return done.returncode, answers, done.stderr


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved pipeline with entities of its own, and none of DATE or of quotes."""
    nlp = spacy.blank("it")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        [{"label": "PERSON", "pattern": "Macron"}, {"label": "GPE", "pattern": "Parigi"},
         {"label": "MISC", "pattern": "settembre"}]
    )  # fmt: skip
    nlp.meta["name"], nlp.meta["version"] = "prova", "1.2.3"
    folder = tmp_path_factory.mktemp("model") / "prova"
    nlp.to_disk(folder)
    return folder


@pytest.fixture
def no_spacy(tmp_path: Path) -> Path:
    """A folder for the module path, where spaCy is broken as a bad installation breaks it."""
    folder = tmp_path / "broken"
    folder.mkdir()
    words = "libstdc++.so.6: version not found\\n(required by spacy)"
    (folder / "spacy.py").write_text(f'raise ImportError("{words}")')
    return folder


def test_tokens_come_before_the_proposal_and_the_end_of_input_ends_it() -> None:
    code, answers, errors = serve("rules", json.dumps({"id": "x", "text": TEXT}))
    assert code == 0 and errors == ""
    tokens = next(i for i, a in enumerate(answers) if "tokens" in a)
    ready = next(i for i, a in enumerate(answers) if "ready" in a)
    proposal = next(i for i, a in enumerate(answers) if "proposal" in a)
    assert max(tokens, ready) < proposal == 2
    assert answers[tokens]["tokens"][:4] == [[0, 6], [7, 9], [10, 15], [15, 16]]
    assert answers[ready]["ready"] == answers[proposal]["suggester"] == "rules@0.1.0"
    labels = {s["label"] for s in answers[proposal]["proposal"]["spans"]}
    assert labels == {"PER", "CUE", "CONTENT", "DATE", "LOC", "SOURCE"}
    assert [a.get("id") for a in answers if "ready" not in a] == ["x", "x"]


def test_a_bad_line_is_answered_and_the_next_is_served() -> None:
    lines = ["boh", "[1]", '{"id": 7}', '{"id": 8, "text": 3}', '{"id": 9, "text": "Roma", "only": "tokens"}']
    code, answers, _ = serve("none", *lines)
    answers = [a for a in answers if "ready" not in a]
    assert code == 0
    assert ["error" in a for a in answers] == [True, True, True, True, False]
    assert answers[4] == {"id": 9, "tokens": [[0, 4]]}
    assert all("\n" not in a["error"] for a in answers[:4])


def test_a_missing_model_is_fatal_in_one_line() -> None:
    code, answers, errors = serve("it_nessun_modello")
    assert code == 1 and len(answers) == 1 and errors == ""
    assert "it_nessun_modello" in answers[0]["fatal"] and "\n" not in answers[0]["fatal"]


def test_without_its_model_it_answers_tokens_until_the_input_ends() -> None:
    asked = [json.dumps({"id": 1, "text": "Roma oggi", "only": "tokens"}), '{"id": 2, "text": "Roma"}']
    code, answers, errors = serve("it_nessun_modello", *asked)
    assert code == 1 and errors == ""
    fatal = next(a["fatal"] for a in answers if "fatal" in a)
    assert [a for a in answers if a.get("id") == 1] == [{"id": 1, "tokens": [[0, 4], [5, 9]]}]
    assert [a for a in answers if a.get("id") == 2] == [
        {"id": 2, "tokens": [[0, 4]]},
        {"id": 2, "error": fatal},
    ]


def test_without_spacy_every_answer_names_the_remedy(no_spacy: Path) -> None:
    asked = [json.dumps({"id": 1, "text": "Roma", "only": "tokens"}), '{"id": 2, "text": "Roma"}']
    for model in ("rules", "none"):
        code, answers, errors = serve(model, *asked, PYTHONPATH=str(no_spacy))
        assert code == 1 and errors == ""
        said = {a.get("fatal") or a.get("error") for a in answers}
        assert len(answers) == 3 and len(said) == 1
        assert "fatal" in answers[0]  # a client must know it before it reads the same line as an error
        line = said.pop()
        assert "spaCy cannot be imported" in line and "libstdc++" in line and "reinstall Chiosa" in line
        assert "\n" not in line


def test_tokens_do_not_wait_for_the_model(pipeline: Path, tmp_path: Path) -> None:
    """A model that takes seconds to load: the tokens must be there long before it is ready."""
    slow = "import time, annotations.suggesters as s; load = s.load_suggester\n"
    slow += "s.load_suggester = lambda m: (time.sleep(3), load(m))[1]\n"
    slow += "import sys, os; from annotations.service import main; os._exit(main(['--model', 'rules']))"
    done = subprocess.run(
        [sys.executable, "-c", slow], input=json.dumps({"id": 1, "text": TEXT}) + "\n", capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    kinds = [
        next(k for k in ("tokens", "ready", "proposal") if k in json.loads(x))
        for x in done.stdout.splitlines()
    ]
    assert kinds == ["tokens", "ready", "proposal"]


def test_it_ends_with_its_parent_and_ignores_the_interrupt_of_the_terminal() -> None:
    process = subprocess.Popen([*SERVICE, "none"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None and process.stdout is not None
    assert json.loads(process.stdout.readline()) == {"ready": "none"}
    assert os.getpriority(os.PRIO_PROCESS, process.pid) >= min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    process.send_signal(2)
    process.stdin.write(b'{"id": 1, "text": "Roma"}\n')
    process.stdin.flush()
    assert "tokens" in json.loads(process.stdout.readline())
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("it_nessun_modello", "no such spaCy package"),
        ("json", "no such spaCy package"),
        ("./nessuna/cartella", "no such folder"),
        ("", "no such spaCy package"),
    ],
)
def test_check_model_names_what_is_wrong(model: str, said: str) -> None:
    with pytest.raises(ChiosaError, match=said) as caught:
        check_model(model)
    assert "\n" not in str(caught.value) and model in str(caught.value)


def test_check_model_looks_into_the_folder(tmp_path: Path, pipeline: Path) -> None:
    with pytest.raises(ChiosaError, match=r"config\.cfg"):
        check_model(str(tmp_path))
    (tmp_path / "model-best").mkdir()
    with pytest.raises(ChiosaError, match="did you mean"):
        check_model(str(tmp_path))
    check_model(str(pipeline))
    check_model("rules")
    (tmp_path / "f").write_text("x")
    with pytest.raises(ChiosaError, match="is a file"):
        check_model(str(tmp_path / "f"))


def test_check_model_and_the_client_do_not_import_spacy() -> None:
    code = "import sys, annotations.suggesting, annotations.suggesters as s; s.check_model('rules')\n"
    code += "print([m for m in ('spacy', 'babel', 'textual') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_a_broken_pipeline_is_one_line(pipeline: Path, tmp_path: Path) -> None:
    (tmp_path / "config.cfg").write_text("boh")
    (tmp_path / "meta.json").write_text("{}")
    with pytest.raises(ChiosaError, match="cannot be loaded") as caught:
        load_suggester(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_pipeline_gives_its_entities_and_the_rules_the_rest(pipeline: Path) -> None:
    suggester = load_suggester(str(pipeline))
    spans = suggester.suggest(TEXT).spans
    found = {(TEXT[s.start : s.end], s.label, s.origin) for s in spans}
    assert re.fullmatch(r"it_prova@1\.2\.3\+[0-9a-f]{8}", suggester.name)
    assert ("Macron", "PER", "model:it_prova@1.2.3") in found
    assert ("Parigi", "LOC", "model:it_prova@1.2.3") in found
    assert ("4 settembre", "DATE", "rule:dates") in found
    assert ("«Siamo pronti»", "CONTENT", "rule:quotes") in found
    assert not any(label == "MISC" for _, label, _ in found)  # it lay inside the date


def test_a_pipeline_trained_anew_in_its_folder_has_another_name(tmp_path: Path) -> None:
    nlp = spacy.blank("it")
    nlp.to_disk(tmp_path / "model")
    first = load_suggester(str(tmp_path / "model")).name
    assert first == load_suggester(f"{tmp_path}/./model").name
    assert first.startswith("it_pipeline@0.0.0+")
    shutil.copytree(tmp_path / "model", tmp_path / "copy")  # copies the times of the files too
    assert load_suggester(str(tmp_path / "copy")).name == first
    nlp.to_disk(tmp_path / "model")  # the same bytes, written later
    second = load_suggester(str(tmp_path / "model")).name
    assert second.startswith("it_pipeline@0.0.0+") and second != first
    weights = tmp_path / "model" / "vocab" / "strings.json"
    times = weights.stat().st_atime_ns, weights.stat().st_mtime_ns
    weights.write_bytes(weights.read_bytes() + b" ")
    os.utime(weights, ns=times)  # a file of another size, with the time of the one before
    assert load_suggester(str(tmp_path / "model")).name not in (first, second)


def test_an_installed_package_keeps_its_plain_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nlp = spacy.blank("it")
    nlp.meta.update(name="installato", version="0.1.0")
    nlp.to_disk(tmp_path / "it_installato")
    package = "from pathlib import Path\nfrom spacy.util import load_model_from_path\n\n\n"
    package += "def load(**keywords):\n    return load_model_from_path(Path(__file__).parent, **keywords)\n"
    (tmp_path / "it_installato" / "__init__.py").write_text(package)
    information = tmp_path / "it_installato-0.1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: it_installato\nVersion: 0.1.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert load_suggester("it_installato").name == "it_installato@0.1.0"


def test_a_pipeline_with_quotes_replaces_those_of_the_rules(tmp_path: Path) -> None:
    nlp = spacy.blank("it")
    ruler = nlp.add_pipe("span_ruler", config={"spans_key": "sc"})
    ruler.add_patterns(
        [{"label": "CONTENT", "pattern": "Siamo pronti"}, {"label": "CUE", "pattern": "detto"},
         {"label": "SOURCE", "pattern": "Macron"}]
    )  # fmt: skip
    nlp.to_disk(tmp_path)
    proposal = load_suggester(str(tmp_path)).suggest(TEXT)
    quotes = [s for s in proposal.spans if s.label in ("CONTENT", "CUE", "SOURCE")]
    assert sorted(TEXT[s.start : s.end] for s in quotes) == ["Macron", "Siamo pronti", "detto"]
    assert all(s.origin.startswith("model:") for s in quotes)
    assert {k.kind for k in proposal.links} == {"cue", "source"}
    assert any(s.origin == "rule:names" for s in proposal.spans)  # it has no entities of its own


def test_roles_that_a_pipeline_does_not_know_come_from_the_rules(tmp_path: Path) -> None:
    nlp = spacy.blank("it")
    ruler = nlp.add_pipe("span_ruler", config={"spans_key": "sc"})
    ruler.add_patterns([{"label": "CUE", "pattern": "pronti"}, {"label": "CUE", "pattern": "Parigi"}])
    nlp.to_disk(tmp_path)
    proposal = load_suggester(str(tmp_path)).suggest(TEXT)
    quotes = {s.label: (TEXT[s.start : s.end], s.origin[:5]) for s in proposal.spans}
    assert quotes["CONTENT"] == ("«Siamo pronti»", "rule:") and quotes["SOURCE"] == ("Macron", "rule:")
    assert {TEXT[s.start : s.end] for s in proposal.spans if s.label == "CUE"} == {"pronti", "Parigi"}
    words = {s.id: TEXT[s.start : s.end] for s in proposal.spans}
    assert {(k.kind, words[k.target]) for k in proposal.links} == {("source", "Macron"), ("cue", "Parigi")}


@pytest.fixture(params=["process", "here"])
async def suggesting(request: pytest.FixtureRequest) -> AsyncIterator[Suggesting]:
    client: Suggesting = (
        SuggestingProcess("rules") if request.param == "process" else InProcessSuggesting("rules")
    )
    yield client
    await client.close()


async def test_the_client_gives_tokens_and_proposals(suggesting: Suggesting) -> None:
    await suggesting.start()
    tokens = await suggesting.tokens(TEXT)
    name, proposal = await suggesting.suggest(TEXT)
    assert tokens[0] == (0, 6)
    assert name == await suggesting.ready() == "rules@0.1.0"
    assert all(tokens.fits(s.start, s.end) for s in proposal.spans) and proposal.links
    await suggesting.close()
    await suggesting.close()


async def test_process_and_in_process_agree_on_any_characters() -> None:
    text = "L’«Eliseo» \U0001f600 dice\u2028“sì” \x1b[31m\ud800 a Roma\n\n"
    process, here = SuggestingProcess("rules"), InProcessSuggesting("rules")
    try:
        assert await process.suggest(text) == await here.suggest(text)
        assert list((await process.tokens(text)).starts) == list((await here.tokens(text)).starts)
    finally:
        await process.close()


async def test_many_questions_at_once_get_each_their_own_answer() -> None:
    process = SuggestingProcess("none")
    texts = ["a " * n for n in range(30)]
    try:
        answers = await asyncio.gather(*(process.tokens(text) for text in texts))
    finally:
        await process.close()
    assert [len(tokens) for tokens in answers] == list(range(30))


async def test_a_killed_process_is_started_again_for_those_who_wait() -> None:
    process = SuggestingProcess("rules")
    try:
        await process.ready()
        waiting = asyncio.gather(*(process.suggest(TEXT) for _ in range(3)))
        await asyncio.sleep(0)
        assert process._running is not None
        process._running.process.kill()
        assert {name for name, _ in await asyncio.wait_for(waiting, 30)} == {"rules@0.1.0"}
    finally:
        await process.close()


async def test_a_process_that_keeps_dying_is_an_error_and_not_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    process = SuggestingProcess("rules")
    try:
        with pytest.raises(SuggestingError, match="exit code 1") as caught:
            await asyncio.wait_for(process.suggest(TEXT), 20)
        assert "\n" not in str(caught.value)
    finally:
        await process.close()


@pytest.fixture(params=["process", "here"])
async def modelless(request: pytest.FixtureRequest) -> AsyncIterator[Suggesting]:
    """A client whose model does not exist."""
    model = "it_nessun_modello"
    client: Suggesting = (
        SuggestingProcess(model) if request.param == "process" else InProcessSuggesting(model)
    )
    yield client
    await client.close()


async def test_a_missing_model_is_said_and_leaves_the_tokens(modelless: Suggesting) -> None:
    await modelless.start()
    for _ in range(2):
        for ask in (modelless.ready, lambda: modelless.suggest(TEXT)):
            with pytest.raises(SuggestingError, match=r"^model 'it_nessun_modello': no such spaCy package"):
                await asyncio.wait_for(ask(), 20)
        tokens = await asyncio.wait_for(modelless.tokens(TEXT), 20)
        assert tokens[0] == (0, 6) and len(tokens) == 15


async def test_a_question_that_waits_for_a_missing_model_gets_its_line() -> None:
    process = SuggestingProcess("it_nessun_modello")
    try:
        asked = process.suggest(TEXT), process.tokens(TEXT), process.ready()
        suggested, tokens, name = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 20)
        assert isinstance(suggested, SuggestingError) and isinstance(name, SuggestingError)
        assert str(suggested) == str(name) and "no such spaCy package" in str(name)
        assert not isinstance(tokens, BaseException) and len(tokens) == 15
    finally:
        await process.close()


@pytest.mark.parametrize("model", ["rules", "it_nessun_modello"])
async def test_after_a_crash_the_next_question_starts_it_anew(model: str) -> None:
    process = SuggestingProcess(model)
    try:
        for noticed in (True, False, True):
            assert len(await asyncio.wait_for(process.tokens(TEXT), 20)) == 15
            with contextlib.suppress(SuggestingError):
                await asyncio.wait_for(process.ready(), 20)
            assert process._running is not None
            child, listening = process._running.process, process._running.tasks
            child.kill()
            if noticed:
                await asyncio.gather(*listening)
                assert child.returncode == -9 and process._running is None
        if model == "rules":
            assert (await asyncio.wait_for(process.suggest(TEXT), 20))[0] == "rules@0.1.0"
        else:
            with pytest.raises(SuggestingError, match="no such spaCy package"):
                await asyncio.wait_for(process.suggest(TEXT), 20)
    finally:
        await process.close()


async def test_without_spacy_every_method_names_the_remedy(
    no_spacy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(no_spacy)
    monkeypatch.setitem(sys.modules, "spacy", None)
    for client in (SuggestingProcess("rules"), InProcessSuggesting("rules")):
        try:
            await client.start()
            for ask in (lambda c=client: c.tokens("a"), client.ready, lambda c=client: c.suggest("a")):
                with pytest.raises(
                    SuggestingError, match=r"^spaCy cannot be imported .*reinstall Chiosa"
                ) as e:
                    await asyncio.wait_for(ask(), 20)
                assert "\n" not in str(e.value)
        finally:
            await client.close()


async def test_closing_fails_those_who_wait_and_leaves_no_process() -> None:
    process = SuggestingProcess("rules")
    await process.start()
    assert process._running is not None
    child = process._running.process
    waiting = asyncio.create_task(process.suggest(TEXT))
    await asyncio.sleep(0)
    await process.close()
    with pytest.raises(SuggestingError):
        await waiting
    assert child.returncode is not None
    with pytest.raises(SuggestingError):
        await process.tokens("a")


async def test_a_text_of_a_megabyte_goes_through() -> None:
    text = "Il vertice Usa-Russia. " * 45_000
    process = SuggestingProcess("none")
    try:
        assert len(await process.tokens(text)) == 6 * 45_000
    finally:
        await process.close()


async def test_modules_of_the_editors_folder_are_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json.py", "spacy.py", "queue.py"):
        (tmp_path / name).write_text("raise SystemExit('wrong module')")
    monkeypatch.chdir(tmp_path)
    process = SuggestingProcess("none")
    try:
        assert await process.ready() == "none"
    finally:
        await process.close()
