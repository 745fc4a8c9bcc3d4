"""``chiosa show ARTICLE``: print an article with its spans."""

from __future__ import annotations

import argparse
import json
import os
from itertools import pairwise
from pathlib import Path

from annotations.annotation import Annotation
from annotations.article import Article, load_article
from annotations.language import N_, _
from annotations.record import to_record
from annotations.scheme import Scheme
from annotations.suggestions import merge
from tui.commands.common import add_model_option, add_store_options, model_of, say, store_of
from tui.display import display, display_json, display_line

SUMMARY = N_("print an article with its spans highlighted")
EXAMPLE = N_("chiosa show articles/adnkronos-2025-09-04.txt --json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own options."""
    parser.add_argument("article", type=Path, metavar=_("ARTICLE"), help=_("a text file"))
    parser.add_argument("--json", action="store_true", help=_("print the article and its annotation as JSON"))
    add_store_options(parser)
    add_model_option(parser)


def run(args: argparse.Namespace) -> int:
    """Print what the desk would show; an article that was never opened gets suggestions, unsaved."""
    article = load_article(args.article)
    if article.notice:
        say(f"{article.path}: {article.notice}")
    store = store_of(args, args.article)
    loaded = store.load(article)
    for line in loaded.notices:
        say(line)
    for misfit in loaded.misfits:
        say(
            _("{article}: {label} «{words}» has no place in the text: {reason}").format(
                article=article.id, label=misfit.span.label, words=misfit.words, reason=misfit.reason.shown
            )
        )
    annotation = loaded.history.annotation
    if not loaded.exists:
        from annotations.suggesters import load_suggester

        suggester = load_suggester(model_of(args, store))
        annotation = merge(annotation, suggester.suggest(article.text), store.scheme, suggester.name)
    if args.json:
        print(display_json(json.dumps(to_record(article, annotation), ensure_ascii=False, indent=2)))
    else:
        _print(article, annotation, store.scheme, args.settings.theme)
    return 0


def _print(article: Article, annotation: Annotation, scheme: Scheme, theme: str) -> None:
    from rich.console import Console
    from rich.text import Text

    class _Console(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # a reader that has left is no failure of ours

    from tui import styles

    styles.use(styles.for_terminal(os.environ, theme))
    text = Text(display(article.text))
    edges = sorted({0, len(article.text), *(e for s in annotation.spans for e in (s.start, s.end))})
    for start, end in pairwise(edges):
        style = styles.stretch_style(annotation.over(start, end), None, scheme)
        if style is not styles.PLAIN:
            text.stylize(style, start, end)
    console = _Console(highlight=False, soft_wrap=True)
    console.print(text)
    console.print()
    for span in annotation.spans:
        words, label = display_line(article.text[span.start : span.end]), display_line(span.label)
        mark = styles.STATUS_MARKS[span.status]
        console.print(Text(f"{mark} {label:8}{span.start:6}-{span.end:<6} {words}"))
        for link in annotation.links:
            target = annotation.find(link.target) if link.content == span.id else None
            if target is not None:
                words = display_line(article.text[target.start : target.end])
                console.print(Text(f"    {_(link.kind)}: {words}"))
