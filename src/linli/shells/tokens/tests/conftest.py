# SPDX-License-Identifier: MulanPSL-2.0
"""Two towns, whose administrators keep security as well."""

from types import SimpleNamespace

import pytest

from linli.kernel.access.factories import GrantFactory
from linli.shells.places.tests.towns import two_towns


@pytest.fixture
def towns(db: None) -> SimpleNamespace:
    """`here` and `there`, each with an `admin` who issues tokens."""
    del db
    made = two_towns()
    for town in (made.here, made.there):
        GrantFactory.create(account=town.admin, role="security_administrator", place=town.city)
    return made
