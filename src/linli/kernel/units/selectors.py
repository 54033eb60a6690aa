# SPDX-License-Identifier: MulanPSL-2.0
"""Reading units: which one is meant at a place, and who belongs to it."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from linli.base import clock
from linli.base.actor import Actor
from linli.base.definitions import prefixes
from linli.base.text import as_said
from linli.kernel.places.models import Place
from linli.kernel.units.models import Definition, Membership, Unit, UnitQuerySet
from linli.kernel.units.terms import Perm

KIND = "unit"
LONGEST_SUCCESSION = 20
"""Mergers followed from a closed unit to the one that does its work today."""


def unit_for(key: str, place: Place, on: dt.date | None = None) -> Unit | None:
    """The unit of that key which serves a place: the place's own, else the nearest above.

    A unit that was merged or closed before that day is answered for by its successor.
    """
    day = on or clock.today()
    rows = (
        Unit.objects.filter(key=key, place__path__in=prefixes(place.path))
        .select_related("place", "successor")
        .defer("place__boundary")
    )
    for unit in sorted(rows, key=lambda one: len(one.place.path), reverse=True):
        found = _at_work(unit, day)
        if found is not None:
            return found
    return None


def _at_work(unit: Unit, day: dt.date) -> Unit | None:
    found: Unit | None = unit
    for _step in range(LONGEST_SUCCESSION):
        if found is None or found.exists_on(day):
            return found
        if found.starts_on is not None and day < found.starts_on:
            return None
        found = found.successor
    return None


def unit_now(unit: Unit, on: dt.date | None = None) -> Unit | None:
    """The unit that does this one's work on a day: itself, or whoever took over; None if nobody
    did.
    """
    return _at_work(unit, on or clock.today())


def unit_at(key: str, place: Place) -> Unit | None:
    """The unit of that key at exactly that place, working or not."""
    return Unit.objects.select_related("place").filter(key=key, place=place).first()


def unit_get(unit_id: int) -> Unit | None:
    """A unit by its id, with its place."""
    return Unit.objects.select_related("place").defer("place__boundary").filter(pk=unit_id).first()


def units_visible(*, actor: Actor, on: dt.date | None = None) -> UnitQuerySet:
    """Units at places where this actor may see them, working on a day (today)."""
    rows: UnitQuerySet = (
        Unit.objects.visible_to(actor, Perm.VIEW)
        .on(on or clock.today())
        .select_related("place")
        .defer("place__boundary")
    )
    return rows.order_by("place__path", "key")


def units_below(path: str, on: dt.date | None = None) -> UnitQuerySet:
    """Units at or below a place, working on a day (today): for code that has asked already."""
    rows: UnitQuerySet = Unit.objects.below(path).on(on or clock.today())
    return rows.select_related("place").defer("place__boundary").order_by("place__path", "key")


def units_choosable(place: Place, on: dt.date | None = None) -> UnitQuerySet:
    """Units that may be asked to handle something at a place: its own and those of all places
    above.
    """
    rows: UnitQuerySet = Unit.objects.filter(place__path__in=prefixes(place.path))
    rows = rows.on(on or clock.today()).select_related("place").defer("place__boundary")
    return rows.order_by("-place__path", "key")


def unit_label(key: str, path: str = "", on: dt.date | None = None) -> dict[str, str]:
    """What the packs call a unit of that key at a place; the key itself if none does."""
    row = Definition.objects.find(KIND, key, path, on or clock.today())
    if row is None:
        return as_said(key)
    return {"zh": str(row.body.get("zh", key)), "en": str(row.body.get("en", ""))}


def members_on(unit: Unit, day: dt.date | None = None) -> QuerySet[Membership]:
    """Who belongs to a unit on a day (today), stand-ins included."""
    rows: QuerySet[Membership] = Membership.objects.on(day or clock.today()).filter(unit=unit)
    return rows.select_related("account").order_by("account__username")


def member_ids(unit_ids: Iterable[int], day: dt.date | None = None) -> list[int]:
    """The accounts that belong to any of these units on a day (today)."""
    rows = Membership.objects.on(day or clock.today()).filter(
        unit_id__in=list(unit_ids), account__is_active=True
    )
    return sorted(set(rows.values_list("account_id", flat=True)))


def units_of(account_id: int, day: dt.date | None = None) -> list[Unit]:
    """The units that an account belongs to on a day (today)."""
    rows = Membership.objects.on(day or clock.today()).filter(account_id=account_id)
    ids = rows.values("unit_id")
    return list(
        Unit.objects.filter(pk__in=ids).select_related("place").order_by("place__path", "key")
    )
