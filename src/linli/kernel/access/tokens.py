# SPDX-License-Identifier: MulanPSL-2.0
"""Tokens of partner systems: issuing, revoking, and the actor that one makes.

A token is `linli_<public id>_<secret>`; the secret is 32 random bytes, shown once, of which a
SHA-256 is kept: nothing that random needs a slow hash.
"""

import datetime as dt
import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.base import clock, ids
from linli.base.actor import Actor, ActorKind, Held
from linli.base.errors import Conflict, Forbidden, Invalid, Refused
from linli.base.scope import lock
from linli.base.text import clean_line
from linli.kernel.access.decisions import require
from linli.kernel.access.models import Definition, Grant, Token
from linli.kernel.access.persons import person_resolver
from linli.kernel.access.selectors import held_on, role_find, roles_in_force
from linli.kernel.access.terms import Event, GrantSource, Perm, Verb
from linli.kernel.accounts.proof import prove
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.places.models import Place
from linli.kernel.sockets import registry

PREFIX = "linli"
LONGEST_DAYS = 365
LONGEST_LABEL = 80
MOST_NETWORKS = 20
_TOKEN = re.compile(r"linli_([0-9a-z]{8})_([0-9a-f]{64})")


class TokenRefused(Refused):
    """What was shown is no token that is good now."""

    status = 401


class ScopeMissing(Refused):
    """The token is good, but not for this."""

    status = 403


@dataclass(frozen=True, slots=True)
class Issued:
    """A token just issued, with the only copy of what its holder shows."""

    token: Token
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever showed a token: the token and the actor that it makes."""

    token: Token
    actor: Actor


@transaction.atomic
def token_issue(
    *,
    actor: Actor,
    grant: Grant,
    label: str,
    scopes: Sequence[str],
    ends_on: dt.date,
    is_acting: bool = False,
    networks: Sequence[str] = (),
) -> Issued:
    """Issue a token on a partner's grant; what it returns is the only place where the secret is.

    Raises Forbidden without `access.issue_token` at the grant's place or for one's own account,
    Invalid for an account that a person uses, for a scope that the role does not give there or
    tokens never carry, and for a day beyond the grant or a year.
    """
    require(actor, Perm.ISSUE_TOKEN, at=grant.place)
    prove(actor)
    _ensure_partner(actor, grant)
    name = clean_line(label)
    if not name or len(name) > LONGEST_LABEL:
        raise _invalid("label", _("Say in a few words which system uses it."))
    wanted = sorted({str(scope) for scope in scopes})
    _ensure_scopes(grant, wanted)
    _ensure_days(grant, ends_on)
    secret = secrets.token_hex(32)
    token = Token(
        public_id=ids.query_code().lower(),
        digest=_digest(secret),
        label=name,
        grant=grant,
        scopes=wanted,
        is_acting=is_acting,
        networks=_networks_read(networks),
        issued_by_id=actor.account_id,
        issued_at=clock.now(),
        ends_on=ends_on,
    )
    token.save(force_insert=True)
    _told(actor, token, Verb.TOKEN_ISSUED, Event.TOKEN_ISSUED)
    return Issued(token, f"{PREFIX}_{token.public_id}_{secret}")


@transaction.atomic
def token_revoke(*, actor: Actor, token: Token, reason: str = "") -> Token:
    """Take a token back; the very next request with it is refused.

    Raises Forbidden, Conflict if it was revoked before.
    """
    require(actor, Perm.ISSUE_TOKEN, at=token.grant.place)
    kept = lock(token)
    if kept.revoked_at is not None:
        raise Conflict(_("This token was revoked before."), code="token_revoked")
    kept.revoked_at = clock.now()
    kept.save(update_fields=["revoked_at"])
    _told(actor, kept, Verb.TOKEN_REVOKED, Event.TOKEN_REVOKED, reason=reason)
    return kept


def token_read(text: str, *, address: str, request_id: str = "") -> Bearer:
    """Who shows this token; two queries, and one more in the first request of an hour.

    Only who knows the secret learns why a token is not good any more. Raises TokenRefused.
    """
    match = _TOKEN.fullmatch(text.strip())
    token = (
        Token.objects.select_related("grant__place", "grant__account")
        .defer("grant__place__boundary")
        .filter(public_id=match[1])
        .first()
        if match
        else None
    )
    if match is None or token is None or not hmac.compare_digest(token.digest, _digest(match[2])):
        raise TokenRefused(_("This token is not known here."), code="token_unknown")
    _ensure_good(token)
    if token.networks and not _is_within(address, token.networks):
        message = _("This token is not taken from your network address.")
        raise TokenRefused(message, code="token_network")
    _used(token)
    return Bearer(token, _actor_of(token, request_id))


def _ensure_good(token: Token) -> None:
    today, grant = clock.today(), token.grant
    if token.revoked_at is not None:
        raise TokenRefused(_("This token was revoked."), code="token_revoked")
    if token.ends_on < today:
        raise TokenRefused(_("This token has expired; ask for a new one."), code="token_expired")
    is_held = grant.starts_on <= today and (grant.ends_on is None or grant.ends_on >= today)
    if not is_held or not grant.account.is_active:
        message = _("The role that this token stands on has ended.")
        raise TokenRefused(message, code="token_grant_ended")


def _actor_of(token: Token, request_id: str) -> Actor:
    grant = token.grant
    place = grant.place
    given = (grant.role, place.path, grant.unit_id, place.name, place.name_en)
    (held,) = held_on([given], clock.today())
    return Actor(
        kind=ActorKind.ACCOUNT,
        account_id=grant.account_id,
        label=token.label,
        name_key_id=grant.account.name_key_id,
        grants=(
            Held(
                role=held.role if token.is_acting else "",
                path=held.path,
                unit_id=held.unit_id,
                permissions=held.permissions & frozenset(token.scopes),
            ),
        ),
        unit_ids=() if grant.unit_id is None else (grant.unit_id,),
        request_id=f"token:{token.public_id}:{request_id}"[:64],
    )


def _used(token: Token) -> None:
    """Note the hour of the last use: one write an hour, however busy a partner is."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if token.last_used_at is None or token.last_used_at < hour:
        Token.objects.filter(pk=token.pk).update(last_used_at=hour)


def scope_require(bearer: Bearer, permission: str) -> None:
    """Refuse a token that does not carry a permission. Raises ScopeMissing, which names it."""
    carried = {each for held in bearer.actor.grants for each in held.permissions}
    if str(permission) not in carried:
        message = _("This token does not carry the permission %(permission)s.")
        raise ScopeMissing(message % {"permission": permission}, code="scope")


def scopes_of(grant: Grant) -> list[str]:
    """The permissions that a token on this grant may carry, in the order they are declared."""
    role = role_find(grant.role, grant.place.path)
    gives = set(role.body.get("gives", ())) if role is not None else set()
    return [scope for scope in registry.token_scopes() if scope in gives]


def tokens_visible(*, actor: Actor) -> QuerySet[Token]:
    """Tokens at places where this actor issues them, newest first."""
    return (
        Token.objects.visible_to(actor, Perm.ISSUE_TOKEN)
        .select_related("grant__place", "grant__account", "grant__unit")
        .defer("grant__place__boundary")
        .order_by("-issued_at", "-pk")
    )


def roles_for_tokens(place: Place) -> list[Definition]:
    """The roles given at a place that let a token do anything."""
    known = set(registry.token_scopes())
    rows = roles_in_force(place.path, place.level)
    return [row for row in rows if known & set(row.body.get("gives", ()))]


def grants_for_tokens(*, actor: Actor) -> list[Grant]:
    """Grants of partners' accounts on which this actor may issue a token."""
    today = clock.today()
    rows = (
        Grant.objects.visible_to(actor, Perm.ISSUE_TOKEN)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), account__is_active=True)
        .filter(source=GrantSource.PARTNER)
        .select_related("place", "account", "unit")
        .defer("place__boundary")
        .order_by("account__username", "place__path", "role")
    )
    return [row for row in rows if _is_partners(row) and scopes_of(row)]


def is_good(token: Token) -> bool:
    """Whether a token opens anything today."""
    try:
        _ensure_good(token)
    except TokenRefused:
        return False
    return True


def _is_partners(grant: Grant) -> bool:
    """Whether a grant was given to a partner's system, and nobody logs in as it since."""
    account = grant.account
    is_used = account.has_usable_password() or person_resolver(account.pk) is not None
    return grant.source == GrantSource.PARTNER and not is_used


def _ensure_partner(actor: Actor, grant: Grant) -> None:
    if actor.account_id is not None and actor.account_id == grant.account_id:
        raise Forbidden(_("Nobody issues a token for themselves."), code="token_for_self")
    if not _is_partners(grant):
        message = _(
            "A token is for a partner's own account, with which nobody logs in; "
            "this one belongs to a person."
        )
        raise Invalid(message, code="token_account", fields={"grant": message})


def _ensure_scopes(grant: Grant, wanted: list[str]) -> None:
    if not wanted:
        raise _invalid("scopes", _("Choose at least one thing that it may do."))
    beyond = sorted(set(wanted) - set(scopes_of(grant)))
    if beyond:
        message = _("A token on this role cannot carry: %(scopes)s.")
        raise _invalid("scopes", message % {"scopes": ", ".join(beyond)})


def _ensure_days(grant: Grant, ends_on: dt.date) -> None:
    today = clock.today()
    if grant.ends_on is not None and grant.ends_on < today:
        message = _("The role that this token stands on has ended.")
        raise Conflict(message, code="token_grant_ended")
    if ends_on < today:
        raise _invalid("ends_on", _("The last day lies in the past."))
    if ends_on > today + dt.timedelta(days=LONGEST_DAYS):
        raise _invalid("ends_on", _("A token lasts a year at most."))
    if grant.ends_on is not None and ends_on > grant.ends_on:
        raise _invalid("ends_on", _("The role ends before this day."))


def _networks_read(networks: Iterable[str]) -> list[str]:
    """Networks in one form ("10.1.0.0/16"). Raises Invalid for what is none."""
    found = []
    for text in networks:
        try:
            found.append(str(ipaddress.ip_network(text.strip())))
        except ValueError:
            message = _("“%(network)s” is no network; write it like 10.1.0.0/16.")
            raise _invalid("networks", message % {"network": text[:60]}) from None
    if len(found) > MOST_NETWORKS:
        raise _invalid("networks", _("At most %(most)s networks.") % {"most": MOST_NETWORKS})
    return found


def _is_within(address: str, networks: Iterable[str]) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(known in ipaddress.ip_network(network) for network in networks)


def _invalid(name: str, message: str) -> Invalid:
    return Invalid(message, code=f"token_{name}", fields={name: message})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _told(actor: Actor, token: Token, verb: Verb, event: Event, reason: str = "") -> None:
    grant = token.grant
    detail = {
        "token": token.public_id,
        "account": grant.account_id,
        "role": grant.role,
        "unit": grant.unit_id,
        "scopes": token.scopes,
        "acting": token.is_acting,
        "to": token.ends_on.isoformat(),
    }
    audit.record(actor, verb, on=token, at=grant.place, detail=detail, reason=reason)
    events.announce(event, place_path=grant.place.path, token=token.public_id)
