# SPDX-License-Identifier: MulanPSL-2.0
"""Setting how long a class of rows is kept: the security administrator, for the whole platform."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.base.actor import EVERYWHERE, Actor
from linli.base.errors import Conflict, Invalid
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.places import selectors as places
from linli.kernel.retention.models import RetentionPeriod
from linli.kernel.retention.selectors import Kept, kept
from linli.kernel.retention.terms import CLASS, LONGEST, Perm, Verb


@transaction.atomic
def period_set(*, actor: Actor, name: str, days: int, version: int, reason: str) -> None:
    """Keep a class for so many days from now on; `version` is the one that the page showed.

    Rows of every city here are meant. Raises Forbidden without `retention.set_period` in each of
    them, Unproven, Invalid for less than its lowest, more than a hundred years or no reason,
    Conflict where somebody was quicker.
    """
    tops = [top.path for top in places.tops()] or [EVERYWHERE]
    for path in tops:
        access.require(actor, Perm.SET, at=path)
    access.prove(actor)
    before = kept(name)
    if before is None:
        raise Invalid(_("There is no such class of rows."), code="class_unknown")
    _ensure_allowed(before, days)
    if not reason.strip():
        message = _("Say why; it goes on the record.")
        raise Invalid(message, code="reason_missing", fields={"reason": message})
    if not _put(name, version, days=days, set_by_id=actor.account_id, set_at=timezone.now()):
        message = _("Somebody has set this anew meanwhile. Look at it again.")
        raise Conflict(message, code="period_moved")
    detail = {"days": days, "before": before.days, "version": version + 1}
    for path in tops:
        on = (CLASS, name)
        audit.record(actor, Verb.PERIOD_SET, on=on, at=path, detail=detail, reason=reason.strip())


def _put(name: str, version: int, **written: Any) -> bool:
    """Write a period where that version still stands; False if another was quicker."""
    if version:
        rows = RetentionPeriod.objects.filter(pk=name, version=version)
        return bool(rows.update(version=version + 1, **written))
    try:
        with transaction.atomic():
            RetentionPeriod.objects.create(name=name, **written)
    except IntegrityError:
        return False
    return True


def _ensure_allowed(before: Kept, days: int) -> None:
    least = before.given.rule.least
    if not least <= days <= LONGEST:
        message = _("Between %(least)d and %(most)d days.") % {"least": least, "most": LONGEST}
        raise Invalid(message, code="period_days", fields={"days": message})
