# SPDX-License-Identifier: MulanPSL-2.0
"""Making an order: to whom it goes, who answers meanwhile, by when it is signed and answered."""

from django.utils.translation import gettext as _

from linli.base.definitions import prefixes
from linli.base.errors import Invalid
from linli.kernel.units.models import Unit
from linli.kernel.units.selectors import unit_for, unit_get
from linli.kernel.workflow import definitions
from linli.kernel.workflow.models import HandOver, Todo
from linli.kernel.workflow.rules.clocks import ANSWER, SIGN
from linli.kernel.workflow.rules.who import Address, units_of
from linli.kernel.workflow.services import clocks
from linli.kernel.workflow.services.desks import desks_put
from linli.kernel.workflow.services.people import unit_of_desk
from linli.kernel.workflow.terms import WAITING, ClockKind, Match, OrderState
from linli.kernel.workflow.work import Work


class NoDuty(Invalid):
    """Nobody is named for this class at this place, so that the sender keeps the matter."""


def order_unit(work: Work, unit_chosen: Unit | None = None) -> tuple[Unit, str]:
    """To whom an offer goes, and the duty row that says so.

    A unit that the sender chose wins over the duty list. Raises NoDuty if nobody is named.
    """
    offer = work.step.offer
    if unit_chosen is not None:
        return unit_chosen, ""
    if offer is not None and offer.to != "duty":
        unit = unit_get(int(work.matter.values.get(offer.to) or 0))
        if unit is not None:
            return unit, ""
    own = work.matter_class
    classes = own.chain if own is not None else ()
    for duty in definitions.duties_for(classes, work.place, work.opened_on):
        unit = unit_for(duty.lead, work.place, work.today)
        if unit is not None:
            return unit, duty.key
    raise NoDuty(
        _("The duty list names no unit for this here. Choose the class or a unit first."),
        code="no_duty",
    )


def order_make(work: Work, unit_chosen: Unit | None = None) -> Unit:
    """Offer the matter to a unit; until it accepts, the sender answers for it (首问负责)."""
    matter, offer = work.matter, work.step.offer
    if offer is None:
        raise ValueError(f"{matter.step} is no offer")
    unit, duty = order_unit(work, unit_chosen)
    matter.lead_unit = None
    matter.sender_unit_id = _sender(work)
    signing = clocks.clock_start(work, SIGN, offer.sign, kind=ClockKind.SIGN, visit=matter.visit)
    answering = clocks.clock_start(
        work, ANSWER, offer.answer, kind=ClockKind.ANSWER, visit=matter.visit
    )
    order = HandOver.objects.create(
        matter=matter,
        step=matter.step,
        visit=matter.visit,
        unit=unit,
        sender_unit_id=matter.sender_unit_id,
        duty_key=duty,
        offered_at=work.now,
        offered_by_id=work.actor.account_id,
        sign_due_at=signing.due_at if signing else None,
        answer_due_at=answering.due_at if answering else None,
    )
    work.order_put(order)
    desks_put(work, unit_desk(unit.pk))
    todos_close(work, "no_duty")
    return unit


def ensure_serves(work: Work, unit: Unit) -> None:
    """A unit can be given a matter only of its own place or one below."""
    serves = Unit.objects.filter(pk=unit.pk, place__path__in=prefixes(work.path)).on(work.today)
    if not serves.exists():
        message = _("This unit does not look after this place.")
        raise Invalid(message, code="unit_elsewhere", fields={"unit": message})


def todos_close(work: Work, text: str, unit_id: int | None = None) -> None:
    """What had to be done about the hand-over (by that unit) has been done."""
    open_ones = Todo.objects.filter(matter=work.matter, text_key=text, done_at__isnull=True)
    if unit_id is not None:
        open_ones = open_ones.filter(unit_id=unit_id)
    open_ones.update(done_at=work.now, done_by_id=work.actor.account_id)


def unit_desk(unit_id: int) -> list[Address]:
    """The desk of a whole unit: every member, and everybody granted a role within it."""
    return [Address(Match.UNIT, unit_id=unit_id)]


def _sender(work: Work) -> int | None:
    """The unit that answers until the order is accepted: the actor's own nearest, else the
    desk's."""
    before = work.spec.steps.get(work.from_step)
    who = before.who if before is not None else None
    own = units_of(work.actor)
    if len(own) == 1:
        return next(iter(own))
    if own:
        near = Unit.objects.filter(pk__in=own).values_list("place__path", "pk")
        above = [(len(path), pk) for path, pk in near if work.path.startswith(path)]
        if above:
            return max(above)[1]
    if work.matter.sender_unit_id is not None:
        return work.matter.sender_unit_id
    return unit_of_desk(work.addresses(who), work.path, work.today) if who else None


def order_recall(work: Work) -> None:
    """Take back an order that nobody has answered, when the matter leaves by another way."""
    order = work.order
    if order is not None and order.state in WAITING:
        order.state = OrderState.RECALLED
        order.save(update_fields=["state"])
