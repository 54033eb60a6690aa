# SPDX-License-Identifier: MulanPSL-2.0
"""Giving and ending grants; a sensitive role takes two people."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.actor import Actor, ActorKind
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.base.text import label
from linli.kernel.access.decisions import require
from linli.kernel.access.models import Definition, Grant
from linli.kernel.access.selectors import role_find
from linli.kernel.access.terms import Event, GrantSource, Perm, Verb
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.models import Account
from linli.kernel.accounts.proof import prove
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit


@transaction.atomic
def grant_give(
    *,
    actor: Actor,
    account: Account,
    role: str,
    place: Place,
    unit: Unit | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    source: GrantSource = GrantSource.HAND,
    source_key: str = "",
) -> Grant:
    """Let an account hold a role at a place and all below it; giving the same again changes
    nothing. A sensitive role waits until a second person has approved it.

    Raises Forbidden without `access.grant` there or for oneself, Unproven if the actor has not
    shown lately who they are, Invalid if the role is not defined there or not for the place's
    level, Conflict if it never goes together with another that the account holds.
    """
    require(actor, Perm.GRANT, at=place)
    prove(actor)
    _ensure_other(actor, account)
    begins = starts_on or clock.today()
    definition = _grantable(role, place, unit, begins, ends_on)
    wanted = Grant(account=account, role=role, place=place, unit=unit, source_key=source_key)
    wanted.starts_on, wanted.ends_on, wanted.source = begins, ends_on, source
    wanted.administrator = definition.body.get("administrator") or ""
    standing = _same(wanted)
    if standing is not None:
        return standing
    _ensure_compatible(wanted)
    is_asked = actor.kind is ActorKind.ACCOUNT and definition.body.get("sensitive", False)
    wanted.is_waiting, wanted.asked_by_id = is_asked, actor.account_id
    _save(wanted)
    if is_asked:
        _told(actor, wanted, Verb.GRANT_ASKED, Event.GRANT_ASKED)
    else:
        _told(actor, wanted, Verb.GRANT_GIVEN, Event.GRANT_GIVEN)
    return wanted


@transaction.atomic
def grant_approve(*, actor: Actor, grant: Grant) -> Grant:
    """Say yes to a sensitive role that somebody else gave: it holds from now on.

    Raises Forbidden without `access.grant` there, for who gave it and for who gets it, Unproven,
    and Conflict if it waits no more or does not go together with what was given meanwhile.
    """
    grant = _waiting(actor, grant)
    _ensure_compatible(grant)
    grant.is_waiting = False
    grant.starts_on = max(grant.starts_on, clock.today())
    _save(grant)
    _told(actor, grant, Verb.GRANT_APPROVED, Event.GRANT_GIVEN)
    return grant


@transaction.atomic
def grant_decline(*, actor: Actor, grant: Grant, reason: str) -> Grant:
    """Say no to it: it never holds. Raises as `grant_approve`, and Invalid without a reason."""
    grant = _waiting(actor, grant)
    if not reason.strip():
        message = _("Say why not; whoever gave it will read it.")
        raise Invalid(message, code="reason_missing", fields={"reason": message})
    grant.is_waiting = False
    grant.ends_on = grant.starts_on - dt.timedelta(days=1)
    _save(grant)
    _told(actor, grant, Verb.GRANT_DECLINED, Event.GRANT_ENDED, reason=reason.strip())
    return grant


def _waiting(actor: Actor, grant: Grant) -> Grant:
    require(actor, Perm.GRANT, at=grant.place)
    prove(actor)
    found = lock(grant)
    if not found.is_waiting:
        raise Conflict(_("Somebody has decided on this already."), code="grant_decided")
    if actor.account_id in (found.asked_by_id, found.account_id):
        raise Forbidden(_("This takes a second person."), code="grant_same_person")
    return found


def _save(grant: Grant) -> None:
    """Keep a grant. Raises Conflict where it would make one account two administrators."""
    try:
        with transaction.atomic():
            grant.save()
    except IntegrityError as error:
        message = _("Nobody is two of the three administrators: system, security and audit.")
        raise Conflict(message, code="administrators_apart") from error


@transaction.atomic
def grant_end(
    *,
    actor: Actor,
    grant: Grant,
    on: dt.date | None = None,
    reason: str = "",
    source: GrantSource = GrantSource.HAND,
) -> Grant:
    """End a grant; its last day is yesterday unless `on` names another, so that it ends at once.

    `source` is who ends it: what comes from a post ends with the post, not by hand. Raises Conflict
    if it has ended already.
    """
    require(actor, Perm.GRANT, at=grant.place)
    prove(actor)
    grant = lock(grant)
    today = clock.today()
    if grant.source == GrantSource.RECORD and source != GrantSource.RECORD:
        message = _("This role comes with a post and ends with it.")
        raise Conflict(message, code="grant_of_post")
    if grant.ends_on is not None and grant.ends_on < today:
        raise Conflict(_("This role has ended already."), code="grant_ended")
    grant.ends_on = on or today - dt.timedelta(days=1)
    grant.is_waiting = False
    grant.save(update_fields=["ends_on", "is_waiting"])
    _told(actor, grant, Verb.GRANT_ENDED, Event.GRANT_ENDED, reason=reason)
    return grant


@transaction.atomic
def partner_open(
    *,
    actor: Actor,
    username: str,
    role: str,
    place: Place,
    unit: Unit | None = None,
    ends_on: dt.date | None = None,
) -> Grant:
    """Open an account for a partner's system, with which nobody logs in, and give it a role.

    Raises as `partner_create` and `grant_give` do.
    """
    account = accounts.partner_create(actor=actor, username=username, place_path=place.path)
    return grant_give(
        actor=actor,
        account=account,
        role=role,
        place=place,
        unit=unit,
        ends_on=ends_on,
        source=GrantSource.PARTNER,
    )


def _ensure_other(actor: Actor, account: Account) -> None:
    if actor.account_id is not None and actor.account_id == account.pk:
        raise Forbidden(_("Nobody gives a role to themselves."), code="grant_to_self")


def _grantable(
    role: str, place: Place, unit: Unit | None, begins: dt.date, ends: dt.date | None
) -> Definition:
    """The role, if it may be given so. Raises Invalid."""
    if ends is not None and ends < begins:
        message = _("The last day lies before the first.")
        raise Invalid(message, code="grant_dates", fields={"ends_on": message})
    definition = role_find(role, place.path)
    if definition is None:
        message = _("This role is not defined here.")
        raise Invalid(message, code="grant_role", fields={"role": message})
    if f"level:{place.level}" not in definition.body.get("at", ()):
        words = {"role": label(definition.body["label"])}
        refusal = _("The role %(role)s is not given at a place of this level.") % words
        raise Invalid(refusal, code="grant_level", fields={"place": refusal})
    if not place.exists_on(begins):
        message = _("This place has ended.")
        raise Invalid(message, code="grant_place", fields={"place": message})
    if unit is not None and not unit.exists_on(begins):
        message = _("This unit has ended.")
        raise Invalid(message, code="grant_unit", fields={"unit": message})
    return definition


def _same(wanted: Grant) -> Grant | None:
    """A grant of the same that holds all the time which the wanted one would."""
    lasting = Q(ends_on__isnull=True)
    if wanted.ends_on is not None:
        lasting |= Q(ends_on__gte=wanted.ends_on)
    return Grant.objects.filter(
        lasting,
        starts_on__lte=wanted.starts_on,
        account=wanted.account,
        role=wanted.role,
        place=wanted.place,
        unit=wanted.unit,
        source=wanted.source,
        source_key=wanted.source_key,
    ).first()


def _ensure_compatible(wanted: Grant) -> None:
    role, place = wanted.role, wanted.place
    here = Grant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=wanted.starts_on),
        account=wanted.account,
        place=place,
    ).exclude(Q(role=role) | Q(pk=wanted.pk))
    if wanted.ends_on is not None:
        here = here.filter(starts_on__lte=wanted.ends_on)
    others = set(here.values_list("role", flat=True))
    excluded = others.intersection(_not_with(role, place)) if others else set()
    excluded.update(other for other in others if role in _not_with(other, place))
    for other in sorted(excluded):
        definition = role_find(other, place.path)
        words = {"role": label(definition.body["label"]) if definition else other}
        message = _("The same person cannot also be %(role)s here.") % words
        raise Conflict(message, code="grant_not_with")


def _not_with(role: str, place: Place) -> tuple[str, ...]:
    definition = role_find(role, place.path)
    named = definition.body.get("not_with", ()) if definition is not None else ()
    return tuple(str(other).removeprefix("role:") for other in named)


def _told(actor: Actor, grant: Grant, verb: Verb, event: Event, reason: str = "") -> None:
    detail = {
        "account": grant.account_id,
        "role": grant.role,
        "unit": grant.unit_id,
        "from": grant.starts_on.isoformat(),
        "to": grant.ends_on.isoformat() if grant.ends_on else None,
        "source": str(grant.source),
    }
    audit.record(actor, verb, on=grant, at=grant.place, detail=detail, reason=reason)
    events.announce(
        event, place_path=grant.place.path, account_id=grant.account_id, role=grant.role
    )
