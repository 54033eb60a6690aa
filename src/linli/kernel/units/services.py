# SPDX-License-Identifier: MulanPSL-2.0
"""Writing units: added, renamed, merged or closed; and who belongs to them."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.base import clock
from linli.base.actor import Actor
from linli.base.errors import Conflict, Invalid
from linli.base.scope import lock
from linli.base.text import clean_line
from linli.kernel.accounts.models import Account
from linli.kernel.audit import services as audit
from linli.kernel.events import services as events
from linli.kernel.places.models import Place
from linli.kernel.places.services import ensure_reach
from linli.kernel.units import selectors
from linli.kernel.units.models import Membership, Unit
from linli.kernel.units.terms import Event, Perm, Verb

KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")


@transaction.atomic
def unit_add(
    *,
    actor: Actor,
    key: str,
    place: Place,
    label: Mapping[str, str],
    kind: str = "",
    phone: str = "",
    parent: Unit | None = None,
    starts_on: dt.date | None = None,
    clause: str = "",
) -> Unit:
    """Open a unit at a place; without `starts_on` it has always been there.

    Raises Invalid for a key or name that is none, Conflict if the place has a unit of that key.
    """
    ensure_reach(actor, Perm.EDIT, place.path)
    if not KEY.fullmatch(key):
        message = _("A unit's key is made of small letters, digits and underscores.")
        raise Invalid(message, code="unit_key", fields={"key": message})
    if Unit.objects.filter(key=key, place=place).exists():
        raise Conflict(_("This place has such a unit already."), code="unit_key_taken")
    unit = Unit.objects.create(
        key=key,
        place=place,
        label=_label(label),
        kind=kind,
        phone=clean_line(phone),
        parent=parent,
        starts_on=starts_on,
        clause=clause,
    )
    _told(actor, unit, Verb.UNIT_ADDED, {"key": key})
    events.announce(Event.UNIT_ADDED, place_path=place.path, unit_id=unit.pk)
    return unit


@transaction.atomic
def unit_rename(*, actor: Actor, unit: Unit, label: Mapping[str, str]) -> Unit:
    """Give a unit another name; its orders, members and grants stay with it."""
    ensure_reach(actor, Perm.EDIT, unit.place.path)
    wanted = _label(label)
    unit = _locked(unit)
    _ensure_open(unit)
    if unit.label == wanted:
        return unit
    former, unit.label = unit.label, wanted
    unit.save(update_fields=["label"])
    _told(actor, unit, Verb.UNIT_RENAMED, {"former": former["zh"], "name": wanted["zh"]})
    events.announce(Event.UNIT_RENAMED, place_path=unit.place.path, unit_id=unit.pk)
    return unit


@transaction.atomic
def unit_change(
    *, actor: Actor, unit: Unit, kind: str, phone: str, parent: Unit | None = None
) -> Unit:
    """Give a unit its other particulars. Raises Invalid if it would come to stand below itself."""
    ensure_reach(actor, Perm.EDIT, unit.place.path)
    unit = _locked(unit)
    _ensure_open(unit)
    wanted = {"kind": kind, "phone": clean_line(phone), "parent": parent}
    changed = [name for name, value in wanted.items() if getattr(unit, name) != value]
    if not changed:
        return unit
    _ensure_no_ring(unit, parent)
    for name in changed:
        setattr(unit, name, wanted[name])
    unit.save(update_fields=changed)
    _told(actor, unit, Verb.UNIT_CHANGED, {"changed": sorted(changed)})
    return unit


@transaction.atomic
def unit_end(
    *, actor: Actor, unit: Unit, on: dt.date, into: Unit | None = None, reason: str = ""
) -> Unit:
    """Close a unit after its last day, or merge it into another that takes over its work.

    Its members' time there ends with it; whoever listens to the event finds the orders a new owner.
    """
    ensure_reach(actor, Perm.EDIT, unit.place.path)
    if into is not None and (into.pk == unit.pk or not into.exists_on(on + dt.timedelta(days=1))):
        message = _("A unit merges into another one that goes on working.")
        raise Invalid(message, code="unit_successor", fields={"into": message})
    unit = _locked(unit)
    _ensure_open(unit)
    if unit.starts_on is not None and on < unit.starts_on:
        message = _("A unit cannot end before it began.")
        raise Invalid(message, code="unit_ends_early", fields={"on": message})
    unit.ends_on, unit.successor = on, into
    unit.save(update_fields=["ends_on", "successor"])
    going = Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), unit=unit)
    ended = going.update(ends_on=on)
    successor_id = into.pk if into is not None else None
    detail = {"on": on.isoformat(), "into": successor_id, "memberships": ended}
    _told(actor, unit, Verb.UNIT_ENDED, detail, reason)
    events.announce(
        Event.UNIT_ENDED, place_path=unit.place.path, unit_id=unit.pk, successor_id=successor_id
    )
    return unit


@transaction.atomic
def membership_add(
    *,
    actor: Actor,
    account: Account,
    unit: Unit,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    stand_in_for: Membership | None = None,
) -> Membership:
    """Let an account belong to a unit; the same again changes nothing.

    Raises Invalid for dates that do not fit or a stand-in for another unit's member, Conflict if
    the unit has ended.
    """
    ensure_reach(actor, Perm.EDIT, unit.place.path)
    begins = starts_on or clock.today()
    if not unit.exists_on(begins):
        raise Conflict(_("This unit has ended."), code="unit_ended")
    if ends_on is not None and ends_on < begins:
        message = _("The last day lies before the first.")
        raise Invalid(message, code="membership_dates", fields={"ends_on": message})
    if stand_in_for is not None and (
        stand_in_for.unit_id != unit.pk or stand_in_for.account_id == account.pk
    ):
        message = _("A stand-in stands in for another member of the same unit.")
        raise Invalid(message, code="membership_stand_in", fields={"stand_in_for": message})
    lasting = Q(ends_on__isnull=True)
    if ends_on is not None:
        lasting |= Q(ends_on__gte=ends_on)
    here = Membership.objects.filter(account=account, unit=unit)
    standing = here.filter(lasting, starts_on__lte=begins).first()
    if standing is not None:
        return standing
    if here.filter(starts_on=begins).exists():
        raise Conflict(_("A membership from this day is there already."), code="membership_there")
    membership = Membership.objects.create(
        account=account, unit=unit, starts_on=begins, ends_on=ends_on, stand_in_for=stand_in_for
    )
    _member_told(actor, membership, Verb.MEMBERSHIP_ADDED, Event.MEMBERSHIP_ADDED)
    return membership


@transaction.atomic
def membership_end(
    *, actor: Actor, membership: Membership, on: dt.date | None = None, reason: str = ""
) -> Membership:
    """End somebody's time in a unit, at once or after the day `on`; stand-ins for them end with it.

    Raises Conflict if it has ended already.
    """
    ensure_reach(actor, Perm.EDIT, membership.unit.place.path)
    membership = lock(membership)
    today = clock.today()
    if membership.ends_on is not None and membership.ends_on < today:
        raise Conflict(_("This membership has ended already."), code="membership_ended")
    membership.ends_on = on or today - dt.timedelta(days=1)
    membership.save(update_fields=["ends_on"])
    _member_told(actor, membership, Verb.MEMBERSHIP_ENDED, Event.MEMBERSHIP_ENDED, reason)
    stand_ins = membership.stand_ins.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=membership.ends_on)
    )
    for stand_in in stand_ins:
        stand_in.ends_on = membership.ends_on
        stand_in.save(update_fields=["ends_on"])
        _member_told(actor, stand_in, Verb.MEMBERSHIP_ENDED, Event.MEMBERSHIP_ENDED, reason)
    return membership


def _label(label: Mapping[str, str]) -> dict[str, str]:
    words = {language: clean_line(label.get(language, "")) for language in ("zh", "en")}
    if not words["zh"] or max(map(len, words.values())) > 200:
        message = _("A unit needs a name of at most 200 characters.")
        raise Invalid(message, code="unit_name", fields={"label": message})
    return words


def _locked(unit: Unit) -> Unit:
    place = unit.place
    unit = lock(unit)
    unit.place = place
    return unit


def _ensure_open(unit: Unit) -> None:
    if unit.ends_on is not None:
        raise Conflict(_("This unit has ended."), code="unit_ended")


def _ensure_no_ring(unit: Unit, parent: Unit | None) -> None:
    above = parent
    for _step in range(selectors.LONGEST_SUCCESSION):
        if above is None:
            return
        if above.pk == unit.pk:
            break
        above = above.parent
    message = _("A unit cannot stand below itself.")
    raise Invalid(message, code="unit_parent", fields={"parent": message})


def _told(
    actor: Actor, unit: Unit, verb: Verb, detail: Mapping[str, Any], reason: str = ""
) -> None:
    audit.record(actor, verb, on=unit, at=unit.place, detail=detail, reason=reason)


def _member_told(
    actor: Actor, membership: Membership, verb: Verb, event: Event, reason: str = ""
) -> None:
    place = membership.unit.place
    detail = {
        "account": membership.account_id,
        "unit": membership.unit_id,
        "from": membership.starts_on.isoformat(),
        "to": membership.ends_on.isoformat() if membership.ends_on else None,
        "stand_in_for": membership.stand_in_for_id,
    }
    audit.record(actor, verb, on=membership, at=place, detail=detail, reason=reason)
    events.announce(
        event,
        place_path=place.path,
        membership_id=membership.pk,
        unit_id=membership.unit_id,
        account_id=membership.account_id,
    )
