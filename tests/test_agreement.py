"""The mentions of a name in one text agree, and surnames follow full names."""

import numpy as np

from annotations.components.agreement import agreed
from annotations.components.tags import TagDecoder, iob2

LABELS = ("PER", "LOC", "ORG")
TAGS = iob2(LABELS)


def logits(*rows: dict[str, float]) -> np.ndarray:
    result = np.zeros((len(rows), len(TAGS)))
    for row, values in zip(result, rows, strict=True):
        for tag, value in values.items():
            row[TAGS.index(tag)] = value
    return result


def found(words: str, numbers: np.ndarray, share: float = 0.5) -> list[tuple[str, str]]:
    tokens = words.split()
    spans = agreed(TagDecoder(LABELS), tokens, numbers, 1.0, share)
    assert all(0 < score <= 1 for *_, score in spans)
    return [(" ".join(tokens[start:end]), label) for start, end, label, _ in spans]


def test_a_sure_mention_helps_a_doubtful_one() -> None:
    words = "Axios scrive ; Axios tace"
    numbers = logits({"B-ORG": 9}, {"O": 5}, {"O": 5}, {"B-PER": 2, "B-ORG": 1}, {"O": 5})
    assert found(words, numbers, 0.0) == [("Axios", "ORG"), ("Axios", "PER")]
    assert found(words, numbers) == [("Axios", "ORG"), ("Axios", "ORG")]


def test_a_mention_that_was_missed_is_found_by_the_others() -> None:
    numbers = logits({"B-LOC": 9}, {"O": 5}, {"O": 2, "B-LOC": 1})
    assert found("Kiev e Kiev", numbers, 0.0) == [("Kiev", "LOC")]
    assert found("Kiev e Kiev", numbers) == [("Kiev", "LOC"), ("Kiev", "LOC")]


def test_a_mention_that_is_sure_of_itself_stays() -> None:
    numbers = logits({"B-LOC": 9}, {"O": 5}, {"B-ORG": 20})
    assert found("Roma batte Roma", numbers, 0.3) == [("Roma", "LOC"), ("Roma", "ORG")]


def test_a_surname_follows_the_full_name() -> None:
    numbers = logits({"B-PER": 9}, {"I-PER": 9}, {"O": 5}, {"B-LOC": 3})
    assert found("Volodymyr Zelensky . Zelensky", numbers) == [
        ("Volodymyr Zelensky", "PER"),
        ("Zelensky", "PER"),
    ]


def test_nothing_to_agree_on() -> None:
    assert found("", np.zeros((0, len(TAGS)))) == []
    assert found("niente qui", logits({"O": 9}, {"O": 9})) == []
