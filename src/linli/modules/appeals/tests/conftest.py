# SPDX-License-Identifier: MulanPSL-2.0
"""A small city with its procedures, and its people after some weeks of work."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from pytest_django.plugin import DjangoDbBlocker

from linli.config.testing.kept import kept_fixtures, kept_for_module, own_copy
from linli.modules.appeals.tests.round import MORNING, month_make
from linli.modules.appeals.tests.town import city_make

kept, city = kept_fixtures(city_make)


@pytest.fixture(scope="module")
def month_kept(
    kept: SimpleNamespace, django_db_blocker: DjangoDbBlocker
) -> Iterator[SimpleNamespace]:
    """The weeks, gone once for a module."""
    with kept_for_module(django_db_blocker):
        yield month_make(kept)


@pytest.fixture
def month(month_kept: SimpleNamespace, db: None) -> Iterator[SimpleNamespace]:
    """The crew at the end of some weeks of work."""
    del db
    with own_copy(month_kept, MORNING) as own:
        yield own
