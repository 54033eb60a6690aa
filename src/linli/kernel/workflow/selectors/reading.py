# SPDX-License-Identifier: MulanPSL-2.0
"""Reading matters, orders, clocks and to-dos for somebody."""

import datetime as dt
from dataclasses import dataclass

from linli.base import clock
from linli.base.actor import Actor
from linli.base.calendar import Derivation
from linli.base.text import label
from linli.kernel.notify.models import Definition as TextDefinition
from linli.kernel.workflow.definitions import spec_of, spec_then
from linli.kernel.workflow.histories import clocks_all, moves_all
from linli.kernel.workflow.models import Clock, HandOver, Matter, Todo
from linli.kernel.workflow.queries import MatterQuerySet, OrderQuerySet
from linli.kernel.workflow.rules.clocks import is_named, label_of
from linli.kernel.workflow.terms import (
    HOUSE_TODOS,
    LASTING_CLOCKS,
    ClockKind,
    Perm,
)


def matters_seen(actor: Actor, permission: str = Perm.VIEW_MATTER) -> MatterQuerySet:
    """Matters in the actor's reach, offered to or led by their units, or filed by them."""
    found: MatterQuerySet = Matter.objects.open_to(actor, permission)
    return found


def matters_open_to(actor: Actor, permission: str = Perm.VIEW_MATTER) -> MatterQuerySet:
    """The same with what a page says of each; a long list asks for keys first
    (docs/decisions/0020).
    """
    return (
        matters_seen(actor, permission)
        .select_related("place", "lead_unit", "definition")
        .defer("place__boundary", "definition__body")
    )


def matters_lined(keys: list[int]) -> dict[int, Matter]:
    """The matters of a page with what their lines say, by the keys that a list for somebody gave;
    two queries.
    """
    rows = Matter.objects.select_related("definition", "place__parent", "lead_unit", "called_unit")
    rows = rows.defer("place__boundary", "place__parent__boundary", "definition__body")
    found: dict[int, Matter] = rows.prefetch_related("clocks").in_bulk(keys)
    return found


def matter_find(actor: Actor, number: str, permission: str = Perm.VIEW_MATTER) -> Matter | None:
    """The matter of that number if the actor may see it; a guessed number tells nothing."""
    found: Matter | None = matters_open_to(actor, permission).filter(number=number).first()
    return found


def matters_aged(until: dt.datetime) -> MatterQuerySet:
    """Matters that still say whose they are, and ended before a moment."""
    return Matter.objects.filter(applicant_account__isnull=False, ended_at__lt=until)


def file_guard(actor: Actor, owner_key: str) -> bool:
    """Whether somebody may open a matter's files: whoever may see it; the key is its number."""
    return matter_find(actor, owner_key) is not None


def orders_offered(actor: Actor) -> OrderQuerySet:
    """Orders that wait for an answer of the actor's units, the most urgent first."""
    found: OrderQuerySet = HandOver.objects.offered_to(actor)
    return (
        found.select_related("matter", "matter__place", "unit")
        .defer("matter__place__boundary")
        .order_by("answer_due_at", "pk")
    )


def order_open(matter: Matter) -> HandOver | None:
    """The order that waits for the unit or the arbiter, if there is one."""
    found: HandOver | None = matter.orders.open().select_related("unit").first()
    return found


def clocks_of(matter: Matter) -> list[Clock]:
    """The matter's own clocks, then those of the present step, order and supervision, as they
    began."""
    return [
        row
        for row in clocks_all(matter)
        if row.kind == ClockKind.MATTER
        or (row.stopped_at is None and (row.visit == matter.visit or row.kind in LASTING_CLOCKS))
    ]


@dataclass(frozen=True)
class ClockView:
    """A clock as a page draws it: `tone` is good, soon or late, "" while it stands still."""

    name: str
    kind: str
    label: str
    starts_at: dt.datetime
    due_at: dt.datetime
    warn_at: dt.datetime | None
    stopped_at: dt.datetime | None
    paused_at: dt.datetime | None
    derivation: Derivation
    tone: str
    shown: bool

    @property
    def is_late(self) -> bool:
        """Whether it ran out before it stopped."""
        return self.tone == "late"

    @property
    def is_running(self) -> bool:
        """Whether time passes on it."""
        return self.stopped_at is None and self.paused_at is None


def clock_views(matter: Matter, now: dt.datetime | None = None) -> list[ClockView]:
    """The clocks of `clocks_of` with their names, derivations and how they stand now."""
    moment = now or clock.now()
    return [
        ClockView(
            name=row.name,
            kind=row.kind,
            label=label(_clock_label(matter, row)),
            starts_at=row.starts_at,
            due_at=row.due_at,
            warn_at=row.warn_at,
            stopped_at=row.stopped_at,
            paused_at=row.paused_at,
            derivation=Derivation.from_json(row.derivation),
            tone=tone_of(row, moment),
            shown=row.shown,
        )
        for row in clocks_of(matter)
    ]


def _clock_label(matter: Matter, row: Clock) -> dict[str, str]:
    """What people call a clock: as the matter's procedure says, else as an older version of it
    did.
    """
    spec = spec_of(matter.definition)
    if is_named(spec, row.kind, row.name):
        return label_of(spec, row.kind, row.name)
    versions = dict.fromkeys(line.definition_version for line in reversed(moves_all(matter)))
    older = (found for version in versions if (found := spec_then(version)) is not None)
    knowing = next((each for each in older if is_named(each, row.kind, row.name)), spec)
    return label_of(knowing, row.kind, row.name)


def tone_of(row: Clock, now: dt.datetime) -> str:
    """How a clock stands: late, soon (after its warning, else in its last fifth), good."""
    at = row.stopped_at or row.paused_at or now
    if at > row.due_at:
        return "late"
    if row.paused_at is not None:
        return ""
    if row.stopped_at is not None:
        return "good"
    warn_at = row.warn_at or row.due_at - (row.due_at - row.starts_at) / 5
    return "soon" if now >= warn_at else "good"


@dataclass(frozen=True)
class TodoView:
    """A thing to do as a list shows it."""

    id: int
    label: str
    matter: Matter
    opened_at: dt.datetime
    due_at: dt.datetime | None


def todos_for(actor: Actor, limit: int = 100) -> list[TodoView]:
    """What is still to do on the actor's desk, the most urgent first; three queries however
    many."""
    rows = (
        Todo.objects.of(actor)
        .open()
        .select_related("matter", "matter__place")
        .defer("matter__place__boundary")
        .order_by("due_at", "opened_at")[:limit]
    )
    single = {row.group: row for row in rows}
    words = _todo_words({row.text_key for row in single.values()})
    return [
        TodoView(
            id=row.pk,
            label=label(words.get(row.text_key, {"zh": row.text_key})),
            matter=row.matter,
            opened_at=row.opened_at,
            due_at=row.due_at,
        )
        for row in single.values()
    ]


def _todo_words(keys: set[str]) -> dict[str, dict[str, str]]:
    rows = TextDefinition.objects.filter(kind="text", key__in=keys).order_by("pk")
    return HOUSE_TODOS | {row.key: row.body["label"] for row in rows}
