# SPDX-License-Identifier: MulanPSL-2.0
"""Work that passes from one person to another: somebody is away, has left, or took too much on."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid
from linli.kernel.access import services as access
from linli.kernel.events import services as events
from linli.kernel.units.models import Membership
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.services import effects, moving
from linli.kernel.workflow.services.matters import text_ensure
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.terms import Event, Perm, Sort, Verb
from linli.kernel.workflow.work import Work

HANDED_ON = "handed_on"
"""The text that the engine itself sends where a pack has it."""


@transaction.atomic
def work_reassign(
    *, actor: Actor, from_account: int, to_account: int, why: str, matters: Iterable[int] = ()
) -> int:
    """Give what one person has in hand to a colleague of the same unit; returns how many matters.

    Without `matters` it is everything that is running. Clocks, steps and the answering unit stay as
    they are. Raises Forbidden for somebody who may not do so for the unit, Invalid for a colleague
    of another unit or without a reason.
    """
    note = text_ensure(why)
    if not note:
        message = _("Please write why.")
        raise Invalid(message, code="why_empty", fields={"why": message})
    rows = Matter.objects.running().filter(holder_account_id=from_account)
    chosen = set(matters)
    if chosen:
        rows = rows.filter(pk__in=chosen)
    ids = sorted(rows.values_list("pk", flat=True))
    for matter_id in ids:
        _hand(actor, matter_id, from_account, to_account, note)
    return len(ids)


def _hand(actor: Actor, matter_id: int, from_account: int, to_account: int, note: str) -> None:
    work = Work.locked(matter_id, actor)
    matter = work.matter
    if matter.holder_account_id != from_account:
        return
    _ensure_may(work)
    _ensure_colleague(work, to_account)
    matter.holder_account_id = to_account
    matter.revision += 1
    moving.matter_save(work)
    values = {"holder": {"from": from_account, "to": to_account}}
    turn = Turn("", sort=Sort.HANDED_ON, verb=Verb.MATTER_REASSIGNED, values=values, note=note)
    moving.history_add(work, turn, matter.step, {}, shown=False)
    moving.record(work, turn.verb, turn, {"from": from_account, "to": to_account})
    key = f"m{matter.pk}.{matter.revision}"
    effects.notify_if_known(work, effects.Cause(key, ()), HANDED_ON, [to_account], key)
    events.announce(Event.MATTER_REASSIGNED, place_path=work.path, matter_id=matter.pk)


def _ensure_may(work: Work) -> None:
    """Whoever holds the permission at the place, or within the unit that has it in hand."""
    unit_id, actor = work.matter.lead_unit_id, work.actor
    within = any(
        held.unit_id is not None and held.unit_id == unit_id and Perm.REASSIGN in held.permissions
        for held in actor.grants
    )
    if not within and not access.may(actor, Perm.REASSIGN, at=work.path):
        raise Forbidden(_("You cannot hand on work of this unit."), code="may_not_reassign")


def _ensure_colleague(work: Work, to_account: int) -> None:
    unit_id = work.matter.lead_unit_id or work.matter.sender_unit_id
    members = Membership.objects.on(work.today).filter(account__is_active=True)
    if not members.filter(account_id=to_account, unit_id=unit_id or 0).exists():
        message = _("Please choose a colleague of the same unit.")
        raise Invalid(message, code="no_colleague", fields={"to": message})
