"""The training configs that lie beside exported files: small models that a laptop's CPU can train.

This module imports spaCy: keep it off the start-up path.
"""

from __future__ import annotations

import shlex
from pathlib import Path

from spacy.util import load_config_from_str, load_model_from_config

from annotations.components.quotes import SPANS_KEY
from annotations.errors import ChiosaError
from annotations.formats.spacy_docs import REJECTED_KEY
from annotations.formats.spacy_tasks import NER, SPANCAT
from annotations.language import _

BATCH_WORDS = {NER: (100, 1000), SPANCAT: (1000, 2000)}
"""Words of a batch at first and at most. spancat has few positives among thousands of candidates: with small
batches it took four times as many steps to find the first of them."""
LONGEST_NGRAM = 8
"""Tokens of the longest span that spancat's suggester proposes. Longer ranges cost much and bring nothing:
what is longer is CONTENT, which the quotation marks find."""

_HEADER = """\
# Trains on the files beside it, from whatever directory:
#   python -m spacy train {config} --output MODEL
# Each export writes this file anew, so change a copy. Where the folder has been moved, give
#   --paths.train, --paths.dev and --paths.base
"""

# What is not said here has spaCy's default and is filled in.
_COMMON = """\
[paths]
train = null
dev = null
base = null

[system]
gpu_allocator = null
seed = 0

[nlp]
lang = "it"
pipeline = ["tok2vec", "{task}"]

[corpora]

[corpora.train]
@readers = "spacy.Corpus.v1"
path = ${{paths.train}}
max_length = 0

[corpora.dev]
@readers = "spacy.Corpus.v1"
path = ${{paths.dev}}
max_length = 0

[components]

[components.tok2vec]
factory = "tok2vec"

[components.tok2vec.model]
@architectures = "spacy.Tok2Vec.v2"

[components.tok2vec.model.embed]
@architectures = "spacy.MultiHashEmbed.v2"
width = ${{components.tok2vec.model.encode.width}}
attrs = ["NORM", "PREFIX", "SUFFIX", "SHAPE"]
rows = [5000, 1000, 2500, 2500]
include_static_vectors = false

[components.tok2vec.model.encode]
@architectures = "spacy.MaxoutWindowEncoder.v2"
width = 96
depth = 4
window_size = 1
maxout_pieces = 3

[training]
dropout = 0.1
patience = 1000
max_epochs = 0
max_steps = 3000
eval_frequency = 100

[training.optimizer]
@optimizers = "Adam.v1"
learn_rate = 0.001

[training.batcher]
@batchers = "spacy.batch_by_words.v1"
discard_oversize = false
tolerance = 0.2

[training.batcher.size]
@schedules = "compounding.v1"
start = {words}
stop = {most_words}
compound = 1.001

[initialize]

[initialize.before_init]
@callbacks = "spacy.copy_from_base_model.v1"
tokenizer = ${{paths.base}}
vocab = null
"""

_NER = """
[components.ner]
factory = "ner"
incorrect_spans_key = "{rejected}"

[components.ner.model]
@architectures = "spacy.TransitionBasedParser.v2"
state_type = "ner"
extra_state_tokens = false
hidden_width = 64
maxout_pieces = 2
use_upper = true

[components.ner.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = ${{components.tok2vec.model.encode.width}}
"""

_SPANCAT = """
[components.spancat]
factory = "spancat"
spans_key = "{quotes}"
threshold = 0.5

[components.spancat.suggester]
@misc = "spacy.ngram_range_suggester.v1"
min_size = 1
max_size = {longest}

[components.spancat.model]
@architectures = "spacy.SpanCategorizer.v1"

[components.spancat.model.reducer]
@layers = "spacy.mean_max_reducer.v1"
hidden_size = 128

[components.spancat.model.scorer]
@layers = "spacy.LinearLogistic.v1"

[components.spancat.model.tok2vec]
@architectures = "spacy.Tok2VecListener.v1"
width = ${{components.tok2vec.model.encode.width}}
"""


def check_path(dest: Path) -> None:
    """Refuse a folder whose path a spaCy config cannot hold.

    Raises:
        ChiosaError: the path holds a dollar sign, which spaCy takes for a variable, a control character, or
            bytes that are not UTF-8.
    """
    if any(c == "$" or ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in str(dest)):
        raise ChiosaError(
            _(
                "{path!r}: spaCy cannot read a path with a $ or a control character; choose another folder"
            ).format(path=str(dest))
        )


def make_config(task: str, dest: Path) -> str:
    """The complete config of a task (``ner`` or ``spancat``), with the paths of an export to ``dest``.

    The paths are absolute, since spaCy reads relative ones from the working directory.
    """
    special = _NER if task == NER else _SPANCAT
    words, most_words = BATCH_WORDS[task]
    source = (_COMMON + special).format(
        task=task,
        words=words,
        most_words=most_words,
        rejected=REJECTED_KEY,
        quotes=SPANS_KEY,
        longest=LONGEST_NGRAM,
    )
    config = load_model_from_config(
        load_config_from_str(source, interpolate=False), auto_fill=True, validate=False
    ).config
    config["paths"]["train"] = str(dest / task / "train.spacy")
    config["paths"]["dev"] = str(dest / task / "dev.spacy")
    config["paths"]["base"] = str(dest / "base_it")
    header = _HEADER.format(config=shlex.quote(str(dest / task / "config.cfg")))
    return header + "\n" + config.to_str(interpolate=False) + "\n"
