# SPDX-License-Identifier: MulanPSL-2.0
"""A city that works, with procedures that no module shows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from linli.base import clock
from linli.kernel.accounts.models import Account
from linli.kernel.workflow.factories import (
    FRIDAY,
    base_pack,
    definition_keep,
    pack_entries,
    small_city,
)
from linli.kernel.workflow.models import Matter
from linli.shells.matters.tests.procedures import hazards
from linli.shells.places.tests.towns import enter

SeenBy = Callable[[Account], Client]
Press = Callable[..., Any]


@pytest.fixture
def city(db: None) -> Iterator[SimpleNamespace]:
    """The small city on a Friday afternoon, with the base pack and these tests' procedures."""
    with clock.at(FRIDAY):
        base_pack()
        hazards()
        yield small_city()


@pytest.fixture
def bare_city(db: None) -> Iterator[SimpleNamespace]:
    """The same with the base pack's roles and the procedure of a module alone."""
    known = pack_entries(Path(settings.LINLI_PACKS) / "base")
    with clock.at(FRIDAY):
        for key, body in known["role"].items():
            definition_keep("role", key, body)
        definition_keep("workflow", "appeal", known["workflow"]["appeal"])
        yield small_city()


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
