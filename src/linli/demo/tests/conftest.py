# SPDX-License-Identifier: MulanPSL-2.0
"""A small synthetic city, made once for all tests of the demo."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from linli.base import clock
from linli.demo.making import Made, Wish, city_make
from linli.demo.sizes import Size
from linli.kernel.places import lookup

HAMLET = Size("hamlet", 1, 2, 2, 4, 6, appeals=44, days=40)
UNTIL = dt.datetime(2026, 10, 14, 10, 20, tzinfo=clock.ZONE)
"""A Wednesday, a week after the holiday of National Day."""


def wish(pack: str = "leshan", *, seed: int = 3, size: Size = HAMLET) -> Wish:
    """A city of a few hundred people."""
    return Wish(pack, size, seed, UNTIL)


@pytest.fixture(autouse=True)
def _places_looked_up_anew() -> None:
    """What the test before knew of boundaries may be of another city."""
    lookup.forget()


@pytest.fixture(scope="package")
def hamlet(django_db_setup: None, django_db_blocker: Any) -> Iterator[Made]:
    """A hamlet with forty days of appeals; the clock stands at its last moment."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(UNTIL):
        yield city_make(wish=wish(), progress=lambda _text: None)
        transaction.set_rollback(True)
