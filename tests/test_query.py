"""The query language: what is understood, what it finds, and where words stand whatever their case."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations import language
from annotations.annotation import ACCEPTED, REJECTED, SUGGESTED, Annotation, Note, Span
from annotations.article import Article
from annotations.query import Filter, Query, QueryError, parse

TEXT = (
    "Trump vede Macron a Parigi.\nLa Casa\nBianca tace: "
    "«Trump è il\nbenvenuto», ha detto l’Eliseo alle 12:30."
)
ARTICLE = Article(
    "ansa-1", Path("ansa-1.txt"), TEXT, "Il vertice di Parigi", date="2025-09-04", agency="ANSA", place="Roma"
)


def span(id_: str, words: str, label: str, status: str, score: float | None, origin: str) -> Span:
    start = TEXT.index(words)
    return Span(id_, start, start + len(words), label, status, origin, score)


ANNOTATION = Annotation(
    "Lina",
    "in progress",
    notes=(Note("", True, "Da rileggere con Anna"), Note("s2", False, "chi è?"), Note("s3", True)),
    disputed=frozenset({"s5"}),
).with_spans(
    add=[
        span("s1", "Trump", "PER", ACCEPTED, 0.9, "model:news@1"),
        span("s2", "Macron", "PER", SUGGESTED, 0.6, "model:news@1"),
        span("s3", "Parigi", "LOC", REJECTED, 0.8, "model:news@1"),
        span("s4", "«Trump è il\nbenvenuto»", "CONTENT", SUGGESTED, None, "rule:quotes"),
        span("s5", "l’Eliseo", "ORG", SUGGESTED, 0.95, "rule:names"),
    ]
)


def found(text: str, annotation: Annotation = ANNOTATION) -> str:
    """The numbers of the spans that a query finds."""
    return "".join(s.id[1:] for s in parse(text).spans(ARTICLE, annotation))


@pytest.mark.parametrize(
    ("typed", "words", "unwanted"),
    [
        ("", (), ()),
        ("  trump   Macron ", ("trump", "Macron"), ()),
        ('"casa  bianca" -putin', ("casa bianca",), ("putin",)),
        ('-"due parole"', (), ("due parole",)),
        ('"non chiuso ancora', ("non chiuso ancora",), ()),
        ("alle 12:30", ("alle", "12:30"), ()),
        ("Roma:nulla Disse: disse: :x", ("Roma:nulla", "Disse:", "disse:", ":x"), ()),
        ('"nota:cosa"', ("nota:cosa",), ()),
        ('Roma - Milano -5 -- "" -""', ("Roma", "Milano"), ("5", "-")),
        ('dell"Unità', ('dell"Unità',), ()),
    ],
)
def test_words(typed: str, words: tuple[str, ...], unwanted: tuple[str, ...]) -> None:
    assert parse(typed) == Query(words, unwanted)


@pytest.mark.parametrize(
    ("english", "italian", "meant"),
    [
        ("label:PER", "ETICHETTA:per", Filter("label", "per")),
        ("status:rejected", "stato:Rifiutato", Filter("status", REJECTED)),
        ("status:suggested", "stato:suggerita", Filter("status", SUGGESTED)),
        ("status:accepted", "stato:accettato", Filter("status", ACCEPTED)),
        ("state:done", "stato:fatto", Filter("state", "done")),
        ("state:new", "stato:nuovo", Filter("state", "new")),
        ('state:"in progress"', 'stato:"in corso"', Filter("state", "in progress")),
        ("State:In-Progress", "stato:in-corso", Filter("state", "in progress")),
        ("flag:yes", "segnata:sì", Filter("flag", "yes")),
        ("-flag:no", "bandierina:si\u0300", Filter("flag", "yes")),
        ("flag:no", "-segnata:si", Filter("flag", "yes", excluded=True)),
        ('note:"da rileggere"', 'nota:"da  rileggere"', Filter("note", "da rileggere")),
        ("origin:rule:names", "origine:RULE:names", Filter("origin", "rule:names")),
        ("agency:Ansa", "agenzia:ansa", Filter("agency", "ansa")),
        ("date:2025-09", "data:2025-09", Filter("date", "2025-09")),
        ("title:vertice", "titolo:Vertice", Filter("title", "vertice")),
        ("score:<0.8", "punteggio:<0,8", Filter("score", "<", number=0.8)),
        ("-score:>=.5", "-punteggio:>=0.5", Filter("score", ">=", True, 0.5)),
        ("doubt:no", "dubbio:no", Filter("doubt", "yes", excluded=True)),
    ],
)
def test_filters(english: str, italian: str, meant: Filter) -> None:
    assert parse(english) == parse(italian) == Query(filters=(meant,))


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("lable:PER", "no filter lable; there are label, status, state, flag, .*; in quotes it is words"),
        ("status:done", "status: done is not a value; write suggested, accepted, rejected"),
        ("state:fini", "state: fini is not a value; write new, in-progress, done"),
        ("stato:boh", "stato: boh .* suggested, accepted, rejected, new, in-progress, done"),
        ("flag:maybe", "flag: maybe is not a value; write yes, no"),
        ("score:0.8", "score: 0.8 is not a value; write <0.8, >=0.5"),
        ("score:<80", "score: <80 is not a value"),
        ("date:settembre", "date: settembre is not a value; write 2025, 2025-09, 2025-09-04"),
        ("label:", "label: needs a value; write PER"),
        ("trump -title:", "title: needs a value; write words"),
    ],
)
def test_what_is_not_understood_is_named_with_what_there_is(typed: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        parse(typed)


def test_labels_are_checked_where_they_are_known() -> None:
    assert parse("label:Xyz") == Query(filters=(Filter("label", "xyz"),))
    assert parse("label:per", labels=("PER", "ORG")) == parse("label:PER")
    with pytest.raises(QueryError, match="label: LOC is not a value; write PER, ORG"):
        parse("label:LOC", labels=("PER", "ORG"))


@pytest.fixture
def italian(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        patch.setenv("LANGUAGE", "it")
        language.use(None)
        yield
    language.use(None)


def test_an_italian_reads_italian_names(italian: None) -> None:
    with pytest.raises(QueryError, match="etichetta, stato, segnata, nota, origine"):
        parse("etichetto:PER")
    with pytest.raises(QueryError, match="suggerito, accettato, rifiutato, nuovo, in-corso, fatto"):
        parse("stato:boh")


@given(st.text(alphabet='ab:-"<. \nPstato12', max_size=20))
def test_whatever_is_typed_is_a_query_or_says_why_not(typed: str) -> None:
    try:
        query = parse(typed)
    except QueryError as error:
        assert ":" in typed and str(error)
    else:
        assert all(word and word == " ".join(word.split()) for word in query.words + query.unwanted)


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("", "12345"),
        ("trump", "14"),
        ("label:per trump", "1"),
        ("label:PER", "12"),
        ("label:PER label:ORG", "125"),
        ("-label:PER", "345"),
        ("label:PER -trump", "2"),
        ('label:CONTENT "il benvenuto"', "4"),
        ("label:CONTENT eliseo", ""),
        ("label:ORG l'eliseo", "5"),
        ("status:suggested", "245"),
        ("status:suggested status:rejected", "2345"),
        ("status:suggested -label:CONTENT", "25"),
        ("origin:rule", "45"),
        ("origin:news", "123"),
        ("score:<0.8", "2"),
        ("score:<=0.8", "23"),
        ("score:>=0.8 score:<0.95", "13"),
        ("-score:<0.8", "1345"),
        ("doubt:yes", "25"),
        ("doubt:no label:PER", "1"),
        ("flag:yes", "3"),
        ("flag:no", "1245"),
        ("note:CHI", "2"),
        ("note:anna", ""),
        ("label:PER state:in-progress date:2025-09 agency:ans title:parigi", "12"),
        ("label:PER state:done", ""),
        ("label:PER -agency:ansa", ""),
        ("label:PER date:2024", ""),
        ("label:PER date:2024 date:2025", "12"),
    ],
)
def test_spans(typed: str, ids: str) -> None:
    assert found(typed) == ids


@pytest.mark.parametrize(
    "typed",
    [
        "", "trump MACRON", '"la casa bianca"', "vertice", "-putin", "12:30", "state:in-progress",
        "-state:done", "state:done state:in-progress", "agency:ansa", "date:2025-09-04",
        'title:"vertice di"', "-title:kiev", "flag:yes", "note:anna", "note:chi",
        "note:anna note:rileggere", "flag:yes benvenuto",
        "-note:verificato",
        "label:LOC", "label:PER trump", "flag:yes label:LOC",
    ],
)  # fmt: skip
def test_articles_that_match(typed: str) -> None:
    assert parse(typed).matches_article(ARTICLE, ANNOTATION)


@pytest.mark.parametrize(
    "typed",
    [
        "trump putin", '"casa trump"', "-vertice", "-macron", "state:done", "-agency:ansa", "date:2025-10",
        "title:parigi title:kiev", "flag:no", "-flag:yes", "-note:chi", "-note:anna", "note:chi note:anna",
        "flag:yes label:PER", "label:LOC macron", "label:MISC", "label:PER vertice", "label:PER putin",
    ],
)  # fmt: skip
def test_articles_that_do_not(typed: str) -> None:
    assert not parse(typed).matches_article(ARTICLE, ANNOTATION)


def test_what_an_article_does_not_say_is_not_found() -> None:
    bare = Article("x", Path("x.txt"), "Testo.", "Testo.")
    assert not parse("date:2025").matches_article(bare, Annotation("Lina"))
    assert parse("-agency:ansa flag:no").matches_article(bare, Annotation("Lina"))


def test_mentions() -> None:
    def words(typed: str) -> list[str]:
        return [TEXT[start:end] for start, end in parse(typed).mentions(TEXT)]

    assert words("trump MACRON") == ["Trump", "Macron", "Trump"]
    assert words('"casa bianca"') == ["Casa\nBianca"]
    assert words("rum trump") == ["Trump", "Trump"], "the place that begins first"
    assert words("tr trump") == ["Trump", "Trump"], "the longer of two at one place"
    assert words("l'eliseo") == ["l’Eliseo"]
    assert words("") == words("-trump") == words("label:PER") == words("putin") == []


def test_no_word_is_nowhere() -> None:
    assert list(Query(("", " ")).mentions(TEXT)) == []


@pytest.mark.parametrize(
    ("text", "word", "place"),
    [
        ("Die Straße hier", "STRASSE", (4, 10)),
        ("ß und danach Trump", "trump", (13, 18)),
        ("İİ Trump", "trump", (3, 8)),
        ("sß", "ss", (1, 2)),
        ("un ﬁore", "fiore", (3, 7)),
        ("perche\u0301 no", "perché", (0, 7)),
        ("sì, perché no", "perche\u0301", (4, 10)),
    ],
)
def test_offsets_are_those_of_the_text(text: str, word: str, place: tuple[int, int]) -> None:
    assert list(Query((word,)).mentions(text)) == [place]


def test_half_of_a_character_is_no_mention() -> None:
    assert list(Query(("s",)).mentions("ß s")) == [(2, 3)]


def same(words: str) -> str:
    """Words as a query compares them, worked out on their own."""
    words = unicodedata.normalize("NFC", words).casefold()
    return " ".join(words.replace("’", "'").split())


letters = st.text(alphabet="aAsSßẞİiıſﬁfé'’ \n", max_size=12)


@given(letters, letters, letters)
def test_every_mention_is_the_word_and_every_place_of_it_is_found(before: str, word: str, after: str) -> None:
    word = " ".join(word.split())
    text = before + word.swapcase() + after + word
    places = list(Query((word,)).mentions(text))
    assert all(same(text[start:end]) == same(word) for start, end in places)
    assert all(a[1] <= b[0] for a, b in pairwise(places))
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            words = text[start:end]
            if word and words == words.strip() and same(words) == same(word):
                assert any(a < end and start < b for a, b in places), (text, word, words)
