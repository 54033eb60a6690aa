# SPDX-License-Identifier: MulanPSL-2.0
"""The kinds that workflow owns: workflow, calendar, day, duty, service (definitions.md 3.3,
3.4, 3.6)."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from linli.base.calendar import WorkCalendar, read_hours
from linli.base.conditions import Condition
from linli.base.spans import Span
from linli.kernel.sockets.spec import Bilingual, DefinitionSpec, Key, Listed, RowSpec, Strict
from linli.kernel.workflow.rules.who import who_read
from linli.kernel.workflow.terms import End

_COLUMN = re.compile(r"(class|service)\.[a-z][a-z0-9_]*")


def _limit(text: str) -> str:
    if _COLUMN.fullmatch(text) is None:
        Span.parse(text)
    return text


def _who(text: str) -> str:
    who_read(text)
    return text


def _refers(*kinds: str) -> StringConstraints:
    return StringConstraints(pattern=rf"^({'|'.join(kinds)}):[a-z][a-z0-9_]*$")


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdigit() else value


Limit = Annotated[str, AfterValidator(_limit)]
"""A span, or the column of the class or service that holds one."""

Whos = Annotated[tuple[Annotated[str, AfterValidator(_who)], ...], Field(min_length=1)]
OneOrMore = Annotated[
    tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else value)
]
Form = Annotated[str, _refers("form")]
Choices = Annotated[str, _refers("choices")]
Calendar = Annotated[str, _refers("calendar")]
Gate = Annotated[str, _refers("ballot", "publication", "workflow")]
UnitReference = Annotated[str, _refers("unit")]

EFFECT_VERBS = ("notify", "refer", "open", "publish", "post", "record", "todo")


class EffectSpec(Strict):
    """One effect: a verb with its object, and what stands beside it."""

    notify: Annotated[str, _refers("text")] | None = None
    refer: Annotated[str, _refers("workflow")] | None = None
    open: Annotated[str, _refers("ballot", "round")] | None = None
    publish: Annotated[str, _refers("publication")] | None = None
    post: str | None = None
    record: Annotated[str, _refers("register")] | None = None
    todo: Annotated[str, _refers("text")] | None = None
    who: Whos | None = None
    when: Condition | None = None
    after: Span | None = None
    limit: Span | None = None
    class_: Annotated[str, _refers("class")] | None = Field(default=None, alias="class")
    amount: int | str | None = None
    set: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_verb(self) -> "EffectSpec":
        verbs = [verb for verb in EFFECT_VERBS if getattr(self, verb) is not None]
        if len(verbs) != 1:
            raise ValueError(f"an effect has exactly one of {', '.join(EFFECT_VERBS)}")
        return self

    @property
    def verb(self) -> str:
        """Which of the verbs it is."""
        return next(verb for verb in EFFECT_VERBS if getattr(self, verb) is not None)

    @property
    def target(self) -> str:
        """The key of what the verb points to, without its kind."""
        return str(getattr(self, self.verb)).partition(":")[2]


class MoveSpec(Strict):
    """A button on a desk, or what follows a result."""

    label: Bilingual | None = None
    help: Bilingual | None = None
    to: Key
    who: Whos | None = None
    when: Condition | None = None
    form: Form | None = None
    reasons: Choices | None = None
    other_than: Key | None = None
    then: tuple[EffectSpec, ...] = ()
    after: Span | None = None

    @property
    def is_automatic(self) -> bool:
        """Whether the clock itself makes it."""
        return self.who is not None and "system" in self.who


class OfferSpec(Strict):
    """A hand-over: to whom, by when it is signed and answered, and who decides in the end."""

    to: Key
    sign: Span
    answer: Span
    reasons: Choices
    refusals: int = Field(default=1, ge=0, le=9)
    arbiter: Whos | None = None


class StepSpec(Strict):
    """A desk, a hand-over, a gate or an end."""

    label: Bilingual
    help: Bilingual | None = None
    clause: str | None = None
    who: Whos | None = None
    offer: OfferSpec | None = None
    waits_for: Gate | None = None
    end: End | None = None
    for_: Key | None = Field(default=None, alias="for")
    join: Literal["all", "any", "lead"] | None = None
    form: Form | None = None
    limit: Limit | None = None
    warn: Span | None = None
    late: tuple[EffectSpec, ...] = ()
    pauses: tuple[Key, ...] = ()
    other_than: Key | None = None
    fixed: bool = False
    then: tuple[EffectSpec, ...] = ()
    moves: dict[Key, MoveSpec] = Field(default_factory=dict)


class ExtendSpec(Strict):
    """How a clock may be given more time."""

    by: Span
    times: int = Field(default=1, ge=1)
    asked_by: Whos
    approved_by: Whos


class ClockSpec(Strict):
    """A time limit of the matter: from where to where, how long, and what if it is passed."""

    label: Bilingual
    clause: str | None = None
    starts: Key
    stops: tuple[Key, ...] = Field(min_length=1)
    limit: Limit
    warn: Span | None = None
    late: tuple[EffectSpec, ...] = ()
    shown: bool = False
    extend: ExtendSpec | None = None


class SuperviseSpec(Strict):
    """Who may order a matter to be hastened (督办), who has to answer, by when, and what if not."""

    who: Whos
    answered_by: Whos
    limit: Span
    warn: Span | None = None
    late: tuple[EffectSpec, ...] = ()


class WorkflowSpec(DefinitionSpec):
    """A procedure as it hangs on the office wall."""

    at: OneOrMore = Field(min_length=1)
    who: Whos
    readers: Whos | None = None
    form: Form | None = None
    number: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,6}$")] | None = None
    calendar: Calendar | None = None
    classes: Annotated[str, _refers("class")] | None = None
    privacy: Literal["normal", "personal", "sensitive", "minor"] = "normal"
    keep: Span | None = None
    start: Key | None = None
    clocks: dict[Key, ClockSpec] = Field(default_factory=dict)
    supervise: SuperviseSpec | None = None
    steps: dict[Key, StepSpec] = Field(min_length=1)

    @property
    def first(self) -> str:
        """The step in which a matter begins."""
        return self.start or next(iter(self.steps))


def forms_of(spec: WorkflowSpec) -> list[str]:
    """Every form that a procedure asks somebody to fill in, its own first."""
    named = [spec.form]
    for step in spec.steps.values():
        named += [step.form, *(move.form for move in step.moves.values())]
    return list(dict.fromkeys(form for form in named if form is not None))


def effects_of(spec: WorkflowSpec) -> Iterator[tuple[str, tuple[EffectSpec, ...]]]:
    """Everything that a procedure sets going, with where it stands in it ("steps.a.then")."""
    for name, step in spec.steps.items():
        yield f"steps.{name}.then", step.then
        yield f"steps.{name}.late", step.late
        for key, move in step.moves.items():
            yield f"steps.{name}.moves.{key}.then", move.then
    for name, clock in spec.clocks.items():
        yield f"clocks.{name}.late", clock.late
    if spec.supervise is not None:
        yield "supervise.late", spec.supervise.late


class CalendarSpec(DefinitionSpec):
    """When an office works."""

    hours: tuple[dict[str, tuple[str, ...]], ...] = ()
    all_day: bool = False

    @model_validator(mode="after")
    def _opens(self) -> "CalendarSpec":
        for row in self.hours:
            if set(row) != {"days", "work"}:
                raise ValueError('each row of hours has "days" and "work"')
        WorkCalendar(hours=read_hours(self.hours), all_day=self.all_day)
        return self


class DayRow(Strict):
    """A date on which the office is closed although it is a weekday, or open although it is not."""

    date: dt.date
    day: Literal["off", "work"]
    zh: str = ""
    en: str = ""
    clause: str = Field(min_length=1)


class DutyRow(RowSpec):
    """Who leads what where (职责清单), asked by dispatch and by residents."""

    class_: Annotated[str, _refers("class")] = Field(alias="class")
    where_kind: Key | None = None
    list: Literal["basic", "supporting", "reclaimed", "own", "assisting", "negative"]
    lead: UnitReference
    support: Listed = ()


class ServiceRow(RowSpec):
    """An item of the one window: its papers, limits and where it is asked for."""

    zh: str = Field(min_length=1)
    en: str = ""
    at: OneOrMore
    workflow: Annotated[str, _refers("workflow")]
    form: Form | None = None
    materials: Listed = ()
    legal_limit: Span | None = None
    promised_limit: Span
    fee: Annotated[int, BeforeValidator(_number)] = 0
    online: Literal["yes", "no"] = "no"
    offline_place: str = ""
    groups: Listed = ()

    @model_validator(mode="after")
    def _offline(self) -> "ServiceRow":
        if self.online == "yes" and not self.offline_place:
            raise ValueError("a service that is online also has an offline place")
        return self
