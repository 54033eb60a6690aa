# SPDX-License-Identifier: MulanPSL-2.0
"""Giving the fields of a register the words by which its records are found."""

from django.db import transaction

from linli.base.actor import Actor
from linli.base.errors import Conflict
from linli.engines.registers.models import Slot
from linli.engines.registers.rules.spec import RegisterSpec
from linli.engines.registers.terms import SLOTS


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
    return [slot.field for slot in fresh]


def _ensure_type(slot: Slot, kind: str) -> None:
    if slot.type != kind:
        raise Conflict(
            f'register:{slot.register}: "{slot.field}" is a {slot.type} here and cannot become a '
            f"{kind}; give the field another name",
            code="slot_type",
        )
