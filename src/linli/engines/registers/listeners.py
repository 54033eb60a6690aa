# SPDX-License-Identifier: MulanPSL-2.0
"""What follows in registers from what happens elsewhere."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from linli.base.actor import SYSTEM
from linli.engines.registers.models import Record
from linli.engines.registers.selectors import records_visible, register_find
from linli.engines.registers.services.erasing import records_erase
from linli.engines.registers.services.posts import post_follow
from linli.engines.registers.terms import State


def person_erased(payload: Mapping[str, Any]) -> None:
    """Somebody was lawfully erased: no record about them keeps anything personal."""
    records_erase(actor=SYSTEM, person_id=int(payload["person_id"]))


@transaction.atomic
def account_linked(payload: Mapping[str, Any]) -> None:
    """Somebody in a post has a log-in now: they hold its role from now on."""
    rows = Record.objects.filter(person_id=payload["person_id"], state=State.STANDING)
    for record in rows.select_related("place", "person__account"):
        register = register_find(record.register, record.place_path)
        if register is not None and records_visible(actor=SYSTEM, register=register):
            post_follow(record, register.spec)
