# SPDX-License-Identifier: MulanPSL-2.0
"""Telling those who keep a register what runs out or is due soon, once for each such day."""

import datetime as dt
from collections import defaultdict

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from linli.base import clock
from linli.base.actor import SYSTEM, Actor
from linli.engines.registers.models import Definition, Record
from linli.engines.registers.selectors import Register, register_find
from linli.engines.registers.terms import State
from linli.kernel.access.selectors import accounts_holding
from linli.kernel.notify import services as notify
from linli.kernel.places.models import Place
from linli.kernel.workflow.rules.who import who_read

TEXT = "records_run_out"
AT_ONCE = 2_000
_LONGEST = dt.timedelta(days=400)
"""No register reminds earlier than that; it keeps the question within the index."""


@transaction.atomic
def records_remind(*, actor: Actor) -> int:
    """Tell of the records whose last day has come near since anybody was told; returns of how many.

    One message a register and place, to those whom the register lets write there. Whoever prolongs
    a record is told again before its new last day. Notices are on the record themselves.
    """
    today = clock.today()
    keys = Definition.objects.order_by().values_list("key", flat=True).distinct()
    told = 0
    for key in sorted(keys):
        for (_key, place), records in _due(key, today).items():
            register = register_find(key, place.path)
            if register is not None:
                _tell(actor, register, place, records, today)
                told += len(records)
    return told


def _due(key: str, today: dt.date) -> dict[tuple[str, Place], list[Record]]:
    """The records of a register whose last day is near and nobody was told of, by place."""
    rows = Record.objects.filter(
        register=key, state=State.STANDING, due_on__isnull=False, due_on__lte=today + _LONGEST
    ).exclude(told_until=F("due_on"))
    found: dict[tuple[str, Place], list[Record]] = defaultdict(list)
    for record in rows.select_related("place").order_by("due_on", "pk")[:AT_ONCE]:
        register = register_find(key, record.place_path)
        last = register.remind_until(today) if register is not None else None
        if last is not None and record.due_on is not None and record.due_on <= last:
            found[key, record.place].append(record)
    return found


def _tell(
    actor: Actor, register: Register, place: Place, records: list[Record], today: dt.date
) -> None:
    first = records[0].due_on or today
    notify.notice_send(
        actor=SYSTEM if actor.is_system else actor,
        text=TEXT,
        to_account_ids=_keepers(register, place),
        values={
            "matter": register.spec.label.as_label(),
            "number": str(len(records)),
            "place": {"zh": place.name, "en": place.name_en or place.name},
            "due": first.isoformat(),
        },
        key=f"registers:{register.key}:{place.pk}:{today}:{records[0].pk}",
        place_path=place.path,
        link=f"{reverse('console:register_page', args=[register.key])}?at={place.code}",
    )
    for record in records:
        record.told_until = record.due_on
    Record.objects.bulk_update(records, ["told_until"])


def _keepers(register: Register, place: Place) -> set[int]:
    """Whoever the register lets write at a place."""
    entries = [who_read(text) for text in register.spec.who or ()]
    return {
        account
        for entry in entries
        if not entry.is_party
        for account in accounts_holding(entry.role, place, entry.at or None)
    }
