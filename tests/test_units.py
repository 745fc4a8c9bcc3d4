"""UTF-16 code units and code points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats.incoming import Unfit
from annotations.formats.units import from_utf16, settled, to_utf16

TEXTS = st.text(st.sampled_from("aè🇮👩\u200d\u0301𝄞北\n") | st.characters(), max_size=40)


@given(TEXTS, st.data())
def test_units_are_those_of_the_encoded_text(text: str, data: st.DataObject) -> None:
    offsets = data.draw(st.lists(st.integers(0, len(text)), max_size=8))
    units = to_utf16(text, offsets)
    assert units == [len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2 for offset in offsets]
    assert from_utf16(text, units) == offsets


@given(TEXTS)
def test_every_unit_is_an_offset_or_the_middle_of_a_character(text: str) -> None:
    middles = []
    for unit in range(len(text.encode("utf-16-le", "surrogatepass")) // 2 + 1):
        try:
            assert to_utf16(text, from_utf16(text, [unit])) == [unit]
        except Unfit:
            middles.append(unit)
    assert len(middles) == sum(char > "\uffff" for char in text)


@pytest.mark.parametrize("offset", [-1, 4, 10**30, True, 1.0, "1", None, [1]])
def test_what_is_no_offset_is_told(offset: object) -> None:
    with pytest.raises(Unfit, match="the offset"):
        from_utf16("👩b", [offset])


def test_an_offset_beyond_the_text_is_no_code_point() -> None:
    with pytest.raises(ValueError, match="does not lie"):
        to_utf16("👩", [2])


def test_the_words_tell_which_units_a_file_counts() -> None:
    assert settled("👩👩b👩", 2, 3, "b") == (2, 3)
    assert settled("👩👩b👩", 4, 5, "b") == (2, 3)
    assert settled("👩👩b👩", 1, 2, "b") == (1, 2)
    assert settled("aab", 1, 2, "b") == (1, 2)
    assert settled("👩b", None, "x", "b") == (None, "x")
