# SPDX-License-Identifier: MulanPSL-2.0
"""The list of matters: what its address asks for, its rows, and each row as a line."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Message
from linli.base.text import label
from linli.kernel.places import selectors as places
from linli.kernel.workflow.definitions import spec_of
from linli.kernel.workflow.models import Clock, Matter
from linli.kernel.workflow.queries import MatterQuerySet
from linli.kernel.workflow.selectors.beginning import procedures_named
from linli.shells.matters.reading import matters_running

LONGEST_SEARCH = 80
VIEWS: Mapping[str, Message] = {
    "mine": gettext_lazy("For me to do"),
    "all": gettext_lazy("All open"),
    "late": gettext_lazy("Late"),
    "supervised": gettext_lazy("Supervised"),
}
NOTHING: Mapping[str, tuple[Message, Message]] = {
    "mine": (
        gettext_lazy("Nothing waits for you"),
        gettext_lazy("What is sent to you or your unit shows up here by itself."),
    ),
    "late": (gettext_lazy("Nothing is late"), gettext_lazy("Have a look at all that is open.")),
    "supervised": (
        gettext_lazy("Nothing is supervised"),
        gettext_lazy("What is ordered from above to be hastened stands here until it is answered."),
    ),
}
DUE_FIRST = (F("next_due_at").asc(nulls_last=True), "opened_at", "pk")


@dataclass(frozen=True)
class Asked:
    """The list that an address asks for."""

    view: str
    workflow: str = ""
    text: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the view is set."""
        return bool(self.workflow or self.text)


def asked_of(request: HttpRequest) -> Asked:
    """Read the address; what is unknown in it is left out."""
    view = request.GET.get("view", "")
    return Asked(
        view=view if view in VIEWS else next(iter(VIEWS)),
        workflow=request.GET.get("workflow", "")[:64],
        text=request.GET.get("q", "").strip()[:LONGEST_SEARCH],
    )


def matters_listed(actor: Actor, asked: Asked) -> MatterQuerySet:
    """The rows of a list, what is due first in front; without what a line says of them."""
    rows = matters_running(actor)
    return _narrowed(rows.filter(_is_in(rows, asked.view, actor)), asked).order_by(*DUE_FIRST)


def _narrowed(rows: MatterQuerySet, asked: Asked) -> MatterQuerySet:
    if asked.workflow:
        rows = rows.filter(workflow=asked.workflow)
    for word in asked.text.split()[:8]:
        rows = rows.filter(Q(number__icontains=word) | Q(title__icontains=word))
    return rows


def _is_in(rows: MatterQuerySet, view: str, actor: Actor) -> Q:
    """Whether a running matter stands in a view."""
    if view == "mine":
        return rows.is_mine(actor)
    if view == "supervised":
        return rows.is_supervised()
    return rows.is_late(clock.now()) if view == "late" else Q()


def counts_of(actor: Actor, asked: Asked) -> dict[str, int]:
    """How many matters stand in each view under the other filters; one query."""
    rows = _narrowed(matters_running(actor).order_by(), asked)
    wanted = {view: Count("pk", filter=_is_in(rows, view, actor)) for view in VIEWS}
    return dict(rows.aggregate(**wanted))


def procedures_of(actor: Actor) -> list[tuple[str, str]]:
    """The procedures of which somebody sees running matters, by key, with their names."""
    rows = matters_running(actor).order_by()
    named = procedures_named(rows.values_list("definition_id", flat=True).distinct())
    return sorted(named.items(), key=lambda pair: pair[1])


def nothing_words(asked: Asked) -> tuple[Message, Message]:
    """What an empty list says: a title, and what to do."""
    if not asked.is_narrowed and asked.view in NOTHING:
        return NOTHING[asked.view]
    return _("Nothing found"), _("Take a filter away, or look at all that is open.")


@dataclass(frozen=True)
class Row:
    """One matter as a list shows it; nothing here asks the database."""

    number: str
    title: str
    procedure: str
    step: str
    where: str
    unit: str
    due: Clock | None
    is_urgent: bool


def lines_of(matters: Iterable[Matter]) -> list[Row]:
    """Matters of a page as lines."""
    return [_line(matter) for matter in matters]


def _line(matter: Matter) -> Row:
    spec = spec_of(matter.definition)
    procedure = label(spec.label.as_label())
    unit = matter.lead_unit or matter.called_unit
    running = [each for each in matter.clocks.all() if each.is_running]
    return Row(
        number=matter.number,
        title=matter.title or procedure,
        procedure=procedure if matter.title else "",
        step=label(spec.steps[matter.step].label.as_label()),
        where=_where(matter),
        unit=label(unit.label) if unit is not None else "",
        due=min(running, key=lambda each: each.due_at, default=None),
        is_urgent=matter.urgency == "urgent",
    )


def _where(matter: Matter) -> str:
    """The place with the one above it."""
    place = matter.place
    names = [places.name_of(each) for each in (place.parent, place) if each is not None]
    return " ".join(names)
