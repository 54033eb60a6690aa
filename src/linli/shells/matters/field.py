# SPDX-License-Identifier: MulanPSL-2.0
"""Matters of any procedure on the day's round of somebody with work in the field."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse

from linli.kernel.access.services import may_anywhere
from linli.kernel.workflow.terms import Perm
from linli.shells.field.stops import Stop, stops
from linli.shells.frame.middleware import actor_of
from linli.shells.matters import listing

MOST_STOPS = 50


@stops
def stops_of_matters(request: HttpRequest) -> Iterable[Stop]:
    """Every matter on the reader's desk that no module shows: a hazard to treat, a part to do."""
    actor = actor_of(request)
    if not may_anywhere(actor, Perm.VIEW_MATTER):
        return
    rows = listing.matters_listed(actor, listing.Asked("mine"))[:MOST_STOPS]
    for line in listing.lines_of(rows):
        yield Stop(
            title=line.title,
            what=f"{line.procedure}·{line.step}" if line.procedure else line.step,
            where=line.where,
            href=reverse("go:matter", args=[line.number]),
            due=line.due,
            due_at=line.due.due_at if line.due is not None else None,
            actions="matters/field/stop.html",
        )
