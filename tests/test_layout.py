"""Text on its way to the screen: stand-ins that keep offsets, wrapping by offsets, spans per line."""

from __future__ import annotations

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from annotations.annotation import SUGGESTED, Span
from annotations.span_index import SpanIndex
from tui.display import display, display_line
from tui.layout import Layout

HOSTILE = "\x1b[2J\x1b]52;c;aGk=\x07\x9b31m\x00\x7f\u202e\u2066\u200d\ufeff\u2028\t\r\x85\ud800👩🏽‍🚒🇮🇹⚠️"
texts = st.text(
    st.characters() | st.sampled_from(HOSTILE + "\n «»“”’è中ก") | st.characters(max_codepoint=255),
    max_size=300,
)


@given(texts)
def test_display_keeps_offsets_and_lets_no_control_through(text: str) -> None:
    shown = display(text)
    assert len(shown) == len(text)
    for before, after in zip(text, shown, strict=True):
        assert (before == "\n") == (after == "\n")
        if after != "\n":
            assert unicodedata.category(after) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
            assert unicodedata.bidirectional(after) not in (
                "LRE",
                "RLE",
                "LRO",
                "RLO",
                "PDF",
                "LRI",
                "RLI",
                "FSI",
                "PDI",
            )
    assert "\n" not in display_line(text)


def test_ordinary_news_passes_unchanged() -> None:
    text = "«L’Eliseo» – “però” … l'Ucraina, 15 °C, 10 €; naïve Zoë\n\nŁódź"
    assert display(text) is text


def test_stand_ins() -> None:
    assert display("\x1b[2J") == "␛[2J"
    assert display("a\tb\x00\x7f") == "a b␀␡"
    assert display("\u202eabc\x9b") == "\ufffdabc\ufffd"
    assert display("👩\u200d🚒\ufe0f") == "👩·🚒·"
    assert display("🇮🇹") == "IT"
    assert display("e\u0300") == "e\u0300", "a decomposed accent is text"


@settings(max_examples=300)
@given(texts, st.integers(1, 40))
def test_lines_cover_the_text_and_fit(text: str, width: int) -> None:
    layout = Layout(text, width)
    assert layout.starts[0] == 0
    ends = []
    for line in range(len(layout)):
        start, end = layout.bounds(line)
        assert start <= end
        ends.append((start, end))
        shown = layout.text[slice(*layout.visible(line))]
        assert "\n" not in shown
        # one wide letter, or blanks that hang over, may be more than a very narrow terminal has
        assert cell_len(shown.rstrip(" ")) <= max(width, 2) or len(shown.rstrip()) <= 1 or _towers(shown)
    assert [e for _, e in ends[:-1]] == [s for s, _ in ends[1:]], "no gap and no overlap"
    assert ends[-1][1] == len(text)
    for offset in range(0, len(text), 7):
        line = layout.line_of(offset)
        start, end = layout.bounds(line)
        assert start <= offset < end


def _towers(shown: str) -> bool:
    """Whether rich counts a sequence otherwise than its letters one by one."""
    return cell_len(shown) != sum(cell_len(c) for c in shown)


@given(st.text(st.sampled_from("abc è’ "), max_size=200), st.integers(5, 30))
def test_words_are_not_cut_where_a_blank_is_at_hand(text: str, width: int) -> None:
    layout = Layout(text, width)
    for line in range(len(layout) - 1):
        _, end = layout.bounds(line)
        if text[end - 1] != " ":
            start = layout.starts[line]
            assert " " not in text[start:end], "cut inside a word although the line has a blank"


@given(texts, st.integers(2, 40), st.integers(0, 300))
def test_column_and_offset_agree(text: str, width: int, offset: int) -> None:
    layout = Layout(text, width)
    if not text:
        return
    offset %= len(text)
    line = layout.line_of(offset)
    start, end = layout.visible(line)
    if start <= offset < end and cell_len(layout.text[offset]) > 0:
        assert layout.offset(line, layout.column(offset)) == offset


def test_a_long_text_wraps_quickly_enough_to_be_tested() -> None:
    text = ("parola " * 30 + "\n") * 5000
    layout = Layout(text, 79)
    assert len(layout) == 5000 * 3 + 1
    assert len(Layout("x" * 200_000, 80)) == 2500
    assert len(Layout("中" * 20_000, 80)) == 500


spans_of = st.lists(
    st.tuples(st.integers(0, 500), st.integers(1, 300)).map(lambda t: (t[0], t[0] + t[1])), max_size=200
)


@given(spans_of, st.integers(0, 600), st.integers(1, 100))
def test_span_index_finds_what_a_search_through_all_finds(
    bounds: list[tuple[int, int]], start: int, length: int
) -> None:
    spans = sorted(
        (Span(f"s{i}", a, b, "PER", SUGGESTED) for i, (a, b) in enumerate(bounds)), key=lambda s: s.order
    )
    wanted = [s for s in spans if s.overlaps(start, start + length)]
    assert SpanIndex(spans).over(start, start + length) == wanted
