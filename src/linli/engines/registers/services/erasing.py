# SPDX-License-Identifier: MulanPSL-2.0
"""Lawful deletion: what registers keep of a person beside the register of persons."""

from typing import Any

from django.db import transaction

from linli.base import clock
from linli.base.actor import Actor
from linli.engines.registers.models import Record, Revision
from linli.engines.registers.services.keeping import uniqueness_drop
from linli.engines.registers.terms import SLOTS, State, Verb
from linli.kernel.audit import services as audit
from linli.kernel.forms.rules.sealing import SEALED

WHY = "依法删除"
"""Why a record about somebody who was erased has ended; said in the language of the law."""


@transaction.atomic
def records_erase(*, actor: Actor, person_id: int) -> int:
    """Take every personal value out of all records about somebody who was lawfully erased, and out
    of their history; those that stood have ended. Returns how many there were.

    What is not personal stays, nobody's. The caller has checked that the actor may.
    """
    rows = Record.objects.select_for_update(of=("self",)).filter(person=person_id)
    records = list(rows.order_by("pk"))
    for record in records:
        _emptied(record)
        for revision in Revision.objects.filter(record=record):
            revision.values = _plain(revision.values)
            revision.save(update_fields=["values"])
        record.save()
    if records:
        on = ("people.person", person_id)
        audit.record(actor, Verb.ERASED, on=on, detail={"records": len(records)})
    return len(records)


def _emptied(record: Record) -> None:
    record.values = _plain(record.values)
    for number in range(1, SLOTS + 1):
        if not (getattr(record, f"word_{number}") or "=").startswith("="):
            setattr(record, f"word_{number}", None)
    if record.state == State.STANDING:
        today = max(clock.today(), record.starts_on)
        record.state, record.ended_reason = State.ENDED, WHY
        record.ends_on, record.due_on = min(record.ends_on or today, today), None
        record.changed_at = clock.now()
        uniqueness_drop(record)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """The values that are about nobody."""
    return {
        name: value
        for name, value in values.items()
        if not (isinstance(value, dict) and set(value) == {SEALED})
    }
