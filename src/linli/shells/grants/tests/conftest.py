# SPDX-License-Identifier: MulanPSL-2.0
"""Two cities on an ordinary Friday afternoon."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from linli.config.testing.kept import kept_for_module, own_copy
from linli.kernel.workflow.factories import FRIDAY
from linli.shells.places.tests.towns import two_towns


@pytest.fixture(scope="module")
def towns_kept(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[SimpleNamespace]:
    """The same, once for a module."""
    del django_db_setup
    with kept_for_module(django_db_blocker, two_towns, FRIDAY) as made:
        yield made


@pytest.fixture
def towns(towns_kept: SimpleNamespace, db: None) -> Iterator[SimpleNamespace]:
    """The two cities, see `two_towns`."""
    del db
    with own_copy(towns_kept, FRIDAY) as own:
        yield own
