# SPDX-License-Identifier: MulanPSL-2.0
"""What the tests of grids share."""

from collections.abc import Iterator

import pytest

from linli.base import clock
from linli.modules.grids.tests.town import NOON, Town, town_make


@pytest.fixture
def town(db: None) -> Iterator[Town]:
    """A community of Binhai on an ordinary Tuesday morning."""
    del db
    with clock.at(NOON):
        yield town_make()
