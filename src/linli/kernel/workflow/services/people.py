# SPDX-License-Identifier: MulanPSL-2.0
"""From addresses to accounts: who gets a notice, and who answers meanwhile."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Q

from linli.base.definitions import prefixes
from linli.kernel.access.models import Grant
from linli.kernel.units.models import Membership
from linli.kernel.workflow.rules.who import Address
from linli.kernel.workflow.terms import Match


def accounts_at(addresses: Collection[Address], day: dt.date) -> list[int]:
    """The accounts found at some addresses on a day; everybody ("anyone") is nobody in
    particular."""
    found = {each.account_id for each in addresses if each.match == Match.ACCOUNT}
    whole = [each.unit_id or 0 for each in addresses if each.match == Match.UNIT and not each.role]
    if whole:
        rows = Membership.objects.on(day).filter(unit_id__in=whole, account__is_active=True)
        found |= set(rows.values_list("account_id", flat=True))
    wanted = Q(unit_id__in=whole)
    for each in addresses:
        wanted |= _granted(each, day)
    if any(each.match not in (Match.ACCOUNT, Match.ANYONE, Match.RESIDENT) for each in addresses):
        grants = Grant.objects.on(day).filter(wanted, account__is_active=True)
        found |= set(grants.values_list("account_id", flat=True))
    return sorted(account_id for account_id in found if account_id is not None)


def _granted(address: Address, day: dt.date) -> Q:
    """The grants that bring somebody to an address."""
    path, plain = address.place_path, Q(role=address.role, unit=None)
    if address.match == Match.REACH:
        return plain & Q(place__path__in=prefixes(path))
    if address.match == Match.OWN:
        return plain & Q(place__path=path)
    if address.match == Match.ABOVE:
        return plain & Q(place__path__in=[above for above in prefixes(path) if above != path])
    if address.match == Match.ANYWHERE:
        return plain & Q(place__path__under=path)
    if address.match == Match.UNIT and address.role:
        members = (
            Membership.objects.on(day).filter(unit_id=address.unit_id or 0).values("account_id")
        )
        here = Q(account_id__in=members, place__path__in=prefixes(path))
        return Q(role=address.role, unit_id=address.unit_id) | (plain & here)
    return Q(pk__in=[])


def unit_of_desk(addresses: Collection[Address], path: str, day: dt.date) -> int | None:
    """The unit that sits at a desk at a place: that of its people which lies nearest; it
    answers meanwhile."""
    for each in addresses:
        if each.match == Match.UNIT:
            return each.unit_id
    rows = (
        Membership.objects.on(day)
        .filter(account_id__in=accounts_at(addresses, day), unit__place__path__in=prefixes(path))
        .values_list("unit__place__path", "unit_id")
    )
    nearest = max(rows, key=lambda row: (len(row[0]), -row[1]), default=None)
    return nearest[1] if nearest else None
