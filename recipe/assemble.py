"""The pipeline's folder: an ordinary spaCy pipeline, with its weights, its card and its licence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from annotations.components.encoder import SETTINGS, ChiosaEncoder
from annotations.italian import blank_italian
from recipe.corpus import LABELS
from recipe.train import HEADS

NAME = "chiosa_news"
LICENCE = "CC BY-NC-SA 4.0"


def settings(temperatures: dict[str, float]) -> dict[str, Any]:
    """What the encoder's readers need to know of its heads."""
    labels = {"entities": list(LABELS), "roles": ["CUE", "SOURCE"], "marks": ["other", "quote"]}
    return {
        "heads": {
            name: {
                "start": part.start, "stop": part.stop, "labels": labels[name],
                "temperature": round(temperatures.get(name, 1.0), 3),
            }
            for name, part in HEADS.items()
        }
    }  # fmt: skip


def assemble(files: Path, version: str, out: Path) -> None:
    """Make the pipeline from a folder with the encoder's three files, and save it."""
    nlp = blank_italian()
    encoder: Any = nlp.add_pipe("chiosa_encoder")
    assert isinstance(encoder, ChiosaEncoder)
    encoder.from_disk(files)
    nlp.add_pipe("chiosa_entities")
    nlp.add_pipe("chiosa_dates")
    nlp.add_pipe("chiosa_quotes", config={"encoder": "chiosa_encoder"})
    nlp.meta.update(
        name=NAME, version=version, license=LICENCE, author="Chiosa",
        description="Entities, dates and quotes with their cues and sources, for Italian news",
    )  # fmt: skip
    nlp.to_disk(out)


def write_settings(folder: Path, temperatures: dict[str, float]) -> None:
    """Write the settings file beside the weights."""
    text = json.dumps(settings(temperatures), indent=1)
    (folder / SETTINGS).write_text(text + "\n", encoding="utf-8")


def write_card(folder: Path, card: str) -> None:
    """Write the card and the licence beside the pipeline."""
    (folder / "README.md").write_text(card, encoding="utf-8")
    (folder / "LICENSE").write_text(_LICENCE_TEXT, encoding="utf-8")


_LICENCE_TEXT = """\
The pipeline in this folder is licensed under the Creative Commons
Attribution-NonCommercial-ShareAlike 4.0 International licence (CC BY-NC-SA 4.0):
https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode

In short, and without replacing its text: you may share and adapt it if you give credit, do not use it
for commercial purposes, and pass on what you make of it under the same licence.

Credit is due to the authors of KIND (Paccosi and Palmero Aprosio), of NERMuD, of WikiNEuRal (Tedeschi,
Maiorca, Campolungo, Cecconi and Navigli), to Wikinews' writers (CC BY 2.5), and to Chiosa.

The encoder is derived from multilingual-e5-small, copyright Microsoft, under the MIT licence:

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction, including
without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the
following conditions: The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY
KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A
PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
