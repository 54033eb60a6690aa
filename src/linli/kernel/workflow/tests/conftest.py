# SPDX-License-Identifier: MulanPSL-2.0
"""A city that works, at a known moment."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.kernel.workflow.factories import FRIDAY, base_pack, small_city


@pytest.fixture
def city(db: None) -> Iterator[SimpleNamespace]:
    """The small city on a Friday afternoon, with the base pack in force."""
    with clock.at(FRIDAY):
        base_pack()
        yield small_city()
