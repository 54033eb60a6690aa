# SPDX-License-Identifier: MulanPSL-2.0
"""Who has looked at my data (谁看过我的信息): told to nobody but the person and, for a child, their
guardian.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.actor import Actor, ActorKind
from linli.base.errors import Message
from linli.kernel.access.posts import Post, posts_ever
from linli.kernel.audit import selectors as audit
from linli.kernel.audit.models import AuditQuerySet, AuditRecord
from linli.kernel.people.models import Person
from linli.kernel.people.terms import MemberRole, PersonalField
from linli.kernel.sockets import registry


@dataclass(frozen=True)
class Look:
    """Somebody looked: by name, as what, of which office, at which field, and what for."""

    at: dt.datetime
    by: str
    roles: tuple[str, ...]
    offices: tuple[str, ...]
    field: Message
    purpose: str


def person_keys(person_id: int | None, account_id: int | None) -> tuple[str, list[str]]:
    """Where it is written that a field of somebody on file was opened: on the person."""
    del account_id
    return Person._meta.label_lower, [] if person_id is None else [str(person_id)]


def looks_at(*, actor: Actor, ward: Person | None = None) -> AuditQuerySet:
    """What the record says of looks at the actor's own data, or at that of a child whose guardian
    they are; newest first. Nothing for anybody else.
    """
    nothing: AuditQuerySet = AuditRecord.objects.none()
    if actor.kind is not ActorKind.ACCOUNT:
        return nothing
    if ward is None:
        return _looks(actor.person_id, actor.account_id)
    if actor.person_id is None or ward.guardian_id != actor.person_id:
        return nothing
    return _looks(ward.pk, ward.account_id)


def looks_told(rows: Iterable[AuditRecord]) -> list[Look]:
    """Looks in words, with the posts that those had who looked."""
    read = list(rows)
    accounts = {row.actor_id for row in read if row.actor_id is not None}
    posts = posts_ever(accounts)
    return [_told(row, posts) for row in read]


def _looks(person_id: int | None, account_id: int | None) -> AuditQuerySet:
    wanted = Q(pk__in=[])
    for verb, keys_of in registry.looks().items():
        kind, keys = keys_of(person_id, account_id)
        if keys:
            wanted |= Q(verb=verb, subject_kind=kind, subject_key__in=list(keys))
    rows: AuditQuerySet = AuditRecord.objects.filter(wanted).order_by("-seq")
    return rows


def _told(row: AuditRecord, posts: Sequence[Post]) -> Look:
    day = clock.local(row.at).date()
    then = [each for each in posts if each.is_of(row.actor_id, day, row.place_path)]
    return Look(
        at=row.at,
        by=audit.actor_name_said(row),
        roles=tuple(dict.fromkeys(each.role for each in then if each.role)),
        offices=tuple(dict.fromkeys(each.office for each in then if each.office)),
        field=_field(row),
        purpose=row.reason,
    )


def _field(row: AuditRecord) -> Message:
    field = str(row.detail.get("field", ""))
    return PersonalField(field).label if field in PersonalField.values else _("Name and telephone")


def kept_of(person_id: int | None, account_id: int | None) -> list[tuple[str, str]]:
    """Everything the register keeps of somebody in plain, and who looked at it."""
    rows = Person.objects.select_related("place", "guardian").filter(pk=person_id or 0)
    person = rows.first()
    if person is None:
        return []
    facts = [(str(PersonalField(name).label), str(getattr(person, name))) for name in FIELDS]
    facts.insert(0, (str(_("Name of the person")), person.name))
    facts.append((str(_("Birthday")), str(person.birth_on or "")))
    facts.append((str(_("Guardian")), person.guardian.name if person.guardian else ""))
    facts.append((str(_("Place")), person.place.name if person.place else ""))
    for each in person.memberships.select_related("household__dwelling").order_by("pk"):
        role = str(MemberRole(each.role).label)
        facts.append((str(_("Household")), f"{each.household.dwelling.name} {role}"))
    for look in looks_told(_looks(person_id, account_id)):
        who = " ".join(filter(None, [*look.offices, *look.roles, look.by]))
        said = f"{clock.local(look.at):%Y-%m-%d %H:%M} {who} {look.field} {look.purpose}"
        facts.append((str(_("Who looked")), said))
    return [(name, value) for name, value in facts if value]


FIELDS = tuple(PersonalField.values)
