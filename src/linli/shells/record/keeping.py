# SPDX-License-Identifier: MulanPSL-2.0
"""Dropping old months of the record that were exported: the audit administrator alone may."""

from django.db import transaction
from django.utils.translation import gettext as _

from linli.base.actor import Actor
from linli.base.errors import Invalid
from linli.kernel.access import services as access
from linli.kernel.audit import exporting
from linli.kernel.audit.models import RecordExport
from linli.kernel.audit.terms import Perm
from linli.kernel.events import services as events
from linli.kernel.places import selectors as places
from linli.shells.record.terms import Event


@transaction.atomic
def month_drop(*, actor: Actor, export: RecordExport, reason: str) -> int:
    """Take an exported month out of the database, in which every city here has its rows; how many
    rows there were.

    Raises Forbidden without `audit.drop_record` in each of the cities, Invalid without a reason,
    Conflict where the month cannot go yet.
    """
    tops = places.tops()
    for top in tops:
        access.require(actor, Perm.DROP, at=top)
    if not reason.strip():
        message = _("Say why this month is dropped, and where its file is kept.")
        raise Invalid(message, code="drop_reason", fields={"reason": message})
    paths = [top.path for top in tops]
    count = exporting.month_drop(actor=actor, export=export, reason=reason, paths=paths)
    for top in tops:
        events.announce(Event.DROPPED, place_path=top.path, export_id=export.pk)
    return count
