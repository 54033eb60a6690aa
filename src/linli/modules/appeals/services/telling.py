# SPDX-License-Identifier: MulanPSL-2.0
"""Telling people about an appeal: whoever reported it, whoever it is for, whoever has it in
hand.
"""

from collections.abc import Collection

from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.text import mask_name
from linli.kernel.notify import rules as wording
from linli.kernel.notify import services as notify
from linli.kernel.units import selectors as units
from linli.kernel.workflow import definitions
from linli.kernel.workflow.models import Clock, Matter
from linli.kernel.workflow.rules.who import Address
from linli.kernel.workflow.services.people import accounts_at
from linli.kernel.workflow.terms import Match
from linli.modules.appeals.models import Appeal, Case

RECEIVED, REPORTED_FOR, URGE = "received", "reported_for", "urge"
"""Texts of the pack."""


def appeal_received_tell(*, actor: Actor, appeal: Appeal) -> None:
    """Tell the reporter that it has arrived, and the person it is for that somebody reported for
    them.
    """
    reporter = appeal.reporter.account_id if appeal.reporter is not None else appeal.account_id
    if reporter is not None:
        _send(actor, appeal, RECEIVED, [reporter])
    person = appeal.for_person
    if person is not None and person.account_id not in (None, reporter):
        who = _("A neighbor") if appeal.is_confidential else actor.label
        _send(actor, appeal, REPORTED_FOR, [person.account_id], person=who)


def appeal_urged_tell(*, actor: Actor, appeal: Appeal) -> None:
    """Tell whoever has the case in hand that the reporter asks how it stands."""
    is_named = bool(actor.label) and not appeal.is_confidential
    who = mask_name(actor.label) if is_named else _("The resident")
    accounts = in_hand(appeal.case.matter)
    at = clock.now()
    _send(actor, appeal, URGE, accounts, person=who, key=f"urge:{at:%Y%m%d%H%M}")


def case_urged_tell(*, actor: Actor, case: Case) -> None:
    """Tell whoever has the case in hand that a colleague or leader asks for it."""
    appeal = case.appeals.order_by("filed_at", "pk").first()
    if appeal is not None:
        at = clock.now()
        key = f"urge:{actor.account_id}:{at:%Y%m%d%H%M}"
        _send(actor, appeal, URGE, in_hand(case.matter), person=actor.label, key=key)


def in_hand(matter: Matter) -> list[int]:
    """The accounts that have a matter in hand: its holder at a unit's desk, else everybody at its
    desks.
    """
    desks = [
        Address(Match(each.match), each.role, each.place_path, each.unit_id, each.account_id)
        for each in matter.desks.all()
    ]
    found = accounts_at(desks, clock.today())
    if matter.holder_account_id in found:
        return [matter.holder_account_id]
    if not found and matter.lead_unit_id is not None:
        return units.member_ids([matter.lead_unit_id])
    return found


def _send(
    actor: Actor,
    appeal: Appeal,
    text: str,
    accounts: Collection[int | None],
    *,
    person: str = "",
    key: str = "",
) -> None:
    matter = appeal.case.matter
    notify.notice_send(
        actor=actor,
        text=text,
        to_account_ids=[account for account in accounts if account is not None],
        values=_values(matter, person),
        key=f"appeal:{appeal.number}:{key or text}",
        place_path=matter.place.path,
        link=f"/go/matter/{matter.number}/",
    )


def _values(matter: Matter, person: str) -> dict[str, wording.Value]:
    due = _shown_clock(matter)
    step = definitions.spec_of(matter.definition).steps[matter.step]
    return {
        "matter": matter.title,
        "number": matter.number,
        "place": matter.place.name,
        "person": person,
        "step": step.label.as_label(),
        "due": wording.moment_words(due.due_at) if due is not None else "",
    }


def _shown_clock(matter: Matter) -> Clock | None:
    running = [each for each in matter.clocks.all() if each.is_running]
    return min(running, key=lambda each: (not each.shown, each.due_at), default=None)
