# SPDX-License-Identifier: MulanPSL-2.0
"""Reading access: the actor of an account, who holds a role where, and grants for the console."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from linli.base import clock
from linli.base.actor import UNPROVEN, Actor, ActorKind, Held, Operation, Proof
from linli.base.definitions import definition_bodies, prefixes
from linli.base.together import listed_once
from linli.kernel.access.models import (
    AbuseEntry,
    Definition,
    Grant,
    OperatorSession,
    RateLimitCount,
)
from linli.kernel.access.persons import PersonKnown, Resolver, person_resolver
from linli.kernel.access.terms import Administrator, OperatorKind, OperatorState, Perm, Where
from linli.kernel.accounts.models import Account
from linli.kernel.places import selectors as places
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry
from linli.kernel.units.models import Membership, Unit

ROLE = "role"
OPERATOR = "operator"
"""The role that an operator session stands for; no pack defines it and nobody can give it."""

NEVER_OPERATED = ("people.", "access.", "accounts.", "audit.", "exchange.")
"""Parts of which an operator session sees nothing."""


def actor_for(account: Account, request_id: str = "", proof: Proof = UNPROVEN) -> Actor:
    """The actor that an account is today: one query, and one for what its roles permit.

    An account that was closed is nobody.
    """
    if not account.is_active:
        return Actor(kind=ActorKind.ANONYMOUS, request_id=request_id)
    today = clock.today()
    grants, units, running, *people = _held_by(account.pk, today, person_resolver.ask)
    operation, held = None, held_on(grants, today)
    if running:
        operation, extra = _operation_of(int(running[0][0]))
        held += extra
    person = next((PersonKnown(*row) for rows in people for row in rows), None)
    return Actor(
        kind=ActorKind.ACCOUNT,
        account_id=account.pk,
        person_id=person.person_id if person else None,
        label=(person.name if person else "") or account.get_username(),
        name_key_id=account.name_key_id,
        grants=held,
        unit_ids=tuple(dict.fromkeys(unit_id for (unit_id,) in units)),
        request_id=request_id,
        proof=proof,
        operation=operation,
    )


@listed_once
def _held_by(
    account_id: int, today: dt.date, person: Resolver | None
) -> tuple[QuerySet[Any, Any], ...]:
    """The grants of an account on a day, its units, its operator session, and its person."""
    grants = Grant.objects.on(today).filter(account=account_id)
    units = Membership.objects.on(today).filter(account=account_id)
    return (
        grants.order_by("place__path", "role", "pk").values_list(
            "role", "place__path", "unit_id", "place__name", "place__name_en"
        ),
        units.order_by("unit_id").values_list("unit_id"),
        OperatorSession.objects.filter(account=account_id, state=OperatorState.RUNNING).values_list(
            "pk"
        ),
        *((person(account_id),) if person is not None else ()),
    )


def _operation_of(key: int) -> tuple[Operation | None, tuple[Held, ...]]:
    """An operator session as the actor carries it, and the grant that it stands for; nothing once
    its time is over.
    """
    row = OperatorSession.objects.select_related("place").filter(pk=key).first()
    if row is None or row.ends_at is None or not row.runs_at(timezone.now()):
        return None, ()
    place = row.place
    operation = Operation(row.pk, row.kind, row.reason, place.path, row.ends_at)
    names = (place.name, place.name_en)
    return operation, (
        Held(OPERATOR, place.path, None, operator_permissions(row.kind), place_names=names),
    )


def operator_permissions(kind: str) -> frozenset[str]:
    """What an operator session carries: everything that only looks, but nothing of persons, rights
    and the record; to repair also what parts declare for that.
    """
    seen = {
        name
        for name in registry.permissions()
        if is_look(name) and not name.startswith(NEVER_OPERATED)
    }
    return frozenset(seen | set(registry.repairs() if kind == OperatorKind.REPAIR else ()))


def is_look(permission: str) -> bool:
    """Whether a permission only lets somebody look."""
    action = permission.rpartition(".")[2]
    return action == "view" or action.startswith("view_")


def operator_sessions_open(account_id: int | None = None) -> list[OperatorSession]:
    """Operator sessions that wait or run, of everybody or of one account; for the machinery."""
    open_ = OperatorSession.objects.filter(state__in=[OperatorState.ASKED, OperatorState.RUNNING])
    rows = open_ if account_id is None else open_.filter(account=account_id)
    return list(rows.select_related("account", "place").order_by("pk"))


def operator_sessions_visible(*, actor: Actor) -> QuerySet[OperatorSession]:
    """Operator sessions at places where this actor may see them, and their own, newest first."""
    rows = OperatorSession.objects.visible_to(actor, Perm.VIEW_OPERATOR)
    own = OperatorSession.objects.filter(account=actor.account_id)
    found = (rows | own).select_related("account", "place").defer("place__boundary")
    return found.order_by("-asked_at", "-pk")


def operator_sessions_waiting(*, actor: Actor) -> QuerySet[OperatorSession]:
    """Operator sessions that others asked for and that this actor may say yes or no to."""
    rows = OperatorSession.objects.visible_to(actor, Perm.APPROVE_OPERATOR)
    return rows.filter(state=OperatorState.ASKED).exclude(account=actor.account_id)


def operator_session_get(session_id: int) -> OperatorSession | None:
    """An operator session by its key; for who tells of it."""
    rows = OperatorSession.objects.select_related("place", "account")
    return rows.filter(pk=session_id).first()


def administrators_over(place: Place, sort: Administrator) -> list[int]:
    """The accounts that are such administrators of a place today, there or above."""
    rows = Grant.objects.on(clock.today()).filter(
        administrator=sort,
        unit=None,
        account__is_active=True,
        place__path__in=[prefix for prefix in prefixes(place.path) if prefix],
    )
    return sorted(set(rows.values_list("account_id", flat=True)))


def actor_then(actor: Actor) -> Actor:
    """The same actor with the paths that its places had before they were moved: for what tells of
    the past; one query.
    """
    former = places.paths_former({held.path for held in actor.grants})
    grants = (replace(held, former=former.get(held.path, ())) for held in actor.grants)
    return replace(actor, grants=tuple(grants))


def held_on(
    grants: Iterable[tuple[str, str, int | None, str, str]], today: dt.date
) -> tuple[Held, ...]:
    """Grants (role, place path, unit, names of the place) as an actor carries them, with what their
    roles permit on a day; at most one query.
    """
    given = list(grants)
    roles = definition_bodies(
        Definition, ROLE, {(role, path) for role, path, *_rest in given}, today
    )
    return tuple(
        Held(
            role=role,
            path=path,
            unit_id=unit_id,
            permissions=frozenset(roles.get((role, path), {}).get("gives", ())),
            place_names=(name, name_en),
            administrator=str(roles.get((role, path), {}).get("administrator") or ""),
        )
        for role, path, unit_id, name, name_en in given
    )


def role_find(role: str, path: str) -> Definition | None:
    """The definition of a role in force at a place today."""
    return Definition.objects.find(ROLE, role, path, clock.today())


def roles_in_force(path: str, level: str = "") -> list[Definition]:
    """The roles in force at a place, perhaps only those that may be granted at a level."""
    rows = Definition.objects.in_force(ROLE, path, clock.today())
    return [row for row in rows if not level or f"level:{level}" in row.body.get("at", ())]


def pack_top(path: str) -> str:
    """The path of the place to which the nearest pack with roles is bound; else the top of the
    tree.
    """
    bound = (
        Definition.objects.filter(place_path__in=[one for one in prefixes(path) if one])
        .order_by(Length("place_path").desc())
        .values_list("place_path", flat=True)
        .first()
    )
    return bound or path[: path.find("/") + 1]


def accounts_holding(
    role: str,
    place: Place,
    where: str | None = None,
    unit_id: int | None = None,
    on: dt.date | None = None,
) -> list[int]:
    """The accounts a procedure means by a role at a place, perhaps of one unit; see `holds`."""
    day = on or clock.today()
    grants = Grant.objects.on(day).filter(role=role, account__is_active=True)
    wanted = _at(place, where)
    if unit_id is not None:
        members = Membership.objects.on(day).filter(unit_id=unit_id).values("account_id")
        wanted = Q(unit_id=unit_id) | (wanted & Q(unit=None, account_id__in=members))
    found = grants.filter(wanted).order_by("account_id").values_list("account_id", flat=True)
    return list(found.distinct())


def units_with_role(role: str, path: str, on: dt.date | None = None) -> list[Unit]:
    """The units at a place or above in which somebody holds a role, the nearest first."""
    day = on or clock.today()
    held = Grant.objects.on(day).filter(role=role, account__is_active=True, unit__isnull=False)
    rows = Unit.objects.on(day).filter(place__path__in=prefixes(path), pk__in=held.values("unit"))
    return list(rows.order_by("-place__path", "key"))


def _at(place: Place, where: str | None) -> Q:
    """The condition on a grant's place; no grant fits a level that is not above the place."""
    if where is None:
        return Q(place__path__in=prefixes(place.path))
    if where == Where.OWN:
        return Q(place=place)
    if where == Where.ABOVE:
        return Q(place__path__in=[one for one in prefixes(place.path) if one != place.path])
    if where == Where.ANY:
        return Q(place__path__under=pack_top(place.path))
    above = places.ancestor(place, where)
    return Q(pk__in=[]) if above is None else Q(place=above)


def grants_visible(*, actor: Actor) -> QuerySet[Grant]:
    """Grants at places where this actor may see them, for the console's page."""
    return (
        Grant.objects.visible_to(actor, Perm.VIEW)
        .select_related("account", "place", "unit")
        .defer("place__boundary")
        .order_by("place__path", "role", "account__username")
    )


def grants_of(account_id: int, on: dt.date | None = None) -> QuerySet[Grant]:
    """What one account holds on a day, today unless told otherwise."""
    return (
        Grant.objects.on(on or clock.today())
        .filter(account_id=account_id)
        .select_related("place", "unit")
        .defer("place__boundary")
        .order_by("place__path", "role")
    )


def accounts_with_roles(account_ids: Iterable[int]) -> set[int]:
    """Which of these accounts hold a role today: of those colleagues may read the name."""
    rows = Grant.objects.on(clock.today()).filter(account__in=list(account_ids))
    return set(rows.values_list("account_id", flat=True))


def abuse_visible(*, actor: Actor) -> QuerySet[AbuseEntry]:
    """Entries of the abuse list that hold today and that this actor keeps, newest first."""
    return (
        AbuseEntry.objects.visible_to(actor, Perm.BLOCK)
        .filter(Q(until__isnull=True) | Q(until__gt=clock.now()))
        .select_related("place")
        .defer("place__boundary")
        .order_by("-added_at", "-pk")
    )


def counts_aged(until: dt.datetime) -> QuerySet[RateLimitCount]:
    """Windows of rate counts that had passed before a moment."""
    return RateLimitCount.objects.filter(ends_at__lt=until)


def abuse_aged(until: dt.datetime) -> QuerySet[AbuseEntry]:
    """Entries of the abuse list that held no more before a moment."""
    return AbuseEntry.objects.filter(until__lt=until)
