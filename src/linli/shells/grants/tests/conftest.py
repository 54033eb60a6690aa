# SPDX-License-Identifier: MulanPSL-2.0
"""Two cities on an ordinary Friday afternoon."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from linli.base import clock
from linli.kernel.workflow.factories import FRIDAY
from linli.shells.places.tests.towns import two_towns


@pytest.fixture
def towns(db: None) -> Iterator[SimpleNamespace]:
    """The two cities, see `two_towns`."""
    with clock.at(FRIDAY):
        yield two_towns()
