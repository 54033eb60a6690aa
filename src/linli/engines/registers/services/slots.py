# SPDX-License-Identifier: MulanPSL-2.0
"""Giving the fields of a register the words by which its records are found."""

from django.db import transaction

from linli.base.actor import Actor
from linli.base.errors import Conflict
from linli.engines.registers.models import Record, Slot
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.selectors import register_find, values_of
from linli.engines.registers.services.keeping import words_put
from linli.engines.registers.terms import SLOTS, WORDS_JOB
from linli.kernel.jobs.services import enqueue

AT_ONCE = 300


@transaction.atomic
def slots_take(*, actor: Actor, register: str, spec: RegisterSpec) -> list[str]:
    """Let every field of a register that is declared `find` have a word of its own; returns those
    that are new. Who loads the pack has been asked already.

    Raises Conflict if a field has another type in this database already, or no word is free.
    """
    del actor
    rows = {slot.field: slot for slot in Slot.objects.filter(register=register)}
    free = sorted(set(range(1, SLOTS + 1)) - {slot.number for slot in rows.values()})
    fresh = []
    for name, field in spec.found_by.items():
        kind = field.kind.value
        if name in rows:
            _ensure_type(rows[name], kind)
        elif not free:
            raise Conflict(
                f'register:{register}: no word is left by which "{name}" could be found',
                code="no_slot",
            )
        else:
            fresh.append(Slot(register=register, field=name, type=kind, number=free.pop(0)))
    Slot.objects.bulk_create(fresh)
    if fresh and Record.objects.filter(register=register).exists():
        enqueue(WORDS_JOB, register=register, after=0)
    return [slot.field for slot in fresh]


@transaction.atomic
def words_fill(*, register: str, after: int) -> int | None:
    """Make the words of the next records of a register anew, in order of their keys; returns the
    key of the last one, None if there was none.

    Words are derived: nothing is said of it in a record's history.
    """
    rows = Record.objects.select_for_update(of=("self",)).filter(register=register, pk__gt=after)
    batch = list(rows.order_by("pk")[:AT_ONCE])
    for record in batch:
        found = register_find(register, record.place_path)
        if found is not None:
            words_put(record, found, values_of(record))
    columns = [f"word_{number}" for number in range(1, SLOTS + 1)]
    Record.objects.bulk_update(batch, ["due_on", *columns])
    return batch[-1].pk if batch else None


def _ensure_type(slot: Slot, kind: str) -> None:
    if slot.type != kind:
        raise Conflict(
            f'register:{slot.register}: "{slot.field}" is a {slot.type} here and cannot become a '
            f"{kind}; give the field another name",
            code="slot_type",
        )
