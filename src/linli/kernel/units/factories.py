# SPDX-License-Identifier: MulanPSL-2.0
"""Units and memberships for tests."""

import datetime as dt
from typing import Any

from factory.declarations import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.places.factories import PlaceFactory
from linli.kernel.units.models import Membership, Unit


class UnitFactory(DjangoModelFactory[Unit]):
    """A residents' committee, at a community of its own unless told where."""

    class Meta:
        model = Unit

    key = Sequence(lambda number: f"residents_committee_{number}")
    place: Any = SubFactory(PlaceFactory)
    label = LazyAttribute(
        lambda unit: {"zh": f"{unit.place.name}居委会", "en": "Residents' committee"}
    )


class MembershipFactory(DjangoModelFactory[Membership]):
    """An account that has belonged to a unit since 2020."""

    class Meta:
        model = Membership

    account: Any = SubFactory(AccountFactory)
    unit: Any = SubFactory(UnitFactory)
    starts_on = dt.date(2020, 1, 1)
