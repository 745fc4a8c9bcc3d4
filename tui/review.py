"""A review in progress: all that an editor's keys do to an article; without Textual.

Decisions on spans that are there are in `tui.deciding`, moving about in `tui.reading`; here are quotes, new
spans, flags and notes.
"""

from __future__ import annotations

import re

from annotations import edits
from annotations.annotation import Annotation, Proposal, Span
from annotations.history import History
from annotations.language import _
from annotations.noting import set_note, toggle_flag
from annotations.reshaping import join, next_of_layer, split
from annotations.scheme import CONTENT, ROLES
from annotations.suggestions import merge
from tui.deciding import Deciding
from tui.display import display_line
from tui.reading import NO_TOKENS

_BETWEEN = re.compile(r"[.!?…;][»”\"')]*\s+\Z")
"""What stands between two sentences."""


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _opens(text: str, at: int) -> bool:
    """Whether a word begins there, and no mark that belongs to the word before."""
    return text[at].isalnum() or text[at] in "«“‘\"'("


class Review(Deciding):
    """One editor's review of one article."""

    # ---- quotes --------------------------------------------------------------------------------------

    def quote(self, kind: str) -> Span | None:
        """The quote whose ``source`` or ``cue`` is to be chosen: the current span, or the one it reports."""
        span = self._wanted()
        if span is None or not self._may_edit():
            return None
        if self.tokens is None:
            self.message = _(NO_TOKENS)
            return None
        if ROLES[kind] not in self.scheme:
            self.message = _("the scheme has no label {label}").format(label=ROLES[kind])
            return None
        if span.label == CONTENT:
            return span
        # The name of a speaker is a PER span and a SOURCE span at once: either leads to the quote.
        for role in self.annotation.spans:
            if role.label in ROLES.values() and (role.start, role.end) == (span.start, span.end):
                contents = self.annotation.contents_of(role.id)
                if contents:
                    return contents[0]
        around = [s for s in self.annotation.spans if s.label == CONTENT and s.overlaps(span.start, span.end)]
        if around:
            return around[0]
        self.message = _("go to a quote first ({label}): source and cue are chosen there").format(
            label=CONTENT
        )
        return None

    def link(self, content: Span, kind: str, target: tuple[int, int] | None) -> None:
        """Link a quote to the words that are its ``source`` or ``cue``; None says that it has none."""
        if target is None:
            changed = self._edit(
                f"no {kind}", lambda a: edits.link(a, content.id, kind, None, self.scheme), content.id
            )
            said = _("the quote has no {kind}") if changed else _("it had no {kind}")
            self.message = self.message or said.format(kind=_(kind))
        elif self._edit(
            kind, lambda a: edits.link_words(a, content.id, kind, *target, self.scheme), content.id
        ):
            self.message = f"{_(kind)}: «{display_line(self.article.text[slice(*target)])}»"

    def new_quote(self, offset: int, window: tuple[int, int] | None = None) -> None:
        """Make a quote of the quotation marks around an offset, or the next in its paragraph or ``window``.

        Its cue and its source are proposed at once.
        """
        if self.tokens is None:
            self.message = _(NO_TOKENS)
            return
        from annotations.quoting import quote_near

        made = [(s.start, s.end) for s in self.annotation.spans if s.label == CONTENT]
        found = quote_near(self.article.text, offset, window or (offset, offset), made)
        bounds = self.tokens.snap(*found) if found else None
        if bounds is None:
            self.message = _("no quotation marks here: v marks words by hand")
        else:
            self.selection = bounds
            self._label_selection(CONTENT)
            self.selection = None

    # ---- new spans -----------------------------------------------------------------------------------
    def set_label(self, key: str) -> None:
        """Label the selection, or relabel the current span, by a digit, and go on."""
        label = self.scheme.by_key(key)
        if label is None:
            keys = ", ".join(entry.key for entry in self.scheme.labels)
            self.message = _("no label has the key {key}; the labels have {keys}").format(key=key, keys=keys)
            return
        if self.selection is not None:
            self._label_selection(label.name)
            return
        if span := self._wanted():
            same = span.label == label.name
            self._decide(
                "accept" if same else "relabel",
                lambda a: edits.relabel(a, span.id, label.name, self.scheme),
                span,
                _("{words} accepted") if same else _("{words} is now {label}"),
            )

    def return_to(self, history: History, selection: tuple[int, int] | None, current_id: str | None) -> None:
        """As if the last key had not been pressed."""
        self.history, self.selection, self.current_id = history, selection, current_id
        self._on_my_own()
        self.message = ""

    def select(self, offset: int) -> None:
        """Begin a new span, if this article may be changed."""
        if self._may_edit():
            super().select(offset)

    def _label_selection(self, label: str) -> None:
        assert self.selection is not None
        start, end = self.selection
        words = (start, end, label)
        twin = next((s.id for s in self.annotation.spans if (s.start, s.end, s.label) == words), None)
        span_id = twin or f"s{self.annotation.next_id}"
        if self._edit("add", lambda a: self._added(a, start, end, label), span_id):
            self.selection = None
            self.current_id = span_id
            span = self.current
            assert span is not None
            self._go_on(span, _("{words} is now {label}"))
        elif not self.message:
            self.selection = None
            self.current_id = span_id
            self.message = _("it is {label} already").format(label=label)

    def _added(self, annotation: Annotation, start: int, end: int, label: str) -> Annotation:
        """With a new span; a quote brings the proposal of its cue and its source."""
        if label == CONTENT and self.tokens is not None:
            from annotations.quoting import add_quote

            text = self.article.text
            return add_quote(annotation, (start, end), text, self.tokens, self.scheme)[0]
        return edits.add(annotation, start, end, label, self.scheme)[0]

    def join(self) -> None:
        """Make one span of the current one and the next of its layer."""
        span = self._wanted()
        if span is None:
            return
        other = next_of_layer(self.annotation, span, self.scheme)
        if other is None:
            self.message = _("no span behind this one to join it with")
        elif "\n" in self.article.text[span.start : other.end]:
            self.message = _("the next span is in another paragraph: only spans of one are joined")
        elif self._edit("join", lambda a: join(a, span.id, other.id, self.scheme), span.id):
            joined = self.current
            assert joined is not None
            self.message = _("joined: {words}; u takes it back").format(words=self.named(joined))

    def cuts(self, span: Span) -> list[int]:
        """Where words inside a span begin: the places at which it can be split, with words on either side."""
        if self.tokens is None:
            return []
        text = self.article.text
        cuts, at = [], self.tokens.start_after(span.start)
        while at is not None and at < span.end:
            if _has_words(text[span.start : at]) and _has_words(text[at : span.end]):
                cuts.append(at)
            at = self.tokens.start_after(at)
        return cuts

    def likely_cut(self, span: Span, cuts: list[int]) -> int:
        """The number of the cut that is proposed first: between two sentences, else between two words."""
        text = self.article.text
        for number, cut in enumerate(cuts):
            if span.label == CONTENT and _BETWEEN.search(text, span.start, cut) and _opens(text, cut):
                return number
        return next((number for number, cut in enumerate(cuts) if _opens(text, cut)), 0)

    def split(self, span: Span, start: int) -> None:
        """Make two spans of one; the second begins at ``start``."""
        end = self.tokens.end_before(start + 1) if self.tokens else None
        if end is not None and self._edit(
            "split", lambda a: split(a, span.id, end, start, self.scheme)[0], span.id
        ):
            self.message = _("split in two; u takes it back")

    # ---- flags and notes -----------------------------------------------------------------------------

    def flag(self, target: str | None = None) -> None:
        """Flag the current span, or the article where there is none; once more takes the flag away.

        A ``target`` says which, as a note's does.
        """
        target = (self.current_id or "") if target is None else target
        if self._edit("flag", lambda a: toggle_flag(a, target), target):
            flagged = self.annotation.note(target).flagged
            if target:
                self.message = _("flagged: o goes from flag to flag") if flagged else _("no longer flagged")
            else:
                self.message = (
                    _("the article is flagged: o goes from flag to flag")
                    if flagged
                    else _("the article is no longer flagged")
                )

    def set_note(self, target: str, words: str) -> None:
        """Put words on a span, or on the article where ``target`` is empty."""
        if self._edit("note", lambda a: set_note(a, target, words), target):
            self.message = _("note kept") if words else _("note taken away")

    # ---- suggestions ---------------------------------------------------------------------------------

    def merge(self, suggester: str, proposal: Proposal) -> None:
        """Take in what a suggester proposes; nothing that is decided changes."""
        had_spans = bool(self.annotation.spans)
        self.history = self.history.absorb(merge(self.annotation, proposal, self.scheme, suggester))
        if self.current is None:
            self.current_id = None
            if not had_spans or not self.selection:
                self._go_to_start()
