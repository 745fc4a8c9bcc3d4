"""Schemes: the default one is the contract's, and a file with a fault is refused with its entry named."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from annotations.scheme import Scheme, SchemeError, load_scheme


def test_the_default_scheme(scheme: Scheme) -> None:
    assert scheme.names == ("PER", "ORG", "LOC", "MISC", "DATE", "CONTENT", "CUE", "SOURCE")
    assert [scheme.layer(name) for name in scheme.names] == ["entities"] * 5 + ["quotes"] * 3
    assert [label.key for label in scheme.labels] == list("12345678")
    assert all(label.guideline and len(label.guideline) <= 90 for label in scheme.labels)
    assert len({label.colour for label in scheme.labels}) == 8
    found = scheme.by_key("3")
    assert found is not None
    assert found.name == "LOC"
    assert scheme.by_key("9") is None


def test_the_shipped_file_can_be_copied_and_changed(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    text = resources.files("annotations").joinpath("scheme.toml").read_text(encoding="utf-8")
    path.write_text(text + '\n[[labels]]\nname = "SPORT"\nlayer = "entities"\nkey = "9"\n', encoding="utf-8")
    assert load_scheme(path).names[-1] == "SPORT"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "has no [[labels]]"),
        ("labels = 3", "has no [[labels]]"),
        ("labels = [3]", "label 1 is not a table"),
        ('[[labels]]\nname = ""\nlayer = "entities"\nkey = "1"', "needs a printable name"),
        ('[[labels]]\nname = "A\\u001b"\nlayer = "entities"\nkey = "1"', "needs a printable name"),
        ('[[labels]]\nname = "A"\nlayer = "words"\nkey = "1"', "layer must be one of"),
        ('[[labels]]\nname = "A"\nlayer = "entities"\nkey = "0"', "key must be a digit"),
        ('[[labels]]\nname = "A"\nlayer = "entities"\nkey = "1"\ncolour = "pink"', "colour must be one of"),
        ('[[labels]]\nname = "A"\nlayer = "entities"\nkey = "1"\ncolor = "red"', "unknown entry 'color'"),
        ('[[labels]]\nname = "A"\nlayer = "entities"\nkey = "1"\n' * 2, "the name or the key of A"),
        ("[[labels", "is not TOML"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "scheme.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemeError) as caught:
        load_scheme(path)
    assert str(path) in str(caught.value)
    assert what in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SchemeError, match="cannot be read"):
        load_scheme(tmp_path / "none.toml")
