# SPDX-License-Identifier: MulanPSL-2.0
"""Typology (社区分类): what kind of its level a place is, and which tags it bears, from a day on.

Rules, standards and statistics filter by both; what a place counted as before stays known.
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Invalid
from linli.base.scope import lock
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.places import selectors
from linli.kernel.places.models import Place
from linli.kernel.places.restructuring import term_keep
from linli.kernel.places.services import ensure_fits, ensure_reach
from linli.kernel.places.terms import Event, Perm, Verb


@transaction.atomic
def place_classify(
    *,
    actor: Actor,
    place: Place,
    kind: str,
    tags: Iterable[str] = (),
    on: dt.date | None = None,
    reason: str = "",
) -> Place:
    """Say what kind a place is and which tags it bears, from a day on (today); until then it counts
    as before. Saying the same changes nothing.

    Raises Forbidden outside the actor's area, Invalid for a kind or tag that its level does not
    define, a day to come or one before the last change.
    """
    ensure_reach(actor, Perm.EDIT, place.path)
    day = on or clock.today()
    if day > clock.today():
        message = _("What a place counts as is entered on its day or after.")
        raise Invalid(message, code="place_day_to_come", fields={"on": message})
    row = lock(place)
    wanted = _in_order(row, tags)
    if (row.kind, row.tags) == (kind, wanted):
        return row
    detail = {"kind": kind, "tags": ",".join(wanted), "on": day.isoformat()}
    term_keep(row, day)
    row.kind, row.tags, row.updated_at = kind, wanted, clock.now()
    ensure_fits(row, row.parent)
    row.save(update_fields=["kind", "tags", "updated_at"])
    audit.record(actor, Verb.PLACE_CLASSIFIED, on=row, at=row, detail=detail, reason=reason)
    events.announce(Event.PLACE_CHANGED, place_path=row.path, place_id=row.pk)
    return row


def _in_order(place: Place, tags: Iterable[str]) -> list[str]:
    """Each tag once, as the pack lists them; those it does not know come last and are refused."""
    definition = selectors.level_find(place.level, place.path)
    known = list(definition.body.get("tags", {})) if definition is not None else []
    asked = set(tags)
    return [tag for tag in known if tag in asked] + sorted(asked - set(known))
