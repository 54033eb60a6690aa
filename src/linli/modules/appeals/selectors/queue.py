# SPDX-License-Identifier: MulanPSL-2.0
"""The work queue: cases under filters, most urgent first."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Message
from linli.base.text import label
from linli.base.together import Question, answered, rows_of, totals_of
from linli.kernel.places import asof
from linli.kernel.places import selectors as places
from linli.kernel.places.trees import tree_held
from linli.kernel.workflow.definitions import spec_of, workflow_get
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.queries import MatterQuerySet
from linli.modules.appeals.models import Appeal, Case, CaseQuerySet
from linli.modules.appeals.selectors.lines import cases_of
from linli.modules.appeals.terms import WORKFLOW, Perm

VERIFYING = "verifying"
VIEWS = ("mine", "due_today", "late", "supervised", "waiting", "to_verify", "all")
"""The standing views of the queue: mine to do, due today, late, supervised from above, waiting for
others, to verify, all open.
"""
NAMES: dict[str, Message] = {
    "mine": gettext_lazy("For me to do"),
    "due_today": gettext_lazy("Due today"),
    "late": gettext_lazy("Late"),
    "supervised": gettext_lazy("Supervised"),
    "waiting": gettext_lazy("With others"),
    "to_verify": gettext_lazy("To verify"),
    "all": gettext_lazy("All open"),
}

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
    """The matters of the work queue under these filters, most urgent first; `cases_of` reads the
    cases of a page.
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


def cases_queue(*, actor: Actor, filters: Filters, limit: int | None = None) -> list[Case]:
    """The first cases of the work queue, most urgent first; give each to `Line`."""
    keys = list(queue_keys(actor=actor, filters=filters).values_list("pk", flat=True)[:limit])
    found = cases_of(keys)
    return [found[key] for key in keys if key in found]


def cases_narrowed(*, actor: Actor, filters: Filters) -> CaseQuerySet:
    """The cases of the queue under these filters, in no order."""
    shown = Matter.objects.open_to(actor, Perm.VIEW).running()
    shown = shown.filter(_is_in(filters.view, actor, clock.now()))
    return _narrowed(Case.objects.filter(matter__in=shown.values("pk")), filters)


def _answers(actor: Actor, filters: Filters, start: int, size: int) -> list[list[tuple[Any, ...]]]:
    now = clock.now()
    make = _questions.__wrapped__ if filters.is_narrowing else _questions
    asked = make(actor.reader, filters, start, size)
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
    ways: dict[str, Any] = {
        "mine": lambda: matters.is_mine(actor),
        "due_today": lambda: matters.is_due(now, _midnight(now)),
        "late": lambda: matters.is_late(now),
        "supervised": matters.is_supervised,
        "waiting": lambda: matters.is_with_others(actor),
        "to_verify": lambda: Q(step=VERIFYING),
    }
    found: Q = ways.get(view, Q)()
    return found


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


def steps_choosable(path: str) -> list[tuple[str, str]]:
    """The steps of the procedure in force at a place, for a filter: key and label."""
    spec = spec_of(workflow_get(WORKFLOW, path))
    return [
        (key, label(step.label.as_label())) for key, step in spec.steps.items() if step.end is None
    ]
