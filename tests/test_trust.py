"""What strangers put into a folder, a store or the settings stays in its place, and nothing of it is run."""

from __future__ import annotations

import ast
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ADNKRONOS, REPOSITORY
from hostile import WORDS, article_text
from hypothesis import given
from hypothesis import strategies as st

from annotations import edits
from annotations.annotation import Annotation
from annotations.article import Article, ArticleError, load_article
from annotations.atomic import write_atomically
from annotations.folder import Watched, article_paths, load_articles
from annotations.history import History
from annotations.scheme import Scheme, default_scheme, load_scheme
from annotations.storage import AtomicJSONStorage
from annotations.store import Store, StoreError, file_name
from tui.keys import actions
from tui.settings import SettingsError, load_settings

SOURCES = sorted(path for name in ("annotations", "tui") for path in (REPOSITORY / name).rglob("*.py"))


def chiosa(*arguments: object, umask: int = 0o022) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tui", *map(str, arguments)]
    environment = {**os.environ, "CHIOSA_ANNOTATOR": "Lina"}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, umask=umask, env=environment
    )


def edited(store: Store, article: Article) -> None:
    session = store.open(article)
    session.save(History(edits.add(Annotation(store.annotator), 0, 4, "PER", store.scheme)[0]))
    session.close()


# ---- names that mean paths ----------------------------------------------------------------------------

_NAMES = st.text(st.characters(), min_size=1) | st.sampled_from(
    ["..", ".", "../../x", "/etc/passwd", "a/../../b", "~", "C:\\x", "x\0y", "a" * 4000, *WORDS.values()]
)


@given(_NAMES, _NAMES)
def test_no_id_and_no_name_leaves_the_store(article_id: str, annotator: str) -> None:
    root = Path("/store/.chiosa")
    path = Store(root, annotator, default_scheme()).path(article_id)
    assert path.parent.parent == root / "annotations"
    for name in (path.name, path.parent.name):
        assert name not in (".", "..") and "/" not in name and "\0" not in name
        assert name.isprintable() and len(os.fsencode(name)) <= 255


def test_two_names_are_two_files() -> None:
    assert len({file_name(name) for name in WORDS.values()}) == len(WORDS)


@pytest.mark.parametrize("sha256", ["../../secret", "/etc/hostname", "..", "", "x\0", "A" * 64, 5, None])
def test_a_text_is_looked_for_in_the_store_only(
    store: Store, adnkronos: Article, folder: Path, sha256: object
) -> None:
    edited(store, adnkronos)
    (folder / "secret.txt").write_text("another text")
    path = store.path(ADNKRONOS)
    tables = json.loads(path.read_bytes())
    tables["meta"]["1"]["sha256"] = sha256
    path.write_text(json.dumps(tables))
    with pytest.raises(StoreError, match=r"damaged|wrong|missing"):
        store.open(adnkronos)


def test_a_text_that_is_not_what_it_is_called_counts_for_nothing(store: Store, adnkronos: Article) -> None:
    edited(store, adnkronos)
    (text,) = (store.root / "texts").iterdir()
    text.write_text("somebody's words")
    assert store.text(adnkronos.sha256) is None


# ---- links --------------------------------------------------------------------------------------------


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret" / "plan.txt"
    path.parent.mkdir()
    path.write_text("Roma, 4 set. - Nobody else may read this. Mario Rossi.\n")
    return path


def test_a_link_that_leads_out_of_the_folder_is_no_article(folder: Path, secret: Path) -> None:
    (folder / "link.txt").symlink_to(secret)
    (folder / "round.txt").symlink_to(folder / "round.txt")
    (folder / "inside.txt").symlink_to(f"{ADNKRONOS}.txt")
    found = {a.id if isinstance(a, Article) else str(a) for a in load_articles(article_paths(folder))}
    assert {"inside", ADNKRONOS} <= found
    (refused,) = [words for words in found if "leads out of the folder" in words]
    assert refused.startswith(str(folder / "link.txt"))
    watched = Watched(folder, ())
    assert isinstance(watched.read(folder / "link.txt"), ArticleError)
    assert isinstance(watched.read(folder / "inside.txt"), Article)


def test_a_folder_that_is_itself_reached_by_a_link(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "there").symlink_to(folder)
    assert all(isinstance(a, Article) for a in load_articles(article_paths(tmp_path / "there")))


def test_a_link_that_is_named_is_followed(folder: Path, secret: Path) -> None:
    link = folder / "link.txt"
    link.symlink_to(secret)
    assert load_article(link).id == "link"
    run = chiosa("suggest", link, "--model", "rules")
    assert (run.returncode, (folder / ".chiosa/annotations/Lina/link.json").exists()) == (0, True), run.stderr
    assert not list(secret.parent.glob(".*")), "nothing is written where the link leads"


def test_what_only_another_may_read_is_not_copied_into_the_store(folder: Path, secret: Path) -> None:
    (folder / "link.txt").symlink_to(secret)
    run = chiosa("suggest", folder, "--model", "rules")
    assert "leads out of the folder" in run.stderr
    assert secret.read_text() not in [path.read_text() for path in (folder / ".chiosa/texts").iterdir()]


def test_a_temporary_file_that_is_a_link_is_not_written_through(tmp_path: Path, secret: Path) -> None:
    before = secret.read_text()
    (tmp_path / f".a.json.{os.getpid()}.tmp").symlink_to(secret)
    write_atomically(tmp_path / "a.json", b"{}")
    assert (tmp_path / "a.json").read_bytes() == b"{}"
    assert not (tmp_path / "a.json").is_symlink()
    assert secret.read_text() == before


def test_a_link_to_nowhere_in_the_store_makes_no_file_there(store: Store, adnkronos: Article) -> None:
    path, nowhere = store.path(ADNKRONOS), store.root / "nowhere.json"
    path.parent.mkdir(parents=True)
    path.symlink_to(nowhere)
    edited(store, adnkronos)
    assert not nowhere.exists()
    assert len(store.load(adnkronos).history.annotation.spans) == 1


def test_a_link_in_the_store_to_a_file_that_is_not_ours_changes_nothing(
    store: Store, adnkronos: Article, secret: Path
) -> None:
    path, before = store.path(ADNKRONOS), secret.read_text()
    path.parent.mkdir(parents=True)
    path.symlink_to(secret)
    with pytest.raises(StoreError):
        store.open(adnkronos)
    assert secret.read_text() == before


# ---- permissions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("umask", [0, 0o027])
def test_nothing_is_for_everyone_to_write_to(folder: Path, tmp_path: Path, umask: int) -> None:
    for command in (
        ("suggest", folder, "--model", "rules"),
        ("suggest", folder, "--model", "rules", "--jsonl", tmp_path / "out.jsonl"),
        ("export", tmp_path / "new" / "training", "--from", folder, "--partial"),
    ):
        assert chiosa(*command, umask=umask).returncode in (0, 1)
    made = [*(folder / ".chiosa").rglob("*"), folder / ".chiosa", tmp_path / "out.jsonl"]
    made += [path for path in (tmp_path / "new").rglob("*") if path.exists()]
    assert len(made) > 6
    for path in made:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert not mode & (0o002 | umask & 0o777), f"{path} {mode:o}"
        if path.suffix in (".json", ".jsonl", ".txt"):
            assert mode == 0o664 & ~umask, f"{path} {mode:o}"


def test_a_file_that_everyone_could_write_to_stays_so_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}")
    path.chmod(0o666)
    AtomicJSONStorage(path).write({})
    assert stat.S_IMODE(path.stat().st_mode) == 0o664


# ---- code ---------------------------------------------------------------------------------------------

_RUNS = {
    "eval", "exec", "compile", "__import__", "literal_eval", "pickle", "marshal", "shelve", "dill",
    "cloudpickle", "jsonpickle", "joblib", "yaml", "srsly", "runpy", "import_module", "find_spec",
    "subprocess", "system", "popen", "shell", "create_subprocess_exec", "create_subprocess_shell",
    "execv", "execve", "execvp", "spawnv", "posix_spawn",
}  # fmt: skip
"""What runs code, starts programs, or finds a thing by a name that could come from a file."""
_KNOWN = {
    ("annotations/suggesters/__init__.py", "import_module"): "spaCy, by its own name",
    ("annotations/suggesters/__init__.py", "find_spec"): "the model that --model names",
    ("annotations/suggesting.py", "create_subprocess_exec"): "the suggesting process, by a fixed command",
    ("annotations/suggesting.py", "subprocess"): "its pipes",
    ("tui/web/server.py", "subprocess"): "the type of a desk that is served, started by a quoted command",
    ("annotations/formats/spacy_import.py", "srsly"): "unpacks maps, lists, texts and numbers, no objects",
    ("tui/cli.py", "import_module"): "a command of the fixed list",
    ("annotations/components/encoder.py", "import_module"): "onnxruntime and tokenizers, by their own names",
}
"""Where it is needed, and why nothing from a store, a scheme, an import or the settings gets there."""


def _used(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Attribute) and not _is_re(node):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg


def _is_re(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("re", "asyncio") and node.attr == "compile"


def test_nothing_in_the_source_runs_what_a_file_says() -> None:
    found = {
        (path.relative_to(REPOSITORY).as_posix(), name)
        for path in SOURCES
        for name in _used(path)
        if name in _RUNS
    }
    assert len(SOURCES) > 80
    assert found - set(_KNOWN) == set(), "say here why this is safe, or do without"
    assert set(_KNOWN) - found == set(), "no longer there"


PAYLOADS = (
    {"py/object": "os.system", "__reduce__": ["os.system", ["touch {mark}"]]},
    "__import__('os').system('touch {mark}')",
    "!!python/object/apply:os.system ['touch {mark}']",
    "$(touch {mark})", "`touch {mark}`", "{0.__class__.__init__.__globals__}", "/tmp/model", "evil_model",
)  # fmt: skip


def test_a_store_cannot_have_anything_run_or_a_model_loaded(folder: Path, tmp_path: Path) -> None:
    """Its ``suggester`` names what proposed last, and is only compared with what is loaded."""
    mark = tmp_path / "mark"
    model = tmp_path / "evil"
    model.mkdir()
    for name in ("config.cfg", "meta.json", "__init__.py"):
        (model / name).write_text(f"open({str(mark)!r}, 'w')\n")
    assert chiosa("suggest", folder, "--model", "rules").returncode == 0
    path = folder / ".chiosa/annotations/Lina" / f"{ADNKRONOS}.json"
    tables = json.loads(path.read_bytes())
    for payload in (*PAYLOADS, str(model)):
        words = json.dumps(payload).replace("{mark}", str(mark))
        record = tables["annotation"]["1"]
        record["suggester"] = record["annotator"] = json.loads(words) if "{" not in words else words
        for span in record["spans"]:
            span["origin"] = words
        record["notes"] = [{"target": "", "flagged": False, "words": words}]
        path.write_text(json.dumps(tables))
        article = load_article(folder / f"{ADNKRONOS}.txt")
        store = Store(folder / ".chiosa", "Lina", default_scheme())
        assert store.load(article).history.annotation.notes[0].words == words
    for command in (("show", folder / f"{ADNKRONOS}.txt"), ("stats", folder), ("suggest", folder)):
        run = chiosa(*command, *(("--model", "rules") if command[0] != "stats" else ()))
        assert run.returncode == 0, run.stderr
    assert not mark.exists()


def test_a_scheme_and_settings_are_data(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    for payload in PAYLOADS:
        words = json.dumps(payload).replace("{mark}", str(mark))
        value = json.dumps(words)
        (tmp_path / "scheme.toml").write_text(
            f'name = {value}\n[[labels]]\nname = "PER"\nlayer = "entities"\nkey = "1"\nguideline = {value}\n'
        )
        assert load_scheme(tmp_path / "scheme.toml")["PER"].guideline == words.strip()
        (tmp_path / "settings.toml").write_text(f"theme = {value}\n[keys]\n{value} = {value}\n")
        with pytest.raises(SettingsError):
            load_settings(tmp_path / "settings.toml", actions())
    assert not mark.exists()


def test_the_readme_says_that_a_model_is_code() -> None:
    readme = " ".join((REPOSITORY / "README.md").read_text(encoding="utf-8").split())
    assert "A pipeline can run code of its own: name only those that you trust." in readme


# ---- halves of UTF-16 ---------------------------------------------------------------------------------


def test_what_json_can_bring_and_utf_8_cannot_hold_is_saved_again(
    store: Store, scheme: Scheme, adnkronos: Article
) -> None:
    edited(store, adnkronos)
    path = store.path(ADNKRONOS)
    path.write_bytes(path.read_bytes().replace(b'"editor:Lina"', rb'"x\ud800y\\ud800"'))
    session = store.open(adnkronos)
    history = session.loaded.history
    assert history.annotation.spans[0].origin == "x\ud800y\\ud800"
    session.save(history.apply("x", edits.add(history.annotation, 5, 9, "LOC", scheme)[0]))
    session.close()
    assert store.load(adnkronos).history.annotation.spans[0].origin == "x\ud800y\\ud800"


def test_a_text_of_such_halves_is_refused_as_one(tmp_path: Path) -> None:
    from annotations.article import make_article

    with pytest.raises(ArticleError, match="half"):
        make_article(article_text("\ud800"), tmp_path / "x.txt")
