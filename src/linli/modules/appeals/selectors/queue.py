# SPDX-License-Identifier: MulanPSL-2.0
"""The work queue: cases under filters, most urgent first, each as one line of a list."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.text import label
from linli.base.together import Question, answered, rows_of, totals_of
from linli.kernel.forms import selectors as forms
from linli.kernel.places import asof
from linli.kernel.places import selectors as places
from linli.kernel.places.trees import tree_held
from linli.kernel.workflow.definitions import spec_of, workflow_get
from linli.kernel.workflow.models import Clock, HandOver, Matter
from linli.kernel.workflow.queries import MatterQuerySet
from linli.kernel.workflow.terms import OrderState
from linli.modules.appeals.models import Appeal, Case, CaseQuerySet
from linli.modules.appeals.selectors.saying import reporter_words
from linli.modules.appeals.terms import WORKFLOW, Channel, Perm

VERIFYING = "verifying"
VIEWS = ("mine", "due_today", "late", "supervised", "waiting", "to_verify", "all")
"""The standing views of the queue: mine to do, due today, late, supervised from above, waiting for
others, to verify, all open.
"""

_NOW = dt.datetime(9000, 1, 1, tzinfo=dt.UTC)
"""Stands in a question that is kept for the moment at which it will be asked."""

DUE_FIRST = F("next_due_at").asc(nulls_last=True)
"""What is due first in front, what no clock runs for at the end, on both databases."""

ORDERS: dict[str, tuple[Any, ...]] = {
    "due": (DUE_FIRST, "opened_at", "pk"),
    "newest": ("-opened_at", "-pk"),
}


@dataclass(frozen=True)
class Filters:
    """What a queue is narrowed to; every part stands in the address of its page."""

    view: str = "mine"
    text: str = ""
    place_path: str = ""
    class_keys: tuple[str, ...] = ()
    channel: str = ""
    step: str = ""
    order: str = "due"

    @property
    def is_narrowing(self) -> bool:
        """Whether they leave anything out of a view."""
        parts = (self.text, self.place_path, self.class_keys, self.channel, self.step)
        return any(parts)


UNNARROWED = Filters()


def queue_keys(*, actor: Actor, filters: Filters, now: dt.datetime | None = None) -> MatterQuerySet:
    """The matters of the work queue under these filters, most urgent first; `cases_lined` reads
    what the lines of a page say.
    """
    rows = _seen(actor, filters).filter(_is_in(filters.view, actor, now or clock.now()))
    return rows.order_by(*ORDERS.get(filters.order, ORDERS["due"]))


def queue_page(
    *, actor: Actor, filters: Filters, start: int, size: int
) -> tuple[dict[str, int], list[int]]:
    """How many cases stand in each view under the other filters, and the keys of a stretch of the
    queue; one query, made once a reader (docs/decisions/0021).
    """
    totals, keys = _answers(actor, filters, start, size)
    return dict(zip(VIEWS, totals[0], strict=True)), [key for (key,) in keys]


def cases_lined(keys: list[int]) -> dict[int, Case]:
    """The cases of a page for `Line`, by the keys of their matters."""
    rows = with_line(Case.objects.filter(matter__in=keys))
    return {case.matter_id: case for case in rows}


def cases_queue(*, actor: Actor, filters: Filters, limit: int | None = None) -> list[Case]:
    """The first cases of the work queue, most urgent first; give each to `Line`."""
    keys = list(queue_keys(actor=actor, filters=filters).values_list("pk", flat=True)[:limit])
    found = cases_lined(keys)
    return [found[key] for key in keys if key in found]


def cases_narrowed(*, actor: Actor, filters: Filters) -> CaseQuerySet:
    """The cases of the queue under these filters, in no order."""
    shown = Matter.objects.open_to(actor, Perm.VIEW).running()
    shown = shown.filter(_is_in(filters.view, actor, clock.now()))
    return _narrowed(Case.objects.filter(matter__in=shown.values("pk")), filters)


def _answers(actor: Actor, filters: Filters, start: int, size: int) -> list[list[tuple[Any, ...]]]:
    now = clock.now()
    make = _questions.__wrapped__ if filters.is_narrowing else _questions
    asked = make(replace(actor, request_id=""), filters, start, size)
    moments = {_NOW: now, _midnight(_NOW): _midnight(now)}
    return answered([], [each.at(moments) for each in asked])[1]


@lru_cache(maxsize=1024)
def _questions(reader: Actor, filters: Filters, start: int, size: int) -> tuple[Question, ...]:
    wanted = {view: Count("pk", filter=_is_in(view, reader, _NOW)) for view in VIEWS}
    totals = totals_of(_seen(reader, filters), wanted)
    if not size:
        return (totals,)
    keys = queue_keys(actor=reader, filters=filters, now=_NOW).values_list("pk")
    return totals, rows_of(keys[start : start + size])


def _seen(actor: Actor, filters: Filters) -> MatterQuerySet:
    rows = Matter.objects.open_to(actor, Perm.VIEW).running().filter(workflow=WORKFLOW)
    if filters.is_narrowing:
        rows = rows.filter(pk__in=_narrowed(Case.objects.all(), filters).values("matter"))
    return rows


@dataclass(frozen=True)
class Counted:
    """A community, or whatever place a case was given with, and how many cases lie there."""

    code: str
    name: str
    count: int


@tree_held()
def places_counted(*, actor: Actor, filters: Filters) -> list[Counted]:
    """How many cases of the queue count in each community (grids count for theirs), most first."""
    rows = cases_narrowed(actor=actor, filters=filters).order_by()
    told = rows.values_list("matter__place__path").annotate(cases=Count("pk", distinct=True))
    today = clock.today()
    counts = Counter(asof.roll_up_public([(path, today, cases) for path, cases in told]))
    named = places.places_by_codes(counts)
    return [
        Counted(code, places.name_of(named[code]), count)
        for code, count in counts.most_common()
        if code in named
    ]


def queue_counts(*, actor: Actor, filters: Filters = UNNARROWED) -> dict[str, int]:
    """How many cases stand in each view under the other filters; one query."""
    (totals,) = _answers(actor, filters, 0, 0)
    return dict(zip(VIEWS, totals[0], strict=True))


def cases_waiting(actor: Actor) -> QuerySet[Matter]:
    """The matters of the cases that wait for this actor."""
    return Matter.objects.mine(actor).filter(workflow=WORKFLOW)


def _is_in(view: str, actor: Actor, now: dt.datetime) -> Q:
    """Whether a running matter stands in a view."""
    matters = Matter.objects.all()
    ways: Mapping[str, Callable[[], Q]] = {
        "mine": lambda: matters.is_mine(actor),
        "due_today": lambda: matters.is_due(now, _midnight(now)),
        "late": lambda: matters.is_late(now),
        "supervised": matters.is_supervised,
        "waiting": lambda: matters.is_with_others(actor),
        "to_verify": lambda: Q(step=VERIFYING),
    }
    return ways.get(view, Q)()


def _midnight(now: dt.datetime) -> dt.datetime:
    tomorrow = clock.local(now).date() + dt.timedelta(days=1)
    return dt.datetime.combine(tomorrow, dt.time(), tzinfo=clock.ZONE)


def _narrowed(rows: CaseQuerySet, filters: Filters) -> CaseQuerySet:
    if filters.place_path:
        rows = rows.filter(asof.below(filters.place_path, column="matter__place"))
    if filters.class_keys:
        rows = rows.filter(matter__class_key__in=filters.class_keys)
    if filters.channel:
        rows = rows.filter(_appeal(Q(channel=filters.channel)))
    if filters.step:
        rows = rows.filter(matter__step=filters.step)
    for word in filters.text.split()[:8]:
        said = Q(what__contains=word) | Q(spot__contains=word) | Q(reporter__name=word)
        rows = rows.filter(
            Q(matter__number__icontains=word)
            | Q(title__contains=word)
            | Q(matter__place__name__contains=word)
            | Q(matter__place__parent__name__contains=word)
            | Q(_appeal(said))
        )
    return rows


def _appeal(condition: Q) -> Exists:
    return Exists(Appeal.objects.filter(condition, case=OuterRef("pk")))


_OF_PLACE = ("code", "name", "name_en", "level", "path")
_OF_CASE = (
    *("title", "lon", "lat", "about_unit"),
    *(f"matter__{name}" for name in ("number", "workflow", "class_key", "step", "step_since")),
    *(f"matter__{name}" for name in ("opened_at", "ended_at", "next_due_at", "place_path")),
    *(f"matter__place__{name}" for name in (*_OF_PLACE, "parent")),
    *(f"matter__place__parent__{name}" for name in _OF_PLACE),
    "matter__lead_unit__label",
    "matter__definition__digest",
)
_OF_CLOCK = (
    *("matter", "kind", "name", "starts_at", "due_at", "warn_at", "stopped_at", "paused_at"),
    "derivation",
)
_OF_ORDER = ("matter", "state", "offered_at", "signed_at", "unit__label")
_OF_APPEAL = (
    *("case", "number", "channel", "spot", "is_confidential", "contact_name", "filed_at"),
    *("withdrawn_at", "reporter__name"),
)


def with_line(rows: CaseQuerySet) -> CaseQuerySet:
    """Rows with what their line in a list says and nothing else, least of all what is sealed;
    five queries however many there are.
    """
    running = Clock.objects.filter(
        stopped_at__isnull=True, paused_at__isnull=True, due_at=F("matter__next_due_at")
    )
    orders = HandOver.objects.open().select_related("unit").only(*_OF_ORDER)
    appeals = Appeal.objects.select_related("reporter").only(*_OF_APPEAL)
    found: CaseQuerySet = rows.select_related(
        "matter__place__parent", "matter__lead_unit", "matter__definition"
    ).only(*_OF_CASE)
    return found.prefetch_related(
        Prefetch("appeals", queryset=appeals.order_by("filed_at", "pk")),
        Prefetch("matter__clocks", queryset=running.only(*_OF_CLOCK), to_attr="next_clocks"),
        Prefetch("matter__orders", queryset=orders, to_attr="open_orders"),
    )


class Line:
    """One case as a list shows it; nothing here asks the database.

    `class_names` gives what people call the classes of the page.
    """

    def __init__(self, case: Case, class_names: Mapping[str, str]) -> None:
        self.case = case
        self.matter: Matter = case.matter
        self.is_on, self.href = False, ""
        self._class_names = class_names

    @property
    def number(self) -> str:
        """The number of its matter."""
        return self.matter.number

    @cached_property
    def appeals(self) -> list[Appeal]:
        """What people said, oldest first, without what was taken back."""
        said = list(self.case.appeals.all())
        return [appeal for appeal in said if appeal.withdrawn_at is None] or said

    @property
    def people(self) -> int:
        """How many reported it."""
        return len(self.appeals)

    @property
    def place_name(self) -> str:
        """The community with the grid below it."""
        place = self.matter.place
        above = place.parent
        if above is None or place.level == "community":
            return places.name_of(place)
        return f"{places.name_of(above)} {places.name_of(place)}"

    @property
    def class_name(self) -> str:
        """What its class is called; "" without one."""
        return self._class_names.get(self.matter.class_key, self.matter.class_key)

    @property
    def who(self) -> str:
        """Who reported it, and how."""
        if not self.appeals:
            return ""
        first = self.appeals[0]
        channel = Channel(first.channel).label
        return f"{channel} {reporter_words(first)}"

    @property
    def sub(self) -> str:
        """The second line: who, where, what about."""
        return "·".join(part for part in (self.who, self.place_name, self.class_name) if part)

    @property
    def due(self) -> Clock | None:
        """The running clock that is due first."""
        clocks: list[Clock] = getattr(self.matter, "next_clocks", [])
        return clocks[0] if clocks else None

    @property
    def state(self) -> str:
        """Whom or what it waits for."""
        orders: list[HandOver] = getattr(self.matter, "open_orders", [])
        order = orders[0] if orders else None
        step = step_label(self.matter)
        if self.matter.ended_at is not None:
            return step
        if order is not None and order.state == OrderState.CONTESTED:
            return _("Before the arbiter")
        if order is not None:
            unit = {"unit": label(order.unit.label)}
            words = _("%(unit)s to sign") if order.signed_at is None else _("%(unit)s to answer")
            return words % unit
        if self.matter.lead_unit is not None and self.matter.step == "handling":
            return _("With %(unit)s") % {"unit": label(self.matter.lead_unit.label)}
        return step


def step_label(matter: Matter) -> str:
    """What the present step of a matter is called."""
    return label(spec_of(matter.definition).steps[matter.step].label.as_label())


def lines_of(cases: Iterable[Case]) -> list[Line]:
    """Cases of a page as lines; a query for each city among them."""
    rows = list(cases)
    names: dict[str, dict[str, str]] = {}
    for top in {_top(case.matter.place.path) for case in rows}:
        classes = forms.class_tree(top).classes
        names[top] = {key: each.name for key, each in classes.items()}
    return [Line(case, names[_top(case.matter.place.path)]) for case in rows]


def _top(path: str) -> str:
    return path[: path.find("/") + 1]


def steps_choosable(path: str) -> list[tuple[str, str]]:
    """The steps of the procedure in force at a place, for a filter: key and label."""
    spec = spec_of(workflow_get(WORKFLOW, path))
    return [
        (key, label(step.label.as_label())) for key, step in spec.steps.items() if step.end is None
    ]
