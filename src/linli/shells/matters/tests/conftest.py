# SPDX-License-Identifier: MulanPSL-2.0
"""A city that works, with procedures that no module shows."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from linli.config.testing.kept import kept_fixtures
from linli.kernel.accounts.models import Account
from linli.kernel.workflow.factories import (
    FRIDAY,
    base_pack,
    small_city,
)
from linli.kernel.workflow.models import Matter
from linli.shells.matters.tests.procedures import hazards
from linli.shells.places.tests.towns import enter

SeenBy = Callable[[Account], Client]
Press = Callable[..., Any]


def _city_make() -> SimpleNamespace:
    base_pack()
    hazards()
    return small_city()


kept, city = kept_fixtures(_city_make, FRIDAY)


@pytest.fixture
def seen_by() -> SeenBy:
    """A browser signed in as somebody who reads English."""
    return lambda account: enter(Client(), account)


@pytest.fixture
def press(seen_by: SeenBy) -> Press:
    """Press a button of a matter as its page shows it now."""

    def pressed(account: Account, matter: Matter, key: str, **given: Any) -> Any:
        now = Matter.objects.get(pk=matter.pk)
        shown = {"own.step": now.step, "own.revision": now.revision}
        order = now.orders.order_by("-pk").first()
        if order is not None:
            shown["own.order"] = order.pk
        address = f"/console/matters/{matter.number}/do/{key}/"
        return seen_by(account).post(address, {**shown, **given})

    return pressed
