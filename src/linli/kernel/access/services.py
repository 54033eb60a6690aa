# SPDX-License-Identifier: MulanPSL-2.0
"""Who may do what where: the questions, and giving and ending grants."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Forbidden, Invalid
from linli.base.scope import lock
from linli.base.text import label
from linli.kernel.access.decisions import Decision, holds, may, may_anywhere, require
from linli.kernel.access.limits import (
    abuse_add,
    abuse_check,
    abuse_end,
    counts_forget,
    rate_hit,
)
from linli.kernel.access.models import Grant
from linli.kernel.access.persons import PersonKnown, person_resolver
from linli.kernel.access.selectors import accounts_holding, actor_for, actor_then, role_find
from linli.kernel.access.terms import Event, GrantSource, Perm, Verb
from linli.kernel.access.tokens import (
    Bearer,
    Issued,
    ScopeMissing,
    TokenRefused,
    scope_require,
    token_issue,
    token_read,
    token_revoke,
)
from linli.kernel.accounts import services as accounts
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.places.models import Place
from linli.kernel.units.models import Unit

__all__ = [
    "Bearer",
    "Decision",
    "Issued",
    "PersonKnown",
    "ScopeMissing",
    "TokenRefused",
    "abuse_add",
    "abuse_check",
    "abuse_end",
    "accounts_holding",
    "actor_for",
    "actor_then",
    "counts_forget",
    "grant_end",
    "grant_give",
    "holds",
    "may",
    "may_anywhere",
    "partner_open",
    "person_resolver",
    "rate_hit",
    "require",
    "scope_require",
    "token_issue",
    "token_read",
    "token_revoke",
]


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
    nothing.

    Raises Forbidden without `access.grant` there or for oneself, Invalid if the role is not defined
    there or not for the place's level, Conflict if it never goes together with another that the
    account holds.
    """
    require(actor, Perm.GRANT, at=place)
    _ensure_other(actor, account)
    begins = starts_on or clock.today()
    _ensure_grantable(role, place, unit, begins, ends_on)
    wanted = Grant(account=account, role=role, place=place, unit=unit, source_key=source_key)
    wanted.starts_on, wanted.ends_on, wanted.source = begins, ends_on, source
    standing = _same(wanted)
    if standing is not None:
        return standing
    _ensure_compatible(wanted)
    wanted.save(force_insert=True)
    _told(actor, wanted, Verb.GRANT_GIVEN, Event.GRANT_GIVEN)
    return wanted


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
    grant = lock(grant)
    today = clock.today()
    if grant.source == GrantSource.RECORD and source != GrantSource.RECORD:
        message = _("This role comes with a post and ends with it.")
        raise Conflict(message, code="grant_of_post")
    if grant.ends_on is not None and grant.ends_on < today:
        raise Conflict(_("This role has ended already."), code="grant_ended")
    grant.ends_on = on or today - dt.timedelta(days=1)
    grant.save(update_fields=["ends_on"])
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

    Raises as `account_create` and `grant_give` do.
    """
    account = accounts.account_create(actor=actor, username=username, place_path=place.path)
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


def _ensure_grantable(
    role: str, place: Place, unit: Unit | None, begins: dt.date, ends: dt.date | None
) -> None:
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
    ).exclude(role=role)
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
