# SPDX-License-Identifier: MulanPSL-2.0
"""Reading requests: one's own, and those that somebody answers."""

import datetime as dt

from django.db.models import F, QuerySet

from linli.base import clock
from linli.base.actor import Actor
from linli.kernel.people import selectors as people
from linli.modules.subjects.models import DataRequest, DataRequestQuerySet
from linli.modules.subjects.terms import ERASING, Kind, Perm


def requests_own(*, actor: Actor) -> QuerySet[DataRequest]:
    """What the actor asked, newest first; nothing for somebody without a person."""
    rows = DataRequest.objects.filter(person=actor.person_id).select_related("matter__definition")
    own = rows if actor.person_id is not None and actor.account_id is not None else rows.none()
    return own.order_by("-matter__opened_at", "-pk")


def request_own(*, actor: Actor, number: str) -> DataRequest | None:
    """One request of the actor's own."""
    return requests_own(actor=actor).filter(matter__number=number).first()


def requests_to_answer(*, actor: Actor) -> DataRequestQuerySet:
    """Requests at the actor's places, the open ones by their time first."""
    rows: DataRequestQuerySet = DataRequest.objects.visible_to(actor, Perm.ANSWER)
    ends = F("matter__ended_at").desc(nulls_first=True)
    due = F("matter__next_due_at").asc(nulls_last=True)
    return rows.select_related("matter__place", "matter__definition", "person").order_by(
        ends, due, "pk"
    )


def requests_waiting(actor: Actor) -> DataRequestQuerySet:
    """Those that somebody has to look at, for the number in the navigation: copies make
    themselves.
    """
    rows: DataRequestQuerySet = DataRequest.objects.visible_to(actor, Perm.ANSWER)
    return rows.filter(matter__ended_at=None).exclude(kind=Kind.ACCESS)


def copies_over() -> QuerySet[DataRequest]:
    """Requests whose copy has waited its time."""
    return DataRequest.objects.filter(copy_until__lt=clock.now())


def requests_aged(until: dt.datetime) -> DataRequestQuerySet:
    """Requests that were answered before a moment and still have their words."""
    rows: DataRequestQuerySet = DataRequest.objects.filter(forgotten_at=None)
    return rows.filter(matter__ended_at__lt=until)


def kept_of(person_id: int | None, account_id: int | None) -> list[tuple[str, str]]:
    """The requests themselves, for the copy."""
    del account_id
    rows = DataRequest.objects.filter(person=person_id).select_related("matter").order_by("pk")
    return [(row.matter.number, " ".join(filter(None, [row.kind, row.wish]))) for row in rows]


def person_to_erase(*, actor: Actor, number: str) -> int | None:
    """Whose deletion was granted by this request, for somebody who may erase them."""
    row = DataRequest.objects.filter(matter__number=number, matter__step=ERASING).first()
    if row is None or people.person_erasable(actor=actor, person_id=row.person_id) is None:
        return None
    return row.person_id
