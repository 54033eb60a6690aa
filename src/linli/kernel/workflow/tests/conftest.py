# SPDX-License-Identifier: MulanPSL-2.0
"""A city that works, at a known moment."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from linli.config.testing.kept import kept_for_module, own_copy
from linli.kernel.workflow.factories import FRIDAY, base_pack, small_city


def _city_make() -> SimpleNamespace:
    base_pack()
    return small_city()


@pytest.fixture(scope="module")
def city_kept(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[SimpleNamespace]:
    """The same, once for a module."""
    del django_db_setup
    with kept_for_module(django_db_blocker, _city_make, FRIDAY) as made:
        yield made


@pytest.fixture
def city(city_kept: SimpleNamespace, db: None) -> Iterator[SimpleNamespace]:
    """The small city on a Friday afternoon, with the base pack in force."""
    del db
    with own_copy(city_kept, FRIDAY) as own:
        yield own
