# SPDX-License-Identifier: MulanPSL-2.0
"""Lawful deletion: what appeals keep of a person beside the register."""

from django.db import transaction
from django.db.models import Q

from linli.base.actor import Actor
from linli.kernel.audit import services as audit
from linli.modules.appeals.models import Appeal
from linli.modules.appeals.terms import Verb


@transaction.atomic
def contacts_erase(*, actor: Actor, person_id: int, account_id: int | None) -> int:
    """Empty the name and telephone of somebody who was lawfully erased in all appeals they filed or
    that were filed for them; how many there were. What was appealed for stays, nobody's.

    The caller has checked that the actor may.
    """
    by_them = Q(reporter=person_id)
    if account_id is not None:
        by_them |= Q(account=account_id)
    count = Appeal.objects.filter(by_them).update(
        contact_name="", contact_phone="", contact_phone_index=""
    )
    count += Appeal.objects.filter(for_person=person_id).update(for_name="", for_phone="")
    if count:
        on = ("people.person", person_id)
        audit.record(actor, Verb.CONTACTS_ERASED, on=on, detail={"appeals": count})
    return count
