# SPDX-License-Identifier: MulanPSL-2.0
"""Which records somebody may see and write."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from django.db.models import Q

from linli.base import clock
from linli.base.actor import Actor
from linli.engines.registers.models import Record, RecordQuerySet, Revision
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.selectors.registers import Register, register_find
from linli.engines.registers.terms import VALUES, Perm, State
from linli.kernel.access import services as access
from linli.kernel.forms.rules.sealing import is_personal, unseal
from linli.kernel.forms.terms import REFERENCES
from linli.kernel.people.terms import Perm as PeoplePerm
from linli.kernel.places import asof
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit
from linli.kernel.workflow.rules.who import who_read

MOST_POINTING = 100
MOST_PLACES = 300

OPEN_TO_VIEWERS = ("normal", "personal")
"""Classes of registers that whoever may see registers at a place may see; of the others only those
know who are named in `who` and `readers`, whatever their rank."""


def records_visible(*, actor: Actor, register: Register) -> RecordQuerySet:
    """The records of a register that this actor may see, what is personal masked by whoever shows
    them.
    """
    rows: RecordQuerySet = Record.objects.filter(register=register.key)
    if actor.is_system:
        return rows
    return rows.below(*reach(actor, register.spec))


def records_at(*, actor: Actor, register: Register, place: Place) -> RecordQuerySet:
    """Those that count at a place and below it."""
    rows = records_visible(actor=actor, register=register)
    return rows.filter(asof.below(place.path, lies="place_path"))


def records_among(keys: Iterable[str], paths: Iterable[str], top: Place) -> RecordQuerySet:
    """The records of several registers at a place and below it, for somebody who sees them below
    some paths.
    """
    rows: RecordQuerySet = Record.objects.filter(register__in=list(keys)).below(*paths)
    return rows.filter(asof.below(top.path, lies="place_path"))


def reach(actor: Actor, spec: RegisterSpec) -> tuple[str, ...]:
    """Below which places the actor may see records: by permission where the class allows it, and
    through the roles that the register names.
    """
    paths = set()
    if spec.privacy in OPEN_TO_VIEWERS and spec.readers is None:
        paths |= set(actor.reach(Perm.VIEW))
    named = {who_read(text).role for text in (*(spec.who or ()), *(spec.readers or ()))}
    paths |= {held.path for held in actor.grants if held.role in named and held.unit_id is None}
    return tuple(sorted(paths))


def may_write(actor: Actor, spec: RegisterSpec, place: Place) -> bool:
    """Whether the actor is one of those whom the register lets write at a place."""
    if actor.is_system:
        return True
    entries = (who_read(text) for text in spec.who or ())
    return any(access.holds(actor, entry.role, place, entry.at or None) for entry in entries)


def may_write_below(actor: Actor, spec: RegisterSpec, top: Place) -> bool:
    """Whether the actor writes at a place, or at one of those above or below it."""
    if actor.is_system:
        return True
    named = {who_read(text).role for text in spec.who or ()}
    paths = (held.path for held in actor.grants if held.role in named and held.unit_id is None)
    return any(path.startswith(top.path) or top.path.startswith(path) for path in paths)


def may_open(actor: Actor, spec: RegisterSpec, place: Place) -> bool:
    """Whether the actor may open what is personal in a record at a place, for a purpose.

    What is sensitive, or of minors, those alone may open who are named by the register: no rank
    and no permission makes up for it.
    """
    is_named = _is_named(actor, spec, place)
    if spec.privacy in OPEN_TO_VIEWERS and not _has_sensitive(spec):
        return is_named or bool(access.may(actor, PeoplePerm.OPEN_PERSONAL, place))
    return is_named


def _is_named(actor: Actor, spec: RegisterSpec, place: Place) -> bool:
    entries = [who_read(text) for text in (*(spec.who or ()), *(spec.readers or ()))]
    return actor.is_system or any(
        access.holds(actor, entry.role, place, entry.at or None) for entry in entries
    )


def _has_sensitive(spec: RegisterSpec) -> bool:
    return any(field.privacy not in OPEN_TO_VIEWERS for field in spec.fields.values())


def is_sealed(spec: RegisterSpec, name: str) -> bool:
    """Whether a field is kept sealed and shown only for a purpose."""
    field = spec.fields[name]
    return is_personal(spec, field) and field.kind not in REFERENCES


def records_pointing(*, actor: Actor, record: Record) -> list[tuple[Register, Record]]:
    """The records that point to a record, as far as the actor sees them, newest first."""
    rows = Record.objects.filter(links__target=record).select_related(
        "place", "person", "unit", "household__dwelling"
    )
    found = []
    for each in rows.order_by("-pk")[:MOST_POINTING]:
        register = register_find(each.register, each.place_path)
        if register is not None and _sees(actor, register, each):
            found.append((register, each))
    return found


def records_of_unit(*, actor: Actor, unit: Unit) -> list[tuple[Register, Record]]:
    """The standing records about a unit, or that point to it, as far as the actor sees them, newest
    first.
    """
    rows = Record.objects.filter(Q(unit=unit) | Q(links__unit=unit), state=State.STANDING)
    found = []
    for each in rows.select_related("place").distinct().order_by("-pk")[:MOST_POINTING]:
        register = register_find(each.register, each.place_path)
        if register is not None and _sees(actor, register, each):
            found.append((register, each))
    return found


def _sees(actor: Actor, register: Register, record: Record) -> bool:
    paths = ("",) if actor.is_system else reach(actor, register.spec)
    return any(record.place_path.startswith(path) for path in paths)


def file_guard(actor: Actor, owner_key: str) -> bool:
    """Whether somebody may open the files of a record: whoever sees it."""
    is_key = owner_key.isascii() and owner_key.isdigit()
    return is_key and record_get(actor=actor, record_id=int(owner_key)) is not None


def places_writable(actor: Actor, spec: RegisterSpec, top: Place) -> list[Place]:
    """The places at or below one at which the actor may add a record, some hundreds at most."""
    rows = Place.objects.plain().on(clock.today()).below(top.path)
    rows = rows.filter(level__in=spec.levels).order_by("path")
    return list(islice((each for each in rows if may_write(actor, spec, each)), MOST_PLACES))


def record_get(*, actor: Actor, record_id: int) -> tuple[Register, Record] | None:
    """A record that this actor may see, with its register as it is in force where it lies."""
    rows = Record.objects.select_related("place", "person", "unit", "household__dwelling")
    record = rows.filter(pk=record_id).first()
    if record is None:
        return None
    register = register_find(record.register, record.place_path)
    if register is None:
        return None
    return (register, record) if _sees(actor, register, record) else None


def values_of(record: Record | Revision) -> dict[str, Any]:
    """What a record or one change of it holds, in plain; who may read it is asked before."""
    return unseal(record.values, context=VALUES)
