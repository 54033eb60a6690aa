# SPDX-License-Identifier: MulanPSL-2.0
"""What the tests of appeals share."""

from types import SimpleNamespace

import pytest

from linli.modules.appeals.tests.town import city_make


@pytest.fixture
def city(db: None) -> SimpleNamespace:
    """A small city with its procedures."""
    del db
    return city_make()
