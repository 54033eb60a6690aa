# SPDX-License-Identifier: MulanPSL-2.0
"""The hand-over: offered → signed → accepted or refused; after so many refusals the arbiter
rules."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.kernel.events import services as events
from linli.kernel.units.models import Unit
from linli.kernel.workflow.grammar import OfferSpec
from linli.kernel.workflow.models import HandOver
from linli.kernel.workflow.rules.who import passes, units_of
from linli.kernel.workflow.selectors.moves import may_take_back, units_concerned
from linli.kernel.workflow.selectors.names import name_of
from linli.kernel.workflow.services import clocks, effects, moving, offering
from linli.kernel.workflow.services.desks import desks_put
from linli.kernel.workflow.services.matters import reason_ensure, text_ensure
from linli.kernel.workflow.services.moving import Turn
from linli.kernel.workflow.services.people import accounts_at
from linli.kernel.workflow.terms import ANSWERABLE, ClockKind, Event, OrderState, Sort, Verb
from linli.kernel.workflow.work import Work

TO_RULE = "to_rule"
RULED = "ruled"
"""Texts that the engine itself sends where a pack has them."""

MOST_EVIDENCE = 20


@transaction.atomic
def order_sign(*, actor: Actor, order: HandOver | int) -> HandOver:
    """Confirm that the unit has seen an order; answering it is another step.

    Raises Forbidden for somebody of another unit, Conflict if it was signed or answered before.
    """
    work, own = _held(order, actor)
    if own.state != OrderState.OFFERED:
        raise Conflict(_done_words(work, own), code="order_answered")
    due_before = clocks.due_map(work.all_clocks())
    own.state, own.signed_at, own.signed_by_id = OrderState.SIGNED, work.now, actor.account_id
    own.save(update_fields=["state", "signed_at", "signed_by"])
    _stop(work, ClockKind.SIGN)
    work.matter.revision += 1
    clocks.clocks_save(work)
    moving.matter_save(work)
    turn = Turn("sign", sort=Sort.SIGNED, verb=Verb.ORDER_SIGNED, unit=own.unit)
    moving.history_add(work, turn, work.matter.step, due_before)
    moving.record(work, turn.verb, turn, {"order": own.pk})
    _announce(work, own)
    return own


@transaction.atomic
def order_accept(*, actor: Actor, order: HandOver | int) -> HandOver:
    """Take a matter on for the unit, which answers for it from now on; signs it too if nobody has.

    Raises Forbidden for somebody of another unit, Conflict if it was answered before.
    """
    work, own = _held(order, actor)
    own.state, own.accepted_at, own.accepted_by_id = (
        OrderState.ACCEPTED,
        work.now,
        actor.account_id,
    )
    if own.signed_at is None:
        own.signed_at, own.signed_by_id = work.now, actor.account_id
    own.save(update_fields=["state", "accepted_at", "accepted_by", "signed_at", "signed_by"])
    work.matter.lead_unit = own.unit
    work.matter.holder_account_id = actor.account_id
    turn = Turn("accepted", sort=Sort.ACCEPTED, verb=Verb.ORDER_ACCEPTED, unit=own.unit)
    moving.carry_out(work, turn)
    _announce(work, own)
    return own


@transaction.atomic
def order_refuse(
    *,
    actor: Actor,
    order: HandOver | int,
    reason: str,
    note: str = "",
    evidence: Sequence[str] = (),
) -> HandOver:
    """Send an order back with a coded reason; after the allowed number it goes to the arbiter
    instead.

    `evidence` are file keys. Until it is offered again the sender answers for the matter. Raises
    Forbidden, Conflict, and Invalid without a reason of the list.
    """
    work, own = _held(order, actor)
    offer = _offer(work)
    labels = reason_ensure(work, offer.reasons, reason)
    if len(evidence) > MOST_EVIDENCE:
        raise Invalid(_("Too many files."), code="too_many_files")
    own.refused_at, own.refused_by_id = work.now, actor.account_id
    own.refusal_reason, own.note, own.evidence = reason, text_ensure(note), list(evidence)
    refusals = work.matter.orders.filter(step=own.step, refused_at__isnull=False).count()
    is_contested = offer.arbiter is not None and refusals >= offer.refusals
    own.state = OrderState.CONTESTED if is_contested else OrderState.REFUSED
    own.save(
        update_fields=["state", "refused_at", "refused_by", "refusal_reason", "note", "evidence"]
    )
    turn = Turn(
        "refused",
        sort=Sort.CONTESTED if is_contested else Sort.REFUSED,
        verb=Verb.ORDER_REFUSED,
        reason=reason,
        reason_label=labels,
        note=own.note,
        unit=own.unit,
        detail={"order": own.pk, "contested": is_contested},
    )
    if is_contested:
        _contest(work, own, offer, turn)
    else:
        moving.carry_out(work, turn)
    _announce(work, own)
    return own


def _contest(work: Work, own: HandOver, offer: OfferSpec, turn: Turn) -> None:
    """Put an order before the arbiter: it stays where it is, on another desk."""
    matter = work.matter
    due_before = clocks.due_map(work.all_clocks())
    _stop(work, ClockKind.SIGN, ClockKind.ANSWER)
    arbiters = work.addresses(offer.arbiter or ())
    desks_put(work, arbiters)
    matter.revision += 1
    clocks.clocks_save(work)
    moving.matter_save(work)
    moving.history_add(work, turn, matter.step, due_before)
    moving.record(work, turn.verb, turn, {"order": own.pk})
    key = f"m{matter.pk}.{matter.revision}.{TO_RULE}"
    effects.todo_put(work, TO_RULE, arbiters, key)
    cause = effects.Cause(key, (), turn.reason_label, own.unit)
    recipients = accounts_at(arbiters, work.today)
    effects.notify_if_known(work, cause, TO_RULE, recipients, key)


@transaction.atomic
def order_rule(*, actor: Actor, order: HandOver | int, unit: Unit, note: str) -> HandOver:
    """Rule, as the arbiter, which unit takes a matter; that is final and stays on file.

    Returns the order by which it is now taken: the contested one, or a new one to another unit.
    Raises Forbidden for anybody but the arbiter and for one of a unit concerned, Conflict if it
    was ruled before, Invalid without a reason or for a unit of another place.
    """
    work, own = _locked(order, actor)
    arbiter = _offer(work).arbiter if work.step.offer is not None else None
    if arbiter is None or not passes(actor, arbiter, work.scene):
        raise Forbidden(_("Only the arbiter rules on this."), code="not_arbiter")
    if own.state != OrderState.CONTESTED:
        raise Conflict(_done_words(work, own), code="order_answered")
    concerned = units_concerned(work) | {unit.pk}
    if concerned & units_of(actor):
        message = _("You belong to a unit concerned, so somebody else has to rule.")
        raise Forbidden(message, code="arbiter_concerned")
    offering.ensure_serves(work, unit)
    said = text_ensure(note)
    if not said:
        message = _("Please write why.")
        raise Invalid(message, code="note_empty", fields={"note": message})
    taken = _ruled(work, own, unit, said)
    work.matter.lead_unit = unit
    turn = Turn(
        "accepted",
        sort=Sort.RULED,
        verb=Verb.ORDER_RULED,
        note=said,
        unit=unit,
        detail={"order": taken.pk},
    )
    offering.todos_close(work, TO_RULE)
    line = moving.carry_out(work, turn)
    key = f"m{work.matter.pk}.{line.revision}.{RULED}"
    cause = effects.Cause(key, (), unit=unit)
    recipients = accounts_at(offering.unit_desk(unit.pk), work.today)
    effects.notify_if_known(work, cause, RULED, recipients, key)
    _announce(work, taken)
    return taken


def _ruled(work: Work, own: HandOver, unit: Unit, note: str) -> HandOver:
    """Write a ruling down on the contested order, and on a new one where another unit takes the
    matter."""
    taken = own
    own.ruled_at, own.ruling_by_id, own.ruling_note = work.now, work.actor.account_id, note
    if unit.pk == own.unit_id:
        own.state, own.accepted_at = OrderState.RULED, work.now
    else:
        own.state = OrderState.REFUSED
        taken = HandOver(
            matter=work.matter,
            step=own.step,
            visit=own.visit,
            unit=unit,
            sender_unit_id=own.sender_unit_id,
            state=OrderState.RULED,
            offered_at=work.now,
            offered_by_id=work.actor.account_id,
            accepted_at=work.now,
            ruled_at=work.now,
            ruling_by_id=work.actor.account_id,
            ruling_note=note,
        )
    own.save(update_fields=["state", "accepted_at", "ruled_at", "ruling_by", "ruling_note"])
    if taken is not own:
        taken.save()
        work.order_put(taken)
    return taken


@transaction.atomic
def order_take_back(*, actor: Actor, order: HandOver | int, note: str = "") -> HandOver:
    """Take an order back that nobody has answered, so that the sender has it in hand again.

    Raises Forbidden for anybody but the sender, Conflict once it is answered.
    """
    work, own = _locked(order, actor)
    if own.state not in ANSWERABLE or work.step.offer is None:
        raise Conflict(_done_words(work, own), code="order_answered")
    if not may_take_back(work):
        raise Forbidden(_("Only who sent this takes it back."), code="not_sender")
    turn = Turn(
        "refused",
        sort=Sort.RECALLED,
        verb=Verb.ORDER_RECALLED,
        note=text_ensure(note),
        unit=own.unit,
        detail={"order": own.pk},
    )
    moving.carry_out(work, turn)
    own.refresh_from_db()
    _announce(work, own)
    return own


def order_lapse(work: Work, own: HandOver) -> None:
    """Take an order that nobody answered as accepted; for the clock, which holds the matter."""
    own.state = OrderState.LAPSED
    own.save(update_fields=["state"])
    work.matter.lead_unit = own.unit
    turn = Turn(
        "unanswered",
        sort=Sort.LAPSED,
        verb=Verb.ORDER_LAPSED,
        unit=own.unit,
        detail={"order": own.pk},
    )
    moving.carry_out(work, turn)
    _announce(work, own)


def _locked(order: HandOver | int, actor: Actor) -> tuple[Work, HandOver]:
    """Hold the matter, then read the order again."""
    key = order if isinstance(order, int) else order.pk
    matter_id = HandOver.objects.values_list("matter_id", flat=True).get(pk=key)
    work = Work.locked(matter_id, actor)
    own = work.order
    if own is None or own.pk != key:
        own = HandOver.objects.select_related("unit").get(pk=key)
    return work, own


def _held(order: HandOver | int, actor: Actor) -> tuple[Work, HandOver]:
    """The same for somebody of the unit, while it waits for an answer."""
    work, own = _locked(order, actor)
    if own.unit_id not in units_of(actor):
        raise Forbidden(_("This order is not for your unit."), code="not_your_unit")
    if own.state not in ANSWERABLE or work.step.offer is None:
        raise Conflict(_done_words(work, own), code="order_answered")
    return work, own


def _offer(work: Work) -> OfferSpec:
    if work.step.offer is None:
        raise Conflict(_("This order has been answered already."), code="order_answered")
    return work.step.offer


def _done_words(work: Work, own: HandOver) -> str:
    """Who was first, and when."""
    by, at = next(
        (
            (account_id, at)
            for account_id, at in (
                (own.ruling_by_id, own.ruled_at),
                (own.refused_by_id, own.refused_at),
                (own.accepted_by_id, own.accepted_at),
                (own.signed_by_id, own.signed_at),
            )
            if at is not None
        ),
        (None, None),
    )
    said = {"state": OrderState(own.state).label, "name": name_of(by)}
    if at is None or by is None:
        return _("This order has moved on: %(state)s.") % said
    said["time"] = f"{clock.local(at):%H:%M}"
    if by == work.actor.account_id:
        return _("You answered this order already, at %(time)s: %(state)s.") % said
    return _("%(name)s was first, at %(time)s: %(state)s.") % said


def _stop(work: Work, *kinds: ClockKind) -> None:
    for each in work.all_clocks():
        if each.kind in kinds and each.visit == work.matter.visit:
            clocks.clock_stop(work, each)


def _announce(work: Work, own: HandOver) -> None:
    events.announce(
        Event.ORDER_ANSWERED,
        place_path=work.path,
        matter_id=work.matter.pk,
        unit_id=own.unit_id,
        state=str(own.state),
    )
