# SPDX-License-Identifier: MulanPSL-2.0
"""Reading cases and appeals: for those who handle, for those who reported, for whoever has a
code.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet

from linli.base import clock, ids
from linli.base.actor import Actor
from linli.base.kept import related_keep, rows_kept
from linli.kernel.workflow.models import Matter
from linli.kernel.workflow.work import applicant_key
from linli.modules.appeals.models import Appeal, AppealQuerySet, Case, CaseQuerySet
from linli.modules.appeals.terms import Perm


def cases_seen(*, actor: Actor) -> CaseQuerySet:
    """Cases this actor may see: at their places, offered to or led by their units, or their own."""
    matters = Matter.objects.open_to(actor, Perm.VIEW)
    return Case.objects.filter(matter__in=matters.values("pk"))


def case_get(*, actor: Actor, number: str) -> Case | None:
    """A case by number, if this actor may see it."""
    key = case_key(actor=actor, number=number)
    if key is None:
        return None
    (case,) = _case_of(key)
    related_keep(case, "appeals", _appeals_in(key))
    return case


def case_plain(*, actor: Actor, number: str) -> Case | None:
    """The same with its matter and place alone, for whoever is about to do something with it."""
    key = case_key(actor=actor, number=number)
    return next(iter(_plain_of(key)), None) if key is not None else None


def case_key(*, actor: Actor, number: str) -> int | None:
    """The key of the case of that number, if this actor may see it; asked by itself, as the
    database makes up anew how to find what somebody may see, and that is long for a wide row.
    """
    found = _keys_of(number, reader=actor.reader)
    return found[0] if found else None


@rows_kept
def _keys_of(number: str, *, reader: Actor) -> QuerySet[Matter, int]:
    seen = Matter.objects.open_to(reader, Perm.VIEW).filter(number=number)
    return seen.values_list("case", flat=True)


_SEALED = tuple(
    f"{person}__{name}"
    for person in ("reporter", "for_person")
    for name in ("id_number", "address")
)
"""What no page of a case shows, and so is not unsealed."""


@rows_kept
def _case_of(key: int) -> QuerySet[Case]:
    rows = Case.objects.filter(pk=key).select_related(
        "matter__place__parent",
        "matter__lead_unit",
        "matter__definition",
        "matter__holder_account",
        "about_unit",
    )
    return rows.defer(
        "matter__place__boundary", "matter__place__parent__boundary", "matter__definition__body"
    )


@rows_kept
def _plain_of(key: int) -> QuerySet[Case]:
    rows = Case.objects.filter(pk=key).select_related("matter__place", "matter__definition")
    return rows.defer("matter__place__boundary", "matter__definition__body")


@rows_kept
def _appeals_in(case_id: int) -> QuerySet[Appeal]:
    appeals = Appeal.objects.select_related("reporter", "for_person", "place")
    appeals = appeals.defer(*_SEALED, "place__boundary")
    return appeals.filter(case_id=case_id).order_by("filed_at", "pk")


def appeals_of(*, actor: Actor) -> Any:
    """What this person reported, or somebody reported for them, newest first."""
    if actor.account_id is None:
        return Appeal.objects.none()
    mine = Q(account_id=actor.account_id, taken_by__isnull=True)
    if actor.person_id is not None:
        mine |= Q(reporter_id=actor.person_id) | Q(for_person_id=actor.person_id)
    return Appeal.objects.filter(mine).select_related(
        "case__matter__place", "case__matter__lead_unit"
    )


def appeals_taken(*, actor: Actor) -> Any:
    """What this member of staff took in for others, newest first."""
    if actor.account_id is None:
        return Appeal.objects.none()
    rows = Appeal.objects.filter(taken_by_id=actor.account_id)
    return rows.select_related("case__matter__place", "case__matter__lead_unit")


def appeal_own(*, actor: Actor, number: str) -> Appeal | None:
    """One of the actor's own appeals by number."""
    found: Appeal | None = appeals_of(actor=actor).filter(number=number).first()
    return found


def appeal_taken(*, actor: Actor, number: str) -> Appeal | None:
    """One of the appeals that this actor took in for others, by number."""
    found: Appeal | None = appeals_taken(actor=actor).filter(number=number).first()
    return found


def is_own(actor: Actor, appeal: Appeal) -> bool:
    """Whether the actor reported it, or it was reported for them, or they gave its query code."""
    if actor.on_behalf_of == applicant_key(appeal.case.matter):
        return True
    if actor.person_id is not None and actor.person_id in (
        appeal.reporter_id,
        appeal.for_person_id,
    ):
        return True
    is_own_account = actor.account_id is not None and appeal.account_id == actor.account_id
    return is_own_account and appeal.taken_by_id is None


def appeal_by_code(*, number: str, code: str) -> Appeal | None:
    """An appeal by its number and its query code, for somebody without an account."""
    read = ids.query_code_read(code)
    if not read:
        return None
    rows = Appeal.objects.filter(number=number.strip().upper(), query_code=read)
    return rows.select_related("case__matter__place", "case__matter__lead_unit").first()


def appeals_known(*, numbers: Iterable[str]) -> list[Appeal]:
    """Appeals by number, newest first, for somebody who has filed them or shown their codes."""
    rows = Appeal.objects.filter(number__in=list(numbers))
    return list(rows.select_related("case__matter__place", "case__matter__lead_unit"))


def acting_for(actor: Actor, appeal: Appeal) -> Actor:
    """The actor as the one who filed an appeal, once its code was shown."""
    return actor.acting_for(applicant_key(appeal.case.matter))


def appeal_counts(case: Case) -> int:
    """How many people reported this case."""
    found = case.appeals.filter(withdrawn_at__isnull=True).aggregate(people=Count("pk"))
    return int(found["people"])


def appeals_aged(until: dt.datetime) -> AppealQuerySet:
    """Appeals that still name somebody, and whose case was closed before a moment."""
    return Appeal.objects.filter(forgotten_at=None, case__matter__ended_at__lt=until)


def kept_of(person_id: int | None, account_id: int | None) -> list[tuple[str, str]]:
    """What somebody reported, in their own words, and what they were answered."""
    own = Q(reporter__isnull=False, reporter=person_id) | Q(for_person=person_id)
    if account_id is not None:
        own |= Q(account=account_id)
    found = []
    for row in Appeal.objects.filter(own).order_by("pk"):
        contact = (row.contact_name, row.contact_phone, row.for_name, row.for_phone)
        said = [f"{clock.local(row.filed_at):%Y-%m-%d %H:%M}", row.what, row.reply, *contact]
        found.append((row.number, " / ".join(filter(None, said))))
    return found


def unnamed_keys(person_id: int | None, account_id: int | None) -> tuple[str, list[str]]:
    """The appeals on which alone it is written who looked at their reporter: those of an account
    that name no person. Of a person on file it is written with the person.
    """
    del person_id
    own = Appeal.objects.filter(account=account_id, reporter=None, taken_by=None)
    if account_id is None:
        own = own.none()
    return "appeal", list(own.values_list("number", flat=True))


def file_is_visible(actor: Actor, owner_key: str) -> bool:
    """Whether this actor may see the photos of an appeal: its reporter, or who may see its case."""
    appeal = Appeal.objects.select_related("case__matter").filter(number=owner_key).first()
    if appeal is not None and is_own(actor, appeal):
        return True
    return cases_seen(actor=actor).filter(appeals__number=owner_key).exists()


def work_file_is_visible(actor: Actor, owner_key: str) -> bool:
    """Whether this actor may see the photos of the work on a case: who reported it, or may see
    it.
    """
    appeals = Appeal.objects.select_related("case__matter").filter(case__matter__number=owner_key)
    if any(is_own(actor, appeal) for appeal in appeals):
        return True
    return cases_seen(actor=actor).filter(matter__number=owner_key).exists()
