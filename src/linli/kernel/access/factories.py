# SPDX-License-Identifier: MulanPSL-2.0
"""Grants and roles for tests."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from factory.declarations import SubFactory
from factory.django import DjangoModelFactory

from linli.base.actor import Actor, Proof
from linli.base.putting import definition_put
from linli.kernel.access.models import Definition, Grant
from linli.kernel.access.selectors import actor_for
from linli.kernel.accounts.factories import AccountFactory
from linli.kernel.accounts.models import Account
from linli.kernel.places.factories import PlaceFactory


class GrantFactory(DjangoModelFactory[Grant]):
    """A community clerk's grant since 2020."""

    class Meta:
        model = Grant

    account: Any = SubFactory(AccountFactory)
    role = "community_clerk"
    place: Any = SubFactory(PlaceFactory)
    starts_on = dt.date(2020, 1, 1)


def role_define(
    key: str,
    gives: Iterable[str] = (),
    *,
    at: Iterable[str] = ("city", "district", "subdistrict", "community", "grid"),
    not_with: Iterable[str] = (),
    place_path: str = "",
    starts_on: dt.date = dt.date(2020, 1, 1),
) -> Definition:
    """Keep a role's definition as a pack would; levels and roles are given by their bare keys."""
    row, _is_new = definition_put(
        Definition,
        kind="role",
        key=key,
        place_path=place_path,
        pack="test",
        version="test",
        starts_on=starts_on,
        ends_on=None,
        clause="practice",
        body={
            "label": {"zh": key, "en": key},
            "clause": "practice",
            "at": [f"level:{level}" for level in at],
            "gives": list(gives),
            "not_with": [f"role:{role}" for role in not_with],
        },
    )
    return row


def proven(account: Account) -> Actor:
    """The actor an account is who has just come in with a second factor."""
    return actor_for(account, proof=Proof(timezone.now(), has_second_factor=True))
