# SPDX-License-Identifier: MulanPSL-2.0
"""What stands beside the values of a record: the words it is found by, what it has to itself, and
what it points to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from linli.base import clock
from linli.engines.registers.models import Link, Record, Uniqueness
from linli.engines.registers.rules.records import day_of, digests, due_day
from linli.engines.registers.rules.words import word_of
from linli.engines.registers.selectors import Register
from linli.engines.registers.services.pointing import Pointed, city_of, subject_column
from linli.engines.registers.terms import FROM, PLACE, SUBJECT, UNTIL, VALUES
from linli.kernel.forms.rules.sealing import seal
from linli.kernel.people.models import Household, Person
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit

_COLUMNS: Mapping[type[models.Model], str] = {
    Person: "person",
    Household: "household",
    Place: "place",
    Unit: "unit",
    Record: "target",
}


@dataclass(frozen=True)
class Kept:
    """A record as it is to be written: its values in plain, and what is kept beside them."""

    values: Mapping[str, Any]
    digests: Mapping[int, str]
    targets: Mapping[str, models.Model]


def record_fill(
    register: Register, record: Record, cleaned: Mapping[str, Any], at: Pointed
) -> Kept:
    """Let a record hold its values, be about its subject and be found by its words; returns what
    stands beside. Nothing is written yet.
    """
    spec = register.spec
    record.definition = register.definition
    record.place_path = record.place.path
    record.values = seal(spec, cleaned, context=VALUES)
    record.ends_on = day_of(cleaned, UNTIL)
    begun = record.starts_on if record.pk else clock.today()
    record.starts_on = day_of(cleaned, FROM) or min(begun, record.ends_on or begun)
    record.changed_at = clock.now()
    words = words_put(record, register, cleaned)
    about = subject_column(spec)
    if about is not None:
        setattr(record, about, at.subject)
    always = beside(record.place, at.subject)
    return Kept(cleaned, digests(spec, words, always), at.targets)


def beside(place: Place, subject: models.Model | None) -> dict[str, str]:
    """What may be unique beside the words of a record: where it lies and what it is about."""
    found = {PLACE: place.code}
    return found if subject is None else {**found, SUBJECT: str(subject.pk)}


def words_put(
    record: Record, register: Register, values: Mapping[str, Any]
) -> dict[str, str | None]:
    """Let a record have the words of its values and the day it is due; returns the words."""
    spec = register.spec
    words = {name: word_of(spec, name, values.get(name)) for name in spec.found_by}
    record.due_on = due_day(spec, values)
    for name, column in register.words.items():
        setattr(record, column, words.get(name))
    return words


def beside_put(record: Record, kept: Kept) -> None:
    """Write what stands beside a record anew.

    What another had to itself whose time is over is free. Raises IntegrityError if it is not.
    """
    city = city_of(record.place_path)
    uniqueness_drop(record)
    uniqueness_free(record.register, city, list(kept.digests.values()))
    Uniqueness.objects.bulk_create(
        Uniqueness(record=record, register=record.register, city=city, number=number, digest=digest)
        for number, digest in kept.digests.items()
    )
    Link.objects.filter(record=record).delete()
    Link.objects.bulk_create(links_of(record, kept))


def links_of(record: Record, kept: Kept) -> list[Link]:
    """What a record points to, as rows."""
    return [
        Link(record=record, field=name, **{_COLUMNS[type(target)]: target})
        for name, target in kept.targets.items()
    ]


def uniqueness_free(register: str, city: str, digests: Sequence[str]) -> None:
    """Let others have what records had to themselves whose time is over."""
    rows = Uniqueness.objects.filter(register=register, city=city, digest__in=digests)
    rows.filter(record__ends_on__lt=clock.today()).delete()


def uniqueness_drop(record: Record) -> None:
    """Let others have what this record had to itself."""
    Uniqueness.objects.filter(record=record).delete()
