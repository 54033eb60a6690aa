# SPDX-License-Identifier: MulanPSL-2.0
"""The work queue: cases under filters, most urgent first, each as one line of a list."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.text import label
from linli.kernel.forms import selectors as forms
from linli.kernel.places import asof
from linli.kernel.places import selectors as places
from linli.kernel.places.trees import tree_held
from linli.kernel.workflow.definitions import spec_of
from linli.kernel.workflow.models import Clock, HandOver, Matter
from linli.kernel.workflow.terms import OrderState
from linli.modules.appeals.models import Appeal, Case, CaseQuerySet
from linli.modules.appeals.selectors.saying import reporter_words
from linli.modules.appeals.terms import Channel, Perm

VERIFYING = "verifying"
VIEWS = ("mine", "due_today", "late", "supervised", "waiting", "to_verify", "all")
"""The standing views of the queue: mine to do, due today, late, supervised from above, waiting for
others, to verify, all open.
"""

DUE_FIRST = F("matter__next_due_at").asc(nulls_last=True)
"""What is due first in front, what no clock runs for at the end, on both databases."""

ORDERS: dict[str, tuple[Any, ...]] = {
    "due": (DUE_FIRST, "matter__opened_at", "pk"),
    "newest": ("-matter__opened_at", "-pk"),
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


def cases_queue(*, actor: Actor, filters: Filters) -> CaseQuerySet:
    """The work queue under these filters, most urgent first; give each row to `Line`."""
    return with_line(cases_sorted(actor=actor, filters=filters))


def cases_lined(keys: list[int]) -> dict[int, Case]:
    """The cases of a page for `Line`, by the keys that a list for somebody gave."""
    found: dict[int, Case] = with_line(Case.objects.all()).in_bulk(keys)
    return found


def cases_sorted(*, actor: Actor, filters: Filters) -> CaseQuerySet:
    """The cases of the queue, most urgent first, without what a line says of them."""
    rows = cases_narrowed(actor=actor, filters=filters)
    return rows.order_by(*ORDERS.get(filters.order, ORDERS["due"]))


def cases_narrowed(*, actor: Actor, filters: Filters) -> CaseQuerySet:
    """The cases of the queue under these filters, in no order."""
    shown = Matter.objects.running_for(actor, Perm.VIEW).filter(_is_in(filters.view, actor))
    return _narrowed(Case.objects.filter(matter__in=shown.values("pk")), filters)


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
    seen = Matter.objects.running_for(actor, Perm.VIEW).filter(case__isnull=False)
    if filters.is_narrowing:
        seen = seen.filter(pk__in=_narrowed(Case.objects.all(), filters).values("matter"))
    wanted = {view: Count("pk", filter=_is_in(view, actor)) for view in VIEWS}
    return dict(seen.order_by().aggregate(**wanted))


def cases_waiting(actor: Actor) -> QuerySet[Matter]:
    """The matters of the cases that wait for this actor."""
    return Matter.objects.mine(actor).filter(case__isnull=False)


def _is_in(view: str, actor: Actor) -> Q:
    """Whether a running matter stands in a view."""
    now, matters = clock.now(), Matter.objects.all()
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


def with_line(rows: CaseQuerySet) -> CaseQuerySet:
    """Rows with everything that their line in a list says; five queries however many there are."""
    running = Clock.objects.filter(stopped_at__isnull=True).order_by("due_at")
    orders = HandOver.objects.open().select_related("unit")
    appeals = Appeal.objects.select_related("reporter").order_by("filed_at", "pk")
    found: CaseQuerySet = rows.select_related(
        "matter__place__parent", "matter__lead_unit", "matter__definition"
    ).defer(
        "matter__place__boundary", "matter__place__parent__boundary", "matter__definition__body"
    )
    return found.prefetch_related(
        Prefetch("appeals", queryset=appeals),
        Prefetch("matter__clocks", queryset=running, to_attr="running_clocks"),
        Prefetch("matter__orders", queryset=orders, to_attr="open_orders"),
    )


class Line:
    """One case as a list shows it; nothing here asks the database.

    `class_names` gives what people call the classes of the page.
    """

    def __init__(self, case: Case, class_names: Mapping[str, str]) -> None:
        self.case = case
        self.matter: Matter = case.matter
        self.is_on = False
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
        clocks: list[Clock] = getattr(self.matter, "running_clocks", [])
        running = [each for each in clocks if each.is_running]
        return min(running, key=lambda each: each.due_at, default=None)

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
    from linli.kernel.workflow.definitions import workflow_get
    from linli.modules.appeals.terms import WORKFLOW

    spec = spec_of(workflow_get(WORKFLOW, path))
    return [
        (key, label(step.label.as_label())) for key, step in spec.steps.items() if step.end is None
    ]
