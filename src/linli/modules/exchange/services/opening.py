# SPDX-License-Identifier: MulanPSL-2.0
"""Opening data sets to everybody, for a place and below it, and closing them again."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Invalid
from linli.base.scope import lock
from linli.kernel.access import services as access
from linli.kernel.audit import services as audit
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry
from linli.modules.exchange.models import Opening
from linli.modules.exchange.terms import Perm, Verb


@transaction.atomic
def data_open(*, actor: Actor, data_set: str, place: Place, reason: str = "") -> Opening:
    """Let anybody read a data set for a place and below it.

    Raises Forbidden without `exchange.open_data` there, Invalid for a set that is not there,
    Conflict if it is open there already.
    """
    access.require(actor, Perm.OPEN_DATA, at=place)
    found = registry.open_data().get(data_set)
    if found is None or not found.needs_opening:
        raise Invalid(_("There is no such data set to open."), code="no_data_set")
    opening = Opening(data_set=data_set, place=place, opened_at=clock.now())
    try:
        with transaction.atomic():
            opening.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(_("This is open here already."), code="data_open") from error
    detail = {"data_set": data_set}
    audit.record(
        actor, Verb.DATA_OPENED, on=("exchange.data", data_set), at=place, detail=detail,
        reason=reason,
    )  # fmt: skip
    return opening


@transaction.atomic
def data_close(*, actor: Actor, opening: Opening, reason: str = "") -> Opening:
    """Close a data set again; what was read before is out. Raises Forbidden, Conflict."""
    access.require(actor, Perm.OPEN_DATA, at=opening.place)
    kept = lock(opening)
    if kept.closed_at is not None:
        raise Conflict(_("This is closed already."), code="data_closed")
    kept.closed_at = clock.now()
    kept.save(update_fields=["closed_at"])
    detail = {"data_set": kept.data_set}
    on = ("exchange.data", kept.data_set)
    audit.record(actor, Verb.DATA_CLOSED, on=on, at=kept.place, detail=detail, reason=reason)
    return kept
