"""Reading articles: encodings, line ends, titles, and files that are no articles."""

from __future__ import annotations

import datetime
import hashlib
import os
from pathlib import Path

import pytest
from conftest import REPOSITORY

from annotations.article import ArticleError, load_article, make_article
from annotations.folder import FolderError, article_paths, load_articles


def write(folder: Path, raw: bytes, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def test_the_real_article() -> None:
    article = load_article(REPOSITORY / "articles" / "adnkronos-2025-09-04.txt")
    assert (article.id, article.date, article.agency) == ("adnkronos-2025-09-04", "2025-09-04", "Adnkronos")
    assert article.text.startswith(" date 2025-09-04 (Adnkronos) - Dopo il faccia a faccia")
    assert article.title.startswith("Dopo il faccia a faccia con il presidente Emmanuel Macron,")
    assert article.title.endswith("…")
    assert len(article.title) <= 80
    assert article.sha256 == hashlib.sha256(article.text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("raw", "text", "noticed"),
    [
        ("Però.".encode(), "Però.", False),
        ("Però.".encode("utf-8-sig"), "Però.", False),
        ("Perciò «sì» – l’Eliseo.".encode("cp1252"), "Perciò «sì» – l’Eliseo.", True),
        (b"uno\r\ndue\rtre\n", "uno\ndue\ntre\n", False),
        ("Zoë 👨🏻‍🚒".encode(), "Zoë 👨🏻‍🚒", False),
    ],
)
def test_encodings_and_line_ends(tmp_path: Path, raw: bytes, text: str, noticed: bool) -> None:
    article = load_article(write(tmp_path, raw))
    assert article.text == text
    assert (article.notice is not None and "Windows-1252" in article.notice) is noticed


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"%PDF-1.7\n" + b"text " * 100, "not a text file"),
        ("ciao".encode("utf-16"), "UTF-16"),
        (b"\x81\x8d" + b"parola " * 20, "neither UTF-8 nor Windows-1252"),
    ],
)
def test_what_is_no_article(tmp_path: Path, raw: bytes, what: str) -> None:
    path = write(tmp_path, raw)
    with pytest.raises(ArticleError) as caught:
        load_article(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert what in message
    assert "\n" not in message


def test_a_missing_file_and_a_folder_instead(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="no such file"):
        load_article(tmp_path / "none.txt")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(ArticleError, match="is a folder"):
        load_article(tmp_path / "folder.txt")


def test_an_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.symlink_to("/proc/self/mem")  # even root gets an I/O error from its first page
    with pytest.raises(ArticleError, match="cannot be read"):
        load_article(path)


@pytest.mark.parametrize(
    ("opening", "date", "agency", "place"),
    [
        (" date 2025-09-04 (Adnkronos) - Dopo", "2025-09-04", "Adnkronos", None),
        ("ROMA, 4 SET - Il governo", "2025-09-04", None, "Roma"),
        ("(ANSA) - ROMA, 4 SET - Il governo", "2025-09-04", "ANSA", "Roma"),
        ("(ANSA) - L'AQUILA, 12 DIC - Il governo", "2025-12-12", "ANSA", "L'Aquila"),
        ("Parigi, 4 set. (askanews) - Il governo", "2025-09-04", "askanews", "Parigi"),
        ("Roma, 4 set. - (Adnkronos) - Il governo", "2025-09-04", "Adnkronos", "Roma"),
        ("Roma, 4 settembre 2024 (LaPresse) – Il governo", "2024-09-04", "LaPresse", "Roma"),
        ("NEW YORK, 31 GEN - Il governo", "2025-01-31", None, "New York"),
        ("Il governo (ANSA) ha deciso.", None, "ANSA", None),
        ("ROMA, 31 FEB - Il governo", None, None, "Roma"),
        ("Il governo, 4 ministri - così", None, None, None),
    ],
)
def test_datelines(opening: str, date: str | None, agency: str | None, place: str | None) -> None:
    article = make_article(opening + " ha deciso.", Path("pezzo-2025.txt"))
    assert (article.date, article.agency, article.place) == (date, agency, place)
    assert article.text == opening + " ha deciso."


def test_a_dateline_below_the_headline() -> None:
    article = make_article("Vertice a Parigi\n\nPARIGI, 4 SET - Oggi.", Path("p-2025.txt"))
    assert (article.title, article.date, article.place) == ("Vertice a Parigi", "2025-09-04", "Parigi")


def test_a_year_comes_from_when_the_file_was_written(tmp_path: Path) -> None:
    path = write(tmp_path, b"ROMA, 30 DIC - Il governo.")
    second_of_january = datetime.datetime(2024, 1, 2, 12).timestamp()
    os.utime(path, (second_of_january, second_of_january))
    assert load_article(path).date == "2023-12-30"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Titolo breve\n\nIl corpo.", "Titolo breve"),
        ("È un titolo?\nIl corpo.", "È un titolo?"),
        ("Una frase intera, col punto.\n\nIl resto.", "Una frase intera, col punto."),
        ("Sola riga senza corpo", "Sola riga senza corpo"),
        ("Il prof. Rossi parla. Poi tace.", "Il prof. Rossi parla."),
        ("parola " * 40, None),
    ],
)
def test_titles(text: str, title: str | None) -> None:
    found = make_article(text, Path("a.txt")).title
    assert found == title if title else len(found) <= 80


def test_a_folder_goes_on_past_bad_files(tmp_path: Path) -> None:
    write(tmp_path, b"Uno.", "b.txt")
    write(tmp_path, b"", "a.txt")
    write(tmp_path, b"Due.", "c.TXT")
    write(tmp_path, b"Tre.", "c.txt")
    write(tmp_path, b"x", "notes.md")
    found = list(load_articles(article_paths(tmp_path)))
    assert [getattr(f, "id", type(f).__name__) for f in found] == ["ArticleError", "b", "c", "ArticleError"]
    assert "same name" in str(found[3])


def test_folders_without_articles(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="no articles"):
        article_paths(tmp_path)
    with pytest.raises(FolderError, match="no such file or folder"):
        article_paths(tmp_path / "none")


def test_shipped_articles_can_all_be_read() -> None:
    found = list(load_articles(article_paths(REPOSITORY / "articles")))
    assert len(found) >= 8
    assert not [str(f) for f in found if isinstance(f, ArticleError)]
    assert any(len(getattr(f, "text", "").split()) >= 3000 for f in found)
