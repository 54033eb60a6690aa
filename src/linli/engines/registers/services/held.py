# SPDX-License-Identifier: MulanPSL-2.0
"""Facts that a record does not ask for again, because they are held by what it is about."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from linli.base.errors import Message
from linli.base.text import label
from linli.engines.registers.rules.spec import RegisterSpec
from linli.kernel.people.models import Person
from linli.kernel.units.models import Unit

_OF_PERSON = ("name", "phone", "id_number", "address", "birth_on")


def held_facts(spec: RegisterSpec, subject: models.Model | None) -> dict[str, Any]:
    """The facts that a record takes over from what it is about, by field, if known."""
    found = {}
    for name, field in spec.in_order():
        if field.same_as is not None:
            value = _fact(subject, field.same_as)
            if value not in (None, ""):
                found[name] = value
    return found


def _fact(subject: models.Model | None, fact: str) -> Any:
    owner, _dot, name = fact.partition(":")[2].partition(".")
    if owner == "resident" and isinstance(subject, Person) and name in _OF_PERSON:
        return getattr(subject, name)
    if owner == "organization" and isinstance(subject, Unit):
        return {"name": subject.name, "phone": subject.phone}.get(name)
    return None


def missing(spec: RegisterSpec, held: Mapping[str, Any]) -> Iterator[tuple[str, Message]]:
    """The needed facts that are not known of what a record is about: they are filled in there."""
    for name, field in spec.in_order():
        if field.same_as is not None and field.need and name not in held:
            said = {"name": label(field.title)}
            yield name, _("Fill this in with whom it is about first: %(name)s.") % said
