# SPDX-License-Identifier: MulanPSL-2.0
"""What the tests of appeals share."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from linli.config.testing.kept import kept_for_module, own_copy
from linli.modules.appeals.tests.round import MORNING, month_make
from linli.modules.appeals.tests.town import city_make


@pytest.fixture(scope="module")
def city_kept(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[SimpleNamespace]:
    """The same, once for a module."""
    del django_db_setup
    with kept_for_module(django_db_blocker, city_make) as made:
        yield made


@pytest.fixture
def city(city_kept: SimpleNamespace, db: None) -> Iterator[SimpleNamespace]:
    """A small city with its procedures."""
    del db
    with own_copy(city_kept) as own:
        yield own


@pytest.fixture(scope="module")
def month_kept(
    city_kept: SimpleNamespace, django_db_blocker: DjangoDbBlocker
) -> Iterator[SimpleNamespace]:
    """The same, once for a module."""
    with kept_for_module(django_db_blocker, lambda: month_make(city_kept)) as made:
        yield made


@pytest.fixture
def month(month_kept: SimpleNamespace, db: None) -> Iterator[SimpleNamespace]:
    """The crew at the end of some weeks of work."""
    del db
    with own_copy(month_kept, MORNING) as own:
        yield own
