"""The seam for whatever proposes spans: what a suggester is, and how one is found by its name.

A model is named as on the command line: ``it_chiosa_news``, the pipeline that comes with Chiosa, ``rules``,
``none`` (tokens only), an installed spaCy package, or a folder with a spaCy pipeline; or two of these with a
plus between them, of which the second only tells where it disagrees. Where none is named, it is the one that
``chiosa train`` has made for the store: see `STORE`. Importing this module does not import
spaCy; loading a suggester does.
"""

from __future__ import annotations

import importlib
import importlib.util
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path

from annotations.annotation import Proposal
from annotations.errors import ChiosaError
from annotations.language import _
from annotations.tokens import Tokens

SHIPPED = "it_chiosa_news"
"""The pipeline that comes with Chiosa, and the default."""
SHIPPED_FOLDER = Path(__file__).parent.parent / "pipelines" / SHIPPED
RULES = "rules"
NONE = "none"
STORE = "store:"
"""Before the path of a store's folder of models: the one that is current there, else the shipped one."""
CURRENT = "current"
"""The file in such a folder that names the current one."""
TRAINING_FILE = "training.json"
"""The file in a trained pipeline's folder that says what it was trained on; it is never written again."""
_PIPELINE_FILES = ("config.cfg", "meta.json")


class SuggesterError(ChiosaError):
    """A model that cannot be used; the message names it and the remedy."""


class Suggester(ABC):
    """Proposes spans for texts.

    ``name`` is the pipeline's name and version, as in ``rules@0.1.0``; behind the version of a pipeline in a
    folder stands what its files are known by, so that one trained anew there is told from the one before.
    ``notice`` says, for a person, why another suggester than the one asked for does the work; else "".
    """

    name: str
    notice: str = ""

    @abstractmethod
    def tokens(self, text: str) -> Tokens:
        """The desk's grid for a text: some milliseconds per thousand words."""

    @abstractmethod
    def suggest(self, text: str, tokens: Tokens | None = None) -> Proposal:
        """Spans on the grid and links between them; ``tokens``, where at hand, spare making them again."""

    def suggest_all(self, texts: Iterable[str]) -> Iterator[Proposal | ChiosaError]:
        """The same for many texts, in their order; an error stands in for a proposal that failed."""
        for text in texts:
            yield self._try(text)

    def _try(self, text: str) -> Proposal | ChiosaError:
        try:
            return self.suggest(text)
        except Exception as error:  # somebody else's pipeline: one text must not end the others
            reason = " ".join(str(error).split())[:200]
            reason = f"{type(error).__name__}: {reason}"
            return SuggesterError(_("no suggestions: {reason}").format(reason=reason))


def load_suggester(model: str, threads: int = 1) -> Suggester:
    """The suggester called ``model``; imports spaCy, so this takes a second or more.

    Where the pipeline that comes with Chiosa cannot be run here, the rules stand in, and their ``notice``
    says why. ``threads`` is how many may work on texts at once; 0 is all cores.

    Raises:
        SuggesterError: there is no such pipeline, or it or spaCy cannot be loaded.
    """
    check_model(model)
    import_spacy()
    if (both := _two(model)) is not None:
        from annotations.suggesters.second import TwoSuggesters

        return TwoSuggesters(*(load_suggester(name, threads) for name in both))
    if model in (RULES, NONE):
        from annotations.suggesters.rules import NoSuggester, RuleSuggester

        return RuleSuggester() if model == RULES else NoSuggester()
    from annotations.suggesters.pipeline import PipelineSuggester

    if model.startswith(STORE):
        return _of_store(Path(model.removeprefix(STORE)), threads)
    if model != SHIPPED:
        folder = _folder(model)
        released = folder is not None and (folder / TRAINING_FILE).is_file()
        return PipelineSuggester(folder or model, threads, released=released)
    try:
        return PipelineSuggester(SHIPPED_FOLDER, threads, released=True)
    except SuggesterError as error:
        from annotations.suggesters.rules import RuleSuggester

        rules = RuleSuggester()
        rules.notice = _("rules suggest, since {reason}").format(reason=error)
        return rules


def model_of_store(models: Path) -> str:
    """The model to use where none was named: that which is current in a store's folder of models."""
    return f"{STORE}{models}" if (models / CURRENT).is_file() else SHIPPED


def _of_store(models: Path, threads: int) -> Suggester:
    """The store's current model; the shipped one with a notice where it cannot be loaded."""
    try:
        name = (models / CURRENT).read_text(encoding="utf-8").strip()
        if not name or Path(name).name != name or name.startswith("."):
            raise SuggesterError(_("{path}: names no model").format(path=models / CURRENT))
        folder = models / name
        check_model(str(folder))
        return load_suggester(str(folder), threads)
    except (SuggesterError, OSError, UnicodeDecodeError) as error:
        shipped = load_suggester(SHIPPED, threads)
        reason = f"{error}" if isinstance(error, ChiosaError) else f"{models / CURRENT}: {error}"
        said = _("the shipped pipeline suggests, since {reason}; chiosa train --use shipped settles that")
        shipped.notice = " ".join([said.format(reason=reason), shipped.notice]).strip()
        return shipped


def import_spacy() -> None:
    """Import spaCy, which takes a second.

    Raises:
        SuggesterError: it is missing or broken, and with it all of Chiosa that reads words.
    """
    try:
        importlib.import_module("spacy")
    except Exception as error:  # a part that was compiled for another one fails with more than ImportError
        reason = " ".join(str(error).split())[:200]
        raise SuggesterError(
            _("spaCy cannot be imported ({reason}); reinstall Chiosa").format(reason=reason)
        ) from error


def check_model(model: str) -> None:
    """See that ``model`` can be loaded, as far as that shows without importing spaCy.

    Raises:
        SuggesterError: a package that is not installed or no pipeline, a path that is missing or no
            pipeline's folder.
    """
    if model in (SHIPPED, RULES, NONE) or model.startswith(STORE) or _is_package(model):
        return
    if (both := _two(model)) is not None:
        for name in both:
            check_model(name)
        return
    folder = _folder(model)
    if folder is None:
        raise SuggesterError(
            _("model {model!r}: no such spaCy package is installed; pip install it, or use rules").format(
                model=model
            )
        )
    if not folder.exists():
        raise SuggesterError(
            _("model {model}: no such folder; check the path, or use rules").format(model=model)
        )
    if not folder.is_dir():
        raise SuggesterError(
            _("model {model}: is a file; give the folder of a spaCy pipeline").format(model=model)
        )
    missing = [name for name in _PIPELINE_FILES if not (folder / name).is_file()]
    if missing:
        best = folder / "model-best"
        if best.is_dir():
            remedy = _("did you mean {folder}?").format(folder=best)
        else:
            remedy = _("give the folder that spaCy saved")
        raise SuggesterError(
            _("model {model}: is no spaCy pipeline, it has no {file}; {remedy}").format(
                model=model, file=missing[0], remedy=remedy
            )
        )


def _two(model: str) -> tuple[str, str] | None:
    """The two names of ``first+second``; None for one name, and for a folder that has a plus in its own."""
    first, plus, second = model.partition("+")
    if model.startswith(STORE):
        return None
    return (first, second) if plus and first and second and not Path(model).exists() else None


def _is_package(model: str) -> bool:
    """Whether an installed package of this name holds a spaCy pipeline; does not import it."""
    if not model.isidentifier():
        return False
    try:
        found = importlib.util.find_spec(model)
    except (ImportError, ValueError):
        return False
    return bool(found and found.origin and (Path(found.origin).parent / "meta.json").is_file())


def _folder(model: str) -> Path | None:
    """The path that ``model`` names, or None where it can only be a package's name."""
    if not model.strip() or "\0" in model or _is_package(model):
        return None
    path = Path(model).expanduser()
    looks_like_path = "/" in model or "\\" in model or model.startswith((".", "~"))
    return path if looks_like_path or path.exists() else None
