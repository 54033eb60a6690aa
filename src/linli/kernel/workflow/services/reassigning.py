# SPDX-License-Identifier: MulanPSL-2.0
"""Work that passes from one person to another: somebody is away, has left, or took too much on."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Forbidden, Invalid, Message, Refused
from linli.base.text import as_said
from linli.kernel.access import services as access
from linli.kernel.events import services as events
from linli.kernel.units.models import Membership
from linli.kernel.workflow.models import Matter, Todo
from linli.kernel.workflow.services import effects, moving
from linli.kernel.workflow.services.answering import answerers_follow
from linli.kernel.workflow.services.desks import desks_of_step, desks_put
from linli.kernel.workflow.services.matters import text_ensure
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.terms import Event, Perm, Sort, Verb
from linli.kernel.workflow.work import Work

HANDED_ON = "handed_on"
"""The text that the engine itself sends where a pack has it."""


@dataclass(frozen=True)
class Handed:
    """What has passed to a colleague, and the number of each matter that could not, with the
    reason."""

    matters: tuple[int, ...]
    left: tuple[tuple[str, Message], ...]


@transaction.atomic
def work_reassign(
    *, actor: Actor, from_account: int, to_account: int, why: str, matters: Iterable[int] = ()
) -> Handed:
    """Give what one person has in hand to a colleague of the same unit, with its desks and to-dos.

    Without `matters` it is everything that is running. Clocks, steps and the answering unit stay as
    they are. What cannot pass stays where it is and keeps nothing else. Where nothing can, raises
    the first reason: Forbidden for somebody who may not do so for the unit, Invalid for a colleague
    of another unit; Invalid without a reason to hand on.
    """
    note = text_ensure(why)
    if not note:
        message = _("Please write why.")
        raise Invalid(message, code="why_empty", fields={"why": message})
    rows = Matter.objects.running().filter(holder_account_id=from_account)
    chosen = set(matters)
    if chosen:
        rows = rows.filter(pk__in=chosen)
    passed: list[int] = []
    left: list[tuple[str, Message]] = []
    first: Refused | None = None
    for matter_id, number in rows.order_by("pk").values_list("pk", "number"):
        try:
            with transaction.atomic():
                if _hand(actor, matter_id, from_account, to_account, note):
                    passed.append(matter_id)
        except Refused as refusal:
            first = first or refusal
            left.append((number, refusal.message))
    if first is not None and not passed:
        raise first
    return Handed(tuple(passed), tuple(left))


def _hand(actor: Actor, matter_id: int, from_account: int, to_account: int, note: str) -> bool:
    """Hand one matter on; False if it has come into other hands meanwhile."""
    work = Work.locked(matter_id, actor)
    matter = work.matter
    if matter.holder_account_id != from_account:
        return False
    units = _units(work, from_account)
    _ensure_may(work, units)
    _ensure_colleague(work, units, to_account)
    matter.holder_account_id = to_account
    matter.revision += 1
    moving.matter_save(work)
    _desk_passes(work, from_account, to_account)
    values = {"holder": {"from": from_account, "to": to_account}}
    turn = Turn("", sort=Sort.HANDED_ON, verb=Verb.MATTER_REASSIGNED, values=values, note=note)
    moving.history_add(work, turn, matter.step, {}, shown=False)
    moving.record(work, turn.verb, turn, {"from": from_account, "to": to_account})
    key = f"m{matter.pk}.{matter.revision}"
    cause = effects.Cause(key, (), as_said(note))
    effects.notify_if_known(work, cause, HANDED_ON, [to_account], key)
    events.announce(Event.MATTER_REASSIGNED, place_path=work.path, matter_id=matter.pk)
    return True


def _desk_passes(work: Work, from_account: int, to_account: int) -> None:
    """The desk of a step that names its holder, and what that person alone had to do."""
    if work.step.who is not None:
        desks_put(work, desks_of_step(work))
    if from_account != work.matter.applicant_account_id:
        own = Todo.objects.open().filter(matter=work.matter, account_id=from_account)
        own.update(account_id=to_account)
    answerers_follow(work)


def _units(work: Work, from_account: int) -> set[int]:
    """The unit that has a matter in hand or sent it; where there is none, those of its holder."""
    unit_id = work.matter.lead_unit_id or work.matter.sender_unit_id
    if unit_id is not None:
        return {unit_id}
    rows = Membership.objects.on(work.today).filter(account_id=from_account)
    return set(rows.values_list("unit_id", flat=True))


def _ensure_may(work: Work, units: Collection[int]) -> None:
    """Whoever holds the permission at the place, or within the unit whose work it is."""
    actor = work.actor
    within = any(
        held.unit_id is not None and held.unit_id in units and Perm.REASSIGN in held.permissions
        for held in actor.grants
    )
    if not within and not access.may(actor, Perm.REASSIGN, at=work.path):
        raise Forbidden(_("You cannot hand on work of this unit."), code="may_not_reassign")


def _ensure_colleague(work: Work, units: Collection[int], to_account: int) -> None:
    members = Membership.objects.on(work.today).filter(account__is_active=True)
    if not members.filter(account_id=to_account, unit_id__in=units).exists():
        message = _("Please choose a colleague of the same unit.")
        raise Invalid(message, code="no_colleague", fields={"to": message})
