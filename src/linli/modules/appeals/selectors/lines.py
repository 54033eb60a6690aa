# SPDX-License-Identifier: MulanPSL-2.0
"""A case as one line of a list."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from linli.base.kept import rows_kept
from linli.base.text import label
from linli.kernel.forms import selectors as forms
from linli.kernel.places import selectors as places
from linli.kernel.workflow.definitions import spec_of
from linli.kernel.workflow.models import Clock, HandOver, Matter
from linli.kernel.workflow.terms import OrderState
from linli.modules.appeals.models import Appeal, Case, CaseQuerySet
from linli.modules.appeals.selectors.saying import reporter_words
from linli.modules.appeals.terms import Channel

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
    *("withdrawn_at", "forgotten_at", "reporter__name"),
)


def narrow(rows: CaseQuerySet) -> CaseQuerySet:
    """Rows with what their line in a list says and nothing else, least of all what is sealed."""
    found: CaseQuerySet = rows.select_related(
        "matter__place__parent", "matter__lead_unit", "matter__definition"
    )
    return found.only(*_OF_CASE)


def cases_of(keys: Iterable[int]) -> dict[int, Case]:
    """The cases of a page, by the keys of their matters; give them to `lines_of`."""
    return {case.matter_id: case for case in _cases_of(tuple(keys))}


@rows_kept
def _cases_of(keys: tuple[int, ...]) -> QuerySet[Case]:
    return narrow(Case.objects.filter(matter_id__in=keys))


@rows_kept
def _appeals_of(keys: tuple[int, ...]) -> QuerySet[Appeal]:
    rows = Appeal.objects.select_related("reporter").only(*_OF_APPEAL)
    return rows.filter(case_id__in=keys).order_by("filed_at", "pk")


@rows_kept
def _clocks_of(keys: tuple[int, ...]) -> QuerySet[Clock]:
    running = Clock.objects.filter(stopped_at__isnull=True, paused_at__isnull=True)
    due_next = running.filter(matter_id__in=keys, due_at=F("matter__next_due_at"))
    return due_next.only(*_OF_CLOCK)


@rows_kept
def _orders_of(keys: tuple[int, ...]) -> QuerySet[HandOver]:
    orders = HandOver.objects.open().select_related("unit").only(*_OF_ORDER)
    return orders.filter(matter_id__in=keys)


@dataclass(frozen=True)
class Told:
    """What hangs on the cases of a page: appeals by case; by matter, the clock that is due first
    and the order that waits for an answer.
    """

    appeals: Mapping[int, list[Appeal]]
    clocks: Mapping[int, Clock]
    orders: Mapping[int, HandOver]


def _told_of(cases: tuple[int, ...], matters: tuple[int, ...]) -> Told:
    appeals: dict[int, list[Appeal]] = defaultdict(list)
    for appeal in _appeals_of(cases):
        appeals[appeal.case_id].append(appeal)
    clocks = {clock.matter_id: clock for clock in _clocks_of(matters)}
    return Told(appeals, clocks, {order.matter_id: order for order in _orders_of(matters)})


class Line:
    """One case as a list shows it; nothing here asks the database.

    `class_names` gives what people call the classes of the page, `told` what hangs on its cases.
    """

    def __init__(self, case: Case, class_names: Mapping[str, str], told: Told) -> None:
        self.case = case
        self.matter: Matter = case.matter
        self.is_on, self.href = False, ""
        self._class_names, self._told = class_names, told

    @property
    def number(self) -> str:
        """The number of its matter."""
        return self.matter.number

    @cached_property
    def appeals(self) -> list[Appeal]:
        """What people said, oldest first, without what was taken back."""
        said = self._told.appeals.get(self.case.pk, [])
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
        return self._told.clocks.get(self.matter.pk)

    @property
    def order(self) -> HandOver | None:
        """The order that waits for an answer."""
        return self._told.orders.get(self.matter.pk)

    @property
    def state(self) -> str:
        """Whom or what it waits for."""
        order, step = self.order, step_label(self.matter)
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
    """Cases of a page as lines; three queries, and one for each city among them."""
    rows = list(cases)
    told = _told_of(tuple(case.pk for case in rows), tuple(case.matter_id for case in rows))
    names: dict[str, dict[str, str]] = {}
    for top in {_top(case.matter.place.path) for case in rows}:
        classes = forms.class_tree(top).classes
        names[top] = {key: each.name for key, each in classes.items()}
    return [Line(case, names[_top(case.matter.place.path)], told) for case in rows]


def _top(path: str) -> str:
    return path[: path.find("/") + 1]
