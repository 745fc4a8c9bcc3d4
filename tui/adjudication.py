"""An adjudicator's review of an article: its keys decide conflicts of other annotators; without Textual."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from annotations.adjudication import Adjudication
from annotations.annotation import KINDS, SUGGESTED, Annotation, Span
from annotations.article import Article
from annotations.conflicts import Conflict, place
from annotations.history import History
from annotations.language import _, n_
from annotations.scheme import Scheme
from tui.review import Review


class AdjudicationReview(Review):
    """One adjudicator's review of one article.

    A conflict is walked to and decided as a whole. Where the current span is in none, all keys do what they
    always do, and so do those that make a third answer: digits, edges, links, new spans.
    """

    def __init__(
        self, article: Article, history: History, scheme: Scheme, adjudication: Adjudication
    ) -> None:
        self.adjudication = adjudication
        super().__init__(article, history, scheme)

    @property
    def conflict(self) -> Conflict | None:
        """The conflict that the current span belongs to."""
        span = self.current
        return self.adjudication.conflict_at(span) if span is not None else None

    @property
    def open_conflicts(self) -> int:
        """How many conflicts wait for a decision."""
        return len(self.adjudication.open(self.annotation))

    @property
    def rivals(self) -> tuple[Span, ...]:
        """The spans of the other versions of the current conflict, while it is open."""
        span, conflict = self.current, self.conflict
        if span is None or span.decided or conflict is None:
            return ()
        standing = self.adjudication.standing(self.annotation)
        said = {place(s): s for version in conflict.versions for s in version.spans}
        return tuple(replace(s, id="", status=SUGGESTED) for p, s in said.items() if p not in standing)

    # ---- keys ----------------------------------------------------------------------------------------

    def next_to_decide(self, step: int = 1) -> None:
        """To the next (or, with -1, the previous) open conflict, round the end of the article."""
        if not self._walk_undecided(step):
            self.message = _("no conflict left to decide: d = done")

    def take(self, number: int) -> None:
        """Take a version of the current conflict, counted from 0 as they are shown, and go on."""
        conflict = self.conflict
        if conflict is None:
            self.message = _("no conflict here: n goes to the next one")
        elif number >= len(conflict.versions):
            self.message = _("nobody says anything else here")
        else:
            version = conflict.versions[number]
            what = _("{words}: nothing, as in {who}") if version.empty else _("{words} as in {who}")
            self._settle(
                "take none" if version.empty else "take",
                conflict,
                self.adjudication.take(self.annotation, conflict, version),
                what.replace("{who}", _named(version.annotators)),
            )

    def accept(self) -> None:
        """Take the first version of the current conflict; elsewhere accept the span."""
        if self.conflict is not None:
            self.take(0)
        else:
            super().accept()

    def reject(self) -> None:
        """Take none of the versions; elsewhere reject the span, also one that an annotator has made."""
        conflict, span = self.conflict, self.current
        if conflict is not None and conflict.versions[-1].empty:
            self.take(len(conflict.versions) - 1)
        elif conflict is not None:
            outcome = self.adjudication.refuse(self.annotation, conflict)
            self._settle("take none", conflict, outcome, _("{words}: none of the versions"))
        elif span is not None and place(span) in self.adjudication.known:
            self._decide("reject", lambda a: self.adjudication.reject(a, span), span, _("{words} rejected"))
        else:
            super().reject()

    def done(self, confirmed: bool = False) -> bool:
        """Mark the article done; with conflicts open only when that is confirmed."""
        count = self.open_conflicts
        if count and not confirmed and not self.read_only:
            self.message = n_(
                "{n} conflict open: n goes there, E takes the first version, d again leaves it",
                "{n} conflicts open: n goes there, E takes all first, d again leaves them open",
                count,
            )
            return False
        return super().done(confirmed)

    # ---- inside --------------------------------------------------------------------------------------

    def _settle(self, name: str, conflict: Conflict, outcome: Annotation, what: str) -> None:
        """Apply a decision on a conflict and go on."""
        answers = conflict.places | conflict.quotes
        focus = next((span for span in outcome.spans if place(span) in answers), None)
        if focus is not None:
            self._decide(name, lambda _annotation: outcome, focus, what)

    def _edit(self, name: str, edit: Callable[[Annotation], Annotation], focus: str) -> bool:
        """Apply an edit; another cue or source takes the place of the one that a version has."""
        if name not in (*KINDS, *(f"no {kind}" for kind in KINDS)):
            return super()._edit(name, edit, focus)
        return super()._edit(name, lambda a: self.adjudication.without_unlinked(edit(a), focus), focus)

    def _walk_undecided(self, step: int = 1) -> bool:
        """To the next (or previous) open conflict, or suggestion of the adjudicator's own."""
        self._on_my_own()
        self.match = None
        stops = self._stops()
        current, conflict = self.current, self.conflict
        here: tuple[int, ...] | tuple[int, int, str, str] = (self._place,)
        if current is not None:
            # the parts of a conflict may lie apart, with others between them: it counts where it begins
            first = next((s for s in stops if self.adjudication.conflict_at(s) is conflict), None)
            here = first.order if conflict is not None and first is not None else current.order
        if step > 0:
            target = next((s for s in stops if s.order > here), stops[0] if stops else None)
        else:
            target = next((s for s in reversed(stops) if s.order < here), stops[-1] if stops else None)
        if target is not None:
            self.current_id = target.id
        return target is not None

    def _stops(self) -> list[Span]:
        """The first undecided span of each open conflict, and those that are in none, in reading order."""
        seen: set[int] = set()
        stops = []
        for span in self.annotation.spans:
            if span.status == SUGGESTED:
                conflict = self.adjudication.conflict_at(span)
                if conflict is None or id(conflict) not in seen:
                    stops.append(span)
                    seen.add(id(conflict))
        return stops


def _named(annotators: tuple[str, ...]) -> str:
    """Names for a message that is filled in later."""
    return ", ".join(annotators).replace("{", "{{").replace("}", "}}")
