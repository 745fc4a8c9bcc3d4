"""The concordance: hits over a folder of articles, and the words around each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.annotation import DONE, STATUSES, SUGGESTED, Annotation, Note, Span
from annotations.article import Article, load_article
from annotations.concordance import Hit, concordance, context, spans_on
from annotations.errors import ChiosaError
from annotations.folder import article_paths, load_articles
from annotations.history import History
from annotations.query import Query, parse
from annotations.scheme import default_scheme
from annotations.store import Store


def new(text: str, id_: str = "x", title: str = "Titolo") -> Article:
    return Article(id_, Path(f"{id_}.txt"), text, title)


def reader(store: Store) -> Callable[[Article], Annotation]:
    return lambda article: store.load(article).history.annotation


def save(store: Store, article: Article, annotation: Annotation) -> None:
    session = store.open(article)
    session.save(History(annotation))
    session.close()


def hits(store: Store, folder: Path, typed: str) -> list[Hit]:
    found = list(concordance(load_articles(article_paths(folder)), reader(store), parse(typed)))
    assert all(isinstance(hit, Hit) for hit in found)
    return [hit for hit in found if isinstance(hit, Hit)]


def test_words_over_the_folder(store: Store, folder: Path) -> None:
    found = hits(store, folder, "trump")
    assert len(found) > 3
    assert all(h.article.text[h.start : h.end] == "Trump" and h.span is None for h in found)
    assert [(h.article.id, h.start) for h in found] == sorted((h.article.id, h.start) for h in found)


def test_spans_over_the_folder(store: Store, folder: Path, adnkronos: Article) -> None:
    start = adnkronos.text.index("Macron")
    macron = Span("s1", start, start + 6, "PER", "accepted")
    save(store, adnkronos, Annotation("Lina", spans=(macron,), next_id=2))
    assert hits(store, folder, "label:PER macron") == [Hit(adnkronos, macron, start, start + 6)]
    assert hits(store, folder, "label:ORG") == []


def test_words_come_with_the_span_on_them(store: Store, folder: Path, adnkronos: Article) -> None:
    text = adnkronos.text
    start, whole = text.index("Macron"), text.index("Emmanuel Macron")
    trump = text.index("Trump dallo")
    quote = text.index('"Lui sa bene')
    spans = (
        Span("s1", whole, start + 6, "PER", SUGGESTED),
        Span("s2", trump, trump + 5, "PER", "accepted"),
        Span("s3", trump, trump + 5, "SOURCE", SUGGESTED),
        Span("s4", quote, text.index('cose"') + 5, "CONTENT", SUGGESTED),
        Span("s5", text.index("Mosca"), text.index("Mosca") + 5, "LOC", "rejected"),
    )
    save(store, adnkronos, Annotation("Lina", next_id=6).with_spans(add=spans))

    def ids(typed: str) -> list[str | None]:
        return [hit.span.id if hit.span else None for hit in hits(store, folder, typed)]

    first = next(hit for hit in hits(store, folder, "macron") if hit.start == start)
    assert first.span == spans[0], "the name that the words are in"
    on_trump = [hit.span for hit in hits(store, folder, "trump") if hit.start == trump]
    assert on_trump == [spans[1], spans[2]], "a name that is a source is found as both"
    assert set(ids('"sa bene"')) == {None}, "who looks for words of a long quote does not mean the quote"
    assert ids('"emmanuel macron"') == ["s1"]
    assert ids("emmanuel macron").count("s1") == 1, "two words in one span are one place"
    assert "s5" in ids("mosca"), "what was rejected can be brought back"


def test_words_are_found_where_the_annotation_cannot_be_read(
    store: Store, folder: Path, adnkronos: Article
) -> None:
    store.path(adnkronos.id).parent.mkdir(parents=True)
    store.path(adnkronos.id).write_text("{", encoding="utf-8")
    error, *found = concordance([adnkronos], store.annotation, parse("trump"))
    assert isinstance(error, ChiosaError)
    assert len(found) > 3 and all(isinstance(hit, Hit) and hit.span is None for hit in found)


def test_an_article_that_matches_as_a_whole_is_one_hit(
    store: Store, folder: Path, adnkronos: Article
) -> None:
    save(store, adnkronos, Annotation("Lina", DONE, notes=(Note("", True),)))
    for typed in ("state:done", "flag:yes", "agency:adnkronos"):
        assert hits(store, folder, typed) == [Hit(adnkronos, None, 0, 0)], typed
    assert len(hits(store, folder, "flag:yes trump")) > 3


def test_words_in_a_title_alone() -> None:
    article = new("Altro.", title="Elezioni a Roma")
    found = list(concordance([article], lambda _: Annotation("Lina"), parse("elezioni")))
    assert found == [Hit(article, None, 0, 0)]


def test_an_annotation_that_cannot_be_read_stops_nothing(
    store: Store, folder: Path, adnkronos: Article
) -> None:
    store.path(adnkronos.id).parent.mkdir(parents=True)
    store.path(adnkronos.id).write_text("{", encoding="utf-8")
    (folder / "a.txt").write_text("", encoding="utf-8")
    found = list(concordance(load_articles(article_paths(folder)), reader(store), parse("state:new")))
    empty, damaged, whole = found
    assert isinstance(empty, ChiosaError) and "a.txt: is empty" in str(empty)
    assert isinstance(damaged, ChiosaError) and "is damaged" in str(damaged)
    assert isinstance(whole, Hit) and whole.article.id.startswith("askanews")


def test_an_annotation_that_is_not_needed_is_not_read(store: Store, folder: Path) -> None:
    def refuse(article: Article) -> Annotation:
        raise ChiosaError(article.id)

    articles = [load_article(path) for path in article_paths(folder)]
    assert all(isinstance(hit, Hit) for hit in concordance(articles, refuse, parse("agency:adn")))
    assert list(concordance(articles, refuse, parse("label:PER notanywhere"))) == []
    (error,) = concordance(articles, refuse, parse("label:PER agency:adn"))
    assert isinstance(error, ChiosaError)


def test_context() -> None:
    article = new("  Ieri il\n\npresidente  Trump\nha visto   Macron. ")
    start = article.text.index("Trump")
    hit = Hit(article, None, start, start + 5)
    assert context(hit, 100) == ("Ieri il presidente ", "Trump", " ha visto Macron.")
    assert context(hit, 12) == ("presidente ".rjust(12), "Trump", " ha visto Ma")
    assert context(hit, 0) == ("", "Trump", "")
    both = Hit(article, None, start - 12, start + 8)
    assert context(both, 4) == (" il ", "presidente Trump ha", " vis")
    assert context(Hit(article, None, 0, 0), 100) == ("", "", "Ieri il presidente Trump ha visto Macron.")


def test_a_place_between_blanks_has_one_beside_it() -> None:
    assert context(Hit(new("uno  due"), None, 4, 4), 9) == ("uno ", "", "due")


def test_context_in_a_long_article_of_blanks() -> None:
    article = new("uno" + " \n" * 5000 + "due" + "\t" * 5000 + "tre")
    start = article.text.index("due")
    assert context(Hit(article, None, start, start + 3), 3) == ("no ", "due", " tr")


@settings(max_examples=400)
@given(
    st.text(alphabet="ab \n\u00a0", max_size=60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 30)
)
def test_context_is_a_stretch_of_the_line(text: str, one: int, other: int, width: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    left, words, right = context(Hit(new(text), None, start, end), width)
    line = " ".join(text.split())
    assert (left + words + right).strip() in line
    assert "  " not in left + words + right
    assert words.split() == text[start:end].split()
    assert len(left) <= width and len(right) <= width
    if width >= len(text):
        assert (left + words + right).strip() == line


SCHEME = default_scheme()
TEXT = "Trump vede Macron. «Bene», ha detto Trump. La Trump Tower."
starts = st.integers(0, len(TEXT) - 1)
spans = st.lists(
    st.builds(
        lambda start, length, *rest: (start, min(len(TEXT), start + length), *rest),
        starts, st.integers(1, 12), st.sampled_from(SCHEME.names), st.sampled_from(STATUSES),
        st.none() | st.floats(0, 1),
    ),
    max_size=6,
)  # fmt: skip
terms = st.sampled_from(
    ["trump", "macron", "putin", '"trump tower"', "titolo", "label:PER", "label:CUE", "status:suggested",
     "score:<0.5", "doubt:yes", "flag:yes", "flag:no", "note:vedi", "state:new", "state:done", "title:tit"]
)  # fmt: skip
queries = st.lists(st.tuples(st.sampled_from(["", "-"]), terms), max_size=4).map(
    lambda pairs: parse(" ".join(sign + term for sign, term in pairs))
)
notes = st.lists(st.tuples(st.integers(0, 6), st.booleans(), st.sampled_from(["", "vedi"])), max_size=3)


@given(spans, notes, queries)
def test_an_article_matches_where_it_has_a_hit(
    drawn: list[tuple[int, int, str, str, float | None]], noted: list[tuple[int, bool, str]], query: Query
) -> None:
    annotation = Annotation("Lina").with_spans(
        add=[
            Span(f"s{n}", start, end, label, status, "rule:x", score)
            for n, (start, end, label, status, score) in enumerate(drawn, 1)
        ]
    )
    ids = {s.id for s in annotation.spans} | {""}
    for number, flagged, words in noted:
        target = f"s{number}" if number else ""
        if target in ids:
            annotation = annotation.with_notes(add=[Note(target, flagged, words)])
    article = new(TEXT)
    found = list(concordance([article], lambda _: annotation, query))
    assert bool(found) == query.matches_article(article, annotation)
    for hit in found:
        assert isinstance(hit, Hit)
        words = TEXT[hit.start : hit.end].casefold()
        if hit.span is not None and (hit.start, hit.end) != (hit.span.start, hit.span.end):
            assert hit.span in spans_on(annotation, hit.start, hit.end)
        elif hit.span is not None and query.about_spans:
            assert all(word in words for word in query.words)
            assert not any(word in words for word in query.unwanted)
        else:
            assert hit.span is not None or words in query.words or (hit.start, hit.end) == (0, 0)


@pytest.mark.parametrize("typed", ["trump", "label:PER"])
def test_no_articles_no_hits(typed: str) -> None:
    assert list(concordance([], lambda _: Annotation("Lina"), parse(typed))) == []
