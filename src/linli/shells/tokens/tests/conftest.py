# SPDX-License-Identifier: MulanPSL-2.0
"""Two towns, whose administrators keep security as well."""

from types import SimpleNamespace

import pytest

from linli.shells.places.tests.towns import two_towns


@pytest.fixture
def towns(db: None) -> SimpleNamespace:
    """`here` and `there`, each with an `admin` who issues tokens."""
    del db
    return two_towns("security_administrator")
