# SPDX-License-Identifier: MulanPSL-2.0
"""One button on many matters: it waits ten seconds, in which it can be taken back."""

import datetime as dt
import logging
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid, Refused
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.jobs.services import enqueue
from linli.kernel.workflow.models import Batch, Matter
from linli.kernel.workflow.services.matters import matter_move
from linli.kernel.workflow.terms import Verb

UNDO = dt.timedelta(seconds=10)
MOST = 200

RUN = "workflow.batch_run"
"""The job that carries a batch out."""

log = logging.getLogger(__name__)


@transaction.atomic
def batch_ask(*, actor: Actor, move: str, matters: Sequence[Matter]) -> Batch:
    """Press one button on many matters; nothing happens until the time to undo it has passed.

    Each is moved only if it still stands where it stands now. Raises Invalid for none or too many.
    """
    if actor.account_id is None:
        raise Forbidden(_("Please sign in first."), code="sign_in")
    if not 0 < len(matters) <= MOST:
        message = _("Pick between 1 and %(most)d.") % {"most": MOST}
        raise Invalid(message, code="batch_size")
    now = timezone.now()
    asked = [[each.pk, each.step, each.revision] for each in matters]
    batch = Batch.objects.create(
        account_id=actor.account_id,
        move=move,
        asked=asked,
        asked_at=clock.now(),
        runs_at=now + UNDO,
    )
    detail = {"move": move, "count": len(asked)}
    audit.record(actor, Verb.BATCH_ASKED, on=batch, detail=detail)
    enqueue(RUN, delay=UNDO, batch_id=batch.pk)
    return batch


@transaction.atomic
def batch_undo(*, actor: Actor, batch: int) -> Batch:
    """Take back what has not been carried out yet; what has moved before stays where it is, and
    stands in `results`. Raises Forbidden for somebody else's, Conflict if it is too late."""
    row = Batch.objects.select_for_update().get(pk=batch)
    if row.account_id != actor.account_id:
        raise Forbidden(_("This is not yours."), code="not_yours")
    if row.done_at is not None or len(row.results) == len(row.asked):
        raise Conflict(_("It is done already."), code="batch_done")
    if row.undone_at is None:
        row.undone_at = clock.now()
        row.save(update_fields=["undone_at"])
        moved = sum(not why for _matter_id, why in row.results)
        detail = {"move": row.move, "moved": moved, "count": len(row.asked)}
        audit.record(actor, Verb.BATCH_UNDONE, on=row, detail=detail)
    return row


def batch_run(batch: int) -> int:
    """Carry a batch out, each matter in a transaction of its own; returns how many moved.

    What cannot be moved keeps none of the others waiting and says why. Safe to call twice.
    """
    row = Batch.objects.select_related("account").get(pk=batch)
    if row.undone_at is not None or row.done_at is not None:
        return 0
    known = {matter_id for matter_id, _why in row.results}
    actor = access.actor_for(row.account)
    for matter_id, step, revision in row.asked:
        if matter_id not in known:
            _one(row, actor, (matter_id, step, revision))
    with transaction.atomic():
        row = Batch.objects.select_for_update().get(pk=batch)
        if row.undone_at is None:
            row.done_at = clock.now()
            row.save(update_fields=["done_at"])
    return sum(not why for _matter_id, why in row.results)


def _one(row: Batch, actor: Actor, asked: tuple[int, str, int]) -> None:
    matter_id, step, revision = asked
    with transaction.atomic():
        held = Batch.objects.select_for_update().get(pk=row.pk)
        if held.undone_at is not None or any(matter_id == done for done, _why in held.results):
            return
        why = _moved(actor, matter_id, row.move, step, revision)
        held.results = [*held.results, [matter_id, why]]
        held.save(update_fields=["results"])


def _moved(actor: Actor, matter_id: int, move: str, step: str, revision: int) -> str:
    """Move one; returns why it could not be, or ""."""
    given: dict[str, Any] = {"matter": matter_id, "move": move, "expected_step": step}
    try:
        with transaction.atomic():
            matter_move(actor=actor, revision=revision, **given)
    except Refused as refusal:
        return str(refusal.message)
    except Exception as error:
        log.error("batch: matter %s: %s", matter_id, type(error).__name__)
        return _("It could not be done because of a fault of ours.")
    return ""
