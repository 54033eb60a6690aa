# SPDX-License-Identifier: MulanPSL-2.0
"""What the tests of grids share."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from linli.config.testing.kept import kept_for_module, own_copy
from linli.modules.grids.tests.town import NOON, Town, town_make


@pytest.fixture(scope="module")
def town_kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Town]:
    """The same, once for a module."""
    del django_db_setup
    with kept_for_module(django_db_blocker, town_make, NOON) as made:
        yield made


@pytest.fixture
def town(town_kept: Town, db: None) -> Iterator[Town]:
    """A community of Binhai on an ordinary Tuesday morning."""
    del db
    with own_copy(town_kept, NOON) as own:
        yield own
