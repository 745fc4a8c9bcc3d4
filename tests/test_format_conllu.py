"""Columns of CoNLL-U: the text whole, quotes beside entities, and what treebanks and Stanza write."""

from __future__ import annotations

from pathlib import Path

import conllu
import pytest
from exporting import quoted, span, unit
from roundtrips import corpus
from test_command_line import chiosa
from test_format_conll import entities
from test_import import folder_of, kept, marks

from annotations.annotation import IN_PROGRESS
from annotations.formats import get_format
from annotations.formats.conllu import FILE
from annotations.formats.exporting import export
from annotations.scheme import Scheme, default_scheme, load_scheme

SCHEME = default_scheme()
TEXT = "\n 🇮🇹 Roma,  4 set.\u00a0«Sì»\t\n\nha \\ detto | Nicolo\u0300 Bo.\r"


def exported(folder: Path, *units: object, scheme: Scheme = SCHEME) -> str:
    export(get_format("conllu"), units, folder / "out", scheme, partial=True)  # type: ignore[arg-type]
    with (folder / "out" / FILE).open(encoding="utf-8", newline="") as file:
        return file.read()


def imported(tmp_path: Path, *rows: str, name: str = "in.conllu") -> tuple[list[str], str]:
    """Words and labels of a file whose rows are written with blanks for tabs, and what was said."""
    source, articles = tmp_path / name, tmp_path / "new"
    lines = [row if row.startswith("#") else "\t".join(row.split(" ")) for row in rows]
    source.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    run = chiosa("import", source, "--into", articles)
    return [f"{words} {label}" for _name, words, label in entities(tmp_path, articles)], run.stderr


def row(number: str, form: str, misc: str = "_") -> str:
    return f"{number} {form} _ _ _ _ _ _ _ {misc}"


def text_of(tmp_path: Path) -> str:
    (path,) = (tmp_path / "new").glob("*.txt")
    return path.read_text(encoding="utf-8")


def test_the_text_is_in_it_with_every_blank(tmp_path: Path) -> None:
    text = TEXT.replace("\r", "")
    reviewed = unit("a b/ù", text, span(text, "Roma", "LOC"), span(text, "Nicolo\u0300 Bo", "PER"),
                    span(text, "«Sì»", "CONTENT"), span(text, "Sì", "MISC"),
                    state=IN_PROGRESS)  # fmt: skip
    written = exported(tmp_path, reviewed)
    assert "SpacesBefore=\\n\\s" in written and "SpacesAfter=\\t\\n\\n" in written
    assert "SpacesAfter=\\u00a0" in written and "SpaceAfter=No" in written
    articles = tmp_path / "new"
    assert chiosa("import", tmp_path / "out", "--into", articles).returncode == 0
    (path,) = articles.glob("*.txt")
    assert path.read_bytes().decode("utf-8") == text
    annotation = kept(articles, path.stem, "anna")
    assert [m[:2] for m in marks(annotation, articles, path.stem)] == [
        ("Roma", "LOC"), ("«Sì»", "CONTENT"), ("Sì", "MISC"), ("Nicolo\u0300 Bo", "PER"),
    ]  # fmt: skip
    assert annotation.state == IN_PROGRESS


def test_another_parser_reads_it_and_gives_it_back(tmp_path: Path) -> None:
    units = [quoted(), *corpus(tmp_path / "articles", 20)]
    written = exported(tmp_path, *units)
    sentences = conllu.parse(written)
    assert "".join(sentence.serialize() for sentence in sentences) == written
    first = next(s for s in sentences if s.metadata.get("newdoc id") == "q")
    roma = first[0]
    assert (roma["form"], roma["misc"]) == (
        "Roma", {"start_char": "0", "end_char": "4", "NER": "B-LOC", "SpaceAfter": "No"},
    )  # fmt: skip
    told = [t["form"] for s in sentences if s.metadata["sent_id"].startswith("q-")
            for t in s if "SOURCE" in t["misc"]]  # fmt: skip
    assert told == ["ministro", "Nicolò", "Dell'", "Acqua"]
    assert all(" " not in s.metadata["sent_id"] for s in sentences)
    assert len({s.metadata["sent_id"] for s in sentences}) == len(sentences)
    assert [t["id"] for t in first] == list(range(1, len(first) + 1))


def test_what_was_changed_there_comes_back(tmp_path: Path) -> None:
    text = "Anna Bo va da Roma a Milano.\n"
    articles = folder_of(tmp_path, text)
    written = exported(tmp_path, unit("uno", text, span(text, "Anna", "PER"), span(text, "Roma", "LOC")))
    sentences = conllu.parse(written)
    for token in sentences[0]:
        misc = token["misc"]
        if token["form"] == "Roma":
            del misc["NER"]
        elif token["form"] in ("Bo", "Milano"):
            misc["NER"] = {"Bo": "I-PER", "Milano": "B-LOC"}[token["form"]]
    (tmp_path / "out" / FILE).write_text(sentences[0].serialize(), encoding="utf-8")
    assert chiosa("import", tmp_path / "out", "--into", articles, "--annotator", "Lina").returncode == 0
    assert [m[:2] for m in marks(kept(articles), articles)] == [("Anna Bo", "PER"), ("Milano", "LOC")]


def test_labels_of_another_scheme(tmp_path: Path) -> None:
    """Names with what parts fields in them, and a quote's that is not in capitals."""
    scheme = tmp_path / "scheme.toml"
    scheme.write_text(
        '[[labels]]\nname = "una|cosa = 1%"\nlayer = "entities"\nkey = "1"\n'
        '[[labels]]\nname = "Detto fatto"\nlayer = "quotes"\nkey = "2"\n',
        encoding="utf-8",
    )
    text = "Anna va.\n"
    reviewed = unit("uno", text, span(text, "Anna", "una|cosa = 1%"), span(text, "Anna va", "Detto fatto"))
    exported(tmp_path, reviewed, scheme=load_scheme(scheme))
    articles = tmp_path / "new"
    run = chiosa("import", tmp_path / "out", "--into", articles, "--scheme", scheme)
    assert run.returncode == 0, run.stderr
    assert [m[:2] for m in marks(kept(articles, annotator="anna"), articles)] == [
        ("Anna va", "Detto fatto"), ("Anna", "una|cosa = 1%"),
    ]  # fmt: skip


def test_words_of_several_are_in_the_text_once(tmp_path: Path) -> None:
    """As in Italian treebanks: *dell'* is *di* and *l'* there, and only it stands in the text."""
    found, _said = imported(
        tmp_path,
        "# sent_id = 1", "# text = Il presidente dell'Ansa.",
        row("1", "Il"), row("2", "presidente"), row("3-4", "dell'", "SpaceAfter=No"), row("3", "di"),
        row("4", "l'"), row("5", "Ansa", "SpaceAfter=No|NER=B-ORG"), row("5.1", "che"), row("6", "."),
        "",
        "# newpar", row("1", "Ieri"),
    )  # fmt: skip
    assert text_of(tmp_path) == "Il presidente dell'Ansa.\nIeri"
    assert found == ["Ansa ORG"]


def test_tags_on_parts_of_a_word_count_for_the_whole(tmp_path: Path) -> None:
    found, said = imported(
        tmp_path,
        row("1", "Reggio", "NER=B-LOC"), row("2-3", "nell'", "SpaceAfter=No"), row("2", "in", "NER=I-LOC"),
        row("3", "l'", "NER=I-LOC"), row("4", "Emilia", "NER=I-LOC"), row("5-6", "della"),
        row("5", "di"), row("6", "la", "NER=B-ORG"), row("7", "Rai", "NER=I-ORG"),
    )  # fmt: skip
    assert found == ["Reggio nell'Emilia LOC", "della Rai ORG"]
    assert "1 span that began or ended within a token of several words holds all of it now" in said


def test_stanza_says_where_entities_end(tmp_path: Path) -> None:
    found, _said = imported(
        tmp_path,
        row("1", "Anna", "start_char=0|end_char=4|ner=B-PER"),
        row("2", "Bo", "start_char=5|end_char=7|ner=E-PER"),
        row("3", "Roma", "start_char=8|end_char=12|ner=S-LOC"),
        row("4", "ieri", "start_char=13|end_char=17|ner=O"),
    )
    assert found == ["Anna Bo PER", "Roma LOC"]


def test_what_has_no_place_here_is_told(tmp_path: Path) -> None:
    _found, said = imported(tmp_path, row("1", "Anna", "Entity=(person-1)"), row("2", "va", "Gloss=I"))
    assert "not taken over, having no place here: 1 token with Entity= (coreference)" in said


@pytest.mark.parametrize(
    ("rows", "line", "reason"),
    [
        ((row("1", "Anna", "NER=I-PER"),), 1, "NER=I-PER goes on with a span that has not begun"),
        ((row("1", "Anna"), "2 va"), 2, "has 2 columns, not ten parted by tabs"),
        ((row("x", "Anna"),), 1, "has no number"),
        ((row("1", ""),), 1, "has no word"),
        (("# chiosa_state = done", row("1", "Anna"), row("2", "va", "start_char=9")), 3,
         "start_char=9 of «va» should be 5"),
        (("# chiosa_state = finito", row("1", "Anna")), 1, "no state 'finito'"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, rows: tuple[str, ...], line: int, reason: str
) -> None:
    sound = ("# newdoc id = uno", row("1", "Eva"), "", "# newdoc id = due")
    _found, said = imported(tmp_path, *sound, *rows)
    place = line + 4 if "state" not in reason else 4
    assert said.startswith(f"chiosa: {tmp_path / 'in.conllu'}:{place}: {reason}"), said
    assert [path.name for path in (tmp_path / "new").glob("*.txt")] == ["uno.txt"]
