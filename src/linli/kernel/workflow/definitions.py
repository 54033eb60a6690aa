# SPDX-License-Identifier: MulanPSL-2.0
"""The definitions in force: workflows, calendars, duties; read once, kept until a newer row is
loaded."""

import datetime as dt
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from linli.base import clock
from linli.base.calendar import WorkCalendar, read_hours
from linli.base.definitions import body_as, prefixes
from linli.base.errors import Invalid
from linli.base.spans import Span
from linli.base.text import in_both
from linli.kernel.places.models import Place
from linli.kernel.workflow.grammar import CalendarSpec, DutyRow, ServiceRow, WorkflowSpec
from linli.kernel.workflow.models import Definition
from linli.kernel.workflow.terms import OFFICE

_KEPT = 256
_Kept = TypeVar("_Kept")
_kept: dict[Hashable, Any] = {}


def keep(key: Hashable, make: Callable[[], _Kept]) -> _Kept:
    """What was made under a key, made anew only when it is not known any more."""
    if key not in _kept:
        if len(_kept) >= _KEPT:
            _kept.clear()
        _kept[key] = make()
    return cast("_Kept", _kept[key])


def workflow_get(key: str, path: str, day: dt.date | None = None) -> Definition:
    """The workflow in force at a place.

    Raises:
        Invalid: no pack at this place has it.
    """
    row = Definition.objects.find("workflow", key, path, day or clock.today())
    if row is None:
        raise Invalid(f"workflow:{key} is not in force here", code="no_workflow")
    return row


def workflow_known(key: str) -> bool:
    """Whether a pack has ever brought a workflow of that key, wherever it holds."""
    return Definition.objects.filter(kind="workflow", key=key).exists()


def spec_of(definition: Definition) -> WorkflowSpec:
    """A workflow's definition as a value; its body is read only the first time."""
    return body_as(definition, WorkflowSpec)


def spec_then(version: str) -> WorkflowSpec | None:
    """The workflow of a version as the history names it (`version_of`), if it is still kept."""
    name, _hash, digest = version.rpartition("#")
    key, _at, day = name.partition(":")[2].rpartition("@")
    if not (key and digest):
        return None
    rows = Definition.objects.filter(kind="workflow", key=key, digest__startswith=digest)
    row = rows.filter(starts_on=day).order_by("pk").first()
    return spec_of(row) if row is not None else None


def version_of(definition: Definition) -> str:
    """How the history names the version of a definition."""
    return f"{definition.kind}:{definition.key}@{definition.starts_on}#{definition.digest[:8]}"


def calendar_get(key: str, path: str) -> WorkCalendar:
    """A calendar in force at a place with all days off and made up; where there is none, round
    the clock."""
    day = clock.today()
    standing = Definition.objects.standing(("calendar", "day"), path, day)
    return keep(("calendar", key, standing, day.year), lambda: _calendar(key, path, day))


def _calendar(key: str, path: str, day: dt.date) -> WorkCalendar:
    row = Definition.objects.find("calendar", key, path, day)
    if row is None and key != OFFICE:
        row = Definition.objects.find("calendar", OFFICE, path, day)
    if row is None:
        return WorkCalendar(all_day=True)
    spec = CalendarSpec.model_validate(row.body)
    days: dict[dt.date, bool] = {}
    notes: dict[dt.date, dict[str, str]] = {}
    for each in Definition.objects.in_force("day", path, day):
        on = dt.date.fromisoformat(each.key)
        days[on] = each.body["day"] == "work"
        if each.body.get("zh"):
            notes[on] = in_both(each.body)
    unannounced = {max(on.year for on in days) + 1} if days else {day.year}
    return WorkCalendar(
        hours=read_hours(spec.hours),
        days=days,
        all_day=spec.all_day,
        notes=notes,
        provisional_years=frozenset(unannounced),
    )


@dataclass(frozen=True)
class Duty:
    """A row of the duty list: who leads a class, perhaps only in places of one kind."""

    key: str
    class_key: str
    where_kind: str
    list: str
    lead: str
    support: tuple[str, ...]
    depth: int
    clause: str


def duties_in_force(path: str, day: dt.date | None = None) -> tuple[Duty, ...]:
    """The duty list in force at a place, in pack order."""
    on = day or clock.today()
    key = ("duty", Definition.objects.standing(("duty",), path, on))
    return keep(
        key, lambda: tuple(_duty(row) for row in Definition.objects.in_force("duty", path, on))
    )


def _duty(row: Definition) -> Duty:
    spec = DutyRow.model_validate(row.body)
    return Duty(
        key=row.key,
        class_key=spec.class_.partition(":")[2],
        where_kind=spec.where_kind or "",
        list=spec.list,
        lead=spec.lead.partition(":")[2],
        support=tuple(unit.partition(":")[2] for unit in spec.support),
        depth=len(row.place_path),
        clause=row.clause,
    )


def duties_for(classes: Sequence[str], place: Place, day: dt.date | None = None) -> list[Duty]:
    """Rows that answer who leads a class at a place, the most fitting first.

    `classes` is the class and those above it. The nearest class wins, then a row for the kind of
    place, then the city's own row before the base's.
    """
    rows = [duty for duty in duties_in_force(place.path, day) if duty.class_key in classes]
    if not rows:
        return []
    kinds: set[str] = set()
    if any(duty.where_kind for duty in rows):
        above = Place.objects.filter(path__in=prefixes(place.path))
        kinds = set(above.values_list("kind", flat=True))
    fitting = [duty for duty in rows if not duty.where_kind or duty.where_kind in kinds]
    return sorted(
        fitting,
        key=lambda duty: (classes.index(duty.class_key), not duty.where_kind, -duty.depth),
    )


def service_limit(key: str, column: str, path: str, day: dt.date) -> Span | None:
    """A limit of an item of the one window, as it was on a day."""
    row = Definition.objects.find("service", key, path, day)
    if row is None:
        return None
    found = getattr(ServiceRow.model_validate(row.body), column, None)
    return found if isinstance(found, Span) else None
