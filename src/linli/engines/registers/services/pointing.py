# SPDX-License-Identifier: MulanPSL-2.0
"""What the fields of records point to: found, and refused where the actor may not point there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Invalid, Message
from linli.engines.registers.rules.records import references
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.selectors import records_visible, register_find
from linli.engines.registers.terms import SUBJECT, About, State
from linli.kernel.forms.terms import FieldType
from linli.kernel.people.models import Household
from linli.kernel.people.selectors import person_get
from linli.kernel.people.terms import Perm as PeoplePerm
from linli.kernel.places.models import Place
from linli.kernel.places.selectors import place_by_code
from linli.kernel.units.models import Unit

_Find = Callable[[Actor, Place, str, str], models.Model | None]


@dataclass(frozen=True)
class Pointed:
    """What a record points to: by field, and what it is about (None for a place or thing)."""

    targets: Mapping[str, models.Model]
    subject: models.Model | None


def city_of(path: str) -> str:
    """The top place: what lies in another city is not there."""
    return path.partition("/")[0] + "/"


def pointed(
    actor: Actor, spec: RegisterSpec, place: Place, cleaned: Mapping[str, Any], subject: str
) -> Pointed:
    """Everything that a record at a place points to.

    Raises:
        Invalid: something is not there, or not for this actor; with one message a field.
    """
    targets: dict[str, models.Model] = {}
    problems: dict[str, Message] = {}
    for name, key in references(spec, cleaned).items():
        field = spec.fields[name]
        found = _FINDS[field.kind](actor, place, key, (field.of or "").partition(":")[2])
        if found is None:
            problems[name] = _("Please choose one of the list.")
        else:
            targets[name] = found
    about = _subject(actor, spec, place, subject, targets)
    if about is None and spec.asks_subject:
        problems[SUBJECT] = _("Please choose whom this is about.")
    if problems:
        message = _("Please look at the marked fields again.")
        raise Invalid(message, code="form_invalid", fields=problems)
    return Pointed(targets, about)


def _subject(
    actor: Actor,
    spec: RegisterSpec,
    place: Place,
    subject: str,
    targets: Mapping[str, models.Model],
) -> models.Model | None:
    if spec.subject_field is not None:
        return targets.get(spec.subject_field)
    if not spec.asks_subject or not subject:
        return None
    return _FINDS[FieldType(spec.about.value)](actor, place, subject, "")


def _number(key: str) -> int:
    return int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0


def _person(actor: Actor, place: Place, key: str, of: str) -> models.Model | None:
    del place, of
    person = person_get(actor=actor, person_id=_number(key))
    return person if person is not None and person.erased_at is None else None


def _household(actor: Actor, place: Place, key: str, of: str) -> models.Model | None:
    del place, of
    rows = Household.objects.visible_to(actor, PeoplePerm.VIEW)
    return rows.filter(pk=_number(key)).first()


def _place(actor: Actor, place: Place, key: str, of: str) -> models.Model | None:
    del actor, of
    found = place_by_code(key)
    return found if found is not None and city_of(found.path) == city_of(place.path) else None


def _unit(actor: Actor, place: Place, key: str, of: str) -> models.Model | None:
    del actor, of
    units = Unit.objects.below(city_of(place.path))
    return units.filter(pk=_number(key)).first()


def _record(actor: Actor, place: Place, key: str, of: str) -> models.Model | None:
    register = register_find(of, place.path)
    if register is None:
        return None
    rows = records_visible(actor=actor, register=register)
    return rows.below(city_of(place.path)).filter(pk=_number(key), state=State.STANDING).first()


_FINDS: Mapping[FieldType, _Find] = {
    FieldType.PERSON: _person,
    FieldType.HOUSEHOLD: _household,
    FieldType.PLACE: _place,
    FieldType.UNIT: _unit,
    FieldType.RECORD: _record,
}


def found_by_key(
    actor: Actor, place: Place, kind: FieldType, key: str, of: str
) -> models.Model | None:
    """What a key of that kind points to from a place, or None where it is not there for the
    actor.
    """
    return _FINDS[kind](actor, place, key, of)


_COLUMNS = {
    About.PERSON: "person",
    About.HOUSEHOLD: "household",
    About.UNIT: "unit",
}


def subject_column(spec: RegisterSpec) -> str | None:
    """The column of a record that holds what it is about; None for a place or thing."""
    return _COLUMNS.get(spec.about)
