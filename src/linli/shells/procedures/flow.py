# SPDX-License-Identifier: MulanPSL-2.0
"""A procedure in words: its steps, who, limits, moves, clocks and what happens when it gets
late.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from linli.base.conditions import Condition, explain
from linli.base.definitions import DefinitionRow
from linli.base.errors import Message
from linli.base.spans import Span
from linli.base.text import label
from linli.kernel.forms import selectors as forms
from linli.kernel.forms.grammar import FormSpec
from linli.kernel.notify.models import Definition as TextDefinition
from linli.kernel.workflow.grammar import EffectSpec, MoveSpec, StepSpec, WorkflowSpec, forms_of
from linli.kernel.workflow.models import Definition
from linli.kernel.workflow.terms import End
from linli.shells.procedures.people import People
from linli.shells.procedures.reading import in_force

RESULTS: Mapping[str, Message] = {
    "accepted": gettext_lazy("the unit accepts it"),
    "refused": gettext_lazy("the unit sends it back"),
    "unanswered": gettext_lazy("no answer in time"),
    "good": gettext_lazy("a good mark"),
    "bad": gettext_lazy("a bad mark"),
    "silent": gettext_lazy("no mark in time"),
    "passed": gettext_lazy("the vote passes"),
    "failed": gettext_lazy("the vote fails"),
    "no_quorum": gettext_lazy("too few took part"),
    "undisputed": gettext_lazy("nobody objects"),
    "disputed": gettext_lazy("somebody objects"),
    "done": gettext_lazy("it is done"),
}
EFFECTS: Mapping[str, Message] = {
    "notify": gettext_lazy("tells %(who)s: “%(what)s”"),
    "todo": gettext_lazy("puts “%(what)s” on the desk of %(who)s"),
    "refer": gettext_lazy("opens another matter: %(what)s"),
    "open": gettext_lazy("opens %(what)s"),
    "publish": gettext_lazy("publishes %(what)s"),
    "post": gettext_lazy("enters %(what)s"),
    "record": gettext_lazy("writes into the register %(what)s"),
}
OPENED: Mapping[str, Message] = {
    "ballot": gettext_lazy("a rating or a vote"),
    "round": gettext_lazy("a round of checks"),
}
GATES: Mapping[str, Message] = {
    "ballot": gettext_lazy("waits for a rating or a vote"),
    "publication": gettext_lazy("waits until it has been published"),
    "workflow": gettext_lazy("waits for another matter"),
}


@dataclass(frozen=True)
class MoveWords:
    """One way on: what it is called, where it leads, who makes it and what it asks for."""

    key: str
    name: str
    to: str
    to_name: str
    who: str
    when: str
    after: str
    fills: str
    reasons: tuple[str, ...]
    other_than: str
    then: tuple[str, ...]
    is_result: bool


@dataclass(frozen=True)
class StepWords:
    """One step: who has it, by when, what follows when it is late, and the ways on."""

    key: str
    name: str
    help: str
    clause: str
    sort: str
    who: str
    limit: str
    is_by_class: bool
    warn: str
    late: tuple[str, ...]
    then: tuple[str, ...]
    other_than: str
    gate: str
    sign: str
    answer: str
    refusals: int
    arbiter: str
    reasons: tuple[str, ...]
    end: str
    moves: tuple[MoveWords, ...]


@dataclass(frozen=True)
class ClockWords:
    """One time limit of the whole matter: from where to where, how long, what if it is passed."""

    key: str
    name: str
    clause: str
    starts: str
    stops: str
    limit: str
    is_by_class: bool
    warn: str
    late: tuple[str, ...]
    shown: bool


@dataclass(frozen=True)
class SuperviseWords:
    """Who may order it to be hastened, who answers, by when, and what if nobody does."""

    who: str
    answered_by: str
    limit: str
    late: tuple[str, ...]


@dataclass(frozen=True)
class FlowWords:
    """A procedure as it could hang on the office wall."""

    who: str
    at: str
    steps: tuple[StepWords, ...]
    clocks: tuple[ClockWords, ...]
    supervise: SuperviseWords | None


class Speaker:
    """Puts one procedure into words as it is in force at a place; reads lists once."""

    def __init__(self, spec: WorkflowSpec, path: str) -> None:
        self.spec = spec
        self.path = path
        self.people = People.at(path)
        texts = _names(in_force(TextDefinition, "text", path))
        flows = _names(in_force(Definition, "workflow", path))
        self.named = {"notify": texts, "todo": texts, "refer": flows}
        self._forms: dict[str, FormSpec | None] = {}
        self._reasons: dict[str, tuple[str, ...]] = {}

    def flow(self) -> FlowWords:
        """The whole procedure."""
        levels = [self.people.levels.level(one.partition(":")[2]) for one in self.spec.at]
        return FlowWords(
            who=self.people.say_all(self.spec.who),
            at=_listed(levels),
            steps=tuple(self.step(key, step) for key, step in self.spec.steps.items()),
            clocks=tuple(self.clock(key) for key in self.spec.clocks),
            supervise=self.supervise(),
        )

    def step(self, key: str, step: StepSpec) -> StepWords:
        """One step."""
        offer = step.offer
        gate = (step.waits_for or "").partition(":")[0]
        return StepWords(
            key=key,
            name=label(step.label.as_label()),
            help=label(step.help.as_label()) if step.help else "",
            clause=step.clause or "",
            sort="end" if step.end else "offer" if offer else "gate" if gate else "desk",
            who=self.people.say_all(step.who),
            limit=limit_said(step.limit),
            is_by_class="." in (step.limit or ""),
            warn=span_said(step.warn),
            late=self.effects(step.late),
            then=self.effects(step.then),
            other_than=self.name_of(step.other_than) if step.other_than else "",
            gate=str(GATES[gate]) if gate else "",
            sign=span_said(offer.sign) if offer else "",
            answer=span_said(offer.answer) if offer else "",
            refusals=offer.refusals if offer else 0,
            arbiter=self.people.say_all(offer.arbiter) if offer else "",
            reasons=self.reasons(offer.reasons) if offer else (),
            end=str(End(step.end).label) if step.end else "",
            moves=tuple(self.move(step, name, move) for name, move in step.moves.items()),
        )

    def move(self, step: StepSpec, key: str, move: MoveSpec) -> MoveWords:
        """One way on from a step."""
        is_result = move.label is None
        form = move.form or (None if is_result else step.form)
        return MoveWords(
            key=key,
            name=str(RESULTS.get(key, key)) if move.label is None else label(move.label.as_label()),
            to=move.to,
            to_name=self.name_of(move.to),
            who="" if is_result else self.people.say_all(move.who or step.who),
            when=self.condition(move.when),
            after=span_said(move.after),
            fills=self.fills(form),
            reasons=self.reasons(move.reasons),
            other_than=self.name_of(move.other_than) if move.other_than else "",
            then=self.effects(move.then),
            is_result=is_result,
        )

    def clock(self, key: str) -> ClockWords:
        """One time limit of the whole matter."""
        clock = self.spec.clocks[key]
        return ClockWords(
            key=key,
            name=label(clock.label.as_label()),
            clause=clock.clause or "",
            starts=self.name_of(clock.starts),
            stops=_listed(dict.fromkeys(map(self.name_of, clock.stops))),
            limit=limit_said(clock.limit),
            is_by_class="." in clock.limit,
            warn=span_said(clock.warn),
            late=self.effects(clock.late),
            shown=clock.shown,
        )

    def supervise(self) -> SuperviseWords | None:
        """Supervision, where the procedure knows it."""
        found = self.spec.supervise
        if found is None:
            return None
        return SuperviseWords(
            who=self.people.say_all(found.who),
            answered_by=self.people.say_all(found.answered_by),
            limit=span_said(found.limit),
            late=self.effects(found.late),
        )

    def name_of(self, key: str) -> str:
        """What a step or a move is called."""
        if key in self.spec.steps:
            return label(self.spec.steps[key].label.as_label())
        for step in self.spec.steps.values():
            move = step.moves.get(key)
            if move is not None and move.label is not None:
                return label(move.label.as_label())
        return str(RESULTS.get(key, key))

    def effects(self, effects: Iterable[EffectSpec]) -> tuple[str, ...]:
        """What happens by itself, one phrase each."""
        return tuple(self.effect(one) for one in effects)

    def effect(self, effect: EffectSpec) -> str:
        """One thing that happens by itself."""
        kind = str(getattr(effect, effect.verb)).partition(":")[0]
        what = self.named.get(effect.verb, {}).get(effect.target) or str(
            OPENED.get(kind, effect.target)
        )
        who = self.people.say_all(effect.who)
        said = str(EFFECTS[effect.verb]) % {"what": what, "who": who}
        if effect.after is not None:
            return _("%(time)s later: %(what)s") % {"time": span_said(effect.after), "what": said}
        return said

    def reasons(self, reference: str | None) -> tuple[str, ...]:
        """The coded reasons of which one must be given."""
        if reference is None:
            return ()
        if reference not in self._reasons:
            options = forms.choices_get(reference.partition(":")[2], self.path)
            self._reasons[reference] = tuple(map(label, options.values()))
        return self._reasons[reference]

    def fills(self, reference: str | None) -> str:
        """What a form asks for."""
        form = self.form(reference)
        return _listed(label(field.title) for field in form.fields.values()) if form else ""

    def form(self, reference: str | None) -> FormSpec | None:
        """A form in force at the place."""
        if reference is None:
            return None
        if reference not in self._forms:
            self._forms[reference] = forms.form_find(reference.partition(":")[2], self.path)
        return self._forms[reference]

    def condition(self, condition: Condition | None) -> str:
        """What must hold before a way is open."""
        if condition is None:
            return ""
        found = (self.form(reference) for reference in forms_of(self.spec))
        known = forms.asked_words(form for form in found if form is not None)
        return label(explain(condition, known))


def span_said(span: Span | None) -> str:
    """A length of time in words; empty for none."""
    return span.words(get_language() or "zh") if span is not None else ""


def limit_said(limit: str | None) -> str:
    """A limit in words; empty for none and for one that stands with the class or service."""
    return "" if not limit or "." in limit else span_said(Span.parse(limit))


def _names(rows: Iterable[DefinitionRow]) -> dict[str, str]:
    return {row.key: label(row.body["label"]) for row in rows}


def _listed(texts: Iterable[str]) -> str:
    return pgettext("between people", ", ").join(texts)
