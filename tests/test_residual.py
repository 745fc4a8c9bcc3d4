"""What is learnt on top of the shipped pipeline: nothing until it learns, then what was taught."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.training import Example

from annotations.components.residual import UNKNOWN, Residual, gradient
from annotations.suggesters import SHIPPED_FOLDER

TEXT = "L'Italia chiede aiuto, ha detto Mario Rossi. La Francia chiede tempo. Parla il ministro a Roma."
COUNTRIES = ("Italia", "Francia", "Germania", "Spagna")
Found = list[tuple[str, str, float | None]]


@pytest.fixture
def nlp() -> Language:
    return spacy.load(SHIPPED_FOLDER)


def entities(doc: Doc) -> Found:
    return [(ent.text, ent.label_, ent._.chiosa_score) for ent in doc.ents]


def gold(nlp: Language, text: str, spans: Iterable[tuple[str, str]], known: bool = True) -> Example:
    """An example whose words outside the spans are no entity, or unknown."""
    doc = nlp.make_doc(text)
    found = []
    for words, label in spans:
        at = text.index(words)
        span = doc.char_span(at, at + len(words), label=label)
        assert span is not None, words
        found.append(span)
    doc.set_ents(found, default="outside" if known else "missing")
    return Example(nlp.make_doc(text), doc)


def lessons(nlp: Language, label: str, known: bool = True) -> list[Example]:
    """Countries that act, as a label that the shipped pipeline would not give them."""
    return [
        gold(
            nlp,
            f"Ieri l'{c} ha firmato." if c == "Italia" else f"Ieri la {c} ha firmato.",
            [(c, label)],
            known,
        )
        for c in COUNTRIES
    ]


def teach(nlp: Language, examples: list[Example], steps: int = 60, rate: float = 0.1) -> dict[str, float]:
    pipe: Any = nlp.get_pipe("chiosa_entities")
    pipe.initialize(lambda: examples, nlp=nlp)
    frozen = [name for name in nlp.pipe_names if name != "chiosa_entities"]
    from thinc.api import Adam

    optimizer = Adam(rate, L2=0.001, L2_is_weight_decay=False)
    losses: dict[str, float] = {}
    for _step in range(steps):
        losses = nlp.update(examples, sgd=optimizer, losses={}, exclude=frozen, annotates=["chiosa_encoder"])
    return losses


def test_weights_of_zero_change_nothing(nlp: Language) -> None:
    before = nlp(TEXT)
    pipe: Any = nlp.get_pipe("chiosa_entities")
    examples = lessons(nlp, "ORG")
    pipe.initialize(lambda: examples, nlp=nlp)
    assert pipe.residual.trained
    after = nlp(TEXT)
    assert [e[:2] for e in entities(after)] == [e[:2] for e in entities(before)] != []
    scores = [[e[2] for e in entities(doc)] for doc in (before, after)]
    assert np.allclose(*scores, atol=1e-3)
    assert pipe.labels == ("PER", "LOC", "ORG")


def test_an_untrained_pipeline_writes_no_weights(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "model")
    assert not (tmp_path / "model" / "chiosa_entities").exists()
    assert not (tmp_path / "model" / "chiosa_quotes").exists()
    assert entities(spacy.load(tmp_path / "model")(TEXT)) == entities(nlp(TEXT))


def test_learns_a_convention(nlp: Language, tmp_path: Path) -> None:
    assert ("Francia", "LOC") in [e[:2] for e in entities(nlp(TEXT))]
    first = teach(nlp, lessons(nlp, "ORG"), steps=1)
    assert teach(nlp, lessons(nlp, "ORG"))["chiosa_entities"] < first["chiosa_entities"] / 2
    learnt = entities(nlp(TEXT))
    assert ("Francia", "ORG") in [e[:2] for e in learnt]
    assert ("Mario Rossi", "PER") in [e[:2] for e in learnt]

    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model")
    assert entities(again(TEXT)) == learnt
    third = spacy.load(SHIPPED_FOLDER).from_bytes(again.to_bytes())
    assert entities(third(TEXT)) == learnt
    (tmp_path / "model" / "chiosa_entities" / "model").unlink()
    with pytest.raises(Exception, match=r"chiosa_entities.*cannot be read.*train"):
        spacy.load(tmp_path / "model")


def test_what_nobody_said_teaches_nothing(nlp: Language) -> None:
    pipe: Any = nlp.get_pipe("chiosa_entities")
    losses = teach(nlp, [gold(nlp, TEXT, [], known=False)], steps=5)
    assert losses == {"chiosa_entities": 0.0}
    assert all(not layer.get_param("W").any() for layer in pipe.model.layers if layer.has_param("W"))
    losses = teach(nlp, [gold(nlp, TEXT, [])], steps=1)
    assert losses["chiosa_entities"] > 1


def test_a_rejected_span_pushes_down(nlp: Language) -> None:
    doc = nlp.make_doc(TEXT)
    doc.set_ents([], default="missing")
    at = TEXT.index("Francia")
    doc.spans["rejected"] = [doc.char_span(at, at + 7, label="LOC")]
    example = Example(nlp.make_doc(TEXT), doc)

    def score() -> float:
        return max((e[2] or 0 for e in entities(nlp(TEXT)) if e[:2] == ("Francia", "LOC")), default=0.0)

    before = score()
    teach(nlp, [example], steps=20)
    assert score() < before - 0.05


def test_a_new_label_is_learnt_from_vectors_and_dates_stay_with_their_rule(nlp: Language) -> None:
    encoder: Any = nlp.get_pipe("chiosa_encoder")
    plain = nlp("Roma").tensor.shape[1]
    encoder.use_hidden("layers.11.x2")
    assert nlp("Roma").tensor.shape[1] > plain
    examples = [
        gold(
            nlp, f"Ha vinto il Giro {name} di ciclismo il 4 maggio.",
            [(f"Giro {name}", "MISC"), ("4 maggio", "DATE")],
        )
        for name in ("d'Italia", "di Lombardia", "di Sicilia", "di Svizzera")
    ]  # fmt: skip
    teach(nlp, examples)
    pipe: Any = nlp.get_pipe("chiosa_entities")
    assert pipe.labels == ("PER", "LOC", "ORG", "MISC")
    found = [e[:2] for e in entities(nlp("Ha vinto il Giro di Toscana di ciclismo il 5 maggio."))]
    assert ("Giro di Toscana", "MISC") in found
    assert ("5 maggio", "DATE") in found

    # what was learnt stays when yet another label comes
    weights = pipe.model.layers[1].get_param("W").copy()
    pipe.initialize(lambda: examples, nlp=nlp, labels=["ALTRO"])
    assert pipe.labels == ("PER", "LOC", "ORG", "MISC", "ALTRO")
    assert (pipe.model.layers[1].get_param("W")[:2] == weights).all()
    assert not pipe.model.layers[1].get_param("W")[2:].any()


def test_roles_can_be_taught(nlp: Language) -> None:
    pipe: Any = nlp.get_pipe("chiosa_quotes")
    text = "«Basta», ha detto Mario Rossi."
    doc = nlp.make_doc(text)
    doc.spans["sc"] = [
        doc.char_span(text.index(words), text.index(words) + len(words), label=label)
        for words, label in (("«Basta»", "CONTENT"), ("detto", "CUE"), ("Mario Rossi", "SOURCE"))
    ]
    examples = [Example(nlp.make_doc(text), doc)]
    pipe.initialize(lambda: examples, nlp=nlp)
    frozen = [name for name in nlp.pipe_names if name != "chiosa_quotes"]
    losses = [
        nlp.update(examples, losses={}, exclude=frozen, annotates=["chiosa_encoder"])["chiosa_quotes"]
        for _step in range(30)
    ]
    assert 0 < losses[-1] < losses[0]


def test_gradient_sums_to_nothing_over_the_tags() -> None:
    logits = np.random.default_rng(0).normal(size=(4, 7))
    wanted = np.array([0, 3, UNKNOWN, UNKNOWN])
    refused = np.zeros((4, 7))
    refused[3, 3:5] = 1
    slope, loss = gradient(logits, wanted, refused)
    assert np.allclose(slope.sum(1), 0, atol=1e-6)
    assert not slope[2].any() and slope[3, 3] > 0
    step = 1e-4
    moved = logits.copy()
    moved[3, 3] += step
    assert (gradient(moved, wanted, refused)[1] - loss) / step == pytest.approx(4 * slope[3, 3], rel=1e-2)


def test_residual_goes_through_bytes() -> None:
    residual = Residual()
    assert residual.to_bytes() == b""
    residual.prepare(("PER",), {"X"}, 5, 4)
    residual.model.layers[0].set_param("b", np.arange(5, dtype="f"))
    other = Residual()
    other.from_bytes(residual.to_bytes())
    assert other.labels == ("PER", "X")
    assert (other.model.layers[0].get_param("b") == np.arange(5)).all()
    other.from_bytes(b"")
    assert not other.trained
