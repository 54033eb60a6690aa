# SPDX-License-Identifier: MulanPSL-2.0
"""Opening ballots, giving marks, letting silence pass."""

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from linli.base import calendar, clock
from linli.base.actor import SYSTEM, Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.text import clean
from linli.engines.ballots.models import Ballot, Definition, Vote
from linli.engines.ballots.rules import BallotSpec
from linli.engines.ballots.selectors import spec_of, spec_read
from linli.engines.ballots.terms import MAX_NOTE, VALUES, Event, Result, Verb, Via
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.forms import selectors as forms
from linli.kernel.forms.rules.checking import form_check
from linli.kernel.forms.rules.sealing import seal
from linli.kernel.workflow import services as workflow
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.selectors import calendar_get

OFFICE = "office"

log = logging.getLogger(__name__)


@transaction.atomic
def ballot_open(*, actor: Actor, matter: Matter, key: str, gate_key: str) -> Ballot:
    """Ask for a mark on a matter; the same asking (`gate_key`) opens one ballot only.

    Called by workflow, which has checked the actor. Raises Invalid if no pack here has the ballot.
    """
    standing = Ballot.objects.filter(gate_key=gate_key).first()
    if standing is not None:
        return standing
    path = matter.place.path
    definition = Definition.objects.find("ballot", key, path, clock.today())
    if definition is None:
        raise Invalid(f"ballot:{key} is not in force here", code="no_ballot")
    spec = spec_read(definition)
    if not spec.is_carried or spec.open_for is None:
        raise Invalid(f"ballot:{key} waits for an engine that is not here", code="no_engine")
    due = calendar.due(calendar_get(OFFICE, path), clock.now(), spec.open_for)
    ballot = Ballot.objects.create(
        matter=matter,
        definition=definition,
        gate_key=gate_key,
        opened_at=clock.now(),
        closes_at=due.at,
        derivation=due.derivation.to_json(),
    )
    detail = {"ballot": key, "matter": matter.number}
    audit.record(actor, Verb.OPENED, on=ballot, at=path, detail=detail)
    events.announce(
        Event.OPENED, place_path=path, ballot_id=ballot.pk, matter_id=matter.pk, ballot=key
    )
    return ballot


@transaction.atomic
def rate_cast(
    *,
    actor: Actor,
    ballot: Ballot | int,
    mark: str,
    reasons: Sequence[str] = (),
    values: Mapping[str, Any] | None = None,
    note: str = "",
    via: Via | str = Via.WEB,
) -> Vote:
    """Give the one mark of a rating, and let the matter go on by it.

    The actor filed the matter, or acts for who did (`workflow.applicant_key`) after a service has
    checked that: a query code, or a clerk's permission to write down a call-back. Raises Forbidden
    for anybody else, Conflict if it is closed, Invalid for a mark or reason that is not offered.
    """
    row = _locked(ballot)
    _ensure_applicant(actor, row.matter)
    if row.closed_at is not None:
        raise Conflict(_("This has been rated already, thank you."), code="ballot_closed")
    spec = spec_of(row)
    _ensure_offered(spec, row, mark, reasons, via)
    vote = Vote.objects.create(
        ballot=row,
        account_id=actor.account_id,
        via=via,
        mark=mark,
        reasons=list(dict.fromkeys(reasons)),
        values=_values(spec, row, values or {}),
        note=_note(note),
        at=clock.now(),
    )
    _close(actor, row, Result.BAD if mark in spec.bad else Result.GOOD, Verb.RATED, mark)
    return vote


def _locked(ballot: Ballot | int) -> Ballot:
    """Hold the matter first, then the ballot, in the order in which workflow takes them."""
    key = ballot if isinstance(ballot, int) else ballot.pk
    matter_id = Ballot.objects.values_list("matter_id", flat=True).get(pk=key)
    Matter.objects.select_for_update().filter(pk=matter_id).values_list("pk", flat=True).get()
    rows = Ballot.objects.select_for_update(of=("self",))
    return rows.select_related("definition", "matter", "matter__place").get(pk=key)


def _ensure_applicant(actor: Actor, matter: Matter) -> None:
    filed = actor.account_id is not None and actor.account_id == matter.applicant_account_id
    if not (filed or actor.on_behalf_of == workflow.applicant_key(matter)):
        message = _("Only whoever reported this can rate it.")
        raise Forbidden(message, code="not_applicant")


def _ensure_offered(
    spec: BallotSpec, ballot: Ballot, mark: str, reasons: Sequence[str], via: Via | str
) -> None:
    if mark not in spec.options:
        message = _("Please choose one of the marks.")
        raise Invalid(message, code="no_mark", fields={"mark": message})
    if via not in spec.channels:
        raise Invalid(_("Marks are not taken this way here."), code="no_channel")
    options = {}
    if spec.reasons is not None:
        options = forms.choices_get(spec.reasons.partition(":")[2], ballot.matter.place.path)
    if any(reason not in options for reason in reasons) or len(reasons) > len(options):
        message = _("Please choose a reason of the list.")
        raise Invalid(message, code="no_reason", fields={"reasons": message})
    if mark in spec.bad and options and not reasons:
        message = _("Please say what was not right.")
        raise Invalid(message, code="reason_needed", fields={"reasons": message})


def _values(spec: BallotSpec, ballot: Ballot, values: Mapping[str, Any]) -> dict[str, Any]:
    """What was answered beside the mark; nothing has to be."""
    if spec.form is None or not values:
        return {}
    path = ballot.matter.place.path
    form = forms.form_get(spec.form.partition(":")[2], path)
    cleaned = form_check(form, values, choices=forms.choices_for(form, path))
    return seal(form, cleaned, context=VALUES)


def _note(note: str) -> str:
    if len(note) > 4 * MAX_NOTE or len(cleaned := clean(note)) > MAX_NOTE:
        message = _("At most %(most)d characters, please.") % {"most": MAX_NOTE}
        raise Invalid(message, code="text_too_long", fields={"note": message})
    return cleaned


def _close(actor: Actor, row: Ballot, result: Result, verb: Verb, mark: str) -> None:
    row.closed_at, row.result = clock.now(), result
    row.save(update_fields=["closed_at", "result"])
    path, matter = row.matter.place.path, row.matter
    detail = {"matter": matter.number, "result": str(result), "mark": mark}
    audit.record(actor, verb, on=row, at=path, detail=detail)
    events.announce(
        Event.CLOSED,
        place_path=path,
        ballot_id=row.pk,
        matter_id=matter.pk,
        ballot=row.definition.key,
        result=str(result),
    )
    if matter.gate_key == row.gate_key:
        workflow.gate_result(actor=actor, matter=matter, gate_key=row.gate_key, result=str(result))


def ballots_tick(now: dt.datetime | None = None, limit: int = 500) -> int:
    """Close the ballots whose time is over as silent; returns how many. Safe to call twice."""
    with nullcontext() if now is None else clock.at(now):
        due = Ballot.objects.filter(closed_at__isnull=True, closes_at__lte=clock.now())
        ids = list(due.order_by("closes_at", "pk").values_list("pk", flat=True)[:limit])
        return sum(_lapse(ballot_id) for ballot_id in ids)


def _lapse(ballot_id: int) -> bool:
    """Close one ballot in a transaction of its own; one that fails keeps none of the others
    waiting."""
    try:
        with transaction.atomic():
            row = _locked(ballot_id)
            if row.closed_at is not None:
                return False
            _close(SYSTEM, row, Result.SILENT, Verb.LAPSED, "")
    except Exception as error:
        log.error("ballot %s: %s", ballot_id, type(error).__name__)
        return False
    return True


def voters_forget(votes: QuerySet[Vote]) -> None:
    """Who gave these marks is known no more; the ledger of `kernel.retention`, which calls, says
    so.
    """
    votes.update(account=None)
