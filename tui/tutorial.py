"""The tutorial's steps, and how each is seen to be done; without Textual.

A step is done when the review is as the step wants it, whichever keys led there. Where a decision is taken
back later, its step comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotations.annotation import ACCEPTED, DONE, REJECTED, SUGGESTED, Span
from annotations.language import N_, _
from annotations.scheme import ENTITIES

if TYPE_CHECKING:
    from tui.practice import Script
    from tui.review import Review

OPEN, CLOSE = "\x02", "\x03"
"""Around each key in a line of the tutorial, so that it can be shown as one."""

_BEYOND = len(" settembre")
"""Code points by which the suggestion «sabato 13» is short."""
_TEAM = "Polisportiva Conero"
"""What the suggestions overlook."""


class Tutorial:
    """How far the editor is: ``index`` is the step that is asked for, ``len(STEPS)`` after the last."""

    def __init__(self, review: Review, script: Script) -> None:
        self.review = review
        self.index = 0
        self._reached = 0
        self._remark = _WELCOME
        proposal = script.proposal(review.article.text)
        review.merge(script.suggester, proposal)
        ids = {(s.start, s.end, s.label): s.id for s in review.annotation.spans}
        self._ids = {s.id: ids[s.start, s.end, s.label] for s in proposal.spans}
        self._as_suggested = {s.id: s for s in proposal.spans}
        self.team = script.place(review.article.text, _TEAM)

    @property
    def finished(self) -> bool:
        """Whether every step is done."""
        return self.index == len(STEPS)

    def look(self) -> None:
        """See from the review which step is to be asked for now."""
        before = self.index
        taken_back = self._taken_back()
        if taken_back is None:
            while self._reached < len(STEPS) and STEPS[self._reached].done(self):
                self._reached += 1
            taken_back = self._taken_back()
        self.index = self._reached if taken_back is None else taken_back
        if self.index > before:
            self._remark = STEPS[self.index - 1 if taken_back is None else before].praise
        elif self.index < before:
            self._remark = N_("Back here: what this step asked for was taken back.")

    def rows(self, keys: Mapping[str, str]) -> tuple[str, str, str, str]:
        """Where the tutorial stands, a word on the last step, why there is this step, and what to press.

        Args:
            keys: the id of an action, with ``_`` for ``-``, and the key that a person reads for it; the name
                of a label, and its digit.
        """
        marked = {name: f"{OPEN}{key}{CLOSE}" for name, key in keys.items()}
        if self.finished:
            head, lines = _("The tutorial is done"), ["", _(_AFTERWARDS), _(_FAREWELL)]
        else:
            step = STEPS[self.index]
            ask, values = self._ask(step)
            head = _("Step {n} of {all}").format(n=self.index + 1, all=len(STEPS))
            lost = self._rejected_though_right()
            lines = [_(self._remark) if lost is None else _(_LOST), _(step.why), _(ask)]
            marked |= values
            if lost is not None:
                marked["lost"] = self.review.named(lost, 24)
        remark, why, ask = (line.format_map(marked) for line in lines)
        return head, remark, why, ask

    # ---- what the steps look at ------------------------------------------------------------------------

    def span(self, name: str) -> Span | None:
        """A span of the script as it is now."""
        return self.review.annotation.find(self._ids[name])

    def at(self, *names: str) -> bool:
        """Whether the editor is at one of these spans of the script."""
        return self.review.current_id in {self._ids[name] for name in names}

    def offered(self, name: str) -> bool:
        """Whether `t` would make the decision on this span, or on the current one of its words."""
        return self.review.offer == self._ids[name]

    def is_now(self, name: str, status: str, label: str = "", beyond: int = 0) -> bool:
        """Whether a span has this status and label and ends so many code points beyond the suggestion."""
        span, suggested = self.span(name), self._as_suggested[name]
        wanted = (suggested.start, suggested.end + beyond, label or suggested.label, status)
        return span is not None and (span.start, span.end, span.label, span.status) == wanted

    def source(self, name: str) -> Span | None:
        """Who said a quote, as far as that is linked."""
        return next(iter(self.review.annotation.linked(self._ids[name], "source")), None)

    def on_team(self) -> list[Span]:
        """The entities on the words that the suggestions overlooked."""
        review = self.review
        return [
            span
            for span in review.annotation.spans
            if span.status != REJECTED
            and review.scheme.layer(span.label) == ENTITIES
            and span.overlaps(*self.team)
        ]

    # ---- inside ----------------------------------------------------------------------------------------

    def _taken_back(self) -> int | None:
        return next((i for i in range(self._reached) if STEPS[i].lasting and not STEPS[i].done(self)), None)

    def _ask(self, step: Step) -> tuple[str, dict[str, str]]:
        """What to press now, and what is filled in besides the keys."""
        if self.review.annotation.state == DONE and step.name != "done":
            return N_("The article is marked done already: {undo} takes that back."), {}
        if self.review.letters is not None:
            key = "{letters}" if self.review.selection is None else "{select_letters}"
            return N_("Edges go by letters now: press {z} for words again.").replace("{z}", key), {}
        wrong = self._decided_otherwise(step)
        if wrong is not None:
            words, status = self.review.named(wrong, 24), _(wrong.status)
            line = N_("{words} ({label}) is {status} now: press {undo} until that is undone.")
            return line, {"words": words, "label": wrong.label, "status": status}
        target, here = self.span(step.target) if step.target else None, self.review.current
        if step.target and target is None:
            return N_("The span is gone: press {undo} until it is back."), {}
        if step.now is not None and (line := step.now(self)):
            return line, {}
        if target is None or not step.elsewhere or here == target:
            return step.ask, {}
        named = {"words": self.review.named(target, 24)}
        if target.decided:  # the keys that go from one undecided span to the next pass it by
            return N_("Press {previous_any} until you are back at {words}."), named
        if here is not None and here.order > target.order:
            return N_("Press {previous} until you are back at {words}."), named
        return step.elsewhere, {}

    def _decided_otherwise(self, step: Step) -> Span | None:
        """The span that stands in the way of a step, since it was decided in another way."""
        if step.name == "new":
            return next((s for s in self.on_team() if self.review.selection is None), None)
        span = self.span(step.target) if step.settles and not self._can_mend(step) else None
        return span if span is not None and span.decided else None

    def _rejected_though_right(self) -> Span | None:
        """A suggestion that was right and is rejected now."""
        found = (self.span(name) for name in self._ids if name not in _WRONG)
        return next((s for s in found if s is not None and s.status == REJECTED), None)

    def _can_mend(self, step: Step) -> bool:
        """Whether the key that is asked for also works on what was decided otherwise."""
        return self.at(step.target) and step.now is None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to learn; ``why`` and ``praise`` are said before and after it.

    ``ask`` is said at the ``target``, a span of the script, and ``elsewhere`` where the editor is not there;
    ``now`` may know better what to say. A ``lasting`` step must stay done; one that ``settles`` its target
    cannot be done on one that was decided otherwise.
    """

    name: str
    why: str
    ask: str
    praise: str
    done: Callable[[Tutorial], bool]
    target: str = ""
    elsewhere: str = ""
    now: Callable[[Tutorial], str] | None = None
    lasting: bool = False
    settles: bool = False


def _same_now(tutorial: Tutorial) -> str:
    ready = tutorial.offered("abruzzo") or tutorial.at("abruzzo", "abruzzo2")
    return "" if ready else N_("Go back to «Abruzzo» with {previous_any}, then press {same}.")


def _redo_now(tutorial: Tutorial) -> str:
    if tutorial.review.history.can_redo:
        return ""
    return N_("Nothing is left to redo: go to «sabato 13» and press {end_right}.")


def _new_now(tutorial: Tutorial) -> str:
    """The next key of the few that make a new span."""
    review, (start, end) = tutorial.review, tutorial.team
    marked = review.selection
    if marked is None:
        found = review.match is not None and review.match[0] < end and start < review.match[1]
        return "" if found else N_("Press {search}, type poli, then Enter; then press {select}.")
    if not (marked[0] < end and start < marked[1]):
        return N_("Not there: leave with {select_leave}, then {search}, poli, Enter.")
    if marked[0] != start:
        return (
            N_("Press {select_start_left} to take the word before in.")
            if marked[0] > start
            else N_("Press {select_start_right} to leave the first word out.")
        )
    if marked[1] != end:
        return (
            N_("Press {select_end_right} to take the next word in.")
            if marked[1] < end
            else N_("Press {select_end_left} to leave the last word out.")
        )
    return N_("Press {ORG}: a digit makes the span, with its label.")


def _source_now(tutorial: Tutorial) -> str:
    if tutorial.source("quote") not in (None, tutorial.span("coach")):
        return N_("That is another one. Press {source} again, then the key on «tecnico».")
    return ""


def _found(tutorial: Tutorial) -> bool:
    match, (start, end) = tutorial.review.match, tutorial.team
    return bool(tutorial.on_team()) or (match is not None and match[0] < end and start < match[1])


def _made(tutorial: Tutorial) -> bool:
    wanted = (*tutorial.team, "ORG", ACCEPTED)
    return any((s.start, s.end, s.label, s.status) == wanted for s in tutorial.on_team())


def _linked(tutorial: Tutorial) -> bool:
    source, coach = tutorial.source("quote"), tutorial.span("coach")
    return source is not None and source == coach and tutorial.is_now("quote", ACCEPTED)


_WRONG = ("tornado", "quattro", "sabato")
"""The suggestions that a step has corrected or rejected."""
_LOST = N_("{lost} was right: {undo} brings it back.")
_WELCOME = N_("This is a copy to practise on: {quit} leaves, and nothing is kept.")
_AFTERWARDS = N_("Try whatever you like; {help} shows all keys.")
_FAREWELL = N_("{quit} leaves, and nothing of this is kept.")

STEPS = (
    Step(
        "next",
        N_("Marked words are suggestions, and one stands out: that is where you are."),
        N_("Press {next} to go to the next one."),
        N_("Right: {next} goes on to the next suggestion."),
        lambda t: t.at("chieti"),
        "chieti", settles=True,
    ),
    Step(
        "previous",
        N_("Its label, its status and how sure it is stand below the text or beside."),
        N_("Press {previous} to go back to «Abruzzo»."),
        N_("And back. Before the first one comes the last."),
        lambda t: t.at("abruzzo"),
        "abruzzo", settles=True,
    ),
    Step(
        "accept",
        N_("«Abruzzo» is a place: the suggestion LOC is right."),
        N_("Press {accept} to accept it and go on."),
        N_("Accepted, and you are at the next suggestion."),
        lambda t: t.is_now("abruzzo", ACCEPTED),
        "abruzzo", N_("Press {next} until you are at «Abruzzo»."),
        lasting=True, settles=True,
    ),
    Step(
        "same",
        N_("«Abruzzo» comes once more below, and need not be decided twice."),
        N_("Press {same}: the same decision for every other mention."),
        N_("Decided as well, by one key; {undo} would take it back."),
        lambda t: t.is_now("abruzzo2", ACCEPTED),
        "abruzzo2", now=_same_now, lasting=True, settles=True,
    ),
    Step(
        "label",
        N_("«Tornado Pescara» is a team: the suggestion LOC is wrong, ORG is right."),
        N_("Press {ORG}: the legend has the digit of each label."),
        N_("ORG now: what you correct is accepted thereby."),
        lambda t: t.is_now("tornado", ACCEPTED, "ORG"),
        "tornado", N_("Accept what is right with {accept}, as far as «Tornado Pescara»."),
        lasting=True, settles=True,
    ),
    Step(
        "reject",
        N_("«Quattro» is no person: it only has the capital of its sentence."),
        N_("Press {reject} to reject it."),
        N_("Rejected: it will not be suggested here again."),
        lambda t: t.is_now("quattro", REJECTED),
        "quattro", N_("Accept what is right with {accept}, as far as «Quattro»."),
        lasting=True, settles=True,
    ),
    Step(
        "move",
        N_("«sabato 13» is cut short: the date is «sabato 13 settembre»."),
        N_("Press {end_right}: the end goes one word to the right."),
        N_("Whole. {end_left} is the way back; {start_left} {start_right} move the start."),
        lambda t: t.is_now("sabato", ACCEPTED, beyond=_BEYOND),
        "sabato", N_("Accept what is right with {accept}, as far as «sabato 13»."),
        settles=True,
    ),
    Step(
        "undo",
        N_("Every decision can be taken back, even days later."),
        N_("Press {undo}: «sabato 13» is as it was before."),
        N_("Undone: it is a suggestion again."),
        lambda t: t.is_now("sabato", SUGGESTED),
        "sabato",
    ),
    Step(
        "redo",
        N_("What was taken back can be done again, too."),
        N_("Press {redo} to do it again."),
        N_("Done again."),
        lambda t: t.is_now("sabato", ACCEPTED, beyond=_BEYOND),
        "sabato", now=_redo_now, lasting=True,
    ),
    Step(
        "search",
        N_("«Polisportiva Conero» is a team, too, but nothing was suggested there."),
        N_("Press {search}, type poli, then press Enter."),
        N_("Found."),
        _found,
    ),
    Step(
        "new",
        N_("A new span is marked word by word; a digit then makes it."),
        N_("Press {select}: it marks the word that was found."),
        N_("A span of your own. {hop} marks names by tags: fewer keys."),
        _made,
        now=_new_now, lasting=True,
    ),
    Step(
        "source",
        N_("The coach said these words, but the quote has no source yet."),
        N_("Press {source}, then the key on «tecnico»: a title belongs to the source."),
        N_("Linked. {cue} chooses the verb that reports, the cue: «detto»."),
        _linked,
        "quote", N_("Press {next} until you are at the quote «Ce lo siamo sudato…»."),
        now=_source_now, lasting=True,
    ),
    Step(
        "all",
        N_("The rest is right, for once. With your own articles, read it first."),
        N_("Press {accept_all} to accept all that is undecided."),
        N_("Nothing is left to decide."),
        lambda t: not t.review.undecided,
        lasting=True,
    ),
    Step(
        "done",
        N_("Every key was saved when you pressed it: no key is needed for that."),
        N_("Press {done} to mark the article as done."),
        "",
        lambda t: t.review.annotation.state == DONE,
        lasting=True,
    ),
)  # fmt: skip
"""The steps in their order; the names are for tests."""
