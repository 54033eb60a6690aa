# SPDX-License-Identifier: MulanPSL-2.0
"""Lists on their way into registers: whoever sent one sees it."""

from django.db.models import QuerySet

from linli.base.actor import Actor
from linli.engines.registers.models import Import, ImportTrouble

MOST = 10
_NONE = ImportTrouble.objects.none()


def imports_visible(*, actor: Actor, register: str) -> list[Import]:
    """The last lists that an actor sent to a register, newest first."""
    if actor.account_id is None:
        return []
    rows = Import.objects.filter(account_id=actor.account_id, register=register)
    return list(rows.select_related("place").order_by("-pk")[:MOST])


def import_get(*, actor: Actor, register: str, import_id: int) -> Import | None:
    """A list that this actor sent, or None."""
    if actor.account_id is None:
        return None
    rows = Import.objects.filter(account_id=actor.account_id, register=register, pk=import_id)
    return rows.select_related("place").first()


def import_troubles(*, actor: Actor, one: Import) -> QuerySet[ImportTrouble]:
    """What was wrong with the rows of a list that this actor sent, by line."""
    rows = ImportTrouble.objects.filter(of=one) if one.account_id == actor.account_id else _NONE
    return rows.order_by("line", "pk")
