# SPDX-License-Identifier: MulanPSL-2.0
"""From addresses to accounts: who gets a notice, and who answers meanwhile."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Q

from linli.base.definitions import prefixes
from linli.kernel.access.models import Grant
from linli.kernel.units.models import Membership
from linli.kernel.workflow.rules.who import Address
from linli.kernel.workflow.terms import Match


def accounts_at(addresses: Collection[Address], day: dt.date) -> list[int]:
    """The accounts found at some addresses on a day; everybody ("anyone") is nobody in particular."""
    found = {each.account_id for each in addresses if each.match == Match.ACCOUNT}
    units = {each.unit_id for each in addresses if each.match == Match.UNIT}
    members: dict[int, set[int]] = {}
    if units:
        rows = Membership.objects.on(day).filter(unit_id__in=units, account__is_active=True)
        for unit_id, account_id in rows.values_list("unit_id", "account_id"):
            members.setdefault(unit_id, set()).add(account_id)
    wanted = Q(pk__in=[])
    for each in addresses:
        if each.match == Match.UNIT and not each.role:
            found |= members.get(each.unit_id or 0, set())
            wanted |= Q(unit_id=each.unit_id)
        else:
            wanted |= _granted(each, members)
    if any(each.match not in (Match.ACCOUNT, Match.ANYONE, Match.RESIDENT) for each in addresses):
        grants = Grant.objects.on(day).filter(wanted, account__is_active=True)
        found |= set(grants.values_list("account_id", flat=True))
    return sorted(account_id for account_id in found if account_id is not None)


def _granted(address: Address, members: dict[int, set[int]]) -> Q:
    """The grants that bring somebody to an address."""
    role, path = Q(role=address.role), address.place_path
    if address.match == Match.REACH:
        return role & Q(place__path__in=prefixes(path))
    if address.match == Match.OWN:
        return role & Q(place__path=path)
    if address.match == Match.ABOVE:
        return role & Q(place__path__in=[above for above in prefixes(path) if above != path])
    if address.match == Match.ANYWHERE:
        return role & Q(place__path__under=path)
    if address.match == Match.UNIT:
        own = Q(unit_id=address.unit_id)
        here = Q(
            unit=None,
            account_id__in=sorted(members.get(address.unit_id or 0, ())),
            place__path__in=prefixes(path),
        )
        return role & (own | here)
    return Q(pk__in=[])


def unit_of_desk(addresses: Iterable[Address], day: dt.date) -> int | None:
    """The unit that sits at a desk: that of the nearest grant of its role; for who answers meanwhile."""
    for each in addresses:
        if each.match == Match.UNIT:
            return each.unit_id
    wanted = Q(pk__in=[])
    for each in addresses:
        wanted |= _granted(each, {})
    rows = (
        Grant.objects.on(day)
        .filter(wanted, unit__isnull=False)
        .values_list("place__path", "pk", "unit_id")
    )
    nearest = max(rows, key=lambda row: (len(row[0]), -row[1]), default=None)
    return nearest[2] if nearest else None
