"""The pipeline that comes with Chiosa: an ordinary spaCy pipeline, and the desk's default suggester."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import time
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import spacy
from conftest import ADNKRONOS, REPOSITORY
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin

from annotations.annotation import Proposal
from annotations.components.encoder import ChiosaEncoder, EncoderError
from annotations.components.entities import SCORE
from annotations.italian import blank_italian, token_bounds
from annotations.suggesters import RULES, SHIPPED, SHIPPED_FOLDER, load_suggester
from annotations.suggesters.pipeline import PipelineSuggester

if TYPE_CHECKING:
    from spacy.language import Language

TEXT = (REPOSITORY / "articles" / f"{ADNKRONOS}.txt").read_text(encoding="utf-8")
SHORT = "«Vado a Roma il 15 agosto», ha detto il presidente Sergio Mattarella a «La Stampa»."


@pytest.fixture(scope="module")
def nlp() -> Language:
    return spacy.load(SHIPPED_FOLDER)


@cache
def shipped() -> PipelineSuggester:
    loaded = load_suggester(SHIPPED)
    assert isinstance(loaded, PipelineSuggester)
    return loaded


@pytest.fixture
def suggester() -> PipelineSuggester:
    return shipped()


def spans(doc: Doc) -> list[tuple[int, int, str]]:
    return [(s.start_char, s.end_char, s.label_) for s in (*doc.ents, *doc.spans["sc"])]


def words(proposal: Proposal, text: str) -> set[tuple[str, str]]:
    return {(s.label, text[s.start : s.end]) for s in proposal.spans}


def test_it_is_small_and_says_what_it_is_and_under_which_licence(nlp: Language) -> None:
    size = sum(path.stat().st_size for path in SHIPPED_FOLDER.rglob("*") if path.is_file())
    assert size <= 35 * 1000 * 1000
    assert nlp.meta["license"] == "CC BY-NC-SA 4.0"
    assert "BY-NC-SA 4.0" in (SHIPPED_FOLDER / "LICENSE").read_text(encoding="utf-8")
    card = (SHIPPED_FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(word in card for word in ("KIND", "WikiNEuRal", "held-back", "Limits", "BY-NC-SA"))


def test_a_sentence_with_everything_in_it(suggester: PipelineSuggester) -> None:
    proposal = suggester.suggest(SHORT)
    assert words(proposal, SHORT) == {
        ("CONTENT", "«Vado a Roma il 15 agosto»"), ("LOC", "Roma"), ("DATE", "15 agosto"), ("CUE", "detto"),
        ("SOURCE", "presidente Sergio Mattarella"), ("PER", "Sergio Mattarella"), ("ORG", "La Stampa"),
    }  # fmt: skip
    origins = {s.label: s.origin for s in proposal.spans}
    assert origins.pop("DATE") == "rule:dates"
    assert set(origins.values()) == {f"model:{suggester.name}"}
    assert all(s.score is not None and 0 < s.score <= 1 for s in proposal.spans)
    ids = {s.id: s.label for s in proposal.spans}
    assert {(ids[k.content], k.kind, ids[k.target]) for k in proposal.links} == {
        ("CONTENT", "cue", "CUE"), ("CONTENT", "source", "SOURCE"),
    }  # fmt: skip


def test_many_texts_at_once_get_what_each_gets_alone(suggester: PipelineSuggester) -> None:
    texts = [TEXT, SHORT, "", "Niente qui.", SHORT * 30]
    assert list(suggester.suggest_all(texts)) == [suggester.suggest(text) for text in texts]
    threaded = load_suggester(SHIPPED, threads=3)
    assert list(threaded.suggest_all(texts)) == [suggester.suggest(text) for text in texts]


def test_a_text_that_fails_does_not_take_the_others_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    suggester = load_suggester(SHIPPED)
    assert isinstance(suggester, PipelineSuggester)
    encoder = next(c for _, c in suggester._nlp.pipeline if isinstance(c, ChiosaEncoder))
    run = encoder._run

    def refuse(row: list[int]) -> object:
        if len(row) > 100:
            raise RuntimeError("no room")
        return run(row)

    monkeypatch.setattr(encoder, "_run", refuse)
    good, bad, last = suggester.suggest_all([SHORT, TEXT, SHORT])
    assert isinstance(good, Proposal) and good == last
    assert "no room" in str(bad)


def test_a_pipe_of_docs_and_docs_one_by_one(nlp: Language) -> None:
    texts = [SHORT, TEXT, " \n ", ""]
    assert [spans(doc) for doc in nlp.pipe(texts)] == [spans(nlp(text)) for text in texts]


def test_saved_and_loaded_again_it_says_the_same(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "copy")
    doc = spacy.load(tmp_path / "copy")(TEXT)
    assert spans(doc) == spans(nlp(TEXT))
    again = blank_italian()
    for name in nlp.pipe_names:
        config = {key: value for key, value in nlp.get_pipe_config(name).items() if key != "factory"}
        again.add_pipe(nlp.get_pipe_meta(name).factory, config=config)
    again.from_bytes(nlp.to_bytes())
    assert spans(again(SHORT)) == spans(nlp(SHORT))


def test_its_docs_can_be_kept(nlp: Language) -> None:
    doc = nlp(SHORT)
    kept = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    (back,) = DocBin().from_bytes(kept).get_docs(nlp.vocab)
    assert spans(back) == spans(doc)
    assert [e._.get(SCORE) for e in back.ents] == [e._.get(SCORE) for e in doc.ents]
    assert back.spans["sc"].attrs == doc.spans["sc"].attrs


def test_an_encoder_without_weights_says_so() -> None:
    nlp = blank_italian()
    nlp.add_pipe("chiosa_encoder")
    with pytest.raises(EncoderError, match="has no weights"):
        nlp("Roma")
    with pytest.raises(EncoderError, match=r"nessuna.*cannot be read"):
        ChiosaEncoder().from_disk("nessuna")


def test_an_encoder_without_weights_is_kept_and_read_again(tmp_path: Path) -> None:
    blank = spacy.blank("it")
    blank.add_pipe("chiosa_encoder")
    blank.to_disk(tmp_path / "blank")
    assert spacy.load(tmp_path / "blank").pipe_names == ["chiosa_encoder"]


def test_other_processes_can_have_it(nlp: Language) -> None:
    text = "Il sindaco Aldo Berardi è a Roma."
    encoder = pickle.loads(pickle.dumps(nlp.get_pipe("chiosa_encoder")))
    doc = encoder(nlp.make_doc(text))
    assert np.allclose(doc.tensor, nlp(text).tensor, atol=1e-5)


def test_quotes_of_a_component_with_a_key_of_its_own(tmp_path: Path) -> None:
    blank = spacy.blank("it")
    blank.add_pipe("chiosa_quotes", config={"key": "quotes"})
    blank.to_disk(tmp_path / "mine")
    found = PipelineSuggester(tmp_path / "mine").suggest("«Vengo», ha detto Aldo Berardi.")
    assert "CONTENT" in {span.label for span in found.spans}
    assert {span.origin for span in found.spans if span.label == "CONTENT"} == {"model:it_pipeline@0.0.0"}


def test_entities_without_the_encoder_before_them_say_so(nlp: Language) -> None:
    with nlp.select_pipes(disable=["chiosa_encoder"]):
        with pytest.raises(EncoderError, match="chiosa_encoder must run before"):
            nlp("Roma")
        with nlp.select_pipes(disable=["chiosa_encoder", "chiosa_entities"]):
            doc = nlp(SHORT)
            assert doc.spans["sc"][0].text == "«Vado a Roma il 15 agosto»"


@settings(max_examples=60, deadline=None)
@given(
    st.text(max_size=120)
    | st.lists(
        st.sampled_from(["«", "»", '"', "“", "”", " ", "\n\n", ". ", ", ", ": ", " - ", "ha detto", "Conte",
                         "Roma", "l'", "secondo", "il 15 agosto", "🇮🇹", "e\u0301", "\t", "\u200b"]),
        max_size=40,
    ).map("".join)
)  # fmt: skip
def test_any_text_gives_spans_on_its_tokens(text: str) -> None:
    suggester = shipped()
    tokens = suggester.tokens(text)
    proposal = suggester.suggest(text, tokens)
    assert all(tokens.fits(s.start, s.end) and s.end <= len(text) for s in proposal.spans)
    by_id = {s.id: s for s in proposal.spans}
    entities = sorted(s.order for s in proposal.spans if s.label in ("PER", "LOC", "ORG", "DATE"))
    assert all(-end <= start for (_, end, *_), (start, *_) in pairwise(entities))
    for link in proposal.links:
        content, role = by_id[link.content], by_id[link.target]
        assert (content.label, role.label) == ("CONTENT", {"cue": "CUE", "source": "SOURCE"}[link.kind])
        assert not content.overlaps(role.start, role.end)


def test_the_quote_component_alone_needs_no_encoder() -> None:
    nlp = spacy.blank("it")
    nlp.add_pipe("chiosa_quotes")
    doc = nlp("«Vado», ha detto Conte.")
    group = doc.spans["sc"]
    assert [(s.text, s.label_) for s in group] == [
        ("«Vado»", "CONTENT"),
        ("detto", "CUE"),
        ("Conte", "SOURCE"),
    ]
    assert group.attrs["links"] == [["cue", 0, 1], ["source", 0, 2]]
    assert len(group.attrs["scores"]) == 3
    assert len(nlp("Niente.").spans["sc"]) == 0
    assert token_bounds(doc)[0] == (0, 1)


@pytest.mark.parametrize(
    "text",
    ["Conte ha poi detto «Vado a casa mia».", "Conte non ha mai detto «Vado a casa mia».",
     "Il premier Conte ha più volte detto «Vado a casa mia»."],
)  # fmt: skip
def test_a_report_with_an_adverb_in_it_is_no_nickname(suggester: PipelineSuggester, text: str) -> None:
    assert ("CONTENT", "«Vado a casa mia»") in words(suggester.suggest(text), text)


def test_entities_whose_encoder_was_taken_away_say_so() -> None:
    nlp = spacy.load(SHIPPED_FOLDER)
    nlp.remove_pipe("chiosa_encoder")
    assert nlp.meta["labels"]["chiosa_entities"] == []
    with pytest.raises(EncoderError, match="chiosa_encoder must run before"):
        nlp("Roma")


def test_a_run_without_a_blank_that_is_longer_than_spacy_takes(suggester: PipelineSuggester) -> None:
    text = f"{SHORT} {'x' * 1_100_000}"
    assert ("CONTENT", "«Vado a Roma il 15 agosto»") in words(suggester.suggest(text), text)


@pytest.mark.parametrize("text", ["«a b» " * 3000, '" ' * 20_000], ids=["quotes", "marks"])
def test_many_quotes_take_time_by_their_number(suggester: PipelineSuggester, text: str) -> None:
    begun = time.process_time()
    suggester.suggest(text)
    assert time.process_time() - begun < 30


@pytest.fixture
def without_onnxruntime(tmp_path: Path) -> dict[str, str]:
    """An environment in which onnxruntime is there and cannot be imported, as on a foreign processor."""
    package = tmp_path / "broken" / "onnxruntime"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('no wheel for this machine')\n")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(package.parent), str(REPOSITORY)])}


def test_where_onnxruntime_cannot_be_had_rules_stand_in_and_say_so(
    folder: Path, without_onnxruntime: dict[str, str]
) -> None:
    command = [sys.executable, "-m", "tui", "suggest", str(folder), "--jsonl", "-"]
    done = subprocess.run(command, env=without_onnxruntime, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0
    assert "rules suggest, since onnxruntime cannot be imported (no wheel for this machine)" in done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {s["origin"].split(":")[0] for record in found for s in record["spans"]} == {"rule"}
    request = json.dumps({"id": 1, "text": SHORT}) + "\n"
    served = subprocess.run(
        [sys.executable, "-m", "annotations.service"], input=request, env=without_onnxruntime,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    ready = next(a for line in served.stdout.splitlines() if "ready" in (a := json.loads(line)))
    assert ready["ready"].startswith(RULES) and "onnxruntime" in ready["notice"]
