# SPDX-License-Identifier: MulanPSL-2.0
"""Adding many records at once, each checked before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from linli.base import clock
from linli.base.actor import Actor
from linli.engines.registers.models import Link, Record, Revision, Uniqueness
from linli.engines.registers.selectors import Register
from linli.engines.registers.services.keeping import Kept, links_of, uniqueness_free
from linli.engines.registers.services.pointing import city_of
from linli.engines.registers.terms import SUBJECT, VALUES, Event, Source, Verb
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.forms.rules.sealing import seal


@dataclass(frozen=True)
class Ready:
    """A record that was checked and may be written: the line and key of its row, the record, its
    values in plain, and what stands beside it.
    """

    line: int
    key: str
    record: Record
    values: Mapping[str, Any]
    kept: Kept


@transaction.atomic
def records_add(*, actor: Actor, register: Register, ready: Sequence[Ready]) -> None:
    """Write records of one register that the caller has checked one by one, and who may write them.

    One line in the record of deeds and one event for all of a place. Raises IntegrityError if one
    of them is on file by now; then nothing was written.
    """
    now = clock.now()
    for each in ready:
        each.record.created_at = each.record.changed_at = now
    Record.objects.bulk_create([each.record for each in ready])
    for city in {city_of(each.record.place_path) for each in ready}:
        uniqueness_free(register.key, city, [d for e in ready for d in e.kept.digests.values()])
    Uniqueness.objects.bulk_create(row for each in ready for row in _uniquenesses(each))
    Link.objects.bulk_create(row for each in ready for row in links_of(each.record, each.kept))
    Revision.objects.bulk_create([_revision(actor, register, each) for each in ready])
    _told(actor, register, ready)


def _uniquenesses(ready: Ready) -> list[Uniqueness]:
    record = ready.record
    city = city_of(record.place_path)
    return [
        Uniqueness(record=record, register=record.register, city=city, number=number, digest=digest)
        for number, digest in ready.kept.digests.items()
    ]


def _revision(actor: Actor, register: Register, ready: Ready) -> Revision:
    record, values = ready.record, dict(ready.values)
    if register.spec.asks_subject:
        values[SUBJECT] = str(record.person_id or record.household_id or record.unit_id)
    return Revision(
        record=record,
        number=1,
        at=record.created_at,
        account_id=actor.account_id,
        source=Source.IMPORT,
        source_key=ready.key,
        definition=register.definition,
        values=seal(register.spec, values, context=VALUES),
    )


def _told(actor: Actor, register: Register, ready: Sequence[Ready]) -> None:
    by_place: dict[str, list[Record]] = {}
    for each in ready:
        by_place.setdefault(each.record.place_path, []).append(each.record)
    for path, records in by_place.items():
        detail = {"register": register.key, "first": records[0].pk, "count": len(records)}
        audit.record(actor, Verb.IMPORTED, on=records[0], at=path, detail=detail)
        for record in records:
            events.announce(
                Event.ADDED, place_path=path, record_id=record.pk, register=register.key
            )
